"""Air-side economiser: when the weather lets a hall shed its heat to the outside air.

Direct: outside air replaces return air, with filters; indirect: a wheel or plate exchanger keeps the two apart. Either
is an effectiveness towards the outside dry bulb (`air_handler.py`), 1 where all the air can be replaced. It opens
inside limits of dry bulb and dew point: ASHRAE, *Thermal Guidelines for Data Processing Environments*, 5th ed. 2021,
recommends a dew point of -9 to 15 degC (secondary). Moisture is not followed: what the limits let in is taken as fit
to breathe for the servers.
"""

from __future__ import annotations

import math

from twin.kernels.fields import (
    HALL_ECO,
    HALL_ECO_BAND,
    HALL_ECO_DEW_MAX,
    HALL_ECO_DEW_MIN,
    HALL_ECO_DRY_MAX,
    HALL_ECO_ON,
    HALL_PRESSURE,
    HALL_T_HOT,
    HALL_T_OUTSIDE,
)
from twin.kernels.scalar import Array, scalar

PSYCHROMETER = 6.47e-4
"""c_p / (0.622 h_fg) of air over water at 20 degC [1/K]: the psychrometric constant over the pressure."""


@scalar
def dew_point(dry: float, wet: float, pressure: float) -> float:
    """Dew point from dry and wet bulb.

    Parameters
    ----------
    dry, wet : float
        Dry and thermodynamic wet bulb [degC], wet at most dry; -40 to 50 degC.
    pressure : float
        Air pressure [Pa].

    Returns
    -------
    float
        Dew point [degC], within 0.5 K of the ASHRAE psychrometrics from 0 to 50 degC above 10 % humidity; -100 where
        the air holds less water than the formula resolves. Vapour pressure after Magnus with the coefficients of
        O. A. Alduchov, R. E. Eskridge, J. Appl. Meteorol. 35 (1996) 601, eq. 21 (remembered).
    """
    saturated = 610.94 * math.exp(17.625 * wet / (243.04 + wet))
    vapour = saturated - PSYCHROMETER * pressure * (dry - wet)
    if vapour < 1e-3:
        return -100.0
    x = math.log(vapour / 610.94)
    return max(-100.0, 243.04 * x / (17.625 - x))


@scalar
def economiser_step(p_hall: Array, s_hall: Array, h: int, t_dry: float, t_wet: float) -> None:
    """Choose whether the economiser of hall `h` is open in the coming thermal step.

    It opens a dead band inside its limits and colder than the hot aisle, and shuts when a limit is passed.

    Parameters
    ----------
    p_hall, s_hall : ndarray, shape (field, hall)
        Parameters and states of halls.
    h : int
        Hall.
    t_dry, t_wet : float
        Outdoor dry and wet bulb [degC].
    """
    s_hall[HALL_T_OUTSIDE, h] = t_dry
    if p_hall[HALL_ECO, h] <= 0.0:
        return
    band = 0.0 if s_hall[HALL_ECO_ON, h] > 0.0 else p_hall[HALL_ECO_BAND, h]
    dew = dew_point(t_dry, t_wet, p_hall[HALL_PRESSURE, h])
    fit = (
        t_dry <= min(p_hall[HALL_ECO_DRY_MAX, h], s_hall[HALL_T_HOT, h]) - band
        and p_hall[HALL_ECO_DEW_MIN, h] + band <= dew
        and dew <= p_hall[HALL_ECO_DEW_MAX, h] - band
    )
    s_hall[HALL_ECO_ON, h] = 1.0 if fit else 0.0
