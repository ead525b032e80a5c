"""Heat reuse: what a plant sells, its hot store, and the heat network that takes it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.electrical import one_of
from twin.scenario.equipment_cooling import HeatPump
from twin.scenario.money import EnergyPrice
from twin.scenario.part import Part, problem
from twin.scenario.units import (
    Conductance,
    Interval,
    Length,
    Power,
    PowerRated,
    Rate,
    Ratio,
    Room,
    Temperature,
)


class HotStore(Part):
    """A stratified tank of hot water between the heat pump and the network.

    Attributes
    ----------
    volume, height : float
        m3 and m.
    loss : float
        Share of the heat above outdoor air that it loses, 1/s: '0.0004 /hour'.
    """

    volume: Room
    height: Length
    loss: Rate


class HeatReuse(HeatPump):
    """Heat that a plant sells: by a heat pump, and as it is where the plant's water is warm enough.

    Attributes
    ----------
    heat_power : float
        Most heat the heat pump delivers, W.
    supply_temperature : float or None
        Of the heat sold, degC, where there is no heat network (`signals.heat`), whose temperatures are followed.
    price : Money
        Paid for the heat.
    exchanger : float or None
        Conductance of an exchanger between the plant's return water and the network's, W/K, which preheats what the
        heat pump then lifts; None: the heat pump does it all.
    store : HotStore or None
    """

    heat_power: PowerRated
    supply_temperature: Temperature | None = None
    price: EnergyPrice
    exchanger: Conductance | None = None
    store: HotStore | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        one_of(data, ("lorenz_efficiency", "map"), problems)
        return data


class SupplyPoint(Part):
    """A point of a heating curve: supply temperature at an outdoor temperature, degC."""

    outdoor: Temperature
    supply: Temperature


HourFactors = Annotated[list[Ratio], Field(min_length=24, max_length=24)]


class HeatNetwork(Part):
    """A district-heating network: what it wants, and at what temperature.

    Either a `constant` demand, or one that follows the weather,

        demand = (hot_water + (peak - hot_water) max(0, (limit - T) / (limit - design))) h,

    with T the mean outdoor temperature over `averaging` and h the factor of the local hour.

    Attributes
    ----------
    constant : float or None
        Demand, W.
    peak, hot_water : float or None
        Demand at the design temperature, and that of hot water and losses the year round, W.
    design_temperature, heating_limit : float or None
        Outdoor temperatures of the peak demand and above which nobody heats, degC; 15 degC is usual for the latter
        (VDI 3807-2; remembered).
    averaging : float
        Buildings answer the mean of the last day, s.
    hours : list of 24 floats or None
        Factors of the local hours of a day, of mean 1. None: even over the day; measured networks vary by 3 to 6 %
        within one (H. Gadd, S. Werner, Appl. Energy 106 (2013) 47; remembered).
    supply_temperature : float or None
        Of the network, degC; or a `heating_curve`, linear between its points and constant beyond.
    return_temperature : float
        degC.
    """

    constant: Power | None = None
    peak: PowerRated | None = None
    hot_water: Power | None = None
    design_temperature: Temperature | None = None
    heating_limit: Temperature | None = None
    averaging: Interval = 86400.0
    hours: HourFactors | None = None
    supply_temperature: Temperature | None = None
    heating_curve: Annotated[list[SupplyPoint], Field(min_length=2)] | None = None
    return_temperature: Temperature

    @property
    def supply_max(self) -> float:
        """Highest supply temperature, degC."""
        if self.heating_curve is None:
            assert self.supply_temperature is not None
            return self.supply_temperature
        return max(point.supply for point in self.heating_curve)

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict):
            one_of(data, ("constant", "peak"), problems)
            one_of(data, ("supply_temperature", "heating_curve"), problems)
            given = data.get("peak") is not None
            for name in ("hot_water", "design_temperature", "heating_limit"):
                if given and data.get(name) is None:
                    problems.append(problem("this key is required with peak", (name,)))
                elif not given and data.get(name) is not None:
                    problems.append(problem("this key belongs to peak", (name,)))
        return data


def network_problems(network: HeatNetwork) -> Iterator[tuple[str, str]]:
    """Yield key and message of what does not fit together in a heat network."""
    if network.peak is not None:
        assert network.heating_limit is not None and network.design_temperature is not None
        assert network.hot_water is not None
        if network.design_temperature >= network.heating_limit:
            yield "design_temperature", "must be colder than heating_limit"
        if network.hot_water > network.peak:
            yield "hot_water", "must not be more than peak"
    if network.heating_curve is not None and any(
        b.outdoor <= a.outdoor for a, b in pairwise(network.heating_curve)
    ):
        yield "heating_curve", "outdoor temperatures must rise from point to point"
    coldest = (
        network.supply_temperature
        if network.heating_curve is None
        else min(point.supply for point in network.heating_curve)
    )
    if coldest is not None and coldest <= network.return_temperature:
        yield "return_temperature", f"must be below the supply of {coldest:g} degC"
    if network.hours is not None and abs(sum(network.hours) / 24.0 - 1.0) > 1e-3:
        yield "hours", f"their mean must be 1, found {sum(network.hours) / 24.0:.4g}"


def reuse_problems(reuse: HeatReuse, network: HeatNetwork | None) -> Iterator[tuple[str, str]]:
    """Yield key and message of what does not fit between a plant's heat reuse and the heat network."""
    if network is None and reuse.supply_temperature is None:
        yield "supply_temperature", "this key is required without a heat network (signals.heat)"
    if network is not None and reuse.supply_temperature is not None:
        yield "supply_temperature", "the heat network says it (signals.heat): leave it out"
    if reuse.supply_temperature is not None and reuse.supply_temperature > reuse.supply_max:
        yield "supply_temperature", f"the heat pump delivers at most {reuse.supply_max:g} degC (supply_max)"
