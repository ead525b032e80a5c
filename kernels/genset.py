"""Generating set: start, running, failure and repair, protection.

State machine of a set::

    STOPPED --call--> CRANKING <--crank_time, crank_rest--> RESTING
       ^  ^            ^ | fires                               | crank_limit: lockout
       |  |     stalls | v                                     v
       |  |          RUNNING_UP --start_delay--> READY      FAILED --> IN_REPAIR --repair_left--> STOPPED
       |  |                                    ^   | plant_close_step
       |  +-- call ends while it starts   call |   v
       +------- cooldown ----------------- COOLING <--call ends-- ON_BUS (and READY)

READY, ON_BUS and COOLING are its running modes: in each it can break down, run out of fuel or be taken out of
service, on the bus also trip, and is then FAILED. An idle set that is out of service fails when it is called, and
is STOPPED again once it is back in service. In the crank cycle the attempts that fail last `crank_time` with
`crank_rest` between; `crank_fails` of them fail before the one that succeeds.

[1] NFPA 110, *Standard for Emergency and Standby Power Systems*, 2019, 5.6.4 (cycle cranking: three attempts of 15 s
    with rests of 15 s, lockout) and 4.3 (types: seconds to acceptance of load); remembered.
"""

from __future__ import annotations

import math

from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    CAUSE_BREAKDOWN,
    CAUSE_FUEL,
    CAUSE_NO_START,
    CAUSE_OUT_OF_SERVICE,
    CAUSE_OVERLOAD,
    CAUSE_SPEED,
    CAUSE_VOLTAGE,
    GEN_ACTUATOR,
    GEN_AVR,
    GEN_BOOST,
    GEN_CAUSE,
    GEN_COOLDOWN,
    GEN_COOLING,
    GEN_CRANK_FAILS,
    GEN_CRANK_LIMIT,
    GEN_CRANK_REST,
    GEN_CRANK_TIME,
    GEN_CRANKING,
    GEN_DEAD_TIME,
    GEN_DELAYED,
    GEN_DIGESTED,
    GEN_DROOP,
    GEN_DRY,
    GEN_EMF,
    GEN_EXCITER_LAG,
    GEN_F_DELAY,
    GEN_F_HIGH,
    GEN_F_LOW,
    GEN_F_TIMER,
    GEN_FAILED,
    GEN_FIELD,
    GEN_FIRE,
    GEN_FREQ_DEV,
    GEN_IN_REPAIR,
    GEN_INTEGRAL,
    GEN_JOINING,
    GEN_K_ACTUATOR,
    GEN_K_DEAD,
    GEN_K_EXCITER,
    GEN_K_HALF,
    GEN_K_TURBO,
    GEN_MECH,
    GEN_MODE,
    GEN_ON_BUS,
    GEN_OVER_PICKUP,
    GEN_OVER_TIME,
    GEN_OVERLOAD,
    GEN_P_NOMINAL,
    GEN_PHASE,
    GEN_POWER,
    GEN_RACK,
    GEN_RATED,
    GEN_READY,
    GEN_REPAIR_LEFT,
    GEN_RESTING,
    GEN_RUN_LEFT,
    GEN_RUN_NEXT,
    GEN_RUNNING_UP,
    GEN_SIGNAL,
    GEN_START_DELAY,
    GEN_START_FAILS,
    GEN_STARTS,
    GEN_STEP,
    GEN_STOPPED,
    GEN_SUB,
    GEN_SUBSTEPS,
    GEN_TIMER,
    GEN_TURBO,
    GEN_UNAVAILABLE,
    GEN_V_DELAY,
    GEN_V_LOW,
    GEN_V_TIMER,
    GEN_VOLTAGE,
    GEN_WARM,
)
from twin.kernels.fuel import has_fuel
from twin.kernels.lag import lag_end
from twin.kernels.scalar import Array, scalar

