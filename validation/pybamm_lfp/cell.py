"""The cell of PyBaMM's parameter set Prada2013, as two wells behind a resistance.

Nothing of the two wells is fitted. The set's slowest diffusion is that into the graphite particles: radius R = 5 um,
diffusivity D = 3e-15 m2/s. In a sphere at constant flux the surface lags behind the mean by R^2 / (15 D) times the rate
of change, and the slowest mode decays with R^2 / (4.4934^2 D), 4.4934 the first root of tan x = x [1]_. Two wells with
b / (1 - b) tau = R^2 / (15 D) and tau = R^2 / (20.19 D) have the same lag and the same slowest mode.

The open-circuit voltage follows from the set's functions and contents of lithium.

References
----------
.. [1] J. Crank, *The Mathematics of Diffusion*, 2nd ed., Oxford 1975, section 6.3.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from twin.kernels.fields import BAT_OCV_POINTS

Array = npt.NDArray[np.float64]

FARADAY = 96485.33212
AREA = 0.6 * 0.3
RADIUS, DIFFUSIVITY = 5e-6, 3e-15
LAG = RADIUS**2 / (15.0 * DIFFUSIVITY)
TAU = RADIUS**2 / (4.493409**2 * DIFFUSIVITY)
BULK = LAG / (LAG + TAU)
# Thickness, share of active material, largest concentration.
NEGATIVE = FARADAY * AREA * 3.4e-5 * 0.58 * 30555.0
POSITIVE = FARADAY * AREA * 8.0e-5 * 0.374 * 22806.0
FULL_NEGATIVE, FULL_POSITIVE = 0.81, 0.0038
CUT_OFF = 2.0


def positive_potential(x: Array) -> Array:
    """LFP, S. Afshar, K. Morris, A. Khajepour, arXiv:1709.03970 (2017) [V]."""
    return 3.4077 - 0.020269 * x + 0.5 * np.exp(-150.0 * x) - 0.9 * np.exp(-30.0 * (1.0 - x))


def negative_potential(x: Array) -> Array:
    """Graphite, C.-H. Chen et al., J. Electrochem. Soc. 167 (2020) 080534 [V]."""
    steps = 0.0909 * np.tanh(29.8538 * (x - 0.1234)) + 0.04478 * np.tanh(14.9159 * (x - 0.2769))
    return 1.9793 * np.exp(-39.3631 * x) + 0.2482 - steps - 0.0205 * np.tanh(30.4444 * (x - 0.6103))


def open_circuit(drawn: Array) -> Array:
    """Open-circuit voltage after `drawn` [C] from full [V]."""
    positive = positive_potential(FULL_POSITIVE + drawn / POSITIVE)
    return positive - negative_potential(FULL_NEGATIVE - drawn / NEGATIVE)


def capacity() -> float:
    """Charge from full to an open-circuit voltage of 2.0 V [C]."""
    return float(brentq(lambda q: float(open_circuit(np.float64(q))) - CUT_OFF, 5e3, 8.4e3))


def ocv_table() -> Array:
    """Open-circuit voltage at even steps of charge [V]."""
    return open_circuit(capacity() * (1.0 - np.linspace(0.0, 1.0, BAT_OCV_POINTS)))
