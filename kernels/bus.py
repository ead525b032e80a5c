"""Busbar: its mains, what its sources can give, and its voltage, frequency and angle.

`bus_transfer.py` draws the state machine and leaves and returns to the mains; here the bus closes onto its local
sources when they are ready and takes its voltage, frequency and angle from whoever feeds it. `bus_share.py` gives
the power out, `bus_shed.py` sheds load, `bus_sync.py` synchronises.
"""

from __future__ import annotations

import math

from twin.kernels.angle import wrapped
from twin.kernels.bus_sync import synchroniser_step, voltage_trim
from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    BUS_AFTER_SETS,
    BUS_BLOCK,
    BUS_CALL,
    BUS_CALLED,
    BUS_CAPABILITY,
    BUS_CLOSE_LIMIT,
    BUS_CONTROL_OUT,
    BUS_DARK,
    BUS_DEAD,
    BUS_F_MAX,
    BUS_F_MIN,
    BUS_FAULTED,
    BUS_FEED,
    BUS_FORM_FIRST,
    BUS_FREQUENCY,
    BUS_GAP,
    BUS_GEN_FRACTION,
    BUS_JUMP,
    BUS_LOCAL_TIME,
    BUS_LOSS,
    BUS_MECH_DEMAND,
    BUS_MODE,
    BUS_ON_LOCAL,
    BUS_ON_MAINS,
    BUS_OPENING,
    BUS_PARALLEL,
    BUS_PHASE,
    BUS_POWER_GENSET,
    BUS_SUSTAINED,
    BUS_SYNCHRONISING,
    BUS_TIMER,
    BUS_TO_LOCAL,
    BUS_TRIM,
    BUS_V_MAX,
    BUS_V_MIN,
    BUS_VOLTAGE,
    FEED_FREQUENCY,
    FEED_JUMP,
    FEED_LIMIT,
    FEED_PHASE,
    FEED_VOLTAGE,
    GEN_CALL_DELAY,
    GEN_CALL_SOC,
    GEN_MODE,
    GEN_STOPPED,
    GEN_UNAVAILABLE,
    PCS_CAPABILITY,
    PCS_PEAK,
    UPS_DEMAND,
    UPS_INPUT_WANT,
    UPS_LATCHED,
    UPS_LOSS,
    UPS_MODE,
    UPS_OFF,
)
from twin.kernels.genset_plant import (
    plant_accept,
    plant_close_step,
    plant_frequency,
    plant_phase,
    plant_ready,
    plant_voltage,
    plant_waiting,
)
from twin.kernels.pcs import forming_frequency, forming_voltage
from twin.kernels.scalar import Array, scalar
from twin.kernels.transformer import transformer_voltage
from twin.kernels.ups import ROUNDING

# The mains give what is asked; a finite number keeps arithmetic free of infinities [W].
UNLIMITED = 1e15


@scalar
def mains_good(p: Array, b: int, s_feed: Array) -> bool:
    """Whether the feed of bus `b` is inside the window of its transfer scheme."""
    f = int(p[BUS_FEED, b])
    good_v = p[BUS_V_MIN, b] <= s_feed[FEED_VOLTAGE, f] <= p[BUS_V_MAX, b]
    return good_v and p[BUS_F_MIN, b] <= s_feed[FEED_FREQUENCY, f] <= p[BUS_F_MAX, b]


@scalar
def mains_capability(s: Array, b: int, s_feed: Array, f: int) -> float:
    """Most power bus `b` can draw from its mains: without limit from a grid, what is left of a converter station's [W].

    The loss of the bus's own transformers, that of the last step, is drawn from the station as well.
    """
    limit = s_feed[FEED_LIMIT, f]
    return max(limit - s[BUS_LOSS, b], 0.0) if limit > 0.0 else UNLIMITED


@scalar
def on_local(s: Array, b: int) -> bool:
    """Whether bus `b` is fed by local sources alone."""
    return s[BUS_MODE, b] == BUS_ON_LOCAL or s[BUS_MODE, b] == BUS_SYNCHRONISING


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
def any_latched(s_ups: Array, first: int, last: int) -> bool:
    """Whether the disturbance counter of any UPS of [first, last) has latched."""
    latched = False
    for u in range(first, last):
        latched = latched or s_ups[UPS_LATCHED, u] > 0.0
    return latched


@scalar
def storage_power(s_pcs: Array, first: int, last: int) -> tuple[float, float]:
    """What converters [first, last) can give an island in this step: at most rated, and for a short time [W]."""
    sustained = 0.0
    peak = 0.0
    for k in range(first, last):
        sustained += s_pcs[PCS_CAPABILITY, k]
        peak += s_pcs[PCS_PEAK, k]
    return sustained, peak


