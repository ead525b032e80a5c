"""Battery pack: open-circuit voltage, ohmic resistance, one RC pair, heat, and the limits of one step.

The pack is `n` cells in series of voltage E(z), z the state of charge, and V1 is the voltage of its RC pair. Over
a step of dt at constant current I (discharging positive) the charge falls by I dt / Q, and the mean terminal
power is

    P = I (n mean(E) - mean(V1) - I R0),    mean(V1) = V1 m + I R1 (1 - m),    m = (1 - exp(-x)) / x,  x = dt / tau

with both means exact. The step takes the current that gives the power asked for, so the energy at the terminals,
the chemical energy n Q integral(E dz), the energy of the RC pair and the heat I^2 R0 + V1^2 / R1 close at any step,
and heat is never negative.
"""

from __future__ import annotations

import math

from twin.kernels.fields import (
    BAT_ACCEPT,
    BAT_AVAILABLE,
    BAT_CHARGE,
    BAT_CONDUCTANCE,
    BAT_CURRENT,
    BAT_DECAY,
    BAT_E_IN,
    BAT_E_LOSS,
    BAT_E_OUT,
    BAT_ENERGY_0,
    BAT_HEAT_CAPACITY,
    BAT_OCV_0,
    BAT_OCV_POINTS,
    BAT_POWER,
    BAT_POWER_MAX_CHG,
    BAT_POWER_MAX_DIS,
    BAT_R0,
    BAT_R1,
    BAT_SERIES,
    BAT_SOC,
    BAT_SOC_MAX,
    BAT_SOC_MIN,
    BAT_STORED,
    BAT_T_MAX,
    BAT_T_ROOM,
    BAT_TAU1,
    BAT_TEMPERATURE,
    BAT_THERMAL_DECAY,
    BAT_THROUGHPUT,
    BAT_V_RC,
    BAT_VOLTAGE,
)
from twin.kernels.scalar import Array, scalar

# Power is held below 0.9 of the peak E^2 / (4 R) of a source behind a resistance, where current runs away. The
# current there is this share of the short-circuit current E / R.
PEAK_CURRENT = 0.5 * (1.0 - math.sqrt(0.1))
# Below this much charge the mean voltage is that in the middle: a difference of integrals would lose its digits.
SHORT_WAY = 1e-7
# Newton's method squares its error: a change this small, relative to current, was the last that counts. The bound
# on steps is for a swing across a kink of the curve.
NEWTON_STEPS = 8
NEWTON_CHANGE = 1e-6
# Below this share of its peak power a source is far from run-away, however its voltage falls in a step.
FAR_FROM_PEAK = 0.25
# A charge this little below the lowest in use is rounding.
ROUNDING = 1e-9


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
def ocv(p: Array, i: int, soc: float) -> float:
    """Cell open-circuit voltage of battery `i` at charge `soc`, linear between 21 measured points [V]."""
    x = min(max(soc, 0.0), 1.0) * (BAT_OCV_POINTS - 1)
    k = min(int(x), BAT_OCV_POINTS - 2)
    low = p[BAT_OCV_0 + k, i]
    return low + (x - k) * (p[BAT_OCV_0 + k + 1, i] - low)


@scalar
def ocv_integral(p: Array, i: int, soc: float) -> float:
    """Integral of the cell voltage over charge from empty to `soc` [V]; held voltage outside 0 to 1."""
    z = min(max(soc, 0.0), 1.0)
    width = 1.0 / (BAT_OCV_POINTS - 1)
    x = z * (BAT_OCV_POINTS - 1)
    k = min(int(x), BAT_OCV_POINTS - 2)
    low = p[BAT_OCV_0 + k, i]
    slope = p[BAT_OCV_0 + k + 1, i] - low
    part = x - k
    inside = p[BAT_ENERGY_0 + k, i] + width * part * (low + 0.5 * slope * part)
    return inside if soc == z else inside + (soc - z) * ocv(p, i, z)


