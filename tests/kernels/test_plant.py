"""The plant: set point, restart delay, economiser, heat pump, power and energy."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from thermal_model import block, plant_block

from twin.kernels import fields as f
from twin.kernels.chiller import chiller_heat, chiller_power
from twin.kernels.plant import plant_flow_step, plant_step
from twin.kernels.plant_chillers import plant_chiller_capacity, plant_chiller_power, restart_share

HEAT = 500e3


class Loop:
    """A plant with one hall that gives it a fixed heat."""

    def __init__(self, heat: float = HEAT, **plant: float) -> None:
        self.plant = plant_block(HEAT, **plant)
        self.hall = block(f.HALL, 1, {"plant": 0, "coil_water_flow": 20.0}, {"heat_coil": heat})
        self.cdu = block(f.CDU, 0, {}, {})
        self.start = self.stored()

    def stored(self) -> float:
        return float(self.plant[0][f.PLANT_C, 0] * self.plant[1][f.PLANT_T, 0])

    def run(
        self,
        dt: float,
        steps: int,
        served: float = 1.0,
        pumps: float | None = None,
        wet: float = 15.0,
        dry: float = 20.0,
    ) -> None:
        for _ in range(steps):
            plant_flow_step(*self.plant, 0, *self.hall, *self.cdu, served if pumps is None else pumps, dt)
            plant_step(*self.plant, 0, *self.hall, *self.cdu, dry, wet, served, served, dt)

    def __getitem__(self, index: int) -> float:
        return float(self.plant[1][index, 0])

    def residual(self) -> float:
        shed = self[f.PLANT_E_OUT] + self[f.PLANT_E_LOSS]
        return (self[f.PLANT_E_IN] - shed - (self.stored() - self.start)) / (self[f.PLANT_E_IN] + self.start)


def test_chillers_hold_the_set_point() -> None:
    loop = Loop()
    loop.run(1.0, 100)
    assert loop[f.PLANT_T] == pytest.approx(12.0, abs=1e-9)
    assert loop[f.PLANT_Q_CHILLER] == pytest.approx(HEAT + loop[f.PLANT_P_PUMP], rel=1e-9)
    assert loop[f.PLANT_T_RETURN] == pytest.approx(12.0 + HEAT / (20.0 * 4182.0))
    parts = (f.PLANT_P_CHILLER, f.PLANT_P_PUMP, f.PLANT_P_REJECT, f.PLANT_P_HP)
    assert loop[f.PLANT_POWER] == pytest.approx(sum(loop[i] for i in parts))
    assert loop[f.PLANT_Q_REJECT] == pytest.approx(HEAT + loop[f.PLANT_POWER], rel=1e-9)
    assert loop[f.PLANT_WATER] == pytest.approx(0.6e-6 * loop[f.PLANT_E_LOSS])


def test_a_colder_outside_lowers_chiller_power() -> None:
    power = []
    for wet in (4.0, 12.0, 16.0, 20.0):
        loop = Loop()
        loop.run(1.0, 10, wet=wet)
        power.append(loop[f.PLANT_P_CHILLER])
        assert loop[f.PLANT_T_CONDENSER] == pytest.approx(max(12.78, wet + 4.0), abs=0.5)
    assert sorted(power) == power
    assert power[-1] > 1.2 * power[0]


def test_loop_warms_at_its_heat_capacity_without_power() -> None:
    loop = Loop()
    loop.run(1.0, 10)
    loop.run(1.0, 60, served=0.0)
    assert loop[f.PLANT_T] - 12.0 == pytest.approx(60.0 * HEAT / loop.plant[0][f.PLANT_C, 0], rel=1e-9)
    assert loop[f.PLANT_Q_REJECT] == 0.0
    assert loop[f.PLANT_POWER] == loop[f.PLANT_P_PUMP]
    assert loop[f.PLANT_FLOW] == 0.0


@pytest.mark.parametrize("dt", [0.1, 1.0, 7.0, 60.0])
def test_chillers_wait_for_their_restart_delay(dt: float) -> None:
    """They give the same cooling in the half hour after power returns, at any step."""
    loop = Loop(heat=0.0)
    loop.plant[1][f.PLANT_T, 0] = 200.0
    loop.plant[0][f.PLANT_PUMP, 0] = 0.0
    loop.run(dt, 2, served=0.0)
    taken = 0.0
    for _ in range(round(420.0 / dt)):
        loop.run(dt, 1)
        taken += loop[f.PLANT_Q_CHILLER] * dt
    rate = loop[f.PLANT_Q_CHILLER]
    assert taken == pytest.approx(rate * (round(420.0 / dt) * dt - 240.0), rel=1e-9)


def test_restart_share() -> None:
    assert restart_share(240.0, 240.0, 1.0, 1.0) == (1.0, 240.0)
    assert restart_share(240.0, 240.0, 0.4, 10.0) == (0.4, 4.0)
    assert restart_share(100.0, 240.0, 0.0, 10.0) == (0.0, 0.0)
    assert restart_share(235.0, 240.0, 1.0, 10.0) == (0.5, 240.0)
    assert restart_share(0.0, 0.0, 0.0, 10.0) == (0.0, 0.0)
    assert restart_share(0.0, 0.0, 1.0, 10.0) == (1.0, 0.0)
    assert restart_share(100.0, 240.0, 1.0, 10.0) == (0.0, 110.0)


@given(
    heat=st.floats(0.0, 1.0), unload=st.floats(0.0, 0.5), least=st.floats(0.01, 0.5), c=st.floats(0.0, 0.6)
)
def test_heat_for_a_power_is_the_inverse_of_power_for_a_heat(
    heat: float, unload: float, least: float, c: float
) -> None:
    machine = (1e6, 5.0, 1.2, 0.1, 0.9 - c, c, least, unload)
    power = chiller_power(heat * 1e6, *machine)
    back = chiller_heat(power, *machine)
    assert chiller_power(back, *machine) == pytest.approx(power, rel=1e-6, abs=1.0)
    # Between the ratio below which it cannot unload and that below which it cycles, power says nothing of the heat.
    if heat > max(unload, least) or (heat < least and unload < least):
        assert back == pytest.approx(heat * 1e6, rel=1e-6, abs=1.0)


@pytest.mark.parametrize("part", [0.3, 1.0, 1.6])
def test_chillers_on_half_their_power_take_the_heat_it_buys(part: float) -> None:
    """The bus lives and serves half: they unload, run on, and have no heat for nothing."""
    loop = Loop(part * HEAT, part_load_min=0.05, part_load_unload=0.05)
    loop.run(1.0, 3000)
    p, before = loop.plant[0], loop[f.PLANT_T]
    for _ in range(60):
        plant_flow_step(*loop.plant, 0, *loop.hall, *loop.cdu, 1.0, 1.0)
        asked, running, water = loop[f.PLANT_P_CHILLER], loop[f.PLANT_CHILLERS_ON], loop[f.PLANT_T]
        plant_step(*loop.plant, 0, *loop.hall, *loop.cdu, 20.0, 15.0, 0.5, 1.0, 1.0)
        condenser, taken = loop[f.PLANT_T_CONDENSER], loop[f.PLANT_Q_CHILLER]
        each = plant_chiller_capacity(p, 0, water, condenser)
        spent = plant_chiller_power(p, 0, taken, each, running, water, condenser)
        assert spent == pytest.approx(0.5 * asked, rel=1e-6)
    assert loop[f.PLANT_T] > before + 1e-3
    assert loop[f.PLANT_READY] == p[f.PLANT_RESTART, 0]


def test_free_cooling_replaces_chillers_when_it_is_cold() -> None:
    loop = Loop(free_cooling=1, temperature_set=18.0)
    loop.run(1.0, 2000, wet=4.0)
    assert loop[f.PLANT_Q_CHILLER] == 0.0
    assert loop[f.PLANT_P_CHILLER] == 0.0
    assert loop[f.PLANT_Q_FREE] == pytest.approx(HEAT + loop[f.PLANT_P_PUMP], rel=1e-9)
    loop.run(1.0, 2000, wet=25.0)
    assert loop[f.PLANT_Q_FREE] == 0.0
    assert loop[f.PLANT_Q_CHILLER] > HEAT


def test_free_cooling_alone_settles_at_its_approach() -> None:
    """At x = load / rated the loop is (A + F) x above the wet bulb."""
    loop = Loop(free_cooling=1, chillers=0, temperature_set=5.0)
    loop.run(10.0, 5000, wet=10.0)
    x = (HEAT + loop[f.PLANT_P_PUMP]) / loop.plant[0][f.PLANT_REJECT_RATED, 0]
    assert loop[f.PLANT_T] == pytest.approx(10.0 + 6.0 * x, abs=1e-6)


def test_dry_cooler_sees_the_dry_bulb() -> None:
    loop = Loop(rejection_wet=0)
    loop.run(1.0, 10, wet=10.0, dry=17.0)
    assert loop[f.PLANT_T_CONDENSER] == pytest.approx(21.0, abs=0.5)
    assert loop[f.PLANT_WATER] == 0.0


def test_heat_pump_delivers_and_relieves_the_chillers() -> None:
    loop = Loop(heat_pump_heat=300e3)
    loop.run(1.0, 100)
    assert loop[f.PLANT_Q_REUSE] == pytest.approx(300e3, rel=1e-9)
    source = loop[f.PLANT_Q_REUSE] - loop[f.PLANT_P_HP]
    assert loop[f.PLANT_Q_CHILLER] == pytest.approx(HEAT + loop[f.PLANT_P_PUMP] - source, rel=1e-9)
    assert 2.0 < loop[f.PLANT_Q_REUSE] / loop[f.PLANT_P_HP] < 5.0


def test_heat_pump_takes_no_more_than_there_is() -> None:
    loop = Loop(heat=50e3, heat_pump_heat=5e6)
    loop.run(1.0, 100)
    assert loop[f.PLANT_Q_CHILLER] == pytest.approx(0.0, abs=1e-3)
    assert loop[f.PLANT_T] == pytest.approx(12.0, abs=1e-9)


def test_pumps_on_a_ups_keep_the_water_moving() -> None:
    loop = Loop(pump_ups=0)
    loop.run(1.0, 10)
    on_bus = loop[f.PLANT_P_CHILLER] + loop[f.PLANT_P_REJECT]
    assert loop[f.PLANT_POWER] == pytest.approx(on_bus)
    loop.run(1.0, 10, served=0.0, pumps=1.0)
    assert loop[f.PLANT_FLOW] == 20.0
    assert loop.hall[1][f.HALL_WATER, 0] == 1.0
    assert abs(loop.residual()) < 1e-12


@pytest.mark.parametrize("dt", [0.1, 1.0, 60.0, 3600.0])
def test_energy_closes(dt: float) -> None:
    loop = Loop(heat_pump_heat=200e3, free_cooling=1)
    for served, wet in ((1.0, 20.0), (0.0, 20.0), (0.3, 2.0), (1.0, 2.0), (1.0, 25.0)):
        loop.run(dt, 20, served=served, wet=wet)
    assert abs(loop.residual()) < 1e-12


@pytest.mark.parametrize(
    "plant",
    [
        {"chillers": 0},
        {"chillers": 0, "rejection_rated": 0.0, "free_cooling": 1},
        {"chiller_capacity": 0.0},
        {"approach": 0.0, "free_approach": 0.0, "free_cooling": 1},
        {"part_load_min": 0.0},
        {"restart_delay": 0.0},
    ],
)
@pytest.mark.parametrize("heat", [0.0, HEAT])
def test_nothing_installed_or_nothing_to_do_leaves_no_nan(plant: dict[str, float], heat: float) -> None:
    loop = Loop(heat=heat, **plant)
    for served in (1.0, 0.0, 1.0):
        loop.run(60.0, 3, served=served, wet=-5.0)
    assert np.isfinite(loop.plant[1]).all()
    assert abs(loop.residual()) < 1e-12
