"""Utility feed: the member's own outage, and disturbances of the grid."""

from __future__ import annotations

import numpy as np
import pytest
from site_builder import one

from twin.kernels import fields as f
from twin.kernels.feed import feed_account, feed_step


def voltage(
    *events: tuple[float, float, float, float], t: float = 1.0, grid: float = 1.0, **s: float
) -> float:
    """Voltage of feed 0 at `t` with the given (start, end, feed, residual) events."""
    _, state = one("feed", **s)
    feed_step(state, 0, t, grid, 49.9, np.array(events).reshape(-1, 4))
    assert state[f.FEED_FREQUENCY, 0] == 49.9
    assert state[f.FEED_POWER, 0] == 0.0
    return float(state[f.FEED_VOLTAGE, 0])


def test_undisturbed() -> None:
    assert voltage(grid=1.03) == 1.03


def test_an_outage_holds_from_its_start_until_its_end() -> None:
    window = {"outage_start": 1.0, "outage_end": 2.0}
    found = [voltage(t=t, **window) for t in (0.99, 1.0, 1.5, 1.99, 2.0)]
    assert found == [1.0, 0.0, 0.0, 0.0, 1.0]


@pytest.mark.parametrize("t", [0.1 * 3 + 0.7, 0.99999995])
def test_a_step_grid_that_rounds_differently_sees_the_same_event(t: float) -> None:
    assert voltage((1.0, 2.0, -1, 0.4), t=t) == 0.4


def test_a_disturbance_of_another_feed_is_not_seen() -> None:
    assert voltage((0.0, 2.0, 1, 0.4)) == 1.0
    assert voltage((0.0, 2.0, 0, 0.4)) == 0.4


SAG, DEEP, SWELL = (0.0, 2.0, -1.0, 0.7), (0.5, 1.5, -1.0, 0.3), (0.0, 2.0, -1.0, 1.2)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((SAG, DEEP), 0.3), ((DEEP, SAG), 0.3), ((SWELL,), 1.2), ((SAG, SWELL), 0.7), ((SWELL, SAG), 0.7),
        ((SWELL, (0.0, 2.0, -1.0, 1.1)), 1.2),
    ],
)  # fmt: skip
def test_the_lowest_residual_counts_and_a_swell_only_where_nothing_sags(
    events: tuple[tuple[float, float, float, float], ...], expected: float
) -> None:
    assert voltage(*events) == expected


def test_a_sag_does_not_raise_a_low_grid() -> None:
    assert voltage((0.0, 2.0, -1, 0.95), grid=0.9) == 0.9


def test_import_adds_up() -> None:
    _, s = one("feed")
    s[f.FEED_POWER, 0] = 250.0
    feed_account(s, 0, 4.0)
    feed_account(s, 0, 2.0)
    assert s[f.FEED_E_OUT, 0] == 1500.0
