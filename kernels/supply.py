"""Power balance of a busbar: what its children draw, and which source gives it."""

from __future__ import annotations

from twin.kernels.conversion import quadratic_loss
from twin.kernels.fields import (
    BUS_CAPABILITY,
    BUS_E_IN,
    BUS_E_LOSS,
    BUS_E_OUT,
    BUS_E_UNSERVED,
    BUS_FEED,
    BUS_LIVE,
    BUS_LOSS,
    BUS_MECH_DEMAND,
    BUS_MECH_SERVED,
    BUS_MECH_SHARE,
    BUS_MODE,
    BUS_ON_LOCAL,
    BUS_ON_MAINS,
    BUS_POWER,
    BUS_POWER_GENSET,
    BUS_POWER_MAINS,
    BUS_POWER_STORAGE,
    BUS_TR_LOAD,
    BUS_TR_NO_LOAD,
    BUS_TR_POWER_FACTOR,
    BUS_TR_RATED,
    BUS_VOLTAGE,
    FEED_POWER,
    PCS_CAPABILITY,
    UPS_POWER_IN,
)
from twin.kernels.genset_plant import plant_power_step, plant_ready
from twin.kernels.pcs import (
    pcs_charge_limit,
    pcs_follow_step,
    pcs_form_step,
    pcs_idle_step,
    pcs_loss,
)
from twin.kernels.scalar import Array, scalar


@scalar
def transformer_loss(p: Array, b: int, power: float) -> float:
    """No-load loss and load loss (square of load) of the transformers of bus `b` [W], IEC 60076-1."""
    rated = p[BUS_TR_RATED, b]
    return quadratic_loss(
        power / p[BUS_TR_POWER_FACTOR, b], rated, p[BUS_TR_NO_LOAD, b] / rated, 0.0, p[BUS_TR_LOAD, b] / rated
    )


@scalar
def mains_supply(
    p: Array,
    s: Array,
    b: int,
    s_feed: Array,
    p_pcs: Array,
    s_pcs: Array,
    first: int,
    last: int,
    p_bat: Array,
    s_bat: Array,
    n_ups: int,
    power: float,
    share: float,
    dt: float,
) -> None:
    """On the mains: storage follows its set points, the feed gives the rest and the transformer loss."""
    storage = 0.0
    for k in range(first, last):
        if s[BUS_MECH_SHARE, b] > 0.0:
            storage += pcs_follow_step(p_pcs, s_pcs, k, p_bat, s_bat, n_ups + k, share, dt)
        else:
            pcs_idle_step(p_pcs, s_pcs, k, p_bat, s_bat, n_ups + k, dt)
    loss = transformer_loss(p, b, power - storage) if s[BUS_VOLTAGE, b] > 0.0 else 0.0
    s[BUS_POWER_STORAGE, b] = storage
    s[BUS_LOSS, b] = loss
    s[BUS_POWER_MAINS, b] = power - storage + loss
    s_feed[FEED_POWER, int(p[BUS_FEED, b])] += power - storage + loss


@scalar
def storage_charge(
    p_pcs: Array, s_bat: Array, first: int, last: int, n_ups: int, surplus: float
) -> tuple[float, float]:
    """Charge power that running sets can spare for storage, and the sum of what storage would take [W]."""
    room = 0.0
    for k in range(first, last):
        room += pcs_charge_limit(p_pcs, s_bat, k, n_ups + k)
    return min(max(surplus, 0.0), room), room


