"""Fields of a rack: electrical and thermal."""

from __future__ import annotations

from twin.kernels.registry import Block

# ------------------------------------------------------------------------------------------------------- rack
RACK = Block("rack")
RACK_WORKLOAD = RACK.param("workload", "1", "index of the utilisation signal")
RACK_PDU = RACK.param("pdu", "1", "index of its PDU")
RACK_HALL = RACK.param("hall", "1", "index of its hall")
RACK_CDU = RACK.param("cdu", "1", "index of its coolant distribution unit, -1 when air-cooled")
RACK_COUNT = RACK.param("count", "1", "identical racks stepped as this one")
RACK_POWER_IDLE = RACK.param("power_idle", "W", "IT power at zero utilisation")
RACK_POWER_PEAK = RACK.param("power_peak", "W", "IT power at full utilisation")
RACK_POWER_OTHER = RACK.param(
    "power_other", "W", "constant power drawn at the input, not through the supplies"
)
RACK_CURVE = RACK.param("curve", "1", "exponent r of Fan et al.: 2u - u^r; 1 gives a straight line")
RACK_SWING = RACK.param("swing", "1", "share of the dynamic power that follows the training waveform")
RACK_SYNC = RACK.param("synchronised", "1", "share of the swing that is in step across racks")
RACK_WAVE_RATE = RACK.param("wave_rate", "Hz", "training iterations per second; 0 for none")
RACK_WAVE_DUTY = RACK.param("wave_duty", "1", "compute share of an iteration")
RACK_WAVE_PHASE = RACK.param("wave_phase", "1", "own phase of the unsynchronised share, 0 to 1")
RACK_PSU_RATED = RACK.param("psu_power_rated", "W", "rated output of its power supplies together")
RACK_PSU_0 = RACK.param("psu_loss_0", "1", "loss / rated = a0 + a1 x + a2 x^2 + a3 x^3")
RACK_PSU_1 = RACK.param("psu_loss_1", "1", "linear term of the loss")
RACK_PSU_2 = RACK.param("psu_loss_2", "1", "square term of the loss")
RACK_PSU_3 = RACK.param("psu_loss_3", "1", "cubic term of the loss")
RACK_HOLDUP_ENERGY = RACK.param("holdup_energy", "J", "energy in the bulk capacitors that carries the load")
RACK_V_MIN = RACK.param("voltage_min", "1", "lowest input voltage at which the supplies draw power")
RACK_V_MAX = RACK.param("voltage_max", "1", "highest input voltage at which the supplies draw power")
RACK_V_RETURN = RACK.param("voltage_return", "1", "input voltage from which supplies that ceased draw again")
RACK_V_SURGE = RACK.param("voltage_surge", "1", "input voltage above which supplies cease at once")
RACK_CEASE = RACK.param("cease_delay", "s", "time below voltage_min before the supplies cease")
RACK_OVER = RACK.param("over_delay", "s", "time above voltage_max before the supplies cease")
RACK_RECONNECT = RACK.param("return_delay", "s", "time the input must be back before they draw again")
RACK_LIMIT = RACK.param(
    "input_limit", "W", "most the supplies of one side draw at nominal voltage; 1e30: none"
)
RACK_SHARE_A = RACK.param("share_a", "1", "share of side A while both sides draw; 1: side B stands by")
RACK_RESTART = RACK.param("restart_delay", "s", "return of power to full work")
RACK_RAMP_TIME = RACK.param("ramp_time", "s", "rise from idle power to what is wanted, after a restart")
RACK_FLOOR = RACK.param("power_floor", "W", "servers with work burn at least this; 0: no floor")
RACK_STORE_KIND = RACK.param("store_kind", "1", "0 no store, 1 backup, 2 smoothing")
RACK_STORE_ENERGY = RACK.param("store_energy", "J", "usable energy of its store")
RACK_STORE_POWER = RACK.param("store_power", "W", "most its store gives")
RACK_STORE_CHARGE = RACK.param("store_charge", "W", "most its store takes")
RACK_STORE_EFFICIENCY = RACK.param("store_efficiency", "1", "round trip, half of the loss each way")
RACK_STORE_DETECT = RACK.param("store_detect", "s", "time from a lack of input to a backup store that gives")
RACK_STORE_TAU = RACK.param("store_tau", "s", "time constant with which the input follows a smoothed load")
RACK_STORE_RATE = RACK.param("store_rate", "W/s", "fastest change of a smoothed input; 1e30: none")
RACK_STORE_BALANCE = RACK.param("store_balance", "s", "time constant of the return to half charge")
RACK_FAN_POWER = RACK.param("fan_power_rated", "W", "power of its fans at full speed")
RACK_FLOW_MAX = RACK.param("air_flow_max", "kg/s", "air flow at full fan speed")
RACK_FLOW_MIN = RACK.param("air_flow_min", "1", "lowest fan speed as a fraction of full")
RACK_DELTA_T = RACK.param("air_delta_t", "K", "air temperature rise the fan control aims at")
RACK_C_MASS = RACK.param("heat_capacity", "J/K", "heat capacity of servers and chassis")
RACK_G_MASS = RACK.param("conductance", "W/K", "chassis to air stream conductance at full flow")
RACK_RECIRCULATION = RACK.param("recirculation", "1", "share of hot-aisle air in its inlet")
RACK_LIQUID = RACK.param("liquid_fraction", "1", "share of its heat taken by cold plates")
RACK_C_PLATE = RACK.param("plate_heat_capacity", "J/K", "heat capacity of cold plates and their coolant")
RACK_G_PLATE = RACK.param("plate_conductance", "W/K", "cold plates to coolant conductance at full flow")
RACK_T_LIMIT = RACK.param("inlet_limit", "degC", "inlet temperature that counts as too hot")
RACK_T_SHUTDOWN = RACK.param("inlet_shutdown", "degC", "inlet temperature at which servers shut down")
RACK_PLATE_SHUTDOWN = RACK.param(
    "plate_shutdown", "degC", "cold-plate temperature at which servers shut down"
)
RACK_MODE = RACK.state("mode", "1", "0 off, 1 on, 2 restarting, 3 shut down by heat, 4 shed by order")
RACK_TIMER = RACK.state("timer", "s", "time since power returned")
RACK_BASE = RACK.state("power_base", "W", "server power without the waveform, once per interval")
RACK_WAVE = RACK.state("power_wave", "W", "height of the waveform, once per interval")
RACK_WANT = RACK.state(
    "power_want", "W", "server and fan power asked for, once per interval, mean of the waveform"
)
RACK_WANT_LOSS = RACK.state("power_want_loss", "W", "supply loss at that power, once per interval")
RACK_POWER_IT = RACK.state("power_it", "W", "power used by servers, fans included")
RACK_POWER = RACK.state("power", "W", "power drawn from the PDU, both sides")
RACK_POWER_A = RACK.state("power_a", "W", "power drawn from side A")
RACK_FAN = RACK.state("power_fan", "W", "fan power asked for")
RACK_HOLDUP = RACK.state("holdup", "J", "energy left in the bulk capacitors")
RACK_CALM = RACK.state("voltage_calm", "1", "from this voltage up the plain equations of a fed rack hold")
RACK_CEASED = RACK.state("ceased", "1", "sides whose supplies do not draw: 1 for A, 2 for B, 3 for both")
RACK_CLOCK_A = RACK.state("clock_a", "s", "time the supplies of side A have been about to cease or return")
RACK_CLOCK_B = RACK.state("clock_b", "s", "the same of side B")
RACK_RAMP = RACK.state("ramp", "1", "share of the ramp after a restart that is left")
RACK_STORE = RACK.state("store", "J", "energy in its store")
RACK_STORE_OUT = RACK.state("power_store", "W", "power its store gives to the servers, charging negative")
RACK_STORE_CLOCK = RACK.state("clock_store", "s", "time its input has not been enough")
RACK_SMOOTH = RACK.state("power_smooth", "W", "smoothed power of its supplies; -1 before the first step")
RACK_ORDERED = RACK.state("ordered", "1", "1 from an order to shed it until it works again")
RACK_HEAT = RACK.state("heat", "J", "heat released since the last thermal step")
RACK_T_INLET = RACK.state("temperature_inlet", "degC", "air temperature at its inlet")
RACK_T_OUTLET = RACK.state("temperature_outlet", "degC", "air temperature at its outlet")
RACK_T_MASS = RACK.state("temperature_mass", "degC", "server and chassis temperature")
RACK_T_PLATE = RACK.state("temperature_plate", "degC", "cold-plate temperature")
RACK_T_INLET_MAX = RACK.state("temperature_inlet_max", "degC", "highest inlet temperature so far")
RACK_FLOW = RACK.state("air_flow", "kg/s", "air flow through the rack")
RACK_Q_AIR = RACK.state("heat_air", "W", "heat given to air in the last thermal step")
RACK_Q_LIQUID = RACK.state("heat_liquid", "W", "heat given to coolant in the last thermal step")
RACK_AIR_0 = RACK.state("air_0", "W", "heat to air at an inlet of 0 degC, this thermal step")
RACK_AIR_1 = RACK.state("air_1", "W/K", "change of that heat with inlet temperature")
RACK_LIQUID_0 = RACK.state("liquid_0", "W", "heat to coolant at a supply of 0 degC, this thermal step")
RACK_LIQUID_1 = RACK.state("liquid_1", "W/K", "change of that heat with supply temperature")
RACK_LOST_AT = RACK.state("lost_at", "s", "run time at which it first stopped working; -1 if never")
RACK_LOST_HOT = RACK.state("lost_hot", "1", "1 if it was heat that stopped it then, 0 if it lost its power")
RACK_OVERHEAT = RACK.state("overheat", "s", "time its inlet was above the limit")
RACK_DOWNTIME = RACK.state("downtime", "s", "time it did not work, unless shed by order")
RACK_SHED_TIME = RACK.state("shed_time", "s", "time it did not work because it was shed by order")
RACK_HOLDUP_TIME = RACK.state("holdup_time", "s", "time its bulk capacitors carried it, in part or in whole")
RACK_STORE_TIME = RACK.state("store_time", "s", "time its backup store carried it, in part or in whole")
RACK_E_IN = RACK.state("e_in", "J", "electrical energy drawn")
RACK_E_IT = RACK.state("e_it", "J", "energy used by servers and fans")
RACK_E_LOSS = RACK.state("e_loss", "J", "loss in power supplies and store")
RACK_E_UNSERVED = RACK.state("e_unserved", "J", "work energy its servers wanted and did not get")
RACK_E_HEAT = RACK.state("e_heat", "J", "heat given to air and coolant")

RACK_OFF = 0
RACK_ON = 1
RACK_RESTARTING = 2
RACK_TOO_HOT = 3
RACK_SHED = 4

STORE_NONE = 0
STORE_BACKUP = 1
STORE_SMOOTHING = 2
