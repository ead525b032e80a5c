"""UPS system, double conversion: input window, transfer to battery, walk-in, charge and frequency response.

State machine::

            input leaves its window                  battery cannot carry the load
    NORMAL -------------------------> ON_BATTERY -----------------------------------> OFF
      ^  ^   input good for retransfer_delay |                                         |
      |  +-----------------------------------+     input good for retransfer_delay     |
      +--------------------------------------------------------------------------------+

NORMAL also falls to OFF when its output exceeds `overload`, or when rectifier and battery together cannot carry
it. Double conversion has no gap: the inverter is fed from the DC link in both modes (IEC 62040-3, VFI). Off with
good input, the rectifier charges the battery and the output waits.

A mode is decided on the load of the last step. Where the load then rises above what rectifier and battery can
hold, the battery gives it all the same, for that one step: its charge may fall below the lowest in use, the
system trips in the next step, and it returns when that charge is paid back or its input carries the load alone.
"""

from __future__ import annotations

from twin.kernels.battery import battery_step, discharge_limit
from twin.kernels.clock import INSTANT
from twin.kernels.conversion import quadratic_loss
from twin.kernels.fields import (
    BAT_ACCEPT,
    BAT_AVAILABLE,
    BAT_POWER,
    BUS_FREQUENCY,
    BUS_MODE,
    BUS_ON_MAINS,
    BUS_VOLTAGE,
    PDU_POWER_A,
    PDU_POWER_B,
    PDU_SOURCE_A,
    PDU_SOURCE_B,
    UPS_BUS,
    UPS_CHARGE,
    UPS_DEMAND,
    UPS_DIRECT,
    UPS_E_BUS,
    UPS_E_IN,
    UPS_E_LOSS,
    UPS_E_OUT,
    UPS_F_MAX,
    UPS_F_MIN,
    UPS_INPUT_WANT,
    UPS_LIMIT,
    UPS_LOSS,
    UPS_LOSS_0,
    UPS_LOSS_1,
    UPS_LOSS_2,
    UPS_MECH_DEMAND,
    UPS_MECH_SERVED,
    UPS_MODE,
    UPS_NORMAL,
    UPS_OFF,
    UPS_ON_BATTERY,
    UPS_OVERLOAD,
    UPS_POWER_IN,
    UPS_POWER_OUT,
    UPS_RATED,
    UPS_RECTIFIER,
    UPS_RESPONSE,
    UPS_RETURN,
    UPS_SOC_RESERVE,
    UPS_SPARE,
    UPS_TIMER,
    UPS_TRANSFERS,
    UPS_V_MAX,
    UPS_V_MIN,
    UPS_VOLTAGE,
    UPS_WALK,
    UPS_WALK_IN,
)
from twin.kernels.scalar import Array, Links, scalar

# A demand within this share of what is available counts as met: it absorbs rounding, nothing else.
ROUNDING = 1e-9


@scalar
def ups_loss(p: Array, i: int, power: float) -> float:
    """Conversion loss of UPS `i` at output `power` [W]."""
    return quadratic_loss(power, p[UPS_RATED, i], p[UPS_LOSS_0, i], p[UPS_LOSS_1, i], p[UPS_LOSS_2, i])


@scalar
def rectifier_limit(p: Array, s: Array, i: int) -> float:
    """Largest input power of UPS `i`: walk-in ramp and rectifier rating [W]."""
    return s[UPS_WALK, i] * p[UPS_RECTIFIER, i] * p[UPS_RATED, i]


@scalar
def ups_want(p: Array, s: Array, i: int) -> float:
    """Input power UPS `i` needs for its load in this step, charge left out; zero unless in normal mode [W]."""
    if s[UPS_MODE, i] != UPS_NORMAL:
        return 0.0
    return min(s[UPS_DEMAND, i] + ups_loss(p, i, s[UPS_DEMAND, i]), rectifier_limit(p, s, i))


