"""Heat of a rack: one node for servers and chassis in the air stream, one for cold plates on the coolant.

Both nodes obey `C dT/dt = P - G (T - T_in)`. With P and T_in constant over the period the solution is exact
and the mean heat given off is affine in T_in, so the hall or the CDU can solve for T_in implicitly and the
rack then gives exactly that heat. Two-node server models of this kind: Z. M. Pardey et al., ASHRAE Trans. 121
(2015) (remembered); the thermal mass of a 2U server is 11.1 kJ/K +-7 % (secondary).
"""

from __future__ import annotations

import math

from twin.kernels.air import AIR_CP, mix, stream_temperature
from twin.kernels.fan import fan_power, fan_speed
from twin.kernels.fields import (
    CDU_T_SUPPLY_MEAN,
    CDU_T_SUPPLY_NOW,
    HALL_T_COLD,
    HALL_T_COLD_MEAN,
    HALL_T_HOT,
    HALL_T_HOT_MEAN,
    RACK_AIR_0,
    RACK_AIR_1,
    RACK_C_MASS,
    RACK_C_PLATE,
    RACK_CDU,
    RACK_DELTA_T,
    RACK_E_HEAT,
    RACK_FAN,
    RACK_FAN_POWER,
    RACK_FLOW,
    RACK_FLOW_MAX,
    RACK_FLOW_MIN,
    RACK_G_MASS,
    RACK_G_PLATE,
    RACK_HALL,
    RACK_HEAT,
    RACK_LIQUID,
    RACK_LIQUID_0,
    RACK_LIQUID_1,
    RACK_LOST_AT,
    RACK_MODE,
    RACK_ON,
    RACK_OVERHEAT,
    RACK_PLATE_SHUTDOWN,
    RACK_Q_AIR,
    RACK_Q_LIQUID,
    RACK_RECIRCULATION,
    RACK_RESTARTING,
    RACK_T_INLET,
    RACK_T_INLET_MAX,
    RACK_T_LIMIT,
    RACK_T_MASS,
    RACK_T_OUTLET,
    RACK_T_PLATE,
    RACK_T_SHUTDOWN,
    RACK_TOO_HOT,
)
from twin.kernels.lag import decay_mean
from twin.kernels.rear_door import door_finish
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
    slightly less heat than plug flow, 1 - exp(-NTU), by at most 0.20 in effectiveness near NTU 2; a
    conductance fitted to a measured rise of the chassis over its inlet absorbs that.

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
def node_response(
    power: float, temperature: float, capacity: float, conductance: float, dt: float
) -> tuple[float, float]:
    """Mean heat given off by a node over a period, affine in the temperature of what cools it.

    Parameters
    ----------
    power : float
        Heat released in the node [W], constant over the period.
    temperature : float
        Its temperature at the start [degC].
    capacity : float
        Heat capacity [J/K]; 0 passes the heat straight on.
    conductance : float
        Conductance to what cools it [W/K], at least 0.
    dt : float
        Period [s], above 0.

    Returns
    -------
    tuple of float
        q_0 [W] and q_1 [W/K]: the mean heat is `q_0 + q_1 T_in`, from the exact solution of
        `C dT/dt = P - G (T - T_in)`. As dt goes to 0 it is `G (T - T_in)`.
    """
    if capacity <= 0.0:
        return power, 0.0
    unspent = decay_mean(conductance * dt / capacity)
    slope = conductance * unspent
    return power * (1.0 - unspent) + slope * temperature, -slope


@scalar
def plate_conductance(conductance: float, speed: float) -> float:
    """Heat per kelvin from cold plates to the coolant supplied to them, at reduced flow.

    The effectiveness of the plates is held at its value at full flow, so conductance follows flow. It truly
    rises as flow falls (Incropera, 7th ed., fig. 11.10), so plates are shown a little too hot while pumps
    coast.

    Parameters
    ----------
    conductance : float
        Heat per kelvin between plates and supplied coolant at full flow [W/K].
    speed : float
        Coolant flow as a fraction of full, at least 0.
    """
    return conductance * speed


