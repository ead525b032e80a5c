"""Air of a hall: by-pass, leakage, fan control, the coil valve, the economiser, failed units, the two indices."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from thermal_model import hall_block, rack_block

from twin.kernels import fields as f
from twin.kernels.air import AIR_CP
from twin.kernels.air_handler import behind_bypass, in_series
from twin.kernels.economiser import economiser_step
from twin.kernels.hall import hall_step
from twin.kernels.plant_pumps import hall_draw
from twin.kernels.rack_thermal import rack_thermal_finish, rack_thermal_prepare

NO_CDU = np.zeros((len(f.CDU.states), 0))
ECONOMISER = {
    "economiser": 0.6,
    "economiser_dry_max": 30.0,
    "economiser_dew_min": -9.0,
    "economiser_dew_max": 15.0,
    "economiser_band": 1.0,
    "economiser_power": 400.0,
}
VALVE = {"valve_gain": 0.05, "valve_integral_time": 60.0, "valve_rate": 1.0 / 90.0}


class Hall:
    """Four racks of 10 kW in a hall; 48 kW of air at most."""

    def __init__(self, *, recirculation: float = 0.0, **changes: float) -> None:
        self.rack = rack_block(4, 10e3, 0.0, recirculation=recirculation, inlet_shutdown=1e6)
        self.hall = hall_block(40e3, **changes)
        self.hall[1][f.HALL_WATER] = 1.0
        self.heat = 0.0
        self.start = self.stored()
        self.dry, self.dew = 20.0, 10.0

    def stored(self) -> float:
        p, s = self.hall
        nodes = p[f.HALL_C_COLD] * s[f.HALL_T_COLD] + p[f.HALL_C_HOT] * s[f.HALL_T_HOT]
        return float(nodes.sum() + (self.rack[0][f.RACK_C_MASS] * self.rack[1][f.RACK_T_MASS]).sum())

    def run(
        self, dt: float, steps: int, water: float = 12.0, served: float = 1.0, power: float = 10e3
    ) -> None:
        p, s = self.rack
        for k in range(steps):
            s[f.RACK_HEAT] = power * dt
            self.heat += 4 * power * dt
            for i in range(4):
                rack_thermal_prepare(p, s, i, dt)
            economiser_step(*self.hall, 0, self.dry, self.dew)
            hall_step(*self.hall, 0, p, s, 0, 4, water, served, dt)
            for i in range(4):
                rack_thermal_finish(p, s, i, self.hall[1], NO_CDU, k * dt, dt)

    def __getitem__(self, index: int) -> float:
        return float(self.hall[1][index, 0])

    def residual(self) -> float:
        into = self.heat + self[f.HALL_E_ELEC]
        out = self[f.HALL_E_OUT] + self[f.HALL_E_LOSS]
        return abs(into - out - (self.stored() - self.start)) / into


def test_by_passed_air_comes_back_cold() -> None:
    """A share b of the supply air mixes into the return: T_return = (1 - b) T_hot + b T_supply."""
    hall = Hall(bypass=0.2, fan_control=f.FANS_PRESSURE)
    hall.run(30.0, 500)
    supply = hall[f.HALL_T_COIL]
    assert supply == pytest.approx(24.0, abs=1e-9)
    assert hall[f.HALL_T_COLD] == pytest.approx(24.0, abs=1e-6)
    assert hall[f.HALL_T_RETURN] == pytest.approx(0.8 * hall[f.HALL_T_HOT] + 0.2 * supply, abs=1e-6)
    assert hall[f.HALL_RTI] == pytest.approx(0.8, rel=1e-6)


def test_fans_that_follow_the_racks_let_them_draw_exhaust_where_air_by_passes() -> None:
    """Of the racks' flow F, b F misses the cold aisle and comes over the racks: cold aisle (1 - b) supply + b hot."""
    hall = Hall(bypass=0.2)
    hall.run(30.0, 500)
    supply, hot = hall[f.HALL_T_COIL], hall[f.HALL_T_HOT]
    assert hall[f.HALL_T_COLD] == pytest.approx(0.8 * supply + 0.2 * hot, abs=1e-6)
    assert hall[f.HALL_RTI] == pytest.approx(1.0, rel=1e-6)
    assert hall[f.HALL_SHI] == pytest.approx(0.2, rel=1e-6)


