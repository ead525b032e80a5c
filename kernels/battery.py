"""Battery pack: one step at a power or a current, and what is worked out once per interval.

The equations are those of `battery_cell.py`, the limits those of `battery_limits.py`. A step is at constant current.
Given a power, it is the current whose mean terminal power over the step is that power, so the energy at the terminals,
the change of the stored energy and the heat close at any step. A power outside the limits of the step is cut to
them: whatever is asked, a pack stays within its charge, its cell voltage, its current and its rating, and what it
really gave is returned.
"""

from __future__ import annotations

import math

from twin.kernels.battery_cell import (
    battery_energy,
    battery_stored,
    hysteresis_end,
    ocv,
    ocv_integral,
    ocv_mean,
    pair_end,
    resistance_shape,
    step_emf,
    step_resistance,
    step_voltage,
    storing,
)
from twin.kernels.battery_limits import (
    NO_STRING,
    allowed,
    battery_limits,
    charge_current,
    charge_limit,
    discharge_current,
    discharge_limit,
)
from twin.kernels.fields import (
    BAT_ACTIVATION,
    BAT_BULK,
    BAT_CHARGE,
    BAT_CONDUCTANCE,
    BAT_CURRENT,
    BAT_DECAY,
    BAT_DECAY2,
    BAT_DECAY_BULK,
    BAT_E_IN,
    BAT_E_LOSS,
    BAT_E_OUT,
    BAT_GRADIENT,
    BAT_HEAT_CAPACITY,
    BAT_HYSTERESIS,
    BAT_LEFT,
    BAT_LEFT2,
    BAT_OUT,
    BAT_OUT_SOC,
    BAT_OUT_STORED,
    BAT_POWER,
    BAT_POWER_MAX_CHG,
    BAT_POWER_MAX_DIS,
    BAT_R0,
    BAT_R0_HOT,
    BAT_R0_NOW,
    BAT_R1,
    BAT_R1_NOW,
    BAT_R2,
    BAT_R2_NOW,
    BAT_REACH,
    BAT_SOC,
    BAT_SOC_MIN,
    BAT_STORED,
    BAT_STRINGS_OUT,
    BAT_T_REF,
    BAT_T_ROOM,
    BAT_TAKES,
    BAT_TAU1,
    BAT_TAU2,
    BAT_TAU_BULK,
    BAT_TEMPERATURE,
    BAT_THERMAL_DECAY,
    BAT_THROUGHPUT,
    BAT_V_RC,
    BAT_V_RC2,
    BAT_VOLTAGE,
)
from twin.kernels.lag import decay_mean
from twin.kernels.scalar import Array, scalar

__all__ = [
    "battery_current_step",
    "battery_interval",
    "battery_limits",
    "battery_step",
    "battery_stored",
    "charge_limit",
    "discharge_limit",
    "ocv",
    "ocv_integral",
    "ocv_mean",
    "terminal_current",
]

ZERO_CELSIUS = 273.15
# Newton's method squares its error: a change this small, relative to current, was the last that counts. The bound
# on steps is for a swing across a kink of the curve.
NEWTON_STEPS = 12
NEWTON_CHANGE = 1e-5
# Below this share of its peak power a source is far from run-away, however its voltage falls in a step.
FAR_FROM_PEAK = 0.25


@scalar
def terminal_current(power: float, emf: float, resistance: float) -> float:
    """Current of a source behind a resistance that delivers `power` at its terminals.

    I = 2 P / (E + sqrt(E^2 - 4 R P)), the stable root of P = I (E - I R); exact for R = 0.

    Parameters
    ----------
    power : float
        Terminal power [W], delivering positive; above E^2 / (4 R) the current of the peak is returned.
    emf : float
        Source voltage [V], above 0.
    resistance : float
        Series resistance [ohm], not negative.

    Returns
    -------
    float
        Current [A], delivering positive.
    """
    return 2.0 * power / (emf + math.sqrt(max(emf * emf - 4.0 * resistance * power, 0.0)))


