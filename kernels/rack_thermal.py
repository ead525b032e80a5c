"""Heat of a rack: one node for servers and chassis in the air stream, one for cold plates on the coolant.

Both nodes obey `C dT/dt = P - G (T - T_in)`. With P and T_in constant over the period the solution is exact
and the mean heat given off is affine in T_in, so the hall or the CDU can solve for T_in implicitly and the
rack then gives exactly that heat. Two-node server models of this kind: Z. M. Pardey et al., ASHRAE Trans. 121
(2015) (remembered); the thermal mass of a 2U server is 11.1 kJ/K +-7 % (secondary).
"""

from __future__ import annotations

from twin.kernels.air import AIR_CP, mix, stream_temperature
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
    RACK_CHIP_SHUTDOWN,
    RACK_E_HEAT,
    RACK_FLOW,
    RACK_FLOW_MAX,
    RACK_G_MASS,
    RACK_G_NOW,
    RACK_G_PLATE,
    RACK_HALL,
    RACK_HEAT,
    RACK_LIQUID,
    RACK_LIQUID_0,
    RACK_LIQUID_1,
    RACK_LOST_AT,
    RACK_LOST_HOT,
    RACK_MODE,
    RACK_ON,
    RACK_OVERHEAT,
    RACK_PLATE_SHUTDOWN,
    RACK_Q_AIR,
    RACK_Q_LIQUID,
    RACK_RECIRCULATION,
    RACK_RESTARTING,
    RACK_T_CHIP,
    RACK_T_EXCESS,
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
from twin.kernels.rack_air import rack_fans, stream_conductance
from twin.kernels.rack_chip import chip_step
from twin.kernels.rack_climate import climate_step, coolant_step
from twin.kernels.rear_door import door_finish
from twin.kernels.scalar import Array, scalar


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
    s_rack[RACK_G_NOW, i] = conductance
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
    s_rack[RACK_E_HEAT, i] += (q_air + q_liquid) * dt


@scalar
def outlet_temperature(p: Array, s: Array, i: int, inlet: float) -> float:
    """Temperature of the air that leaves rack `i` at the end of a step [degC], `inlet` being that of what enters.

    What the chassis then give off, not the mean of the step: halls that warm up quickly would show it half a step
    late. Servers without mass give off the mean.
    """
    heat = s[RACK_Q_AIR, i]
    if p[RACK_C_MASS, i] > 0.0:
        heat = s[RACK_G_NOW, i] * (s[RACK_T_MASS, i] - inlet)
    return stream_temperature(inlet, heat, s[RACK_FLOW, i] * AIR_CP, s[RACK_T_MASS, i])


@scalar
def too_hot(p: Array, s: Array, i: int, plates: bool) -> bool:
    """Whether the inlet, the cold plates or the chips of rack `i` are above the temperature its servers bear."""
    if s[RACK_T_INLET, i] > p[RACK_T_SHUTDOWN, i] or s[RACK_T_CHIP, i] > p[RACK_CHIP_SHUTDOWN, i]:
        return True
    return plates and s[RACK_T_PLATE, i] > p[RACK_PLATE_SHUTDOWN, i]


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
    excess = s_rack[RACK_T_EXCESS, i]
    mean = mix(s_hall[HALL_T_COLD_MEAN, hall], s_hall[HALL_T_HOT_MEAN, hall], share) + excess
    rack_nodes_finish(p_rack, s_rack, i, mean, supply, dt)
    if cdu >= 0 and p_rack[RACK_C_PLATE, i] <= 0.0:
        s_rack[RACK_T_PLATE, i] = s_cdu[CDU_T_SUPPLY_NOW, cdu]

    plates = cdu >= 0 and p_rack[RACK_LIQUID, i] > 0.0
    before = s_rack[RACK_T_INLET, i]
    inlet = mix(s_hall[HALL_T_COLD, hall], s_hall[HALL_T_HOT, hall], share) + excess
    s_rack[RACK_T_INLET, i] = inlet
    s_rack[RACK_T_OUTLET, i] = outlet_temperature(p_rack, s_rack, i, inlet)
    door_finish(p_rack, s_rack, i, mean)
    s_rack[RACK_T_INLET_MAX, i] = max(s_rack[RACK_T_INLET_MAX, i], inlet)
    if inlet > p_rack[RACK_T_LIMIT, i]:
        s_rack[RACK_OVERHEAT, i] += dt
    climate_step(s_rack, i, before, inlet, dt)
    if plates:
        coolant_step(s_rack, i, s_cdu[CDU_T_SUPPLY_NOW, cdu], dt)
    chip_step(p_rack, s_rack, i, plates, p_rack[RACK_LIQUID, i] if plates else 1.0, dt)
    works = s_rack[RACK_MODE, i] == RACK_ON or s_rack[RACK_MODE, i] == RACK_RESTARTING
    if works and too_hot(p_rack, s_rack, i, plates):
        s_rack[RACK_MODE, i] = RACK_TOO_HOT
        if s_rack[RACK_LOST_AT, i] < 0.0:
            s_rack[RACK_LOST_AT, i] = t + dt
            s_rack[RACK_LOST_HOT, i] = 1.0
    rack_fans(p_rack, s_rack, i, dt)
    s_rack[RACK_HEAT, i] = 0.0
