"""Towers and dry coolers in a plant: condenser set point, water account, economiser modes and their hours."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_plant import HEAT, Loop

from twin.kernels import fields as f
from twin.kernels.air import WATER_CP

RATED = 1.4 * HEAT
TOWER = {
    "rejection_model": f.REJECT_TOWER,
    "air_pressure": 101325.0,
    "rejection_water": RATED / (5.56 * WATER_CP),
    "rejection_air": 40.0,
    "rejection_ntu": 3.0,
    "rejection_exponent": -0.6,
    "rejection_fan_least": 0.1,
    "condenser_relief": 4.0,
    "concentration_cycles": 4.0,
    "drift": 5e-5,
}
COOLER = {
    "rejection_model": f.REJECT_COOLER,
    "rejection_wet": 0,
    "rejection_water": RATED / (10.0 * WATER_CP),
    "rejection_air": 60.0,
    "rejection_ua": 120e3,
    "rejection_exponent": 0.6,
    "rejection_fan_least": 0.1,
    "condenser_relief": 6.0,
}


def test_the_condenser_set_point_falls_with_the_wet_bulb() -> None:
    found = {}
    for wet in (2.0, 12.0, 18.0, 24.0, 28.0):
        loop = Loop(**TOWER, condenser_set=24.0)
        loop.run(1.0, 20, wet=wet, dry=wet + 6.0)
        found[wet] = (loop[f.PLANT_T_CONDENSER], loop[f.PLANT_FAN_SPEED])
    assert found[2.0][0] == 12.78
    assert found[12.0][0] == pytest.approx(16.0)
    assert found[18.0][0] == pytest.approx(22.0)
    # Beyond the set point the fans run full, and the water is what the tower gives.
    assert found[24.0] == pytest.approx((found[24.0][0], 1.0))
    assert 24.0 < found[24.0][0] < found[28.0][0]
    # The same approach takes less air the warmer it is: enthalpy rises faster.
    assert found[2.0][1] < found[18.0][1] < found[12.0][1] < 1.0


def test_a_fixed_set_point_saves_fans_and_costs_chiller_power() -> None:
    relief, fixed = Loop(**TOWER), Loop(**(TOWER | {"condenser_set": 24.0, "condenser_relief": 1e30}))
    for loop in (relief, fixed):
        loop.run(1.0, 20, wet=10.0, dry=14.0)
    assert fixed[f.PLANT_T_CONDENSER] == 24.0
    assert relief[f.PLANT_T_CONDENSER] == pytest.approx(14.0)
    assert fixed[f.PLANT_P_REJECT] < relief[f.PLANT_P_REJECT]
    assert fixed[f.PLANT_P_CHILLER] > relief[f.PLANT_P_CHILLER]


@pytest.mark.parametrize("model", [{}, TOWER])
def test_cells_that_go_with_chillers_are_as_close_as_their_own_heat(model: dict[str, float]) -> None:
    """One of three chillers at full load on one of three cells: the water of all three on all of them."""
    flat = {f"capacity_curve_{i}": float(i == 0) for i in range(6)} | {
        "pump_power": 0.0,
        "condenser_relief": 0.0,
    }
    one = Loop(heat=0.5 * HEAT, **(model | flat), cells_follow=1)
    three = Loop(heat=1.5 * HEAT, **(model | flat), cells_follow=1)
    spread = Loop(heat=0.5 * HEAT, **(model | flat))
    for loop in (one, three, spread):
        loop.run(1.0, 50, wet=22.0)
    assert one[f.PLANT_T_CONDENSER] == pytest.approx(three[f.PLANT_T_CONDENSER], abs=1e-6)
    assert spread[f.PLANT_T_CONDENSER] < one[f.PLANT_T_CONDENSER] - 0.5
    assert one[f.PLANT_P_REJECT] == pytest.approx(three[f.PLANT_P_REJECT] / 3.0)
    assert one[f.PLANT_WATER] == pytest.approx(three[f.PLANT_WATER] / 3.0, rel=1e-6)


@pytest.mark.parametrize("dt", [0.1, 1.0, 60.0, 900.0])
def test_water_closes(dt: float) -> None:
    loop = Loop(**TOWER)
    for served, wet in ((1.0, 20.0), (0.0, 20.0), (1.0, 5.0), (1.0, 27.0)):
        loop.run(dt, 20, served=served, wet=wet, dry=wet + 5.0)
    parts = loop[f.PLANT_EVAPORATED] + loop[f.PLANT_BLOWN] + loop[f.PLANT_DRIFTED]
    assert loop[f.PLANT_WATER] == pytest.approx(parts, rel=1e-12)
    # Concentration holds: what leaves unevaporated is a third of what evaporates.
    assert loop[f.PLANT_BLOWN] + loop[f.PLANT_DRIFTED] == pytest.approx(
        loop[f.PLANT_EVAPORATED] / 3.0, rel=1e-9
    )
    assert abs(loop.residual()) < 1e-12


def test_evaporation_is_most_of_the_heat_in_summer_and_less_in_winter() -> None:
    share = []
    for wet, dry in ((0.0, 2.0), (12.0, 16.0), (24.0, 35.0)):
        loop = Loop(**TOWER)
        loop.run(1.0, 200, wet=wet, dry=dry)
        share.append(2.45e6 * loop[f.PLANT_EVAPORATED] / loop[f.PLANT_E_LOSS])
    assert share[0] < share[1] < share[2]
    assert 0.3 < share[0] < 0.75
    assert 0.85 < share[2] < 1.3


def test_constant_effectiveness_books_the_same_water_in_parts() -> None:
    loop = Loop(concentration_cycles=4.0)
    loop.run(1.0, 100)
    assert loop[f.PLANT_WATER] == pytest.approx(0.6e-6 * loop[f.PLANT_E_LOSS])
    assert loop[f.PLANT_EVAPORATED] == pytest.approx(0.75 * loop[f.PLANT_WATER])
    assert loop[f.PLANT_BLOWN] == pytest.approx(0.25 * loop[f.PLANT_WATER])


def test_a_dry_cooler_sees_the_dry_bulb_and_pads_cool_it_for_water() -> None:
    dry, pads = Loop(**COOLER), Loop(**COOLER, pad_effectiveness=0.8, pad_above=12.0)
    for loop in (dry, pads):
        loop.run(1.0, 100, wet=8.0, dry=18.0)
    assert dry[f.PLANT_OUTSIDE] == 18.0
    assert pads[f.PLANT_OUTSIDE] == pytest.approx(10.0)
    assert pads[f.PLANT_T_CONDENSER] == pytest.approx(dry[f.PLANT_T_CONDENSER] - 8.0)
    assert pads[f.PLANT_P_CHILLER] < dry[f.PLANT_P_CHILLER]
    assert dry[f.PLANT_WATER] == 0.0
    assert pads[f.PLANT_WATER] > 0.0
    cool = Loop(**COOLER, pad_effectiveness=0.8, pad_above=25.0)
    cool.run(1.0, 100, wet=15.0, dry=24.0)
    assert cool[f.PLANT_WATER] == 0.0


@pytest.mark.parametrize("model", [{}, TOWER, COOLER])
def test_free_cooling_settles_at_its_own_approach(model: dict[str, float]) -> None:
    """Without chillers the loop is warmer than the outside by the approach of this weather and the exchanger's."""
    loop = Loop(free_cooling=1, chillers=0, temperature_set=5.0, **model)
    loop.run(10.0, 4000, wet=10.0, dry=10.0)
    x = (HEAT + loop[f.PLANT_P_PUMP]) / loop.plant[0][f.PLANT_REJECT_RATED, 0]
    expected = 10.0 + (loop[f.PLANT_APPROACH_NOW] + 2.0) * x
    assert loop[f.PLANT_T] == pytest.approx(expected, abs=1e-3)
    assert loop[f.PLANT_FREE_TIME] == pytest.approx(40000.0, abs=20.0)


