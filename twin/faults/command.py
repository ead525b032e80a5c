"""`twin faults`: try every failure of a site and every pair, write the table and the page, and say what was found."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twin.faults.table import FaultTable, Seen, fault_table
from twin.report.answers import duration as time_words
from twin.scenario.scenario import Scenario
from twin.sizing.study import aftermath
from twin.sizing.writing import ready_folder, write_together

LISTED = 12
"""Most combinations named in the summary of a command."""


def faults_command(
    scenario: Scenario,
    output: Path,
    *,
    outage: float,
    backend: str = "auto",
    progress: Callable[[float], None] | None = None,
) -> list[str]:
    """Try the failures of a scenario and write what the racks saw into the folder `output`.

    Parameters
    ----------
    scenario : Scenario
        Its failure events are tried, or one of each kind.
    output : Path
        Folder of the files; made when it is not there.
    outage : float
        Length of the loss of mains [s].
    backend, progress
        As `fault_table` takes them.

    Returns
    -------
    list of str
        Lines for the user.

    Raises
    ------
    InputError
        When something in the scenario cannot be used, or nothing can be written to `output`.
    """
    from twin.facility import build

    ready_folder(output)
    followed = outage + aftermath(build(scenario).site)
    table = fault_table(scenario, outage=outage, followed=followed, backend=backend, progress=progress)
    files = write_table(table, output)
    return [*summary(table), *(f"{path}: written" for path in files)]


def summary(table: FaultTable) -> list[str]:
    """What was found, in words."""
    lines = [
        f"{len(table.faults)} failures of {table.site}, one by one and in pairs, with the mains lost for "
        f"{time_words(table.outage)} and on the mains; {table.racks:g} racks"
    ]
    for mains_lost, words in ((True, "mains lost"), (False, "on the mains")):
        rows = [seen for seen in table.seen if seen.mains_lost == mains_lost]
        for many, noun in ((1, "single failures"), (2, "pairs")):
            mine = [seen for seen in rows if len(seen.faults) == many]
            up = sum(seen.racks_lost == 0.0 for seen in mine)
            lines.append(f"{words}: {up} of {len(mine)} {noun} leave every rack up")
        nothing = next(seen for seen in rows if not seen.faults)
        if nothing.racks_lost:
            lines.append(f"{words}: racks are lost though nothing has failed: {outcome(table, nothing)}")
    worst = [seen for seen in minimal(table) if seen.faults]
    for seen in worst[:LISTED]:
        mains = "mains lost" if seen.mains_lost else "on the mains"
        lines.append(f"  {table.name(seen)} ({mains}): {outcome(table, seen)}")
    if len(worst) > LISTED:
        lines.append(f"  and {len(worst) - LISTED} more, in the table")
    return lines


def minimal(table: FaultTable) -> list[Seen]:
    """Combinations that cost racks that no part of them costs: the minimal cut sets of first and second order."""
    found = []
    for seen in table.seen:
        below = [
            table.at(part, mains_lost=seen.mains_lost).racks_lost
            for part in ((), *((k,) for k in seen.faults))
            if len(part) < len(seen.faults)
        ]
        if seen.racks_lost > max(below, default=0.0):
            found.append(seen)
    return found


def outcome(table: FaultTable, seen: Seen) -> str:
    """What the racks saw, in a few words."""
    if seen.racks_lost == 0.0:
        warm = f", {seen.overheated:g} too warm" if seen.overheated else ""
        return f"all up{warm}"
    after = "" if seen.first_after is None else f" after {time_words(seen.first_after)}"
    return f"{seen.racks_lost:g} of {table.racks:g} racks lost{after}, by {seen.cause}"


def as_rows(table: FaultTable) -> list[dict[str, Any]]:
    """Every combination as one row of plain data."""
    return [
        {
            "faults": table.name(seen),
            "first": table.faults[seen.faults[0]].name if seen.faults else "",
            "second": table.faults[seen.faults[1]].name if len(seen.faults) > 1 else "",
            "mains": "lost" if seen.mains_lost else "there",
            "outcome": seen.cause,
            "racks_lost": seen.racks_lost,
            "racks_lost_by_heat": seen.by_heat,
            "first_after_s": seen.first_after,
            "racks_overheated": seen.overheated,
            "inlet_max_degc": seen.inlet_max,
            "unserved_mwh": seen.unserved / 3.6e9,
        }
        for seen in table.seen
    ]


def write_table(table: FaultTable, folder: Path) -> list[Path]:
    """Write the table, the page and `faults.json`, each whole or not at all; `faults.json` is written last."""
    from twin.report.faults import render

    rows = as_rows(table)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    data = {
        "format": "twin-faults", "schema": 1, "site": table.site, "description": table.description,
        "racks": table.racks, "outage": table.outage, "followed": table.followed,
        "faults": [fault.name for fault in table.faults], "combinations": rows,
    }  # fmt: skip
    made = {
        "faults.csv": text.getvalue(),
        "faults.html": render(table),
        "faults.json": json.dumps(data, indent=1, allow_nan=False) + "\n",
    }
    return write_together(folder, made)
