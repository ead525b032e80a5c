"""Power of a UPS system: its load, what its input and its battery give, and the DC link between them.

A mode is decided on the load of the last step. Where the load then rises above what input and battery can hold, the
DC link gives the difference for that one step: a debt, stored energy below its nominal. The system trips in the
next step, and repays the debt from its input before anything else is charged and before it returns. A battery never
leaves its limits for it.

Account: e_in (from the bus and out of the battery) - e_out - e_loss = - change of the debt.
"""

from __future__ import annotations

from twin.kernels.battery import battery_step, discharge_limit
from twin.kernels.fields import (
    BAT_ACCEPT,
    BAT_AVAILABLE,
    PDU_POWER_A,
    PDU_POWER_B,
    PDU_SOURCE_A,
    PDU_SOURCE_B,
    UPS_BYPASS,
    UPS_BYPASS_TIME,
    UPS_CHARGE,
    UPS_DEBT,
    UPS_DEMAND,
    UPS_DIRECT,
    UPS_E_BUS,
    UPS_E_IN,
    UPS_E_LOSS,
    UPS_E_OUT,
    UPS_INPUT_WANT,
    UPS_LIMIT,
    UPS_LOSS,
    UPS_MECH_DEMAND,
    UPS_MECH_SERVED,
    UPS_MODE,
    UPS_NORMAL,
    UPS_OFF,
    UPS_ON_BATTERY,
    UPS_POWER_BATTERY,
    UPS_POWER_IN,
    UPS_POWER_OUT,
    UPS_RATED,
    UPS_RESPONSE,
    UPS_SOC_RESERVE,
    UPS_SPARE,
    UPS_TEST,
    UPS_TEST_LOAD,
    UPS_TIMER,
    UPS_V_MAX,
    UPS_V_MIN,
    UPS_VOLTAGE,
    UPS_WALK,
)
from twin.kernels.scalar import Array, Links, scalar
from twin.kernels.ups_modules import (
    ROUNDING,
    on_bypass,
    on_inverter,
    overload_step,
    rectifier_rating,
    ups_capacity,
    ups_loss,
)


@scalar
def rectifier_limit(p: Array, s: Array, i: int) -> float:
    """Largest input power of UPS `i`: walk-in ramp, rectifier rating and input voltage [W]."""
    return s[UPS_WALK, i] * rectifier_rating(p, s, i)


@scalar
def ups_indebted(p: Array, s: Array, i: int) -> bool:
    """Whether the DC link of UPS `i` owes more than rounding: its rating for a billionth of a second."""
    return s[UPS_DEBT, i] > ROUNDING * p[UPS_RATED, i]


@scalar
def ups_want(p: Array, s: Array, i: int) -> float:
    """Input power UPS `i` needs for its load in this step, charge left out; zero on battery [W].

    Off, it needs what repays its debt: it asks for as much as its load took.
    """
    mode = s[UPS_MODE, i]
    need = s[UPS_DEMAND, i] + ups_loss(p, s, i, mode, s[UPS_DEMAND, i])
    if on_bypass(mode):
        return need
    if mode == UPS_OFF:
        indebted = p[UPS_DIRECT, i] <= 0.0 and ups_indebted(p, s, i)
        return min(s[UPS_INPUT_WANT, i], rectifier_rating(p, s, i)) if indebted else 0.0
    return min(need, rectifier_limit(p, s, i)) if mode != UPS_ON_BATTERY else 0.0


@scalar
def ups_output(s: Array, i: int, s_pdu: Array, links: Links, first: int, last: int) -> float:
    """Output power of UPS `i`: the PDU sides that hang on it now, in fixed order [W].

    `links[first:last]` lists the sides that it may feed as 2 * pdu + side, side 0 for A and 1 for B; a transfer
    switch may have put one on another system.
    """
    total = 0.0
    for k in range(first, last):
        pdu = links[k] // 2
        if links[k] % 2 == 0:
            total += s_pdu[PDU_POWER_A, pdu] if s_pdu[PDU_SOURCE_A, pdu] == i else 0.0
        else:
            total += s_pdu[PDU_POWER_B, pdu] if s_pdu[PDU_SOURCE_B, pdu] == i else 0.0
    return total


@scalar
def ups_input_limit(p: Array, s: Array, i: int, need: float) -> float:
    """Largest input power of UPS `i` in its mode when its load and loss take `need` [W].

    The bypass carries the load whatever it is; beside it, and while the output is off, the rectifier works for
    battery and DC link alone, with an input that has been good.
    """
    mode = s[UPS_MODE, i]
    if mode == UPS_ON_BATTERY:
        return 0.0
    if on_inverter(mode):
        return min(rectifier_limit(p, s, i), s[UPS_LIMIT, i])
    carried = 0.0 if mode == UPS_OFF else need
    if s[UPS_TIMER, i] <= 0.0:
        return carried
    return carried + min(rectifier_rating(p, s, i), max(s[UPS_LIMIT, i] - carried, 0.0))