def test_an_integrated_economiser_helps_where_one_on_the_supply_cannot() -> None:
    """Wet bulb at the set point: nothing from the supply, a share from the warmer return; power falls with it."""
    supply = Loop(free_cooling=1, temperature_set=16.0)
    series = Loop(free_cooling=1, temperature_set=16.0, free_mode=f.FREE_SERIES)
    for loop in (supply, series):
        loop.plant[1][f.PLANT_T, 0] = 16.0
        loop.run(1.0, 600, wet=16.0)
    assert supply[f.PLANT_Q_FREE] < 0.005 * HEAT
    rate = 20.0 * WATER_CP
    expected = (series[f.PLANT_T_RETURN] - 16.0) / ((4.0 + 2.0) / RATED + 1.0 / rate)
    assert series[f.PLANT_Q_FREE] == pytest.approx(expected, rel=2e-3)
    assert series[f.PLANT_FREE_PART_TIME] == pytest.approx(600.0)
    assert series[f.PLANT_P_CHILLER] < supply[f.PLANT_P_CHILLER]


def test_series_and_supply_carry_the_whole_load_in_the_same_cold() -> None:
    limit = []
    for mode in (f.FREE_PARALLEL, f.FREE_SERIES):
        for wet in np.arange(12.0, 0.0, -0.25):
            loop = Loop(free_cooling=1, temperature_set=14.0, free_mode=mode)
            loop.plant[1][f.PLANT_T, 0] = 14.0
            loop.run(60.0, 30, wet=float(wet))
            if loop[f.PLANT_Q_CHILLER] == 0.0:
                limit.append(wet)
                break
    assert limit[0] == pytest.approx(limit[1], abs=0.25)
    assert limit[0] == pytest.approx(14.0 - 6.0 * HEAT * 1.02 / RATED, abs=0.3)


