"""Three-phase dips: the phasors of Bollen's types A to G, and what a positive-sequence model sees of them.

A converter, and this twin, sees the positive-sequence voltage: its magnitude is the residual, its angle the phase
jump. Types after M. H. J. Bollen, Understanding Power Quality Problems, IEEE Press 2000, table 4.9, with the
characteristic voltage as a phasor and all voltages in pu of the voltage before the dip (confidence M; the closed forms
(2 + V)/3 for B, (1 + V)/2 for C and D, (1 + 2 V)/3 for E, F and G follow and are tested).
"""

from __future__ import annotations

import cmath
import math
from typing import Literal

DipType = Literal["A", "B", "C", "D", "E", "F", "G"]

A = cmath.exp(2j * math.pi / 3.0)
S3 = math.sqrt(3.0)


def phases(kind: DipType, v: complex) -> tuple[complex, complex, complex]:
    """Phase voltages a, b, c of a dip with the characteristic voltage `v` [pu].

    Parameters
    ----------
    kind : str
        A: all phases alike. B: one phase to earth. C and D: one phase or two, through delta-star transformers
        or none. E to G: two phases to earth, seen likewise.
    v : complex
        Characteristic voltage; its angle is the jump of the dip.
    """
    if kind in ("A", "B", "E"):
        # Only what is faulted drops; nothing shifts against it.
        first = 1.0 if kind == "E" else v
        others = 1.0 if kind == "B" else v
        return first, others * A * A, others * A
    # Phase a, and the real and imaginary parts by which b and c mirror each other.
    first, real, side = {
        "C": (1.0, -0.5, S3 / 2.0 * v),
        "D": (v, -v / 2.0, S3 / 2.0),
        "F": (v, -v / 2.0, S3 / 3.0 + S3 / 6.0 * v),
        "G": ((2.0 + v) / 3.0, -(2.0 + v) / 6.0, S3 / 2.0 * v),
    }[kind]
    return first, real - 1j * side, real + 1j * side


def positive_sequence(a: complex, b: complex, c: complex) -> complex:
    """Positive-sequence component of three phasors: (a + A b + A^2 c) / 3, Fortescue 1918."""
    return (a + A * b + A * A * c) / 3.0


def residual(kind: DipType, magnitude: float, angle: float) -> tuple[float, float]:
    """Positive-sequence residual [pu] and phase jump [rad] of a dip.

    Parameters
    ----------
    kind : str
        Bollen's type, A to G.
    magnitude, angle : float
        Characteristic voltage [pu] and its angle [rad].
    """
    seen = positive_sequence(*phases(kind, cmath.rect(magnitude, angle)))
    return abs(seen), cmath.phase(seen) if abs(seen) > 0.0 else 0.0
