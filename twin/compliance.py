"""What a grid code asks of a large load when the grid is disturbed, and whether the site did it.

An envelope says how long the voltage and the frequency may be how far out before a load may leave. Each excursion of
the grid is held against it: when the grid itself left the envelope the site was free to go; when it did not, the site
had to stay, and to be back at most of its power soon after the voltage was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Envelope:
    """How far the grid may go for how long before a load may leave.

    Attributes
    ----------
    name, source, confidence : str
        Where it is from, and how surely it is known.
    under, over : tuple of (level [pu], time [s])
        Below, or at and above, the level for longer than the time, the load may leave. The mildest level bounds what
        is no excursion.
    slow, fast : tuple of (level [Hz], time [s])
        The same for the frequency; empty where it says nothing. `nominal` says for which grid.
    nominal : float
        Frequency of the grid the levels are for [Hz].
    back, within : float
        Share of its power that a load must have again, and how soon after the voltage is back [s].
    """

    name: str
    source: str
    confidence: str
    under: tuple[tuple[float, float], ...]
    over: tuple[tuple[float, float], ...]
    slow: tuple[tuple[float, float], ...] = ()
    fast: tuple[tuple[float, float], ...] = ()
    nominal: float = 60.0
    back: float = 0.9
    within: float = 2.0


NOGRR282 = Envelope(
    "ERCOT NOGRR282",
    "ERCOT NOGRR282, large loads of 75 MW and more; check before relying on it",
    "S",
    under=((0.90, 2.0), (0.80, 0.5), (0.50, 0.25), (0.20, 0.15)),
    over=((1.10, 2.0), (1.20, 0.0)),
    slow=((58.8, 299.0), (57.0, 0.0)),
    fast=((61.2, 299.0), (61.8, 0.0)),
)
PRC024 = Envelope(
    "NERC PRC-024-3",
    "NERC PRC-024-3, voltage boundaries; written for generators, without a time to be back",
    "M",
    under=((0.90, 3.0), (0.75, 2.0), (0.65, 0.30), (0.45, 0.15)),
    over=((1.10, 1.0), (1.15, 0.5), (1.175, 0.2), (1.20, 0.0)),
    within=float("inf"),
)
ENVELOPES = (NOGRR282, PRC024)


@dataclass(frozen=True)
class Excursion:
    """One excursion of the grid, and what the site did.

    Attributes
    ----------
    start, duration : float
        [s].
    lowest, highest : float
        Voltage in it [pu].
    slowest, fastest : float
        Frequency in it [Hz].
    inside : bool
        Whether the grid kept to the envelope: the site had to stay.
    before, least : float
        Import just before, and the least from its start until it was back or the record ends [W].
    back_after : float or None
        How long after the grid was back the import was back too [s]; None: not in the record.
    stayed : bool
        Whether the import was back as soon as the envelope asks.
    """

    start: float
    duration: float
    lowest: float
    highest: float
    slowest: float
    fastest: float
    inside: bool
    before: float
    least: float
    back_after: float | None
    stayed: bool


def excursions(
    envelope: Envelope, time: Array, voltage: Array, frequency: Array, power: Array
) -> list[Excursion]:
    """Hold a record against an envelope.

    Parameters
    ----------
    envelope : Envelope
    time : (n,) array
        Evenly spaced; each sample stands for the spacing that ends at it [s].
    voltage, frequency, power : (n,) arrays
        At the connection [pu, Hz], and the site's import [W].

    Returns
    -------
    list of Excursion
        In the order of time. Power is compared with that before the first excursion from which the site has not come
        back: a load that is away cannot lose more.
    """
    spacing = float(time[1] - time[0]) if time.size > 1 else 1.0
    has_frequency = bool(envelope.slow) and abs(float(np.median(frequency)) - envelope.nominal) < 5.0
    out = np.zeros(time.size, dtype=np.bool_)
    for exceeds, _ in _levels(envelope, voltage, frequency, has_frequency):
        out |= exceeds
    found: list[Excursion] = []
    before: float | None = None
    for first, last in _runs(out):
        part = slice(first, last)
        inside = all(
            _longest(exceeds[part]) * spacing <= allowed + 1e-9
            for exceeds, allowed in _levels(envelope, voltage, frequency, has_frequency)
        )
        if before is None:
            before = float(power[first - 1]) if first > 0 else float(power[first])
        after = np.flatnonzero(power[last:] >= envelope.back * before - 1e-9)
        back = float(after[0]) * spacing if after.size else None
        end = last + int(after[0]) + 1 if after.size else power.size
        found.append(
            Excursion(
                start=float(time[first]) - spacing,
                duration=(last - first) * spacing,
                lowest=float(voltage[part].min()),
                highest=float(voltage[part].max()),
                slowest=float(frequency[part].min()),
                fastest=float(frequency[part].max()),
                inside=inside,
                before=before,
                least=float(power[first:end].min()),
                back_after=back,
                stayed=back is not None and back <= envelope.within,
            )
        )
        if _back_before_next(out, last, back, spacing):
            before = None
    return found


def _back_before_next(out: NDArray[np.bool_], last: int, back: float | None, spacing: float) -> bool:
    """Whether the import was back before the next excursion began."""
    if back is None:
        return False
    following = np.flatnonzero(out[last:])
    return following.size == 0 or back < float(following[0]) * spacing


def _levels(
    envelope: Envelope, voltage: Array, frequency: Array, has_frequency: bool
) -> Iterator[tuple[NDArray[np.bool_], float]]:
    """Yield for every level of an envelope where it is exceeded, and for how long that is allowed [s]."""
    for level, allowed in envelope.under:
        yield voltage < level, allowed
    for level, allowed in envelope.over:
        yield voltage >= level, allowed
    if has_frequency:
        for level, allowed in envelope.slow:
            yield frequency < level, allowed
        for level, allowed in envelope.fast:
            yield frequency > level, allowed


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one past the last index of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _longest(flags: NDArray[np.bool_]) -> int:
    """Length of the longest run of true values."""
    return max((last - first for first, last in _runs(flags)), default=0)
