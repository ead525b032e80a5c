"""Utility feed: the member's own outage, and disturbances of the grid."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from site_builder import one

from twin.disturbances import ALL, chain, none, row, rows, sag_rows
from twin.kernels import fields as f
from twin.kernels.feed import feed_account, feed_step

Array = NDArray[np.float64]


def feed_at(disturbances: Array, t: float = 1.0, dt: float = 0.01, grid: float = 1.0, **s: float) -> Array:
    """State of feed 0 in the step that starts at `t`."""
    _, state = one("feed", **s)
    feed_step(state, 0, t, dt, grid, 49.9, 50.0, disturbances)
    assert state[f.FEED_POWER, 0] == 0.0
    return state[:, 0]


def voltage(
    *events: tuple[float, float, float, float], t: float = 1.0, grid: float = 1.0, **s: float
) -> float:
    """Voltage of feed 0 at `t` with the given (start, end, feed, residual) events."""
    state = feed_at(sag_rows(events), t, grid=grid, **s)
    assert state[f.FEED_FREQUENCY] == 49.9
    return float(state[f.FEED_VOLTAGE])


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


def test_a_ramp_is_linear_between_its_ends() -> None:
    ramp = rows([row(1.0, 3.0, voltage=0.4, voltage_end=1.0, offset=-0.5, offset_end=0.5)])
    for t, expected in ((1.0, 0.4), (1.5, 0.55), (2.0, 0.7), (2.5, 0.85), (3.0, 1.0)):
        assert feed_at(ramp, t)[f.FEED_VOLTAGE] == pytest.approx(expected, abs=1e-15)
    assert feed_at(ramp, 2.5)[f.FEED_FREQUENCY] == pytest.approx(49.9 + 0.25, abs=1e-14)


def test_offsets_of_the_frequency_add_up() -> None:
    both = rows([row(0.0, 2.0, offset=0.3), row(0.0, 2.0, offset=-0.1), row(0.0, 2.0, 1, offset=5.0)])
    assert feed_at(both)[f.FEED_FREQUENCY] == pytest.approx(50.1, abs=1e-13)


def walk(disturbances: Array, lengths: list[float]) -> tuple[Array, list[float]]:
    """State after steps of the given lengths from 0 on a nominal grid, and the jumps seen."""
    _, state = one("feed")
    t, jumps = 0.0, []
    for dt in lengths:
        feed_step(state, 0, t, dt, 1.0, 50.0, 50.0, disturbances)
        jumps.append(float(state[f.FEED_JUMP, 0]))
        feed_account(state, 0, dt)
        t += dt
    return state[:, 0], jumps


@given(
    lengths=st.lists(st.sampled_from([0.001, 0.005, 0.02, 0.1, 1.0]), min_size=1, max_size=40),
    at=st.floats(0.0, 3.0),
    angle=st.floats(-3.0, 3.0),
)
def test_a_jump_is_taken_once_at_any_steps(lengths: list[float], at: float, angle: float) -> None:
    state, jumps = walk(rows([row(at, at, jump=angle)]), lengths)
    inside = at + 1e-6 < sum(lengths)
    assert sum(j != 0.0 for j in jumps) == (1 if inside and angle != 0.0 else 0)
    assert state[f.FEED_PHASE] == pytest.approx(angle if inside else 0.0, abs=1e-12)


@pytest.mark.parametrize("dt", [0.001, 0.005, 0.02, 0.1])
def test_the_phase_is_the_integral_of_the_frequency_at_any_step(dt: float) -> None:
    # 1 Hz/s for 1 s, held for 1 s, back at the same rate: 2 pi (0.5 + 1 + 0.5).
    ramp = rows([row(1, 2, offset_end=1.0), row(2, 3, offset=1.0), row(3, 4, offset=1.0, offset_end=0.0)])
    state, _ = walk(ramp, [dt] * round(5.0 / dt))
    assert state[f.FEED_PHASE] == pytest.approx(2.0 * math.pi * 2.0, rel=1e-9)
    assert state[f.FEED_FREQUENCY] == 50.0


points = st.lists(
    st.tuples(st.floats(0.01, 0.5), st.floats(0.0, 0.999), st.floats(-2.0, 2.0)), min_size=2, max_size=20
)


@given(points=points, feed=st.sampled_from([ALL, 0]), share=st.floats(0.0, 1.0))
def test_a_chain_of_rows_is_the_piecewise_linear_series(
    points: list[tuple[float, float, float]], feed: int, share: float
) -> None:
    gaps, volts, offsets = (np.array(column) for column in zip(*points, strict=True))
    time = np.cumsum(gaps)
    disturbances = chain(time, volts, offsets, feed)
    assert disturbances.shape == (time.size - 1, f.DISTURBANCE_WIDTH)
    for t in (time[0], *(time[:-1] + share * np.diff(time) * 0.999)):
        state = feed_at(disturbances, float(t))
        assert state[f.FEED_VOLTAGE] == pytest.approx(np.interp(t, time, volts), abs=1e-12)
        assert state[f.FEED_FREQUENCY] == pytest.approx(49.9 + np.interp(t, time, offsets), abs=1e-12)


def test_nothing_is_an_array_of_no_rows() -> None:
    assert none().shape == (0, f.DISTURBANCE_WIDTH)
    assert feed_at(none())[f.FEED_VOLTAGE] == 1.0


def test_import_adds_up() -> None:
    _, s = one("feed")
    s[f.FEED_POWER, 0] = 250.0
    feed_account(s, 0, 4.0)
    feed_account(s, 0, 2.0)
    assert s[f.FEED_E_OUT, 0] == 1500.0
