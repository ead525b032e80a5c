"""Intervals and curves of published examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.proportion import wilson
from twin.sizing.statistics import Endurance, endurance


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_newcombes(successes: int, trials: int, low: float, high: float) -> None:
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


def test_endurance_is_the_classic_product_limit() -> None:
    # Freireich et al., Blood 21 (1963): 21 patients on 6-mercaptopurine, weeks; the textbook example.
    lost = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    duration = np.array([100.0] * len(lost) + [float(c) for c in censored])
    after = np.array([float(x) for x in lost] + [np.nan] * len(censored))
    curve = endurance(duration, after)
    assert curve.time.tolist() == [0, 6, 7, 10, 13, 16, 22, 23]
    assert curve.share == pytest.approx([1, 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
    assert curve.quantile(0.5) == 23.0
    assert curve.quantile(0.14) == 6.0
    assert curve.quantile(0.9) is None


def test_nothing_lost_is_one_point() -> None:
    curve = endurance(np.array([3.0, 4.0]), np.array([np.nan, np.nan]))
    assert (curve.time.tolist(), curve.share.tolist()) == ([0.0], [1.0])


def test_everything_lost_ends_at_nothing() -> None:
    curve = endurance(np.full(4, 9.0), np.array([1.0, 2.0, 2.0, 3.0]))
    assert curve.share.tolist() == [1.0, 0.75, 0.25, 0.0]


@given(st.lists(st.tuples(st.floats(1.0, 1e5), st.floats(1.0, 1e5)), min_size=1, max_size=60))
def test_endurance_falls_and_stays_a_share(members: list[tuple[float, float]]) -> None:
    duration, lasts = np.array(members).T
    curve = endurance(duration, np.where(lasts < duration, lasts, np.nan))
    assert (np.diff(curve.share) < 0.0).all()
    assert (np.diff(curve.time) > 0.0).all()
    assert 0.0 <= curve.share[-1] <= 1.0


def test_thinning_keeps_the_ends() -> None:
    curve = Endurance(np.arange(1000.0), np.linspace(1.0, 0.0, 1000))
    thin = curve.thinned(50)
    assert thin.time.size == 50
    assert (thin.time[0], thin.time[-1], thin.share[-1]) == (0.0, 999.0, 0.0)
    assert curve.thinned(1000) is curve
