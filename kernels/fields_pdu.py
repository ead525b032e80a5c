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
PDU_VOLTAGE_A = PDU.state("voltage_a", "1", "voltage of side A, per unit")
PDU_VOLTAGE_B = PDU.state("voltage_b", "1", "voltage of side B, per unit")
PDU_OPEN_A = PDU.state("open_a", "1", "1 while the breaker of side A is open")
PDU_OPEN_B = PDU.state("open_b", "1", "1 while the breaker of side B is open")
PDU_SWITCH_OUT = PDU.state("switch_out", "1", "1 while its static transfer switch does not act")
PDU_SOURCE_A = PDU.state("source_a", "1", "index of the UPS that feeds side A now, -1 for none")
PDU_SOURCE_B = PDU.state("source_b", "1", "index of the UPS that feeds side B now, -1 for none")
PDU_POWER_A = PDU.state("power_a", "W", "power into side A")
PDU_POWER_B = PDU.state("power_b", "W", "power into side B")
PDU_E_IN = PDU.state("e_in", "J", "energy into both sides")
PDU_E_OUT = PDU.state("e_out", "J", "energy to racks")
PDU_E_LOSS = PDU.state("e_loss", "J", "heat")
