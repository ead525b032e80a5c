"""Generating sets of one bus together: what they can carry and accept, how they close, share and hold the bus.

Engine sets run at one speed (`plant_swing.py`). Sources behind inverters (inertia 0, such as fuel cells) follow their
share of the load as fast as their ramp lets them; the machines, or storage on the bus, carry what they cannot yet.
"""

from __future__ import annotations

import math

from twin.kernels.angle import wrapped
from twin.kernels.fields import (
    GEN_BIAS,
    GEN_CHANGED,
    GEN_DIGESTED,
    GEN_F_NOMINAL,
    GEN_FAILED,
    GEN_FREQ_DEV,
    GEN_IN_REPAIR,
    GEN_INERTIA,
    GEN_JOINING,
    GEN_MODE,
    GEN_ON_BUS,
    GEN_PHASE,
    GEN_POWER,
    GEN_RAMP,
    GEN_RATED,
    GEN_READY,
    GEN_SOFT_LOAD,
    GEN_STEP,
    GEN_STEP_MAX,
    GEN_STEP_REST,
    GEN_TIMER,
    GEN_UNAVAILABLE,
    GEN_VOLTAGE,
    GEN_WARM,
    GEN_WARM_FIRST,
    GEN_WARM_UP,
    GEN_WORK,
)
from twin.kernels.fuel import genset_account_step
from twin.kernels.genset import enter, is_running, is_starting, no_load_speed
from twin.kernels.plant_swing import is_machine, plant_speed, plant_swing
from twin.kernels.scalar import Array, scalar
from twin.kernels.synchroniser import synchronise


@scalar
def set_limit(p: Array, s: Array, g: int) -> float:
    """Power set `g` can carry as warm as it is [W]: from `warm_first` to all of it over `warm_up`."""
    if p[GEN_WARM_UP, g] <= 0.0:
        return p[GEN_RATED, g]
    # In the middle of the step, so that a coarse step carries what finer ones do.
    warm = (s[GEN_WARM, g] - 0.5 * s[GEN_STEP, g]) / p[GEN_WARM_UP, g]
    share = p[GEN_WARM_FIRST, g] + (1.0 - p[GEN_WARM_FIRST, g]) * max(warm, 0.0)
    return p[GEN_RATED, g] * min(share, 1.0)


@scalar
def set_capability(p: Array, s: Array, g: int) -> float:
    """Power set `g` can carry in this step [W]: as its warmth, soft loading and, behind an inverter, ramp let it."""
    limit = set_limit(p, s, g) * (1.0 - s[GEN_JOINING, g])
    if p[GEN_INERTIA, g] > 0.0:
        return limit
    return min(limit, max(s[GEN_POWER, g], 0.0) + p[GEN_RAMP, g] * s[GEN_STEP, g])


@scalar
def plant_ready(p: Array, s: Array, first: int, last: int) -> tuple[float, float, bool]:
    """What the sets [first, last) can carry, and may still.

    Returns
    -------
    tuple of float, float, bool
        Power that sets on the bus can carry in this step [W], with their warm-up and ramps; rated power of all sets
        that are on the bus or may still come to it [W]; whether any is still starting.
    """
    carried = 0.0
    possible = 0.0
    starting = False
    for g in range(first, last):
        mode = s[GEN_MODE, g]
        if mode == GEN_ON_BUS:
            carried += set_capability(p, s, g)
        if mode != GEN_FAILED and mode != GEN_IN_REPAIR and s[GEN_UNAVAILABLE, g] <= 0.0:
            possible += p[GEN_RATED, g]
        starting = starting or is_starting(mode)
    return carried, possible, starting


@scalar
def plant_waiting(p: Array, s: Array, first: int, last: int) -> float:
    """Power that sets which are ready, with their breaker open, could carry at once [W]."""
    total = 0.0
    for g in range(first, last):
        if s[GEN_MODE, g] == GEN_READY:
            total += set_capability(p, s, g)
    return total


