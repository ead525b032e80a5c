"""Moist air and towers: PsychroLib as the judge, Merkel's integral, evaporation, and the solvers' own balance."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.kernels.air import WATER_CP
from twin.kernels.moist_air import (
    air_enthalpy,
    humidity_ratio,
    saturation_enthalpy,
    saturation_pressure,
    saturation_ratio,
)
from twin.kernels.tower import (
    enthalpy_effectiveness,
    saturated_at,
    tower_air,
    tower_capacity,
    tower_evaporation,
    tower_units,
    tower_water,
)
from twin.signals.moist_air import _psychrolib

SEA = 101325.0
WATER, AIR, C, N = 20.0, 16.0, 1.6, -0.6
"""A tower of about 470 kW."""


def outside(wet: float, dry: float, pressure: float = SEA) -> float:
    return air_enthalpy(dry, humidity_ratio(dry, wet, pressure))


@pytest.mark.parametrize("t", [-25.0, -5.0, 0.0, 8.0, 25.0, 55.0])
@pytest.mark.parametrize("rh", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("pressure", [8e4, SEA])
def test_moist_air_is_that_of_psychrolib(t: float, rh: float, pressure: float) -> None:
    library = _psychrolib()
    ratio = library.GetHumRatioFromRelHum(t, rh, pressure)
    wet = library.GetTWetBulbFromHumRatio(t, ratio, pressure)
    assert saturation_pressure(t) == pytest.approx(library.GetSatVapPres(t), rel=1e-12)
    assert saturation_ratio(t, pressure) == pytest.approx(library.GetSatHumRatio(t, pressure), rel=1e-12)
    judged = library.GetHumRatioFromTWetBulb(t, wet, pressure)
    assert humidity_ratio(t, wet, pressure) == pytest.approx(judged, abs=1e-7)
    assert air_enthalpy(t, ratio) == pytest.approx(library.GetMoistAirEnthalpy(t, ratio), abs=1e-6)
    assert saturated_at(saturation_enthalpy(t, pressure), 20.0, pressure) == pytest.approx(t, abs=1e-6)


def test_effectiveness_has_its_limits() -> None:
    assert enthalpy_effectiveness(0.0, 0.7) == 0.0
    assert enthalpy_effectiveness(2.0, 0.0) == pytest.approx(1.0 - math.exp(-2.0))
    assert enthalpy_effectiveness(2.0, 1.0) == pytest.approx(2.0 / 3.0)
    assert enthalpy_effectiveness(2.0, 1.0 + 1e-7) == pytest.approx(2.0 / 3.0, abs=1e-6)
    assert enthalpy_effectiveness(50.0, 1.25) == pytest.approx(0.8)


@settings(deadline=None)
@given(st.floats(1e4, 8e5), st.floats(-10.0, 28.0), st.floats(0.0, 12.0), st.floats(0.15, 1.3))
def test_leaving_water_closes_the_balance(heat: float, wet: float, spread: float, speed: float) -> None:
    enthalpy = outside(wet, wet + spread)
    cold = tower_water(heat, wet, enthalpy, SEA, WATER, speed * AIR, C, N)
    assert cold > wet
    if cold < wet + 59.0:
        units = tower_units(WATER, speed * AIR, C, N)
        found = tower_capacity(cold, heat, WATER, speed * AIR, units, enthalpy, SEA)
        assert found == pytest.approx(heat, rel=1e-6)
        # The fans that give this water are these fans.
        air = tower_air(heat, cold, enthalpy, SEA, WATER, 0.05 * AIR, 2.0 * AIR, C, N)
        assert air == pytest.approx(speed * AIR, rel=1e-4)


def test_the_chord_is_within_a_few_percent_of_merkels_integral() -> None:
    """Merkel number by the integral of c dT / (h_s - h) over 400 slices, against that of the effectiveness."""
    wet, dry, heat = 23.9, 35.0, WATER * WATER_CP * 5.56
    enthalpy = outside(wet, dry)
    cold = tower_water(heat, wet, enthalpy, SEA, WATER, AIR, C, N)
    warm = cold + 5.56
    slices = 400
    merkel = 0.0
    for i in range(slices):
        t = cold + (i + 0.5) * (warm - cold) / slices
        h = enthalpy + WATER * WATER_CP * (t - cold) / AIR
        merkel += WATER_CP * (warm - cold) / slices / (saturation_enthalpy(t, SEA) - h)
    # NTU is counted per air flow, Merkel's number per water flow.
    assert merkel * WATER / AIR == pytest.approx(tower_units(WATER, AIR, C, N), rel=0.05)


def test_evaporation_is_the_balance_of_the_air() -> None:
    """In saturated weather air leaves saturated: water and enthalpy of the air say the same."""
    library = _psychrolib()
    heat, wet = 400e3, 24.0
    kg = tower_evaporation(heat, wet, wet, SEA, WATER, AIR, C, N)
    ratio = saturation_ratio(wet, SEA)
    leaving = ratio + kg / AIR
    enthalpy = air_enthalpy(wet, ratio) + heat / AIR
    dry = library.GetTDryBulbFromEnthalpyAndHumRatio(enthalpy, leaving)
    assert leaving == pytest.approx(library.GetSatHumRatio(dry, SEA), rel=0.02)
    # Nearly all heat leaves as vapour when it is hot and dry, half of it when it is cold and damp.
    share = 2.45e6 * tower_evaporation(heat, 38.0, 21.0, SEA, WATER, AIR, C, N) / heat
    assert 0.95 < share < 1.3
    cold = 2.45e6 * tower_evaporation(heat, 2.0, 1.0, SEA, WATER, AIR, C, N) / heat
    assert 0.4 < cold < 0.7
    assert tower_evaporation(0.0, 20.0, 15.0, SEA, WATER, AIR, C, N) == 0.0


def test_nothing_running_gives_numbers() -> None:
    assert tower_water(0.0, 20.0, 6e4, SEA, WATER, AIR, C, N) == 20.0
    assert tower_water(1e5, 20.0, 6e4, SEA, WATER, 0.0, C, N) == 80.0
    assert tower_water(1e9, 20.0, outside(20.0, 25.0), SEA, WATER, AIR, C, N) == 80.0
