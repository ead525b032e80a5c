"""Halls, coolant loops and plants."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.electrical import Name, SpareRule, one_of, spare_units
from twin.scenario.equipment_cooling import AirHandler, Cdu, Chiller, HeatPump, HeatRejection
from twin.scenario.equipment_it import Count
from twin.scenario.liquid import FluidName, Leak, Pipes, PumpControl, Valve
from twin.scenario.money import EnergyPrice
from twin.scenario.part import Part, problem
from twin.scenario.units import Duration, Fraction, PowerRated, Room, Temperature, TemperatureDifference


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
    `fans_on` names a UPS or a bus; on a 2N UPS they change over to its other system when theirs is dead.
    """

    air_handler: HallAirHandlers
    volume: Room
    supply_temperature: Temperature
    fans_on: str
    plant: str


def spares_left(data: Any, problems: list[InitErrorDetails]) -> None:
    """Add a problem when every pump would be a spare."""
    if isinstance(data, dict) and isinstance(data.get("pump_redundancy"), str):
        pumps = data.get("pumps", 1)
        if isinstance(pumps, int) and re.fullmatch(r"N(\+[1-9])?", data["pump_redundancy"]):
            spares = spare_units(data["pump_redundancy"])
            if spares >= pumps:
                message = f"{spares} of {pumps} pumps would be spares: give pumps, spares included"
                problems.append(problem(message, ("pump_redundancy",)))


class CduGroup(Cdu):
    """Coolant distribution units in parallel on one racks' loop.

    Each has so many `pumps`, spares included; `pump_redundancy` says how many are spares, which take over within
    `failover_time`. One pump without a spare when these keys are absent.

    `coolant` is what flows through the racks; `conductance` and `pump_power` are given for water. With `pump_flow_min`,
    share of full, the pumps follow the heat down to it, their power with the cube of the flow; absent: full flow.
    `valve` is the controlled valve on the plant's side; absent: an ideal one, which holds the supply at once. Without
    `leak` there is no part of that name to fail.
    """

    count: Count
    pumps: Count = 1
    pump_redundancy: SpareRule = "N"
    coolant: FluidName = "water"
    pump_flow_min: Fraction | None = None
    valve: Valve | None = None
    leak: Leak | None = None
    supply_temperature: Temperature
    pumps_on: str
    plant: str

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        spares_left(data, problems)
        return super()._complete(data, problems)


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

    When `bus` is dead the plant changes over to `standby_bus`, where there is one; its chillers restart. It has so
    many `pumps`, spares included; `pump_redundancy` says how many are spares, which take over after `pump_failover`,
    s. One pump without a spare when these keys are absent.

    `fluid` is what its loop carries; conductances of coils and CDUs and pump powers are given for water. `pipes` delay
    and hold the water between tank and coils; absent: none. `pump_control` lets the chilled-water pumps (all pumps of a
    plant without chillers) follow the valves; absent: full speed always.
    """

    chiller: PlantChillers | None = None
    heat_rejection: HeatRejection
    supply_temperature: Temperature
    buffer_tank: Room
    bus: str
    standby_bus: str | None = None
    pumps_on: str | None = None
    pumps: Count = 1
    pump_redundancy: SpareRule = "N"
    pump_failover: Duration | None = None
    fluid: FluidName = "water"
    pipes: Pipes | None = None
    pump_control: PumpControl | None = None
    economiser_approach: TemperatureDifference | None = None
    heat_reuse: HeatReuse | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        spares_left(data, problems)
        if isinstance(data, dict):
            if data.get("pump_redundancy", "N") != "N" and data.get("pump_failover") is None:
                problems.append(
                    problem("say how long a spare pump takes: add pump_failover", ("pump_redundancy",))
                )
            if data.get("standby_bus") is not None and data.get("standby_bus") == data.get("bus"):
                problems.append(problem("it is the plant's own bus: name another", ("standby_bus",)))
        return data


class Cooling(Part):
    """Halls, coolant loops and plants, by name."""

    halls: Annotated[dict[Name, Hall], Field(min_length=1)]
    cdus: dict[Name, CduGroup] = Field(default_factory=dict)
    plants: Annotated[dict[Name, Plant], Field(min_length=1)]