@scalar
def ups_charge(p: Array, s: Array, i: int, s_bat: Array, wanted: float, room: float) -> float:
    """Charging power of UPS `i` [W]: what is wanted, the battery accepts, and input and bus can spare."""
    return max(min(wanted, s_bat[BAT_ACCEPT, i], room, s[UPS_SPARE, i]), 0.0)


@scalar
def ups_battery_power(
    p: Array,
    s: Array,
    i: int,
    p_bat: Array,
    s_bat: Array,
    need: float,
    limit: float,
    share: float,
    dt: float,
) -> float:
    """Battery power that UPS `i` asks for, discharging positive, with `limit` of its input left for the load [W].

    The battery recharges from whatever input is left, and charges that much more when frequency is high. When it
    is low, response comes first: recharging waits, and the battery gives, never below its reserve. Response is for
    normal mode alone: in every other the system is busy with its load, or its rectifier does not carry it.
    """
    mode = s[UPS_MODE, i]
    room = limit - need
    charge = p[UPS_CHARGE, i] * ups_capacity(p, s, i) / p[UPS_RATED, i]
    if mode == UPS_TEST:
        return min(max(p[UPS_TEST_LOAD, i] * need, -room), need)
    if mode != UPS_NORMAL:
        return need if mode == UPS_ON_BATTERY else -ups_charge(p, s, i, s_bat, charge, room)
    if room < 0.0:
        return -room
    response = share * s[UPS_RESPONSE, i]
    if response > 0.0:
        return min(response, discharge_limit(p_bat, s_bat, i, p[UPS_SOC_RESERVE, i], dt), need)
    return -ups_charge(p, s, i, s_bat, charge * s[UPS_WALK, i] - response, room)


@scalar
def ups_remember(p: Array, s: Array, i: int, out: float, need: float, dt: float) -> None:
    """Note what the load of UPS `i` asks for, and what its inverters made of it.

    An output outside the window of its load is a load in waiting, not a load that went away: it is held.
    """
    mode = s[UPS_MODE, i]
    outside = s[UPS_VOLTAGE, i] < p[UPS_V_MIN, i] or s[UPS_VOLTAGE, i] > p[UPS_V_MAX, i]
    if mode == UPS_OFF or not outside:
        s[UPS_DEMAND, i] = out
    if mode != UPS_OFF and not outside:
        s[UPS_INPUT_WANT, i] = need
    overload_step(p, s, i, out if on_inverter(mode) else 0.0, dt)
    s[UPS_BYPASS_TIME, i] += dt if mode == UPS_BYPASS else 0.0


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
    """Sum the load of UPS `i`, split it between input, battery and DC link, step the battery, close the account.

    Parameters
    ----------
    p, s : (field, ups) arrays
        Parameters and this member's state.
    i : int
        UPS; its battery has the same index.
    p_bat, s_bat : (field, battery) arrays
        Parameters and state of batteries.
    s_pdu : (field, pdu) array
        State of the member's PDUs.
    links : int array
        `links[first:last]` are the PDU sides it may feed.
    share : float
        Share of the committed frequency response called for, -1 to 1; 0 off the mains.
    dt : float
        Step [s].
    """
    out = ups_output(s, i, s_pdu, links, first, last)
    if s[UPS_VOLTAGE, i] > 0.0:
        out += s[UPS_MECH_DEMAND, i]
        s[UPS_MECH_SERVED, i] += dt
    loss = ups_loss(p, s, i, s[UPS_MODE, i], out)
    need = out + loss
    s[UPS_POWER_OUT, i] = out
    s[UPS_LOSS, i] = loss
    given = 0.0
    lacking = 0.0
    repaid = 0.0
    if p[UPS_DIRECT, i] > 0.0:
        s[UPS_DEMAND, i] = out
        if s[UPS_MODE, i] != UPS_OFF:
            s[UPS_INPUT_WANT, i] = need
        battery_step(p_bat, s_bat, i, 0.0, dt)
    else:
        limit = ups_input_limit(p, s, i, need)
        repaid = max(min(s[UPS_DEBT, i] / dt, limit - need), 0.0)
        wanted = ups_battery_power(p, s, i, p_bat, s_bat, need, limit - repaid, share, dt)
        given = battery_step(p_bat, s_bat, i, min(wanted, max(s_bat[BAT_AVAILABLE, i], 0.0)), dt)
        lacking = max(need - given - limit, 0.0)
        ups_remember(p, s, i, out, need, dt)
    drawn = need - given - lacking + repaid
    s[UPS_POWER_IN, i] = drawn
    s[UPS_POWER_BATTERY, i] = given
    s[UPS_DEBT, i] = max(s[UPS_DEBT, i] + (lacking - repaid) * dt, 0.0)
    s[UPS_E_BUS, i] += drawn * dt
    s[UPS_E_IN, i] += (drawn + max(given, 0.0)) * dt
    s[UPS_E_OUT, i] += (out + max(-given, 0.0)) * dt
    s[UPS_E_LOSS, i] += loss * dt