SUBSTEP, SUBSTEP_COARSE, WATCHED = 2.5e-3, 10e-3, 0.05
"""Longest step of engine and exciter [s], a tenth of the shortest lag of either; within electrical steps longer than
the last, which nobody watches a transient in, four times that: deviations of speed and voltage move by 1 % of theirs
(`validation/iso8528_steps` with either)."""

FOREVER = 1e29
"""A repair that takes longer than this never ends [s]."""

GOLDEN_TURN = 2.0 * math.pi * 0.6180339887498949
"""Angle between the sets of a plant as they become ready [rad]: any spread will do, and this one never repeats."""


@scalar
def genset_interval(p: Array, s: Array, i: int, dt: float) -> None:
    """Work out the substeps of set `i` and the decay of its lags over them, for steps of `dt` [s]."""
    longest = SUBSTEP if dt <= WATCHED else SUBSTEP_COARSE
    count = math.ceil(dt / longest - 1e-9)
    h = dt / count
    s[GEN_STEP, i] = dt
    s[GEN_SUBSTEPS, i] = count
    s[GEN_SUB, i] = h
    s[GEN_K_ACTUATOR, i] = lag_end(1.0, 0.0, h, p[GEN_ACTUATOR, i])
    s[GEN_K_HALF, i] = lag_end(1.0, 0.0, 0.5 * h, p[GEN_ACTUATOR, i])
    s[GEN_K_DEAD, i] = lag_end(1.0, 0.0, h, p[GEN_DEAD_TIME, i])
    s[GEN_K_TURBO, i] = lag_end(1.0, 0.0, h, p[GEN_TURBO, i])
    s[GEN_K_EXCITER, i] = lag_end(1.0, 0.0, h, p[GEN_EXCITER_LAG, i])


@scalar
def is_running(mode: float) -> bool:
    """Whether a set in `mode` runs at speed, and burns fuel."""
    return int(mode) in (GEN_READY, GEN_ON_BUS, GEN_COOLING)


@scalar
def is_starting(mode: float) -> bool:
    """Whether a set in `mode` is on its way from the call to ready."""
    return int(mode) in (GEN_CRANKING, GEN_RESTING, GEN_RUNNING_UP)


@scalar
def no_load_speed(p: Array, i: int) -> float:
    """Speed deviation at which the governor of set `i` holds it without load, per unit."""
    return p[GEN_DROOP, i] * p[GEN_P_NOMINAL, i]


@scalar
def unload(p: Array, s: Array, i: int) -> None:
    """Put engine and exciter of set `i` into their steady state at no load, breaker open."""
    s[GEN_FREQ_DEV, i] = no_load_speed(p, i)
    for field in (GEN_MECH, GEN_RACK, GEN_DELAYED, GEN_BOOST, GEN_INTEGRAL, GEN_JOINING, GEN_DIGESTED):
        s[field, i] = 0.0
    for field in (GEN_F_TIMER, GEN_V_TIMER, GEN_OVERLOAD, GEN_POWER):
        s[field, i] = 0.0
    s[GEN_EMF, i] = 1.0 / (1.0 + s[GEN_FREQ_DEV, i])
    s[GEN_FIELD, i] = s[GEN_EMF, i]
    s[GEN_AVR, i] = s[GEN_EMF, i]
    s[GEN_VOLTAGE, i] = 1.0


