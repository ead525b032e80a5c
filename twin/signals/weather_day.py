"""Weather of one day, played again and again: a cosine, or the design day that a cooling plant is sized for."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError
from twin.signals.clock import DAY, local_time
from twin.signals.moist_air import relative_humidity_at, standard_pressure
from twin.signals.weather import UNITS, Weather, moist_air, needed_altitude

Array = NDArray[np.float64]

RANGE_FRACTION = (
    0.88, 0.92, 0.95, 0.98, 1.00, 0.98, 0.91, 0.74, 0.55, 0.38, 0.23, 0.13,
    0.05, 0.00, 0.00, 0.06, 0.14, 0.24, 0.39, 0.50, 0.59, 0.68, 0.75, 0.82,
)  # fmt: skip
"""Share of the daily range by which hours 1 to 24 are below the day's highest: ASHRAE Handbook Fundamentals 2009 and
later, chapter 14, daily range profile (M)."""

KNOTS_AN_HOUR = 10
"""The day is solved this often and read linearly between."""


class DailyWeather:
    """The same day again and again, by the site's own clock.

    Parameters
    ----------
    dry_bulb : at equal steps from midnight to midnight [degC].
    dew_point : the day's, taken as the dry bulb where that is lower [degC].
    pressure : [Pa].
    name, source : of the signal.
    report : sentences on what it is.
    start : run start [UTC epoch s].
    zone : the site's time zone.
    """

    def __init__(
        self,
        dry_bulb: Array,
        dew_point: float,
        pressure: float,
        *,
        name: str,
        source: str,
        report: Sequence[str],
        start: float,
        zone: str,
    ) -> None:
        self.name, self.unit, self.source = name, UNITS, source
        self.report: Sequence[str] = list(report)
        self._start, self._zone = start, zone
        self._second = np.linspace(0.0, DAY, dry_bulb.size)
        humidity = relative_humidity_at(dry_bulb, dew_point)
        self._air = moist_air(dry_bulb, humidity, np.full(dry_bulb.size, pressure))

    def at(self, t: Array) -> Weather:
        """Weather at seconds since run start."""
        t = np.asarray(t, np.float64)
        second = local_time(self._zone, np.ravel(self._start + t)).second.reshape(t.shape)
        return Weather(
            *(np.asarray(np.interp(second, self._second, values), np.float64) for values in self._air)
        )


def cosine_day(
    *,
    name: str,
    start: float,
    zone: str,
    mean: float,
    swing: float,
    dew_point: float,
    altitude: float | None,
    peak_hour: float = 15.0,
) -> DailyWeather:
    """Return a synthetic day: T(h) = mean + swing/2 cos(2 pi (h - peak_hour)/24), with a fixed dew point.

    Parameters
    ----------
    start : run start [UTC epoch s].
    zone : the site's time zone.
    mean : daily mean dry bulb [degC].
    swing : highest less lowest [K].
    dew_point : [degC], not above the day's lowest temperature.
    altitude : of the site [m].
    peak_hour : local hour of the maximum; an assumption.
    """
    if not (-60.0 <= mean <= 50.0 and 0.0 <= swing <= 40.0 and -80.0 <= dew_point <= mean - 0.5 * swing):
        raise InputError(
            f"signal {name}: expected a mean of -60 to 50 degC, a range of 0 to 40 K and a dew point not"
            f" above the day's lowest temperature; found {mean:g} degC, {swing:g} K, {dew_point:g} degC"
        )
    hour = np.linspace(0.0, 24.0, 24 * KNOTS_AN_HOUR + 1)
    said = (
        f"Synthetic: {mean:g} degC, {swing:g} K from lowest to highest, highest at"
        f" {peak_hour:g} h {zone}, dew point {dew_point:g} degC."
    )
    return DailyWeather(
        mean + 0.5 * swing * np.cos(2.0 * math.pi * (hour - peak_hour) / 24.0),
        dew_point,
        standard_pressure(needed_altitude(altitude)),
        name=name,
        source="synthetic weather day",
        report=[said],
        start=start,
        zone=zone,
    )


def design_day(
    highest: float,
    daily_range: float,
    dew_point: float,
    pressure: float,
    *,
    name: str,
    source: str,
    report: Sequence[str],
    start: float,
    zone: str,
) -> DailyWeather:
    """Return a design day: T(h) = highest - fraction(h) daily_range, with the dew point of its hottest hour.

    ASHRAE Handbook Fundamentals, chapter 14, "Generating design-day data" (M): the fraction is `RANGE_FRACTION`;
    where the air gets colder than its dew point it is saturated.

    Parameters
    ----------
    highest : dry bulb of the hottest hour [degC].
    daily_range : highest less lowest [K]; 0 for a heating design day.
    dew_point : [degC].
    pressure : [Pa].
    """
    fraction = np.array([RANGE_FRACTION[-1], *RANGE_FRACTION])
    hour = np.linspace(0.0, 24.0, 24 * KNOTS_AN_HOUR + 1)
    dry_bulb = highest - daily_range * np.interp(hour, np.arange(25.0), fraction)
    return DailyWeather(
        dry_bulb, dew_point, pressure, name=name, source=source, report=report, start=start, zone=zone
    )

