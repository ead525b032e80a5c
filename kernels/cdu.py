"""A coolant distribution unit: pumped secondary loop, plate exchanger to the plant, supply set point.

The secondary loop is two equal nodes, supply and return; racks take coolant from one and give it to the
other. Typical figures: 1.5 L/min per kW, approach 4 K at 600 kW and more, supply held to +-1 K (secondary).
Its control is in `cdu_control.py`. The primary flow is that of water of the same capacity rate.
"""

from __future__ import annotations

from twin.kernels.cdu_control import cdu_leak, cdu_loop, pump_command
from twin.kernels.fan import fan_power
from twin.kernels.fields import (
    CDU_CP,
    CDU_DRY,
    CDU_E_ELEC,
    CDU_E_IN,
    CDU_E_OUT,
    CDU_FLOW,
    CDU_FLOW_PLATES,
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
    CDU_T_SUPPLY_MEAN,
    RACK_CDU,
    RACK_G_PLATE,
    RACK_HEAT,
    RACK_LIQUID,
    RACK_LIQUID_0,
    RACK_LIQUID_1,
)
from twin.kernels.lag import lag_end, lag_mean
from twin.kernels.pumps import pumps_step
from twin.kernels.rack_thermal import rack_liquid_prepare
from twin.kernels.scalar import Array, scalar


@scalar
def plate_share(speed: float, design: float, rate: float, conductance: float) -> float:
    """Share of the plates' conductance that the coolant can carry.

    Parameters
    ----------
    speed : float
        Flow of the coolant as a fraction of full.
    design : float
        Flow from which the plates have their full conductance, of full; 0 for full flow.
    rate : float
        Capacity rate of the secondary loop at full flow [W/K].
    conductance : float
        Conductance of all plates on it at their full flow [W/K].

    Returns
    -------
    float
        In proportion to the flow, at most 1, and such that coolant never leaves a plate hotter than the plate
        (effectiveness at most 1).
    """
    share = min(speed / design, 1.0) if design > 0.0 else speed
    if conductance * share <= rate * speed:
        return share
    return speed * rate / conductance


@scalar
def cdu_demand(p_rack: Array, s_rack: Array, first: int, last: int, c: int, dt: float) -> tuple[float, float]:
    """Sum what the racks of a CDU ask of its coolant, in order; parameters as in `cdu_racks`.

    Returns
    -------
    tuple of float
        Heat they release into the coolant [W] and conductance of their plates at full flow [W/K].
    """
    power = 0.0
    conductance = 0.0
    for i in range(first, last):
        if int(p_rack[RACK_CDU, i]) == c:
            power += p_rack[RACK_LIQUID, i] * s_rack[RACK_HEAT, i] / dt
            conductance += p_rack[RACK_G_PLATE, i]
    return power, conductance


@scalar
def cdu_racks(
    p_rack: Array, s_rack: Array, first: int, last: int, c: int, effective: float, dt: float
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
    effective : float
        Share of their plates' conductance that the coolant can carry at its flow.
    dt : float
        Thermal step [s].

    Returns
    -------
    tuple of float
        Heat to coolant at a supply of 0 degC [W] and its change with supply temperature [W/K].
    """
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
    rate_full = p_cdu[CDU_FLOW, c] * p_cdu[CDU_CP, c]
    released, plates = cdu_demand(p_rack, s_rack, first, last, c, dt)
    command = pump_command(p_cdu, c, released, rate_full)
    able = served * cdu_leak(p_cdu, s_cdu, c, dt)
    flow = command * able * cdu_pumps(p_cdu, s_cdu, c, dt)
    speed = lag_mean(s_cdu[CDU_SPEED, c], flow, dt, p_cdu[CDU_LAG, c])
    s_cdu[CDU_SPEED, c] = lag_end(s_cdu[CDU_SPEED, c], flow, dt, p_cdu[CDU_LAG, c])
    pump = s_cdu[CDU_POWER, c] * served
    rate = speed * rate_full
    effective = plate_share(speed, p_cdu[CDU_FLOW_PLATES, c], rate_full, plates)
    heat_0, heat_supply = cdu_racks(p_rack, s_rack, first, last, c, effective, dt)
    supply, heat = cdu_loop(p_cdu, s_cdu, c, speed, rate, heat_0, heat_supply, pump, water_temperature, dt)
    running = s_cdu[CDU_PUMPS_RUNNING, c] * (1.0 - s_cdu[CDU_DRY, c])
    s_cdu[CDU_T_SUPPLY_MEAN, c] = supply
    s_cdu[CDU_POWER, c] = fan_power(p_cdu[CDU_PUMP_POWER, c] * running, command)
    s_cdu[CDU_SERVED, c] = served
    s_cdu[CDU_Q, c] = heat
    s_cdu[CDU_E_IN, c] += (heat_0 + heat_supply * supply + pump) * dt
    s_cdu[CDU_E_OUT, c] += heat * dt
    s_cdu[CDU_E_ELEC, c] += pump * dt
