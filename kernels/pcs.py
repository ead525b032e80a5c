"""Storage converter at the switchgear: follows the grid, or forms the bus when the mains are gone.

Modes: OFF (blocked), FOLLOWING (gives its set point and response, with the lag of its control, and smooths the
import), FORMING (an island's voltage source: gives what is asked). Who forms, and how an island's load is shared, is
decided here; `supply.py` hands it out.

A forming converter gives what the load of a step takes, though the battery may hold less: the difference comes from
the DC link, is owed (`debt`), and is paid back before anything else is given.
"""

from __future__ import annotations

import math

from twin.kernels.battery import battery_step, discharge_limit, ocv
from twin.kernels.clock import INSTANT
from twin.kernels.conversion import quadratic_loss
from twin.kernels.fields import (
    BAT_ACCEPT,
    BAT_AVAILABLE,
    BAT_CHARGE,
    BAT_SERIES,
    BAT_SOC,
    PCS_BLACK_START,
    PCS_CAN_FORM,
    PCS_CAPABILITY,
    PCS_CHARGE_TARGET,
    PCS_DEBT,
    PCS_DECAY,
    PCS_DROOP,
    PCS_E_IN,
    PCS_E_LOSS,
    PCS_E_OUT,
    PCS_FOLLOWING,
    PCS_FORM_DELAY,
    PCS_FORMING,
    PCS_HOT,
    PCS_LOSS,
    PCS_LOSS_0,
    PCS_LOSS_1,
    PCS_LOSS_2,
    PCS_MODE,
    PCS_OFF,
    PCS_OVERLOAD,
    PCS_OVERLOAD_TIME,
    PCS_PEAK,
    PCS_POWER,
    PCS_RATED,
    PCS_REFERENCE,
    PCS_RESPONSE,
    PCS_RESPONSE_TIME,
    PCS_SETPOINT,
    PCS_SOC_RESERVE,
    PCS_STANDBY,
    PCS_V_DROOP,
    PCS_WEIGHT,
)
from twin.kernels.scalar import Array, scalar

# A converter without droop holds its frequency; beside others it counts as one with this much.
STIFFEST = 1e-4
# Less than this share of rated power is rounding.
ROUNDING = 1e-9


@scalar
def pcs_interval(p: Array, s: Array, i: int, dt: float) -> None:
    """Compute the lag of converter `i` for steps of `dt` [s], once per interval."""
    s[PCS_DECAY, i] = math.exp(-dt / p[PCS_RESPONSE_TIME, i]) if p[PCS_RESPONSE_TIME, i] > 0.0 else 0.0


@scalar
def pcs_loss(p: Array, i: int, power: float) -> float:
    """Loss of converter `i` at AC power `power` [W]."""
    return quadratic_loss(power, p[PCS_RATED, i], p[PCS_LOSS_0, i], p[PCS_LOSS_1, i], p[PCS_LOSS_2, i])


@scalar
def ac_from_dc(p: Array, i: int, dc: float, most: float) -> float:
    """AC power that converter `i` delivers from `dc` at the battery [W]: the root of P + loss(P) = dc, `most` at most.

    Zero where `dc` does not even cover the no-load loss.
    """
    rated = p[PCS_RATED, i]
    above = dc - p[PCS_LOSS_0, i] * rated
    if above <= 0.0:
        return 0.0
    slope = 1.0 + p[PCS_LOSS_1, i]
    root = 2.0 * above / (slope + math.sqrt(slope * slope + 4.0 * p[PCS_LOSS_2, i] / rated * above))
    return min(root, most)


@scalar
def pcs_charge_limit(p: Array, s_bat: Array, i: int, j: int) -> float:
    """Largest AC power converter `i` can take to charge battery `j` in this step, positive [W].

    The root of P - loss(P) = what the battery accepts, rated at most.
    """
    rated = p[PCS_RATED, i]
    if s_bat[BAT_ACCEPT, j] <= 0.0:
        return 0.0
    need = s_bat[BAT_ACCEPT, j] + p[PCS_LOSS_0, i] * rated
    slope = 1.0 - p[PCS_LOSS_1, i]
    root = slope * slope - 4.0 * p[PCS_LOSS_2, i] / rated * need
    return min(2.0 * need / (slope + math.sqrt(root)), rated) if root > 0.0 else rated


@scalar
def may_form(p: Array, i: int, live: bool, dark: float, dt: float) -> bool:
    """Whether converter `i` may form its bus: one that is live, or dead for `dark` seconds already.

    As every delay of a bus, that of forming includes the step in progress.
    """
    if p[PCS_CAN_FORM, i] <= 0.0:
        return False
    return live or (p[PCS_BLACK_START, i] > 0.0 and dark + dt + INSTANT >= p[PCS_FORM_DELAY, i])


