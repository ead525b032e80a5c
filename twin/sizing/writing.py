"""The files of a study: tables, a page and `study.json`, each whole or not there."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from twin.durable import beside, explained, sync_folder
from twin.sizing.results import DesignResult, StudyResult

CURVE_POINTS = 200
"""Points of an endurance curve kept in the file."""

HOUR, MWH, MW, TONNE, LITRE = 3600.0, 3.6e9, 1e6, 1e3, 1e-3

COLUMNS: dict[str, Callable[[DesignResult], Any]] = {
    "name": lambda d: d.name,
    "generators": lambda d: d.generators,
    "storage_power_mw": lambda d: d.storage_power / MW,
    "storage_energy_mwh": lambda d: d.storage_energy / MWH,
    "outages": lambda d: d.outages,
    "survival": lambda d: d.survival,
    "survival_low": lambda d: d.survival_low,
    "survival_high": lambda d: d.survival_high,
    "meets_target": lambda d: int(d.meets),
    "surely_meets_target": lambda d: int(d.surely_meets),
    "lost_by_heat": lambda d: d.lost_by_heat,
    "lasts_1_percent_h": lambda d: hours(d, "1 %"),
    "lasts_5_percent_h": lambda d: hours(d, "5 %"),
    "lasts_10_percent_h": lambda d: hours(d, "10 %"),
    "lasts_50_percent_h": lambda d: hours(d, "50 %"),
    "unserved_mean_mwh": lambda d: d.unserved_mean / MWH,
    "unserved_error_mwh": lambda d: d.unserved_error / MWH,
    "unserved_p95_mwh": lambda d: d.unserved_p95 / MWH,
    "unserved_mwh_per_year": lambda d: d.unserved_per_year / MWH,
    "racks_overheated": lambda d: d.racks_overheated,
    "fuel_l": lambda d: d.fuel / LITRE,
    "co2_t": lambda d: d.co2 / TONNE,
    "nox_kg": lambda d: d.nox,
    "genset_time_h": lambda d: d.genset_time / HOUR,
    "genset_hours_per_year": lambda d: d.genset_time_per_year / HOUR,
    "fuel_l_per_year": lambda d: d.fuel_per_year / LITRE,
    "co2_t_per_year": lambda d: d.co2_per_year / TONNE,
    "nox_kg_per_year": lambda d: d.nox_per_year,
    "soc_mean": lambda d: d.soc_mean,
    "cycles_per_year": lambda d: d.cycles_per_year,
    "trading_per_year": lambda d: d.trading_per_year,
    "response_mw": lambda d: d.response_offered / MW,
    "response_share_of_hours": lambda d: d.response_share,
    "availability_per_year": lambda d: d.availability_per_year,
    "storage_life_years": lambda d: d.storage_life,
    "diesels_removed": lambda d: d.diesels_removed,
    "cost": lambda d: d.cost.total,
    "cost_per_year": lambda d: d.cost.annual,
    "cost_capital": lambda d: d.cost.capital,
    "cost_replacement": lambda d: d.cost.replacement,
    "cost_upkeep": lambda d: d.cost.upkeep,
    "cost_fuel": lambda d: d.cost.fuel,
    "cost_testing": lambda d: d.cost.testing,
    "revenue": lambda d: d.cost.revenue,
}
"""Column -> value; the unit stands at the end of the name, costs are present values in `currency`."""


def hours(design: DesignResult, share: str) -> float | str:
    """Time by which a share of outages would have cost a rack [h]; empty beyond the sample."""
    value = design.survived_time[share]
    return "" if value is None else value / HOUR


def row(design: DesignResult, currency: str) -> dict[str, Any]:
    """One line of `designs.csv`; also what `twin.plots.ensemble.pareto` draws."""
    return {column: value(design) for column, value in COLUMNS.items()} | {"currency": currency}


def table(designs: list[DesignResult], currency: str) -> str:
    """Designs as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [*COLUMNS, "currency"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(row(design, currency) for design in designs)
    return text.getvalue()


def as_data(result: StudyResult) -> dict[str, Any]:
    """The whole study as plain data, SI units; designs are referred to by name."""
    data = asdict(result)
    for plain, design in zip(data["designs"], result.designs, strict=True):
        curve = design.endurance.thinned(CURVE_POINTS)
        plain["endurance"] = {"time": curve.time.tolist(), "share": curve.share.tolist()}
        if design.unserved_error != design.unserved_error:  # one outage has no spread
            plain["unserved_error"] = None
    data["baseline"] = result.baseline.name
    data["best"] = result.best.name if result.best is not None else None
    data["best_by_generators"] = {str(n): design.name for n, design in result.best_by_generators.items()}
    data["front"] = [design.name for design in result.front]
    return {"format": "twin-study", "schema": 1, **data}


def ready_folder(directory: str | Path) -> Path:
    """Make the folder of a study, and try to write there: before the hours a study may take, not after.

    Raises
    ------
    InputError
        When nothing can be written there.
    """
    folder = Path(directory)
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        probe = beside(folder / "study.json", "part")
        probe.write_bytes(b"")
        probe.unlink()
    return folder


def write_study(result: StudyResult, directory: str | Path) -> list[Path]:
    """Write a study into a folder, which is made when it is not there.

    `study.json` is written last: where it stands, the tables and the page beside it belong to it. Files of an earlier
    study are replaced, each in one step.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    InputError
        When the folder cannot be written, or the disk is full; no half-written file is left.
    """
    from twin.report.study import render

    folder = ready_folder(directory)
    text = json.dumps(as_data(result), indent=1, allow_nan=False) + "\n"
    made = {
        "designs.csv": table(result.designs, result.currency),
        "front.csv": table(result.front, result.currency),
        "study.html": render(json.loads(text)),
        "study.json": text,
    }
    paths = [folder / name for name in made]
    new = [beside(path, "part") for path in paths]
    try:
        for path, part, text in zip(paths, new, made.values(), strict=True):
            with explained(path, part):
                write_through(part, text)
        with explained(paths[-1]):
            # A study is known by its JSON: without it, no mixture of old and new can be mistaken for one.
            paths[-1].unlink(missing_ok=True)
            for path, part in zip(paths, new, strict=True):
                part.replace(path)
            sync_folder(paths[-1])
    finally:
        for part in new:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
    return paths


def write_through(path: Path, text: str) -> None:
    """Write a file down to the disk."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