@scalar
def plant_accept(p: Array, s: Array, first: int, last: int) -> float:
    """Most load the sets on the bus take in addition in this step and stay within their transient limits [W].

    A set takes a step of `load_step_max`, and the next once it has recovered from it: over `load_step_interval` after
    a full step, a part of that after a part of one (ISO 8528-5: loads are accepted in steps, each followed by a
    recovery time; that they add up in proportion is assumed). Behind an inverter the ramp limits it.
    """
    total = 0.0
    for g in range(first, last):
        if s[GEN_MODE, g] == GEN_ON_BUS:
            power = s[GEN_POWER, g]
            room = max(set_capability(p, s, g) - power, 0.0)
            step = p[GEN_STEP_MAX, g] + s[GEN_DIGESTED, g] - power / p[GEN_RATED, g]
            total += min(room, max(step, 0.0) * p[GEN_RATED, g]) if p[GEN_INERTIA, g] > 0.0 else room
    return total


@scalar
def plant_frequency(p_gen: Array, s_gen: Array, first: int, last: int, nominal: float) -> float:
    """Frequency of the machines [first, last) on the bus [Hz]; inverters alone hold it at nominal."""
    _, inertia, speed = plant_speed(p_gen, s_gen, first, last)
    if last <= first:
        return nominal
    return p_gen[GEN_F_NOMINAL, first] * (1.0 + speed) if inertia > 0.0 else p_gen[GEN_F_NOMINAL, first]


@scalar
def plant_voltage(p: Array, s: Array, first: int, last: int) -> float:
    """Voltage of the plant's bus [pu], the mean of its machines by rating; inverters, or no set, count as 1."""
    rating = 0.0
    total = 0.0
    for g in range(first, last):
        if is_machine(p, s, g):
            rating += p[GEN_RATED, g]
            total += p[GEN_RATED, g] * s[GEN_VOLTAGE, g]
    return total / rating if rating > 0.0 else 1.0


@scalar
def plant_phase(p: Array, s: Array, first: int, last: int) -> tuple[bool, float]:
    """Whether any set is on the bus, and its voltage angle [rad], rotation at nominal frequency left out."""
    for g in range(first, last):
        if s[GEN_MODE, g] == GEN_ON_BUS:
            return True, s[GEN_PHASE, g]
    return False, 0.0


@scalar
def plant_close_step(
    p: Array, s: Array, first: int, last: int, live: bool, frequency: float, phase: float, dt: float
) -> None:
    """Close the breakers of sets that are ready.

    Parameters
    ----------
    p, s : (field, genset) arrays
        Parameters and this member's state.
    first, last : int
        Sets [first, last).
    live : bool
        Whether the bus is live: they synchronise with its `frequency` [Hz] and `phase` [rad, rotation at nominal
        frequency left out]. On a bus that is not, the first set closes at once, and the others synchronise with it. A
        set that joins load takes its share over `soft_load`.
    dt : float
        Step [s].
    """
    on, own = plant_phase(p, s, first, last)
    loaded = False
    for g in range(first, last):
        loaded = loaded or s[GEN_POWER, g] > 0.0
    voltage = plant_voltage(p, s, first, last)
    for g in range(first, last):
        if s[GEN_MODE, g] != GEN_READY:
            continue
        closes = p[GEN_INERTIA, g] <= 0.0
        alone = not live and not on
        if not closes and not alone:
            at = frequency if live else plant_frequency(p, s, first, last, 0.0)
            closes = synchronise(p, s, g, at, phase if live else own, voltage, dt)
        if closes or alone:
            joins = (live or loaded) and p[GEN_SOFT_LOAD, g] > 0.0 and p[GEN_INERTIA, g] > 0.0
            enter(s, g, GEN_ON_BUS)
            s[GEN_JOINING, g] = 1.0 if joins else 0.0
            s[GEN_BIAS, g] = no_load_speed(p, g) - s[GEN_FREQ_DEV, g]
            if alone:
                on, own = True, s[GEN_PHASE, g]
            else:
                s[GEN_PHASE, g] = phase if live else own


