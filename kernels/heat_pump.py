"""A heat pump that lifts loop heat into a heat network.

Its coefficient of performance is a fixed share of the Lorenz cycle, the ideal between two streams of gliding
temperature (V. Lorenz, Z. ges. Kaelte-Ind. 1 (1894); form as in Danish Energy Agency technology data,
remembered):

    COP = share  T_lm,sink / (T_lm,sink - T_lm,source),   T_lm = (T_1 - T_2) / ln(T_1 / T_2)  [K]

Shares of 0.45 to 0.55 are usual (remembered). Odense lifts 27 degC server heat to 75 degC (secondary).

Or both COP and capacity come from a map over the temperature of the source entering and the sink leaving, as data
sheets give them, bilinear between its points and constant beyond them.
"""

from __future__ import annotations

import math

from twin.kernels.air import KELVIN
from twin.kernels.fields import (
    HEAT_MAP_ABLE_0,
    HEAT_MAP_COP_0,
    HEAT_MAP_POINTS,
    HEAT_MAP_SINK_0,
    HEAT_MAP_SINKS,
    HEAT_MAP_SOURCE_0,
    HEAT_MAP_SOURCES,
    PLANT_HP_HEAT,
    PLANT_HP_LORENZ,
)
from twin.kernels.scalar import Array, scalar

LIFT_MIN = 10.0
"""Least difference of mean temperatures a machine works across [K], for its exchangers (an assumption)."""


@scalar
def log_mean_temperature(first: float, second: float) -> float:
    """Entropy-averaged temperature of a stream between two temperatures.

    Parameters
    ----------
    first, second : float
        End temperatures [degC], above -273.15.

    Returns
    -------
    float
        Logarithmic mean [K]; their common value where they meet.
    """
    a = first + KELVIN
    b = second + KELVIN
    if abs(a - b) < 1e-3:
        return 0.5 * (a + b)
    return (a - b) / math.log(a / b)


@scalar
def lorenz_cop(share: float, sink_out: float, sink_in: float, source_in: float, source_out: float) -> float:
    """Coefficient of performance of a heat pump in heating.

    Parameters
    ----------
    share : float
        Share of the Lorenz cycle, above 0, at most 1.
    sink_out, sink_in : float
        Temperatures heat is delivered at and the heat network returns at [degC].
    source_in, source_out : float
        Temperatures of the source before and after it [degC].

    Returns
    -------
    float
        Heat delivered over electricity, at least 1; the lift is taken as at least `LIFT_MIN`.
    """
    sink = log_mean_temperature(sink_out, sink_in)
    source = log_mean_temperature(source_in, source_out)
    return max(1.0, share * sink / max(LIFT_MIN, sink - source))


@scalar
def map_place(p: Array, k: int, first: int, count: int, value: float) -> tuple[int, float]:
    """Where a value lies on an axis of a map: the point below it and the way to the next, 0 to 1.

    Parameters
    ----------
    p : ndarray, shape (field, plant)
        Parameters of plants.
    k : int
        Plant.
    first, count : int
        First row of the axis and how many points it has, at least 1; values rise.
    value : float
        Held to the range of the axis.
    """
    at = 0
    for i in range(1, count - 1):
        if value >= p[first + i, k]:
            at = i
    if count < 2:
        return 0, 0.0
    low = p[first + at, k]
    return at, min(max((value - low) / (p[first + at + 1, k] - low), 0.0), 1.0)


@scalar
def map_value(p: Array, k: int, first: int, i: int, x: float, j: int, y: float) -> float:
    """Bilinear value of a map at the places (`i`, `x`) and (`j`, `y`) of its axes; `first` is its first row."""
    row = first + i * HEAT_MAP_POINTS + j
    right = 1 if y > 0.0 else 0
    low = (1.0 - y) * p[row, k] + y * p[row + right, k]
    if x <= 0.0:
        return low
    row += HEAT_MAP_POINTS
    return (1.0 - x) * low + x * ((1.0 - y) * p[row, k] + y * p[row + right, k])


@scalar
def heat_pump_performance(
    p: Array, k: int, sink_out: float, sink_in: float, source_in: float, source_out: float
) -> tuple[float, float]:
    """COP of the heat pump of plant `k`, and the most heat it can deliver [W].

    Parameters
    ----------
    p : ndarray, shape (field, plant)
        Parameters of plants.
    k : int
        Plant.
    sink_out, sink_in, source_in, source_out : float
        As in `lorenz_cop` [degC]. A map knows `sink_out` and `source_in` alone.
    """
    rated = p[PLANT_HP_HEAT, k]
    sources = int(p[HEAT_MAP_SOURCES, k])
    if sources < 1:
        return lorenz_cop(p[PLANT_HP_LORENZ, k], sink_out, sink_in, source_in, source_out), rated
    i, x = map_place(p, k, HEAT_MAP_SOURCE_0, sources, source_in)
    j, y = map_place(p, k, HEAT_MAP_SINK_0, int(p[HEAT_MAP_SINKS, k]), sink_out)
    cop = map_value(p, k, HEAT_MAP_COP_0, i, x, j, y)
    return cop, rated * map_value(p, k, HEAT_MAP_ABLE_0, i, x, j, y)
