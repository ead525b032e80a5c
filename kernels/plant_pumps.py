"""Chilled-water pumps of variable speed: they give what the two-way valves of coils and CDUs let through.

A differential pressure is held at the far end of the loop, a share `h` of the design head; the rest of the head is
friction and goes with the square of the flow. At a flow `q`, per unit of design, the head is `h + (1 - h) q^2` and the
power `q (h + (1 - h) q^2)`: the cube law for h = 0. W. P. Bahnfleth and E. B. Peyer, HPAC Engineering 76(5), 2004;
ASHRAE Handbook HVAC Applications, "Supervisory Control" (both remembered). Efficiency of pump and drive is taken as
constant, so power at low flow is a little low.
"""

from __future__ import annotations

from twin.kernels.air import AIR_CP, WATER_CP
from twin.kernels.exchanger import conductance_at_flow, exchanger_conductance
from twin.kernels.fields import (
    CDU_CP,
    CDU_FLOW,
    CDU_FLOW_PRIMARY,
    CDU_PLANT,
    CDU_Q,
    CDU_SPEED,
    CDU_T_RETURN,
    CDU_UA,
    CDU_VALVE,
    CDU_VALVE_GAIN,
    CDU_WATER,
    HALL_COIL_UA,
    HALL_COIL_WATER,
    HALL_DOOR_WATER,
    HALL_FLOW_MAX,
    HALL_PLANT,
    HALL_Q_COIL,
    HALL_Q_OUTSIDE,
    HALL_SPEED,
    HALL_T_RETURN,
    HALL_UNITS_OUT,
    HALL_VALVE,
    HALL_VALVE_GAIN,
    HALL_WATER,
    PLANT_FLOW,
    PLANT_PUMP,
    PLANT_PUMP_HEAD,
    PLANT_PUMP_MIN,
    PLANT_PUMP_SHARE,
    PLANT_PUMP_VARIABLE,
    PLANT_PUMPS_RUNNING,
    PLANT_T_OUT,
)
from twin.kernels.scalar import Array, scalar


@scalar
def pump_power(rated: float, flow: float, head: float) -> float:
    """Power of a pump of variable speed.

    Parameters
    ----------
    rated : float
        At the design flow [W].
    flow : float
        Per unit of design, 0 to 1.
    head : float
        Share of the design head that is held at any flow, 0 to 1.
    """
    return rated * flow * (head + (1.0 - head) * flow * flow)


@scalar
def water_share(
    heat: float, ua: float, other: float, rate_hot: float, rate_cold: float, span: float
) -> float:
    """Share of the full flow of cold water that an exchanger needs to take a heat.

    Parameters
    ----------
    heat : float
        Heat taken [W].
    ua : float
        Conductance at rated flows [W/K].
    other : float
        Flow of the hot side as a fraction of rated.
    rate_hot, rate_cold : float
        Capacity rates, of the hot side now and of the cold side with the valve open [W/K].
    span : float
        Difference between the inlets [K].

    Returns
    -------
    float
        0 to 1, by halving; 1 where the valve open does not do.
    """
    if heat <= 0.0:
        return 0.0
    low = 0.0
    high = 1.0
    for _ in range(30):
        middle = 0.5 * (low + high)
        conductance = conductance_at_flow(ua, other, middle)
        if exchanger_conductance(conductance, rate_hot, middle * rate_cold) * span < heat:
            low = middle
        else:
            high = middle
    return high


