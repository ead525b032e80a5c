"""Generating sets of one bus together: what is ready, their frequency, and how they share its load."""

from __future__ import annotations

from twin.kernels.fields import (
    GEN_F_NOMINAL,
    GEN_FAILED,
    GEN_MODE,
    GEN_RATED,
    GEN_RUNNING,
    GEN_STARTING,
    GEN_UNAVAILABLE,
)
from twin.kernels.genset import genset_frequency, genset_power_step
from twin.kernels.scalar import Array, scalar


@scalar
def plant_ready(p: Array, s: Array, first: int, last: int) -> tuple[float, float, bool]:
    """Rated power of running sets and of sets that may still run, and whether any is still starting."""
    running = 0.0
    possible = 0.0
    starting = False
    for g in range(first, last):
        if s[GEN_MODE, g] == GEN_RUNNING:
            running += p[GEN_RATED, g]
        if s[GEN_MODE, g] != GEN_FAILED and s[GEN_UNAVAILABLE, g] <= 0.0:
            possible += p[GEN_RATED, g]
        starting = starting or s[GEN_MODE, g] == GEN_STARTING
    return running, possible, starting


@scalar
def plant_frequency(p_gen: Array, s_gen: Array, first: int, last: int, nominal: float) -> float:
    """Mean frequency of the running sets [first, last), or nominal when converters alone form the bus [Hz]."""
    total = 0.0
    count = 0
    for g in range(first, last):
        if s_gen[GEN_MODE, g] == GEN_RUNNING:
            total += genset_frequency(p_gen, s_gen, g)
            count += 1
    if count > 0:
        return total / count
    return p_gen[GEN_F_NOMINAL, first] if last > first else nominal


@scalar
def plant_power_step(
    p: Array, s: Array, first: int, last: int, power: float, closed: bool, dt: float
) -> None:
    """Load the sets [first, last) with `power` [W] for `dt` [s], shared by rating among those that run.

    Parameters
    ----------
    closed : bool
        Whether the plant is closed onto its bus. If not, sets that run or cool down burn fuel without load.
    """
    running, _, _ = plant_ready(p, s, first, last)
    for g in range(first, last):
        loaded = closed and s[GEN_MODE, g] == GEN_RUNNING
        genset_power_step(p, s, g, power * p[GEN_RATED, g] / running if loaded else 0.0, dt)


@scalar
def plant_close_step(
    p: Array, s: Array, first: int, last: int, live: bool, frequency: float, phase: float, dt: float
) -> None:
    """Bring sets that are ready onto their bus. Sets that run here are on it: there is nothing to do."""


@scalar
def plant_waiting(p: Array, s: Array, first: int, last: int) -> float:
    """Rated power of sets that are ready and whose breaker is open [W]."""
    return 0.0


@scalar
def plant_accept(p: Array, s: Array, first: int, last: int) -> float:
    """Most additional load the plant can take in this step: all it is rated for [W]."""
    running, _, _ = plant_ready(p, s, first, last)
    return running


@scalar
def plant_voltage(p: Array, s: Array, first: int, last: int) -> float:
    """Voltage of the plant, per unit."""
    return 1.0
