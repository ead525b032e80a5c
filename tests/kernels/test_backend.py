"""Choosing a backend, what it refuses, and what a machine hands back."""

from __future__ import annotations

import numpy as np
import pytest
from small_site import MEMBERS, drive, initial_states, open_small, small_site

from twin.errors import InputError
from twin.kernels import backend, device
from twin.kernels import fields as f


@pytest.fixture(scope="module")
def facility(tmp_path_factory):
    return small_site(tmp_path_factory.mktemp("site"), full=False)


def no_gpu(monkeypatch, problem: str | None) -> None:
    monkeypatch.setattr(backend, "gpu_problem", lambda: problem)


def test_auto_takes_the_cpu_without_a_gpu_and_the_gpu_with_one(monkeypatch):
    no_gpu(monkeypatch, "no device")
    assert backend.choose("auto") == "cpu"
    no_gpu(monkeypatch, None)
    assert backend.choose("auto") == "cuda"
    assert backend.choose("cuda") == "cuda"


def test_cuda_without_a_gpu_is_an_error_that_says_why(monkeypatch, facility):
    no_gpu(monkeypatch, "no CUDA driver or device was found")
    with pytest.raises(InputError, match="'cuda' cannot be used: no CUDA driver"):
        open_small(facility, "cuda")


def test_unknown_backend_names_the_nearest():
    with pytest.raises(InputError, match="unknown backend 'cdua'; did you mean 'cuda'"):
        backend.choose("cdua")


def test_sim_outside_the_simulator_says_how_to_get_it(monkeypatch):
    monkeypatch.delenv("NUMBA_ENABLE_CUDASIM", raising=False)
    with pytest.raises(InputError, match="NUMBA_ENABLE_CUDASIM=1 and NUMBA_DISABLE_JIT=1"):
        backend.choose("sim")
    monkeypatch.setenv("NUMBA_ENABLE_CUDASIM", "1")
    assert "simulator" in str(device.gpu_problem())
    assert backend.choose("auto") == "cpu"


@pytest.mark.parametrize(("racks", "threads"), [(1, 64), (64, 64), (65, 96), (100, 128), (2100, 256)])
def test_threads_fill_whole_warps_within_the_register_file(racks, threads):
    assert device.threads_for(racks) == threads


def test_rows_are_copies_of_the_fields_asked_for(facility):
    machine = open_small(facility, "cpu")
    drive(machine, facility, seconds=1)
    wanted = (f.RACK_LOST_AT, f.RACK_MODE)
    rows = machine.rows("rack", wanted)
    np.testing.assert_array_equal(rows, machine.states(("rack",))["rack"][:, list(wanted)])
    rows[...] = -7.0
    assert (machine.states(("rack",))["rack"][:, f.RACK_MODE] >= 0.0).all()
    assert machine.rows("pcs", (f.PCS_POWER,)).shape == (MEMBERS, 1, 0)


def test_a_member_that_is_not_active_rests(facility):
    machine = open_small(facility, "cpu")
    drive(machine, facility, seconds=1)
    before = {name: np.array(block) for name, block in machine.states().items()}
    drive(machine, facility, first=1, seconds=2)
    for name, block in machine.states().items():
        np.testing.assert_array_equal(block[1], before[name][1], err_msg=name)
    assert (machine.states()["rack"][0, f.RACK_E_IN] > before["rack"][0, f.RACK_E_IN]).all()


def test_members_choose_their_variant(facility):
    """Two designs in one batch give what each gives alone."""
    site = facility.site
    doubled = {name: np.concatenate([block, block]) for name, block in site.params.items()}
    doubled["rack"][1, f.RACK_POWER_PEAK] *= 0.5
    both = type(site)(doubled, site.states, site.links, site.names)
    states = initial_states(facility)
    machine = backend.open_machine("cpu", both, states, np.array([1, 0]), samples=5)
    drive(machine, facility, seconds=1)
    alone = open_small(facility, "cpu")
    drive(alone, facility, seconds=1)
    np.testing.assert_array_equal(machine.states()["rack"][1], alone.states()["rack"][1])
    power = machine.states()["rack"][:, f.RACK_POWER_IT].sum(axis=1)
    assert power[0] < 0.9 * power[1]
