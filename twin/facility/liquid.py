"""Liquid loops of a scenario as parameters for the kernels: fluids, valves, leaks, pipes, pumps, rear doors."""

from __future__ import annotations

import math
from dataclasses import replace

from twin.facility.fluids import Fluid, FluidError, exchanger_factor, fluid, friction_factor
from twin.facility.pack import Unit
from twin.kernels.air import WATER_CP, WATER_DENSITY
from twin.kernels.pipe import PIPE_CELLS
from twin.scenario.cooling import CduGroup, Plant
from twin.scenario.liquid import RearDoor
from twin.scenario.scenario import Scenario

ALWAYS_OPEN = -1e30
"""A door's valve never closes."""

VALVE_AT_START = 0.5
"""Opening of a CDU's valve when a run begins: its controller finds its place within some integral times."""


def fluid_at(scenario: Scenario, key: str, name: str, temperature: float) -> Fluid:
    """Properties of the fluid that the scenario names at `key`; InputError when there are none."""
    try:
        return fluid(name, temperature)
    except FluidError as error:
        raise scenario.refuse(key, str(error)) from None


def plant_fluid(scenario: Scenario, name: str) -> Fluid:
    """The fluid of a plant's loop at its supply temperature."""
    plant = scenario.cooling.plants[name]
    return fluid_at(scenario, f"cooling.plants.{name}.fluid", plant.fluid, plant.supply_temperature)


def fluids_of(scenario: Scenario, name: str) -> tuple[Fluid, Fluid]:
    """The coolant of a group of CDUs at its supply temperature, and the fluid of its plant."""
    cdu = scenario.cooling.cdus[name]
    coolant = fluid_at(scenario, f"cooling.cdus.{name}.coolant", cdu.coolant, cdu.supply_temperature)
    return coolant, plant_fluid(scenario, cdu.plant)


def water_like(liquid: Fluid) -> float:
    """Mass flow of water of the same capacity rate over that of water of the same volume flow."""
    return liquid.volumetric / (WATER_CP * WATER_DENSITY)


def hall_on(unit: Unit, scenario: Scenario, name: str) -> Unit:
    """A hall whose coils and rear doors carry the fluid of its plant."""
    liquid = plant_fluid(scenario, scenario.cooling.halls[name].plant)
    doors = [
        g.count * g.rear_door.water_flow for g in scenario.racks.values() if g.hall == name and g.rear_door
    ]
    params = dict(unit.params)
    params["coil_ua"] *= exchanger_factor(liquid)
    params["coil_water_flow"] *= water_like(liquid)
    params["door_water_flow"] = math.fsum(doors) * water_like(liquid)
    return replace(unit, params=params)


def cdu_params(
    cdu: CduGroup, lump: float, heat: float, racks_side: Fluid, plant_side: Fluid
) -> dict[str, float]:
    """What the fluids, the pumps, the valve and the leak of `lump` CDUs stepped as one come to.

    `heat` is the most that racks give the whole group [W]: at variable speed their plates have their design flow at it.
    """
    volume_flow = lump * cdu.flow_per_power * cdu.heat_rated
    flow = volume_flow * racks_side.density
    valve, leak = cdu.valve, cdu.leak
    return {
        "coolant_cp": racks_side.cp,
        "flow_secondary": flow,
        "flow_primary": volume_flow * WATER_DENSITY * water_like(plant_side),
        "ua": lump * cdu.conductance * exchanger_factor(racks_side, plant_side),
        "pump_power": lump * cdu.pump_power * friction_factor(racks_side),
        "coolant_rise": 1.0 / (cdu.flow_per_power * racks_side.volumetric)
        if cdu.pump_flow_min is not None
        else 0.0,
        "flow_min": cdu.pump_flow_min or 0.0,
        "flow_plates": min(heat / (cdu.count * cdu.heat_rated), 1.0)
        if cdu.pump_flow_min is not None
        else 0.0,
        "valve_gain": valve.gain if valve else 0.0,
        "valve_integral_time": valve.integral_time if valve else 1.0,
        "valve_rate": 1.0 / valve.stroke_time if valve else 1.0,
        # Of lumped units one leaks: the trip of its level is then that of all, so a lump leaks as a whole.
        "inventory": lump * leak.inventory * racks_side.density if leak else 0.0,
        "leak_flow": lump * leak.flow * racks_side.density if leak else 0.0,
        "level_min": leak.level_min if leak else 0.0,
    }


def plant_params(plant: Plant, liquid: Fluid, variable: float) -> dict[str, float]:
    """Pipes and pumps of a plant; `variable` is the power of its pumps that can follow the flow [W]."""
    pipes, control = plant.pipes, plant.pump_control
    supply = pipes.supply_volume if pipes else 0.0
    back = pipes.return_volume if pipes else 0.0
    per_volume = pipes.loss / (supply + back) if pipes and supply + back > 0.0 else 0.0
    return {
        "pipe_supply": supply * liquid.volumetric,
        "pipe_return": back * liquid.volumetric,
        "pipe_loss_supply": supply * per_volume,
        "pipe_loss_return": back * per_volume,
        "pipe_ambient": pipes.ambient if pipes and pipes.ambient is not None else 0.0,
        "pump_variable": variable if control else 0.0,
        "pump_flow_min": control.flow_min if control else 0.0,
        "pump_head_share": control.head_share if control else 0.0,
    }


def plant_states(plant: Plant) -> dict[str, float]:
    """Pipes full of water at the plant's set point, pumps at full flow."""
    cells = range(PIPE_CELLS)
    water = {f"pipe_{way}_{k}": plant.supply_temperature for way in ("supply", "return") for k in cells}
    return water | {"temperature_delivered": plant.supply_temperature, "pump_flow": 1.0}


def door_params(door: RearDoor | None, lump: int, liquid: Fluid) -> dict[str, float]:
    """The rear doors of `lump` racks on the fluid of their plant; no conductance without."""
    held = door.outlet_temperature if door else None
    return {
        "door_conductance": lump * door.conductance * exchanger_factor(liquid) if door else 0.0,
        "door_water_flow": lump * door.water_flow * water_like(liquid) if door else 0.0,
        "door_temperature": ALWAYS_OPEN if held is None else held,
    }