@scalar
def start_mode(p: Array, s: Array, i: int) -> int:
    """Where set `i` is in its start, from the time since the call [1].

    The attempt that succeeds is the one after `crank_fails` others, and after those that had no fuel: an engine that
    loses its fuel as it runs up stalls, and is cranked again. Without success before `crank_limit` it is locked out.
    """
    t = s[GEN_TIMER, i] + INSTANT
    cycle = p[GEN_CRANK_TIME, i] + p[GEN_CRANK_REST, i]
    fuel = has_fuel(p, s, i)
    if not fuel and cycle > 0.0:
        s[GEN_DRY, i] = max(math.floor((t - p[GEN_SIGNAL, i]) / cycle) + 1.0, 0.0)
    fails = max(s[GEN_CRANK_FAILS, i], s[GEN_DRY, i])
    begin = fails * cycle
    late = fails > 0.0 and p[GEN_SIGNAL, i] + begin >= p[GEN_CRANK_LIMIT, i]
    if s[GEN_START_FAILS, i] > 0.0 or late or not fuel:
        if t >= p[GEN_CRANK_LIMIT, i]:
            return GEN_FAILED
    elif t >= begin + p[GEN_START_DELAY, i]:
        return GEN_READY
    elif t >= begin + min(p[GEN_SIGNAL, i] + p[GEN_FIRE, i], p[GEN_START_DELAY, i]):
        return GEN_RUNNING_UP
    cranked = t - p[GEN_SIGNAL, i]
    if (
        cycle > 0.0
        and cranked - math.floor(cranked / cycle) * cycle >= p[GEN_CRANK_TIME, i]
        and cranked > 0.0
    ):
        return GEN_RESTING
    return GEN_CRANKING


@scalar
def enter(s: Array, i: int, mode: int) -> None:
    """Set `i` enters `mode`."""
    s[GEN_MODE, i] = mode
    s[GEN_TIMER, i] = 0.0


@scalar
def stand_still(s: Array, i: int) -> None:
    """Set `i` is at rest, without voltage."""
    s[GEN_VOLTAGE, i] = 0.0
    s[GEN_FREQ_DEV, i] = 0.0
    s[GEN_MECH, i] = 0.0
    s[GEN_POWER, i] = 0.0


@scalar
def fail(s: Array, i: int, cause: int) -> None:
    """Set `i` stops for `cause`."""
    enter(s, i, GEN_FAILED)
    s[GEN_CAUSE, i] = cause
    stand_still(s, i)


@scalar
def trip_cause(p: Array, s: Array, i: int, dt: float) -> int:
    """Cause for which the protection of set `i` on the bus opens its breaker in this step, or 0.

    Speed (ANSI 81O, 81U) and voltage (27) with definite times; overload (51) with the very inverse shape
    t = T / (load / pickup - 1), summed up as IEC 60255-151 does for a load that varies; it forgets at the rate at
    which it would count twice the pickup.
    """
    speed = 1.0 + s[GEN_FREQ_DEV, i]
    outside = speed < p[GEN_F_LOW, i] or speed > p[GEN_F_HIGH, i]
    s[GEN_F_TIMER, i] = s[GEN_F_TIMER, i] + dt if outside else 0.0
    s[GEN_V_TIMER, i] = s[GEN_V_TIMER, i] + dt if s[GEN_VOLTAGE, i] < p[GEN_V_LOW, i] else 0.0
    excess = s[GEN_POWER, i] / (p[GEN_RATED, i] * p[GEN_OVER_PICKUP, i]) - 1.0
    count = (excess if excess > 0.0 else -1.0) * dt / p[GEN_OVER_TIME, i]
    s[GEN_OVERLOAD, i] = max(s[GEN_OVERLOAD, i] + count, 0.0)
    if outside and s[GEN_F_TIMER, i] + INSTANT >= p[GEN_F_DELAY, i]:
        return CAUSE_SPEED
    if s[GEN_V_TIMER, i] > 0.0 and s[GEN_V_TIMER, i] + INSTANT >= p[GEN_V_DELAY, i]:
        return CAUSE_VOLTAGE
    if s[GEN_OVERLOAD, i] >= 1.0:
        return CAUSE_OVERLOAD
    return 0


