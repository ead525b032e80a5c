"""Fields of one interval: signals and controls, trace channels, and where the children of each unit are listed."""

from __future__ import annotations

from twin.kernels.registry import Block

# ------------------------------------------------------------------------- signals and controls of one interval
SIGNAL = Block("signal")
SIG_FREQUENCY_0 = SIGNAL.param("frequency_start", "Hz", "grid frequency at the start of the interval")
SIG_FREQUENCY_1 = SIGNAL.param("frequency_end", "Hz", "grid frequency at its end")
SIG_VOLTAGE = SIGNAL.param("voltage", "1", "grid voltage before disturbances")
SIG_T_DRY = SIGNAL.param("dry_bulb", "degC", "outdoor dry bulb")
SIG_T_WET = SIGNAL.param("wet_bulb", "degC", "outdoor wet bulb")
SIG_F_NOMINAL = SIGNAL.param("frequency_nominal", "Hz", "nominal grid frequency")
SIG_DROOP_DEAD = SIGNAL.param("droop_dead_band", "Hz", "deviation below which batteries do not respond")
SIG_DROOP_KNEE = SIGNAL.param("droop_knee", "Hz", "deviation at the knee of the response curve")
SIG_DROOP_KNEE_SHARE = SIGNAL.param("droop_knee_share", "1", "share of the response given at the knee")
SIG_DROOP_FULL = SIGNAL.param("droop_full", "Hz", "deviation of full response")
SIG_T_DEW = SIGNAL.param("dew_point", "degC", "outdoor dew point")
SIG_PRESSURE = SIGNAL.param("pressure", "Pa", "outdoor air pressure")
SIG_HUMIDITY = SIGNAL.param("humidity_ratio", "1", "water vapour per dry outdoor air, by mass")
SIG_HEAT_DEMAND = SIGNAL.param("heat_demand", "W", "heat the district's network wants")
SIG_HEAT_SUPPLY = SIGNAL.param("heat_supply", "degC", "supply temperature of that network")
SIG_HEAT_RETURN = SIGNAL.param("heat_return", "degC", "its return temperature")

# ------------------------------------------------------------------ site channels sampled inside an interval
TRACE = Block("trace")
TRACE_FREQUENCY = TRACE.state("frequency", "Hz", "frequency at the first feed")
TRACE_VOLTAGE = TRACE.state("voltage_feed", "1", "voltage at the first feed, per unit")
TRACE_BUS_VOLTAGE = TRACE.state("voltage_bus", "1", "lowest busbar voltage, per unit")
TRACE_BUS_FREQUENCY = TRACE.state("frequency_bus", "Hz", "frequency of the first busbar")
TRACE_UPS_VOLTAGE = TRACE.state("voltage_ups", "1", "lowest UPS output voltage, per unit")
TRACE_GRID = TRACE.state("power_grid", "W", "power imported from the grid")
TRACE_UPS_IN = TRACE.state("power_ups_in", "W", "power into UPS systems")
TRACE_UPS_OUT = TRACE.state("power_ups_out", "W", "power out of UPS systems")
TRACE_UPS_BATTERY = TRACE.state("power_ups_battery", "W", "power from UPS batteries, discharging positive")
TRACE_STORAGE = TRACE.state("power_storage", "W", "power from storage converters, delivering positive")
TRACE_GENSET = TRACE.state("power_genset", "W", "power from generators")
TRACE_MECHANICAL = TRACE.state(
    "power_mechanical", "W", "power of fans, pumps and chillers served by buses and UPS"
)

# ---------------------------------------------------- child ranges: where the children of each unit are listed
# `links[links[LINK_X] + i] .. links[links[LINK_X] + i + 1]` are the children of unit i, in fixed order.
LINK_PDU_RACK = 0
LINK_HALL_RACK = 1
LINK_CDU_RACK = 2
LINK_BUS_UPS = 3
LINK_BUS_GEN = 4
LINK_BUS_PCS = 5
LINK_UPS_SIDE = 6
LINK_SIDES = 7
LINK_TABLES = 8
