"""A signal from a file: the registry of readers, and the keys that every file signal understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from twin.errors import InputError, Problem
from twin.signals.clock import epoch
from twin.signals.files import TextFile, locate, read_text
from twin.signals.readers import (
    read_carbon_hourly,
    read_frequency_pu,
    read_neso,
    read_power,
    read_price_hourly,
    read_utilisation,
    read_voltage,
    read_voltage_frequency,
)
from twin.signals.series import Series
from twin.signals.spec import needed, number, refuse_unknown, text, unknown
from twin.signals.table import parse_table
from twin.signals.weather_files import parse_epw, read_open_meteo
from twin.signals.wet_bulb_file import read_wet_bulb


@dataclass(frozen=True)
class Reader:
    """A file format.

    Attributes
    ----------
    kind : the signal it is for.
    read : the function; options become its keyword arguments.
    texts, numbers : options that are text, and that are numbers in SI.
    required : those that must be given.
    """

    kind: str
    read: Callable[..., Any]
    texts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    required: tuple[str, ...] = ()

    def options(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Keyword arguments of `read` from the signal's mapping."""
        for key in self.required:
            needed(spec, key)
        given: dict[str, Any] = {key: text(spec, key) for key in self.texts if key in spec}
        given.update({key: number(spec, key) for key in self.numbers if key in spec})
        return given


def has_column(spec: Mapping[str, Any], base_dir: Path | None, column: str) -> bool:
    """Whether the header of a signal's file names a column."""
    return column in parse_table(read_text(locate(text(spec, "file"), base_dir))).names


READERS: dict[str, Reader] = {
    "neso": Reader("frequency", read_neso, ("time_zone",), ("utc_offset",)),
    "frequency-pu": Reader("frequency", read_frequency_pu, (), ("nominal",)),
    "price-hourly": Reader(
        "price", read_price_hourly, ("currency", "per", "time_zone"), ("utc_offset",), ("currency",)
    ),
    "carbon-hourly": Reader(
        "carbon", read_carbon_hourly, ("basis", "time_zone"), ("utc_offset",), ("basis",)
    ),
    "open-meteo": Reader("weather", read_open_meteo, ("time_zone",), ("utc_offset",)),
    "epw": Reader("weather", parse_epw),
    "wet-bulb": Reader(
        "weather",
        read_wet_bulb,
        ("column", "unit"),
        ("relative_humidity",),
        ("column", "unit", "relative_humidity"),
    ),
    "voltage-rms": Reader("voltage", read_voltage, (), ("nominal",)),
    "voltage-rms-frequency": Reader("voltage", read_voltage_frequency),
    "utilisation": Reader("workload", read_utilisation, ("column", "unit"), (), ("column", "unit")),
    "power": Reader("workload", read_power, ("column", "unit"), (), ("column", "unit")),
}

_COMMON = ("file", "reader", "start_at", "fill", "max_gap", "after_end", "scale")


def file_series(
    kind: str,
    spec: Mapping[str, Any],
    name: str,
    start: float,
    duration: float,
    base_dir: Path | None,
    nominal: float | None = None,
) -> Series:
    """Open a frequency, price, carbon or workload file for a run that starts at `start` [UTC epoch s].

    `nominal` [Hz] is the site's, for a per-unit frequency file that names no other.
    """
    reader, file = opened_file(kind, spec, base_dir)
    options = reader.options(spec)
    if reader.read is read_frequency_pu and "nominal" not in options:
        if nominal is None:
            raise InputError(Problem("a per-unit file needs its nominal frequency", key="nominal"))
        options["nominal"] = nominal
    reading = reader.read(file, **options)
    scale = number(spec, "scale") if "scale" in spec else 1.0
    if scale != 1.0:
        reading.report.append(f"values multiplied by {scale:g}, as the scenario says.")
    origin = start if reading.absolute else 0.0
    return Series(
        reading.time,
        reading.value * scale,
        name=name,
        unit=reading.unit,
        source=reading.source,
        origin=file_origin(spec, origin, absolute=reading.absolute),
        duration=duration,
        interpolation=reading.interpolation,
        step=reading.step,
        absolute=reading.absolute,
        lines=reading.lines,
        report=reading.report,
        file=str(file.path),
        **filling(spec),
    )


def opened_file(kind: str, spec: Mapping[str, Any], base_dir: Path | None) -> tuple[Reader, TextFile]:
    """Return the reader that a signal names, and the text of its file."""
    names = [name for name, reader in READERS.items() if reader.kind == kind]
    chosen = text(spec, "reader")
    if chosen not in names:
        raise unknown(chosen, names, "reader")
    reader = READERS[chosen]
    refuse_unknown(spec, (*_COMMON, *reader.texts, *reader.numbers))
    try:
        path = locate(text(spec, "file"), base_dir)
    except InputError as error:
        raise InputError([replace(each, key="file") for each in error.problems]) from error
    return reader, read_text(path)


def filling(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What a signal says about gaps and the end of its file."""
    given: dict[str, Any] = {key: text(spec, key) for key in ("fill", "after_end") if key in spec}
    if spec.get("max_gap") is not None:
        given["max_gap"] = number(spec, "max_gap")
    return given


def file_origin(spec: Mapping[str, Any], default: float, *, absolute: bool) -> float:
    """Return the instant of the file that plays at run start [s]."""
    start_at = spec.get("start_at")
    if start_at is None:
        return default
    if not absolute:
        return number(spec, "start_at")
    if isinstance(start_at, str):
        try:
            start_at = datetime.fromisoformat(start_at)
        except ValueError:
            raise InputError(
                Problem(
                    f"expected an instant such as 2019-08-09T15:51:00Z, found '{start_at}'", key="start_at"
                )
            ) from None
    if not isinstance(start_at, datetime):
        raise InputError(Problem(f"expected an instant, found {start_at!r}", key="start_at"))
    if start_at.tzinfo is None:
        raise InputError(
            Problem(
                f"instant {start_at.isoformat()} has no time zone; write ...Z or an offset", key="start_at"
            )
        )
    return epoch(start_at)
