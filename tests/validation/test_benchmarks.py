"""The NumPy yardstick of the benchmark does the kernels' work, and the benchmark says what it measured."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from twin import bench
from twin.errors import InputError
from twin.facility import build
from twin.kernels import fields as f
from twin.scenario.load import load
from twin.validation.benchmarks import numpy_step
from twin.validation.benchmarks.rack_loop import run_racks

MEMBERS = 4
NOT_KEPT = range(f.RACK_SPEED, f.RACK_RISE_HOUR + 1)
STEP, EVERY = 0.01, 50


@pytest.fixture(scope="module")
def site():
    return build(load("hall-2mw", ["racks.cpu.count=16", "racks.gpu.count=5"])).site


def voltages(racks: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Feeds of four members: both good, one lost, both lost and back, a sag on both."""
    a = np.ones((MEMBERS, racks))
    b = np.ones((MEMBERS, racks))
    b[1] = 0.0
    if 2 <= k < 5:
        a[2] = b[2] = 0.0
    if k == 3:
        a[3] = b[3] = 0.5
    return a, b


def test_numpy_step_equals_the_kernels(site):
    """Through hold-up, loss, restart and a hall that gets too hot."""
    p = site.params["rack"][0].copy()
    p[f.RACK_RESTART] = 1.3
    # The yardstick is the plain rack: supplies without hysteresis, delays and limits, power back at once.
    p[[f.RACK_CEASE, f.RACK_OVER, f.RACK_RAMP_TIME]] = 0.0
    p[f.RACK_V_RETURN], p[f.RACK_LIMIT] = p[f.RACK_V_MIN], 1e30
    # Fans that follow the heat alone, at once, and no chips; their states and the record of the air are not kept.
    p[[f.RACK_FAN_INLET, f.RACK_FAN_INLET_FULL, f.RACK_CHIP_THROTTLE, f.RACK_CHIP_SHUTDOWN]] = 1e30
    p[[f.RACK_FAN_LAG, f.RACK_LEAKAGE]] = 0.0
    base = np.repeat(site.states["rack"], MEMBERS, axis=0)
    hall = np.repeat(site.states["hall"], MEMBERS, axis=0)
    cdu = np.repeat(site.states["cdu"], MEMBERS, axis=0)
    base[:, f.RACK_BASE] = 0.7 * p[f.RACK_POWER_PEAK]
    base[:, f.RACK_WAVE] = np.where(p[f.RACK_WAVE_RATE] > 0.0, 0.2 * p[f.RACK_POWER_PEAK], 0.0)
    base[:, f.RACK_CALM] = p[f.RACK_V_MIN]  # as the start of an interval sets it
    base[:, f.RACK_WANT] = base[:, f.RACK_BASE]
    base[:, f.RACK_WANT_LOSS] = numpy_step.loss_of(p, base[:, f.RACK_WANT])
    kernels, whole = base.copy(), base.copy()
    seen = set()
    for k in range(10):
        hall[0, f.HALL_T_COLD] = 24.0 + 3.0 * k
        hall[:, f.HALL_T_COLD_MEAN] = hall[:, f.HALL_T_COLD]
        hall[:, f.HALL_T_HOT_MEAN] = hall[:, f.HALL_T_HOT]
        a, b = voltages(p.shape[1], k)
        t0 = k * EVERY * STEP
        run_racks(p, kernels, a, b, hall, cdu, t0, STEP, EVERY, EVERY)
        for n in range(EVERY):
            numpy_step.electrical_step(p, whole, a, b, t0 + n * STEP, STEP)
        cold = hall[:, f.HALL_T_COLD] * np.ones(p.shape[1])
        hot = hall[:, f.HALL_T_HOT] * np.ones(p.shape[1])
        numpy_step.thermal_step(p, whole, cold, hot, t0, EVERY * STEP)
        for i, field in enumerate(f.RACK.states):
            if i in NOT_KEPT or field.name in (
                "ceased",
                "voltage_calm",
                "holdup_time",
                "power_smooth",
                "ordered",
            ):
                continue
            np.testing.assert_allclose(
                whole[:, i], kernels[:, i], rtol=1e-11, atol=1e-9, err_msg=f"{field.name} at {k}"
            )
        seen |= set(np.unique(kernels[:, f.RACK_MODE]))
    assert seen == {f.RACK_OFF, f.RACK_ON, f.RACK_RESTARTING, f.RACK_TOO_HOT}


def test_full_step_counts_what_it_stepped():
    found = bench.full_step("ensemble", bench.Setup("hall-2mw"), "cpu", 2, repeats=1, target=4e4)
    assert (found["members"], found["racks"]) == (2, 100)
    # Two seconds of 100 steps for 2 x 100 racks.
    assert found["rack_steps_per_s"] * found["wall_s"] == pytest.approx(4e4)
    assert found["times_real_time"] * found["wall_s"] == pytest.approx(2.0)
    assert found["memory_mib"] > 0.0


def test_racks_of_the_scaled_campus():
    site = bench.site_of(300).facility.site
    assert site.racks == 300
    assert site.states["ups"].shape[2] == 6 and site.states["plant"].shape[2] == 3


def test_a_site_that_went_dark_is_not_timed(monkeypatch):
    monkeypatch.setattr(bench.Load, "working", lambda self: 0.9)
    with pytest.raises(RuntimeError, match="10% of the racks are off"):
        bench.full_step("dark", bench.Setup("hall-2mw"), "cpu", 1, repeats=1, target=1.0)


def test_table_and_csv_carry_the_device(tmp_path):
    rows = [bench.row("ensemble", "cpu", 0.5, members=3)]
    table = bench.save(tmp_path / "new", "Some CPU, 2 cores", rows, ["text"])
    assert table.name == "bench-some-cpu-2-cores.md"
    with table.with_suffix(".csv").open() as file:
        (read,) = csv.DictReader(file)
    assert read["members"] == "3"
    assert read["rack_steps_per_s"] == ""
    assert list(read) == list(bench.COLUMNS)


def test_simulator_is_not_timed(monkeypatch):
    monkeypatch.setenv("NUMBA_ENABLE_CUDASIM", "1")
    with pytest.raises(InputError, match="times say nothing"):
        bench.run_bench("sim")