def test_a_coil_wide_open_behind_a_bypass_is_solved_exactly() -> None:
    """Heat of the coil is its conductance times the difference of the diluted return air to the water."""
    conductance, source = behind_bypass(4e3, 12.0, 5e3, 0.25, 800.0)
    hot = 40.0
    heat = conductance * (hot - source)
    back = hot - 0.25 / 0.75 * (heat - 800.0) / 5e3
    assert heat == pytest.approx(4e3 * (back - 12.0), rel=1e-12)


def test_leaking_hot_air_warms_the_cold_aisle() -> None:
    """Supply F and leak l F at the hot aisle's temperature mix: T_cold = (T_s + l T_h) / (1 + l)."""
    hall = Hall(leakage=0.1)
    hall.run(30.0, 500)
    mixed = (hall[f.HALL_T_COIL] + 0.1 * hall[f.HALL_T_HOT]) / 1.1
    assert hall[f.HALL_T_COLD] == pytest.approx(mixed, abs=1e-6)


@pytest.mark.parametrize(
    ("changes", "flow"),
    [
        ({}, 1.0),
        ({"fan_margin": 0.1}, 1.1),
        ({"fan_control": f.FANS_PRESSURE, "fan_margin": 0.05, "bypass": 0.1}, 1.05 / 0.9),
        ({"fan_control": f.FANS_FIXED, "fan_fixed": 1.0}, 1.3),
    ],
)
def test_fans_hold_what_they_are_told(changes: dict[str, float], flow: float) -> None:
    hall = Hall(**changes)
    hall.run(30.0, 500)
    drawn = float(hall.rack[1][f.RACK_FLOW].sum())
    full = hall.hall[0][f.HALL_FLOW_MAX, 0]
    assert hall[f.HALL_SPEED] == pytest.approx(flow * drawn / full, rel=1e-6)
    assert hall[f.HALL_POWER] == pytest.approx(
        hall.hall[0][f.HALL_FAN_POWER, 0] * hall[f.HALL_SPEED] ** 3, rel=1e-6
    )


def test_the_handlers_left_speed_up_for_the_one_that_failed() -> None:
    whole, short = Hall(units=5.0), Hall(units=5.0)
    short.hall[1][f.HALL_UNITS_OUT] = 0.2
    for hall in (whole, short):
        hall.run(30.0, 500)
    assert short[f.HALL_SPEED] == pytest.approx(whole[f.HALL_SPEED] / 0.8, rel=1e-6)
    assert short[f.HALL_POWER] == pytest.approx(0.8 * whole[f.HALL_POWER] / 0.8**3, rel=1e-6)
    assert short[f.HALL_T_COLD] == pytest.approx(24.0, abs=1e-6)


def test_no_handler_left_is_no_cooling() -> None:
    hall = Hall()
    hall.hall[1][f.HALL_UNITS_OUT] = 1.0
    hall.run(10.0, 60)
    assert hall[f.HALL_Q_COIL] == 0.0
    assert hall[f.HALL_POWER] == 0.0
    assert hall[f.HALL_T_COLD] > 30.0


@pytest.mark.parametrize("dt", [0.1, 1.0, 10.0, 60.0, 900.0])
def test_the_valve_holds_the_supply_air_at_any_step(dt: float) -> None:
    hall = Hall(**VALVE)
    hall.run(dt, round(max(3600.0, 40 * dt) / dt))
    assert hall[f.HALL_T_COIL] == pytest.approx(24.0, abs=0.02)
    assert 0.05 < hall[f.HALL_VALVE] < 0.95
    assert hall.residual() < 1e-10


