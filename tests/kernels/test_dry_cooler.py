"""Dry coolers by e-NTU, and their pads."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.kernels.dry_cooler import cooler_approach, cooler_conductance, cooler_speed, pad_water, precooled

AIR, WATER, UA, N = 60.0, 16.0, 40e3, 0.6


@settings(deadline=None)
@given(st.floats(1e4, 6e5), st.floats(0.1, 1.0))
def test_speed_and_approach_are_inverse(heat: float, speed: float) -> None:
    gap = cooler_approach(heat, speed, AIR, WATER, UA, N)
    assert cooler_speed(heat, gap, 0.05, AIR, WATER, UA, N) == pytest.approx(speed, rel=1e-6)
    assert cooler_approach(heat, 1.01 * speed, AIR, WATER, UA, N) < gap


def test_leaving_water_is_by_the_effectiveness() -> None:
    heat, rate = 300e3, WATER * 4182.0
    conductance = cooler_conductance(1.0, AIR, WATER, UA, N)
    effectiveness = conductance / min(rate, AIR * 1006.0)
    assert 0.0 < effectiveness < 1.0
    entering = heat / conductance
    assert cooler_approach(heat, 1.0, AIR, WATER, UA, N) == pytest.approx(entering - heat / rate)
    assert cooler_approach(2.0 * heat, 1.0, AIR, WATER, UA, N) == pytest.approx(
        2.0 * (entering - heat / rate)
    )


def test_the_ends_of_the_fans() -> None:
    assert cooler_speed(1e6, 0.1, 0.1, AIR, WATER, UA, N) == 1.0
    assert cooler_speed(1e3, 50.0, 0.1, AIR, WATER, UA, N) == pytest.approx(0.1)
    assert cooler_speed(0.0, 5.0, 0.1, AIR, WATER, UA, N) == 0.1
    assert cooler_approach(1e5, 0.0, AIR, WATER, UA, N) == 1e3


def test_pads_cool_towards_the_wet_bulb_and_evaporate_what_that_takes() -> None:
    assert precooled(35.0, 20.0, 0.8, 25.0) == pytest.approx(23.0)
    assert precooled(24.0, 20.0, 0.8, 25.0) == 24.0
    assert precooled(35.0, 20.0, 0.0, 25.0) == 35.0
    assert pad_water(0.5, AIR, 35.0, 23.0) == pytest.approx(0.5 * AIR * 1006.0 * 12.0 / 2.501e6)
    assert pad_water(0.5, AIR, 24.0, 24.0) == 0.0
