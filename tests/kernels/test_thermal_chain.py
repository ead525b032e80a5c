"""Racks, hall, CDU and plant together: an outage, the account, the size of the step."""

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

POWER = 32e3
WATCHED = ("cold", "hot", "mass", "plate", "supply", "return", "water")


def temperatures(chain: Chain) -> list[float]:
    """Return the temperatures named in WATCHED, degC."""
    liquid = chain.cdu[1].shape[1] > 0
    return [
        chain.hall[1][f.HALL_T_COLD, 0],
        chain.hall[1][f.HALL_T_HOT, 0],
        chain.rack[1][f.RACK_T_MASS, 0],
        chain.rack[1][f.RACK_T_PLATE, 0],
        chain.cdu[1][f.CDU_T_SUPPLY_NOW, 0] if liquid else 0.0,
        chain.cdu[1][f.CDU_T_RETURN, 0] if liquid else 0.0,
        chain.plant[1][f.PLANT_T, 0],
    ]


def outage(
    chain: Chain, dt: float, before: float = 900.0, lost: float = 600.0, after: float = 1800.0, **kind: float
) -> np.ndarray:
    """Run a loss of all cooling power; rows of time and temperatures at every step."""
    rows = []
    for k in range(round((before + lost + after) / dt)):
        on = 0.0 if before <= (k + 0.5) * dt < before + lost else 1.0
        works = chain.rack[1][f.RACK_MODE] == f.RACK_ON
        chain.step(np.where(works, POWER, 0.0), dt, fans=on, pumps=on, chillers=on, **kind)
        rows.append([chain.time, *temperatures(chain)])
    return np.array(rows)


def never_trips(chain: Chain) -> Chain:
    """Lift the shutdown limits, so that a threshold crossing does not hide the accuracy of the step."""
    chain.rack[0][f.RACK_T_SHUTDOWN] = 1e6
    chain.rack[0][f.RACK_PLATE_SHUTDOWN] = 1e6
    return chain


def at(rows: np.ndarray, time: float, name: str) -> float:
    """Return one temperature at a time."""
    return float(rows[np.searchsorted(rows[:, 0], time - 1e-6), 1 + WATCHED.index(name)])


def test_story_of_an_outage_in_an_air_cooled_hall() -> None:
    chain = make_chain(liquid=0.0)
    rows = outage(chain, 1.0, after=3000.0)
    assert at(rows, 890, "cold") == pytest.approx(24.0, abs=0.01)
    assert at(rows, 890, "hot") > 30.0
    # The cold aisle closes up to the hot one within two minutes, then both rise until the servers trip.
    assert at(rows, 1020, "hot") - at(rows, 1020, "cold") < 0.3 * (at(rows, 890, "hot") - 24.0)
    assert at(rows, 1200, "cold") > 40.0
    assert (chain.rack[1][f.RACK_MODE] == f.RACK_TOO_HOT).all()
    assert 960.0 < chain.rack[1][f.RACK_LOST_AT, 0] < 1500.0
    # Water stands still with the plant, so the tank is not used; fans return at once, chillers later.
    assert at(rows, 1490, "water") == pytest.approx(12.0, abs=0.01)
    assert at(rows, 1700, "water") > 12.2
    assert at(rows, 2400, "water") == pytest.approx(12.0, abs=0.01)
    assert at(rows, 4400, "cold") == pytest.approx(24.0, abs=0.01)


def test_pumped_tank_and_fans_on_ups_ride_through() -> None:
    """With fans and water pumps on a UPS the tank carries the hall while the chillers are away."""
    chain = make_chain(liquid=0.0, heat_capacity=400e3 * 300.0)
    hottest = 0.0
    for k in range(1800):
        on = 0.0 if 600 <= k < 1200 else 1.0
        chain.step(POWER, 1.0, fans=1.0, water_pumps=1.0, chillers=on)
        hottest = max(hottest, chain.rack[1][f.RACK_T_INLET, 0])
    assert hottest < 27.0
    assert chain.plant[1][f.PLANT_T, 0] > 12.5


