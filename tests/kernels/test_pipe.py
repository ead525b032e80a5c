"""Plug flow in a pipe: delay, heat, loss, at any step and flow."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.kernels.pipe import PIPE_CELLS, pipe_heat, pipe_move, pipe_outlet

CAPACITY = 15e6
RATE = CAPACITY / 60.0


def pipe(temperature: float, fill: float = 0.0) -> np.ndarray:
    """Return a pipe of one temperature whose newest parcel is filled to `fill`."""
    s = np.full((PIPE_CELLS + 2, 1), temperature)
    s[PIPE_CELLS:, 0] = (0.0, fill)
    return s


@pytest.mark.parametrize("dt", [0.01, 0.1, 1.0, 7.3, 60.0, 300.0])
def test_mean_residence_time_is_volume_over_flow(dt: float) -> None:
    """The mean age of what a step of inlet temperature leaves behind at the outlet, by its integral."""
    s = pipe(0.0, 0.3)
    missing = 0.0
    for _ in range(math.ceil(200.0 / dt)):
        missing += (1.0 - pipe_move(s, 0, 0, CAPACITY, RATE * dt, 1.0, 0.0, 20.0, dt)[0]) * dt
    assert missing == pytest.approx(60.0, rel=1e-9)


def test_a_step_arrives_when_the_water_does_within_a_parcel() -> None:
    s = pipe(0.0)
    found = [pipe_move(s, 0, 0, CAPACITY, RATE, 1.0, 0.0, 20.0, 1.0)[0] for _ in range(120)]
    assert found[:56] == [0.0] * 56
    assert found[64:] == [1.0] * 56


def test_the_delay_follows_the_flow() -> None:
    s = pipe(0.0)
    flow = [0.2] * 100 + [1.0] * 200
    missing = moved = 0.0
    for share in flow:
        out, _ = pipe_move(s, 0, 0, CAPACITY, share * RATE, 1.0, 0.0, 20.0, 1.0)
        missing += share * RATE * (1.0 - out)
        moved += share * RATE
    assert moved > CAPACITY
    assert missing == pytest.approx(CAPACITY, rel=1e-9)


@pytest.mark.parametrize("dt", [0.5, 10.0, 600.0])
def test_still_water_cools_exponentially(dt: float) -> None:
    s = pipe(60.0, 0.4)
    for _ in range(round(3600.0 / dt)):
        pipe_move(s, 0, 0, CAPACITY, 0.0, 99.0, 4e3, 20.0, dt)
    assert s[3, 0] - 20.0 == pytest.approx(40.0 * math.exp(-4e3 * 3600.0 / CAPACITY), rel=1e-9)


@pytest.mark.parametrize("dt", [0.25, 7.3, 60.0, 900.0])
def test_flowing_water_loses_what_its_residence_allows(dt: float) -> None:
    """Mean over whole parcels: exp(-UA / rate) of the distance is left."""
    s = pipe(60.0)
    lost = left = time = 0.0
    for k in range(round(7300.0 / dt)):
        out, loss = pipe_move(s, 0, 0, CAPACITY, RATE * dt, 60.0, 0.2 * RATE, 20.0, dt)
        if k * dt >= 100.0:
            lost, left, time = lost + loss, left + out * dt, time + dt
    assert left / time - 20.0 == pytest.approx(40.0 * math.exp(-0.2), rel=1e-4)
    assert lost / time == pytest.approx(RATE * 40.0 * (1.0 - math.exp(-0.2)), rel=1e-3)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.0, 3.0), st.floats(-20.0, 90.0), st.floats(0.01, 900.0)),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from([0.0, 1e3, 1e5]),
)
def test_heat_is_kept_and_the_outlet_is_foreseen(
    steps: list[tuple[float, float, float]], loss: float
) -> None:
    s = pipe(30.0)
    heat = start = pipe_heat(s, 0, 0, CAPACITY)
    scale = abs(start)
    for volumes, inlet, dt in steps:
        moved = volumes * CAPACITY
        foreseen = pipe_outlet(s, 0, 0, CAPACITY, moved, inlet, loss, 15.0, dt)
        out, lost = pipe_move(s, 0, 0, CAPACITY, moved, inlet, loss, 15.0, dt)
        assert out == pytest.approx(foreseen, abs=1e-9)
        assert -20.0 - 1e-9 <= out <= 90.0 + 1e-9
        heat += moved * (inlet - out) - lost
        scale += moved * 90.0
        assert abs(pipe_heat(s, 0, 0, CAPACITY) - heat) < 1e-12 * scale


def test_no_pipe_is_no_delay() -> None:
    s = pipe(0.0)
    assert pipe_move(s, 0, 0, 0.0, 1e6, 37.0, 1e3, 20.0, 1.0) == (37.0, 0.0)
    assert pipe_outlet(s, 0, 0, 0.0, 1e6, 37.0, 1e3, 20.0, 1.0) == 37.0
