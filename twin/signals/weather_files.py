"""Weather files: Open-Meteo hourly tables and EnergyPlus (EPW) typical or actual years."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem
from twin.signals.clock import HOUR
from twin.signals.files import TextFile
from twin.signals.table import Table, instants, parse_table

Array = NDArray[np.float64]

EPW_HEADER_LINES = 8
_EPW_DRY_BULB, _EPW_HUMIDITY, _EPW_PRESSURE = 6, 8, 9
_EPW_MISSING = {_EPW_DRY_BULB: 99.9, _EPW_HUMIDITY: 999.0, _EPW_PRESSURE: 999999.0}


@dataclass(frozen=True)
class WeatherReading:
    """Hourly weather found in a file; NaN where the file has no value.

    Attributes
    ----------
    time : UTC epoch seconds; for a typical year, of the year it was mapped to.
    dry_bulb : dry-bulb temperature [degC].
    relative_humidity : 0..1.
    pressure : station pressure [Pa], or None where the file has none.
    source, lines, report : as in `readers.Reading`.
    step : spacing of its rows [s].
    absolute : False when `time` counts from the start of the record.
    """

    time: Array
    dry_bulb: Array
    relative_humidity: Array
    pressure: Array | None
    source: str
    lines: list[int] | None
    report: list[str] = field(default_factory=list)
    step: float = HOUR
    absolute: bool = True


def read_open_meteo(
    file: TextFile, *, time_zone: str | None = None, utc_offset: float | None = None
) -> WeatherReading:
    """Read an Open-Meteo table: local_time, t_c [degC], rh_pct [%].

    Open-Meteo stamps a whole request with one fixed offset, which the table does not repeat: utc_offset (or
    time_zone) has to be given.
    """
    table = parse_table(file)
    dry_bulb = table.numbers("t_c")
    _refuse_other_scales(table, "t_c", dry_bulb)
    humidity = table.numbers("rh_pct")
    table.refuse("rh_pct", (humidity < 0.0) | (humidity > 100.0), "0 to 100 %")
    if humidity.size >= 24 and np.nanmax(humidity, initial=0.0) <= 1.0:
        raise InputError(
            Problem("column 'rh_pct' looks like a fraction, expected percent", file=str(file.path))
        )
    time, said = instants(table, "local_time", time_zone, utc_offset)
    return WeatherReading(time, dry_bulb, humidity / 100.0, None, file.source, table.lines, said)


def _refuse_other_scales(table: Table, column: str, value: Array) -> None:
    known = value[np.isfinite(value)]
    if known.size and np.median(known) > 150.0:
        guess = "kelvin"
    elif known.size and known.max() > 60.0:
        guess = "degrees Fahrenheit"
    else:
        table.refuse(column, value < -90.0, "a temperature above -90 degC")
        return
    row = int(np.nanargmax(value))
    raise InputError(
        Problem(
            f"column '{column}' looks like {guess} (largest value {known.max():g}), expected degrees Celsius",
            file=str(table.path),
            line=table.lines[row],
        )
    )


@dataclass(frozen=True)
class EpwYear:
    """The rows of an EPW file by month, day and hour of local standard time.

    Attributes
    ----------
    hours : (month, day, hour 1..24) of each row, in file order.
    values : dry bulb [degC], relative humidity 0..1, pressure [Pa]; shape (3, row).
    utc_offset : of local standard time [s].
    altitude : station elevation [m].
    source, report : as in `readers.Reading`.
    """

    hours: list[tuple[int, int, int]]
    values: Array
    utc_offset: float
    altitude: float
    source: str
    report: list[str]


def parse_epw(file: TextFile) -> EpwYear:
    """Read an EPW file's header and hourly rows.

    Source: EnergyPlus Auxiliary Programs, "EnergyPlus Weather File (EPW) Data Dictionary": field 4 is the
    hour 1..24 that *ends* at the stamp, field 5 (minute) is not used, stamps are local standard time, and
    99.9 degC, 999 % and 999999 Pa mean missing (M).
    """
    path = str(file.path)
    lines = file.text.split("\n")
    offset, altitude, place = _epw_location(lines, path)
    _epw_periods(lines, path)
    hours: list[tuple[int, int, int]] = []
    rows: list[list[float]] = []
    years: set[int] = set()
    for number, raw in enumerate(lines[EPW_HEADER_LINES:], start=EPW_HEADER_LINES + 1):
        if not raw.strip():
            continue
        year, stamp, row = _epw_row(raw, path, number)
        years.add(year)
        hours.append(stamp)
        rows.append(row)
    if not rows:
        raise InputError(Problem("the EPW file has no hourly rows after its 8 header lines", file=path))
    if len(set(hours)) != len(hours):
        twice = next(stamp for i, stamp in enumerate(hours) if stamp in hours[:i])
        raise InputError(Problem("month {}, day {}, hour {} appears twice".format(*twice), file=path))
    kind = f"months from {len(years)} years" if len(years) > 1 else f"the year {min(years)}"
    report = [f"EPW of {place}: {len(rows)} hours, {kind}, stamps UTC{offset / HOUR:+g} h, hour-ending."]
    values = np.array(rows).T
    for index, name in enumerate(("dry bulb", "relative humidity", "pressure")):
        missing = int(np.isnan(values[index]).sum())
        report += [f"{missing} hours carry the missing flag for {name}."] if missing else []
    return EpwYear(hours, values, offset, altitude, file.source, report)


def _epw_location(lines: list[str], path: str) -> tuple[float, float, str]:
    cells = lines[0].split(",")
    if cells[0] != "LOCATION" or len(cells) < 10:
        raise InputError(
            Problem("not an EPW file: line 1 must be LOCATION with ten fields", file=path, line=1)
        )
    try:
        offset, altitude = float(cells[8]), float(cells[9])
    except ValueError:
        raise InputError(
            Problem("LOCATION: time zone and elevation must be numbers", file=path, line=1)
        ) from None
    if not (abs(offset) <= 14.0 and -500.0 <= altitude <= 9000.0):
        raise InputError(
            Problem(f"LOCATION: UTC offset {offset:g} h, elevation {altitude:g} m", file=path, line=1)
        )
    return offset * HOUR, altitude, cells[1]


def _epw_periods(lines: list[str], path: str) -> None:
    cells = lines[EPW_HEADER_LINES - 1].split(",") if len(lines) >= EPW_HEADER_LINES else []
    if len(cells) < 3 or cells[0] != "DATA PERIODS":
        raise InputError(
            Problem("not an EPW file: line 8 must be DATA PERIODS", file=path, line=EPW_HEADER_LINES)
        )
    if [cell.strip() for cell in cells[1:3]] != ["1", "1"]:
        raise InputError(
            Problem(
                f"expected one data period of one record per hour, found {cells[1]} and {cells[2]}",
                file=path,
                line=EPW_HEADER_LINES,
            )
        )


def _epw_row(raw: str, path: str, number: int) -> tuple[int, tuple[int, int, int], list[float]]:
    """Year, (month, day, hour) and the three values of one row."""
    cells = raw.split(",")
    if len(cells) <= _EPW_PRESSURE:
        raise InputError(
            Problem(f"the row has {len(cells)} cells; the file may be cut short", file=path, line=number)
        )
    try:
        year, month, day, hour = (int(cell) for cell in cells[:4])
        values = [float(cells[i]) for i in _EPW_MISSING]
    except ValueError:
        raise InputError(
            Problem("expected numbers in fields 1-4, 7, 9 and 10", file=path, line=number)
        ) from None
    if not (1 <= month <= 12 and 1 <= day <= calendar.monthrange(2000, month)[1] and 1 <= hour <= 24):
        raise InputError(
            Problem(f"no such hour: month {month}, day {day}, hour {hour}", file=path, line=number)
        )
    dry, humidity, pressure = (
        np.nan if value >= flag else value for value, flag in zip(values, _EPW_MISSING.values(), strict=True)
    )
    wrong = {
        "dry bulb [degC]": not (np.isnan(dry) or -90.0 <= dry <= 60.0),
        "relative humidity [%]": not (np.isnan(humidity) or 0.0 <= humidity <= 110.0),
        "pressure [Pa]": not (np.isnan(pressure) or 30000.0 <= pressure <= 120000.0),
    }
    for name, out in wrong.items():
        if out:
            raise InputError(Problem(f"{name} out of range: {values}", file=path, line=number))
    return (
        year,
        (month, day, hour),
        [dry, float(np.minimum(humidity / 100.0, 1.0)), pressure],
    )


def epw_between(year: EpwYear, start: float, end: float) -> WeatherReading:
    """Lay an EPW year onto the calendar from one hour before `start` to one hour after `end`.

    A month, day and hour of the file plays at the same month, day and hour of local standard time, whatever
    the year; 29 February plays 28 February where the file has no 29th, and a file's 29th is left out of a
    common year. Hours the file lacks are NaN.

    Parameters
    ----------
    year : the file.
    start, end : UTC epoch seconds.
    """
    row = {stamp: i for i, stamp in enumerate(year.hours)}
    first = np.floor((start + year.utc_offset) / HOUR) - 1
    last = np.ceil((end + year.utc_offset) / HOUR) + 1
    time = np.arange(first, last + 1) * HOUR - year.utc_offset
    found = np.full((3, time.size), np.nan)
    leap_hours = 0
    for i, instant in enumerate(time):
        # The hour that ends at midnight belongs to the day before, as hour 24.
        begins = datetime.fromtimestamp(instant + year.utc_offset, tz=UTC) - timedelta(hours=1)
        stamp = (begins.month, begins.day, begins.hour + 1)
        if stamp[:2] == (2, 29) and stamp not in row:
            stamp = (2, 28, stamp[2])
            leap_hours += 1
        if stamp in row:
            found[:, i] = year.values[:, row[stamp]]
    report = list(year.report)
    if leap_hours:
        report.append(f"{leap_hours} hours of 29 February play 28 February of the file.")
    return WeatherReading(time, found[0], found[1], found[2], year.source, None, report)


def epw_hours(year: EpwYear) -> WeatherReading:
    """Return all hours of an EPW year in the order of its file; `time` is of a common year, in UTC."""
    stamps = [
        datetime(2001, month, min(day, 28) if month == 2 else day, tzinfo=UTC) for month, day, _ in year.hours
    ]
    ends = [hour * HOUR for _, _, hour in year.hours]
    time = np.array([stamp.timestamp() + end for stamp, end in zip(stamps, ends, strict=True)])
    dry, humidity, pressure = year.values
    return WeatherReading(
        time - year.utc_offset, dry, humidity, pressure, year.source, None, list(year.report)
    )


def without_missing(reading: WeatherReading) -> WeatherReading:
    """Drop the hours in which dry bulb, humidity or (where the file has it) pressure is missing."""
    missing = np.isnan(reading.dry_bulb) | np.isnan(reading.relative_humidity)
    if reading.pressure is not None:
        missing |= np.isnan(reading.pressure)
    if not missing.any():
        return reading
    keep = ~missing
    if not keep.any():
        raise InputError(f"{reading.source}: no hour has both temperature and humidity")
    return replace(
        reading,
        time=reading.time[keep],
        dry_bulb=reading.dry_bulb[keep],
        relative_humidity=reading.relative_humidity[keep],
        pressure=None if reading.pressure is None else reading.pressure[keep],
        lines=None if reading.lines is None else [reading.lines[i] for i in np.flatnonzero(keep)],
        report=[*reading.report, f"{int(missing.sum())} hours lack temperature, humidity or pressure."],
    )
