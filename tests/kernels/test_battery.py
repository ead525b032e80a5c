"""Battery pack: exact currents, the RC pair, energy at any step, and limits that hold."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from battery_bench import CABINET, KWH, Pack
from site_builder import LFP, lfp, one

from twin.kernels import fields as f
from twin.kernels.battery import (
    battery_stored,
    charge_limit,
    discharge_limit,
    ocv,
    ocv_integral,
    ocv_mean,
    terminal_current,
)
from twin.kernels.battery_limits import PEAK_CURRENT

@settings(deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(1.0, 1e3), st.floats(0.0, 1.0))
def test_terminal_current_is_the_stable_root(power: float, emf: float, resistance: float) -> None:
    assume(4.0 * resistance * power <= emf * emf)
    current = terminal_current(power, emf, resistance)
    assert current * (emf - current * resistance) == pytest.approx(power, rel=1e-6, abs=1e-6)
    # The other root, past the peak of the source, has its current above E / 2R.
    assert 2.0 * current * resistance <= emf * (1.0 + 1e-9)


def test_terminal_current_by_hand() -> None:
    assert terminal_current(1000.0, 100.0, 0.0) == 10.0
    # 100 V behind 1 ohm: 20 A at 80 V is 1600 W; 100 A short-circuit, peak 2500 W at 50 A.
    assert terminal_current(1600.0, 100.0, 1.0) == pytest.approx(20.0)
    assert terminal_current(2500.0, 100.0, 1.0) == pytest.approx(50.0)
    assert terminal_current(-2400.0, 100.0, 1.0) == pytest.approx(-20.0)


def test_voltage_between_measured_points_and_its_integral() -> None:
    p, _ = one("battery", **lfp())
    for k in range(21):
        assert ocv(p, 0, 0.05 * k) == pytest.approx(LFP[k], rel=1e-12)
    assert f.BAT_OCV_POINTS == 41
    assert ocv(p, 0, 0.525) == pytest.approx(0.5 * (LFP[10] + LFP[11]))
    fine = np.linspace(0.0, 1.0, 2001)
    volts = np.interp(fine, np.linspace(0.0, 1.0, 21), LFP)
    for end in (0.3, 0.725, 1.0):
        n = round(2000 * end) + 1
        assert ocv_integral(p, 0, end) == pytest.approx(np.trapezoid(volts[:n], fine[:n]), rel=1e-12)
    # Outside the window the last voltage is held, so an overdraw still costs energy.
    assert ocv_integral(p, 0, -0.1) == pytest.approx(-0.1 * LFP[0])


@settings(deadline=None)
@given(st.floats(-0.2, 1.0), st.floats(-0.2, 1.0))
def test_mean_voltage_on_the_way(start: float, end: float) -> None:
    p, _ = one("battery", **lfp())
    exact = ocv_integral(p, 0, start) - ocv_integral(p, 0, end)
    assert ocv_mean(p, 0, start, end) * (start - end) == pytest.approx(exact, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("dt", [1e-3, 0.02, 1.0, 60.0])
def test_an_ideal_battery_lasts_for_energy_over_power(dt: float) -> None:
    """1 kWh without resistance, flat voltage: 1 h at 1 kW, exactly, at any step."""
    pack = Pack()
    steps = min(round(3600.0 / dt), 36000)
    pack.step(1e3, dt, steps)
    assert pack[f.BAT_SOC] == pytest.approx(1.0 - steps * dt / 3600.0, abs=1e-10)
    assert pack[f.BAT_E_LOSS] == pytest.approx(0.0, abs=1e-11 * KWH)
    assert pack.limits(1.0)[0] == pytest.approx(pack[f.BAT_SOC] * KWH, abs=1.0)


@pytest.mark.parametrize("dt", [1e-3, 0.5, 7.0, 60.0])
def test_polarisation_follows_its_exact_step_response(dt: float) -> None:
    """At constant current V1 = I R1 (1 - exp(-t / tau)) whatever the step; so do voltage and heat."""
    r0, r1, tau, emf, current = 0.01, 0.02, 30.0, 100.0, 50.0
    pack = Pack(
        **{f"ocv_{k}": emf for k in range(f.BAT_OCV_POINTS)}, charge_rated=1e9, resistance_ohmic=r0, resistance_rc=r1, tau_rc=tau,
        conductance=1.0,
    )  # fmt: skip
    steps = min(round(120.0 / dt), 2000)
    for k in range(steps):
        # The mean power over the step of that constant current.
        v_mean = r1 * current * (1.0 - math.exp(-k * dt / tau) * tau / dt * -math.expm1(-dt / tau))
        pack.step(current * (emf - v_mean - r0 * current), dt)
        assert pack[f.BAT_CURRENT] == pytest.approx(current, rel=1e-9)
        assert pack[f.BAT_VOLTAGE] == pytest.approx(emf - v_mean - r0 * current, rel=1e-9)
    t = steps * dt
    x = math.exp(-t / tau)
    assert pack[f.BAT_V_RC] == pytest.approx(r1 * current * (1.0 - x), rel=1e-9)
    heat = r0 * current**2 * t + r1 * current**2 * (t - 2.0 * tau * (1.0 - x) + 0.5 * tau * (1.0 - x * x))
    assert pack[f.BAT_E_LOSS] == pytest.approx(heat, rel=1e-4 if dt < 0.01 else 1e-6)
    # At rest the polarisation turns to heat.
    pack.step(0.0, dt, min(round(600.0 / dt), 2000))
    left = x_rest = math.exp(-min(round(600.0 / dt), 2000) * dt / tau)
    assert pack[f.BAT_V_RC] == pytest.approx(r1 * current * (1.0 - x) * left, rel=1e-6)
    heat += 0.5 * tau / r1 * (r1 * current * (1.0 - x)) ** 2 * (1.0 - x_rest**2)
    assert pack[f.BAT_E_LOSS] == pytest.approx(heat, rel=1e-4 if dt < 0.01 else 1e-6)


def reference(power: float, seconds: float) -> Any:
    """Charge and polarisation of the cabinet at constant power, integrated to 1e-10."""
    curve = np.linspace(0.0, 1.0, 21)

    def rates(_: float, y: Any) -> Any:
        emf = 150.0 * np.interp(y[0], curve, LFP) - y[1]
        current = 2.0 * power / (emf + math.sqrt(emf * emf - 4.0 * 0.0414 * power))
        return [-current / 180e3, (0.0276 * current - y[1]) / 30.0]

    return solve_ivp(rates, (0.0, seconds), [1.0, 0.0], rtol=1e-10, atol=1e-12, max_step=1.0).y[:, -1]


@pytest.mark.parametrize(("dt", "tolerance"), [(0.02, 2e-5), (1.0, 2e-4), (20.0, 5e-3), (60.0, 1e-2)])
def test_constant_power_against_the_differential_equations(dt: float, tolerance: float) -> None:
    """100 kW for 13 min takes the cabinet down its knee; a 60-s step stays within a hundredth of charge."""
    pack = Pack(**CABINET)
    pack.step(100e3, dt, round(780.0 / dt))
    soc, v_rc = reference(100e3, 780.0)
    assert soc < 0.11
    assert pack[f.BAT_SOC] == pytest.approx(soc, abs=tolerance)
    assert pack[f.BAT_V_RC] == pytest.approx(v_rc, rel=20.0 * tolerance)


power_step = st.tuples(st.floats(-1.0, 1.0), st.floats(1e-3, 60.0))
ohms = st.just(0.0) | st.floats(1e-6, 0.1)


@settings(deadline=None)
@given(
    st.lists(power_step, max_size=30), ohms, ohms, st.sampled_from([0.0, 0.5, 30.0]),
    st.floats(0.0, 1.0),
)  # fmt: skip
def test_energy_closes_heat_is_never_negative_and_limits_hold(
    steps: list[tuple[float, float]], r0: float, r1: float, tau: float, soc: float
) -> None:
    values = CABINET | {"resistance_ohmic": r0, "resistance_rc": r1, "tau_rc": tau, "power_charge_max": 1e5}
    pack = Pack(**values | {"soc": 0.05 + 0.95 * soc, "power_discharge_max": 4e5})
    for share, dt in steps:
        give, take = pack.limits(dt)
        assert 0.0 <= give <= 4e5 and 0.0 <= take <= 1e5
        before = pack[f.BAT_E_LOSS]
        pack.step(share * (give if share > 0.0 else take), dt)
        assert pack[f.BAT_E_LOSS] - before >= -1e-9 * 4e5 * dt - 1e-6
        assert 0.05 - 1e-9 <= pack[f.BAT_SOC] <= 1.0 + 1e-9
        assert math.isfinite(pack[f.BAT_TEMPERATURE])
    moved = pack[f.BAT_E_IN] + pack[f.BAT_E_OUT]
    assert abs(pack.residual()) <= 1e-12 * moved + 1e-14 * pack.start
    assert pack[f.BAT_STORED] == battery_stored(pack.p, 0, pack[f.BAT_SOC], pack[f.BAT_V_RC])


@pytest.mark.parametrize("dt", [0.01, 1.0, 60.0])
def test_the_limit_takes_it_to_its_lowest_charge_and_not_below(dt: float) -> None:
    left = 1e-5 * dt
    pack = Pack(**CABINET | {"soc": 0.05 + left})
    pack.step(pack.limits(dt)[0], dt)
    assert pack[f.BAT_SOC] == pytest.approx(0.05, abs=1e-12)
    assert pack.limits(dt)[0] <= 1e-6
    pack = Pack(**CABINET | {"soc": 1.0 - left})
    pack.step(-pack.limits(dt)[1], dt)
    assert pack[f.BAT_SOC] == pytest.approx(1.0, abs=1e-12)
    assert pack.limits(dt)[1] <= 1e-6


def test_power_is_limited_below_the_peak_of_the_source() -> None:
    """10 V behind 1 ohm peaks at 25 W; a tenth below that the current is 34 % of the short-circuit's."""
    pack = Pack(**{f"ocv_{k}": 10.0 for k in range(f.BAT_OCV_POINTS)}, resistance_ohmic=1.0)
    assert pack.limits(0.01)[0] == pytest.approx(22.5, rel=1e-9)
    assert pytest.approx(0.3419, abs=1e-4) == PEAK_CURRENT
    pack.step(22.5, 0.01)
    assert pack[f.BAT_CURRENT] == pytest.approx(10.0 * PEAK_CURRENT, rel=1e-6)


