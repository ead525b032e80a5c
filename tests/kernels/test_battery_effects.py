"""Effects of the battery model one by one: wells, hysteresis, pairs, resistance, strings; and all of them at once."""

from __future__ import annotations

import math

import numpy as np
import pytest
from battery_bench import CABINET, EVERYTHING, Pack
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from site_builder import LFP

from twin.kernels import fields as f
from twin.kernels.battery import battery_current_step, battery_interval, battery_stored
from twin.kernels.battery_cell import battery_energy

FLAT = {f"ocv_{k}": 100.0 for k in range(f.BAT_OCV_POINTS)} | {"charge_rated": 3600.0}


def drive(pack: Pack, current: float, dt: float, steps: int = 1) -> float:
    """Constant current; the last mean voltage."""
    battery_interval(pack.p, pack.s, 0, dt)
    for _ in range(steps):
        voltage = battery_current_step(pack.p, pack.s, 0, current, dt)
    return voltage


# ------------------------------------------------------------------------------------------------ wells
@pytest.mark.parametrize("dt", [1e-3, 0.5, 20.0, 60.0])
def test_wells_follow_their_exact_solution(dt: float) -> None:
    """1C from full: d = -I tau / (c Q) (1 - exp(-t / tau)), whatever the step; then they even out."""
    tau, bulk = 500.0, 0.3
    pack = Pack(**FLAT, bulk_share=bulk, tau_bulk=tau, soc_min=0.0)
    steps = min(round(1200.0 / dt), 3000)
    drive(pack, 1.0, dt, steps)
    t = steps * dt
    gradient = -tau / 3600.0 / (1.0 - bulk) * -math.expm1(-t / tau)
    assert pack[f.BAT_GRADIENT] == pytest.approx(gradient, rel=1e-9)
    assert pack[f.BAT_SOC] == pytest.approx(1.0 - t / 3600.0, rel=1e-12)
    assert pack.wells[0] == pytest.approx(1.0 - t / 3600.0 + bulk * gradient, rel=1e-12)
    drive(pack, 0.0, dt, steps)
    assert pack[f.BAT_GRADIENT] == pytest.approx(gradient * math.exp(-t / tau), rel=1e-9)
    assert pack[f.BAT_SOC] == pytest.approx(1.0 - t / 3600.0, rel=1e-12)


@pytest.mark.parametrize("rate", [0.2, 1.0, 6.0])
def test_usable_capacity_depends_on_the_rate(rate: float) -> None:
    """z1 = 0 at 1 - I T / Q = b / (1 - b) I tau / Q (1 - exp(-T / tau)): a surface of 70 %, tau 800 s."""
    bulk, tau = 0.3, 800.0

    def surface(t: float) -> float:
        return 1.0 - rate / 3600.0 * (t - bulk / (1.0 - bulk) * tau * math.expm1(-t / tau))

    end = brentq(surface, 1.0, 3600.0 / rate)
    pack = Pack(**FLAT, bulk_share=bulk, tau_bulk=tau)
    seconds = 0
    while True:
        pack.step(100.0 * rate, 1.0)
        if pack.given < 100.0 * rate * (1.0 - 1e-9):
            break
        seconds += 1
    assert end - 1.0 <= seconds <= end
    assert pack.wells[0] == pytest.approx(0.0, abs=1e-12)
    # After a rest there is charge again.
    pack.step(0.0, 60.0, 20)
    assert pack.limits(1.0)[0] > 100.0 * rate


def test_the_heat_of_diffusion_is_what_the_wells_lose() -> None:
    """No resistance at all: a pack that rests turns the difference of its wells to heat, and stores the same charge."""
    pack = Pack(**CABINET | {"resistance_ohmic": 0.0, "resistance_rc": 0.0, "bulk_share": 0.5, "tau_bulk": 300.0})
    drive(pack, 200.0, 1.0, 600)
    lost = pack[f.BAT_E_LOSS]
    assert lost > 0.0
    soc = pack[f.BAT_SOC]
    drive(pack, 0.0, 10.0, 600)
    assert pack[f.BAT_E_LOSS] > lost
    assert pack[f.BAT_STORED] == pytest.approx(battery_stored(pack.p, 0, soc, 0.0), rel=1e-9)


