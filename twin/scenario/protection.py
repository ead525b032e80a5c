"""Breakers and cables of a protection study, as a user writes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.part import Part, problem
from twin.scenario.units import Interval, PowerRated, Quantity, Voltage

Current = Annotated[float, Quantity("A", "a current above zero", "630 A", above=0.0)]
Length = Annotated[float, Quantity("m", "a length", "40 m", minimum=0.0)]
Area = Annotated[float, Quantity("mm^2", "a cross-section", "240 mm^2", above=0.0)]
ReactancePerLength = Annotated[float, Quantity("ohm/m", "a reactance per length", "0.08 mohm/m", minimum=0.0)]
Multiple = Annotated[float, Quantity("", "a multiple of the setting", "10", above=1.0)]
TimeMultiplier = Annotated[float, Quantity("", "a time multiplier", "0.1", above=0.0)]
Times = Annotated[float, Quantity("", "a number of at least 1", "1.5", minimum=1.0)]

Curve = Literal["standard-inverse", "very-inverse", "extremely-inverse", "thermal-magnetic"]


class Breaker(Part):
    """A circuit breaker with its trip unit, or a relay with its breaker.

    Attributes
    ----------
    setting : float
        Current above which it acts, A.
    curve : str
        Inverse-time relay of IEC 60255-151, or thermal-magnetic: constant I^2 t.
    multiplier : float or None
        Time multiplier of a relay.
    time_long : float or None
        Tripping time of a thermal-magnetic unit at six times its setting, s.
    short, short_delay : float or None
        Short-time protection: multiple of the setting, and its delay, s.
    instantaneous : float or None
        Multiple of the setting above which it trips at once.
    clearing : float
        From the trip to the current being broken, s.
    breaking : float or None
        Breaking capacity, A; None: not checked.
    """

    setting: Current
    curve: Curve
    multiplier: TimeMultiplier | None = None
    time_long: Interval | None = None
    short: Multiple | None = None
    short_delay: Interval | None = None
    instantaneous: Multiple | None = None
    clearing: Interval
    breaking: Current | None = None

    @property
    def relay(self) -> bool:
        """Whether it is an inverse-time relay."""
        return self.curve != "thermal-magnetic"

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict):
            thermal = data.get("curve") == "thermal-magnetic"
            wanted, other = ("time_long", "multiplier") if thermal else ("multiplier", "time_long")
            if data.get(wanted) is None:
                problems.append(problem(f"this key is required with curve {data.get('curve')}", (wanted,)))
            if data.get(other) is not None:
                problems.append(problem(f"this key does not belong to curve {data.get('curve')}", (other,)))
            if (data.get("short") is None) != (data.get("short_delay") is None):
                problems.append(problem("short and short_delay belong together", ("short",)))
        return super()._complete(data, problems)


class Cable(Part):
    """The cable behind a breaker: `parallel` conductors per phase of `area`, mm^2, and `length`, m.

    `ampacity` is that of all of them as laid, A; `reactance` that of one conductor, ohm/m.
    """

    length: Length
    area: Area
    parallel: Annotated[int, Field(ge=1, le=20)] = 1
    material: Literal["copper", "aluminium"]
    insulation: Literal["pvc", "xlpe"]
    reactance: ReactancePerLength
    ampacity: Current


class Point(Part):
    """A breaker and the cable behind it; `current`, A, is what it is laid out for, by default its setting."""

    breaker: Breaker
    cable: Cable | None = None
    current: Current | None = None


class Protection(Part):
    """A protection study: from the transformers of a busbar down to the supply of a rack.

    Attributes
    ----------
    voltage : float
        Of the low-voltage side, V between phases.
    short_circuit_power : float
        Of the grid at the transformers, VA (held as W).
    margin : float
        Least time between two devices in series of which one is a relay, s; 0.3 s is usual.
    ratio : float
        Least ratio of the tripping times of two thermal-magnetic breakers in series.
    buses, ups, pdus, racks : dict of str to Point
        Incomer of a bus, input of a UPS, and by rack group: the supply of a PDU and of a rack.
    """

    voltage: Voltage
    short_circuit_power: PowerRated
    margin: Interval
    ratio: Times
    buses: dict[str, Point] = Field(default_factory=dict)
    ups: dict[str, Point] = Field(default_factory=dict)
    pdus: dict[str, Point] = Field(default_factory=dict)
    racks: dict[str, Point] = Field(default_factory=dict)
