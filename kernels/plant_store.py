"""The cold store of a plant: a stratified tank of chilled water or an ice bank, between supply and return of the loop.

Discharging, water goes from the return through the store to the supply, beside the chillers. A tank is charged the
other way, with water of the supply, by whatever cools the loop; ice is frozen by chillers that the load leaves
idle (`plant_ice.py`). Charging and discharging are heat flows of the store: positive when it takes heat from the loop.

Without a policy the store keeps itself full and gives what the machines cannot: it rides through an outage as long
as water pumps run. A policy commands a heat; what the machines cannot is taken on top of it, and the machines
take what an exhausted store leaves.
"""

from __future__ import annotations

from twin.kernels.air import WATER_CP
from twin.kernels.fields import (
    COLD_EMPTY,
    COLD_ICE,
    COLD_NONE,
    COLD_RESTS,
    COLD_RIDES,
    COLD_TANK,
    PLANT_C,
    PLANT_E_CHARGED,
    PLANT_E_STORE_LOSS,
    PLANT_E_STORED,
    PLANT_FLOW,
    PLANT_ICE,
    PLANT_ICE_ENERGY,
    PLANT_LOAD,
    PLANT_PUMP_SERVED,
    PLANT_PUMPS_RUNNING,
    PLANT_Q_STORE,
    PLANT_STORE,
    PLANT_STORE_CHARGE,
    PLANT_STORE_COMMANDED,
    PLANT_STORE_EXCHANGE,
    PLANT_STORE_FLOW,
    PLANT_STORE_HEAT,
    PLANT_STORE_LAYER,
    PLANT_STORE_LOSS,
    PLANT_STORE_MEAN,
    PLANT_STORE_MODE,
    PLANT_STORE_REFILLING,
    PLANT_STORE_RESERVE,
    PLANT_STORE_RISE,
    PLANT_STORE_SETPOINT,
    PLANT_STORE_SOC,
    PLANT_STORE_STORED,
    PLANT_T,
    PLANT_T_SET,
    PLANT_T_SHIFT,
    PLANT_TANK_0,
)
from twin.kernels.lag import mean_weight
from twin.kernels.plant_ice import melt_effectiveness
from twin.kernels.pumps import pump_flow
from twin.kernels.scalar import Array, scalar
from twin.kernels.stratified_tank import LAYERS, cell_volume, tank_draw, tank_mean, tank_step

REFILL_BELOW = 0.95
REFILL_TO = 0.995
"""Contents at which a store that keeps itself full starts to be refilled and stops (assumed): losses of a day at the
usual 1 to 5 % are made good once a day."""

RIDE, RIDE_ENDS = 0.1, 0.02
"""Shares of the load: what the machines leave above the first is told as riding through, until it is below the second
(assumed: a chiller that is a little short is no outage)."""

ROUNDING = 1e-3
"""A heat flow below this is what sums of larger ones leave [W]."""


@scalar
def store_order(
    p: Array, s: Array, k: int, back: float, need: float, dt: float
) -> tuple[float, float, float]:
    """What the store of plant `k` is to do in a step, before the machines take their part.

    Parameters
    ----------
    p, s : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    back : float
        Return water [degC].
    need : float
        Heat to take out of the loop for its set point [W].
    dt : float
        Step [s].

    Returns
    -------
    tuple of float
        Heat it is to take from the loop by order, no more than it can; heat that the machines are to take out
        of a tank on top of their load; heat that idle chillers are to take out of ice [W]. All at least 0.
    """
    kind = p[PLANT_STORE, k]
    if kind == COLD_NONE:
        return 0.0, 0.0, 0.0
    wish = store_wish(p, s, k, dt)
    if wish > 0.0:
        return store_able(p, s, k, min(wish, need), back, dt), 0.0, 0.0
    charge = min(-wish, p[PLANT_STORE_CHARGE, k])
    if kind == COLD_ICE:
        return 0.0, 0.0, min(charge, (p[PLANT_ICE_ENERGY, k] - s[PLANT_ICE, k]) / dt)
    cold = p[PLANT_T_SET, k] + s[PLANT_T_SHIFT, k]
    volume = tank_volume(p, s, k, -charge * dt, cold, store_flow(p, s, k, False) * dt)
    return 0.0, tank_heat(p, s, k, -volume, cold) / dt, 0.0


