"""Fuel of a generating set: its data sheet, its tanks and deliveries, hours and emissions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from single_set import LOAD, Set, diesel
from site_builder import NEVER

from twin.kernels import fields as f
from twin.kernels.fuel import fuel_flow, genset_account_step

ON_BUS, FAILED = f.GEN_ON_BUS, f.GEN_FAILED


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
    assert long[f.GEN_FUEL] + long[f.GEN_BULK] + long[f.GEN_BURNT] - long[f.GEN_DELIVERED] == pytest.approx(
        3.0
    )


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
