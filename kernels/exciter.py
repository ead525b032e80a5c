"""Alternator voltage of a generating set: transient reactance, field, exciter and voltage regulator.

                 V/Hz        +-----------+         +-----------+            +------------------+
    w -> ref(w) ----> (+) -->| K (1+1/Ts)|-- [_/ ]-|     1     |-- field -->| T'd0 dE'/dt =    |--> E' -> V
                       ^ -   +-----------+ ceiling | 1 + s T_e |            |   field - k E'   |
                       |                           +-----------+            +------------------+
                       +------------------------------- V

With a load of admittance Y = P - jQ (per unit of the rated kVA at nominal voltage) and a round rotor,
E' = V |1 + jX'd Y| and the field that holds it in the steady state is V |1 + jXd Y| [1], hence
k = |1 + jXd Y| / |1 + jX'd Y|. A load step takes the voltage down at once by the transient reactance; the regulator
brings it back [2].
Subtransient reactance, saliency and saturation are left out: the first two cycles of a dip are deeper.

[1] P. Kundur, *Power System Stability and Control*, McGraw-Hill 1994, sections 5.3 and 12.3 (one-axis model), for an
    isolated machine with a passive load.
[2] IEEE Std 421.5-2016, type AC8C: PI regulator and a rotating exciter of one lag; volts-per-hertz limiter. The ISO
    8528-5 acceptance test loads the set with impedances as well. Remembered.
"""

from __future__ import annotations

import math

from twin.kernels.fields import (
    GEN_AVR,
    GEN_AVR_GAIN,
    GEN_AVR_RESET,
    GEN_CEILING,
    GEN_EMF,
    GEN_FIELD,
    GEN_FIELD_LAG,
    GEN_K_EXCITER,
    GEN_PF_LOAD,
    GEN_PF_RATED,
    GEN_SUB,
    GEN_VHZ_KNEE,
    GEN_VHZ_SLOPE,
    GEN_VOLTAGE,
    GEN_XD,
    GEN_XD_T,
)
from twin.kernels.scalar import Array, scalar


@scalar
def voltage_behind(reactance: float, power: float, reactive: float) -> float:
    """Voltage behind a reactance per voltage at the terminals, with a load of admittance P - jQ [pu] [1]."""
    return math.hypot(1.0 + reactance * reactive, reactance * power)


@scalar
def voltage_reference(speed: float, knee: float, slope: float) -> float:
    """Voltage the regulator holds [pu] at a speed [pu]: less below the knee, so that the engine is relieved [2]."""
    return 1.0 - slope * max(knee - speed, 0.0)


@scalar
def alternator_load(p: Array, g: int, load: float) -> tuple[float, float]:
    """Active and reactive power per unit of rated kVA, for a load [pu of rated power]."""
    power = max(load, 0.0) * p[GEN_PF_RATED, g]
    pf = p[GEN_PF_LOAD, g]
    return power, power * math.sqrt(max(1.0 - pf * pf, 0.0)) / pf


@scalar
def excitation_substep(p: Array, s: Array, g: int, load: float, speed: float) -> None:
    """Advance regulator, exciter and field of set `g` over one substep.

    Parameters
    ----------
    p, s : (field, genset) arrays
        Block GENSET; writes GEN_AVR, GEN_FIELD, GEN_EMF and GEN_VOLTAGE.
    g : int
        Set.
    load : float
        Load of the plant's machines [pu of rated power]; a cross-current line shares the reactive power in proportion.
    speed : float
        Speed [pu].

    Notes
    -----
    The trapezoidal rule for the field and an exact lag for the exciter: second order, stable at any substep.
    """
    h = s[GEN_SUB, g]
    power, reactive = alternator_load(p, g, load)
    drop = voltage_behind(p[GEN_XD_T, g], power, reactive)
    k = voltage_behind(p[GEN_XD, g], power, reactive) / drop
    reference = voltage_reference(speed, p[GEN_VHZ_KNEE, g], p[GEN_VHZ_SLOPE, g])
    error = reference - speed * s[GEN_EMF, g] / drop
    slope = p[GEN_AVR_GAIN, g] / p[GEN_AVR_RESET, g] * error
    asked = s[GEN_AVR, g] + p[GEN_AVR_GAIN, g] * error + 0.5 * h * slope
    order = min(max(asked, 0.0), p[GEN_CEILING, g])
    if asked == order or (asked - order) * error < 0.0:
        s[GEN_AVR, g] += h * slope
    before = s[GEN_FIELD, g]
    s[GEN_FIELD, g] = order + (before - order) * s[GEN_K_EXCITER, g]
    a = 0.5 * h / p[GEN_FIELD_LAG, g]
    s[GEN_EMF, g] = (s[GEN_EMF, g] * (1.0 - a * k) + a * (before + s[GEN_FIELD, g])) / (1.0 + a * k)
    s[GEN_VOLTAGE, g] = speed * s[GEN_EMF, g] / drop


@scalar
def excitation_settle(p: Array, s: Array, g: int, load: float, speed: float) -> None:
    """Put the excitation of set `g` into its steady state at a load [pu of rated power] and speed [pu]."""
    power, reactive = alternator_load(p, g, load)
    reference = voltage_reference(speed, p[GEN_VHZ_KNEE, g], p[GEN_VHZ_SLOPE, g])
    field = reference / speed * voltage_behind(p[GEN_XD, g], power, reactive)
    s[GEN_FIELD, g] = min(field, p[GEN_CEILING, g])
    s[GEN_AVR, g] = s[GEN_FIELD, g]
    drop = voltage_behind(p[GEN_XD_T, g], power, reactive)
    s[GEN_EMF, g] = s[GEN_FIELD, g] * drop / voltage_behind(p[GEN_XD, g], power, reactive)
    s[GEN_VOLTAGE, g] = speed * s[GEN_EMF, g] / drop
