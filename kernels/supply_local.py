"""Local sources of an island: who carries its load.

Sets carry what they can and storage the rest; what sets have to spare charges storage. That is where a microgrid
controller takes the load; on the way there storage, which answers within the cycle, holds its part:

    P_s = P_target + (P_s' + k dP - P_target) exp(-dt / T),     k = stiffness of storage / stiffness of all

P_s' is what storage gave, dP the rise of the load, T the handover time, and the stiffness of a source its rated power
over its droop. Several converters share by droop, each within its limits.
"""

from __future__ import annotations

import math

from twin.kernels.fields import (
    BUS_HANDOVER,
    BUS_POWER_GENSET,
    BUS_POWER_STORAGE,
    GEN_DROOP,
    GEN_RATED,
    PCS_CAN_FORM,
    PCS_DEBT,
    PCS_FORMING,
    PCS_MODE,
    PCS_PEAK,
    PCS_POWER,
    PCS_RATED,
    PCS_STANDBY,
    PCS_WEIGHT,
)
from twin.kernels.genset_plant import plant_accept, plant_ready
from twin.kernels.pcs import (
    droop_share,
    pcs_charge_limit,
    pcs_form_step,
    pcs_idle_step,
    pcs_loss,
)
from twin.kernels.scalar import Array, scalar


@scalar
def forming_power(s: Array, first: int, last: int) -> tuple[float, float, float]:
    """What forming converters gave in the last step, what they can give now, and their stiffness [W]."""
    gave = 0.0
    peak = 0.0
    weight = 0.0
    for k in range(first, last):
        gave += s[PCS_POWER, k] if s[PCS_MODE, k] == PCS_FORMING else 0.0
        peak += s[PCS_PEAK, k]
        weight += s[PCS_WEIGHT, k]
    return gave, peak, weight


@scalar
def charge_room(p: Array, s_bat: Array, first: int, last: int, n_ups: int) -> float:
    """Sum of what the converters of an island can take to charge [W]."""
    room = 0.0
    for k in range(first, last):
        room += pcs_charge_limit(p, s_bat, k, n_ups + k) if p[PCS_CAN_FORM, k] > 0.0 else 0.0
    return room


@scalar
def sets_stiffness(p: Array, first: int, last: int, running: float) -> float:
    """Stiffness of the sets that run: rated power over the droop of the plant [W]."""
    total = 0.0
    stiff = 0.0
    for g in range(first, last):
        total += p[GEN_RATED, g]
        stiff += p[GEN_RATED, g] / max(p[GEN_DROOP, g], 1e-4)
    return stiff * running / total if total > 0.0 else 0.0


@scalar
def storage_share(
    p: Array,
    b: int,
    power: float,
    rise: float,
    running: float,
    most: float,
    stiffness: float,
    gave: float,
    peak: float,
    weight: float,
    room: float,
    dt: float,
) -> float:
    """Power that storage gives of the `power` of an island, charging negative [W].

    Parameters
    ----------
    power, rise : float
        Load, and its rise since the last step [W].
    running, most : float
        What the sets can carry, and what they accept in this step [W].
    stiffness, weight : float
        Of the sets, and of storage [W].
    gave, peak, room : float
        What storage gave, can give, and can take [W].
    """
    target = power - min(power, running)
    if target <= 0.0:
        target = -min(max(running - power, 0.0), room)
    if weight > 0.0 and p[BUS_HANDOVER, b] > 0.0:
        held = gave + rise * weight / (weight + stiffness)
        target += (held - target) * math.exp(-dt / p[BUS_HANDOVER, b])
    # Sets take no more in a step than they accept, as long as storage can give the rest.
    target = max(target, power - min(running, most))
    return min(max(target, -room), peak, power)


@scalar
def local_supply(
    p: Array,
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
    rise: float,
    generated: float,
    may_charge: float,
    limited: bool,
    dt: float,
) -> float:
    """Supply bus `b` with `power` [W] from its local sources; return what they give.

    Parameters
    ----------
    rise : float
        Rise of the load since the last step [W].
    generated : float
        What the sets gave in the last step [W].
    may_charge : float
        1 where storage may charge from the sets, else 0.
    limited : bool
        Whether the mains are there for what local sources cannot give; if not, they give all of it: sets beyond
        their rating for the step or, without sets, the DC links of the converters.
    """
    running, _, _ = plant_ready(p_gen, s_gen, gen_first, gen_last)
    gave, peak, weight = forming_power(s_pcs, pcs_first, pcs_last)
    asked = min(power, running + peak) if limited else power
    room = may_charge * charge_room(p_pcs, s_bat, pcs_first, pcs_last, n_ups)
    most = generated + plant_accept(p_gen, s_gen, gen_first, gen_last)
    stiffness = sets_stiffness(p_gen, gen_first, gen_last, running)
    wanted = storage_share(p, b, asked, rise, running, most, stiffness, gave, peak, weight, room, dt)
    if running <= 0.0:
        wanted = asked
    fall = droop_share(s_pcs, pcs_first, pcs_last, wanted) if wanted > 0.0 else 0.0
    over = max(wanted - peak, 0.0) / weight if weight > 0.0 else 0.0
    storage = 0.0
    for k in range(pcs_first, pcs_last):
        part = 0.0
        if wanted > 0.0:
            part = min(fall * s_pcs[PCS_WEIGHT, k], s_pcs[PCS_PEAK, k]) + over * s_pcs[PCS_WEIGHT, k]
        elif wanted < 0.0 and p_pcs[PCS_CAN_FORM, k] > 0.0:
            part = wanted * pcs_charge_limit(p_pcs, s_bat, k, n_ups + k) / room
            # What does not cover the converter's own loss charges nothing.
            part = part if -part > pcs_loss(p_pcs, k, part) else 0.0
        # An empty battery must not pay for the standby of its converter.
        if part == 0.0 and (running > 0.0 or s_pcs[PCS_PEAK, k] <= 0.0):
            spare = running - (asked - storage)
            standby = p_pcs[PCS_STANDBY, k] * p_pcs[PCS_RATED, k]
            part = -standby if spare >= standby and s_pcs[PCS_DEBT, k] <= 0.0 else 0.0
            pcs_idle_step(p_pcs, s_pcs, k, p_bat, s_bat, n_ups + k, -part, dt)
        else:
            pcs_form_step(p_pcs, s_pcs, k, p_bat, s_bat, n_ups + k, part, dt)
        storage += part
    s[BUS_POWER_GENSET, b] = asked - storage
    s[BUS_POWER_STORAGE, b] = storage
    return asked
