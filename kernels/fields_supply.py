"""Fields of the supply: utility feeds and busbars."""

from __future__ import annotations

from twin.kernels.registry import Block

# ---------------------------------------------------------------------------------------------- utility feed
FEED = Block("feed")
FEED_VOLTAGE = FEED.state("voltage", "1", "positive-sequence voltage at the site's connection, per unit")
FEED_FREQUENCY = FEED.state("frequency", "Hz", "frequency seen at the connection")
FEED_PHASE = FEED.state(
    "phase", "rad", "voltage angle at the start of the step: jumps and rotation beyond nominal; not wrapped"
)
FEED_JUMP = FEED.state("jump", "rad", "size of the phase jump at the start of this step")
FEED_ADVANCE = FEED.state("advance", "rad", "angle gained over this step beyond nominal rotation")
FEED_OUTAGE_START = FEED.state("outage_start", "s", "start of this member's loss of mains, run time")
FEED_OUTAGE_END = FEED.state("outage_end", "s", "end of this member's loss of mains, run time")
FEED_LIMIT = FEED.state(
    "limit",
    "W",
    "power the converter station in its place can give; 0 for a grid connection, which has no limit",
)
FEED_POWER = FEED.state("power", "W", "power imported from the grid")
FEED_E_OUT = FEED.state("e_out", "J", "energy imported from the grid")

# Columns of a row of disturbances, linear from start to end. Voltages are positive-sequence residuals, per unit.
DISTURBANCE_START = 0  # run time [s]
DISTURBANCE_END = 1  # run time [s]; at the start or before it: the row only jumps
DISTURBANCE_FEED = 2  # index of the feed, -1 for all
DISTURBANCE_VOLTAGE_0 = 3  # at the start [1]
DISTURBANCE_VOLTAGE_1 = 4  # at the end [1]
DISTURBANCE_OFFSET_0 = 5  # of the frequency at the start [Hz]
DISTURBANCE_OFFSET_1 = 6  # at the end [Hz]
DISTURBANCE_JUMP = 7  # of the voltage angle at the start [rad], lasting
DISTURBANCE_WIDTH = 8

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
BUS_CLOSE_LIMIT = BUS.param(
    "close_limit", "s", "dead this long, the bus closes on what is ready, however little"
)
BUS_FORM_FIRST = BUS.param(
    "form_first", "1", "1 where storage forms the bus in its time, whether or not it can carry all of it"
)
BUS_STOP_DELAY = BUS.param("stop_delay", "s", "generators stay called this long after the return to mains")
BUS_CLOSED = BUS.param("closed_transition", "1", "1 where it returns to the mains in parallel, without a gap")
BUS_SOFT = BUS.param("soft_transition", "1", "1 where the load ramps over while both are in parallel")
BUS_PARALLEL_TIME = BUS.param("parallel_time", "s", "how long mains and local sources stay in parallel")
BUS_SYNC_LIMIT = BUS.param("synchronise_limit", "s", "synchronising that takes longer has failed")
BUS_SYNC_OPEN = BUS.param(
    "synchronise_or_open", "1", "1: failed synchronising returns by open transition; 0: it stays and retries"
)
BUS_SYNC_ANGLE = BUS.param("synchronise_angle", "rad", "largest angle at which breakers close")
BUS_SYNC_SLIP = BUS.param("synchronise_slip", "Hz", "largest frequency difference at which breakers close")
BUS_SYNC_VOLTAGE = BUS.param("synchronise_voltage", "1", "largest voltage difference at which they close")
BUS_LEAVE_LATCHED = BUS.param("leave_on_latch", "1", "1 where it leaves the mains while a UPS is latched")
BUS_F_SHED = BUS.param("frequency_shed", "Hz", "an island below this sheds load; 0 never")
BUS_F_TRIP = BUS.param("frequency_trip", "Hz", "an island below this trips; 0 never")
BUS_TRIP_DELAY = BUS.param("trip_delay", "s", "an island is below that limit this long before it trips")
BUS_SHED_DELAY = BUS.param("shed_delay", "s", "load is too large this long before the next priority goes")
BUS_RESTORE_DELAY = BUS.param("restore_delay", "s", "there is room this long before a priority comes back")
BUS_SHED_SOC = BUS.param("shed_soc", "1", "storage alone sheds below this charge; 0 never")
BUS_LEVELS = BUS.param("levels", "1", "largest priority number of its loads; 1 is never shed")
BUS_LEVEL_UPS = BUS.param(
    "priority_ups", "1", "priority at which UPS inputs and plain connections are connected"
)
BUS_LEVEL_MECH = BUS.param("priority_cooling", "1", "priority of its mechanical loads")
BUS_LEVEL_CHARGE = BUS.param("priority_charging", "1", "priority at which batteries may charge")
BUS_CONNECT_1 = BUS.param(
    "connect_1", "s", "time on local sources before loads of priority 1 connect; 2 to 8 follow"
)
for _k in range(2, 9):
    BUS.param(f"connect_{_k}", "s", f"time on local sources before loads of priority {_k} connect")
