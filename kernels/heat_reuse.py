"""Selling heat: an exchanger preheats the network's return, a heat pump lifts the rest, a hot store evens it out.

In series: the network's water enters at `sink_in`, is warmed by the plant's return water as far as the exchanger can
(effectiveness and NTU, `exchanger.py`) and by the heat pump up to `sink_out`. Where the plant's return is warm enough
the heat pump stands still. Of a heat Q delivered the share x comes straight from the plant, the rest through the heat
pump, and the plant gives

    Q (x + (1 - x) (1 - 1 / COP)),    x = (T_preheated - sink_in) / (sink_out - sink_in)

Heat is delivered only where there is demand, or room in the store. Below its lowest load a heat pump stands still;
with a store it runs above it until the store is full, and starts again when that is half empty.
"""

from __future__ import annotations

from twin.kernels.exchanger import exchanger_conductance
from twin.kernels.fields import (
    HEAT_COP,
    HEAT_DEMAND,
    HEAT_DIRECT_UA,
    HEAT_E_ASKED,
    HEAT_E_DIRECT,
    HEAT_E_LIFT,
    HEAT_LOAD_MIN,
    HEAT_NETWORK,
    HEAT_Q_DIRECT,
    HEAT_Q_STORE,
    HEAT_RUNNING,
    HEAT_SHARE,
    HEAT_SOURCE_MIN,
    HEAT_STORE_LAYER,
    HEAT_SUPPLY_MAX,
    HEAT_T_AMBIENT,
    HEAT_T_RETURN,
    HEAT_T_SUPPLY,
    HEAT_TIME,
    PLANT_E_LOSS,
    PLANT_E_OUT,
    PLANT_HP_HEAT,
    PLANT_HP_RETURN,
    PLANT_HP_SUPPLY,
    PLANT_P_HP,
    PLANT_Q_REUSE,
    SIG_HEAT_DEMAND,
    SIG_HEAT_RETURN,
    SIG_HEAT_SUPPLY,
    SIG_T_DRY,
)
from twin.kernels.heat_pump import heat_pump_performance
from twin.kernels.hot_store import hot_store_able, hot_store_size, hot_store_step
from twin.kernels.scalar import Array, scalar

NO_LIMIT = 1e30
"""Demand of a plant that may deliver all the heat it has [W]."""

LEAST = 1.0
"""Less heat than this is none [W]: a network that hardly flows has no number of transfer units."""

SPLITS = 8
"""Passes for the share of direct heat; each halves what is left of the error, and the last errs on the safe side."""


@scalar
def heat_network_step(p: Array, s: Array, k: int, signal: Array) -> None:
    """Write what the heat network asks of plant `k` in this step, and at what temperatures.

    Parameters
    ----------
    p, s : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    signal : ndarray
        Signals of the interval.
    """
    s[HEAT_T_AMBIENT, k] = signal[SIG_T_DRY]
    s[HEAT_DEMAND, k] = p[HEAT_SHARE, k] * signal[SIG_HEAT_DEMAND]
    s[HEAT_T_SUPPLY, k] = signal[SIG_HEAT_SUPPLY]
    s[HEAT_T_RETURN, k] = signal[SIG_HEAT_RETURN]


@scalar
def direct_share(ua: float, rate: float, back: float, sink_out: float, sink_in: float, heat: float) -> float:
    """Share of a heat delivered that an exchanger passes straight from the plant's return water.

    Parameters
    ----------
    ua : float
        Conductance of the exchanger [W/K]; 0 for none.
    rate : float
        Capacity rate of the plant's water [W/K].
    back : float
        Its return temperature [degC].
    sink_out, sink_in : float
        The network's supply and return temperature [degC].
    heat : float
        Heat delivered [W], which fixes the network's flow.

    Returns
    -------
    float
        0 to 1; 1 where the return alone reaches `sink_out`.
    """
    if ua <= 0.0 or rate <= 0.0 or heat <= LEAST or back <= sink_in:
        return 0.0
    spread = sink_out - sink_in
    cold = heat / spread
    passed = exchanger_conductance(ua, rate, cold) * (back - sink_in)
    return min(1.0, passed / heat)


@scalar
def heat_split(
    p: Array,
    k: int,
    wanted: float,
    need: float,
    back: float,
    water: float,
    rate: float,
    sink_out: float,
    sink_in: float,
) -> tuple[float, float, float, float]:
    """Heat that plant `k` can deliver, and where it comes from.

    Parameters
    ----------
    p : ndarray, shape (field, plant)
        Parameters of plants.
    k : int
        Plant.
    wanted : float
        Heat the network and the store take [W].
    need : float
        Heat the plant has to get rid of [W].
    back, water : float
        Plant water before and after it is cooled [degC].
    rate : float
        Its capacity rate [W/K].
    sink_out, sink_in : float
        Temperatures the network's water leaves and enters at [degC], apart from each other.

    Returns
    -------
    tuple of float
        Heat passed directly, heat delivered by the heat pump, most that can deliver [W], its COP.
    """
    share = 0.0
    cop, able = heat_pump_performance(p, k, sink_out, sink_in, back, water)
    heat = min(wanted, need * cop / max(cop - 1.0, 1e-3))
    passes = SPLITS if p[HEAT_DIRECT_UA, k] > 0.0 and rate > 0.0 and back > sink_in else 1
    for n in range(passes):
        if passes > 1:
            share = direct_share(p[HEAT_DIRECT_UA, k], rate, back, sink_out, sink_in, heat)
            preheated = sink_in + share * (sink_out - sink_in)
            cop, able = heat_pump_performance(p, k, sink_out, preheated, back - share * heat / rate, water)
        if cop <= 1.0:
            able = 0.0
        most = min(wanted, need / max(share + (1.0 - share) * (1.0 - 1.0 / cop), 1e-9))
        if share < 1.0:
            most = min(most, able / (1.0 - share))
        # The last pass may only lower the heat: its share was found at a larger flow, so the exchanger can.
        heat = min(heat, most) if n == passes - 1 else 0.5 * (heat + most)
    direct = share * heat
    return direct, heat - direct, able, cop


