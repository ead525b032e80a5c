"""What a sample of outages says: a share with its interval, and how long a site lasts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.kernels.scalar import Array


@dataclass(frozen=True)
class Endurance:
    """How long a site lasts without the mains: share still without a lost rack, by time.

    Attributes
    ----------
    time : (n,) array
        Times of a loss [s], rising, the first 0.
    share : (n,) array
        Share that has lasted beyond each time.
    """

    time: Array
    share: Array

    def quantile(self, lost: float) -> float | None:
        """Time by which the share `lost` of outages would have cost a rack [s]; None: not within the sample."""
        reached = np.flatnonzero(self.share <= 1.0 - lost + 1e-12)
        return float(self.time[reached[0]]) if reached.size else None

    def thinned(self, points: int) -> Endurance:
        """The same curve with at most `points` points, its ends kept."""
        if self.time.size <= points:
            return self
        keep = np.unique(np.linspace(0, self.time.size - 1, points).round().astype(int))
        return Endurance(self.time[keep], self.share[keep])


def endurance(duration: Array, lost_after: Array) -> Endurance:
    """Product-limit estimate of the time until the first loss of a rack.

    A member whose outage ended first is censored there: all that is known is that the site would have lasted at
    least so long. Where nothing is lost, the curve is the one point (0, 1).

    Parameters
    ----------
    duration : (member,) array
        Of the outages [s].
    lost_after : (member,) array
        Loss of the mains to the first loss of a rack [s]; NaN: none was lost.

    References
    ----------
    .. [1] E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", J. Am. Stat. Assoc.
       53 (1958) 457-481.
    """
    lost: NDArray[np.bool_] = ~np.isnan(lost_after)
    # A loss may come just after the mains have returned; it is then known to that time.
    observed = np.where(lost, lost_after, duration)
    times, count = np.unique(observed[lost], return_counts=True)
    at_risk = observed.size - np.searchsorted(np.sort(observed), times, side="left")
    share = np.cumprod(1.0 - count / at_risk) if times.size else np.zeros(0)
    return Endurance(np.concatenate([[0.0], times]), np.concatenate([[1.0], share]))
