"""Fields of generating sets."""

from __future__ import annotations

from twin.kernels.registry import Block

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
GEN_CALL_DELAY = GENSET.param("call_delay", "s", "its bus calls it this long after calling its generators")
GEN_CALL_SOC = GENSET.param(
    "call_soc", "1", "it is called once the storage of its bus is at this charge or below"
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
GEN_TANK_OUT = GENSET.state("tank_out", "1", "1 while its fuel supply is cut off")
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
