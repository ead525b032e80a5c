"""Weather at the site: dry bulb and humidity, and from them wet bulb and dew point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem
from twin.signals.clock import HOUR
from twin.signals.moist_air import moist_state, standard_pressure
from twin.signals.series import Series
from twin.signals.weather_files import WeatherReading, without_missing

Array = NDArray[np.float64]


class Weather(NamedTuple):
    """Outdoor air, one entry per instant.

    Attributes
    ----------
    dry_bulb : [degC].
    relative_humidity : 0..1.
    wet_bulb : thermodynamic wet bulb [degC].
    dew_point : [degC].
    pressure : [Pa].
    humidity_ratio : water vapour per dry air, by mass [1].
    """

    dry_bulb: Array
    relative_humidity: Array
    wet_bulb: Array
    dew_point: Array
    pressure: Array
    humidity_ratio: Array


UNITS = "dry_bulb degC, relative_humidity 1, wet_bulb degC, dew_point degC, pressure Pa, humidity_ratio 1"


def moist_air(dry_bulb: Array, relative_humidity: Array, pressure: Array) -> Weather:
    """Solve outdoor air from dry bulb [degC], relative humidity 0..1 and pressure [Pa], each a flat array."""
    wet_bulb, dew_point, ratio = moist_state(dry_bulb, relative_humidity, pressure)
    return Weather(dry_bulb, relative_humidity, wet_bulb, dew_point, pressure, ratio)


class WeatherSeries:
    """Hourly weather; every quantity is read linearly between hours.

    Wet bulb, dew point and humidity ratio are solved at the hours and then interpolated.

    Parameters
    ----------
    reading : the hours.
    altitude : of the site [m], for the pressure where the file has none; None is refused then.
    origin, duration, fill, max_gap, after_end, file : as in `Series`.
    """

    def __init__(
        self,
        reading: WeatherReading,
        *,
        name: str,
        altitude: float | None,
        origin: float,
        duration: float,
        fill: str = "none",
        max_gap: float | None = None,
        after_end: str = "error",
        file: str | None = None,
    ) -> None:
        self.name, self.unit, self.source = name, UNITS, reading.source
        reading = without_missing(reading)
        report = list(reading.report)
        pressure = reading.pressure
        if pressure is None:
            pressure = np.full(reading.time.size, standard_pressure(needed_altitude(altitude)))
            report.append(f"pressure {pressure[0]:.0f} Pa from the altitude of {altitude:g} m.")

        def series(value: Array) -> Series:
            return Series(
                reading.time, value, name=name, unit=UNITS, source=reading.source, origin=origin,
                duration=duration, interpolation="linear", step=HOUR, fill=fill, max_gap=max_gap,
                after_end=after_end, lines=reading.lines, file=file,
            )  # fmt: skip

        self._dry_bulb, self._humidity = series(reading.dry_bulb), series(reading.relative_humidity)
        self._pressure = series(pressure)
        self.report = [*report, *self._dry_bulb.report]
        self._wet_bulb, self._dew_point, self._ratio = self._solved()

    def _solved(self) -> tuple[Series, Series, Series]:
        """Wet bulb, dew point, humidity ratio at the hours the run uses, as series on the same filled instants."""
        used = self._dry_bulb.instants()
        if self._dry_bulb.after_end != "repeat":
            inside = np.searchsorted(used, [0.0, self._dry_bulb.duration], side="right")
            used = used[max(int(inside[0]) - 1, 0) : int(inside[1]) + 1]
        wet, dew, ratio = (
            self._dry_bulb.with_values(used, values)
            for values in moist_state(
                self._dry_bulb.at(used), self._humidity.at(used), self._pressure.at(used)
            )
        )
        return wet, dew, ratio

    def at(self, t: Array) -> Weather:
        """Weather at seconds since run start."""
        return Weather(
            self._dry_bulb.at(t),
            self._humidity.at(t),
            self._wet_bulb.at(t),
            self._dew_point.at(t),
            self._pressure.at(t),
            self._ratio.at(t),
        )


class ConstantWeather:
    """The same outdoor air for ever.

    Parameters
    ----------
    dry_bulb : [degC], -90..60.
    relative_humidity : 0..1.
    altitude : of the site [m].
    """

    def __init__(
        self,
        dry_bulb: float,
        relative_humidity: float,
        *,
        altitude: float | None,
        name: str,
        source: str = "constant",
    ) -> None:
        if not -90.0 <= dry_bulb <= 60.0:
            raise InputError(Problem(f"dry bulb {dry_bulb:g} degC is outside -90 to 60 degC", key="dry_bulb"))
        if not 0.0 <= relative_humidity <= 1.0:
            raise InputError(
                Problem(f"relative humidity {relative_humidity:g} is outside 0 to 1", key="relative_humidity")
            )
        self.name, self.unit, self.source = name, UNITS, source
        self.report: Sequence[str] = []
        pressure = standard_pressure(needed_altitude(altitude))
        air = moist_air(*(np.array([value]) for value in (dry_bulb, relative_humidity, pressure)))
        self._air = tuple(float(values[0]) for values in air)

    def at(self, t: Array) -> Weather:
        """Weather at seconds since run start: the same at each."""
        return Weather(*(np.full(np.shape(t), value) for value in self._air))


def needed_altitude(altitude: float | None) -> float:
    """Return the altitude [m]; a missing one is refused, because air pressure depends on it."""
    if altitude is None or not -500.0 <= altitude <= 9000.0:
        raise InputError(
            Problem(
                f"weather needs the site's altitude (-500 to 9000 m), found {altitude}",
                key="location.altitude",
            )
        )
    return altitude