@scalar
def store_wish(p: Array, s: Array, k: int, dt: float) -> float:
    """Heat that the store of plant `k` is to take from the loop, charging negative [W]: ordered, or to be full."""
    if s[PLANT_STORE_COMMANDED, k] > 0.0:
        above = s[PLANT_STORE_SOC, k] - p[PLANT_STORE_RESERVE, k]
        return min(s[PLANT_STORE_SETPOINT, k], max(above, 0.0) * store_energy(p, k) / dt)
    if s[PLANT_STORE_SOC, k] < REFILL_BELOW:
        s[PLANT_STORE_REFILLING, k] = 1.0
    elif s[PLANT_STORE_SOC, k] >= REFILL_TO:
        s[PLANT_STORE_REFILLING, k] = 0.0
    return -p[PLANT_STORE_CHARGE, k] * s[PLANT_STORE_REFILLING, k]


@scalar
def store_energy(p: Array, k: int) -> float:
    """Heat that the full store of plant `k` takes: heat of fusion, or of its water over the rise [J]."""
    water = p[PLANT_STORE_HEAT, k] * LAYERS * p[PLANT_STORE_LAYER, k] * p[PLANT_STORE_RISE, k]
    energy: float = p[PLANT_ICE_ENERGY, k] if p[PLANT_STORE, k] == COLD_ICE else water
    return energy


@scalar
def store_flow(p: Array, s: Array, k: int, discharging: bool) -> float:
    """Largest flow through the store of plant `k` in this step [m3/s].

    As far as its pumps run; discharging, no more than the loop takes, which would else run backwards.
    """
    share = s[PLANT_PUMP_SERVED, k] * pump_flow(min(s[PLANT_PUMPS_RUNNING, k], 1.0))
    flow: float = p[PLANT_STORE_FLOW, k] * share
    if discharging:
        flow = min(flow, s[PLANT_FLOW, k] * WATER_CP / p[PLANT_STORE_HEAT, k])
    return flow


@scalar
def tank_volume(p: Array, s: Array, k: int, heat: float, inlet: float, most: float) -> float:
    """Volume to let into the tank of plant `k` for it to take a heat from the water, in plug flow [m3].

    Parameters
    ----------
    p, s, k
        Parameters and states of plants, and which.
    heat : float
        Heat to take from the loop [J]; negative: to give to it, with water let in at the bottom.
    inlet : float
        Temperature of that water [degC].
    most : float
        Largest volume [m3].

    Returns
    -------
    float
        At least 0. It ends at the layer from which on the water has nothing to give.
    """
    layer = p[PLANT_STORE_LAYER, k]
    filled = s[PLANT_TANK_0 + LAYERS + 1, k]
    sign = 1.0 if heat >= 0.0 else -1.0
    left = abs(heat) / p[PLANT_STORE_HEAT, k]
    volume = 0.0
    for j in range(LAYERS + 1):
        i = LAYERS - j if heat >= 0.0 else j
        span = sign * (inlet - s[PLANT_TANK_0 + i, k])
        held = cell_volume(i, LAYERS, filled, layer)
        if held > 0.0:
            if span <= 0.0:
                break
            part = min(held, left / span)
            volume += part
            left -= part * span
            if part < held:
                break
    return min(volume, most)


