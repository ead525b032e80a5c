"""Input of a UPS: its window, what it sees as a disturbance, the counter that latches, and step with the bypass.

An excursion begins when the input has been outside its window for `detect_delay`, or when its phase jumps by more
than `phase_jump_max`; it ends when the input is inside again. A ride-through table says how long voltages are
tolerated: an excursion within it neither counts nor delays the return, which NOGRR282 (ERCOT, >= 75 MW) asks for.
Without a table every excursion is beyond it.

Counter: `counter_events` disturbances within `counter_window`, both ends included, latch the system off the mains.
Latched, its input counts as good only while its bus is fed by local sources. Outside (an operator) resets it, or it
resets itself after `counter_reset`. Three in a minute, reset by hand, took 1500 MW off the grid in Virginia on 10
July 2024 (NERC, incident review, January 2025; S).
"""

from __future__ import annotations

import math

from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    BUS_FREQUENCY,
    BUS_JUMP,
    BUS_MODE,
    BUS_ON_LOCAL,
    BUS_ON_MAINS,
    BUS_VOLTAGE,
    UPS_BEYOND,
    UPS_BUS,
    UPS_BYPASS,
    UPS_BYPASS_FITTED,
    UPS_BYPASS_SYNC,
    UPS_BYPASS_V_MAX,
    UPS_BYPASS_V_MIN,
    UPS_COUNTED,
    UPS_COUNTER,
    UPS_COUNTER_ANY,
    UPS_COUNTER_RESET,
    UPS_COUNTER_WINDOW,
    UPS_DETECT,
    UPS_ECO_MODE,
    UPS_ECO_TIMER,
    UPS_ECO_V_MAX,
    UPS_ECO_V_MIN,
    UPS_EVENT_0,
    UPS_EVENTS,
    UPS_F_MAX,
    UPS_F_MIN,
    UPS_F_NOMINAL,
    UPS_INPUT_OUT,
    UPS_INPUT_VOLTAGE,
    UPS_JUMP_MAX,
    UPS_LATCHED,
    UPS_LATCHED_AT,
    UPS_LIMIT,
    UPS_MODE,
    UPS_MOVED,
    UPS_OFF,
    UPS_ON_BATTERY,
    UPS_OUT_TIMER,
    UPS_PHASE,
    UPS_RIDE_0,
    UPS_RIDE_POINTS,
    UPS_RIDE_TIME_0,
    UPS_RIDE_V_0,
    UPS_RING,
    UPS_TIMER,
    UPS_V_MAX,
    UPS_V_MIN,
)
from twin.kernels.scalar import Array, scalar
from twin.kernels.ups_modules import ROUNDING, on_bypass


@scalar
def ups_frequency_good(p: Array, i: int, s_bus: Array) -> bool:
    """Whether the frequency of the bus of UPS `i` is inside its input window."""
    return p[UPS_F_MIN, i] <= s_bus[BUS_FREQUENCY, int(p[UPS_BUS, i])] <= p[UPS_F_MAX, i]


@scalar
def ups_jumped(p: Array, i: int, s_bus: Array) -> bool:
    """Whether the voltage of the bus of UPS `i` has jumped in phase further than its rectifier follows."""
    return abs(s_bus[BUS_JUMP, int(p[UPS_BUS, i])]) > p[UPS_JUMP_MAX, i]


@scalar
def ups_input_good(p: Array, i: int, s_bus: Array) -> bool:
    """Whether the bus of UPS `i` is inside its input window and in phase."""
    good_v = p[UPS_V_MIN, i] <= s_bus[BUS_VOLTAGE, int(p[UPS_BUS, i])] <= p[UPS_V_MAX, i]
    return good_v and ups_frequency_good(p, i, s_bus) and not ups_jumped(p, i, s_bus)


@scalar
def off_the_mains(p: Array, s: Array, i: int, s_bus: Array) -> bool:
    """Whether the counter of UPS `i` has latched and its bus is not fed by local sources."""
    return s[UPS_LATCHED, i] > 0.0 and s_bus[BUS_MODE, int(p[UPS_BUS, i])] != BUS_ON_LOCAL


