"""Transport delay and heat capacity of a pipe: plug flow through a ring of cells.

Water is kept as parcels in a ring of `PIPE_CELLS` rows of a state block, one that is being filled, one that is being
emptied and full ones between; a parcel is mixed in itself alone and moves whole. So the mean time from inlet to outlet
is volume over flow at any step and flow, nothing is smeared beyond a fifteenth of the pipe, and the heat in the pipe
is that of its parcels. Delay of plug flow: O. Levenspiel, *Chemical Reaction Engineering*, 3rd ed., chapter 11
(remembered). Axial mixing and the heat of the pipe wall are left out.

Amounts of water are heat capacities [J/K], mass times specific heat, so that the equations hold for any liquid.
"""

from __future__ import annotations

import math

from twin.kernels.scalar import Array, scalar

PIPE_CELLS = 16
"""Rows of parcels; behind them in the state block stand the parcel being filled and the share of it that is."""
PIPE_PARCELS = 15.0
"""Parcels that a pipe holds: the one being filled and the one being emptied make up one."""


@scalar
def parcel(s: Array, first: int, u: int, age: int) -> int:
    """Row of the parcel that leaves as number `age`, 0 the one being emptied, PIPE_CELLS - 1 the one being filled."""
    return first + (int(s[first + PIPE_CELLS, u]) + 1 + age) % PIPE_CELLS


@scalar
def parcel_size(s: Array, first: int, u: int, age: int) -> float:
    """Size of that parcel, in full parcels."""
    fill: float = s[first + PIPE_CELLS + 1, u]
    if age == 0:
        return 1.0 - fill
    return fill if age == PIPE_CELLS - 1 else 1.0


@scalar
def pipe_outlet(
    s: Array,
    first: int,
    u: int,
    capacity: float,
    moved: float,
    inlet: float,
    conductance: float,
    ambient: float,
    dt: float,
) -> float:
    """Mean temperature at the outlet while `moved` goes through, without moving it; affine in `inlet`.

    Parameters
    ----------
    s : ndarray, shape (field, unit)
        States; the pipe is in the rows from `first` on, column `u`.
    first, u : int
        Where the pipe is.
    capacity, moved : float
        Water in the pipe and water that enters it in the step [J/K]; a capacity of 0 is no pipe.
    inlet : float
        Temperature at which it enters [degC].
    conductance : float
        Heat per kelvin to the ambient, whole pipe [W/K], at least 0.
    ambient : float
        Temperature around it [degC].
    dt : float
        Step [s], above 0.

    Returns
    -------
    float
        Mean by amount of what leaves [degC]; where nothing moves, that of the water at the outlet in the end.
    """
    if capacity <= 0.0:
        return inlet
    if moved <= 0.0:
        return float(
            ambient + (s[parcel(s, first, u, 0), u] - ambient) * math.exp(-conductance * dt / capacity)
        )
    size = capacity / PIPE_PARCELS
    decay = conductance * dt / (capacity * moved)
    fill = s[first + PIPE_CELLS + 1, u]
    gone = 0.0
    heat = 0.0
    for age in range(PIPE_CELLS):
        share = 1.0 if age == PIPE_CELLS - 1 else parcel_size(s, first, u, age)
        take = min(share * size, moved - gone)
        if take > 0.0:
            middle = gone + 0.5 * take
            above = (s[parcel(s, first, u, age), u] - ambient) * math.exp(-decay * middle)
            if age == PIPE_CELLS - 1:
                # The newest parcel is filled up with what enters before it leaves.
                entered = 0.5 * (1.0 - fill) * size
                above = fill * above + (1.0 - fill) * (inlet - ambient) * math.exp(
                    -decay * (middle - entered)
                )
            heat += take * (ambient + above)
            gone += take
    rest = max(moved - gone, 0.0)
    heat += rest * (ambient + (inlet - ambient) * math.exp(-decay * capacity))
    return heat / moved


@scalar
def pipe_cool(s: Array, first: int, u: int, size: float, kept: float, ambient: float) -> float:
    """Let every parcel keep a share `kept` of its distance from the ambient; the heat lost [J].

    `size` is the heat capacity of a full parcel [J/K].
    """
    lost = 0.0
    for age in range(PIPE_CELLS):
        row = parcel(s, first, u, age)
        fall = (s[row, u] - ambient) * (1.0 - kept)
        s[row, u] -= fall
        lost += parcel_size(s, first, u, age) * size * fall
    return lost


@scalar
def pipe_move(
    s: Array,
    first: int,
    u: int,
    capacity: float,
    moved: float,
    inlet: float,
    conductance: float,
    ambient: float,
    dt: float,
) -> tuple[float, float]:
    """Move the water of a pipe by a step; parameters as in `pipe_outlet`.

    Returns
    -------
    tuple of float
        Mean temperature of what left [degC] and the heat lost to the ambient [J]. Heat in less heat out less loss is
        the change of `pipe_heat`, to rounding. The loss is exact at rest; in flow its splitting errs by the square of
        a parcel's loss, below 1e-5 of it for a pipe that loses a tenth.
    """
    if capacity <= 0.0:
        return inlet, 0.0
    size = capacity / PIPE_PARCELS
    head, filled = first + PIPE_CELLS, first + PIPE_CELLS + 1
    lost = 0.0
    if moved <= 0.0:
        if conductance > 0.0:
            lost = pipe_cool(s, first, u, size, math.exp(-conductance * dt / capacity), ambient)
        return float(s[parcel(s, first, u, 0), u]), lost
    decay = conductance * dt / (capacity * moved)
    left = moved
    out = 0.0
    for _ in range(PIPE_CELLS):
        room = (1.0 - s[filled, u]) * size
        chunk = min(left, room)
        if chunk > 0.0:
            kept = math.exp(-0.5 * decay * chunk)
            if conductance > 0.0:
                lost += pipe_cool(s, first, u, size, kept, ambient)
            newest = parcel(s, first, u, PIPE_CELLS - 1)
            out += chunk * s[parcel(s, first, u, 0), u]
            held = s[filled, u] * size
            s[newest, u] = (held * s[newest, u] + chunk * inlet) / (held + chunk)
            if left >= room:
                s[head, u] = float((int(s[head, u]) + 1) % PIPE_CELLS)
                s[filled, u] = 0.0
            else:
                s[filled, u] += chunk / size
            if conductance > 0.0:
                lost += pipe_cool(s, first, u, size, kept, ambient)
            left -= chunk
    if left > 0.0:
        # Everything in the pipe has entered at this inlet: what is left goes through it as it stands.
        through = ambient + (inlet - ambient) * math.exp(-decay * capacity)
        out += left * through
        lost += left * (inlet - through)
    return out / moved, lost


@scalar
def pipe_heat(s: Array, first: int, u: int, capacity: float) -> float:
    """Heat in a pipe above 0 degC [J]; `capacity` as in `pipe_outlet`."""
    heat = 0.0
    for age in range(PIPE_CELLS):
        heat += parcel_size(s, first, u, age) * s[parcel(s, first, u, age), u]
    return heat * capacity / PIPE_PARCELS
