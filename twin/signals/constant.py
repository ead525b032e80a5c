"""A signal that never changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem

Array = NDArray[np.float64]


class Constant:
    """One value for ever.

    Parameters
    ----------
    value : SI.
    name, unit : what it is.
    low, high : the plausible range; a value outside is refused.
    key : the key it stands under, for the message.
    """

    def __init__(
        self, value: float, *, name: str, unit: str, low: float, high: float, key: str = "constant"
    ) -> None:
        if not low <= value <= high:
            raise InputError(
                Problem(f"signal {name}: {value:g} {unit} is outside {low:g} to {high:g} {unit}", key=key)
            )
        self.value, self.name, self.unit = float(value), name, unit
        self.source = "constant"
        self.report: Sequence[str] = []

    def at(self, t: Array) -> Array:
        """Value at seconds since run start [SI unit of the signal]."""
        return np.full(np.shape(t), self.value)
