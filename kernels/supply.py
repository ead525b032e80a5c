"""Power balance of a busbar: what its children draw, and which source gives it."""

from __future__ import annotations

from twin.kernels.bus import bus_rotate
from twin.kernels.bus_share import charging_share
from twin.kernels.conversion import quadratic_loss
from twin.kernels.fields import (
    BUS_CAPABILITY,
    BUS_E_IN,
    BUS_E_LOSS,
    BUS_E_OUT,
    BUS_E_UNSERVED,
    BUS_FEED,
    BUS_GAP,
    BUS_LIVE,
    BUS_LOSS,
    BUS_MECH_DEMAND,
    BUS_MECH_SERVED,
    BUS_MECH_SHARE,
    BUS_MODE,
    BUS_ON_LOCAL,
    BUS_ON_MAINS,
    BUS_PARALLEL,
    BUS_PARALLEL_TIME,
    BUS_POWER,
    BUS_POWER_GENSET,
    BUS_POWER_MAINS,
    BUS_POWER_STORAGE,
    BUS_SOFT,
    BUS_SYNCHRONISING,
    BUS_TO_LOCAL,
    BUS_TR_LOAD,
    BUS_TR_NO_LOAD,
    BUS_TR_POWER_FACTOR,
    BUS_TR_RATED,
    BUS_VOLTAGE,
    FEED_POWER,
    UPS_POWER_IN,
)
from twin.kernels.genset_plant import plant_power_step
from twin.kernels.pcs import pcs_idle_step
from twin.kernels.scalar import Array, scalar
from twin.kernels.supply_local import local_supply
from twin.kernels.supply_mains import follow_mains
from twin.kernels.ups import ROUNDING


@scalar
def transformer_loss(p: Array, b: int, power: float) -> float:
    """No-load loss and load loss (square of load) of the transformers of bus `b` [W], IEC 60076-1."""
    rated = p[BUS_TR_RATED, b]
    return quadratic_loss(
        power / p[BUS_TR_POWER_FACTOR, b], rated, p[BUS_TR_NO_LOAD, b] / rated, 0.0, p[BUS_TR_LOAD, b] / rated
    )


@scalar
def import_mains(p: Array, s: Array, b: int, s_feed: Array, power: float) -> None:
    """Take `power` [W] from the feed through the transformers of bus `b`, with their loss."""
    loss = transformer_loss(p, b, power) if s[BUS_VOLTAGE, b] > 0.0 else 0.0
    s[BUS_LOSS, b] = loss
    s[BUS_POWER_MAINS, b] = power + loss
    s_feed[FEED_POWER, int(p[BUS_FEED, b])] += power + loss


@scalar
def local_part(p: Array, s: Array, b: int) -> float:
    """Share of the load that local sources carry while bus `b` is in parallel, 0 to 1.

    Closed transition: the side that the bus comes from carries all until it opens. Soft: the load ramps over.
    """
    left = s[BUS_GAP, b] / p[BUS_PARALLEL_TIME, b] if p[BUS_PARALLEL_TIME, b] > 0.0 else 0.0
    left = min(left, 1.0) if p[BUS_SOFT, b] > 0.0 else 1.0
    return 1.0 - left if s[BUS_TO_LOCAL, b] > 0.0 else left


