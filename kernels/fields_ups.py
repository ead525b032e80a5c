"""Fields of UPS systems."""

from __future__ import annotations

from twin.kernels.registry import Block

# ------------------------------------------------------------------------------------------------ UPS system
UPS = Block("ups")
UPS_BUS = UPS.param("bus", "1", "index of its bus")
UPS_RATED = UPS.param("power_rated", "W", "rated output of all its modules")
UPS_LOSS_0 = UPS.param("loss_0", "1", "loss / rated = loss_0 + loss_1 x + loss_2 x^2")
UPS_LOSS_1 = UPS.param("loss_1", "1", "linear term of the loss")
UPS_LOSS_2 = UPS.param("loss_2", "1", "square term of the loss")
UPS_V_MIN = UPS.param("voltage_min", "1", "lowest input voltage for normal mode")
UPS_V_MAX = UPS.param("voltage_max", "1", "highest input voltage for normal mode")
UPS_F_MIN = UPS.param("frequency_min", "Hz", "lowest input frequency for normal mode")
UPS_F_MAX = UPS.param("frequency_max", "Hz", "highest input frequency for normal mode")
UPS_WALK_IN = UPS.param("walk_in", "s", "ramp of the rectifier from zero to full")
UPS_RETURN = UPS.param("retransfer_delay", "s", "input must be good this long before the rectifier returns")
UPS_MODULES = UPS.param("modules", "1", "modules installed")
UPS_MODULE_LOAD = UPS.param(
    "module_load", "1", "load of running modules above which one more runs; 0 runs all"
)
UPS_BATTERY_LOSS_0 = UPS.param("loss_battery_0", "1", "as loss_0, on battery")
UPS_BATTERY_LOSS_1 = UPS.param("loss_battery_1", "1", "as loss_1, on battery")
UPS_BATTERY_LOSS_2 = UPS.param("loss_battery_2", "1", "as loss_2, on battery")
UPS_BYPASS_LOSS_0 = UPS.param("loss_bypass_0", "1", "as loss_0, on the static bypass or in eco mode")
UPS_BYPASS_LOSS_1 = UPS.param("loss_bypass_1", "1", "as loss_1, on the static bypass or in eco mode")
UPS_BYPASS_LOSS_2 = UPS.param("loss_bypass_2", "1", "as loss_2, on the static bypass or in eco mode")
UPS_OVERLOAD = UPS.param("overload", "1", "output above this fraction of capacity is not carried at all")
UPS_OVERLOAD_LOAD_0 = UPS.param("overload_load_0", "1", "load fraction up to which overload_time_0 holds")
for _k in range(1, 4):
    UPS.param(f"overload_load_{_k}", "1", f"load fraction up to which overload_time_{_k} holds, rising")
UPS_OVERLOAD_POINTS = 4
UPS_OVERLOAD_TIME_0 = UPS.param("overload_time_0", "s", "time a load up to overload_load_0 is carried")
for _k in range(1, 4):
    UPS.param(f"overload_time_{_k}", "s", f"time a load up to overload_load_{_k} is carried")