@scalar
def pcs_limits(p: Array, s: Array, i: int, s_bat: Array, j: int, forms: bool, dt: float) -> None:
    """Set the AC power converter `i` can give an island in this step from battery `j`, and its weight in it.

    Above its rating it holds `overload` times it for `overload_time` in all, and recovers as fast as it was used.
    What the DC link is owed is paid first. One that may not form can give nothing.
    """
    owed = s[PCS_DEBT, i] / dt
    rated = p[PCS_RATED, i]
    # What rounding leaves of an empty battery forms nothing.
    left = s_bat[BAT_AVAILABLE, j] - owed - p[PCS_LOSS_0, i] * rated > ROUNDING * rated
    dc = s_bat[BAT_AVAILABLE, j] - owed if forms and left else 0.0
    spare = s[PCS_HOT, i] + dt <= p[PCS_OVERLOAD_TIME, i] + INSTANT
    s[PCS_CAPABILITY, i] = ac_from_dc(p, i, dc, rated)
    s[PCS_PEAK, i] = ac_from_dc(p, i, dc, max(p[PCS_OVERLOAD, i], 1.0) * rated if spare else rated)
    s[PCS_WEIGHT, i] = rated / max(p[PCS_DROOP, i], STIFFEST) if s[PCS_PEAK, i] > 0.0 else 0.0


@scalar
def storage_charge(p_bat: Array, s_bat: Array, first: int, last: int) -> float:
    """Mean charge of batteries [first, last) by their size, 0 to 1; 0 without any."""
    size = 0.0
    charge = 0.0
    for j in range(first, last):
        size += p_bat[BAT_CHARGE, j] * p_bat[BAT_SERIES, j]
        charge += s_bat[BAT_SOC, j] * p_bat[BAT_CHARGE, j] * p_bat[BAT_SERIES, j]
    return charge / size if size > 0.0 else 0.0


@scalar
def droop_share(s: Array, first: int, last: int, power: float) -> float:
    """Frequency fall at which converters [first, last) together give `power` by droop, each `peak` at most.

    Converter k gives min(fall x weight, peak): P_k / rated = fall / droop. Power above all peaks asks for an endless
    fall: 1e30.

    References
    ----------
    .. [1] M. C. Chandorkar, D. M. Divan, R. Adapa, "Control of parallel connected inverters in standalone AC supply
       systems", IEEE Trans. Industry Applications 29(1), 1993 (remembered): P-f and Q-V droop.
    """
    fall = 0.0
    for _ in range(last - first + 1):
        held = 0.0
        weight = 0.0
        for k in range(first, last):
            if fall * s[PCS_WEIGHT, k] >= s[PCS_PEAK, k]:
                held += s[PCS_PEAK, k]
            else:
                weight += s[PCS_WEIGHT, k]
        if weight <= 0.0:
            return 1e30 if power > held else fall
        fall = max((power - held) / weight, 0.0)
    return fall


@scalar
def forming_frequency(p: Array, s: Array, first: int, last: int, nominal: float) -> float:
    """Frequency of an island that converters form alone [Hz]: f0 (1 - m P / P_rated) of the one that falls most."""
    fall = 0.0
    for k in range(first, last):
        if s[PCS_MODE, k] == PCS_FORMING:
            fall = max(fall, p[PCS_DROOP, k] * s[PCS_POWER, k] / p[PCS_RATED, k])
    return nominal * (1.0 - fall)


@scalar
def forming_voltage(p: Array, s: Array, first: int, last: int) -> float:
    """Voltage of an island that converters form alone [1].

    Voltage falls with reactive power; at the steady power factor of a hall that is with its load: 1 - n P / P_rated.
    """
    fall = 0.0
    for k in range(first, last):
        if s[PCS_MODE, k] == PCS_FORMING:
            fall = max(fall, p[PCS_V_DROOP, k] * s[PCS_POWER, k] / p[PCS_RATED, k])
    return 1.0 - fall


@scalar
def pcs_power_step(
    p: Array, s: Array, i: int, p_bat: Array, s_bat: Array, j: int, power: float, dc: float, dt: float
) -> None:
    """Run converter `i` at AC `power` with `dc` at battery `j` (both delivering positive) and account for it.

    What the battery cannot give of `dc` comes from the DC link; what the link is owed is taken from the battery
    besides, as far as it holds.
    """
    owed = s[PCS_DEBT, i] / dt
    back = min(owed, max(s_bat[BAT_AVAILABLE, j] - dc, 0.0)) if owed > 0.0 else 0.0
    given = battery_step(p_bat, s_bat, j, dc + back, dt)
    debt = max(s[PCS_DEBT, i] + (dc - given) * dt, 0.0)
    # Nothing is owed by rounding, and nothing is lent to the link.
    loss = given - power + (debt - s[PCS_DEBT, i]) / dt
    s[PCS_DEBT, i] = debt
    s[PCS_POWER, i] = power
    s[PCS_LOSS, i] = loss
    s[PCS_E_IN, i] += (max(given, 0.0) + max(-power, 0.0)) * dt
    s[PCS_E_OUT, i] += (max(power, 0.0) + max(-given, 0.0)) * dt
    s[PCS_E_LOSS, i] += loss * dt
    above = abs(power) > p[PCS_RATED, i] * (1.0 + 1e-9)
    s[PCS_HOT, i] = s[PCS_HOT, i] + dt if above else max(s[PCS_HOT, i] - dt, 0.0)


