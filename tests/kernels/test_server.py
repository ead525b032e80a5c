"""Servers: the published power curve, and the mean of the training waveform at any step."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.kernels.server import server_power, square_wave_integral, training_wave

share = st.floats(0.0, 1.0)


def test_power_follows_the_published_fit() -> None:
    """Fan et al. 2007, r = 1.4: half load of a 100 to 300 W machine draws 224.2 W, not 200."""
    assert server_power(0.0, 100.0, 300.0, 1.4) == 100.0
    assert server_power(1.0, 100.0, 300.0, 1.4) == pytest.approx(300.0, rel=1e-15)
    assert server_power(0.5, 100.0, 300.0, 1.4) == pytest.approx(100.0 + 200.0 * (1.0 - 0.5**1.4))
    assert server_power(0.5, 100.0, 300.0, 1.4) == pytest.approx(224.2, abs=0.05)


def test_an_exponent_of_one_is_a_straight_line() -> None:
    for u in (0.0, 0.25, 0.5, 1.0):
        assert server_power(u, 50.0, 250.0, 1.0) == pytest.approx(50.0 + 200.0 * u, rel=1e-15)


@settings(deadline=None)
@given(share, share, st.floats(1.0, 2.0))
def test_power_rises_with_utilisation(u: float, v: float, curve: float) -> None:
    low, high = sorted((u, v))
    assert server_power(low, 100.0, 300.0, curve) <= server_power(high, 100.0, 300.0, curve) + 1e-12


def test_utilisation_outside_its_range_is_clamped() -> None:
    assert server_power(-1.0, 100.0, 300.0, 1.4) == 100.0
    assert server_power(2.0, 100.0, 300.0, 1.4) == server_power(1.0, 100.0, 300.0, 1.4)


def test_integral_of_the_wave() -> None:
    assert square_wave_integral(0.0, 0.75) == 0.0
    assert square_wave_integral(0.5, 0.75) == 0.5
    assert square_wave_integral(0.9, 0.75) == 0.75
    assert square_wave_integral(3.2, 0.75) == pytest.approx(3 * 0.75 + 0.2)


@settings(deadline=None)
@given(
    st.floats(0.0, 100.0), st.lists(st.floats(1e-3, 60.0), min_size=1, max_size=8), st.floats(0.05, 5.0),
    share, share,
)  # fmt: skip
def test_wave_energy_does_not_depend_on_the_step(
    start: float, steps: list[float], rate: float, duty: float, phase: float
) -> None:
    """The means over any division of a time add up to the exact high time of the square wave."""
    t, total = start, 0.0
    for dt in steps:
        mean = training_wave(t, dt, rate, duty, phase)
        assert -1e-12 <= mean <= 1.0 + 1e-12
        total += mean * dt
        t += dt
    exact = square_wave_integral(t * rate + phase, duty) - square_wave_integral(start * rate + phase, duty)
    assert total == pytest.approx(exact / rate, abs=1e-9)


def test_mean_over_whole_periods_is_the_duty() -> None:
    for period in (1.0, 4.0, 10.0):
        assert training_wave(1.234, 3.0 * period, 1.0 / period, 0.6, 0.3) == pytest.approx(0.6, abs=1e-12)


def test_a_short_step_years_into_a_run_keeps_its_digits() -> None:
    """Thirty years in, the means of millisecond steps are still means of a wave that is 0 or 1."""
    start, dt = 30.0 * 365.25 * 86400.0, 1e-3
    means = np.array([training_wave(start + k * dt, dt, 0.5, 0.75, 0.1) for k in range(4000)])
    assert means.min() >= -1e-12 and means.max() <= 1.0 + 1e-12
    # Two periods: only the steps that hold an edge lie in between.
    assert np.count_nonzero((means > 1e-9) & (means < 1.0 - 1e-9)) <= 4
    assert means.mean() == pytest.approx(0.75, abs=1e-3)


def test_duty_of_nothing_and_of_everything() -> None:
    assert training_wave(0.3, 0.01, 1.0, 0.0, 0.2) == 0.0
    assert math.isclose(training_wave(0.3, 0.01, 1.0, 1.0, 0.2), 1.0, rel_tol=1e-12)
