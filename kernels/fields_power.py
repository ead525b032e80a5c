"""Fields of the electrical path: feeds, buses, generators, batteries, converters, UPS systems, PDUs."""

from __future__ import annotations

from twin.kernels.registry import Block

# ---------------------------------------------------------------------------------------------- utility feed
FEED = Block("feed")
FEED_VOLTAGE = FEED.state("voltage", "1", "positive-sequence voltage at the site's connection, per unit")
FEED_FREQUENCY = FEED.state("frequency", "Hz", "frequency seen at the connection")
FEED_OUTAGE_START = FEED.state("outage_start", "s", "start of this member's loss of mains, run time")
FEED_OUTAGE_END = FEED.state("outage_end", "s", "end of this member's loss of mains, run time")
FEED_POWER = FEED.state("power", "W", "power imported from the grid")
FEED_E_OUT = FEED.state("e_out", "J", "energy imported from the grid")

# ----------------------------------------------------- bus: transformer, switchgear and transfer to backup
BUS = Block("bus")
BUS_FEED = BUS.param("feed", "1", "index of the utility feed")
BUS_TR_NO_LOAD = BUS.param("transformer_loss_no_load", "W", "no-load loss of all its transformers")
BUS_TR_LOAD = BUS.param("transformer_loss_load", "W", "load loss of all its transformers at rated power")
BUS_TR_RATED = BUS.param("transformer_power_rated", "W", "rated power of all its transformers")
BUS_V_MIN = BUS.param("voltage_min", "1", "mains below this is lost")
BUS_V_MAX = BUS.param("voltage_max", "1", "mains above this is lost")
BUS_F_MIN = BUS.param("frequency_min", "Hz", "mains below this is lost")
BUS_F_MAX = BUS.param("frequency_max", "Hz", "mains above this is lost")
BUS_DETECT = BUS.param("detect_delay", "s", "mains must be out of its window this long before the bus opens")
BUS_RETURN = BUS.param("retransfer_delay", "s", "mains must be good this long before the bus returns to it")
BUS_OPEN_TIME = BUS.param("open_transition", "s", "dead time of the transfer switch")
BUS_GEN_FRACTION = BUS.param(
    "generator_close_fraction", "1", "rated share of generators ready before they close"
)
BUS_MODE = BUS.state("mode", "1", "0 on mains, 1 dead, 2 on local sources, 3 opening towards mains")
BUS_CHANGED = BUS.state("changed_at", "s", "run time at which the mode last changed")
BUS_TIMER = BUS.state("timer", "s", "time since the mains left or returned to its window")
BUS_GAP = BUS.state("gap", "s", "time left of the open transition")
BUS_VOLTAGE = BUS.state("voltage", "1", "busbar voltage, per unit")
BUS_FREQUENCY = BUS.state("frequency", "Hz", "busbar frequency")
BUS_CALL = BUS.state("call", "1", "1 while the bus calls its generators to run")
BUS_CAPABILITY = BUS.state("capability", "W", "most power the bus can give its children in this step")
BUS_POWER = BUS.state("power", "W", "power drawn by UPS inputs and mechanical loads")
BUS_MECH_DEMAND = BUS.state("mechanical_demand", "W", "power its mechanical loads ask for")
BUS_MECH_SHARE = BUS.state("mechanical_share", "1", "share of that demand served in this step")
BUS_MECH_SERVED = BUS.state(
    "mechanical_served", "s", "time its mechanical loads were served since the last thermal step"
)
BUS_LIVE = BUS.state("live", "s", "time it could serve its children since the last thermal step")
BUS_POWER_MAINS = BUS.state("power_mains", "W", "power drawn from the feed, transformer loss included")
BUS_POWER_GENSET = BUS.state("power_genset", "W", "power from its generators")
BUS_POWER_STORAGE = BUS.state("power_storage", "W", "power from its storage converters, charging negative")
BUS_LOSS = BUS.state("loss", "W", "transformer loss")
BUS_E_IN = BUS.state("e_in", "J", "energy from feed, generators and storage")
BUS_E_OUT = BUS.state("e_out", "J", "energy to UPS inputs and mechanical loads")
BUS_E_LOSS = BUS.state("e_loss", "J", "transformer heat")
BUS_E_UNSERVED = BUS.state("e_unserved", "J", "mechanical demand not served")

BUS_ON_MAINS = 0
BUS_DEAD = 1
BUS_ON_LOCAL = 2
BUS_OPENING = 3

