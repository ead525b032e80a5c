"""Power distribution unit of a row: side A and side B between UPS systems and racks.

Each side is a cable from its UPS, a breaker at the row, and the loss of the unit. The side is dead while its breaker
is open (`PDU_OPEN_A`, `PDU_OPEN_B`: set by the breaker or from outside, reset from outside alone), while its row is
shed, and during a transfer of its switch (`transfer_switch.py`).

A row is shed while UPS_SHED of its source is above 0 and not above the row's priority: the highest rank goes first.
Its racks are told before the side opens, so they count as shed, not as lost; a row with a live side that is not
shed keeps its racks.
"""

from __future__ import annotations

from twin.kernels.breaker import thermal_image
from twin.kernels.conversion import quadratic_loss
from twin.kernels.fields import (
    PDU_BREAKER,
    PDU_BREAKER_INSTANT,
    PDU_BREAKER_K,
    PDU_BREAKER_TAU,
    PDU_CABLE,
    PDU_CHANGED,
    PDU_CURRENT_A,
    PDU_CURRENT_B,
    PDU_DARK_A,
    PDU_DARK_B,
    PDU_E_IN,
    PDU_E_LOSS,
    PDU_E_OUT,
    PDU_LOSS_0,
    PDU_LOSS_1,
    PDU_LOSS_2,
    PDU_OPEN_A,
    PDU_OPEN_B,
    PDU_POWER_A,
    PDU_POWER_B,
    PDU_PRIORITY,
    PDU_RATED,
    PDU_SHED_NOW,
    PDU_SOURCE_A,
    PDU_SOURCE_B,
    PDU_THETA_A,
    PDU_THETA_B,
    PDU_VOLTAGE_A,
    PDU_VOLTAGE_B,
    RACK_MODE,
    RACK_ON,
    RACK_ORDERED,
    RACK_POWER,
    RACK_POWER_A,
    RACK_RESTARTING,
    RACK_SHED,
    UPS_SHED,
    UPS_VOLTAGE,
)
from twin.kernels.scalar import Array, inlined, scalar


@inlined
def side_shed(p: Array, i: int, s_ups: Array, source: int) -> bool:
    """Whether PDU `i` is shed from its source `source`."""
    order = s_ups[UPS_SHED, source]
    return order > 0.0 and p[PDU_PRIORITY, i] >= order


@inlined
def side_closed(p: Array, i: int, s_ups: Array, source: int, is_open: float) -> bool:
    """Whether a side has a source, a closed breaker, and is not shed."""
    return source >= 0 and is_open <= 0.0 and not side_shed(p, i, s_ups, source)


@inlined
def side_voltage(
    p: Array, i: int, s_ups: Array, source: int, is_open: float, dark: float, current: float, dt: float
) -> float:
    """Voltage at the racks of one side: that of its source less the drop of the last step's current [pu].

    V = V_ups - r I: the drop along the resistance; the reactance of a cable turns the angle of a load at unity power
    factor and hardly lowers its voltage.
    """
    if not side_closed(p, i, s_ups, source, is_open) or dark >= dt:
        return 0.0
    return max(s_ups[UPS_VOLTAGE, source] - p[PDU_CABLE, i] * current, 0.0)


@inlined
def pdu_voltage_step(p: Array, s: Array, i: int, s_ups: Array, dt: float) -> None:
    """Hand the output voltage of the UPS systems behind PDU `i` to its two sides, for a step of `dt` [s]."""
    a = int(s[PDU_SOURCE_A, i])
    b = int(s[PDU_SOURCE_B, i])
    s[PDU_VOLTAGE_A, i] = side_voltage(
        p, i, s_ups, a, s[PDU_OPEN_A, i], s[PDU_DARK_A, i], s[PDU_CURRENT_A, i], dt
    )
    s[PDU_VOLTAGE_B, i] = side_voltage(
        p, i, s_ups, b, s[PDU_OPEN_B, i], s[PDU_DARK_B, i], s[PDU_CURRENT_B, i], dt
    )


@inlined
def pdu_shed_step(p: Array, s: Array, i: int, s_ups: Array, s_rack: Array, first: int, last: int) -> None:
    """Tell the racks [first, last) of PDU `i` to shut down where it is shed and no other side is live."""
    if p[PDU_PRIORITY, i] <= 0.0:
        return
    a = int(s[PDU_SOURCE_A, i])
    b = int(s[PDU_SOURCE_B, i])
    ordered = (a >= 0 and side_shed(p, i, s_ups, a)) or (b >= 0 and side_shed(p, i, s_ups, b))
    shed = ordered and s[PDU_VOLTAGE_A, i] <= 0.0 and s[PDU_VOLTAGE_B, i] <= 0.0
    # Only the order itself shuts racks down in good order; one that loses a side while the other is shed is lost.
    if shed and s[PDU_SHED_NOW, i] <= 0.0:
        for r in range(first, last):
            if s_rack[RACK_MODE, r] == RACK_ON or s_rack[RACK_MODE, r] == RACK_RESTARTING:
                s_rack[RACK_MODE, r] = RACK_SHED
                s_rack[RACK_ORDERED, r] = 1.0
    s[PDU_SHED_NOW, i] = 1.0 if shed else 0.0


