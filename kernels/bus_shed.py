"""Load shedding of an island by priority, and restoring it.

`BUS_SHED` is the lowest priority number that is disconnected: 0 sheds nothing, 3 sheds priorities 3 and above.
Priority 1 is never shed; where it alone is too much, UPS inputs are scaled and their batteries help.

    0 --too large for shed_delay--> n --again--> n - 1 ... --> 2
    ^                                                          |
    +---- room for the next for restore_delay, one by one <----+

Load is too large while it is above what the sources can sustain, while frequency is below `frequency_shed`, or
while storage alone feeds the island and its charge is below `shed_soc`. A priority comes back when the sources can
carry what shedding it took off, as a block; back on the mains all come back, one by one.
"""

from __future__ import annotations

from twin.kernels.bus import on_local
from twin.kernels.bus_share import cooling_held, shed
from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    BUS_BLOCK,
    BUS_CONTROL_OUT,
    BUS_DEAD,
    BUS_F_SHED,
    BUS_FREQUENCY,
    BUS_LEVEL_MECH,
    BUS_LEVELS,
    BUS_MECH_DEMAND,
    BUS_MODE,
    BUS_OPENING,
    BUS_POWER,
    BUS_RESTORE_DELAY,
    BUS_RESTORE_TIMER,
    BUS_SHED,
    BUS_SHED_1,
    BUS_SHED_DELAY,
    BUS_SHED_FROM,
    BUS_SHED_SINCE,
    BUS_SHED_SOC,
    BUS_SHED_TIMER,
    BUS_SUSTAINED,
)
from twin.kernels.scalar import Array, scalar
from twin.kernels.ups import ROUNDING

# What shedding takes off is read within this time after it, when the loads have opened [s].
SETTLED = 1.0


@scalar
def connected_demand(p: Array, s: Array, b: int, demand: float) -> float:
    """Part of `demand` on bus `b` that is not shed and whose turn has come: without cooling where it is off [W]."""
    off = cooling_held(p, s, b) or shed(s, b, p[BUS_LEVEL_MECH, b])
    return demand - s[BUS_MECH_DEMAND, b] if off else demand


@scalar
def too_large(p: Array, s: Array, b: int, demand: float, charge: float, sets: float) -> bool:
    """Whether bus `b` must shed: load above what can be sustained, low frequency, or storage that runs out."""
    above = demand > s[BUS_SUSTAINED, b] * (1.0 + ROUNDING)
    slow = 0.0 < s[BUS_FREQUENCY, b] < p[BUS_F_SHED, b]
    return above or slow or (sets <= 0.0 and charge < p[BUS_SHED_SOC, b])


@scalar
def bus_shed_step(p: Array, s: Array, b: int, demand: float, charge: float, sets: float, dt: float) -> None:
    """Shed or restore one priority of bus `b`.

    Parameters
    ----------
    demand : float
        What the bus will be asked for, see `bus_demand` [W].
    charge : float
        Charge of its storage, 0 to 1.
    sets : float
        What its generators on the bus can carry [W].
    dt : float
        Step [s].
    """
    levels = int(p[BUS_LEVELS, b])
    idle = s[BUS_MODE, b] == BUS_DEAD or s[BUS_MODE, b] == BUS_OPENING
    if levels < 2 or idle or s[BUS_CONTROL_OUT, b] > 0.0:
        return
    now = connected_demand(p, s, b, demand)
    level = int(s[BUS_SHED, b])
    s[BUS_SHED_SINCE, b] += dt
    if level > 0 and s[BUS_SHED_SINCE, b] <= SETTLED:
        s[BUS_SHED_1 + level - 1, b] = max(s[BUS_SHED_FROM, b] - now, 0.0)
    large = on_local(s, b) and too_large(p, s, b, now, charge, sets)
    s[BUS_SHED_TIMER, b] = s[BUS_SHED_TIMER, b] + dt if large else 0.0
    if large and level != 2 and s[BUS_SHED_TIMER, b] + INSTANT >= p[BUS_SHED_DELAY, b]:
        s[BUS_SHED, b] = level - 1 if level > 2 else levels
        s[BUS_SHED_FROM, b] = now
        s[BUS_SHED_SINCE, b] = 0.0
        s[BUS_SHED_TIMER, b] = 0.0
        s[BUS_RESTORE_TIMER, b] = 0.0
        return
    block = s[BUS_SHED_1 + level - 1, b] if level > 0 else 0.0
    # The block must fit under what can be sustained, and into what the sets accept in one step.
    fits = now + block <= s[BUS_SUSTAINED, b] and s[BUS_POWER, b] + block <= s[BUS_BLOCK, b]
    charged = sets > 0.0 or not on_local(s, b) or charge >= p[BUS_SHED_SOC, b]
    room = level > 0 and not large and fits and charged
    s[BUS_RESTORE_TIMER, b] = s[BUS_RESTORE_TIMER, b] + dt if room else 0.0
    if room and s[BUS_RESTORE_TIMER, b] + INSTANT >= p[BUS_RESTORE_DELAY, b]:
        s[BUS_SHED, b] = level + 1 if level < levels else 0.0
        s[BUS_RESTORE_TIMER, b] = 0.0
