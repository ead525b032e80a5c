"""Response curve: the points of Great Britain's Dynamic Containment, and its shape."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.kernels.droop import response_share

DC = (0.015, 0.2, 0.05, 0.5)


@pytest.mark.parametrize(
    ("deviation", "share"),
    [
        (0.0, 0.0), (-0.015, 0.0), (0.015, 0.0), (-0.1075, 0.025), (-0.2, 0.05), (-0.35, 0.525), (-0.5, 1.0),
        (-0.8, 1.0), (0.2, -0.05), (0.5, -1.0), (2.0, -1.0),
    ],
)  # fmt: skip
def test_dynamic_containment(deviation: float, share: float) -> None:
    """Dead band +-0.015 Hz, 5 % at +-0.2 Hz, all at +-0.5 Hz; low frequency calls for delivery."""
    assert response_share(deviation, *DC) == pytest.approx(share, abs=1e-12)


@settings(deadline=None)
@given(st.floats(-3.0, 3.0), st.floats(-3.0, 3.0))
def test_odd_falling_and_bounded(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert response_share(low, *DC) >= response_share(high, *DC)
    assert response_share(a, *DC) == -response_share(-a, *DC)
    assert abs(response_share(a, *DC)) <= 1.0


@pytest.mark.parametrize("corner", [0.015, 0.2, 0.5])
def test_no_jump_at_a_corner(corner: float) -> None:
    below, above = response_share(-corner + 1e-9, *DC), response_share(-corner - 1e-9, *DC)
    assert above - below == pytest.approx(0.0, abs=1e-7)


def test_a_straight_droop_has_its_knee_at_full() -> None:
    """GB/T 40595 style: dead band 0.033 Hz, all at 0.2 Hz."""
    assert response_share(-0.033, 0.033, 0.2, 1.0, 0.2) == 0.0
    assert response_share(-0.1165, 0.033, 0.2, 1.0, 0.2) == pytest.approx(0.5)
    assert response_share(-0.2, 0.033, 0.2, 1.0, 0.2) == 1.0


def test_no_curve_no_response() -> None:
    assert response_share(-1.0, 0.0, 0.0, 0.0, 0.0) == 0.0
