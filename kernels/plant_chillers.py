"""Chillers, condenser water and economiser of one plant: the equations with the plant's own parameters.

What each can take in a step and what it then costs; `plant.py` decides which of them runs.
"""

from __future__ import annotations

from twin.kernels.chiller import biquadratic, chiller_power, chillers_running, within
from twin.kernels.fields import (
    PLANT_APPROACH,
    PLANT_C,
    PLANT_CAP_0,
    PLANT_CAPACITY,
    PLANT_CHILLERS,
    PLANT_COP,
    PLANT_EIR_0,
    PLANT_FREE,
    PLANT_FREE_APPROACH,
    PLANT_PLR_0,
    PLANT_PLR_1,
    PLANT_PLR_2,
    PLANT_PLR_MIN,
    PLANT_REJECT_RATED,
    PLANT_TC_MAX,
    PLANT_TC_MIN,
    PLANT_TE_MAX,
    PLANT_TE_MIN,
)
from twin.kernels.heat_rejection import approach, condenser_fan_speed, free_conductance
from twin.kernels.lag import mean_weight
from twin.kernels.scalar import Array, scalar

FULLY_SERVED = 1.0 - 1e-6
"""A step served for less than this share was interrupted, and chillers trip."""


@scalar
def restart_share(ready: float, delay: float, served: float, live: float, dt: float) -> tuple[float, float]:
    """How much of a step chillers can cool, and the time since power returned after it.

    Parameters
    ----------
    ready : float
        Time since power returned at the start of the step, held at `delay` [s].
    delay : float
        From return of power to full capacity [s].
    served : float
        Share of the power asked for that was served over the step.
    live : float
        Share of the step in which the bus could serve anything.
    dt : float
        Step [s].

    Returns
    -------
    tuple of float
        Share of their capacity, 0 to 1; time since power returned at the end [s]. A dead bus restarts the
        clock; a bus that serves a share limits them to that share, as a plant's demand limit does, and they
        keep running.
    """
    if live < FULLY_SERVED:
        return (served if ready >= delay else 0.0), min(live * dt, delay)
    return served * min(1.0, max(0.0, (ready + dt - delay) / dt)), min(ready + dt, delay)


@scalar
def plant_free_heat(
    p_plant: Array,
    k: int,
    water: float,
    arriving: float,
    outside: float,
    dt: float,
) -> float:
    """Heat the economiser of plant `k` can take in a step, fans at full speed [W].

    Parameters
    ----------
    p_plant : ndarray, shape (field, plant)
        Parameters of plants.
    k : int
        Plant.
    water : float
        Loop water at the start of the step [degC].
    arriving : float
        Heat that stays in the loop without the economiser [W].
    outside : float
        Wet bulb with a tower, dry bulb with a dry cooler [degC].
    dt : float
        Step [s].
    """
    if p_plant[PLANT_FREE, k] <= 0.0:
        return 0.0
    conductance = free_conductance(
        p_plant[PLANT_REJECT_RATED, k], p_plant[PLANT_APPROACH, k], p_plant[PLANT_FREE_APPROACH, k]
    )
    inertia = p_plant[PLANT_C, k] / (dt * mean_weight(conductance * dt / p_plant[PLANT_C, k]))
    mean = (inertia * water + arriving + conductance * outside) / (inertia + conductance)
    heat: float = min(p_plant[PLANT_REJECT_RATED, k], max(0.0, conductance * (mean - outside)))
    return heat


@scalar
def plant_condenser(p_plant: Array, k: int, heat: float, free: float, outside: float) -> tuple[float, float]:
    """Water entering the condensers of plant `k` and the fan speed that serves them.

    Parameters
    ----------
    p_plant : ndarray, shape (field, plant)
        Parameters of plants.
    k : int
        Plant.
    heat, free : float
        Heat asked of chillers and taken by the economiser [W].
    outside : float
        Wet or dry bulb [degC].

    Returns
    -------
    tuple of float
        Entering condenser temperature [degC], not below the least its chillers take; fan speed [1].
    """
    chillers = min(heat, p_plant[PLANT_CHILLERS, k] * p_plant[PLANT_CAPACITY, k])
    load = 0.0
    if p_plant[PLANT_REJECT_RATED, k] > 0.0 and chillers > 0.0:
        load = (free + chillers * (1.0 + 1.0 / p_plant[PLANT_COP, k])) / p_plant[PLANT_REJECT_RATED, k]
    rated = p_plant[PLANT_APPROACH, k]
    coldest = p_plant[PLANT_TC_MIN, k]
    speed = condenser_fan_speed(rated, load, coldest - outside)
    return max(coldest, outside + approach(rated, load, speed)), speed


@scalar
def plant_chiller_capacity(p_plant: Array, k: int, water: float, condenser: float) -> float:
    """Heat one chiller of plant `k` can take at present temperatures [W].

    Parameters
    ----------
    p_plant : ndarray, shape (field, plant)
        Parameters of plants.
    k : int
        Plant.
    water, condenser : float
        Leaving chilled water and entering condenser water [degC]; held to the range of the curves.
    """
    j = PLANT_CAP_0
    te = within(water, p_plant[PLANT_TE_MIN, k], p_plant[PLANT_TE_MAX, k])
    tc = within(condenser, p_plant[PLANT_TC_MIN, k], p_plant[PLANT_TC_MAX, k])
    curve = biquadratic(
        p_plant[j, k],
        p_plant[j + 1, k],
        p_plant[j + 2, k],
        p_plant[j + 3, k],
        p_plant[j + 4, k],
        p_plant[j + 5, k],
        te,
        tc,
    )
    capacity: float = p_plant[PLANT_CAPACITY, k] * curve
    return capacity


@scalar
def plant_chiller_power(
    p_plant: Array, k: int, heat: float, available: float, water: float, condenser: float
) -> float:
    """Power of all chillers of plant `k` that run to take a heat [W].

    Parameters
    ----------
    p_plant : ndarray, shape (field, plant)
        Parameters of plants.
    k : int
        Plant.
    heat : float
        Heat they take together [W].
    available : float
        What one of them can take [W].
    water, condenser : float
        Leaving chilled water and entering condenser water [degC]; held to the range of the curves.
    """
    count = chillers_running(heat, available, p_plant[PLANT_CHILLERS, k])
    if count <= 0.0:
        return 0.0
    j = PLANT_EIR_0
    te = within(water, p_plant[PLANT_TE_MIN, k], p_plant[PLANT_TE_MAX, k])
    tc = within(condenser, p_plant[PLANT_TC_MIN, k], p_plant[PLANT_TC_MAX, k])
    eir = biquadratic(
        p_plant[j, k],
        p_plant[j + 1, k],
        p_plant[j + 2, k],
        p_plant[j + 3, k],
        p_plant[j + 4, k],
        p_plant[j + 5, k],
        te,
        tc,
    )
    return count * chiller_power(
        heat / count,
        available,
        p_plant[PLANT_COP, k],
        eir,
        p_plant[PLANT_PLR_0, k],
        p_plant[PLANT_PLR_1, k],
        p_plant[PLANT_PLR_2, k],
        p_plant[PLANT_PLR_MIN, k],
    )
