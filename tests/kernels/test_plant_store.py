"""The cold store of a plant: it rides through, is refilled, follows orders, and its energy closes at any step."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from thermal_model import block, plant_block

from twin.kernels import fields as f
from twin.kernels.plant import plant_flow_step, plant_step
from twin.kernels.stratified_tank import LAYERS, tank_mean

HEAT = 500e3
FLOW = 20.0
RISE = HEAT / (FLOW * 4182.0)
RHO_CP = 998.2 * 4182.0
HOUR_OF_COLD = HEAT * 3600.0
TANK = {
    "store": f.COLD_TANK, "store_flow": 2.0 * FLOW / 998.2, "store_charge": 0.4 * HEAT, "store_rise": RISE,
    "store_heat_capacity": RHO_CP, "store_layer_volume": HOUR_OF_COLD / (RHO_CP * RISE * LAYERS),
    "store_exchange": 20.0, "store_loss": 20.0, "store_reserve": 0.3,
}  # fmt: skip
ICE = {
    "store": f.COLD_ICE, "store_flow": FLOW / 998.2, "store_charge": 0.4 * HEAT, "store_rise": RISE,
    "store_heat_capacity": RHO_CP, "store_loss": 100.0, "ice_energy": HOUR_OF_COLD, "ice_conductance": 2e5,
    "ice_charge_temperature": -6.0, "ice_capacity": 0.65,
}  # fmt: skip


class Loop:
    """A plant with a store and one hall that gives it a fixed heat; water pumps run on their own."""

    def __init__(self, heat: float = HEAT, full: float = 1.0, **plant: float) -> None:
        self.plant = plant_block(HEAT, pump_ups=0, pump_power=0.0, **plant)
        self.hall = block(f.HALL, 1, {"plant": 0, "coil_water_flow": FLOW}, {"heat_coil": heat})
        self.cdu = block(f.CDU, 0, {}, {})
        p, s = self.plant
        s[f.PLANT_TANK_0 : f.PLANT_TANK_0 + LAYERS + 1] = 12.0 + (1.0 - full) * RISE
        s[f.PLANT_ICE] = full * p[f.PLANT_ICE_ENERGY]
        s[f.PLANT_STORE_SOC] = full
        tank = RHO_CP * LAYERS * p[f.PLANT_STORE_LAYER, 0] * s[f.PLANT_TANK_0, 0]
        s[f.PLANT_STORE_STORED] = tank if p[f.PLANT_STORE, 0] == f.COLD_TANK else -s[f.PLANT_ICE, 0]
        self.start = self.stored()

    def stored(self) -> float:
        p, s = self.plant
        of_store = -s[f.PLANT_ICE, 0]
        if p[f.PLANT_STORE, 0] == f.COLD_TANK:
            layer = p[f.PLANT_STORE_LAYER, 0]
            of_store = tank_mean(s, f.PLANT_TANK_0, LAYERS, 0, layer) * LAYERS * layer * RHO_CP
        return float(p[f.PLANT_C, 0] * s[f.PLANT_T, 0] + of_store)

    def run(self, dt: float, steps: int, served: float = 1.0, wet: float = 15.0) -> None:
        for _ in range(steps):
            plant_flow_step(*self.plant, 0, *self.hall, *self.cdu, 1.0, dt)
            plant_step(*self.plant, 0, *self.hall, *self.cdu, 20.0, wet, served, served, dt)

    def order(self, heat: float) -> None:
        self.plant[1][f.PLANT_STORE_COMMANDED, 0] = 1.0
        self.plant[1][f.PLANT_STORE_SETPOINT, 0] = heat

    def __getitem__(self, index: int) -> float:
        return float(self.plant[1][index, 0])

    def residual(self) -> float:
        shed = self[f.PLANT_E_OUT] + self[f.PLANT_E_LOSS]
        entered = abs(self[f.PLANT_E_IN]) + abs(self.start)
        return (self[f.PLANT_E_IN] - shed - (self.stored() - self.start)) / entered


@pytest.mark.parametrize("store", [TANK, ICE])
@pytest.mark.parametrize("dt", [1.0, 60.0, 300.0])
def test_it_carries_the_load_while_chillers_are_down_and_is_refilled(
    store: dict[str, float], dt: float
) -> None:
    loop = Loop(**store)
    loop.run(dt, round(600.0 / dt))
    loop.run(dt, round(1800.0 / dt), served=0.0)
    assert loop[f.PLANT_T] == pytest.approx(12.0, abs=0.05)
    assert loop[f.PLANT_Q_STORE] == pytest.approx(HEAT, rel=1e-3)
    assert loop[f.PLANT_STORE_SOC] == pytest.approx(0.5, abs=0.01)
    loop.run(dt, round((240.0 + 3 * 3600.0) / dt))
    assert loop[f.PLANT_STORE_SOC] >= 0.95
    assert loop[f.PLANT_T] == pytest.approx(12.0, abs=0.05)
    assert abs(loop.residual()) < 1e-12


def test_the_ride_does_not_depend_on_the_step() -> None:
    """Chillers come back too late: the tank runs out and the loop warms, the same within 0.5 % of its rise."""
    found = []
    for dt in (1.0, 10.0, 60.0):
        loop = Loop(**TANK)
        loop.run(dt, round(4200.0 / dt), served=0.0)
        found.append(loop[f.PLANT_T])
    assert found[0] > 16.0
    assert found == pytest.approx([found[0]] * 3, abs=0.005 * (found[0] - 12.0))


def test_without_water_pumps_it_gives_nothing() -> None:
    loop = Loop(**TANK)
    for _ in range(60):
        plant_flow_step(*loop.plant, 0, *loop.hall, *loop.cdu, 0.0, 1.0)
        plant_step(*loop.plant, 0, *loop.hall, *loop.cdu, 20.0, 15.0, 0.0, 0.0, 1.0)
    assert loop[f.PLANT_E_STORED] == 0.0


def test_its_mode_tells_the_ride() -> None:
    loop = Loop(**TANK)
    loop.order(0.5 * HEAT)
    loop.run(10.0, 6)
    assert loop[f.PLANT_STORE_MODE] == f.COLD_RESTS
    # Short steps: what is a little off the set point is a large heat in one of them, and no reason to call it empty.
    loop.plant[0][f.PLANT_STORE_FLOW] *= 0.45
    loop.run(1.0, 600, served=0.0)
    assert loop[f.PLANT_STORE_MODE] == f.COLD_RIDES
    loop.run(10.0, 600, served=0.0)
    assert loop[f.PLANT_STORE_MODE] == f.COLD_EMPTY
    loop.order(0.0)
    loop.run(10.0, 240)
    assert loop[f.PLANT_STORE_MODE] == f.COLD_RESTS


@pytest.mark.parametrize("store", [TANK, ICE])
def test_it_follows_orders_down_to_the_reserve(store: dict[str, float]) -> None:
    loop = Loop(**(store | {"store_reserve": 0.3}))
    loop.order(0.5 * HEAT)
    loop.run(60.0, 30)
    assert loop[f.PLANT_Q_STORE] == pytest.approx(0.5 * HEAT, rel=1e-9)
    assert loop[f.PLANT_Q_CHILLER] == pytest.approx(0.5 * HEAT, rel=1e-9)
    loop.run(60.0, 90)
    assert loop[f.PLANT_Q_STORE] == pytest.approx(0.0, abs=1e-3)
    assert loop[f.PLANT_STORE_SOC] == pytest.approx(0.3, abs=5e-3)
    loop.order(-0.3 * HEAT)
    loop.run(60.0, 30)
    assert loop[f.PLANT_Q_STORE] == pytest.approx(-0.3 * HEAT, rel=1e-3)
    assert loop[f.PLANT_STORE_SOC] == pytest.approx(0.3 + 0.15, abs=5e-3)
    assert loop[f.PLANT_Q_CHILLER] == pytest.approx(1.3 * HEAT, rel=1e-3)
    assert abs(loop.residual()) < 1e-12


def test_an_outage_takes_what_orders_leave() -> None:
    loop = Loop(**TANK)
    loop.order(-0.4 * HEAT)
    loop.run(10.0, 60, served=0.0)
    assert loop[f.PLANT_Q_STORE] == pytest.approx(HEAT, rel=1e-3)


def test_the_economiser_charges_a_tank() -> None:
    loop = Loop(full=0.2, heat=0.5 * HEAT, chillers=0, free_cooling=1, **TANK)
    loop.run(60.0, 60, wet=2.0)
    assert loop[f.PLANT_STORE_SOC] == pytest.approx(0.2 + 0.4, abs=0.01)
    assert loop[f.PLANT_P_CHILLER] == 0.0


def test_ice_is_made_at_the_carnot_efficiency_of_the_edge_of_the_curves() -> None:
    loop = Loop(full=0.0, heat=0.0, **ICE)
    loop.run(60.0, 10)
    assert loop[f.PLANT_Q_STORE] == pytest.approx(-0.4 * HEAT)
    tc, te = loop[f.PLANT_T_CONDENSER], 7.22
    c = [loop.plant[0][f.PLANT_EIR_0 + j, 0] for j in range(6)]
    eir = c[0] + c[1] * te + c[2] * te**2 + c[3] * tc + c[4] * tc**2 + c[5] * te * tc
    edge = (te + 273.15) / (tc - te) / (5.89 / eir)
    ice = (-6.0 + 273.15) / (tc + 6.0) / (loop[f.PLANT_Q_CHILLER] / loop[f.PLANT_P_ICE])
    assert ice == pytest.approx(edge, rel=1e-9)


def test_a_set_point_may_be_moved() -> None:
    loop = Loop()
    loop.plant[1][f.PLANT_T_SHIFT, 0] = 2.5
    loop.run(10.0, 100)
    assert loop[f.PLANT_T] == pytest.approx(14.5, abs=1e-9)


@pytest.mark.parametrize("store", [TANK, ICE])
@pytest.mark.parametrize("dt", [0.1, 1.0, 60.0, 900.0])
def test_energy_closes(store: dict[str, float], dt: float) -> None:
    loop = Loop(heat_pump_heat=200e3, free_cooling=1, full=0.6, **store)
    for served, wet, order in ((1.0, 20.0, 2e5), (0.0, 20.0, -1e5), (0.3, 2.0, -3e5), (1.0, 25.0, 1e6)):
        loop.order(order)
        loop.run(dt, 10, served=served, wet=wet)
    assert np.isfinite(loop.plant[1]).all()
    assert abs(loop.residual()) < 1e-12
    assert 0.0 <= loop[f.PLANT_STORE_SOC] <= 1.0
