"""Transfer scheme of a busbar: leaving the mains, and returning to them.

State machine::

                 mains out of window for detect_delay
       ON_MAINS ---------------------------------------> DEAD <------------------------------+
        ^ ^ ^ |  ordered off, open transition             |  |                               | no source left,
        | | | |                                           |  | local sources close           | or tripped
        | | | +-- mains good for detect_delay ------------+  v                               |
        | | |                                             ON_LOCAL --------------------------+
        | | |  both breakers closed for parallel_time      |  ^  |
        | | +------------------ PARALLEL ------------------|--+  | mains good for retransfer_delay
        | |   ordered off, ready ^  ^                      |     |
        +-|----------------------+  | in step              |     | closed transition
          |                         +----- SYNCHRONISING <-------+
          |                                      | failed  |
          +---------------- OPENING <------------+---------+ open transition
                     dead for open_transition

- SYNCHRONISING falls back to ON_LOCAL when the mains go, when it has failed and is to wait, and when the controller
  is out; like ON_LOCAL it is DEAD without a source.
- PARALLEL ends on the side it was on its way to. When the mains leave their window in it, the relay between them
  opens at once: ON_LOCAL; where that breaker is stuck the local sources open instead: ON_MAINS.
- OPENING falls to DEAD when the mains go again.
- A fault takes every mode to DEAD, where nothing closes until it is cleared.
- A mains breaker that is stuck keeps ON_MAINS on a dead feed (no source may feed it backwards), and keeps a bus
  off the mains away from them.
- Without its controller the bus makes no move; the relay of PARALLEL is not part of it.

Orders off the mains: a command from outside, or a UPS whose disturbance counter has latched (`leave_on_latch`). The
sets are called, and the bus leaves healthy mains once local sources can carry it: in parallel where it has a closed
transition, else with a gap. It stays until the order is withdrawn, then returns as after an outage; a command to
return does not wait for `retransfer_delay`.

Local sources that leave nothing for cooling are left after `detect_delay` of good mains already.
"""

from __future__ import annotations

from twin.kernels.bus import mains_good
from twin.kernels.bus_share import cooling_held
from twin.kernels.bus_sync import in_step
from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    BUS_CALL,
    BUS_CALLED,
    BUS_CLOSED,
    BUS_COMMAND,
    BUS_COMMAND_ISLAND,
    BUS_COMMAND_RETURN,
    BUS_COMMAND_START,
    BUS_COMMAND_STOP,
    BUS_CONTROL_OUT,
    BUS_DEAD,
    BUS_DETECT,
    BUS_F_TRIP,
    BUS_FAULTED,
    BUS_FREQUENCY,
    BUS_GAP,
    BUS_HOLD,
    BUS_KEEP,
    BUS_LEAVE_LATCHED,
    BUS_MECH_SHARE,
    BUS_MODE,
    BUS_NO_COMMAND,
    BUS_ON_LOCAL,
    BUS_ON_MAINS,
    BUS_OPEN_TIME,
    BUS_OPENING,
    BUS_PARALLEL,
    BUS_PARALLEL_TIME,
    BUS_RETURN,
    BUS_STOP_DELAY,
    BUS_STOPPING,
    BUS_STUCK,
    BUS_SYNC_LIMIT,
    BUS_SYNC_OPEN,
    BUS_SYNC_TIME,
    BUS_SYNCHRONISING,
    BUS_TIMER,
    BUS_TO_LOCAL,
    BUS_TRIP_DELAY,
    BUS_TRIP_TIMER,
)
from twin.kernels.scalar import Array, scalar
from twin.kernels.ups import ROUNDING


@scalar
def return_delay(p: Array, s: Array, b: int) -> float:
    """How long the mains must be good before bus `b` leaves its local sources for them [s].

    Sources that leave nothing for cooling are left at once: a retransfer delay protects against mains that
    flicker, not against mains that are needed (NFPA 110 bypasses it when the emergency source fails). Sources
    that serve a part are kept: the break of a transfer would stop every chiller for its restart delay.
    """
    served = s[BUS_MECH_SHARE, b] > 0.0 or cooling_held(p, s, b)
    return p[BUS_RETURN, b] if served else p[BUS_DETECT, b]


@scalar
def enter(s: Array, b: int, mode: int) -> None:
    """Take bus `b` to `mode`, its mains timer afresh."""
    s[BUS_MODE, b] = mode
    s[BUS_TIMER, b] = 0.0
    s[BUS_SYNC_TIME, b] = 0.0
    s[BUS_TRIP_TIMER, b] = 0.0
    if mode == BUS_ON_MAINS:
        s[BUS_STOPPING, b] = 0.0