@scalar
def plant_closed(s: Array, first: int, last: int, t: float) -> None:
    """Note run time `t` [s] of the sets that have closed onto the bus in this step."""
    for g in range(first, last):
        if s[GEN_MODE, g] == GEN_ON_BUS and s[GEN_TIMER, g] == 0.0:
            s[GEN_CHANGED, g] = t


@scalar
def inverter_power(p: Array, s: Array, g: int, power: float, rating: float, carried: float) -> float:
    """Power of the inverter source `g` [W] when sets of `rating` that can carry `carried` [W] give `power`.

    With machines beside it, its share by rating as far as its ramp has come; without, its part of what all can carry.
    """
    able = set_capability(p, s, g)
    if rating > 0.0:
        return min(power * p[GEN_RATED, g] / rating, able)
    return power * able / carried if carried > 0.0 else 0.0


@scalar
def plant_power_step(
    p: Array, s: Array, first: int, last: int, power: float, closed: bool, dt: float
) -> None:
    """Load the sets [first, last) with `power` [W] for `dt` [s]: speed, voltage, share, fuel and account of each.

    Parameters
    ----------
    closed : bool
        Whether the plant is closed onto its bus. If not, sets that run burn fuel without load.
    """
    power = power if closed else 0.0
    machines, _, _ = plant_speed(p, s, first, last)
    rating = 0.0
    carried = 0.0
    for g in range(first, last):
        if s[GEN_MODE, g] == GEN_ON_BUS:
            rating += p[GEN_RATED, g]
            carried += set_capability(p, s, g)
    left = power
    for g in range(first, last):
        if s[GEN_MODE, g] == GEN_ON_BUS and p[GEN_INERTIA, g] <= 0.0:
            part = inverter_power(p, s, g, power, rating if machines > 0.0 else 0.0, carried)
            s[GEN_POWER, g] = part
            left -= part
        elif s[GEN_MODE, g] != GEN_ON_BUS:
            s[GEN_POWER, g] = 0.0
    if machines > 0.0:
        start, end = plant_swing(p, s, first, last, left, dt)
        machine_power(p, s, first, last, left, machines, end - start, dt)
        turn = math.pi * (start + end) * dt
        for g in range(first, last):
            if is_machine(p, s, g):
                s[GEN_PHASE, g] = wrapped(s[GEN_PHASE, g] + turn * p[GEN_F_NOMINAL, g])
    for g in range(first, last):
        if is_running(s[GEN_MODE, g]):
            digest(p, s, g, dt)
            genset_account_step(p, s, g, s[GEN_POWER, g], dt)


@scalar
def machine_power(
    p: Array, s: Array, first: int, last: int, power: float, rating: float, rise: float, dt: float
) -> None:
    """Electrical power of each machine over the step: its mechanical work less what its mass took up [W].

    Together they give `power`: what rounding, or a stall, leaves over is shared by rating.
    """
    left = power
    for g in range(first, last):
        if is_machine(p, s, g):
            mass = 2.0 * p[GEN_INERTIA, g] * p[GEN_RATED, g] * rise
            s[GEN_POWER, g] = (s[GEN_WORK, g] - mass) / dt
            left -= s[GEN_POWER, g]
    for g in range(first, last):
        if is_machine(p, s, g):
            s[GEN_POWER, g] += left * p[GEN_RATED, g] / rating


@scalar
def digest(p: Array, s: Array, g: int, dt: float) -> None:
    """Count up the load that set `g` has recovered from, at the rate of a full step per `load_step_interval`."""
    load = s[GEN_POWER, g] / p[GEN_RATED, g]
    if p[GEN_STEP_REST, g] > 0.0:
        load = min(load, s[GEN_DIGESTED, g] + dt * p[GEN_STEP_MAX, g] / p[GEN_STEP_REST, g])
    s[GEN_DIGESTED, g] = load
