"""Storage on the mains: set points, response, and a limit on how fast the site's import may change.

Limits on large loads are rates: IESO 20 MW/min; ERCOT (proposed) at most 10 MW peak to peak in any 5 s, which a rate
of 10 MW / 5 s = 2 MW/s keeps. Storage takes the difference between what the load does and what the import may do, as
far as it can, and goes back slowly to the charge it is to hold.
"""

from __future__ import annotations

from twin.kernels.fields import (
    BUS_MECH_SHARE,
    BUS_RAMP,
    BUS_RAMPING,
    BUS_RESTORE_CHARGE,
    BUS_TR_LOAD,
    BUS_TR_RATED,
    PCS_REFERENCE,
)
from twin.kernels.pcs import (
    charge_correction,
    lag_left,
    pcs_follow_step,
    pcs_idle_step,
    pcs_room,
    pcs_target,
)
from twin.kernels.scalar import Array, scalar


@scalar
def allowed_import(p: Array, s: Array, b: int, wanted: float, last: float, dt: float) -> float:
    """Import through the transformers that is nearest to `wanted` and within the ramp limit of `last` [W].

    The limit holds at the feed: the load loss of the transformers rises with the load, by at most 2 P loss / S^2.
    """
    if p[BUS_RAMP, b] <= 0.0 or s[BUS_RAMPING, b] <= 0.0:
        return wanted
    most = max(abs(wanted), abs(last))
    slope = 2.0 * p[BUS_TR_LOAD, b] * most / (p[BUS_TR_RATED, b] * p[BUS_TR_RATED, b])
    change = p[BUS_RAMP, b] * dt / (1.0 + slope)
    return min(max(wanted, last - change), last + change)


@scalar
def planned(
    p: Array,
    b: int,
    p_pcs: Array,
    s_pcs: Array,
    p_bat: Array,
    s_bat: Array,
    k: int,
    j: int,
    share: float,
    dt: float,
) -> tuple[float, float]:
    """Set point of converter `k`, and what it gives in this step without smoothing [W]."""
    restore = p[BUS_RESTORE_CHARGE, b] if p[BUS_RAMP, b] > 0.0 else 0.0
    correction = charge_correction(p_pcs, k, p_bat, s_bat, j, restore)
    target = pcs_target(p_pcs, s_pcs, k, share, correction)
    return target, target + (s_pcs[PCS_REFERENCE, k] - target) * lag_left(p_pcs, s_pcs, k, dt)


@scalar
def follow_mains(
    p: Array,
    s: Array,
    b: int,
    p_pcs: Array,
    s_pcs: Array,
    first: int,
    last: int,
    p_bat: Array,
    s_bat: Array,
    n_ups: int,
    power: float,
    imported: float,
    share: float,
    dt: float,
) -> float:
    """Step the converters [first, last) of bus `b` on the mains; return the power they give [W].

    Parameters
    ----------
    power : float
        What the children of the bus draw [W].
    imported : float
        What came through the transformers in the last step [W].
    share : float
        Share of the committed response called for, -1 to 1.

    Notes
    -----
    While the mains are outside their window the converters are blocked. Each takes part in smoothing by the room it
    has left beside its set point.
    """
    if s[BUS_MECH_SHARE, b] <= 0.0:
        for k in range(first, last):
            pcs_idle_step(p_pcs, s_pcs, k, p_bat, s_bat, n_ups + k, 0.0, dt)
        return 0.0
    plan = 0.0
    up = 0.0
    down = 0.0
    for k in range(first, last):
        _, mean = planned(p, b, p_pcs, s_pcs, p_bat, s_bat, k, n_ups + k, share, dt)
        charge, discharge = pcs_room(p_pcs, s_pcs, k, p_bat, s_bat, n_ups + k, dt)
        mean = min(max(mean, -charge), discharge)
        plan += mean
        up += discharge - mean
        down += mean + charge
    extra = power - plan - allowed_import(p, s, b, power - plan, imported, dt)
    room = up if extra > 0.0 else down
    part = min(abs(extra) / room, 1.0) if room > 0.0 else 0.0
    given = 0.0
    for k in range(first, last):
        target, mean = planned(p, b, p_pcs, s_pcs, p_bat, s_bat, k, n_ups + k, share, dt)
        charge, discharge = pcs_room(p_pcs, s_pcs, k, p_bat, s_bat, n_ups + k, dt)
        mean = min(max(mean, -charge), discharge)
        own = part * (discharge - mean) if extra > 0.0 else -part * (mean + charge)
        given += pcs_follow_step(p_pcs, s_pcs, k, p_bat, s_bat, n_ups + k, target, own, dt)
    s[BUS_RAMPING, b] = 1.0
    return given