@scalar
def call_sets(s: Array, b: int) -> None:
    """Call the generators of bus `b`, unless they are called."""
    if s[BUS_CALL, b] <= 0.0:
        s[BUS_CALL, b] = 1.0
        s[BUS_CALLED, b] = 0.0


@scalar
def ordered_off(p: Array, s: Array, b: int, good: bool, latched: bool) -> bool:
    """Take up the command to bus `b`, and say whether it is ordered to stay off the mains."""
    if s[BUS_COMMAND, b] == BUS_COMMAND_ISLAND:
        s[BUS_HOLD, b] = 1.0
    elif s[BUS_COMMAND, b] == BUS_COMMAND_RETURN:
        s[BUS_HOLD, b] = 0.0
        if good and s[BUS_MODE, b] != BUS_ON_MAINS:
            s[BUS_TIMER, b] = max(s[BUS_TIMER, b], p[BUS_RETURN, b])
    elif s[BUS_COMMAND, b] == BUS_COMMAND_START:
        s[BUS_KEEP, b] = 1.0
        call_sets(s, b)
    elif s[BUS_COMMAND, b] == BUS_COMMAND_STOP:
        s[BUS_KEEP, b] = 0.0
    s[BUS_COMMAND, b] = BUS_NO_COMMAND
    return s[BUS_HOLD, b] > 0.0 or (p[BUS_LEAVE_LATCHED, b] > 0.0 and latched)


@scalar
def bus_sense_step(
    p: Array,
    s: Array,
    b: int,
    s_feed: Array,
    carry: float,
    ready: float,
    hope: bool,
    demand: float,
    latched: bool,
    dt: float,
) -> None:
    """Watch the mains of bus `b`: leave them, call the generators, return to them.

    Parameters
    ----------
    p, s : (field, bus) arrays
        Parameters and this member's state.
    b : int
        Bus.
    s_feed : (field, feed) array
        State of the member's feeds.
    carry, ready : float
        What local sources on the bus can carry, and with those that wait to close [W].
    hope : bool
        Whether there is, or may come, a local source.
    demand : float
        What the bus will be asked for [W].
    latched : bool
        Whether a UPS on the bus has latched.
    dt : float
        Step [s].
    """
    good = mains_good(p, b, s_feed)
    s[BUS_GAP, b] = max(s[BUS_GAP, b] - dt, 0.0)
    s[BUS_CALLED, b] = s[BUS_CALLED, b] + dt if s[BUS_CALL, b] > 0.0 else 0.0
    # The timer counts how long the mains have been other than the bus takes them to be, the step in progress
    # included: a coarse step acts up to one step early, so that delays in a row do not each cost a step.
    changed = not good if s[BUS_MODE, b] == BUS_ON_MAINS else good
    s[BUS_TIMER, b] = s[BUS_TIMER, b] + dt if changed else 0.0
    if s[BUS_FAULTED, b] > 0.0:
        if s[BUS_MODE, b] != BUS_DEAD:
            enter(s, b, BUS_DEAD)
        s[BUS_CALL, b] = 0.0
    elif s[BUS_MODE, b] == BUS_PARALLEL:
        parallel_step(p, s, b, good, carry, demand, dt)
    elif s[BUS_CONTROL_OUT, b] > 0.0:
        if s[BUS_MODE, b] == BUS_SYNCHRONISING:
            enter(s, b, BUS_ON_LOCAL)
    else:
        off = ordered_off(p, s, b, good, latched)
        if s[BUS_MODE, b] == BUS_ON_MAINS:
            on_mains_step(p, s, b, good, off, ready, demand, dt)
        elif s[BUS_MODE, b] == BUS_DEAD:
            may = s[BUS_STUCK, b] <= 0.0 and not (off and hope)
            if good and may and s[BUS_TIMER, b] + INSTANT >= p[BUS_DETECT, b]:
                enter(s, b, BUS_ON_MAINS)
        elif s[BUS_MODE, b] != BUS_OPENING:
            return_step(p, s, b, s_feed, good, off, dt)
        if s[BUS_MODE, b] == BUS_OPENING:
            opening_step(s, b, good)
        if s[BUS_MODE, b] == BUS_ON_MAINS and good and not off:
            stop_step(p, s, b, dt)