@scalar
def ride_through_step(p: Array, s: Array, i: int, s_bus: Array, dt: float) -> bool:
    """Time the excursion of UPS `i` against its table; True once it is longer than any point tolerates.

    A point below 1 is a voltage the input lies under, one above 1 a voltage it lies over. A frequency outside the
    window, a jump in phase or a voltage that no point covers is not tolerated.
    """
    voltage = s[UPS_INPUT_VOLTAGE, i]
    covered = False
    longer = False
    for k in range(int(p[UPS_RIDE_POINTS, i])):
        edge = p[UPS_RIDE_V_0 + k, i]
        if voltage < edge < 1.0 or voltage > edge > 1.0:
            s[UPS_RIDE_0 + k, i] += dt
            covered = True
        longer = longer or s[UPS_RIDE_0 + k, i] > p[UPS_RIDE_TIME_0 + k, i] + INSTANT
    return longer or not covered or ups_jumped(p, i, s_bus) or not ups_frequency_good(p, i, s_bus)


@scalar
def count_step(p: Array, s: Array, i: int, t: float) -> None:
    """Count a disturbance seen at `t`; latch when there were enough of them within the window."""
    n = int(p[UPS_COUNTER, i])
    events = int(s[UPS_EVENTS, i])
    s[UPS_COUNTED, i] = 1.0
    s[UPS_EVENT_0 + events % UPS_RING, i] = t
    events += 1
    s[UPS_EVENTS, i] = events
    # The events of a counter that was reset are not in the ring as far as it is concerned: it starts from none.
    if events >= n and t - s[UPS_EVENT_0 + (events - n) % UPS_RING, i] <= p[UPS_COUNTER_WINDOW, i] + INSTANT:
        s[UPS_LATCHED, i] = 1.0
        s[UPS_LATCHED_AT, i] = t
        s[UPS_EVENTS, i] = 0.0
        s[UPS_BEYOND, i] = 1.0


@scalar
def excursion_step(p: Array, s: Array, i: int, s_bus: Array, t: float, dt: float) -> None:
    """Follow an input of UPS `i` that is outside its window: see it, judge it, count it."""
    if s[UPS_OUT_TIMER, i] == 0.0:
        for k in range(int(p[UPS_RIDE_POINTS, i])):
            s[UPS_RIDE_0 + k, i] = 0.0
    s[UPS_OUT_TIMER, i] += dt
    beyond = ride_through_step(p, s, i, s_bus, dt)
    if s[UPS_INPUT_OUT, i] == 0.0:
        if s[UPS_OUT_TIMER, i] + INSTANT < p[UPS_DETECT, i] and not ups_jumped(p, i, s_bus):
            return
        s[UPS_INPUT_OUT, i] = 1.0
        s[UPS_COUNTED, i] = 0.0
        s[UPS_MOVED, i] = 0.0 if s[UPS_MODE, i] == UPS_ON_BATTERY else 1.0
    if not beyond:
        return
    s[UPS_BEYOND, i] = 1.0
    counts = s[UPS_MOVED, i] > 0.0 or p[UPS_COUNTER_ANY, i] > 0.0
    counts = counts and s[UPS_COUNTED, i] == 0.0 and p[UPS_COUNTER, i] > 0.0 and s[UPS_LATCHED, i] == 0.0
    # Off or bypassed, it does not protect its load from its input: there is nothing to count.
    if counts and s[UPS_MODE, i] != UPS_OFF and s[UPS_MODE, i] != UPS_BYPASS:
        count_step(p, s, i, t)


