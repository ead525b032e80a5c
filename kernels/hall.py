"""A hall: cold and hot aisle, its racks between them, and its group of air handlers with chilled-water coils.

Air handlers draw from the hot side and blow into the cold one at a supply set point, racks draw from the cold
side, and what their flows differ by goes round: surplus supply air goes past the racks, surplus rack air comes back
over them. A share of the supply air (`bypass`) goes straight back to the coils through gaps and cable openings, and
hot air leaks into the cold aisle at a rate that goes with what the racks draw (`leakage`). Racks draw each other's
exhaust as `recirculation.py` says. Walls are taken as adiabatic, which is on the safe side for a loss of cooling.
The layout is the two-aisle lumped model used for ride-through estimates (e.g. Active Power white paper 105;
secondary).

How well the air is led is told by two published indices. With T_s the air leaving the coils and sums over racks:

    SHI = sum F (T_in - T_s) / sum F (T_out - T_s)            supply heat index; RHI = 1 - SHI
    RTI = (T_return - T_s) / (mean rise over the racks)       return temperature index

SHI: R. K. Sharma, C. E. Bash, C. D. Patel, AIAA 2002-3091 (remembered); 0 is no recirculation. RTI: M. K. Herrlin,
ASHRAE Trans. 114 (2008) (remembered); below 1 air by-passes the racks, above 1 racks draw their exhaust.
"""

from __future__ import annotations

from twin.kernels.air import AIR_CP
from twin.kernels.air_handler import (
    NO_SET_POINT,
    coil_conductance,
    fan_flow,
    handlers_means,
    leaving_temperature,
    return_temperature,
    valve_opening,
)
from twin.kernels.fan import fan_power, fan_speed
from twin.kernels.fields import (
    HALL_AIR_HANDLERS,
    HALL_AIR_RACKS,
    HALL_BYPASS,
    HALL_C_COLD,
    HALL_C_HOT,
    HALL_COIL_UA,
    HALL_COIL_WATER,
    HALL_E_ELEC,
    HALL_E_HANDLERS,
    HALL_E_IN,
    HALL_E_INLET,
    HALL_E_LOSS,
    HALL_E_OUT,
    HALL_E_RACKS,
    HALL_ECO,
    HALL_ECO_ON,
    HALL_ECO_POWER,
    HALL_ECO_TIME,
    HALL_FAN_CONTROL,
    HALL_FAN_FIXED,
    HALL_FAN_LAG,
    HALL_FAN_MARGIN,
    HALL_FAN_POWER,
    HALL_FLOW_MAX,
    HALL_FLOW_MIN,
    HALL_LEAKAGE,
    HALL_P_ECO,
    HALL_POWER,
    HALL_Q_COIL,
    HALL_Q_DOOR,
    HALL_Q_OUTSIDE,
    HALL_RTI,
    HALL_SERVED,
    HALL_SHI,
    HALL_SPEED,
    HALL_T_COIL,
    HALL_T_COLD,
    HALL_T_COLD_MEAN,
    HALL_T_HOT,
    HALL_T_HOT_MEAN,
    HALL_T_OUTSIDE,
    HALL_T_RETURN,
    HALL_T_SHIFT,
    HALL_T_SUPPLY,
    HALL_UNITS_OUT,
    HALL_VALVE,
    HALL_VALVE_GAIN,
    HALL_VALVE_INTEGRAL,
    HALL_VALVE_RATE,
    HALL_VALVE_TIME,
    HALL_WATER,
    RACK_AIR_0,
    RACK_AIR_1,
    RACK_DOOR_0,
    RACK_DOOR_1,
    RACK_FLOW,
    RACK_RECIRCULATION,
    RACK_T_EXCESS,
)
from twin.kernels.lag import lag_end, lag_mean
from twin.kernels.rear_door import hall_doors_heat, hall_doors_prepare
from twin.kernels.scalar import Array, scalar
from twin.kernels.two_node import node_end


