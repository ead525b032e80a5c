"""Fields of plants: staging of chillers, condenser water, towers and dry coolers, and the economiser."""

from __future__ import annotations

from twin.kernels.fields_cooling import PLANT

CHILLERS_MAX = 32
"""Chillers of a plant that are started and stopped one by one."""

# ------------------------------------------------------------------------------------------------ chillers
PLANT_PLR_UNLOAD = PLANT.param("part_load_unload", "1", "below this a running chiller is falsely loaded")
PLANT_STAGED = PLANT.param(
    "staged", "1", "1 when chillers start and stop one by one, 0 as many as it takes at once"
)
PLANT_STAGE_UP = PLANT.param("stage_up", "1", "load over running capacity above which one more starts")
PLANT_STAGE_DOWN = PLANT.param("stage_down", "1", "load over the capacity of one less below which one stops")
PLANT_STAGE_DELAY = PLANT.param("stage_delay", "s", "for how long the load must be above or below")
PLANT_STAGE_WARM = PLANT.param("stage_warm", "K", "supply water above its set point that calls one more, too")
PLANT_RUN_MIN = PLANT.param("run_min", "s", "least running time of a chiller")
PLANT_OFF_MIN = PLANT.param("off_min", "s", "least time between its stop and its next start")
PLANT_START_TIME = PLANT.param("start_time", "s", "from its command to full cooling")
PLANT_STAGGER = PLANT.param("stagger", "s", "least time between two starts")
PLANT_COND_PUMPS = PLANT.param(
    "condenser_pumps", "1", "pumps of the condenser water, 0 when they are among `pumps`"
)
PLANT_COND_CAPACITY = PLANT.param(
    "condenser_pump_capacity", "1", "installed over those that run at full flow"
)
PLANT_COND_DELAY = PLANT.param("condenser_pump_delay", "s", "from a failed pump to its spare")
PLANT_COND_FLOW_MIN = PLANT.param(
    "condenser_flow_min", "1", "flow of a chiller over rated below which it trips"
)
PLANT_FLOW_DELAY = PLANT.param("flow_delay", "s", "for how long the flow must be low")

PLANT_CHILLERS_OUT = PLANT.state("chillers_out", "1", "chillers that are out of service")
PLANT_CHILLERS_ON = PLANT.state("chillers_on", "1", "chillers that run")
PLANT_CHILLER_TIME = PLANT.state("chiller_time", "s", "running time of all chillers together")
PLANT_CHILLER_STARTS = PLANT.state("chiller_starts", "1", "starts of all chillers together")
PLANT_CHILLER_TRIPS = PLANT.state("chiller_trips", "1", "running chillers that tripped")
PLANT_UP_TIME = PLANT.state("stage_up_time", "s", "for how long one more has been called for")
PLANT_DOWN_TIME = PLANT.state("stage_down_time", "s", "for how long one less would do")
PLANT_SINCE_START = PLANT.state("since_start", "s", "time since the last start")
PLANT_RESTARTING = PLANT.state("restarting", "1", "1 from a trip until as many run as the load takes")
PLANT_OUTSIDE_CURVES = PLANT.state(
    "outside_curves", "s", "time that chillers ran outside the range of their curves"
)
PLANT_COND_OUT = PLANT.state(
    "condenser_pumps_out", "1", "share of the condenser pumps that is out of service"
)
PLANT_COND_SEEN = PLANT.state("condenser_pumps_seen", "1", "the same at the last thermal step")
PLANT_COND_RUNNING = PLANT.state("condenser_pumps_running", "1", "pumps that run over those at full flow")
PLANT_COND_TIMER = PLANT.state("condenser_pump_timer", "s", "time that fewer run than could")
PLANT_COND_FLOW = PLANT.state("condenser_flow", "1", "condenser water over rated in this thermal step")
PLANT_COND_LEAST = PLANT.state("condenser_flow_least", "1", "the least of it in this thermal step")
PLANT_COND_LOW = PLANT.state("condenser_low", "s", "time at the least of it in this thermal step")
PLANT_LOW_TIME = PLANT.state("condenser_low_time", "s", "for how long the flow has been too low")
PLANT_MACHINE_ON_0 = PLANT.state("machine_on_0", "1", "1 while the first chiller runs")
for _k in range(1, CHILLERS_MAX):
    PLANT.state(f"machine_on_{_k}", "1", "the next")
