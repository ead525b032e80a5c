"""Steps that follow what happens: fine around a disturbance, then longer and longer, coarse where nothing happens.

A control interval of a year's run may be a quarter of an hour. It is cut into stretches, each with one step: fine
from just before a known instant until `settle` after it or after the last change of a mode, then a fiftieth of the time
since, up to the coarse step. What a disturbance leaves behind (batteries and tanks that fill, halls that warm) moves on
the time scale of the time that has passed since, so that the error of a step stays alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from twin.kernels.scalar import Array

GROWTH = 0.02
"""Step over the time since the last disturbance."""

LEAD = 2.0
"""Thermal steps before a known instant from which on the fine step is used."""

CLOSE = 1e-9
"""Instants closer than this are the same [s]."""


@dataclass(frozen=True)
class Steps:
    """The steps a run may take [s]: electrical and thermal, fine and coarse, and how long the fine ones are kept."""

    step: float
    coarse: float
    thermal: float
    coarse_thermal: float
    settle: float


@dataclass(frozen=True)
class Stretch:
    """Part of a control interval with one step.

    Attributes
    ----------
    start, step : float
        [s].
    steps, thermal_every : int
        Electrical steps in it, and per thermal step: a divisor of `steps`.
    """

    start: float
    step: float
    steps: int
    thermal_every: int

    @property
    def end(self) -> float:
        """Its end [s]."""
        return self.start + self.step * self.steps


def fitted(start: float, length: float, step: float, thermal: float) -> Stretch:
    """A stretch of `length` in whole thermal steps, with steps as long as wanted, or a little shorter."""
    every = max(round(thermal / step), 1)
    blocks = max(math.ceil(length / (every * step) - CLOSE), 1)
    return Stretch(start, length / (blocks * every), blocks * every, every)


def next_stretch(
    steps: Steps, now: float, end: float, last: float, known: Array, moving: Callable[[float, float], bool]
) -> Stretch:
    """The stretch that begins at `now`.

    Parameters
    ----------
    steps : Steps
    now, end : float
        Run time, and the end of the control interval [s].
    last : float
        The last change of a mode [s]; -inf where there was none.
    known : (n,) array
        Instants known before [s].
    moving : callable
        Whether the measured grid moves between two instants.
    """
    left = end - now
    past = known[known <= now + CLOSE]
    ahead = known[known > now + CLOSE]
    since = now - max(last, float(past.max(initial=-np.inf)))
    lead = LEAD * steps.thermal
    until = float(ahead.min(initial=np.inf)) - now
    if since < steps.settle - CLOSE:
        return fitted(now, min(left, steps.settle - since), steps.step, steps.thermal)
    if until <= lead + CLOSE:
        return fitted(now, min(left, until), steps.step, steps.thermal)
    if moving(now - steps.settle, now + lead):
        return fitted(now, min(left, max(steps.settle, lead)), steps.step, steps.thermal)
    step = min(max(GROWTH * since, steps.step), steps.coarse)
    thermal = max(min(max(GROWTH * since, steps.thermal), steps.coarse_thermal), step)
    calm = step >= steps.coarse and thermal >= steps.coarse_thermal
    length = min(left, until - lead) if calm else min(left, until - lead, max(since, thermal))
    if moving(now, now + length):
        length = min(length, max(steps.coarse, lead))
        thermal = min(thermal, length)
    return fitted(now, length, min(step, length), min(thermal, length))
