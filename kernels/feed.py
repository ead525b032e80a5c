"""Utility feed: what the grid gives the site's connection in this step.

A feed's voltage is the signal's voltage, replaced by the lowest residual of the disturbances in progress and by
zero during the member's own loss of mains. Its frequency is the grid's and the sum of their offsets.

A disturbance is a row that runs linearly from its start to its end: a sag is one row, an oscillation or a measured
series a chain of them. A row's phase jump stands at its start, whether or not the row has a length.
"""

from __future__ import annotations

import math

from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    DISTURBANCE_END,
    DISTURBANCE_FEED,
    DISTURBANCE_JUMP,
    DISTURBANCE_OFFSET_0,
    DISTURBANCE_OFFSET_1,
    DISTURBANCE_START,
    DISTURBANCE_VOLTAGE_0,
    DISTURBANCE_VOLTAGE_1,
    FEED_ADVANCE,
    FEED_E_OUT,
    FEED_FREQUENCY,
    FEED_JUMP,
    FEED_OUTAGE_END,
    FEED_OUTAGE_START,
    FEED_PHASE,
    FEED_POWER,
    FEED_VOLTAGE,
)
from twin.kernels.scalar import Array, scalar


@scalar
def between(first: float, last: float, part: float) -> float:
    """Value at the share `part` of the way from `first` to `last`, both ends exact."""
    return first + (last - first) * part if part < 1.0 else last


@scalar
def feed_step(
    s: Array,
    i: int,
    t: float,
    dt: float,
    voltage: float,
    frequency: float,
    nominal: float,
    disturbances: Array,
) -> None:
    """Set the voltage, frequency and phase of feed `i` for the step that starts at `t`.

    Parameters
    ----------
    s : (field, feed) array
        State block of the member.
    i : int
        Feed.
    t, dt : float
        Start of the step, run time, and its length [s].
    voltage, frequency : float
        Undisturbed grid [pu, Hz].
    nominal : float
        Nominal frequency [Hz]; the phase is told without the rotation at it.
    disturbances : (row, DISTURBANCE_WIDTH) array
        See `fields_supply.py`. Rows in progress at the start of the step act; a phase jump acts at the start of
        the step in which it falls, so that steps of any length take each jump once.
    """
    now = t + INSTANT
    lowest = 1.0
    highest = voltage
    offset = 0.0
    slope = 0.0
    jump = 0.0
    for k in range(disturbances.shape[0]):
        start = disturbances[k, DISTURBANCE_START]
        end = disturbances[k, DISTURBANCE_END]
        which = int(disturbances[k, DISTURBANCE_FEED])
        if which >= 0 and which != i:
            continue
        if t <= start + INSTANT < t + dt:
            jump += disturbances[k, DISTURBANCE_JUMP]
        if start <= now < end:
            part = min(max((t - start) / (end - start), 0.0), 1.0)
            v = between(disturbances[k, DISTURBANCE_VOLTAGE_0], disturbances[k, DISTURBANCE_VOLTAGE_1], part)
            lowest = min(lowest, v)
            highest = max(highest, v)
            rise = disturbances[k, DISTURBANCE_OFFSET_1] - disturbances[k, DISTURBANCE_OFFSET_0]
            offset += disturbances[k, DISTURBANCE_OFFSET_0] + rise * part
            slope += rise / (end - start)
    # A sag keeps the lowest residual of those in progress; a swell applies where nothing sags.
    v = min(voltage, lowest) if lowest < 1.0 else highest
    if s[FEED_OUTAGE_START, i] <= now < s[FEED_OUTAGE_END, i]:
        v = 0.0
    s[FEED_VOLTAGE, i] = v
    s[FEED_FREQUENCY, i] = frequency + offset
    s[FEED_JUMP, i] = jump
    s[FEED_PHASE, i] += jump
    # What the angle gains until the next step: exact for a frequency that is linear within the step.
    s[FEED_ADVANCE, i] = 2.0 * math.pi * (frequency + offset - nominal + 0.5 * slope * dt) * dt
    s[FEED_POWER, i] = 0.0


@scalar
def feed_account(s: Array, i: int, dt: float) -> None:
    """Add this step's import of feed `i` to its energy [J], and its rotation to its angle."""
    s[FEED_E_OUT, i] += s[FEED_POWER, i] * dt
    s[FEED_PHASE, i] += s[FEED_ADVANCE, i]