@scalar
def tank_heat(p: Array, s: Array, k: int, volume: float, inlet: float) -> float:
    """Heat that the tank of plant `k` takes from (or gives to) the loop for a volume let in, at least 0 [J].

    Parameters
    ----------
    p, s, k
        Parameters and states of plants, and which.
    volume : float
        Let in at the top when positive, at the bottom when negative [m3].
    inlet : float
        Temperature of that water [degC].
    """
    layer = p[PLANT_STORE_LAYER, k]
    filled = s[PLANT_TANK_0 + LAYERS + 1, k]
    sign = 1.0 if volume >= 0.0 else -1.0
    left = abs(volume)
    heat = 0.0
    for j in range(LAYERS + 1):
        i = LAYERS - j if volume >= 0.0 else j
        part = min(cell_volume(i, LAYERS, filled, layer), left)
        heat += part * sign * (inlet - s[PLANT_TANK_0 + i, k])
        left -= part
    return max(heat, 0.0) * p[PLANT_STORE_HEAT, k]


@scalar
def store_able(p: Array, s: Array, k: int, heat: float, back: float, dt: float) -> float:
    """How much of a heat the store of plant `k` can take from the return water in a step [W].

    Parameters
    ----------
    p, s, k
        Parameters and states of plants, and which.
    heat : float
        Heat wanted, at least 0 [W].
    back : float
        Return water [degC].
    dt : float
        Step [s].
    """
    flow = store_flow(p, s, k, True)
    if heat <= 0.0 or flow <= 0.0:
        return 0.0
    if p[PLANT_STORE, k] == COLD_TANK:
        volume = tank_volume(p, s, k, heat * dt, back, flow * dt)
        return min(heat, tank_heat(p, s, k, volume, back) / dt)
    rate = flow * p[PLANT_STORE_HEAT, k]
    melted = rate * melt_effectiveness(p, s, k, rate) * max(back, 0.0)
    return max(0.0, min(heat, melted, s[PLANT_ICE, k] / dt))


@scalar
def return_mean(
    p: Array, s: Array, k: int, gap: float, back: float, conductance: float, sink: float, dt: float
) -> float:
    """Return water of plant `k` over a step in which its store gives all it can [degC].

    A store that cannot meet the gap lets the loop warm, and takes more for it: solved together, exact for a
    constant heat, so that a long step is as good as short ones. Where the store meets the gap, the return stays as
    it is.

    Parameters
    ----------
    p, s, k
        Parameters and states of plants, and which.
    gap : float
        Heat to take out of the loop for its set point [W].
    back : float
        Return water at the start of the step [degC].
    conductance : float
        Heat per kelvin between return water and store at the largest flow [W/K].
    sink : float
        Temperature of the store [degC].
    dt : float
        Step [s].
    """
    water = s[PLANT_T, k]
    capacity = p[PLANT_C, k]
    above = water - p[PLANT_T_SET, k] - s[PLANT_T_SHIFT, k]
    arriving = gap - above * capacity / dt
    inertia = capacity / (dt * mean_weight(conductance * dt / capacity))
    mean = (inertia * water + arriving + conductance * (sink - back + water)) / (inertia + conductance)
    limited = back + mean - water
    return back if conductance * (limited - sink) >= gap else limited


