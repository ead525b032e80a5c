"""Chillers started and stopped one by one: load, timers, lead and lag, trips, restart, condenser water."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_plant import Loop

from twin.kernels import fields as f

EACH = 250e3
STAGED = {
    "chillers": 4,
    "chiller_capacity": EACH,
    **{f"capacity_curve_{i}": float(i == 0) for i in range(6)},
    "staged": 1,
    "stage_up": 0.9,
    "stage_down": 0.8,
    "stage_delay": 300.0,
    "stage_warm": 2.0,
    "run_min": 600.0,
    "off_min": 400.0,
    "start_time": 60.0,
    "stagger": 60.0,
    "restart_delay": 240.0,
    "condenser_flow_min": 0.5,
    "flow_delay": 5.0,
    "pump_power": 0.0,
}


class Staged(Loop):
    """Four chillers of 250 kW, some of which run."""

    def __init__(self, heat: float = 500e3, running: int = 3, **changes: float) -> None:
        super().__init__(heat, **(STAGED | changes))
        s = self.plant[1]
        s[f.PLANT_MACHINE_TIME_0 : f.PLANT_MACHINE_TIME_0 + 4, 0] = 1e6
        s[f.PLANT_MACHINE_ON_0 : f.PLANT_MACHINE_ON_0 + running, 0] = 1.0
        s[f.PLANT_CHILLERS_ON, 0] = running
        s[f.PLANT_SINCE_START, 0] = 1e6
        s[f.PLANT_COND_RUNNING, 0] = 1.0

    def heat(self, value: float) -> None:
        self.hall[1][f.HALL_Q_COIL, 0] = value

    @property
    def on(self) -> float:
        return self[f.PLANT_CHILLERS_ON]

    def machines(self) -> list[float]:
        return [self[f.PLANT_MACHINE_ON_0 + i] for i in range(4)]


def test_a_load_within_the_band_changes_nothing() -> None:
    loop = Staged(heat=550e3)
    loop.run(1.0, 3000)
    assert loop.on == 3.0
    assert loop[f.PLANT_T] == pytest.approx(12.0, abs=1e-6)
    assert loop[f.PLANT_CHILLER_STARTS] == 0.0
    assert loop[f.PLANT_CHILLER_TIME] == pytest.approx(3.0 * 3000.0)


@pytest.mark.parametrize("dt", [0.5, 1.0, 20.0])
def test_one_more_starts_after_the_delay_and_cools_after_its_start(dt: float) -> None:
    loop = Staged(heat=690e3)
    each = 1.0
    while loop.on < 4.0:
        loop.run(dt, 1)
        each += dt
        assert each < 400.0
    assert each == pytest.approx(301.0, abs=2 * dt)
    assert loop.machines() == [1.0, 1.0, 1.0, 1.0]
    assert loop[f.PLANT_CHILLER_STARTS] == 1.0


def test_the_longest_running_stops_and_the_longest_rested_starts() -> None:
    loop = Staged(heat=300e3)
    loop.plant[1][f.PLANT_MACHINE_TIME_0 + 1, 0] = 2e6
    loop.run(1.0, 310)
    assert loop.machines() == [1.0, 0.0, 1.0, 0.0]
    loop.heat(480e3)
    loop.run(1.0, 310)
    # The fourth has rested longer than the second.
    assert loop.machines() == [1.0, 0.0, 1.0, 1.0]


def test_a_chiller_that_has_just_started_is_not_stopped() -> None:
    loop = Staged(heat=690e3)
    loop.run(1.0, 305)
    assert loop.on == 4.0
    s = loop.plant[1]
    s[f.PLANT_MACHINE_TIME_0 : f.PLANT_MACHINE_TIME_0 + 4, 0] = 0.0
    loop.heat(200e3)
    loop.run(1.0, 590)
    assert loop.on == 4.0
    loop.run(1.0, 20)
    assert loop.on == 3.0


@pytest.mark.parametrize("dt", [0.1, 1.0, 10.0, 60.0])
def test_restart_after_a_dead_bus_is_staggered(dt: float) -> None:
    """Cooling taken in ten minutes after the return: the first after 240 s, the others 60 s apart, at any step."""
    loop = Staged(heat=700e3, chillers=3, heat_capacity=1e12)
    loop.plant[1][f.PLANT_T, 0] = 12.0
    loop.run(dt, 1)
    loop.plant[1][f.PLANT_T, 0] = 14.0
    loop.run(dt, 1, served=0.0)
    assert loop.on == 0.0
    assert loop[f.PLANT_CHILLER_TRIPS] == 3.0
    taken = 0.0
    for _ in range(round(600.0 / dt)):
        loop.run(dt, 1)
        taken += loop[f.PLANT_Q_CHILLER] * dt
    assert loop.on == 3.0
    each = loop[f.PLANT_Q_CHILLER] / 3.0
    seconds = taken / each
    # 600 - 240, 600 - 300, 600 - 360
    assert seconds == pytest.approx(360.0 + 300.0 + 240.0, rel=2e-3 if dt <= 1.0 else 0.08)


def test_restart_waits_for_no_stage_delay_but_only_as_many_start_as_the_load_takes() -> None:
    loop = Staged(heat=400e3, running=3)
    loop.run(1.0, 5, served=0.0)
    loop.run(1.0, 500)
    assert loop.on == 2.0
    assert loop[f.PLANT_RESTARTING] == 0.0


def test_lost_condenser_water_trips_chillers_and_a_spare_pump_saves_them() -> None:
    # One of two duty pumps fails without a spare: 0.66 of the flow carries all four above half of theirs.
    pumps = {"condenser_pumps": 3, "condenser_pump_capacity": 1.5, "condenser_pump_delay": 20.0}
    loop = Staged(heat=550e3, **pumps)
    loop.plant[1][f.PLANT_COND_OUT, 0] = 1.0 / 3.0
    loop.run(1.0, 60)
    assert loop.on == 3.0
    # All fail: no flow; the switch trips them after its delay.
    loop.plant[1][f.PLANT_COND_OUT, 0] = 1.0
    loop.run(1.0, 4)
    assert loop.on == 3.0
    loop.run(1.0, 4)
    assert loop.on == 0.0
    assert loop[f.PLANT_CHILLER_TRIPS] == 3.0
    loop.run(1.0, 900)
    assert loop.on == 0.0
    # They come back with the water, after their least time off.
    loop.plant[1][f.PLANT_COND_OUT, 0] = 0.0
    loop.run(1.0, 300)
    assert loop.on >= 3.0


def test_half_of_the_condenser_pumps_carry_half_of_the_chillers() -> None:
    pumps = {"condenser_pumps": 4, "condenser_pump_capacity": 1.0, "condenser_flow_min": 0.9}
    loop = Staged(heat=900e3, running=4, **pumps)
    loop.plant[1][f.PLANT_COND_OUT, 0] = 0.5
    loop.run(1.0, 20)
    # Two of four pumps give 0.71 of the flow: three chillers at 0.9 of theirs.
    assert loop.on == 3.0


def test_a_chiller_out_of_service_is_replaced_at_once() -> None:
    loop = Staged(heat=550e3)
    loop.plant[1][f.PLANT_CHILLERS_OUT, 0] = 1.0
    loop.run(1.0, 3)
    assert loop.machines() == [0.0, 1.0, 1.0, 1.0]


def test_unstaged_chillers_out_of_service_are_missing() -> None:
    loop = Loop(heat=700e3, chillers=3)
    loop.plant[1][f.PLANT_CHILLERS_OUT, 0] = 2.0
    loop.run(1.0, 100)
    assert loop[f.PLANT_CHILLERS_ON] == 1.0
    assert loop[f.PLANT_T] > 12.0


def test_a_falsely_loaded_chiller_takes_the_power_of_its_least_load() -> None:
    power = []
    for heat in (30e3, 60e3, 120e3):
        loop = Staged(heat=heat, running=1, part_load_min=0.1, part_load_unload=0.4)
        loop.run(1.0, 50)
        power.append(loop[f.PLANT_P_CHILLER])
    assert power[1] == pytest.approx(power[0], rel=1e-6)
    assert power[2] > 1.05 * power[1]


def test_running_outside_the_curves_is_counted() -> None:
    loop = Staged(temperature_set=18.0)
    loop.plant[1][f.PLANT_T, 0] = 18.0
    loop.run(1.0, 100)
    assert loop[f.PLANT_OUTSIDE_CURVES] == pytest.approx(100.0, abs=2.0)
    inside = Staged()
    inside.run(1.0, 100)
    assert inside[f.PLANT_OUTSIDE_CURVES] == 0.0


@pytest.mark.parametrize("dt", [0.1, 1.0, 60.0, 900.0])
def test_energy_closes_and_nothing_breaks(dt: float) -> None:
    loop = Staged(free_cooling=1, free_mode=1, heat_pump_heat=100e3)
    for served, wet in ((1.0, 20.0), (0.0, 20.0), (0.3, 2.0), (1.0, 2.0), (1.0, 25.0)):
        loop.run(dt, 20, served=served, wet=wet)
    assert np.isfinite(loop.plant[1]).all()
    assert abs(loop.residual()) < 1e-12
