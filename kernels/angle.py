"""Angles of voltages, kept within half a turn either way."""

from __future__ import annotations

import math

from twin.kernels.scalar import scalar


@scalar
def wrapped(angle: float) -> float:
    """An angle [rad] as the one of the same direction from -pi up to pi."""
    return angle - 2.0 * math.pi * math.floor(angle / (2.0 * math.pi) + 0.5)
