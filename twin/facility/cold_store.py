"""The cold store of a plant, as parameters and initial states of its unit."""

from __future__ import annotations

import math
from collections.abc import Iterator

from twin.errors import Problem
from twin.kernels.air import WATER_CP, WATER_DENSITY
from twin.kernels.fields import COLD_ICE, COLD_NONE, COLD_TANK
from twin.kernels.stratified_tank import LAYERS
from twin.scenario.cold_store import PlantIce, PlantTank
from twin.scenario.cooling import Plant
from twin.scenario.scenario import Scenario

WATER_HEAT = WATER_CP * WATER_DENSITY
"""Heat capacity of water per volume [J/(m3 K)]."""

ABSENT = {
    "store": COLD_NONE, "store_flow": 0.0, "store_charge": 0.0, "store_rise": 1.0, "store_reserve": 0.0,
    "store_heat_capacity": WATER_HEAT, "store_layer_volume": 0.0, "store_exchange": 0.0, "store_loss": 0.0,
    "ice_energy": 0.0, "ice_conductance": 0.0, "ice_charge_temperature": 0.0, "ice_capacity": 0.0,
}  # fmt: skip
"""Parameters of a plant without a store."""


def store_params(plant: Plant) -> dict[str, float]:
    """Parameters of the store of a plant, of none where it has none."""
    store = plant.cold_tank or plant.ice_store
    if store is None:
        return ABSENT
    common = ABSENT | {
        "store_flow": store.discharge_power / (WATER_HEAT * store.temperature_rise),
        "store_charge": store.charge_power,
        "store_rise": store.temperature_rise,
        "store_reserve": store.reserve,
    }
    return common | (tank_params(store) if isinstance(store, PlantTank) else ice_params(plant, store))


def tank_params(tank: PlantTank) -> dict[str, float]:
    """Layers of a tank: conduction between neighbours by their distance, loss by their share of the water."""
    layer = tank.volume / LAYERS
    return {
        "store": COLD_TANK,
        "store_layer_volume": layer,
        "store_exchange": tank.conductivity * (tank.volume / tank.height) / (tank.height / LAYERS),
        "store_loss": tank.loss_rate * WATER_HEAT * layer,
    }


def ice_params(plant: Plant, ice: PlantIce) -> dict[str, float]:
    """Conductance of full ice so that it takes its discharge power from return water at its rise.

    With 0 degC on the other side the effectiveness is the rise over the return temperature, 1 - exp(-NTU).
    """
    rate = ice.discharge_power / ice.temperature_rise
    effectiveness = ice.temperature_rise / (plant.supply_temperature + ice.temperature_rise)
    return {
        "store": COLD_ICE,
        "store_loss": ice.loss_rate * ice.energy,
        "ice_energy": ice.energy,
        "ice_conductance": -math.log1p(-effectiveness) * rate,
        "ice_charge_temperature": ice.charge_temperature,
        "ice_capacity": ice.capacity_share,
    }


def store_states(plant: Plant) -> dict[str, float]:
    """Initial states of the store of a plant: cold water below, warm above it, or so much ice."""
    if plant.ice_store is not None:
        ice = plant.ice_store.initial_charge * plant.ice_store.energy
        return {"ice": ice, "store_content": plant.ice_store.initial_charge, "store_heat": -ice}
    tank = plant.cold_tank
    if tank is None:
        return {}
    warm = plant.supply_temperature + tank.temperature_rise
    cold = tank.initial_charge * LAYERS
    states = {
        f"tank_{i}": warm - tank.temperature_rise * min(max(cold - (LAYERS - i), 0.0), 1.0)
        for i in range(LAYERS + 1)
    }
    mean = warm - tank.temperature_rise * tank.initial_charge
    return states | {
        "store_content": tank.initial_charge,
        "store_temperature": mean,
        "store_heat": WATER_HEAT * tank.volume * mean,
    }


def impossible_stores(scenario: Scenario) -> Iterator[Problem]:
    """Stores that nothing can charge, or that could never give their power."""
    for name, plant in scenario.cooling.plants.items():
        if plant.ice_store is not None and plant.chiller is None:
            message = (
                "it has no chillers to freeze ice with: give the plant a chiller, or a cold_tank instead"
            )
            yield scenario.problem(f"cooling.plants.{name}.ice_store", message)
        if plant.ice_store is not None and plant.supply_temperature <= 0.0:
            message = "ice cannot cool water to 0 degC or below: raise the plant's supply_temperature"
            yield scenario.problem(f"cooling.plants.{name}.ice_store", message)
        if plant.cold_tank is not None and plant.supply_temperature < 4.0:
            message = "water stands stratified above 4 degC only: raise the plant's supply_temperature"
            yield scenario.problem(f"cooling.plants.{name}.cold_tank", message)
