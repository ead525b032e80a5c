"""The PI controller: it settles, leaves its stops at once, and keeps its limits for any error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.kernels.pi_control import pi_step

FREE = 1e30


def settle(
    dt: float, stop: float, gain: float = 2.0, integral_time: float = 10.0, tau: float = 20.0
) -> tuple[float, float]:
    """Value of a first-order plant under control at `stop`, and the controller's output."""
    value = integral = output = 0.0
    for _ in range(round(stop / dt)):
        output, integral = pi_step(1.0 - value, integral, output, gain, integral_time, 0.0, 5.0, FREE, dt)
        value += dt / tau * (output - value)
    return value, output


def test_a_steady_set_point_is_reached_without_offset() -> None:
    value, output = settle(0.1, 300.0)
    assert value == pytest.approx(1.0, abs=1e-6)
    assert output == pytest.approx(1.0, abs=1e-6)


def test_the_way_there_does_not_hang_on_the_step() -> None:
    fine, _ = settle(0.005, 8.0)
    coarse, _ = settle(0.05, 8.0)
    assert coarse == pytest.approx(fine, abs=5e-3)


def test_a_valve_leaves_its_stop_as_soon_as_the_error_turns() -> None:
    output, integral = 1.0, 1.0
    for _ in range(1000):
        output, integral = pi_step(3.0, integral, output, 1.0, 5.0, 0.0, 1.0, FREE, 1.0)
    assert output == 1.0
    output, integral = pi_step(-0.5, integral, output, 1.0, 5.0, 0.0, 1.0, FREE, 1.0)
    assert output < 1.0


def test_the_output_moves_no_faster_than_its_rate() -> None:
    output, _ = pi_step(10.0, 0.0, 0.2, 1.0, 5.0, 0.0, 1.0, 0.05, 2.0)
    assert output == pytest.approx(0.3)


@given(
    error=st.floats(-50, 50), integral=st.floats(0, 1), output=st.floats(0, 1),
    gain=st.floats(0, 10), ti=st.floats(0.1, 1e4), rate=st.floats(1e-4, 1e30), dt=st.floats(1e-3, 60),
)  # fmt: skip
def test_limits_hold_for_any_error(
    error: float, integral: float, output: float, gain: float, ti: float, rate: float, dt: float
) -> None:
    after, _ = pi_step(error, integral, output, gain, ti, 0.0, 1.0, rate, dt)
    assert 0.0 <= after <= 1.0
    assert abs(after - output) <= rate * dt + 1e-12