@scalar
def store_step(
    p: Array, s: Array, k: int, gap: float, iced: float, back: float, ambient: float, dt: float
) -> tuple[float, float]:
    """Move the store of plant `k` to the end of a step.

    Parameters
    ----------
    p, s : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    gap : float
        Heat that the machines left to the store [W]; negative: that they took beyond their load, for a tank.
    iced : float
        Heat taken out of ice by chillers [W].
    back : float
        Return water [degC].
    ambient : float
        Outside of its walls [degC].
    dt : float
        Step [s].

    Returns
    -------
    tuple of float
        Heat it took from the loop, negative when a tank was charged [W]; heat it lost to the outside, negative
        when it was warmed [W].
    """
    kind = p[PLANT_STORE, k]
    if kind == COLD_NONE:
        return 0.0, 0.0
    lost = 0.0
    if kind == COLD_TANK:
        taken, lost = store_tank_step(p, s, k, gap, back, ambient, dt)
    else:
        rate = store_flow(p, s, k, True) * p[PLANT_STORE_HEAT, k]
        melting = rate * melt_effectiveness(p, s, k, rate)
        taken = store_able(p, s, k, gap, return_mean(p, s, k, gap, back, melting, 0.0, dt), dt)
        ice = s[PLANT_ICE, k] + (iced - taken) * dt
        lost = -min(p[PLANT_STORE_LOSS, k] * max(ambient, 0.0), ice / dt)
        s[PLANT_ICE, k] = max(ice + lost * dt, 0.0)
        s[PLANT_STORE_SOC, k] = s[PLANT_ICE, k] / p[PLANT_ICE_ENERGY, k]
        s[PLANT_STORE_STORED, k] = -s[PLANT_ICE, k]
    s[PLANT_STORE_MODE, k] = store_mode(s, k, gap, taken)
    s[PLANT_Q_STORE, k] = taken - iced
    s[PLANT_E_STORED, k] += max(taken, 0.0) * dt
    s[PLANT_E_CHARGED, k] += (iced + max(-taken, 0.0)) * dt
    s[PLANT_E_STORE_LOSS, k] -= lost * dt
    return taken, lost


@scalar
def store_mode(s: Array, k: int, gap: float, taken: float) -> float:
    """Mode of the store of plant `k` after a step that left it `gap` [W], of which it took `taken` [W]; see `RIDE`.

    State machine, drawn::

                     gap above orders         half the load not met
        AS ORDERED -------------------> RIDES ---------------> RUN OUT
            ^                             |                       |
            +----------- machines meet the load again -----------+
    """
    ordered = max(s[PLANT_STORE_SETPOINT, k], 0.0) if s[PLANT_STORE_COMMANDED, k] > 0.0 else 0.0
    load = s[PLANT_LOAD, k]
    mode: float = s[PLANT_STORE_MODE, k]
    if gap - ordered <= RIDE_ENDS * load:
        return COLD_RESTS
    if mode == COLD_RESTS and gap - ordered <= RIDE * load:
        return COLD_RESTS
    if mode == COLD_EMPTY or taken < 0.5 * min(gap, load):
        return COLD_EMPTY
    return COLD_RIDES


@scalar
def store_tank_step(
    p: Array, s: Array, k: int, gap: float, back: float, ambient: float, dt: float
) -> tuple[float, float]:
    """Move the tank of plant `k` to the end of a step; arguments and results as in `store_step`."""
    layer = p[PLANT_STORE_LAYER, k]
    if abs(gap) < ROUNDING:
        gap = 0.0
    most = store_flow(p, s, k, gap >= 0.0) * dt
    inlet = p[PLANT_T_SET, k] + s[PLANT_T_SHIFT, k]
    if gap >= 0.0:
        drawn = tank_draw(s, PLANT_TANK_0, LAYERS, k, most, layer)
        inlet = return_mean(p, s, k, gap, back, most / dt * p[PLANT_STORE_HEAT, k], drawn, dt)
    volume = tank_volume(p, s, k, gap * dt, inlet, most)
    flow = volume / dt if gap >= 0.0 else -volume / dt
    outlet, lost = tank_step(
        s, PLANT_TANK_0, LAYERS, k, flow, inlet, layer, p[PLANT_STORE_HEAT, k], p[PLANT_STORE_EXCHANGE, k],
        p[PLANT_STORE_LOSS, k], ambient, dt,
    )  # fmt: skip
    mean = tank_mean(s, PLANT_TANK_0, LAYERS, k, layer)
    s[PLANT_STORE_MEAN, k] = mean
    s[PLANT_STORE_STORED, k] = p[PLANT_STORE_HEAT, k] * LAYERS * layer * mean
    warm = p[PLANT_T_SET, k] + p[PLANT_STORE_RISE, k]
    s[PLANT_STORE_SOC, k] = min(max((warm - mean) / p[PLANT_STORE_RISE, k], 0.0), 1.0)
    return abs(flow) * p[PLANT_STORE_HEAT, k] * (inlet - outlet), lost
