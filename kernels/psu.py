"""Power supply units: conversion loss, input window, current limit and how two sides share.

State machine of the supplies of one side::

             below voltage_min for cease_delay, above voltage_max for over_delay,
             or above voltage_surge
    DRAWING --------------------------------------------------------------------> CEASED
       ^                                                                             |
       +---- between voltage_return and voltage_max for return_delay -----------------+

The words are those of the WECC large-load model: V_cease, T_cease, V_recon, T_recon; here they belong to one side of
one rack, and its bulk capacitors carry the servers meanwhile. A phase jump changes nothing for a supply: its input
is rectified, and the current finds the new angle within a half cycle, well inside the hold-up.

References
----------
.. [1] WECC, composite load model with power-electronic large loads (PERC1): V_cease 0.50 pu, T_cease 10 ms, V_recon
   0.60, T_recon 50 ms, T_ramp 1 s; vendors: about 0.70, 0.90, 4-10 s, 10-15 s (secondary). Its voltage filter T_v of
   20 ms is not modelled: voltages here are already those of a step.
"""

from __future__ import annotations

from twin.kernels.clock import INSTANT
from twin.kernels.scalar import scalar


@scalar
def psu_loss(power: float, rated: float, a0: float, a1: float, a2: float, a3: float) -> float:
    """Loss of a set of power supplies at an output power.

    P_loss / P_rated = a0 + a1 x + a2 x^2 + a3 x^3 with x = P_out / P_rated. Four coefficients pass through the
    four load points at which 80 PLUS certifies a supply (10, 20, 50, 100 %).

    Parameters
    ----------
    power : float
        Output power [W], 0 to `rated`.
    rated : float
        Rated output [W], above 0.
    a0, a1, a2, a3 : float
        Loss coefficients [-].

    Returns
    -------
    float
        Loss [W], never negative.

    References
    ----------
    .. [1] 80 PLUS certification, 230 V internal redundant: Titanium 90/94/96/91 % at 10/20/50/100 %.
    .. [2] Frontier chain: P_in = (P_out + 17 W) / 0.96 per rectifier, the case a2 = a3 = 0 (ExaDigiT/RAPS
       configuration, Apache-2.0 or MIT).
    """
    x = power / rated
    return max(rated * (a0 + x * (a1 + x * (a2 + x * a3))), 0.0)


@scalar
def side_step(
    drawing: bool,
    clock: float,
    voltage: float,
    low: float,
    back: float,
    high: float,
    surge: float,
    cease: float,
    over: float,
    reconnect: float,
    dt: float,
) -> tuple[bool, float, float]:
    """Advance the supplies of one side by a step.

    Parameters
    ----------
    drawing : bool
        Whether they draw, before the step.
    clock : float
        Time they have been about to change that [s].
    voltage : float
        Input voltage in the step [pu].
    low, back, high, surge : float
        voltage_min, voltage_return, voltage_max and voltage_surge [pu]; low <= back <= high <= surge.
    cease, over, reconnect : float
        cease_delay, over_delay and return_delay [s].
    dt : float
        Step [s].

    Returns
    -------
    drawing, clock
        After the step.
    part : float
        Share of the step in which they drew, 0 to 1: a delay that ends within a step ends at its instant.
    """
    if drawing:
        if low <= voltage <= high:
            return True, 0.0, 1.0
        delay = cease
        if voltage > high:
            delay = over if voltage <= surge else 0.0
        part = min(max((delay - clock) / dt, 0.0), 1.0)
        if clock + dt + INSTANT >= delay:
            return False, 0.0, part
        return True, clock + dt, 1.0
    if back <= voltage <= high:
        part = min(max((clock + dt - reconnect) / dt, 0.0), 1.0)
        if clock + dt + INSTANT >= reconnect:
            return True, 0.0, part
        return False, clock + dt, 0.0
    return False, 0.0, 0.0


@scalar
def feed_split(
    need: float, share: float, most_a: float, most_b: float, part_a: float, part_b: float
) -> tuple[float, float]:
    """Power that two sides draw, each within what its supplies can: one takes over what the other cannot give.

    Parameters
    ----------
    need : float
        Input power wanted [W].
    share : float
        Share of side A while both draw, 0 to 1.
    most_a, most_b : float
        Most that the supplies of a side can draw at its voltage: v times their input limit [W].
    part_a, part_b : float
        Share of the step in which a side draws.

    Returns
    -------
    power_a, power_b : float
        Mean over the step [W]. What is missing to `need` comes from the bulk capacitors.
    """
    power_a = min(share * need, most_a) * part_a
    power_b = min((1.0 - share) * need, most_b) * part_b
    # Together no more than is wanted while at least one of them draws.
    missing = need * max(part_a, part_b) - power_a - power_b
    more_a = min(max(missing, 0.0), max(min(most_a, need) * part_a - power_a, 0.0))
    more_b = min(max(missing - more_a, 0.0), max(min(most_b, need) * part_b - power_b, 0.0))
    return power_a + more_a, power_b + more_b
