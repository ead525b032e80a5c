"""What a run cost its batteries in life: capacity lost, and what a year of the same would cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twin.kernels import fields as f
from twin.kernels.ageing import CALENDAR_POWER_1, CYCLE_POWER_1, POWER_2, fade
from twin.kernels.scalar import Array
from twin.kernels.site import Site

YEAR = 365.0 * 86400.0


def own_batteries(site: Site) -> NDArray[np.intp]:
    """Indices of the batteries that are there: a plain connection has none."""
    direct = site.params["ups"][0, f.UPS_DIRECT] > 0.0
    there = np.ones(site.params["battery"].shape[2], dtype=bool)
    there[: direct.size] = ~direct
    return np.nonzero(there)[0]


def lost_in_run(site: Site, states: dict[str, Array]) -> tuple[float, float]:
    """Share of its capacity that the worst battery of the first member lost, by the two models, the smaller first."""
    own = own_batteries(site)
    if own.size == 0:
        return 0.0, 0.0
    worst = states["battery"][0][[f.BAT_FADE_1, f.BAT_FADE_2]][:, own].max(axis=1)
    return float(worst.min()), float(worst.max())


def lost_in_year(site: Site, states: dict[str, Array], duration: float) -> tuple[float, float]:
    """The same after a year of conditions and use as in a run of `duration` [s].

    The laws are not straight: a new LFP cell loses most in its first weeks, so exposure is scaled, not loss.
    """
    p, s = site.params["battery"][0], states["battery"][0]
    years = YEAR / duration
    worst = [0.0, 0.0]
    for i in own_batteries(site):
        if p[f.BAT_LEAD_ACID, i] > 0.0:
            lost = [float(s[f.BAT_FADE_1, i]) * years] * 2
        else:
            before = float(p[f.BAT_FADE_BEFORE, i])
            time_1, use_1 = years * s[f.BAT_WEAR_CAL_1, i], years * s[f.BAT_WEAR_CYC_1, i]
            time_2, use_2 = years * s[f.BAT_WEAR_CAL_2, i], years * s[f.BAT_WEAR_CYC_2, i]
            lost = [
                fade(time_1, use_1, CALENDAR_POWER_1, CYCLE_POWER_1, before),
                fade(time_2, use_2, POWER_2, POWER_2, before),
            ]
        worst = [max(a, b) for a, b in zip(worst, lost, strict=True)]
    return min(worst), max(worst)
