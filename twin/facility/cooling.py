"""Halls, CDUs and plants of a scenario, as units for the kernels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from twin.facility.cold_store import store_params, store_states
from twin.facility.fluids import Fluid, friction_factor
from twin.facility.hall_air import air_params
from twin.facility.heat import heat_params, heat_pump_power, heat_states
from twin.facility.liquid import VALVE_AT_START, cdu_params, plant_params, plant_states
from twin.facility.pack import Unit
from twin.facility.plant_water import (
    condenser_set_params,
    economiser_params,
    rejection_model_params,
    staging_params,
    staging_states,
)
from twin.kernels.air import AIR_CP, AIR_DENSITY, WATER_CP
from twin.scenario.cooling import CduGroup, Hall, Plant
from twin.scenario.electrical import spare_units
from twin.scenario.heat import HeatNetwork
from twin.signals.moist_air import standard_pressure

AIR_HANDLER_SPEED_MIN = 0.3
"""Lowest air-handler fan speed, share of full: usual lower limit of EC fans (remembered)."""

LAGS_TO_SETTLE = 3.0
"""A first-order lag is within 5 % of its target after three time constants."""

LATENT_HEAT = 2.43e6
"""Latent heat of water at 30 degC [J/kg], IAPWS-95."""

LOOP_TIME = 20.0
"""Time the coolant takes once round the racks' loop at full flow [s]: 30 m at 1.5 m/s, the usual design velocity
(ASHRAE Handbook Fundamentals, pipe sizing; remembered)."""

RATED_RANGE = 5.5
"""Water range of a heat rejection without chillers [K]: 10 degF, the usual tower rating (CTI; remembered)."""


def handlers(hall: Hall, heat: float) -> int:
    """Air handlers in a hall: as given, or enough for `heat` [W] and the spares its redundancy names."""
    unit = hall.air_handler
    if unit.count is not None:
        return unit.count
    return math.ceil(heat / unit.heat_rated) + spare_units(str(unit.redundancy))


def hall_unit(
    name: str, hall: Hall, heat: float, rack_air: float, hosts: Mapping[str, int], plant: int
) -> Unit:
    """A hall with its air handlers stepped as one. `hosts` holds the indices of buses and UPS for the fans.

    `rack_air` is the air around its racks [m3], which the hall's own volume leaves out.
    """
    unit = hall.air_handler
    count = handlers(hall, heat)
    air = 0.5 * (hall.volume + rack_air) * AIR_DENSITY * AIR_CP
    params = {
        **hosts,
        "plant": plant,
        "air_flow_max": count * unit.air_flow * AIR_DENSITY,
        "air_flow_min": AIR_HANDLER_SPEED_MIN,
        "fan_power_rated": count * unit.fan_power,
        "coil_ua": count * unit.coil_conductance * (1.0 - hall.coil_fouling),
        "coil_water_flow": count * unit.water_flow,
        "temperature_supply": hall.supply_temperature,
        "fan_lag": max(unit.restart_delay, 1.0) / LAGS_TO_SETTLE,
        **air_params(hall, count, count * unit.fan_power),
        "heat_capacity_cold": air,
        "heat_capacity_hot": air,
    }
    states = {
        "temperature_cold": hall.supply_temperature,
        "temperature_hot": hall.supply_temperature,
        "temperature_coil_out": hall.supply_temperature,
        "temperature_return": hall.supply_temperature,
        "fan_speed": AIR_HANDLER_SPEED_MIN,
    }
    return Unit(name, params, states)


def cdu_units(count: int, lumps: Sequence[int]) -> int:
    """How many units a group of `count` CDUs is stepped as; `lumps` holds the real racks of each rack unit on it.

    There is no CDU without a rack unit, and lumped racks share the CDUs evenly, as the racks behind them do.
    """
    if len(set(lumps)) > 1:
        return 1
    if lumps[0] == 1:
        return min(count, len(lumps))
    return max(k for k in range(1, min(count, len(lumps)) + 1) if len(lumps) % k == 0)


def cdu_unit(
    name: str,
    cdu: CduGroup,
    lump: float,
    hosts: Mapping[str, int],
    plant: int,
    heat: float,
    fluids: tuple[Fluid, Fluid],
) -> Unit:
    """So many coolant distribution units stepped as one. `hosts` holds the indices of bus and UPS for the pumps.

    `heat` is the most that racks give all CDUs of the group [W]; `fluids` are the coolant and that of the plant. Both
    sides are rated for the same heat at about the same rise.
    """
    liquid = cdu_params(cdu, lump, heat, *fluids)
    params = {
        **hosts,
        "plant": plant,
        **liquid,
        "temperature_supply": cdu.supply_temperature,
        "heat_capacity": liquid["flow_secondary"] * LOOP_TIME * liquid["coolant_cp"],
        "pump_lag": max(cdu.failover_time, 1.0) / LAGS_TO_SETTLE,
        **pump_params(round(lump * cdu.pumps), cdu.pumps, cdu.pump_redundancy, cdu.failover_time),
    }
    states = {
        "temperature_supply": cdu.supply_temperature,
        "temperature_return": cdu.supply_temperature,
        "speed": 1.0,
        "pumps_running": 1.0,
        "valve": VALVE_AT_START,
        "valve_integral": VALVE_AT_START,
    }
    return Unit(name, params, states)


def pump_params(installed: int, each: int, redundancy: str, delay: float) -> dict[str, float]:
    """Parallel pumps: `installed` in all, in groups of `each` with the spares that `redundancy` names."""
    return {
        "pumps": max(installed, 1),
        "pump_capacity": each / (each - spare_units(redundancy)),
        "pump_delay": delay,
    }


def chiller_count(plant: Plant, heat: float) -> int:
    """Chillers in a plant: as given, or enough for `heat` [W] and the spares its redundancy names."""
    if plant.chiller is None:
        return 0
    if plant.chiller.count is not None:
        return plant.chiller.count
    return math.ceil(heat / plant.chiller.capacity) + spare_units(str(plant.chiller.redundancy))


def chiller_params(plant: Plant, count: int) -> dict[str, float]:
    """Curves and limits of the chillers; neutral numbers for a plant that cools without."""
    chiller = plant.chiller
    curves = chiller.cap_ft if chiller else [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    ratios = chiller.eir_ft if chiller else [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    part = chiller.eir_plr if chiller else [0.0, 1.0, 0.0]
    params = {f"capacity_curve_{k}": value for k, value in enumerate(curves)}
    params |= {f"eir_curve_{k}": value for k, value in enumerate(ratios)}
    params |= {f"part_load_{k}": value for k, value in enumerate(part)}
    return params | {
        "chillers": count,
        "chiller_capacity": chiller.capacity if chiller else 0.0,
        "chiller_cop": chiller.cop if chiller else 1.0,
        "part_load_min": chiller.plr_min if chiller else 0.0,
        "condenser_min": chiller.condenser_min if chiller else 0.0,
        "condenser_max": chiller.condenser_max if chiller else 100.0,
        "evaporator_min": chiller.evaporator_min if chiller else 0.0,
        "evaporator_max": chiller.evaporator_max if chiller else 100.0,
        "restart_delay": chiller.restart_delay if chiller else 0.0,
    }


def rejection_params(plant: Plant, heat: float, count: int, pressure: float) -> dict[str, float]:
    """Heat rejection sized for the plant's heat and its chillers' power, in air of `pressure` [Pa].

    An effectiveness e at a water range R is an approach of R (1 - e) / e.
    """
    rejection = plant.heat_rejection
    rated = heat
    span = RATED_RANGE
    if plant.chiller is not None:
        rated = heat * (1.0 + 1.0 / plant.chiller.cop)
        span = rated / (count * plant.chiller.condenser_flow * WATER_CP)
    cycles = rejection.concentration_cycles
    blow_down = cycles / (cycles - 1.0) if cycles > 1.0 else 1.0
    approach = span * (1.0 - rejection.effectiveness) / rejection.effectiveness
    return {
        **rejection_model_params(rejection, rated, span, pressure),
        **condenser_set_params(plant, approach),
        "rejection_wet": 1.0 if rejection.medium == "wet-bulb" else 0.0,
        "approach": approach,
        "rejection_rated": rated,
        "rejection_fan_power": rejection.fan_power_fraction * rated,
        "water_per_heat": rejection.evaporated_fraction / LATENT_HEAT * blow_down,
    }


def pump_powers(plant: Plant, heat: float, rejected: float, friction: float) -> tuple[float, float]:
    """Power of the pumps of the water to coils and CDUs, and of those of the heat rejection [W].

    `friction` is the pressure drop of the loop's fluid over that of water. A plant without chillers has one loop, and
    its pumps are those of the heat rejection.
    """
    outer = plant.heat_rejection.pump_power_fraction * rejected
    if plant.chiller is None:
        return 0.0, outer * friction
    return plant.chiller.pump_power_fraction * heat * friction, outer


def plant_unit(
    name: str,
    plant: Plant,
    heat: float,
    hosts: Mapping[str, int],
    altitude: float,
    liquid: Fluid,
    network: HeatNetwork | None = None,
    share: float = 1.0,
) -> Unit:
    """A cooling plant that has to move `heat` [W], at `altitude` [m].

    `hosts` holds the indices of its buses and its pumps' UPS. `share` of the demand of the heat `network` is asked
    of it; `liquid` is what its loop carries.
    """
    count = chiller_count(plant, heat)
    rejection = rejection_params(plant, heat, count, standard_pressure(altitude))
    pumps = pump_powers(plant, heat, rejection["rejection_rated"], friction_factor(liquid))
    params = {
        **hosts,
        "heat_capacity": plant.buffer_tank * liquid.volumetric,
        "temperature_set": plant.supply_temperature,
        **chiller_params(plant, count),
        **staging_params(plant, count),
        **economiser_params(plant),
        **rejection,
        "pump_power": sum(pumps),
        **plant_params(plant, liquid, pumps[0] if plant.chiller else sum(pumps)),
        "free_cooling": 1.0 if plant.chiller is None or plant.economiser_approach is not None else 0.0,
        "free_approach": plant.economiser_approach or 0.0,
        **heat_params(plant.heat_reuse, network, share),
        **pump_params(plant.pumps, plant.pumps, plant.pump_redundancy, plant.pump_failover or 0.0),
        **store_params(plant),
    }
    states = {
        "temperature": plant.supply_temperature,
        "temperature_return": plant.supply_temperature,
        "ready": params["restart_delay"],
        "pumps_running": 1.0,
        **store_states(plant),
        **heat_states(plant.heat_reuse, network),
        **staging_states(plant, count, heat),
        **plant_states(plant),
    }
    return Unit(name, params, states)


def plant_power(unit: Unit) -> float:
    """Largest electrical power of a plant, for sizing what feeds it [W]."""
    p = unit.params
    chillers = p["chillers"] * p["chiller_capacity"] / p["chiller_cop"]
    return float(chillers + p["pump_power"] + p["rejection_fan_power"] + heat_pump_power(p))