@scalar
def repair_step(s: Array, i: int, dt: float) -> None:
    """A set that failed is repaired when its draw says so; one out of service is back when service ends."""
    if s[GEN_MODE, i] == GEN_IN_REPAIR:
        s[GEN_REPAIR_LEFT, i] -= dt
        if s[GEN_REPAIR_LEFT, i] <= INSTANT:
            enter(s, i, GEN_STOPPED)
            s[GEN_REPAIR_LEFT, i] = 0.0
            s[GEN_START_FAILS, i] = 0.0
            s[GEN_CRANK_FAILS, i] = 0.0
            s[GEN_RUN_LEFT, i] = s[GEN_RUN_NEXT, i] if s[GEN_RUN_NEXT, i] > 0.0 else 1e30
            s[GEN_RUN_NEXT, i] = 0.0
    elif s[GEN_MODE, i] == GEN_FAILED and s[GEN_UNAVAILABLE, i] <= 0.0:
        if s[GEN_CAUSE, i] == CAUSE_OUT_OF_SERVICE:
            enter(s, i, GEN_STOPPED)
        elif 0.0 < s[GEN_REPAIR_LEFT, i] < FOREVER:
            enter(s, i, GEN_IN_REPAIR)


@scalar
def start_step(p: Array, s: Array, i: int, call: bool) -> None:
    """Set `i` answers the call, goes on with its start, or gives it up."""
    if s[GEN_MODE, i] == GEN_STOPPED and call:
        if s[GEN_UNAVAILABLE, i] > 0.0:
            fail(s, i, CAUSE_OUT_OF_SERVICE)
        else:
            enter(s, i, GEN_CRANKING)
            s[GEN_STARTS, i] += 1.0
            s[GEN_DRY, i] = 0.0
            s[GEN_WARM, i] = 0.0
    if is_starting(s[GEN_MODE, i]):
        if not call:
            enter(s, i, GEN_STOPPED)
            return
        mode = start_mode(p, s, i)
        if mode == GEN_FAILED:
            fail(s, i, CAUSE_NO_START)
        elif mode == GEN_READY:
            enter(s, i, GEN_READY)
            unload(p, s, i)
            s[GEN_PHASE, i] = (i + 1) * GOLDEN_TURN % (2.0 * math.pi) - math.pi
        else:
            s[GEN_MODE, i] = mode


@scalar
def genset_step(p: Array, s: Array, i: int, call: bool, dt: float) -> None:
    """Step the start, run and stop sequence of set `i`, and its protection.

    Parameters
    ----------
    p, s : (field, genset) arrays
        Parameters and this member's state. `start_fails`, `crank_fails`, `unavailable`, `run_left`, `repair_left` and
        `run_next` are the member's draws.
    i : int
        Set.
    call : bool
        Whether its bus calls it to run.
    dt : float
        Step [s]. A set that would break down within the step does so at its start.
    """
    s[GEN_TIMER, i] += dt
    repair_step(s, i, dt)
    start_step(p, s, i, call)
    if s[GEN_MODE, i] == GEN_COOLING:
        if call:
            enter(s, i, GEN_READY)
        elif s[GEN_TIMER, i] + INSTANT >= p[GEN_COOLDOWN, i]:
            enter(s, i, GEN_STOPPED)
            stand_still(s, i)
    if not call and (s[GEN_MODE, i] == GEN_READY or s[GEN_MODE, i] == GEN_ON_BUS):
        enter(s, i, GEN_COOLING)
        unload(p, s, i)
    if is_running(s[GEN_MODE, i]):
        running_step(p, s, i, dt)


@scalar
def running_step(p: Array, s: Array, i: int, dt: float) -> None:
    """What may end the run of set `i` in this step."""
    s[GEN_RUN_LEFT, i] -= dt
    cause = trip_cause(p, s, i, dt) if s[GEN_MODE, i] == GEN_ON_BUS else 0
    if not has_fuel(p, s, i):
        cause = CAUSE_FUEL
    if s[GEN_RUN_LEFT, i] <= INSTANT:
        cause = CAUSE_BREAKDOWN
    if s[GEN_UNAVAILABLE, i] > 0.0:
        cause = CAUSE_OUT_OF_SERVICE
    s[GEN_WARM, i] += dt
    if cause > 0:
        fail(s, i, cause)
