"""Events of the grid as rows of disturbances."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from twin.disturbances import ALL, none, oscillation, row, rows, seen_by_a_step
from twin.kernels.scalar import Array
from twin.scenario.events_grid import (
    Dips,
    FrequencyEvent,
    GridEvents,
    Oscillation,
    Outage,
    PhaseJump,
    Sag,
    Swell,
)

if TYPE_CHECKING:
    from twin.scenario.scenario import Scenario

Row = tuple[float, ...]


def event_rows(scenario: Scenario) -> Array:
    """Rows of every event of the grid in a scenario."""
    order = list(scenario.electrical.feeds)
    found = [none()]
    for event in scenario.events:
        if isinstance(event, GridEvents):
            feeds = [ALL] if "all" in event.feeds else [order.index(name) for name in event.feeds]
            found += [rows_of(event, feed, scenario.run.step) for feed in feeds]
    return np.concatenate(found)


def rows_of(event: Any, feed: int, step: float) -> Array:
    """Rows of one event on one feed; what is shorter than `step` [s] lasts for one."""
    if isinstance(event, Oscillation):
        return oscillation(
            event.at, event.duration, event.rate, event.damping, event.amplitude, event.voltage_swing, feed
        )
    return rows(_rows(event, feed, step))


def _rows(event: Any, feed: int, step: float) -> Iterator[Row]:
    if isinstance(event, Outage):
        yield row(*seen_by_a_step(event.at, event.ends, step), feed, voltage=0.0)
    elif isinstance(event, Swell):
        yield row(*seen_by_a_step(event.at, event.ends, step), feed, voltage=event.voltage)
    elif isinstance(event, Dips):
        for start, length, residual in event.each():
            yield row(*seen_by_a_step(start, start + length, step), feed, voltage=residual)
    elif isinstance(event, PhaseJump):
        yield row(event.at, event.at, feed, jump=math.radians(event.angle))
    elif isinstance(event, Sag):
        yield from _sag(event, feed, step)
    elif isinstance(event, FrequencyEvent):
        yield from _frequency(event, feed)


def _sag(event: Sag, feed: int, step: float) -> Iterator[Row]:
    """The sag with its jump, the jump back when the fault is cleared, and the slow recovery."""
    left, jump = event.seen()
    start, end = seen_by_a_step(event.at, event.at + event.duration, step)
    yield row(start, end, feed, voltage=left, jump=jump)
    if jump != 0.0:
        yield row(end, end, feed, jump=-jump)
    if event.recovery > 0.0:
        begins = left if event.recovery_from is None else event.recovery_from
        yield row(end, end + event.recovery, feed, voltage=begins, voltage_end=1.0)


def _frequency(event: FrequencyEvent, feed: int) -> Iterator[Row]:
    """Out, held, and back."""
    there = event.at + event.ramp
    leaves = event.at + max(event.duration, event.ramp)
    if event.ramp > 0.0:
        yield row(event.at, there, feed, offset_end=event.change)
    if leaves > there:
        yield row(there, leaves, feed, offset=event.change)
    if event.ramp > 0.0:
        yield row(leaves, leaves + event.ramp, feed, offset=event.change, offset_end=0.0)
