"""Chillers of one plant started and stopped one by one: load, timers, lead and lag, trips and restart.

The controller follows the logic of ASHRAE Guideline 36-2021, section 5.20.4 (remembered): one more starts when the
load has been above a share of the running capacity for a time, or the supply water too warm; one stops when one less
would have carried the load for as long. The chiller that has rested longest starts, the one that has run longest
stops, so that running hours stay even.

State machine of a chiller::

                command                  start_time
        OFF -----------------> STARTING -----------> COOLING
         ^  (off for off_min)     |                     |
         |                        | bus dead, low condenser flow, out of service: trip
         +------------------------+---------------------+
                  stop (ran for run_min)

After a trip by a dead bus the first chiller cools `restart_delay` after power has returned, and the others start at
their stagger without waiting for the stage delay, until as many run as the load takes.
"""

from __future__ import annotations

import math

from twin.kernels.fields import (
    CHILLERS_MAX,
    PLANT_CHILLER_STARTS,
    PLANT_CHILLER_TIME,
    PLANT_CHILLER_TRIPS,
    PLANT_CHILLERS,
    PLANT_CHILLERS_ON,
    PLANT_CHILLERS_OUT,
    PLANT_COND_FLOW,
    PLANT_COND_FLOW_MIN,
    PLANT_COND_LEAST,
    PLANT_COND_LOW,
    PLANT_DOWN_TIME,
    PLANT_FLOW_DELAY,
    PLANT_LOW_TIME,
    PLANT_MACHINE_ON_0,
    PLANT_MACHINE_TIME_0,
    PLANT_OFF_MIN,
    PLANT_READY,
    PLANT_RESTART,
    PLANT_RESTARTING,
    PLANT_RUN_MIN,
    PLANT_SINCE_START,
    PLANT_STAGE_DELAY,
    PLANT_STAGE_DOWN,
    PLANT_STAGE_UP,
    PLANT_STAGE_WARM,
    PLANT_STAGGER,
    PLANT_START_TIME,
    PLANT_T,
    PLANT_T_SET,
    PLANT_UP_TIME,
)
from twin.kernels.plant_chillers import FULLY_SERVED
from twin.kernels.scalar import Array, scalar

NOTHING = 1e-6
"""Heat over the capacity of one chiller that calls for none."""


@scalar
def cooling_share(since: float, start_time: float, dt: float) -> float:
    """Share of a step in which a chiller cools that had run for `since` [s] when the step began."""
    return min(1.0, max(0.0, (since + dt - start_time) / dt))


@scalar
def stop_machine(s_plant: Array, k: int, i: int, tripped: bool, rested: float) -> None:
    """Stop chiller `i` of plant `k`; a trip is counted and opens the restart sequence.

    `rested` is the time it counts as stopped already [s]: the restart delay after a loss of power says by itself how
    long a chiller waits.
    """
    s_plant[PLANT_MACHINE_ON_0 + i, k] = 0.0
    s_plant[PLANT_MACHINE_TIME_0 + i, k] = rested
    s_plant[PLANT_CHILLERS_ON, k] -= 1.0
    if tripped:
        s_plant[PLANT_CHILLER_TRIPS, k] += 1.0
        s_plant[PLANT_RESTARTING, k] = 1.0


@scalar
def start_machine(s_plant: Array, k: int, i: int, ago: float) -> None:
    """Start chiller `i` of plant `k`, `ago` seconds before the end of the step."""
    s_plant[PLANT_MACHINE_ON_0 + i, k] = 1.0
    s_plant[PLANT_MACHINE_TIME_0 + i, k] = ago
    s_plant[PLANT_CHILLERS_ON, k] += 1.0
    s_plant[PLANT_CHILLER_STARTS, k] += 1.0
    s_plant[PLANT_SINCE_START, k] = ago


