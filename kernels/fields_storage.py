"""Fields of storage: batteries, and converters at the switchgear."""

from __future__ import annotations

from twin.kernels.registry import Block

# ---------------------------------------------------------- battery: one per UPS first, one per converter after
BATTERY = Block("battery")
BAT_CHARGE = BATTERY.param("charge_rated", "C", "charge between empty and full")
BAT_SERIES = BATTERY.param("cells_in_series", "1", "cells in series; pack voltage = cells x cell voltage")
BAT_R0 = BATTERY.param("resistance_ohmic", "ohm", "pack ohmic resistance, at the reference temperature")
BAT_R1 = BATTERY.param("resistance_rc", "ohm", "polarisation resistance of the first pair, at the same")
BAT_TAU1 = BATTERY.param("tau_rc", "s", "its time constant, at the same")
BAT_R2 = BATTERY.param("resistance_rc2", "ohm", "polarisation resistance of the second pair, 0: there is none")
BAT_TAU2 = BATTERY.param("tau_rc2", "s", "its time constant")
BAT_ACTIVATION = BATTERY.param(
    "resistance_activation", "K", "activation energy of the resistances over the gas constant; 0: constant"
)
BAT_T_REF = BATTERY.param("temperature_reference", "degC", "temperature that resistances and life are given at")
BAT_SHAPE_POINTS = 11
BAT_SHAPE_0 = BATTERY.param(
    "resistance_shape_0", "1", "ohmic resistance at charge 0 over its nominal, less 1; 11 points, 0.1 apart, follow"
)
for _k in range(1, BAT_SHAPE_POINTS):
    BATTERY.param(f"resistance_shape_{_k}", "1", f"ohmic resistance at charge {0.1 * _k:.1f} over nominal, less 1")
BAT_BULK = BATTERY.param("bulk_share", "1", "share of the charge in the bulk, below 1; 0: all of it at hand")
BAT_TAU_BULK = BATTERY.param("tau_bulk", "s", "time constant with which surface and bulk even out")
BAT_HYST = BATTERY.param(
    "hysteresis_half_gap", "V", "cell: half the gap between open-circuit voltage on charge and on discharge"
)
BAT_HYST_RATE = BATTERY.param("hysteresis_rate", "1", "how fast the charge that passes turns hysteresis round")
BAT_COULOMBIC_LOSS = BATTERY.param("coulombic_loss", "1", "share of the charging current that stores nothing")
BAT_POWER_MAX_DIS = BATTERY.param("power_discharge_max", "W", "largest discharge power")
BAT_POWER_MAX_CHG = BATTERY.param("power_charge_max", "W", "largest charge power, positive")
BAT_CURRENT_MAX = BATTERY.param("current_max", "A", "largest current in either direction: modules, strings, fuses")
BAT_V_MIN = BATTERY.param("cell_voltage_min", "V", "discharge ends at this voltage of a cell")
BAT_V_MAX = BATTERY.param("cell_voltage_max", "V", "charging tapers to hold this voltage of a cell")
BAT_SOC_MIN = BATTERY.param("soc_min", "1", "lowest state of charge in use")
BAT_SOC_MAX = BATTERY.param("soc_max", "1", "highest state of charge in use")
BAT_HEAT_CAPACITY = BATTERY.param("heat_capacity", "J/K", "pack heat capacity")
BAT_CONDUCTANCE = BATTERY.param("conductance", "W/K", "pack to room conductance")
BAT_T_ROOM = BATTERY.param("temperature_room", "degC", "battery room temperature")
BAT_T_MAX = BATTERY.param("temperature_max", "degC", "protection opens above this")
BAT_T_CHARGE_MIN = BATTERY.param("temperature_charge_min", "degC", "no charging below this")
BAT_LEAD_ACID = BATTERY.param("lead_acid", "1", "1 where it ages as lead-acid, 0 as LFP")
BAT_LIFE_CALENDAR = BATTERY.param("life_calendar", "s", "lead-acid: float life to 80 % at the reference temperature")
BAT_LIFE_CYCLES = BATTERY.param("life_cycles", "1", "lead-acid: equivalent full cycles to 80 %")
BAT_FADE_BEFORE = BATTERY.param("fade_before", "1", "share of the capacity of a new one that is gone at the start")
BAT_OCV_POINTS = 41
BAT_OCV_0 = BATTERY.param(
    "ocv_0", "V", "cell open-circuit voltage at charge 0; 41 points, 0.025 apart, follow, never falling"
)
for _k in range(1, BAT_OCV_POINTS):
    BATTERY.param(f"ocv_{_k}", "V", f"cell open-circuit voltage at charge {_k / (BAT_OCV_POINTS - 1):.3f}")
BAT_ENERGY_0 = BATTERY.param(
    "energy_0", "V", "integral of cell voltage over charge, 0 to 0; same points follow"
)
for _k in range(1, BAT_OCV_POINTS):
    BATTERY.param(
        f"energy_{_k}", "V", f"integral of cell voltage over charge, 0 to {_k / (BAT_OCV_POINTS - 1):.3f}"
    )
