"""What the grid does to a run: rows for the kernels, from the events of a scenario and from a measured series.

A row runs linearly from its start to its end; its columns are the `DISTURBANCE_...` of `kernels/fields_supply.py`.
A kernel looks at every row in every step, so an interval is handed only the rows that act in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    DISTURBANCE_END,
    DISTURBANCE_OFFSET_0,
    DISTURBANCE_OFFSET_1,
    DISTURBANCE_START,
    DISTURBANCE_VOLTAGE_0,
    DISTURBANCE_VOLTAGE_1,
    DISTURBANCE_WIDTH,
)
from twin.kernels.scalar import Array
from twin.signals.series import Series

Flags = NDArray[np.bool_]

ALL = -1
"""Every feed."""

PER_PERIOD = 40
"""Rows for one period of an oscillation: straight lines between them miss at most 0.3 % of its amplitude."""

DIES_OUT = 0.01
"""An oscillation is over when its amplitude has fallen to this share."""


def none() -> Array:
    """No disturbance: an array of no rows."""
    return np.zeros((0, DISTURBANCE_WIDTH))


def row(
    start: float,
    end: float,
    feed: int = ALL,
    *,
    voltage: float = 1.0,
    voltage_end: float | None = None,
    offset: float = 0.0,
    offset_end: float | None = None,
    jump: float = 0.0,
) -> tuple[float, ...]:
    """One row: from `start` to `end`, run time [s], on one feed or all.

    Parameters
    ----------
    start, end : float
        [s]; a row without a length only jumps.
    feed : int
        Index of the feed, or ALL.
    voltage, voltage_end : float
        Positive-sequence residual at both ends [pu]; constant without the second.
    offset, offset_end : float
        Frequency offset at both ends [Hz]; constant without the second.
    jump : float
        Lasting jump of the voltage angle at the start [rad].
    """
    return (
        start, end, float(feed), voltage, voltage if voltage_end is None else voltage_end,
        offset, offset if offset_end is None else offset_end, jump,
    )  # fmt: skip


def rows(given: Iterable[tuple[float, ...]]) -> Array:
    """Put rows made by `row` into one array."""
    return np.array(list(given), dtype=np.float64).reshape(-1, DISTURBANCE_WIDTH)


def sag_rows(sags: Iterable[Sequence[float]]) -> Array:
    """Rows of rectangular sags and swells, each (start [s], end [s], feed or ALL, residual [pu])."""
    return rows(row(start, end, int(feed), voltage=residual) for start, end, feed, residual in sags)


def chain(time: Array, voltage: Array | None = None, offset: Array | None = None, feed: int = ALL) -> Array:
    """Rows of a piecewise-linear course through n points: n - 1 rows, end to end.

    Parameters
    ----------
    time : (n,) array
        Increasing run times [s].
    voltage, offset : (n,) arrays
        Residual voltage [pu], 1 by default, and frequency offset [Hz], 0 by default.
    feed : int
        Index of the feed, or ALL.
    """
    made = np.zeros((max(time.size - 1, 0), DISTURBANCE_WIDTH))
    v = np.ones(time.size) if voltage is None else voltage
    f = np.zeros(time.size) if offset is None else offset
    for column, values in enumerate(
        (time[:-1], time[1:], np.full(made.shape[0], float(feed)), v[:-1], v[1:], f[:-1], f[1:])
    ):
        made[:, column] = values
    return made


def oscillation(
    at: float, duration: float, rate: float, damping: float, amplitude: float, swing: float, feed: int = ALL
) -> Array:
    """Rows of a damped sine of frequency and voltage.

    Parameters
    ----------
    at, duration : float
        Start and length [s]; it ends when it has died out, if that is sooner.
    rate, damping : float
        Frequency of the oscillation [Hz] and its damping ratio; negative grows.
    amplitude, swing : float
        Of the grid frequency [Hz] and of the voltage about 1 pu [pu], in step, at the start.
    """
    decay = damping / math.sqrt(1.0 - damping * damping) * 2.0 * math.pi * rate
    if decay > 0.0:
        duration = min(duration, math.log(1.0 / DIES_OUT) / decay)
    # Whole half periods: it ends where it crosses zero.
    half = max(math.floor(2.0 * rate * duration + 1e-9), 1)
    time = np.linspace(0.0, half / (2.0 * rate), half * PER_PERIOD // 2 + 1)
    wave = np.exp(-decay * time) * np.sin(2.0 * math.pi * rate * time)
    return chain(at + time, np.maximum(1.0 + swing * wave, 0.0), amplitude * wave, feed)


def seen_by_a_step(start: float, end: float, step: float) -> tuple[float, float]:
    """Start and end of a disturbance; one that lies between the starts of two steps lasts for the first [s]."""
    before = math.floor(start / step * (1.0 + 1e-12))
    if before * step < start - INSTANT and (before + 1) * step + INSTANT >= end:
        return before * step, (before + 1) * step
    return start, end


@dataclass(frozen=True)
class Measured:
    """A measured course of the grid.

    Attributes
    ----------
    voltage : Series or None
        Voltage [pu].
    frequency : Series or None
        Frequency [Hz].
    nominal : float
        Frequency that the offset is told from [Hz].
    feeds : tuple of int
        Where it was measured, or (ALL,).
    """

    voltage: Series | None
    frequency: Series | None
    nominal: float
    feeds: tuple[int, ...]

    def within(self, start: float, end: float) -> Array:
        """Rows of the course from `start` to `end`, run time [s]."""
        series = [each for each in (self.voltage, self.frequency) if each is not None]
        inside = [t[(t > start) & (t < end)] for t in (each.instants() for each in series)]
        time = np.unique(np.concatenate([[start, end], *inside]))
        voltage = None if self.voltage is None else self.voltage.at(time)
        offset = None if self.frequency is None else self.frequency.at(time) - self.nominal
        return np.concatenate([chain(time, voltage, offset, feed) for feed in self.feeds])


@dataclass
class Disturbances:
    """All that the grid does in a run.

    Attributes
    ----------
    events : (row, DISTURBANCE_WIDTH) array
        Rows of the scenario's events.
    measured : Measured or None
        A measured course beneath them.
    coarse : float
        A series that is sampled closer than this is followed in fine steps where it moves [s].
    """

    events: Array = field(default_factory=none)
    measured: Measured | None = None
    coarse: float = math.inf

    def within(self, start: float, end: float) -> Array:
        """Rows that act between `start` and `end`, run time [s]."""
        chosen: Array = self.events[_overlaps(self.events, start, end)]
        if self.measured is None:
            return chosen
        return np.concatenate([chosen, self.measured.within(start, end)])

    def edges(self) -> Array:
        """Instants at which an event starts or ends [s]."""
        return np.unique(self.events[:, [DISTURBANCE_START, DISTURBANCE_END]])

    def moving(self, start: float, end: float) -> bool:
        """Whether anything changes from sample to sample between `start` and `end`, run time [s]."""
        if _slopes(self.events[_overlaps(self.events, start, end)]).any():
            return True
        if self.measured is None:
            return False
        found = self.measured.within(max(start, 0.0), end)
        short = found[:, DISTURBANCE_END] - found[:, DISTURBANCE_START] < self.coarse
        return bool((_slopes(found) & short).any())


def _overlaps(given: Array, start: float, end: float) -> Flags:
    last = np.maximum(given[:, DISTURBANCE_END], given[:, DISTURBANCE_START])
    touched: Flags = (given[:, DISTURBANCE_START] <= end) & (last >= start)
    return touched


def _slopes(given: Array) -> Flags:
    voltage = given[:, DISTURBANCE_VOLTAGE_0] != given[:, DISTURBANCE_VOLTAGE_1]
    moving: Flags = voltage | (given[:, DISTURBANCE_OFFSET_0] != given[:, DISTURBANCE_OFFSET_1])
    return moving
