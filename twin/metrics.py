"""Effectiveness of a site by the definitions of ISO/IEC 30134, over a run and over each month or day of it.

| | | of | standard |
|---|---|---|---|
| PUE | energy into the site / energy into racks | 1 | -2:2016, category 3: at the racks' inlet |
| REF | renewable energy owned / energy into the site | 1 | -3:2016 |
| ERF | heat delivered to reuse / energy into the site | 1 | -6:2021 |
| CUE | CO2 of grid electricity and fuel / energy into racks | kg/kWh | -8:2022 |
| WUE | water used on the site / energy into racks | m3/MWh | -9:2022 |

The standards speak of a year, and of definitions remembered here, not read. Energy into the site is what the grid and
the generators gave, net of batteries; the heat pump stands inside the site, so its electricity counts there and its
heat in the ERF.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twin.durable import explained
from twin.errors import InputError, Problem
from twin.result import Result

KWH = 3.6e6
MWH = 3.6e9
YEAR = 365.0 * 86400.0
SERIES = ("energy_site", "energy_grid", "energy_racks", "energy_reuse", "water", "co2_fuel")
HEADER = (
    "from", "energy_site_MWh", "energy_racks_MWh", "heat_sold_MWh", "water_m3", "co2_t", "PUE", "WUE_m3_per_MWh",
    "CUE_kg_per_kWh", "ERF",
)  # fmt: skip


@dataclass(frozen=True)
class Use:
    """What a site took and gave over a time.

    Attributes
    ----------
    site, racks, reuse : float
        Energy into the site net of batteries, into racks, and of heat sold [J].
    water, co2 : float
        [kg].
    """

    site: float
    racks: float
    reuse: float
    water: float
    co2: float

    def _per_racks(self, value: float) -> float:
        return value / self.racks if self.racks > 0.0 else float("nan")

    @property
    def pue(self) -> float:
        """Power usage effectiveness."""
        return self._per_racks(self.site)

    @property
    def wue(self) -> float:
        """Water usage effectiveness [m3/MWh], which is litres per kWh."""
        return self._per_racks(self.water * 1e-3) * MWH

    @property
    def cue(self) -> float:
        """Carbon usage effectiveness [kg/kWh]."""
        return self._per_racks(self.co2) * KWH

    @property
    def erf(self) -> float:
        """Energy reuse factor."""
        return self.reuse / self.site if self.site > 0.0 else float("nan")

    def row(self) -> tuple[float, ...]:
        """Values in the order of `HEADER`, after the instant."""
        return (
            self.site / MWH, self.racks / MWH, self.reuse / MWH, self.water * 1e-3, self.co2 * 1e-3, self.pue, self.wue,
            self.cue, self.erf,
        )  # fmt: skip


def use_summary(
    use: Use, duration: float, renewable: float | None
) -> dict[str, tuple[float | str, str, str]]:
    """The metrics of a run as a summary: name to (value, unit, meaning).

    Parameters
    ----------
    use : Use
    duration : float
        Of the run [s].
    renewable : float or None
        Renewable energy owned [J]; None where the tariff does not say.
    """
    of = "" if duration >= YEAR * (1.0 - 1e-9) else "; the standard asks for a year, this is the run"
    found: dict[str, tuple[float | str, str, str]] = {
        "pue": (
            use.pue,
            "1",
            f"energy into the site, net of batteries, over energy into racks (ISO/IEC 30134-2){of}",
        ),
        "wue": (use.wue, "m3/MWh", f"water used over energy into racks (ISO/IEC 30134-9){of}"),
        "cue": (
            use.cue,
            "kg/kWh",
            f"CO2 of electricity and fuel over energy into racks (ISO/IEC 30134-8){of}",
        ),
        "erf": (use.erf, "1", f"heat delivered to reuse over energy into the site (ISO/IEC 30134-6){of}"),
    }
    if renewable is not None:
        share = renewable / use.site if use.site > 0.0 else float("nan")
        found["ref"] = (
            share,
            "1",
            f"renewable energy by certificates over energy into the site (ISO/IEC 30134-3){of}",
        )
    return found


def periods(result: Result, member: int | None = None) -> list[tuple[datetime, Use]]:
    """What the site used in each month of a run, or each day of one of up to two months.

    Parameters
    ----------
    result : Result
        Open.
    member : int, optional
        The first recorded by default.

    Returns
    -------
    list of (datetime, Use)
        Start (UTC) of the months or days, the first that of the run; empty where the file has no such series. CO2 of
        the grid takes the carbon intensity of each recorded row.
    """
    if not result.has("site", "carbon", *SERIES):
        return []
    time = np.concatenate([[0.0], result.time("site")])
    sums = {name: np.concatenate([[0.0], result.series("site", name, member)]) for name in SERIES}
    imported = np.maximum(np.diff(sums["energy_grid"]), 0.0)
    emitted = np.concatenate([[0.0], np.cumsum(imported * result.series("site", "carbon", member))])
    sums["co2"] = emitted + sums["co2_fuel"]
    starts = list(_starts(result.start, result.duration))
    marks = np.array([(start - result.start).total_seconds() for start in starts] + [result.duration])
    at: dict[str, NDArray[np.float64]] = {
        name: np.diff(np.interp(np.minimum(marks, time[-1]), time, values)) for name, values in sums.items()
    }
    columns = (at["energy_site"], at["energy_racks"], at["energy_reuse"], at["water"], at["co2"])
    uses = [Use(*(float(value) for value in values)) for values in zip(*columns, strict=True)]
    return [(start, use) for start, use in zip(starts, uses, strict=True) if use.site > 0.0]


def _starts(start: datetime, duration: float) -> Iterator[datetime]:
    """Start of the run, and of each calendar month (or day, of a run up to two months) in it."""
    end = start + timedelta(seconds=duration)
    by_day = duration <= 62 * 86400.0
    now = start
    while now < end:
        yield now
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        now = (
            midnight + timedelta(days=1)
            if by_day
            else (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
        )


def write_csv(result: Result, path: Path, member: int | None = None) -> None:
    """Write the metrics of each month or day of a run as CSV.

    Raises
    ------
    InputError
        When the result has no such series, or the file cannot be written.
    """
    rows = periods(result, member)
    if not rows:
        raise InputError(Problem("has no series of energy and water: run it again", str(result.path)))
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEADER)
    for start, use in rows:
        table.writerow([start.isoformat(), *(f"{value:.6g}" for value in use.row())])
    with explained(path):
        path.write_text(text.getvalue(), encoding="utf-8")
