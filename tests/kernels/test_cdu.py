"""The coolant distribution unit: set point, approach, loss of pumps, energy."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from thermal_model import block, cdu_block, rack_block

from twin.kernels import fields as f
from twin.kernels.air import WATER_CP
from twin.kernels.cdu import cdu_step, plate_share
from twin.kernels.rack_thermal import rack_thermal_finish, rack_thermal_prepare

POWER = 100e3
HALL = block(f.HALL, 1, {}, {"temperature_cold_mean": 24.0, "temperature_hot_mean": 36.0})[1]


class Loop:
    """Racks of 100 kW, all of it to liquid, on one CDU."""

    def __init__(self, racks: int = 6, rack: dict[str, float] | None = None, **cdu: float) -> None:
        self.racks = racks
        self.rack = rack_block(racks, POWER, 1.0, plate_shutdown=1e6, **(rack or {}))
        self.cdu = cdu_block(racks * POWER, **cdu)
        self.cdu[1][f.CDU_WATER] = 1.0

    def run(
        self, dt: float, steps: int, water: float = 22.0, served: float = 1.0, power: float = POWER
    ) -> None:
        p, s = self.rack
        for k in range(steps):
            s[f.RACK_HEAT] = power * dt
            for i in range(self.racks):
                rack_thermal_prepare(p, s, i, dt)
            cdu_step(*self.cdu, 0, p, s, 0, self.racks, water, served, dt)
            for i in range(self.racks):
                rack_thermal_finish(p, s, i, HALL, self.cdu[1], k * dt, dt)

    def __getitem__(self, index: int) -> float:
        return float(self.cdu[1][index, 0])


def test_supply_is_held_and_the_rise_is_that_of_the_flow() -> None:
    loop = Loop()
    loop.run(1.0, 2000)
    assert loop[f.CDU_T_SUPPLY_NOW] == pytest.approx(32.0, abs=1e-6)
    rise = loop[f.CDU_T_RETURN] - loop[f.CDU_T_SUPPLY_NOW]
    assert rise == pytest.approx(600e3 / (15.0 * WATER_CP), rel=1e-6)
    assert loop[f.CDU_Q] == pytest.approx(600e3 + loop[f.CDU_POWER], rel=1e-6)


def test_supply_floats_at_the_approach_of_the_exchanger_when_water_is_warm() -> None:
    """With equal flows the approach is Q / UA: 600 kW over 150 kW/K, 4 K above the water."""
    loop = Loop(pump_power=0.0)
    loop.run(1.0, 3000, water=31.0)
    assert loop[f.CDU_T_SUPPLY_NOW] == pytest.approx(35.0, abs=1e-3)


def test_plates_heat_up_adiabatically_when_pumps_stop() -> None:
    loop = Loop()
    loop.run(1.0, 2000)
    plate = loop.rack[1][f.RACK_T_PLATE, 0]
    loop.run(1.0, 60, served=0.0)
    middle = loop.rack[1][f.RACK_T_PLATE, 0]
    loop.run(1.0, 60, served=0.0)
    rate = (loop.rack[1][f.RACK_T_PLATE, 0] - middle) / 60.0
    assert middle > plate
    assert rate == pytest.approx(POWER / loop.rack[0][f.RACK_C_PLATE, 0], rel=1e-3)
    assert loop[f.CDU_SPEED] == pytest.approx(math.exp(-120.0 / 3.0), rel=1e-6)


def test_a_pump_change_over_of_five_seconds_moves_the_supply_little() -> None:
    loop = Loop()
    loop.run(0.1, 20000)
    plate = loop.rack[1][f.RACK_T_PLATE, 0]
    loop.run(0.1, 50, served=0.0)
    loop.run(0.1, 50)
    assert loop.rack[1][f.RACK_T_PLATE, 0] < plate + 5.0
    assert abs(loop[f.CDU_T_SUPPLY_NOW] - 32.0) < 1.0


@pytest.mark.parametrize("dt", [0.1, 1.0, 60.0, 3600.0])
def test_energy_closes(dt: float) -> None:
    loop = Loop()
    p = loop.cdu[0]

    def stored() -> float:
        return float(0.5 * p[f.CDU_C, 0] * (loop[f.CDU_T_SUPPLY_NOW] + loop[f.CDU_T_RETURN]))

    start = stored()
    for served in (1.0, 0.0, 0.3, 1.0):
        loop.run(dt, 20, served=served)
    left = loop[f.CDU_E_IN] - loop[f.CDU_E_OUT] - (stored() - start)
    assert abs(left) < 1e-12 * (loop[f.CDU_E_IN] + start)


def test_coolant_takes_what_the_plates_give() -> None:
    loop = Loop()
    for served in (1.0, 0.0, 0.3):
        before = loop[f.CDU_E_IN] - loop[f.CDU_E_ELEC]
        loop.run(7.0, 1, served=served)
        plates = loop.rack[1][f.RACK_Q_LIQUID].sum() * 7.0
        assert loop[f.CDU_E_IN] - loop[f.CDU_E_ELEC] - before == pytest.approx(plates, rel=1e-9)


def test_only_its_own_racks_are_on_the_loop() -> None:
    loop = Loop(racks=2)
    loop.rack[0][f.RACK_CDU, 1] = 1.0
    p, s = loop.rack
    for _ in range(2000):
        s[f.RACK_HEAT] = POWER
        rack_thermal_prepare(p, s, 0, 1.0)
        rack_thermal_prepare(p, s, 1, 1.0)
        cdu_step(*loop.cdu, 0, p, s, 0, 2, 22.0, 1.0, 1.0)
        rack_thermal_finish(p, s, 0, HALL, loop.cdu[1], 0.0, 1.0)
    assert loop[f.CDU_Q] == pytest.approx(POWER + loop[f.CDU_POWER], rel=1e-6)
    assert s[f.RACK_LIQUID_0, 1] == 0.0


def test_coolant_never_leaves_hotter_than_the_plates() -> None:
    assert plate_share(1.0, 0.0, 1000.0, 500.0) == 1.0
    assert plate_share(1.0, 0.0, 1000.0, 4000.0) == 0.25
    assert plate_share(0.2, 0.4, 1000.0, 300.0) == 0.5
    assert plate_share(0.8, 0.4, 1000.0, 300.0) == 1.0
    assert plate_share(0.2, 0.4, 1000.0, 4000.0) == 0.05
    loop = Loop(rack={"plate_conductance": 1e6})
    loop.run(1.0, 2000)
    assert loop[f.CDU_T_RETURN] <= loop.rack[1][f.RACK_T_PLATE].max() + 1e-9


def test_no_load_and_no_water_leave_no_nan() -> None:
    loop = Loop()
    loop.cdu[1][f.CDU_WATER] = 0.0
    loop.run(60.0, 10, served=0.0, power=0.0)
    assert loop[f.CDU_Q] == 0.0
    assert 0.0 < loop[f.CDU_T_SUPPLY_NOW] < 100.0


PI = {"valve_gain": 0.03, "valve_integral_time": 30.0, "valve_rate": 1.0 / 60.0}


@pytest.mark.parametrize("dt", [0.1, 1.0, 10.0, 30.0, 60.0, 900.0])
def test_a_controlled_valve_brings_the_supply_to_its_set_point_at_any_step(dt: float) -> None:
    loop = Loop(**PI)
    loop.cdu[1][f.CDU_VALVE] = 0.5
    loop.run(dt, max(round(1200.0 / dt), 20))
    assert loop[f.CDU_T_SUPPLY_NOW] == pytest.approx(32.0, abs=0.02)
    assert 0.0 < loop[f.CDU_VALVE] < 1.0
    ideal = Loop()
    ideal.run(1.0, 1200)
    assert loop[f.CDU_Q] == pytest.approx(ideal[f.CDU_Q], rel=2e-3)


def test_a_controlled_valve_gives_the_same_transient_at_any_step() -> None:
    """The load falls to a third and comes back: supply temperatures at 0.1 and 1 s, within 0.5 % of the swing."""
    found = {}
    for dt in (0.1, 1.0):
        loop = Loop(**PI)
        loop.cdu[1][f.CDU_VALVE] = 0.5
        loop.run(dt, round(1200.0 / dt))
        found[dt] = []
        for power in (POWER / 3.0, POWER):
            for _ in range(60):
                loop.run(dt, round(5.0 / dt), power=power)
                found[dt].append(loop[f.CDU_T_SUPPLY_NOW])
    swing = max(found[0.1]) - min(found[0.1])
    assert swing > 2.0
    assert max(abs(a - b) for a, b in zip(found[0.1], found[1.0], strict=True)) < 0.005 * swing


def test_a_valve_does_not_wind_up_while_the_water_is_warm() -> None:
    loop = Loop(**PI)
    loop.run(1.0, 600, water=40.0)
    assert loop[f.CDU_VALVE] == 1.0
    loop.run(1.0, 120, water=15.0)
    assert loop[f.CDU_VALVE] < 0.9
    loop.run(1.0, 900, water=15.0)
    assert loop[f.CDU_T_SUPPLY_NOW] == pytest.approx(32.0, abs=0.05)


def test_the_set_point_can_be_shifted() -> None:
    for control in ({}, PI):
        loop = Loop(**control)
        loop.cdu[1][f.CDU_T_SHIFT] = 3.0
        loop.run(1.0, 1500)
        assert loop[f.CDU_T_SUPPLY_NOW] == pytest.approx(35.0, abs=0.05)


def test_variable_pumps_follow_the_heat_by_the_cube() -> None:
    loop = Loop(coolant_rise=600e3 / (15.0 * WATER_CP), flow_min=0.3)
    for load, speed in ((1.0, 1.0), (0.6, 0.6), (0.1, 0.3)):
        loop.run(1.0, 2000, power=load * POWER)
        assert loop[f.CDU_SPEED] == pytest.approx(speed, rel=1e-9)
        assert loop[f.CDU_POWER] == pytest.approx(6e3 * speed**3, rel=1e-9)
        rise = loop[f.CDU_T_RETURN] - loop[f.CDU_T_SUPPLY_NOW]
        assert rise == pytest.approx(load / speed * 600e3 / (15.0 * WATER_CP), rel=1e-3)


@pytest.mark.parametrize("dt", [0.1, 1.0, 7.0, 60.0])
def test_a_leak_trips_the_pumps_at_its_instant(dt: float) -> None:
    """0.4 kg/s out of 300 kg: 10 % are gone after 75 s, and flow coasts down from there."""
    loop = Loop(inventory=300.0, leak_flow=0.4, level_min=0.9, pump_lag=0.0)
    loop.run(dt, 100)
    loop.cdu[1][f.CDU_LEAKS] = 1.0
    flow = 0.0
    for _ in range(math.ceil(200.0 / dt)):
        loop.run(dt, 1)
        flow += dt * loop[f.CDU_SPEED]
    assert flow == pytest.approx(75.0, rel=1e-9)
    assert loop[f.CDU_DRY] == 1.0
    assert loop[f.CDU_POWER] == 0.0
    assert loop[f.CDU_MISSING] == pytest.approx(0.4 * math.ceil(200.0 / dt) * dt, rel=1e-9)
    loop.run(10.0, 200)
    assert loop[f.CDU_SPILT] == pytest.approx(300.0)
    loop.cdu[1][f.CDU_LEAKS] = 0.0
    loop.run(1.0, 1)
    assert loop[f.CDU_SPEED] == 1.0
    assert loop[f.CDU_MISSING] == 0.0


@pytest.mark.parametrize("dt", [0.1, 1.0, 60.0, 900.0])
def test_energy_closes_with_every_control(dt: float) -> None:
    loop = Loop(**PI, coolant_rise=9.6, flow_min=0.3, inventory=300.0, leak_flow=0.4, level_min=0.9)
    p = loop.cdu[0]

    def stored() -> float:
        return float(0.5 * p[f.CDU_C, 0] * (loop[f.CDU_T_SUPPLY_NOW] + loop[f.CDU_T_RETURN]))

    start = stored()
    for served, leaks in ((1.0, 0.0), (0.3, 0.0), (1.0, 1.0), (1.0, 0.0)):
        loop.cdu[1][f.CDU_LEAKS] = leaks
        loop.run(dt, 20, served=served)
    left = loop[f.CDU_E_IN] - loop[f.CDU_E_OUT] - (stored() - start)
    assert abs(left) < 1e-12 * (loop[f.CDU_E_IN] + start)
