"""Risks that befall more than one generating set: common causes, repair, maintenance, and other equipment.

The beta-factor model splits the chance q that a set fails: with chance beta q a common cause takes the whole group;
else each set fails by itself with the chance that leaves q as a whole. For k of n sets to survive,

    P = (1 - beta q) sum_(i >= k) C(n, i) (1 - r)^i r^(n - i),   r = (q - beta q) / (1 - beta q).

Failures while running have the rates beta / mttf (all together) and (1 - beta) / mttf (each by itself).

References
----------
.. [1] A. Mosleh et al., *Procedures for treating common cause failures in safety and reliability studies*,
   NUREG/CR-4780, 1988, the beta-factor model (remembered).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from twin.facility.risk import GroupRisk
from twin.kernels.scalar import Array
from twin.scenario.reliability import YEAR

REPAIR, ATTEMPTS, ATTEMPTS_COMMON, COMMON_START, COMMON_RUN, MAINTENANCE, MODULES, STRINGS, FEEDS = range(
    5, 14
)
"""Purposes of a draw; 0 to 4 are those of `draws.py`."""

Uniform = Callable[[int, int, int], Array]
"""Uniform numbers of every member at an address (unit, purpose, index)."""


def split_chance(q: float, beta: float) -> tuple[float, float]:
    """Chance of the common cause, and of a set's own failure where there was none, that make `q` together."""
    common = beta * q
    return common, (q - common) / (1.0 - common) if common < 1.0 else 1.0


def start_failures(
    risk: GroupRisk, chances: Array, own: Array, uniform: Uniform
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Whether each set of a group fails to start, and how many attempts of each fail; both (member, set).

    Parameters
    ----------
    risk : GroupRisk
    chances : (set,) array
        Chance of each set that its start fails; where attempts are drawn, their chance takes its place.
    own : (member, set) array
        Uniform numbers of the sets' own failures.
    uniform : callable
        Further uniform numbers.
    """
    first = risk.sets[0]
    common = uniform(first, COMMON_START, 0)
    if risk.attempt_failure is None:
        split = np.array([split_chance(float(q), risk.beta_start) for q in chances])
        fails = (own < split[:, 1]) | (common[:, None] < split[:, 0])
        return fails, np.where(fails, risk.attempts, 0)
    stays, each = split_chance(risk.attempt_failure, risk.attempt_common)
    failed = np.zeros(own.shape, dtype=np.int64)
    for column, unit in enumerate(risk.sets):
        trying = np.ones(own.shape[0], dtype=np.bool_)
        for attempt in range(risk.attempts):
            trying = trying & (uniform(unit, ATTEMPTS, attempt) < each)
            failed[trying, column] += 1
        failed[uniform(unit, ATTEMPTS_COMMON, 0) < stays, column] = risk.attempts
    # A cause common to the group takes its share of what locks a single set out.
    lockout = stays + (1.0 - stays) * each**risk.attempts
    failed[common < risk.beta_start * lockout] = risk.attempts
    return failed >= risk.attempts, failed


def run_left(risk: GroupRisk, mttf: Array, own: Array, uniform: Uniform) -> Array:
    """Running time after which each set of a group fails [s], (member, set); `own` are their uniform numbers."""
    if risk.beta_run == 0.0:
        return -mttf * np.log(own)
    alone = (
        np.full(own.shape, np.inf) if risk.beta_run == 1.0 else -mttf / (1.0 - risk.beta_run) * np.log(own)
    )
    together = -mttf / risk.beta_run * np.log(uniform(risk.sets[0], COMMON_RUN, 0))[:, None]
    return np.minimum(alone, together)


def repair_times(risk: GroupRisk, uniform: Uniform) -> Array:
    """Time to repair each set of a group once it has failed [s], (member, set); infinite for never."""
    numbers = np.column_stack([uniform(unit, REPAIR, 0) for unit in risk.sets])
    if risk.repair is None:
        return np.full(numbers.shape, np.inf)
    if risk.repair_sigma is None:
        return -risk.repair * np.log(numbers)
    from scipy.special import ndtri

    # The mean of a lognormal is its median times exp(sigma^2 / 2).
    median = risk.repair * np.exp(-0.5 * risk.repair_sigma**2)
    times: Array = median * np.exp(risk.repair_sigma * ndtri(numbers))
    return times


def away(risk: GroupRisk, start: Array, uniform: Uniform) -> NDArray[np.bool_]:
    """Whether each set of a group is away for maintenance when an outage comes at `start` [s], (member, set)."""
    found = np.zeros((start.size, len(risk.sets)), dtype=np.bool_)
    for place, begun, ended in risk.windows:
        found[:, place] |= (begun <= start) & (start < ended)
    if risk.away > 0.0:
        share = risk.away / YEAR
        for place, unit in enumerate(risk.sets):
            if risk.one_at_a_time:
                # One clock for the group: the sets are away one after the other.
                turn = uniform(risk.sets[0], MAINTENANCE, 0)
                found[:, place] |= (place * share <= turn) & (turn < (place + 1) * share)
            else:
                found[:, place] |= uniform(unit, MAINTENANCE, 0) < share
    return found


def out_of_service(
    many: tuple[tuple[int, float], ...], purpose: int, uniform: Uniform, members: int
) -> Array:
    """How many pieces of each unit are out of service, (member, unit); each piece by itself."""
    found = np.zeros((members, len(many)))
    for unit, (count, chance) in enumerate(many):
        for piece in range(count if chance > 0.0 else 0):
            found[:, unit] += uniform(unit, purpose, piece) < chance
    return found


def feeds_out(chances: tuple[float, ...], uniform: Uniform, members: int) -> NDArray[np.bool_]:
    """Whether each feed is out of service, (member, feed)."""
    found = np.zeros((members, len(chances)), dtype=np.bool_)
    for unit, chance in enumerate(chances):
        if chance > 0.0:
            found[:, unit] = uniform(unit, FEEDS, 0) < chance
    return found