@scalar
def ups_input_good(p: Array, i: int, s_bus: Array) -> bool:
    """Whether the bus of UPS `i` is inside its input window."""
    b = int(p[UPS_BUS, i])
    good_v = p[UPS_V_MIN, i] <= s_bus[BUS_VOLTAGE, b] <= p[UPS_V_MAX, i]
    return good_v and p[UPS_F_MIN, i] <= s_bus[BUS_FREQUENCY, b] <= p[UPS_F_MAX, i]


@scalar
def ups_may_return(p: Array, s: Array, i: int, s_bat: Array) -> bool:
    """Whether UPS `i`, which is off, may take its load again: from its input alone, or with a battery in use.

    A battery that the last load left below its lowest charge is charged first; without this, every return would
    draw another step from an empty battery.
    """
    alone = min(p[UPS_RECTIFIER, i] * p[UPS_RATED, i], s[UPS_LIMIT, i])
    return s_bat[BAT_AVAILABLE, i] >= 0.0 or alone >= s[UPS_INPUT_WANT, i]


@scalar
def ups_direct_step(p: Array, s: Array, i: int, s_bus: Array) -> None:
    """A plain connection: the output is the bus, while the bus can carry the demand. The mains always can."""
    b = int(p[UPS_BUS, i])
    voltage = s_bus[BUS_VOLTAGE, b]
    carried = s_bus[BUS_MODE, b] == BUS_ON_MAINS or s[UPS_LIMIT, i] * (1.0 + ROUNDING) >= s[UPS_DEMAND, i]
    s[UPS_WALK, i] = 1.0
    s[UPS_VOLTAGE, i] = voltage if carried else 0.0
    s[UPS_MODE, i] = UPS_NORMAL if s[UPS_VOLTAGE, i] > 0.0 else UPS_OFF


@scalar
def ups_mode_step(p: Array, s: Array, i: int, s_bus: Array, s_bat: Array, dt: float) -> None:
    """Decide the mode and output voltage of UPS `i` for a step of `dt` [s].

    Parameters
    ----------
    p, s : (field, ups) arrays
        Parameters and this member's state.
    i : int
        UPS; its battery has the same index.
    s_bus, s_bat : (field, unit) arrays
        State of the member's buses and batteries.
    """
    if p[UPS_DIRECT, i] > 0.0:
        ups_direct_step(p, s, i, s_bus)
        return
    good = ups_input_good(p, i, s_bus)
    s[UPS_TIMER, i] = s[UPS_TIMER, i] + dt if good else 0.0
    back = good and s[UPS_TIMER, i] + INSTANT >= p[UPS_RETURN, i]
    if s[UPS_MODE, i] == UPS_NORMAL and not good:
        s[UPS_MODE, i] = UPS_ON_BATTERY
        s[UPS_TRANSFERS, i] += 1.0
    elif s[UPS_MODE, i] == UPS_ON_BATTERY and back:
        s[UPS_MODE, i] = UPS_NORMAL
        s[UPS_WALK, i] = 0.0
    elif s[UPS_MODE, i] == UPS_OFF and back and ups_may_return(p, s, i, s_bat):
        s[UPS_MODE, i] = UPS_NORMAL
        # An output that was dead has no load to walk into: its racks come back one restart later.
        s[UPS_WALK, i] = 1.0
        s[UPS_DEMAND, i] = s[UPS_MECH_DEMAND, i]
    if s[UPS_MODE, i] == UPS_NORMAL:
        ramp = dt / p[UPS_WALK_IN, i] if p[UPS_WALK_IN, i] > 0.0 else 1.0
        s[UPS_WALK, i] = min(s[UPS_WALK, i] + ramp, 1.0)
    demand = s[UPS_DEMAND, i]
    supply = max(s_bat[BAT_AVAILABLE, i], 0.0)
    if s[UPS_MODE, i] == UPS_NORMAL:
        supply += min(rectifier_limit(p, s, i), s[UPS_LIMIT, i])
    # A load that rose within the last step may have taken the battery below its lowest charge: once.
    short = s_bat[BAT_AVAILABLE, i] < 0.0 and s_bat[BAT_POWER, i] > 0.0
    short = short or demand + ups_loss(p, i, demand) > supply * (1.0 + ROUNDING)
    if s[UPS_MODE, i] != UPS_OFF and (short or demand > p[UPS_OVERLOAD, i] * p[UPS_RATED, i]):
        s[UPS_MODE, i] = UPS_OFF
        s[UPS_TIMER, i] = 0.0
    s[UPS_VOLTAGE, i] = 0.0 if s[UPS_MODE, i] == UPS_OFF else 1.0


