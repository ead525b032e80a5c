"""The cooling plant: one mixed node of loop and tank water, and what takes heat out of it.

In order of preference the heat pump, the economiser and the chillers bring the loop to its set point by the
end of the step, as far as each is able. Electricity is asked for at the end of a step and arrives in the next
one, so the heat rejected in a step carries the electricity served in it; pump power heats the loop, all other
auxiliary power goes outside, the power of the heat pump into the heat network. The account closes with what
was served.
"""

from __future__ import annotations

from twin.kernels.air import WATER_CP, stream_temperature
from twin.kernels.fan import fan_power
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
    PLANT_APPROACH,
    PLANT_C,
    PLANT_CHILLERS,
    PLANT_E_ELEC,
    PLANT_E_IN,
    PLANT_E_LOSS,
    PLANT_E_OUT,
    PLANT_FLOW,
    PLANT_FREE_APPROACH,
    PLANT_HP_HEAT,
    PLANT_HP_LORENZ,
    PLANT_HP_RETURN,
    PLANT_HP_SUPPLY,
    PLANT_LOAD,
    PLANT_P_CHILLER,
    PLANT_P_HP,
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
    PLANT_Q_REUSE,
    PLANT_READY,
    PLANT_REJECT_FAN,
    PLANT_REJECT_RATED,
    PLANT_REJECT_WET,
    PLANT_RESTART,
    PLANT_SERVED,
    PLANT_T,
    PLANT_T_CONDENSER,
    PLANT_T_RETURN,
    PLANT_T_SET,
    PLANT_WATER,
    PLANT_WATER_PER_HEAT,
)
from twin.kernels.heat_pump import heat_pump_power, heat_pump_source, lorenz_cop
from twin.kernels.heat_rejection import free_fan_speed
from twin.kernels.plant_chillers import (
    plant_chiller_capacity,
    plant_chiller_power,
    plant_condenser,
    plant_free_heat,
    restart_share,
)
from twin.kernels.plant_pipes import pipes_deliver, pipes_expect, pipes_settle
from twin.kernels.plant_pumps import plant_draw, plant_pump_power
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

    Its chilled and condenser water pumps fail together, as one group of parallel pumps; what a low condenser flow
    does to a chiller is left out.

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
    served: float,
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
        Heat taken by chillers and economiser, and by the heat pump [W].
    served : float
        Share of the power asked of the bus that was served.
    dt : float
        Step [s].

    Returns
    -------
    float
        Heat rejected outside [W].
    """
    electric = s_plant[PLANT_POWER, k] * served
    if p_plant[PLANT_PUMP_UPS, k] >= 0.0:
        electric += pumps
    lift = s_plant[PLANT_P_HP, k] * served
    reuse = source + lift
    rejected: float = cooled + electric - pumps - lift
    other = pumps - cooled - source
    arrived = pipes_settle(p_plant, s_plant, k, load, other, dt)
    s_plant[PLANT_T, k] += (arrived + other) * dt / p_plant[PLANT_C, k]
    s_plant[PLANT_Q_REUSE, k] = reuse
    s_plant[PLANT_Q_REJECT, k] = rejected
    s_plant[PLANT_E_IN, k] += (load + electric) * dt
    s_plant[PLANT_E_OUT, k] += reuse * dt
    s_plant[PLANT_E_LOSS, k] += (rejected + s_plant[PLANT_Q_PIPES, k]) * dt
    s_plant[PLANT_E_ELEC, k] += electric * dt
    return rejected


@scalar
def plant_demand(
    p_plant: Array,
    s_plant: Array,
    k: int,
    heat: float,
    free: float,
    available: float,
    condenser: float,
    outside: float,
    fan_condenser: float,
) -> None:
    """Write the power plant `k` asks for in the next step, heat pump excepted, which is written already.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants, the loop at its new temperature.
    k : int
        Plant.
    heat, free : float
        Heat its chillers and its economiser are to take [W].
    available : float
        What one chiller can take [W].
    condenser, outside : float
        Entering condenser water and outside temperature [degC].
    fan_condenser : float
        Fan speed that serves the condensers [1].
    """
    water = s_plant[PLANT_T, k]
    speed = fan_condenser if heat > 0.0 else 0.0
    if p_plant[PLANT_REJECT_RATED, k] > 0.0:
        speed = max(
            speed,
            free_fan_speed(
                p_plant[PLANT_APPROACH, k],
                p_plant[PLANT_FREE_APPROACH, k],
                free / p_plant[PLANT_REJECT_RATED, k],
                water - outside,
            ),
        )
    chillers = plant_chiller_power(p_plant, k, heat, available, water, condenser)
    fans = fan_power(p_plant[PLANT_REJECT_FAN, k], speed)
    pumps = plant_pump_power(p_plant, s_plant, k)
    s_plant[PLANT_P_CHILLER, k] = chillers
    s_plant[PLANT_P_REJECT, k] = fans
    s_plant[PLANT_P_PUMP, k] = pumps
    on_bus = pumps if p_plant[PLANT_PUMP_UPS, k] < 0.0 else 0.0
    s_plant[PLANT_POWER, k] = chillers + fans + s_plant[PLANT_P_HP, k] + on_bus


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
    outside = t_wet if p_plant[PLANT_REJECT_WET, k] > 0.0 else t_dry
    water = s_plant[PLANT_T, k]
    load = plant_load(k, p_hall, s_hall, p_cdu, s_cdu)
    plant_draw(p_plant, s_plant, k, p_hall, s_hall, p_cdu, s_cdu)
    arriving = pipes_expect(p_plant, s_plant, k, load, p_plant[PLANT_T_SET, k], dt)
    pumps = s_plant[PLANT_P_PUMP, k] * s_plant[PLANT_PUMP_SERVED, k]
    back = stream_temperature(water, arriving, s_plant[PLANT_FLOW, k] * WATER_CP, water)
    excess = (water - p_plant[PLANT_T_SET, k]) * p_plant[PLANT_C, k] / dt
    need = max(0.0, arriving + pumps + excess)

    # What each is able to do scales with the share of the step it had power; what it asks for next does not.
    cop = lorenz_cop(
        p_plant[PLANT_HP_LORENZ, k], p_plant[PLANT_HP_SUPPLY, k], p_plant[PLANT_HP_RETURN, k], back, water
    )
    source_able = heat_pump_source(p_plant[PLANT_HP_HEAT, k], cop)
    source = min(need, source_able * served)
    free_able = plant_free_heat(p_plant, k, water, arriving + pumps - source, outside, dt)
    free = min(need - source, free_able * served)
    rest = need - source - free
    condenser, fan = plant_condenser(p_plant, k, rest, free, outside)
    each = plant_chiller_capacity(p_plant, k, water, condenser)
    chillers_able = each * p_plant[PLANT_CHILLERS, k]
    share, ready = restart_share(s_plant[PLANT_READY, k], p_plant[PLANT_RESTART, k], served, live, dt)
    chilled = min(rest, chillers_able * share)
    rejected = plant_account(p_plant, s_plant, k, load, pumps, free + chilled, source, served, dt)
    if p_plant[PLANT_REJECT_WET, k] > 0.0:
        s_plant[PLANT_WATER, k] += p_plant[PLANT_WATER_PER_HEAT, k] * rejected * dt

    source_next = min(need, source_able)
    free_next = min(need - source_next, free_able)
    chilled_next = min(need - source_next - free_next, chillers_able)
    if ready < p_plant[PLANT_RESTART, k]:
        chilled_next = 0.0
    s_plant[PLANT_P_HP, k] = heat_pump_power(source_next, cop)
    plant_demand(p_plant, s_plant, k, chilled_next, free_next, each, condenser, outside, fan)
    s_plant[PLANT_T_RETURN, k] = back
    s_plant[PLANT_READY, k] = ready
    s_plant[PLANT_SERVED, k] = served
    s_plant[PLANT_LOAD, k] = load
    s_plant[PLANT_Q_CHILLER, k] = chilled
    s_plant[PLANT_Q_FREE, k] = free
    s_plant[PLANT_T_CONDENSER, k] = condenser
