"""Heat exchangers by effectiveness and number of transfer units.

F. P. Incropera et al., *Fundamentals of Heat and Mass Transfer*, 7th ed., section 11.4 (remembered). A coil
of four or more rows and a brazed plate exchanger are both close to counterflow.
"""

from __future__ import annotations

import math

from twin.kernels.scalar import scalar


@scalar
def counterflow_effectiveness(ntu: float, ratio: float) -> float:
    """Effectiveness of a counterflow exchanger.

    Parameters
    ----------
    ntu : float
        Number of transfer units, UA over the smaller capacity rate, at least 0.
    ratio : float
        Smaller over larger capacity rate, 0 to 1.

    Returns
    -------
    float
        Incropera eq. 11.29a (11.29b at a ratio of 1), 0 to 1. Written with expm1 so that nothing cancels as
        the ratio goes to 1.
    """
    imbalance = 1.0 - ratio
    if imbalance * ntu < 1e-12:
        return ntu / (1.0 + ntu)
    reached = -math.expm1(-ntu * imbalance)
    return reached / (imbalance + ratio * reached)


@scalar
def conductance_at_flow(ua: float, first: float, second: float) -> float:
    """Conductance of an exchanger when its streams run below their rated flow.

    Turbulent convection goes as Re^0.8 (Dittus-Boelter, Incropera eq. 8.60); the two sides are taken to share
    the thermal resistance equally at rated flow, the wall to have none.

    Parameters
    ----------
    ua : float
        Conductance with both streams at rated flow [W/K].
    first, second : float
        Flows as fractions of rated, at least 0.

    Returns
    -------
    float
        Conductance [W/K]; 0 when either side stands still. Conservative below about 0.1 of rated flow, where
        free convection takes over.
    """
    if first <= 0.0 or second <= 0.0:
        return 0.0
    h_first = math.pow(first, 0.8)
    h_second = math.pow(second, 0.8)
    return 2.0 * ua * h_first * h_second / (h_first + h_second)


@scalar
def exchanger_conductance(ua: float, rate_hot: float, rate_cold: float) -> float:
    """Heat per kelvin between the inlets of a counterflow exchanger.

    Parameters
    ----------
    ua : float
        Conductance [W/K], at least 0.
    rate_hot, rate_cold : float
        Capacity rates, mass flow times heat capacity [W/K], at least 0.

    Returns
    -------
    float
        Effectiveness times the smaller capacity rate [W/K] (Incropera eq. 11.22); 0 where nothing flows.
    """
    smaller = min(rate_hot, rate_cold)
    if smaller <= 0.0:
        return 0.0
    return counterflow_effectiveness(ua / smaller, smaller / max(rate_hot, rate_cold)) * smaller
