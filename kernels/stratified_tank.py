"""A stratified water tank: plug flow between its ports, conduction between layers, standby loss, no inversion.

The water stands in layers of one volume. What enters at a port collects in the layer there and pushes the others
along, as in the plug-flow tank of TRNSYS (type 38; remembered), so that a front moves through the tank without
smearing, however short or long the step: layers are moved as wholes, and only the two at the ports are part-filled.
Between neighbours heat is conducted,

    dT_i/dt = g (T_{i-1} - T_i) / C_i + g (T_{i+1} - T_i) / C_i - (U / C) (T_i - T_ambient),

each pair exactly as if it were alone, down the tank for half a step and up for the other half (Strang splitting,
SIAM J. Numer. Anal. 5 (1968) 506; remembered): of second order, stable at any step, and what one layer gives the
other gets. It holds to 0.1 % while `g dt / C` stays below 0.1; a step of a quarter of an hour is 0.001 in a tank of
10 m. The loss has one rate for all layers, commutes with the rest and is exact. A layer warmer than the one above it
mixes with it at once: water is lighter when warmer, above 4 degC.

Rows of the state array: `first` to `first + layers` hold temperatures from the top down, one more than there are
layers, and `first + layers + 1` the volume in the topmost [m3]. That volume lies in `[0, layer_volume]`, the lowest
row holds the rest of its layer, so that the tank is always full. Set all temperatures at the start; the volume may be
0. Cold stores (cold below, charged from below) and hot ones (hot above, charged from above) are the same.
"""

from __future__ import annotations

import math

from twin.kernels.scalar import Array, scalar

LAYERS = 20
"""Layers of a tank in a plant: the front at a port is known to a twentieth of the tank, 0.5 m in one of 10 m."""

ROWS = LAYERS + 2
"""Rows of the state array that a tank of `LAYERS` layers takes."""


@scalar
def tank_step(
    s: Array,
    first: int,
    layers: int,
    u: int,
    flow: float,
    inlet: float,
    layer_volume: float,
    heat_capacity: float,
    exchange: float,
    loss: float,
    ambient: float,
    dt: float,
) -> tuple[float, float]:
    """Move a tank to the end of a step.

    Parameters
    ----------
    s : ndarray, shape (field, unit)
        States; rows `first` to `first + layers + 1` belong to the tank, see the module.
    first, layers, u : int
        First row, layers the tank is divided into (at least 2) and column.
    flow : float
        Water in at the top and out at the bottom [m3/s]; negative: in at the bottom and out at the top.
    inlet : float
        Temperature of the water that enters [degC].
    layer_volume : float
        Volume of one layer [m3], above 0; the tank holds `layers` of it.
    heat_capacity : float
        Of the water per volume [J/(m3 K)].
    exchange : float
        Conductance between neighbouring layers, effective conductivity times area over height of a layer [W/K].
    loss : float
        Conductance of one layer to the ambient [W/K].
    ambient : float
        Temperature around the tank [degC].
    dt : float
        Step [s], above 0.

    Returns
    -------
    tuple of float
        Mean temperature of the water that left in the step, that of the bottom layer without flow [degC]; heat lost to
        the ambient, negative when it warms the tank [W]. What the water brought, `heat_capacity |flow| (inlet -
        outlet) dt`, less the heat lost is the change of `tank_mean` times the heat capacity of the tank, to rounding.
    """
    outlet = tank_displace(s, first, layers, u, flow * dt, inlet, layer_volume)
    tank_settle(s, first, layers, u, layer_volume)
    if exchange > 0.0:
        tank_conduct(s, first, layers, u, layer_volume, heat_capacity, exchange, dt)
    lost = tank_lose(s, first, layers, u, layer_volume, heat_capacity, loss, ambient, dt)
    return outlet, lost


@scalar
def cell_volume(i: int, layers: int, filled: float, layer_volume: float) -> float:
    """Volume of row `i` of a tank, counted from the top, with `filled` in the topmost [m3]."""
    if i == 0:
        return filled
    if i == layers:
        return layer_volume - filled
    return layer_volume


@scalar
def tank_displace(
    s: Array, first: int, layers: int, u: int, volume: float, inlet: float, layer_volume: float
) -> float:
    """Let a volume in at one end and out at the other.

    Parameters
    ----------
    s, first, layers, u, inlet, layer_volume
        As in `tank_step`.
    volume : float
        In at the top when positive, at the bottom when negative [m3].

    Returns
    -------
    float
        Mean temperature of what left [degC].
    """
    if volume == 0.0:
        return s[first + layers, u]
    through = abs(volume) - layers * layer_volume
    left = min(abs(volume), layers * layer_volume)
    drawn = max(through, 0.0) * inlet
    offset = first + layers + 1
    while left > 0.0:
        if volume > 0.0:
            room = layer_volume - s[offset, u]
            moved = min(left, room)
            held = s[offset, u]
            drawn += moved * s[first + layers, u]
            s[first, u] = (s[first, u] * held + inlet * moved) / (held + moved)
            s[offset, u] = held + moved
            if moved >= room:
                for i in range(layers, 0, -1):
                    s[first + i, u] = s[first + i - 1, u]
                s[offset, u] = 0.0
        else:
            if s[offset, u] <= 0.0:
                for i in range(layers):
                    s[first + i, u] = s[first + i + 1, u]
                s[offset, u] = layer_volume
            held = layer_volume - s[offset, u]
            moved = min(left, s[offset, u])
            drawn += moved * s[first, u]
            s[first + layers, u] = (s[first + layers, u] * held + inlet * moved) / (held + moved)
            s[offset, u] -= moved
        left -= moved
    return drawn / abs(volume)


