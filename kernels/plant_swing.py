"""Machines of a plant on one bus: a common speed, and how governors and regulators answer its load.

Sets in parallel are synchronous: sum(2 H S) dw/dt = sum(P_mech) - P [1], and each gives P_mech - 2 H S dw/dt. A substep
kicks the speed for half of it, advances every engine and excitation at the speed in the middle, and kicks again (Strang
splitting, second order). A load that has settled needs no substeps: a coarse step costs as little as a fine one.

[1] P. Kundur, *Power System Stability and Control*, McGraw-Hill 1994, eq. 3.209 and section 11.1.
"""

from __future__ import annotations

from twin.kernels.engine_dynamics import engine_settle, engine_substep
from twin.kernels.exciter import excitation_settle, excitation_substep
from twin.kernels.fields import (
    GEN_DROOP,
    GEN_FREQ_DEV,
    GEN_FRICTION,
    GEN_INERTIA,
    GEN_JOINING,
    GEN_MECH,
    GEN_MODE,
    GEN_ON_BUS,
    GEN_P_NOMINAL,
    GEN_RACK_MAX,
    GEN_RATED,
    GEN_SOFT_LOAD,
    GEN_SUB,
    GEN_SUBSTEPS,
    GEN_WORK,
)
from twin.kernels.scalar import Array, scalar

COARSE = 0.4
"""From this step on, a load that changes by less than `SMALL` is taken to settle within it [s]."""

SMALL = 0.02
"""Change of load, per unit of the machines' rating, that does not move the frequency enough to matter."""

STILL = 1e-5
"""A plant whose speed [pu/s] and powers [pu / 10 s] change slower than this has settled."""

STALLED = -0.5
"""Speed deviation at which engines have stalled [pu]."""


@scalar
def is_machine(p: Array, s: Array, g: int) -> bool:
    """Whether set `g` is a rotating machine on the bus."""
    return s[GEN_MODE, g] == GEN_ON_BUS and p[GEN_INERTIA, g] > 0.0


@scalar
def plant_speed(p: Array, s: Array, first: int, last: int) -> tuple[float, float, float]:
    """Rating [W], momentum sum(2 H S) [W s] and common speed deviation [pu] of the machines on the bus.

    Sets that have just closed bring their own speed: momentum is kept.
    """
    rating = 0.0
    inertia = 0.0
    momentum = 0.0
    for g in range(first, last):
        if is_machine(p, s, g):
            m = 2.0 * p[GEN_INERTIA, g] * p[GEN_RATED, g]
            rating += p[GEN_RATED, g]
            inertia += m
            momentum += m * s[GEN_FREQ_DEV, g]
    return rating, inertia, momentum / inertia if inertia > 0.0 else 0.0


@scalar
def greatest_power(p: Array, s: Array, first: int, last: int) -> float:
    """Power of the machines on the bus at their fuel stops [W]."""
    total = 0.0
    for g in range(first, last):
        if is_machine(p, s, g):
            total += p[GEN_RATED, g] * p[GEN_RACK_MAX, g]
    return total


@scalar
def sharing_load(p: Array, s: Array, first: int, last: int) -> float:
    """Load sharing line: power of the isochronous machines per rating that takes its share [pu]."""
    power = 0.0
    rating = 0.0
    for g in range(first, last):
        if is_machine(p, s, g) and p[GEN_DROOP, g] <= 0.0:
            power += p[GEN_RATED, g] * s[GEN_MECH, g]
            rating += p[GEN_RATED, g] * (1.0 - s[GEN_JOINING, g])
    return power / rating if rating > 0.0 else 0.0


@scalar
def settled_state(p: Array, s: Array, first: int, last: int, power: float) -> tuple[bool, float, float]:
    """Steady state of the machines at a load: whether there is one, speed deviation, load of isochronous sets [pu].

    With an isochronous set the speed is nominal, droop sets give what they give there, and isochronous sets share the
    rest; without one, speed is where the droops add up to the load [1].
    """
    free = 0.0
    stiffness = 0.0
    balance = 0.0
    for g in range(first, last):
        if is_machine(p, s, g):
            if s[GEN_JOINING, g] > 0.0:
                return False, 0.0, 0.0
            if p[GEN_DROOP, g] > 0.0:
                stiffness += p[GEN_RATED, g] / p[GEN_DROOP, g]
                balance += p[GEN_RATED, g] * p[GEN_P_NOMINAL, g]
            else:
                free += p[GEN_RATED, g]
    mean = (power - balance) / free if free > 0.0 else 0.0
    speed = 0.0 if free > 0.0 else (balance - power) / stiffness
    for g in range(first, last):
        if is_machine(p, s, g):
            mech = settled_power(p, g, speed, mean)
            if mech < -p[GEN_FRICTION, g] or mech > p[GEN_RACK_MAX, g]:
                return False, speed, mean
    return True, speed, mean


