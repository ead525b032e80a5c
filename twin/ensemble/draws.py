"""What chance decides of a member: when its outage comes, how long it lasts, which sets fail it.

A draw has an address (seed, member, unit, purpose). Every design meets the same outages and the same failures of
set 1, set 2, ..., so designs differ by what they are and not by luck (common random numbers).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from twin.ensemble import risks as beyond
from twin.facility.risk import SiteRisk
from twin.kernels import fields as f
from twin.kernels.clock import NEVER
from twin.kernels.philox import fill_uniform
from twin.kernels.scalar import Array, Links

DURATION, START, UNAVAILABLE, START_FAILS, RUN_LEFT = range(5)
"""Purposes of a draw; those of `risks.py` follow."""


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
    away : (member, set) bool array
        Whether a set is away for maintenance; it is among the unavailable too.
    attempts_failed : (member, set) int array
        Crank attempts that fail.
    repair : (member, set) array
        Time to repair a set that fails [s]; infinite for never.
    modules_out, strings_out : (member, ups), (member, battery) arrays
        Modules, and share of strings, out of service.
    feeds_out : (member, feed) bool array
        Whether a feed is out of service.
    """

    member: Links
    duration: Array
    start: Array
    unavailable: NDArray[np.bool_]
    start_fails: NDArray[np.bool_]
    run_left: Array
    away: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.bool_))
    attempts_failed: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    repair: Array = field(default_factory=lambda: np.zeros((0, 0)))
    modules_out: Array = field(default_factory=lambda: np.zeros((0, 0)))
    strings_out: Array = field(default_factory=lambda: np.zeros((0, 0)))
    feeds_out: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.bool_))

    @property
    def size(self) -> int:
        """Number of members."""
        return int(self.member.size)


def uniforms(seed: int, member: Links, unit: int, purpose: int, index: int = 0) -> Array:
    """Uniform numbers in (0, 1), one per member."""
    out = np.empty(member.size)
    fill_uniform(out, seed, np.ascontiguousarray(member, dtype=np.int64), unit, purpose, index)
    return out


def draw(
    seed: int,
    member: Links,
    law: DurationLaw,
    span: float,
    risks: Sequence[Risk],
    site: SiteRisk | None = None,
) -> Draws:
    """Draw outages and the failures of equipment.

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
    site : SiteRisk, optional
        What sets share, and other equipment. What it leaves at nothing leaves every other draw as it is.

    Returns
    -------
    Draws
    """
    site = site or SiteRisk()

    def per_set(purpose: int) -> Array:
        columns = [uniforms(seed, member, g, purpose) for g in range(len(risks))]
        return np.column_stack(columns) if columns else np.zeros((member.size, 0))

    def uniform(unit: int, purpose: int, index: int) -> Array:
        return uniforms(seed, member, unit, purpose, index)

    mttf = np.array([risk.mttf for risk in risks])
    chances = np.array([risk.start_failure for risk in risks])
    own_start, own_run = per_set(START_FAILS), per_set(RUN_LEFT)
    start = span * uniforms(seed, member, 0, START)
    fails = own_start < chances
    attempts = np.where(fails, 1, 0)
    left = -mttf * np.log(own_run)
    repair = np.full(left.shape, np.inf)
    absent = np.zeros(left.shape, dtype=np.bool_)
    for group in site.groups:
        mine = list(group.sets)
        fails[:, mine], attempts[:, mine] = beyond.start_failures(
            group, chances[mine], own_start[:, mine], uniform
        )
        left[:, mine] = beyond.run_left(group, mttf[mine], own_run[:, mine], uniform)
        repair[:, mine] = beyond.repair_times(group, uniform)
        absent[:, mine] = beyond.away(group, start, uniform)
    strings = beyond.out_of_service(site.strings, beyond.STRINGS, uniform, member.size)
    return Draws(
        member=member,
        duration=law.quantile(uniforms(seed, member, 0, DURATION)),
        start=start,
        unavailable=(per_set(UNAVAILABLE) > np.array([risk.availability for risk in risks])) | absent,
        start_fails=fails,
        run_left=left,
        away=absent,
        attempts_failed=attempts,
        repair=repair,
        modules_out=beyond.out_of_service(site.modules, beyond.MODULES, uniform, member.size),
        strings_out=strings / np.array([max(count, 1) for count, _ in site.strings]),
        feeds_out=beyond.feeds_out(site.feeds, uniform, member.size),
    )


def put(drawn: Draws, rows: Links, states: dict[str, Array]) -> None:
    """Write the draws `rows` into the states of as many members; the outage itself is not among them.

    Repair times and failed attempts are written where the generating sets know them.
    """
    genset = states["genset"]
    sets = genset.shape[2]
    genset[:, f.GEN_UNAVAILABLE] = drawn.unavailable[rows, :sets]
    genset[:, f.GEN_START_FAILS] = drawn.start_fails[rows, :sets]
    genset[:, f.GEN_RUN_LEFT] = drawn.run_left[rows, :sets]
    known = {entry.name: row for row, entry in enumerate(f.GENSET.states)}
    if "crank_fails" in known and drawn.attempts_failed.size:
        genset[:, known["crank_fails"]] = drawn.attempts_failed[rows, :sets]
    if "repair_left" in known and drawn.repair.size:
        genset[:, known["repair_left"]] = np.minimum(drawn.repair[rows, :sets], NEVER)
    if drawn.modules_out.size:
        states["ups"][:, f.UPS_MODULES_OUT] = drawn.modules_out[rows]
    if drawn.strings_out.size:
        states["battery"][:, f.BAT_STRINGS_OUT] = drawn.strings_out[rows]
    if drawn.feeds_out.size:
        out = drawn.feeds_out[rows]
        feed = states["feed"]
        feed[:, f.FEED_OUTAGE_START] = np.where(out, 0.0, feed[:, f.FEED_OUTAGE_START])
        feed[:, f.FEED_OUTAGE_END] = np.where(out, NEVER, feed[:, f.FEED_OUTAGE_END])
