"""Infeed that events take from an area or give back to it: steps and straight ramps at given times."""

from __future__ import annotations

from typing import Any

from twin.kernels.scalar import scalar


@scalar
def event_energy(start: float, power: float, ramp: float, t: float) -> float:
    """Energy an event has taken from the area from its start to time `t`.

    Parameters
    ----------
    start, ramp : float
        Time it starts and time it takes to reach its power in a straight line (0: at once), s.
    power : float
        Infeed lost, W; negative for infeed restored.
    t : float
        Run time, s.

    Returns
    -------
    float
        J; its difference over a step is exact wherever the event falls.
    """
    age = t - start
    if age <= 0.0:
        return 0.0
    if age < ramp:
        return 0.5 * power * age * age / ramp
    return power * (age - 0.5 * ramp)


@scalar
def event_power(start: float, power: float, ramp: float, t: float) -> float:
    """Infeed lost by an event at time `t`, W; arguments as in `event_energy`."""
    age = t - start
    if age < 0.0:
        return 0.0
    if age < ramp:
        return power * age / ramp
    return power


@scalar
def infeed_lost(events: Any, t: float, dt: float) -> tuple[float, float]:
    """Infeed lost by all events: its mean over the step from `t` to `t + dt`, and its value at the end.

    Parameters
    ----------
    events : array, shape (n, 3)
        Run time s, infeed lost W (negative: restored), ramp time s; n may be 0.
    t, dt : float
        Run time at the start of the step, and the step, s, > 0.

    Returns
    -------
    tuple of float
        Mean and value at the end, W.
    """
    mean = 0.0
    after = 0.0
    for k in range(events.shape[0]):
        start, power, ramp = events[k, 0], events[k, 1], events[k, 2]
        after += event_power(start, power, ramp, t + dt)
        if t >= start + ramp:
            # Spares the difference of two large energies late in a long run.
            mean += power
        elif t + dt > start:
            energy = event_energy(start, power, ramp, t + dt) - event_energy(start, power, ramp, t)
            mean += energy / dt
    return mean, after
