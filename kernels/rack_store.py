"""Energy stores in the rack: a battery shelf that backs up, and capacitors that smooth.

Both sit on the DC busbar behind the power supplies, so what they give has not passed the supplies and does not pay
their loss. Energy is counted between empty (0) and full; half of the round-trip loss is paid each way.

Backup (OCP ORv3 battery backup unit)::

                input not enough for detection            empty
    READY -----------------------------------> GIVING -----------> EMPTY
      ^                                           |                  |
      +---------- full ------- CHARGING <---------+------------------+
                                     input is enough again

It needs no mode of its own: its energy and the time that the input has not been enough say where it is. Until it
gives, the bulk capacitors carry. Smoothing has no modes either: a low-pass filter, within energy and power.
"""

from __future__ import annotations

import math

from twin.kernels.fields import (
    RACK_POWER_OTHER,
    RACK_SMOOTH,
    RACK_STORE,
    RACK_STORE_BALANCE,
    RACK_STORE_CHARGE,
    RACK_STORE_CLOCK,
    RACK_STORE_DETECT,
    RACK_STORE_EFFICIENCY,
    RACK_STORE_ENERGY,
    RACK_STORE_KIND,
    RACK_STORE_POWER,
    RACK_STORE_RATE,
    RACK_STORE_TAU,
    STORE_BACKUP,
)
from twin.kernels.lag import lag_end, lag_mean
from twin.kernels.rack_load import rack_loss
from twin.kernels.scalar import Array, scalar


@scalar
def one_way(efficiency: float) -> float:
    """Efficiency of one direction, the root of the round trip."""
    return math.sqrt(efficiency)


@scalar
def store_bounds(
    energy: float, full: float, give: float, take: float, efficiency: float, dt: float
) -> tuple[float, float]:
    """Most power a store can take and give throughout a step.

    Parameters
    ----------
    energy, full : float
        Energy in it and its usable energy [J].
    give, take : float
        Rated powers [W].
    efficiency : float
        Round trip, above 0 to 1.
    dt : float
        Step [s].

    Returns
    -------
    lowest, highest : float
        Power to the busbar [W]: charging is negative.
    """
    way = one_way(efficiency)
    highest = min(give, max(energy, 0.0) * way / dt)
    lowest = -min(take, max(full - energy, 0.0) / (way * dt))
    return lowest, highest


@scalar
def store_after(energy: float, full: float, power: float, efficiency: float, dt: float) -> float:
    """Energy in a store after a step at `power` to the busbar, charging negative [J].

    E' = E - P dt / eta while it gives, E - P dt eta while it takes, eta the root of the round trip; rounding
    beyond empty or full is cut.
    """
    way = one_way(efficiency)
    after = energy - (power / way if power > 0.0 else power * way) * dt
    return min(max(after, 0.0), full)


@scalar
def smooth_follow(before: float, load: float, tau: float, rate: float, dt: float) -> tuple[float, float]:
    """Supply power that follows a load through a low-pass filter and a rate limit.

    Parameters
    ----------
    before : float
        Followed power at the start of the step [W].
    load : float
        Mean load of the step [W].
    tau : float
        Time constant of the filter [s]; 0 follows at once.
    rate : float
        Largest change [W/s].
    dt : float
        Step [s].

    Returns
    -------
    after, mean : float
        Followed power at the end of the step, and its mean over it [W].
    """
    after = lag_end(before, load, dt, tau)
    mean = lag_mean(before, load, dt, tau)
    if abs(after - before) > rate * dt:
        after = before + (rate * dt if after > before else -rate * dt)
        mean = 0.5 * (before + after)
    return after, mean


@scalar
def smooth_correction(energy: float, full: float, balance: float, dt: float) -> float:
    """Mean supply power that brings a smoothing store back towards half charge [W].

    dE/dt = (E_full / 2 - E) / T_balance, discretised exactly: it covers the store's loss in the long run, and is slow
    beside the waveform.
    """
    return (0.5 * full - energy) * -math.expm1(-dt / balance) / dt


@scalar
def store_plan(p: Array, s: Array, i: int, want: float, room: float, dt: float) -> float:
    """Power the store of rack `i` gives on a plan, charging negative: smoothing, or recharge after use [W].

    Parameters
    ----------
    want : float
        Mean power the servers want [W].
    room : float
        Most that the supplies can draw in the step [W]; a backup store charges from what they have to spare.
    """
    full = p[RACK_STORE_ENERGY, i]
    lowest, highest = store_bounds(
        s[RACK_STORE, i],
        full,
        p[RACK_STORE_POWER, i],
        p[RACK_STORE_CHARGE, i],
        p[RACK_STORE_EFFICIENCY, i],
        dt,
    )
    if p[RACK_STORE_KIND, i] == STORE_BACKUP:
        power = want - lowest
        fits = power + rack_loss(p, i, power - p[RACK_POWER_OTHER, i]) <= room
        return lowest if fits else 0.0
    before = s[RACK_SMOOTH, i] if s[RACK_SMOOTH, i] >= 0.0 else want
    after, mean = smooth_follow(before, want, p[RACK_STORE_TAU, i], p[RACK_STORE_RATE, i], dt)
    planned = want - mean - smooth_correction(s[RACK_STORE, i], full, p[RACK_STORE_BALANCE, i], dt)
    # The filter goes on where the store is at its limits and lets the load through, so it finds its middle again.
    s[RACK_SMOOTH, i] = after
    return min(max(planned, lowest), highest, want)


@scalar
def backup_give(p: Array, s: Array, i: int, missing: float, dt: float) -> float:
    """Mean power that a backup store gives towards the server power `missing`, after its detection [W]."""
    clock = s[RACK_STORE_CLOCK, i]
    s[RACK_STORE_CLOCK, i] = clock + dt
    part = min(max((clock + dt - p[RACK_STORE_DETECT, i]) / dt, 0.0), 1.0)
    way = one_way(p[RACK_STORE_EFFICIENCY, i])
    return min(missing * part, p[RACK_STORE_POWER, i] * part, s[RACK_STORE, i] * way / dt)
