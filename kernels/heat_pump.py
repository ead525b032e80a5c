"""A heat pump that lifts loop heat into a heat network.

Its coefficient of performance is a fixed share of the Lorenz cycle, the ideal between two streams of gliding
temperature (V. Lorenz, Z. ges. Kaelte-Ind. 1 (1894); form as in Danish Energy Agency technology data,
remembered):

    COP = share  T_lm,sink / (T_lm,sink - T_lm,source),   T_lm = (T_1 - T_2) / ln(T_1 / T_2)  [K]

Shares of 0.45 to 0.55 are usual (remembered). Odense lifts 27 degC server heat to 75 degC (secondary).
"""

from __future__ import annotations

import math

from twin.kernels.air import KELVIN
from twin.kernels.scalar import scalar

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
def heat_pump_source(heat_max: float, cop: float) -> float:
    """Most heat a heat pump takes from its source: `heat_max (1 - 1 / COP)` [W].

    Parameters
    ----------
    heat_max : float
        Largest heat delivered [W].
    cop : float
        Coefficient of performance, at least 1.
    """
    return heat_max * (1.0 - 1.0 / cop)


@scalar
def heat_pump_power(source: float, cop: float) -> float:
    """Power that lifts a heat taken from the source: `source / (COP - 1)` [W]; 0 without heat.

    Parameters
    ----------
    source : float
        Heat from the source [W].
    cop : float
        Coefficient of performance.
    """
    if source <= 0.0 or cop <= 1.0:
        return 0.0
    return source / (cop - 1.0)
