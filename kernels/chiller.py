"""Electric chillers by the EIR model: three curves around a reference point.

EnergyPlus *Engineering Reference*, "Electric Chiller Model Based on Condenser Entering Temperature"
(Chiller:Electric:EIR; remembered, and the same form as in the curve set of the Modelica Buildings library,
read):

    Q_avail = Q_ref CAPFT(Te, Tc)
    P = Q_avail / COP_ref  EIRFT(Te, Tc)  EIRFPLR(PLR)  cycling

Te is the leaving chilled water, Tc the water (or air) entering the condenser. Temperatures outside the fitted
range are held at its edge: water warmer than the fit allows, as data centres use, therefore shows too high a
power. A colder condenser lowers EIRFT: of 159 fitted machines, in all but a few corners of their range.
"""

from __future__ import annotations

import math

from twin.kernels.scalar import scalar

HALVINGS = 30


@scalar
def biquadratic(
    a0: float, a1: float, a2: float, a3: float, a4: float, a5: float, evaporator: float, condenser: float
) -> float:
    """Biquadratic curve of both water temperatures.

    Parameters
    ----------
    a0, a1, a2, a3, a4, a5 : float
        Coefficients of 1, Te, Te^2, Tc, Tc^2 and Te Tc.
    evaporator, condenser : float
        Leaving chilled water Te and entering condenser water Tc [degC], inside the range of the fit.

    Returns
    -------
    float
        The curve, not below 0 [1].
    """
    value = a0 + evaporator * (a1 + a2 * evaporator + a5 * condenser) + condenser * (a3 + a4 * condenser)
    return max(0.0, value)


@scalar
def within(value: float, lowest: float, highest: float) -> float:
    """Hold a temperature inside the range of a fit; see the module for what that means [degC]."""
    return min(max(value, lowest), highest)


@scalar
def chillers_running(heat: float, available: float, installed: float) -> float:
    """Number of equal chillers that share a load: as few as can carry it.

    Parameters
    ----------
    heat : float
        Heat to take up [W], at least 0.
    available : float
        What one chiller can take at present [W].
    installed : float
        Number of chillers.

    Returns
    -------
    float
        A whole number from 0 to `installed`.
    """
    if heat <= 0.0 or available <= 0.0:
        return 0.0
    # The allowance keeps rounding from starting one more machine at an exact multiple.
    return min(installed, math.ceil(heat / available - 1e-9))


@scalar
def part_load_input(ratio: float, plr_0: float, plr_1: float, plr_2: float) -> float:
    """EIRFPLR: power at a part-load ratio over that at full load, not below 0 [1]."""
    return max(0.0, plr_0 + ratio * (plr_1 + ratio * plr_2))


@scalar
def chiller_power(
    heat: float,
    available: float,
    cop: float,
    eir: float,
    plr_0: float,
    plr_1: float,
    plr_2: float,
    plr_min: float,
    plr_unload: float,
) -> float:
    """Power of one running chiller.

    Parameters
    ----------
    heat : float
        Heat it takes up [W], 0 to `available`.
    available : float
        Its capacity at the present temperatures, Q_ref CAPFT [W].
    cop : float
        Reference coefficient of performance, above 0.
    eir : float
        EIRFT at the present temperatures.
    plr_0, plr_1, plr_2 : float
        Coefficients of EIRFPLR in the part-load ratio.
    plr_min : float
        Below this ratio it cycles: it runs at it for a share of the time.
    plr_unload : float
        Below this ratio it cannot unload: hot gas loads it falsely, and it takes the power of this ratio.

    Returns
    -------
    float
        Power [W]; 0 without load. Part-load ratios are held to at most 1.
    """
    if heat <= 0.0 or available <= 0.0:
        return 0.0
    ratio = min(1.0, heat / available)
    cycling = 1.0
    if ratio < plr_min:
        cycling = ratio / plr_min
        ratio = plr_min
    ratio = max(ratio, plr_unload)
    return available / cop * eir * part_load_input(ratio, plr_0, plr_1, plr_2) * cycling


@scalar
def chiller_heat(
    power: float,
    available: float,
    cop: float,
    eir: float,
    plr_0: float,
    plr_1: float,
    plr_2: float,
    plr_min: float,
    plr_unload: float,
) -> float:
    """Heat that one chiller takes up with a power: the inverse of `chiller_power`, for a demand limit.

    Parameters
    ----------
    power : float
        Power it may draw [W].
    available, cop, eir, plr_0, plr_1, plr_2, plr_min, plr_unload : float
        As in `chiller_power`; EIRFPLR is taken to rise above the part-load ratio down to which it unloads.

    Returns
    -------
    float
        Heat [W], 0 to `available`; by halving, to a part in 2^30 of it.
    """
    full = available / cop * eir if available > 0.0 else 0.0
    if power <= 0.0 or full <= 0.0:
        return 0.0
    low = max(plr_min, plr_unload)
    least = full * part_load_input(low, plr_0, plr_1, plr_2)
    if power < least:
        return available * plr_min * power / least
    high = 1.0
    for _ in range(HALVINGS):
        ratio = 0.5 * (low + high)
        if full * part_load_input(ratio, plr_0, plr_1, plr_2) > power:
            high = ratio
        else:
            low = ratio
    return available * low