@scalar
def hall_draw(p_hall: Array, s_hall: Array, h: int, water: float) -> float:
    """Water that the coils and doors of hall `h` let through [kg/s], entering at `water` [degC].

    A valve with a controller stands where that left it, an ideal one at what the heat of the step took. The valves
    of handlers out of service are shut; rear doors are counted as open, which is a little too much.
    """
    in_service = 1.0 - s_hall[HALL_UNITS_OUT, h]
    offered = s_hall[HALL_WATER, h]
    opening = s_hall[HALL_VALVE, h] * offered
    if p_hall[HALL_VALVE_GAIN, h] <= 0.0 and in_service > 0.0:
        speed = s_hall[HALL_SPEED, h]
        rate = in_service * speed * p_hall[HALL_FLOW_MAX, h] * AIR_CP
        # What an economiser took before the coil is taken off the air that enters it.
        entering = s_hall[HALL_T_RETURN, h] - (s_hall[HALL_Q_OUTSIDE, h] / rate if rate > 0.0 else 0.0)
        needed = water_share(
            s_hall[HALL_Q_COIL, h], in_service * p_hall[HALL_COIL_UA, h], speed, rate,
            in_service * p_hall[HALL_COIL_WATER, h] * WATER_CP, entering - water,
        )  # fmt: skip
        opening = min(needed, offered)
    return in_service * opening * p_hall[HALL_COIL_WATER, h] + offered * p_hall[HALL_DOOR_WATER, h]


@scalar
def cdu_opening(p_cdu: Array, s_cdu: Array, c: int, water: float) -> float:
    """Opening of the primary valve of CDU `c`: that of its controller, or what an ideal valve would need."""
    if p_cdu[CDU_VALVE_GAIN, c] > 0.0:
        return float(s_cdu[CDU_VALVE, c])
    rate = s_cdu[CDU_SPEED, c] * p_cdu[CDU_FLOW, c] * p_cdu[CDU_CP, c]
    return water_share(
        s_cdu[CDU_Q, c], p_cdu[CDU_UA, c], s_cdu[CDU_SPEED, c], rate,
        p_cdu[CDU_FLOW_PRIMARY, c] * WATER_CP, s_cdu[CDU_T_RETURN, c] - water,
    )  # fmt: skip


@scalar
def plant_draw(
    p_plant: Array, s_plant: Array, k: int, p_hall: Array, s_hall: Array, p_cdu: Array, s_cdu: Array
) -> None:
    """Follow the valves with the flow of plant `k`, after halls and CDUs have taken their step.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants; their flow is still that with all valves open.
    k : int
        Plant.
    p_hall, s_hall, p_cdu, s_cdu : ndarray, shape (field, unit)
        Halls and CDUs of the whole facility.
    """
    if p_plant[PLANT_PUMP_VARIABLE, k] <= 0.0:
        return
    water = s_plant[PLANT_T_OUT, k]
    drawn = 0.0
    full = 0.0
    for h in range(s_hall.shape[1]):
        if int(p_hall[HALL_PLANT, h]) == k:
            full += p_hall[HALL_COIL_WATER, h] + p_hall[HALL_DOOR_WATER, h]
            drawn += hall_draw(p_hall, s_hall, h, water)
    for c in range(s_cdu.shape[1]):
        if int(p_cdu[CDU_PLANT, c]) == k:
            full += p_cdu[CDU_FLOW_PRIMARY, c]
            opening = cdu_opening(p_cdu, s_cdu, c, water)
            drawn += min(opening, s_cdu[CDU_WATER, c]) * p_cdu[CDU_FLOW_PRIMARY, c]
    share = min(max(drawn / full, p_plant[PLANT_PUMP_MIN, k]), 1.0) if full > 0.0 else 0.0
    s_plant[PLANT_PUMP_SHARE, k] = share
    s_plant[PLANT_FLOW, k] = min(s_plant[PLANT_FLOW, k], share * full)


@scalar
def plant_pump_power(p_plant: Array, s_plant: Array, k: int) -> float:
    """Power that the pumps of plant `k` ask for [W]: those of variable speed by the flow, the others in full."""
    variable = p_plant[PLANT_PUMP_VARIABLE, k]
    power = p_plant[PLANT_PUMP, k] - variable
    if variable > 0.0:
        power += pump_power(variable, s_plant[PLANT_PUMP_SHARE, k], p_plant[PLANT_PUMP_HEAD, k])
    return float(power * s_plant[PLANT_PUMPS_RUNNING, k])
