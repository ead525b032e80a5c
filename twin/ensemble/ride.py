"""Rides one batch of members through their outages."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from twin import accounts
from twin.actions import NONE, Acting, Actions
from twin.disturbances import none
from twin.ensemble.conditions import Conditions
from twin.ensemble.outcomes import Outcomes, outcomes
from twin.ensemble.schedule import COARSE, Phase, intervals
from twin.kernels import fields as f
from twin.kernels.backend import Interval, open_machine
from twin.kernels.scalar import Array, Links
from twin.kernels.site import Site

APPROACH_STEP = 10.0
APPROACH_STEPS = 60
"""Step [s] and steps per interval of the approach to the state before the outage."""

Progress = Callable[[float], None]
"""Told the share that is done, 0 to 1."""

NO_DISTURBANCE = none()


def ride(
    site: Site,
    states: dict[str, Array],
    variant: Links,
    duration: Array,
    start: Array,
    conditions: Conditions,
    aftermath: float,
    *,
    schedule: tuple[Phase, ...] = COARSE,
    backend: str = "auto",
    progress: Progress | None = None,
    actions: Actions = NONE,
) -> Outcomes:
    """Take the mains from every member at run time 0 and follow it until some time after their return.

    A duration of 0 leaves the mains. A feed that is dead already in `states` stays as it is. After an action the steps
    are again as fine as after the loss of mains; it is made at the next thermal step of the schedule.

    Parameters
    ----------
    site : Site
        With a variant per design.
    states : dict of str to (member, field, unit) array
        States before the outage, accounts at zero; used up.
    variant : (member,) int array
        Design of each member.
    duration, start : (member,) arrays
        Of the outage, and its start after the start of the run [s].
    conditions : Conditions
        Weather and work.
    aftermath : float
        How long a member is followed after the return of the mains [s].
    schedule : tuple of Phase
        Steps.
    backend : str
        auto, cpu, cuda or sim.
    progress : callable, optional
        Told the share of member time that is done.
    actions : Actions
        What fails, is repaired and is done, at times after the loss of mains.

    Returns
    -------
    Outcomes
    """
    dead = states["feed"][:, f.FEED_OUTAGE_START] <= 0.0
    states["feed"][:, f.FEED_OUTAGE_START] = 0.0
    states["feed"][:, f.FEED_OUTAGE_END] = np.where(
        dead, np.maximum(states["feed"][:, f.FEED_OUTAGE_END], duration[:, None]), duration[:, None]
    )
    acting = Acting.on(actions, states)
    machine = open_machine(backend, site, states, variant)
    leaves = duration + aftermath
    signal, utilisation = conditions.rows(start)
    total = leaves.sum()
    since = -math.inf
    for t, phase in intervals(schedule, float(leaves.max()), actions.times):
        active = leaves > t
        acting.act(machine, since, t)
        since = t
        if t > 0.0 and not conditions.constant:
            signal[active], utilisation[active] = conditions.rows(start[active] + t)
        machine.advance(
            Interval(
                start=t,
                step=phase.step,
                steps=phase.steps,
                thermal_every=phase.thermal_every,
                trace_every=0,
                active=active.astype(np.int64),
                signal=signal,
                utilisation=utilisation,
                disturbances=NO_DISTURBANCE,
            )
        )
        if progress is not None:
            progress(float(np.minimum(leaves, t + phase.step * phase.steps).sum() / total))
    return outcomes(site, machine.states(), variant, duration)


def before_outage(
    site: Site, start: Array, conditions: Conditions, hours: float, backend: str
) -> dict[str, Array]:
    """Bring members to the state they have on the mains when their outage starts; accounts at zero.

    Parameters
    ----------
    site : Site
        Its first variant is used: on the mains, designs differ only in what rests.
    start : (member,) array
        Time of the outage after the start of the run [s]. Before the start of the run, its first values hold.
    conditions : Conditions
        Weather and work.
    hours : float
        How long the approach takes [h]; a chilled-water tank needs about two.
    backend : str
        auto, cpu, cuda or sim.

    Returns
    -------
    dict of str to (member, field, unit) array
        One member when conditions are constant, else one per start.
    """
    start = start[:1] if conditions.constant else start
    members = start.size
    states = {name: np.repeat(block[:1], members, axis=0) for name, block in site.states.items()}
    machine = open_machine(backend, site, states, np.zeros(members, dtype=np.int64))
    length = APPROACH_STEP * APPROACH_STEPS
    count = round(hours * 3600.0 / length)
    for k in range(count):
        t = (k - count) * length
        signal, utilisation = conditions.rows(np.maximum(start + t, 0.0))
        machine.advance(
            Interval(
                start=t,
                step=APPROACH_STEP,
                steps=APPROACH_STEPS,
                thermal_every=1,
                trace_every=0,
                active=np.ones(members, dtype=np.int64),
                signal=signal,
                utilisation=utilisation,
                disturbances=NO_DISTURBANCE,
            )
        )
    settled = {name: np.array(block) for name, block in machine.states().items()}
    accounts.zero_accounts(settled)
    return settled