def test_a_load_above_the_peak_is_cut_to_what_the_source_gives() -> None:
    """22.5 of the 40 W asked for; the other 67.5 % of the chemical energy would turn to heat at the peak."""
    pack = Pack(**{f"ocv_{k}": 10.0 for k in range(f.BAT_OCV_POINTS)}, resistance_ohmic=1.0)
    pack.step(40.0, 0.01)
    assert pack.given == pytest.approx(22.5, rel=1e-9)
    assert pack[f.BAT_E_OUT] == pytest.approx(0.225)
    assert pack[f.BAT_E_LOSS] == pytest.approx(0.01 * (10.0 * PEAK_CURRENT) ** 2)
    assert pack.residual() == pytest.approx(0.0, abs=1e-8)


def test_nothing_is_owed() -> None:
    pack = Pack(soc_min=0.2, soc=0.2)
    assert pack.limits(10.0)[0] == 0.0
    pack.step(1e3, 10.0)
    assert pack.given == 0.0
    assert pack[f.BAT_SOC] == 0.2


def test_a_reserve_is_kept_from_services() -> None:
    pack = Pack(soc=0.6)
    pack.limits(3600.0)
    assert discharge_limit(pack.p, pack.s, 0, 0.5, 3600.0) == pytest.approx(100.0)
    assert discharge_limit(pack.p, pack.s, 0, 0.6, 3600.0) == 0.0


