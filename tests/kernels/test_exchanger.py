"""Exact lag, effectiveness-NTU, affinity and mixing: limits and analytic values."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.kernels.air import mix, stream_temperature
from twin.kernels.exchanger import conductance_at_flow, counterflow_effectiveness, exchanger_conductance
from twin.kernels.fan import fan_power, fan_speed
from twin.kernels.lag import decay_mean, lag_end, lag_mean, mean_weight


@pytest.mark.parametrize("ntu", [0.1, 1.0, 3.0])
def test_effectiveness_reaches_its_known_limits(ntu: float) -> None:
    """Incropera: 1 - exp(-NTU) where one side condenses, NTU / (1 + NTU) for balanced streams."""
    assert counterflow_effectiveness(ntu, 0.0) == pytest.approx(1.0 - math.exp(-ntu), rel=1e-14)
    assert counterflow_effectiveness(ntu, 1.0) == pytest.approx(ntu / (1.0 + ntu), rel=1e-14)
    assert counterflow_effectiveness(ntu, 1.0 - 1e-9) == pytest.approx(ntu / (1.0 + ntu), rel=1e-8)


def test_effectiveness_of_a_textbook_case() -> None:
    """NTU 2, ratio 0.5: (1 - e^-1) / (1 - 0.5 e^-1) = 0.7746."""
    e = math.exp(-1.0)
    assert counterflow_effectiveness(2.0, 0.5) == pytest.approx((1 - e) / (1 - 0.5 * e), rel=1e-14)
    assert counterflow_effectiveness(0.0, 0.5) == 0.0
    assert counterflow_effectiveness(1e9, 0.5) == pytest.approx(1.0)


@given(st.floats(0.0, 1e3), st.floats(0.0, 1.0))
def test_effectiveness_stays_between_nothing_and_all(ntu: float, ratio: float) -> None:
    assert 0.0 <= counterflow_effectiveness(ntu, ratio) <= 1.0 + 1e-15


def test_conductance_obeys_the_second_law_on_a_log_mean() -> None:
    """Heat from the effectiveness equals UA times the log-mean difference of the temperatures it implies."""
    ua, hot, cold, t_hot, t_cold = 5e4, 3e4, 2e4, 36.0, 12.0
    heat = exchanger_conductance(ua, hot, cold) * (t_hot - t_cold)
    first = t_hot - (t_cold + heat / cold)
    second = (t_hot - heat / hot) - t_cold
    assert ua * (first - second) / math.log(first / second) == pytest.approx(heat, rel=1e-12)


def test_exchanger_without_flow_passes_nothing() -> None:
    assert exchanger_conductance(1e4, 0.0, 1e3) == 0.0
    assert exchanger_conductance(1e4, 1e3, 0.0) == 0.0
    assert conductance_at_flow(1e4, 0.0, 1.0) == 0.0
    assert conductance_at_flow(1e4, 1.0, 1.0) == pytest.approx(1e4)
    assert conductance_at_flow(1e4, 0.5, 0.5) == pytest.approx(1e4 * 0.5**0.8)


def test_fan_laws() -> None:
    assert fan_power(800.0, 0.5) == 100.0
    assert fan_speed(3.0, 4.0, 0.2) == 0.75
    assert fan_speed(0.0, 4.0, 0.2) == 0.2
    assert fan_speed(9.0, 4.0, 0.2) == 1.0
    assert fan_speed(1.0, 0.0, 0.2) == 0.2


def test_mixing_and_stream() -> None:
    assert mix(20.0, 40.0, 0.25) == 25.0
    assert stream_temperature(20.0, 1006.0, 1006.0, -1.0) == 21.0
    assert stream_temperature(20.0, 1006.0, 0.0, 33.0) == 33.0


@given(st.floats(0.0, 1e4))
def test_mean_weight_makes_the_mean_of_a_decay_exact(x: float) -> None:
    """mean = 1 + w (exp(-x) - 1) must be (1 - exp(-x)) / x."""
    w = mean_weight(x)
    assert 0.5 <= w <= 1.0
    assert 1.0 + w * math.expm1(-x) == pytest.approx(decay_mean(x), rel=1e-6, abs=1e-12)


def test_lag_does_not_depend_on_the_step() -> None:
    whole, mean = lag_end(1.0, 0.2, 6.0, 5.0), lag_mean(1.0, 0.2, 6.0, 5.0)
    state, total = 1.0, 0.0
    for _ in range(60):
        total += lag_mean(state, 0.2, 0.1, 5.0) * 0.1
        state = lag_end(state, 0.2, 0.1, 5.0)
    assert state == pytest.approx(whole, rel=1e-13)
    assert total / 6.0 == pytest.approx(mean, rel=1e-13)
    assert lag_end(1.0, 0.2, 1.0, 0.0) == lag_mean(1.0, 0.2, 1.0, 0.0) == 0.2
    assert decay_mean(math.inf) == 0.0
