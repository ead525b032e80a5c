"""Dynamic frequency response as a grid operator buys it, and under-frequency relays.

A tranche of response holds a power P, of which a share k is delivered, along an envelope e(t) that starts
when the frequency falls out of the dead band, and in proportion to the fall up to a full deviation:

    P_response = k P e(clock) min(1, -df / df_full)

The envelope is the one of the Great Britain Grid Code, CC.A.3 (primary: from 2 s, full by 10 s, held to 30 s;
secondary: full by 30 s, held to 30 min): a delay, a straight rise, a plateau, a straight rundown.

A relay stage acts once when the frequency has been below its setting for its delay, and latches.
"""

from __future__ import annotations

from typing import Any

from twin.kernels.fields import (
    REL_DELAY,
    REL_FREQUENCY,
    REL_TIMER,
    REL_TRIPPED,
    REL_TRIPPED_AT,
    RESP_CLOCK,
    RESP_DEAD_BAND,
    RESP_DELAY,
    RESP_DELIVERY,
    RESP_FULL,
    RESP_POWER,
    RESP_POWER_HELD,
    RESP_RAMP,
    RESP_RUNDOWN,
    RESP_SUSTAIN,
)
from twin.kernels.scalar import scalar


@scalar
def envelope(clock: float, delay: float, ramp: float, sustain: float, rundown: float) -> float:
    """Share of its response a tranche gives at a time since its clock started.

    Parameters
    ----------
    clock : float
        Time since the frequency left the dead band, s; negative: not called.
    delay, ramp : float
        Start of the clock to start of delivery, and from there to full delivery, s.
    sustain : float
        Start of the clock to the start of the rundown, s; infinite for a tranche that stays.
    rundown : float
        From there to nothing, s.

    Returns
    -------
    float
        0 to 1. Grid Code CC.A.3 gives the shape.
    """
    if clock < delay or clock < 0.0:
        return 0.0
    rise = 1.0
    if clock < delay + ramp:
        rise = (clock - delay) / ramp
    if clock <= sustain:
        return rise
    if clock >= sustain + rundown:
        return 0.0
    return rise * (1.0 - (clock - sustain) / rundown)


@scalar
def called(deviation: float, full: float) -> float:
    """Share of a response called by a frequency deviation, on a straight line from 0 to its full deviation.

    Parameters
    ----------
    deviation : float
        Frequency less nominal, Hz; a rise calls nothing (low-frequency response).
    full : float
        Fall of frequency that calls all of it, Hz, > 0.

    Returns
    -------
    float
        0 to 1.
    """
    return min(1.0, max(0.0, -deviation / full))


@scalar
def time_below(limit: float, before: float, after: float, dt: float) -> float:
    """Time of a step spent below a limit by a quantity that moves in a straight line through it.

    Parameters
    ----------
    limit, before, after : float
        The limit, and the quantity at the start and the end of the step.
    dt : float
        Step, s.

    Returns
    -------
    float
        0 to `dt`, s; exact for the straight line, so a delay does not depend on the step to first order.
    """
    if after >= limit:
        return 0.0
    if before < limit:
        return dt
    return dt * (limit - after) / (before - after)


@scalar
def response_power(p: Any, s: Any, i: int, deviation: float, ahead: float) -> float:
    """Power of a tranche at a deviation, `ahead` after the time its clock shows.

    Parameters
    ----------
    p, s : array, shape (field, unit)
        Block RESPONSE of fields.py; reads only.
    i : int
        Unit.
    deviation : float
        Frequency less nominal, Hz.
    ahead : float
        Time since its clock was set, s.

    Returns
    -------
    float
        Power, W, >= 0.
    """
    if s[RESP_CLOCK, i] < 0.0:
        return 0.0
    share = envelope(
        s[RESP_CLOCK, i] + ahead, p[RESP_DELAY, i], p[RESP_RAMP, i], p[RESP_SUSTAIN, i], p[RESP_RUNDOWN, i]
    )
    held: float = p[RESP_POWER_HELD, i] * p[RESP_DELIVERY, i]
    return held * share * called(deviation, p[RESP_FULL, i])


@scalar
def response_step(p: Any, s: Any, i: int, before: float, after: float, dt: float) -> None:
    """Close a step of one tranche: its clock, and its power at the end of the step.

    Parameters
    ----------
    p, s : array, shape (field, unit)
        Block RESPONSE of fields.py; writes RESP_CLOCK and RESP_POWER.
    i : int
        Unit.
    before, after : float
        Frequency deviation at the start and the end of the step, Hz.
    dt : float
        Step, s.
    """
    limit = -p[RESP_DEAD_BAND, i]
    if after >= limit:
        # Back within the dead band the tranche is ready to be called afresh.
        s[RESP_CLOCK, i] = -1.0
    elif s[RESP_CLOCK, i] >= 0.0:
        s[RESP_CLOCK, i] += dt
    else:
        s[RESP_CLOCK, i] = time_below(limit, before, after, dt)
    s[RESP_POWER, i] = response_power(p, s, i, after, 0.0)


@scalar
def relay_trips(p: Any, s: Any, i: int, deviation: float, nominal: float, t: float, dt: float) -> float:
    """Share of the coming step during which a relay stage is tripped; latches it when its delay runs out.

    Parameters
    ----------
    p, s : array, shape (field, unit)
        Block RELAY of fields.py; writes REL_TRIPPED and REL_TRIPPED_AT.
    i : int
        Unit.
    deviation, nominal : float
        Frequency deviation at the start of the step and nominal frequency, Hz.
    t, dt : float
        Run time at the start of the step, and the step, s.

    Returns
    -------
    float
        0 to 1: 1 when tripped before, less in the step in which it trips.
    """
    if s[REL_TRIPPED, i] > 0.0:
        return 1.0
    left: float = p[REL_DELAY, i] - s[REL_TIMER, i]
    if nominal + deviation >= p[REL_FREQUENCY, i] or left >= dt:
        return 0.0
    wait = max(0.0, left)
    s[REL_TRIPPED, i] = 1.0
    s[REL_TRIPPED_AT, i] = t + wait
    return (dt - wait) / dt


@scalar
def relay_step(p: Any, s: Any, i: int, before: float, after: float, nominal: float, dt: float) -> None:
    """Close a step of one relay stage: the time its frequency has been below its setting.

    Parameters
    ----------
    p, s : array, shape (field, unit)
        Block RELAY of fields.py; writes REL_TIMER.
    i : int
        Unit.
    before, after, nominal : float
        Frequency deviation at the start and the end of the step, and nominal frequency, Hz.
    dt : float
        Step, s.
    """
    below = time_below(p[REL_FREQUENCY, i], nominal + before, nominal + after, dt)
    if below < dt:
        s[REL_TIMER, i] = below
    else:
        s[REL_TIMER, i] += dt