@scalar
def set_called(
    s: Array, b: int, p_gen: Array, s_gen: Array, g: int, charge: float, short: bool, dt: float
) -> bool:
    """Whether set `g` is called: its bus calls, its turn has come, and storage is low if it waits for that.

    Parameters
    ----------
    charge : float
        Charge of the storage on the bus, 0 to 1; 0 without storage.
    short : bool
        Whether storage cannot carry the load: then no set waits for it to run low.

    Notes
    -----
    A set that was called once stays called until its bus needs none. The turn comes with the step it falls in, as
    every delay of a bus does.
    """
    if s[BUS_CALL, b] <= 0.0 or s[BUS_CALLED, b] + dt + INSTANT < p_gen[GEN_CALL_DELAY, g]:
        return False
    return charge <= p_gen[GEN_CALL_SOC, g] or short or s_gen[GEN_MODE, g] != GEN_STOPPED


@scalar
def call_pending(s: Array, b: int, p_gen: Array, s_gen: Array, first: int, last: int) -> bool:
    """Whether a set of [first, last) has yet to have its turn in the sequence."""
    for g in range(first, last):
        stopped = s_gen[GEN_MODE, g] == GEN_STOPPED and s_gen[GEN_UNAVAILABLE, g] <= 0.0
        if stopped and s[BUS_CALL, b] > 0.0 and s[BUS_CALLED, b] < p_gen[GEN_CALL_DELAY, g]:
            return True
    return False


@scalar
def plant_connect(
    s: Array, b: int, p_gen: Array, s_gen: Array, first: int, last: int, nominal: float, dt: float
) -> None:
    """Let the sets of bus `b` that are ready close.

    On a dead bus they come together on the generators' own bar, ahead of the breaker that closes onto the loads. On
    a bus that storage holds, or that is in parallel to leave the mains, they synchronise with it.
    """
    leaving = s[BUS_MODE, b] == BUS_PARALLEL and s[BUS_TO_LOCAL, b] > 0.0
    if s[BUS_CONTROL_OUT, b] > 0.0 or s[BUS_FAULTED, b] > 0.0:
        return
    if s[BUS_MODE, b] == BUS_DEAD or on_local(s, b) or leaving:
        together, _ = plant_phase(p_gen, s_gen, first, last)
        live = leaving or (on_local(s, b) and not together)
        frequency = s[BUS_FREQUENCY, b] if s[BUS_FREQUENCY, b] > 0.0 else nominal
        plant_close_step(p_gen, s_gen, first, last, live, frequency, s[BUS_PHASE, b], dt)


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
    p_pcs: Array,
    s_pcs: Array,
    pcs_first: int,
    pcs_last: int,
    demand: float,
    nominal: float,
    before: float,
    dt: float,
) -> None:
    """Close bus `b` onto its local sources when they are ready; set its voltage, frequency and capability.

    It closes when storage can carry `demand` [W] or is ordered to form it, when the share of possible generation the
    scheme waits for is on the generators' bar, when nothing more will start, or after `close_limit`. It opens again
    when no source is left. `before` is the mode of the last step.
    """
    plant_connect(s, b, p_gen, s_gen, gen_first, gen_last, nominal, dt)
    running, possible, starting = plant_ready(p_gen, s_gen, gen_first, gen_last)
    waiting = plant_waiting(p_gen, s_gen, gen_first, gen_last)
    starting = starting or waiting > 0.0 or call_pending(s, b, p_gen, s_gen, gen_first, gen_last)
    storage, peak = storage_power(s_pcs, pcs_first, pcs_last)
    fed = p[BUS_AFTER_SETS, b] <= 0.0 or running > 0.0 or not starting or s[BUS_LOCAL_TIME, b] > 0.0
    s[BUS_LOCAL_TIME, b] = s[BUS_LOCAL_TIME, b] + dt if on_local(s, b) and fed else 0.0
    free = s[BUS_FAULTED, b] <= 0.0 and s[BUS_CONTROL_OUT, b] <= 0.0
    # Sets close through the transfer switch, after its dead time; storage is on the bus, and forms it in its own.
    through = running if s[BUS_GAP, b] <= INSTANT or s[BUS_MODE, b] != BUS_DEAD else 0.0
    local = through + storage
    if s[BUS_MODE, b] == BUS_DEAD and local > 0.0 and free:
        starting = starting or through < running
        enough = through > 0.0 and running >= p[BUS_GEN_FRACTION, b] * possible
        late = s[BUS_DARK, b] + INSTANT >= p[BUS_CLOSE_LIMIT, b]
        ordered = p[BUS_FORM_FIRST, b] > 0.0 and storage > 0.0
        if enough or ordered or not starting or late or local * (1.0 + ROUNDING) >= demand:
            s[BUS_MODE, b] = BUS_ON_LOCAL
            s[BUS_TIMER, b] = 0.0
    elif on_local(s, b) and local <= 0.0:
        s[BUS_MODE, b] = BUS_DEAD
        s[BUS_TIMER, b] = 0.0
    bus_source_step(
        p, s, b, s_feed, p_gen, s_gen, gen_first, gen_last, p_pcs, s_pcs, pcs_first, pcs_last, nominal, before,
        dt,
    )  # fmt: skip
    taken = s[BUS_POWER_GENSET, b] + plant_accept(p_gen, s_gen, gen_first, gen_last)
    mains = s[BUS_MODE, b] == BUS_ON_MAINS or s[BUS_MODE, b] == BUS_PARALLEL
    f = int(p[BUS_FEED, b])
    unlimited = mains_capability(s, b, s_feed, f) if mains and s[BUS_VOLTAGE, b] > 0.0 else 0.0
    s[BUS_CAPABILITY, b] = running + peak if on_local(s, b) else unlimited
    s[BUS_SUSTAINED, b] = running + storage if on_local(s, b) else unlimited
    s[BUS_BLOCK, b] = min(running, taken) + storage if on_local(s, b) else unlimited
    s[BUS_DARK, b] = s[BUS_DARK, b] + dt if s[BUS_MODE, b] == BUS_DEAD else 0.0