@scalar
def local_supply(
    s: Array,
    b: int,
    p_gen: Array,
    s_gen: Array,
    gen_first: int,
    gen_last: int,
    p_pcs: Array,
    s_pcs: Array,
    pcs_first: int,
    pcs_last: int,
    p_bat: Array,
    s_bat: Array,
    n_ups: int,
    power: float,
    dt: float,
) -> None:
    """On local sources: generators carry what they can, storage the rest; spare generation charges storage."""
    running, _, _ = plant_ready(p_gen, s_gen, gen_first, gen_last)
    generated = min(power, running)
    charge, room = storage_charge(p_pcs, s_bat, pcs_first, pcs_last, n_ups, running - power)
    capability = 0.0
    for k in range(pcs_first, pcs_last):
        capability += s_pcs[PCS_CAPABILITY, k]
    storage = 0.0
    for k in range(pcs_first, pcs_last):
        part = 0.0
        if charge > 0.0:
            part = -charge * pcs_charge_limit(p_pcs, s_bat, k, n_ups + k) / room
            # What does not cover the converter's own loss charges nothing.
            part = part if -part > pcs_loss(p_pcs, k, part) else 0.0
        elif capability > 0.0:
            part = (power - generated) * s_pcs[PCS_CAPABILITY, k] / capability
        # An empty battery must not pay for the standby of its converter.
        if part == 0.0 and (running > 0.0 or s_pcs[PCS_CAPABILITY, k] <= 0.0):
            pcs_idle_step(p_pcs, s_pcs, k, p_bat, s_bat, n_ups + k, dt)
        else:
            pcs_form_step(p_pcs, s_pcs, k, p_bat, s_bat, n_ups + k, part, dt)
        storage += part
    s[BUS_POWER_GENSET, b] = power - storage
    s[BUS_POWER_STORAGE, b] = storage


@scalar
def bus_power_step(
    p: Array,
    s: Array,
    b: int,
    s_feed: Array,
    s_ups: Array,
    ups_first: int,
    ups_last: int,
    p_gen: Array,
    s_gen: Array,
    gen_first: int,
    gen_last: int,
    p_pcs: Array,
    s_pcs: Array,
    pcs_first: int,
    pcs_last: int,
    p_bat: Array,
    s_bat: Array,
    n_ups: int,
    share: float,
    dt: float,
) -> None:
    """Sum the children of bus `b`, supply them, and close its account.

    Parameters
    ----------
    share : float
        Share of the committed frequency response called for, -1 to 1.
    n_ups : int
        Number of UPS systems: the battery of converter k has index n_ups + k.
    dt : float
        Step [s].
    """
    mechanical = s[BUS_MECH_SHARE, b] * s[BUS_MECH_DEMAND, b]
    power = mechanical
    for u in range(ups_first, ups_last):
        power += s_ups[UPS_POWER_IN, u]
    s[BUS_POWER, b] = power
    s[BUS_LOSS, b] = 0.0
    s[BUS_POWER_MAINS, b] = 0.0
    s[BUS_POWER_GENSET, b] = 0.0
    s[BUS_POWER_STORAGE, b] = 0.0
    if s[BUS_MODE, b] == BUS_ON_MAINS:
        mains_supply(
            p, s, b, s_feed, p_pcs, s_pcs, pcs_first, pcs_last, p_bat, s_bat, n_ups, power, share, dt
        )
    elif s[BUS_MODE, b] == BUS_ON_LOCAL:
        local_supply(
            s, b, p_gen, s_gen, gen_first, gen_last, p_pcs, s_pcs, pcs_first, pcs_last,
            p_bat, s_bat, n_ups, power, dt,
        )  # fmt: skip
    else:
        for k in range(pcs_first, pcs_last):
            pcs_idle_step(p_pcs, s_pcs, k, p_bat, s_bat, n_ups + k, dt)
    closed = s[BUS_MODE, b] == BUS_ON_LOCAL
    plant_power_step(p_gen, s_gen, gen_first, gen_last, s[BUS_POWER_GENSET, b], closed, dt)
    given = s[BUS_POWER_MAINS, b] + s[BUS_POWER_GENSET, b] + s[BUS_POWER_STORAGE, b]
    s[BUS_MECH_SERVED, b] += s[BUS_MECH_SHARE, b] * dt
    # On the mains, motors are off the bus while it sags although rectifiers and power supplies may still draw.
    live = s[BUS_MECH_SHARE, b] > 0.0 or (s[BUS_MODE, b] == BUS_ON_LOCAL and s[BUS_CAPABILITY, b] > 0.0)
    s[BUS_LIVE, b] += dt if live else 0.0
    s[BUS_E_IN, b] += given * dt
    s[BUS_E_OUT, b] += power * dt
    s[BUS_E_LOSS, b] += s[BUS_LOSS, b] * dt
    s[BUS_E_UNSERVED, b] += (s[BUS_MECH_DEMAND, b] - mechanical) * dt