@scalar
def rack_thermal_prepare(p_rack: Array, s_rack: Array, i: int, dt: float) -> None:
    """Write how the heat rack `i` gives to air in this thermal step depends on its inlet temperature.

    Parameters
    ----------
    p_rack, s_rack : ndarray, shape (field, rack)
        Parameters and states of racks.
    i : int
        Rack.
    dt : float
        Thermal step [s].
    """
    liquid = p_rack[RACK_LIQUID, i] if p_rack[RACK_CDU, i] >= 0.0 else 0.0
    power = (1.0 - liquid) * s_rack[RACK_HEAT, i] / dt
    conductance = stream_conductance(p_rack[RACK_G_MASS, i], s_rack[RACK_FLOW, i], p_rack[RACK_FLOW_MAX, i])
    q_0, q_1 = node_response(power, s_rack[RACK_T_MASS, i], p_rack[RACK_C_MASS, i], conductance, dt)
    s_rack[RACK_AIR_0, i] = q_0
    s_rack[RACK_AIR_1, i] = q_1
    s_rack[RACK_LIQUID_0, i] = 0.0
    s_rack[RACK_LIQUID_1, i] = 0.0


@scalar
def rack_liquid_prepare(p_rack: Array, s_rack: Array, i: int, speed: float, dt: float) -> None:
    """Write how the heat rack `i` gives to coolant depends on its supply; `cdu_step` calls it with the flow.

    Parameters
    ----------
    p_rack, s_rack : ndarray, shape (field, rack)
        Parameters and states of racks.
    i : int
        Rack.
    speed : float
        Mean coolant flow in this step as a fraction of full.
    dt : float
        Thermal step [s].
    """
    power = p_rack[RACK_LIQUID, i] * s_rack[RACK_HEAT, i] / dt
    conductance = plate_conductance(p_rack[RACK_G_PLATE, i], speed)
    q_0, q_1 = node_response(power, s_rack[RACK_T_PLATE, i], p_rack[RACK_C_PLATE, i], conductance, dt)
    s_rack[RACK_LIQUID_0, i] = q_0
    s_rack[RACK_LIQUID_1, i] = q_1


@scalar
def rack_nodes_finish(
    p_rack: Array,
    s_rack: Array,
    i: int,
    inlet: float,
    supply: float,
    dt: float,
) -> None:
    """Give off the heat of this step and move the two nodes of rack `i` by what is left.

    Parameters
    ----------
    p_rack, s_rack : ndarray, shape (field, rack)
        Parameters and states of racks.
    i : int
        Rack.
    inlet, supply : float
        Mean air inlet and coolant supply temperature over the step [degC].
    dt : float
        Thermal step [s].
    """
    liquid = p_rack[RACK_LIQUID, i] if p_rack[RACK_CDU, i] >= 0.0 else 0.0
    power = s_rack[RACK_HEAT, i] / dt
    q_air = s_rack[RACK_AIR_0, i] + s_rack[RACK_AIR_1, i] * inlet
    q_liquid = s_rack[RACK_LIQUID_0, i] + s_rack[RACK_LIQUID_1, i] * supply
    if p_rack[RACK_C_MASS, i] > 0.0:
        s_rack[RACK_T_MASS, i] += ((1.0 - liquid) * power - q_air) * dt / p_rack[RACK_C_MASS, i]
    else:
        s_rack[RACK_T_MASS, i] = inlet
    if liquid > 0.0 and p_rack[RACK_C_PLATE, i] > 0.0:
        s_rack[RACK_T_PLATE, i] += (liquid * power - q_liquid) * dt / p_rack[RACK_C_PLATE, i]
    s_rack[RACK_Q_AIR, i] = q_air
    s_rack[RACK_Q_LIQUID, i] = q_liquid
    s_rack[RACK_T_OUTLET, i] = stream_temperature(
        inlet, q_air, s_rack[RACK_FLOW, i] * AIR_CP, s_rack[RACK_T_MASS, i]
    )
    s_rack[RACK_E_HEAT, i] += (q_air + q_liquid) * dt