def test_the_valve_answers_alike_at_every_step() -> None:
    """After a step of load, the same course whether stepped by 50 ms, 0.1 s or 1 s, within 0.5 % of 24 degC."""
    courses = []
    for dt in (0.05, 0.1, 1.0):
        hall = Hall(**VALVE)
        hall.run(10.0, 400)
        seen = []
        for _ in range(12):
            hall.run(dt, round(10.0 / dt), power=6e3)
            seen.append((hall[f.HALL_T_COLD], hall[f.HALL_VALVE]))
        courses.append(np.array(seen))
    for course in courses[1:]:
        np.testing.assert_allclose(course[:, 0], courses[0][:, 0], atol=0.12)


def test_a_valve_that_stood_open_through_a_loss_of_water_comes_back() -> None:
    """Without anti-windup the integral of ten minutes would keep it open, and the air too cold, for as long again."""
    hall = Hall(**VALVE)
    hall.run(1.0, 2400)
    hall.hall[1][f.HALL_WATER] = 0.0
    hall.run(1.0, 600)
    assert hall[f.HALL_VALVE] == 1.0
    hall.hall[1][f.HALL_WATER] = 1.0
    hall.run(1.0, 900)
    assert hall[f.HALL_T_COIL] == pytest.approx(24.0, abs=0.3)


def test_the_valve_moves_no_faster_than_its_stroke() -> None:
    hall = Hall(**VALVE)
    hall.run(1.0, 1)
    assert hall[f.HALL_VALVE] <= 1.0 / 90.0 + 1e-9


def test_economiser_and_coil_in_series_are_one_exchanger() -> None:
    rate, back = 5e3, 36.0
    conductance, source = in_series(0.6 * rate, 20.0, 2e3, 14.0, rate)
    outside = 0.6 * rate * (back - 20.0)
    coil = 2e3 * (back - outside / rate - 14.0)
    assert conductance * (back - source) == pytest.approx(outside + coil, rel=1e-12)


def test_cold_outside_air_takes_all_of_the_heat() -> None:
    hall = Hall(**ECONOMISER)
    hall.dry, hall.dew = 5.0, 0.0
    hall.run(30.0, 500)
    assert hall[f.HALL_T_COIL] == pytest.approx(24.0, abs=1e-6)
    assert hall[f.HALL_Q_COIL] == 0.0
    fan = hall[f.HALL_POWER] - hall[f.HALL_P_ECO]
    assert hall[f.HALL_Q_OUTSIDE] == pytest.approx(40e3 + fan, rel=1e-6)
    assert hall[f.HALL_P_ECO] == pytest.approx(400.0 * hall[f.HALL_SPEED] ** 3, rel=1e-9)
    assert hall[f.HALL_ECO_TIME] == 30.0 * 500
    assert hall.residual() < 1e-12


@pytest.mark.parametrize("valve", [{}, VALVE])
def test_mild_outside_air_takes_a_part(valve: dict[str, float]) -> None:
    """Effectiveness 0.6 towards 26 degC; the coil takes what is left to the set point."""
    hall = Hall(**ECONOMISER, **valve)
    hall.dry, hall.dew = 26.0, 10.0
    hall.run(30.0, 1000)
    assert hall[f.HALL_T_COIL] == pytest.approx(24.0, abs=1e-3)
    flow = hall[f.HALL_SPEED] * hall.hall[0][f.HALL_FLOW_MAX, 0]
    taken = 0.6 * flow * AIR_CP * (hall[f.HALL_T_RETURN] - 26.0)
    assert hall[f.HALL_Q_OUTSIDE] == pytest.approx(taken, rel=1e-6)
    assert hall[f.HALL_Q_COIL] > 0.0
    assert hall.residual() < 1e-12


