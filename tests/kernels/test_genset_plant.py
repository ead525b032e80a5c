"""Sets of one bus together: speed, voltage, sharing, synchronising and what they accept, against analytic answers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plant_rig import CELL, DIESEL, Plant

from twin.kernels import fields as f
from twin.kernels.angle import wrapped
from twin.kernels.genset import genset_step
from twin.kernels.genset_plant import plant_close_step
from twin.kernels.synchroniser import passes_zero

READY, ON_BUS = f.GEN_READY, f.GEN_ON_BUS


# ------------------------------------------------------------------------------------------------------- speed
@pytest.mark.parametrize(("load", "frequency"), [(0.0, 51.0), (0.5, 50.0), (1.0, 49.0)])
def test_settled_frequency_is_that_of_the_droop(load: float, frequency: float) -> None:
    """4 % droop around half load: 2 Hz from no load to full load, at fine and at coarse steps."""
    assert Plant(0.02, {}).run(load * 1e3, 12.0)[-1] == pytest.approx(frequency, abs=1e-3)
    assert Plant(60.0, {}).run(load * 1e3, 120.0)[-1] == pytest.approx(frequency, abs=1e-9)


def test_droop_of_unequal_sets_adds_up() -> None:
    """Sets of 1 and 3 kW with droops of 2 and 6 %: 50 kW/pu each, so 1 kW moves the speed by 1 %."""
    plant = Plant(60.0, {"droop": 0.02}, {"power_rated": 3e3, "droop": 0.06}).on_bus()
    plant.run(3e3, 120.0)
    assert plant.frequency == pytest.approx(50.0 * 0.99, abs=1e-9)
    assert plant.power == pytest.approx([1e3, 2e3])


def test_an_isochronous_set_returns_to_nominal() -> None:
    plant = Plant(0.02, DIESEL)
    plant.run(0.0, 0.1)
    found = plant.run(1e6, 12.0)
    assert min(found) < 49.0
    assert found[-1] == pytest.approx(50.0, abs=1e-3)


@pytest.mark.parametrize("step", [0.1, -0.3])
@pytest.mark.parametrize("h", [0.5, 2.0])
def test_initial_rate_of_change_of_frequency(step: float, h: float) -> None:
    """-dP / (2 H S) f0, before the governor has moved the fuel."""
    plant = Plant(1e-3, {**DIESEL, "inertia": h})
    plant.run(1e6, 10.0) if step < 0.0 else plant.run(0.0, 0.1)
    base = 1e6 if step < 0.0 else 0.0
    before = plant.frequency
    after = plant.run(base + step * 2e6, 0.004)[-1]
    assert (after - before) / 0.004 == pytest.approx(-step / (2.0 * h) * 50.0, rel=0.05)


def test_swing_of_a_stiff_plant_without_lags_is_exponential() -> None:
    """Droop set without actuator lag and with a slow integrator: 2H dw/dt = -P - K w, time constant 2H / K."""
    plant = Plant(
        1e-3, {"inertia": 1.0, "droop": 1e-9, "power_at_nominal": 0.0, "governor_gain": 8.0, "governor_reset": 1e9}
        | {"actuator_lag": 1e-9},
    )  # fmt: skip
    plant.run(0.0, 0.01)
    found = np.array(plant.run(200.0, 1.0))
    t = 1e-3 * np.arange(1, found.size + 1)
    exact = 50.0 * (1.0 - 0.2 / 8.0 * (1.0 - np.exp(-8.0 / 2.0 * t)))
    np.testing.assert_allclose(found, exact, atol=50.0 * 0.025 * 2e-3)


def test_a_load_step_swings_alike_at_1_5_and_20_ms() -> None:
    """Within 0.5 % of the swing, frequency and voltage."""
    found = []
    for dt in (1e-3, 5e-3, 2e-2):
        plant = Plant(dt, DIESEL, {**DIESEL, "power_rated": 1e6, "inertia": 0.7}).on_bus()
        plant.run(0.0, 0.1)
        rows = []
        for load in (1.5e6, 0.3e6):
            for _ in range(round(3.0 / dt)):
                plant.step(load)
                rows.append((plant.frequency - 50.0, plant.voltage - 1.0))
        every = round(2e-2 / dt)
        found.append(np.array(rows)[every - 1 :: every])
    swing = np.ptp(found[0], axis=0)
    for other in found[1:]:
        assert (np.abs(other - found[0]) <= 5e-3 * swing).all()


@pytest.mark.parametrize("dt", [0.5, 1.0, 5.0, 60.0])
def test_coarse_steps_end_where_fine_ones_do(dt: float) -> None:
    plant = Plant(dt, DIESEL, {**DIESEL, "droop": 0.04, "power_at_nominal": 0.5}).on_bus()
    for load in (1.2e6, 2.2e6, 2.21e6):
        plant.run(load, max(60.0, dt))
    assert plant.frequency == pytest.approx(50.0, abs=1e-3)
    # The droop set gives its balance at nominal speed, the isochronous one the rest.
    assert plant.power == pytest.approx([1.21e6, 1e6], rel=1e-3)
    assert plant.voltage == pytest.approx(1.0, abs=1e-3)


def test_a_plant_that_is_overloaded_slows_down_and_trips() -> None:
    plant = Plant(0.02, {**DIESEL, "frequency_low": 0.85, "frequency_delay": 1.0})
    plant.run(2.6e6, 10.0)
    assert plant.modes == [f.GEN_FAILED]
    assert plant.s[f.GEN_CAUSE, 0] == f.CAUSE_SPEED


# ----------------------------------------------------------------------------------------------------- voltage
def test_a_load_step_dips_the_voltage_by_the_transient_reactance() -> None:
    """V = E' / |1 + jX'(P - jQ)| in the first step; then the regulator brings it back."""
    plant = Plant(1e-3, DIESEL)
    plant.run(0.0, 0.1)
    plant.step(1.2e6)
    p, q = 0.6 * 0.8, 0.6 * 0.6
    assert plant.voltage == pytest.approx(1.0 / math.hypot(1.0 + 0.17 * q, 0.17 * p), rel=1e-3)
    plant.run(1.2e6, 10.0)
    assert plant.voltage == pytest.approx(1.0, abs=1e-3)


def test_the_field_settles_at_the_synchronous_reactance() -> None:
    plant = Plant(60.0, DIESEL)
    plant.run(2e6, 120.0)
    assert plant.s[f.GEN_FIELD, 0] == pytest.approx(math.hypot(1.0 + 2.6 * 0.6, 2.6 * 0.8), rel=1e-6)


def test_the_field_decays_with_its_time_constant() -> None:
    """Regulator off (no gain), no load: E' follows the field with T'd0."""
    plant = Plant(1e-3, {**DIESEL, "avr_gain": 0.0})
    plant.run(0.0, 0.01)
    plant.s[f.GEN_AVR] = plant.s[f.GEN_FIELD] = 0.0
    plant.run(0.0, 1.0)
    assert plant.voltage == pytest.approx(math.exp(-1.0 / 2.5), rel=1e-3)


def test_voltage_falls_with_speed_below_the_knee() -> None:
    plant = Plant(1e-2, {**DIESEL, "droop": 0.2, "power_at_nominal": 0.0, "reactance": 0.5})
    plant.run(1e6, 60.0)
    speed = plant.frequency / 50.0
    assert speed == pytest.approx(0.9, abs=1e-3)
    assert plant.voltage == pytest.approx(1.0 - (0.96 - speed), abs=2e-3)


# ----------------------------------------------------------------------------------------------------- sharing
def test_isochronous_sets_of_unequal_size_share_by_rating() -> None:
    plant = Plant(0.02, DIESEL, {**DIESEL, "power_rated": 1e6, "inertia": 0.7}).on_bus()
    plant.run(1.8e6, 40.0)
    assert plant.power == pytest.approx([1.2e6, 0.6e6], rel=5e-3)
    assert plant.frequency == pytest.approx(50.0, abs=1e-3)


def test_electrical_power_of_each_set_in_a_swing() -> None:
    """In the first instant sets share a step by their inertia, not by their rating."""
    plant = Plant(1e-3, DIESEL, {**DIESEL, "inertia": 3.0}).on_bus()
    plant.step(4e5)
    assert plant.power == pytest.approx([1e5, 3e5], rel=1e-2)
    plant.run(4e5, 30.0)
    assert plant.power == pytest.approx([2e5, 2e5], rel=1e-2)


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.floats(-0.1, 1.2), min_size=1, max_size=8), st.sampled_from([1e-3, 5e-3, 0.1, 1.0, 60.0]),
    st.booleans(),
)  # fmt: skip
def test_powers_add_up_and_the_account_closes(loads: list[float], dt: float, cell: bool) -> None:
    """Whatever the load, the sets together give it, and fuel is heat and electricity to 1e-9."""
    fuel = {"fuel_0": 1e-5, "fuel_1": 1e-4, "tank": 1e9}
    plant = Plant(
        dt, DIESEL | fuel, {**DIESEL, "droop": 0.04} | fuel, *([CELL | {"tank": 1e9}] * cell)
    ).on_bus()
    for load in loads:
        for _ in range(3):
            plant.step(load * 4e6)
            assert sum(plant.power) == pytest.approx(load * 4e6, rel=1e-11, abs=1e-3)
    assert np.isfinite(plant.s).all()
    e_in, e_out, e_loss = plant.s[f.GEN_E_IN], plant.s[f.GEN_E_OUT], plant.s[f.GEN_E_LOSS]
    assert (np.abs(e_in - e_out - e_loss) <= 1e-9 * np.maximum(np.abs(e_in), np.abs(e_out)) + 1e-6).all()


# ------------------------------------------------------------------------------------------------ synchronising
def test_angles() -> None:
    assert wrapped(3.5 * math.pi) == pytest.approx(-0.5 * math.pi)
    assert passes_zero(0.1, 0.0, 0.2)
    assert not passes_zero(0.5, 0.1, 0.2)
    assert passes_zero(-0.5, 0.31, 0.2)
    assert not passes_zero(-0.5, 0.29, 0.2)
    assert passes_zero(0.5, -0.31, 0.2)
    assert passes_zero(0.5, 2.0 * math.pi - 0.69, 0.2)
    assert not passes_zero(0.5, 2.0 * math.pi - 0.71, 0.2)
    assert passes_zero(3.0, 7.0, 0.0)


def test_the_first_set_closes_at_once_and_the_next_within_a_turn_of_the_slip() -> None:
    plant = Plant(0.01, DIESEL, DIESEL)
    plant.step(5e5)
    assert plant.modes == [ON_BUS, READY]
    while plant.modes[1] == READY:
        angle = wrapped(float(plant.s[f.GEN_PHASE, 1] - plant.s[f.GEN_PHASE, 0]))
        plant.step(5e5)
        assert plant.t < 12.0
    # A step before it closed the angle was just outside the window, and it brought hardly any speed.
    assert abs(angle) <= math.radians(10.0) + 2.0 * math.pi * 0.11 * 0.01
    assert abs(plant.s[f.GEN_FREQ_DEV, 1] - plant.s[f.GEN_FREQ_DEV, 0]) < 0.2 / 50.0
    assert plant.t > 1.0


@pytest.mark.parametrize("dt", [0.1, 1.0, 20.0])
def test_coarse_steps_synchronise_at_most_a_step_apart(dt: float) -> None:
    """Without load: a swing that a coarse step does not see would turn the angle as well."""
    times = []
    for step in (0.01, dt):
        plant = Plant(step, DIESEL, DIESEL)
        plant.step(0.0)
        while plant.modes[1] == READY:
            plant.step(0.0)
        times.append(plant.t)
    assert abs(times[1] - times[0]) <= max(dt, 0.2) + 0.2


def test_no_closing_outside_a_window() -> None:
    for values in ({"slip": 0.3}, {"sync_voltage": 0.01}):
        plant = Plant(0.01, DIESEL, {**DIESEL, **values})
        plant.step(0.0)
        for _ in range(800):
            plant.s[f.GEN_VOLTAGE, 0] = 1.05 if "sync_voltage" in values else 1.0
            plant.step(0.0)
            plant.s[f.GEN_EMF, 0] = 1.05 if "sync_voltage" in values else 1.0
        assert plant.modes == [ON_BUS, READY], values


def test_it_synchronises_with_a_live_bus() -> None:
    """The mains at 50.1 Hz and an angle of their own: it closes where the angles meet."""
    plant = Plant(0.01, DIESEL)
    plant.step(0.0, close=False)
    phase, steps = 2.0, 0
    while plant.modes == [READY]:
        before = wrapped(float(plant.s[f.GEN_PHASE, 0]) - phase)
        for g in range(1):
            genset_step(plant.p, plant.s, g, True, 0.01)
        plant_close_step(plant.p, plant.s, 0, 1, True, 50.1, phase, 0.01)
        phase += 2.0 * math.pi * 0.1 * 0.01
        steps += 1
        assert steps < 2000
    assert abs(before) <= math.radians(10.0) + 0.01
    assert plant.frequency == pytest.approx(50.2, abs=0.05)


def test_a_set_that_joins_takes_its_share_over_its_soft_loading() -> None:
    plant = Plant(0.01, DIESEL, DIESEL)
    plant.step(0.0)
    while plant.modes[1] == READY:
        plant.step(1e6)
    plant.run(1e6, 2.5)
    assert 0.1e6 < plant.power[1] < 0.45e6
    plant.run(1e6, 15.0)
    assert plant.power == pytest.approx([5e5, 5e5], rel=0.02)
