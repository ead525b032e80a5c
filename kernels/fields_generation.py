"""Fields of generating sets: engines with alternators, and sources behind inverters (inertia 0)."""

from __future__ import annotations

from twin.kernels.registry import Block

GENSET = Block("genset")
GEN_BUS = GENSET.param("bus", "1", "index of its bus")
GEN_RATED = GENSET.param("power_rated", "W", "rated electrical power")

# ------------------------------------------------------------------------------------------------- starting
GEN_START_DELAY = GENSET.param("start_delay", "s", "call to ready for load, when the first crank succeeds")
GEN_SIGNAL = GENSET.param("signal_delay", "s", "call to the start signal, with which the first crank begins")
GEN_FIRE = GENSET.param("fire_time", "s", "start signal to firing, in the attempt that succeeds")
GEN_CRANK_TIME = GENSET.param("crank_time", "s", "length of a crank attempt that fails")
GEN_CRANK_REST = GENSET.param("crank_rest", "s", "rest between crank attempts")
GEN_CRANK_LIMIT = GENSET.param(
    "crank_limit", "s", "a set that has not fired this long after the call is locked out"
)
GEN_COOLDOWN = GENSET.param("cooldown", "s", "time it idles after the call ends")
GEN_WARM_UP = GENSET.param("warm_up", "s", "from ready to full load")
GEN_WARM_FIRST = GENSET.param("warm_first", "1", "share of rated power it carries as soon as it is ready")

# ----------------------------------------------------------------------------------------- fuel and emissions
GEN_FUEL_0 = GENSET.param("fuel_0", "m3/s", "fuel flow = fuel_0 + fuel_1 x + fuel_2 x^2, x = load fraction")
GEN_FUEL_1 = GENSET.param("fuel_1", "m3/s", "linear term of the fuel flow")
GEN_FUEL_2 = GENSET.param("fuel_2", "m3/s", "square term of the fuel flow")
GEN_FUEL_FLOOR = GENSET.param("fuel_floor", "1", "load fraction below which the fuel flow falls no further")
GEN_FUEL_HEAT = GENSET.param("fuel_heat", "J/m3", "lower heating value of the fuel")
GEN_CO2 = GENSET.param("co2_per_fuel", "kg/m3", "CO2-equivalent per volume of fuel")
GEN_NOX = GENSET.param("nox_per_energy", "kg/J", "NOx per electrical energy")
GEN_TANK = GENSET.param("tank", "m3", "usable fuel of its day tank when full")
GEN_PIPELINE = GENSET.param("pipeline", "1", "1 when its fuel comes from a pipe and no tank is drawn down")
GEN_BULK_TANK = GENSET.param("tank_bulk", "m3", "its share of the bulk tank")
GEN_TRANSFER = GENSET.param("transfer_flow", "m3/s", "flow of the pump from bulk to day tank")
GEN_DELIVERY_TIME = GENSET.param(
    "delivery_delay", "s", "from the call of the set to a fuel delivery, and to the next"
)
GEN_DELIVERY_SIZE = GENSET.param("delivery_volume", "m3", "fuel of one delivery to this set")
GEN_LOAD_MIN = GENSET.param("load_min", "1", "lowest continuous load, fraction of rated")

# --------------------------------------------------------------------------------------- engine and governor
GEN_INERTIA = GENSET.param(
    "inertia", "s", "inertia constant H of engine and alternator; 0 is an inverter source"
)
GEN_RAMP = GENSET.param("ramp", "W/s", "fastest rise of power of an inverter source")
GEN_DROOP = GENSET.param("droop", "1", "governor droop, per unit frequency per unit power; 0 is isochronous")
GEN_GAIN = GENSET.param("governor_gain", "1", "proportional gain, per unit power per unit speed")
GEN_RESET = GENSET.param("governor_reset", "s", "integral time of the governor")
GEN_ACTUATOR = GENSET.param("actuator_lag", "s", "fuel actuator time constant")
GEN_DEAD_TIME = GENSET.param("dead_time", "s", "engine dead time, a second lag of the same mean delay")
GEN_RACK_MAX = GENSET.param("rack_max", "1", "power at the fuel rack limit, per unit of rated")
GEN_FRICTION = GENSET.param("friction", "1", "power the engine brakes with when it gets no fuel, per unit")
GEN_ASPIRATED = GENSET.param("aspirated", "1", "power it gives without turbocharger boost, per unit")
GEN_TURBO = GENSET.param("turbo_lag", "s", "time constant of the turbocharger's boost")
GEN_SHARE_GAIN = GENSET.param("share_gain", "1", "isochronous load sharing, per unit speed per unit power")
GEN_SOFT_LOAD = GENSET.param("soft_load", "s", "a set that joins others takes its share over this time")
GEN_F_NOMINAL = GENSET.param("frequency_nominal", "Hz", "nominal frequency")
GEN_P_NOMINAL = GENSET.param(
    "power_at_nominal", "1", "load fraction at which a droop governor holds nominal speed"
)
GEN_STEP_MAX = GENSET.param("load_step_max", "1", "largest load step it takes at once, fraction of rated")
GEN_STEP_REST = GENSET.param("load_step_interval", "s", "after such a step, time until the next may follow")