def test_protection_opens_on_temperature() -> None:
    pack = Pack(temperature=61.0, soc=0.5)
    assert pack.limits(1.0) == (0.0, 0.0)
    assert charge_limit(pack.p, pack.s, 0, 1.0) == 0.0


def test_temperature_rises_exactly_towards_heat_over_conductance() -> None:
    """100 A through 10 mohm is 100 W on 10 W/K: 10 K above the room, with C / G = 1000 s."""
    emf = 100.0
    pack = Pack(
        **{f"ocv_{k}": emf for k in range(f.BAT_OCV_POINTS)}, charge_rated=1e9, resistance_ohmic=0.01, heat_capacity=1e4,
        conductance=10.0,
    )  # fmt: skip
    power = 100.0 * (emf - 1.0)
    pack.step(power, 20.0, 50)
    assert pack[f.BAT_TEMPERATURE] == pytest.approx(25.0 + 10.0 * (1.0 - math.exp(-1.0)), rel=1e-6)


def test_throughput_counts_both_directions() -> None:
    pack = Pack(soc=0.5)
    pack.step(100.0, 10.0)
    pack.step(-100.0, 10.0)
    assert pack[f.BAT_THROUGHPUT] == pytest.approx(2000.0)
    assert (pack[f.BAT_E_OUT], pack[f.BAT_E_IN]) == pytest.approx((1000.0, 1000.0))
