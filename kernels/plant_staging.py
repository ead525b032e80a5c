"""Chillers of one plant over a step: what they can take, how many run next, and the pumps of their condensers.

A plant whose chillers are not staged runs as many as the load takes, at once; one with staging starts and stops them
one by one (`chiller_staging.py`).
"""

from __future__ import annotations

from twin.kernels.chiller import chillers_running
from twin.kernels.chiller_staging import (
    staging_capacity,
    staging_cooling,
    staging_step,
    staging_trips,
)
from twin.kernels.fields import (
    PLANT_CHILLER_TIME,
    PLANT_CHILLERS,
    PLANT_CHILLERS_ON,
    PLANT_CHILLERS_OUT,
    PLANT_COND_CAPACITY,
    PLANT_COND_DELAY,
    PLANT_COND_FLOW,
    PLANT_COND_LEAST,
    PLANT_COND_LOW,
    PLANT_COND_OUT,
    PLANT_COND_PUMPS,
    PLANT_COND_RUNNING,
    PLANT_COND_SEEN,
    PLANT_COND_TIMER,
    PLANT_OUTSIDE_CURVES,
    PLANT_P_CHILLER,
    PLANT_PUMP_CAPACITY,
    PLANT_PUMP_DELAY,
    PLANT_PUMP_TIMER,
    PLANT_PUMPS_OUT,
    PLANT_PUMPS_RUNNING,
    PLANT_PUMPS_SEEN,
    PLANT_READY,
    PLANT_RESTART,
    PLANT_RESTARTING,
    PLANT_STAGED,
    PLANT_START_TIME,
    PLANT_T,
    PLANT_T_CONDENSER,
    PLANT_TC_MAX,
    PLANT_TC_MIN,
    PLANT_TE_MAX,
    PLANT_TE_MIN,
)
from twin.kernels.plant_chillers import FULLY_SERVED, limited_heat, restart_share
from twin.kernels.pumps import pumps_least, pumps_step
from twin.kernels.scalar import Array, scalar

OUTSIDE = 0.05
"""Kelvin beyond the range of a fit that count as outside."""


@scalar
def condenser_flow_step(p_plant: Array, s_plant: Array, k: int, served: float, dt: float) -> None:
    """Set the condenser water of plant `k` in this step: its mean, its least, and how long that lasts.

    Called before the plant's other pumps take their step: with none of its own the condensers share theirs.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    served : float
        Share of the step in which its pumps were served.
    dt : float
        Thermal step [s].
    """
    own = p_plant[PLANT_COND_PUMPS, k] > 0.0
    running = s_plant[PLANT_COND_RUNNING, k] if own else s_plant[PLANT_PUMPS_RUNNING, k]
    timer = s_plant[PLANT_COND_TIMER, k] if own else s_plant[PLANT_PUMP_TIMER, k]
    seen = s_plant[PLANT_COND_SEEN, k] if own else s_plant[PLANT_PUMPS_SEEN, k]
    out = s_plant[PLANT_COND_OUT, k] if own else s_plant[PLANT_PUMPS_OUT, k]
    capacity = p_plant[PLANT_COND_CAPACITY, k] if own else p_plant[PLANT_PUMP_CAPACITY, k]
    delay = p_plant[PLANT_COND_DELAY, k] if own else p_plant[PLANT_PUMP_DELAY, k]
    least, low = pumps_least(running, timer, seen, out, capacity, delay, dt)
    flow, _, running_end, timer_end = pumps_step(running, timer, seen, out, capacity, delay, dt)
    if own:
        s_plant[PLANT_COND_RUNNING, k] = running_end
        s_plant[PLANT_COND_TIMER, k] = timer_end
        s_plant[PLANT_COND_SEEN, k] = out
    if served < FULLY_SERVED:
        least = 0.0
        low = (1.0 - served) * dt
    s_plant[PLANT_COND_FLOW, k] = served * flow
    s_plant[PLANT_COND_LEAST, k] = least
    s_plant[PLANT_COND_LOW, k] = low


