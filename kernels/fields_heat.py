"""Fields of heat reuse: the heat pump's map, direct use, the hot store and the heat network of a plant."""

from __future__ import annotations

from twin.kernels.fields_cooling import PLANT
from twin.kernels.stratified_tank import ROWS

HEAT_MAP_POINTS = 5
"""Most source and sink temperatures of a heat pump's map."""

# ------------------------------------------------------------------------------------------------ parameters
HEAT_NETWORK = PLANT.param(
    "heat_network", "1", "1 when demand and temperatures are those of the heat network"
)
HEAT_SHARE = PLANT.param("heat_share", "1", "share of the network's demand that is asked of this plant")
HEAT_LOAD_MIN = PLANT.param("heat_pump_load_min", "1", "lowest load of the heat pump over what it can give")
HEAT_SOURCE_MIN = PLANT.param("heat_source_min", "degC", "lowest temperature it cools the plant's water to")
HEAT_SUPPLY_MAX = PLANT.param("heat_supply_max", "degC", "highest temperature it delivers")
HEAT_DIRECT_UA = PLANT.param(
    "heat_direct_ua", "W/K", "exchanger between the plant's return and the heat network's; 0 for none"
)
HEAT_MAP_SOURCES = PLANT.param(
    "heat_map_sources", "1", "source temperatures of the map; 0: Lorenz efficiency"
)
HEAT_MAP_SINKS = PLANT.param("heat_map_sinks", "1", "sink temperatures of the map")
HEAT_MAP_SOURCE_0 = PLANT.param("heat_map_source_0", "degC", "source entering, rising")
for _k in range(1, HEAT_MAP_POINTS):
    PLANT.param(f"heat_map_source_{_k}", "degC", "its next point")
HEAT_MAP_SINK_0 = PLANT.param("heat_map_sink_0", "degC", "sink leaving, rising")
for _k in range(1, HEAT_MAP_POINTS):
    PLANT.param(f"heat_map_sink_{_k}", "degC", "its next point")
HEAT_MAP_COP_0 = PLANT.param(
    "heat_map_cop_0", "1", "coefficient of performance: rows of one source temperature"
)
for _k in range(1, HEAT_MAP_POINTS**2):
    PLANT.param(f"heat_map_cop_{_k}", "1", "its next point")
HEAT_MAP_ABLE_0 = PLANT.param("heat_map_capacity_0", "1", "heat it can give over its rated heat, same points")
for _k in range(1, HEAT_MAP_POINTS**2):
    PLANT.param(f"heat_map_capacity_{_k}", "1", "its next point")
HEAT_STORE_LAYER = PLANT.param("heat_store_layer", "m3", "volume of one layer of the hot store; 0 for none")
HEAT_STORE_EXCHANGE = PLANT.param("heat_store_exchange", "W/K", "conductance between neighbouring layers")
HEAT_STORE_LOSS = PLANT.param("heat_store_loss", "W/K", "conductance of one layer to outdoor air")

# ---------------------------------------------------------------------------------------------------- states
HEAT_DEMAND = PLANT.state("heat_demand", "W", "heat the network asks of this plant")
HEAT_T_SUPPLY = PLANT.state("heat_network_supply", "degC", "supply temperature of the heat network")
HEAT_T_RETURN = PLANT.state("heat_network_return", "degC", "its return temperature")
HEAT_T_AMBIENT = PLANT.state("heat_store_ambient", "degC", "outdoor air around the hot store")
HEAT_RUNNING = PLANT.state(
    "heat_pump_running", "1", "1 while the heat pump may run, 0 once below its lowest load"
)
HEAT_Q_DIRECT = PLANT.state("heat_direct", "W", "heat passed to the network without the heat pump")
HEAT_Q_STORE = PLANT.state("heat_to_store", "W", "heat into the hot store, negative out of it")
HEAT_COP = PLANT.state("heat_pump_cop", "1", "coefficient of performance of the heat pump now")
HEAT_E_ASKED = PLANT.state("heat_asked", "J", "heat the network asked of this plant since the start")
HEAT_E_DIRECT = PLANT.state("heat_direct_energy", "J", "heat delivered without the heat pump since the start")
HEAT_E_LIFT = PLANT.state("heat_pump_energy", "J", "electricity of the heat pump since the start")
HEAT_TIME = PLANT.state("heat_time", "s", "time in which heat was delivered")
HEAT_STORE_0 = PLANT.state("heat_store_0", "degC", "top layer of the hot store, see stratified_tank.py")
for _k in range(1, ROWS - 1):
    PLANT.state(f"heat_store_{_k}", "degC", "the layer below")
PLANT.state("heat_store_offset", "m3", "volume in the topmost")
