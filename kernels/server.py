"""Servers: power against utilisation, and the square wave of synchronous training."""

from __future__ import annotations

import math

from twin.kernels.scalar import scalar


@scalar
def server_power(utilisation: float, idle: float, peak: float, curve: float) -> float:
    """Power of a server or rack of servers at a utilisation.

    P = P_idle + (P_peak - P_idle) (2 u - u^r); r = 1.4 is the published fit, r = 1 a straight line.

    Parameters
    ----------
    utilisation : float
        CPU or GPU utilisation u, 0 to 1 (clamped).
    idle, peak : float
        Power at u = 0 and u = 1 [W].
    curve : float
        Exponent r, 1 to 2 [-].

    Returns
    -------
    float
        Power [W], monotone in u for 1 <= r <= 2.

    References
    ----------
    .. [1] X. Fan, W.-D. Weber, L. A. Barroso, "Power provisioning for a warehouse-sized computer", ISCA 2007,
       section 3.2 (r = 1.4).
    """
    u = min(max(utilisation, 0.0), 1.0)
    return idle + (peak - idle) * (2.0 * u - u**curve)


@scalar
def square_wave_integral(x: float, duty: float) -> float:
    """Integral from 0 to x of a unit square wave that is high for the first `duty` of every period.

    Parameters
    ----------
    x : float
        Time in periods.
    duty : float
        High share of a period, 0 to 1.

    Returns
    -------
    float
        Periods spent high up to x.
    """
    whole = math.floor(x)
    return whole * duty + min(x - whole, duty)


@scalar
def training_wave(t: float, dt: float, rate: float, duty: float, phase: float) -> float:
    """Mean over [t, t + dt] of the compute/communicate square wave of synchronous training.

    The mean, rather than a sample, keeps the energy of a step exact whatever its length.

    Parameters
    ----------
    t, dt : float
        Start and length of the step [s], dt > 0.
    rate : float
        Iterations per second, above 0 [Hz]; 0.1 to 1 is usual (iterations of 1 to 10 s).
    duty : float
        Share of an iteration spent computing, 0 to 1.
    phase : float
        Offset in iterations, 0 to 1.

    Returns
    -------
    float
        0 to 1.

    References
    ----------
    .. [1] E. Choukse et al., "Power stabilization for AI training datacenters", arXiv:2508.14318, 2025.
    """
    x = t * rate + phase
    # Whole periods are taken off first: years into a run they would swallow the digits of a short step.
    a = x - math.floor(x)
    span = dt * rate
    return (square_wave_integral(a + span, duty) - min(a, duty)) / span