@scalar
def bus_source_step(
    p: Array,
    s: Array,
    b: int,
    s_feed: Array,
    p_gen: Array,
    s_gen: Array,
    gen_first: int,
    gen_last: int,
    p_pcs: Array,
    s_pcs: Array,
    pcs_first: int,
    pcs_last: int,
    nominal: float,
    before: float,
    dt: float,
) -> None:
    """Voltage, frequency and angle of bus `b` from whoever feeds it, and the jump of angle that its children see.

    A dead bus keeps its last angle: what takes it over starts there, and the mains jump from it.
    """
    f = int(p[BUS_FEED, b])
    angle = s[BUS_PHASE, b]
    kept = int(before) in (BUS_ON_MAINS, BUS_PARALLEL)
    s[BUS_JUMP, b] = 0.0
    if s[BUS_MODE, b] == BUS_ON_MAINS or s[BUS_MODE, b] == BUS_PARALLEL:
        s[BUS_TRIM, b] = 0.0
        s[BUS_VOLTAGE, b] = mains_voltage(p, s, b, s_feed)
        s[BUS_FREQUENCY, b] = s_feed[FEED_FREQUENCY, f]
        s[BUS_PHASE, b] = wrapped(s_feed[FEED_PHASE, f])
        # Between steps on the mains their own jump is exact; the angle held here is not when frequency ramps.
        s[BUS_JUMP, b] = s_feed[FEED_JUMP, f] if kept else wrapped(s_feed[FEED_PHASE, f] - angle)
    elif on_local(s, b):
        running, _, _ = plant_ready(p_gen, s_gen, gen_first, gen_last)
        _, peak = storage_power(s_pcs, pcs_first, pcs_last)
        voltage = 0.0
        frequency = 0.0
        if running > 0.0:
            voltage = plant_voltage(p_gen, s_gen, gen_first, gen_last)
            frequency = plant_frequency(p_gen, s_gen, gen_first, gen_last, nominal)
        elif peak > 0.0:
            voltage = forming_voltage(p_pcs, s_pcs, pcs_first, pcs_last)
            frequency = forming_frequency(p_pcs, s_pcs, pcs_first, pcs_last, nominal)
        s[BUS_TRIM, b] *= 1.0 if s[BUS_MODE, b] == BUS_SYNCHRONISING else 0.0
        if s[BUS_MODE, b] == BUS_SYNCHRONISING:
            voltage = voltage_trim(voltage, s_feed[FEED_VOLTAGE, f])
            synchroniser_step(p, s, b, s_feed, frequency, dt)
        s[BUS_VOLTAGE, b] = voltage
        s[BUS_FREQUENCY, b] = frequency + s[BUS_TRIM, b]
    else:
        s[BUS_VOLTAGE, b] = 0.0
        s[BUS_FREQUENCY, b] = 0.0


@scalar
def mains_voltage(p: Array, s: Array, b: int, s_feed: Array) -> float:
    """Voltage of bus `b` on its mains, per unit."""
    return transformer_voltage(p, s, b, s_feed[FEED_VOLTAGE, int(p[BUS_FEED, b])])


@scalar
def bus_rotate(s: Array, b: int, nominal: float, dt: float) -> None:
    """Let the angle of bus `b` advance over a step: 2 pi (f - f_nominal) dt; a dead bus does not turn."""
    if s[BUS_FREQUENCY, b] > 0.0 and s[BUS_MODE, b] != BUS_OPENING:
        turned = 2.0 * math.pi * (s[BUS_FREQUENCY, b] - nominal) * dt
        s[BUS_PHASE, b] = wrapped(s[BUS_PHASE, b] + turned)
