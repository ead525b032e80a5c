"""Weather from a file: as it plays in the run, as a whole year, or as a design day of that year."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem
from twin.signals.clock import utc_offset
from twin.signals.design_conditions import DesignPoint, Year
from twin.signals.file_signal import Reader, file_origin, filling, opened_file
from twin.signals.files import TextFile
from twin.signals.moist_air import standard_pressure
from twin.signals.site import Site
from twin.signals.spec import number, refuse_unknown, text, unknown
from twin.signals.weather import WeatherSeries, moist_air, needed_altitude
from twin.signals.weather_day import DailyWeather, design_day
from twin.signals.weather_files import WeatherReading, epw_between, epw_hours, without_missing

Array = NDArray[np.float64]

BY = ("dry-bulb", "wet-bulb", "dew-point")
YEARS = ("epw", "open-meteo")
"""Readers of hourly weather, whose files may hold a year."""

STATION_APART = 300.0
"""A station that lies so much higher or lower than the site [m] is told of: 2 K by the standard atmosphere."""


def file_weather(
    spec: Mapping[str, Any], name: str, start: float, duration: float, base_dir: Path | None, site: Site
) -> WeatherSeries | DailyWeather:
    """Open a weather file for a run that starts at `start` [UTC epoch s]."""
    if spec.get("design_day") is not None:
        return _design_day(spec, name, start, base_dir, site)
    reader, file = opened_file("weather", spec, base_dir)
    if spec.get("scale", 1.0) != 1.0:
        raise InputError(Problem("weather has several quantities; none is scaled", key="scale"))
    found = _read(spec, reader, file, site.altitude)
    absolute = spec["reader"] != "wet-bulb"
    origin = file_origin(spec, start if absolute else 0.0, absolute=absolute)
    if spec["reader"] == "epw":
        if site.altitude is not None and abs(found.altitude - site.altitude) > STATION_APART:
            found.report.append(
                f"The station lies at {found.altitude:g} m, the site at {site.altitude:g} m;"
                " temperatures are the station's."
            )
        found = epw_between(found, origin, origin + duration)
    return WeatherSeries(
        found,
        name=name,
        altitude=site.altitude,
        origin=origin,
        duration=duration,
        file=str(file.path),
        **filling(spec),
    )


def _read(spec: Mapping[str, Any], reader: Reader, file: TextFile, altitude: float | None) -> Any:
    options = reader.options(spec)
    if spec["reader"] == "wet-bulb":
        options["pressure"] = standard_pressure(needed_altitude(altitude))
    return reader.read(file, **options)


def file_year(spec: Mapping[str, Any], base_dir: Path | None, altitude: float | None) -> Year:
    """Read all hours of a weather file that holds a year of them.

    Raises
    ------
    InputError
        For a file that holds less, or a reader of another kind of weather.
    """
    if spec.get("reader") not in YEARS:
        raise InputError(Problem(f"a year of weather is read by {' or '.join(YEARS)}", key="reader"))
    reader, file = opened_file("weather", spec, base_dir)
    found = _read(spec, reader, file, altitude)
    if spec["reader"] == "epw":
        offset: float | Array = found.utc_offset
        reading: WeatherReading = without_missing(epw_hours(found))
    else:
        reading = without_missing(found)
        zone = spec.get("time_zone")
        offset = utc_offset(zone, reading.time) if zone else number(spec, "utc_offset")
    pressure = reading.pressure
    if pressure is None:
        pressure = np.full(reading.time.size, standard_pressure(needed_altitude(altitude)))
    air = moist_air(reading.dry_bulb, reading.relative_humidity, pressure)
    try:
        return Year.of(air, reading.time + offset, reading.source)
    except InputError as error:
        raise InputError(Problem(error.problems[0].message, file=str(file.path))) from error


def words(point: DesignPoint) -> str:
    """Say what a design point is."""
    hours = 100.0 * point.exceeded
    return (
        f"{point.by} exceeded in {hours:g} % of the year's hours: {point.dry_bulb:.1f} degC dry bulb,"
        f" {point.wet_bulb:.1f} degC wet bulb"
    )


def _design_day(
    spec: Mapping[str, Any], name: str, start: float, base_dir: Path | None, site: Site
) -> DailyWeather:
    """Return the design day that a signal asks for, of the year in its file."""
    for key in ("start_at", "fill", "max_gap", "after_end"):
        if spec.get(key) is not None:
            raise InputError(Problem("a design day is made of the whole file: drop this key", key=key))
    asked = spec["design_day"]
    if not isinstance(asked, Mapping):
        raise InputError(Problem("expected by and exceeded", key="design_day"))
    refuse_unknown(asked, ("by", "exceeded"))
    by, exceeded = text(asked, "by"), number(asked, "exceeded")
    if by not in BY:
        raise unknown(by, BY, "design_day.by")
    if not 0.0 < exceeded < 1.0:
        raise InputError(
            Problem(f"expected a share above 0 and below 1, found {exceeded:g}", key="design_day.exceeded")
        )
    year = file_year({k: v for k, v in spec.items() if k != "design_day"}, base_dir, site.altitude)
    point = year.point(by, exceeded)  # type: ignore[arg-type]
    # ASHRAE's heating design day is as cold all day; what cools it has the range of the hottest month.
    swing = year.daily_range() if exceeded < 0.5 else 0.0
    said = f"Design day of {words(point)}; {swing:.1f} K from lowest to highest."
    return design_day(
        point.dry_bulb, swing, point.dew_point, year.pressure(), name=name,
        source=f"design day of {year.source}", report=[said], start=start, zone=site.zone(),
    )  # fmt: skip
