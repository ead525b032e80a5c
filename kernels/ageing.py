"""Ageing of a battery: capacity lost to time and to use, by two published LFP models as a band, and lead-acid.

Both LFP models are sums of powers, loss = k x^p with x time or equivalent full cycles and k a function of the
conditions. Written for the exposure u = loss^(1/p), that is du = k^(1/p) dx: conditions may change from step to step,
and while they are constant the sum is exact at any step.

Model of a 250 Ah prismatic cell [1]_ (confidence R), days d, kelvin T, U_a the graphite potential at this charge:

    calendar  k = 8.37e4 exp(-5210/T) exp(-3560 U_a/T),                                           p = 0.526
    cycle     k = (4.38e-8 + 1.55e-8 DoD + 1.68e-7 C) (exp(2190/T) + exp(-1.55e5/T)),             p = 0.828

fitted for 10 to 45 degC, depth of discharge 0.8 to 1, charging to 0.65 C and discharging to 1 C. Its cycle term falls with
temperature, so temperature and depth are held at the ends of those ranges; a higher C-rate is extrapolated. U_a by
M. Safari and C. Delacourt, J. Electrochem. Soc. 158 (2011) A562.

Model of a Sony US26650FTC1, 3 Ah [2]_ [3]_ (confidence R), seconds t, charge z:

    calendar  k = 1.2571e-5 exp(-17126/R (1/T - 1/298.15)) (2.8575 (z - 0.5)^3 + 0.60225),        p = 0.5
    cycle     k = 0.01 (0.0630 C + 0.0971) (4.0253 (DoD - 0.6)^3 + 1.0923),                       p = 0.5

the pessimistic one near room temperature. For both, shallow cycles of grid services are extrapolation.

Lead-acid: capacity falls evenly to 80 % within the float life, which halves per 10 K above its reference temperature, and
within the cycle life (rule of data sheets, confidence M). Both members of the band are the same then.

Depth is the larger of the half cycle under way and the one before it, from the reversals of charge that thermal
steps see. Loss does not feed back into capacity within a run: a run is short against a life; `health` of a scenario
starts with an aged pack.

References
----------
.. [1] BLAST-Lite 1.1.1 (NREL), Lfp_Gr_250AhPrismatic; tests in J. Energy Storage 73 (2023) 109042.
.. [2] M. Naumann et al., "Analysis and modeling of calendar aging of a commercial LiFePO4/graphite cell", J. Energy
   Storage 17 (2018) 153-169; coefficients as in SimSES (TU Munich).
.. [3] M. Naumann, F. Spingler, A. Jossen, "Analysis and modeling of cycle aging of a commercial LiFePO4/graphite
   cell", J. Power Sources 451 (2020) 227666; coefficients as in SimSES.
"""

from __future__ import annotations

import math

from twin.kernels.fields import (
    BAT_AGED_TO,
    BAT_CHARGE,
    BAT_DEPTH,
    BAT_FADE_1,
    BAT_FADE_2,
    BAT_FADE_BEFORE,
    BAT_FURTHEST,
    BAT_LEAD_ACID,
    BAT_LIFE_CALENDAR,
    BAT_LIFE_CYCLES,
    BAT_OUT,
    BAT_SOC,
    BAT_T_REF,
    BAT_TEMPERATURE,
    BAT_THROUGHPUT,
    BAT_TURN,
    BAT_WEAR_CAL_1,
    BAT_WEAR_CAL_2,
    BAT_WEAR_CYC_1,
    BAT_WEAR_CYC_2,
)
from twin.kernels.scalar import Array, scalar

DAY = 86400.0
HOUR = 3600.0
ZERO_CELSIUS = 273.15
GAS_CONSTANT = 8.314462618
CALENDAR_POWER_1 = 0.526
CYCLE_POWER_1 = 0.828
POWER_2 = 0.5
# Life of lead-acid ends at 80 % of its capacity.
END_OF_LIFE = 0.2
# A swing of charge smaller than this is no reversal: noise of frequency response.
SMALLEST_SWING = 1e-3
# Fitted range of the 250 Ah model.
COLDEST, WARMEST, SHALLOWEST = 10.0, 45.0, 0.8


@scalar
def graphite_potential(soc: float) -> float:
    """Potential of the graphite electrode at charge `soc`, Safari and Delacourt (2011) [V]; 0.1233 V at 0.5."""
    x = 8.5e-3 + soc * (0.78 - 8.5e-3)
    slow = 0.6379 + 0.5416 * math.exp(-305.5309 * x) + 0.044 * math.tanh(-(x - 0.1958) / 0.1088)
    fast = 0.1978 * math.tanh((x - 1.0571) / 0.0854) + 0.6875 * math.tanh((x + 0.0117) / 0.0529)
    return slow - fast - 0.0175 * math.tanh((x - 0.5692) / 0.0875)


@scalar
def calendar_rate_1(soc: float, temperature: float) -> float:
    """Exposure per day of the 250 Ah model at charge `soc` and `temperature` [degC], at least 0."""
    t = temperature + ZERO_CELSIUS
    k = 8.37e4 * math.exp(-(5210.0 + 3560.0 * graphite_potential(soc)) / t)
    return k ** (1.0 / CALENDAR_POWER_1)