@scalar
def settled_power(p: Array, g: int, speed: float, mean: float) -> float:
    """Power of machine `g` in the steady state [pu]."""
    if p[GEN_DROOP, g] > 0.0:
        return p[GEN_P_NOMINAL, g] - speed / p[GEN_DROOP, g]
    return mean


@scalar
def settle(p: Array, s: Array, first: int, last: int, speed: float, mean: float, load: float) -> None:
    """Put every machine into its steady state."""
    for g in range(first, last):
        if is_machine(p, s, g):
            engine_settle(p, s, g, speed, settled_power(p, g, speed, mean))
            excitation_settle(p, s, g, load, 1.0 + speed)


@scalar
def swing_substep(
    p: Array,
    s: Array,
    first: int,
    last: int,
    power: float,
    load: float,
    speed: float,
    inertia: float,
    h: float,
) -> tuple[float, float]:
    """One substep: speed deviation at its end [pu], and how far from still the plant is (1 at `STILL`)."""
    before = 0.0
    for g in range(first, last):
        if is_machine(p, s, g):
            before += p[GEN_RATED, g] * s[GEN_MECH, g]
    middle = speed + 0.5 * h * (before - power) / inertia
    mean = sharing_load(p, s, first, last)
    after = 0.0
    moved = 0.0
    for g in range(first, last):
        if is_machine(p, s, g):
            mech = s[GEN_MECH, g]
            if s[GEN_JOINING, g] > 0.0:
                s[GEN_JOINING, g] = max(s[GEN_JOINING, g] - h / p[GEN_SOFT_LOAD, g], 0.0)
                moved = 1.0
            engine_substep(p, s, g, middle, mean)
            excitation_substep(p, s, g, load, 1.0 + middle)
            s[GEN_WORK, g] += 0.5 * h * p[GEN_RATED, g] * (mech + s[GEN_MECH, g])
            after += p[GEN_RATED, g] * s[GEN_MECH, g]
            moved = max(moved, abs(s[GEN_MECH, g] - mech) / h)
    end = middle + 0.5 * h * (after - power) / inertia
    return end, max(0.1 * moved, abs(end - speed) / h) / STILL


@scalar
def plant_swing(p: Array, s: Array, first: int, last: int, power: float, dt: float) -> tuple[float, float]:
    """Load the machines on the bus with `power` [W] for `dt` [s]; speed deviation at the start and at the end [pu].

    Writes the speed, engine and excitation of each, and to GEN_WORK its mechanical work [J].

    Notes
    -----
    Loads beyond the plant are shed within a fraction of a second, but one step late: a coarse step swings with no more
    than the engines can give, or the plant would stall on what was never connected for so long.
    """
    rating, inertia, start = plant_speed(p, s, first, last)
    if dt >= COARSE:
        power = min(power, greatest_power(p, s, first, last))
    load = power / rating
    h, count = dt, 1
    mech = 0.0
    for g in range(first, last):
        if is_machine(p, s, g):
            s[GEN_WORK, g] = 0.0
            mech += p[GEN_RATED, g] * s[GEN_MECH, g]
            h = s[GEN_SUB, g]
            count = int(s[GEN_SUBSTEPS, g])
    speed = start
    steady, rest, mean = settled_state(p, s, first, last, power)
    near = abs(mech - power) < SMALL * rating and abs(start - rest) < 0.1 * SMALL
    done = 0
    if not (dt >= COARSE and steady and near):
        while done < count:
            speed, activity = swing_substep(p, s, first, last, power, load, speed, inertia, h)
            done += 1
            if speed <= STALLED:
                speed = STALLED
                break
            if dt >= COARSE and activity < 1.0:
                break
    steady, rest, mean = settled_state(p, s, first, last, power)
    if done < count and speed > STALLED and steady:
        speed = rest
        settle(p, s, first, last, speed, mean, load)
    for g in range(first, last):
        if is_machine(p, s, g):
            s[GEN_WORK, g] += (count - done) * h * p[GEN_RATED, g] * s[GEN_MECH, g]
            s[GEN_FREQ_DEV, g] = speed
    return start, speed
