"""Water-side economiser of one plant: when it is open, and what heat it can take.

The heat rejection's water meets the loop in a counterflow exchanger of nearly equal flows. With A the approach of the
rejection, F that of the exchanger (both at rated heat Q_r) and C the loop's capacity rate, the heat it takes from water
that enters at T is

    Q = (T - T_outside) / (A / Q_r + F / Q_r)              from the supply
    Q = (T_return - T_outside) / (A / Q_r + F / Q_r + 1 / C)   ahead of the chillers

Ahead of the chillers ("integrated", in series on the return) it takes part of the heat long before it could carry all
of it. "Alone" it cools without chillers or not at all.
"""

from __future__ import annotations

from twin.kernels.air import WATER_CP
from twin.kernels.fields import (
    FREE_ALONE,
    FREE_SERIES,
    PLANT_APPROACH_NOW,
    PLANT_C,
    PLANT_CHILLERS,
    PLANT_FLOW,
    PLANT_FREE,
    PLANT_FREE_APPROACH,
    PLANT_FREE_BAND,
    PLANT_FREE_HOLD,
    PLANT_FREE_MODE,
    PLANT_FREE_ON,
    PLANT_FREE_PART_TIME,
    PLANT_FREE_SINCE,
    PLANT_FREE_TIME,
    PLANT_OUTSIDE,
    PLANT_REJECT_RATED,
    PLANT_RESTARTING,
    PLANT_T,
    PLANT_T_SET,
)
from twin.kernels.heat_rejection import free_conductance
from twin.kernels.lag import mean_weight
from twin.kernels.scalar import Array, scalar


@scalar
def economiser_exchanger(p_plant: Array, s_plant: Array, k: int) -> float:
    """Difference at rated heat between the water that plant `k`'s economiser works from and its tower water [K]."""
    exchanger = p_plant[PLANT_FREE_APPROACH, k]
    if p_plant[PLANT_FREE_MODE, k] == FREE_SERIES and s_plant[PLANT_FLOW, k] > 0.0:
        exchanger += p_plant[PLANT_REJECT_RATED, k] / (s_plant[PLANT_FLOW, k] * WATER_CP)
    return exchanger


@scalar
def economiser_change_over(
    p_plant: Array, s_plant: Array, k: int, arriving: float, back: float, dt: float
) -> None:
    """Open or close the economiser of plant `k` by the weather of this step.

    It opens when the water it could give is colder by the dead band than what it is compared with, and closes when it
    is no longer colder: the set point when it stands alone or on the supply, the return ahead of the chillers.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants, after `rejection_outside`.
    k : int
        Plant.
    arriving : float
        Heat that stays in the loop without it [W].
    back : float
        Return water [degC].
    dt : float
        Step [s].
    """
    s_plant[PLANT_FREE_SINCE, k] += dt
    rated = p_plant[PLANT_REJECT_RATED, k]
    mode = p_plant[PLANT_FREE_MODE, k]
    load = min(max(arriving, 0.0) / rated, 1.0) if rated > 0.0 else 0.0
    given = s_plant[PLANT_OUTSIDE, k]
    against = p_plant[PLANT_T_SET, k]
    if mode == FREE_ALONE:
        given += (s_plant[PLANT_APPROACH_NOW, k] + p_plant[PLANT_FREE_APPROACH, k]) * load
    elif mode == FREE_SERIES:
        against = back
    is_open = s_plant[PLANT_FREE_ON, k] > 0.0
    wanted = given < against if is_open else given < against - p_plant[PLANT_FREE_BAND, k]
    if wanted == is_open or s_plant[PLANT_FREE_SINCE, k] < p_plant[PLANT_FREE_HOLD, k]:
        return
    s_plant[PLANT_FREE_ON, k] = 1.0 if wanted else 0.0
    s_plant[PLANT_FREE_SINCE, k] = 0.0
    if is_open and mode == FREE_ALONE:
        # Its chillers take over at once, as many as the load takes.
        s_plant[PLANT_RESTARTING, k] = 1.0


@scalar
def economiser_able(p_plant: Array, s_plant: Array, k: int, load: float, arriving: float, dt: float) -> float:
    """Heat the economiser of plant `k` can take in a step, fans at full speed [W].

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants, after `rejection_outside`.
    k : int
        Plant.
    load : float
        Heat from halls and CDUs [W].
    arriving : float
        Heat that stays in the loop without the economiser [W].
    dt : float
        Step [s].
    """
    if p_plant[PLANT_FREE, k] <= 0.0:
        return 0.0
    gated = p_plant[PLANT_FREE_BAND, k] > 0.0 or p_plant[PLANT_FREE_HOLD, k] > 0.0
    rise = 0.0
    rate = s_plant[PLANT_FLOW, k] * WATER_CP
    series = p_plant[PLANT_FREE_MODE, k] == FREE_SERIES
    if series:
        if rate <= 0.0:
            return 0.0
        rise = load / rate
    if gated or p_plant[PLANT_FREE_MODE, k] == FREE_ALONE:
        economiser_change_over(p_plant, s_plant, k, arriving, s_plant[PLANT_T, k] + rise, dt)
        if s_plant[PLANT_FREE_ON, k] <= 0.0:
            return 0.0
    rated = p_plant[PLANT_REJECT_RATED, k]
    outside = s_plant[PLANT_OUTSIDE, k] - rise
    conductance = free_conductance(
        rated, s_plant[PLANT_APPROACH_NOW, k], economiser_exchanger(p_plant, s_plant, k)
    )
    inertia = p_plant[PLANT_C, k] / (dt * mean_weight(conductance * dt / p_plant[PLANT_C, k]))
    mean = (inertia * s_plant[PLANT_T, k] + arriving + conductance * outside) / (inertia + conductance)
    if p_plant[PLANT_CHILLERS, k] > 0.0 and p_plant[PLANT_FREE_MODE, k] != FREE_ALONE:
        # What it leaves the chillers take: the loop does not rise in the step above where they hold it.
        mean = min(mean, max(s_plant[PLANT_T, k], p_plant[PLANT_T_SET, k]))
    heat: float = min(rated, max(0.0, conductance * (mean - outside)))
    return heat


@scalar
def economiser_alone(p_plant: Array, s_plant: Array, k: int) -> bool:
    """Whether the economiser of plant `k` stands in the place of its chillers now."""
    is_open = s_plant[PLANT_FREE_ON, k] > 0.0
    return p_plant[PLANT_FREE, k] > 0.0 and p_plant[PLANT_FREE_MODE, k] == FREE_ALONE and is_open


@scalar
def economiser_hours(s_plant: Array, k: int, free: float, chilled: float, dt: float) -> None:
    """Count the time in which the economiser of plant `k` took heat, alone or beside chillers."""
    if free > 0.0:
        if chilled > 1e-6 * free:
            s_plant[PLANT_FREE_PART_TIME, k] += dt
        else:
            s_plant[PLANT_FREE_TIME, k] += dt