@inlined
def pdu_side_loss(p: Array, i: int, power: float, voltage: float) -> float:
    """Loss of one side of PDU `i` at output `power` [W]; a dead side loses nothing."""
    if voltage <= 0.0:
        return 0.0
    return quadratic_loss(power, p[PDU_RATED, i], p[PDU_LOSS_0, i], p[PDU_LOSS_1, i], p[PDU_LOSS_2, i])


@inlined
def pdu_input(p: Array, i: int, power: float, voltage: float) -> tuple[float, float, float]:
    """Power into one side of PDU `i`, loss of unit and cable, and current.

    I = P / V at the unit, and the cable loses r I^2, both per unit of the rated power of a side.

    Parameters
    ----------
    power : float
        Output of the side [W].
    voltage : float
        Voltage at the unit [pu]; a dead side takes nothing.

    Returns
    -------
    power_in, loss, current : float
        [W, W, pu].
    """
    loss = pdu_side_loss(p, i, power, voltage)
    if p[PDU_CABLE, i] <= 0.0 and p[PDU_BREAKER, i] <= 0.0:
        return power + loss, loss, 0.0
    if voltage <= 0.0:
        return power + loss, loss, 0.0
    current = (power + loss) / (voltage * p[PDU_RATED, i])
    cable = p[PDU_CABLE, i] * current * current * p[PDU_RATED, i]
    return power + loss + cable, loss + cable, current


@scalar
def breaker_side_step(p: Array, i: int, theta: float, current: float, dt: float) -> tuple[float, bool]:
    """Thermal image of a side's breaker after a step, and whether it trips.

    Parameters
    ----------
    theta : float
        Image before; below 0, the first current is taken for one that has long been there.
    current : float
        Current of the side, per unit of its rated power.
    """
    x = current * p[PDU_RATED, i] / p[PDU_BREAKER, i]
    limit = p[PDU_BREAKER_K, i] * p[PDU_BREAKER_K, i]
    theta = min(x * x, limit) if theta < 0.0 else thermal_image(theta, x, dt, p[PDU_BREAKER_TAU, i])
    return theta, theta >= limit or x >= p[PDU_BREAKER_INSTANT, i]


@scalar
def pdu_breaker_step(p: Array, s: Array, i: int, t: float, dt: float) -> None:
    """Step the breakers of both sides of PDU `i`; one that trips is open from the next step on."""
    if p[PDU_BREAKER, i] <= 0.0:
        return
    s[PDU_THETA_A, i], trips_a = breaker_side_step(p, i, s[PDU_THETA_A, i], s[PDU_CURRENT_A, i], dt)
    s[PDU_THETA_B, i], trips_b = breaker_side_step(p, i, s[PDU_THETA_B, i], s[PDU_CURRENT_B, i], dt)
    if trips_a and s[PDU_OPEN_A, i] <= 0.0:
        s[PDU_OPEN_A, i] = 1.0
        s[PDU_CHANGED, i] = t + dt
    if trips_b and s[PDU_OPEN_B, i] <= 0.0:
        s[PDU_OPEN_B, i] = 1.0
        s[PDU_CHANGED, i] = t + dt


@scalar
def pdu_power_step(
    p: Array, s: Array, i: int, s_rack: Array, first: int, last: int, t: float, dt: float
) -> None:
    """Sum the racks [first, last) of PDU `i` in order, add its loss, close its account and step its breakers.

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
    t, dt : float
        Start and length of the step [s].
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
    s[PDU_POWER_A, i], loss_a, s[PDU_CURRENT_A, i] = pdu_input(p, i, out_a, s[PDU_VOLTAGE_A, i])
    s[PDU_POWER_B, i], loss_b, s[PDU_CURRENT_B, i] = pdu_input(p, i, out_b, s[PDU_VOLTAGE_B, i])
    s[PDU_E_IN, i] += (s[PDU_POWER_A, i] + s[PDU_POWER_B, i]) * dt
    s[PDU_E_OUT, i] += out * dt
    s[PDU_E_LOSS, i] += (loss_a + loss_b) * dt
    pdu_breaker_step(p, s, i, t, dt)
