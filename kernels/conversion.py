"""Loss of a power converter, UPS, PDU or transformer as a polynomial of its load fraction."""

from __future__ import annotations

from twin.kernels.scalar import scalar


@scalar
def quadratic_loss(power: float, rated: float, a0: float, a1: float, a2: float) -> float:
    """Loss with constant, proportional and square terms.

    P_loss / P_rated = a0 + a1 x + a2 x^2, x = |P| / P_rated: no-load loss, loss of semiconductors, ohmic loss.

    Parameters
    ----------
    power : float
        Power through the converter, either direction [W].
    rated : float
        Rated power [W], above 0.
    a0, a1, a2 : float
        Loss coefficients, not negative [-].

    Returns
    -------
    float
        Loss [W].

    References
    ----------
    .. [1] N. Rasmussen, "Making large UPS systems more efficient", APC white paper 108:
       0.01333 + 0.0064 x + 0.01081 x^2.
    .. [2] IEC 60076-1 for transformers: a1 = 0, no-load and load loss.
    """
    x = abs(power) / rated
    return rated * (a0 + x * (a1 + x * a2))
