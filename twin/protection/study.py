"""The study: paths from the busbars to the racks, their fault currents, and what does not fit.

Fault currents after IEC 60909-0, simplified: a voltage source of c times the nominal voltage behind the grid, the
transformers and the cables up to the fault; c = 1.05 for the largest, 0.95 for the smallest current on low voltage
(table 1, tolerance of 6 %; confidence M). A UPS counts as its static bypass: from its inverter a fault gets no more
than its current limit, which no curve here can judge.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from twin.kernels.clock import NEVER
from twin.protection.devices import drop, impedance, release_time, trip_time, withstand
from twin.scenario.protection import Point, Protection

if TYPE_CHECKING:
    from twin.scenario.scenario import Scenario

C_MAX, C_MIN = 1.05, 0.95
GRID_RESISTANCE = 0.1
"""Resistance of the grid over its reactance, IEC 60909-0, 6.2 (confidence M)."""
CURRENTS = 300
"""Currents at which two curves are compared, evenly spaced in the logarithm."""


@dataclass(frozen=True)
class Place:
    """A breaker in its path.

    Attributes
    ----------
    name : str
    point : Point
    fault : float
        Largest fault current through it: just behind it [A].
    least : float
        Smallest: between two phases at the far end of its cable [A].
    """

    name: str
    point: Point
    fault: float
    least: float


@dataclass(frozen=True)
class Pair:
    """Two breakers in series.

    Attributes
    ----------
    upstream, downstream : str
    fault : float
        Largest current that both see [A].
    selective_to : float
        Current up to which only the downstream one trips [A].
    upstream_time, downstream_time : float
        Tripping times at that largest current [s].
    """

    upstream: str
    downstream: str
    fault: float
    selective_to: float
    upstream_time: float
    downstream_time: float

    @property
    def selective(self) -> bool:
        """Whether only the downstream one trips for every fault."""
        return self.selective_to >= self.fault * (1.0 - 1e-9)


@dataclass(frozen=True)
class Study:
    """What the study found.

    Attributes
    ----------
    paths : dict of str to list of Place
        Rack group and bus to its breakers, from the bus down.
    pairs : list of Pair
        Every two neighbours once.
    drops : dict of str to float
        Place to the voltage drop of its cable [share].
    warnings : list of str
    """

    paths: dict[str, list[Place]]
    pairs: list[Pair]
    drops: dict[str, float]
    warnings: list[str]


def study(scenario: Scenario) -> Study | None:
    """Study the protection of a scenario; None when it has no `electrical.protection`."""
    given = scenario.electrical.protection
    if given is None:
        return None
    paths = {name: located(scenario, given, bus, points) for name, bus, points in chains(scenario, given)}
    pairs: dict[tuple[str, str], Pair] = {}
    places: dict[str, Place] = {}
    for path in paths.values():
        for place in path:
            places.setdefault(place.name, place)
        for up, down in pairwise(path):
            pairs.setdefault((up.name, down.name), compare(given, up, down))
    warnings = [sentence for pair in pairs.values() if not pair.selective for sentence in [_told(pair)]]
    drops = {}
    for place in places.values():
        warnings += checks(place)
        if place.point.cable is not None:
            current = place.point.current or place.point.breaker.setting
            drops[place.name] = drop(place.point.cable, current, given.voltage)
    return Study(paths, list(pairs.values()), drops, warnings)


def chains(scenario: Scenario, given: Protection) -> Iterator[tuple[str, str, list[tuple[str, Point]]]]:
    """Yield (path, bus, named points from the bus down) for every rack group and bus it may be fed from."""
    for group, rack in scenario.racks.items():
        hangs = [(None, rack.bus)] if rack.bus is not None else [
            (name, bus) for name in rack.ups or [] for _, bus in scenario.electrical.ups[name].systems
        ]  # fmt: skip
        for ups, bus in dict.fromkeys(hangs):
            candidates = (
                (f"bus {bus}", given.buses.get(str(bus))),
                (f"ups {ups}", given.ups.get(str(ups))),
                (f"pdu {group}", given.pdus.get(group)),
                (f"rack {group}", given.racks.get(group)),
            )
            points = [(name, point) for name, point in candidates if point is not None]
            if points:
                yield f"{group} from {bus}" + (f" by {ups}" if ups else ""), str(bus), points


def source(scenario: Scenario, given: Protection, bus: str) -> complex:
    """Impedance of the grid and the transformers of a bus, seen from their low-voltage side [ohm]."""
    square = given.voltage**2
    transformer = scenario.electrical.buses[bus].transformer
    reactance = C_MAX * square / given.short_circuit_power / math.hypot(1.0, GRID_RESISTANCE)
    rated = transformer.count * transformer.power_rated
    r = transformer.loss_load / transformer.power_rated
    own = complex(r, math.sqrt(transformer.impedance**2 - r * r)) * square / rated
    return complex(GRID_RESISTANCE * reactance, reactance) + own


def located(scenario: Scenario, given: Protection, bus: str, points: list[tuple[str, Point]]) -> list[Place]:
    """Fault currents along a path."""
    z = source(scenario, given, bus)
    found = []
    for name, point in points:
        fault = C_MAX * given.voltage / (math.sqrt(3.0) * abs(z))
        z += impedance(point.cable) if point.cable is not None else 0.0
        # Between two phases: sqrt(3) / 2 of the three-phase current.
        least = C_MIN * given.voltage / (2.0 * abs(z))
        found.append(Place(name, point, fault, least))
    return found


def compare(given: Protection, up: Place, down: Place) -> Pair:
    """Compare two breakers in series over every current that both may see.

    The upper one must not be told to open before the lower one has cleared: with a relay by the margin, which covers
    the lower breaker's own time and errors; between thermal-magnetic breakers by the ratio. Two breakers that both
    trip at once are not selective by their curves; a maker's table may say otherwise.
    """
    a, b = up.point.breaker, down.point.breaker
    fault = down.fault
    start = min(a.setting, b.setting, fault)
    selective_to = start
    for current in np.geomspace(start, fault, CURRENTS):
        above = release_time(a, float(current))
        if a.relay or b.relay:
            wanted = release_time(b, float(current)) + given.margin
        else:
            wanted = given.ratio * trip_time(b, float(current))
        if above < NEVER and above < wanted - 1e-9:
            break
        selective_to = float(current)
    return Pair(up.name, down.name, fault, selective_to, trip_time(a, fault), trip_time(b, fault))


def _told(pair: Pair) -> str:
    return (
        f"{pair.upstream} and {pair.downstream} are selective up to {_amperes(pair.selective_to)} only; a fault behind "
        f"{pair.downstream} draws up to {_amperes(pair.fault)}"
    )


def checks(place: Place) -> Iterator[str]:
    """Sentences on what a breaker or its cable cannot do."""
    breaker, cable = place.point.breaker, place.point.cable
    if breaker.breaking is not None and place.fault > breaker.breaking:
        yield (
            f"{place.name}: a fault of {_amperes(place.fault)} is more than it breaks, {_amperes(breaker.breaking)}"
        )
    if place.point.current is not None and place.point.current > breaker.setting:
        yield (
            f"{place.name}: laid out for {_amperes(place.point.current)}, above its setting of "
            f"{_amperes(breaker.setting)}"
        )
    if cable is None:
        return
    if breaker.setting > cable.ampacity:
        yield (
            f"{place.name}: its setting of {_amperes(breaker.setting)} is above the ampacity of its cable, "
            f"{_amperes(cable.ampacity)}"
        )
    for current, where in ((place.fault, "near"), (place.least, "far")):
        time = trip_time(breaker, current)
        energy = current * current * time
        if time >= NEVER:
            yield f"{place.name}: a fault of {_amperes(current)} at the {where} end of its cable does not trip it"
        elif energy > withstand(cable):
            yield (
                f"{place.name}: a fault of {_amperes(current)} at the {where} end of its cable lasts {time:.3g} s, and "
                f"its cable stands it for {withstand(cable) / current**2:.3g} s"
            )


def _amperes(current: float) -> str:
    return f"{current / 1e3:.3g} kA" if current >= 1e4 else f"{current:.4g} A"