@scalar
def rack_fans(p_rack: Array, s_rack: Array, i: int, dt: float) -> None:
    """Set the fans of rack `i` for the next step: the flow that gives the air its intended rise.

    Parameters
    ----------
    p_rack, s_rack : ndarray, shape (field, rack)
        Parameters and states of racks.
    i : int
        Rack.
    dt : float
        Thermal step [s].
    """
    flow_max = p_rack[RACK_FLOW_MAX, i]
    mode = int(s_rack[RACK_MODE, i])
    if mode not in (RACK_ON, RACK_RESTARTING):
        s_rack[RACK_FLOW, i] = DRAUGHT * flow_max
        s_rack[RACK_FAN, i] = 0.0
        return
    liquid = p_rack[RACK_LIQUID, i] if p_rack[RACK_CDU, i] >= 0.0 else 0.0
    flow = 0.0
    if p_rack[RACK_DELTA_T, i] > 0.0:
        flow = (1.0 - liquid) * s_rack[RACK_HEAT, i] / (dt * AIR_CP * p_rack[RACK_DELTA_T, i])
    speed = fan_speed(flow, flow_max, p_rack[RACK_FLOW_MIN, i])
    s_rack[RACK_FLOW, i] = max(DRAUGHT, speed) * flow_max
    s_rack[RACK_FAN, i] = fan_power(p_rack[RACK_FAN_POWER, i], speed)


@scalar
def rack_thermal_finish(
    p_rack: Array,
    s_rack: Array,
    i: int,
    s_hall: Array,
    s_cdu: Array,
    t: float,
    dt: float,
) -> None:
    """Move rack `i` to the end of the step with the temperatures of its hall and CDU, and watch its limits.

    Parameters
    ----------
    p_rack, s_rack : ndarray, shape (field, rack)
        Parameters and states of racks.
    i : int
        Rack.
    s_hall, s_cdu : ndarray, shape (field, hall) and (field, cdu)
        States of halls and CDUs after their step.
    t, dt : float
        Run time at the start of the thermal step and its length [s].
    """
    hall = int(p_rack[RACK_HALL, i])
    cdu = int(p_rack[RACK_CDU, i])
    share = p_rack[RACK_RECIRCULATION, i]
    supply = s_cdu[CDU_T_SUPPLY_MEAN, cdu] if cdu >= 0 else 0.0
    mean = mix(s_hall[HALL_T_COLD_MEAN, hall], s_hall[HALL_T_HOT_MEAN, hall], share)
    rack_nodes_finish(p_rack, s_rack, i, mean, supply, dt)
    door_finish(p_rack, s_rack, i, mean)
    if cdu >= 0 and p_rack[RACK_C_PLATE, i] <= 0.0:
        s_rack[RACK_T_PLATE, i] = s_cdu[CDU_T_SUPPLY_NOW, cdu]

    inlet = mix(s_hall[HALL_T_COLD, hall], s_hall[HALL_T_HOT, hall], share)
    s_rack[RACK_T_INLET, i] = inlet
    s_rack[RACK_T_INLET_MAX, i] = max(s_rack[RACK_T_INLET_MAX, i], inlet)
    if inlet > p_rack[RACK_T_LIMIT, i]:
        s_rack[RACK_OVERHEAT, i] += dt
    cooked = (
        cdu >= 0 and p_rack[RACK_LIQUID, i] > 0.0 and s_rack[RACK_T_PLATE, i] > p_rack[RACK_PLATE_SHUTDOWN, i]
    )
    mode = int(s_rack[RACK_MODE, i])
    if (cooked or inlet > p_rack[RACK_T_SHUTDOWN, i]) and mode in (RACK_ON, RACK_RESTARTING):
        s_rack[RACK_MODE, i] = RACK_TOO_HOT
        if s_rack[RACK_LOST_AT, i] < 0.0:
            s_rack[RACK_LOST_AT, i] = t + dt
    rack_fans(p_rack, s_rack, i, dt)
    s_rack[RACK_HEAT, i] = 0.0
