"""Synchroniser: brings the angle, frequency and voltage of an island to those of its mains, and says when to close.

Frequency is matched first, at the rate governors are moved, then the angle: the slip that is left is the one that
takes the angle to nothing, never more than the largest slip at which breakers may close. The work that speeds sets
up or down is small beside their load and is left out.
"""

from __future__ import annotations

import math

from twin.kernels.angle import wrapped
from twin.kernels.fields import (
    BUS_FEED,
    BUS_FREQUENCY,
    BUS_PHASE,
    BUS_SYNC_ANGLE,
    BUS_SYNC_SLIP,
    BUS_SYNC_VOLTAGE,
    BUS_TRIM,
    BUS_VOLTAGE,
    FEED_FREQUENCY,
    FEED_PHASE,
    FEED_VOLTAGE,
)
from twin.kernels.scalar import Array, scalar

# Time constant with which the angle is brought to nothing once the slip is below its limit [s]; a common setting.
ANGLE_TIME = 1.0
# Rate at which a synchroniser moves speed set points [Hz/s], of the order of a governor's raise and lower pulses.
TRIM_RATE = 0.5
# A voltage regulator is adjusted within +-5 % of nominal, the usual range of a set (IEC 60034-1 zone A).
VOLTAGE_RANGE = 0.05
# Half of the largest slip is aimed at, so that it is inside its window while the angle comes in.
SLIP_SHARE = 0.5


@scalar
def voltage_trim(voltage: float, wanted: float) -> float:
    """Voltage of local sources while synchronising: that of the mains, as far as regulators are adjusted [1]."""
    return voltage + min(max(wanted - voltage, -VOLTAGE_RANGE), VOLTAGE_RANGE)


@scalar
def synchroniser_step(p: Array, s: Array, b: int, s_feed: Array, frequency: float, dt: float) -> None:
    """Set the trim of bus `b` for a step of `dt` [s]; `frequency` is that of its sources without it [Hz].

    The slip aimed at is -angle / (2 pi T), at most half of `synchronise_slip`, with T no shorter than the step: the
    angle comes in without overshoot at any step.
    """
    f = int(p[BUS_FEED, b])
    angle = wrapped(s[BUS_PHASE, b] - s_feed[FEED_PHASE, f])
    most = SLIP_SHARE * p[BUS_SYNC_SLIP, b]
    slip = min(max(-angle / (2.0 * math.pi * max(ANGLE_TIME, dt)), -most), most)
    change = s_feed[FEED_FREQUENCY, f] + slip - frequency - s[BUS_TRIM, b]
    s[BUS_TRIM, b] += min(max(change, -TRIM_RATE * dt), TRIM_RATE * dt)


@scalar
def in_step(p: Array, s: Array, b: int, s_feed: Array) -> bool:
    """Whether bus `b` and its mains are inside the windows of the synchronism check.

    References
    ----------
    .. [1] IEEE 1547-2003, table 5 (remembered): 0.3 Hz, 10 %, 20 degrees up to 500 kVA; 0.2 Hz, 5 %, 15 degrees up to
       1500 kVA; 0.1 Hz, 3 %, 10 degrees up to 10 MVA.
    """
    f = int(p[BUS_FEED, b])
    angle = abs(wrapped(s[BUS_PHASE, b] - s_feed[FEED_PHASE, f]))
    slip = abs(s[BUS_FREQUENCY, b] - s_feed[FEED_FREQUENCY, f])
    apart = abs(s[BUS_VOLTAGE, b] - s_feed[FEED_VOLTAGE, f])
    return angle <= p[BUS_SYNC_ANGLE, b] and slip <= p[BUS_SYNC_SLIP, b] and apart <= p[BUS_SYNC_VOLTAGE, b]
