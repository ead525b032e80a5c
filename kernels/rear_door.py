"""Rear-door heat exchangers: a coil on the back of a rack takes part of the heat of its air before the hall gets it.

Air enters the coil at the rack's outlet temperature, water at that of the plant; effectiveness and number of transfer
units by `exchanger.py`. The valve stands open as long as the air leaves warmer than the temperature it is held at, so
that a door does not chill a room below its set point. The heat is affine in the inlet temperature, like that of the
rack itself, so the hall is solved with its doors. ASHRAE TC 9.9, *Water-Cooled Servers* (2019), section on rear doors:
doors take 50 to 100 % of a rack's heat (remembered). The coil is dry: keep the water above the dew point.
"""

from __future__ import annotations

from twin.kernels.air import AIR_CP, WATER_CP, mix, stream_temperature
from twin.kernels.exchanger import conductance_at_flow, exchanger_conductance
from twin.kernels.fields import (
    HALL_DOOR_WATER,
    HALL_WATER,
    RACK_AIR_0,
    RACK_AIR_1,
    RACK_DOOR_0,
    RACK_DOOR_1,
    RACK_DOOR_T,
    RACK_DOOR_UA,
    RACK_DOOR_WATER,
    RACK_FLOW,
    RACK_FLOW_MAX,
    RACK_Q_DOOR,
    RACK_RECIRCULATION,
    RACK_T_DOOR,
    RACK_T_EXCESS,
    RACK_T_INLET,
    RACK_T_OUTLET,
)
from twin.kernels.scalar import Array, scalar


@scalar
def door_conductance(ua: float, air: float, air_max: float, water: float, share: float) -> float:
    """Heat per kelvin between the air that leaves a rack and the water that enters its door.

    Parameters
    ----------
    ua : float
        Conductance of the coil at full flows [W/K].
    air, air_max : float
        Air flow and its full value [kg/s].
    water : float
        Water flow with pumps at full speed [kg/s].
    share : float
        Water flow as a fraction of that.

    Returns
    -------
    float
        Effectiveness times the smaller capacity rate [W/K].
    """
    if air_max <= 0.0:
        return 0.0
    conductance = conductance_at_flow(ua, air / air_max, share)
    return exchanger_conductance(conductance, air * AIR_CP, share * water * WATER_CP)


@scalar
def door_prepare(p_rack: Array, s_rack: Array, i: int, water: float, share: float) -> None:
    """Write how the heat that the door of rack `i` takes in this step depends on the rack's inlet temperature.

    Parameters
    ----------
    p_rack, s_rack : ndarray, shape (field, rack)
        Parameters and states of racks, after `rack_thermal_prepare`.
    i : int
        Rack.
    water : float
        Water entering the door [degC].
    share : float
        Its flow as a fraction of full.
    """
    s_rack[RACK_DOOR_0, i] = 0.0
    s_rack[RACK_DOOR_1, i] = 0.0
    rate = s_rack[RACK_FLOW, i] * AIR_CP
    if p_rack[RACK_DOOR_UA, i] <= 0.0 or rate <= 0.0:
        return
    still = s_rack[RACK_AIR_0, i] / rate
    per_inlet = 1.0 + s_rack[RACK_AIR_1, i] / rate
    outlet = still + per_inlet * s_rack[RACK_T_INLET, i]
    opened = door_conductance(
        p_rack[RACK_DOOR_UA, i],
        s_rack[RACK_FLOW, i],
        p_rack[RACK_FLOW_MAX, i],
        p_rack[RACK_DOOR_WATER, i],
        share,
    )
    held = rate * (outlet - p_rack[RACK_DOOR_T, i])
    taken = opened * (outlet - water)
    # Which of the two governs is judged at the inlet of the last step; they meet where it changes.
    if min(held, taken) <= 0.0:
        return
    if held < taken:
        s_rack[RACK_DOOR_0, i] = rate * (still - p_rack[RACK_DOOR_T, i])
        s_rack[RACK_DOOR_1, i] = rate * per_inlet
    else:
        s_rack[RACK_DOOR_0, i] = opened * (still - water)
        s_rack[RACK_DOOR_1, i] = opened * per_inlet


@scalar
def hall_doors_prepare(
    p_hall: Array, s_hall: Array, h: int, p_rack: Array, s_rack: Array, first: int, last: int, water: float
) -> None:
    """Prepare the doors of the racks of hall `h`, from `first` up to but not including `last`.

    They get the water of the hall's plant, which enters at `water` [degC].
    """
    if p_hall[HALL_DOOR_WATER, h] > 0.0:
        for i in range(first, last):
            door_prepare(p_rack, s_rack, i, water, s_hall[HALL_WATER, h])


@scalar
def hall_doors_heat(
    p_hall: Array, h: int, p_rack: Array, s_rack: Array, first: int, last: int, cold: float, hot: float
) -> float:
    """Heat that the doors of hall `h` took [W], at the means of its cold and hot aisle over the step [degC]."""
    heat = 0.0
    if p_hall[HALL_DOOR_WATER, h] > 0.0:
        for i in range(first, last):
            inlet = mix(cold, hot, p_rack[RACK_RECIRCULATION, i]) + s_rack[RACK_T_EXCESS, i]
            heat += s_rack[RACK_DOOR_0, i] + s_rack[RACK_DOOR_1, i] * inlet
    return heat


@scalar
def door_finish(p_rack: Array, s_rack: Array, i: int, inlet: float) -> None:
    """Write what the door of rack `i` took at its mean inlet temperature over the step [degC]."""
    if p_rack[RACK_DOOR_UA, i] <= 0.0:
        return
    heat = s_rack[RACK_DOOR_0, i] + s_rack[RACK_DOOR_1, i] * inlet
    outlet = s_rack[RACK_T_OUTLET, i]
    s_rack[RACK_Q_DOOR, i] = heat
    s_rack[RACK_T_DOOR, i] = stream_temperature(outlet, -heat, s_rack[RACK_FLOW, i] * AIR_CP, outlet)