UPS_OVERLOAD_RECOVERY = UPS.param("overload_recovery", "s", "time to forget an overload used to the full")
UPS_DETECT = UPS.param("detect_delay", "s", "input must be out of its window this long to be seen")
UPS_JUMP_MAX = UPS.param("phase_jump_max", "rad", "largest phase jump of the input, and angle in step")
UPS_V_FULL = UPS.param("voltage_full", "1", "lowest input voltage at which the rectifier gives its rating")
UPS_F_NOMINAL = UPS.param("frequency_nominal", "Hz", "frequency in the middle of the sync limits")
UPS_BYPASS_FITTED = UPS.param("bypass", "1", "1 with a static bypass")
UPS_BYPASS_V_MIN = UPS.param("bypass_voltage_min", "1", "lowest voltage the bypass passes on")
UPS_BYPASS_V_MAX = UPS.param("bypass_voltage_max", "1", "highest voltage the bypass passes on")
UPS_BYPASS_SYNC = UPS.param(
    "bypass_frequency_limit", "Hz", "largest deviation that inverter and bypass follow"
)
UPS_BYPASS_GAP = UPS.param("bypass_transfer", "s", "gap of a transfer out of step; 1e30 for none allowed")
UPS_ECO_MODE = UPS.param("eco", "1", "1 for eco mode: on the bypass while the input is in its eco window")
UPS_ECO_V_MIN = UPS.param("eco_voltage_min", "1", "lowest input voltage in eco mode")
UPS_ECO_V_MAX = UPS.param("eco_voltage_max", "1", "highest input voltage in eco mode")
UPS_ECO_DELAY = UPS.param("eco_delay", "s", "input must be in its eco window this long to enter eco mode")
UPS_ECO_GAP = UPS.param("eco_transfer", "s", "gap of the transfer from eco mode to the inverter")
UPS_COUNTER = UPS.param("counter_events", "1", "disturbances that latch the system off the mains; 0 for none")
UPS_COUNTER_WINDOW = UPS.param("counter_window", "s", "time within which they count")
UPS_COUNTER_ANY = UPS.param("counter_any", "1", "1 counts every excursion seen, 0 those that moved the load")
UPS_COUNTER_RESET = UPS.param(
    "counter_reset", "s", "the latch opens by itself after this; 1e30 for by hand only"
)
UPS_RIDE_POINTS = UPS.param("ride_points", "1", "points of its ride-through table; 0 for none")
UPS_RIDE_V_0 = UPS.param(
    "ride_voltage_0", "1", "voltage below which (above, if over 1) ride_time_0 is tolerated"
)
for _k in range(1, 6):
    UPS.param(f"ride_voltage_{_k}", "1", f"as ride_voltage_0, for ride_time_{_k}")
UPS_RIDE_TIME_0 = UPS.param("ride_time_0", "s", "time beyond ride_voltage_0 that is ridden through")
for _k in range(1, 6):
    UPS.param(f"ride_time_{_k}", "s", f"time beyond ride_voltage_{_k} that is ridden through")
UPS_RIDE_RETURN = UPS.param("ride_return", "s", "retransfer delay after an excursion ridden through")
UPS_RIDE_WALK_IN = UPS.param("ride_walk_in", "s", "walk-in after an excursion ridden through")
UPS_TEST_LOAD = UPS.param("test_load", "1", "share of the load that the battery carries in a test")
UPS_TEST_TIME = UPS.param("test_time", "s", "length of a battery test; 0 for no test")
UPS_TEST_SOC = UPS.param("test_soc_min", "1", "charge at which a test fails")
UPS_TEST_VOLTAGE = UPS.param("test_voltage_min", "V", "pack voltage at which a test fails")
UPS_RECTIFIER = UPS.param("rectifier_margin", "1", "largest input as a fraction of rated output")
UPS_CHARGE = UPS.param("charge_power", "W", "largest battery recharge power")
UPS_DIRECT = UPS.param("direct", "1", "1 for a plain connection to the bus: no converter, no battery")
UPS_SOC_RESERVE = UPS.param("soc_reserve", "1", "grid services never take the battery below this")
UPS_MODE = UPS.state("mode", "1", "0 off, 1 normal, 2 on battery, 3 eco, 4 bypass, 5 battery test")
UPS_CHANGED = UPS.state("changed_at", "s", "run time at which the mode last changed")
UPS_TIMER = UPS.state("timer", "s", "time the input has been good")
UPS_WALK = UPS.state("walk", "1", "rectifier walk-in, 0 to 1")
UPS_WALK_TIME = UPS.state("walk_time", "s", "ramp of the walk-in in progress")
UPS_VOLTAGE = UPS.state("voltage", "1", "output voltage, per unit")
UPS_GAP = UPS.state("gap", "s", "time left of a transfer during which the output is dead")
UPS_COMMAND = UPS.state(
    "command",
    "1",
    "operator: 1 to bypass, 2 to normal, 3 battery test, 4 reset the counter; cleared when read",
)
UPS_HELD = UPS.state("held", "1", "1 while an operator holds it on bypass")
UPS_INPUT_VOLTAGE = UPS.state("input_voltage", "1", "voltage of its bus in this step")
UPS_INPUT_OUT = UPS.state("input_out", "1", "1 while its input is seen out of its window")
UPS_OUT_TIMER = UPS.state("out_timer", "s", "time the input has been out of its window")
UPS_BYPASS_TIMER = UPS.state(
    "bypass_timer", "s", "time the bypass has not been good while the load was on it"
)
UPS_ECO_TIMER = UPS.state("eco_timer", "s", "time the input has been in its eco window")
UPS_PHASE = UPS.state(
    "phase", "rad", "angle between inverter and bypass; pi when the bypass cannot be followed"
)
UPS_MOVED = UPS.state("moved", "1", "1 when the excursion in progress moved the load off the mains")
UPS_COUNTED = UPS.state("counted", "1", "1 when the excursion in progress has been counted")
UPS_BEYOND = UPS.state("beyond", "1", "1 after an excursion its ride-through table does not tolerate")
UPS_RIDE_0 = UPS.state("ride_0", "s", "time of this excursion beyond ride_voltage_0; same points follow")
for _k in range(1, 6):
    UPS.state(f"ride_{_k}", "s", f"time of this excursion beyond ride_voltage_{_k}")
