"""First-order lag, discretised exactly: its end, its mean and the weight that makes a node's mean exact.

With `x = dt / tau`, a state that relaxes towards a constant goes through `exp(-x)` of its distance by the end
of the period, and is on average `decay_mean(x)` of it away. Both hold at any step, so results do not depend
on the step where the driving quantity is constant.
"""

from __future__ import annotations

import math

from twin.kernels.scalar import scalar


@scalar
def decay_mean(x: float) -> float:
    """Mean of `exp(-s)` for `s` in `[0, x]`: `(1 - exp(-x)) / x`.

    Parameters
    ----------
    x : float
        Length of the period in time constants, at least 0; infinity is allowed.

    Returns
    -------
    float
        1 at 0, falling to 0.
    """
    if x <= 1e-12:
        return 1.0
    return -math.expm1(-x) / x


@scalar
def lag_end(start: float, target: float, dt: float, tau: float) -> float:
    """State of a first-order lag after a period with a constant target.

    Parameters
    ----------
    start, target : float
        State at the start and the value it tends to, any unit.
    dt, tau : float
        Length of the period and time constant [s]; a time constant of 0 follows at once.

    Returns
    -------
    float
        `target + (start - target) exp(-dt / tau)`.
    """
    if tau <= 0.0:
        return target
    return target + (start - target) * math.exp(-dt / tau)


@scalar
def lag_mean(start: float, target: float, dt: float, tau: float) -> float:
    """Mean of a first-order lag over a period with a constant target.

    Parameters
    ----------
    start, target : float
        State at the start and the value it tends to, any unit.
    dt, tau : float
        Length of the period and time constant [s]; a time constant of 0 follows at once.

    Returns
    -------
    float
        `target + (start - target) decay_mean(dt / tau)`.
    """
    if tau <= 0.0:
        return target
    return target + (start - target) * decay_mean(dt / tau)


@scalar
def mean_weight(x: float) -> float:
    """Weight w for which `start + w (end - start)` is the mean of a lag over `x` time constants.

    Used as the implicitness of a theta scheme it reproduces one isolated node exactly, is of second order for
    a short step and fully implicit for a long one ("exponential fitting": W. Liniger and R. A. Willoughby,
    SIAM J. Numer. Anal. 7 (1970) 47; remembered).

    Parameters
    ----------
    x : float
        Length of the period in time constants, at least 0.

    Returns
    -------
    float
        `1 / (1 - exp(-x)) - 1 / x`, from 1/2 at 0 to 1.
    """
    if x < 1e-2:
        return 0.5 + x / 12.0
    return -1.0 / math.expm1(-x) - 1.0 / x
