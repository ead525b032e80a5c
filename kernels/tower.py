"""Cooling towers by Merkel's theory, as an effectiveness of enthalpies, and the water they evaporate.

J. E. Braun, S. A. Klein, J. W. Mitchell, "Effectiveness models for cooling towers and cooling coils", ASHRAE
Transactions 95(2) (1989) 164 (remembered). With the chord of the saturation enthalpy between the two water
temperatures as a heat capacity, c_s, a counterflow tower is a counterflow exchanger of enthalpy:

    Q = e m_a (h_s(T_in) - h_a),   m* = m_a c_s / (m_w c_w)
    e = (1 - exp(-NTU (1 - m*))) / (1 - m* exp(-NTU (1 - m*)))
    NTU = C (m_w / m_a)^(1 + n)

C is a tower's own, fitted at its rating; n is -0.4 to -0.6 for fills. Lewis number of one, loss of water small beside
its flow. The chord makes NTU some 4 % less than Merkel's integral, which the fit of C at the rating takes up.
"""

from __future__ import annotations

import math

from twin.kernels.air import WATER_CP
from twin.kernels.moist_air import air_enthalpy, humidity_ratio, saturation_enthalpy, saturation_ratio
from twin.kernels.scalar import scalar

APPROACH_MAX = 60.0
"""Largest approach that is looked for [K]; a tower asked for more gives water this warm."""

ROUNDS = 60
"""Halvings and secants at most; a search ends when it moves by less than `NEAR`."""

NEAR = 1e-10  # K, or a share of the air flow


@scalar
def chord(warm: float, cold: float, pressure: float) -> float:
    """Slope of the saturation enthalpy between two water temperatures [J/(kg K)]."""
    if warm - cold < 1e-6:
        warm = cold + 1e-3
    return (saturation_enthalpy(warm, pressure) - saturation_enthalpy(cold, pressure)) / (warm - cold)


@scalar
def enthalpy_effectiveness(ntu: float, ratio: float) -> float:
    """Effectiveness at `ntu` transfer units and the ratio m*, which may be above 1; `NTU / (1 + NTU)` at m* of 1."""
    imbalance = 1.0 - ratio
    if abs(imbalance) * ntu < 1e-9:
        return ntu / (1.0 + ntu)
    left = math.exp(-ntu * imbalance)
    return (1.0 - left) / (1.0 - ratio * left)


@scalar
def tower_units(water: float, air: float, constant: float, exponent: float) -> float:
    """Transfer units at flows `water` and `air` [kg/s]: `C (m_w / m_a)^(1 + n)`."""
    return constant * math.pow(water / air, 1.0 + exponent)


@scalar
def tower_capacity(
    cold: float, heat: float, water: float, air: float, units: float, enthalpy: float, pressure: float
) -> float:
    """Heat a tower gives off while it returns water at `cold` [degC] from a range of `heat` [W] [W].

    Parameters
    ----------
    cold : float
        Leaving water [degC].
    heat : float
        Heat that makes the range `heat / (m_w c_w)` [W].
    water, air : float
        Flows of water and dry air [kg/s], above 0.
    units : float
        Transfer units at these flows.
    enthalpy : float
        Of the air outside [J/kg].
    pressure : float
        Of the air [Pa].
    """
    warm = cold + heat / (water * WATER_CP)
    ratio = air * chord(warm, cold, pressure) / (water * WATER_CP)
    gap = saturation_enthalpy(warm, pressure) - enthalpy
    return enthalpy_effectiveness(units, ratio) * air * gap