# ---------------------------------------------------------------------------------------- generating set
GENSET = Block("genset")
GEN_BUS = GENSET.param("bus", "1", "index of its bus")
GEN_RATED = GENSET.param("power_rated", "W", "rated electrical power")
GEN_START_DELAY = GENSET.param("start_delay", "s", "call to ready for load")
GEN_CRANK_LIMIT = GENSET.param("crank_limit", "s", "a set that has not started by now is locked out")
GEN_COOLDOWN = GENSET.param("cooldown", "s", "time it idles after the call ends")
GEN_FUEL_0 = GENSET.param("fuel_0", "m3/s", "fuel flow = fuel_0 + fuel_1 x + fuel_2 x^2, x = load fraction")
GEN_FUEL_1 = GENSET.param("fuel_1", "m3/s", "linear term of the fuel flow")
GEN_FUEL_2 = GENSET.param("fuel_2", "m3/s", "square term of the fuel flow")
GEN_FUEL_HEAT = GENSET.param("fuel_heat", "J/m3", "lower heating value of the fuel")
GEN_CO2 = GENSET.param("co2_per_fuel", "kg/m3", "CO2-equivalent per volume of fuel")
GEN_NOX = GENSET.param("nox_per_energy", "kg/J", "NOx per electrical energy")
GEN_TANK = GENSET.param("tank", "m3", "usable fuel at the start")
GEN_DROOP = GENSET.param("droop", "1", "governor droop, per unit frequency per unit power")
GEN_ACTUATOR = GENSET.param("actuator_lag", "s", "fuel actuator time constant")
GEN_INERTIA = GENSET.param("inertia", "s", "inertia constant H of engine and alternator")
GEN_DAMPING = GENSET.param("damping", "1", "load damping, per unit power per unit frequency")
GEN_F_NOMINAL = GENSET.param("frequency_nominal", "Hz", "nominal frequency")
GEN_P_NOMINAL = GENSET.param(
    "power_at_nominal", "1", "load fraction at which the governor holds nominal speed"
)
GEN_MODE = GENSET.state("mode", "1", "0 stopped, 1 starting, 2 running, 3 cooling down, 4 failed")
GEN_CHANGED = GENSET.state("changed_at", "s", "run time at which the mode last changed")
GEN_TIMER = GENSET.state("timer", "s", "time in the present mode")
GEN_START_FAILS = GENSET.state("start_fails", "1", "1 when this member's set will not start")
GEN_UNAVAILABLE = GENSET.state("unavailable", "1", "1 when this member's set is out of service")
GEN_RUN_LEFT = GENSET.state("run_left", "s", "running hours left before this member's set fails")
GEN_POWER = GENSET.state("power", "W", "electrical power delivered")
GEN_FREQ_DEV = GENSET.state("frequency_deviation", "1", "speed deviation, per unit")
GEN_MECH = GENSET.state("mechanical_power", "1", "mechanical power, per unit of rated")
GEN_FUEL = GENSET.state("fuel", "m3", "fuel left in the tank")
GEN_E_IN = GENSET.state("e_in", "J", "fuel energy burnt")
GEN_E_OUT = GENSET.state("e_out", "J", "electrical energy delivered")
GEN_E_LOSS = GENSET.state("e_loss", "J", "heat to exhaust, jacket and radiation")
GEN_CO2_MASS = GENSET.state("co2", "kg", "CO2-equivalent emitted")
GEN_NOX_MASS = GENSET.state("nox", "kg", "NOx emitted")
GEN_RUN_TIME = GENSET.state("run_time", "s", "time spent running")
GEN_A11 = GENSET.state("a11", "1", "governor transition, once per interval")
GEN_A12 = GENSET.state("a12", "1", "governor transition, once per interval")
GEN_A21 = GENSET.state("a21", "1", "governor transition, once per interval")
GEN_A22 = GENSET.state("a22", "1", "governor transition, once per interval")

GEN_STOPPED = 0
GEN_STARTING = 1
GEN_RUNNING = 2
GEN_COOLING = 3
GEN_FAILED = 4

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
PCS_MODE = PCS.state("mode", "1", "0 off, 1 following the grid, 2 forming the bus")
PCS_SETPOINT = PCS.state("setpoint", "W", "dispatch from policy, delivering positive")
PCS_RESPONSE = PCS.state("response_power", "W", "committed frequency response at full activation")
PCS_POWER = PCS.state("power", "W", "AC power, delivering positive")
PCS_LOSS = PCS.state("loss", "W", "converter loss")
PCS_CAPABILITY = PCS.state("capability", "W", "largest AC power it can deliver in this step")
PCS_E_IN = PCS.state("e_in", "J", "energy into the converter, from either side")
PCS_E_OUT = PCS.state("e_out", "J", "energy out of the converter, to either side")
PCS_E_LOSS = PCS.state("e_loss", "J", "converter heat")

PCS_OFF = 0
PCS_FOLLOWING = 1
PCS_FORMING = 2

