"""Utility feed: what the grid gives the site's connection in this step.

A feed's voltage is the signal's voltage, replaced by the lowest residual of any disturbance in progress and by
zero during the member's own loss of mains.
"""

from __future__ import annotations

from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    FEED_E_OUT,
    FEED_FREQUENCY,
    FEED_OUTAGE_END,
    FEED_OUTAGE_START,
    FEED_POWER,
    FEED_VOLTAGE,
)
from twin.kernels.scalar import Array, scalar

DISTURBANCE_START = 0
DISTURBANCE_END = 1
DISTURBANCE_FEED = 2
DISTURBANCE_VOLTAGE = 3


@scalar
def feed_step(s: Array, i: int, t: float, voltage: float, frequency: float, disturbances: Array) -> None:
    """Set the voltage and frequency of feed `i` for the step that starts at `t`.

    Parameters
    ----------
    s : (field, feed) array
        State block of the member.
    i : int
        Feed.
    t : float
        Start of the step, run time [s].
    voltage, frequency : float
        Undisturbed grid [pu, Hz].
    disturbances : (event, 4) array
        Start [s], end [s], feed (-1 for all), residual voltage [pu].
    """
    now = t + INSTANT
    lowest = 1.0
    highest = voltage
    for k in range(disturbances.shape[0]):
        which = int(disturbances[k, DISTURBANCE_FEED])
        inside = disturbances[k, DISTURBANCE_START] <= now < disturbances[k, DISTURBANCE_END]
        if inside and (which < 0 or which == i):
            lowest = min(lowest, disturbances[k, DISTURBANCE_VOLTAGE])
            highest = max(highest, disturbances[k, DISTURBANCE_VOLTAGE])
    # A sag keeps the lowest residual of those in progress; a swell applies where nothing sags.
    v = min(voltage, lowest) if lowest < 1.0 else highest
    if s[FEED_OUTAGE_START, i] <= now < s[FEED_OUTAGE_END, i]:
        v = 0.0
    s[FEED_VOLTAGE, i] = v
    s[FEED_FREQUENCY, i] = frequency
    s[FEED_POWER, i] = 0.0


@scalar
def feed_account(s: Array, i: int, dt: float) -> None:
    """Add this step's import of feed `i` to its energy [J]."""
    s[FEED_E_OUT, i] += s[FEED_POWER, i] * dt
