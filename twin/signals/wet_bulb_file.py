"""A record of the wet bulb alone, as cooling towers are logged: the dry bulb follows from a humidity that is said."""

from __future__ import annotations

import numpy as np

from twin.errors import InputError, Problem
from twin.signals.files import TextFile
from twin.signals.moist_air import moist_state
from twin.signals.spec import unknown
from twin.signals.table import parse_table
from twin.signals.weather_files import WeatherReading

SCALE = {"degC": (0.0, 1.0), "K": (-273.15, 1.0), "degF": (-160.0 / 9.0, 5.0 / 9.0)}
"""Unit of the column -> offset and factor to degrees Celsius."""


def read_wet_bulb(
    file: TextFile, *, column: str, unit: str, relative_humidity: float, pressure: float
) -> WeatherReading:
    """Read t_s and a column of wet-bulb temperatures; find the dry bulb that has this wet bulb.

    Parameters
    ----------
    file : the text.
    column : name of the wet-bulb column.
    unit : degC, K or degF.
    relative_humidity : 0.05..1, taken for the whole record; the file does not tell it.
    pressure : of the site [Pa].

    Returns
    -------
    WeatherReading : seconds from the start of the record; values are instants, read linearly between.
    """
    if unit not in SCALE:
        raise unknown(unit, SCALE, "unit")
    offset, factor = SCALE[unit]
    if not 0.05 <= relative_humidity <= 1.0:
        raise InputError(Problem(f"expected 0.05 to 1, found {relative_humidity:g}", key="relative_humidity"))
    table = parse_table(file)
    wet = table.numbers(column) * factor + offset
    table.refuse(column, (wet < -60.0) | (wet > 40.0), "a wet bulb of -60 to 40 degC")
    time = table.numbers("t_s")
    table.refuse("t_s", ~(np.abs(time) < 1e11), "seconds from the start of the record")
    grid = np.arange(-60.0, 60.0 + 0.125, 0.25)
    of_grid, _, _ = moist_state(grid, np.full(grid.size, relative_humidity), np.full(grid.size, pressure))
    dry = np.interp(wet, of_grid, grid)
    step = float(np.median(np.diff(time))) if time.size > 1 else 3600.0
    said = (
        f"the file has the wet bulb alone; the dry bulb is that of air with {relative_humidity:.0%} humidity."
    )
    return WeatherReading(
        time, np.where(np.isnan(wet), np.nan, dry), np.full(wet.size, relative_humidity),
        np.full(wet.size, pressure), file.source, table.lines, [said], step=step, absolute=False,
    )  # fmt: skip