@scalar
def battery_stored(p: Array, i: int, soc: float, v_rc: float) -> float:
    """Energy of pack `i` above empty: chemical, and in the polarisation capacitance [J]."""
    chemical = p[BAT_CHARGE, i] * p[BAT_SERIES, i] * ocv_integral(p, i, soc)
    if p[BAT_R1, i] <= 0.0:
        return chemical
    return chemical + 0.5 * p[BAT_TAU1, i] / p[BAT_R1, i] * v_rc * v_rc


@scalar
def battery_interval(p: Array, s: Array, i: int, dt: float) -> None:
    """Compute the decay factors of pack `i` for steps of `dt` [s], once per interval."""
    s[BAT_DECAY, i] = math.exp(-dt / p[BAT_TAU1, i]) if p[BAT_TAU1, i] > 0.0 else 0.0
    s[BAT_THERMAL_DECAY, i] = math.exp(-dt * p[BAT_CONDUCTANCE, i] / p[BAT_HEAT_CAPACITY, i])


@scalar
def ocv_mean(p: Array, i: int, start: float, end: float) -> float:
    """Mean cell voltage of battery `i` on the way from charge `start` to `end` [V]."""
    if abs(start - end) < SHORT_WAY:
        return ocv(p, i, 0.5 * (start + end))
    return (ocv_integral(p, i, start) - ocv_integral(p, i, end)) / (start - end)


@scalar
def rc_left(p: Array, s: Array, i: int, dt: float) -> float:
    """Mean over the step of what is left of the RC pair's voltage at its start, 0 to 1 (`m` above)."""
    if p[BAT_TAU1, i] <= 0.0:
        return 0.0
    return (1.0 - s[BAT_DECAY, i]) * p[BAT_TAU1, i] / dt


@scalar
def emf_at(p: Array, s: Array, i: int, soc: float, left: float) -> float:
    """Source voltage of pack `i` at charge `soc`, less the share `left` of its polarisation [V]."""
    return p[BAT_SERIES, i] * ocv(p, i, soc) - s[BAT_V_RC, i] * left


@scalar
def mean_voltage(p: Array, s: Array, i: int, current: float, left: float, dt: float) -> float:
    """Mean terminal voltage of pack `i` over a step at constant `current` [V]."""
    end = s[BAT_SOC, i] - current * dt / p[BAT_CHARGE, i]
    emf = p[BAT_SERIES, i] * ocv_mean(p, i, s[BAT_SOC, i], end) - s[BAT_V_RC, i] * left
    return emf - current * (p[BAT_R0, i] + p[BAT_R1, i] * (1.0 - left))


@scalar
def highest_current(p: Array, s: Array, i: int, left: float, dt: float) -> float:
    """Current at the margin below the peak power of pack `i`, at the charge a step would end with [A]."""
    resistance = p[BAT_R0, i] + p[BAT_R1, i] * (1.0 - left)
    if resistance <= 0.0:
        return math.inf
    first = PEAK_CURRENT * emf_at(p, s, i, s[BAT_SOC, i], left) / resistance
    end = s[BAT_SOC, i] - first * dt / p[BAT_CHARGE, i]
    return min(first, PEAK_CURRENT * emf_at(p, s, i, end, left) / resistance)


@scalar
def discharge_limit(p: Array, s: Array, i: int, floor: float, dt: float) -> float:
    """Largest discharge power pack `i` can hold for `dt` [s] without falling below charge `floor` [W].

    The smallest of the rating, the peak of the source behind its resistance, and the charge left above `floor`,
    or above the lowest in use, spread over the step. Zero when protection has opened on temperature.
    """
    spare = (s[BAT_SOC, i] - max(floor, p[BAT_SOC_MIN, i])) * p[BAT_CHARGE, i] / dt
    if s[BAT_TEMPERATURE, i] > p[BAT_T_MAX, i] or spare <= 0.0:
        return 0.0
    left = rc_left(p, s, i, dt)
    resistance = p[BAT_R0, i] + p[BAT_R1, i] * (1.0 - left)
    rating = p[BAT_POWER_MAX_DIS, i]
    lowest = emf_at(p, s, i, floor, left)
    far = 4.0 * resistance * rating < FAR_FROM_PEAK * lowest * lowest
    # Even with its voltage all the way down, such a pack holds its rating.
    if far and terminal_current(rating, lowest, resistance) <= spare:
        return rating
    current = max(min(spare, highest_current(p, s, i, left, dt)), 0.0)
    return max(min(rating, current * mean_voltage(p, s, i, current, left, dt)), 0.0)


