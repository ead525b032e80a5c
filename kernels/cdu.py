"""A coolant distribution unit: pumped secondary loop, plate exchanger to the plant, supply set point.

The secondary loop is two equal nodes, supply and return; racks take coolant from one and give it to the
other. Typical figures: 1.5 L/min per kW, approach 4 K at 600 kW and more, supply held to +-1 K (secondary).
The coolant has the heat capacity of water; 25 % propylene glycol has about 6 % less (remembered), so give its
flow as the flow of water of the same capacity rate.
"""

from __future__ import annotations

from twin.kernels.air import WATER_CP
from twin.kernels.exchanger import conductance_at_flow, exchanger_conductance
from twin.kernels.fields import (
    CDU_C,
    CDU_E_ELEC,
    CDU_E_IN,
    CDU_E_OUT,
    CDU_FLOW,
    CDU_FLOW_PRIMARY,
    CDU_LAG,
    CDU_POWER,
    CDU_PUMP_CAPACITY,
    CDU_PUMP_DELAY,
    CDU_PUMP_POWER,
    CDU_PUMP_TIMER,
    CDU_PUMPS_OUT,
    CDU_PUMPS_RUNNING,
    CDU_PUMPS_SEEN,
    CDU_Q,
    CDU_SERVED,
    CDU_SPEED,
    CDU_T_RETURN,
    CDU_T_SHIFT,
    CDU_T_SUPPLY,
    CDU_T_SUPPLY_MEAN,
    CDU_T_SUPPLY_NOW,
    CDU_UA,
    CDU_WATER,
    RACK_CDU,
    RACK_G_PLATE,
    RACK_LIQUID_0,
    RACK_LIQUID_1,
)
from twin.kernels.lag import lag_end, lag_mean
from twin.kernels.pumps import pumps_step
from twin.kernels.rack_thermal import rack_liquid_prepare
from twin.kernels.scalar import Array, scalar
from twin.kernels.two_node import node_end, two_node_means


@scalar
def plate_flow_limit(rate: float, conductance: float) -> float:
    """Share of the plates' conductance that the coolant can carry.

    Parameters
    ----------
    rate : float
        Capacity rate of the secondary loop at full flow [W/K].
    conductance : float
        Conductance of all plates on it at full flow [W/K].

    Returns
    -------
    float
        At most 1: coolant never leaves a plate hotter than the plate (effectiveness at most 1).
    """
    if conductance <= rate:
        return 1.0
    return rate / conductance


@scalar
def cdu_racks(
    p_rack: Array,
    s_rack: Array,
    first: int,
    last: int,
    c: int,
    speed: float,
    rate: float,
    dt: float,
) -> tuple[float, float]:
    """Prepare the liquid side of a CDU's racks and sum what they give to its coolant, in order.

    Parameters
    ----------
    p_rack, s_rack : ndarray, shape (field, rack)
        Parameters and states of racks.
    first, last : int
        Racks to look through; those that name CDU `c` are its own.
    c : int
        CDU.
    speed : float
        Mean coolant flow as a fraction of full.
    rate : float
        Capacity rate at full flow [W/K].
    dt : float
        Thermal step [s].

    Returns
    -------
    tuple of float
        Heat to coolant at a supply of 0 degC [W] and its change with supply temperature [W/K].
    """
    conductance = 0.0
    for i in range(first, last):
        if int(p_rack[RACK_CDU, i]) == c:
            conductance += p_rack[RACK_G_PLATE, i]
    effective = speed * plate_flow_limit(rate, conductance)
    heat = 0.0
    per_supply = 0.0
    for i in range(first, last):
        if int(p_rack[RACK_CDU, i]) == c:
            rack_liquid_prepare(p_rack, s_rack, i, effective, dt)
            heat += s_rack[RACK_LIQUID_0, i]
            per_supply += s_rack[RACK_LIQUID_1, i]
    return heat, per_supply