@scalar
def ups_output(s: Array, i: int, s_pdu: Array, links: Links, first: int, last: int) -> float:
    """Output power of UPS `i`: its PDU sides in fixed order, and the fans and pumps that hang on it [W].

    `links[first:last]` lists its possible sides as 2 * pdu + side, side 0 for A and 1 for B; it carries those whose
    source it is.
    """
    total = 0.0
    for k in range(first, last):
        side = links[k]
        if s_pdu[PDU_SOURCE_A if side % 2 == 0 else PDU_SOURCE_B, side // 2] == i:
            total += s_pdu[PDU_POWER_A if side % 2 == 0 else PDU_POWER_B, side // 2]
    return total


@scalar
def ups_battery_power(
    p: Array, s: Array, i: int, p_bat: Array, s_bat: Array, need: float, share: float, dt: float
) -> float:
    """Battery power of UPS `i` in normal mode, discharging positive [W].

    The battery recharges from whatever input is left, and charges that much more when frequency is high. When it
    is low, response comes first: recharging waits, and the battery gives, never below its reserve.
    """
    room = min(rectifier_limit(p, s, i), s[UPS_LIMIT, i]) - need
    if room < 0.0:
        return -room
    response = share * s[UPS_RESPONSE, i]
    if response > 0.0:
        return min(response, discharge_limit(p_bat, s_bat, i, p[UPS_SOC_RESERVE, i], dt), need)
    charge = p[UPS_CHARGE, i] * s[UPS_WALK, i] - response
    return -min(charge, s_bat[BAT_ACCEPT, i], room, s[UPS_SPARE, i])


@scalar
def ups_power_step(
    p: Array,
    s: Array,
    i: int,
    p_bat: Array,
    s_bat: Array,
    s_pdu: Array,
    links: Links,
    first: int,
    last: int,
    share: float,
    dt: float,
) -> None:
    """Sum the load of UPS `i`, split it between input and battery, step the battery, close the account.

    Parameters
    ----------
    share : float
        Share of the committed frequency response called for, -1 to 1; 0 off the mains.
    dt : float
        Step [s].
    """
    out = ups_output(s, i, s_pdu, links, first, last)
    if s[UPS_VOLTAGE, i] > 0.0:
        out += s[UPS_MECH_DEMAND, i]
        s[UPS_MECH_SERVED, i] += dt
    loss = ups_loss(p, i, out) if s[UPS_MODE, i] != UPS_OFF else 0.0
    need = out + loss
    wanted = 0.0
    if s[UPS_MODE, i] == UPS_NORMAL and p[UPS_DIRECT, i] <= 0.0:
        wanted = ups_battery_power(p, s, i, p_bat, s_bat, need, share, dt)
    elif s[UPS_MODE, i] == UPS_ON_BATTERY:
        wanted = need
    elif s[UPS_TIMER, i] > 0.0 and p[UPS_DIRECT, i] <= 0.0:
        # Off with good input: the rectifier charges the battery, the output stays dead.
        wanted = -min(p[UPS_CHARGE, i], s_bat[BAT_ACCEPT, i], s[UPS_SPARE, i])
    battery = battery_step(p_bat, s_bat, i, wanted, dt)
    s[UPS_POWER_OUT, i] = out
    s[UPS_DEMAND, i] = out
    s[UPS_LOSS, i] = loss
    s[UPS_POWER_IN, i] = need - wanted
    if s[UPS_MODE, i] != UPS_OFF:
        s[UPS_INPUT_WANT, i] = need
    s[UPS_E_BUS, i] += (need - wanted) * dt
    s[UPS_E_IN, i] += (need - wanted + max(battery, 0.0)) * dt
    s[UPS_E_OUT, i] += (out + max(-battery, 0.0)) * dt
    s[UPS_E_LOSS, i] += loss * dt
