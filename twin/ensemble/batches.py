"""Members in batches that fit in memory, here or on the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from twin.actions import NONE, Actions
from twin.ensemble.conditions import Conditions
from twin.ensemble.draws import Draws, put
from twin.ensemble.outcomes import Outcomes
from twin.ensemble.ride import Progress, ride
from twin.ensemble.schedule import COARSE, Phase
from twin.kernels import fields as f
from twin.kernels.battery import battery_stored
from twin.kernels.scalar import Array, Links
from twin.kernels.site import Site

DEVICE_BYTES = 400e6
"""Most memory the states of one batch may take on a device, which wants many members at once."""
THREAD_BYTES = 2e6
"""The same for each thread of a processor: what its cache holds goes through all of an outage a sixth faster."""

OWN = ("genset", "battery", "pcs")
"""Classes that differ between designs and rest on the mains: their states come from the design."""


@dataclass(frozen=True)
class Plan:
    """Designs against outages: every design meets every outage.

    Attributes
    ----------
    site : Site
        One variant per design, with the initial states of each.
    settled : dict of str to (1 or outage, field, unit) array
        States before the outage, see `before_outage`.
    draws : Draws
        The outages.
    soc : (design, outage) array, optional
        Charge of the battery of converter `storage` when the outage comes; None: as the design says.
    storage : int
    surplus : (design, set) bool array
        Sets that a design does not have.
    conditions : Conditions
        Weather and work.
    aftermath : float
        How long a member is followed after the return of the mains [s].
    actions : Actions
        What fails and is done in every outage, at times after the loss of mains.
    """

    site: Site
    settled: dict[str, Array]
    draws: Draws
    soc: Array | None
    storage: int
    surplus: NDArray[np.bool_]
    conditions: Conditions
    aftermath: float
    schedule: tuple[Phase, ...] = COARSE
    backend: str = "auto"
    actions: Actions = NONE


@dataclass(frozen=True)
class Batch:
    """Some members: the design and the outage of each."""

    variant: Links
    outage: Links


def batches(plan: Plan, most_bytes: float | None = None) -> Iterator[Batch]:
    """Yield all members, design after design, in batches of at most `most_bytes` of states."""
    if most_bytes is None:
        most_bytes = THREAD_BYTES * numba.get_num_threads() if plan.backend == "cpu" else DEVICE_BYTES
    each = sum(block[0].nbytes for block in plan.site.states.values())
    size = max(int(most_bytes // max(each, 1)), 1)
    total = plan.site.variants * plan.draws.size
    # Batches of one size leave no core idle at the end.
    for part in np.array_split(np.arange(total), -(-total // size)):
        yield Batch(part // plan.draws.size, part % plan.draws.size)


def member_states(plan: Plan, batch: Batch) -> dict[str, Array]:
    """States of the members of a batch before their outage, with their draws."""
    shared = np.zeros_like(batch.outage) if plan.settled["rack"].shape[0] == 1 else batch.outage
    states = {
        name: (plan.site.states[name][batch.variant] if name in OWN else block[shared])
        for name, block in plan.settled.items()
    }
    put(plan.draws, batch.outage, states)
    states["genset"][:, f.GEN_UNAVAILABLE] += plan.surplus[batch.variant]
    if plan.soc is not None:
        i = plan.site.states["ups"].shape[2] + plan.storage
        charge(plan.site, states["battery"], i, batch.variant, plan.soc[batch.variant, batch.outage])
    return states


def charge(site: Site, battery: Array, i: int, variant: Links, soc: Array) -> None:
    """Set the charge of battery `i` of each member, and the energy that goes with it."""
    pairs, member = np.unique(np.column_stack([variant, soc]), axis=0, return_inverse=True)
    stored = [battery_stored(site.params["battery"][int(v)], i, float(z), 0.0) for v, z in pairs]
    battery[:, f.BAT_SOC, i] = soc
    battery[:, f.BAT_STORED, i] = np.array(stored)[member.reshape(-1)]


def ride_batch(plan: Plan, batch: Batch, progress: Progress | None = None) -> Outcomes:
    """Ride one batch of a plan."""
    found = ride(
        plan.site,
        member_states(plan, batch),
        batch.variant,
        plan.draws.duration[batch.outage],
        plan.draws.start[batch.outage],
        plan.conditions,
        plan.aftermath,
        schedule=plan.schedule,
        backend=plan.backend,
        progress=progress,
        actions=plan.actions,
    )
    return replace(found, failed=failed_parts(plan, batch, found.lost_after))


def failed_parts(plan: Plan, batch: Batch, lost_after: Array) -> NDArray[np.int64]:
    """How many parts chance had taken from each member by the loss of its first rack, (member, FAILED_KINDS).

    A set that runs out of running time is counted when the outage had lasted that long by then.
    """
    drawn, rows = plan.draws, batch.outage
    sets = plan.surplus.shape[1]
    here = ~plan.surplus[batch.variant]
    absent = drawn.unavailable[rows, :sets] & here
    no_start = drawn.start_fails[rows, :sets] & here & ~absent
    until = np.where(np.isnan(lost_after), drawn.duration[rows], lost_after)
    stopped = (drawn.run_left[rows, :sets] < until[:, None]) & here & ~absent & ~no_start
    columns: list[NDArray[Any]] = [absent, no_start, stopped]
    columns += [
        piece[rows] if piece.size else np.zeros((rows.size, 1))
        for piece in (drawn.modules_out, np.ceil(drawn.strings_out), drawn.feeds_out)
    ]
    return np.column_stack([np.asarray(column).sum(axis=1) for column in columns]).astype(np.int64)


def ride_all(
    plan: Plan,
    *,
    progress: Progress | None = None,
    client: Any = None,
    most_bytes: float | None = None,
) -> Outcomes:
    """Ride every member of a plan.

    Parameters
    ----------
    plan : Plan
        Designs and outages.
    progress : callable, optional
        Told the share that is done, 0 to 1.
    client : dask.distributed.Client, optional
        Batches go to its workers; without one they run here, one after the other. The outcomes are the same.
    most_bytes : float, optional
        Memory of one batch's states; by default what suits the backend.

    Returns
    -------
    Outcomes
        Design after design, outages in the order of the draws.
    """
    parts = list(batches(plan, most_bytes))
    if client is not None:
        shared = client.scatter(plan, broadcast=True)
        futures = [client.submit(ride_batch, shared, part, pure=False) for part in parts]
        done = []
        for k, future in enumerate(futures):
            done.append(future.result())
            report(progress, (k + 1) / len(parts))
        return Outcomes.joined(done)
    found = []
    for k, part in enumerate(parts):
        found.append(ride_batch(plan, part, within(progress, k, len(parts))))
    return Outcomes.joined(found)


def within(progress: Progress | None, k: int, count: int) -> Progress | None:
    """Progress of part `k` of `count` as progress of the whole."""
    if progress is None:
        return None
    whole: Callable[[float], None] = progress
    return lambda share: whole((k + share) / count)


def report(progress: Progress | None, share: float) -> None:
    """Tell the share that is done to whoever asked."""
    if progress is not None:
        progress(share)
