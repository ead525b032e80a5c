"""Transformers: drop and taps on paper, temperatures against the closed form of IEC 60076-7, ageing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from site_builder import one

from twin.kernels import fields as f
from twin.kernels.transformer import (
    ageing_rate,
    loading,
    oil_rise,
    tap_step,
    transformer_account,
    transformer_rest,
    transformer_step,
    transformer_voltage,
)

Array = NDArray[np.float64]
POWER_TRANSFORMER = {
    "transformer_loss_no_load": 1.0, "transformer_loss_load": 6.0, "oil_rise": 52.0, "gradient": 26.0,
    "oil_time": 9000.0, "winding_time": 420.0, "winding_exponent": 1.3, "k11": 0.5, "k21": 2.0, "k22": 2.0,
}  # fmt: skip
"""ONAF power transformer with a loss ratio of 6, IEC 60076-7:2018: the one whose hot spot overshoots."""


def heated(k: float, duration: float, dt: float, **params: float) -> tuple[Array, Array]:
    """A transformer at rest unloaded in air of 20 degC, after `duration` at the loading `k`."""
    p, s = one("bus", **{**POWER_TRANSFORMER, **params})
    transformer_rest(p, s, 0, 20.0)
    s[f.BUS_POWER_MAINS, 0] = k * p[f.BUS_TR_RATED, 0]
    for _ in range(round(duration / dt)):
        transformer_account(p, s, 0, dt)
        transformer_step(p, s, 0, 20.0, dt)
    return p, s


def closed_form(k: float, t: float) -> tuple[float, float]:
    """Top oil and hot spot `t` seconds after a step from no load, IEC 60076-7:2018, 8.2.2 (rising load)."""
    rest = 52.0 * (1.0 / 7.0) ** 0.8
    f1 = 1.0 - math.exp(-t / (0.5 * 9000.0))
    f2 = 2.0 * (1.0 - math.exp(-t / (2.0 * 420.0))) - (1.0 - math.exp(-t * 2.0 / 9000.0))
    oil = 20.0 + rest + (52.0 * ((1.0 + 6.0 * k * k) / 7.0) ** 0.8 - rest) * f1
    return oil, oil + 26.0 * k**1.3 * f2


@given(
    k=st.floats(0.1, 2.0),
    steps=st.integers(1, 40),
    dt=st.sampled_from([1.0, 10.0, 60.0, 600.0, 3600.0]),
)
def test_temperatures_follow_the_closed_form_at_any_step(k: float, steps: int, dt: float) -> None:
    _, s = heated(k, steps * dt, dt)
    oil, hot = closed_form(k, steps * dt)
    assert s[f.BUS_TR_TOP_OIL, 0] == pytest.approx(oil, rel=1e-9)
    assert s[f.BUS_TR_HOT_SPOT, 0] == pytest.approx(hot, rel=1e-9)
    assert s[f.BUS_TR_LOADING, 0] == pytest.approx(k, rel=1e-12)


def test_the_hot_spot_overshoots_its_end() -> None:
    peak = max(closed_form(1.0, t)[1] - closed_form(1.0, t)[0] for t in np.arange(0.0, 40000.0, 60.0))
    assert peak > 26.0 * 1.2
    _, s = heated(1.0, 3600.0, 60.0)
    assert s[f.BUS_TR_HOT_SPOT, 0] - s[f.BUS_TR_TOP_OIL, 0] > 26.0


def test_rated_load_in_air_of_20_degrees_ends_at_98() -> None:
    p, s = one("bus", transformer_loss_no_load=1.0, transformer_loss_load=5.0)
    s[f.BUS_TR_LOADING, 0] = 1.0
    transformer_rest(p, s, 0, 20.0)
    assert s[f.BUS_TR_HOT_SPOT, 0] == pytest.approx(98.0)
    s[f.BUS_POWER_MAINS, 0] = p[f.BUS_TR_RATED, 0]
    for _ in range(24):
        transformer_account(p, s, 0, 3600.0)
        transformer_step(p, s, 0, 20.0, 3600.0)
    assert s[f.BUS_TR_HOT_SPOT, 0] == pytest.approx(98.0)
    assert s[f.BUS_TR_LIFE_LOST, 0] == pytest.approx(86400.0)


@pytest.mark.parametrize(
    ("hot", "rate"), [(92.0, 0.5), (98.0, 1.0), (104.0, 2.0), (110.0, 4.0), (116.0, 8.0), (140.0, 128.0)]
)
def test_kraft_paper_ages_twice_as_fast_6_kelvin_above(hot: float, rate: float) -> None:
    assert ageing_rate(hot, 0.0) == pytest.approx(rate)


@pytest.mark.parametrize(
    ("hot", "rate"), [(80.0, 0.036), (98.0, 0.282), (110.0, 1.0), (120.0, 2.71), (140.0, 17.2)]
)
def test_upgraded_paper_ages_at_one_at_110(hot: float, rate: float) -> None:
    # Table 2 of IEC 60076-7 (confidence M).
    assert ageing_rate(hot, 1.0) == pytest.approx(rate, rel=0.01)


def test_ageing_hardly_depends_on_the_step() -> None:
    fine = heated(1.2, 36000.0, 10.0)[1][f.BUS_TR_LIFE_LOST, 0]
    for dt, tolerance in ((60.0, 1e-6), (600.0, 1e-3), (3600.0, 0.05)):
        assert heated(1.2, 36000.0, dt)[1][f.BUS_TR_LIFE_LOST, 0] == pytest.approx(fine, rel=tolerance)


def test_a_transformer_in_a_room_does_not_see_the_weather() -> None:
    p, s = one("bus", transformer_indoor=1.0, transformer_room=30.0)
    for dry_bulb in (-10.0, 40.0):
        transformer_rest(p, s, 0, dry_bulb)
        assert s[f.BUS_TR_TOP_OIL, 0] == pytest.approx(30.0 + oil_rise(p, 0, 0.0))


def test_time_above_the_alarm_is_counted() -> None:
    _, s = heated(2.0, 36000.0, 60.0, hot_spot_alarm=140.0)
    over = sum(60.0 for k in range(1, 601) if closed_form(2.0, 60.0 * k)[1] > 140.0)
    assert s[f.BUS_TR_ALARM_TIME, 0] == pytest.approx(over)
    assert s[f.BUS_TR_HOT_MAX, 0] == pytest.approx(max(closed_form(2.0, 60.0 * k)[1] for k in range(601)))


def test_loading_counts_the_reactive_part_and_its_square_is_averaged() -> None:
    p, s = one("bus", transformer_power_factor=0.8)
    s[f.BUS_POWER_MAINS, 0] = 0.4e6
    assert loading(p, s, 0) == pytest.approx(0.5)
    transformer_account(p, s, 0, 30.0)
    s[f.BUS_POWER_MAINS, 0] = -0.8e6
    transformer_account(p, s, 0, 30.0)
    transformer_step(p, s, 0, 20.0, 60.0)
    assert s[f.BUS_TR_LOADING, 0] == pytest.approx(math.sqrt((0.25 + 1.0) / 2.0))
    assert s[f.BUS_TR_SQUARE, 0] == 0.0


@pytest.mark.parametrize("power_factor", [1.0, 0.9, 0.8])
def test_the_drop_is_that_of_the_phasors(power_factor: float) -> None:
    r, x = 0.0075, 0.0595
    p, s = one(
        "bus", transformer_resistance=r, transformer_reactance=x, transformer_power_factor=power_factor
    )
    s[f.BUS_POWER_MAINS, 0] = power_factor * 1e6
    current = complex(power_factor, -math.sqrt(1.0 - power_factor**2))
    exact = math.sqrt(1.0 - ((complex(r, x) * current).imag) ** 2) - (complex(r, x) * current).real
    assert transformer_voltage(p, s, 0, 1.0) == pytest.approx(exact, abs=1e-5)
    s[f.BUS_POWER_MAINS, 0] = 0.0
    assert transformer_voltage(p, s, 0, 0.93) == 0.93


def test_a_fixed_tap_lifts_and_a_dead_feed_stays_dead() -> None:
    p, s = one("bus", transformer_boost=0.025, transformer_resistance=0.01)
    assert transformer_voltage(p, s, 0, 1.0) == pytest.approx(1.025)
    s[f.BUS_POWER_MAINS, 0] = 1e6
    assert transformer_voltage(p, s, 0, 0.0) == 0.0


CHANGER = {"tap_step": 0.0125, "tap_max": 8.0, "tap_band": 0.01, "tap_delay": 30.0, "tap_target": 1.0}


def regulated(feed: float, seconds: float, dt: float = 10.0) -> Array:
    """State of a bus behind a tap changer after some time on a feed."""
    p, s = one("bus", **CHANGER)
    for _ in range(round(seconds / dt)):
        s[f.BUS_VOLTAGE, 0] = transformer_voltage(p, s, 0, feed)
        tap_step(p, s, 0, dt)
    s[f.BUS_VOLTAGE, 0] = transformer_voltage(p, s, 0, feed)
    return s


def test_the_tap_changer_brings_the_voltage_into_its_band() -> None:
    assert regulated(0.95, 20.0)[f.BUS_TAP, 0] == 0.0
    assert regulated(0.95, 30.0)[f.BUS_TAP, 0] == 1.0
    assert regulated(0.95, 600.0)[f.BUS_VOLTAGE, 0] == pytest.approx(1.0, abs=0.01)
    assert regulated(1.06, 600.0)[f.BUS_VOLTAGE, 0] == pytest.approx(1.0, abs=0.01)


def test_the_tap_changer_ends_at_its_last_step_and_waits_through_sags() -> None:
    assert regulated(0.86, 6000.0)[f.BUS_TAP, 0] == 8.0
    assert regulated(0.7, 6000.0)[f.BUS_TAP, 0] == 0.0


@given(feed=st.floats(0.0, 1.3), dt=st.sampled_from([0.1, 1.0, 10.0, 60.0]))
def test_the_tap_stays_within_its_range(feed: float, dt: float) -> None:
    s = regulated(feed, 60.0 * dt, dt)
    assert abs(s[f.BUS_TAP, 0]) <= 8.0
    assert s[f.BUS_TAP, 0] == round(s[f.BUS_TAP, 0])
