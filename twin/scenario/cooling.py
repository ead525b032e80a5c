"""Halls, coolant loops and plants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.cold_store import PlantIce, PlantTank
from twin.scenario.electrical import Name, SpareRule, one_of, spare_units
from twin.scenario.equipment_cooling import AirHandler, Cdu, Chiller, ChillerStaging, HeatRejection
from twin.scenario.equipment_it import Count
from twin.scenario.hall_air import AirEconomiser, CoilValve, FanControl, Layout, Share
from twin.scenario.heat import HeatReuse
from twin.scenario.liquid import FluidName, Leak, Pipes, PumpControl, Valve
from twin.scenario.part import Part, problem
from twin.scenario.units import Duration, Fraction, Room, Temperature, TemperatureDifference


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

    `bypass` is the share of the supply air that goes back to the coils past the racks, `leakage` the hot air that
    leaks into the cold aisle as a share of what the racks draw; 0 when absent, a perfectly led hall. `coil_fouling`
    is the share of the coils' conductance lost to dirt, 0 when absent. Fans follow the
    flow of the racks unless `fan_control` says otherwise; coils hold the supply temperature exactly, as far as they
    can, unless `coil_valve` describes a controller. `economiser` lets outside air take heat first. `layout` says
    where the racks stand and whose exhaust they draw.
    """

    air_handler: HallAirHandlers
    volume: Room
    supply_temperature: Temperature
    fans_on: str
    plant: str
    bypass: Share = 0.0
    leakage: Share = 0.0
    coil_fouling: Share = 0.0
    fan_control: FanControl | None = None
    coil_valve: CoilValve | None = None
    economiser: AirEconomiser | None = None
    layout: Layout | None = None


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
    """The chillers of a plant: `count`, or sized by the builder from `redundancy`.

    With `staging` they start and stop one by one, with their timers; without it as many run as the load takes, at once.
    """

    count: Count | None = None
    redundancy: SpareRule | None = None
    staging: ChillerStaging | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        one_of(data, ("count", "redundancy"), problems)
        return super()._complete(data, problems)


class CondenserWater(Part):
    """Set point of the water to the condensers: `above_outside` the wet or dry bulb, K, and not above `highest`, degC.

    `highest` alone is a fixed set point; `above_outside` alone follows the weather down to what the chillers take.
    """

    highest: Temperature | None = None
    above_outside: TemperatureDifference | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict) and not {"highest", "above_outside"} & set(data):
            problems.append(problem("give highest, above_outside or both"))
        return data


def condenser_problems(data: dict[str, Any]) -> Iterator[InitErrorDetails]:
    """What a plant says of its condenser pumps and economiser that goes with nothing."""
    chiller = data.get("chiller")
    staged = isinstance(chiller, dict) and chiller.get("staging") is not None
    if data.get("condenser_pumps") is not None and not staged:
        yield problem(
            "they trip chillers: give chiller.staging, which says at what flow", ("condenser_pumps",)
        )
    pumps, rule = data.get("condenser_pumps"), data.get("condenser_pump_redundancy", "N")
    if rule != "N":
        if data.get("pump_failover") is None:
            yield problem(
                "say how long a spare pump takes: add pump_failover", ("condenser_pump_redundancy",)
            )
        if not isinstance(pumps, int) or (
            re.fullmatch(r"N(\+[1-9])?", str(rule)) and spare_units(rule) >= pumps
        ):
            yield problem(
                "give condenser_pumps, spares included, more than the spares", ("condenser_pump_redundancy",)
            )
    if chiller is None and data.get("condenser_water") is not None:
        yield problem("there are no chillers", ("condenser_water",))
    for key in ("economiser_at", "economiser_band", "economiser_hold"):
        if data.get(key) is not None and data.get("economiser_approach") is None:
            yield problem("there is no economiser: add economiser_approach", (key,))


class Plant(Part):
    """A cooling plant; without chillers it cools by the heat rejection alone.

    `supply_temperature` of the water, degC; `buffer_tank` m3, that of the pipes where there is no tank; `bus`
    feeds chillers, fans and pumps, unless the water pumps hang on a UPS (`pumps_on`). With
    `economiser_approach`, K, the heat rejection cools the water without chillers when it is cold enough outside.

    When `bus` is dead the plant changes over to `standby_bus`, where there is one; its chillers restart. It has so
    many `pumps`, spares included; `pump_redundancy` says how many are spares, which take over after `pump_failover`,
    s. One pump without a spare when these keys are absent. `condenser_pumps` are those of the condenser water where
    they fail apart from the others, with their own spares; absent, they are among `pumps`.

    `cells` of the heat rejection run `all`, or `with-chillers`, a share with each (all when the economiser cools).
    `condenser_water` is its set point; absent, as far above the outside as the heat rejection's rating.
    `economiser_at` says where the economiser stands: on the `supply` (what it cannot cool down to it leaves), in
    `series` ahead of the chillers on the warm return, or `alone`, in place of the chillers or not at all. It opens
    when the weather is better than needed by `economiser_band`, K, and stays as it is for `economiser_hold`, s; both
    are 0 when absent.

    `cold_tank` or `ice_store` is a cold store beside the chillers, which rides through an outage while the water pumps
    run, and may follow a policy (`cooling-shift`).

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
    condenser_pumps: Count | None = None
    condenser_pump_redundancy: SpareRule = "N"
    condenser_water: CondenserWater | None = None
    fluid: FluidName = "water"
    pipes: Pipes | None = None
    pump_control: PumpControl | None = None
    cells: Literal["all", "with-chillers"] = "all"
    economiser_approach: TemperatureDifference | None = None
    economiser_at: Literal["supply", "series", "alone"] = "supply"
    economiser_band: TemperatureDifference | None = None
    economiser_hold: Duration | None = None
    heat_reuse: HeatReuse | None = None
    cold_tank: PlantTank | None = None
    ice_store: PlantIce | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        spares_left(data, problems)
        if isinstance(data, dict):
            if data.get("pump_redundancy", "N") != "N" and data.get("pump_failover") is None:
                problems.append(
                    problem("say how long a spare pump takes: add pump_failover", ("pump_redundancy",))
                )
            if data.get("cold_tank") is not None and data.get("ice_store") is not None:
                problems.append(problem("a plant has one cold store: cold_tank or ice_store", ("ice_store",)))
            problems += condenser_problems(data)
            if data.get("standby_bus") is not None and data.get("standby_bus") == data.get("bus"):
                problems.append(problem("it is the plant's own bus: name another", ("standby_bus",)))
        return data


class Cooling(Part):
    """Halls, coolant loops and plants, by name."""

    halls: Annotated[dict[Name, Hall], Field(min_length=1)]
    cdus: dict[Name, CduGroup] = Field(default_factory=dict)
    plants: Annotated[dict[Name, Plant], Field(min_length=1)]
