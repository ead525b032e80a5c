"""The heat pump against the Lorenz cycle and the case of Odense."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import RegularGridInterpolator

from twin.kernels import fields as f
from twin.kernels.heat_pump import heat_pump_performance, log_mean_temperature, lorenz_cop
from twin.kernels.scalar import Array


def test_log_mean_between_and_at_equal_ends() -> None:
    assert log_mean_temperature(20.0, 20.0) == pytest.approx(293.15)
    exact = 30.0 / math.log(343.15 / 313.15)
    assert log_mean_temperature(70.0, 40.0) == pytest.approx(exact, rel=1e-12)
    assert log_mean_temperature(40.0, 70.0) == pytest.approx(exact, rel=1e-12)
    assert log_mean_temperature(20.0, 20.002) == pytest.approx(293.151, abs=1e-6)


def test_lorenz_becomes_carnot_without_glide() -> None:
    assert lorenz_cop(1.0, 60.0, 60.0, 10.0, 10.0) == pytest.approx(333.15 / 50.0)
    assert lorenz_cop(0.5, 60.0, 60.0, 10.0, 10.0) == pytest.approx(0.5 * 333.15 / 50.0)


def test_odense_is_of_the_order_reported() -> None:
    """27 degC source to 75 degC supply: half of Lorenz gives a COP near 4, as large heat pumps reach."""
    cop = lorenz_cop(0.5, 75.0, 45.0, 27.0, 20.0)
    assert 3.5 < cop < 5.0


@given(st.floats(0.0, 60.0), st.floats(0.0, 60.0), st.floats(20.0, 90.0), st.floats(20.0, 90.0))
def test_cop_is_finite_and_above_one(a: float, b: float, c: float, d: float) -> None:
    assert 1.0 <= lorenz_cop(0.5, c, d, a, b) <= 0.5 * 364.0 / 10.0


SOURCES, SINKS = (10.0, 20.0, 40.0), (45.0, 65.0)
COPS = ((4.0, 3.0), (5.0, 3.5), (8.0, 5.0))
ABLE = ((0.7, 0.6), (1.0, 0.9), (1.4, 1.2))


def mapped() -> Array:
    """A plant whose heat pump of 1 MW has a map of three by two points."""
    p = np.zeros((len(f.PLANT.params), 1))
    p[f.PLANT_HP_HEAT] = 1e6
    p[f.HEAT_MAP_SOURCES], p[f.HEAT_MAP_SINKS] = len(SOURCES), len(SINKS)
    p[f.HEAT_MAP_SOURCE_0 : f.HEAT_MAP_SOURCE_0 + 3, 0] = SOURCES
    p[f.HEAT_MAP_SINK_0 : f.HEAT_MAP_SINK_0 + 2, 0] = SINKS
    for i in range(3):
        row = i * f.HEAT_MAP_POINTS
        p[f.HEAT_MAP_COP_0 + row : f.HEAT_MAP_COP_0 + row + 2, 0] = COPS[i]
        p[f.HEAT_MAP_ABLE_0 + row : f.HEAT_MAP_ABLE_0 + row + 2, 0] = ABLE[i]
    return p


@settings(deadline=None)
@given(st.floats(-10.0, 60.0), st.floats(20.0, 90.0))
def test_map_is_bilinear_and_held_at_its_ends(source: float, sink: float) -> None:
    """Against scipy's interpolation on the same grid."""
    where = (min(max(source, 10.0), 40.0), min(max(sink, 45.0), 65.0))
    cop, able = heat_pump_performance(mapped(), 0, sink, 40.0, source, 0.0)
    assert cop == pytest.approx(float(RegularGridInterpolator((SOURCES, SINKS), COPS)([where])[0]))
    assert able == pytest.approx(1e6 * float(RegularGridInterpolator((SOURCES, SINKS), ABLE)([where])[0]))


def test_without_map_the_share_of_lorenz_holds() -> None:
    p = np.zeros((len(f.PLANT.params), 1))
    p[f.PLANT_HP_HEAT], p[f.PLANT_HP_LORENZ] = 2e6, 0.5
    assert heat_pump_performance(p, 0, 75.0, 45.0, 27.0, 20.0) == (
        lorenz_cop(0.5, 75.0, 45.0, 27.0, 20.0),
        2e6,
    )
