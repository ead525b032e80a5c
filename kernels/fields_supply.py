"""Fields of the supply: utility feeds and busbars."""

from __future__ import annotations

from twin.kernels.registry import Block

# ---------------------------------------------------------------------------------------------- utility feed
FEED = Block("feed")
FEED_VOLTAGE = FEED.state("voltage", "1", "positive-sequence voltage at the site's connection, per unit")
FEED_FREQUENCY = FEED.state("frequency", "Hz", "frequency seen at the connection")
FEED_PHASE = FEED.state("phase", "rad", "voltage angle, phase jumps so far; nominal rotation left out")
FEED_JUMP = FEED.state("jump", "rad", "size of the phase jump at the start of this step")
FEED_OUTAGE_START = FEED.state("outage_start", "s", "start of this member's loss of mains, run time")
FEED_OUTAGE_END = FEED.state("outage_end", "s", "end of this member's loss of mains, run time")
FEED_LIMIT = FEED.state(
    "limit",
    "W",
    "power the converter station in its place can give; 0 for a grid connection, which has no limit",
)
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
BUS_PHASE = BUS.state("phase", "rad", "voltage angle, rotation at nominal frequency left out, -pi to pi")
BUS_JUMP = BUS.state("jump", "rad", "size of the phase jump its children see in this step")
BUS_SHED = BUS.state("shed", "1", "rows of this priority and above are disconnected; 0 sheds nothing")
BUS_FAULTED = BUS.state("faulted", "1", "1 while a fault keeps the busbar dead")
BUS_STUCK = BUS.state("stuck", "1", "1 while its mains breaker does not move")
BUS_CONTROL_OUT = BUS.state("control_out", "1", "1 while its transfer controller does not act")
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