@scalar
def served_mechanical(s: Array, b: int, inputs: float) -> float:
    """Power that the mechanical loads of bus `b` get beside UPS `inputs` [W].

    Motors drop out of an island within the step in which other load rises above what its sources give: contactors
    let go in the dip of voltage, before speed is lost.
    """
    wanted = s[BUS_MECH_SHARE, b] * s[BUS_MECH_DEMAND, b]
    local = s[BUS_MODE, b] == BUS_ON_LOCAL or s[BUS_MODE, b] == BUS_SYNCHRONISING
    if not local or inputs + wanted <= s[BUS_CAPABILITY, b] * (1.0 + ROUNDING):
        return wanted
    served = max(min(s[BUS_CAPABILITY, b] - inputs, wanted), 0.0)
    s[BUS_MECH_SHARE, b] = served / s[BUS_MECH_DEMAND, b]
    return served


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
    nominal: float,
    dt: float,
) -> None:
    """Sum the children of bus `b`, supply them, and close its account.

    Parameters
    ----------
    share : float
        Share of the committed frequency response called for, -1 to 1.
    n_ups : int
        Number of UPS systems: the battery of converter k has index n_ups + k.
    nominal : float
        Nominal frequency [Hz].
    dt : float
        Step [s].
    """
    inputs = 0.0
    for u in range(ups_first, ups_last):
        inputs += s_ups[UPS_POWER_IN, u]
    mechanical = served_mechanical(s, b, inputs)
    power = inputs + mechanical
    rise = power - s[BUS_POWER, b]
    imported = s[BUS_POWER_MAINS, b] - s[BUS_LOSS, b]
    generated = s[BUS_POWER_GENSET, b]
    s[BUS_POWER, b] = power
    s[BUS_LOSS, b] = 0.0
    s[BUS_POWER_MAINS, b] = 0.0
    s[BUS_POWER_GENSET, b] = 0.0
    s[BUS_POWER_STORAGE, b] = 0.0
    mode = int(s[BUS_MODE, b])
    if mode == BUS_ON_MAINS:
        storage = follow_mains(
            p, s, b, p_pcs, s_pcs, pcs_first, pcs_last, p_bat, s_bat, n_ups, power, imported, share, dt
        )
        s[BUS_POWER_STORAGE, b] = storage
        import_mains(p, s, b, s_feed, power - storage)
    elif mode in (BUS_ON_LOCAL, BUS_SYNCHRONISING, BUS_PARALLEL):
        own = power * local_part(p, s, b) if mode == BUS_PARALLEL else power
        may = charging_share(p, s, b) if mode != BUS_PARALLEL else 0.0
        given = local_supply(
            p, s, b, p_gen, s_gen, gen_first, gen_last, p_pcs, s_pcs, pcs_first, pcs_last,
            p_bat, s_bat, n_ups, own, rise, generated, may, mode == BUS_PARALLEL, dt,
        )  # fmt: skip
        if mode == BUS_PARALLEL:
            import_mains(p, s, b, s_feed, power - given)
    else:
        for k in range(pcs_first, pcs_last):
            pcs_idle_step(p_pcs, s_pcs, k, p_bat, s_bat, n_ups + k, 0.0, dt)
    closed = mode in (BUS_ON_LOCAL, BUS_SYNCHRONISING, BUS_PARALLEL)
    plant_power_step(p_gen, s_gen, gen_first, gen_last, s[BUS_POWER_GENSET, b], closed, dt)
    bus_account(s, b, power, mechanical, dt)
    bus_rotate(s, b, nominal, dt)


@scalar
def bus_account(s: Array, b: int, power: float, mechanical: float, dt: float) -> None:
    """Close the account of bus `b`, and note for how long it served its mechanical loads."""
    given = s[BUS_POWER_MAINS, b] + s[BUS_POWER_GENSET, b] + s[BUS_POWER_STORAGE, b]
    s[BUS_MECH_SERVED, b] += s[BUS_MECH_SHARE, b] * dt
    # On the mains, motors are off the bus while it sags although rectifiers and power supplies may still draw.
    local = s[BUS_MODE, b] == BUS_ON_LOCAL or s[BUS_MODE, b] == BUS_SYNCHRONISING
    live = s[BUS_MECH_SHARE, b] > 0.0 or (local and s[BUS_CAPABILITY, b] > 0.0)
    s[BUS_LIVE, b] += dt if live else 0.0
    s[BUS_E_IN, b] += given * dt
    s[BUS_E_OUT, b] += power * dt
    s[BUS_E_LOSS, b] += s[BUS_LOSS, b] * dt
    s[BUS_E_UNSERVED, b] += (s[BUS_MECH_DEMAND, b] - mechanical) * dt
