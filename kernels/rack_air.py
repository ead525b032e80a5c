"""Air of a rack: how much its fans draw, what drives them, and how the stream takes up heat."""

from __future__ import annotations

import math

from twin.kernels.air import AIR_CP
from twin.kernels.fan import fan_power, fan_speed
from twin.kernels.fields import (
    RACK_CDU,
    RACK_DELTA_T,
    RACK_FAN,
    RACK_FAN_INLET,
    RACK_FAN_INLET_FULL,
    RACK_FAN_LAG,
    RACK_FAN_POWER,
    RACK_FLOW,
    RACK_FLOW_MAX,
    RACK_FLOW_MIN,
    RACK_HEAT,
    RACK_LIQUID,
    RACK_MODE,
    RACK_ON,
    RACK_RESTARTING,
    RACK_SPEED,
    RACK_T_INLET,
)
from twin.kernels.lag import lag_end
from twin.kernels.scalar import Array, scalar

DRAUGHT = 0.02
"""Air through a rack whose fans stand still, as a share of full flow.

Buoyancy of 20 K over 2 m gives 1.6 Pa against the some 250 Pa a server drops at full flow: 0.6 % of full flow
if the leak is laminar, 8 % if turbulent. The geometric mean is used (an estimate, not a measurement).
"""


@scalar
def stream_conductance(conductance: float, flow: float, flow_max: float) -> float:
    """Heat per kelvin from a chassis to the air that enters it.

    Forced convection over short fins is laminar and goes with the root of the flow (Incropera, 7th ed., eq.
    7.30); the air inside is one mixed volume, so film and stream are conductances in series. Mixed air gives
    slightly less heat than plug flow, 1 - exp(-NTU), by at most 0.20 in effectiveness near NTU 2; the
    conductance follows from the rise of the chassis over its inlet at full flow, which absorbs that.

    Parameters
    ----------
    conductance : float
        Film conductance at full flow [W/K], at least 0.
    flow, flow_max : float
        Air flow and its full value [kg/s], at least 0.

    Returns
    -------
    float
        Conductance [W/K], never above the capacity rate of the stream; 0 for still air.
    """
    if flow <= 0.0 or flow_max <= 0.0 or conductance <= 0.0:
        return 0.0
    film = conductance * math.sqrt(flow / flow_max)
    rate = flow * AIR_CP
    return film * rate / (film + rate)


@scalar
def inlet_speed(speed: float, inlet: float, start: float, full: float) -> float:
    """Fan speed raised by a warm inlet, as server firmware does to keep its parts within their limits.

    Fans that follow the heat keep the rise of the air; above some 25 degC most servers add to it, up to full speed
    at the end of their class (ASHRAE TC 9.9, *2011 Thermal Guidelines for Data Processing Environments*, figure of
    air flow over inlet temperature: two to two and a half times as much at 35 degC as at 20; remembered).

    Parameters
    ----------
    speed : float
        Speed that the heat asks for, 0 to 1.
    inlet : float
        Inlet temperature [degC].
    start, full : float
        Inlet temperatures at which fans begin to speed up and reach full speed [degC]; never where `full` is not
        above `start`.

    Returns
    -------
    float
        Between `speed` and 1, linear in the inlet temperature.
    """
    if full <= start:
        return speed
    return speed + (1.0 - speed) * min(max((inlet - start) / (full - start), 0.0), 1.0)


@scalar
def rack_fans(p_rack: Array, s_rack: Array, i: int, dt: float) -> None:
    """Set the fans of rack `i` for the next step: the flow that gives the air its intended rise, or more of it.

    Parameters
    ----------
    p_rack, s_rack : ndarray, shape (field, rack)
        Parameters and states of racks, with the inlet temperature of this step.
    i : int
        Rack.
    dt : float
        Thermal step [s].
    """
    flow_max = p_rack[RACK_FLOW_MAX, i]
    works = s_rack[RACK_MODE, i] == RACK_ON or s_rack[RACK_MODE, i] == RACK_RESTARTING
    speed = 0.0
    if works:
        liquid = p_rack[RACK_LIQUID, i] if p_rack[RACK_CDU, i] >= 0.0 else 0.0
        flow = 0.0
        if p_rack[RACK_DELTA_T, i] > 0.0:
            flow = (1.0 - liquid) * s_rack[RACK_HEAT, i] / (dt * AIR_CP * p_rack[RACK_DELTA_T, i])
        speed = inlet_speed(
            fan_speed(flow, flow_max, p_rack[RACK_FLOW_MIN, i]),
            s_rack[RACK_T_INLET, i],
            p_rack[RACK_FAN_INLET, i],
            p_rack[RACK_FAN_INLET_FULL, i],
        )
    speed = lag_end(s_rack[RACK_SPEED, i], speed, dt, p_rack[RACK_FAN_LAG, i])
    s_rack[RACK_SPEED, i] = speed
    s_rack[RACK_FLOW, i] = max(DRAUGHT, speed) * flow_max
    s_rack[RACK_FAN, i] = fan_power(p_rack[RACK_FAN_POWER, i], speed) if works else 0.0
