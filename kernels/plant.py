"""The cooling plant: one mixed node of loop and tank water, and what takes heat out of it.

In order of preference the heat pump, the economiser and the chillers bring the loop to its set point by the
end of the step, as far as each is able; a cold store takes what it is ordered to before them and what they leave
after them, and is charged by what they have to spare (`plant_store.py`). Electricity is asked for at the end of a
step (`plant_demand.py`) and arrives in the next one, so the heat rejected in a step carries the electricity served
in it; pump power heats the loop, all other auxiliary power goes outside, the power of the heat pump into the heat
network. The account closes with what was served.
"""

from __future__ import annotations

from twin.kernels.air import WATER_CP, stream_temperature
from twin.kernels.fields import (
    CDU_FLOW_PRIMARY,
    CDU_PLANT,
    CDU_Q,
    CDU_WATER,
    HALL_COIL_WATER,
    HALL_DOOR_WATER,
    HALL_PLANT,
    HALL_Q_COIL,
    HALL_Q_DOOR,
    HALL_WATER,
    PLANT_C,
    PLANT_E_ELEC,
    PLANT_E_IN,
    PLANT_E_LOSS,
    PLANT_FLOW,
    PLANT_LOAD,
    PLANT_P_HP,
    PLANT_P_PUMP,
    PLANT_POWER,
    PLANT_PUMP_CAPACITY,
    PLANT_PUMP_DELAY,
    PLANT_PUMP_SERVED,
    PLANT_PUMP_SHARE,
    PLANT_PUMP_TIMER,
    PLANT_PUMP_UPS,
    PLANT_PUMP_VARIABLE,
    PLANT_PUMPS_OUT,
    PLANT_PUMPS_RUNNING,
    PLANT_PUMPS_SEEN,
    PLANT_Q_CHILLER,
    PLANT_Q_FREE,
    PLANT_Q_PIPES,
    PLANT_Q_REJECT,
    PLANT_READY,
    PLANT_SERVED,
    PLANT_T,
    PLANT_T_CONDENSER,
    PLANT_T_RETURN,
    PLANT_T_SET,
    PLANT_T_SHIFT,
)
from twin.kernels.heat_reuse import heat_reuse_step
from twin.kernels.plant_chillers import (
    plant_chiller_capacity,
)
from twin.kernels.plant_demand import plant_next
from twin.kernels.plant_economiser import (
    economiser_able,
    economiser_alone,
    economiser_hours,
)
from twin.kernels.plant_ice import ice_charged
from twin.kernels.plant_pipes import pipes_deliver, pipes_expect, pipes_settle
from twin.kernels.plant_pumps import plant_draw
from twin.kernels.plant_rejection import (
    rejection_condenser,
    rejection_outside,
    rejection_water,
)
from twin.kernels.plant_staging import (
    chillers_ready,
    condenser_flow_step,
)
from twin.kernels.plant_store import store_order, store_step
from twin.kernels.pumps import pumps_step
from twin.kernels.scalar import Array, scalar