# ------------------------------------------------------------------------------------ its place in the sequence
GEN_CALL_DELAY = GENSET.param("call_delay", "s", "its bus calls it this long after calling its generators")
GEN_CALL_SOC = GENSET.param(
    "call_soc", "1", "it is called once the storage of its bus is at this charge or below"
)

# -------------------------------------------------------------------------------- alternator and exciter, pu of kVA
GEN_PF_RATED = GENSET.param("power_factor_rated", "1", "rated power over rated apparent power")
GEN_PF_LOAD = GENSET.param("power_factor_load", "1", "power factor of its load, lagging")
GEN_XD = GENSET.param("reactance", "1", "synchronous reactance")
GEN_XD_T = GENSET.param("reactance_transient", "1", "transient reactance")
GEN_FIELD_LAG = GENSET.param("field_lag", "s", "open-circuit transient time constant of the field")
GEN_EXCITER_LAG = GENSET.param("exciter_lag", "s", "time constant of the exciter")
GEN_AVR_GAIN = GENSET.param("avr_gain", "1", "proportional gain of the voltage regulator")
GEN_AVR_RESET = GENSET.param("avr_reset", "s", "integral time of the voltage regulator")
GEN_CEILING = GENSET.param("ceiling", "1", "highest field voltage, in units of that at no load")
GEN_VHZ_KNEE = GENSET.param("volts_per_hertz_knee", "1", "speed below which the voltage reference falls")
GEN_VHZ_SLOPE = GENSET.param("volts_per_hertz_slope", "1", "fall of the reference per fall of speed below it")

# ------------------------------------------------------------------------------ synchroniser and protection
GEN_SLIP = GENSET.param("slip", "Hz", "slip a set waiting to close is governed to")
GEN_SYNC_ANGLE = GENSET.param("sync_angle", "rad", "closes within this angle, either side")
GEN_SYNC_SLIP = GENSET.param("sync_slip", "Hz", "closes within this slip, either side")
GEN_SYNC_VOLTAGE = GENSET.param("sync_voltage", "1", "closes within this difference of voltage, per unit")
GEN_F_LOW = GENSET.param("frequency_low", "1", "underspeed trip, per unit of nominal")
GEN_F_HIGH = GENSET.param("frequency_high", "1", "overspeed trip, per unit of nominal")
GEN_F_DELAY = GENSET.param("frequency_delay", "s", "delay of both")
GEN_V_LOW = GENSET.param("voltage_low", "1", "undervoltage trip, per unit")
GEN_V_DELAY = GENSET.param("voltage_delay", "s", "delay of the undervoltage trip")
GEN_OVER_PICKUP = GENSET.param("overload_pickup", "1", "overload above which the inverse-time trip counts")
GEN_OVER_TIME = GENSET.param(
    "overload_time", "s", "its time multiplier: it trips after time / (load / pickup - 1)"
)