@scalar
def pcs_form_step(
    p: Array, s: Array, i: int, p_bat: Array, s_bat: Array, j: int, power: float, dt: float
) -> None:
    """Forming an island, converter `i` delivers (or, negative, takes) exactly `power` [W]."""
    s[PCS_MODE, i] = PCS_FORMING
    s[PCS_REFERENCE, i] = power
    pcs_power_step(p, s, i, p_bat, s_bat, j, power, power + pcs_loss(p, i, power), dt)


@scalar
def lag_left(p: Array, s: Array, i: int, dt: float) -> float:
    """Mean over a step of what is left of the gap between reference and set point at its start, 0 to 1."""
    return (1.0 - s[PCS_DECAY, i]) * p[PCS_RESPONSE_TIME, i] / dt


@scalar
def charge_correction(p: Array, i: int, p_bat: Array, s_bat: Array, j: int, restore: float) -> float:
    """Power that takes battery `j` to the charge its converter `i` is to hold, within about `restore` [s], in W."""
    if restore <= 0.0:
        return 0.0
    soc = s_bat[BAT_SOC, j]
    energy = p_bat[BAT_CHARGE, j] * p_bat[BAT_SERIES, j] * ocv(p_bat, j, soc)
    wanted = energy * (soc - p[PCS_CHARGE_TARGET, i]) / restore
    return min(max(wanted, -p[PCS_RATED, i]), p[PCS_RATED, i])


@scalar
def pcs_room(
    p: Array, s: Array, i: int, p_bat: Array, s_bat: Array, j: int, dt: float
) -> tuple[float, float]:
    """Largest AC power converter `i` may take and give on the mains in this step [W], both positive.

    Discharge stops at the reserve that backup never gives up.
    """
    spare = discharge_limit(p_bat, s_bat, j, p[PCS_SOC_RESERVE, i], dt) - s[PCS_DEBT, i] / dt
    return pcs_charge_limit(p, s_bat, i, j), ac_from_dc(p, i, spare, p[PCS_RATED, i])


@scalar
def pcs_target(p: Array, s: Array, i: int, share: float, correction: float) -> float:
    """What converter `i` is asked for on the mains: set point, response called for, and charge correction [W]."""
    target = s[PCS_SETPOINT, i] + share * s[PCS_RESPONSE, i] + correction
    return min(max(target, -p[PCS_RATED, i]), p[PCS_RATED, i])


@scalar
def pcs_follow_step(
    p: Array, s: Array, i: int, p_bat: Array, s_bat: Array, j: int, target: float, extra: float, dt: float
) -> float:
    """Following the mains, converter `i` gives `target` with the lag of its control, and `extra` [W].

    Parameters
    ----------
    target : float
        Set point, see `pcs_target` [W].
    extra : float
        What smooths the import [W]. A converter that can form is a voltage source: it gives it within the cycle. One
        that cannot follows it like any set point.
    dt : float
        Step [s].

    Returns
    -------
    float
        AC power, mean over the step [W]. A converter that is asked for nothing draws its standby from the AC side.

    Notes
    -----
    The control is a first-order lag, exact over the step: the reference goes to target + (reference - target)
    exp(-dt / T), and its mean over the step is given.
    """
    s[PCS_MODE, i] = PCS_FOLLOWING
    at_once = extra if p[PCS_CAN_FORM, i] > 0.0 else 0.0
    wanted = target + extra - at_once
    behind = s[PCS_REFERENCE, i] - wanted
    mean = wanted + behind * lag_left(p, s, i, dt) + at_once
    s[PCS_REFERENCE, i] = wanted + behind * s[PCS_DECAY, i]
    charge, discharge = pcs_room(p, s, i, p_bat, s_bat, j, dt)
    power = min(max(mean, -charge), discharge)
    idle = target == 0.0 and extra == 0.0 and abs(mean) <= p[PCS_STANDBY, i] * p[PCS_RATED, i]
    no_load = p[PCS_STANDBY, i] * p[PCS_RATED, i] if idle else pcs_loss(p, i, 0.0)
    dc = 0.0
    if power > 0.0 and not idle:
        dc = power + pcs_loss(p, i, power)
    elif not idle:
        # Below its own loss a charging converter has nothing left for the battery.
        dc = min(power + pcs_loss(p, i, power), 0.0)
    if dc == 0.0:
        power = -no_load
    pcs_power_step(p, s, i, p_bat, s_bat, j, power, dc, dt)
    return power


@scalar
def pcs_idle_step(
    p: Array, s: Array, i: int, p_bat: Array, s_bat: Array, j: int, standby: float, dt: float
) -> None:
    """Converter `i` is blocked: battery `j` rests; `standby` is drawn from a bus that is live [W]."""
    s[PCS_MODE, i] = PCS_OFF
    s[PCS_REFERENCE, i] = 0.0
    pcs_power_step(p, s, i, p_bat, s_bat, j, -standby, 0.0, dt)
