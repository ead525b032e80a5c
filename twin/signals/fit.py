"""Outage statistics from records: how often, and how long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem, nearest
from twin.signals.files import read_text
from twin.signals.table import Table, parse_table

Array = NDArray[np.float64]

MINUTE = 60.0
SHORTEST = 1.0
"""Durations of this many minutes or fewer are left out of the fit: in the record they are place-holders."""


@dataclass(frozen=True)
class OutageModel:
    """A lognormal outage duration and, where a reliability table was given, a yearly rate.

    Attributes
    ----------
    rate_per_year : interruptions per customer and year (SAIFI), or None without a reliability table.
    median_s : median duration [s].
    sigma : standard deviation of ln(duration).
    n : durations fitted.
    ks : Kolmogorov-Smirnov distance between the record and the fit, 0..1. No p-value: the parameters come
        from the same record, which makes the usual one too kind.
    note : what was used, left out and assumed.
    """

    rate_per_year: float | None
    median_s: float
    sigma: float
    n: int
    ks: float
    note: str


@dataclass(frozen=True)
class Reliability:
    """One row of a reliability table (IEEE 1366).

    Attributes
    ----------
    saifi : interruptions per customer and year [1/year].
    caidi : mean duration of an interruption [s].
    """

    saifi: float
    caidi: float


def fit_outages(
    path: Path,
    state: str | None = None,
    year: int | None = None,
    *,
    reliability: Path | None = None,
    scale_to_caidi: bool = False,
) -> OutageModel:
    """Fit a lognormal to recorded outage durations by maximum likelihood.

    Parameters
    ----------
    path : record of major outages with columns U.S._STATE, YEAR and OUTAGE.DURATION [min].
    state : use this state's rows only, and its row of the reliability table.
    year : use this year's rows only, and its row of the reliability table.
    reliability : EIA-861 table by state and year (SAIFI and CAIDI); gives the rate. Needs `state` and `year`.
    scale_to_caidi : keep the record's sigma but move the median so that the mean equals CAIDI.

    Notes
    -----
    ln(median) and sigma are the mean and the standard deviation (divisor n) of ln(duration). Mukherjee,
    Nateghi
    and Hastak, Data in Brief 19 (2018) 2079-2083: events of 50 000 customers or 300 MW and more, so the fit
    is conditional on a regional major event and not on a feeder's interruption.

    Raises
    ------
    InputError : unreadable, wrong columns, an unknown state, or fewer than ten durations left.
    """
    table = parse_table(read_text(path))
    minutes, left_out = _durations(table, state, year)
    log = np.log(minutes * MINUTE)
    mu, sigma = float(log.mean()), float(log.std())
    if minutes.min() == minutes.max():
        raise InputError(Problem("every duration is the same; there is nothing to fit", file=str(path)))
    note = (
        f"{minutes.size} durations of major regional events from {path.name}"
        f"{f', {state}' if state else ''}{f', {year}' if year else ''}; {left_out}."
    )
    from scipy.stats import kstest

    ks = float(kstest(log, "norm", args=(mu, sigma)).statistic)
    rate = None
    if reliability is not None:
        row = reliability_of(reliability, state, year)
        rate = row.saifi
        note += f" Rate: SAIFI of {state} {year}, all events, {reliability.name}."
        if scale_to_caidi:
            mu = math.log(row.caidi) - 0.5 * sigma**2
            note += " Median moved so that the mean duration is CAIDI."
    elif scale_to_caidi:
        raise InputError(Problem("scale_to_caidi needs a reliability table", key="reliability"))
    return OutageModel(rate, math.exp(mu), sigma, int(minutes.size), ks, note)


def _durations(table: Table, state: str | None, year: int | None) -> tuple[Array, str]:
    """Usable durations [min] and a phrase on what was left out."""
    minutes = table.numbers("OUTAGE.DURATION")
    table.refuse("OUTAGE.DURATION", minutes < 0.0, "a duration of 0 min or more")
    chosen = np.ones(minutes.size, np.bool_)
    if state is not None:
        chosen &= _is_state(table, "U.S._STATE", state)
    if year is not None:
        chosen &= table.numbers("YEAR") == year
    missing = chosen & np.isnan(minutes)
    short = chosen & (minutes <= SHORTEST)
    used = minutes[chosen & ~missing & ~short]
    if used.size < 10:
        raise InputError(
            Problem(f"only {used.size} usable durations; a fit needs ten or more", file=str(table.path))
        )
    return used, f"left out {int(missing.sum())} missing and {int(short.sum())} of 0 or 1 min"


def reliability_of(path: Path, state: str | None, year: int | None) -> Reliability:
    """Return SAIFI and CAIDI (all events) of a state and year from an EIA-861 table.

    The columns are State, Year, SAIFI_All_Events and CAIDI_All_Events [min].
    """
    if state is None or year is None:
        raise InputError(Problem("a reliability table needs both state and year", key="state"))
    table = parse_table(read_text(path))
    rows = np.flatnonzero(_is_state(table, "State", state) & (table.numbers("Year") == year))
    if rows.size != 1:
        years = table.numbers("Year")
        raise InputError(
            Problem(
                f"{rows.size} rows for {state} {year}; the table has {years.min():g} to {years.max():g}",
                file=str(path),
                key="year",
            )
        )
    saifi, caidi = (float(table.numbers(name)[rows[0]]) for name in ("SAIFI_All_Events", "CAIDI_All_Events"))
    if not (saifi > 0.0 and caidi > 0.0):
        raise InputError(
            Problem(
                f"{state} {year}: SAIFI or CAIDI is not reported", file=str(path), line=table.lines[rows[0]]
            )
        )
    return Reliability(saifi, caidi * MINUTE)


def _is_state(table: Table, column: str, state: str) -> NDArray[np.bool_]:
    cells = table.cells(column)
    if state not in cells:
        close = nearest(state, sorted(set(cells)))
        hint = f"; did you mean '{close}'?" if close else ""
        raise InputError(Problem(f"no rows for the state '{state}'{hint}", file=str(table.path), key="state"))
    return np.array([cell == state for cell in cells])