PLANT_MACHINE_TIME_0 = PLANT.state("machine_time_0", "s", "time since the first chiller started or stopped")
for _k in range(1, CHILLERS_MAX):
    PLANT.state(f"machine_time_{_k}", "s", "the next")

# ------------------------------------------------------------------------------------------- heat rejection
REJECT_CONSTANT, REJECT_TOWER, REJECT_COOLER = range(3)
"""How the heat rejection is modelled: approach in proportion to the heat, Merkel tower, dry cooler by e-NTU."""

PLANT_PRESSURE = PLANT.param("air_pressure", "Pa", "air pressure at the site")
PLANT_REJECT_MODEL = PLANT.param(
    "rejection_model", "1", "0 constant effectiveness, 1 Merkel tower, 2 e-NTU dry cooler"
)
PLANT_TOWER_WATER = PLANT.param("rejection_water", "kg/s", "water through the heat rejection")
PLANT_TOWER_AIR = PLANT.param("rejection_air", "kg/s", "dry air at full fan speed")
PLANT_TOWER_NTU = PLANT.param("rejection_ntu", "1", "transfer units of a tower at as much water as air")
PLANT_TOWER_EXPONENT = PLANT.param(
    "rejection_exponent", "1", "tower: n of its transfer units; cooler: UA over air flow"
)
PLANT_COOLER_UA = PLANT.param("rejection_ua", "W/K", "conductance of a dry cooler at full fan speed")
PLANT_FAN_LEAST = PLANT.param("rejection_fan_least", "1", "lowest fan speed as a fraction of full")
PLANT_COND_SET = PLANT.param("condenser_set", "degC", "highest set point of the condenser water")
PLANT_COND_RELIEF = PLANT.param("condenser_relief", "K", "its set point above the outside when that is lower")
PLANT_CELLS_FOLLOW = PLANT.param(
    "cells_follow", "1", "1 when cells run with chillers, a share each; 0 all of them"
)
PLANT_CYCLES = PLANT.param("concentration_cycles", "1", "cycles of concentration, 0 without blow-down")
PLANT_DRIFT = PLANT.param("drift", "1", "share of the water flow that drifts away")
PLANT_PAD_EFFECT = PLANT.param("pad_effectiveness", "1", "wetted pads before a dry cooler, 0 for none")
PLANT_PAD_ABOVE = PLANT.param("pad_above", "degC", "dry bulb above which pads are wetted")

PLANT_OUTSIDE = PLANT.state(
    "temperature_outside", "degC", "wet or dry bulb, or air behind pads: what it approaches"
)
PLANT_APPROACH_NOW = PLANT.state("approach_now", "K", "approach at rated heat and full fan in this weather")
PLANT_CELL_SHARE = PLANT.state("cell_share", "1", "share of the heat rejection's cells that run")
PLANT_FAN_SPEED = PLANT.state("rejection_speed", "1", "fan speed asked for")
PLANT_EVAPORATED = PLANT.state("water_evaporated", "kg", "water evaporated, part of water")
PLANT_BLOWN = PLANT.state("water_blow_down", "kg", "water blown down, part of water")
PLANT_DRIFTED = PLANT.state("water_drift", "kg", "water drifted away, part of water")

# ----------------------------------------------------------------------------------------------- economiser
FREE_PARALLEL, FREE_SERIES, FREE_ALONE = range(3)
"""Where the economiser stands: on the supply, ahead of the chillers on the return, or in their place."""

PLANT_FREE_MODE = PLANT.param(
    "free_mode", "1", "0 on the supply, 1 ahead of the chillers, 2 alone or not at all"
)
PLANT_FREE_BAND = PLANT.param("free_band", "K", "dead band of the change-over")
PLANT_FREE_HOLD = PLANT.param("free_hold", "s", "least time between two change-overs")

PLANT_FREE_ON = PLANT.state("free_on", "1", "1 while the economiser is open")
PLANT_FREE_SINCE = PLANT.state("free_since", "s", "time since it last changed over")
PLANT_FREE_TIME = PLANT.state("free_time", "s", "time that the economiser carried the plant without chillers")
PLANT_FREE_PART_TIME = PLANT.state("free_part_time", "s", "time that it helped the chillers")
