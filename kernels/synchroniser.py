"""Synchroniser of a generating set (ANSI 25): its breaker closes when angle, slip and voltage are within their windows.

The governor of a set that waits is biased to run a small slip faster than the bus, so that the angle turns and the set
picks up load as it closes. A step longer than a turn of the angle passes the window within it.

[1] IEEE Std C37.2 device 25; IEEE Std 67 gives +-10 degrees, 0.067 Hz and 5 % for large machines (remembered);
    engine sets take wider windows.
"""

from __future__ import annotations

import math

from twin.kernels.angle import wrapped
from twin.kernels.fields import (
    GEN_F_NOMINAL,
    GEN_FREQ_DEV,
    GEN_PHASE,
    GEN_SLIP,
    GEN_SYNC_ANGLE,
    GEN_SYNC_SLIP,
    GEN_SYNC_VOLTAGE,
    GEN_VOLTAGE,
)
from twin.kernels.lag import lag_end
from twin.kernels.scalar import Array, scalar

SPEED_MATCH = 0.5
"""Lag with which a set without load follows the speed its synchroniser asks for [s]; assumed."""


@scalar
def passes_zero(start: float, travel: float, window: float) -> bool:
    """Whether an angle that begins at `start`, -pi to pi, and turns by `travel` comes within `window` of zero [rad]."""
    if abs(start) <= window or abs(travel) >= 2.0 * math.pi:
        return True
    # Seen in the direction of travel: from minus a turn to zero.
    behind = start if travel >= 0.0 else -start
    behind = behind - 2.0 * math.pi if behind > 0.0 else behind
    return abs(travel) >= -window - behind


@scalar
def synchronise(
    p: Array, s: Array, g: int, frequency: float, phase: float, voltage: float, dt: float
) -> bool:
    """Turn the waiting set `g` towards a bus, and whether its breaker closes in this step.

    Parameters
    ----------
    p, s : (field, genset) arrays
        Block GENSET; writes GEN_FREQ_DEV and GEN_PHASE.
    g : int
        Set that is READY.
    frequency, phase, voltage : float
        Of the bus [Hz, rad, pu].
    dt : float
        Step [s].
    """
    nominal = p[GEN_F_NOMINAL, g]
    target = (frequency + p[GEN_SLIP, g]) / nominal - 1.0
    s[GEN_FREQ_DEV, g] = lag_end(s[GEN_FREQ_DEV, g], target, dt, SPEED_MATCH)
    slip = nominal * (1.0 + s[GEN_FREQ_DEV, g]) - frequency
    start = wrapped(s[GEN_PHASE, g] - phase)
    turn = 2.0 * math.pi * dt
    s[GEN_PHASE, g] = wrapped(s[GEN_PHASE, g] + turn * nominal * s[GEN_FREQ_DEV, g])
    if abs(slip) > p[GEN_SYNC_SLIP, g] or abs(voltage - s[GEN_VOLTAGE, g]) > p[GEN_SYNC_VOLTAGE, g]:
        return False
    return passes_zero(start, turn * slip, p[GEN_SYNC_ANGLE, g])