@scalar
def chillers_ready(
    p_plant: Array, s_plant: Array, k: int, each: float, served: float, live: float, dt: float
) -> tuple[float, float]:
    """What the chillers of plant `k` can take in this step, and the time since power returned after it.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    each : float
        What one chiller can take at present temperatures [W].
    served, live : float
        Shares of the step: of their power that was served, and in which their bus could serve anything.
    dt : float
        Step [s].

    Returns
    -------
    tuple of float
        Heat [W]; time held at the restart delay [s].
    """
    share, ready = restart_share(s_plant[PLANT_READY, k], p_plant[PLANT_RESTART, k], live, dt)
    if p_plant[PLANT_STAGED, k] <= 0.0:
        able = max(p_plant[PLANT_CHILLERS, k] - s_plant[PLANT_CHILLERS_OUT, k], 0.0)
        running = s_plant[PLANT_CHILLERS_ON, k]
    else:
        # Those that ran when the bus died had cooled until then.
        share = live
        able = staging_capacity(p_plant, s_plant, k, dt)
        running = able
        staging_trips(p_plant, s_plant, k, live)
    given = served / live if live > 0.0 else 0.0
    if given >= FULLY_SERVED:
        return share * able * each, ready
    power = given * s_plant[PLANT_P_CHILLER, k]
    water, condenser = s_plant[PLANT_T, k], s_plant[PLANT_T_CONDENSER, k]
    return share * limited_heat(p_plant, k, power, each, running, water, condenser), ready


@scalar
def chillers_next(
    p_plant: Array, s_plant: Array, k: int, heat: float, arriving: float, each: float, ready: float, dt: float
) -> float:
    """Chillers of plant `k` that share the load of the next step; with staging, after it has started and stopped some.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants; READY is still that at the start of the step.
    k : int
        Plant.
    heat : float
        Heat the loop wants taken to be at its set point by the end of a step [W].
    arriving : float
        Heat that arrives for the chillers, which staging looks at [W].
    each : float
        What one chiller can take [W].
    ready : float
        Time since power returned, after the step [s].
    dt : float
        Step [s].
    """
    if p_plant[PLANT_STAGED, k] > 0.0:
        before = s_plant[PLANT_READY, k]
        command = p_plant[PLANT_RESTART, k] - p_plant[PLANT_START_TIME, k]
        ago = max(0.0, before + dt - command) if before < command else 0.0
        s_plant[PLANT_READY, k] = ready
        staging_step(p_plant, s_plant, k, arriving, each, ago, dt)
        count = staging_cooling(p_plant, s_plant, k)
    elif ready < p_plant[PLANT_RESTART, k]:
        count = 0.0
        s_plant[PLANT_CHILLERS_ON, k] = 0.0
    else:
        installed = max(p_plant[PLANT_CHILLERS, k] - s_plant[PLANT_CHILLERS_OUT, k], 0.0)
        count = chillers_running(heat, each, installed)
        s_plant[PLANT_CHILLERS_ON, k] = count
        s_plant[PLANT_CHILLER_TIME, k] += count * dt
        s_plant[PLANT_RESTARTING, k] = 0.0
    outside_curves(p_plant, s_plant, k, count, dt)
    return count


@scalar
def chillers_standing_by(p_plant: Array, s_plant: Array, k: int, count: float, ready: float) -> float:
    """Chillers of plant `k` that may run in the next step; staged ones only where `count` of them were started.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    count : float
        Chillers that share the load of the next step.
    ready : float
        Time since power returned, after the step [s].
    """
    if p_plant[PLANT_STAGED, k] > 0.0:
        return count
    if ready < p_plant[PLANT_RESTART, k]:
        return 0.0
    return max(p_plant[PLANT_CHILLERS, k] - s_plant[PLANT_CHILLERS_OUT, k], 0.0)


@scalar
def outside_curves(p_plant: Array, s_plant: Array, k: int, count: float, dt: float) -> None:
    """Count the time in which chillers of plant `k` run at water temperatures that their curves were not fitted for."""
    te = s_plant[PLANT_T, k]
    tc = s_plant[PLANT_T_CONDENSER, k]
    over = max(te - p_plant[PLANT_TE_MAX, k], tc - p_plant[PLANT_TC_MAX, k])
    under = max(p_plant[PLANT_TE_MIN, k] - te, p_plant[PLANT_TC_MIN, k] - tc)
    if count > 0.0 and max(over, under) > OUTSIDE:
        s_plant[PLANT_OUTSIDE_CURVES, k] += dt