@scalar
def strings_step(p: Array, s: Array, i: int) -> None:
    """Take in a change of the strings that are disconnected from pack `i`.

    Strings that leave take their charge and energy with them: both stay in the account of the pack, out of reach.
    Those that come back bring their own charge; it evens out between strings at once, and since stored energy is a
    convex function of charge, polarisation and hysteresis, that never gains energy: the rest is heat.
    """
    out = min(max(s[BAT_STRINGS_OUT, i], 0.0), 1.0)
    before = s[BAT_OUT, i]
    if out == before:
        return
    if out > before:
        part = (out - before) / (1.0 - before)
        s[BAT_OUT_SOC, i] = (before * s[BAT_OUT_SOC, i] + (out - before) * s[BAT_SOC, i]) / out
        s[BAT_OUT_STORED, i] += part * (s[BAT_STORED, i] - s[BAT_OUT_STORED, i])
        s[BAT_OUT, i] = out
        return
    kept = (1.0 - before) / (1.0 - out)
    s[BAT_SOC, i] = kept * s[BAT_SOC, i] + (1.0 - kept) * s[BAT_OUT_SOC, i]
    s[BAT_GRADIENT, i] *= kept
    s[BAT_V_RC, i] *= kept
    s[BAT_V_RC2, i] *= kept
    s[BAT_HYSTERESIS, i] *= kept
    s[BAT_OUT_STORED, i] *= out / before
    s[BAT_OUT, i] = out
    stored = battery_energy(p, s, i)
    heat = s[BAT_STORED, i] - stored
    s[BAT_STORED, i] = stored
    s[BAT_E_LOSS, i] += heat
    s[BAT_TEMPERATURE, i] += heat / p[BAT_HEAT_CAPACITY, i]


@scalar
def battery_interval(p: Array, s: Array, i: int, dt: float) -> None:
    """Compute what holds for every step of `dt` [s] of pack `i`, once per interval: resistances, decay factors."""
    strings_step(p, s, i)
    warmth = 1.0 / (s[BAT_TEMPERATURE, i] + ZERO_CELSIUS) - 1.0 / (p[BAT_T_REF, i] + ZERO_CELSIUS)
    hot = math.exp(p[BAT_ACTIVATION, i] * warmth) if p[BAT_ACTIVATION, i] > 0.0 else 1.0
    strings = max(1.0 - s[BAT_OUT, i], NO_STRING)
    s[BAT_R0_HOT, i] = p[BAT_R0, i] * hot / strings
    s[BAT_R0_NOW, i] = s[BAT_R0_HOT, i] * resistance_shape(p, i, s[BAT_SOC, i])
    s[BAT_R1_NOW, i] = p[BAT_R1, i] * hot / strings
    s[BAT_R2_NOW, i] = p[BAT_R2, i] * hot / strings
    x = dt / (p[BAT_TAU1, i] * hot) if p[BAT_TAU1, i] > 0.0 else math.inf
    s[BAT_DECAY, i] = math.exp(-x)
    s[BAT_LEFT, i] = decay_mean(x)
    x = dt / (p[BAT_TAU2, i] * hot) if p[BAT_TAU2, i] > 0.0 else math.inf
    s[BAT_DECAY2, i] = math.exp(-x)
    s[BAT_LEFT2, i] = decay_mean(x)
    bulk = p[BAT_BULK, i]
    x = dt / p[BAT_TAU_BULK, i] if p[BAT_TAU_BULK, i] > 0.0 else math.inf
    s[BAT_DECAY_BULK, i] = math.exp(-x)
    s[BAT_TAKES, i] = dt / (p[BAT_CHARGE, i] * strings)
    s[BAT_REACH, i] = s[BAT_TAKES, i] * (1.0 + bulk / (1.0 - bulk) * decay_mean(x))
    s[BAT_THERMAL_DECAY, i] = math.exp(-dt * p[BAT_CONDUCTANCE, i] / p[BAT_HEAT_CAPACITY, i])


@scalar
def newton_current(p: Array, s: Array, i: int, power: float, current: float) -> float:
    """Current at which pack `i` gives the mean terminal `power` over a step, by Newton's method from `current` [A]."""
    for _ in range(NEWTON_STEPS):
        voltage, bend = step_voltage(p, s, i, current)
        change = (power - current * voltage) / (voltage + bend)
        current += change
        if abs(change) <= NEWTON_CHANGE * abs(current):
            break
    return current


