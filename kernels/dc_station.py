"""Converter stations of a DC ring: who feeds it, who it feeds, and what happens when either is lost.

State machine of a station::

                input good for restart_delay
    BLOCKED --------------------------------> WORKING --------------------------------> TRIPPED
       ^  ^   input lost, or out of service      |    output above overload for            |
       |  +--------------------------------------+    overload_time                        |
       +-----------------------------------------------------------------------------------+
                              taken out of service (the repair ends the trip)

The input of a grid station is its feed, that of a load station the ring at its node. A station has no battery and no
black start: a ring whose grid stations are all blocked is dead, and its load stations with it. A grid station gives
a constant power down to its lowest voltage as far as its current lets it: its limit falls with the feed's voltage
(voltage-source converter, IEC 62747). Grid stations share by voltage droop, see `dc_ring.py`; the loss of one leaves
the load to the others in the same step, because a modular converter carries the milliseconds between in its cells.

A load station makes the voltage of its busbar: nominal, at nominal frequency, without any of the disturbances of the
feeds. Where the grid stations cannot give what is asked for, each busbar is told what it may draw; on it, UPS
systems take the rest from their batteries. A plain connection cannot be limited: it overloads the stations, which
trip.
"""

from __future__ import annotations

import math

from twin.kernels.clock import INSTANT
from twin.kernels.conversion import quadratic_loss
from twin.kernels.dc_ring import ring_load_flow, ring_sections, section_live, station_dc_power
from twin.kernels.fields import (
    FEED_FREQUENCY,
    FEED_JUMP,
    FEED_LIMIT,
    FEED_PHASE,
    FEED_POWER,
    FEED_VOLTAGE,
    RING_COLLAPSED,
    RING_E_IN,
    RING_E_LOSS,
    RING_E_OUT,
    RING_LOSS,
    RING_POWER,
    RING_SECTION_0,
    RING_V_NOMINAL,
    RING_VOLTAGE_0,
    STA_BLOCKED,
    STA_CHANGED,
    STA_E_IN,
    STA_E_LOSS,
    STA_E_OUT,
    STA_FEED,
    STA_LIMIT,
    STA_LOAD,
    STA_LOSS,
    STA_LOSS_0,
    STA_LOSS_1,
    STA_LOSS_2,
    STA_MODE,
    STA_NODE,
    STA_OUT,
    STA_OVER_TIMER,
    STA_OVERLOAD,
    STA_OVERLOAD_TIME,
    STA_POWER_IN,
    STA_POWER_OUT,
    STA_RATED,
    STA_RESTART,
    STA_RING,
    STA_TIMER,
    STA_TRIPPED,
    STA_V_MAX,
    STA_V_MIN,
    STA_VOLTAGE,
    STA_WORKING,
)
from twin.kernels.scalar import Array, scalar

# A feed limit of zero stands for a grid connection without one; a station that may give nothing gives this [W].
NOTHING = 1e-9


@scalar
def station_loss(p: Array, i: int, power: float) -> float:
    """Loss of station `i` at output `power` [W]: switching and no-load, proportional and ohmic part.

    References
    ----------
    .. [1] IEC 62751-2, losses of modular multilevel converters: the constant, linear and square part of current.
    """
    return quadratic_loss(power, p[STA_RATED, i], p[STA_LOSS_0, i], p[STA_LOSS_1, i], p[STA_LOSS_2, i])


@scalar
def station_output(p: Array, i: int, power_in: float) -> float:
    """Output of station `i` from `power_in` [W]: the root of P + loss(P) = power_in; 0 where that is the loss alone."""
    rated = p[STA_RATED, i]
    above = power_in - p[STA_LOSS_0, i] * rated
    if above <= 0.0:
        return 0.0
    slope = 1.0 + p[STA_LOSS_1, i]
    return 2.0 * above / (slope + math.sqrt(slope * slope + 4.0 * p[STA_LOSS_2, i] / rated * above))


