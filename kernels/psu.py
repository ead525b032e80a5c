"""Power supply units: conversion loss and the hold-up of their bulk capacitors."""

from __future__ import annotations

from twin.kernels.scalar import scalar


@scalar
def psu_loss(power: float, rated: float, a0: float, a1: float, a2: float, a3: float) -> float:
    """Loss of a set of power supplies at an output power.

    P_loss / P_rated = a0 + a1 x + a2 x^2 + a3 x^3 with x = P_out / P_rated. Four coefficients pass through the
    four load points at which 80 PLUS certifies a supply (10, 20, 50, 100 %).

    Parameters
    ----------
    power : float
        Output power [W], 0 to `rated`.
    rated : float
        Rated output [W], above 0.
    a0, a1, a2, a3 : float
        Loss coefficients [-].

    Returns
    -------
    float
        Loss [W], never negative.

    References
    ----------
    .. [1] 80 PLUS certification, 230 V internal redundant: Titanium 90/94/96/91 % at 10/20/50/100 %.
    .. [2] Frontier chain: P_in = (P_out + 17 W) / 0.96 per rectifier, the case a2 = a3 = 0 (ExaDigiT/RAPS
       configuration, Apache-2.0 or MIT).
    """
    x = power / rated
    return max(rated * (a0 + x * (a1 + x * (a2 + x * a3))), 0.0)
