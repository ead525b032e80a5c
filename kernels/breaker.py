"""Protection by time and current: inverse-time curves, thermal image, instantaneous trip.

A breaker that has opened stays open: only the outside closes it again.

    CLOSED --- image at its limit, or current at the instantaneous setting ---> OPEN --- reset from outside ---> CLOSED
"""

from __future__ import annotations

import math

from twin.kernels.clock import NEVER
from twin.kernels.lag import lag_end
from twin.kernels.scalar import scalar

CURVE_STANDARD = 0
"""IEC standard (normal) inverse, curve A of IEC 60255-151."""
CURVE_VERY = 1
"""IEC very inverse, curve B."""
CURVE_EXTREME = 2
"""IEC extremely inverse, curve C."""

CURVE_END = 20.0
"""Multiple of the setting above which the time stays what it is there (IEC 60255-151: GD of at least 20)."""


# A thermal-magnetic unit picks up at this multiple of its setting.
PICK_UP = 1.13


@scalar
def trip_time(multiple: float, curve: int, dial: float) -> float:
    """Operating time of an inverse-time overcurrent relay at a constant current.

    t = TMS k / (M^alpha - 1), M the current over its setting: standard inverse k = 0.14 s, alpha = 0.02; very
    inverse 13.5 s, 1; extremely inverse 80 s, 2. The curve is level above 20 times the setting.

    Parameters
    ----------
    multiple : float
        Current over the setting M, at least 0.
    curve : int
        CURVE_STANDARD, CURVE_VERY or CURVE_EXTREME.
    dial : float
        Time multiplier setting TMS, 0.025 to 1.5 on most relays [-].

    Returns
    -------
    float
        Time to trip [s]; 1e30, which is never, at the setting and below.

    References
    ----------
    .. [1] IEC 60255-151:2009, equation 1 and annex A, curves A, B and C (remembered).
    """
    if multiple <= 1.0:
        return NEVER
    m = min(multiple, CURVE_END)
    if curve == CURVE_STANDARD:
        time = 0.14 / (m**0.02 - 1.0)
    elif curve == CURVE_VERY:
        time = 13.5 / (m - 1.0)
    else:
        time = 80.0 / (m * m - 1.0)
    return min(dial * time, NEVER)


@scalar
def thermal_image(theta: float, current: float, dt: float, tau: float) -> float:
    """Thermal image of a conductor after a step of constant current.

    d(theta)/dt = (I^2 - theta) / tau, theta in per unit of the temperature rise at rated current, discretised exactly.

    Parameters
    ----------
    theta : float
        Image before the step [pu].
    current : float
        Current over rated [pu].
    dt, tau : float
        Step and time constant [s].

    Returns
    -------
    float
        Image after the step [pu].

    References
    ----------
    .. [1] IEC 60255-149:2013, equation 1, ambient temperature at its reference (remembered).
    """
    return lag_end(theta, current * current, dt, tau)


@scalar
def thermal_trip_time(current: float, preload: float, k: float, tau: float) -> float:
    """Time in which a constant current brings the thermal image to its limit k^2.

    t = tau ln((I^2 - Ip^2) / (I^2 - k^2)), Ip the load before: 0 for the cold curve.

    Parameters
    ----------
    current, preload : float
        Current now, and the constant one before it [pu of rated].
    k : float
        Limit as a current that never quite trips [pu]; 1.05 to 1.3.
    tau : float
        Time constant [s].

    Returns
    -------
    float
        Time [s]; 1e30, which is never, at k and below; 0 where the load before was already at the limit.

    References
    ----------
    .. [1] IEC 60255-149:2013, equations 2 and 3 (remembered).
    """
    if current <= k:
        return NEVER
    if preload >= k:
        return 0.0
    return tau * math.log((current * current - preload * preload) / (current * current - k * k))


@scalar
def long_time(multiple: float, at_six: float) -> float:
    """Long-time tripping of a moulded-case circuit breaker [s]: constant I^2 t, `at_six` at six times the setting.

    Parameters
    ----------
    multiple : float
        Current over the setting, at least 0. It picks up at 1.13, between the conventional non-tripping and tripping
        currents of 1.05 and 1.30 (IEC 60947-2, remembered; makers state their own curve within these).
    at_six : float
        Tripping time at six times the setting [s].

    Returns
    -------
    float
        Time to trip [s]; 1e30, which is never, below the pick-up.
    """
    return at_six * 36.0 / (multiple * multiple) if multiple > PICK_UP else NEVER
