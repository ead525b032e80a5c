"""Fields of medium-voltage DC rings and their converter stations."""

from __future__ import annotations

from twin.kernels.registry import Block

RING_NODES_MAX = 16

# ------------------------------------------- ring: nodes around one or two circuits of cable segments in parallel
RING = Block("ring")
RING_NODES = RING.param("nodes", "1", "nodes around the ring, 2 to 16")
RING_CIRCUITS = RING.param("circuits", "1", "circuits in parallel around it: 1, or 2 for a double ring")
RING_V_NOMINAL = RING.param("voltage_nominal", "V", "pole-to-pole voltage, twice the voltage of a pole")
RING_CURRENT_MAX = RING.param("current_max", "A", "continuous rating of a cable of one circuit")
RING_R_0 = RING.param("resistance_0", "ohm", "loop resistance of segment 0 of one circuit, to node 1")
for _k in range(1, RING_NODES_MAX):
    RING.param(f"resistance_{_k}", "ohm", f"the same of segment {_k}, from node {_k} to the next")
RING_OPEN_A_0 = RING.state("open_a_0", "1", "1 while segment 0 of circuit A is open")
for _k in range(1, RING_NODES_MAX):
    RING.state(f"open_a_{_k}", "1", f"1 while segment {_k} of circuit A is open")
RING_OPEN_B_0 = RING.state("open_b_0", "1", "1 while segment 0 of circuit B is open")
for _k in range(1, RING_NODES_MAX):
    RING.state(f"open_b_{_k}", "1", f"1 while segment {_k} of circuit B is open")
RING_OUT_A = RING.state("out_a", "1", "1 while circuit A is out of service")
RING_OUT_B = RING.state("out_b", "1", "1 while circuit B is out of service")
RING_SECTION_0 = RING.state("section_0", "1", "lowest node of the section that node 0 belongs to")
for _k in range(1, RING_NODES_MAX):
    RING.state(f"section_{_k}", "1", f"lowest node of the section that node {_k} belongs to")
RING_VOLTAGE_0 = RING.state(
    "voltage_0", "V", "pole-to-pole voltage of node 0; 0 where no grid station feeds it"
)
for _k in range(1, RING_NODES_MAX):
    RING.state(f"voltage_{_k}", "V", f"the same of node {_k}")
RING_CURRENT_0 = RING.state("current_0", "A", "current of segment 0, towards node 1, both circuits together")
for _k in range(1, RING_NODES_MAX):
    RING.state(f"current_{_k}", "A", f"the same of segment {_k}, towards the next node")
RING_HEAT_0 = RING.state("heat_0", "W", "ohmic loss of segment 0, both circuits together")
for _k in range(1, RING_NODES_MAX):
    RING.state(f"heat_{_k}", "W", f"the same of segment {_k}")
RING_CHANGE_0 = RING.state("change_0", "V", "last change of the voltage of node 0 in the load flow")
for _k in range(1, RING_NODES_MAX):
    RING.state(f"change_{_k}", "V", f"the same of node {_k}")
RING_VOLTAGE_MIN = RING.state(
    "voltage_min", "1", "lowest voltage of a live node, share of nominal; 0 when dead"
)
RING_LOADING = RING.state("loading", "1", "largest current of a cable, share of its rating")
RING_COLLAPSED = RING.state("collapsed", "1", "1 after a step whose load flow had no solution")
RING_POWER = RING.state("power", "W", "DC power taken by its load stations")
RING_LOSS = RING.state("loss", "W", "ohmic loss of its cables")
RING_E_IN = RING.state("e_in", "J", "energy from grid stations")
RING_E_OUT = RING.state("e_out", "J", "energy to load stations")
RING_E_LOSS = RING.state("e_loss", "J", "heat of its cables")

# ----------------------------------------------------------- converter station between a ring and a feed or a bus
STATION = Block("station")
STA_RING = STATION.param("ring", "1", "index of its ring")
STA_NODE = STATION.param("node", "1", "node of the ring it stands at")
STA_LOAD = STATION.param("load_side", "1", "0 fed by a utility feed, 1 feeding a busbar")
STA_FEED = STATION.param(
    "feed", "1", "index of its utility feed, or of the feed that stands for it before its busbar"
)
STA_RATED = STATION.param("power_rated", "W", "rated output, continuous")
STA_LOSS_0 = STATION.param("loss_0", "1", "loss / rated = loss_0 + loss_1 x + loss_2 x^2, x of its output")
STA_LOSS_1 = STATION.param("loss_1", "1", "linear term of the loss")
STA_LOSS_2 = STATION.param("loss_2", "1", "square term of the loss")
STA_V_SET = STATION.param("voltage_set", "1", "ring voltage it holds at no load, share of nominal")
STA_DROOP = STATION.param("droop", "1", "fall of that voltage at rated current, share of nominal")
STA_V_MIN = STATION.param("voltage_min", "1", "lowest voltage of its input (feed, or ring) at which it works")
STA_V_MAX = STATION.param("voltage_max", "1", "highest voltage of its input at which it works")
STA_OVERLOAD = STATION.param("overload", "1", "output above this share of rated trips it after overload_time")
STA_OVERLOAD_TIME = STATION.param("overload_time", "s", "how long that output is carried")
STA_RESTART = STATION.param("restart_delay", "s", "input must be good this long before it works again")
STA_MODE = STATION.state("mode", "1", "0 blocked, 1 working, 2 tripped")
STA_CHANGED = STATION.state("changed_at", "s", "run time at which the mode last changed")
STA_TIMER = STATION.state("timer", "s", "time its input has been good while it was blocked")
STA_OVER_TIMER = STATION.state("overload_timer", "s", "time its output has been above its overload limit")
STA_OUT = STATION.state("out", "1", "1 while it is out of service; ends a trip")
STA_LIMIT = STATION.state("limit", "W", "power it can give in this step")
STA_HELD = STATION.state("held", "1", "0 on its droop, 1 at its limit, 2 on its droop above its limit")
STA_VOLTAGE = STATION.state("voltage", "1", "ring voltage at its node, share of nominal")
STA_POWER_IN = STATION.state("power_in", "W", "power into it: from its feed, or from the ring")
STA_POWER_OUT = STATION.state("power_out", "W", "power out of it: to the ring, or to its busbar")
STA_LOSS = STATION.state("loss", "W", "conversion loss")
STA_E_IN = STATION.state("e_in", "J", "energy into it")
STA_E_OUT = STATION.state("e_out", "J", "energy out of it")
STA_E_LOSS = STATION.state("e_loss", "J", "heat")

STA_BLOCKED = 0
STA_WORKING = 1
STA_TRIPPED = 2