# ---------------------------------------------------------------------------------------------------- states
GEN_MODE = GENSET.state(
    "mode",
    "1",
    "0 stopped, 1 cranking, 2 resting, 3 running up, 4 ready, 5 on the bus, 6 cooling down, 7 failed, 8 in repair",
)
GEN_CHANGED = GENSET.state("changed_at", "s", "run time at which the mode last changed")
GEN_TIMER = GENSET.state("timer", "s", "time since the call while it starts, else in the present mode")
GEN_START_FAILS = GENSET.state("start_fails", "1", "1 when every start attempt of this member's set fails")
GEN_CRANK_FAILS = GENSET.state("crank_fails", "1", "crank attempts of its next start that fail")
GEN_DRY = GENSET.state("attempts_dry", "1", "crank attempts of this start that failed for want of fuel")
GEN_UNAVAILABLE = GENSET.state("unavailable", "1", "1 when this member's set is out of service")
GEN_RUN_LEFT = GENSET.state("run_left", "s", "running hours left before this member's set fails")
GEN_REPAIR_LEFT = GENSET.state(
    "repair_left", "s", "repair time of a set that fails; 0 or 1e30: it stays failed"
)
GEN_RUN_NEXT = GENSET.state("run_next", "s", "running hours after that repair; 0: it does not fail again")
GEN_CAUSE = GENSET.state(
    "cause",
    "1",
    "of the last failure: 1 out of service, 2 did not start, 3 broke down, 4 no fuel, 5 speed, 6 voltage, 7 overload",
)
GEN_POWER = GENSET.state("power", "W", "electrical power delivered")
GEN_FREQ_DEV = GENSET.state("frequency_deviation", "1", "speed deviation, per unit")
GEN_PHASE = GENSET.state("phase", "rad", "voltage angle, rotation at nominal frequency left out, -pi to pi")
GEN_MECH = GENSET.state("mechanical_power", "1", "mechanical power, per unit of rated")
GEN_RACK = GENSET.state("rack", "1", "fuel rack behind the actuator, as the power it gives, per unit")
GEN_DELAYED = GENSET.state("rack_delayed", "1", "fuel rack behind the dead time")
GEN_BOOST = GENSET.state("boost", "1", "turbocharger boost, 1 at rated power")
GEN_INTEGRAL = GENSET.state("governor_integral", "1", "integrator of the governor, per unit power")
GEN_WARM = GENSET.state("warm", "s", "time since it was ready")
GEN_JOINING = GENSET.state(
    "joining", "1", "soft loading to come: 1 as it joins others that carry load, 0 when done"
)
GEN_BIAS = GENSET.state(
    "bias", "1", "fall of the speed setting as it joins, so that it takes no load at first"
)
GEN_DIGESTED = GENSET.state(
    "digested", "1", "load it has recovered from, per unit: further steps count from here"
)
GEN_WORK = GENSET.state("work", "J", "mechanical work within the step in progress")
GEN_EMF = GENSET.state("emf", "1", "voltage behind the transient reactance at nominal speed, per unit")
GEN_FIELD = GENSET.state("field", "1", "field voltage, 1 at no load")
GEN_AVR = GENSET.state("avr", "1", "integrator of the voltage regulator")
GEN_VOLTAGE = GENSET.state("voltage", "1", "voltage at its terminals, per unit")
GEN_F_TIMER = GENSET.state("frequency_timer", "s", "time the frequency has been outside its limits")
GEN_V_TIMER = GENSET.state("voltage_timer", "s", "time the voltage has been below its limit")
GEN_OVERLOAD = GENSET.state("overload", "1", "inverse-time overload, trips at 1")
GEN_FUEL = GENSET.state("fuel", "m3", "fuel left in the day tank")
GEN_BULK = GENSET.state("fuel_bulk", "m3", "its share of the fuel in the bulk tank")
GEN_DELIVERY = GENSET.state("delivery", "s", "time since the last fuel order; a delivery is on its way")
GEN_TANK_OUT = GENSET.state("tank_out", "1", "1 while its fuel supply is cut off")
GEN_E_IN = GENSET.state("e_in", "J", "fuel energy burnt")
GEN_E_OUT = GENSET.state("e_out", "J", "electrical energy delivered")
GEN_E_LOSS = GENSET.state("e_loss", "J", "heat to exhaust, jacket and radiation")
GEN_BURNT = GENSET.state("burnt", "m3", "fuel burnt")
GEN_DELIVERED = GENSET.state("delivered", "m3", "fuel delivered")
GEN_CO2_MASS = GENSET.state("co2", "kg", "CO2-equivalent emitted")
GEN_NOX_MASS = GENSET.state("nox", "kg", "NOx emitted")
GEN_RUN_TIME = GENSET.state("run_time", "s", "time spent running")
GEN_LOW_TIME = GENSET.state("low_load_time", "s", "time spent running below its lowest continuous load")
GEN_STARTS = GENSET.state("starts", "1", "times it was called to start")
GEN_SUBSTEPS = GENSET.state(
    "substeps", "1", "steps of the engine within an electrical step, once per interval"
)
GEN_SUB = GENSET.state("substep", "s", "length of one, once per interval")
GEN_STEP = GENSET.state("step", "s", "electrical step, once per interval")
GEN_K_ACTUATOR = GENSET.state(
    "k_actuator", "1", "decay of the actuator lag over a substep, once per interval"
)
GEN_K_HALF = GENSET.state("k_half", "1", "and over half of one")
GEN_K_DEAD = GENSET.state("k_dead", "1", "decay of the dead time's lag over a substep")
GEN_K_TURBO = GENSET.state("k_turbo", "1", "decay of the turbocharger lag over a substep")
GEN_K_EXCITER = GENSET.state("k_exciter", "1", "decay of the exciter lag over a substep")

GEN_STOPPED = 0
GEN_CRANKING = 1
GEN_RESTING = 2
GEN_RUNNING_UP = 3
GEN_READY = 4
GEN_ON_BUS = 5
GEN_COOLING = 6
GEN_FAILED = 7
GEN_IN_REPAIR = 8

CAUSE_OUT_OF_SERVICE = 1
CAUSE_NO_START = 2
CAUSE_BREAKDOWN = 3
CAUSE_FUEL = 4
CAUSE_SPEED = 5
CAUSE_VOLTAGE = 6
CAUSE_OVERLOAD = 7