def test_the_economiser_needs_no_water() -> None:
    hall = Hall(**ECONOMISER)
    hall.dry, hall.dew = 15.0, 5.0
    hall.hall[1][f.HALL_WATER] = 0.0
    hall.run(30.0, 500)
    assert hall[f.HALL_Q_OUTSIDE] == pytest.approx(40e3, rel=0.05)
    assert hall[f.HALL_T_COLD] < 30.0


@pytest.mark.parametrize(("dry", "dew"), [(31.0, 10.0), (20.0, 16.0), (5.0, -12.0)])
def test_weather_outside_its_limits_shuts_it(dry: float, dew: float) -> None:
    hall = Hall(**ECONOMISER)
    hall.dry, hall.dew = dry, dew
    hall.run(30.0, 20)
    assert hall[f.HALL_ECO_ON] == 0.0
    assert hall[f.HALL_Q_OUTSIDE] == 0.0
    assert hall[f.HALL_ECO_TIME] == 0.0


def test_it_opens_a_dead_band_inside_its_limits() -> None:
    hall = Hall(**ECONOMISER)
    for dew, state in ((14.5, 0.0), (13.9, 1.0), (14.5, 1.0), (15.1, 0.0), (14.5, 0.0)):
        hall.dew = dew
        hall.run(1.0, 1)
        assert hall[f.HALL_ECO_ON] == state


@settings(max_examples=25, deadline=None)
@given(
    bypass=st.floats(0.0, 0.6),
    leakage=st.floats(0.0, 0.5),
    recirculation=st.floats(0.0, 0.5),
    dry=st.floats(-20.0, 40.0),
    water=st.floats(5.0, 40.0),
    out=st.floats(0.0, 1.0),
    valve=st.booleans(),
    dt=st.sampled_from([0.1, 1.0, 60.0, 900.0]),
)
def test_heat_closes_whatever_the_air_does(
    bypass: float,
    leakage: float,
    recirculation: float,
    dry: float,
    water: float,
    out: float,
    valve: bool,
    dt: float,
) -> None:
    hall = Hall(
        recirculation=recirculation, bypass=bypass, leakage=leakage, **ECONOMISER, **(VALVE if valve else {})
    )
    hall.dry, hall.dew = dry, min(dry, 5.0)
    hall.hall[1][f.HALL_UNITS_OUT] = out
    for served in (1.0, 0.0, 0.5):
        hall.run(dt, 4, water=water, served=served)
    assert np.isfinite(hall.hall[1]).all()
    assert hall.residual() < 1e-11
    assert hall[f.HALL_Q_COIL] >= -1e-6
    assert hall[f.HALL_Q_OUTSIDE] >= 0.0


@pytest.mark.parametrize("out", [0.0, 0.4])
@pytest.mark.parametrize(
    "changes", [{}, {"bypass": 0.2}, ECONOMISER, {"bypass": 0.1, "leakage": 0.1, **ECONOMISER}]
)
def test_a_controlled_valve_draws_the_water_that_an_ideal_one_needs(
    changes: dict[str, float], out: float
) -> None:
    """Both hold the supply air: one found its opening by control, the other's is worked out from its heat."""
    drawn = []
    for valve in (VALVE, {}):
        hall = Hall(units=5.0, door_water_flow=0.1, **changes, **valve)
        hall.hall[1][f.HALL_UNITS_OUT] = out
        hall.run(10.0, 2000, power=6e3)
        assert hall[f.HALL_T_COIL] == pytest.approx(24.0, abs=1e-3)
        assert hall[f.HALL_Q_COIL] > 1e3
        drawn.append(hall_draw(*hall.hall, 0, 12.0))
    assert drawn[0] == pytest.approx(drawn[1], rel=2e-3)
    full = (1.0 - out) * hall.hall[0][f.HALL_COIL_WATER, 0]
    assert 0.1 < drawn[0] < 0.1 + 0.9 * full
