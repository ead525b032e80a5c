"""Power distribution unit of a row: side A and side B between UPS systems and racks."""

from __future__ import annotations

from twin.kernels.conversion import quadratic_loss
from twin.kernels.fields import (
    PDU_E_IN,
    PDU_E_LOSS,
    PDU_E_OUT,
    PDU_LOSS_0,
    PDU_LOSS_1,
    PDU_LOSS_2,
    PDU_POWER_A,
    PDU_POWER_B,
    PDU_RATED,
    PDU_UPS_A,
    PDU_UPS_B,
    PDU_VOLTAGE_A,
    PDU_VOLTAGE_B,
    RACK_POWER,
    RACK_POWER_A,
    UPS_VOLTAGE,
)
from twin.kernels.scalar import Array, scalar


@scalar
def pdu_voltage_step(p: Array, s: Array, i: int, s_ups: Array) -> None:
    """Hand the output voltage of the UPS systems behind PDU `i` to its two sides."""
    a = int(p[PDU_UPS_A, i])
    b = int(p[PDU_UPS_B, i])
    s[PDU_VOLTAGE_A, i] = s_ups[UPS_VOLTAGE, a] if a >= 0 else 0.0
    s[PDU_VOLTAGE_B, i] = s_ups[UPS_VOLTAGE, b] if b >= 0 else 0.0


@scalar
def pdu_side_loss(p: Array, i: int, power: float, voltage: float) -> float:
    """Loss of one side of PDU `i` at output `power` [W]; a dead side loses nothing."""
    if voltage <= 0.0:
        return 0.0
    return quadratic_loss(power, p[PDU_RATED, i], p[PDU_LOSS_0, i], p[PDU_LOSS_1, i], p[PDU_LOSS_2, i])


@scalar
def pdu_power_step(p: Array, s: Array, i: int, s_rack: Array, first: int, last: int, dt: float) -> None:
    """Sum the racks [first, last) of PDU `i` in order, add its loss and close its account.

    Parameters
    ----------
    p, s : (field, pdu) arrays
        Parameters and this member's state.
    i : int
        PDU.
    s_rack : (field, rack) array
        State of the member's racks.
    first, last : int
        Range of its racks.
    dt : float
        Step [s].
    """
    out_a = 0.0
    out = 0.0
    for r in range(first, last):
        out_a += s_rack[RACK_POWER_A, r]
        out += s_rack[RACK_POWER, r]
    out_b = max(out - out_a, 0.0)
    # Racks fed by one side alone leave rounding noise on the other; a single-corded row has no side B at all.
    if s[PDU_VOLTAGE_B, i] <= 0.0:
        out_a = out
        out_b = 0.0
    elif s[PDU_VOLTAGE_A, i] <= 0.0:
        out_b = out
        out_a = 0.0
    loss_a = pdu_side_loss(p, i, out_a, s[PDU_VOLTAGE_A, i])
    loss_b = pdu_side_loss(p, i, out_b, s[PDU_VOLTAGE_B, i])
    s[PDU_POWER_A, i] = out_a + loss_a
    s[PDU_POWER_B, i] = out_b + loss_b
    s[PDU_E_IN, i] += (s[PDU_POWER_A, i] + s[PDU_POWER_B, i]) * dt
    s[PDU_E_OUT, i] += out * dt
    s[PDU_E_LOSS, i] += (loss_a + loss_b) * dt
