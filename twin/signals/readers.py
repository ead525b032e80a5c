"""Readers of the time-series files users have: frequency, prices, carbon intensity, utilisation.

Each takes a `TextFile` and plain options and returns a `Reading`; weather files are read in weather_files.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem
from twin.signals.clock import HOUR
from twin.signals.files import TextFile
from twin.signals.series import Interpolation, choice
from twin.signals.table import Table, instants, parse_table

Array = NDArray[np.float64]

MWH = 3.6e9
"""Joules in a megawatt hour."""

KWH = 3.6e6
"""Joules in a kilowatt hour."""

_PER = Literal["MWh", "kWh"]
_BASIS = Literal["direct", "lca"]
_UNIT = Literal["percent", "fraction"]
_POWER_UNIT = Literal["W", "kW", "MW"]


@dataclass(frozen=True)
class Reading:
    """What a reader found in a file.

    Attributes
    ----------
    time : instants [s]: UTC epoch seconds, or seconds from the file's start when `absolute` is False.
    value : SI values; NaN where the file has none.
    unit : SI unit of the values.
    source : file name and licence line.
    step : spacing that the format promises [s], or None.
    interpolation : how values between instants are meant.
    absolute : whether the file has calendar instants.
    lines : file line of each row.
    report : sentences on what was found.
    """

    time: Array
    value: Array
    unit: str
    source: str
    interpolation: Interpolation
    lines: list[int]
    step: float | None = None
    absolute: bool = True
    report: list[str] = field(default_factory=list)


def read_neso(file: TextFile, *, time_zone: str | None = None, utc_offset: float | None = None) -> Reading:
    """Read grid frequency in hertz: columns utc_time,frequency_hz, or dtm,f as NESO publishes them.

    Values are instants of a continuous quantity, read linearly between. Refused: values near 1 (per unit),
    values outside 40..70 Hz.
    """
    table = parse_table(file)
    stamp = "dtm" if "dtm" in table.names else "utc_time"
    column = "f" if stamp == "dtm" else "frequency_hz"
    value = table.numbers(column)
    _refuse_per_unit(table, column, value)
    table.refuse(column, (value < 40.0) | (value > 70.0), "a frequency of 40 to 70 Hz")
    time, said = instants(table, stamp, time_zone, utc_offset)
    return Reading(time, value, "Hz", file.source, "linear", table.lines, report=said)


def _refuse_per_unit(table: Table, column: str, value: Array) -> None:
    if 0.5 < _median(value) < 1.5:
        raise InputError(
            Problem(
                f"column '{column}' looks like per unit (median {_median(value):.4g}), expected Hz; the"
                " reader frequency-pu reads per-unit files",
                file=str(table.path),
                key="reader",
            )
        )


def read_frequency_pu(file: TextFile, *, nominal: float) -> Reading:
    """Read grid frequency in per unit (columns t_s,freq_pu) and return hertz.

    Parameters
    ----------
    file : the text.
    nominal : the frequency that 1 pu stands for [Hz].
    """
    table = parse_table(file)
    value = table.numbers("freq_pu")
    if 40.0 < _median(value) < 70.0:
        raise InputError(
            Problem(
                f"column 'freq_pu' looks like Hz (median {_median(value):.4g}), expected per unit",
                file=str(file.path),
                key="reader",
            )
        )
    table.refuse("freq_pu", (value < 0.8) | (value > 1.2), "a frequency of 0.8 to 1.2 per unit")
    if not 40.0 <= nominal <= 70.0:
        raise InputError(Problem(f"nominal frequency {nominal:g} Hz is not plausible", key="nominal"))
    time = _seconds(table)
    return Reading(time, value * nominal, "Hz", file.source, "linear", table.lines, absolute=False)


def read_price_hourly(
    file: TextFile,
    *,
    currency: str,
    per: str | None = None,
    time_zone: str | None = None,
    utc_offset: float | None = None,
) -> Reading:
    """Read hourly energy prices (columns utc,price): the hour's start and its price per MWh.

    Parameters
    ----------
    file : the text.
    currency : the currency of the column; the file does not say.
    per : 'MWh' or 'kWh'. None means MWh, and a file that looks like kWh is then refused.
    time_zone, utc_offset : for stamps without a zone.

    Returns
    -------
    Reading : currency per joule; a price holds for its hour.
    """
    table = parse_table(file)
    value = table.numbers("price")
    if per is None and value.size >= 24 and np.nanmax(np.abs(value), initial=0.0) < 2.0:
        raise InputError(
            Problem(
                f"every price is below 2 {currency} in magnitude, which looks like a price per kWh;"
                " expected per MWh (say per: kWh or per: MWh to settle it)",
                file=str(file.path),
                key="per",
            )
        )
    energy = MWH if per is None or choice(per, _PER, "per", str(file.path)) == "MWh" else KWH
    table.refuse("price", np.abs(value) * MWH / energy > 1e6, "less than a million per MWh")
    time, said = instants(table, "utc", time_zone, utc_offset)
    return Reading(
        time, value / energy, f"{currency}/J", file.source, "previous", table.lines, step=HOUR, report=said
    )


def read_carbon_hourly(
    file: TextFile, *, basis: str, time_zone: str | None = None, utc_offset: float | None = None
) -> Reading:
    """Read hourly carbon intensity (columns utc, gco2eq_per_kwh_direct, gco2eq_per_kwh_lca).

    Parameters
    ----------
    file : the text.
    basis : 'direct' (combustion only) or 'lca' (life cycle).
    time_zone, utc_offset : for stamps without a zone.

    Returns
    -------
    Reading : kg CO2-equivalent per joule; a value holds for its hour.
    """
    column = f"gco2eq_per_kwh_{choice(basis, _BASIS, 'basis', str(file.path))}"
    table = parse_table(file)
    value = table.numbers(column)
    table.refuse(column, (value < 0.0) | (value > 3000.0), "0 to 3000 g/kWh")
    if value.size >= 24 and 0.0 < np.nanmax(value, initial=0.0) < 1.5:
        raise InputError(
            Problem(
                f"column '{column}' looks like kg/kWh (largest value {np.nanmax(value):.3g}), expected g/kWh",
                file=str(file.path),
            )
        )
    time, said = instants(table, "utc", time_zone, utc_offset)
    if "estimated" in table.names:
        share = np.count_nonzero(table.numbers("estimated") > 0) / value.size
        said = [*said, f"{share:.1%} of the hours are upstream estimates."]
    return Reading(
        time, value * 1e-3 / KWH, "kg/J", file.source, "previous", table.lines, step=HOUR, report=said
    )


def read_voltage(file: TextFile, *, nominal: float | None = None) -> Reading:
    """Read a record of the grid's voltage: t_s and voltage_pu, or voltage_v with its `nominal` voltage [V].

    Values are instants of a continuous quantity (the positive-sequence or RMS voltage, not the waveform), read
    linearly between. Refused: less than 0 or more than 2 per unit.
    """
    table = parse_table(file)
    volts = "voltage_v" in table.names
    if volts and nominal is None:
        raise InputError(Problem("a record in volts needs its nominal voltage", key="nominal"))
    if not volts and nominal is not None:
        raise InputError(Problem("nominal belongs to a record in volts (column voltage_v)", key="nominal"))
    column, base = ("voltage_v", float(nominal or 1.0)) if volts else ("voltage_pu", 1.0)
    value = table.numbers(column) / base
    table.refuse(column, (value < 0.0) | (value > 2.0), "a voltage of 0 to 2 per unit")
    return Reading(_seconds(table), value, "1", file.source, "linear", table.lines, absolute=False)


def read_voltage_frequency(file: TextFile) -> Reading:
    """Read the column frequency_hz of a record of the grid's voltage; as `read_voltage`."""
    table = parse_table(file)
    value = table.numbers("frequency_hz")
    _refuse_per_unit(table, "frequency_hz", value)
    table.refuse("frequency_hz", (value < 40.0) | (value > 70.0), "a frequency of 40 to 70 Hz")
    return Reading(_seconds(table), value, "Hz", file.source, "linear", table.lines, absolute=False)


