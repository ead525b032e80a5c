"""A rack's two nodes against their exact solution; its fans and its limits."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from thermal_model import block, rack_block

from twin.kernels import fields as f
from twin.kernels.rack_air import DRAUGHT, stream_conductance
from twin.kernels.rack_thermal import (
    node_response,
    rack_liquid_prepare,
    rack_thermal_finish,
    rack_thermal_prepare,
)


def hall_at(inlet: float, hot: float) -> np.ndarray:
    """Return hall states with both aisles held at a temperature."""
    names = ("temperature_cold", "temperature_cold_mean", "temperature_hot", "temperature_hot_mean")
    return block(f.HALL, 1, {}, dict(zip(names, (inlet, inlet, hot, hot), strict=True)))[1]


NO_CDU = np.zeros((len(f.CDU.states), 0))


def run(
    rack: tuple[np.ndarray, np.ndarray], power: float, dt: float, steps: int, inlet: float = 25.0
) -> None:
    """Step one rack with a fixed inlet."""
    p, s = rack
    for k in range(steps):
        s[f.RACK_HEAT, 0] = power * dt
        rack_thermal_prepare(p, s, 0, dt)
        rack_thermal_finish(p, s, 0, hall_at(inlet, inlet), NO_CDU, k * dt, dt)


@pytest.mark.parametrize("dt", [0.1, 1.0, 60.0, 3600.0])
def test_mass_follows_the_exact_solution_at_any_step(dt: float) -> None:
    p, s = rack_block(1, 10e3, 0.0)
    g = stream_conductance(p[f.RACK_G_MASS, 0], s[f.RACK_FLOW, 0], p[f.RACK_FLOW_MAX, 0])
    tau = p[f.RACK_C_MASS, 0] / g
    steps = max(1, round(600.0 / dt))
    run((p, s), 10e3, dt, steps)
    end = 25.0 + 10e3 / g
    exact = end + (34.0 - end) * math.exp(-steps * dt / tau)
    assert s[f.RACK_T_MASS, 0] == pytest.approx(exact, abs=1e-9)


def test_steady_rack_gives_its_heat_at_the_intended_rise() -> None:
    p, s = rack_block(1, 10e3, 0.0)
    run((p, s), 10e3, 60.0, 500)
    assert s[f.RACK_Q_AIR, 0] == pytest.approx(10e3, rel=1e-9)
    assert s[f.RACK_T_OUTLET, 0] - 25.0 == pytest.approx(12.0, rel=1e-9)
    assert s[f.RACK_FLOW, 0] == pytest.approx(10e3 / (1006.0 * 12.0))
    speed = s[f.RACK_FLOW, 0] / p[f.RACK_FLOW_MAX, 0]
    assert s[f.RACK_FAN, 0] == pytest.approx(p[f.RACK_FAN_POWER, 0] * speed**3)


def test_a_rack_that_is_off_only_leaks() -> None:
    p, s = rack_block(1, 10e3, 0.0)
    s[f.RACK_MODE, 0] = f.RACK_OFF
    s[f.RACK_T_MASS, 0] = 60.0
    run((p, s), 0.0, 10.0, 1)
    assert s[f.RACK_FAN, 0] == 0.0
    assert s[f.RACK_FLOW, 0] == DRAUGHT * p[f.RACK_FLOW_MAX, 0]
    before = s[f.RACK_T_MASS, 0]
    run((p, s), 0.0, 3600.0, 100)
    assert 25.0 <= s[f.RACK_T_MASS, 0] < before
    assert s[f.RACK_T_MASS, 0] == pytest.approx(25.0, abs=0.1)


@given(
    st.floats(0.0, 1e6),
    st.floats(-20.0, 200.0),
    st.floats(1e3, 1e8),
    st.floats(0.0, 1e6),
    st.floats(0.01, 3600.0),
    st.floats(0.0, 60.0),
)
def test_a_node_never_passes_its_equilibrium(
    power: float, start: float, capacity: float, conductance: float, dt: float, inlet: float
) -> None:
    q_0, q_1 = node_response(power, start, capacity, conductance, dt)
    assert q_1 <= 0.0
    end = start + (power - q_0 - q_1 * inlet) * dt / capacity
    if conductance > 0.0:
        settled = inlet + power / conductance
        slack = 1e-9 * (1.0 + abs(settled) + abs(start))
        assert min(start, settled) - slack <= end <= max(start, settled) + slack
    else:
        assert end == pytest.approx(start + power * dt / capacity)


def test_stream_conductance_is_bounded_by_the_stream() -> None:
    assert stream_conductance(1e9, 1.0, 1.0) == pytest.approx(1006.0, rel=1e-5)
    assert stream_conductance(500.0, 0.0, 1.0) == 0.0
    assert stream_conductance(500.0, 0.5, 0.0) == 0.0


def test_film_and_stream_are_in_series_and_the_film_follows_the_root_of_the_flow() -> None:
    film, stream = 800.0 * 0.5, 0.5 * 1006.0
    assert stream_conductance(800.0, 0.5, 2.0) == pytest.approx(1.0 / (1.0 / film + 1.0 / stream))


def test_liquid_share_goes_to_air_without_a_cdu() -> None:
    p, s = rack_block(1, 10e3, 0.7, cdu=-1)
    run((p, s), 10e3, 60.0, 1000)
    assert s[f.RACK_Q_AIR, 0] == pytest.approx(10e3, rel=1e-6)
    assert s[f.RACK_Q_LIQUID, 0] == 0.0


def test_plates_settle_at_power_over_conductance() -> None:
    p, s = rack_block(1, 100e3, 0.8)
    s_cdu = block(f.CDU, 1, {}, {"temperature_supply": 32.0, "temperature_supply_mean": 32.0})[1]
    for k in range(50):
        s[f.RACK_HEAT, 0] = 100e3 * 10.0
        rack_thermal_prepare(p, s, 0, 10.0)
        rack_liquid_prepare(p, s, 0, 1.0, 10.0)
        rack_thermal_finish(p, s, 0, hall_at(25.0, 35.0), s_cdu, k * 10.0, 10.0)
    assert s[f.RACK_T_PLATE, 0] == pytest.approx(32.0 + 15.0, abs=1e-6)
    assert s[f.RACK_Q_LIQUID, 0] == pytest.approx(80e3, rel=1e-6)


def test_limits_are_counted_and_shut_the_rack_down_once() -> None:
    p, s = rack_block(1, 10e3, 0.0)
    run((p, s), 10e3, 2.0, 3, inlet=33.0)
    assert s[f.RACK_OVERHEAT, 0] == 6.0
    assert s[f.RACK_MODE, 0] == f.RACK_ON
    run((p, s), 10e3, 2.0, 2, inlet=46.0)
    assert s[f.RACK_MODE, 0] == f.RACK_TOO_HOT
    assert s[f.RACK_LOST_AT, 0] == 2.0
    assert s[f.RACK_T_INLET_MAX, 0] == 46.0
    assert s[f.RACK_FAN, 0] == 0.0
    assert s[f.RACK_HEAT, 0] == 0.0


def test_recirculation_warms_the_inlet() -> None:
    p, s = rack_block(1, 10e3, 0.0, recirculation=0.1)
    rack_thermal_prepare(p, s, 0, 1.0)
    rack_thermal_finish(p, s, 0, hall_at(24.0, 36.0), NO_CDU, 0.0, 1.0)
    assert s[f.RACK_T_INLET, 0] == pytest.approx(25.2)