@pytest.mark.parametrize("liquid", [0.0, 0.6])
@pytest.mark.parametrize("water_pumps", [None, 1.0])
def test_the_step_does_not_matter(liquid: float, water_pumps: float | None) -> None:
    """Ten minutes without cooling at 0.1, 1 and 10 s; errors are shares of the largest rise in air or liquid.

    At 1 s every moment agrees within 0.1 %. At 10 s, two thirds of the fans' time constant, the first steep
    minute agrees within 1 % and the end within 0.5 %.
    """
    runs = {
        dt: outage(never_trips(make_chain(liquid=liquid)), dt, after=60.0, water_pumps=water_pumps)
        for dt in (0.1, 1.0, 10.0)
    }
    fine = runs[0.1]
    rise = np.ptp(fine[(fine[:, 0] >= 899.9) & (fine[:, 0] < 1500.05), 1:], axis=0)
    scale = np.array([rise[:3].max()] * 3 + [max(rise[3:].max(), 10.0)] * 4)
    for dt, always, finally_ in ((1.0, 0.001, 0.001), (10.0, 0.01, 0.005)):
        rows = runs[dt]
        reference = fine[[np.searchsorted(fine[:, 0], t - 1e-6) for t in rows[:, 0]]]
        error = np.abs(rows[:, 1:] - reference[:, 1:]) / scale
        lost = (rows[:, 0] > 900.0) & (rows[:, 0] < 1500.0 + 1e-6)
        assert error[lost].max() < always
        assert error[lost][-1].max() < finally_


@pytest.mark.parametrize("dt", [0.1, 1.0, 10.0, 60.0, 3600.0])
def test_tiny_tank_and_light_room_stay_bounded(dt: float) -> None:
    chain = never_trips(make_chain(liquid=0.5, heat_capacity=1e6, restart_delay=0.0))
    chain.hall[0][[f.HALL_C_COLD, f.HALL_C_HOT]] = 2e4
    chain.start = chain.stored()
    for on in (1.0, 0.0, 0.5, 1.0):
        for _ in range(60):
            chain.step(POWER if on else 0.0, dt, fans=on, pumps=on, chillers=on > 0.0)
            assert np.isfinite(chain.hall[1]).all()
            assert max(temperatures(chain)) < 75.0
            assert min(temperatures(chain)) > 11.9
    assert abs(chain.residuals()["chain"]) < 1e-12 * chain.throughput()


def test_more_heat_is_hotter() -> None:
    ends = []
    for share in (0.25, 0.5, 0.75, 1.0):
        chain = never_trips(make_chain())
        chain.rack[0][f.RACK_FLOW_MIN] = 1.0
        for k in range(900):
            on = 0.0 if k >= 600 else 1.0
            chain.step(share * POWER, 1.0, fans=on, pumps=on, chillers=on)
        ends.append(temperatures(chain)[:4])
    assert (np.diff(np.array(ends), axis=0) > 0.0).all()


def test_an_idle_site_settles_without_nan() -> None:
    chain = make_chain()
    for _ in range(100):
        chain.step(0.0, 60.0)
    for part in (chain.rack, chain.hall, chain.cdu, chain.plant):
        assert np.isfinite(part[1]).all()


def test_electricity_of_cooling_is_plausible() -> None:
    """At full load on chilled water the mechanical share of power lies between 10 and 35 % of IT power."""
    chain = make_chain(liquid=0.0)
    for _ in range(400):
        chain.step(40e3, 30.0)
    cooling = chain.plant[1][f.PLANT_POWER, 0] + chain.hall[1][f.HALL_POWER, 0]
    assert 0.10 < cooling / 400e3 < 0.35


SHARE = st.sampled_from([0.0, 0.25, 0.9, 1.0])
STEP = st.tuples(
    st.floats(0.0, 60e3), st.floats(0.05, 120.0), SHARE, SHARE, SHARE, SHARE, st.floats(-10.0, 28.0)
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([0.0, 0.5, 0.9]),
    st.sampled_from([0.0, 100e3]),
    st.sampled_from([0.0, 1.0]),
    st.sampled_from([-1.0, 0.0]),
    st.lists(STEP, min_size=1, max_size=30),
)
def test_energy_closes_for_anything(
    liquid: float, heat_pump: float, free: float, pump_ups: float, steps: list[tuple[float, ...]]
) -> None:
    """Each class, and the chain: heat and electricity in = rejected + reused + stored, to 1e-12."""
    chain = make_chain(racks=3, liquid=liquid, heat_pump_heat=heat_pump, free_cooling=free, pump_ups=pump_ups)
    for power, dt, fans, pumps, chillers, water, wet in steps:
        moved = water if pump_ups >= 0.0 else chillers
        heats = np.array([power, 0.5 * power, 0.0])
        chain.step(heats, dt, fans=fans, pumps=pumps, chillers=chillers, water_pumps=moved, t_wet=wet)
        for part in (chain.rack, chain.hall, chain.cdu, chain.plant):
            assert np.isfinite(part[1]).all()
    for name, residual in chain.residuals().items():
        assert abs(residual) < 1e-12 * chain.throughput(), name
    heat = chain.rack[1][f.RACK_E_HEAT].sum()
    entered = (chain.hall[1][f.HALL_E_IN] - chain.hall[1][f.HALL_E_ELEC]).sum()
    entered += (chain.cdu[1][f.CDU_E_IN] - chain.cdu[1][f.CDU_E_ELEC]).sum()
    assert abs(heat - entered) < 1e-12 * chain.throughput()
