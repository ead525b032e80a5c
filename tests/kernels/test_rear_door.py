"""Rear doors: share of the heat, effectiveness, the temperature they hold, energy."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from thermal_model import Chain, make_chain

from twin.kernels import fields as f
from twin.kernels.air import AIR_CP, WATER_CP
from twin.kernels.exchanger import counterflow_effectiveness
from twin.kernels.rear_door import door_conductance

POWER = 32e3


def doored(ua: float = 6e3, water: float = 1.2, held: float = -1e30, **plant: float) -> Chain:
    """Return ten air-cooled racks with doors on 12 degC water, whose limits never trip."""
    chain = make_chain(liquid=0.0, **plant)
    p = chain.rack[0]
    p[f.RACK_DOOR_UA], p[f.RACK_DOOR_WATER], p[f.RACK_DOOR_T] = ua, water, held
    p[f.RACK_T_SHUTDOWN] = 1e6
    chain.hall[0][f.HALL_DOOR_WATER] = 10.0 * water
    return chain


def run(chain: Chain, dt: float, steps: int, **kind: float) -> Chain:
    for _ in range(steps):
        chain.step(POWER, dt, **kind)
    return chain


def test_a_door_takes_its_effectiveness_of_the_rise_over_the_water() -> None:
    chain = run(doored(), 10.0, 400)
    s, p = chain.rack[1][:, 0], chain.rack[0][:, 0]
    assert p[f.RACK_FLOW_MAX] > s[f.RACK_FLOW]
    taken = s[f.RACK_Q_DOOR] / (s[f.RACK_T_OUTLET] - chain.plant[1][f.PLANT_T_OUT, 0])
    conductance = door_conductance(6e3, s[f.RACK_FLOW], p[f.RACK_FLOW_MAX], 1.2, 1.0)
    assert taken == pytest.approx(conductance, rel=1e-3)
    assert s[f.RACK_T_DOOR] < s[f.RACK_T_OUTLET] - 5.0
    # What the hall still has to cool is the rest.
    hall = chain.hall[1][:, 0]
    assert hall[f.HALL_Q_COIL] + hall[f.HALL_Q_DOOR] == pytest.approx(
        10.0 * POWER + hall[f.HALL_POWER], rel=1e-3
    )
    assert chain.plant[1][f.PLANT_LOAD, 0] == pytest.approx(hall[f.HALL_Q_COIL] + hall[f.HALL_Q_DOOR])


def test_full_flows_give_the_textbook_effectiveness() -> None:
    air, water, ua = 2.0, 1.2, 6e3
    small, large = sorted((air * AIR_CP, water * WATER_CP))
    expected = counterflow_effectiveness(ua / small, small / large) * small
    assert door_conductance(ua, air, air, water, 1.0) == pytest.approx(expected, rel=1e-12)
    assert door_conductance(ua, air, air, water, 0.0) == 0.0


@pytest.mark.parametrize("dt", [0.1, 1.0, 10.0, 60.0])
def test_a_door_that_holds_room_temperature_leaves_the_hall_nothing(dt: float) -> None:
    chain = run(doored(ua=2e4, water=3.0, held=24.0), dt, max(round(3000.0 / dt), 50) if dt >= 1.0 else 3000)
    assert chain.rack[1][f.RACK_T_DOOR, 0] == pytest.approx(24.0, abs=0.05)
    assert chain.hall[1][f.HALL_Q_COIL, 0] < 0.05 * 10.0 * POWER


def test_doors_without_water_take_nothing() -> None:
    chain = run(doored(), 10.0, 100)
    run(chain, 1.0, 5, fans=1.0, chillers=0.0)
    assert chain.hall[1][f.HALL_Q_DOOR, 0] == 0.0
    assert chain.rack[1][f.RACK_T_DOOR, 0] == chain.rack[1][f.RACK_T_OUTLET, 0]


def test_no_door_is_today() -> None:
    with_zero, without = run(doored(ua=0.0), 10.0, 100), run(make_chain(liquid=0.0), 10.0, 100)
    assert np.array_equal(with_zero.rack[1][f.RACK_T_MASS], without.rack[1][f.RACK_T_MASS])


@pytest.mark.parametrize("dt", [0.1, 1.0, 60.0, 900.0])
@pytest.mark.parametrize("held", [-1e30, 27.0])
def test_energy_closes_and_nothing_swings(dt: float, held: float) -> None:
    chain = doored(held=held)
    for on in (1.0, 0.0, 0.5, 1.0):
        for _ in range(30):
            chain.step(POWER if on else 0.0, dt, fans=on, pumps=on, chillers=on)
            assert np.isfinite(chain.rack[1]).all()
            assert 11.9 < chain.rack[1][f.RACK_T_INLET, 0] < 80.0
    for name, residual in chain.residuals().items():
        assert abs(residual) < 1e-12 * chain.throughput(), name
    entered = (chain.hall[1][f.HALL_E_IN] - chain.hall[1][f.HALL_E_ELEC]).sum()
    given = chain.rack[1][f.RACK_E_HEAT].sum()
    assert entered < given


def test_the_step_does_not_matter() -> None:
    """Through ten minutes without power for fans and pumps: inlet temperatures at 0.1, 1 and 10 s."""
    found = {}
    for dt in (0.1, 1.0, 10.0):
        chain = run(doored(held=27.0), dt, round(900.0 / dt))
        inlet = []
        for k in range(round(600.0 / dt)):
            chain.step(POWER, dt, fans=0.0, chillers=0.0)
            if round((k + 1) * dt, 6) % 60.0 == 0.0:
                inlet.append(chain.rack[1][f.RACK_T_INLET, 0])
        found[dt] = np.array(inlet)
    rise = np.ptp(found[0.1])
    assert np.abs(found[1.0] - found[0.1]).max() < 0.005 * rise
    assert np.abs(found[10.0] - found[0.1]).max() < 0.02 * rise
