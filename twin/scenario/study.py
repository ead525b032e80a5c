"""A sizing study: outages to survive, designs to try, the target, the baseline and the costs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.electrical import one_of
from twin.scenario.equipment_it import Count
from twin.scenario.money import CostPerEnergy, CostPerPower, CostPerPowerYear, CostPerVolume
from twin.scenario.part import Part, problem
from twin.scenario.units import Energy, Fraction, Interval, Number, Power, Rate, Ratio

Sets = Annotated[int, Field(ge=0, le=1000)]


class Lognormal(Part):
    """Lognormal duration: median, s, and the standard deviation of its logarithm."""

    median: Interval
    sigma: Ratio


class OutageDuration(Part):
    """Duration of an outage: a lognormal, or `fit`, a file of outages that it is fitted to."""

    lognormal: Lognormal | None = None
    fit: str | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        one_of(data, ("lognormal", "fit"), problems)
        return data


class Outages(Part):
    """The outages drawn.

    `rate` in 1/s (of outages at the site), `max_duration` in s (a longer draw is cut to it and kept),
    `count` outages are drawn once and met by every design; `source` says where rate and duration come from.
    """

    rate: Rate
    duration: OutageDuration
    max_duration: Interval
    count: Count
    source: Annotated[str, Field(min_length=1)]


class Designs(Part):
    """The grid of designs: every combination of storage power, W, storage energy, J, and generator sets.

    `storage` and `generators_of` name the units of the scenario that are varied; they may be absent where the
    scenario has only one.
    """

    storage: str | None = None
    generators_of: str | None = None
    storage_power: Annotated[list[Power], Field(min_length=1)]
    storage_energy: Annotated[list[Energy], Field(min_length=1)]
    generators: Annotated[list[Sets], Field(min_length=1)]


class Design(Part):
    """One design: storage power, W, and energy, J, and generator sets."""

    storage_power: Power
    storage_energy: Energy
    generators: Sets


class Target(Part):
    """What a design must reach: the share of outages in which no rack ever stops.

    Counted from the loss of the mains until everything has restarted after their return, for want of power and by
    heat alike. Racks that grow too warm and run on are told beside it, and do not count here.
    """

    survival: Fraction


class Costs(Part):
    """What designs cost. Every figure names its source in `sources`.

    Attributes
    ----------
    storage_energy, storage_power : Money
        Installed, per joule and per watt.
    generator : Money
        Installed, per watt of rating.
    storage_upkeep, generator_upkeep : Money
        Per watt and year.
    fuel : Money
        Per m3.
    discount_rate : float
        Real, per year.
    storage_lifetime, generator_lifetime, horizon : float
        s.
    """

    storage_energy: CostPerEnergy
    storage_power: CostPerPower
    generator: CostPerPower
    storage_upkeep: CostPerPowerYear
    generator_upkeep: CostPerPowerYear
    fuel: CostPerVolume
    discount_rate: Number
    storage_lifetime: Interval
    generator_lifetime: Interval
    horizon: Interval
    sources: dict[str, str]

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        sources = data.get("sources") if isinstance(data, dict) else None
        if isinstance(sources, dict):
            figures = set(cls.model_fields) - {"sources"}
            problems += [
                problem("its source is missing: add it under sources", (name,))
                for name in data
                if name in figures and not sources.get(name)
            ]
            problems += [
                problem(f"a source for an unknown cost {name!r}", ("sources", name))
                for name in sources
                if name not in figures
            ]
        return data


class Study(Part):
    """A sizing study over the scenario that holds it."""

    outages: Outages
    designs: Designs
    target: Target
    baseline: Design
    costs: Costs
