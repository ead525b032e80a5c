"""Parallel pumps: the flow that is left, the spare that takes over, and the account that closes."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from thermal_model import block, cdu_block, plant_block, rack_block

from twin.kernels import fields as f
from twin.kernels.cdu import cdu_step
from twin.kernels.plant import plant_flow_step, plant_step
from twin.kernels.pumps import HEAD_RISE, pump_flow, pumps_step


@given(st.floats(0.01, 1.0))
def test_flow_is_where_pumps_and_loop_meet(running: float) -> None:
    flow = pump_flow(running)
    pumps = 1.0 + HEAD_RISE - HEAD_RISE * (flow / running) ** 2
    assert pumps == pytest.approx(flow**2, abs=1e-12)
    assert running - 1e-12 <= flow <= 1.0


def test_flow_at_the_ends_is_exact() -> None:
    assert pump_flow(1.0) == 1.0
    assert pump_flow(0.0) == 0.0


def test_without_a_spare_the_flow_stays_down() -> None:
    running = timer = 0.0
    seen, running = 0.0, 1.0
    for _ in range(100):
        flow, power, running, timer = pumps_step(running, timer, seen, 0.5, 1.0, 5.0, 1.0)
        seen = 0.5
    assert (power, running) == (0.5, 0.5)
    assert flow == pytest.approx(math.sqrt(1.25 / 2.0))


def test_a_repaired_pump_runs_at_once() -> None:
    assert pumps_step(0.5, 0.0, 0.5, 0.0, 1.0, 0.0, 1.0)[2] == 1.0


@pytest.mark.parametrize("step", [0.25, 1.0, 2.0, 10.0])
def test_the_spare_takes_over_after_its_delay_whatever_the_step(step: float) -> None:
    # Two duty pumps and a spare; one of the three fails: half of the duty for 5 s, then all of it again.
    running, timer, seen, moved, used = 1.0, 0.0, 0.0, 0.0, 0.0
    for _ in range(round(20.0 / step)):
        flow, power, running, timer = pumps_step(running, timer, seen, 1.0 / 3.0, 1.5, 5.0, step)
        seen = 1.0 / 3.0
        moved += flow * step
        used += power * step
    assert running == 1.0
    assert used == pytest.approx(0.5 * 5.0 + 15.0)
    assert moved == pytest.approx(pump_flow(0.5) * 5.0 + 15.0)


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), st.floats(0.01, 60.0)), max_size=30),
    st.sampled_from([1.0, 4.0 / 3.0, 2.0]),
    st.floats(0.0, 30.0),
)
def test_pumps_never_run_that_are_not_there(
    history: list[tuple[float, float]], capacity: float, delay: float
) -> None:
    running, timer, seen = 1.0, 0.0, 0.0
    for out, step in history:
        flow, power, running, timer = pumps_step(running, timer, seen, out, capacity, delay, step)
        seen = out
        able = min((1.0 - out) * capacity, 1.0)
        assert 0.0 <= running <= able + 1e-12
        assert -1e-12 <= power <= able + 1e-12
        assert -1e-12 <= flow <= 1.0 + 1e-12
        assert timer >= 0.0
        assert timer == 0.0 or running < able


HALL = block(f.HALL, 1, {}, {"temperature_cold_mean": 24.0, "temperature_hot_mean": 36.0})[1]


@pytest.mark.parametrize("step", [1.0, 60.0])
def test_the_account_of_a_cdu_closes_as_its_pumps_fail(step: float) -> None:
    rack = rack_block(4, 50e3, 1.0, plate_shutdown=1e6)
    p, s = cdu_block(200e3, pump_capacity=2.0, pump_delay=5.0)

    def stored() -> float:
        return float(0.5 * p[f.CDU_C, 0] * (s[f.CDU_T_SUPPLY_NOW, 0] + s[f.CDU_T_RETURN, 0]))

    start = stored()
    for k in range(40):
        s[f.CDU_PUMPS_OUT, 0] = (0.0, 0.5, 1.0, 0.5)[k // 10]
        cdu_step(p, s, 0, *rack, 0, 4, 20.0, 1.0, step)
        residual = s[f.CDU_E_IN, 0] - s[f.CDU_E_OUT, 0] - (stored() - start)
        assert abs(residual) < 1e-9 * max(s[f.CDU_E_IN, 0], start)
    assert s[f.CDU_PUMPS_RUNNING, 0] == 1.0
    assert s[f.CDU_POWER, 0] == p[f.CDU_PUMP_POWER, 0]


def test_a_cdu_without_pumps_has_no_flow_and_asks_for_no_power() -> None:
    rack = rack_block(4, 50e3, 1.0, plate_shutdown=1e6)
    p, s = cdu_block(200e3)
    s[f.CDU_PUMPS_OUT, 0] = 1.0
    for _ in range(60):
        cdu_step(p, s, 0, *rack, 0, 4, 20.0, 1.0, 1.0)
    assert s[f.CDU_POWER, 0] == 0.0
    assert s[f.CDU_SPEED, 0] < 1e-6


def test_half_of_a_plants_pumps_carry_more_than_half_of_its_water() -> None:
    p, s = plant_block(500e3)
    hall = block(f.HALL, 1, {"plant": 0, "coil_water_flow": 20.0}, {"heat_coil": 300e3})
    cdu = block(f.CDU, 0, {}, {})
    for _ in range(3):
        s[f.PLANT_PUMPS_OUT, 0] = 0.5
        plant_flow_step(p, s, 0, *hall, *cdu, 1.0, 10.0)
        plant_step(p, s, 0, *hall, *cdu, 20.0, 15.0, 1.0, 1.0, 10.0)
    assert s[f.PLANT_FLOW, 0] == pytest.approx(20.0 * pump_flow(0.5))
    assert hall[1][f.HALL_WATER, 0] == pytest.approx(pump_flow(0.5))
    assert s[f.PLANT_P_PUMP, 0] == pytest.approx(0.5 * p[f.PLANT_PUMP, 0])
