"""The interval of a share: how sure a count out of so many trials is."""

from __future__ import annotations


def wilson(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of a share.

    The score interval of E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212; it holds near 0 and 1, where the
    normal approximation does not.
    """
    from scipy.stats import binomtest

    interval = binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    return float(interval.low), float(interval.high)
