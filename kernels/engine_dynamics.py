"""Engine of a generating set: speed governor, fuel actuator, dead time, turbocharger.

    w_ref - w                        rack limits        +-----------+  +-----------+
    - droop x rack   +-----------+  and charge air      |     1     |  |     1     |
    or load sharing->| K (1+1/Ts)|------ [_/ ] -------->| --------- |->| --------- |--> P_mech
                     +-----------+         ^            | 1 + s T_a |  | 1 + s T_d |     |
                                           |            +-----------+  +-----------+     |
                                           |   P_0 + (P_max - P_0) boost                 |
                                           +---------------- 1 / (1 + s T_b) <-----------+

All powers are per unit of the rated power; the rack is counted as the power that it gives, so that no fuel is minus
the friction of the engine. Without boost an engine burns what the air of its cylinders lets it, P_0; boost follows
power with the lag of the turbocharger [3]. The dead time between injection and torque is a second lag of the same
mean delay: below its corner, 6 Hz at 25 ms, the phase is that of the delay to 10 %, and governors cross far below.

[1] P. Kundur, *Power System Stability and Control*, McGraw-Hill 1994, sections 3.9 (swing equation) and 11.1
    (governors, droop, isochronous operation).
[2] IEEE Std 1547 family and PSS/E libraries: DEGOV1, the governor of diesel sets with actuator lag and engine dead
    time; structure remembered, here with a plain PI controller.
[3] N. Watson, M. S. Janota, *Turbocharging the Internal Combustion Engine*, Macmillan 1982, chapter 12: the load a
    turbocharged engine accepts is limited by air until the turbocharger has run up; a single lag stands for it.
"""

from __future__ import annotations

from twin.kernels.fields import (
    GEN_ASPIRATED,
    GEN_BIAS,
    GEN_BOOST,
    GEN_DELAYED,
    GEN_DROOP,
    GEN_FRICTION,
    GEN_GAIN,
    GEN_INTEGRAL,
    GEN_JOINING,
    GEN_K_ACTUATOR,
    GEN_K_DEAD,
    GEN_K_HALF,
    GEN_K_TURBO,
    GEN_MECH,
    GEN_P_NOMINAL,
    GEN_RACK,
    GEN_RACK_MAX,
    GEN_RESET,
    GEN_SHARE_GAIN,
    GEN_SUB,
)
from twin.kernels.scalar import Array, scalar


@scalar
def fuel_ceiling(boost: float, aspirated: float, rack_max: float) -> float:
    """Most power the charge air allows [pu]: `aspirated` without boost, `rack_max` with all of it [3]."""
    return aspirated + (rack_max - aspirated) * boost


@scalar
def governor_error(
    speed: float,
    own: float,
    joining: float,
    bias: float,
    mean: float,
    droop: float,
    balance: float,
    gain: float,
) -> float:
    """What the governor drives to zero, per unit speed.

    Parameters
    ----------
    speed : float
        Speed deviation [pu].
    own : float
        Power of the set: fuel rack [pu].
    joining : float
        Soft loading, 1 as the set joins others, then 0: at 1 it wants no load.
    bias : float
        Fall of the speed setting at which a droop set takes no load as it joins [pu].
    mean : float
        Mean load of the sets that share on the line [pu].
    droop : float
        Droop; 0 is isochronous with a load sharing line.
    balance : float
        Load at which a droop governor holds nominal speed [pu].
    gain : float
        Of the load sharing line [pu speed per pu power].

    Returns
    -------
    float
        Droop: settles where speed = droop (balance - own) [1]; isochronous: at nominal speed and the mean load.
    """
    if droop > 0.0:
        return -speed - droop * (own - balance) - joining * bias
    return -speed - gain * (own - (1.0 - joining) * mean)


@scalar
def engine_error(p: Array, s: Array, g: int, speed: float, rack: float, mean: float) -> float:
    """Governor error of set `g` at a speed and a fuel rack."""
    return governor_error(
        speed, rack, s[GEN_JOINING, g], s[GEN_BIAS, g], mean,
        p[GEN_DROOP, g], p[GEN_P_NOMINAL, g], p[GEN_SHARE_GAIN, g],
    )  # fmt: skip


@scalar
def engine_substep(p: Array, s: Array, g: int, speed: float, mean: float) -> None:
    """Advance governor, actuator, dead time and boost of set `g` over one substep.

    Parameters
    ----------
    p, s : (field, genset) arrays
        Block GENSET; the decays of the lags are those of `genset_interval`.
    g : int
        Set.
    speed : float
        Speed deviation in the middle of the substep [pu].
    mean : float
        Mean load of the sets that share [pu].

    Notes
    -----
    Each lag is exact for an input held at its mean over the substep, so the chain is of second order, and stable at
    any substep. The integrator stops while the fuel is at a limit that it would push further into.
    """
    h = s[GEN_SUB, g]
    rack, delayed, boost = s[GEN_RACK, g], s[GEN_DELAYED, g], s[GEN_BOOST, g]
    top = min(fuel_ceiling(boost, p[GEN_ASPIRATED, g], p[GEN_RACK_MAX, g]), p[GEN_RACK_MAX, g])
    low = -p[GEN_FRICTION, g]
    gain = p[GEN_GAIN, g]
    error = engine_error(p, s, g, speed, rack, mean)
    order = min(max(s[GEN_INTEGRAL, g] + gain * error, low), top)
    middle = order + (rack - order) * s[GEN_K_HALF, g]
    error = engine_error(p, s, g, speed, middle, mean)
    slope = gain / p[GEN_RESET, g] * error
    asked = s[GEN_INTEGRAL, g] + gain * error + 0.5 * h * slope
    order = min(max(asked, low), top)
    if asked == order or (asked - order) * error < 0.0:
        s[GEN_INTEGRAL, g] += h * slope
    s[GEN_RACK, g] = order + (rack - order) * s[GEN_K_ACTUATOR, g]
    mean_rack = 0.5 * (rack + s[GEN_RACK, g])
    s[GEN_DELAYED, g] = mean_rack + (delayed - mean_rack) * s[GEN_K_DEAD, g]
    s[GEN_MECH, g] = s[GEN_DELAYED, g]
    charged = min(max(0.5 * (delayed + s[GEN_DELAYED, g]), 0.0), 1.0)
    s[GEN_BOOST, g] = charged + (boost - charged) * s[GEN_K_TURBO, g]


@scalar
def engine_settle(p: Array, s: Array, g: int, speed: float, mech: float) -> None:
    """Put the engine of set `g` into its steady state at a speed and a power [pu]."""
    s[GEN_MECH, g] = mech
    s[GEN_RACK, g] = mech
    s[GEN_DELAYED, g] = mech
    s[GEN_INTEGRAL, g] = mech - p[GEN_GAIN, g] * engine_error(p, s, g, speed, mech, mech)
    s[GEN_BOOST, g] = min(max(mech, 0.0), 1.0)
