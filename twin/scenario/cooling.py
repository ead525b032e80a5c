"""Halls, coolant loops and plants."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.electrical import Name, SpareRule, one_of
from twin.scenario.equipment_cooling import AirHandler, Cdu, Chiller, HeatPump, HeatRejection
from twin.scenario.equipment_it import Count
from twin.scenario.money import EnergyPrice
from twin.scenario.part import Part
from twin.scenario.units import PowerRated, Room, Temperature, TemperatureDifference


class HallAirHandlers(AirHandler):
    """The air handlers of a hall: `count`, or sized by the builder from `redundancy`."""

    count: Count | None = None
    redundancy: SpareRule | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        one_of(data, ("count", "redundancy"), problems)
        return super()._complete(data, problems)


class Hall(Part):
    """A hall: its air handlers, its air and what feeds the fans.

    `volume` is the hall's air beyond that of the racks, m3; `supply_temperature` of the cold aisle, degC;
    `fans_on` names a UPS or a bus.
    """

    air_handler: HallAirHandlers
    volume: Room
    supply_temperature: Temperature
    fans_on: str
    plant: str


class CduGroup(Cdu):
    """Coolant distribution units in parallel on one racks' loop."""

    count: Count
    supply_temperature: Temperature
    pumps_on: str
    plant: str


class PlantChillers(Chiller):
    """The chillers of a plant: `count`, or sized by the builder from `redundancy`."""

    count: Count | None = None
    redundancy: SpareRule | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        one_of(data, ("count", "redundancy"), problems)
        return super()._complete(data, problems)


class HeatReuse(HeatPump):
    """A heat pump that sells the plant's heat.

    `heat_power` is the most heat it delivers, W; `supply_temperature` of the heat sold, degC.
    """

    heat_power: PowerRated
    supply_temperature: Temperature
    price: EnergyPrice


class Plant(Part):
    """A cooling plant; without chillers it cools by the heat rejection alone.

    `supply_temperature` of the water, degC; `buffer_tank` m3, that of the pipes where there is no tank; `bus`
    feeds chillers, fans and pumps, unless the water pumps hang on a UPS (`pumps_on`). With
    `economiser_approach`, K, the heat rejection cools the water without chillers when it is cold enough outside.
    """

    chiller: PlantChillers | None = None
    heat_rejection: HeatRejection
    supply_temperature: Temperature
    buffer_tank: Room
    bus: str
    pumps_on: str | None = None
    economiser_approach: TemperatureDifference | None = None
    heat_reuse: HeatReuse | None = None


class Cooling(Part):
    """Halls, coolant loops and plants, by name."""

    halls: Annotated[dict[Name, Hall], Field(min_length=1)]
    cdus: dict[Name, CduGroup] = Field(default_factory=dict)
    plants: Annotated[dict[Name, Plant], Field(min_length=1)]
