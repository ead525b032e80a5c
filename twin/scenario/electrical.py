"""The electrical side: feeds, busbars, generators, storage and UPS systems."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.equipment_generation import Genset
from twin.scenario.equipment_it import Count
from twin.scenario.equipment_storage import Battery, Converter
from twin.scenario.equipment_supply import Transfer, Transformer
from twin.scenario.equipment_ups import UpsUnit
from twin.scenario.part import Part, problem
from twin.scenario.sequence import OperatingSequence, Priority
from twin.scenario.units import Duration, EnergyRated, Fraction, Frequency, Interval, PowerRated

# N: what the load needs; N+1: one more; 2N: a second, equal system.
SpareRule = Annotated[str, Field(pattern=r"^N(\+[1-9])?$")]
SystemRule = Annotated[str, Field(pattern=r"^(N(\+[1-9])?|2N)$")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,62}$")]


def spare_units(rule: str) -> int:
    """Return the spare units that 'N', 'N+1', 'N+2' ... ask for (0 for '2N', whose spare is a system)."""
    return int(rule[2:]) if rule.startswith("N+") else 0


def one_of(data: Any, names: tuple[str, ...], problems: list[InitErrorDetails]) -> None:
    """Add a problem unless exactly one of `names` is given in the mapping `data`."""
    if isinstance(data, dict):
        given = [name for name in names if data.get(name) is not None]
        if len(given) != 1:
            found = "none" if not given else " and ".join(given)
            problems.append(problem(f"exactly one of {', '.join(names)} is needed, {found} given"))


class Feed(Part):
    """A utility feed; events sag it or take it away by name."""


class BusTransformer(Transformer):
    """The transformers of a busbar, `count` in parallel."""

    count: Count


class BusLoads(Part):
    """Priorities of what hangs on a busbar, 1 the most important; racks carry their own.

    Attributes
    ----------
    ups : int
        UPS inputs, and racks without UPS: when they are connected to local sources. UPS inputs are never shed.
    cooling, charging : int
        Fans, pumps and chillers on the bus; charging of batteries, which waits while anything is shed.
    """

    ups: Priority = 1
    cooling: Priority = 1
    charging: Priority = 1


class RampLimit(Part):
    """Limit on how fast the import of a busbar may change: `change` (W) `within` a time (s).

    Storage on the bus takes the difference, and goes back to its charge with the time constant `restore` (s).
    """

    change: PowerRated
    within: Interval
    restore: Interval = 3600.0


class Bus(Part):
    """A busbar: its utility feed, transformers and transfer switch.

    Attributes
    ----------
    feed : str
    transformer : BusTransformer
    transfer : Transfer
    sequence : OperatingSequence or None
        The transfer in steps; where it is given, its times stand over those of `transfer`.
    loads : BusLoads
    shed_storage_below : float or None
        Charge of the storage below which it sheds load while it feeds the bus alone; None: it does not.
    ramp_limit : RampLimit or None
    """

    feed: str
    transformer: BusTransformer
    transfer: Transfer
    sequence: OperatingSequence | None = None
    loads: BusLoads = Field(default_factory=BusLoads)
    shed_storage_below: Fraction | None = None
    ramp_limit: RampLimit | None = None


class Generators(Genset):
    """A group of equal generator sets on one bus: `count`, or sized by the builder from `redundancy`."""

    bus: str
    count: Annotated[int, Field(ge=0, le=10_000)] | None = None
    redundancy: SpareRule | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        one_of(data, ("count", "redundancy"), problems)
        return super()._complete(data, problems)


class Storage(Part):
    """A battery at the switchgear behind its own converter.

    Attributes
    ----------
    bus : str
    battery, converter : Battery, Converter
    power, energy : float
        Rated at the terminals, W, and of the cells at open circuit, J.
    reserve : float
        State of charge that policies leave for an outage.
    initial_soc : float
    charge_target : float or None
        State of charge that smoothing returns to; `initial_soc` when absent.
    """

    bus: str
    battery: Battery
    converter: Converter
    power: PowerRated
    energy: EnergyRated
    reserve: Fraction
    initial_soc: Fraction
    charge_target: Fraction | None = None


class UpsBattery(Battery):
    """Battery of a UPS: `energy` of the cells, J, or `autonomy` at the rated power, s; one of them."""

    autonomy: Duration | None = None
    energy_rated: EnergyRated | None = Field(default=None, alias="energy")

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        one_of(data, ("autonomy", "energy"), problems)
        return super()._complete(data, problems)


class Ups(UpsUnit):
    """A UPS system.

    Its modes: double conversion, on battery, eco, static bypass, battery test, off; see `kernels/ups.py`. A policy
    that names it gives grid service (frequency response) from its battery, in double conversion on the mains alone:
    never in eco mode, on bypass, in a test, on battery or latched.

    Attributes
    ----------
    modules : int or None
        Modules of one system; None lets the builder size it from the load and the redundancy.
    redundancy : str
        'N', 'N+1', ... modules within the system, or '2N': two equal systems, `.A` on the first bus and
        `.B` on the second.
    walk_in_delay : float or None
        This system waits so much longer than its retransfer delay, s: systems on one bus return one after the
        other. Absent: it does not wait.
    bus, buses : str, list of two str
        `buses` for '2N', `bus` otherwise.
    battery : UpsBattery
        Of the whole system.
    initial_soc : float
    """

    modules: Count | None = None
    redundancy: SystemRule
    walk_in_delay: Duration | None = None
    bus: str | None = None
    buses: Annotated[list[str], Field(min_length=2, max_length=2)] | None = None
    battery: UpsBattery
    initial_soc: Fraction

    @property
    def systems(self) -> list[tuple[str, str]]:
        """Suffix of the name and bus of every system: [('', bus)], or [('.A', bus), ('.B', bus)] for 2N."""
        if self.buses is not None:
            return [(".A", self.buses[0]), (".B", self.buses[1])]
        return [("", str(self.bus))]

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict):
            wanted, other = ("buses", "bus") if data.get("redundancy") == "2N" else ("bus", "buses")
            if data.get(wanted) is None:
                problems.append(problem(f"{wanted} is required with redundancy {data.get('redundancy')}"))
            if data.get(other) is not None:
                problems.append(problem(f"use {wanted} with redundancy {data.get('redundancy')}", (other,)))
        return super()._complete(data, problems)


class Electrical(Part):
    """Everything from the utility feeds to the UPS outputs, by name."""

    frequency: Frequency
    feeds: Annotated[dict[Name, Feed], Field(min_length=1)]
    buses: Annotated[dict[Name, Bus], Field(min_length=1)]
    generators: dict[Name, Generators] = Field(default_factory=dict)
    storage: dict[Name, Storage] = Field(default_factory=dict)
    ups: dict[Name, Ups] = Field(default_factory=dict)
