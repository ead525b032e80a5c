"""Ice of a plant's cold store: how fast it melts, which chillers freeze it and what that costs.

Ice is melted by the water at a conductance that falls with its surface, cylinders of ice around tubes melting from
outside: A ~ sqrt(mass). A chiller makes ice at the share of its reference capacity that the scenario gives, at the
Carnot efficiency it has on the cold edge of its curves (derived: curves of water chillers end above 0 degC):

    COP_ice = COP(Te_min, Tc) * [T_ice / (T_c - T_ice)] / [T_e / (T_c - T_e)]    (kelvin)
"""

from __future__ import annotations

import math

from twin.kernels.air import KELVIN
from twin.kernels.chiller import chillers_running, within
from twin.kernels.fields import (
    PLANT_CAPACITY,
    PLANT_COP,
    PLANT_ICE,
    PLANT_ICE_CAPACITY,
    PLANT_ICE_CHARGE_T,
    PLANT_ICE_ENERGY,
    PLANT_ICE_UA,
    PLANT_TC_MAX,
    PLANT_TC_MIN,
    PLANT_TE_MIN,
)
from twin.kernels.plant_chillers import plant_chiller_eir
from twin.kernels.scalar import Array, scalar


@scalar
def melt_effectiveness(p: Array, s: Array, k: int, rate: float) -> float:
    """Effectiveness of melting ice as an exchanger, 1 - exp(-NTU), with `rate` of the water [W/K].

    F. P. Incropera et al., *Fundamentals of Heat and Mass Transfer*, 7th ed., eq. 11.35a: one side does not change its
    temperature (remembered).
    """
    if rate <= 0.0:
        return 0.0
    frozen = max(s[PLANT_ICE, k] / p[PLANT_ICE_ENERGY, k], 0.0)
    return -math.expm1(-p[PLANT_ICE_UA, k] * math.sqrt(frozen) / rate)


@scalar
def ice_charged(p: Array, k: int, wanted: float, chilled: float, each: float, able: float) -> float:
    """Heat that the chillers of plant `k` which its load leaves idle take out of ice [W].

    Parameters
    ----------
    p, k
        Parameters of plants, and which.
    wanted, chilled : float
        Heat to take out of ice, and heat the others take from the loop [W].
    each : float
        What one chiller takes from the loop at most [W].
    able : float
        Chillers that can run in the step; a part of one where it runs for a part of it.
    """
    if wanted <= 0.0:
        return 0.0
    idle = max(able - chillers_running(chilled, each, able), 0.0)
    return min(wanted, idle * p[PLANT_CAPACITY, k] * p[PLANT_ICE_CAPACITY, k])


@scalar
def ice_power(p: Array, k: int, heat: float, condenser: float) -> float:
    """Power of the chillers of plant `k` that take a heat out of ice [W]; see the module for their efficiency.

    Parameters
    ----------
    p, k
        Parameters of plants, and which.
    heat : float
        Heat taken out of ice [W].
    condenser : float
        Water or air entering the condensers [degC]; held to the range of the curves.
    """
    if heat <= 0.0:
        return 0.0
    te = p[PLANT_TE_MIN, k]
    tc = within(condenser, p[PLANT_TC_MIN, k], p[PLANT_TC_MAX, k])
    eir = plant_chiller_eir(p, k, te, condenser)
    ice = p[PLANT_ICE_CHARGE_T, k]
    worse = (te + KELVIN) / (ice + KELVIN) * (tc - ice) / max(tc - te, 1.0)
    power: float = heat * eir / p[PLANT_COP, k] * worse
    return power