@scalar
def hall_racks(
    p_rack: Array, s_rack: Array, first: int, last: int
) -> tuple[float, float, float, float, float, float]:
    """Sum what the racks of a hall give to its air, less what their rear doors take, and draw from it.

    Parameters
    ----------
    p_rack, s_rack : ndarray, shape (field, rack)
        Parameters and states of racks.
    first, last : int
        Racks of the hall: `first` up to but not including `last`.

    Returns
    -------
    tuple of float
        Heat to air with both aisles at 0 degC [W], its change with cold- and with hot-aisle temperature [W/K], the
        flow the racks draw from the cold aisle and in all [kg/s], and the sum of flow times what their inlets are
        warmer than the mixture of the aisles [kg K/s].
    """
    heat = 0.0
    per_cold = 0.0
    per_hot = 0.0
    drawn = 0.0
    flow = 0.0
    excess = 0.0
    for i in range(first, last):
        share = p_rack[RACK_RECIRCULATION, i]
        warmer = s_rack[RACK_T_EXCESS, i]
        slope = s_rack[RACK_AIR_1, i] - s_rack[RACK_DOOR_1, i]
        heat += s_rack[RACK_AIR_0, i] - s_rack[RACK_DOOR_0, i] + slope * warmer
        per_cold += (1.0 - share) * slope
        per_hot += share * slope
        drawn += (1.0 - share) * s_rack[RACK_FLOW, i]
        flow += s_rack[RACK_FLOW, i]
        excess += s_rack[RACK_FLOW, i] * warmer
    return heat, per_cold, per_hot, drawn, flow, excess


@scalar
def hall_fans(
    p_hall: Array, s_hall: Array, h: int, drawn: float, served: float, dt: float
) -> tuple[float, float]:
    """Step the fans of hall `h` and write what they ask for next.

    Parameters
    ----------
    p_hall, s_hall : ndarray, shape (field, hall)
        Parameters and states of halls.
    h : int
        Hall.
    drawn : float
        Air the racks draw from the cold aisle [kg/s].
    served : float
        Share of the fan power that was served in this step.
    dt : float
        Thermal step [s].

    Returns
    -------
    tuple of float
        Mean speed of the handlers in service, fraction of full, and the fan heat given to the air [W].
    """
    in_service = 1.0 - s_hall[HALL_UNITS_OUT, h]
    flow_max = in_service * p_hall[HALL_FLOW_MAX, h]
    wanted = fan_flow(
        drawn,
        p_hall[HALL_BYPASS, h],
        p_hall[HALL_FAN_CONTROL, h],
        p_hall[HALL_FAN_MARGIN, h],
        p_hall[HALL_FAN_FIXED, h],
        flow_max,
    )
    command = fan_speed(wanted, flow_max, p_hall[HALL_FLOW_MIN, h]) if in_service > 0.0 else 0.0
    speed = lag_mean(s_hall[HALL_SPEED, h], served * command, dt, p_hall[HALL_FAN_LAG, h])
    s_hall[HALL_SPEED, h] = lag_end(s_hall[HALL_SPEED, h], served * command, dt, p_hall[HALL_FAN_LAG, h])
    fan = (s_hall[HALL_POWER, h] - s_hall[HALL_P_ECO, h]) * served
    s_hall[HALL_POWER, h] = in_service * fan_power(p_hall[HALL_FAN_POWER, h], command)
    return speed, fan


