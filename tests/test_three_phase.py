"""Three-phase dips: positive-sequence values against Bollen's closed forms."""

from __future__ import annotations

import cmath
import math
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.three_phase import A, DipType, phases, positive_sequence, residual

CLOSED = {
    "A": lambda v: v,
    "B": lambda v: (2.0 + v) / 3.0,
    "C": lambda v: (1.0 + v) / 2.0,
    "D": lambda v: (1.0 + v) / 2.0,
    "E": lambda v: (1.0 + 2.0 * v) / 3.0,
    "F": lambda v: (1.0 + 2.0 * v) / 3.0,
    "G": lambda v: (1.0 + 2.0 * v) / 3.0,
}


@given(
    kind=st.sampled_from(get_args(DipType)), magnitude=st.floats(0.0, 1.0), angle=st.floats(-math.pi, math.pi)
)
def test_positive_sequence_of_every_type(kind: DipType, magnitude: float, angle: float) -> None:
    v = cmath.rect(magnitude, angle)
    size, jump = residual(kind, magnitude, angle)
    assert cmath.rect(size, jump) == pytest.approx(CLOSED[kind](v), abs=1e-12)


@pytest.mark.parametrize("kind", get_args(DipType))
def test_no_dip_is_a_balanced_voltage(kind: DipType) -> None:
    assert phases(kind, 1.0) == pytest.approx((1.0, A * A, A), abs=1e-15)


@pytest.mark.parametrize("kind", ["C", "D"])
def test_dips_between_two_phases_have_no_zero_sequence(kind: DipType) -> None:
    assert sum(phases(kind, 0.4)) == pytest.approx(0.0, abs=1e-15)


def test_a_single_phase_dip_leaves_its_other_phases() -> None:
    a, b, c = phases("B", 0.2)
    assert (abs(a), abs(b), abs(c)) == pytest.approx((0.2, 1.0, 1.0))
    assert abs(positive_sequence(a, b, c)) == pytest.approx(2.2 / 3.0)
