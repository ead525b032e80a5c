"""Medium-voltage DC rings with their converter stations: an alternative to feeding busbars with AC."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.errors import suggest
from twin.scenario.equipment_it import Polynomial
from twin.scenario.part import Equipment, Part, problem
from twin.scenario.units import (
    Current,
    Duration,
    Fraction,
    Length,
    PowerRated,
    Ratio,
    ResistancePerLength,
    Voltage,
)

NODES_MAX = 16
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,62}$")]


class StationUnit(Equipment):
    """Converter station between a DC ring and an AC feed or a busbar.

    Attributes
    ----------
    power_rated : float
        Rated output, W.
    loss : list of three floats
        P_loss / P_rated = loss[0] + loss[1] x + loss[2] x^2, x the load fraction of its output.
    voltage_set : float
        Ring voltage that a station at a feed holds at no load, pu of the ring's.
    droop : float
        Fall of that voltage at rated current, pu.
    voltage_min, voltage_max : float
        Window of its input, pu: of its feed, or of the ring where it feeds a busbar.
    overload, overload_time : float
        Output above this fraction of rated trips it after this time, s.
    restart_delay : float
        How long its input must be good before it works again, s.
    """

    kind: ClassVar[str] = "station"
    power_rated: PowerRated
    loss: Polynomial
    voltage_set: Ratio
    droop: Fraction
    voltage_min: Ratio
    voltage_max: Ratio
    overload: Ratio
    overload_time: Duration
    restart_delay: Duration

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        if isinstance(data, dict) and data.get("droop") in (0, 0.0, "0"):
            problems.append(problem("must be above zero: stations share the load by it", ("droop",)))
        return data


class Station(StationUnit):
    """A station of a ring: the `node` it stands at, and the `feed` it is fed by or the `bus` it feeds."""

    node: str
    feed: str | None = None
    bus: str | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict) and (data.get("feed") is None) == (data.get("bus") is None):
            problems.append(
                problem("exactly one of feed, bus is needed: a station takes from a feed or feeds a bus")
            )
        return super()._complete(data, problems)


class Segment(Part):
    """Cables between two nodes of a ring that are neighbours; `length` of the route, m."""

    start: str = Field(alias="from")
    end: str = Field(alias="to")
    length: Length


class RingCable(Part):
    """Cable of one pole of one circuit: `resistance` per length, ohm/m, and continuous rating, A."""

    resistance: ResistancePerLength
    current_max: Current


class Ring(Part):
    """A DC ring: nodes around one or two circuits of cable.

    Attributes
    ----------
    voltage : float
        Between the poles, V: 20 kV for a ring of +-10 kV.
    double : bool
        Two circuits in parallel around the same nodes.
    cable : RingCable
    segments : list of Segment
        In order around the ring: each begins where the one before it ends, the last ends where the first begins.
    stations : dict of str to Station
    """

    voltage: Voltage
    double: bool
    cable: RingCable
    segments: Annotated[list[Segment], Field(min_length=2, max_length=NODES_MAX)]
    stations: Annotated[dict[Name, Station], Field(min_length=2)]

    @property
    def nodes(self) -> list[str]:
        """Names of the nodes, in order; segment k leads from node k to the next."""
        return [segment.start for segment in self.segments]

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        segments = data.get("segments") if isinstance(data, dict) else None
        if not isinstance(segments, list) or not all(isinstance(s, dict) for s in segments):
            return data
        nodes = [segment.get("from") for segment in segments]
        for k, segment in enumerate(segments):
            after = nodes[(k + 1) % len(nodes)]
            if None not in (segment.get("to"), after) and segment["to"] != after:
                text = f"ends at {segment['to']!r}, but the next segment begins at {after!r}: a ring closes"
                problems.append(problem(text, ("segments", k, "to")))
        for twice in {n for n in nodes if isinstance(n, str) and nodes.count(n) > 1}:
            problems.append(problem(f"node {twice!r} begins two segments", ("segments",)))
        stations = data.get("stations")
        for name, station in stations.items() if isinstance(stations, dict) else ():
            node = station.get("node") if isinstance(station, dict) else None
            if isinstance(node, str) and node not in nodes:
                known = [n for n in nodes if isinstance(n, str)]
                problems.append(
                    problem(f"unknown node {node!r}{suggest(node, known)}", ("stations", name, "node"))
                )
        return data