@scalar
def plant_flow_step(
    p_plant: Array,
    s_plant: Array,
    k: int,
    p_hall: Array,
    s_hall: Array,
    p_cdu: Array,
    s_cdu: Array,
    served: float,
    dt: float,
) -> None:
    """Send the water of plant `k` through its coils and CDUs, before halls and CDUs take their thermal step.

    Condenser pumps that are not named apart are among its pumps, one group of parallel pumps that fail together.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    p_hall, s_hall, p_cdu, s_cdu : ndarray, shape (field, unit)
        Halls and CDUs of the whole facility; those that name this plant get its water.
    served : float
        Share of the step in which its pumps were served, by their UPS or by the plant's bus, 0 to 1.
    dt : float
        Thermal step [s].
    """
    condenser_flow_step(p_plant, s_plant, k, served, dt)
    given, _, running, timer = pumps_step(
        s_plant[PLANT_PUMPS_RUNNING, k],
        s_plant[PLANT_PUMP_TIMER, k],
        s_plant[PLANT_PUMPS_SEEN, k],
        s_plant[PLANT_PUMPS_OUT, k],
        p_plant[PLANT_PUMP_CAPACITY, k],
        p_plant[PLANT_PUMP_DELAY, k],
        dt,
    )
    s_plant[PLANT_PUMPS_RUNNING, k] = running
    s_plant[PLANT_PUMP_TIMER, k] = timer
    s_plant[PLANT_PUMPS_SEEN, k] = s_plant[PLANT_PUMPS_OUT, k]
    share = served * given
    flow = 0.0
    for h in range(s_hall.shape[1]):
        if int(p_hall[HALL_PLANT, h]) == k:
            s_hall[HALL_WATER, h] = share
            flow += share * (p_hall[HALL_COIL_WATER, h] + p_hall[HALL_DOOR_WATER, h])
    for c in range(s_cdu.shape[1]):
        if int(p_cdu[CDU_PLANT, c]) == k:
            s_cdu[CDU_WATER, c] = share
            flow += share * p_cdu[CDU_FLOW_PRIMARY, c]
    s_plant[PLANT_FLOW, k] = flow
    s_plant[PLANT_PUMP_SERVED, k] = served
    # The valves of this step are not known yet: water for coils and CDUs comes at the flow of the last one.
    if p_plant[PLANT_PUMP_VARIABLE, k] > 0.0:
        flow = flow * s_plant[PLANT_PUMP_SHARE, k]
    pipes_deliver(p_plant, s_plant, k, flow, dt)


@scalar
def plant_load(
    k: int,
    p_hall: Array,
    s_hall: Array,
    p_cdu: Array,
    s_cdu: Array,
) -> float:
    """Sum the heat that halls and CDUs gave plant `k` in this step, in order [W].

    Parameters
    ----------
    k : int
        Plant.
    p_hall, s_hall, p_cdu, s_cdu : ndarray, shape (field, unit)
        Halls and CDUs, after their step.
    """
    heat = 0.0
    for h in range(s_hall.shape[1]):
        if int(p_hall[HALL_PLANT, h]) == k:
            heat += s_hall[HALL_Q_COIL, h] + s_hall[HALL_Q_DOOR, h]
    for c in range(s_cdu.shape[1]):
        if int(p_cdu[CDU_PLANT, c]) == k:
            heat += s_cdu[CDU_Q, c]
    return heat


@scalar
def plant_account(
    p_plant: Array,
    s_plant: Array,
    k: int,
    load: float,
    pumps: float,
    cooled: float,
    source: float,
    stored: float,
    iced: float,
    lost: float,
    lift: float,
    electric: float,
    dt: float,
) -> float:
    """Book a step of plant `k`: move its loop by what is left, send the rest where it belongs.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants; the powers asked for are still those of the last step.
    k : int
        Plant.
    load : float
        Heat from halls and CDUs [W].
    pumps : float
        Pump power served, which heats the loop [W].
    cooled, source : float
        Heat taken out of the loop by chillers and economiser, and for reuse, which is booked already [W].
    stored : float
        Heat that its cold store took out of the loop, negative when a tank was charged [W].
    iced : float
        Heat that chillers took out of ice [W].
    lost : float
        Heat that the store lost to the outside [W].
    lift, electric : float
        Power served to the heat pump, and in all [W].
    dt : float
        Step [s].

    Returns
    -------
    float
        Heat rejected outside [W].
    """
    rejected: float = cooled + iced + electric - pumps - lift
    other = pumps - cooled - source - stored
    arrived = pipes_settle(p_plant, s_plant, k, load, other, dt)
    s_plant[PLANT_T, k] += (arrived + other) * dt / p_plant[PLANT_C, k]
    s_plant[PLANT_Q_REJECT, k] = rejected
    s_plant[PLANT_E_IN, k] += (load + electric) * dt
    s_plant[PLANT_E_LOSS, k] += (rejected + lost + s_plant[PLANT_Q_PIPES, k]) * dt
    s_plant[PLANT_E_ELEC, k] += electric * dt
    return rejected