# ------------------------------------------------------------------------------------------ hysteresis
@pytest.mark.parametrize("dt", [0.5, 7.0, 60.0])
def test_hysteresis_turns_with_the_charge_that_passes(dt: float) -> None:
    """h = -1 + 2 exp(-gamma q) after a full charge, and its mean voltage over a step is exact."""
    gap, gamma = 0.5, 20.0
    pack = Pack(**FLAT, hysteresis_half_gap=gap, hysteresis_rate=gamma, hysteresis=1.0)
    for k in range(int(600.0 / dt)):
        before, after = (2.0 * math.exp(-gamma * t / 3600.0) - 1.0 for t in (k * dt, (k + 1) * dt))
        voltage = drive(pack, 1.0, dt)
        assert pack[f.BAT_HYSTERESIS] == pytest.approx(after, abs=1e-9)
        # Integral of h dq = q-span: the exact mean of an exponential.
        mean = -1.0 + (before - after) / (gamma * dt / 3600.0)
        assert voltage == pytest.approx(100.0 + gap * mean, rel=1e-9)


def test_the_area_of_the_loop_is_the_heat() -> None:
    """A cell without resistance, cycled over its whole charge: 2 M Q less the rounding of the corners."""
    gap, gamma = 0.5, 200.0
    pack = Pack(**FLAT, hysteresis_half_gap=gap, hysteresis_rate=gamma)
    drive(pack, 1.0, 1.0, 3600)
    drive(pack, -1.0, 1.0, 3600)
    start = pack[f.BAT_E_LOSS], pack[f.BAT_STORED], pack[f.BAT_E_OUT] - pack[f.BAT_E_IN]
    drive(pack, 1.0, 1.0, 3600)
    drive(pack, -1.0, 1.0, 3600)
    heat = pack[f.BAT_E_LOSS] - start[0]
    assert pack[f.BAT_STORED] == pytest.approx(start[1], rel=1e-12)
    # Each corner turns over 1 / gamma of the charge: 4 M Q / gamma less over both, from the integral of M h dq.
    assert heat == pytest.approx(2.0 * gap * 3600.0 * (1.0 - 2.0 / gamma), rel=1e-6)
    assert heat == pytest.approx(start[2] - (pack[f.BAT_E_OUT] - pack[f.BAT_E_IN]), rel=1e-9)


def test_at_rest_hysteresis_stays() -> None:
    pack = Pack(**FLAT, hysteresis_half_gap=0.5, hysteresis_rate=20.0, hysteresis=-0.7)
    assert drive(pack, 0.0, 60.0, 100) == pytest.approx(100.0 - 0.35)
    assert pack[f.BAT_HYSTERESIS] == -0.7


# ------------------------------------------------------------------------------------------ resistances
@pytest.mark.parametrize("dt", [0.01, 1.0, 60.0])
def test_two_pairs_relax_each_with_its_own_time(dt: float) -> None:
    pack = Pack(
        **FLAT | {"charge_rated": 1e9}, resistance_rc=0.02, tau_rc=30.0, resistance_rc2=0.05, tau_rc2=400.0,
    )  # fmt: skip
    steps = min(round(600.0 / dt), 3000)
    drive(pack, 50.0, dt, steps)
    t = steps * dt
    assert pack[f.BAT_V_RC] == pytest.approx(-math.expm1(-t / 30.0), rel=1e-9)
    assert pack[f.BAT_V_RC2] == pytest.approx(-2.5 * math.expm1(-t / 400.0), rel=1e-9)


def test_resistance_follows_charge_and_temperature() -> None:
    """Twice as much at 10 % charge; 10 degC gives exp(1725 (1/283.15 - 1/298.15)) = 1.359 of it."""
    shape = {f"resistance_shape_{k}": 1.0 - 0.1 * (k - 1) if k > 0 else 1.0 for k in range(f.BAT_SHAPE_POINTS)}
    pack = Pack(
        **FLAT, **shape, resistance_ohmic=1.0, resistance_activation=1725.0, temperature=10.0, soc=0.1, conductance=1.0
    )  # fmt: skip
    assert drive(pack, 1.0, 1e-6) == pytest.approx(100.0 - 2.0 * 1.359, rel=1e-4)
    pack = Pack(**FLAT, **shape, resistance_ohmic=1.0, resistance_activation=1725.0, soc=0.55)
    assert drive(pack, 1.0, 1e-6) == pytest.approx(100.0 - 1.55, rel=1e-6)