@scalar
def ups_sense_step(p: Array, s: Array, i: int, s_bus: Array, t: float, dt: float) -> bool:
    """Look at the input of UPS `i` in the step of `dt` from `t`; whether it may feed the rectifier.

    Parameters
    ----------
    p, s : (field, ups) arrays
        Parameters and this member's state.
    i : int
        UPS.
    s_bus : (field, bus) array
        State of the member's buses.
    t, dt : float
        Start and length of the step [s].

    Notes
    -----
    An input out of its window but not yet seen so counts as good. `UPS_TIMER` is the time it has been good.
    """
    s[UPS_INPUT_VOLTAGE, i] = s_bus[BUS_VOLTAGE, int(p[UPS_BUS, i])]
    if s[UPS_LATCHED, i] > 0.0 and t - s[UPS_LATCHED_AT, i] + INSTANT >= p[UPS_COUNTER_RESET, i]:
        s[UPS_LATCHED, i] = 0.0
    inside = ups_input_good(p, i, s_bus)
    if inside:
        s[UPS_OUT_TIMER, i] = 0.0
        s[UPS_INPUT_OUT, i] = 0.0
    else:
        excursion_step(p, s, i, s_bus, t, dt)
    good = s[UPS_INPUT_OUT, i] == 0.0 and not off_the_mains(p, s, i, s_bus)
    if not good:
        s[UPS_TIMER, i] = 0.0
    elif inside:
        s[UPS_TIMER, i] += dt
    return good


@scalar
def ups_phase_step(p: Array, s: Array, i: int, s_bus: Array, dt: float) -> None:
    """Keep the inverters of UPS `i` in step with their bypass, as far as they may follow it.

    A jump of the bypass leaves an angle, which an inverter that may run `bypass_frequency_limit` beside it closes
    at 2 pi times that. A bypass that is dead or beyond the limit cannot be followed: its angle is unknown, pi.
    """
    b = int(p[UPS_BUS, i])
    jump = abs(s_bus[BUS_JUMP, b])
    limit = p[UPS_BYPASS_SYNC, i]
    follows = s_bus[BUS_VOLTAGE, b] > 0.0 and abs(s_bus[BUS_FREQUENCY, b] - p[UPS_F_NOMINAL, i]) <= limit
    if on_bypass(s[UPS_MODE, i]):
        s[UPS_PHASE, i] = min(jump, math.pi)
    elif follows:
        closed = 2.0 * math.pi * limit * dt
        s[UPS_PHASE, i] = max(min(s[UPS_PHASE, i] + jump, math.pi) - closed, 0.0)
    else:
        s[UPS_PHASE, i] = math.pi


@scalar
def ups_bypass_good(p: Array, s: Array, i: int, s_bus: Array, power: float) -> bool:
    """Whether the bypass of UPS `i` may carry `power` [W].

    Its voltage is inside the bypass window, its frequency within the sync limit (+-1, 3 or 10 Hz, Galaxy VL; S),
    and its bus can give the power: the mains always, local sources what they have left for it.
    """
    if p[UPS_BYPASS_FITTED, i] <= 0.0 or off_the_mains(p, s, i, s_bus):
        return False
    b = int(p[UPS_BUS, i])
    good_v = p[UPS_BYPASS_V_MIN, i] <= s_bus[BUS_VOLTAGE, b] <= p[UPS_BYPASS_V_MAX, i]
    good_f = abs(s_bus[BUS_FREQUENCY, b] - p[UPS_F_NOMINAL, i]) <= p[UPS_BYPASS_SYNC, i]
    able = s_bus[BUS_MODE, b] == BUS_ON_MAINS or s[UPS_LIMIT, i] * (1.0 + ROUNDING) >= power
    return good_v and good_f and able


@scalar
def ups_eco_step(p: Array, s: Array, i: int, s_bus: Array, bypass: bool, dt: float) -> bool:
    """Whether UPS `i` may stay in eco mode: its `bypass` is good, within the tighter window, without a jump."""
    voltage = s[UPS_INPUT_VOLTAGE, i]
    inside = p[UPS_ECO_V_MIN, i] <= voltage <= p[UPS_ECO_V_MAX, i] and not ups_jumped(p, i, s_bus)
    eco = p[UPS_ECO_MODE, i] > 0.0 and bypass and inside
    s[UPS_ECO_TIMER, i] = s[UPS_ECO_TIMER, i] + dt if eco else 0.0
    return eco
