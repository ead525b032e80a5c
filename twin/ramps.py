"""How fast a site's import moves, against what system operators allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class RampLimit:
    """A limit on the import of a large load.

    Attributes
    ----------
    body, source, confidence : str
        Who asks for it, and how surely it is known.
    kind : {'change', 'swing'}
        Net change over the window, or highest less lowest within it.
    window : float
        [s].
    limit : float
        [W].
    """

    body: str
    kind: Literal["change", "swing"]
    window: float
    limit: float
    source: str
    confidence: str


LIMITS = (
    RampLimit("ERCOT", "swing", 5.0, 10e6, "ERCOT large-load proposal: 10 MW peak to peak in any 5 s", "S"),
    RampLimit("Southern", "change", 5.0, 10e6, "Southern: less than 10 MW over 4 to 6 s", "S"),
    RampLimit("IESO", "change", 15.0, 5e6, "IESO: at most 5 MW in 15 s", "S"),
    RampLimit("IESO", "change", 60.0, 20e6, "IESO: 20 MW a minute", "S"),
    RampLimit("CAISO, Southern", "change", 60.0, 20e6, "CAISO and Southern: 20 MW a minute", "S"),
)


def largest(kind: Literal["change", "swing"], window: float, spacing: float, power: Array) -> float | None:
    """Largest net change over, or swing within, any span of `window` [W].

    Parameters
    ----------
    kind : {'change', 'swing'}
    window, spacing : float
        Length of the span, and of an evenly spaced record's step [s].
    power : (n,) array
        [W].

    Returns
    -------
    float or None
        None where the record cannot tell: its steps are longer than the window. A record shorter than the window
        is taken whole.
    """
    steps = int(window / spacing + 1e-9)
    if steps < 1 or power.size < 2:
        return None
    steps = min(steps, power.size - 1)
    if kind == "change":
        return float(np.abs(power[steps:] - power[:-steps]).max())
    from scipy.ndimage import maximum_filter1d, minimum_filter1d

    # A filter of n samples centred where only whole windows fit.
    size = steps + 1
    inner = slice(size // 2, power.size - (size - 1) // 2)
    swing = maximum_filter1d(power, size) - minimum_filter1d(power, size)
    return float(swing[inner].max())