@scalar
def station_input_good(p: Array, s: Array, i: int, p_ring: Array, s_ring: Array, s_feed: Array) -> bool:
    """Whether the input of station `i` is inside its window; a ring that was dead counts as soon as it is fed."""
    if p[STA_LOAD, i] <= 0.0:
        v = s_feed[FEED_VOLTAGE, int(p[STA_FEED, i])]
        return p[STA_V_MIN, i] <= v <= p[STA_V_MAX, i]
    r = int(p[STA_RING, i])
    k = int(p[STA_NODE, i])
    if not section_live(s_ring, r, int(s_ring[RING_SECTION_0 + k, r]), p, s):
        return False
    v = s_ring[RING_VOLTAGE_0 + k, r] / p_ring[RING_V_NOMINAL, r]
    fed = p[STA_V_MIN, i] <= v <= p[STA_V_MAX, i] or v == 0.0
    # After a collapse the loads let go, and the ring is charged again without them.
    return fed and s_ring[RING_COLLAPSED, r] <= 0.0


@scalar
def station_mode_step(
    p: Array, s: Array, i: int, p_ring: Array, s_ring: Array, s_feed: Array, t: float, dt: float
) -> None:
    """Decide the mode of station `i` for the step of `dt` from `t` [s]."""
    before = s[STA_MODE, i]
    good = station_input_good(p, s, i, p_ring, s_ring, s_feed) and s[STA_OUT, i] <= 0.0
    s[STA_TIMER, i] = s[STA_TIMER, i] + dt if good and before == STA_BLOCKED else 0.0
    # The step in which a load rose does not count: what can be limited is back within limits in the next.
    if before == STA_WORKING and s[STA_OVER_TIMER, i] + INSTANT >= p[STA_OVERLOAD_TIME, i] + dt:
        s[STA_MODE, i] = STA_TRIPPED
    elif before == STA_WORKING and not good:
        s[STA_MODE, i] = STA_BLOCKED
    elif before == STA_BLOCKED and good and s[STA_TIMER, i] + INSTANT >= p[STA_RESTART, i]:
        s[STA_MODE, i] = STA_WORKING
    elif before == STA_TRIPPED and s[STA_OUT, i] > 0.0:
        s[STA_MODE, i] = STA_BLOCKED
    if s[STA_MODE, i] != before:
        s[STA_CHANGED, i] = t
    if s[STA_MODE, i] != STA_WORKING:
        s[STA_OVER_TIMER, i] = 0.0


@scalar
def section_balance(r: int, section: int, s_ring: Array, p: Array, s: Array) -> tuple[float, float, float]:
    """Power the grid stations of a section can give, its load stations took last, and these are rated for [W]."""
    give = 0.0
    take = 0.0
    rated = 0.0
    for i in range(p.shape[1]):
        if int(p[STA_RING, i]) != r or s[STA_MODE, i] != STA_WORKING:
            continue
        if int(s_ring[RING_SECTION_0 + int(p[STA_NODE, i]), r]) != section:
            continue
        if p[STA_LOAD, i] <= 0.0:
            give += s[STA_LIMIT, i]
        else:
            take += max(s[STA_POWER_IN, i], 0.0)
            rated += p[STA_RATED, i]
    return give, take, rated


@scalar
def ring_sense_step(
    r: int,
    p_ring: Array,
    s_ring: Array,
    p: Array,
    s: Array,
    s_feed: Array,
    nominal: float,
    t: float,
    dt: float,
) -> None:
    """Before the busbars: which stations of ring `r` work, and what the busbars behind it see in this step.

    Parameters
    ----------
    p_ring, s_ring, p, s, s_feed : (field, unit) arrays
        Rings, stations and feeds of the member; feeds are those of this step.
    nominal : float
        Frequency that load stations make [Hz].
    t, dt : float
        Start and length of the step [s].
    """
    ring_sections(p_ring, s_ring, r)
    for i in range(p.shape[1]):
        if int(p[STA_RING, i]) == r and p[STA_LOAD, i] <= 0.0:
            station_mode_step(p, s, i, p_ring, s_ring, s_feed, t, dt)
            v = min(s_feed[FEED_VOLTAGE, int(p[STA_FEED, i])], 1.0)
            s[STA_LIMIT, i] = v * p[STA_RATED, i] if s[STA_MODE, i] == STA_WORKING else 0.0
    for i in range(p.shape[1]):
        if int(p[STA_RING, i]) == r and p[STA_LOAD, i] > 0.0:
            station_mode_step(p, s, i, p_ring, s_ring, s_feed, t, dt)
    for i in range(p.shape[1]):
        if int(p[STA_RING, i]) == r and p[STA_LOAD, i] > 0.0:
            section = int(s_ring[RING_SECTION_0 + int(p[STA_NODE, i]), r])
            give, take, rated = section_balance(r, section, s_ring, p, s)
            load_limit_step(p, s, i, give - s_ring[RING_LOSS, r], take, rated)
            busbar_feed_step(p, s, i, s_feed, nominal)