@scalar
def cdu_pumps(p_cdu: Array, s_cdu: Array, c: int, dt: float) -> float:
    """Mean flow that the pumps of CDU `c` give with power in a step of `dt` [s], as a fraction of full."""
    flow, _, running, timer = pumps_step(
        s_cdu[CDU_PUMPS_RUNNING, c],
        s_cdu[CDU_PUMP_TIMER, c],
        s_cdu[CDU_PUMPS_SEEN, c],
        s_cdu[CDU_PUMPS_OUT, c],
        p_cdu[CDU_PUMP_CAPACITY, c],
        p_cdu[CDU_PUMP_DELAY, c],
        dt,
    )
    s_cdu[CDU_PUMPS_RUNNING, c] = running
    s_cdu[CDU_PUMP_TIMER, c] = timer
    s_cdu[CDU_PUMPS_SEEN, c] = s_cdu[CDU_PUMPS_OUT, c]
    return flow


@scalar
def cdu_step(
    p_cdu: Array,
    s_cdu: Array,
    c: int,
    p_rack: Array,
    s_rack: Array,
    first: int,
    last: int,
    water_temperature: float,
    served: float,
    dt: float,
) -> None:
    """Move CDU `c` to the end of a thermal step; its flow follows its pumps, to nothing when all of them stop.

    Parameters
    ----------
    p_cdu, s_cdu : ndarray, shape (field, cdu)
        Parameters and states of CDUs.
    c : int
        CDU.
    p_rack, s_rack : ndarray, shape (field, rack)
        Racks, after `rack_thermal_prepare`.
    first, last : int
        Racks to look through for those of this CDU: `first` up to but not including `last`.
    water_temperature : float
        Plant water entering its exchanger [degC].
    served : float
        Share of its pump power that was served in this step, 0 to 1.
    dt : float
        Thermal step [s], above 0.
    """
    flow = served * cdu_pumps(p_cdu, s_cdu, c, dt)
    speed = lag_mean(s_cdu[CDU_SPEED, c], flow, dt, p_cdu[CDU_LAG, c])
    s_cdu[CDU_SPEED, c] = lag_end(s_cdu[CDU_SPEED, c], flow, dt, p_cdu[CDU_LAG, c])
    pump = s_cdu[CDU_POWER, c] * served
    rate_full = p_cdu[CDU_FLOW, c] * WATER_CP
    rate = speed * rate_full
    heat_0, heat_supply = cdu_racks(p_rack, s_rack, first, last, c, speed, rate_full, dt)

    supply = s_cdu[CDU_T_SUPPLY_NOW, c]
    back = s_cdu[CDU_T_RETURN, c]
    half = 0.5 * p_cdu[CDU_C, c]
    water = s_cdu[CDU_WATER, c]
    exchanger = exchanger_conductance(
        conductance_at_flow(p_cdu[CDU_UA, c], speed, water),
        rate,
        water * p_cdu[CDU_FLOW_PRIMARY, c] * WATER_CP,
    )
    supply_mean, return_mean, heat = two_node_means(
        supply,
        back,
        half,
        half,
        rate,
        heat_0,
        heat_supply,
        0.0,
        pump,
        rate,
        p_cdu[CDU_T_SUPPLY, c] + s_cdu[CDU_T_SHIFT, c],
        exchanger,
        water_temperature,
        dt,
    )
    carried = rate * (return_mean - supply_mean)
    racks = heat_0 + heat_supply * supply_mean
    s_cdu[CDU_T_SUPPLY_NOW, c] = node_end(supply, half, carried + pump - heat, dt)
    s_cdu[CDU_T_RETURN, c] = node_end(back, half, racks - carried, dt)
    s_cdu[CDU_T_SUPPLY_MEAN, c] = supply_mean
    s_cdu[CDU_POWER, c] = p_cdu[CDU_PUMP_POWER, c] * s_cdu[CDU_PUMPS_RUNNING, c]
    s_cdu[CDU_SERVED, c] = served
    s_cdu[CDU_Q, c] = heat
    s_cdu[CDU_E_IN, c] += (racks + pump) * dt
    s_cdu[CDU_E_OUT, c] += heat * dt
    s_cdu[CDU_E_ELEC, c] += pump * dt
