"""The hot store of heat reuse: a stratified tank between the heat pump and the heat network.

Surplus heat goes in at the top at the temperature heat is delivered at, and pushes cold water out at the bottom; what
the network wants more comes from the top and its return water goes in at the bottom.
"""

from __future__ import annotations

from twin.kernels.air import WATER_CP, WATER_DENSITY
from twin.kernels.fields import (
    HEAT_STORE_0,
    HEAT_STORE_EXCHANGE,
    HEAT_STORE_LAYER,
    HEAT_STORE_LOSS,
)
from twin.kernels.scalar import Array, scalar
from twin.kernels.stratified_tank import LAYERS, cell_volume, tank_draw, tank_step

HOT_WATER = WATER_CP * WATER_DENSITY
"""Heat capacity of the network's water [J/(m3 K)]."""

USABLE = 5.0
"""Water this much colder than the supply temperature is still used [K]: the heat pump, which then runs a little
hotter, makes up for it (an assumption)."""


@scalar
def hot_store_size(p: Array, k: int, sink_out: float, sink_in: float) -> float:
    """Heat in the full store of plant `k` above the network's return temperature [J]."""
    return LAYERS * p[HEAT_STORE_LAYER, k] * HOT_WATER * (sink_out - sink_in)


@scalar
def hot_store_able(
    p: Array, s: Array, k: int, sink_out: float, sink_in: float, dt: float
) -> tuple[float, float]:
    """Heat that the store of plant `k` can take and give over a step [W].

    Parameters
    ----------
    p, s : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    sink_out, sink_in : float
        Temperatures heat is delivered at and returns at [degC].
    dt : float
        Step [s].
    """
    layer = p[HEAT_STORE_LAYER, k]
    if layer <= 0.0:
        return 0.0, 0.0
    filled = s[HEAT_STORE_0 + LAYERS + 1, k]
    room = 0.0
    ready = 0.0
    for i in range(LAYERS + 1):
        water = s[HEAT_STORE_0 + i, k]
        held = cell_volume(i, LAYERS, filled, layer) * HOT_WATER
        if water >= sink_out - USABLE:
            ready += held * (water - sink_in)
        else:
            room += held * (sink_out - water)
    return room / dt, ready / dt


@scalar
def hot_store_step(
    p: Array, s: Array, k: int, heat: float, sink_out: float, sink_in: float, ambient: float, dt: float
) -> tuple[float, float]:
    """Move the store of plant `k` to the end of a step.

    Parameters
    ----------
    p, s : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    heat : float
        Heat into it [W], within what `hot_store_able` said; negative out of it.
    sink_out, sink_in : float
        Temperatures heat is delivered at and returns at [degC].
    ambient : float
        Air around it [degC].
    dt : float
        Step [s].

    Returns
    -------
    tuple of float
        Heat it took, negative what it gave; heat it lost to the ambient [W].
    """
    layer = p[HEAT_STORE_LAYER, k]
    inlet = sink_out if heat >= 0.0 else sink_in
    volume = 0.0
    if heat != 0.0:
        volume = hot_store_volume(s, k, layer, heat * dt / HOT_WATER, inlet)
    outlet, lost = tank_step(
        s, HEAT_STORE_0, LAYERS, k, volume / dt, inlet, layer, HOT_WATER,
        p[HEAT_STORE_EXCHANGE, k], p[HEAT_STORE_LOSS, k], ambient, dt,
    )  # fmt: skip
    return HOT_WATER * abs(volume) / dt * (inlet - outlet), lost


@scalar
def hot_store_volume(s: Array, k: int, layer: float, warmth: float, inlet: float) -> float:
    """Volume that carries heat in or out of the store of plant `k` [m3], in at the top when positive.

    Parameters
    ----------
    s : ndarray, shape (field, plant)
        States of plants.
    k : int
        Plant.
    layer : float
        Volume of a layer [m3].
    warmth : float
        Heat over the heat capacity of water per volume [m3 K], negative out of it.
    inlet : float
        Temperature of the water let in [degC].
    """
    sign = 1.0 if warmth > 0.0 else -1.0
    volume = 0.0
    for _ in range(4):
        apart = inlet - tank_draw(s, HEAT_STORE_0, LAYERS, k, sign * max(abs(volume), 1e-9), layer)
        if sign * apart <= 0.0:
            return 0.0
        volume = (
            min(warmth / apart, LAYERS * layer) if sign > 0.0 else max(-abs(warmth / apart), -LAYERS * layer)
        )
    return volume
