"""Moist air for the models that evaporate water: saturation, humidity ratio and enthalpy.

ASHRAE *Handbook Fundamentals* 2017, chapter 1 (remembered; tests compare with PsychroLib, which carries the same
equations). Valid from -100 to 200 degC; per kilogram of dry air.
"""

from __future__ import annotations

import math

from twin.kernels.air import KELVIN
from twin.kernels.scalar import scalar

WATER_TO_AIR = 0.621945  # ratio of molar masses
AIR_CP_DRY = 1006.0  # J/(kg K), the value of the handbook's enthalpy
VAPOUR_CP = 1860.0  # J/(kg K)
LATENT_0 = 2.501e6  # J/kg at 0 degC
LATENT_ICE = 2.830e6  # J/kg, sublimation at 0 degC
WATER_CP_0 = 4186.0  # J/(kg K), as in the handbook's wet-bulb equation
ICE_CP = 2100.0  # J/(kg K)
TRIPLE = 0.01  # degC


@scalar
def saturation_pressure(t: float) -> float:
    """Pressure of saturated water vapour at `t` [degC], over ice below freezing (equations 5 and 6) [Pa]."""
    k = t + KELVIN
    if t <= TRIPLE:
        high = k * k * (6.2215701e-07 + k * (2.0747825e-09 - 9.4840240e-13 * k))
        return math.exp(-5.6745359e03 / k + 6.3925247 - 9.6778430e-03 * k + high + 4.1635019 * math.log(k))
    return math.exp(
        -5.8002206e03 / k
        + 1.3914993
        + k * (-4.8640239e-02 + k * (4.1764768e-05 - 1.4452093e-08 * k))
        + 6.5459673 * math.log(k)
    )


@scalar
def saturation_ratio(t: float, pressure: float) -> float:
    """Humidity ratio of saturated air at `t` [degC] and `pressure` [Pa] (equation 21) [kg/kg].

    The vapour is held to nine tenths of the pressure: beyond that the water boils.
    """
    vapour = min(saturation_pressure(t), 0.9 * pressure)
    return WATER_TO_AIR * vapour / (pressure - vapour)


@scalar
def humidity_ratio(t: float, wet_bulb: float, pressure: float) -> float:
    """Humidity ratio from dry and wet bulb [degC] and pressure [Pa] (equations 33 and 35) [kg/kg]."""
    saturated = saturation_ratio(wet_bulb, pressure)
    spread = AIR_CP_DRY * (t - wet_bulb)
    if wet_bulb >= 0.0:
        latent = LATENT_0 - (WATER_CP_0 - VAPOUR_CP) * wet_bulb
        ratio = (latent * saturated - spread) / (LATENT_0 + VAPOUR_CP * t - WATER_CP_0 * wet_bulb)
    else:
        latent = LATENT_ICE - (ICE_CP - VAPOUR_CP) * wet_bulb
        ratio = (latent * saturated - spread) / (LATENT_ICE + VAPOUR_CP * t - ICE_CP * wet_bulb)
    return max(ratio, 0.0)


@scalar
def air_enthalpy(t: float, ratio: float) -> float:
    """Enthalpy of air at `t` [degC] with a humidity ratio `ratio` (equation 30) [J per kg of dry air]."""
    return AIR_CP_DRY * t + ratio * (LATENT_0 + VAPOUR_CP * t)


@scalar
def saturation_enthalpy(t: float, pressure: float) -> float:
    """Enthalpy of saturated air at `t` [degC] and `pressure` [Pa] [J per kg of dry air]."""
    return air_enthalpy(t, saturation_ratio(t, pressure))
