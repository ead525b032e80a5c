"""Tripping times of overcurrent protection."""

from __future__ import annotations

from twin.kernels.scalar import scalar

NEVER = 1e30
"""A time that never comes [s]."""

HIGHEST = 20.0
"""Multiple of the setting above which an inverse-time relay gets no faster, IEC 60255-151:2009."""


@scalar
def inverse_time(multiple: float, multiplier: float, k: float, alpha: float) -> float:
    """Tripping time of an inverse-time relay [s], IEC 60255-151:2009, equation (1): TMS k / (M^alpha - 1).

    Parameters
    ----------
    multiple : float
        Current over the setting; it does not trip at 1 and below.
    multiplier : float
        Time multiplier setting.
    k, alpha : float
        Curve: standard inverse 0.14 s and 0.02, very inverse 13.5 s and 1, extremely inverse 80 s and 2.
    """
    if multiple <= 1.0:
        return NEVER
    return multiplier * k / (min(multiple, HIGHEST) ** alpha - 1.0)


@scalar
def thermal_time(multiple: float, at_six: float) -> float:
    """Long-time tripping of a circuit breaker [s]: constant I^2 t, `at_six` at six times the setting.

    It picks up at 1.13 times the setting, the conventional non-tripping current of IEC 60947-2 being 1.05 and the
    tripping current 1.30 (confidence M; makers state their own curve within these).
    """
    return at_six * 36.0 / (multiple * multiple) if multiple > 1.13 else NEVER
