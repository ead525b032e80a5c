"""Busbar: transformer, switchgear, transfer to local sources and back, and who gets the power.

State machine::

              mains out of window for detect_delay        local sources ready, open transition over
    ON_MAINS ------------------------------------> DEAD ----------------------------------------> ON_LOCAL
       ^  ^                                          | mains good for detect_delay                    |
       |  +------------------------------------------+                                                |
       +------------- OPENING (dead for open_transition) <--- mains good for retransfer_delay --------+

Local sources that leave nothing for cooling are left after `detect_delay` of good mains already.

On the mains there is power for everyone. On local sources the UPS inputs come first, mechanical loads next,
battery charging last; each bus serves a share of what it cannot serve whole.
"""

from __future__ import annotations

from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    BUS_CALL,
    BUS_CAPABILITY,
    BUS_DEAD,
    BUS_DETECT,
    BUS_F_MAX,
    BUS_F_MIN,
    BUS_FEED,
    BUS_FREQUENCY,
    BUS_GAP,
    BUS_GEN_FRACTION,
    BUS_MECH_DEMAND,
    BUS_MECH_SHARE,
    BUS_MODE,
    BUS_ON_LOCAL,
    BUS_ON_MAINS,
    BUS_OPEN_TIME,
    BUS_OPENING,
    BUS_RETURN,
    BUS_TIMER,
    BUS_V_MAX,
    BUS_V_MIN,
    BUS_VOLTAGE,
    FEED_FREQUENCY,
    FEED_VOLTAGE,
    PCS_CAPABILITY,
    UPS_DEMAND,
    UPS_DIRECT,
    UPS_INPUT_WANT,
    UPS_LIMIT,
    UPS_LOSS,
    UPS_MODE,
    UPS_OFF,
    UPS_RATED,
    UPS_SPARE,
)
from twin.kernels.genset_plant import plant_frequency, plant_ready, plant_waiting
from twin.kernels.scalar import Array, scalar
from twin.kernels.ups import ROUNDING, ups_want

# The mains give what is asked; a finite number keeps arithmetic free of infinities [W].
UNLIMITED = 1e15


@scalar
def mains_good(p: Array, b: int, s_feed: Array) -> bool:
    """Whether the feed of bus `b` is inside the window of its transfer scheme."""
    f = int(p[BUS_FEED, b])
    good_v = p[BUS_V_MIN, b] <= s_feed[FEED_VOLTAGE, f] <= p[BUS_V_MAX, b]
    return good_v and p[BUS_F_MIN, b] <= s_feed[FEED_FREQUENCY, f] <= p[BUS_F_MAX, b]


@scalar
def return_delay(p: Array, s: Array, b: int) -> float:
    """How long the mains must be good before bus `b` leaves its local sources for them [s].

    Sources that leave nothing for cooling are left at once: a retransfer delay protects against mains that
    flicker, not against mains that are needed (NFPA 110 bypasses it when the emergency source fails). Sources
    that serve a part are kept: the break of a transfer would stop every chiller for its restart delay.
    """
    return p[BUS_RETURN, b] if s[BUS_MECH_SHARE, b] > 0.0 else p[BUS_DETECT, b]


@scalar
def bus_sense_step(p: Array, s: Array, b: int, s_feed: Array, dt: float) -> None:
    """Watch the mains of bus `b`: leave them, call the generators, return to them.

    Parameters
    ----------
    p, s : (field, bus) arrays
        Parameters and this member's state.
    b : int
        Bus.
    s_feed : (field, feed) array
        State of the member's feeds.
    dt : float
        Step [s].
    """
    good = mains_good(p, b, s_feed)
    mode = s[BUS_MODE, b]
    s[BUS_GAP, b] = max(s[BUS_GAP, b] - dt, 0.0)
    # The timer counts how long the mains have been other than the bus takes them to be, the step in progress
    # included: a coarse step acts up to one step early, so that delays in a row do not each cost a step.
    changed = not good if mode == BUS_ON_MAINS else good
    s[BUS_TIMER, b] = s[BUS_TIMER, b] + dt if changed else 0.0
    if mode == BUS_ON_MAINS and not good and s[BUS_TIMER, b] + INSTANT >= p[BUS_DETECT, b]:
        s[BUS_MODE, b] = BUS_DEAD
        s[BUS_CALL, b] = 1.0
        s[BUS_GAP, b] = p[BUS_OPEN_TIME, b]
        s[BUS_TIMER, b] = 0.0
    elif mode == BUS_DEAD and good and s[BUS_TIMER, b] + INSTANT >= p[BUS_DETECT, b]:
        s[BUS_MODE, b] = BUS_ON_MAINS
        s[BUS_CALL, b] = 0.0
        s[BUS_TIMER, b] = 0.0
    elif mode == BUS_ON_LOCAL and good and s[BUS_TIMER, b] + INSTANT >= return_delay(p, s, b):
        s[BUS_MODE, b] = BUS_OPENING
        s[BUS_GAP, b] = p[BUS_OPEN_TIME, b]
    if s[BUS_MODE, b] == BUS_OPENING and not good:
        s[BUS_MODE, b] = BUS_DEAD
        s[BUS_TIMER, b] = 0.0
    elif s[BUS_MODE, b] == BUS_OPENING and s[BUS_GAP, b] <= INSTANT:
        s[BUS_MODE, b] = BUS_ON_MAINS
        s[BUS_CALL, b] = 0.0
        s[BUS_TIMER, b] = 0.0


