"""Who gets the power of a busbar: UPS inputs first, mechanical loads next, battery charging last.

On the mains there is power for everyone. On local sources loads are connected by priority, each after its time, and
each kind gets a share of what it cannot have whole. Mechanical loads and charging never take more than the sets
accept in the step (block loading).
"""

from __future__ import annotations

from twin.kernels.bus import mains_good, on_local
from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    BUS_BLOCK,
    BUS_CAPABILITY,
    BUS_CONNECT_1,
    BUS_LEVEL_CHARGE,
    BUS_LEVEL_MECH,
    BUS_LEVEL_UPS,
    BUS_LOCAL_TIME,
    BUS_MECH_DEMAND,
    BUS_MECH_SHARE,
    BUS_MODE,
    BUS_ON_MAINS,
    BUS_SHED,
    UPS_DIRECT,
    UPS_LIMIT,
    UPS_RATED,
    UPS_SPARE,
)
from twin.kernels.scalar import Array, scalar
from twin.kernels.ups import ups_want


@scalar
def connected(p: Array, s: Array, b: int, level: float) -> bool:
    """Whether loads of priority `level` are connected to bus `b`: at once on the mains, after their time off them."""
    delay = p[BUS_CONNECT_1 + int(level) - 1, b] if level >= 1.0 else 0.0
    return not on_local(s, b) or s[BUS_LOCAL_TIME, b] + INSTANT >= delay


@scalar
def shed(s: Array, b: int, level: float) -> bool:
    """Whether loads of priority `level` are shed."""
    return 0.0 < s[BUS_SHED, b] <= level


@scalar
def cooling_held(p: Array, s: Array, b: int) -> bool:
    """Whether the mechanical loads of bus `b` still wait for their turn on local sources."""
    return not connected(p, s, b, p[BUS_LEVEL_MECH, b])


@scalar
def charging_share(p: Array, s: Array, b: int) -> float:
    """1 where batteries on bus `b` may charge, 0 where their turn has not come or load is shed."""
    may = connected(p, s, b, p[BUS_LEVEL_CHARGE, b]) and s[BUS_SHED, b] <= 0.0
    return 1.0 if may else 0.0


@scalar
def bus_allocate(
    p: Array, s: Array, b: int, s_feed: Array, p_ups: Array, s_ups: Array, first: int, last: int
) -> None:
    """Share the capability of bus `b` among UPS inputs [first, last), mechanical loads and charging.

    A UPS whose load rises within the step may take what mechanical loads are to have: they drop out before it
    does, one step later. Plain connections are not limited and take no part in what is left.
    """
    capability = s[BUS_CAPABILITY, b] if connected(p, s, b, p[BUS_LEVEL_UPS, b]) else 0.0
    wanted = 0.0
    rated = 0.0
    for u in range(first, last):
        wanted += ups_want(p_ups, s_ups, u)
        if p_ups[UPS_DIRECT, u] <= 0.0:
            rated += p_ups[UPS_RATED, u]
    taken = min(wanted, capability)
    block = max(s[BUS_BLOCK, b] - taken, 0.0)
    mechanical = s[BUS_MECH_DEMAND, b]
    share = 0.0
    if s[BUS_BLOCK, b] > 0.0:
        share = 1.0 if block >= mechanical else block / mechanical
    # Motors drop out while the mains are outside the window, even before the bus opens.
    if s[BUS_MODE, b] == BUS_ON_MAINS and not mains_good(p, b, s_feed):
        share = 0.0
    if cooling_held(p, s, b) or shed(s, b, p[BUS_LEVEL_MECH, b]):
        share = 0.0
    s[BUS_MECH_SHARE, b] = share
    left = max(capability - wanted, 0.0)
    spare = max(block - share * mechanical, 0.0) * charging_share(p, s, b)
    scale = 1.0 if capability >= wanted else capability / wanted
    for u in range(first, last):
        part = p_ups[UPS_RATED, u] / rated if p_ups[UPS_DIRECT, u] <= 0.0 else 0.0
        s_ups[UPS_LIMIT, u] = scale * ups_want(p_ups, s_ups, u) + left * part
        s_ups[UPS_SPARE, u] = spare * part
        # A plain connection whose turn has not come is open, whatever it asks for.
        if p_ups[UPS_DIRECT, u] > 0.0 and not connected(p, s, b, p[BUS_LEVEL_UPS, b]):
            s_ups[UPS_LIMIT, u] = -1.0