BUS_AFTER_SETS = BUS.param(
    "connect_after_sets", "1", "1 where those times count from the first set on the bus"
)
BUS_RAMP = BUS.param("ramp_limit", "W/s", "storage keeps the import within this rate of change; 0: none")
BUS_RESTORE_CHARGE = BUS.param(
    "charge_restore", "s", "time constant with which storage that smooths returns to its charge"
)
BUS_HANDOVER = BUS.param("handover", "s", "time constant with which sets take over load from storage")
BUS_MODE = BUS.state(
    "mode",
    "1",
    "0 on mains, 1 dead, 2 on local sources, 3 opening towards mains, 4 synchronising, 5 in parallel",
)
BUS_CHANGED = BUS.state("changed_at", "s", "run time at which the mode last changed")
BUS_TIMER = BUS.state("timer", "s", "time since the mains left or returned to its window")
BUS_GAP = BUS.state("gap", "s", "time left of the open transition, or in parallel")
BUS_TO_LOCAL = BUS.state("to_local", "1", "1 when it is in parallel to leave the mains, 0 to return")
BUS_COMMAND = BUS.state(
    "command", "1", "order from outside: 0 none, 1 island, 2 return, 3 and 4 start and stop the sets"
)
BUS_HOLD = BUS.state("hold", "1", "1 while ordered to stay off the mains")
BUS_KEEP = BUS.state("keep", "1", "1 while its sets are ordered to run, whatever the mains do")
BUS_CALLED = BUS.state("called", "s", "time since it called its generators")
BUS_STOPPING = BUS.state("stopping", "s", "time since it could do without them")
BUS_DARK = BUS.state("dark", "s", "time it has been dead")
BUS_LOCAL_TIME = BUS.state("local_time", "s", "time on local sources")
BUS_SYNC_TIME = BUS.state("synchronising", "s", "time spent synchronising or waiting in parallel")
BUS_TRIM = BUS.state("trim", "Hz", "what the synchroniser adds to the frequency of local sources")
BUS_TRIP_TIMER = BUS.state("trip_timer", "s", "time below the frequency at which an island trips")
BUS_VOLTAGE = BUS.state("voltage", "1", "busbar voltage, per unit")
BUS_FREQUENCY = BUS.state("frequency", "Hz", "busbar frequency")
BUS_PHASE = BUS.state("phase", "rad", "voltage angle, rotation at nominal frequency left out, -pi to pi")
BUS_JUMP = BUS.state("jump", "rad", "size of the phase jump its children see in this step")
BUS_SHED = BUS.state("shed", "1", "rows of this priority and above are disconnected; 0 sheds nothing")
BUS_SHED_TIMER = BUS.state("shed_timer", "s", "time the load has been too large")
BUS_RESTORE_TIMER = BUS.state("restore_timer", "s", "time there has been room for the next priority")
BUS_SHED_FROM = BUS.state("shed_from", "W", "load when the last priority was shed")
BUS_SHED_SINCE = BUS.state("shed_since", "s", "time since the last priority was shed")
BUS_SHED_1 = BUS.state("shed_1", "W", "what shedding priority 1 took off; 2 to 8 follow")
for _k in range(2, 9):
    BUS.state(f"shed_{_k}", "W", f"what shedding priority {_k} took off")
BUS_FAULTED = BUS.state("faulted", "1", "1 while a fault keeps the busbar dead")
BUS_STUCK = BUS.state("stuck", "1", "1 while its mains breaker does not move")
BUS_CONTROL_OUT = BUS.state("control_out", "1", "1 while its transfer controller does not act")
BUS_CALL = BUS.state("call", "1", "1 while the bus calls its generators to run")
BUS_CAPABILITY = BUS.state("capability", "W", "most power the bus can give its children in this step")
BUS_SUSTAINED = BUS.state("sustained", "W", "part of that without short-time overload")
BUS_BLOCK = BUS.state("block", "W", "most load its sources take on besides UPS inputs in this step")
BUS_RAMPING = BUS.state("ramping", "1", "1 once its import is known and its change is limited")
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