UPS_RIDE_MAX = 6
UPS_EVENTS = UPS.state("events", "1", "disturbances counted since the counter was reset")
UPS_EVENT_0 = UPS.state("event_0", "s", "run time of a counted disturbance; a ring of 8")
for _k in range(1, 8):
    UPS.state(f"event_{_k}", "s", "run time of a counted disturbance")
UPS_RING = 8
UPS_LATCHED_AT = UPS.state("latched_at", "s", "run time at which the counter last latched")
UPS_OVERLOAD_USED = UPS.state("overload_used", "1", "share of the time allowed in overload that is used up")
UPS_TEST_TIMER = UPS.state("test_timer", "s", "time since the battery test began")
UPS_TEST_RESULT = UPS.state("test_result", "1", "last battery test: 0 none, 1 passed, 2 failed, 3 broken off")
UPS_DEBT = UPS.state("debt", "J", "energy taken from the DC link that is to be repaid: stored, negative")
UPS_BYPASS_TIME = UPS.state("bypass_time", "s", "time on bypass, eco mode left out")
UPS_LATCHED = UPS.state(
    "latched", "1", "1 once its disturbance counter has latched it off the mains, until reset"
)
UPS_MODULES_OUT = UPS.state("modules_out", "1", "modules that are out of service")
UPS_SHED = UPS.state("shed", "1", "shedding order of its bus, handed to the rows it feeds")
UPS_DEMAND = UPS.state("demand", "W", "output power its children will ask for in this step")
UPS_MECH_DEMAND = UPS.state("mechanical_demand", "W", "fans and pumps fed from this UPS")
UPS_MECH_SERVED = UPS.state("mechanical_served", "s", "time they were served since the last thermal step")
UPS_LIMIT = UPS.state("input_limit", "W", "input power its bus can give it in this step")
UPS_INPUT_WANT = UPS.state("input_want", "W", "input power it would draw without that limit; held while off")
UPS_RESPONSE = UPS.state("response_power", "W", "committed frequency response at full activation")
UPS_POWER_OUT = UPS.state("power_out", "W", "output power")
UPS_POWER_IN = UPS.state("power_in", "W", "input power from the bus")
UPS_POWER_BATTERY = UPS.state("power_battery", "W", "power from its battery, charging negative")
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
UPS_ECO = 3
UPS_BYPASS = 4
UPS_TEST = 5

UPS_TO_BYPASS = 1
UPS_TO_NORMAL = 2
UPS_TO_TEST = 3
UPS_RESET = 4

UPS_PASSED = 1
UPS_FAILED = 2
UPS_BROKEN_OFF = 3