@scalar
def tank_settle(s: Array, first: int, layers: int, u: int, layer_volume: float) -> None:
    """Mix every layer that is warmer than what lies above it with it, until none is.

    Parameters
    ----------
    s, first, layers, u, layer_volume
        As in `tank_step`. Pools adjacent violators (M. Ayer et al., Ann. Math. Stat. 26 (1955) 641; remembered).
    """
    filled = s[first + layers + 1, u]
    for i in range(1, layers + 1):
        mean = s[first + i, u]
        mixed = cell_volume(i, layers, filled, layer_volume)
        j = i
        while j > 0 and mean > s[first + j - 1, u]:
            j -= 1
            more = cell_volume(j, layers, filled, layer_volume)
            mean += (s[first + j, u] - mean) * more / (mixed + more)
            mixed += more
        if j < i:
            for c in range(j, i + 1):
                s[first + c, u] = mean


@scalar
def tank_conduct(
    s: Array,
    first: int,
    layers: int,
    u: int,
    layer_volume: float,
    heat_capacity: float,
    exchange: float,
    dt: float,
) -> None:
    """Conduct heat between neighbouring layers over a step: down the tank and up again, half a step each.

    Parameters
    ----------
    s, first, layers, u, layer_volume, heat_capacity, exchange, dt
        As in `tank_step`. A part-filled layer is as much nearer to its neighbour as it is thinner.
    """
    filled = s[first + layers + 1, u]
    full = 0.5 * -math.expm1(-exchange * dt / (heat_capacity * layer_volume))
    for k in range(2 * layers):
        i = k if k < layers else 2 * layers - 1 - k
        upper = s[first + i, u]
        lower = s[first + i + 1, u]
        if i == 0 or i == layers - 1:
            above = cell_volume(i, layers, filled, layer_volume)
            below = cell_volume(i + 1, layers, filled, layer_volume)
            if above > 0.0 and below > 0.0:
                both = above + below
                conductance = exchange * 2.0 * layer_volume / both
                # Half a step: the rate of the pair is g (1/C_a + 1/C_b).
                x = 0.5 * dt * conductance * both / (heat_capacity * above * below)
                moved = -math.expm1(-x) * (upper - lower) / both
                s[first + i, u] = upper - moved * below
                s[first + i + 1, u] = lower + moved * above
        else:
            s[first + i, u] = upper - full * (upper - lower)
            s[first + i + 1, u] = lower + full * (upper - lower)


@scalar
def tank_lose(
    s: Array,
    first: int,
    layers: int,
    u: int,
    layer_volume: float,
    heat_capacity: float,
    loss: float,
    ambient: float,
    dt: float,
) -> float:
    """Let a tank relax towards its ambient over a step, exactly; the mean heat lost [W].

    Parameters
    ----------
    s, first, layers, u, layer_volume, heat_capacity, loss, ambient, dt
        As in `tank_step`.
    """
    if loss <= 0.0:
        return 0.0
    share = -math.expm1(-loss * dt / (heat_capacity * layer_volume))
    filled = s[first + layers + 1, u]
    heat = 0.0
    for i in range(layers + 1):
        fall = share * (s[first + i, u] - ambient)
        s[first + i, u] -= fall
        heat += fall * cell_volume(i, layers, filled, layer_volume)
    return heat * heat_capacity / dt


@scalar
def tank_top(s: Array, first: int, layers: int, u: int) -> float:
    """Temperature of the water at the top port [degC]; arguments as in `tank_step`."""
    top: float = s[first, u] if s[first + layers + 1, u] > 0.0 else s[first + 1, u]
    return top


@scalar
def tank_bottom(s: Array, first: int, layers: int, u: int) -> float:
    """Temperature of the water at the bottom port [degC]; arguments as in `tank_step`."""
    bottom: float = s[first + layers, u]
    return bottom


@scalar
def tank_draw(s: Array, first: int, layers: int, u: int, volume: float, layer_volume: float) -> float:
    """Mean temperature of the water that a volume let in would push out, without moving it [degC].

    Parameters
    ----------
    s, first, layers, u, layer_volume
        As in `tank_step`.
    volume : float
        Positive: in at the top, out at the bottom [m3]; never more than the tank holds.
    """
    filled = s[first + layers + 1, u]
    left = min(abs(volume), layers * layer_volume)
    if left <= 0.0:
        return tank_bottom(s, first, layers, u) if volume >= 0.0 else tank_top(s, first, layers, u)
    drawn = 0.0
    taken = 0.0
    for k in range(layers + 1):
        i = layers - k if volume > 0.0 else k
        part = min(left - taken, cell_volume(i, layers, filled, layer_volume))
        drawn += part * s[first + i, u]
        taken += part
    return drawn / taken


@scalar
def tank_mean(s: Array, first: int, layers: int, u: int, layer_volume: float) -> float:
    """Mean temperature of the water in a tank [degC]; arguments as in `tank_step`.

    Times volume and heat capacity it is the heat stored above 0 degC.
    """
    filled = s[first + layers + 1, u]
    total = 0.0
    for i in range(layers + 1):
        total += s[first + i, u] * cell_volume(i, layers, filled, layer_volume)
    return total / (layers * layer_volume)
