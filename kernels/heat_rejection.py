"""Cooling towers and dry coolers: approach to the outside, fans, free cooling.

Merkel's theory at a fixed ratio of water to air gives a tower, like a dry cooler, a near constant
effectiveness, so the approach of its water to the wet bulb (dry bulb) is proportional to the heat per air
flow:

    T_water = T_outside + A x / f,   x = heat / rated heat,   f = fan speed

J. C. Kloppers and D. G. Kroger, Int. J. Heat Mass Transfer 48 (2005) 765, compare the exact methods
(remembered); good to about 1 K for x of 0.3 to 1.1 and wet bulbs within 8 K of the rating, less so in frost.
"""

from __future__ import annotations

from twin.kernels.scalar import scalar


@scalar
def approach(rated: float, load: float, speed: float) -> float:
    """Approach of the cooled water to the outside.

    Parameters
    ----------
    rated : float
        Approach A at rated heat and full fan speed [K].
    load : float
        Heat rejected over rated heat, x, at least 0.
    speed : float
        Fan speed as a fraction of full, f.

    Returns
    -------
    float
        `A x / f` [K]; 0 without load.
    """
    if load <= 0.0 or speed <= 0.0:
        return 0.0
    return rated * load / speed


@scalar
def condenser_fan_speed(rated: float, load: float, margin: float) -> float:
    """Fan speed that serves condensers: follows the load, and slows further while it is cold outside.

    Parameters
    ----------
    rated : float
        Approach at rated heat and full speed, A [K].
    load : float
        Heat rejected over rated heat, x, at least 0.
    margin : float
        Coldest useful condenser water less the outside temperature [K].

    Returns
    -------
    float
        Speed that makes the approach `max(A, margin)`, at most 1.
    """
    if load <= 0.0:
        return 0.0
    wanted = max(rated, margin)
    if wanted <= 0.0:
        return 1.0
    return min(1.0, rated * load / wanted)


@scalar
def free_fan_speed(rated: float, exchanger: float, load: float, available: float) -> float:
    """Fan speed at which free cooling takes a given heat.

    Parameters
    ----------
    rated, exchanger : float
        Approaches at rated heat: of the tower at full speed, A, and of the economiser, F [K].
    load : float
        Heat taken over rated heat, x, at least 0.
    available : float
        Loop water less outside temperature [K].

    Returns
    -------
    float
        f with `A x / f + F x = available`, at most 1; 0 without load.
    """
    if load <= 0.0:
        return 0.0
    left = available - exchanger * load
    if left <= rated * load:
        return 1.0
    return rated * load / left


@scalar
def free_conductance(heat_rated: float, rated: float, exchanger: float) -> float:
    """Heat per kelvin between loop water and the outside, economiser open and fans at full speed.

    Parameters
    ----------
    heat_rated : float
        Rated heat rejected [W].
    rated, exchanger : float
        Approaches of the tower and the economiser at that heat [K], not both 0.

    Returns
    -------
    float
        `heat_rated / (A + F)` [W/K]; 0 when there is no approach to divide by.
    """
    if rated + exchanger <= 0.0:
        return 0.0
    return heat_rated / (rated + exchanger)
