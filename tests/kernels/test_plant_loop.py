"""Pipes and variable pumps of a plant, in the chain of racks, hall, CDU and plant."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from thermal_model import Chain, make_chain

from twin.kernels import fields as f
from twin.kernels.air import WATER_CP
from twin.kernels.exchanger import conductance_at_flow, exchanger_conductance
from twin.kernels.pipe import PIPE_CELLS
from twin.kernels.plant_pumps import pump_power, water_share

POWER = 32e3


def piped_chain(supply: float = 60.0, back: float = 60.0, loss: float = 0.0, **plant: float) -> Chain:
    """Return a chain with pipes of so many seconds of full flow each way, all of it at 12 degC."""
    plain = make_chain(liquid=0.5)
    full = plain.hall[0][f.HALL_COIL_WATER, 0] + plain.cdu[0][f.CDU_FLOW_PRIMARY, 0]
    pipes = {
        "pipe_supply": supply * full * WATER_CP,
        "pipe_return": back * full * WATER_CP,
        "pipe_loss_supply": loss,
        "pipe_loss_return": loss,
        "pipe_ambient": 25.0,
    }
    chain = make_chain(liquid=0.5, **(pipes | plant))
    for row in (f.PIPE_SUPPLY_0, f.PIPE_RETURN_0):
        chain.plant[1][row : row + PIPE_CELLS] = 12.0
    chain.rack[0][[f.RACK_T_SHUTDOWN, f.RACK_PLATE_SHUTDOWN]] = 1e6
    chain.start = chain.stored()
    return chain


def ran(chain: Chain, dt: float, lost: float = 300.0) -> np.ndarray:
    """Run 15 min, a loss of all cooling power, and 15 min more; loop, delivered and return water, rack inlet."""
    rows = []
    for k in range(round((1800.0 + lost) / dt)):
        on = 0.0 if 900.0 <= (k + 0.5) * dt < 900.0 + lost else 1.0
        chain.step(POWER, dt, fans=on, pumps=on, chillers=on)
        s = chain.plant[1]
        rows.append([chain.time, s[f.PLANT_T, 0], s[f.PLANT_T_OUT, 0], chain.rack[1][f.RACK_T_INLET, 0]])
    return np.array(rows)


def test_without_pipes_the_water_is_that_of_the_loop() -> None:
    chain = make_chain(liquid=0.5)
    ran(chain, 10.0)
    assert chain.plant[1][f.PLANT_T_OUT, 0] == pytest.approx(chain.plant[1][f.PLANT_T, 0], abs=0.5)
    assert chain.plant[1][f.PLANT_Q_PIPES, 0] == 0.0


def test_heat_reaches_the_loop_a_pipe_later() -> None:
    """With 60 s each way the chillers see a step of load after the return pipe, and no sooner."""
    chain = piped_chain()
    for _ in range(600):
        chain.step(0.0, 1.0)
    first = {}
    for k in range(600):
        chain.step(POWER, 1.0)
        s = chain.plant[1]
        for name, found in (("load", s[f.PLANT_LOAD, 0] > 5e4), ("chiller", s[f.PLANT_Q_CHILLER, 0] > 5e4)):
            if found:
                first.setdefault(name, k)
    assert 56 <= first["chiller"] - first["load"] <= 75
    assert chain.plant[1][f.PLANT_Q_CHILLER, 0] == pytest.approx(chain.plant[1][f.PLANT_LOAD, 0], rel=0.05)


@pytest.mark.parametrize("dt", [1.0, 10.0, 60.0, 300.0, 900.0])
@pytest.mark.parametrize("capacity", [1e6, 24e6])
def test_no_step_makes_the_loop_swing(dt: float, capacity: float) -> None:
    """A small tank and pipes of about a step, with chillers that cannot carry the load at first."""
    chain = piped_chain(heat_capacity=capacity)
    rows = ran(chain, dt)
    assert np.isfinite(rows).all()
    assert rows[-1, 1] == pytest.approx(12.0, abs=0.2)
    assert rows[:, 1].min() > 11.8
    assert rows[:, 1].max() < 45.0
    assert abs(chain.residuals()["chain"]) < 1e-12 * chain.throughput()


def test_the_step_does_not_matter() -> None:
    runs = {dt: ran(piped_chain(), dt) for dt in (0.5, 1.0, 5.0)}
    fine = runs[0.5]
    for dt, limit in ((1.0, 0.005), (5.0, 0.02)):
        rows = runs[dt]
        reference = fine[np.searchsorted(fine[:, 0], rows[:, 0] - 1e-6)]
        error = np.abs(rows[:, [1, 3]] - reference[:, [1, 3]]) / np.ptp(fine[:, 3])
        assert error.max() < limit


def test_pipes_lose_heat_to_their_ambient() -> None:
    chain = piped_chain(loss=500.0)
    ran(chain, 10.0)
    assert -2 * 500.0 * 13.0 < chain.plant[1][f.PLANT_Q_PIPES, 0] < 0.0
    assert abs(chain.residuals()["plant"]) < 1e-12 * chain.throughput()


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0.0, 200.0),
    st.floats(0.0, 200.0),
    st.sampled_from([0.0, 1e3]),
    st.sampled_from([0.0, 6e3]),
    st.lists(
        st.tuples(st.floats(0.0, 60e3), st.floats(0.05, 900.0), st.sampled_from([0.0, 0.3, 1.0])),
        min_size=1,
        max_size=20,
    ),
)
def test_energy_closes_with_pipes_and_variable_pumps(
    supply: float, back: float, loss: float, variable: float, steps: list[tuple[float, float, float]]
) -> None:
    chain = piped_chain(supply, back, loss, pump_variable=variable, pump_flow_min=0.2, pump_head_share=0.3)
    for power, dt, on in steps:
        chain.step(power, dt, fans=on, pumps=on, chillers=on)
        assert np.isfinite(chain.plant[1]).all()
    for name, residual in chain.residuals().items():
        assert abs(residual) < 1e-12 * chain.throughput(), name


def test_pumps_follow_the_valves() -> None:
    power = {}
    for load in (1.0, 0.5, 0.2):
        chain = piped_chain(pump_variable=6e3, pump_flow_min=0.05, pump_head_share=0.3)
        chain.rack[0][f.RACK_FLOW_MIN] = 0.1
        for _ in range(1200):
            chain.step(load * POWER, 10.0)
        s = chain.plant[1]
        power[load] = s[f.PLANT_P_PUMP, 0]
        assert 0.05 <= s[f.PLANT_PUMP_SHARE, 0] < 1.0
        expected = 2e3 + pump_power(6e3, s[f.PLANT_PUMP_SHARE, 0], 0.3)
        assert s[f.PLANT_P_PUMP, 0] == pytest.approx(expected, rel=1e-12)
        # Less water for the same heat comes back warmer: heat = flow x rise.
        rise = s[f.PLANT_T_RETURN, 0] - s[f.PLANT_T, 0]
        assert rise * s[f.PLANT_FLOW, 0] * WATER_CP == pytest.approx(s[f.PLANT_LOAD, 0], rel=1e-3)
    assert power[1.0] > power[0.5] > power[0.2]


def test_cube_law_and_held_head() -> None:
    assert pump_power(8.0, 0.5, 0.0) == 1.0
    assert pump_power(8.0, 0.5, 1.0) == 4.0
    assert pump_power(8.0, 1.0, 0.4) == 8.0


@pytest.mark.parametrize("share", [0.05, 0.4, 0.9])
def test_water_share_inverts_the_exchanger(share: float) -> None:
    heat = 12.0 * exchanger_conductance(conductance_at_flow(5e4, 0.8, share), 4e4, share * 6e4)
    assert water_share(heat, 5e4, 0.8, 4e4, 6e4, 12.0) == pytest.approx(share, abs=1e-8)
    assert water_share(1e9, 5e4, 0.8, 4e4, 6e4, 12.0) == 1.0
    assert water_share(0.0, 5e4, 0.8, 4e4, 6e4, 12.0) == 0.0
