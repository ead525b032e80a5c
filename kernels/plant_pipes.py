"""The supply and return pipes of a plant, between its loop and its coils and CDUs.

Water leaves the loop at the loop's temperature, reaches coils and CDUs after the delay of the supply pipes, takes up
their heat, and is back after the delay of the return pipes. The loop is stepped implicitly: what comes back in a step
is affine in the loop's mean temperature, because in a long step water goes all the way round. Without pipes the heat
arrives in the step in which it is given.
"""

from __future__ import annotations

from twin.kernels.air import WATER_CP
from twin.kernels.fields import (
    PIPE_RETURN_0,
    PIPE_SUPPLY_0,
    PLANT_C,
    PLANT_FLOW,
    PLANT_PIPE_AMBIENT,
    PLANT_PIPE_LOSS_RETURN,
    PLANT_PIPE_LOSS_SUPPLY,
    PLANT_PIPE_RETURN,
    PLANT_PIPE_SUPPLY,
    PLANT_Q_PIPES,
    PLANT_T,
    PLANT_T_OUT,
)
from twin.kernels.lag import mean_weight
from twin.kernels.pipe import pipe_move, pipe_outlet
from twin.kernels.scalar import Array, scalar


@scalar
def supply_outlet(p: Array, s: Array, k: int, moved: float, inlet: float, dt: float) -> float:
    """Mean temperature at which the supply pipes of plant `k` give `moved` [J/K] when fed at `inlet` [degC]."""
    return pipe_outlet(
        s, PIPE_SUPPLY_0, k, p[PLANT_PIPE_SUPPLY, k], moved, inlet,
        p[PLANT_PIPE_LOSS_SUPPLY, k], p[PLANT_PIPE_AMBIENT, k], dt,
    )  # fmt: skip


@scalar
def return_outlet(p: Array, s: Array, k: int, moved: float, inlet: float, dt: float) -> float:
    """The same of its return pipes."""
    return pipe_outlet(
        s, PIPE_RETURN_0, k, p[PLANT_PIPE_RETURN, k], moved, inlet,
        p[PLANT_PIPE_LOSS_RETURN, k], p[PLANT_PIPE_AMBIENT, k], dt,
    )  # fmt: skip


@scalar
def piped(p: Array, s: Array, k: int) -> bool:
    """Whether water of plant `k` goes through pipes in this step."""
    return p[PLANT_PIPE_SUPPLY, k] + p[PLANT_PIPE_RETURN, k] > 0.0 and s[PLANT_FLOW, k] > 0.0


@scalar
def pipes_deliver(p: Array, s: Array, k: int, flow: float, dt: float) -> None:
    """Write the mean temperature of the water that coils and CDUs of plant `k` get in this step of `dt` [s].

    `flow` is what goes through the pipes [kg/s].
    """
    moved = flow * WATER_CP * dt
    s[PLANT_T_OUT, k] = supply_outlet(p, s, k, moved, s[PLANT_T, k], dt)


@scalar
def pipes_back(p: Array, s: Array, k: int, load: float, dt: float) -> tuple[float, float]:
    """Heat that arrives at the loop of plant `k`, affine in the loop's mean temperature.

    Parameters
    ----------
    p, s : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    load : float
        Heat that halls and CDUs gave the water in this step [W].
    dt : float
        Thermal step [s].

    Returns
    -------
    tuple of float
        Heat [W] at a loop at 0 degC and its change with the loop's temperature [W/K], not positive.
    """
    if not piped(p, s, k):
        return load, 0.0
    rate = s[PLANT_FLOW, k] * WATER_CP
    moved = rate * dt
    still = supply_outlet(p, s, k, moved, 0.0, dt)
    through = supply_outlet(p, s, k, moved, 1.0, dt) - still
    back = return_outlet(p, s, k, moved, 0.0, dt)
    round_trip = return_outlet(p, s, k, moved, 1.0, dt) - back
    return rate * (back + round_trip * (still + load / rate)), -rate * max(1.0 - through * round_trip, 0.0)


@scalar
def pipes_expect(p: Array, s: Array, k: int, load: float, target: float, dt: float) -> float:
    """Heat that arrives at the loop of plant `k` if it ends the step at `target` [degC]; the rest as above [W]."""
    arriving, slope = pipes_back(p, s, k, load, dt)
    start = s[PLANT_T, k]
    weight = mean_weight(-slope * dt / p[PLANT_C, k])
    return arriving + slope * (start + weight * (target - start)) if slope < 0.0 else arriving


@scalar
def pipes_settle(p: Array, s: Array, k: int, load: float, other: float, dt: float) -> float:
    """Move the water in the pipes of plant `k` by a step.

    Parameters
    ----------
    p, s, k, load, dt
        As in `pipes_back`.
    other : float
        What heats the loop besides: pumps, less all that is taken out of it [W].

    Returns
    -------
    float
        Heat that arrived at the loop [W]; what the pipes lost is written beside it.
    """
    rate = s[PLANT_FLOW, k] * WATER_CP if piped(p, s, k) else 0.0
    arriving, slope = pipes_back(p, s, k, load, dt)
    start = s[PLANT_T, k]
    capacity = p[PLANT_C, k]
    weight = mean_weight(-slope * dt / capacity)
    rise = (arriving + slope * start + other) * dt / (capacity - weight * slope * dt)
    mean = start + weight * rise
    there, lost = pipe_move(
        s, PIPE_SUPPLY_0, k, p[PLANT_PIPE_SUPPLY, k], rate * dt, mean,
        p[PLANT_PIPE_LOSS_SUPPLY, k], p[PLANT_PIPE_AMBIENT, k], dt,
    )  # fmt: skip
    warm = there + load / rate if rate > 0.0 else there
    back, lost_back = pipe_move(
        s, PIPE_RETURN_0, k, p[PLANT_PIPE_RETURN, k], rate * dt, warm,
        p[PLANT_PIPE_LOSS_RETURN, k], p[PLANT_PIPE_AMBIENT, k], dt,
    )  # fmt: skip
    s[PLANT_Q_PIPES, k] = (lost + lost_back) / dt
    if rate <= 0.0:
        return load
    s[PLANT_T_OUT, k] = there
    return rate * (back - mean)
