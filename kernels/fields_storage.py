"""Fields of storage: batteries, and converters at the switchgear."""

from __future__ import annotations

from twin.kernels.registry import Block

# ---------------------------------------------------------- battery: one per UPS first, one per converter after
BATTERY = Block("battery")
BAT_CHARGE = BATTERY.param("charge_rated", "C", "charge between empty and full")
BAT_SERIES = BATTERY.param("cells_in_series", "1", "cells in series; pack voltage = cells x cell voltage")
BAT_R0 = BATTERY.param("resistance_ohmic", "ohm", "pack ohmic resistance")
BAT_R1 = BATTERY.param("resistance_rc", "ohm", "pack polarisation resistance")
BAT_TAU1 = BATTERY.param("tau_rc", "s", "polarisation time constant")
BAT_POWER_MAX_DIS = BATTERY.param("power_discharge_max", "W", "largest discharge power")
BAT_POWER_MAX_CHG = BATTERY.param("power_charge_max", "W", "largest charge power, positive")
BAT_SOC_MIN = BATTERY.param("soc_min", "1", "lowest state of charge in use")
BAT_SOC_MAX = BATTERY.param("soc_max", "1", "highest state of charge in use")
BAT_HEAT_CAPACITY = BATTERY.param("heat_capacity", "J/K", "pack heat capacity")
BAT_CONDUCTANCE = BATTERY.param("conductance", "W/K", "pack to room conductance")
BAT_T_ROOM = BATTERY.param("temperature_room", "degC", "battery room temperature")
BAT_T_MAX = BATTERY.param("temperature_max", "degC", "protection opens above this")
BAT_OCV_0 = BATTERY.param(
    "ocv_0", "V", "cell open-circuit voltage at charge 0; 21 points, 0.05 apart, follow"
)
for _k in range(1, 21):
    BATTERY.param(f"ocv_{_k}", "V", f"cell open-circuit voltage at charge {0.05 * _k:.2f}")
BAT_OCV_POINTS = 21
BAT_ENERGY_0 = BATTERY.param(
    "energy_0", "V", "integral of cell voltage over charge, 0 to 0; same points follow"
)
for _k in range(1, 21):
    BATTERY.param(f"energy_{_k}", "V", f"integral of cell voltage over charge, 0 to {0.05 * _k:.2f}")
BAT_SOC = BATTERY.state("soc", "1", "state of charge")
BAT_V_RC = BATTERY.state("voltage_rc", "V", "polarisation voltage")
BAT_TEMPERATURE = BATTERY.state("temperature", "degC", "pack temperature")
BAT_STRINGS_OUT = BATTERY.state("strings_out", "1", "share of its strings that are disconnected")
BAT_POWER = BATTERY.state("power", "W", "terminal power, discharging positive")
BAT_CURRENT = BATTERY.state("current", "A", "terminal current, discharging positive")
BAT_VOLTAGE = BATTERY.state("voltage", "V", "terminal voltage")
BAT_AVAILABLE = BATTERY.state(
    "available", "W", "largest discharge power for this step; negative below soc_min"
)
BAT_ACCEPT = BATTERY.state("accept", "W", "largest charge power that can be held for this step, positive")
BAT_DECAY = BATTERY.state("decay_rc", "1", "exp(-dt/tau), once per interval")
BAT_THERMAL_DECAY = BATTERY.state("decay_thermal", "1", "thermal exp(-dt/tau), once per interval")
BAT_E_IN = BATTERY.state("e_in", "J", "energy charged at the terminals")
BAT_E_OUT = BATTERY.state("e_out", "J", "energy discharged at the terminals")
BAT_E_LOSS = BATTERY.state("e_loss", "J", "heat")
BAT_STORED = BATTERY.state("stored", "J", "energy above empty, chemical and polarisation")
BAT_THROUGHPUT = BATTERY.state("throughput", "C", "charge moved in either direction")

# ------------------------------------------------------------------- storage converter at the switchgear
PCS = Block("pcs")
PCS_BUS = PCS.param("bus", "1", "index of its bus")
PCS_RATED = PCS.param("power_rated", "W", "rated AC power")
PCS_LOSS_0 = PCS.param("loss_0", "1", "loss / rated = loss_0 + loss_1 x + loss_2 x^2")
PCS_LOSS_1 = PCS.param("loss_1", "1", "linear term of the loss")
PCS_LOSS_2 = PCS.param("loss_2", "1", "square term of the loss")
PCS_SOC_RESERVE = PCS.param("soc_reserve", "1", "grid services and arbitrage never go below this")
PCS_STANDBY = PCS.param("standby", "1", "share of rated power drawn while it idles on a live bus")
PCS_RESPONSE_TIME = PCS.param("response_time", "s", "time constant from a set point to the power")
PCS_CAN_FORM = PCS.param("grid_forming", "1", "1 where it can hold a bus by itself")
PCS_BLACK_START = PCS.param("black_start", "1", "1 where it can form a dead bus")
PCS_FORM_DELAY = PCS.param("form_delay", "s", "time a bus is dead before it forms it")
PCS_DROOP = PCS.param("droop", "1", "fall of frequency from no load to rated, per unit")
PCS_V_DROOP = PCS.param("voltage_droop", "1", "fall of voltage from no load to rated, per unit")
PCS_OVERLOAD = PCS.param("overload", "1", "short-time limit, as a multiple of rated power")
PCS_OVERLOAD_TIME = PCS.param("overload_time", "s", "how long it may be above rated power")
PCS_CHARGE_TARGET = PCS.param("charge_target", "1", "charge that smoothing returns to")
PCS_MODE = PCS.state("mode", "1", "0 off, 1 following the grid, 2 forming the bus")
PCS_SETPOINT = PCS.state("setpoint", "W", "dispatch from policy, delivering positive")
PCS_RESPONSE = PCS.state("response_power", "W", "committed frequency response at full activation")
PCS_POWER = PCS.state("power", "W", "AC power, delivering positive")
PCS_LOSS = PCS.state("loss", "W", "converter loss")
PCS_CAPABILITY = PCS.state("capability", "W", "largest AC power it can deliver in this step, rated at most")
PCS_PEAK = PCS.state("peak", "W", "largest AC power in this step, short-time overload included")
PCS_WEIGHT = PCS.state("weight", "W", "its share of a forming load: rated power over droop; 0 takes no part")
PCS_REFERENCE = PCS.state("reference", "W", "set point as its control has followed it by now")
PCS_DECAY = PCS.state("decay", "1", "exp(-dt / response_time), once per interval")
PCS_HOT = PCS.state("overload_used", "s", "time above rated power that it has not yet recovered from")
PCS_DEBT = PCS.state("debt", "J", "what the DC link gave beyond what the battery held; repaid first")
PCS_E_IN = PCS.state("e_in", "J", "energy into the converter, from either side")
PCS_E_OUT = PCS.state("e_out", "J", "energy out of the converter, to either side")
PCS_E_LOSS = PCS.state("e_loss", "J", "converter heat")

PCS_OFF = 0
PCS_FOLLOWING = 1
PCS_FORMING = 2
