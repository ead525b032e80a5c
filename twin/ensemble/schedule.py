"""The steps of an outage: fine around the transfer, coarse once it is a matter of energy and heat.

Every member loses the mains at run time 0, so one schedule serves all. Every model is stable at any step; a coarse
step only delays a transition by at most one step, and leaves at most one step's energy in a battery.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from twin.kernels.scalar import Array


@dataclass(frozen=True)
class Phase:
    """A stretch of an outage with one step.

    Attributes
    ----------
    until : float
        Its end, after the loss of mains [s].
    step : float
        Electrical step [s].
    thermal_every : int
        Electrical steps per thermal step.
    steps : int
        Electrical steps per interval, after which members whose outage is over may leave.
    """

    until: float
    step: float
    thermal_every: int
    steps: int


COARSE = (
    Phase(2.0, 0.02, 50, 50),
    Phase(20.0, 0.1, 10, 60),
    Phase(60.0, 0.5, 4, 40),
    Phase(600.0, 2.0, 1, 30),
    Phase(1800.0, 6.0, 1, 20),
    Phase(14400.0, 30.0, 1, 10),
    Phase(math.inf, 120.0, 1, 5),
)
"""What studies use. Against `FINE`, a site is lost at the same time within 1 %, and of 3,840 outages of
`replace-diesel` none is survived with one and lost with the other."""

FAULTS = (
    Phase(2.0, 0.02, 50, 50),
    Phase(20.0, 0.1, 10, 60),
    Phase(90.0, 0.5, 4, 40),
    Phase(math.inf, 5.0, 2, 30),
)
"""What tables of faults use: a UPS with little load lives for hours, and a hall feels within seconds that the fans on
it have stopped before they change over."""

FINE = (
    Phase(10.0, 0.01, 100, 100),
    Phase(120.0, 0.1, 10, 100),
    Phase(1800.0, 0.5, 2, 20),
    Phase(math.inf, 1.0, 5, 10),
)
"""A reference to measure `COARSE` against: steps 2 to 20 times finer."""


def intervals(
    schedule: tuple[Phase, ...], end: float, stops: Array | None = None
) -> Iterator[tuple[float, Phase]]:
    """Yield start and phase of every interval from the loss of mains until `end` [s] is passed.

    Parameters
    ----------
    schedule : tuple of Phase
    end : float
        [s].
    stops : (n,) array, optional
        Instants at which something is written [s]: an interval ends at the first thermal step at or after each, and
        the schedule begins anew, so that the steps are fine again.
    """
    left = [float(stop) for stop in (stops if stops is not None else ()) if 0.0 < stop < end]
    t = 0.0
    for stop in (*sorted(left), end):
        if stop <= t + 1e-9:
            continue
        last = stop >= end
        for start, phase in stretch(schedule, stop - t, whole=last):
            yield t + start, phase
            length = start + phase.step * phase.steps
        t += length


def stretch(schedule: tuple[Phase, ...], end: float, *, whole: bool) -> Iterator[tuple[float, Phase]]:
    """Intervals of a schedule from 0 until `end` [s] is passed; unless `whole`, the last stops at a thermal step."""
    t = 0.0
    for phase in schedule:
        length = phase.step * phase.steps
        count = max(math.ceil((min(phase.until, end) - t) / length - 1e-9), 0)
        for k in range(count):
            start = t + k * length
            if not whole and start + length > end + 1e-9:
                block = max(phase.thermal_every, 1)
                steps = math.ceil((end - start) / (block * phase.step) - 1e-9) * block
                yield start, replace(phase, steps=min(steps, phase.steps))
                return
            yield start, phase
        t += count * length