@scalar
def tower_water(
    heat: float, wet_bulb: float, enthalpy: float, pressure: float,
    water: float, air: float, constant: float, exponent: float,
) -> float:  # fmt: skip
    """Leaving water of a tower that gives off a heat.

    Parameters
    ----------
    heat : float
        Heat [W].
    wet_bulb, enthalpy, pressure : float
        Of the air outside [degC, J/kg, Pa].
    water, air : float
        Flows of water and dry air [kg/s].
    constant, exponent : float
        C and n of the tower.

    Returns
    -------
    float
        Temperature [degC]; the wet bulb without heat, at most `APPROACH_MAX` above it.
    """
    if heat <= 0.0 or water <= 0.0:
        return wet_bulb
    if air <= 0.0:
        return wet_bulb + APPROACH_MAX
    units = tower_units(water, air, constant, exponent)
    low, high = wet_bulb, wet_bulb + APPROACH_MAX
    below = tower_capacity(low, heat, water, air, units, enthalpy, pressure) - heat
    above = tower_capacity(high, heat, water, air, units, enthalpy, pressure) - heat
    if below >= 0.0:
        return low
    if above <= 0.0:
        return high
    # Regula falsi after Illinois: the end that stays twice counts half.
    side = 0
    at = low
    for _ in range(ROUNDS):
        was = at
        at = (low * above - high * below) / (above - below)
        if abs(at - was) < NEAR:
            break
        error = tower_capacity(at, heat, water, air, units, enthalpy, pressure) - heat
        if error > 0.0:
            high, above = at, error
            if side == 1:
                below *= 0.5
            side = 1
        else:
            low, below = at, error
            if side == -1:
                above *= 0.5
            side = -1
    return at


@scalar
def tower_air(
    heat: float, cold: float, enthalpy: float, pressure: float,
    water: float, air_least: float, air_most: float, constant: float, exponent: float,
) -> float:  # fmt: skip
    """Air flow at which a tower returns water at a temperature: what its fans have to move.

    Parameters
    ----------
    heat, cold : float
        Heat [W] and leaving water [degC].
    enthalpy, pressure : float
        Of the air outside [J/kg, Pa].
    water : float
        Water flow [kg/s].
    air_least, air_most : float
        Range of the fans [kg/s].
    constant, exponent : float
        C and n of the tower.

    Returns
    -------
    float
        Flow of dry air [kg/s], within its range: at the upper end the water is warmer than wanted, at the lower end
        colder, where the tower's by-pass holds it.
    """
    if heat <= 0.0 or water <= 0.0:
        return air_least
    warm = cold + heat / (water * WATER_CP)
    gap = saturation_enthalpy(warm, pressure) - enthalpy
    slope = chord(warm, cold, pressure) / (water * WATER_CP)
    low, high = air_least, air_most
    at = high
    if gap <= 0.0:
        return high
    # Heat grows with air: halve. The flow enters the account only through the cube of the fan speed.
    for _ in range(40):
        units = tower_units(water, at, constant, exponent)
        enough = enthalpy_effectiveness(units, at * slope) * at * gap >= heat
        if enough:
            high = at
        elif at >= air_most:
            return air_most
        else:
            low = at
        at = 0.5 * (low + high)
    return high


@scalar
def saturated_at(enthalpy: float, start: float, pressure: float) -> float:
    """Temperature of saturated air of an enthalpy [degC], by Newton's method from `start`."""
    t = start
    for _ in range(12):
        slope = (saturation_enthalpy(t + 0.01, pressure) - saturation_enthalpy(t - 0.01, pressure)) / 0.02
        step = (enthalpy - saturation_enthalpy(t, pressure)) / slope
        t += min(max(step, -20.0), 20.0)
        if abs(step) < 1e-9:
            break
    return t


@scalar
def tower_evaporation(
    heat: float, dry_bulb: float, wet_bulb: float, pressure: float,
    water: float, air: float, constant: float, exponent: float,
) -> float:  # fmt: skip
    """Water that a tower evaporates.

    Parameters
    ----------
    heat : float
        Heat it gives off [W].
    dry_bulb, wet_bulb, pressure : float
        Of the air outside [degC, degC, Pa].
    water, air : float
        Flows of water and dry air [kg/s].
    constant, exponent : float
        C and n of the tower.

    Returns
    -------
    float
        Evaporated water [kg/s], at least 0: with the effective surface of enthalpy
        `h_a + (h_out - h_a) / (1 - exp(-NTU))`, air leaves at `w_e + (w_a - w_e) exp(-NTU)` (Braun et al., same paper).
    """
    if heat <= 0.0 or air <= 0.0 or water <= 0.0:
        return 0.0
    ratio = humidity_ratio(dry_bulb, wet_bulb, pressure)
    left = math.exp(-tower_units(water, air, constant, exponent))
    surface = air_enthalpy(dry_bulb, ratio) + heat / air / (1.0 - left)
    wetted = saturation_ratio(saturated_at(surface, wet_bulb + 10.0, pressure), pressure)
    return max(0.0, air * (wetted - ratio) * (1.0 - left))
