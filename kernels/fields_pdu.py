"""Fields of power distribution units."""

from __future__ import annotations

from twin.kernels.registry import Block

# --------------------------------------------------------------- PDU: the two sides (A, B) of one row of racks
PDU = Block("pdu")
PDU_UPS_A = PDU.param("ups_a", "1", "index of the UPS behind side A")
PDU_UPS_B = PDU.param("ups_b", "1", "index of the UPS behind side B, -1 for a single feed")
PDU_RATED = PDU.param("power_rated", "W", "rated power of one side")
PDU_LOSS_0 = PDU.param("loss_0", "1", "loss / rated of one side = loss_0 + loss_1 x + loss_2 x^2")
PDU_LOSS_1 = PDU.param("loss_1", "1", "linear term of the loss")
PDU_LOSS_2 = PDU.param("loss_2", "1", "square term of the loss")
PDU_CABLE = PDU.param(
    "cable_resistance", "1", "resistance of the cable to one side, per unit of its rated power"
)
PDU_BREAKER = PDU.param(
    "breaker_rated", "W", "rated power of a side's breaker at nominal voltage; 0: no breaker"
)
PDU_BREAKER_K = PDU.param(
    "breaker_k", "1", "current that its thermal image does not quite trip on, over rated"
)
PDU_BREAKER_TAU = PDU.param("breaker_tau", "s", "time constant of its thermal image")
PDU_BREAKER_INSTANT = PDU.param("breaker_instant", "1", "current over rated at which it trips at once")
PDU_PRIORITY = PDU.param("priority", "1", "rank for shedding: n goes first, 1 last; 0 is never shed")
PDU_ALTERNATE_A = PDU.param("alternate_a", "1", "index of the alternate UPS of side A, -1 without a switch")
PDU_ALTERNATE_B = PDU.param("alternate_b", "1", "index of the alternate UPS of side B, -1 without a switch")
PDU_SWITCH_V_MIN = PDU.param("switch_voltage_min", "1", "a source below this is not good for the switch")
PDU_SWITCH_V_MAX = PDU.param("switch_voltage_max", "1", "a source above this is not good for the switch")
PDU_SWITCH_GAP = PDU.param("switch_gap", "s", "sensing and open time of a transfer in phase")
PDU_SWITCH_PHASE = PDU.param("switch_phase", "rad", "largest angle between sources that counts as in phase")
PDU_SWITCH_WAIT = PDU.param("switch_gap_phase", "s", "sensing and open time of a transfer out of phase")
PDU_SWITCH_RETURN = PDU.param("switch_return", "s", "time the preferred source must be good before a return")
PDU_SOURCE_A = PDU.state("source_a", "1", "index of the UPS that feeds side A now")
PDU_SOURCE_B = PDU.state("source_b", "1", "index of the UPS that feeds side B now, -1 for none")
PDU_GAP_A = PDU.state("gap_a", "s", "time left of a transfer of side A")
PDU_GAP_B = PDU.state("gap_b", "s", "time left of a transfer of side B")
PDU_DARK_A = PDU.state("dark_a", "s", "time at the start of this step in which side A is open in a transfer")
PDU_DARK_B = PDU.state("dark_b", "s", "the same of side B")
PDU_GOOD_A = PDU.state("preferred_good_a", "s", "time the preferred source of side A has been good")
PDU_GOOD_B = PDU.state("preferred_good_b", "s", "the same of side B")
PDU_TRANSFERS = PDU.state("transfers", "1", "transfers of its switches so far")
PDU_CHANGED = PDU.state("changed_at", "s", "run time at which a breaker or switch of it last acted")
PDU_SHED_NOW = PDU.state("shed", "1", "1 while it is shed by order")
PDU_THETA_A = PDU.state(
    "theta_a", "1", "thermal image of the breaker of side A; -1 takes the first load for lasting"
)
PDU_THETA_B = PDU.state("theta_b", "1", "the same of side B")
PDU_CURRENT_A = PDU.state(
    "current_a", "1", "current into side A over that at rated power and nominal voltage"
)
PDU_CURRENT_B = PDU.state("current_b", "1", "the same of side B")
PDU_VOLTAGE_A = PDU.state("voltage_a", "1", "voltage of side A, per unit")
PDU_VOLTAGE_B = PDU.state("voltage_b", "1", "voltage of side B, per unit")
PDU_OPEN_A = PDU.state("open_a", "1", "1 while the breaker of side A is open")
PDU_OPEN_B = PDU.state("open_b", "1", "1 while the breaker of side B is open")
PDU_SWITCH_OUT = PDU.state("switch_out", "1", "1 while its static transfer switch does not act")
PDU_POWER_A = PDU.state("power_a", "W", "power into side A")
PDU_POWER_B = PDU.state("power_b", "W", "power into side B")
PDU_E_IN = PDU.state("e_in", "J", "energy into both sides")
PDU_E_OUT = PDU.state("e_out", "J", "energy to racks")
PDU_E_LOSS = PDU.state("e_loss", "J", "heat")
