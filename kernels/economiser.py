"""Air-side economiser: when the weather lets a hall shed its heat to the outside air.

Direct: outside air replaces return air, with filters; indirect: a wheel or plate exchanger keeps the two apart. Either
is an effectiveness towards the outside dry bulb (`air_handler.py`), 1 where all the air can be replaced. It opens
inside limits of dry bulb and dew point: ASHRAE, *Thermal Guidelines for Data Processing Environments*, 5th ed. 2021,
recommends a dew point of -9 to 15 degC (secondary). Moisture is not followed: what the limits let in is taken as fit
to breathe for the servers.
"""

from __future__ import annotations

from twin.kernels.fields import (
    HALL_ECO,
    HALL_ECO_BAND,
    HALL_ECO_DEW_MAX,
    HALL_ECO_DEW_MIN,
    HALL_ECO_DRY_MAX,
    HALL_ECO_ON,
    HALL_T_HOT,
    HALL_T_OUTSIDE,
)
from twin.kernels.scalar import Array, scalar


@scalar
def economiser_step(p_hall: Array, s_hall: Array, h: int, t_dry: float, t_dew: float) -> None:
    """Choose whether the economiser of hall `h` is open in the coming thermal step.

    It opens a dead band inside its limits and colder than the hot aisle, and shuts when a limit is passed.

    Parameters
    ----------
    p_hall, s_hall : ndarray, shape (field, hall)
        Parameters and states of halls.
    h : int
        Hall.
    t_dry, t_dew : float
        Outdoor dry bulb and dew point [degC].
    """
    s_hall[HALL_T_OUTSIDE, h] = t_dry
    if p_hall[HALL_ECO, h] <= 0.0:
        return
    band = 0.0 if s_hall[HALL_ECO_ON, h] > 0.0 else p_hall[HALL_ECO_BAND, h]
    fit = (
        t_dry <= min(p_hall[HALL_ECO_DRY_MAX, h], s_hall[HALL_T_HOT, h]) - band
        and p_hall[HALL_ECO_DEW_MIN, h] + band <= t_dew <= p_hall[HALL_ECO_DEW_MAX, h] - band
    )
    s_hall[HALL_ECO_ON, h] = 1.0 if fit else 0.0
