"""The registry: every parameter and state of every equipment class, its index, unit and meaning.

A class of equipment owns two blocks of memory, `param[variant, field, unit]` and `state[member, field, unit]`,
in float64. A kernel indexes them with the integer constants below; the recorder, the documentation and the
tests read the same registry, so a field is described once. Modes of state machines are small whole numbers,
held exactly in the state block, so that a class is two arrays in a kernel's argument list.

Units are SI. Powers are positive in the direction grid -> racks, heat is positive racks -> sink; a battery and
a generator deliver positive. Voltages are per unit of nominal, temperatures are degrees Celsius.

Each class keeps an energy account in joules since the start of the run: `e_in` (everything that crossed into
it), `e_out` (everything it passed on in its useful direction), `e_loss` (heat it shed), and a stored energy
that follows from its states. `e_in - e_out - e_loss - (stored - stored at start)` is the residual, which the
recorder writes and the tests hold below 1e-9 of throughput.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Field:
    """One row of a block: its name, unit and meaning."""

    name: str
    unit: str
    meaning: str


@dataclass
class Block:
    """The rows of one equipment class, in the order of their indices."""

    name: str
    params: list[Field] = field(default_factory=list)
    states: list[Field] = field(default_factory=list)

    def param(self, name: str, unit: str, meaning: str) -> int:
        """Register a parameter and return its index."""
        self.params.append(Field(name, unit, meaning))
        return len(self.params) - 1

    def state(self, name: str, unit: str, meaning: str) -> int:
        """Register a state and return its index."""
        self.states.append(Field(name, unit, meaning))
        return len(self.states) - 1

    def param_index(self, name: str) -> int:
        """Index of the parameter `name`; ValueError when there is none."""
        return [f.name for f in self.params].index(name)

    def state_index(self, name: str) -> int:
        """Index of the state `name`; ValueError when there is none."""
        return [f.name for f in self.states].index(name)


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
BAT_AVAILABLE = BATTERY.state("available", "W", "largest discharge power that can be held for this step")
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
UPS_TIMER = UPS.state("timer", "s", "time the input has been good")
UPS_WALK = UPS.state("walk", "1", "rectifier walk-in, 0 to 1")
UPS_VOLTAGE = UPS.state("voltage", "1", "output voltage, per unit")
UPS_DEMAND = UPS.state("demand", "W", "output power its children will ask for in this step")
UPS_MECH_DEMAND = UPS.state("mechanical_demand", "W", "fans and pumps fed from this UPS")
UPS_MECH_SERVED = UPS.state("mechanical_served", "s", "time they were served since the last thermal step")
UPS_LIMIT = UPS.state("input_limit", "W", "input power its bus can give it in this step")
UPS_INPUT_WANT = UPS.state("input_want", "W", "input power it would draw without that limit")
UPS_RESPONSE = UPS.state("response_power", "W", "committed frequency response at full activation")
UPS_POWER_OUT = UPS.state("power_out", "W", "output power")
UPS_POWER_IN = UPS.state("power_in", "W", "input power from the bus")
UPS_LOSS = UPS.state("loss", "W", "conversion loss")
UPS_TRANSFERS = UPS.state("transfers", "1", "transfers to battery so far")
UPS_E_IN = UPS.state("e_in", "J", "energy from the bus and out of the battery")
UPS_E_OUT = UPS.state("e_out", "J", "energy to the load and into the battery")
UPS_E_LOSS = UPS.state("e_loss", "J", "conversion heat")
UPS_E_BUS = UPS.state("e_bus", "J", "energy from the bus, less energy returned to it")

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
RACK_RESTART = RACK.param("restart_delay", "s", "return of power to full work")
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
RACK_MODE = RACK.state("mode", "1", "0 off, 1 on, 2 restarting, 3 shut down by heat")
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
RACK_OVERHEAT = RACK.state("overheat", "s", "time its inlet was above the limit")
RACK_DOWNTIME = RACK.state("downtime", "s", "time it did not work")
RACK_E_IN = RACK.state("e_in", "J", "electrical energy drawn")
RACK_E_IT = RACK.state("e_it", "J", "energy used by servers and fans")
RACK_E_LOSS = RACK.state("e_loss", "J", "loss in power supplies")
RACK_E_UNSERVED = RACK.state("e_unserved", "J", "work energy its servers wanted and did not get")
RACK_E_HEAT = RACK.state("e_heat", "J", "heat given to air and coolant")

RACK_OFF = 0
RACK_ON = 1
RACK_RESTARTING = 2
RACK_TOO_HOT = 3

# ----------------------------------------------------------------- hall: room air and its group of air handlers
HALL = Block("hall")
HALL_PLANT = HALL.param("plant", "1", "index of the plant behind its coils")
HALL_BUS = HALL.param("bus", "1", "index of the bus its fans hang on")
HALL_UPS = HALL.param("ups", "1", "index of the UPS its fans hang on, -1 for the bus")
HALL_FLOW_MAX = HALL.param("air_flow_max", "kg/s", "air flow of all air handlers at full speed")
HALL_FLOW_MIN = HALL.param("air_flow_min", "1", "lowest fan speed as a fraction of full")
HALL_FAN_POWER = HALL.param("fan_power_rated", "W", "fan power of all air handlers at full speed")
HALL_COIL_UA = HALL.param("coil_ua", "W/K", "coil conductance of all air handlers")
HALL_COIL_WATER = HALL.param("coil_water_flow", "kg/s", "water through all coils with valves open")
HALL_T_SUPPLY = HALL.param("temperature_supply", "degC", "supply air set point")
HALL_FAN_LAG = HALL.param("fan_lag", "s", "time constant of the air handlers' fans")
HALL_C_COLD = HALL.param("heat_capacity_cold", "J/K", "air and structure of the cold side")
HALL_C_HOT = HALL.param("heat_capacity_hot", "J/K", "air and structure of the hot side")
HALL_T_COLD = HALL.state("temperature_cold", "degC", "cold-aisle air")
HALL_T_HOT = HALL.state("temperature_hot", "degC", "hot-aisle air")
HALL_T_COIL = HALL.state("temperature_coil_out", "degC", "air leaving the coils")
HALL_SPEED = HALL.state("fan_speed", "1", "air-handler fan speed, fraction of full")
HALL_POWER = HALL.state("power", "W", "fan power asked for")
HALL_SERVED = HALL.state("served", "1", "share of that power served in the last thermal step")
HALL_Q_COIL = HALL.state("heat_coil", "W", "heat taken by the coils")
HALL_E_IN = HALL.state("e_in", "J", "heat from racks and fans")
HALL_E_OUT = HALL.state("e_out", "J", "heat to the plant")
HALL_E_ELEC = HALL.state("e_electric", "J", "fan energy, part of e_in")
HALL_WATER = HALL.state("water_flow", "1", "plant water through its coils in this thermal step")
HALL_T_COLD_MEAN = HALL.state("temperature_cold_mean", "degC", "mean of the cold aisle over the thermal step")
HALL_T_HOT_MEAN = HALL.state("temperature_hot_mean", "degC", "mean of the hot aisle over the thermal step")

# ------------------------------------------------------------------------------------ coolant distribution unit
CDU = Block("cdu")
CDU_PLANT = CDU.param("plant", "1", "index of the plant behind it")
CDU_BUS = CDU.param("bus", "1", "index of the bus its pumps hang on")
CDU_UPS = CDU.param("ups", "1", "index of the UPS its pumps hang on, -1 for the bus")
CDU_FLOW = CDU.param("flow_secondary", "kg/s", "coolant flow with pumps on")
CDU_FLOW_PRIMARY = CDU.param("flow_primary", "kg/s", "plant water flow with its valve open")
CDU_UA = CDU.param("ua", "W/K", "heat exchanger conductance")
CDU_PUMP_POWER = CDU.param("pump_power", "W", "pump power")
CDU_T_SUPPLY = CDU.param("temperature_supply", "degC", "coolant supply set point")
CDU_C = CDU.param("heat_capacity", "J/K", "coolant and steel of the secondary loop")
CDU_LAG = CDU.param("pump_lag", "s", "time constant of flow when pumps stop or start")
CDU_T_SUPPLY_NOW = CDU.state("temperature_supply", "degC", "coolant to racks")
CDU_T_RETURN = CDU.state("temperature_return", "degC", "coolant from racks")
CDU_SPEED = CDU.state("speed", "1", "flow as a fraction of full")
CDU_POWER = CDU.state("power", "W", "pump power asked for")
CDU_SERVED = CDU.state("served", "1", "share of that power served in the last thermal step")
CDU_Q = CDU.state("heat", "W", "heat given to the plant")
CDU_E_IN = CDU.state("e_in", "J", "heat from racks and pumps")
CDU_E_OUT = CDU.state("e_out", "J", "heat to the plant")
CDU_E_ELEC = CDU.state("e_electric", "J", "pump energy, part of e_in")
CDU_WATER = CDU.state("water_flow", "1", "plant water through its exchanger in this step")
CDU_T_SUPPLY_MEAN = CDU.state("temperature_supply_mean", "degC", "mean of its supply over the thermal step")

# --------------------------------------------- plant: water loop, buffer tank, chillers, heat rejection, heat pump
PLANT = Block("plant")
PLANT_BUS = PLANT.param("bus", "1", "index of the bus it hangs on")
PLANT_C = PLANT.param("heat_capacity", "J/K", "water of loop and buffer tank")
PLANT_T_SET = PLANT.param("temperature_set", "degC", "supply water set point")
PLANT_CHILLERS = PLANT.param("chillers", "1", "number of equal chillers; 0 for free cooling alone")
PLANT_CAPACITY = PLANT.param("chiller_capacity", "W", "reference capacity of one chiller")
PLANT_COP = PLANT.param("chiller_cop", "1", "reference coefficient of performance")
PLANT_CAP_0 = PLANT.param(
    "capacity_curve_0", "1", "capacity biquadratic in leaving water and entering condenser"
)
for _k in range(1, 6):
    PLANT.param(f"capacity_curve_{_k}", "1", "its term " + ("Te", "Te^2", "Tc", "Tc^2", "Te Tc")[_k - 1])
PLANT_EIR_0 = PLANT.param("eir_curve_0", "1", "energy input ratio biquadratic, same terms")
for _k in range(1, 6):
    PLANT.param(f"eir_curve_{_k}", "1", "its term " + ("Te", "Te^2", "Tc", "Tc^2", "Te Tc")[_k - 1])
PLANT_PLR_0 = PLANT.param("part_load_0", "1", "energy input ratio quadratic in part-load ratio")
PLANT_PLR_1 = PLANT.param("part_load_1", "1", "its linear term")
PLANT_PLR_2 = PLANT.param("part_load_2", "1", "its square term")
PLANT_PLR_MIN = PLANT.param("part_load_min", "1", "below this a chiller false-loads or cycles")
PLANT_TC_MIN = PLANT.param("condenser_min", "degC", "lowest entering condenser temperature of the curves")
PLANT_TC_MAX = PLANT.param("condenser_max", "degC", "highest entering condenser temperature of the curves")
PLANT_TE_MIN = PLANT.param("evaporator_min", "degC", "lowest leaving water temperature of the curves")
PLANT_TE_MAX = PLANT.param("evaporator_max", "degC", "highest leaving water temperature of the curves")
PLANT_RESTART = PLANT.param("restart_delay", "s", "return of power to full chiller capacity")
PLANT_PUMP = PLANT.param("pump_power", "W", "chilled and condenser water pumps")
PLANT_REJECT_WET = PLANT.param("rejection_wet", "1", "1 cooling tower (wet bulb), 0 dry cooler (dry bulb)")
PLANT_APPROACH = PLANT.param("approach", "K", "heat rejection approach at rated heat and full fan")
PLANT_REJECT_RATED = PLANT.param("rejection_rated", "W", "rated heat rejected")
PLANT_REJECT_FAN = PLANT.param("rejection_fan_power", "W", "fan power at full speed")
PLANT_FREE = PLANT.param("free_cooling", "1", "1 when it can cool the loop without chillers")
PLANT_FREE_APPROACH = PLANT.param("free_approach", "K", "approach of the water-side economiser, added")
PLANT_WATER_PER_HEAT = PLANT.param("water_per_heat", "kg/J", "evaporation and blow-down per heat rejected")
PLANT_HP_HEAT = PLANT.param("heat_pump_heat", "W", "largest heat delivered to reuse; 0 for none")
PLANT_HP_LORENZ = PLANT.param("heat_pump_lorenz", "1", "heat pump COP as a share of Lorenz")
PLANT_HP_SUPPLY = PLANT.param("heat_supply", "degC", "temperature heat is delivered at")
PLANT_HP_RETURN = PLANT.param("heat_return", "degC", "temperature the heat network returns at")
PLANT_PUMP_UPS = PLANT.param("pump_ups", "1", "index of the UPS its pumps hang on, -1 for the bus")
PLANT_T = PLANT.state("temperature", "degC", "loop and tank water, supplied to coils and CDUs")
PLANT_T_RETURN = PLANT.state("temperature_return", "degC", "return water before cooling")
PLANT_READY = PLANT.state("ready", "s", "time since power returned, up to the restart delay")
PLANT_SERVED = PLANT.state("served", "1", "share of its power served in the last thermal step")
PLANT_LOAD = PLANT.state("load", "W", "heat arriving from halls and CDUs")
PLANT_Q_CHILLER = PLANT.state("heat_chiller", "W", "heat taken by chillers")
PLANT_Q_FREE = PLANT.state("heat_free", "W", "heat taken by the economiser")
PLANT_Q_REUSE = PLANT.state("heat_reuse", "W", "heat delivered to reuse")
PLANT_Q_REJECT = PLANT.state("heat_rejected", "W", "heat to the outside")
PLANT_T_CONDENSER = PLANT.state("temperature_condenser", "degC", "water entering the condensers")
PLANT_P_CHILLER = PLANT.state("power_chiller", "W", "chiller power")
PLANT_P_PUMP = PLANT.state("power_pump", "W", "pump power")
PLANT_P_REJECT = PLANT.state("power_rejection", "W", "tower or dry-cooler fan power")
PLANT_P_HP = PLANT.state("power_heat_pump", "W", "heat pump power")
PLANT_POWER = PLANT.state("power", "W", "power the plant asks for")
PLANT_WATER = PLANT.state("water", "kg", "water used")
PLANT_E_IN = PLANT.state("e_in", "J", "heat from halls and CDUs, and electricity")
PLANT_E_OUT = PLANT.state("e_out", "J", "heat to reuse")
PLANT_E_LOSS = PLANT.state("e_loss", "J", "heat rejected to the outside")
PLANT_E_ELEC = PLANT.state("e_electric", "J", "electricity, part of e_in")
PLANT_FLOW = PLANT.state("water_flow", "kg/s", "water through coils and CDUs in this thermal step")
PLANT_PUMP_SERVED = PLANT.state("pump_served", "1", "share of its pumps' power served in this thermal step")

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

# ------------------------------------------------ area: the synchronous grid around the site, one frequency
AREA = Block("area")
AREA_F0 = AREA.param("frequency_nominal", "Hz", "nominal frequency, and the frequency at the start")
AREA_INERTIA = AREA.param("kinetic_energy", "W s", "kinetic energy of all that is synchronous, at nominal")
AREA_LOAD = AREA.param("load", "W", "demand of the area at nominal frequency")
AREA_DAMPING = AREA.param("load_damping", "1/Hz", "share of remaining demand that follows a Hz of deviation")
AREA_SITES = AREA.param("sites", "1", "how many sites like this one respond together; 1 for this site alone")
AREA_STEP_MAX = AREA.param("step_max", "s", "longest step of the swing equation; a longer one is divided")
AREA_STARTED = AREA.state("started", "1", "1 once the site's import at the start is known")
AREA_SITE_START = AREA.state("site_start", "W", "import of the site at the start")
AREA_FREQUENCY = AREA.state("frequency", "Hz", "frequency of the area")
AREA_DEVIATION = AREA.state("deviation", "Hz", "frequency less nominal")
AREA_ROCOF = AREA.state("rocof", "Hz/s", "rate of change of frequency, last swing step")
AREA_NADIR = AREA.state("nadir", "Hz", "lowest frequency so far")
AREA_NADIR_TIME = AREA.state("nadir_time", "s", "run time of the lowest frequency")
AREA_POWER_LOST = AREA.state("power_lost", "W", "infeed lost by events, restored infeed deducted")
AREA_POWER_TURBINE = AREA.state("power_turbine", "W", "turbine power less its value at the start")
AREA_POWER_RESPONSE = AREA.state("power_response", "W", "power of all response tranches")
AREA_DEMAND_SHED = AREA.state("demand_shed", "W", "demand disconnected by under-frequency relays")
AREA_GENERATION_SHED = AREA.state("generation_shed", "W", "generation disconnected by under-frequency relays")
AREA_E_LOST = AREA.state("e_lost", "J", "energy of the lost infeed")
AREA_E_TURBINE = AREA.state("e_turbine", "J", "energy from turbines above their power at the start")
AREA_E_RESPONSE = AREA.state("e_response", "J", "energy from response tranches")
AREA_E_SHED = AREA.state("e_shed", "J", "demand not served less generation not delivered, by relays")
AREA_E_SITE = AREA.state("e_site", "J", "energy the site imported less than at the start, all sites")
AREA_E_DAMPING = AREA.state("e_damping", "J", "energy the demand gave by falling with frequency")

# -------------------------------------------------- turbine with its governor (TGOV1), in one area
TURBINE = Block("turbine")
TURB_AREA = TURBINE.param("area", "1", "index of its area")
TURB_RATED = TURBINE.param("power_rated", "W", "base of its per-unit values")
TURB_DROOP = TURBINE.param("droop", "1", "per-unit frequency deviation that moves it by its base")
TURB_T1 = TURBINE.param("t1", "s", "steam-bowl (valve) lag")
TURB_T2 = TURBINE.param("t2", "s", "lead time constant of the reheater")
TURB_T3 = TURBINE.param("t3", "s", "lag time constant of the reheater")
TURB_V_MAX = TURBINE.param("valve_max", "1", "highest valve position")
TURB_V_MIN = TURBINE.param("valve_min", "1", "lowest valve position")
TURB_POWER_START = TURBINE.param("power_start", "1", "mechanical power at the start, per unit")
TURB_VALVE = TURBINE.state("valve", "1", "valve position")
TURB_REHEAT = TURBINE.state("reheat", "1", "state of the lead-lag block")
TURB_POWER = TURBINE.state("power", "W", "mechanical power less its value at the start")

# ------------------------------------------------------ response: one tranche of dynamic frequency response
RESPONSE = Block("response")
RESP_AREA = RESPONSE.param("area", "1", "index of its area")
RESP_POWER_HELD = RESPONSE.param("power_held", "W", "power held")
RESP_DELIVERY = RESPONSE.param("delivery", "1", "share of the holding that is delivered")
RESP_DEAD_BAND = RESPONSE.param("dead_band", "Hz", "fall of frequency that starts its clock")
RESP_FULL = RESPONSE.param("deviation_full", "Hz", "fall of frequency that calls all of it, straight from 0")
RESP_DELAY = RESPONSE.param("delay", "s", "start of its clock to start of delivery")
RESP_RAMP = RESPONSE.param("ramp", "s", "time to build up")
RESP_SUSTAIN = RESPONSE.param("sustain", "s", "start of its clock to its rundown; infinite: stays")
RESP_RUNDOWN = RESPONSE.param("rundown", "s", "time of its rundown")
RESP_CLOCK = RESPONSE.state("clock", "s", "time since the frequency left the dead band; -1 within it")
RESP_POWER = RESPONSE.state("power", "W", "power it delivers")

# ------------------------------------------ relay: one stage of under-frequency disconnection, latching
RELAY = Block("relay")
REL_AREA = RELAY.param("area", "1", "index of its area")
REL_FREQUENCY = RELAY.param("frequency", "Hz", "it acts below this")
REL_DELAY = RELAY.param("delay", "s", "relay and breaker time below that frequency")
REL_DEMAND = RELAY.param("demand", "W", "demand it disconnects")
REL_GENERATION = RELAY.param("generation", "W", "generation that is disconnected with it")
REL_TRIPPED = RELAY.state("tripped", "1", "1 once it has acted")
REL_TIMER = RELAY.state("timer", "s", "time below its frequency")
REL_TRIPPED_AT = RELAY.state("tripped_at", "s", "run time at which it acted; -1 if never")

BLOCKS = (FEED, BUS, GENSET, BATTERY, PCS, UPS, PDU, RACK, HALL, CDU, PLANT, AREA, TURBINE, RESPONSE, RELAY)