BAT_SOC = BATTERY.state("soc", "1", "state of charge of the strings connected: mean of surface and bulk")
BAT_GRADIENT = BATTERY.state("gradient", "1", "charge of the surface less that of the bulk")
BAT_V_RC = BATTERY.state("voltage_rc", "V", "polarisation voltage of the first pair")
BAT_V_RC2 = BATTERY.state("voltage_rc2", "V", "polarisation voltage of the second pair")
BAT_HYSTERESIS = BATTERY.state("hysteresis", "1", "where between discharge (-1) and charge (1) hysteresis stands")
BAT_TEMPERATURE = BATTERY.state("temperature", "degC", "pack temperature")
BAT_STRINGS_OUT = BATTERY.state("strings_out", "1", "share of its strings that are disconnected")
BAT_OUT = BATTERY.state("out", "1", "the same, as the pack has taken it in: at the start of the interval")
BAT_OUT_SOC = BATTERY.state("out_soc", "1", "mean charge of the strings that are disconnected")
BAT_OUT_STORED = BATTERY.state("out_stored", "J", "energy in the strings that are disconnected: there, out of reach")
BAT_POWER = BATTERY.state("power", "W", "terminal power, discharging positive")
BAT_CURRENT = BATTERY.state("current", "A", "terminal current, discharging positive")
BAT_VOLTAGE = BATTERY.state("voltage", "V", "terminal voltage")
BAT_AVAILABLE = BATTERY.state("available", "W", "largest discharge power that can be held for this step")
BAT_ACCEPT = BATTERY.state("accept", "W", "largest charge power that can be held for this step, positive")
BAT_R0_HOT = BATTERY.state("resistance_hot", "ohm", "ohmic resistance at this temperature, whatever the charge")
BAT_R0_NOW = BATTERY.state("resistance_now", "ohm", "ohmic resistance in this step")
BAT_R1_NOW = BATTERY.state("resistance_rc_now", "ohm", "resistance of the first pair in this interval")
BAT_R2_NOW = BATTERY.state("resistance_rc2_now", "ohm", "resistance of the second pair in this interval")
BAT_DECAY = BATTERY.state("decay_rc", "1", "first pair: exp(-dt/tau), once per interval")
BAT_DECAY2 = BATTERY.state("decay_rc2", "1", "second pair: exp(-dt/tau), once per interval")
BAT_DECAY_BULK = BATTERY.state("decay_bulk", "1", "surface and bulk: exp(-dt/tau), once per interval")
BAT_LEFT = BATTERY.state("left_rc", "1", "first pair: mean of exp(-t/tau) over a step, once per interval")
BAT_LEFT2 = BATTERY.state("left_rc2", "1", "second pair: mean of exp(-t/tau) over a step, once per interval")
BAT_TAKES = BATTERY.state("takes", "1/A", "charge that one ampere takes in a step, once per interval")
BAT_REACH = BATTERY.state("reach", "1/A", "charge that one ampere takes from the surface in a step, the same")
BAT_THERMAL_DECAY = BATTERY.state("decay_thermal", "1", "thermal exp(-dt/tau), once per interval")
BAT_E_IN = BATTERY.state("e_in", "J", "energy charged at the terminals")
BAT_E_OUT = BATTERY.state("e_out", "J", "energy discharged at the terminals")
BAT_E_LOSS = BATTERY.state("e_loss", "J", "heat")
BAT_STORED = BATTERY.state(
    "stored", "J", "energy above empty: chemical, polarisation and hysteresis, of all strings"
)
BAT_THROUGHPUT = BATTERY.state("throughput", "C", "charge moved in either direction")
BAT_AGED_TO = BATTERY.state("aged_to", "C", "throughput that ageing has counted")
BAT_TURN = BATTERY.state("turn", "1", "charge at the last reversal")
BAT_FURTHEST = BATTERY.state("furthest", "1", "charge furthest from it since")
BAT_DEPTH = BATTERY.state("depth", "1", "depth of the half cycle before that reversal")
BAT_WEAR_CAL_1 = BATTERY.state("wear_calendar_250ah", "1", "calendar exposure of the model of a 250 Ah cell")
BAT_WEAR_CYC_1 = BATTERY.state("wear_cycle_250ah", "1", "cycle exposure of the same")
BAT_WEAR_CAL_2 = BATTERY.state("wear_calendar_26650", "1", "calendar exposure of the model of a 26650 cell")
BAT_WEAR_CYC_2 = BATTERY.state("wear_cycle_26650", "1", "cycle exposure of the same")
BAT_FADE_1 = BATTERY.state("fade_250ah", "1", "share of the capacity lost since the start, model of a 250 Ah cell")
BAT_FADE_2 = BATTERY.state("fade_26650", "1", "share of the capacity lost since the start, model of a 26650 cell")

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
