"""Designs of UPS at one small site, played through voltage dips: what each draws from the grid, and what it keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from twin.facility import build
from twin.kernels import fields as f
from twin.kernels.backend import Interval, Machine, open_machine
from twin.kernels.scalar import Array
from twin.kernels.site import Site
from twin.scenario.load import load

SITE = Path(__file__).with_name("dip_site.yaml")
STEPS = ((10e-3, 40e-3, 2e-3), (10e-3, 1.5, 20e-3))
"""From so long before the start of a dip to so long after its end: the step [s]. The first that holds is taken."""
COARSE = 0.25
"""Step between dips [s]."""
MOST = 100
"""Steps of an interval, at most."""


@dataclass(frozen=True)
class Design:
    """A UPS of the library with some of its kernel parameters changed.

    Attributes
    ----------
    name : str
    type : str
        Entry of the library.
    changes : mapping of str to float
        Parameters by their name in the registry, SI.
    """

    name: str
    type: str
    changes: Mapping[str, float]


@dataclass(frozen=True)
class Dip:
    """A voltage disturbance: start, length [s] and remaining voltage [pu]."""

    start: float
    length: float
    residual: float


@dataclass
class Played:
    """What the designs did, by time.

    Attributes
    ----------
    time : (sample,) array
        End of each step [s].
    power : (design, sample) array
        UPS input power [W].
    voltage : (sample,) array
        At the feed [pu].
    states : dict of str to array
        At the end.
    """

    time: Array
    power: Array
    voltage: Array
    states: dict[str, Array]

    def at(self, time: float) -> Array:
        """UPS input power of every design in the last step that ends by `time`."""
        return np.asarray(self.power[:, np.searchsorted(self.time, time + 1e-9, side="right") - 1])

    def back(self, design: int, since: float, until: float, power: float) -> float:
        """Time from `since` to when a design draws `power` [W] again and goes on to `until`; infinite if never."""
        seen = (self.time > since + 1e-9) & (self.time <= until + 1e-9)
        low = np.nonzero(self.power[design, seen] < power)[0]
        if low.size == 0:
            return 0.0
        return float("inf") if low[-1] + 1 == seen.sum() else float(self.time[seen][low[-1]] - since)


def sites(designs: Sequence[Design], overrides: Sequence[str] = ()) -> Site:
    """The small site with one variant of parameters per design."""
    found: dict[str, Site] = {}
    for name in dict.fromkeys(design.type for design in designs):
        settings = [*overrides, f"electrical.ups.ups.type={name}"]
        found[name] = build(load(SITE, overrides=settings)).site
    site = found[designs[0].type]
    site.params = {
        name: np.concatenate([found[design.type].params[name] for design in designs]) for name in site.params
    }
    for k, design in enumerate(designs):
        for name, value in design.changes.items():
            site.params["ups"][k, f.UPS.param_index(name)] = value
    return site


def grid(dips: Sequence[Dip], start: float, end: float) -> list[tuple[float, float, int]]:
    """Intervals (start, step, steps) from `start` to `end`: fine around the dips, coarse between them."""
    windows = [
        (dip.start - before, dip.start + dip.length + after, step)
        for before, after, step in STEPS
        for dip in dips
    ]
    edges = {start, end, *(min(max(t, start), end) for t0, t1, _ in windows for t in (t0, t1))}
    ordered = sorted(edges)
    laid = []
    for t0, t1 in pairwise(ordered):
        middle = 0.5 * (t0 + t1)
        step = next((step for a, b, step in windows if a < middle < b), COARSE)
        laid += split(t0, t1, step)
    return laid


def split(start: float, end: float, step: float) -> list[tuple[float, float, int]]:
    """Intervals of at most MOST steps between two times, of whole steps; the last step may be shorter."""
    steps = int((end - start) / step + 1e-6)
    found = [(start + k * step, step, min(MOST, steps - k)) for k in range(0, steps, MOST)]
    rest = end - start - steps * step
    return [*found, (start + steps * step, rest, 1)] if rest > 1e-6 else found


class Stage:
    """The designs on a backend, one member each, and what they have done so far."""

    def __init__(self, site: Site, members: int, backend: str, utilisation: float = 0.8) -> None:
        self.machine: Machine = open_machine(
            backend,
            site,
            {name: np.repeat(block, members, axis=0) for name, block in site.states.items()},
            np.arange(members),
            samples=MOST,
        )
        self.members = members
        self.utilisation = np.full((members, 1), utilisation)
        self.signal = np.zeros((members, len(f.SIGNAL.params)))
        self.signal[:, f.SIG_VOLTAGE] = 1.0
        self.signal[:, f.SIG_F_NOMINAL] = 60.0
        self.time: list[Array] = []
        self.trace: list[Array] = []

    def play(self, dips: Sequence[Dip], start: float, end: float, frequency: float = 60.0) -> None:
        """Play dips from `start` to `end` at a constant frequency."""
        rows = [[dip.start, dip.start + dip.length, -1.0, dip.residual] for dip in dips]
        self.signal[:, [f.SIG_FREQUENCY_0, f.SIG_FREQUENCY_1]] = frequency
        active = np.ones(self.members, dtype=np.int64)
        for t, step, steps in grid(dips, start, end):
            interval = Interval(
                t, step, steps, 0, 1, active, self.signal, self.utilisation, np.array(rows).reshape(-1, 4)
            )
            self.machine.advance(interval)
            self.time.append(t + step * np.arange(1.0, steps + 1.0, dtype=np.float64))
            self.trace.append(np.array(self.machine.trace[:, :steps]))

    def reset(self) -> None:
        """An operator opens every latch."""
        block = self.machine.states(("ups",))["ups"]
        block[:, f.UPS_LATCHED] = 0.0
        self.machine.write("ups", block)

    def played(self) -> Played:
        """Everything so far."""
        trace = np.concatenate(self.trace, axis=1)
        return Played(
            np.concatenate(self.time),
            trace[:, :, f.TRACE_UPS_IN],
            trace[0, :, f.TRACE_VOLTAGE],
            {name: np.array(block) for name, block in self.machine.states().items()},
        )