@scalar
def plant_step(
    p_plant: Array,
    s_plant: Array,
    k: int,
    p_hall: Array,
    s_hall: Array,
    p_cdu: Array,
    s_cdu: Array,
    t_dry: float,
    t_wet: float,
    served: float,
    live: float,
    dt: float,
) -> None:
    """Move plant `k` to the end of a thermal step and write the power it asks for in the next.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    p_hall, s_hall, p_cdu, s_cdu : ndarray, shape (field, unit)
        Halls and CDUs of the whole facility, after their step.
    t_dry, t_wet : float
        Outdoor dry and wet bulb [degC].
    served : float
        Share of the power it asked of its bus that was served in this step, 0 to 1.
    live : float
        Share of the step in which its bus could serve anything, 0 to 1.
    dt : float
        Thermal step [s], above 0.
    """
    water = s_plant[PLANT_T, k]
    load = plant_load(k, p_hall, s_hall, p_cdu, s_cdu)
    plant_draw(p_plant, s_plant, k, p_hall, s_hall, p_cdu, s_cdu)
    set_point = p_plant[PLANT_T_SET, k] + s_plant[PLANT_T_SHIFT, k]
    arriving = pipes_expect(p_plant, s_plant, k, load, set_point, dt)
    pumps = s_plant[PLANT_P_PUMP, k] * s_plant[PLANT_PUMP_SERVED, k]
    back = stream_temperature(water, arriving, s_plant[PLANT_FLOW, k] * WATER_CP, water)
    excess = (water - set_point) * p_plant[PLANT_C, k] / dt
    need = max(0.0, arriving + pumps + excess)
    ordered, charge, ice = store_order(p_plant, s_plant, k, back, need, dt)
    target = need - ordered + charge

    # What heat pump and economiser are able to do scales with the share of their power that was served, chillers take
    # what it buys; what they ask for next does not.
    electric = s_plant[PLANT_POWER, k] * served
    if p_plant[PLANT_PUMP_UPS, k] >= 0.0:
        electric += pumps
    lift = s_plant[PLANT_P_HP, k] * served
    rate = s_plant[PLANT_FLOW, k] * WATER_CP
    source, source_next = heat_reuse_step(p_plant, s_plant, k, target, back, water, rate, served, dt)
    coming = arriving + pumps - ordered + charge - source
    rejection_outside(p_plant, s_plant, k, t_dry, t_wet, coming)
    free_able = economiser_able(p_plant, s_plant, k, arriving, coming, dt)
    free = min(target - source, free_able * served)
    rest = 0.0 if economiser_alone(p_plant, s_plant, k) else target - source - free
    condenser, fan = rejection_condenser(p_plant, s_plant, k, rest + ice, free, t_dry, t_wet)
    s_plant[PLANT_T_CONDENSER, k] = condenser
    each = plant_chiller_capacity(p_plant, k, water, condenser)
    chillers_able, ready = chillers_ready(p_plant, s_plant, k, each, served, live, dt)
    chilled = min(rest, chillers_able)
    able = chillers_able / each if each > 0.0 else 0.0
    iced = ice_charged(p_plant, k, ice, chilled, each, able)
    gap = need - source - free - chilled
    stored, lost = store_step(p_plant, s_plant, k, gap, iced, back, t_dry, dt)
    rejected = plant_account(
        p_plant, s_plant, k, load, pumps, free + chilled, source, stored, iced, lost, lift, electric, dt
    )
    rejection_water(p_plant, s_plant, k, rejected, t_dry, t_wet, dt)
    economiser_hours(s_plant, k, free, chilled, dt)

    plant_next(
        p_plant, s_plant, k, target - source_next, free_able, coming, free, ice, each, ready, condenser, fan, back,
        t_dry, t_wet, dt,
    )  # fmt: skip
    s_plant[PLANT_T_RETURN, k] = back
    s_plant[PLANT_READY, k] = ready
    s_plant[PLANT_SERVED, k] = served
    s_plant[PLANT_LOAD, k] = load
    s_plant[PLANT_Q_CHILLER, k] = chilled + iced
    s_plant[PLANT_Q_FREE, k] = free
