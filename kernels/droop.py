"""Frequency response curve: how much of a committed response a deviation calls for."""

from __future__ import annotations

from twin.kernels.scalar import scalar


@scalar
def response_share(deviation: float, dead_band: float, knee: float, knee_share: float, full: float) -> float:
    """Share of a symmetrical frequency response called for by a frequency deviation.

    Zero inside the dead band, a straight line to `knee_share` at `knee`, a second to one at `full`, then flat.
    Positive when frequency is low: the site then delivers, or takes less.

    Parameters
    ----------
    deviation : float
        Frequency less nominal [Hz].
    dead_band, knee, full : float
        Corner deviations [Hz], 0 <= dead_band < knee <= full; `full` <= 0 means no response.
    knee_share : float
        Share at the knee, 0 to 1.

    Returns
    -------
    float
        -1 to 1.

    References
    ----------
    .. [1] NESO, Dynamic Containment service terms: +-0.015 Hz dead band, 5 % at +-0.2 Hz, 100 % at +-0.5 Hz.
    """
    size = abs(deviation)
    if full <= 0.0 or size <= dead_band:
        return 0.0
    if size < knee:
        share = knee_share * (size - dead_band) / (knee - dead_band)
    elif size < full:
        share = knee_share + (1.0 - knee_share) * (size - knee) / (full - knee)
    else:
        share = 1.0
    return share if deviation < 0.0 else -share
