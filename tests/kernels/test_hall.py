"""The hall: published heat-up rates, its energy balance, the coil's valve, fans and by-pass."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from thermal_model import block, hall_block, rack_block

from twin.kernels import fields as f
from twin.kernels.air import AIR_CP, AIR_DENSITY
from twin.kernels.hall import hall_step
from twin.kernels.rack_thermal import rack_thermal_finish, rack_thermal_prepare

NO_CDU = np.zeros((len(f.CDU.states), 0))


class Room:
    """Racks and a hall, without anything behind the coils."""

    def __init__(
        self, power: float, racks: int = 1, hall: dict[str, float] | None = None, **rack: float
    ) -> None:
        self.power, self.racks = power, racks
        self.rack = rack_block(racks, power, 0.0, **rack)
        self.hall = hall_block(racks * power, **(hall or {}))
        self.hall[1][f.HALL_WATER] = 1.0
        self.heat = 0.0
        self.stored_start = self.stored()

    def stored(self) -> float:
        p, s = self.hall
        nodes = p[f.HALL_C_COLD] * s[f.HALL_T_COLD] + p[f.HALL_C_HOT] * s[f.HALL_T_HOT]
        return float(nodes.sum() + (self.rack[0][f.RACK_C_MASS] * self.rack[1][f.RACK_T_MASS]).sum())

    def run(self, dt: float, steps: int, water: float = 12.0, served: float = 1.0) -> None:
        p, s = self.rack
        for k in range(steps):
            s[f.RACK_HEAT] = self.power * dt
            self.heat += self.racks * self.power * dt
            for i in range(self.racks):
                rack_thermal_prepare(p, s, i, dt)
            hall_step(*self.hall, 0, p, s, 0, self.racks, water, served, dt)
            for i in range(self.racks):
                rack_thermal_finish(p, s, i, self.hall[1], NO_CDU, k * dt, dt)

    def __getitem__(self, index: int) -> float:
        return float(self.hall[1][index, 0])


@pytest.mark.parametrize(("power", "rate"), [(5e3, 1.3), (10e3, 2.6), (20e3, 5.2)])
def test_heat_up_after_loss_of_cooling_is_the_published_rate(power: float, rate: float) -> None:
    """20 2U servers of 11.1 kJ/K and 8 m3 of air: 1.3, 2.6 and 5.2 K/min at 5, 10 and 20 kW."""
    air = 8.0 * AIR_DENSITY * AIR_CP
    room = Room(
        power,
        heat_capacity=20 * 11.1e3,
        inlet_shutdown=1e6,
        hall={"heat_capacity_cold": 0.5 * air, "heat_capacity_hot": 0.5 * air, "fan_power_rated": 0.0},
    )
    room.run(1.0, 3600, served=0.0, water=99.0)
    before = room[f.HALL_T_COLD]
    room.run(1.0, 600, served=0.0, water=99.0)
    measured = (room[f.HALL_T_COLD] - before) / 10.0
    assert measured == pytest.approx(rate, rel=0.03)
    assert measured == pytest.approx(60.0 * power / (20 * 11.1e3 + air), rel=1e-3)


def test_coil_holds_the_supply_set_point_and_takes_all_the_heat() -> None:
    room = Room(10e3, racks=4)
    room.run(10.0, 2000)
    assert room[f.HALL_T_COLD] == pytest.approx(24.0, abs=1e-6)
    assert room[f.HALL_T_COIL] == pytest.approx(24.0, abs=1e-6)
    assert room[f.HALL_Q_COIL] == pytest.approx(40e3 + room[f.HALL_POWER], rel=1e-6)


def test_fans_follow_the_racks_by_the_affinity_law() -> None:
    room = Room(10e3, racks=4, recirculation=0.0)
    room.run(10.0, 2000)
    flow = room.rack[1][f.RACK_FLOW].sum()
    speed = flow / room.hall[0][f.HALL_FLOW_MAX, 0]
    assert room[f.HALL_SPEED] == pytest.approx(speed, rel=1e-9)
    assert room[f.HALL_POWER] == pytest.approx(room.hall[0][f.HALL_FAN_POWER, 0] * speed**3, rel=1e-9)


def test_a_coil_too_small_lets_the_room_warm_to_where_it_carries_the_heat() -> None:
    room = Room(10e3, racks=4, hall={"coil_ua": 1500.0}, inlet_shutdown=1e6)
    room.run(60.0, 5000)
    assert room[f.HALL_T_COLD] > 26.0
    assert room[f.HALL_Q_COIL] == pytest.approx(40e3 + room[f.HALL_POWER], rel=1e-6)


def test_water_warmer_than_the_room_never_heats_it() -> None:
    room = Room(10e3)
    room.run(1.0, 30, water=60.0)
    assert room[f.HALL_Q_COIL] == 0.0


def test_no_water_flow_no_cooling() -> None:
    room = Room(10e3)
    room.hall[1][f.HALL_WATER] = 0.0
    room.run(1.0, 30)
    assert room[f.HALL_Q_COIL] == 0.0


def test_racks_draw_hot_air_when_handlers_blow_too_little() -> None:
    """With a handler flow of half the rack flow the inlet is the mean of supply and exhaust."""
    flow = 10e3 / (AIR_CP * 12.0)
    room = Room(
        10e3,
        recirculation=0.0,
        inlet_shutdown=1e6,
        hall={"air_flow_max": 0.5 * flow, "fan_power_rated": 0.0, "coil_ua": 1e6, "coil_water_flow": 10.0},
    )
    room.run(10.0, 2000)
    supply, hot = room[f.HALL_T_COIL], room[f.HALL_T_HOT]
    assert supply == pytest.approx(24.0, abs=1e-6)
    assert room[f.HALL_T_COLD] == pytest.approx(0.5 * (supply + hot), rel=1e-6)


def test_surplus_supply_air_by_passes_the_racks() -> None:
    room = Room(10e3, recirculation=0.0, hall={"air_flow_min": 1.0, "fan_power_rated": 0.0})
    room.run(10.0, 2000)
    flow = room.hall[0][f.HALL_FLOW_MAX, 0]
    assert room[f.HALL_T_COLD] == pytest.approx(24.0, abs=1e-6)
    assert room[f.HALL_T_HOT] - 24.0 == pytest.approx(10e3 / (flow * AIR_CP), rel=1e-6)
    assert room[f.HALL_T_HOT] < room.rack[1][f.RACK_T_OUTLET, 0]


@pytest.mark.parametrize("dt", [0.1, 1.0, 60.0, 3600.0])
def test_energy_closes(dt: float) -> None:
    room = Room(10e3, racks=3, inlet_shutdown=1e6)
    for served in (1.0, 0.0, 0.4, 1.0):
        room.run(dt, 20, served=served)
    left = room.heat + room[f.HALL_E_ELEC] - room[f.HALL_E_OUT] - (room.stored() - room.stored_start)
    assert abs(left) < 1e-12 * (room.heat + room.stored_start)
    heat = float(room.rack[1][f.RACK_E_HEAT].sum())
    assert room[f.HALL_E_IN] - room[f.HALL_E_ELEC] == pytest.approx(heat, rel=1e-12)


def test_an_empty_hall_stays_as_it_is() -> None:
    p_hall, s_hall = hall_block(0.0, heat_capacity_cold=1e4, heat_capacity_hot=1e4)
    p_rack, s_rack = block(f.RACK, 0, {}, {})
    hall_step(p_hall, s_hall, 0, p_rack, s_rack, 0, 0, 12.0, 1.0, 60.0)
    assert np.isfinite(s_hall).all()
    assert s_hall[f.HALL_T_COLD, 0] == 24.0
    assert s_hall[f.HALL_T_HOT, 0] == 36.0