@scalar
def hall_indices(
    s_hall: Array, h: int, racks: float, taken: float, inlet: float, flow: float, air: float, dt: float
) -> None:
    """Write how well the air of hall `h` is led; nothing while its handlers do not blow.

    Parameters
    ----------
    s_hall : ndarray, shape (field, hall)
        States of halls.
    h : int
        Hall.
    racks, taken : float
        Heat the racks gave to air, and heat the handlers took from it less that of their fans [W].
    inlet : float
        Heat of the air entering the racks above the air leaving the coils [W].
    flow, air : float
        Air through the racks and through the handlers [kg/s].
    dt : float
        Thermal step [s].
    """
    s_hall[HALL_SHI, h] = 0.0
    s_hall[HALL_RTI, h] = 0.0
    if air <= 0.0 or flow <= 0.0:
        return
    s_hall[HALL_E_INLET, h] += inlet * dt
    s_hall[HALL_AIR_RACKS, h] += flow * dt
    s_hall[HALL_AIR_HANDLERS, h] += air * dt
    s_hall[HALL_E_RACKS, h] += racks * dt
    s_hall[HALL_E_HANDLERS, h] += taken * dt
    if racks > 0.0:
        s_hall[HALL_SHI, h] = inlet / (inlet + racks) if inlet > 0.0 else 0.0
        s_hall[HALL_RTI, h] = taken / racks * flow / air


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

    Fans follow the flow the racks draw, hold the pressure of the contained aisle, or turn at a fixed speed; they
    obey the affinity laws, and coast with `fan_lag` when their power is gone. The flow that circulates between the
    aisles is the larger of what the handlers bring to the cold aisle and what the racks draw from it.

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
    heat_0, heat_cold, heat_hot, drawn, flow, excess = hall_racks(p_rack, s_rack, first, last)
    speed, fan = hall_fans(p_hall, s_hall, h, drawn, served, dt)
    in_service = 1.0 - s_hall[HALL_UNITS_OUT, h]
    bypass = p_hall[HALL_BYPASS, h]
    air = speed * in_service * p_hall[HALL_FLOW_MAX, h]
    rate = air * AIR_CP
    exchange = max((1.0 - bypass) * air + p_hall[HALL_LEAKAGE, h] * drawn, drawn) * AIR_CP

    cold = s_hall[HALL_T_COLD, h]
    hot = s_hall[HALL_T_HOT, h]
    set_point = p_hall[HALL_T_SUPPLY, h] + s_hall[HALL_T_SHIFT, h]
    outside = p_hall[HALL_ECO, h] * rate if s_hall[HALL_ECO_ON, h] > 0.0 else 0.0
    cold_mean, hot_mean, heat, heat_outside = handlers(
        p_hall, s_hall, h, cold, hot, exchange, heat_0, heat_cold, heat_hot, fan, air, speed, set_point,
        water_temperature, outside, dt,
    )  # fmt: skip
    carried = exchange * (hot_mean - cold_mean)
    racks = heat_0 + heat_cold * cold_mean + heat_hot * hot_mean
    leaving = leaving_temperature(hot_mean, heat, fan, rate, bypass, cold_mean)
    inlet = AIR_CP * (drawn * cold_mean + (flow - drawn) * hot_mean + excess - flow * leaving)
    s_hall[HALL_T_COLD, h] = node_end(cold, p_hall[HALL_C_COLD, h], carried + fan - heat, dt)
    s_hall[HALL_T_HOT, h] = node_end(hot, p_hall[HALL_C_HOT, h], racks - carried, dt)
    s_hall[HALL_T_COLD_MEAN, h] = cold_mean
    s_hall[HALL_T_HOT_MEAN, h] = hot_mean
    s_hall[HALL_T_RETURN, h] = return_temperature(hot_mean, heat, fan, rate, bypass)
    s_hall[HALL_T_COIL, h] = leaving
    hall_indices(s_hall, h, racks, heat - fan, inlet, flow, air, dt)
    s_hall[HALL_SERVED, h] = served
    s_hall[HALL_Q_DOOR, h] = hall_doors_heat(p_hall, h, p_rack, s_rack, first, last, cold_mean, hot_mean)
    hall_account(p_hall, s_hall, h, racks, fan, heat, heat_outside, outside > 0.0, speed, served, dt)


