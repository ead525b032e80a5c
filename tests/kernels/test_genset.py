"""Generating set: every transition of its modes, its crank cycle, protection and repair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from single_set import Set
from site_builder import NEVER

from twin.kernels import fields as f
from twin.kernels.genset import genset_interval, genset_step
from twin.kernels.genset_plant import plant_close_step, plant_power_step

STOPPED, CRANKING, RESTING, RUNNING_UP = f.GEN_STOPPED, f.GEN_CRANKING, f.GEN_RESTING, f.GEN_RUNNING_UP
READY, ON_BUS, COOLING = f.GEN_READY, f.GEN_ON_BUS, f.GEN_COOLING
FAILED, REPAIR = f.GEN_FAILED, f.GEN_IN_REPAIR


# ------------------------------------------------------------------------------------------------- transitions
def test_start_run_cool_down_and_stop() -> None:
    unit = Set(start_delay=3.0, fire_time=1.0, cooldown=2.0)
    assert unit.modes("cccc", 1.0) == [CRANKING, RUNNING_UP, RUNNING_UP, ON_BUS]
    assert unit.modes("c..", 1.0) == [ON_BUS, COOLING, COOLING]
    assert unit.modes("..", 1.0) == [STOPPED, STOPPED]
    assert unit[f.GEN_STARTS] == 1.0


def test_it_waits_ready_with_its_breaker_open() -> None:
    unit = Set(start_delay=2.0, cooldown=1.0)
    assert unit.modes("cccc", 1.0, close=False) == [RUNNING_UP, RUNNING_UP, READY, READY]
    assert unit.modes(".", 1.0) == [COOLING]


@pytest.mark.parametrize("dt", [0.01, 0.5, 2.0, 20.0, 60.0])
def test_it_is_ready_after_its_start_delay_and_less_than_a_step_late(dt: float) -> None:
    unit = Set(start_delay=6.5, fire_time=1.8)
    modes = unit.modes("c" * (int(6.5 / dt) + 3), dt)
    ready = modes.index(ON_BUS) * dt
    assert 6.5 - 1e-9 <= ready < 6.5 + dt


def test_without_a_delay_it_runs_at_once() -> None:
    assert Set().modes("c", 3600.0) == [ON_BUS]


@pytest.mark.parametrize("steps", [1, 2, 4, 5])
def test_a_call_that_ends_stops_the_start(steps: int) -> None:
    unit = Set(start_delay=40.0, fire_time=5.0, crank_fails=1, crank_limit=75.0)
    modes = unit.modes("c" * steps * 8 + ".", 1.0)
    assert modes[-1] == STOPPED
    assert modes[-2] in (CRANKING, RESTING, RUNNING_UP)


def test_a_call_during_cooling_down_finds_it_running() -> None:
    unit = Set(cooldown=100.0)
    assert unit.modes("c..c", 1.0) == [ON_BUS, COOLING, COOLING, ON_BUS]
    assert unit.modes(".c", 1.0, close=False) == [COOLING, READY]


def test_out_of_service_and_back() -> None:
    unit = Set(unavailable=1)
    assert unit.modes(".c.c", 1.0) == [STOPPED, FAILED, FAILED, FAILED]
    assert unit[f.GEN_CAUSE] == f.CAUSE_OUT_OF_SERVICE
    unit[f.GEN_UNAVAILABLE] = 0.0
    assert unit.modes(".c", 1.0) == [STOPPED, ON_BUS]
    unit[f.GEN_UNAVAILABLE] = 1.0
    assert unit.modes("c", 1.0) == [FAILED]


# ------------------------------------------------------------------------------------------------- crank cycle
NFPA = {"crank_limit": 75.0, "crank_time": 15.0, "crank_rest": 15.0, "fire_time": 1.8, "start_delay": 6.5}


def changes(modes: list[int], dt: float) -> list[tuple[float, int]]:
    """Instants at which the mode changes."""
    before = [STOPPED, *modes[:-1]]
    return [(round(k * dt, 3), m) for k, (b, m) in enumerate(zip(before, modes, strict=True)) if b != m]


@pytest.mark.parametrize("fails", [{"start_fails": 1}, {"crank_fails": 3}, {"crank_fails": 7}])
def test_a_set_that_will_not_start_is_locked_out_after_cranking(fails: dict[str, float]) -> None:
    """NFPA 110: three cranks of 15 s and two rests of 15 s end 75 s after the call."""
    unit = Set(**NFPA, **fails)
    found = changes(unit.modes("c" * 800, 0.1), 0.1)
    assert found == [
        (0, CRANKING),
        (15, RESTING),
        (30, CRANKING),
        (45, RESTING),
        (60, CRANKING),
        (75, FAILED),
    ]
    assert unit[f.GEN_CAUSE] == f.CAUSE_NO_START


@pytest.mark.parametrize("fails", [1, 2])
def test_a_later_attempt_may_succeed(fails: int) -> None:
    found = changes(Set(**NFPA, crank_fails=fails).modes("c" * 800, 0.1), 0.1)
    begin = 30.0 * fails
    assert found[-2:] == [(begin + 1.8, RUNNING_UP), (begin + 6.5, ON_BUS)]
    assert len(found) == 2 * fails + 3


@pytest.mark.parametrize("dt", [0.3, 1.0, 7.0, 60.0])
def test_lockout_is_less_than_a_step_late(dt: float) -> None:
    modes = Set(**NFPA, start_fails=1).modes("c" * (int(75.0 / dt) + 3), dt)
    assert 75.0 - 1e-6 <= modes.index(FAILED) * dt < 75.0 + dt


def test_an_engine_that_stalls_for_want_of_fuel_is_cranked_again() -> None:
    unit = Set(**NFPA)
    unit.modes("ccc", 1.0)
    assert unit[f.GEN_MODE] == RUNNING_UP
    unit[f.GEN_TANK_OUT] = 1.0
    assert unit.modes("c", 1.0) == [CRANKING]
    unit[f.GEN_TANK_OUT] = 0.0
    found = unit.modes("c" * 40, 1.0)
    # The second attempt begins at 30 s.
    assert found.index(RUNNING_UP) + 4 == 32
    assert found.index(ON_BUS) + 4 == 37


def test_without_fuel_it_cranks_in_vain() -> None:
    unit = Set(**NFPA)
    unit[f.GEN_TANK_OUT] = 1.0
    assert unit.modes("c" * 80, 1.0).index(FAILED) == 75
    assert Set(**NFPA, fuel=0.0).modes("c" * 80, 1.0).index(FAILED) == 75


# ------------------------------------------------------------------------------------------- failure and repair
@pytest.mark.parametrize("dt", [1.0, 7.0, 60.0])
def test_it_fails_after_its_running_time_or_at_the_start_of_that_step(dt: float) -> None:
    unit = Set(run_left=100.0)
    assert unit.modes("." * 5, dt) == [STOPPED] * 5
    modes = unit.modes("c" * 200, dt)
    survived = modes.index(FAILED) * dt
    assert 100.0 - dt <= survived <= 100.0
    assert set(modes[modes.index(FAILED) :]) == {FAILED}
    assert unit[f.GEN_CAUSE] == f.CAUSE_BREAKDOWN


def test_cooling_down_is_running_time_too() -> None:
    unit = Set(run_left=4.5, cooldown=100.0)
    assert unit.modes("cc....", 1.0) == [ON_BUS, ON_BUS, COOLING, COOLING, FAILED, FAILED]


def test_a_repaired_set_runs_until_its_next_failure() -> None:
    unit = Set(run_left=1.5, repair_left=2.0, run_next=2.5)
    assert unit.modes("ccccccc", 1.0) == [ON_BUS, FAILED, REPAIR, REPAIR, ON_BUS, ON_BUS, FAILED]
    assert unit.modes("ccc", 1.0) == [FAILED] * 3


def test_a_set_that_did_not_start_starts_after_its_repair() -> None:
    unit = Set(start_fails=1, crank_fails=3, repair_left=1.0)
    assert unit.modes("cccc", 1.0) == [FAILED, REPAIR, ON_BUS, ON_BUS]


@pytest.mark.parametrize("never", [0.0, NEVER])
def test_by_default_nothing_is_repaired(never: float) -> None:
    assert Set(start_fails=1, repair_left=never).modes("c" * 5, 1e6) == [FAILED] * 5


# ---------------------------------------------------------------------------------------------------- protection
def test_a_speed_or_voltage_outside_its_limits_trips_after_its_delay() -> None:
    for field, value, cause in (
        (f.GEN_FREQ_DEV, 0.25, f.CAUSE_SPEED), (f.GEN_FREQ_DEV, -0.2, f.CAUSE_SPEED),
        (f.GEN_VOLTAGE, 0.6, f.CAUSE_VOLTAGE),
    ):  # fmt: skip
        unit = Set(
            frequency_low=0.85, frequency_high=1.2, frequency_delay=0.5, voltage_low=0.7, voltage_delay=0.5
        )
        unit.modes("c", 0.1)
        modes = []
        for _ in range(6):
            unit[field] = value
            genset_step(unit.p, unit.s, 0, True, 0.1)
            modes.append(int(unit[f.GEN_MODE]))
        assert modes == [ON_BUS] * 4 + [FAILED] * 2
        assert unit[f.GEN_CAUSE] == cause


@pytest.mark.parametrize(("load", "seconds"), [(1.2, 110.0), (2.2, 10.0), (1.65, 20.0)])
def test_overload_trips_by_its_inverse_time(load: float, seconds: float) -> None:
    """t = T / (load / pickup - 1), T = 10 s, pickup 1.1."""
    unit = Set(overload_pickup=1.1, overload_time=10.0)
    unit.modes("c", 0.1)
    steps = 0
    while unit[f.GEN_MODE] == ON_BUS:
        unit[f.GEN_POWER] = 1e3 * load
        genset_step(unit.p, unit.s, 0, True, 0.1)
        steps += 1
    assert steps * 0.1 == pytest.approx(seconds, abs=0.2)
    assert unit[f.GEN_CAUSE] == f.CAUSE_OVERLOAD


# ------------------------------------------------------------------------------------------ nothing else happens
DIAGRAM = {
    (STOPPED, CRANKING), (CRANKING, RESTING), (RESTING, CRANKING), (CRANKING, RUNNING_UP), (CRANKING, FAILED),
    (RESTING, FAILED), (RUNNING_UP, READY), (READY, ON_BUS), (READY, COOLING), (ON_BUS, COOLING),
    (COOLING, READY), (COOLING, STOPPED), (READY, FAILED), (ON_BUS, FAILED), (COOLING, FAILED),
    (FAILED, REPAIR), (REPAIR, STOPPED), (FAILED, STOPPED), (STOPPED, FAILED),
    (CRANKING, STOPPED), (RESTING, STOPPED), (RUNNING_UP, STOPPED), (RUNNING_UP, CRANKING),
    (RUNNING_UP, RESTING), (RUNNING_UP, FAILED), (FAILED, CRANKING), (REPAIR, CRANKING),
}  # fmt: skip
"""Arrows of the diagram, and in its last row what one step may pass through: READY and STOPPED."""

events = st.lists(
    st.tuples(
        st.booleans(), st.booleans(), st.floats(0.0, 1500.0), st.sampled_from(["", "", "", "tank", "service"])
    ),
    min_size=1,
    max_size=30,
)


@settings(deadline=None, max_examples=100)
@given(
    events, st.sampled_from([0.02, 0.5, 5.0]), st.integers(0, 4), st.floats(0.0, 30.0),
    st.sampled_from([10.0, NEVER]), st.sampled_from([0.0, 7.0]), st.sampled_from([1e-4, 1.0]),
)  # fmt: skip
def test_no_other_transition_happens(
    history: list[tuple[bool, bool, float, str]], dt: float, fails: int, cool: float, left: float, repair: float,
    tank: float,
) -> None:  # fmt: skip
    """Any calls, loads, faults and service: steps short enough to see each arrow by itself."""
    unit = Set(
        start_delay=7.0, fire_time=5.0, cooldown=cool, run_left=left, crank_limit=75.0, crank_fails=fails,
        repair_left=repair, tank=tank, fuel_1=1e-4, frequency_low=0.85, frequency_high=1.2, overload_pickup=1.1,
        overload_time=1.0, aspirated=0.5, turbo_lag=1.0,
    )  # fmt: skip
    genset_interval(unit.p, unit.s, 0, dt)
    before = STOPPED
    for call, close, power, event in history:
        unit[f.GEN_TANK_OUT] = float(event == "tank")
        unit[f.GEN_UNAVAILABLE] = float(event == "service")
        genset_step(unit.p, unit.s, 0, call, dt)
        mode = int(unit[f.GEN_MODE])
        assert mode == before or (before, mode) in DIAGRAM
        before = mode
        if close:
            plant_close_step(unit.p, unit.s, 0, 1, False, 0.0, 0.0, dt)
        mode = int(unit[f.GEN_MODE])
        assert mode == before or (before, mode) == (READY, ON_BUS)
        plant_power_step(unit.p, unit.s, 0, 1, power if mode == ON_BUS else 0.0, mode == ON_BUS, dt)
        assert unit[f.GEN_FUEL] >= 0.0
        assert np.isfinite(unit.s).all()
        gap = unit[f.GEN_E_IN] - unit[f.GEN_E_OUT] - unit[f.GEN_E_LOSS]
        assert abs(gap) <= 1e-9 * max(unit[f.GEN_E_IN], unit[f.GEN_E_OUT], 1.0)
        before = mode
