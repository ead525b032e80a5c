"""Static transfer switch: one side of a row of racks between a preferred and an alternate UPS.

State machine::

                  preferred leaves its window, alternate good
    ON PREFERRED ---------------------------------------------> ON ALTERNATE
         ^                                                           |
         +--- preferred good for switch_return, sources in phase ----+
         +--- alternate leaves its window, preferred good -----------+

Every transfer is break before make: the side is open for the sensing and open time of the switch, longer where the
sources are out of phase (a transformer below would saturate). Both are counted from the start of the step that saw
the source fail. A switch that is out of service, or a side whose breaker is open, stays where it is. The angle of a
UPS output is taken as that of its bus, to which its inverter is synchronised; the angle of a UPS that runs on its
battery is held to that of its bus by the load synchronisers such sites have.

References
----------
.. [1] IEC 62310-3: static transfer systems, performance (remembered); transfer within a quarter of a period, 4-8 ms
   with sensing on data sheets (remembered).
"""

from __future__ import annotations

from twin.kernels.angle import wrapped
from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    BUS_PHASE,
    PDU_ALTERNATE_A,
    PDU_ALTERNATE_B,
    PDU_CHANGED,
    PDU_DARK_A,
    PDU_DARK_B,
    PDU_GAP_A,
    PDU_GAP_B,
    PDU_GOOD_A,
    PDU_GOOD_B,
    PDU_OPEN_A,
    PDU_OPEN_B,
    PDU_SOURCE_A,
    PDU_SOURCE_B,
    PDU_SWITCH_GAP,
    PDU_SWITCH_OUT,
    PDU_SWITCH_PHASE,
    PDU_SWITCH_RETURN,
    PDU_SWITCH_V_MAX,
    PDU_SWITCH_V_MIN,
    PDU_SWITCH_WAIT,
    PDU_TRANSFERS,
    PDU_UPS_A,
    PDU_UPS_B,
    UPS_BUS,
    UPS_VOLTAGE,
)
from twin.kernels.scalar import Array, inlined, scalar


@scalar
def source_good(p: Array, i: int, s_ups: Array, source: int) -> bool:
    """Whether the output of a UPS is inside the window of the switch of PDU `i`."""
    return p[PDU_SWITCH_V_MIN, i] <= s_ups[UPS_VOLTAGE, source] <= p[PDU_SWITCH_V_MAX, i]


@scalar
def switch_side_step(
    p: Array, s: Array, i: int, side: int, p_ups: Array, s_ups: Array, s_bus: Array, t: float, dt: float
) -> None:
    """Step the transfer switch of side `side` (0 for A, 1 for B) of PDU `i`.

    Parameters
    ----------
    p, s : (field, pdu) arrays
        Parameters and this member's state.
    p_ups, s_ups, s_bus : (field, unit) arrays
        UPS systems, and the buses whose angle they follow.
    t, dt : float
        Start and length of the step [s].
    """
    row_source = PDU_SOURCE_A if side == 0 else PDU_SOURCE_B
    row_gap = PDU_GAP_A if side == 0 else PDU_GAP_B
    row_dark = PDU_DARK_A if side == 0 else PDU_DARK_B
    row_good = PDU_GOOD_A if side == 0 else PDU_GOOD_B
    preferred = int(p[PDU_UPS_A if side == 0 else PDU_UPS_B, i])
    alternate = int(p[PDU_ALTERNATE_A if side == 0 else PDU_ALTERNATE_B, i])
    source = int(s[row_source, i])
    other = alternate if source == preferred else preferred
    good = source_good(p, i, s_ups, preferred)
    s[row_good, i] = s[row_good, i] + dt if good else 0.0
    acts = s[PDU_SWITCH_OUT, i] <= 0.0 and s[PDU_OPEN_A if side == 0 else PDU_OPEN_B, i] <= 0.0
    if acts and s[row_gap, i] <= 0.0 and source_good(p, i, s_ups, other):
        ahead = s_bus[BUS_PHASE, int(p_ups[UPS_BUS, source])] - s_bus[BUS_PHASE, int(p_ups[UPS_BUS, other])]
        angle = abs(wrapped(ahead))
        in_phase = angle <= p[PDU_SWITCH_PHASE, i]
        lost = not source_good(p, i, s_ups, source)
        home = source != preferred and in_phase and s[row_good, i] + INSTANT >= p[PDU_SWITCH_RETURN, i]
        if lost or home:
            s[row_source, i] = float(other)
            s[row_gap, i] = p[PDU_SWITCH_GAP if in_phase else PDU_SWITCH_WAIT, i]
            s[PDU_TRANSFERS, i] += 1.0
            s[PDU_CHANGED, i] = t
    s[row_dark, i] = min(s[row_gap, i], dt)
    s[row_gap, i] -= s[row_dark, i]


@inlined
def switch_step(
    p: Array, s: Array, i: int, p_ups: Array, s_ups: Array, s_bus: Array, t: float, dt: float
) -> None:
    """Step the transfer switches of PDU `i`, where it has any; arguments as for one side."""
    if p[PDU_ALTERNATE_A, i] >= 0.0 and p[PDU_UPS_A, i] >= 0.0:
        switch_side_step(p, s, i, 0, p_ups, s_ups, s_bus, t, dt)
    if p[PDU_ALTERNATE_B, i] >= 0.0 and p[PDU_UPS_B, i] >= 0.0:
        switch_side_step(p, s, i, 1, p_ups, s_ups, s_bus, t, dt)