# ------------------------------------------------------------------------------------------------ UPS system
UPS = Block("ups")
UPS_BUS = UPS.param("bus", "1", "index of its bus")
UPS_RATED = UPS.param("power_rated", "W", "rated output of the modules in service")
UPS_LOSS_0 = UPS.param("loss_0", "1", "loss / rated = loss_0 + loss_1 x + loss_2 x^2")
UPS_LOSS_1 = UPS.param("loss_1", "1", "linear term of the loss")
UPS_LOSS_2 = UPS.param("loss_2", "1", "square term of the loss")
UPS_V_MIN = UPS.param("voltage_min", "1", "lowest input voltage for normal mode")
UPS_V_MAX = UPS.param("voltage_max", "1", "highest input voltage for normal mode")
UPS_F_MIN = UPS.param("frequency_min", "Hz", "lowest input frequency for normal mode")
UPS_F_MAX = UPS.param("frequency_max", "Hz", "highest input frequency for normal mode")
UPS_WALK_IN = UPS.param("walk_in", "s", "ramp of the rectifier from zero to full")
UPS_RETURN = UPS.param("retransfer_delay", "s", "input must be good this long before the rectifier returns")
UPS_OVERLOAD = UPS.param("overload", "1", "output above this fraction of rated trips the system")
UPS_RECTIFIER = UPS.param("rectifier_margin", "1", "largest input as a fraction of rated output")
UPS_CHARGE = UPS.param("charge_power", "W", "largest battery recharge power")
UPS_DIRECT = UPS.param("direct", "1", "1 for a plain connection to the bus: no converter, no battery")
UPS_SOC_RESERVE = UPS.param("soc_reserve", "1", "grid services never take the battery below this")
UPS_MODE = UPS.state("mode", "1", "0 off, 1 normal, 2 on battery")
UPS_CHANGED = UPS.state("changed_at", "s", "run time at which the mode last changed")
UPS_TIMER = UPS.state("timer", "s", "time the input has been good")
UPS_WALK = UPS.state("walk", "1", "rectifier walk-in, 0 to 1")
UPS_VOLTAGE = UPS.state("voltage", "1", "output voltage, per unit")
UPS_DEMAND = UPS.state("demand", "W", "output power its children will ask for in this step")
UPS_MECH_DEMAND = UPS.state("mechanical_demand", "W", "fans and pumps fed from this UPS")
UPS_MECH_SERVED = UPS.state("mechanical_served", "s", "time they were served since the last thermal step")
UPS_LIMIT = UPS.state("input_limit", "W", "input power its bus can give it in this step")
UPS_INPUT_WANT = UPS.state("input_want", "W", "input power it would draw without that limit; held while off")
UPS_RESPONSE = UPS.state("response_power", "W", "committed frequency response at full activation")
UPS_POWER_OUT = UPS.state("power_out", "W", "output power")
UPS_POWER_IN = UPS.state("power_in", "W", "input power from the bus")
UPS_LOSS = UPS.state("loss", "W", "conversion loss")
UPS_TRANSFERS = UPS.state("transfers", "1", "transfers to battery so far")
UPS_E_IN = UPS.state("e_in", "J", "energy from the bus and out of the battery")
UPS_E_OUT = UPS.state("e_out", "J", "energy to the load and into the battery")
UPS_E_LOSS = UPS.state("e_loss", "J", "conversion heat")
UPS_E_BUS = UPS.state("e_bus", "J", "energy from the bus, less energy returned to it")
UPS_SPARE = UPS.state(
    "input_spare", "W", "input power left for charging in this step, after mechanical loads"
)

UPS_OFF = 0
UPS_NORMAL = 1
UPS_ON_BATTERY = 2

# --------------------------------------------------------------- PDU: the two sides (A, B) of one row of racks
PDU = Block("pdu")
PDU_UPS_A = PDU.param("ups_a", "1", "index of the UPS behind side A")
PDU_UPS_B = PDU.param("ups_b", "1", "index of the UPS behind side B, -1 for a single feed")
PDU_RATED = PDU.param("power_rated", "W", "rated power of one side")
PDU_LOSS_0 = PDU.param("loss_0", "1", "loss / rated of one side = loss_0 + loss_1 x + loss_2 x^2")
PDU_LOSS_1 = PDU.param("loss_1", "1", "linear term of the loss")
PDU_LOSS_2 = PDU.param("loss_2", "1", "square term of the loss")
PDU_VOLTAGE_A = PDU.state("voltage_a", "1", "voltage of side A, per unit")
PDU_VOLTAGE_B = PDU.state("voltage_b", "1", "voltage of side B, per unit")
PDU_POWER_A = PDU.state("power_a", "W", "power into side A")
PDU_POWER_B = PDU.state("power_b", "W", "power into side B")
PDU_E_IN = PDU.state("e_in", "J", "energy into both sides")
PDU_E_OUT = PDU.state("e_out", "J", "energy to racks")
PDU_E_LOSS = PDU.state("e_loss", "J", "heat")
