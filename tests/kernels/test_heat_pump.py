"""The heat pump against the Lorenz cycle and the case of Odense."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.kernels.heat_pump import heat_pump_power, heat_pump_source, log_mean_temperature, lorenz_cop


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


def test_energy_balance_of_the_machine() -> None:
    source = heat_pump_source(1e6, 4.0)
    power = heat_pump_power(source, 4.0)
    assert source + power == pytest.approx(1e6)
    assert (source + power) / power == pytest.approx(4.0)
    assert heat_pump_power(0.0, 4.0) == 0.0
    assert heat_pump_power(10.0, 1.0) == 0.0