# Transformers of a bus: impedance and taps, heat after IEC 60076-7; see transformer.py.
BUS_TR_RESISTANCE = BUS.param("transformer_resistance", "1", "series resistance over rated impedance")
BUS_TR_REACTANCE = BUS.param("transformer_reactance", "1", "series reactance over rated impedance")
BUS_TR_POWER_FACTOR = BUS.param("transformer_power_factor", "1", "power factor of its load, lagging")
BUS_TR_BOOST = BUS.param("transformer_boost", "1", "rise of the secondary voltage by the fixed tap")
BUS_TAP_STEP = BUS.param("tap_step", "1", "voltage of one step of the on-load tap changer")
BUS_TAP_MAX = BUS.param("tap_max", "1", "steps either way; 0: no tap changer")
BUS_TAP_BAND = BUS.param("tap_band", "1", "departure from the target that is let be")
BUS_TAP_DELAY = BUS.param("tap_delay", "s", "time out of the band before a step")
BUS_TAP_TARGET = BUS.param("tap_target", "1", "voltage the tap changer keeps")
BUS_TR_OIL_RISE = BUS.param("oil_rise", "K", "top oil above the air at rated losses")
BUS_TR_GRADIENT = BUS.param("gradient", "K", "hot spot above the top oil at rated current")
BUS_TR_OIL_TIME = BUS.param("oil_time", "s", "time constant of the oil")
BUS_TR_WINDING_TIME = BUS.param("winding_time", "s", "time constant of the winding")
BUS_TR_OIL_EXPONENT = BUS.param("oil_exponent", "1", "exponent of the losses in the oil's rise")
BUS_TR_WINDING_EXPONENT = BUS.param("winding_exponent", "1", "exponent of the current in the gradient")
BUS_TR_K11 = BUS.param("k11", "1", "thermal constant of IEC 60076-7")
BUS_TR_K21 = BUS.param("k21", "1", "thermal constant of IEC 60076-7")
BUS_TR_K22 = BUS.param("k22", "1", "thermal constant of IEC 60076-7")
BUS_TR_UPGRADED = BUS.param("paper_upgraded", "1", "1 for thermally upgraded paper")
BUS_TR_INDOOR = BUS.param("transformer_indoor", "1", "1 when it stands in a room, 0 outdoors")
BUS_TR_ROOM = BUS.param("transformer_room", "degC", "air of that room")
BUS_TR_ALARM = BUS.param("hot_spot_alarm", "degC", "hot spot above which it alarms")
BUS_TAP = BUS.state("tap", "1", "position of the on-load tap changer, raising positive")
BUS_TAP_TIMER = BUS.state("tap_timer", "s", "time its voltage has been out of the band")
BUS_TR_SQUARE = BUS.state(
    "load_square", "s", "square of the loading over the time since the last thermal step"
)
BUS_TR_LOADING = BUS.state("loading", "1", "apparent power over rating, RMS of the last thermal step")
BUS_TR_TOP_OIL = BUS.state("top_oil", "degC", "top-oil temperature")
BUS_TR_GRADIENT_1 = BUS.state("gradient_1", "K", "fast part of hot spot above top oil")
BUS_TR_GRADIENT_2 = BUS.state("gradient_2", "K", "slow part, taken off it")
BUS_TR_HOT_SPOT = BUS.state("hot_spot", "degC", "hot-spot temperature of the winding")
BUS_TR_HOT_MAX = BUS.state("hot_spot_max", "degC", "highest hot spot so far")
BUS_TR_LIFE_LOST = BUS.state("life_lost", "s", "life of the paper used: time at the reference temperature")
BUS_TR_ALARM_TIME = BUS.state("alarm_time", "s", "time above the alarm temperature")

BUS_ON_MAINS = 0
BUS_DEAD = 1
BUS_ON_LOCAL = 2
BUS_OPENING = 3
BUS_SYNCHRONISING = 4
BUS_PARALLEL = 5

BUS_NO_COMMAND = 0
BUS_COMMAND_ISLAND = 1
BUS_COMMAND_RETURN = 2
BUS_COMMAND_START = 3
BUS_COMMAND_STOP = 4
