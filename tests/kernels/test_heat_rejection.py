"""Towers and dry coolers: approach, fan control and free cooling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.kernels.heat_rejection import approach, condenser_fan_speed, free_conductance, free_fan_speed


def test_approach_scales_with_heat_per_air() -> None:
    assert approach(4.0, 1.0, 1.0) == 4.0
    assert approach(4.0, 0.5, 1.0) == 2.0
    assert approach(4.0, 0.5, 0.5) == 4.0
    assert approach(4.0, 0.0, 0.0) == 0.0


def test_condenser_fans_follow_the_load_and_slow_in_the_cold() -> None:
    assert condenser_fan_speed(4.0, 0.6, -5.0) == pytest.approx(0.6)
    assert condenser_fan_speed(4.0, 1.3, -5.0) == 1.0
    assert condenser_fan_speed(4.0, 0.6, 12.0) == pytest.approx(0.2)
    assert condenser_fan_speed(4.0, 0.0, 12.0) == 0.0
    assert condenser_fan_speed(0.0, 0.5, -1.0) == 1.0


@given(st.floats(0.01, 1.5), st.floats(-30.0, 25.0))
def test_condenser_water_is_never_colder_than_useful(load: float, margin: float) -> None:
    speed = condenser_fan_speed(4.0, load, margin)
    assert 0.0 < speed <= 1.0
    assert approach(4.0, load, speed) >= min(margin, 4.0) - 1e-9


@given(st.floats(0.01, 1.0), st.floats(0.1, 30.0))
def test_free_cooling_fan_speed_closes_the_temperature_balance(load: float, available: float) -> None:
    speed = free_fan_speed(4.0, 2.0, load, available)
    assert 0.0 < speed <= 1.0
    if available >= 6.0 * load + 1e-9:
        assert approach(4.0, load, speed) + 2.0 * load == pytest.approx(available)
    else:
        assert speed == 1.0


def test_free_cooling_at_its_rating() -> None:
    assert free_conductance(600e3, 4.0, 2.0) == 100e3
    assert free_conductance(600e3, 0.0, 0.0) == 0.0
    assert free_fan_speed(4.0, 2.0, 1.0, 6.0) == 1.0
    assert free_fan_speed(4.0, 2.0, 0.0, 6.0) == 0.0
