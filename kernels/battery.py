"""Battery pack: open-circuit voltage, ohmic resistance, one RC pair, heat, and the limits of one step.

The pack is `n` cells in series of voltage E(z), z the state of charge. Its terminal current I (discharging
positive) at terminal power P solves P = I (E - V1 - I R0); V1 is the voltage of the RC pair. The chemical
energy is the integral of E over charge, so the account closes whatever the step.
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

# Power is held below the peak E^2 / (4 R0) of a source behind a resistance, where current runs away.
PEAK_POWER_MARGIN = 0.9


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
    return inside + (soc - z) * ocv(p, i, z)


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
def discharge_limit(p: Array, s: Array, i: int, floor: float, dt: float) -> float:
    """Largest discharge power pack `i` can hold for `dt` [s] without falling below charge `floor` [W].

    The smallest of the rating, the peak of the source behind its resistance, and the charge left above `floor`
    spread over the step. Zero when protection has opened on temperature.
    """
    emf = p[BAT_SERIES, i] * ocv(p, i, s[BAT_SOC, i]) - s[BAT_V_RC, i]
    r0 = p[BAT_R0, i]
    if s[BAT_TEMPERATURE, i] > p[BAT_T_MAX, i] or emf <= 0.0:
        return 0.0
    current = max(s[BAT_SOC, i] - floor, 0.0) * p[BAT_CHARGE, i] / dt
    limit = p[BAT_POWER_MAX_DIS, i]
    if r0 > 0.0:
        current = min(current, 0.5 * emf / r0)
        limit = min(limit, PEAK_POWER_MARGIN * emf * emf / (4.0 * r0))
    return min(limit, current * (emf - current * r0))


@scalar
def charge_limit(p: Array, s: Array, i: int, dt: float) -> float:
    """Largest charge power pack `i` can hold for `dt` [s] without rising above its highest charge [W]."""
    emf = p[BAT_SERIES, i] * ocv(p, i, s[BAT_SOC, i]) - s[BAT_V_RC, i]
    if s[BAT_TEMPERATURE, i] > p[BAT_T_MAX, i] or emf <= 0.0:
        return 0.0
    current = max(p[BAT_SOC_MAX, i] - s[BAT_SOC, i], 0.0) * p[BAT_CHARGE, i] / dt
    return min(p[BAT_POWER_MAX_CHG, i], current * (emf + current * p[BAT_R0, i]))


@scalar
def battery_limits(p: Array, s: Array, i: int, dt: float) -> None:
    """Set the largest powers pack `i` can hold for the whole of a step of `dt` [s]."""
    s[BAT_AVAILABLE, i] = discharge_limit(p, s, i, p[BAT_SOC_MIN, i], dt)
    s[BAT_ACCEPT, i] = charge_limit(p, s, i, dt)


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
        Terminal power given [W]; differs from `power` only above the peak of the source.

    References
    ----------
    .. [1] G. L. Plett, *Battery Management Systems*, vol. 1, Artech House 2015, chapter 2 (equivalent-circuit
       model with one RC pair and its exact discretisation).
    """
    emf = p[BAT_SERIES, i] * ocv(p, i, s[BAT_SOC, i]) - s[BAT_V_RC, i]
    r0 = p[BAT_R0, i]
    current = terminal_current(power, emf, r0)
    given = current * (emf - current * r0)
    target = current * p[BAT_R1, i]
    s[BAT_SOC, i] -= current * dt / p[BAT_CHARGE, i]
    s[BAT_V_RC, i] = target + (s[BAT_V_RC, i] - target) * s[BAT_DECAY, i]
    stored = battery_stored(p, i, s[BAT_SOC, i], s[BAT_V_RC, i])
    heat = s[BAT_STORED, i] - stored - given * dt
    s[BAT_STORED, i] = stored
    warm = p[BAT_T_ROOM, i] + heat / dt / p[BAT_CONDUCTANCE, i]
    s[BAT_TEMPERATURE, i] = warm + (s[BAT_TEMPERATURE, i] - warm) * s[BAT_THERMAL_DECAY, i]
    s[BAT_POWER, i] = given
    s[BAT_CURRENT, i] = current
    s[BAT_VOLTAGE, i] = emf - current * r0
    s[BAT_THROUGHPUT, i] += abs(current) * dt
    s[BAT_E_LOSS, i] += heat
    if given >= 0.0:
        s[BAT_E_OUT, i] += given * dt
    else:
        s[BAT_E_IN, i] -= given * dt
    return given
