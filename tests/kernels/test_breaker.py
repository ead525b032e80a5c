"""Protection: published points of the inverse curves, and the thermal image against its closed form."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.kernels.breaker import (
    CURVE_EXTREME,
    CURVE_STANDARD,
    CURVE_VERY,
    NEVER,
    thermal_image,
    thermal_trip_time,
    trip_time,
)

CURVES = (CURVE_STANDARD, CURVE_VERY, CURVE_EXTREME)


@pytest.mark.parametrize(
    ("curve", "multiple", "seconds"),
    [
        # Times at TMS = 1 as printed in relay manuals (two decimals).
        (CURVE_STANDARD, 2.0, 10.03), (CURVE_STANDARD, 5.0, 4.28), (CURVE_STANDARD, 10.0, 2.97),
        (CURVE_VERY, 2.0, 13.50), (CURVE_VERY, 5.0, 3.38), (CURVE_VERY, 10.0, 1.50),
        (CURVE_EXTREME, 2.0, 26.67), (CURVE_EXTREME, 5.0, 3.33), (CURVE_EXTREME, 10.0, 0.81),
    ],
)  # fmt: skip
def test_inverse_curves_at_their_printed_points(curve: int, multiple: float, seconds: float) -> None:
    assert trip_time(multiple, curve, 1.0) == pytest.approx(seconds, abs=0.006)
    assert trip_time(multiple, curve, 0.3) == pytest.approx(0.3 * trip_time(multiple, curve, 1.0))


@pytest.mark.parametrize("curve", CURVES)
def test_a_curve_never_trips_at_its_setting_and_is_level_above_twenty(curve: int) -> None:
    assert trip_time(1.0, curve, 1.0) == trip_time(0.0, curve, 1.0) == NEVER
    assert trip_time(20.0, curve, 1.0) == trip_time(50.0, curve, 1.0)


@given(st.sampled_from(CURVES), st.floats(1.01, 30.0), st.floats(1.0, 1.5), st.floats(0.05, 1.5))
def test_more_current_never_trips_later(curve: int, multiple: float, more: float, dial: float) -> None:
    assert trip_time(multiple * more, curve, dial) <= trip_time(multiple, curve, dial)


@given(st.floats(0.0, 1.0), st.floats(0.0, 8.0), st.floats(1e-3, 600.0), st.integers(1, 20))
def test_the_image_does_not_depend_on_the_step(start: float, current: float, span: float, parts: int) -> None:
    theta = start
    for _ in range(parts):
        theta = thermal_image(theta, current, span / parts, 200.0)
    assert theta == pytest.approx(thermal_image(start, current, span, 200.0), rel=1e-9, abs=1e-12)


@given(st.floats(1.2, 8.0), st.floats(0.0, 1.0), st.floats(1.0, 600.0))
def test_the_image_reaches_its_limit_at_the_trip_time(current: float, preload: float, tau: float) -> None:
    k = 1.125
    t = thermal_trip_time(current, preload, k, tau)
    assert thermal_image(preload * preload, current, t, tau) == pytest.approx(k * k, rel=1e-9)
    assert t <= thermal_trip_time(current, 0.0, k, tau)


def test_cold_curve_of_an_electronic_trip_unit() -> None:
    """A long-time delay of 8 s at 6 times its setting trips at 1.5 times after about 200 s (Micrologic tables)."""
    k = 1.125
    tau = 8.0 / math.log(36.0 / (36.0 - k * k))
    assert thermal_trip_time(1.5, 0.0, k, tau) == pytest.approx(200.0, rel=0.1)
    assert thermal_trip_time(1.0, 0.0, k, tau) == NEVER
    assert thermal_trip_time(2.0, 1.2, k, tau) == 0.0
