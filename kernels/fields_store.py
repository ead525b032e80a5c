"""Fields of the cold store of a plant, and of the set points that a policy may move."""

from __future__ import annotations

from twin.kernels.fields_cooling import CDU, HALL, PLANT
from twin.kernels.stratified_tank import LAYERS

COLD_NONE, COLD_TANK, COLD_ICE = 0.0, 1.0, 2.0
"""Kinds of cold store."""

COLD_RESTS, COLD_RIDES, COLD_EMPTY = 0.0, 1.0, 2.0
"""Modes of a cold store: resting or following orders, taking what the machines leave, and no longer able to."""

# ------------------------------------------------------------------------------------------- set points of policies
HALL_T_SHIFT = HALL.state("set_point_shift", "K", "what a policy adds to the supply air set point")
CDU_T_SHIFT = CDU.state("set_point_shift", "K", "what a policy adds to the coolant supply set point")
PLANT_T_SHIFT = PLANT.state("set_point_shift", "K", "what a policy adds to the supply water set point")
PLANT_STORE_COMMANDED = PLANT.state(
    "store_commanded", "1", "1 while a policy says what the store does; 0: it keeps itself full"
)
PLANT_STORE_SETPOINT = PLANT.state("store_setpoint", "W", "heat a policy wants it to take, charging negative")

# ------------------------------------------------------------------------------------------------------- cold store
PLANT_STORE = PLANT.param("store", "1", "0 no store, 1 stratified tank of chilled water, 2 ice")
PLANT_STORE_FLOW = PLANT.param("store_flow", "m3/s", "largest flow through the store, either way")
PLANT_STORE_CHARGE = PLANT.param("store_charge", "W", "largest heat taken out of it")
PLANT_STORE_RISE = PLANT.param("store_rise", "K", "warm less cold water, what its content is counted with")
PLANT_STORE_RESERVE = PLANT.param("store_reserve", "1", "content that policies leave for an outage")
PLANT_STORE_HEAT = PLANT.param("store_heat_capacity", "J/(m3 K)", "heat capacity of its water per volume")
PLANT_STORE_LAYER = PLANT.param("store_layer_volume", "m3", "volume of one of the layers of a tank")
PLANT_STORE_EXCHANGE = PLANT.param("store_exchange", "W/K", "conductance between neighbouring layers")
PLANT_STORE_LOSS = PLANT.param(
    "store_loss", "W/K", "conductance of one layer, or of all the ice, to the outside"
)
PLANT_ICE_ENERGY = PLANT.param("ice_energy", "J", "heat of fusion of all its water; 0 without ice")
PLANT_ICE_UA = PLANT.param("ice_conductance", "W/K", "between water and melting ice, all of it frozen")
PLANT_ICE_CHARGE_T = PLANT.param("ice_charge_temperature", "degC", "leaving a chiller that makes ice")
PLANT_ICE_CAPACITY = PLANT.param(
    "ice_capacity", "1", "capacity of a chiller that makes ice over its reference"
)

PLANT_STORE_SOC = PLANT.state("store_content", "1", "cold in store, share of the full")
PLANT_STORE_MEAN = PLANT.state("store_temperature", "degC", "mean of a tank's water")
PLANT_STORE_REFILLING = PLANT.state(
    "store_refilling", "1", "1 while a store that keeps itself full is refilled"
)
PLANT_STORE_MODE = PLANT.state(
    "store_mode", "1", "0 as ordered, 1 takes what the machines leave, 2 has run out"
)
PLANT_Q_STORE = PLANT.state("heat_store", "W", "heat the store took from the loop, charging negative")
PLANT_P_ICE = PLANT.state("power_ice", "W", "power of chillers that make ice, part of power_chiller")
PLANT_STORE_STORED = PLANT.state(
    "store_heat", "J", "heat in store: of the water above 0 degC, less that of fusion"
)
PLANT_E_STORED = PLANT.state("e_store_taken", "J", "heat it took from the loop")
PLANT_E_CHARGED = PLANT.state("e_store_charged", "J", "heat taken out of it")
PLANT_E_STORE_LOSS = PLANT.state("e_store_gain", "J", "heat that came in through its walls")
PLANT_ICE = PLANT.state("ice", "J", "heat of fusion of its ice")
PLANT_TANK_0 = PLANT.state("tank_0", "degC", "water of the topmost layer of a tank, part-filled")
for _k in range(1, LAYERS + 1):
    PLANT.state(f"tank_{_k}", "degC", "water of the next layer down")
PLANT_TANK_FILLED = PLANT.state("tank_filled", "m3", "volume in the topmost layer")