@scalar
def load_limit_step(p: Array, s: Array, i: int, give: float, take: float, rated: float) -> None:
    """Set what load station `i` may give its busbar: its demand and a share of what is left, or its part of too little.

    `give`, `take` and `rated` [W]: what the section's sources can give, its load stations took last, and the rating
    of these together.
    """
    s[STA_LIMIT, i] = 0.0
    if s[STA_MODE, i] != STA_WORKING:
        return
    mine = max(s[STA_POWER_IN, i], 0.0)
    part = mine + (give - take) * p[STA_RATED, i] / rated
    if take > give:
        part = max(give, 0.0) * mine / take
    s[STA_LIMIT, i] = min(station_output(p, i, part), p[STA_OVERLOAD, i] * p[STA_RATED, i])


@scalar
def busbar_feed_step(p: Array, s: Array, i: int, s_feed: Array, nominal: float) -> None:
    """Write what load station `i` gives into the feed that stands for it before its busbar."""
    f = int(p[STA_FEED, i])
    works = s[STA_MODE, i] == STA_WORKING
    s_feed[FEED_VOLTAGE, f] = 1.0 if works else 0.0
    s_feed[FEED_FREQUENCY, f] = nominal
    s_feed[FEED_PHASE, f] = 0.0
    s_feed[FEED_JUMP, f] = 0.0
    s_feed[FEED_LIMIT, f] = max(s[STA_LIMIT, i], NOTHING)


@scalar
def station_account(p: Array, s: Array, i: int, power_in: float, power_out: float, dt: float) -> None:
    """Write the powers of station `i` and add the step to its account; watch for overload."""
    s[STA_POWER_IN, i] = power_in
    s[STA_POWER_OUT, i] = power_out
    s[STA_LOSS, i] = power_in - power_out
    s[STA_E_IN, i] += power_in * dt
    s[STA_E_OUT, i] += power_out * dt
    s[STA_E_LOSS, i] += (power_in - power_out) * dt
    over = abs(power_out) > p[STA_OVERLOAD, i] * p[STA_RATED, i]
    s[STA_OVER_TIMER, i] = s[STA_OVER_TIMER, i] + dt if over else 0.0


@scalar
def ring_power_step(
    r: int, p_ring: Array, s_ring: Array, p: Array, s: Array, s_feed: Array, dt: float
) -> None:
    """After the busbars: carry what they drew through ring `r` to its grid stations and their feeds."""
    taken = 0.0
    rated = 0.0
    for i in range(p.shape[1]):
        if int(p[STA_RING, i]) != r:
            continue
        works = s[STA_MODE, i] == STA_WORKING
        if p[STA_LOAD, i] > 0.0:
            f = int(p[STA_FEED, i])
            out = s_feed[FEED_POWER, f]
            s_feed[FEED_POWER, f] = 0.0
            power_in = out + (station_loss(p, i, out) if works else 0.0)
            station_account(p, s, i, power_in, out, dt)
            taken += power_in
        elif works:
            rated += p[STA_RATED, i]
    solved = ring_load_flow(p_ring, s_ring, r, p, s)
    s_ring[RING_COLLAPSED, r] = 0.0 if solved else 1.0
    given = 0.0
    for i in range(p.shape[1]):
        if int(p[STA_RING, i]) != r:
            continue
        s[STA_VOLTAGE, i] = s_ring[RING_VOLTAGE_0 + int(p[STA_NODE, i]), r] / p_ring[RING_V_NOMINAL, r]
        if p[STA_LOAD, i] > 0.0:
            continue
        works = s[STA_MODE, i] == STA_WORKING
        out = station_dc_power(p_ring, s_ring, r, p, s, i)
        if not solved:
            # The step in which a ring collapses is paid for all the same, by rating.
            out = taken * p[STA_RATED, i] / rated if works else 0.0
        power_in = out + (station_loss(p, i, out) if works else 0.0)
        station_account(p, s, i, power_in, out, dt)
        s_feed[FEED_POWER, int(p[STA_FEED, i])] += power_in
        given += out
    s_ring[RING_POWER, r] = taken
    s_ring[RING_E_IN, r] += given * dt
    s_ring[RING_E_OUT, r] += taken * dt
    s_ring[RING_E_LOSS, r] += s_ring[RING_LOSS, r] * dt
