"""Ride-through against grid codes, and ramps of the import, on records made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from twin.compliance import ENVELOPES, NOGRR282, PRC024, excursions
from twin.ramps import LIMITS, largest

Array = NDArray[np.float64]
STEP = 0.01


def record(
    dips: list[tuple[float, float, float]], away: list[tuple[float, float]], length: float = 30.0
) -> tuple[Array, Array, Array, Array]:
    """A record: dips (start, duration, residual) of the voltage, and spans in which the site imports nothing."""
    time = np.arange(1, round(length / STEP) + 1) * STEP
    middle = time - 0.5 * STEP
    voltage, power = np.ones(time.size), np.full(time.size, 50e6)
    for start, duration, residual in dips:
        voltage[(middle > start) & (middle < start + duration)] = residual
    for start, end in away:
        power[(middle > start) & (middle < end)] = 0.0
    return time, voltage, np.full(time.size, 60.0), power


@pytest.mark.parametrize(
    ("residual", "duration", "inside"),
    [
        (0.85, 2.0, True), (0.85, 2.05, False), (0.6, 0.5, True), (0.6, 0.55, False), (0.3, 0.25, True),
        (0.3, 0.3, False), (0.0, 0.15, True), (0.0, 0.2, False), (1.15, 2.0, True), (1.15, 2.1, False),
        (1.2, 0.01, False),
    ],
)  # fmt: skip
def test_points_of_nogrr282(residual: float, duration: float, inside: bool) -> None:
    found = excursions(NOGRR282, *record([(5.0, duration, residual)], []))
    assert [e.inside for e in found] == [inside]
    assert found[0].start == pytest.approx(5.0)
    assert found[0].duration == pytest.approx(duration)
    assert (found[0].lowest if residual < 1.0 else found[0].highest) == residual


@pytest.mark.parametrize(
    ("residual", "duration", "inside"),
    [
        (0.4, 0.15, True),
        (0.4, 0.16, False),
        (0.6, 0.3, True),
        (0.7, 2.0, True),
        (0.8, 3.1, False),
        (1.16, 0.4, True),
    ],
)
def test_points_of_prc024(residual: float, duration: float, inside: bool) -> None:
    assert excursions(PRC024, *record([(5.0, duration, residual)], []))[0].inside is inside


def test_a_steady_grid_has_no_excursion() -> None:
    for envelope in ENVELOPES:
        assert excursions(envelope, *record([], [(3.0, 9.0)])) == []


def test_a_load_that_returns_in_time_has_stayed() -> None:
    (found,) = excursions(NOGRR282, *record([(5.0, 0.2, 0.4)], [(5.0, 6.2)]))
    assert found.inside and found.stayed
    assert found.back_after == pytest.approx(1.0)
    assert (found.before, found.least) == (50e6, 0.0)


def test_a_load_that_stays_away_has_left_though_it_had_to_stay() -> None:
    (found,) = excursions(NOGRR282, *record([(5.0, 0.2, 0.4)], [(5.0, 12.0)]))
    assert found.inside and not found.stayed
    assert found.back_after == pytest.approx(6.8)


def test_a_load_that_never_returns() -> None:
    (found,) = excursions(NOGRR282, *record([(5.0, 0.2, 0.4)], [(5.0, 99.0)]))
    assert found.back_after is None and not found.stayed


def test_a_load_that_is_away_is_measured_by_what_it_took_before() -> None:
    first, second = excursions(NOGRR282, *record([(5.0, 0.05, 0.3), (8.0, 0.05, 0.3)], [(5.0, 9.0)]))
    assert first.before == second.before == 50e6
    assert second.back_after == pytest.approx(0.95)
    third = excursions(NOGRR282, *record([(5.0, 0.05, 0.3), (12.0, 0.05, 0.3)], [(5.0, 9.0)]))[1]
    assert third.before == 50e6 and third.back_after == 0.0


def test_frequency_counts_on_the_grid_it_is_written_for() -> None:
    time, voltage, frequency, power = record([], [])
    frequency[500:600] = 56.9
    found = excursions(NOGRR282, time, voltage, frequency, power)
    assert [(e.inside, e.slowest) for e in found] == [(False, 56.9)]
    assert excursions(NOGRR282, time, voltage, frequency - 10.0, power) == []
    assert excursions(PRC024, time, voltage, frequency, power) == []


def test_envelopes_only_grow_stricter_with_depth() -> None:
    for envelope in ENVELOPES:
        for levels, sign in ((envelope.under, -1.0), (envelope.over, 1.0)):
            depth = [sign * level for level, _ in levels]
            assert depth == sorted(depth)
            assert [t for _, t in levels] == sorted((t for _, t in levels), reverse=True)


def test_ramps_of_a_step_and_of_a_slope() -> None:
    step = np.concatenate([np.zeros(100), np.full(100, 8e6)])
    assert largest("change", 5.0, 1.0, step) == largest("swing", 5.0, 1.0, step) == 8e6
    slope = np.arange(200) * 1e5
    assert largest("change", 60.0, 1.0, slope) == pytest.approx(6e6)
    assert largest("swing", 60.0, 1.0, slope) == pytest.approx(6e6)
    pulse = np.zeros(200)
    pulse[100] = 3e6
    assert largest("change", 5.0, 1.0, pulse) == largest("swing", 5.0, 1.0, pulse) == 3e6
    triangle = np.concatenate([np.arange(10), np.arange(10, 0, -1)]) * 1e6
    assert largest("change", 20.0, 1.0, triangle) == pytest.approx(1e6)
    assert largest("swing", 20.0, 1.0, triangle) == pytest.approx(10e6)


def test_a_coarse_record_cannot_tell() -> None:
    assert largest("change", 5.0, 10.0, np.zeros(100)) is None
    assert largest("swing", 5.0, 1.0, np.zeros(1)) is None


@given(power=st.lists(st.floats(0.0, 1e8), min_size=2, max_size=60).map(np.array), steps=st.integers(1, 70))
def test_swings_and_changes_against_every_pair(power: Array, steps: int) -> None:
    pairs = [
        (i, j) for i in range(power.size) for j in range(i, power.size) if j - i <= min(steps, power.size - 1)
    ]
    assert largest("swing", float(steps), 1.0, power) == max(abs(power[i] - power[j]) for i, j in pairs)
    apart = min(steps, power.size - 1)
    assert largest("change", float(steps), 1.0, power) == max(
        abs(power[i + apart] - power[i]) for i in range(power.size - apart)
    )
    assert all(limit.source for limit in LIMITS)
