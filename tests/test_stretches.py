"""Stretches of a control interval: fine around what happens, longer and longer after it, never past it."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.stretches import Steps, Stretch, fitted, next_stretch

STEPS = Steps(step=0.01, coarse=60.0, thermal=1.0, coarse_thermal=300.0, settle=30.0)


def still(since: float, until: float) -> bool:
    return False


def all_of(end: float, known: list[float], last: float = -math.inf, steps: Steps = STEPS) -> list[Stretch]:
    found, now = [], 0.0
    while now < end - 1e-9:
        found.append(next_stretch(steps, now, end, last, np.array(known), still))
        now = found[-1].end
    return found


@given(st.floats(0.01, 5000.0), st.floats(0.001, 60.0), st.floats(1.0, 300.0))
def test_a_stretch_has_its_length_in_whole_thermal_steps(length: float, step: float, thermal: float) -> None:
    found = fitted(7.0, length, step, max(thermal, step))
    assert found.end - found.start == pytest.approx(length, rel=1e-12)
    assert found.steps % found.thermal_every == 0
    assert found.step <= step * (1.0 + 1e-9)


def test_where_nothing_happens_an_interval_is_one_stretch_of_coarse_steps() -> None:
    assert all_of(900.0, []) == [Stretch(0.0, 60.0, 15, 5)]


@settings(max_examples=200)
@given(st.lists(st.floats(0.0, 3600.0), max_size=4))
def test_fine_around_every_known_instant_and_never_past_the_end(known: list[float]) -> None:
    found = all_of(3600.0, known)
    assert found[-1].end == pytest.approx(3600.0)
    for a, b in itertools.pairwise(found):
        assert b.start == pytest.approx(a.end)
    for stretch in found:
        for instant in known:
            if stretch.start - STEPS.settle + 1e-6 < instant < stretch.end - 1e-6:
                assert stretch.step <= STEPS.step * (1.0 + 1e-9)


def test_steps_grow_with_the_time_since() -> None:
    found = all_of(4 * 3600.0, [0.0])
    steps = [stretch.step for stretch in found]
    assert all(b >= 0.95 * a for a, b in itertools.pairwise(steps))
    assert found[0].step == pytest.approx(0.01)
    assert found[1].start == pytest.approx(30.0) and found[1].step == pytest.approx(0.6)
    assert found[-1].step > 55.0
    assert sum(stretch.steps for stretch in found) < 3000 + 800


def test_a_measured_grid_that_moves_is_followed() -> None:
    found = next_stretch(STEPS, 100.0, 900.0, -math.inf, np.zeros(0), lambda since, until: True)
    assert found.step <= 0.01 and found.end - found.start <= 30.0 + 1e-9
