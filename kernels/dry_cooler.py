"""Dry coolers by effectiveness and number of transfer units, and the pads that cool their air.

The water side is turbulent at a constant flow, so that the resistance is that of the air: UA goes with the air flow to
a power of 0.5 to 0.65 for finned tubes (F. C. McQuiston et al., *Heating, Ventilating and Air Conditioning*, 6th ed.,
section 14; remembered). Coils of four rows and more are close to counterflow.
"""

from __future__ import annotations

import math

from twin.kernels.air import WATER_CP
from twin.kernels.exchanger import exchanger_conductance
from twin.kernels.moist_air import AIR_CP_DRY, LATENT_0
from twin.kernels.scalar import scalar


@scalar
def cooler_conductance(speed: float, air: float, water: float, ua: float, exponent: float) -> float:
    """Heat per kelvin between entering water and entering air [W/K].

    Parameters
    ----------
    speed : float
        Fan speed as a fraction of full.
    air, water : float
        Flows at full speed [kg/s].
    ua : float
        Conductance at full speed [W/K].
    exponent : float
        Power of the air flow that the conductance goes with.
    """
    if speed <= 0.0:
        return 0.0
    rate = speed * air * AIR_CP_DRY
    return exchanger_conductance(ua * math.pow(speed, exponent), water * WATER_CP, rate)


@scalar
def cooler_approach(heat: float, speed: float, air: float, water: float, ua: float, exponent: float) -> float:
    """Leaving water above entering air for a heat [K]; 1e3 where the fans stand still.

    G being the conductance between the inlets, the water enters `heat / G` above the air and is cooled by
    `heat / (m c)`.
    """
    if heat <= 0.0:
        return 0.0
    conductance = cooler_conductance(speed, air, water, ua, exponent)
    if conductance <= 0.0 or water <= 0.0:
        return 1e3
    return heat / conductance - heat / (water * WATER_CP)


@scalar
def cooler_speed(
    heat: float, wanted: float, least: float, air: float, water: float, ua: float, exponent: float
) -> float:
    """Fan speed at which the leaving water is `wanted` above the entering air [K], from `least` to 1."""
    if heat <= 0.0:
        return least
    low, high, at = least, 1.0, 1.0
    for _ in range(40):
        if cooler_approach(heat, at, air, water, ua, exponent) <= wanted:
            high = at
        elif at >= 1.0:
            return 1.0
        else:
            low = at
        at = 0.5 * (low + high)
    return high


@scalar
def precooled(dry_bulb: float, wet_bulb: float, effectiveness: float, above: float) -> float:
    """Air behind wetted pads: `t - e (t - t_wet)` when it is warmer than `above` outside, dry otherwise [degC].

    ASHRAE *Handbook HVAC Systems and Equipment*, Evaporative Air-Cooling Equipment: e of 0.7 to 0.95 for rigid media
    (remembered).
    """
    if effectiveness <= 0.0 or dry_bulb <= above:
        return dry_bulb
    return dry_bulb - effectiveness * max(0.0, dry_bulb - wet_bulb)


@scalar
def pad_water(speed: float, air: float, dry_bulb: float, entering: float) -> float:
    """Water evaporated by pads that cool an air flow from `dry_bulb` to `entering` [kg/s]: adiabatic saturation."""
    return speed * air * AIR_CP_DRY * max(0.0, dry_bulb - entering) / LATENT_0