@scalar
def bus_close_step(
    p: Array,
    s: Array,
    b: int,
    s_feed: Array,
    p_gen: Array,
    s_gen: Array,
    gen_first: int,
    gen_last: int,
    s_pcs: Array,
    pcs_first: int,
    pcs_last: int,
    demand: float,
    nominal: float,
) -> None:
    """Close bus `b` onto its local sources when they are ready; set its voltage, frequency and capability.

    It closes when storage can carry `demand` [W], when the share of possible generation the scheme waits for is
    running, or when nothing more will start. It opens again when no source is left.
    """
    running, possible, starting = plant_ready(p_gen, s_gen, gen_first, gen_last)
    starting = starting or plant_waiting(p_gen, s_gen, gen_first, gen_last) > 0.0
    storage = 0.0
    for k in range(pcs_first, pcs_last):
        storage += s_pcs[PCS_CAPABILITY, k]
    local = running + storage
    if s[BUS_MODE, b] == BUS_DEAD and s[BUS_GAP, b] <= INSTANT and local > 0.0:
        enough = running > 0.0 and running >= p[BUS_GEN_FRACTION, b] * possible
        if enough or not starting or local * (1.0 + ROUNDING) >= demand:
            s[BUS_MODE, b] = BUS_ON_LOCAL
            s[BUS_TIMER, b] = 0.0
    elif s[BUS_MODE, b] == BUS_ON_LOCAL and local <= 0.0:
        s[BUS_MODE, b] = BUS_DEAD
    f = int(p[BUS_FEED, b])
    s[BUS_VOLTAGE, b] = 0.0
    s[BUS_FREQUENCY, b] = 0.0
    s[BUS_CAPABILITY, b] = 0.0
    if s[BUS_MODE, b] == BUS_ON_MAINS:
        s[BUS_VOLTAGE, b] = s_feed[FEED_VOLTAGE, f]
        s[BUS_FREQUENCY, b] = s_feed[FEED_FREQUENCY, f]
        s[BUS_CAPABILITY, b] = UNLIMITED if s[BUS_VOLTAGE, b] > 0.0 else 0.0
    elif s[BUS_MODE, b] == BUS_ON_LOCAL:
        s[BUS_VOLTAGE, b] = 1.0
        s[BUS_FREQUENCY, b] = plant_frequency(p_gen, s_gen, gen_first, gen_last, nominal)
        s[BUS_CAPABILITY, b] = local


@scalar
def bus_demand(s_ups: Array, s: Array, b: int, first: int, last: int) -> float:
    """Power bus `b` will be asked for by its UPS systems [first, last) and mechanical loads [W].

    A system that is off will ask for what it last carried.
    """
    total = s[BUS_MECH_DEMAND, b]
    for u in range(first, last):
        if s_ups[UPS_MODE, u] == UPS_OFF:
            total += s_ups[UPS_INPUT_WANT, u]
        else:
            total += s_ups[UPS_DEMAND, u] + s_ups[UPS_LOSS, u]
    return total


@scalar
def bus_allocate(
    p: Array, s: Array, b: int, s_feed: Array, p_ups: Array, s_ups: Array, first: int, last: int
) -> None:
    """Share the capability of bus `b` among UPS inputs [first, last), mechanical loads and charging.

    A UPS whose load rises within the step may take what mechanical loads are to have: they drop out before it
    does, one step later. Plain connections are not limited and take no part in what is left.
    """
    capability = s[BUS_CAPABILITY, b]
    wanted = 0.0
    rated = 0.0
    for u in range(first, last):
        wanted += ups_want(p_ups, s_ups, u)
        if p_ups[UPS_DIRECT, u] <= 0.0:
            rated += p_ups[UPS_RATED, u]
    mechanical = s[BUS_MECH_DEMAND, b]
    left = max(capability - wanted, 0.0)
    share = min(left / mechanical, 1.0) if mechanical > 0.0 else (1.0 if capability > 0.0 else 0.0)
    # Motors drop out while the mains are outside the window, even before the bus opens.
    if s[BUS_MODE, b] == BUS_ON_MAINS and not mains_good(p, b, s_feed):
        share = 0.0
    s[BUS_MECH_SHARE, b] = share
    spare = max(left - share * mechanical, 0.0)
    scale = min(capability / wanted, 1.0) if wanted > 0.0 else 1.0
    for u in range(first, last):
        part = p_ups[UPS_RATED, u] / rated if p_ups[UPS_DIRECT, u] <= 0.0 else 0.0
        s_ups[UPS_LIMIT, u] = scale * ups_want(p_ups, s_ups, u) + left * part
        s_ups[UPS_SPARE, u] = spare * part
