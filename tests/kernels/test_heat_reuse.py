"""Heat sold: demand, direct use, lowest load, the hot store; energy closes at any step."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from thermal_model import block, plant_block

from twin.kernels import fields as f
from twin.kernels.exchanger import exchanger_conductance
from twin.kernels.heat_reuse import direct_share, heat_network_step
from twin.kernels.hot_store import HOT_WATER
from twin.kernels.plant import plant_flow_step, plant_step
from twin.kernels.stratified_tank import LAYERS, tank_mean

HEAT = 500e3


class Network:
    """A plant of warm water with one hall, a tower, and a heat network."""

    def __init__(self, heat: float = HEAT, store: float = 0.0, **plant: float) -> None:
        values = {
            "temperature_set": 27.0, "chillers": 0, "free_cooling": 1, "heat_pump_heat": 1e6, "heat_network": 1,
            "heat_share": 1, "heat_store_layer": store / LAYERS,
        }  # fmt: skip
        self.plant = plant_block(HEAT, **(values | plant))
        self.hall = block(f.HALL, 1, {"plant": 0, "coil_water_flow": 12.0}, {"heat_coil": heat})
        self.cdu = block(f.CDU, 0, {}, {})
        s = self.plant[1]
        s[f.PLANT_T] = 27.0
        s[f.HEAT_STORE_0 : f.HEAT_STORE_0 + LAYERS + 1] = 40.0
        s[f.HEAT_RUNNING] = 1.0
        self.start = self.stored()

    def stored(self) -> float:
        """Heat in loop and hot store [J]."""
        p, s = self.plant
        layer = p[f.HEAT_STORE_LAYER, 0]
        hot = (
            tank_mean(s, f.HEAT_STORE_0, LAYERS, 0, layer) * LAYERS * layer * HOT_WATER
            if layer > 0.0
            else 0.0
        )
        return float(p[f.PLANT_C, 0] * s[f.PLANT_T, 0]) + hot

    def run(
        self,
        dt: float,
        steps: int,
        demand: float,
        supply: float = 65.0,
        back: float = 40.0,
        served: float = 1.0,
    ) -> None:
        signal = np.zeros(len(f.SIGNAL.params))
        signal[[f.SIG_HEAT_DEMAND, f.SIG_HEAT_SUPPLY, f.SIG_HEAT_RETURN]] = demand, supply, back
        signal[f.SIG_T_DRY] = 10.0
        for _ in range(steps):
            plant_flow_step(*self.plant, 0, *self.hall, *self.cdu, served, dt)
            heat_network_step(*self.plant, 0, signal)
            plant_step(*self.plant, 0, *self.hall, *self.cdu, 10.0, 8.0, served, served, dt)

    def __getitem__(self, index: int) -> float:
        return float(self.plant[1][index, 0])

    def residual(self) -> float:
        shed = self[f.PLANT_E_OUT] + self[f.PLANT_E_LOSS]
        return (self[f.PLANT_E_IN] - shed - (self.stored() - self.start)) / (self[f.PLANT_E_IN] + self.start)


def test_heat_is_sold_only_where_there_is_demand() -> None:
    loop = Network()
    loop.run(1.0, 50, demand=200e3)
    assert loop[f.PLANT_Q_REUSE] == pytest.approx(200e3, rel=1e-9)
    taken = 200e3 - loop[f.PLANT_P_HP]
    assert loop[f.PLANT_Q_FREE] == pytest.approx(HEAT + loop[f.PLANT_P_PUMP] - taken, rel=1e-9)
    sold = loop[f.PLANT_E_OUT]
    loop.run(1.0, 50, demand=0.0)
    assert loop[f.PLANT_Q_REUSE] == 0.0
    assert loop[f.PLANT_E_OUT] == pytest.approx(sold + loop[f.HEAT_E_LIFT] - loop[f.HEAT_E_LIFT], rel=0.01)


def test_a_share_of_the_demand_is_asked_of_each_plant() -> None:
    loop = Network(heat_share=0.25)
    loop.run(1.0, 20, demand=400e3)
    assert loop[f.PLANT_Q_REUSE] == pytest.approx(100e3, rel=1e-9)
    assert loop[f.HEAT_E_ASKED] == pytest.approx(20 * 100e3)


def test_a_hotter_network_costs_more_electricity() -> None:
    powers = []
    for supply in (45.0, 65.0, 80.0):
        loop = Network()
        loop.run(1.0, 20, demand=200e3, supply=supply, back=supply - 20.0)
        powers.append(loop[f.PLANT_P_HP])
    assert powers[0] < powers[1] < powers[2]


def test_direct_use_needs_no_heat_pump_where_the_return_is_warm_enough() -> None:
    """Return of 27 degC and 500 kW over 12 kg/s: 37 degC; a network of 33/25 takes it as it is."""
    loop = Network(heat_direct_ua=200e3, heat_pump_heat=0.0)
    loop.run(1.0, 50, demand=150e3, supply=33.0, back=25.0)
    assert loop[f.PLANT_Q_REUSE] == pytest.approx(150e3, rel=1e-9)
    assert loop[f.PLANT_P_HP] == 0.0
    loop.run(1.0, 50, demand=150e3, supply=45.0, back=25.0)
    assert loop[f.PLANT_Q_REUSE] == 0.0


def test_preheating_saves_electricity() -> None:
    powers = []
    for ua in (0.0, 20e3, 200e3):
        loop = Network(heat_direct_ua=ua)
        loop.run(1.0, 50, demand=200e3, supply=55.0, back=25.0)
        assert loop[f.PLANT_Q_REUSE] == pytest.approx(200e3, rel=1e-6)
        powers.append(loop[f.PLANT_P_HP])
    assert powers[0] > powers[1] > powers[2] > 0.0
    assert loop[f.HEAT_Q_DIRECT] > 0.3 * 200e3


@given(
    st.floats(1e3, 1e6),
    st.floats(1e3, 1e5),
    st.floats(1e3, 1e6),
    st.floats(26.0, 60.0),
    st.floats(26.0, 80.0),
)
def test_direct_share_is_what_the_exchanger_passes(
    ua: float, rate: float, heat: float, back: float, supply: float
) -> None:
    share = direct_share(ua, rate, back, supply, 25.0, heat)
    assert 0.0 <= share <= 1.0
    if share < 1.0:
        passed = exchanger_conductance(ua, rate, heat / (supply - 25.0)) * (back - 25.0)
        assert share * heat == pytest.approx(passed)
    assert 25.0 + share * (supply - 25.0) <= max(back, supply)


def test_below_the_lowest_load_nothing_is_sold() -> None:
    loop = Network(heat_pump_load_min=0.3)
    loop.run(1.0, 20, demand=290e3)
    assert loop[f.PLANT_Q_REUSE] == 0.0
    loop.run(1.0, 20, demand=310e3)
    assert loop[f.PLANT_Q_REUSE] == pytest.approx(310e3, rel=1e-9)


def test_a_store_lets_the_heat_pump_serve_less_than_its_lowest_load() -> None:
    loop = Network(heat_pump_load_min=0.3, store=50.0)
    powers, sold = [], []
    for _ in range(24 * 60):
        loop.run(60.0, 1, demand=100e3)
        powers.append(loop[f.PLANT_P_HP])
        sold.append(loop[f.PLANT_Q_REUSE])
    assert np.mean(sold[5:]) == pytest.approx(100e3, rel=0.03)
    running = np.array(powers) > 0.0
    assert 0.1 < running.mean() < 0.5
    assert 2 <= np.count_nonzero(np.diff(running.astype(int)) > 0) <= 12
    assert abs(loop.residual()) < 1e-12


def test_lukewarm_water_in_the_store_is_pushed_out() -> None:
    """A network that has become hotter leaves a store that is too cold to use: it must not stay so."""
    loop = Network(heat_pump_load_min=0.3, store=50.0, heat_store_loss=1.0)
    loop.plant[1][f.HEAT_STORE_0 : f.HEAT_STORE_0 + LAYERS + 1] = 59.0
    loop.start = loop.stored()
    loop.plant[1][f.HEAT_RUNNING] = 0.0
    loop.run(900.0, 400, demand=60e3, supply=65.0, back=45.0)
    assert loop[f.PLANT_E_OUT] > 0.9 * loop[f.HEAT_E_ASKED]
    assert abs(loop.residual()) < 1e-12


def test_a_store_covers_a_peak_above_the_heat_pump() -> None:
    loop = Network(heat_pump_heat=300e3, store=100.0)
    loop.run(60.0, 12 * 60, demand=100e3)
    loop.run(60.0, 120, demand=600e3)
    assert loop[f.PLANT_Q_REUSE] == pytest.approx(600e3, rel=0.02)
    assert loop[f.HEAT_Q_STORE] < -250e3
    assert abs(loop.residual()) < 1e-12


def test_a_network_hotter_than_the_heat_pump_is_topped_up_by_others() -> None:
    loop = Network(heat_supply_max=80.0)
    loop.run(1.0, 20, demand=300e3, supply=100.0, back=50.0)
    assert loop[f.PLANT_Q_REUSE] == pytest.approx(300e3 * 30.0 / 50.0, rel=1e-9)


def test_the_source_is_not_cooled_below_what_the_heat_pump_bears() -> None:
    loop = Network(heat_source_min=30.0)
    loop.run(1.0, 200, demand=1e6)
    back = loop[f.PLANT_T_RETURN]
    most = 12.0 * 4182.0 * (back - 30.0)
    assert loop[f.PLANT_Q_REUSE] - loop[f.PLANT_P_HP] <= most * 1.001


@pytest.mark.parametrize("store", [0.0, 40.0])
def test_heat_sold_does_not_depend_on_the_step(store: float) -> None:
    sold = []
    for dt in (1.0, 10.0, 60.0, 300.0, 900.0):
        loop = Network(store=store, heat_pump_load_min=0.2)
        for demand in (100e3, 400e3, 700e3, 250e3):
            loop.run(dt, round(7200.0 / dt), demand=demand)
        sold.append(loop[f.PLANT_E_OUT])
    assert np.ptp(sold[:3]) / sold[0] < 0.01
    assert np.ptp(sold) / sold[0] < (0.06 if store else 0.02)


STEP = st.tuples(
    st.floats(0.0, 1e6), st.floats(0.0, 2e6), st.floats(30.0, 95.0), st.floats(0.05, 3600.0),
    st.sampled_from([0.0, 0.5, 1.0]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([0.0, 30.0]), st.sampled_from([0.0, 100e3]), st.sampled_from([0.0, 300e3]),
    st.sampled_from([0.0, 500.0]), st.lists(STEP, min_size=1, max_size=20),
)  # fmt: skip
def test_energy_closes_for_anything(
    store: float, ua: float, heat: float, loss: float, steps: list[tuple[float, ...]]
) -> None:
    loop = Network(
        store=store,
        heat_direct_ua=ua,
        heat_pump_heat=heat,
        heat_store_loss=loss / LAYERS,
        heat_store_exchange=50.0,
    )
    for arriving, demand, supply, dt, served in steps:
        loop.hall[1][f.HALL_Q_COIL] = arriving
        loop.run(dt, 1, demand, supply, back=supply - 20.0, served=served)
        assert np.isfinite(loop.plant[1]).all()
        assert loop[f.PLANT_Q_REUSE] > -1e-6 * max(demand, 1.0)
    assert abs(loop.residual()) < 1e-12
