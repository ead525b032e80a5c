"""The cooling plant: one mixed node of loop and tank water, and what takes heat out of it.

In order of preference the heat pump, the economiser and the chillers bring the loop to its set point by the
end of the step, as far as each is able; a cold store takes what it is ordered to before them and what they leave
after them, and is charged by what they have to spare (`plant_store.py`). Electricity is asked for at the end of a step and arrives in the next
one, so the heat rejected in a step carries the electricity served in it; pump power heats the loop, all other
auxiliary power goes outside, the power of the heat pump into the heat network. The account closes with what
was served.
"""

from __future__ import annotations

from twin.kernels.air import WATER_CP, stream_temperature
from twin.kernels.fields import (
    CDU_FLOW_PRIMARY,
    CDU_PLANT,
    CDU_Q,
    CDU_WATER,
    FREE_SERIES,
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
    PLANT_FREE_MODE,
    PLANT_LOAD,
    PLANT_P_CHILLER,
    PLANT_P_HP,
    PLANT_P_ICE,
    PLANT_P_PUMP,
    PLANT_P_REJECT,
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
    plant_chiller_power,
)
from twin.kernels.plant_economiser import (
    economiser_able,
    economiser_alone,
    economiser_exchanger,
    economiser_hours,
)
from twin.kernels.plant_ice import ice_charged, ice_power
from twin.kernels.plant_pipes import pipes_deliver, pipes_expect, pipes_settle
from twin.kernels.plant_pumps import plant_draw, plant_pump_power
from twin.kernels.plant_rejection import (
    rejection_condenser,
    rejection_free_speed,
    rejection_outside,
    rejection_power,
    rejection_water,
)
from twin.kernels.plant_staging import (
    chillers_next,
    chillers_ready,
    chillers_standing_by,
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
def plant_demand(
    p_plant: Array,
    s_plant: Array,
    k: int,
    heat: float,
    available: float,
    count: float,
    condenser: float,
    speed: float,
) -> None:
    """Write the power plant `k` asks for in the next step; that of heat pump and ice making is written already.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants, the loop at its new temperature.
    k : int
        Plant.
    heat : float
        Heat its chillers are to take [W].
    available, count : float
        What one chiller can take [W], and how many share the heat.
    condenser : float
        Entering condenser water [degC].
    speed : float
        Fan speed of the heat rejection [1].
    """
    chillers = plant_chiller_power(p_plant, k, heat, available, count, s_plant[PLANT_T, k], condenser)
    chillers += s_plant[PLANT_P_ICE, k]
    fans = rejection_power(p_plant, s_plant, k, speed)
    pumps = plant_pump_power(p_plant, s_plant, k)
    s_plant[PLANT_P_CHILLER, k] = chillers
    s_plant[PLANT_P_REJECT, k] = fans
    s_plant[PLANT_P_PUMP, k] = pumps
    on_bus = pumps if p_plant[PLANT_PUMP_UPS, k] < 0.0 else 0.0
    s_plant[PLANT_POWER, k] = chillers + fans + s_plant[PLANT_P_HP, k] + on_bus


@scalar
def plant_next(
    p_plant: Array,
    s_plant: Array,
    k: int,
    want: float,
    free_able: float,
    coming: float,
    free: float,
    ice: float,
    each: float,
    ready: float,
    condenser: float,
    fan: float,
    back: float,
    t_dry: float,
    t_wet: float,
    dt: float,
) -> None:
    """Share what plant `k` wants taken in the next step among its machines, and write the power they ask for.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants, the loop at its new temperature.
    k : int
        Plant.
    want : float
        Heat to take out of the loop, that for reuse taken off [W].
    free_able, free : float
        Heat its economiser can take, and what it took in this step [W].
    coming : float
        Heat that came for economiser and chillers in this step [W].
    ice : float
        Heat to take out of ice [W].
    each : float
        What one chiller can take [W].
    ready : float
        Time since power returned, after the step [s].
    condenser, fan : float
        Entering condenser water [degC], and the fan speed that gives it.
    back : float
        Water coming back [degC].
    t_dry, t_wet : float
        Outdoor dry and wet bulb [degC].
    dt : float
        Thermal step [s].
    """
    free_next = min(want, free_able)
    alone = economiser_alone(p_plant, s_plant, k)
    rest_next = 0.0 if alone else want - free_next
    staged = 0.0 if alone else max(0.0, coming - free)
    count = chillers_next(p_plant, s_plant, k, rest_next, staged + ice, each, ready, dt)
    chilled_next = min(rest_next, count * each)
    standing_by = chillers_standing_by(p_plant, s_plant, k, count, ready)
    iced_next = ice_charged(p_plant, k, ice, chilled_next, each, standing_by)
    s_plant[PLANT_P_ICE, k] = ice_power(p_plant, k, iced_next, condenser)
    speed = fan if chilled_next + iced_next > 0.0 else 0.0
    exchanger = economiser_exchanger(p_plant, s_plant, k)
    warm = back if p_plant[PLANT_FREE_MODE, k] == FREE_SERIES else s_plant[PLANT_T, k]
    speed = max(speed, rejection_free_speed(p_plant, s_plant, k, free_next, exchanger, warm, t_dry, t_wet))
    plant_demand(p_plant, s_plant, k, chilled_next, each, count, condenser, speed)


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
    arriving = pipes_expect(p_plant, s_plant, k, load, dt)
    pumps = s_plant[PLANT_P_PUMP, k] * s_plant[PLANT_PUMP_SERVED, k]
    back = stream_temperature(water, arriving, s_plant[PLANT_FLOW, k] * WATER_CP, water)
    excess = (water - p_plant[PLANT_T_SET, k] - s_plant[PLANT_T_SHIFT, k]) * p_plant[PLANT_C, k] / dt
    need = max(0.0, arriving + pumps + excess)
    ordered, charge, ice = store_order(p_plant, s_plant, k, back, need, dt)
    target = need - ordered + charge

    # What each is able to do scales with the share of the step it had power; what it asks for next does not.
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