@scalar
def heat_pump_runs(p: Array, k: int, running: float, pumped: float, able: float) -> float:
    """1 while the heat pump of plant `k` runs, 0 while what it would deliver is below its lowest load."""
    if pumped <= 0.0:
        return running
    return 1.0 if pumped >= p[HEAT_LOAD_MIN, k] * able * (1.0 - 1e-9) else 0.0


@scalar
def heat_reuse_step(
    p: Array, s: Array, k: int, need: float, back: float, water: float, rate: float, served: float, dt: float
) -> tuple[float, float]:
    """Deliver heat from plant `k` in a thermal step and write the power its heat pump asks for in the next.

    Parameters
    ----------
    p, s : ndarray, shape (field, plant)
        Parameters and states of plants, after `heat_network_step`. A plant without network delivers at its own
        temperatures, and without limit.
    k : int
        Plant.
    need : float
        Heat the plant has to get rid of [W].
    back, water : float
        Its return water and its loop [degC].
    rate : float
        Capacity rate of its water [W/K].
    served : float
        Share of the power asked for that was served, 0 to 1.
    dt : float
        Step [s].

    Returns
    -------
    tuple of float
        Heat taken from the plant's water in this step, and what it is to take when all power is served [W].
    """
    if p[HEAT_NETWORK, k] <= 0.0:
        s[HEAT_DEMAND, k] = NO_LIMIT
        s[HEAT_T_SUPPLY, k] = p[PLANT_HP_SUPPLY, k]
        s[HEAT_T_RETURN, k] = p[PLANT_HP_RETURN, k]
    lift = s[PLANT_P_HP, k] * served
    sink_in = s[HEAT_T_RETURN, k]
    sink_out = min(s[HEAT_T_SUPPLY, k], p[HEAT_SUPPLY_MAX, k])
    asked = s[HEAT_DEMAND, k]
    s[PLANT_P_HP, k] = 0.0
    s[HEAT_Q_DIRECT, k] = 0.0
    taken = 0.0
    taken_next = 0.0
    room = 0.0
    ready = 0.0
    demand = 0.0
    if sink_out > sink_in and p[PLANT_HP_HEAT, k] + p[HEAT_DIRECT_UA, k] > 0.0:
        # What a heat pump cannot lift to the network's temperature the network's own boilers do.
        demand = asked * min(1.0, (sink_out - sink_in) / (s[HEAT_T_SUPPLY, k] - sink_in))
        room, ready = hot_store_able(p, s, k, sink_out, sink_in, dt)
        # The electricity asked for is drawn in the next step: room is kept for it, should the heat pump stop.
        wanted = demand + max(0.0, room - lift)
        if s[HEAT_RUNNING, k] <= 0.0 and ready * dt > 0.5 * hot_store_size(p, k, sink_out, sink_in):
            wanted = demand
        if water < p[HEAT_SOURCE_MIN, k]:
            need = min(need, rate * max(0.0, back - p[HEAT_SOURCE_MIN, k]))
        direct, pumped, able, cop = heat_split(p, k, wanted, need, back, water, rate, sink_out, sink_in)
        s[HEAT_RUNNING, k] = heat_pump_runs(p, k, s[HEAT_RUNNING, k], pumped, able)
        if pumped > 0.0 and s[HEAT_RUNNING, k] <= 0.0:
            # Preheated water alone is not warm enough to sell.
            direct = 0.0
            pumped = 0.0
        taken_next = direct + pumped * (1.0 - 1.0 / cop)
        taken = direct + pumped * (1.0 - 1.0 / cop) * served
        s[PLANT_P_HP, k] = pumped / cop
        s[HEAT_Q_DIRECT, k] = direct
        s[HEAT_COP, k] = cop
    heat_deliver(p, s, k, taken + lift, demand, room, ready, sink_out, sink_in, dt)
    if p[HEAT_NETWORK, k] > 0.0:
        s[HEAT_E_ASKED, k] += asked * dt
    s[HEAT_E_DIRECT, k] += s[HEAT_Q_DIRECT, k] * dt
    s[HEAT_E_LIFT, k] += lift * dt
    return taken, taken_next


@scalar
def heat_deliver(
    p: Array,
    s: Array,
    k: int,
    made: float,
    demand: float,
    room: float,
    ready: float,
    sink_out: float,
    sink_in: float,
    dt: float,
) -> None:
    """Share the heat made between network and hot store, and book it.

    Parameters
    ----------
    p, s : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    made : float
        Heat from exchanger and heat pump [W].
    demand : float
        Heat the network takes [W].
    room, ready : float
        Heat the store can take and give over the step [W].
    sink_out, sink_in : float
        Temperatures heat is delivered at and returns at [degC].
    dt : float
        Step [s].
    """
    stored = 0.0
    lost = 0.0
    if p[HEAT_STORE_LAYER, k] > 0.0:
        surplus = min(made - demand, room) if made > demand else -min(demand - made, ready)
        stored, lost = hot_store_step(p, s, k, surplus, sink_out, sink_in, s[HEAT_T_AMBIENT, k], dt)
    sold = made - stored
    s[PLANT_Q_REUSE, k] = sold
    s[HEAT_Q_STORE, k] = stored
    s[PLANT_E_OUT, k] += sold * dt
    s[PLANT_E_LOSS, k] += lost * dt
    if sold > 0.0:
        s[HEAT_TIME, k] += dt
