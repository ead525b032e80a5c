"""Time of a rack's air and coolant in the bands of their classes, and the largest rises."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.kernels import fields as f
from twin.kernels.rack_climate import band_of, climate_step, coolant_step

BANDS = slice(f.RACK_AIR_TIME_0, f.RACK_AIR_TIME_0 + len(f.AIR_EDGES) + 1)


def follow(temperature: np.ndarray, dt: float) -> np.ndarray:
    """Return the states of a rack after inlets at 0, dt, 2 dt, ...; the past was as the first of them."""
    s = np.zeros((len(f.RACK.states), 1))
    s[f.RACK_PAST_0 : f.RACK_PAST_0 + f.PAST_POINTS] = temperature[0]
    for before, inlet in itertools.pairwise(temperature):
        climate_step(s, 0, before, inlet, dt)
    return s[:, 0]


def test_a_band_ends_at_its_upper_limit() -> None:
    assert [band_of(t, (10.0, 20.0)) for t in (5.0, 10.0, 10.1, 20.0, 99.0)] == [0, 0, 1, 1, 2]


def test_time_is_counted_in_the_band_of_the_inlet() -> None:
    s = follow(np.array([20.0, 20.0, 26.0, 33.0, 60.0, 4.0]), 2.0)
    counted = dict(
        zip(("<5", "5", "10", "15", "18", "22", "25", "27", "32", "35", "40", "45"), s[BANDS], strict=True)
    )
    assert counted == {
        "<5": 2.0, "5": 0.0, "10": 0.0, "15": 0.0, "18": 2.0, "22": 0.0, "25": 2.0, "27": 0.0, "32": 2.0, "35": 0.0,
        "40": 0.0, "45": 2.0,
    }  # fmt: skip


def test_coolant_has_its_own_bands() -> None:
    s = np.zeros((len(f.RACK.states), 1))
    for supply in (15.0, 30.0, 30.0, 50.0):
        coolant_step(s, 0, supply, 3.0)
    assert list(s[f.RACK_COOLANT_TIME_0 : f.RACK_COOLANT_TIME_0 + 6, 0]) == [3.0, 0.0, 6.0, 0.0, 0.0, 3.0]


@pytest.mark.parametrize("dt", [0.5, 7.0, 60.0, 300.0, 450.0, 900.0])
def test_a_steady_ramp_rises_by_its_rate_times_the_span(dt: float) -> None:
    """Up by 6 K an hour after two hours of rest, for two hours: 1.5 K in 15 min and 6 K in an hour."""
    time = np.arange(0.0, 4 * 3600.0 + dt / 2, dt)
    s = follow(20.0 + np.clip(time - 7200.0, 0.0, None) / 600.0, dt)
    tolerance = 1e-9 if 7200.0 % dt == 0.0 and 300.0 % dt == 0.0 else 0.05
    assert s[f.RACK_RISE_SHORT] == pytest.approx(1.5, abs=tolerance)
    assert s[f.RACK_RISE_HOUR] == pytest.approx(6.0, abs=tolerance)


def test_a_fall_is_no_rise() -> None:
    s = follow(30.0 - np.arange(0.0, 7200.0, 10.0) / 600.0, 10.0)
    assert (s[f.RACK_RISE_SHORT], s[f.RACK_RISE_HOUR]) == (0.0, 0.0)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([1.0, 10.0, 60.0]),
    st.lists(st.floats(-5.0, 5.0), min_size=3, max_size=20),
    st.integers(0, 299),
)
def test_a_rise_is_within_five_minutes_change_of_the_true_one(
    dt: float, moves: list[float], start: int
) -> None:
    """Straight pieces of 400 s: the interpolated past is off by at most the curvature within 5 min."""
    corners = 20.0 + np.concatenate([[0.0, 0.0], np.cumsum(moves)])
    time = np.arange(0.0, 400.0 * (len(corners) - 1) + start, dt)
    inlet = np.interp(time, 400.0 * np.arange(len(corners)), corners)
    s = follow(inlet, dt)
    assert s[BANDS].sum() == pytest.approx(dt * (len(time) - 1))
    most = 300.0 * 5.0 / 400.0
    for span, row in ((900.0, f.RACK_RISE_SHORT), (3600.0, f.RACK_RISE_HOUR)):
        true = max(0.0, (inlet - np.interp(time - span, time, inlet)).max())
        assert abs(s[row] - true) <= most + 1e-9