def read_utilisation(file: TextFile, *, column: str, unit: str) -> Reading:
    """Read a utilisation trace: t_s and a column in percent or as a fraction.

    Parameters
    ----------
    file : the text.
    column : name of the utilisation column.
    unit : 'percent' or 'fraction'; declared, never guessed. A value outside it is refused with its row.

    Returns
    -------
    Reading : fraction 0..1; a value is the mean of the interval it starts and holds for it.
    """
    scale = {"percent": 100.0, "fraction": 1.0}[choice(unit, _UNIT, "unit", str(file.path))]
    table = parse_table(file)
    value = table.numbers(column)
    table.refuse(column, (value < 0.0) | (value > scale), f"0 to {scale:g} (unit: {unit})")
    time = _seconds(table)
    said = []
    if unit == "percent" and np.nanmax(value, initial=0.0) <= 1.0:
        said.append(f"column '{column}' is declared percent but never passes 1: is it a fraction?")
    return Reading(
        time, value / scale, "1", file.source, "previous", table.lines, absolute=False, report=said
    )


def read_power(file: TextFile, *, column: str, unit: str) -> Reading:
    """Read a trace of the power of racks: t_s and a column in W, kW or MW.

    Returns
    -------
    Reading : W; a value is the mean of the interval it starts and holds for it.
    """
    scale = {"W": 1.0, "kW": 1e3, "MW": 1e6}[choice(unit, _POWER_UNIT, "unit", str(file.path))]
    table = parse_table(file)
    value = table.numbers(column)
    table.refuse(column, value < 0.0, "a power of 0 or more")
    time = _seconds(table)
    return Reading(time, value * scale, "W", file.source, "previous", table.lines, absolute=False)


def _seconds(table: Table) -> Array:
    """Return the column t_s [s]; a missing or absurd instant is refused."""
    time = table.numbers("t_s")
    table.refuse("t_s", ~(np.abs(time) < 1e11), "seconds from the start of the record")
    return time


def _median(value: Array) -> float:
    known = value[np.isfinite(value)]
    return float(np.median(known)) if known.size else 0.0