@scalar
def charge_limit(p: Array, s: Array, i: int, dt: float) -> float:
    """Largest charge power pack `i` can hold for `dt` [s] without rising above its highest charge [W]."""
    room = (p[BAT_SOC_MAX, i] - s[BAT_SOC, i]) * p[BAT_CHARGE, i] / dt
    if s[BAT_TEMPERATURE, i] > p[BAT_T_MAX, i] or room <= 0.0:
        return 0.0
    left = rc_left(p, s, i, dt)
    return max(min(p[BAT_POWER_MAX_CHG, i], room * mean_voltage(p, s, i, -room, left, dt)), 0.0)


@scalar
def battery_limits(p: Array, s: Array, i: int, dt: float) -> None:
    """Set the largest powers pack `i` can hold for the whole of a step of `dt` [s].

    A pack that a rising load took below its lowest charge has a negative one: what it owes, over the step.
    """
    owed = p[BAT_SOC_MIN, i] - s[BAT_SOC, i]
    if owed > ROUNDING:
        s[BAT_AVAILABLE, i] = -owed * p[BAT_CHARGE, i] * p[BAT_SERIES, i] * ocv(p, i, p[BAT_SOC_MIN, i]) / dt
    else:
        s[BAT_AVAILABLE, i] = discharge_limit(p, s, i, p[BAT_SOC_MIN, i], dt)
    s[BAT_ACCEPT, i] = charge_limit(p, s, i, dt)


@scalar
def current_for(p: Array, s: Array, i: int, power: float, left: float, dt: float) -> float:
    """Current at which pack `i` gives the mean terminal `power` over a step of `dt` [A].

    Newton's method from the root for a constant source voltage. Above the margin below its peak power, which only
    a load that rises within a step asks for, the terminal voltage is held at that of the margin.
    """
    resistance = p[BAT_R0, i] + p[BAT_R1, i] * (1.0 - left)
    emf = emf_at(p, s, i, s[BAT_SOC, i], left)
    if 4.0 * resistance * power > FAR_FROM_PEAK * emf * emf:
        highest = highest_current(p, s, i, left, dt)
        voltage = mean_voltage(p, s, i, highest, left, dt)
        if power > highest * voltage:
            return power / voltage
    current = terminal_current(power, emf, resistance)
    for _ in range(NEWTON_STEPS):
        end = s[BAT_SOC, i] - current * dt / p[BAT_CHARGE, i]
        slope = emf_at(p, s, i, end, left) - 2.0 * current * resistance
        change = (power - current * mean_voltage(p, s, i, current, left, dt)) / slope
        current += change
        if abs(change) <= NEWTON_CHANGE * abs(current):
            break
    return current


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
        Terminal power [W]. It is always given: who asks keeps within `battery_limits`, or owes what it took.
    dt : float
        Step [s].

    Returns
    -------
    float
        `power`.

    References
    ----------
    .. [1] G. L. Plett, *Battery Management Systems*, vol. 1, Artech House 2015, chapter 2 (equivalent-circuit
       model with one RC pair and its exact discretisation).
    """
    left = rc_left(p, s, i, dt)
    current = current_for(p, s, i, power, left, dt) if power != 0.0 else 0.0
    target = current * p[BAT_R1, i]
    s[BAT_VOLTAGE, i] = power / current if current != 0.0 else emf_at(p, s, i, s[BAT_SOC, i], left)
    s[BAT_SOC, i] -= current * dt / p[BAT_CHARGE, i]
    s[BAT_V_RC, i] = target + (s[BAT_V_RC, i] - target) * s[BAT_DECAY, i]
    stored = battery_stored(p, i, s[BAT_SOC, i], s[BAT_V_RC, i])
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
    return power