@scalar
def on_mains_step(
    p: Array, s: Array, b: int, good: bool, off: bool, ready: float, demand: float, dt: float
) -> None:
    """On the mains: leave them when they are lost, or when ordered to and local sources can carry the load."""
    if not good:
        if s[BUS_TIMER, b] + INSTANT >= p[BUS_DETECT, b]:
            call_sets(s, b)
            if s[BUS_STUCK, b] <= 0.0:
                enter(s, b, BUS_DEAD)
                s[BUS_GAP, b] = p[BUS_OPEN_TIME, b]
    elif off:
        call_sets(s, b)
        s[BUS_STOPPING, b] = 0.0
        if s[BUS_STUCK, b] <= 0.0 and ready > 0.0 and ready * (1.0 + ROUNDING) >= demand:
            closed = p[BUS_CLOSED, b] > 0.0
            enter(s, b, BUS_PARALLEL if closed else BUS_DEAD)
            s[BUS_TO_LOCAL, b] = 1.0
            s[BUS_GAP, b] = p[BUS_PARALLEL_TIME, b] if closed else p[BUS_OPEN_TIME, b]


@scalar
def stop_step(p: Array, s: Array, b: int, dt: float) -> None:
    """Back on the mains: let the sets go once they have been kept for `stop_delay`, unless they are ordered to run."""
    if s[BUS_CALL, b] > 0.0 and s[BUS_KEEP, b] <= 0.0:
        if s[BUS_STOPPING, b] + INSTANT >= p[BUS_STOP_DELAY, b]:
            s[BUS_CALL, b] = 0.0
        s[BUS_STOPPING, b] += dt


@scalar
def return_step(p: Array, s: Array, b: int, s_feed: Array, good: bool, off: bool, dt: float) -> None:
    """On local sources: return when the mains have been good for long enough, or trip on low frequency."""
    low = 0.0 < s[BUS_FREQUENCY, b] < p[BUS_F_TRIP, b]
    s[BUS_TRIP_TIMER, b] = s[BUS_TRIP_TIMER, b] + dt if low else 0.0
    if low and s[BUS_TRIP_TIMER, b] + INSTANT >= p[BUS_TRIP_DELAY, b]:
        enter(s, b, BUS_DEAD)
        s[BUS_GAP, b] = p[BUS_OPEN_TIME, b]
        return
    may = good and not off and s[BUS_STUCK, b] <= 0.0
    if s[BUS_MODE, b] == BUS_ON_LOCAL:
        if may and s[BUS_TIMER, b] + INSTANT >= return_delay(p, s, b):
            if p[BUS_CLOSED, b] > 0.0:
                enter(s, b, BUS_SYNCHRONISING)
            else:
                s[BUS_MODE, b] = BUS_OPENING
                s[BUS_GAP, b] = p[BUS_OPEN_TIME, b]
        return
    s[BUS_SYNC_TIME, b] += dt
    if not may:
        enter(s, b, BUS_ON_LOCAL)
    elif in_step(p, s, b, s_feed):
        enter(s, b, BUS_PARALLEL)
        s[BUS_TO_LOCAL, b] = 0.0
        s[BUS_GAP, b] = p[BUS_PARALLEL_TIME, b]
    elif s[BUS_SYNC_TIME, b] + INSTANT >= p[BUS_SYNC_LIMIT, b]:
        if p[BUS_SYNC_OPEN, b] > 0.0:
            enter(s, b, BUS_OPENING)
            s[BUS_GAP, b] = p[BUS_OPEN_TIME, b]
        else:
            enter(s, b, BUS_ON_LOCAL)


@scalar
def parallel_step(p: Array, s: Array, b: int, good: bool, carry: float, demand: float, dt: float) -> None:
    """In parallel: open one side when the time is over, or at once when the mains leave their window."""
    stuck = s[BUS_STUCK, b] > 0.0
    s[BUS_SYNC_TIME, b] += dt
    if not good:
        call_sets(s, b)
        enter(s, b, BUS_ON_MAINS if stuck else BUS_ON_LOCAL)
    elif s[BUS_GAP, b] <= INSTANT:
        if s[BUS_TO_LOCAL, b] <= 0.0 or stuck:
            enter(s, b, BUS_ON_MAINS)
        elif carry * (1.0 + ROUNDING) >= demand:
            enter(s, b, BUS_ON_LOCAL)
        elif s[BUS_SYNC_TIME, b] + INSTANT >= p[BUS_SYNC_LIMIT, b]:
            # Sources that do not come up in parallel cannot take the load: the order to leave lapses.
            s[BUS_HOLD, b] = 0.0
            enter(s, b, BUS_ON_MAINS)


@scalar
def opening_step(s: Array, b: int, good: bool) -> None:
    """Between local sources and mains: close onto the mains after the gap; dead again when they are gone."""
    if not good or s[BUS_STUCK, b] > 0.0:
        enter(s, b, BUS_DEAD)
    elif s[BUS_GAP, b] <= INSTANT:
        enter(s, b, BUS_ON_MAINS)