@scalar
def current_for(p: Array, s: Array, i: int, power: float, dt: float) -> tuple[float, float]:
    """Current of pack `i` for `power` over a step of `dt`, and the power: that asked for, or what its limits allow.

    Returns
    -------
    tuple of float
        Current [A] and power [W], discharging positive.
    """
    strings = 1.0 - s[BAT_OUT, i]
    power = min(max(power, -p[BAT_POWER_MAX_CHG, i] * strings), p[BAT_POWER_MAX_DIS, i] * strings)
    if power == 0.0:
        return 0.0, 0.0
    emf = step_emf(p, s, i, s[BAT_SOC, i] + p[BAT_BULK, i] * s[BAT_GRADIENT, i])
    ohms = step_resistance(s, i)
    near_peak = 4.0 * ohms * power > FAR_FROM_PEAK * emf * emf or emf <= 0.0
    if not near_peak:
        current = newton_current(p, s, i, power, terminal_current(power, emf, ohms))
        if allowed(p, s, i, current, dt):
            return current, power
    if power > 0.0:
        most = discharge_current(p, s, i, p[BAT_SOC_MIN, i], dt)
    else:
        most = -charge_current(p, s, i, dt)
    voltage, _ = step_voltage(p, s, i, most)
    if near_peak and power < most * voltage:
        return newton_current(p, s, i, power, terminal_current(power, emf, ohms)), power
    return most, most * voltage


@scalar
def battery_move(p: Array, s: Array, i: int, current: float, power: float, dt: float) -> None:
    """Move pack `i` through a step at constant `current` with mean terminal `power`, and close its account."""
    moved = storing(p, i, current)
    s[BAT_HYSTERESIS, i] = hysteresis_end(p, s, i, moved)
    s[BAT_SOC, i] -= moved * s[BAT_TAKES, i]
    if p[BAT_BULK, i] > 0.0:
        drawn = moved * (s[BAT_REACH, i] - s[BAT_TAKES, i]) / p[BAT_BULK, i]
        s[BAT_GRADIENT, i] = s[BAT_GRADIENT, i] * s[BAT_DECAY_BULK, i] - drawn
    s[BAT_V_RC, i] = pair_end(s[BAT_V_RC, i], s[BAT_R1_NOW, i], s[BAT_DECAY, i], current)
    s[BAT_V_RC2, i] = pair_end(s[BAT_V_RC2, i], s[BAT_R2_NOW, i], s[BAT_DECAY2, i], current)
    s[BAT_R0_NOW, i] = s[BAT_R0_HOT, i] * resistance_shape(p, i, s[BAT_SOC, i])
    stored = battery_energy(p, s, i)
    heat = s[BAT_STORED, i] - stored - power * dt
    s[BAT_STORED, i] = stored
    warm = p[BAT_T_ROOM, i] + heat / dt / p[BAT_CONDUCTANCE, i]
    s[BAT_TEMPERATURE, i] = warm + (s[BAT_TEMPERATURE, i] - warm) * s[BAT_THERMAL_DECAY, i]
    s[BAT_POWER, i] = power
    s[BAT_CURRENT, i] = current
    s[BAT_THROUGHPUT, i] += abs(current) * dt
    s[BAT_E_LOSS, i] += heat
    if power >= 0.0:
        s[BAT_E_OUT, i] += power * dt
    else:
        s[BAT_E_IN, i] -= power * dt


@scalar
def battery_step(p: Array, s: Array, i: int, power: float, dt: float) -> float:
    """Step pack `i` at terminal power `power` (discharging positive) for `dt`.

    Parameters
    ----------
    p, s : (field, battery) arrays
        Parameters and this member's state; `battery_interval` must have run for this `dt`.
    i : int
        Pack.
    power : float
        Terminal power asked for [W].
    dt : float
        Step [s].

    Returns
    -------
    float
        Power given [W]: `power`, or what the limits of the step leave of it. Energy closes on what was given.
    """
    current, given = current_for(p, s, i, power, dt)
    if current != 0.0:
        s[BAT_VOLTAGE, i] = given / current
    else:
        rest, _ = step_voltage(p, s, i, 0.0)
        s[BAT_VOLTAGE, i] = rest
    battery_move(p, s, i, current, given, dt)
    return given


@scalar
def battery_current_step(p: Array, s: Array, i: int, current: float, dt: float) -> float:
    """Step pack `i` at constant `current` (discharging positive) for `dt`, as a test bench drives it: without limits.

    Parameters
    ----------
    p, s, i, dt
        As in `battery_step`.
    current : float
        Terminal current [A].

    Returns
    -------
    float
        Terminal voltage, mean over the step [V].
    """
    voltage, _ = step_voltage(p, s, i, current)
    s[BAT_VOLTAGE, i] = voltage
    battery_move(p, s, i, current, current * voltage, dt)
    return voltage
