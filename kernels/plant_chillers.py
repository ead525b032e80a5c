"""Chillers of one plant: the equations with the plant's own parameters.

What each can take in a step and what it then costs; `plant.py` decides which of them runs.
"""

from __future__ import annotations

from twin.kernels.chiller import biquadratic, chiller_heat, chiller_power, within
from twin.kernels.fields import (
    PLANT_CAP_0,
    PLANT_CAPACITY,
    PLANT_COP,
    PLANT_EIR_0,
    PLANT_PLR_0,
    PLANT_PLR_1,
    PLANT_PLR_2,
    PLANT_PLR_MIN,
    PLANT_PLR_UNLOAD,
    PLANT_TC_MAX,
    PLANT_TC_MIN,
    PLANT_TE_MAX,
    PLANT_TE_MIN,
)
from twin.kernels.scalar import Array, scalar

FULLY_SERVED = 1.0 - 1e-6
"""A step served for less than this share was interrupted, and chillers trip."""


@scalar
def restart_share(ready: float, delay: float, live: float, dt: float) -> tuple[float, float]:
    """Share of a step in which chillers can cool, and the time since power returned after it.

    Parameters
    ----------
    ready : float
        Time since power returned at the start of the step, held at `delay` [s].
    delay : float
        From return of power to full capacity [s].
    live : float
        Share of the step in which the bus could serve anything.
    dt : float
        Step [s].

    Returns
    -------
    tuple of float
        Share, 0 to 1; time since power returned at the end [s]. A dead bus restarts the clock. A bus that serves
        less than they ask for does not: they unload to what it serves (`limited_heat`).
    """
    if live < FULLY_SERVED:
        return (live if ready >= delay else 0.0), min(live * dt, delay)
    return min(1.0, max(0.0, (ready + dt - delay) / dt)), min(ready + dt, delay)


@scalar
def plant_curve(p_plant: Array, k: int, first: int, water: float, condenser: float) -> float:
    """Biquadratic curve of the chillers of plant `k` whose coefficients start at field `first` [1].

    Parameters
    ----------
    p_plant : ndarray, shape (field, plant)
        Parameters of plants.
    k, first : int
        Plant, and field of the first of six coefficients.
    water, condenser : float
        Leaving chilled water and entering condenser water [degC]; held to the range of the curves.
    """
    return biquadratic(
        p_plant[first, k],
        p_plant[first + 1, k],
        p_plant[first + 2, k],
        p_plant[first + 3, k],
        p_plant[first + 4, k],
        p_plant[first + 5, k],
        within(water, p_plant[PLANT_TE_MIN, k], p_plant[PLANT_TE_MAX, k]),
        within(condenser, p_plant[PLANT_TC_MIN, k], p_plant[PLANT_TC_MAX, k]),
    )


@scalar
def plant_chiller_capacity(p_plant: Array, k: int, water: float, condenser: float) -> float:
    """Heat one chiller of plant `k` can take at present temperatures [W]; arguments as in `plant_curve`."""
    capacity: float = p_plant[PLANT_CAPACITY, k] * plant_curve(p_plant, k, PLANT_CAP_0, water, condenser)
    return capacity


@scalar
def plant_chiller_eir(p_plant: Array, k: int, water: float, condenser: float) -> float:
    """EIRFT of the chillers of plant `k`: power per heat at full load over that at the reference point [1]."""
    return plant_curve(p_plant, k, PLANT_EIR_0, water, condenser)


@scalar
def limited_heat(
    p_plant: Array, k: int, power: float, available: float, count: float, water: float, condenser: float
) -> float:
    """Heat that the running chillers of plant `k` take when their power is limited [W]: they share it and unload.

    A demand limit of the plant, or of the machines, is taken for granted: without one they would overload what feeds
    them and trip.

    Parameters
    ----------
    p_plant : ndarray, shape (field, plant)
        Parameters of plants.
    k : int
        Plant.
    power : float
        What they get together [W].
    available, count, water, condenser : float
        As in `plant_chiller_power`.
    """
    if count <= 0.0:
        return 0.0
    return count * chiller_heat(
        power / count,
        available,
        p_plant[PLANT_COP, k],
        plant_chiller_eir(p_plant, k, water, condenser),
        p_plant[PLANT_PLR_0, k],
        p_plant[PLANT_PLR_1, k],
        p_plant[PLANT_PLR_2, k],
        p_plant[PLANT_PLR_MIN, k],
        p_plant[PLANT_PLR_UNLOAD, k],
    )


@scalar
def plant_chiller_power(
    p_plant: Array, k: int, heat: float, available: float, count: float, water: float, condenser: float
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
    count : float
        How many share it.
    water, condenser : float
        Leaving chilled water and entering condenser water [degC]; held to the range of the curves.
    """
    if count <= 0.0:
        return 0.0
    return count * chiller_power(
        heat / count,
        available,
        p_plant[PLANT_COP, k],
        plant_chiller_eir(p_plant, k, water, condenser),
        p_plant[PLANT_PLR_0, k],
        p_plant[PLANT_PLR_1, k],
        p_plant[PLANT_PLR_2, k],
        p_plant[PLANT_PLR_MIN, k],
        p_plant[PLANT_PLR_UNLOAD, k],
    )
