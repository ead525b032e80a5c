"""Generating set: every transition of its modes, its crank cycle, protection and repair; fuel and tanks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_builder import NEVER, one

from twin.kernels import fields as f
from twin.kernels.fuel import fuel_flow, genset_account_step
from twin.kernels.genset import genset_interval, genset_step
from twin.kernels.genset_plant import plant_close_step, plant_power_step

STOPPED, CRANKING, RESTING, RUNNING_UP = f.GEN_STOPPED, f.GEN_CRANKING, f.GEN_RESTING, f.GEN_RUNNING_UP
READY, ON_BUS, COOLING = f.GEN_READY, f.GEN_ON_BUS, f.GEN_COOLING
FAILED, REPAIR = f.GEN_FAILED, f.GEN_IN_REPAIR

LOAD = np.array([0.25, 0.5, 0.75, 1.0])
RATE = np.array([0.324, 0.273, 0.261, 0.269]) * 1e-3 / 3.6e6
"""Data sheet of 2 MW sets: fuel per energy [m3/J] at load."""


class Set:
    """One set, called or not, alone on its bus."""

    def __init__(self, **values: float) -> None:
        self.p, self.s = one("genset", **values)

    def modes(self, calls: str, dt: float, power: float = 0.0, close: bool = True) -> list[int]:
        """Mode after each step; one letter a step, 'c' where the bus calls."""
        genset_interval(self.p, self.s, 0, dt)
        found = []
        for call in calls:
            genset_step(self.p, self.s, 0, call == "c", dt)
            if close:
                plant_close_step(self.p, self.s, 0, 1, False, 0.0, 0.0, dt)
            on = self[f.GEN_MODE] == ON_BUS
            plant_power_step(self.p, self.s, 0, 1, power if on else 0.0, on, dt)
            found.append(int(self[f.GEN_MODE]))
        return found

    def __getitem__(self, index: int) -> float:
        return float(self.s[index, 0])

    def __setitem__(self, index: int, value: float) -> None:
        self.s[index, 0] = value


def diesel(**values: float) -> Set:
    """A 2 MW set with the fuel curve fitted to its data sheet, as the facility does."""
    fuel = np.polynomial.polynomial.polyfit(LOAD, LOAD * 2e6 * RATE, 2)
    curve = {f"fuel_{k}": float(v) for k, v in enumerate(fuel)}
    return Set(**{"power_rated": 2e6, "tank": 6.5} | curve | values)


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
    assert found == [(0, CRANKING), (15, RESTING), (30, CRANKING), (45, RESTING), (60, CRANKING), (75, FAILED)]
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
        unit = Set(frequency_low=0.85, frequency_high=1.2, frequency_delay=0.5, voltage_low=0.7, voltage_delay=0.5)
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


# ------------------------------------------------------------------------------------------------ fuel and tanks
def test_an_empty_tank_ends_the_run_and_its_emissions() -> None:
    unit = diesel(tank=0.01)
    modes = unit.modes("c" * 200, 1.0, 2e6)
    assert modes[-1] == FAILED
    assert unit[f.GEN_CAUSE] == f.CAUSE_FUEL
    assert unit[f.GEN_FUEL] == 0.0
    # At most one step's fuel more than the tank held.
    flow = fuel_flow(1.0, *(float(unit.p[k, 0]) for k in (f.GEN_FUEL_0, f.GEN_FUEL_1, f.GEN_FUEL_2)))
    assert 0.01 <= unit[f.GEN_BURNT] <= 0.01 + flow
    assert unit[f.GEN_BURNT] == pytest.approx(unit[f.GEN_E_IN] / unit.p[f.GEN_FUEL_HEAT, 0])
    idle = diesel(tank=1e-4, cooldown=NEVER)
    assert idle.modes("c" + "." * 300, 1.0)[-1] == FAILED
    assert idle[f.GEN_CO2_MASS] < 2710.0 * 1.3e-4


def test_a_supply_that_is_cut_off_stops_it_though_the_tank_is_full() -> None:
    unit = diesel()
    unit.modes("c", 1.0)
    unit[f.GEN_TANK_OUT] = 1.0
    assert unit.modes("c", 1.0) == [FAILED]
    assert unit[f.GEN_FUEL] > 6.4999


@pytest.mark.parametrize(("load", "rate"), list(zip(LOAD, (0.324, 0.273, 0.261, 0.269), strict=True)))
def test_fuel_per_energy_at_the_points_of_the_data_sheet(load: float, rate: float) -> None:
    """A parabola through four points of flow: within 2 % of each, and CO2 by volume."""
    unit = diesel()
    unit.modes("c" * 61, 60.0, load * 2e6)
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


def test_hours_below_the_lowest_load_are_counted() -> None:
    unit = diesel(load_min=0.3)
    unit.modes("cc", 600.0, 0.29 * 2e6)
    unit.modes("ccc", 600.0, 0.31 * 2e6)
    assert (unit[f.GEN_LOW_TIME], unit[f.GEN_RUN_TIME]) == (1200.0, 3000.0)


def test_a_fuel_floor_is_burnt_whatever_the_load() -> None:
    low, zero = diesel(fuel_floor=0.3), diesel(fuel_floor=0.3)
    low.modes("c", 60.0, 0.3 * 2e6)
    zero.modes("c", 60.0, 0.0)
    assert low[f.GEN_BURNT] == pytest.approx(zero[f.GEN_BURNT])
    assert zero[f.GEN_E_LOSS] == pytest.approx(zero[f.GEN_E_IN])


def test_a_pipeline_never_runs_dry() -> None:
    unit = diesel(tank=0.0, pipeline=1)
    assert unit.modes("ccc", 1e5, 2e6) == [ON_BUS] * 3
    assert unit[f.GEN_BURNT] > 30.0
    unit[f.GEN_TANK_OUT] = 1.0
    assert unit.modes("c", 1.0) == [FAILED]


def tanks(dt: float, hours: float, **values: float) -> Set:
    """A set that burns 0.1 L/s from a day tank of 1 m3 and a bulk tank of 2 m3."""
    full = {"fuel_0": 1e-4, "tank": 1.0, "tank_bulk": 2.0, "transfer_flow": 2e-4, "fuel_bulk": 2.0}
    unit = Set(**(full | values))
    unit.modes("c" * round(hours * 3600.0 / dt), dt)
    return unit


@pytest.mark.parametrize("dt", [10.0, 600.0])
def test_the_pump_keeps_the_day_tank_full_until_the_bulk_tank_is_empty(dt: float) -> None:
    """3 m3 at 0.36 m3/h: 8 h 20 min, the first 5 h 33 min from the bulk tank."""
    full = tanks(dt, 5.0)
    assert full[f.GEN_FUEL] == pytest.approx(1.0, abs=1e-4 * dt)
    assert full[f.GEN_FUEL] + full[f.GEN_BULK] + full[f.GEN_BURNT] == pytest.approx(3.0, rel=1e-12)
    assert tanks(dt, 8.0)[f.GEN_MODE] == ON_BUS
    assert tanks(dt, 9.0)[f.GEN_CAUSE] == f.CAUSE_FUEL
    # A pump that does not turn leaves its fuel in the bulk tank.
    slow = tanks(dt, 3.5, transfer_flow=0.0)
    assert (slow[f.GEN_CAUSE], slow[f.GEN_BULK]) == (f.CAUSE_FUEL, 2.0)


@pytest.mark.parametrize("dt", [10.0, 600.0])
def test_deliveries_come_in_their_time_and_fill_what_has_room(dt: float) -> None:
    """Every 4 h 1.5 m3: 1.44 m3 were burnt, the rest finds no room."""
    unit = tanks(dt, 4.1, delivery_delay=4 * 3600.0, delivery_volume=1.5)
    assert unit[f.GEN_DELIVERED] == pytest.approx(1.44, abs=2e-4 * dt)
    late = tanks(dt, 3.9, delivery_delay=4 * 3600.0, delivery_volume=1.5)
    assert late[f.GEN_DELIVERED] == 0.0
    long = tanks(dt, 48.0, delivery_delay=4 * 3600.0, delivery_volume=1.5)
    assert long[f.GEN_MODE] == ON_BUS
    assert long[f.GEN_FUEL] + long[f.GEN_BULK] + long[f.GEN_BURNT] - long[f.GEN_DELIVERED] == pytest.approx(3.0)


@settings(deadline=None)
@given(
    st.floats(0.0, 1.0), st.floats(0.0, 5.0), st.floats(0.0, 1e-2), st.floats(0.0, 3600.0), st.floats(0.0, 10.0),
    st.lists(st.floats(0.0, 2e3), max_size=20), st.floats(0.01, 600.0),
)  # fmt: skip
def test_fuel_is_never_negative_and_none_is_lost(
    tank: float, bulk: float, pump: float, delay: float, size: float, loads: list[float], dt: float
) -> None:
    unit = Set(
        fuel_0=1e-6, fuel_1=1e-5, tank=tank, tank_bulk=bulk, fuel_bulk=bulk, transfer_flow=pump,
        delivery_delay=delay, delivery_volume=size,
    )  # fmt: skip
    for load in loads:
        before = unit[f.GEN_BURNT]
        short = unit[f.GEN_FUEL] <= 0.0
        genset_account_step(unit.p, unit.s, 0, load, dt)
        assert 0.0 <= unit[f.GEN_FUEL] <= tank + 1e-12
        assert 0.0 <= unit[f.GEN_BULK] <= bulk + 1e-12
        left = unit[f.GEN_FUEL] + unit[f.GEN_BULK] + unit[f.GEN_BURNT] - unit[f.GEN_DELIVERED]
        # The step that empties the tank may burn a little more than there was.
        assert left >= tank + bulk - 1e-9
        if unit[f.GEN_FUEL] > 0.0 and not short:
            assert unit[f.GEN_BURNT] > before
