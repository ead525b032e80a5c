"""Heat reuse of a plant, as parameters and first states for the kernels."""

from __future__ import annotations

from collections.abc import Mapping

from twin.kernels.air import WATER_CP, WATER_DENSITY
from twin.kernels.fields_heat import HEAT_MAP_POINTS
from twin.kernels.heat_pump import lorenz_cop
from twin.kernels.stratified_tank import LAYERS
from twin.scenario.cooling import Plant
from twin.scenario.equipment_cooling import HeatPumpMap
from twin.scenario.heat import HeatNetwork, HeatReuse, HotStore

HEAT_NETWORK_SPREAD = 30.0
"""Supply less return of a heat network [K]: 80/45 degC in third and 55/25 in fourth generation networks (H. Lund
et al., Energy 68, 2014; remembered). For plants without a network in the scenario."""

CONDUCTIVITY = 0.64
"""Of still water at 50 degC [W/(m K)], IAPWS; conduction in the tank's wall is left out."""


def heat_shares(plants: Mapping[str, Plant]) -> dict[str, float]:
    """Share of the network's demand that is asked of each plant with heat reuse: by the heat it can deliver."""
    power = {
        name: plant.heat_reuse.heat_power for name, plant in plants.items() if plant.heat_reuse is not None
    }
    total = sum(power.values())
    return {name: value / total for name, value in power.items()}


def heat_params(reuse: HeatReuse | None, network: HeatNetwork | None, share: float) -> dict[str, float]:
    """Parameters of the heat reuse; neutral numbers for a plant without.

    Parameters
    ----------
    reuse, network : HeatReuse, HeatNetwork or None
    share : float
        Of the network's demand, 0 to 1.
    """
    supply, back = 60.0, 30.0
    if reuse is not None:
        if network is not None:
            supply, back = min(network.supply_max, reuse.supply_max), network.return_temperature
        else:
            # A scenario without network that does not say it is refused when it is read.
            assert reuse.supply_temperature is not None
            supply, back = reuse.supply_temperature, reuse.supply_temperature - HEAT_NETWORK_SPREAD
    return {
        "heat_pump_heat": reuse.heat_power if reuse else 0.0,
        "heat_pump_lorenz": (reuse.lorenz_efficiency if reuse else None) or 0.5,
        "heat_supply": supply,
        "heat_return": back,
        "heat_network": 1.0 if reuse is not None and network is not None else 0.0,
        "heat_share": share,
        "heat_pump_load_min": reuse.load_min if reuse else 0.0,
        "heat_source_min": reuse.source_min if reuse else 0.0,
        "heat_supply_max": reuse.supply_max if reuse else 100.0,
        "heat_direct_ua": (reuse.exchanger if reuse else None) or 0.0,
        **map_params(reuse.map if reuse else None),
        **store_params(reuse.store if reuse else None),
    }


def map_params(table: HeatPumpMap | None) -> dict[str, float]:
    """The map of a heat pump, padded to the size of its block; nothing of it is read without one."""
    n = HEAT_MAP_POINTS
    params = {f"heat_map_{axis}_{k}": 0.0 for axis in ("source", "sink") for k in range(n)}
    params |= {f"heat_map_{name}_{k}": 1.0 for name in ("cop", "capacity") for k in range(n * n)}
    params |= {"heat_map_sources": 0.0, "heat_map_sinks": 0.0}
    if table is None:
        return params
    params |= {"heat_map_sources": len(table.source), "heat_map_sinks": len(table.sink)}
    params |= {f"heat_map_source_{k}": value for k, value in enumerate(table.source)}
    params |= {f"heat_map_sink_{k}": value for k, value in enumerate(table.sink)}
    for name, rows in (("cop", table.cop), ("capacity", table.capacity)):
        params |= {
            f"heat_map_{name}_{i * n + j}": value for i, row in enumerate(rows) for j, value in enumerate(row)
        }
    return params


def store_params(store: HotStore | None) -> dict[str, float]:
    """Volume and conductances of a layer of the hot store."""
    if store is None:
        return {"heat_store_layer": 0.0, "heat_store_exchange": 0.0, "heat_store_loss": 0.0}
    area = store.volume / store.height
    layer = store.volume / LAYERS
    return {
        "heat_store_layer": layer,
        "heat_store_exchange": CONDUCTIVITY * area / (store.height / LAYERS),
        "heat_store_loss": store.loss * layer * WATER_DENSITY * WATER_CP,
    }


def heat_states(reuse: HeatReuse | None, network: HeatNetwork | None) -> dict[str, float]:
    """First states: the heat pump may run, the store is cold."""
    if reuse is None:
        return {}
    states = {"heat_pump_running": 1.0}
    if reuse.store is not None:
        back = heat_params(reuse, network, 0.0)["heat_return"]
        states |= {f"heat_store_{k}": back for k in range(LAYERS + 1)}
    return states


def heat_pump_power(params: Mapping[str, float]) -> float:
    """Most power the heat pump of a plant draws, from its parameters [W].

    It draws most from the coldest source: water at its set point on both sides.
    """
    heat = params["heat_pump_heat"]
    if params["heat_map_sources"] > 0:
        n, sources, sinks = HEAT_MAP_POINTS, int(params["heat_map_sources"]), int(params["heat_map_sinks"])
        return float(
            max(
                heat * params[f"heat_map_capacity_{i * n + j}"] / params[f"heat_map_cop_{i * n + j}"]
                for i in range(sources)
                for j in range(sinks)
            )
        )
    water = params["temperature_set"]
    cop = lorenz_cop(params["heat_pump_lorenz"], params["heat_supply"], params["heat_return"], water, water)
    return float(heat / cop)
