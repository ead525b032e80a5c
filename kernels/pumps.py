"""Pumps in parallel on one loop: the flow that is left when some are out, and the spare that takes over.

A pump's head falls with its own flow, h = 1 + c - c q^2, and the loop's resistance rises with the whole flow, H = Q^2;
heads and flows are per unit of the design point, where every duty pump runs. With a share s of the duty pumps running,
q = Q / s, and the curves meet at

    Q = sqrt((1 + c) / (1 + c / s^2)).

Half of the pumps carry more than half of the flow: each runs out on its curve.
"""

from __future__ import annotations

import math

from twin.kernels.clock import INSTANT
from twin.kernels.scalar import scalar

HEAD_RISE = 0.25
"""Head at no flow above that at the design point, per unit: the upper end of what is called a flat curve, which closed
loops with parallel pumps ask for (ASHRAE Handbook HVAC Systems and Equipment, Centrifugal Pumps; remembered)."""


@scalar
def pump_flow(running: float) -> float:
    """Flow of a loop, per unit of design, with a share `running` of its duty pumps, 0 to 1.

    Parameters
    ----------
    running : float
        Pumps that run over pumps that run at the design point.

    Returns
    -------
    float
        0 to 1. A closed loop has no static head: any pump moves something.

    References
    ----------
    .. [1] I. J. Karassik et al., *Pump Handbook*, McGraw-Hill, pumps in parallel on a system-head curve (remembered).
    """
    if running <= 0.0:
        return 0.0
    return math.sqrt((1.0 + HEAD_RISE) / (1.0 + HEAD_RISE / (running * running)))


@scalar
def pumps_step(
    running: float, timer: float, seen: float, out: float, capacity: float, delay: float, dt: float
) -> tuple[float, float, float, float]:
    """Take a step of `dt` with pumps out of service: those that fail were running, spares start after a delay.

    State machine, drawn for one duty pump and one spare::

                    a pump fails                       delay
        ALL DUTY ---------------> FEWER (timer runs) ---------> ALL DUTY (on the spare)
            ^                        |  no spare left
            +------ repaired --------+

    Parameters
    ----------
    running : float
        Share of the duty pumps that run, at the start.
    timer : float
        Time that fewer run than could [s].
    seen, out : float
        Share of the installed pumps that was and is out of service; `out` holds for the whole step.
    capacity : float
        Installed pumps over duty pumps, 1 without a spare.
    delay : float
        From a failed pump to its spare [s].
    dt : float
        Step [s].

    Returns
    -------
    tuple of float
        Mean flow of the step, per unit of design; mean share of the duty pumps that ran; the share that runs at the
        end; the timer at the end [s]. The instant at which a spare starts is met exactly, whatever the step.
    """
    able = max(1.0 - out, 0.0) * capacity
    target = min(able, 1.0)
    if out > seen:
        running = running - (out - seen) * capacity
        timer = 0.0
    running = min(max(running, 0.0), able)
    if running >= target:
        return pump_flow(target), target, target, 0.0
    wait = max(delay - timer, 0.0)
    if wait > dt - INSTANT:
        return pump_flow(running), running, running, timer + dt
    before = wait / dt
    flow = before * pump_flow(running) + (1.0 - before) * pump_flow(target)
    return flow, before * running + (1.0 - before) * target, target, 0.0


@scalar
def pumps_least(
    running: float, timer: float, seen: float, out: float, capacity: float, delay: float, dt: float
) -> tuple[float, float]:
    """Least flow of the step that `pumps_step` is about to take, and for how long: what a flow switch sees.

    Parameters
    ----------
    running, timer, seen, out, capacity, delay, dt : float
        As for `pumps_step`, at the start of the step.

    Returns
    -------
    tuple of float
        Flow, per unit of design; seconds of the step it lasts.
    """
    able = max(1.0 - out, 0.0) * capacity
    target = min(able, 1.0)
    if out > seen:
        running = running - (out - seen) * capacity
        timer = 0.0
    running = min(max(running, 0.0), able)
    if running >= target:
        return pump_flow(target), dt
    return pump_flow(running), min(max(delay - timer, 0.0), dt)