@scalar
def cycle_rate_1(depth: float, rate: float, temperature: float) -> float:
    """Exposure per full cycle of the 250 Ah model at this depth and C-`rate`; both ends of its range held."""
    t = min(max(temperature, COLDEST), WARMEST) + ZERO_CELSIUS
    d = min(max(depth, SHALLOWEST), 1.0)
    k = (4.38e-8 + 1.55e-8 * d + 1.68e-7 * rate) * (math.exp(2190.0 / t) + math.exp(-1.55e5 / t))
    return k ** (1.0 / CYCLE_POWER_1)


@scalar
def calendar_rate_2(soc: float, temperature: float) -> float:
    """Exposure per second of the 26650 model at charge `soc` and `temperature` [degC]."""
    cold = 1.0 / (temperature + ZERO_CELSIUS) - 1.0 / 298.15
    z = soc - 0.5
    k = 1.2571e-5 * math.exp(-17126.0 / GAS_CONSTANT * cold) * (2.8575 * z * z * z + 0.60225)
    return k * k


@scalar
def cycle_rate_2(depth: float, rate: float) -> float:
    """Exposure per full cycle of the 26650 model at this depth, 0 to 1, and C-`rate`."""
    d = depth - 0.6
    k = 0.01 * (0.0630 * rate + 0.0971) * (4.0253 * d * d * d + 1.0923)
    return k * k


@scalar
def cycle_depth(s: Array, i: int) -> float:
    """Follow the reversals of the charge of pack `i`; the depth of its cycle: under way, or the one before."""
    soc = s[BAT_SOC, i]
    swing = s[BAT_FURTHEST, i] - s[BAT_TURN, i]
    back = soc - s[BAT_FURTHEST, i]
    if swing * back < 0.0 and abs(back) > SMALLEST_SWING:
        s[BAT_DEPTH, i] = abs(swing)
        s[BAT_TURN, i] = s[BAT_FURTHEST, i]
        s[BAT_FURTHEST, i] = soc
    elif swing * back >= 0.0:
        s[BAT_FURTHEST, i] = soc
    return max(abs(s[BAT_FURTHEST, i] - s[BAT_TURN, i]), s[BAT_DEPTH, i])


@scalar
def fade(calendar: float, cycle: float, calendar_power: float, cycle_power: float, before: float) -> float:
    """Share of capacity lost to the exposures `calendar` and `cycle`, on top of `before`, which time has taken."""
    start = before ** (1.0 / calendar_power)
    return (start + calendar) ** calendar_power - before + cycle**cycle_power


@scalar
def lead_acid_step(p: Array, s: Array, i: int, cycles: float, dt: float) -> None:
    """Wear of a lead-acid pack over `dt` [s] with so many full `cycles`."""
    warm = s[BAT_TEMPERATURE, i] - p[BAT_T_REF, i]
    s[BAT_WEAR_CAL_1, i] += END_OF_LIFE * dt / p[BAT_LIFE_CALENDAR, i] * 2.0 ** (0.1 * warm)
    s[BAT_WEAR_CYC_1, i] += END_OF_LIFE * cycles / p[BAT_LIFE_CYCLES, i]
    s[BAT_WEAR_CAL_2, i] = s[BAT_WEAR_CAL_1, i]
    s[BAT_WEAR_CYC_2, i] = s[BAT_WEAR_CYC_1, i]
    s[BAT_FADE_1, i] = s[BAT_WEAR_CAL_1, i] + s[BAT_WEAR_CYC_1, i]
    s[BAT_FADE_2, i] = s[BAT_FADE_1, i]


@scalar
def battery_age_step(p: Array, s: Array, i: int, dt: float) -> None:
    """Age pack `i` over the period `dt` [s] that has just ended.

    Parameters
    ----------
    p, s : (field, battery) arrays
        Parameters and this member's state.
    i : int
        Pack; its strings in use count.
    dt : float
        Period [s].
    """
    strings = 1.0 - s[BAT_OUT, i]
    moved = s[BAT_THROUGHPUT, i] - s[BAT_AGED_TO, i]
    s[BAT_AGED_TO, i] = s[BAT_THROUGHPUT, i]
    cycles = 0.5 * moved / (p[BAT_CHARGE, i] * strings) if strings > 0.0 else 0.0
    depth = cycle_depth(s, i)
    if p[BAT_LEAD_ACID, i] > 0.0:
        lead_acid_step(p, s, i, cycles, dt)
        return
    soc, temperature = s[BAT_SOC, i], s[BAT_TEMPERATURE, i]
    s[BAT_WEAR_CAL_1, i] += calendar_rate_1(soc, temperature) * dt / DAY
    s[BAT_WEAR_CAL_2, i] += calendar_rate_2(soc, temperature) * dt
    if cycles > 0.0:
        rate = 2.0 * cycles * HOUR / dt
        s[BAT_WEAR_CYC_1, i] += cycle_rate_1(depth, rate, temperature) * cycles
        s[BAT_WEAR_CYC_2, i] += cycle_rate_2(depth, rate) * cycles
    before = p[BAT_FADE_BEFORE, i]
    s[BAT_FADE_1, i] = fade(
        s[BAT_WEAR_CAL_1, i], s[BAT_WEAR_CYC_1, i], CALENDAR_POWER_1, CYCLE_POWER_1, before
    )
    s[BAT_FADE_2, i] = fade(s[BAT_WEAR_CAL_2, i], s[BAT_WEAR_CYC_2, i], POWER_2, POWER_2, before)
