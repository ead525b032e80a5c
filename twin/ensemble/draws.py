"""What chance decides of a member: when its outage comes, how long it lasts, which sets fail it.

A draw has an address (seed, member, unit, purpose). Every design meets the same outages and the same failures of
set 1, set 2, ..., so designs differ by what they are and not by luck (common random numbers).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from twin.kernels.philox import fill_uniform
from twin.kernels.scalar import Array, Links

DURATION, START, UNAVAILABLE, START_FAILS, RUN_LEFT = range(5)
"""Purposes of a draw."""


class Risk(Protocol):
    """What the draws of one generating set follow."""

    @property
    def availability(self) -> float:
        """Chance that it is in service."""

    @property
    def start_failure(self) -> float:
        """Chance that it will not start."""

    @property
    def mttf(self) -> float:
        """Mean running time to failure [s]."""


@dataclass(frozen=True)
class DurationLaw:
    """Lognormal duration of an outage.

    Attributes
    ----------
    median, longest : float
        [s]. A longer draw is cut to `longest`, not drawn again: its share stays in the sample.
    sigma : float
        Standard deviation of ln(duration).
    """

    median: float
    sigma: float
    longest: float

    def quantile(self, u: Array) -> Array:
        """Durations [s] at probabilities `u`, 0 to 1."""
        from scipy.special import ndtri

        duration: Array = np.minimum(self.median * np.exp(self.sigma * ndtri(u)), self.longest)
        return duration

    @property
    def share_cut(self) -> float:
        """Share of outages that would last longer than `longest`."""
        if self.sigma == 0.0:
            return float(self.median > self.longest)
        return 0.5 * math.erfc(math.log(self.longest / self.median) / self.sigma / math.sqrt(2.0))


@dataclass(frozen=True)
class Draws:
    """The draws of some members.

    Attributes
    ----------
    member : (member,) int array
        Their addresses.
    duration, start : (member,) arrays
        Of the outage, and its start after the start of the run [s].
    unavailable, start_fails : (member, set) bool arrays
        Whether a set is out of service, or will not start.
    run_left : (member, set) array
        Running time after which a set fails [s].
    """

    member: Links
    duration: Array
    start: Array
    unavailable: NDArray[np.bool_]
    start_fails: NDArray[np.bool_]
    run_left: Array

    @property
    def size(self) -> int:
        """Number of members."""
        return int(self.member.size)


def uniforms(seed: int, member: Links, unit: int, purpose: int) -> Array:
    """Uniform numbers in (0, 1), one per member."""
    out = np.empty(member.size)
    fill_uniform(out, seed, np.ascontiguousarray(member, dtype=np.int64), unit, purpose, 0)
    return out


def draw(seed: int, member: Links, law: DurationLaw, span: float, risks: Sequence[Risk]) -> Draws:
    """Draw outages and the failures of generating sets.

    Parameters
    ----------
    seed : int
        0 to 2^63 - 1.
    member : (member,) int array
        Addresses, in any order.
    law : DurationLaw
        Of the duration.
    span : float
        Outages start at any time within it, all alike [s].
    risks : sequence of Risk
        One per set. Running time to failure is exponential: sets have no memory.

    Returns
    -------
    Draws
    """

    def per_set(purpose: int) -> Array:
        columns = [uniforms(seed, member, g, purpose) for g in range(len(risks))]
        return np.column_stack(columns) if columns else np.zeros((member.size, 0))

    mttf = np.array([risk.mttf for risk in risks])
    return Draws(
        member=member,
        duration=law.quantile(uniforms(seed, member, 0, DURATION)),
        start=span * uniforms(seed, member, 0, START),
        unavailable=per_set(UNAVAILABLE) > np.array([risk.availability for risk in risks]),
        start_fails=per_set(START_FAILS) < np.array([risk.start_failure for risk in risks]),
        run_left=-mttf * np.log(per_set(RUN_LEFT)),
    )