@scalar
def longest(p_plant: Array, s_plant: Array, k: int, on: bool) -> int:
    """Chiller in service that has run (`on`) or rested longest; -1 when there is none."""
    found = -1
    time = -1.0
    for i in range(int(s_plant[PLANT_CHILLERS_OUT, k]), int(p_plant[PLANT_CHILLERS, k])):
        running = s_plant[PLANT_MACHINE_ON_0 + i, k] > 0.0
        if running == on and s_plant[PLANT_MACHINE_TIME_0 + i, k] > time:
            found = i
            time = s_plant[PLANT_MACHINE_TIME_0 + i, k]
    return found


@scalar
def carried_by_flow(p_plant: Array, k: int, flow: float) -> float:
    """Chillers that a condenser flow, over that of all of them, keeps above their least: isolated ones take none."""
    least = p_plant[PLANT_COND_FLOW_MIN, k]
    if least <= 0.0:
        return p_plant[PLANT_CHILLERS, k]
    return math.floor(flow * p_plant[PLANT_CHILLERS, k] / least + 1e-9)


@scalar
def staging_trips(p_plant: Array, s_plant: Array, k: int, live: float) -> None:
    """Stop what cannot run: chillers out of service, on a dead bus, or without their condenser water.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    live : float
        Share of the step in which its bus could serve anything.
    """
    out = int(s_plant[PLANT_CHILLERS_OUT, k])
    dead = live < FULLY_SERVED
    for i in range(int(p_plant[PLANT_CHILLERS, k])):
        if s_plant[PLANT_MACHINE_ON_0 + i, k] > 0.0 and (dead or i < out):
            stop_machine(s_plant, k, i, True, p_plant[PLANT_OFF_MIN, k] if dead else 0.0)
    carried = carried_by_flow(p_plant, k, s_plant[PLANT_COND_LEAST, k])
    if s_plant[PLANT_CHILLERS_ON, k] <= carried:
        s_plant[PLANT_LOW_TIME, k] = 0.0
        return
    s_plant[PLANT_LOW_TIME, k] += s_plant[PLANT_COND_LOW, k]
    if s_plant[PLANT_LOW_TIME, k] >= p_plant[PLANT_FLOW_DELAY, k]:
        while s_plant[PLANT_CHILLERS_ON, k] > carried:
            stop_machine(s_plant, k, longest(p_plant, s_plant, k, True), True, 0.0)
        s_plant[PLANT_LOW_TIME, k] = 0.0


@scalar
def staging_capacity(p_plant: Array, s_plant: Array, k: int, dt: float) -> float:
    """Chillers of plant `k` that cool in a step, as a mean over it; their clocks go on.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    dt : float
        Step [s].
    """
    cooling = 0.0
    for i in range(int(p_plant[PLANT_CHILLERS, k])):
        time = s_plant[PLANT_MACHINE_TIME_0 + i, k]
        if s_plant[PLANT_MACHINE_ON_0 + i, k] > 0.0:
            cooling += cooling_share(time, p_plant[PLANT_START_TIME, k], dt)
        s_plant[PLANT_MACHINE_TIME_0 + i, k] = time + dt
    s_plant[PLANT_CHILLER_TIME, k] += s_plant[PLANT_CHILLERS_ON, k] * dt
    s_plant[PLANT_SINCE_START, k] += dt
    return cooling


@scalar
def staging_cooling(p_plant: Array, s_plant: Array, k: int) -> float:
    """Chillers of plant `k` that cool from now on."""
    cooling = 0.0
    for i in range(int(p_plant[PLANT_CHILLERS, k])):
        started = s_plant[PLANT_MACHINE_TIME_0 + i, k] >= p_plant[PLANT_START_TIME, k]
        if s_plant[PLANT_MACHINE_ON_0 + i, k] > 0.0 and started:
            cooling += 1.0
    return cooling


