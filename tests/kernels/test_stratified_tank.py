"""The stratified tank against what is known in closed form, and its energy at any step."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.kernels.scalar import Array
from twin.kernels.stratified_tank import tank_bottom, tank_draw, tank_mean, tank_step, tank_top

RHO_CP = 4.18e6
VOLUME = 5.0


def tank(temperatures: list[float], filled: float = 0.0) -> Array:
    """States of one tank; `temperatures` from the top down, the first of the part-filled layer."""
    return np.array([*temperatures, filled])[:, None]


def step(
    s: Array, flow: float, inlet: float, dt: float, exchange: float = 0.0, loss: float = 0.0
) -> tuple[float, float]:
    return tank_step(s, 0, s.shape[0] - 2, 0, flow, inlet, VOLUME, RHO_CP, exchange, loss, 25.0, dt)


@pytest.mark.parametrize("dt", [0.5, 7.2, 60.0, 900.0, 3600.0])
@pytest.mark.parametrize("way", [1.0, -1.0])
def test_plug_flow_pushes_out_what_was_there_then_what_came_in(dt: float, way: float) -> None:
    """A front leaves after exactly one volume of the tank, at any step, in either direction."""
    warm, cold = (14.0, 6.0)
    inlet, held = (warm, cold) if way > 0.0 else (cold, warm)
    s = tank([held] * 21)
    flow = way * 20 * VOLUME / 7200.0
    out = 0.0
    for _ in range(round(7200.0 / dt)):
        outlet, _ = step(s, flow, inlet, dt)
        out += outlet * dt
    assert out / (round(7200.0 / dt) * dt) == pytest.approx(held, abs=1e-9)
    assert tank_mean(s, 0, 20, 0, VOLUME) == pytest.approx(inlet, abs=1e-9)
    assert step(s, flow, inlet, dt)[0] == pytest.approx(inlet, abs=1e-9)


def test_a_front_stays_sharp_whatever_the_step() -> None:
    """A third of a tank charged from below: a third cold, the rest warm, at most one layer between them."""
    for dt in (1.0, 17.0, 400.0):
        s = tank([14.0] * 21)
        for _ in range(round(2400.0 / dt)):
            step(s, -20 * VOLUME / 7200.0, 6.0, dt)
        charged = round(2400.0 / dt) * dt / 7200.0
        assert tank_mean(s, 0, 20, 0, VOLUME) == pytest.approx(14.0 - 8.0 * charged, abs=1e-9)
        between = np.sum((s[:21, 0] > 6.0 + 1e-9) & (s[:21, 0] < 14.0 - 1e-9))
        assert between <= 1


def test_more_than_the_tank_holds_goes_straight_through() -> None:
    s = tank([6.0] * 21)
    outlet, _ = step(s, 250.0, 14.0, 1.0)
    assert outlet == pytest.approx((100.0 * 6.0 + 150.0 * 14.0) / 250.0)
    assert np.allclose(s[:21], 14.0)


@pytest.mark.parametrize("dt", [10.0, 900.0, 3600.0])
def test_standby_decay_is_exponential_at_any_step(dt: float) -> None:
    s = tank([6.0] * 21, 0.3 * VOLUME)
    loss = 0.0004 / 3600.0 * RHO_CP * VOLUME
    lost = sum(step(s, 0.0, 0.0, dt, 100.0, loss)[1] * dt for _ in range(round(36000.0 / dt)))
    expected = 25.0 + (6.0 - 25.0) * math.exp(-0.004)
    assert tank_mean(s, 0, 20, 0, VOLUME) == pytest.approx(expected, rel=1e-12)
    assert lost == pytest.approx(RHO_CP * 100.0 * (6.0 - expected), rel=1e-9)


@pytest.mark.parametrize("dt", [100.0, 900.0])
def test_a_step_profile_spreads_as_the_error_function(dt: float) -> None:
    """Heat conducted through the middle of a fine tank: rho cp A dT sqrt(a t / pi)."""
    layers, fourier = 200, 150.0
    s = tank([14.0] * 101 + [6.0] * 100)
    exchange = 2000.0
    duration = fourier * RHO_CP * VOLUME / exchange
    for _ in range(round(duration / dt)):
        step(s, 0.0, 0.0, dt, exchange)
    t = round(duration / dt) * dt
    moved = 8.0 * math.sqrt(exchange * t / (RHO_CP * VOLUME) / math.pi)
    assert np.sum(s[101 : layers + 1, 0] - 6.0) == pytest.approx(moved, rel=1e-3)
    x = (np.arange(200) - 99.5) / math.sqrt(4.0 * exchange * t / (RHO_CP * VOLUME))
    assert np.allclose(s[1:201, 0], 10.0 - 4.0 * np.vectorize(math.erf)(x), atol=0.02)


def test_warm_water_let_in_below_rises() -> None:
    s = tank([10.0] * 21)
    step(s, -0.001, 20.0, 100.0)
    assert tank_bottom(s, 0, 20, 0) == pytest.approx(tank_top(s, 0, 20, 0))
    assert np.ptp(s[:21]) < 1e-9


def test_a_stable_tank_does_not_mix_by_itself() -> None:
    s = tank([14.0, 14.0, 12.0, 9.0, 6.0])
    before = s.copy()
    step(s, 0.0, 0.0, 60.0)
    assert np.array_equal(s, before)


moves = st.lists(
    st.tuples(
        st.floats(-0.2, 0.2, allow_subnormal=False),
        st.floats(4.0, 90.0),
        st.sampled_from([0.01, 1.0, 60.0, 900.0]),
    ),
    min_size=1,
    max_size=30,
)


@given(moves, st.floats(0.0, 0.999), st.floats(0.0, 5000.0), st.floats(0.0, 500.0))
def test_energy_closes_and_nothing_leaves_the_range(
    moved: list[tuple[float, float, float]], filled: float, exchange: float, loss: float
) -> None:
    s = tank([30.0, 25.0, 20.0, 12.0, 8.0, 5.0], filled * VOLUME)
    low = min(5.0, 25.0, *(m[1] for m in moved))
    high = max(30.0, *(m[1] for m in moved))
    heat = tank_mean(s, 0, 5, 0, VOLUME) * 5 * VOLUME * RHO_CP
    through = abs(heat)
    for flow, inlet, dt in moved:
        outlet, lost = step(s, flow, inlet, dt, exchange, loss)
        heat += (abs(flow) * RHO_CP * (inlet - outlet) - lost) * dt
        through += abs(flow) * RHO_CP * inlet * dt
        assert np.all(s[:6] >= low - 1e-9)
        assert np.all(s[:6] <= high + 1e-9)
        assert 0.0 <= s[6, 0] <= VOLUME
        # Row 0 means nothing while it holds no water.
        rows = s[0 if s[6, 0] > 0.0 else 1 : 6, 0]
        assert np.all(np.diff(rows) <= 1e-9)
    stored = tank_mean(s, 0, 5, 0, VOLUME) * 5 * VOLUME * RHO_CP
    assert abs(stored - heat) < 1e-12 * through


def test_what_a_volume_would_push_out_is_what_it_pushes_out() -> None:
    for volume in (3.0, 12.0, -7.0, -20.0):
        s = tank([30.0, 25.0, 20.0, 12.0, 8.0, 5.0], 2.0)
        told = tank_draw(s, 0, 5, 0, volume, VOLUME)
        outlet, _ = step(s, volume, 31.0 if volume > 0.0 else 4.0, 1.0)
        assert outlet == pytest.approx(told, rel=1e-12)
