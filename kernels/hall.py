"""A hall: cold and hot aisle, its racks between them, and its group of air handlers with chilled-water coils.

Air handlers draw from the hot side and blow into the cold one at a supply set point, racks draw from the cold
side, and what their flows differ by goes round: surplus supply air by-passes the racks, surplus rack air
comes back over them. Walls are taken as adiabatic, which is on the safe side for a loss of cooling. The
layout is the two-aisle lumped model used for ride-through estimates (e.g. Active Power white paper 105;
secondary).
"""

from __future__ import annotations

from twin.kernels.air import AIR_CP, WATER_CP, stream_temperature
from twin.kernels.exchanger import conductance_at_flow, exchanger_conductance
from twin.kernels.fan import fan_power, fan_speed
from twin.kernels.fields import (
    HALL_C_COLD,
    HALL_C_HOT,
    HALL_COIL_UA,
    HALL_COIL_WATER,
    HALL_E_ELEC,
    HALL_E_IN,
    HALL_E_OUT,
    HALL_FAN_LAG,
    HALL_FAN_POWER,
    HALL_FLOW_MAX,
    HALL_FLOW_MIN,
    HALL_POWER,
    HALL_Q_COIL,
    HALL_Q_DOOR,
    HALL_SERVED,
    HALL_SPEED,
    HALL_T_COIL,
    HALL_T_COLD,
    HALL_T_COLD_MEAN,
    HALL_T_HOT,
    HALL_T_HOT_MEAN,
    HALL_T_SUPPLY,
    HALL_WATER,
    RACK_AIR_0,
    RACK_AIR_1,
    RACK_DOOR_0,
    RACK_DOOR_1,
    RACK_FLOW,
    RACK_RECIRCULATION,
)
from twin.kernels.lag import lag_end, lag_mean
from twin.kernels.rear_door import hall_doors_heat, hall_doors_prepare
from twin.kernels.scalar import Array, scalar
from twin.kernels.two_node import node_end, two_node_means


@scalar
def coil_conductance(ua: float, water_flow: float, air_flow: float, speed: float, water: float) -> float:
    """Heat per kelvin between return air and entering water, coil valves open.

    Parameters
    ----------
    ua : float
        Conductance of all coils at rated flows [W/K].
    water_flow, air_flow : float
        Water flow at full pump speed and air flow now [kg/s].
    speed, water : float
        Air and water flow as fractions of full.

    Returns
    -------
    float
        Counterflow effectiveness times the smaller capacity rate [W/K]; dry coil.
    """
    return exchanger_conductance(
        conductance_at_flow(ua, speed, water), air_flow * AIR_CP, water_flow * water * WATER_CP
    )


@scalar
def hall_racks(p_rack: Array, s_rack: Array, first: int, last: int) -> tuple[float, float, float, float]:
    """Sum what the racks of a hall give to its air, less what their rear doors take, in order.

    Parameters
    ----------
    p_rack, s_rack : ndarray, shape (field, rack)
        Parameters and states of racks.
    first, last : int
        Racks of the hall: `first` up to but not including `last`.

    Returns
    -------
    tuple of float
        Heat to air at 0 degC [W], its change with cold- and with hot-aisle temperature [W/K], and the flow
        the racks draw from the cold aisle [kg/s].
    """
    heat = 0.0
    per_cold = 0.0
    per_hot = 0.0
    flow = 0.0
    for i in range(first, last):
        share = p_rack[RACK_RECIRCULATION, i]
        slope = s_rack[RACK_AIR_1, i] - s_rack[RACK_DOOR_1, i]
        heat += s_rack[RACK_AIR_0, i] - s_rack[RACK_DOOR_0, i]
        per_cold += (1.0 - share) * slope
        per_hot += share * slope
        flow += (1.0 - share) * s_rack[RACK_FLOW, i]
    return heat, per_cold, per_hot, flow


@scalar
def hall_step(
    p_hall: Array,
    s_hall: Array,
    h: int,
    p_rack: Array,
    s_rack: Array,
    first: int,
    last: int,
    water_temperature: float,
    served: float,
    dt: float,
) -> None:
    """Move hall `h` to the end of a thermal step.

    Fans follow the flow the racks draw (containment pressure control), by the affinity laws, and coast with
    `fan_lag` when their power is gone. The flow that circulates between the aisles is the larger of handler
    and rack flow.

    Parameters
    ----------
    p_hall, s_hall : ndarray, shape (field, hall)
        Parameters and states of halls.
    h : int
        Hall.
    p_rack, s_rack : ndarray, shape (field, rack)
        Racks, after `rack_thermal_prepare`.
    first, last : int
        Racks of this hall: `first` up to but not including `last`.
    water_temperature : float
        Water entering its coils [degC].
    served : float
        Share of its fan power that was served in this step, 0 to 1.
    dt : float
        Thermal step [s], above 0.
    """
    hall_doors_prepare(p_hall, s_hall, h, p_rack, s_rack, first, last, water_temperature)
    heat_0, heat_cold, heat_hot, rack_flow = hall_racks(p_rack, s_rack, first, last)
    flow_max = p_hall[HALL_FLOW_MAX, h]
    command = fan_speed(rack_flow, flow_max, p_hall[HALL_FLOW_MIN, h])
    speed = lag_mean(s_hall[HALL_SPEED, h], served * command, dt, p_hall[HALL_FAN_LAG, h])
    s_hall[HALL_SPEED, h] = lag_end(s_hall[HALL_SPEED, h], served * command, dt, p_hall[HALL_FAN_LAG, h])
    fan = s_hall[HALL_POWER, h] * served
    flow = speed * flow_max
    exchange = max(flow, rack_flow) * AIR_CP

    cold = s_hall[HALL_T_COLD, h]
    hot = s_hall[HALL_T_HOT, h]
    coil = coil_conductance(
        p_hall[HALL_COIL_UA, h], p_hall[HALL_COIL_WATER, h], flow, speed, s_hall[HALL_WATER, h]
    )
    cold_mean, hot_mean, q_coil = two_node_means(
        cold,
        hot,
        p_hall[HALL_C_COLD, h],
        p_hall[HALL_C_HOT, h],
        exchange,
        heat_0,
        heat_cold,
        heat_hot,
        fan,
        flow * AIR_CP,
        p_hall[HALL_T_SUPPLY, h],
        coil,
        water_temperature,
        dt,
    )
    carried = exchange * (hot_mean - cold_mean)
    racks = heat_0 + heat_cold * cold_mean + heat_hot * hot_mean
    s_hall[HALL_T_COLD, h] = node_end(cold, p_hall[HALL_C_COLD, h], carried + fan - q_coil, dt)
    s_hall[HALL_T_HOT, h] = node_end(hot, p_hall[HALL_C_HOT, h], racks - carried, dt)
    s_hall[HALL_T_COLD_MEAN, h] = cold_mean
    s_hall[HALL_T_HOT_MEAN, h] = hot_mean
    s_hall[HALL_T_COIL, h] = stream_temperature(hot_mean, fan - q_coil, flow * AIR_CP, cold_mean)
    s_hall[HALL_POWER, h] = fan_power(p_hall[HALL_FAN_POWER, h], command)
    s_hall[HALL_SERVED, h] = served
    s_hall[HALL_Q_COIL, h] = q_coil
    s_hall[HALL_Q_DOOR, h] = hall_doors_heat(p_hall, h, p_rack, s_rack, first, last, cold_mean, hot_mean)
    s_hall[HALL_E_IN, h] += (racks + fan) * dt
    s_hall[HALL_E_OUT, h] += q_coil * dt
    s_hall[HALL_E_ELEC, h] += fan * dt