def test_alone_it_is_all_or_nothing_with_a_dead_band() -> None:
    loop = Loop(free_cooling=1, temperature_set=14.0, free_mode=f.FREE_ALONE, free_band=1.0, free_hold=300.0)
    loop.plant[1][f.PLANT_T, 0] = 14.0
    limit = 14.0 - 6.0 * HEAT * 1.02 / RATED
    loop.run(10.0, 60, wet=limit - 0.5)
    assert loop[f.PLANT_Q_FREE] == 0.0
    loop.run(10.0, 60, wet=limit - 1.5)
    assert loop[f.PLANT_Q_CHILLER] == 0.0
    assert loop[f.PLANT_Q_FREE] > HEAT
    # Within the band it stays as it is.
    loop.run(10.0, 60, wet=limit - 0.5)
    assert loop[f.PLANT_Q_CHILLER] == 0.0
    assert loop[f.PLANT_T] == pytest.approx(14.0, abs=0.05)
    loop.run(10.0, 60, wet=limit + 0.5)
    assert loop[f.PLANT_Q_FREE] == 0.0
    assert loop[f.PLANT_Q_CHILLER] > HEAT
    assert loop[f.PLANT_FREE_PART_TIME] == 0.0
    assert loop[f.PLANT_FREE_TIME] == pytest.approx(1200.0, abs=20.0)


@pytest.mark.parametrize("model", [TOWER, COOLER])
@pytest.mark.parametrize("mode", [f.FREE_PARALLEL, f.FREE_SERIES, f.FREE_ALONE])
@pytest.mark.parametrize(
    ("fine", "coarse", "spell", "within"), [(0.2, 1.0, 400.0, 5e-3), (5.0, 60.0, 6000.0, 1.2e-2)]
)
def test_results_do_not_hang_on_the_step(
    model: dict[str, float], mode: int, fine: float, coarse: float, spell: float, within: float
) -> None:
    """What is asked for arrives a step later: of three spells of 100 minutes that is 0.3 % each time at 60 s."""
    found = []
    for dt in (fine, coarse):
        loop = Loop(free_cooling=1, temperature_set=13.0, free_mode=mode, **model)
        for wet in (3.0, 11.0, 20.0):
            loop.run(dt, round(spell / dt), wet=wet, dry=wet + 3.0)
        assert abs(loop.residual()) < 1e-11
        found.append((loop[f.PLANT_E_ELEC], loop[f.PLANT_E_LOSS], loop[f.PLANT_WATER]))
    assert found[1] == pytest.approx(found[0], rel=within)


@pytest.mark.parametrize("model", [TOWER, COOLER])
def test_nothing_to_do_leaves_no_nan(model: dict[str, float]) -> None:
    for heat in (0.0, HEAT, 20.0 * HEAT):
        loop = Loop(heat=heat, free_cooling=1, free_mode=f.FREE_SERIES, **model)
        for served in (1.0, 0.0, 1.0):
            loop.run(60.0, 5, served=served, wet=-15.0, dry=-12.0)
        assert np.isfinite(loop.plant[1]).all()
        assert abs(loop.residual()) < 1e-12
