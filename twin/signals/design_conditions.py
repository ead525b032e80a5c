"""Design conditions of a site: what its weather exceeds in so many hours of a year.

ASHRAE Handbook Fundamentals, chapter 14, "Climatic design information" (M): the value that 0.4, 1 or 2 % of the
hours of a year exceed for cooling, 99.6 or 99 % for heating, with the mean of the other quantities in the hours
that have it. ASHRAE takes 25 years of measurement; one year, and a typical year all the more, has fewer extremes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError
from twin.signals.clock import HOUR
from twin.signals.moist_air import dew_point_from_wet_bulb, moist_state, relative_humidity_at
from twin.signals.weather import Weather

Array = NDArray[np.float64]
By = Literal["dry-bulb", "wet-bulb", "dew-point"]

BIN = 0.5
"""Hours within so many kelvin of a design value count as having it."""

DAYS_LEAST = 360
"""Days of hourly weather without which there are no conditions of a year."""


@dataclass(frozen=True)
class DesignPoint:
    """Outdoor air that so many hours of a year exceed.

    Attributes
    ----------
    by : what is exceeded.
    exceeded : share of the hours of a year, 0..1.
    dry_bulb, wet_bulb, dew_point : [degC]; of what is not `by`, the mean in the hours that have it.
    """

    by: By
    exceeded: float
    dry_bulb: float
    wet_bulb: float
    dew_point: float


@dataclass(frozen=True)
class Year:
    """Hourly weather of a whole year, as its file has it.

    Attributes
    ----------
    air : one entry per hour.
    month, day : of local standard time; `day` numbers the days.
    source : of the file.
    """

    air: Weather
    month: NDArray[np.int64]
    day: NDArray[np.int64]
    source: str

    @classmethod
    def of(cls, air: Weather, local: Array, source: str) -> Year:
        """Return the year of hours that end at `local` standard time [s since 1970]; less than a year is refused."""
        begins = np.floor((local - 0.5 * HOUR) / (24.0 * HOUR)).astype(np.int64)
        if np.unique(begins).size < DAYS_LEAST:
            raise InputError(
                f"design conditions are those of a year: the file has {local.size} hours of weather"
            )
        month = begins.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
        return cls(air, month, begins, source)

    def point(self, by: By, exceeded: float) -> DesignPoint:
        """Return the design point that a share `exceeded` of the hours is above."""
        air = self.air
        values = {"dry-bulb": air.dry_bulb, "wet-bulb": air.wet_bulb, "dew-point": air.dew_point}[by]
        value = float(np.quantile(values, 1.0 - exceeded))
        near = np.abs(values - value) <= max(BIN, float(np.abs(values - value).min()))
        dry, pressure = float(air.dry_bulb[near].mean()), float(air.pressure[near].mean())
        if by == "dew-point":
            wet = _wet_bulb(dry, value, pressure)
            return DesignPoint(by, exceeded, dry, wet, value)
        dry, wet = (value, float(air.wet_bulb[near].mean())) if by == "dry-bulb" else (dry, value)
        return DesignPoint(by, exceeded, dry, wet, dew_point_from_wet_bulb(dry, wet, pressure))

    def hottest_month(self) -> int:
        """Month 1..12 with the highest mean dry bulb."""
        months = np.unique(self.month)
        means = [float(self.air.dry_bulb[self.month == month].mean()) for month in months]
        return int(months[int(np.argmax(means))])

    def daily_range(self) -> float:
        """Mean of the days' highest less lowest dry bulb in the hottest month [K]."""
        inside = self.month == self.hottest_month()
        days, values = self.day[inside], self.air.dry_bulb[inside]
        ranges = [float(np.ptp(values[days == day])) for day in np.unique(days)]
        return float(np.mean(ranges))

    def pressure(self) -> float:
        """Mean pressure [Pa]."""
        return float(self.air.pressure.mean())


def _wet_bulb(dry_bulb: float, dew_point: float, pressure: float) -> float:
    dry = np.array([dry_bulb])
    wet, _, _ = moist_state(dry, relative_humidity_at(dry, dew_point), np.array([pressure]))
    return float(wet[0])
