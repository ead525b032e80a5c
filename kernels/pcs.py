"""Storage converter at the switchgear: follows the grid, or forms the bus when the mains are gone."""

from __future__ import annotations

import math

from twin.kernels.battery import battery_step, discharge_limit
from twin.kernels.conversion import quadratic_loss
from twin.kernels.fields import (
    BAT_ACCEPT,
    BAT_AVAILABLE,
    PCS_CAPABILITY,
    PCS_E_IN,
    PCS_E_LOSS,
    PCS_E_OUT,
    PCS_FOLLOWING,
    PCS_FORMING,
    PCS_LOSS,
    PCS_LOSS_0,
    PCS_LOSS_1,
    PCS_LOSS_2,
    PCS_MODE,
    PCS_OFF,
    PCS_POWER,
    PCS_RATED,
    PCS_RESPONSE,
    PCS_SETPOINT,
    PCS_SOC_RESERVE,
)
from twin.kernels.scalar import Array, scalar


@scalar
def pcs_loss(p: Array, i: int, power: float) -> float:
    """Loss of converter `i` at AC power `power` [W]."""
    return quadratic_loss(power, p[PCS_RATED, i], p[PCS_LOSS_0, i], p[PCS_LOSS_1, i], p[PCS_LOSS_2, i])


@scalar
def ac_from_dc(p: Array, i: int, dc: float) -> float:
    """AC power that converter `i` delivers from `dc` at the battery [W]: the root of P + loss(P) = dc, rated at most.

    Zero where `dc` does not even cover the no-load loss.
    """
    rated = p[PCS_RATED, i]
    above = dc - p[PCS_LOSS_0, i] * rated
    if above <= 0.0:
        return 0.0
    slope = 1.0 + p[PCS_LOSS_1, i]
    root = 2.0 * above / (slope + math.sqrt(slope * slope + 4.0 * p[PCS_LOSS_2, i] / rated * above))
    return min(root, rated)


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
def pcs_limits(p: Array, s: Array, i: int, s_bat: Array, j: int) -> None:
    """Set the AC power converter `i` can deliver in this step from battery `j`."""
    s[PCS_CAPABILITY, i] = ac_from_dc(p, i, s_bat[BAT_AVAILABLE, j])


@scalar
def pcs_power_step(
    p: Array, s: Array, i: int, p_bat: Array, s_bat: Array, j: int, power: float, dc: float, dt: float
) -> None:
    """Run converter `i` at AC `power` with `dc` at battery `j` (both delivering positive) and account for it."""
    given = battery_step(p_bat, s_bat, j, dc, dt)
    loss = dc - power
    s[PCS_POWER, i] = power
    s[PCS_LOSS, i] = loss
    s[PCS_E_IN, i] += (max(given, 0.0) + max(-power, 0.0)) * dt
    s[PCS_E_OUT, i] += (max(power, 0.0) + max(-given, 0.0)) * dt
    s[PCS_E_LOSS, i] += loss * dt


@scalar
def pcs_form_step(
    p: Array, s: Array, i: int, p_bat: Array, s_bat: Array, j: int, power: float, dt: float
) -> None:
    """Forming an island, converter `i` delivers (or, negative, takes) exactly `power` [W]."""
    s[PCS_MODE, i] = PCS_FORMING
    pcs_power_step(p, s, i, p_bat, s_bat, j, power, power + pcs_loss(p, i, power), dt)


@scalar
def pcs_follow_step(
    p: Array, s: Array, i: int, p_bat: Array, s_bat: Array, j: int, share: float, dt: float
) -> float:
    """Following the mains, converter `i` gives its set point and its share of frequency response.

    Parameters
    ----------
    share : float
        Share of the committed response called for, -1 to 1.
    dt : float
        Step [s].

    Returns
    -------
    float
        AC power [W]. Discharge stops at the reserve that backup never gives up; an idle converter draws its
        standby loss from the AC side.
    """
    s[PCS_MODE, i] = PCS_FOLLOWING
    target = s[PCS_SETPOINT, i] + share * s[PCS_RESPONSE, i]
    if target > 0.0:
        spare = discharge_limit(p_bat, s_bat, j, p[PCS_SOC_RESERVE, i], dt)
        power = min(target, ac_from_dc(p, i, spare))
    else:
        power = max(target, -pcs_charge_limit(p, s_bat, i, j))
    if power > 0.0:
        dc = power + pcs_loss(p, i, power)
    else:
        # Below its own loss a charging converter has nothing left for the battery.
        dc = min(power + pcs_loss(p, i, power), 0.0)
        if dc == 0.0:
            power = -pcs_loss(p, i, 0.0)
    pcs_power_step(p, s, i, p_bat, s_bat, j, power, dc, dt)
    return power


@scalar
def pcs_idle_step(p: Array, s: Array, i: int, p_bat: Array, s_bat: Array, j: int, dt: float) -> None:
    """Converter `i` is blocked: battery `j` rests."""
    s[PCS_MODE, i] = PCS_OFF
    pcs_power_step(p, s, i, p_bat, s_bat, j, 0.0, 0.0, dt)
