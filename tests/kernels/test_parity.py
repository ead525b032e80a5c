"""The three ways to run the loops agree: compiled for the CPU, plain Python, and the CUDA loop in the simulator."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from twin.kernels import fields as f

WORKER = Path(__file__).with_name("parity_worker.py")
PYTHON = {"NUMBA_DISABLE_JIT": "1"}
SIMULATOR = {"NUMBA_DISABLE_JIT": "1", "NUMBA_ENABLE_CUDASIM": "1"}
TOLERANCE = 1e-9


def states_of(backend: str, site: str, out: Path, switches: dict[str, str]) -> dict[str, np.ndarray]:
    """Everything the worker saves, from a process with these switches."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    done = subprocess.run(
        [sys.executable, str(WORKER), backend, site, str(out)],
        env=environment | switches,
        cwd=WORKER.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with np.load(out) as saved:
        return dict(saved)


def assert_same(got: dict[str, np.ndarray], wanted: dict[str, np.ndarray]) -> None:
    """Every array within `TOLERANCE` relative, named when it is not."""
    assert got.keys() == wanted.keys()
    for name, block in wanted.items():
        np.testing.assert_allclose(got[name], block, rtol=TOLERANCE, atol=1e-12, err_msg=name)


@pytest.fixture(scope="module", params=["full", "bare"])
def cpu(request, tmp_path_factory):
    """Kind of site, and what the compiled CPU loop makes of it; bare: no converters, CDUs or area at all."""
    folder = tmp_path_factory.mktemp("parity")
    return request.param, states_of("cpu", request.param, folder / "cpu.npz", {}), folder


def test_the_drive_exercises_what_it_should(cpu):
    """Parity of a site at rest would prove little: it saw generators, batteries and both members differ."""
    kind, states, _ = cpu
    assert (states["state/ups"][:, f.UPS_TRANSFERS] >= 1.0).all()
    assert states["state/genset"][0, f.GEN_RUN_TIME].min() > 1.0
    assert states["state/genset"][1, f.GEN_RUN_TIME, 0] == 0.0
    # The second member rested for an interval, so that a loop that ignores `active` is found out.
    assert (states["state/rack"][0, f.RACK_E_IN] > states["state/rack"][1, f.RACK_E_IN]).all()
    assert (states["trace"] != 0.0).any(axis=(0, 1, 2)).sum() >= 10
    sizes = {
        name: states[f"state/{name}"].shape[2] for name in ("pcs", "cdu", "area", "turbine", "relay", "ring")
    }
    assert set(sizes.values()) == ({1} if kind == "full" else {0})
    if kind == "full":
        assert states["state/area"][0, f.AREA_NADIR, 0] < 49.9
        assert states["state/response"][0, f.RESP_POWER, 0] > 0.0
        assert (states["state/station"][:, f.STA_E_OUT] > 0.0).all()
        assert (states["state/station"][:, f.STA_CHANGED] > 1.0).all()


def test_plain_python_equals_compiled(cpu):
    kind, states, folder = cpu
    assert_same(states_of("cpu", kind, folder / "python.npz", PYTHON), states)


def test_cuda_simulator_equals_cpu(cpu):
    kind, states, folder = cpu
    pytest.importorskip("numba.cuda", reason="numba-cuda is not installed")
    assert_same(states_of("sim", kind, folder / "sim.npz", SIMULATOR), states)


def test_gpu_equals_cpu(cpu):
    """The check on a device, for whoever has one."""
    from twin.kernels.backend import gpu_problem

    kind, states, folder = cpu
    problem = gpu_problem()
    if problem:
        pytest.skip(f"no GPU: {problem}")
    assert_same(states_of("cuda", kind, folder / "cuda.npz", {}), states)
