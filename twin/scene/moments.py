"""Which instants are shown: before, during and after what happened, or those that were asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.kernels import fields
from twin.result import Result

DISTURBANCES = ("outage", "mains lost", "ups on battery", "bus dead")
"""Kinds of event that begin a disturbance."""


@dataclass(frozen=True)
class Moment:
    """An instant [s since the start] with a name for a file and words for a title."""

    t: float
    name: str
    words: str


def story(result: Result, chosen: NDArray[np.int64], member: int | None) -> list[Moment]:
    """The three instants that tell a run: before the disturbance, at its worst for the racks, and at the end.

    The worst is where most racks do not work and, among those instants, where the hottest inlet is hottest. They are
    rows of the rack series; a run that recorded few of them has fewer moments.

    Parameters
    ----------
    result : a result with rack series.
    chosen : racks looked at.
    member : member of the ensemble; the first recorded one by default.
    """
    time = result.time("rack")
    begins = [e.t for e in result.events if e.kind in DISTURBANCES and e.t > time[0]]
    before = int(np.searchsorted(time, min(begins), side="left")) - 1 if begins else 0
    down, hottest = suffering(result, chosen, member)
    later = np.arange(len(time)) > before
    if not later.any():
        return [Moment(float(time[before]), "before", "at the start")]
    most = down[later].max()
    worst = int(np.argmax(np.where(later & (down == most), hottest, -np.inf)))
    words = ("at the start", "at the hottest", "at the end")
    if begins:
        words = ("before the loss of mains", "at the worst", "at the end")
    shown: dict[int, Moment] = {}
    for row, name, said in zip(
        (before, worst, len(time) - 1), ("before", "during", "after"), words, strict=True
    ):
        shown.setdefault(row, Moment(float(time[row]), name, said))
    return list(shown.values())


def suffering(
    result: Result, chosen: NDArray[np.int64], member: int | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share of the racks that do not work, and the highest inlet [degC], for each row of the rack series."""
    rows = len(result.time("rack"))
    down, hottest = np.zeros(rows), np.zeros(rows)
    if result.has("rack", "mode"):
        parts = [
            (v[:, chosen] != fields.RACK_ON).mean(axis=1) for _, v in result.slabs("rack", "mode", member)
        ]
        down = np.concatenate(parts)
    if result.has("rack", "temperature_inlet"):
        parts = [v[:, chosen].max(axis=1) for _, v in result.slabs("rack", "temperature_inlet", member)]
        hottest = np.concatenate(parts).astype(np.float64)
    return down, hottest


def frames(result: Result, moments: list[Moment], most: int) -> list[float]:
    """Instants for a slider or an animation: the moments, and others evenly between the first row and the last.

    Only rows of the rack series are shown: nothing between them was recorded.
    """
    time = result.time("rack")
    rows = {int(np.searchsorted(time, m.t + 1e-9, side="right")) - 1 for m in moments}
    even = max(2, most - len(rows))
    rows |= {round(i) for i in np.linspace(0, len(time) - 1, min(even, len(time)))}
    return [float(time[max(0, row)]) for row in sorted(rows)]


def clock(result: Result, t: float) -> str:
    """An instant since the start as a person says it: minutes up to a few hours, hours up to two days, days."""
    if result.duration <= 2 * 86400:
        hours, rest = divmod(round(t), 3600)
        tail = f"{rest // 60:02d}:{rest % 60:02d}"
        return f"{hours}:{tail} h" if hours else f"{tail} min"
    return f"{t / 86400:.2f} days"


def moment_words(result: Result, t: float, words: str) -> str:
    """An instant in words, with what is special about it."""
    return f"{clock(result, t)} after the start{', ' if words else ''}{words}"