@scalar
def staging_step(
    p_plant: Array, s_plant: Array, k: int, load: float, each: float, restarted: float, dt: float
) -> None:
    """Start and stop chillers of plant `k` at the end of a step.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants, the loop at its new temperature and READY as after the step.
    k : int
        Plant.
    load : float
        Heat that arrives for the chillers [W], at least 0.
    each : float
        What one of them can take at present temperatures [W].
    restarted : float
        How long ago the first chiller could have been commanded after a return of power [s], at least 0.
    dt : float
        Step [s].
    """
    on = s_plant[PLANT_CHILLERS_ON, k]
    warm = s_plant[PLANT_T, k] - p_plant[PLANT_T_SET, k]
    wanted = load > NOTHING * each
    short = wanted and load > p_plant[PLANT_STAGE_UP, k] * on * each
    up = short or warm > p_plant[PLANT_STAGE_WARM, k]
    down = on > 0.0 and warm < p_plant[PLANT_STAGE_WARM, k] and not up
    down = down and load <= max(p_plant[PLANT_STAGE_DOWN, k] * (on - 1.0), NOTHING) * each
    s_plant[PLANT_UP_TIME, k] = s_plant[PLANT_UP_TIME, k] + dt if up else 0.0
    s_plant[PLANT_DOWN_TIME, k] = s_plant[PLANT_DOWN_TIME, k] + dt if down else 0.0

    # The command comes so long before the restart delay is over as a start takes.
    command = p_plant[PLANT_RESTART, k] - p_plant[PLANT_START_TIME, k]
    if s_plant[PLANT_READY, k] < command:
        return
    if s_plant[PLANT_RESTARTING, k] > 0.0:
        if short:
            s_plant[PLANT_UP_TIME, k] = p_plant[PLANT_STAGE_DELAY, k]
        else:
            s_plant[PLANT_RESTARTING, k] = 0.0
            s_plant[PLANT_UP_TIME, k] = 0.0
    if up and s_plant[PLANT_UP_TIME, k] >= p_plant[PLANT_STAGE_DELAY, k]:
        stage_up(p_plant, s_plant, k, load, each, restarted)
    elif down and s_plant[PLANT_DOWN_TIME, k] >= p_plant[PLANT_STAGE_DELAY, k]:
        oldest = longest(p_plant, s_plant, k, True)
        if oldest >= 0 and s_plant[PLANT_MACHINE_TIME_0 + oldest, k] >= p_plant[PLANT_RUN_MIN, k]:
            stop_machine(s_plant, k, oldest, False, 0.0)
            s_plant[PLANT_DOWN_TIME, k] = 0.0


@scalar
def stage_up(p_plant: Array, s_plant: Array, k: int, load: float, each: float, restarted: float) -> None:
    """Start chillers of plant `k`: one, or in a restart as many as the stagger has had time for.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    load, each : float
        Heat that arrives for the chillers, and what one can take [W].
    restarted : float
        How long ago the first could have been commanded [s].
    """
    restarting = s_plant[PLANT_RESTARTING, k] > 0.0
    stagger = p_plant[PLANT_STAGGER, k]
    carried = carried_by_flow(p_plant, k, s_plant[PLANT_COND_FLOW, k])
    for _ in range(CHILLERS_MAX):
        on = s_plant[PLANT_CHILLERS_ON, k]
        rested = longest(p_plant, s_plant, k, False)
        if rested < 0 or on >= carried:
            return
        if restarting and on <= 0.0:
            ago = restarted
        elif s_plant[PLANT_SINCE_START, k] < stagger:
            return
        else:
            ago = s_plant[PLANT_SINCE_START, k] - stagger if restarting else 0.0
        if s_plant[PLANT_MACHINE_TIME_0 + rested, k] < p_plant[PLANT_OFF_MIN, k]:
            return
        start_machine(s_plant, k, rested, min(ago, s_plant[PLANT_MACHINE_TIME_0 + rested, k]))
        s_plant[PLANT_UP_TIME, k] = 0.0
        enough = load <= p_plant[PLANT_STAGE_UP, k] * (on + 1.0) * each
        if not restarting or enough:
            return
