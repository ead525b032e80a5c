"""Time-of-use prices: periods by month, weekday and local hour that cover the year exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem
from twin.signals.clock import local_marks, local_time, zone_named

Array = NDArray[np.float64]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MINUTES = 1440
ALL_DAYS = (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True)
class Period:
    """Hours of the local day that share a price.

    Attributes
    ----------
    name : line of the bill; several periods may share one.
    ratio : price over the flat price.
    months : 1..12.
    windows : (start, end) local hours, 0 <= start < end <= 24, whole minutes; None: whatever the other
        periods of the same months and weekdays leave.
    weekdays : ISO, Monday = 1; None: every day.
    """

    name: str
    ratio: float
    months: tuple[int, ...]
    windows: tuple[tuple[float, float], ...] | None
    weekdays: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        key = f"energy.periods.{self.name}"
        finite(self.ratio, f"{key}.ratio")
        if not self.months or not set(self.months) <= set(range(1, 13)):
            raise InputError(Problem(f"months are 1 to 12, found {list(self.months)}", key=f"{key}.months"))
        if not set(self.weekdays or ALL_DAYS) <= set(ALL_DAYS) or self.weekdays == ():
            raise InputError(
                Problem(
                    f"weekdays are 1 (Monday) to 7 (Sunday), found {list(self.weekdays or ())}",
                    key=f"{key}.weekdays",
                )
            )
        for start, end in self.windows or ():
            if not 0.0 <= start < end <= 24.0:
                raise InputError(
                    Problem(
                        f"a window runs from an earlier to a later hour of 0 to 24, found"
                        f" {start:g} to {end:g}; write one that passes midnight as two",
                        key=f"{key}.windows",
                    )
                )
            if not all(abs(hour * 60.0 - round(hour * 60.0)) < 1e-6 for hour in (start, end)):
                raise InputError(
                    Problem(f"{start:g} to {end:g} is not in whole minutes", key=f"{key}.windows")
                )


class TimeOfUse:
    """Prices by month, weekday and local hour.

    Parameters
    ----------
    zone : IANA name of the local clock.
    flat_price : [currency/J]; each period's price is its ratio times this.
    periods : together they cover every minute of every month and weekday exactly once.

    Raises
    ------
    InputError : a minute in no period or in two; the message names month, weekday and hour.
    """

    def __init__(self, zone: str, flat_price: float, periods: Sequence[Period]) -> None:
        finite(flat_price, "energy.flat_price")
        if not periods:
            raise InputError(Problem("a time-of-use tariff needs periods", key="energy.periods"))
        zone_named(zone)
        self.zone, self.flat_price, self.periods = zone, flat_price, tuple(periods)
        self._ratio = np.array([period.ratio for period in self.periods])
        self._table = _cover(self.periods)

    def period_at(self, time: Array) -> NDArray[np.int64]:
        """Index into `periods` at epoch instants [s]."""
        local = local_time(self.zone, time)
        minute = np.minimum((local.second // 60.0).astype(np.int64), _MINUTES - 1)
        return self._table[local.month - 1, local.weekday - 1, minute].astype(np.int64)

    def price_at(self, time: Array) -> Array:
        """Price [currency/J] at epoch instants [s]."""
        return self.flat_price * self._ratio[self.period_at(time)]

    def changes(self, start: float, end: float) -> Array:
        """Epoch instants in (start, end) at which the period may change: every edge of a window."""
        hours = {0.0} | {edge for p in self.periods for window in p.windows or () for edge in window}
        return local_marks(self.zone, start, end, np.array(sorted(hours - {24.0})) * 3600.0)


def _cover(periods: Sequence[Period]) -> NDArray[np.int16]:
    """Period of each (month, weekday, minute); refuses the first one covered not exactly once."""
    table = np.full((12, 7, _MINUTES), -1, np.int16)
    for rest in (False, True):
        for index, period in enumerate(periods):
            if (period.windows is None) == rest:
                _lay(table, index, period, periods)
    uncovered = np.argwhere(table < 0)
    if uncovered.size:
        raise InputError(Problem(f"no period covers {_moment(uncovered[0])}", key="energy.periods"))
    return table


def _lay(table: NDArray[np.int16], index: int, period: Period, periods: Sequence[Period]) -> None:
    """Put one period into the table."""
    windows = period.windows if period.windows is not None else ((0.0, 24.0),)
    for month in period.months:
        for weekday in period.weekdays or ALL_DAYS:
            day = table[month - 1, weekday - 1]
            for start, end in windows:
                part = day[round(start * 60.0) : round(end * 60.0)]
                clash = np.flatnonzero(part >= 0)
                if period.windows is not None and clash.size:
                    minute = round(start * 60.0) + int(clash[0])
                    raise InputError(
                        Problem(
                            f"periods '{periods[part[clash[0]]].name}' and '{period.name}' both cover"
                            f" {_moment((month - 1, weekday - 1, minute))}",
                            key="energy.periods",
                        )
                    )
                part[part < 0] = index


def _moment(where: Sequence[int] | NDArray[np.intp]) -> str:
    month, weekday, minute = (int(part) for part in where)
    return f"month {month + 1}, {_DAYS[weekday]}, {minute // 60:02d}:{minute % 60:02d}"


def finite(value: float, key: str) -> None:
    """Refuse a price or ratio that is not a finite number."""
    if not (isinstance(value, int | float) and np.isfinite(value)):
        raise InputError(Problem(f"expected a number, found {value!r}", key=key))