@scalar
def handlers(
    p_hall: Array,
    s_hall: Array,
    h: int,
    cold: float,
    hot: float,
    exchange: float,
    heat_0: float,
    heat_cold: float,
    heat_hot: float,
    fan: float,
    air: float,
    speed: float,
    set_point: float,
    water: float,
    outside: float,
    dt: float,
) -> tuple[float, float, float, float]:
    """Mean temperatures of hall `h` and the heat its handlers take, with the valve it has; see `handlers_means`.

    `air` is the flow through the handlers [kg/s], `speed` that of their fans as a fraction of full; the economiser's
    conductance `outside` [W/K] is 0 while it is shut.
    """
    in_service = 1.0 - s_hall[HALL_UNITS_OUT, h]
    ua = in_service * p_hall[HALL_COIL_UA, h]
    water_flow = in_service * p_hall[HALL_COIL_WATER, h]
    share = s_hall[HALL_WATER, h]
    rate = air * AIR_CP
    bypass = p_hall[HALL_BYPASS, h]
    gain = p_hall[HALL_VALVE_GAIN, h]
    t_outside = s_hall[HALL_T_OUTSIDE, h]
    c_cold = p_hall[HALL_C_COLD, h]
    c_hot = p_hall[HALL_C_HOT, h]
    opening = 1.0
    held = set_point
    if gain > 0.0:
        opening, integral = valve_opening(
            cold, hot, c_cold, c_hot, exchange, heat_0, heat_cold, heat_hot, fan, rate, bypass, set_point,
            ua, water_flow, air, speed, share, water, outside, t_outside,
            s_hall[HALL_VALVE_INTEGRAL, h], s_hall[HALL_VALVE, h], gain, p_hall[HALL_VALVE_TIME, h],
            p_hall[HALL_VALVE_RATE, h], dt,
        )  # fmt: skip
        s_hall[HALL_VALVE_INTEGRAL, h] = integral
        # With the coil shut the damper of the economiser holds the set point, if it can.
        held = NO_SET_POINT if opening > 0.0 or outside <= 0.0 else set_point
    s_hall[HALL_VALVE, h] = opening
    coil = coil_conductance(ua, water_flow, air, speed, share * opening)
    return handlers_means(
        cold, hot, c_cold, c_hot, exchange, heat_0, heat_cold, heat_hot, fan, rate, bypass, held,
        coil, water, outside, t_outside, dt,
    )  # fmt: skip


@scalar
def hall_account(
    p_hall: Array,
    s_hall: Array,
    h: int,
    racks: float,
    fan: float,
    heat: float,
    heat_outside: float,
    open_: bool,
    speed: float,
    served: float,
    dt: float,
) -> None:
    """Book a step of hall `h`, and add to its demand the economiser's fans, whose heat goes outside.

    Parameters
    ----------
    p_hall, s_hall : ndarray, shape (field, hall)
        Parameters and states of halls.
    h : int
        Hall.
    racks, fan, heat, heat_outside : float
        Heat of racks and fans, heat taken in all and by the economiser [W].
    open_ : bool
        Whether the economiser is open.
    speed : float
        Of the handlers' fans, which those of the economiser follow.
    served : float
        Share of the power asked for that was served.
    dt : float
        Thermal step [s].
    """
    helped = s_hall[HALL_P_ECO, h] * served
    s_hall[HALL_P_ECO, h] = fan_power(p_hall[HALL_ECO_POWER, h], speed) if open_ else 0.0
    s_hall[HALL_POWER, h] += s_hall[HALL_P_ECO, h]
    s_hall[HALL_Q_COIL, h] = heat - heat_outside
    s_hall[HALL_Q_OUTSIDE, h] = heat_outside
    if heat_outside > 0.0:
        s_hall[HALL_ECO_TIME, h] += dt
    s_hall[HALL_E_IN, h] += (racks + fan + helped) * dt
    s_hall[HALL_E_OUT, h] += (heat - heat_outside) * dt
    s_hall[HALL_E_LOSS, h] += (heat_outside + helped) * dt
    s_hall[HALL_E_ELEC, h] += (fan + helped) * dt
