"""Generating set: every transition of its modes, governor against the matrix exponential, fuel of its data sheet."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm
from site_builder import NEVER, one

from twin.kernels import fields as f
from twin.kernels.genset import (
    fuel_flow,
    genset_frequency,
    genset_interval,
    genset_power_step,
    genset_step,
    oscillator_transition,
)

STOPPED, STARTING, RUNNING = f.GEN_STOPPED, f.GEN_STARTING, f.GEN_RUNNING
COOLING, FAILED = f.GEN_COOLING, f.GEN_FAILED

LOAD = np.array([0.25, 0.5, 0.75, 1.0])
RATE = np.array([0.324, 0.273, 0.261, 0.269]) * 1e-3 / 3.6e6
"""Data sheet of 2 MW sets: fuel per energy [m3/J] at load."""


class Set:
    """One set, called or not."""

    def __init__(self, **values: float) -> None:
        self.p, self.s = one("genset", **values)

    def modes(self, calls: str, dt: float, power: float = 0.0) -> list[int]:
        """Mode after each step; one letter a step, 'c' where the bus calls."""
        genset_interval(self.p, self.s, 0, dt)
        found = []
        for call in calls:
            genset_step(self.p, self.s, 0, call == "c", dt)
            running = self[f.GEN_MODE] == RUNNING
            genset_power_step(self.p, self.s, 0, power if running else 0.0, dt)
            found.append(int(self[f.GEN_MODE]))
        return found

    def __getitem__(self, index: int) -> float:
        return float(self.s[index, 0])


def diesel(**values: float) -> Set:
    """A 2 MW set with the fuel curve fitted to its data sheet, as the facility does."""
    fuel = np.polynomial.polynomial.polyfit(LOAD, LOAD * 2e6 * RATE, 2)
    curve = {f"fuel_{k}": float(v) for k, v in enumerate(fuel)}
    return Set(**{"power_rated": 2e6, "tank": 6.5} | curve | values)


def test_start_run_cool_down_and_stop() -> None:
    unit = Set(start_delay=3.0, cooldown=2.0)
    assert unit.modes("cccc", 1.0) == [STARTING, STARTING, STARTING, RUNNING]
    assert unit.modes("c..", 1.0) == [RUNNING, COOLING, COOLING]
    assert unit.modes("..", 1.0) == [STOPPED, STOPPED]


@pytest.mark.parametrize("dt", [0.01, 0.5, 2.0, 20.0, 60.0])
def test_it_is_ready_after_its_start_delay_and_less_than_a_step_late(dt: float) -> None:
    unit = Set(start_delay=6.5)
    modes = unit.modes("c" * (int(6.5 / dt) + 3), dt)
    ready = modes.index(RUNNING) * dt
    assert 6.5 - 1e-9 <= ready < 6.5 + dt


def test_without_a_delay_it_runs_at_once() -> None:
    assert Set().modes("c", 3600.0) == [RUNNING]


def test_a_call_that_ends_stops_the_start() -> None:
    unit = Set(start_delay=3.0)
    assert unit.modes("cc.", 1.0) == [STARTING, STARTING, STOPPED]
    assert unit.modes("cccc", 1.0) == [STARTING, STARTING, STARTING, RUNNING]


def test_a_call_during_cooling_down_finds_it_running() -> None:
    unit = Set(cooldown=100.0)
    assert unit.modes("c..c", 1.0) == [RUNNING, COOLING, COOLING, RUNNING]


def test_out_of_service() -> None:
    assert Set(unavailable=1).modes(".c.c", 1.0) == [STOPPED, FAILED, FAILED, FAILED]


def test_a_set_that_will_not_start_is_locked_out_after_cranking() -> None:
    """NFPA 110: three cranks of 15 s and two rests of 15 s end 75 s after the call."""
    modes = Set(start_fails=1, start_delay=6.5, crank_limit=75.0).modes("c" * 80, 1.0)
    assert RUNNING not in modes
    assert modes.index(FAILED) == 75


@pytest.mark.parametrize("dt", [1.0, 7.0, 60.0])
def test_it_fails_after_its_running_time_or_at_the_start_of_that_step(dt: float) -> None:
    unit = Set(run_left=100.0)
    assert unit.modes("." * 5, dt) == [STOPPED] * 5
    modes = unit.modes("c" * 200, dt)
    survived = modes.index(FAILED) * dt
    assert 100.0 - dt <= survived <= 100.0
    assert set(modes[modes.index(FAILED) :]) == {FAILED}


def test_cooling_down_is_running_time_too() -> None:
    unit = Set(run_left=4.5, cooldown=100.0)
    assert unit.modes("cc....", 1.0) == [RUNNING, RUNNING, COOLING, COOLING, FAILED, FAILED]


def test_an_empty_tank_ends_the_run_and_its_emissions() -> None:
    unit = diesel(tank=0.01)
    modes = unit.modes("c" * 200, 1.0, 2e6)
    assert modes[-1] == FAILED
    assert unit[f.GEN_FUEL] == 0.0
    # At most one step's fuel more than the tank held.
    flow = fuel_flow(1.0, *(float(unit.p[k, 0]) for k in (f.GEN_FUEL_0, f.GEN_FUEL_1, f.GEN_FUEL_2)))
    burnt = unit[f.GEN_E_IN] / unit.p[f.GEN_FUEL_HEAT, 0]
    assert 0.01 <= burnt <= 0.01 + flow
    idle = diesel(tank=1e-4, cooldown=NEVER)
    assert idle.modes("c" + "." * 300, 1.0)[-1] == FAILED
    assert idle[f.GEN_CO2_MASS] < 2710.0 * 1.3e-4


calls = st.text(alphabet="c.", min_size=1, max_size=40)


@settings(deadline=None)
@given(
    calls, st.floats(0.01, 60.0), st.floats(0.0, 20.0), st.floats(0.0, 30.0), st.sampled_from([50.0, NEVER])
)
def test_no_other_transition_happens(pattern: str, dt: float, delay: float, cool: float, left: float) -> None:
    unit = Set(start_delay=delay, cooldown=cool, run_left=left, crank_limit=75.0)
    before = STOPPED
    for call in pattern:
        (mode,) = unit.modes(call, dt)
        called = {
            (STOPPED, STARTING), (STOPPED, RUNNING), (STARTING, STARTING), (STARTING, RUNNING),
            (RUNNING, RUNNING), (COOLING, RUNNING),
        }  # fmt: skip
        ended = {
            (STOPPED, STOPPED),
            (STARTING, STOPPED),
            (RUNNING, COOLING),
            (COOLING, COOLING),
            (COOLING, STOPPED),
        }
        allowed = (called if call == "c" else ended) | ({(before, FAILED)} if left < NEVER else set())
        assert (before, mode) in allowed
        before = mode


@settings(deadline=None)
@given(
    st.floats(0.1, 5.0),
    st.floats(0.01, 0.1),
    st.floats(0.02, 1.0),
    st.floats(0.0, 3.0),
    st.floats(1e-3, 60.0),
)
def test_governor_transition_is_the_matrix_exponential(
    h: float, droop: float, lag: float, damping: float, dt: float
) -> None:
    a = np.array([[-damping / (2.0 * h), 1.0 / (2.0 * h)], [-1.0 / (droop * lag), -1.0 / lag]])
    found = np.array(oscillator_transition(*a.ravel(), dt)).reshape(2, 2)
    exact = expm(a * dt)
    np.testing.assert_allclose(found, exact, atol=1e-9 * max(np.abs(a).max(), 1.0), rtol=1e-9)
    unit = Set(inertia=h, droop=droop, actuator_lag=lag, damping=damping)
    genset_interval(unit.p, unit.s, 0, dt)
    assert [unit[k] for k in (f.GEN_A11, f.GEN_A12, f.GEN_A21, f.GEN_A22)] == list(found.ravel())


@pytest.mark.parametrize("a", [(-1.0, 0.0, 0.0, -1.0), (-3.0, 1.0, 1.0, -3.0), (-2.0, 1.0, 0.0, -2.0)])
def test_transition_of_equal_real_and_defective_eigenvalues(a: tuple[float, float, float, float]) -> None:
    found = np.array(oscillator_transition(*a, 0.7)).reshape(2, 2)
    np.testing.assert_allclose(found, expm(np.array(a).reshape(2, 2) * 0.7), rtol=1e-12, atol=1e-15)


def frequency_after(unit: Set, power: float, dt: float, seconds: float) -> list[float]:
    genset_interval(unit.p, unit.s, 0, dt)
    found = []
    for _ in range(round(seconds / dt)):
        genset_step(unit.p, unit.s, 0, True, dt)
        genset_power_step(unit.p, unit.s, 0, power, dt)
        found.append(genset_frequency(unit.p, unit.s, 0))
    return found


@pytest.mark.parametrize(("load", "frequency"), [(0.0, 51.0), (0.5, 50.0), (1.0, 49.0)])
def test_settled_frequency_is_that_of_the_droop(load: float, frequency: float) -> None:
    """4 % droop around half load: 2 Hz from no load to full load, held at any step."""
    unit = Set()
    assert frequency_after(unit, load * 1e3, 0.01, 20.0)[-1] == pytest.approx(frequency, abs=1e-6)
    assert frequency_after(unit, load * 1e3, 60.0, 120.0)[-1] == pytest.approx(frequency, abs=1e-9)


def test_damping_shares_the_settled_deviation() -> None:
    unit = Set(damping=5.0)
    # 0.5 pu of power on 1 / 0.04 + 5 pu per pu of speed.
    assert frequency_after(unit, 1e3, 0.01, 20.0)[-1] == pytest.approx(50.0 * (1.0 - 0.5 / 30.0), abs=1e-9)


def test_it_waits_at_no_load_and_the_speed_of_its_droop() -> None:
    unit = Set()
    assert frequency_after(unit, 0.0, 0.01, 0.01) == pytest.approx([51.0])


def test_a_load_step_swings_alike_at_any_step() -> None:
    """Exact discretisation: the same swing sampled at 10 ms, whether stepped at 1, 5 or 10 ms."""
    swings = []
    for dt in (1e-3, 5e-3, 1e-2):
        unit = Set(inertia=1.0, actuator_lag=0.15)
        frequency_after(unit, 0.0, dt, 0.1)
        swings.append(frequency_after(unit, 800.0, dt, 5.0)[round(1e-2 / dt) - 1 :: round(1e-2 / dt)])
    np.testing.assert_allclose(swings[0], swings[1], rtol=1e-10)
    np.testing.assert_allclose(swings[0], swings[2], rtol=1e-10)
    assert min(swings[0]) < 49.4 - 0.5


@pytest.mark.parametrize(("load", "rate"), list(zip(LOAD, (0.324, 0.273, 0.261, 0.269), strict=True)))
def test_fuel_per_energy_at_the_points_of_the_data_sheet(load: float, rate: float) -> None:
    """A parabola through four points of flow: within 2 % of each, and CO2 by volume."""
    unit = diesel()
    unit.modes("c" + "c" * 60, 60.0, load * 2e6)
    energy = unit[f.GEN_E_OUT] / 3.6e6
    fuel = 6.5 - unit[f.GEN_FUEL]
    assert 1e3 * fuel / energy == pytest.approx(rate, rel=0.02)
    assert unit[f.GEN_CO2_MASS] == pytest.approx(fuel * 2710.0)
    assert unit[f.GEN_E_IN] == pytest.approx(fuel * 35.8e9)
    assert unit[f.GEN_E_IN] == pytest.approx(unit[f.GEN_E_OUT] + unit[f.GEN_E_LOSS], rel=1e-12)
    assert unit[f.GEN_RUN_TIME] == 61 * 60.0


def test_nox_goes_with_electrical_energy() -> None:
    unit = diesel(nox_per_energy=6.4e-3 / 3.6e6)
    unit.modes("cc", 1800.0, 1e6)
    assert unit[f.GEN_NOX_MASS] == pytest.approx(6.4)


def test_a_stopped_set_burns_nothing() -> None:
    unit = diesel()
    unit.modes("...", 60.0)
    assert unit[f.GEN_E_IN] == unit[f.GEN_RUN_TIME] == 0.0
