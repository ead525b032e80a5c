"""Liquid loops in a scenario: pipes and pumps of a plant, valve and leaks of a CDU, rear doors, fluids."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field
from pydantic_core import InitErrorDetails, PydanticCustomError

from twin.scenario.part import Equipment, Part, problem
from twin.scenario.units import (
    Conductance,
    Fraction,
    Gain,
    Interval,
    MassFlow,
    Power,
    Room,
    Temperature,
    Volume,
    VolumeFlow,
)

FLUID = re.compile(r"(PG|EG)(\d{1,2})")
HIGHEST_SHARE = 60


def known_fluid(name: str) -> bool:
    """Whether a name is that of a fluid: water, PG1 to PG60 (propylene glycol) or EG1 to EG60 (ethylene glycol)."""
    match = FLUID.fullmatch(name)
    return name == "water" or (match is not None and 1 <= int(match[2]) <= HIGHEST_SHARE)


def _fluid(name: str) -> str:
    if not known_fluid(name):
        raise PydanticCustomError(
            "scenario", "{message}",
            {"message": f"unknown fluid {name!r}: water, PG1 to PG60 or EG1 to EG60 (glycol by mass, per cent)"},
        )  # fmt: skip
    return name


FluidName = Annotated[str, AfterValidator(_fluid)]
"""water, PG25 (25 % propylene glycol by mass), EG30 (30 % ethylene glycol by mass), ..."""

MostFraction = Annotated[Fraction, Field(lt=1.0)]


class Pipes(Part):
    """Pipes of a plant between its tank and its coils and CDUs: delay and heat capacity.

    `supply_volume` and `return_volume`, m3, hold the water on the way; the `buffer_tank` is then the tank alone.
    `loss`, W/K, of all pipes together to their `ambient`, degC; absent: perfectly insulated.
    """

    supply_volume: Volume
    return_volume: Volume
    loss: Conductance = 0.0
    ambient: Temperature | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict) and data.get("loss") is not None and data.get("ambient") is None:
            problems.append(problem("a loss needs the temperature around the pipes: add ambient", ("loss",)))
        return data


class PumpControl(Part):
    """Chilled-water pumps of variable speed, behind two-way valves.

    `flow_min` is the least flow, share of full, kept by a by-pass; `head_share` the share of the design head that is
    held at the far end at any flow. Pump power at a flow q is q (head_share + (1 - head_share) q^2) of full.
    """

    flow_min: Fraction
    head_share: Fraction


class Valve(Part):
    """The valve on the plant's side of a CDU, moved by a PI controller that holds the supply of the racks' loop.

    `gain` is its opening per kelvin, 1/K; `integral_time`, s; `stroke_time` from shut to open, s.
    """

    gain: Gain
    integral_time: Interval
    stroke_time: Interval


class Leak(Part):
    """What a leak does to a CDU, from the failure of its part `leak` until its repair.

    `inventory` of the loop of one unit, m3; `flow` lost, m3/s; at `level_min`, share of full, the pumps trip.
    """

    inventory: Room
    flow: VolumeFlow
    level_min: MostFraction


class RearDoor(Equipment):
    """Heat exchanger on the back of a rack, on the water of the hall's plant.

    Attributes
    ----------
    conductance : float
        UA of the coil at full flows of air and water, W/K.
    water_flow : float
        Water through it with its valve open, kg/s.
    fan_power : float
        Of its own fans, W, constant; 0 for a passive door, through which the servers' fans blow.
    outlet_temperature : float or None
        Air temperature below which its valve closes, degC; None: the valve stands open.
    """

    kind: ClassVar[str] = "rear_door"
    conductance: Conductance
    water_flow: MassFlow
    fan_power: Power
    outlet_temperature: Temperature | None = None