def test_the_time_of_a_pair_follows_its_resistance() -> None:
    """Its capacitance stays: warmth changes resistance and time together, and no energy appears."""
    pack = Pack(**FLAT, resistance_rc=0.1, tau_rc=100.0, resistance_activation=2000.0, temperature=0.0)
    battery_interval(pack.p, pack.s, 0, 1.0)
    hot = math.exp(2000.0 * (1.0 / 273.15 - 1.0 / 298.15))
    assert pack[f.BAT_R1_NOW] == pytest.approx(0.1 * hot)
    assert pack[f.BAT_DECAY] == pytest.approx(math.exp(-0.01 / hot))


def test_current_that_stores_nothing_is_heat() -> None:
    pack = Pack(**FLAT, coulombic_loss=0.1, soc=0.5)
    drive(pack, -1.0, 10.0, 10)
    assert pack[f.BAT_SOC] == pytest.approx(0.5 + 90.0 / 3600.0)
    assert pack[f.BAT_E_LOSS] == pytest.approx(0.1 * 100.0 * 100.0)
    drive(pack, 1.0, 10.0, 9)
    assert pack[f.BAT_SOC] == pytest.approx(0.5)


# ---------------------------------------------------------------------------------------------- strings
def test_a_string_out_takes_charge_and_power_with_it_and_keeps_both_in_the_account() -> None:
    pack = Pack(**EVERYTHING, soc=0.6)
    pack.step(5e4, 1.0, 60)
    stored, whole = pack[f.BAT_STORED], pack.limits(1.0)[0]
    pack.s[f.BAT_STRINGS_OUT] = 0.25
    give, _ = pack.limits(1.0)
    assert give == pytest.approx(0.75 * whole)
    assert pack[f.BAT_STORED] == stored
    assert pack[f.BAT_OUT_STORED] == pytest.approx(0.25 * stored)
    assert battery_energy(pack.p, pack.s, 0) == pytest.approx(stored, rel=1e-12)
    soc = pack[f.BAT_SOC]
    pack.step(3e4, 10.0, 10)
    taken = soc - pack[f.BAT_SOC]
    other = Pack(**EVERYTHING, soc=0.6)
    other.step(5e4, 1.0, 60)
    other.step(4e4, 10.0, 10)
    # The same power per string.
    assert taken == pytest.approx(0.6 - 0.6 + soc - other[f.BAT_SOC], rel=1e-9)
    # Back again: charge evens out, energy is lost, never gained.
    lost = pack[f.BAT_E_LOSS]
    pack.s[f.BAT_STRINGS_OUT] = 0.0
    pack.limits(1.0)
    assert pack[f.BAT_SOC] == pytest.approx(soc - 0.75 * taken, rel=1e-12)
    assert pack[f.BAT_OUT_STORED] == 0.0
    assert pack[f.BAT_E_LOSS] > lost
    assert abs(pack.residual()) <= 1e-12 * pack.start


def test_without_strings_there_is_no_pack() -> None:
    pack = Pack(**EVERYTHING, soc=0.6)
    pack.s[f.BAT_STRINGS_OUT] = 1.0
    assert pack.limits(1.0) == (0.0, 0.0)
    pack.step(1e4, 1.0)
    assert (pack.given, pack[f.BAT_SOC]) == (0.0, 0.6)
    pack.s[f.BAT_STRINGS_OUT] = 0.0
    assert pack.limits(1.0)[0] > 0.0
    assert pack[f.BAT_SOC] == pytest.approx(0.6)


# ---------------------------------------------------------------------------------------- all of it at once
def test_without_the_new_effects_it_is_one_pair_behind_a_resistance() -> None:
    """The differential equations of the plain cabinet at constant current, integrated to 1e-10."""
    curve = np.linspace(0.0, 1.0, 21)

    def rates(_: float, y: object) -> object:
        return [-200.0 / 180e3, (0.0276 * 200.0 - y[1]) / 30.0]  # type: ignore[index]

    soc, pair = solve_ivp(rates, (0.0, 700.0), [1.0, 0.0], rtol=1e-10, atol=1e-12).y[:, -1]
    pack = Pack(**CABINET)
    drive(pack, 200.0, 1.0, 700)
    assert pack[f.BAT_SOC] == pytest.approx(soc, abs=1e-9)
    assert pack[f.BAT_V_RC] == pytest.approx(pair, rel=1e-8)
    voltage = drive(pack, 200.0, 1e-3)
    assert voltage == pytest.approx(150.0 * np.interp(soc, curve, LFP) - pair - 200.0 * 0.0414, rel=1e-6)


STEPS = st.lists(st.tuples(st.floats(-1.2, 1.2), st.floats(1e-3, 60.0), st.sampled_from([0.0, 0.0, 0.25])), max_size=30)


@settings(deadline=None, max_examples=200)
@given(STEPS, st.floats(0.0, 1.0), st.floats(-1.0, 1.0), st.floats(0.0, 0.8), st.sampled_from([20.0, 500.0, 1e4]))
def test_energy_closes_with_every_effect_at_any_step(
    steps: list[tuple[float, float, float]], soc: float, h: float, bulk: float, tau: float
) -> None:
    pack = Pack(**EVERYTHING | {"bulk_share": bulk, "tau_bulk": tau}, soc=0.05 + 0.95 * soc)
    pack.s[f.BAT_HYSTERESIS] = h
    pack.start = pack.s[f.BAT_STORED, 0] = battery_energy(pack.p, pack.s, 0)
    for share, dt, out in steps:
        before, gradient = pack[f.BAT_E_LOSS], pack[f.BAT_GRADIENT]
        pack.s[f.BAT_STRINGS_OUT] = out
        pack.step(1.5e5 * share, dt)
        heat = pack[f.BAT_E_LOSS] - before
        # Heat is not negative, but for a step in which the flow between the wells turns round.
        turned = gradient * pack[f.BAT_GRADIENT] < 0.0
        moved = abs(pack[f.BAT_CURRENT]) * dt
        assert heat >= -1e-14 * pack.start - (1e-3 * moved * 500.0 if turned else 1e-9 * moved * 500.0)
    moved = pack[f.BAT_E_IN] + pack[f.BAT_E_OUT]
    assert abs(pack.residual()) <= 1e-12 * moved + 1e-13 * pack.start
    assert pack[f.BAT_STORED] == pytest.approx(battery_energy(pack.p, pack.s, 0), rel=1e-12)


@pytest.mark.parametrize(("dt", "tolerance"), [(0.02, 1e-5), (1.0, 2e-4), (20.0, 5e-3)])
def test_the_answer_does_not_depend_on_the_step(dt: float, tolerance: float) -> None:
    """80 kW for 10 min with every effect, against steps of 5 ms."""
    fine, pack = Pack(**EVERYTHING), Pack(**EVERYTHING)
    fine.step(8e4, 5e-3, 24000)
    pack.step(8e4, dt, round(120.0 / dt))
    assert pack[f.BAT_SOC] == pytest.approx(fine[f.BAT_SOC], abs=tolerance)
    assert pack[f.BAT_E_LOSS] == pytest.approx(fine[f.BAT_E_LOSS], rel=20.0 * tolerance)
    assert pack[f.BAT_VOLTAGE] == pytest.approx(fine[f.BAT_VOLTAGE], rel=20.0 * tolerance)


def test_round_trip_efficiency() -> None:
    """A quarter-hour out and back at C/2: what is lost is heat, and the better part of 10 % for this cabinet."""
    pack = Pack(**EVERYTHING, soc=0.6)
    pack.step(1.2e4, 1.0, 1800)
    drawn = pack[f.BAT_E_OUT]
    while pack[f.BAT_SOC] < 0.6:
        pack.step(-1.2e4, 1.0)
    efficiency = drawn / pack[f.BAT_E_IN]
    assert 0.88 < efficiency < 0.97
    assert pack[f.BAT_E_IN] - drawn == pytest.approx(
        pack[f.BAT_E_LOSS] + pack[f.BAT_STORED] - pack.start, rel=1e-9
    )
