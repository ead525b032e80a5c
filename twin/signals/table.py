"""A comma-separated table as named columns, then numbers and instants; errors name file and line."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem, nearest
from twin.signals.clock import zone_named
from twin.signals.files import TextFile

Array = NDArray[np.float64]

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


@dataclass(frozen=True)
class Table:
    """Columns of a CSV file, still text.

    Attributes
    ----------
    path : the file.
    names : column names in file order.
    columns : one list of cells per column.
    lines : 1-based line number of each row in the file.
    """

    path: Path
    names: list[str]
    columns: list[list[str]]
    lines: list[int]

    def cells(self, name: str) -> list[str]:
        """Return a column's cells; a wrong name is refused with the nearest one and the list of columns."""
        if name not in self.names:
            close = nearest(name, self.names)
            hint = f"; did you mean '{close}'?" if close else ""
            raise InputError(
                Problem(
                    f"expected a column '{name}'; the file has {', '.join(self.names)[:300]}{hint}",
                    file=str(self.path),
                    line=self.lines[0] - 1,
                )
            )
        return self.columns[self.names.index(name)]

    def numbers(self, name: str) -> Array:
        """Return a column as float64; an empty cell or 'NaN' becomes NaN (missing), other text is refused."""
        cells = self.cells(name)
        try:
            values = np.array([float(cell) if cell else np.nan for cell in cells])
        except ValueError:
            row, cell = next((i, cell) for i, cell in enumerate(cells) if cell and not _is_number(cell))
            raise InputError(
                Problem(
                    f"column '{name}': expected a number, found '{cell[:40]}'",
                    file=str(self.path),
                    line=self.lines[row],
                )
            ) from None
        infinite = np.flatnonzero(np.isinf(values))
        if infinite.size:
            row = int(infinite[0])
            raise InputError(
                Problem(f"column '{name}': infinite value", file=str(self.path), line=self.lines[row])
            )
        return values

    def refuse(self, name: str, wrong: NDArray[np.bool_], expected: str) -> None:
        """Raise for the first row where `wrong` holds, saying the value found and what was expected."""
        rows = np.flatnonzero(wrong)
        if rows.size:
            row = int(rows[0])
            raise InputError(
                Problem(
                    f"column '{name}': {self.cells(name)[row]} is out of range, expected {expected}"
                    f" ({rows.size} such {'row' if rows.size == 1 else 'rows'})",
                    file=str(self.path),
                    line=self.lines[row],
                )
            )


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def parse_table(file: TextFile) -> Table:
    """Split a CSV text into columns; lines that start with '#' and blank lines are skipped.

    Raises
    ------
    InputError : no header, no rows, a row with the wrong number of cells, other separators, repeated names.
    """
    names: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    for number, raw in enumerate(file.text.split("\n"), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        cells = _split(line, file.path, number)
        if not names:
            names = _header(cells, line, file.path, number)
        elif len(cells) != len(names):
            raise InputError(
                Problem(
                    f"the row has {len(cells)} cells, the header has {len(names)}; the file may be cut short",
                    file=str(file.path),
                    line=number,
                )
            )
        else:
            rows.append(cells)
            lines.append(number)
    if not rows:
        raise InputError(Problem("the file has no data rows", file=str(file.path)))
    return Table(file.path, names, [list(column) for column in zip(*rows, strict=True)], lines)


def _split(line: str, path: Path, number: int) -> list[str]:
    if '"' not in line:
        return [cell.strip() for cell in line.split(",")]
    try:
        return [cell.strip() for cell in next(csv.reader([line]))]
    except (csv.Error, StopIteration) as error:
        raise InputError(Problem(f"not a CSV row: {error}", file=str(path), line=number)) from error


def _header(cells: list[str], line: str, path: Path, number: int) -> list[str]:
    if len(cells) == 1 and (";" in line or "\t" in line):
        raise InputError(
            Problem("columns are separated by ';' or tabs; expected commas", file=str(path), line=number)
        )
    if len(set(cells)) != len(cells):
        raise InputError(Problem("two columns have the same name", file=str(path), line=number))
    return cells


def instants(table: Table, name: str, zone: str | None, utc_offset: float | None) -> tuple[Array, list[str]]:
    """Return a stamp column as UTC epoch seconds, and sentences on what had to be decided.

    Parameters
    ----------
    table, name : the column.
    zone : IANA zone of stamps without an offset, or None.
    utc_offset : fixed offset of such stamps [s], or None.

    Raises
    ------
    InputError : not ISO 8601; a stamp without a zone where neither is given; a local time that the spring
        clock change skips; a zone given for stamps that already carry one.
    """
    cells = table.cells(name)
    if zone is not None and utc_offset is not None:
        raise InputError(
            Problem("give time_zone or utc_offset, not both", file=str(table.path), key="time_zone")
        )
    parsed = [_stamp(cell, table, name, row) for row, cell in enumerate(cells)]
    _one_kind(parsed, table, name, local=zone is not None or utc_offset is not None)
    if zone is not None:
        return _local_to_utc(parsed, zone_named(zone, str(table.path)), table)
    if utc_offset is not None:
        shift = timedelta(seconds=utc_offset)
        parsed = [(stamp - shift).replace(tzinfo=UTC) for stamp in parsed]
    return np.array([stamp.timestamp() for stamp in parsed]), []


def _stamp(cell: str, table: Table, name: str, row: int) -> datetime:
    try:
        if not _INSTANT.match(cell):
            raise ValueError
        stamp = datetime.fromisoformat(cell)
    except ValueError:
        raise InputError(
            Problem(
                f"column '{name}': expected an instant such as 2024-01-31T23:00Z, found '{cell[:40]}'",
                file=str(table.path),
                line=table.lines[row],
            )
        ) from None
    if not 1800 <= stamp.year <= 2500:
        raise InputError(
            Problem(
                f"column '{name}': year {stamp.year} is not plausible",
                file=str(table.path),
                line=table.lines[row],
            )
        )
    return stamp


def _one_kind(stamps: Sequence[datetime], table: Table, name: str, *, local: bool) -> None:
    for row, stamp in enumerate(stamps):
        if stamp.tzinfo is None and not local:
            raise InputError(
                Problem(
                    f"column '{name}': stamp without a zone, and neither time_zone nor utc_offset is given"
                    " (say utc_offset: 0 h if the stamps are UTC)",
                    file=str(table.path),
                    line=table.lines[row],
                    key="utc_offset",
                )
            )
        if stamp.tzinfo is not None and local:
            raise InputError(
                Problem(
                    f"column '{name}': the stamps carry their own zone; remove time_zone / utc_offset",
                    file=str(table.path),
                    line=table.lines[row],
                    key="utc_offset",
                )
            )


def _local_to_utc(stamps: Sequence[datetime], zone: ZoneInfo, table: Table) -> tuple[Array, list[str]]:
    """Local clock to UTC: the second pass of an autumn hour is known by the clock not having moved on."""
    utc = np.empty(len(stamps))
    ambiguous = 0
    for row, naive in enumerate(stamps):
        local = naive.replace(tzinfo=zone)
        if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
            raise InputError(
                Problem(
                    f"local time {naive} does not exist in {zone.key}: the spring clock change skips it; the"
                    " stamps may be UTC or a fixed utc_offset",
                    file=str(table.path),
                    line=table.lines[row],
                    key="time_zone",
                )
            )
        utc[row] = local.timestamp()
        second = local.replace(fold=1).timestamp()
        if second != utc[row]:
            ambiguous += 1
            if row and utc[row] <= utc[row - 1]:
                utc[row] = second
    said = f"{ambiguous} local stamps fall in an autumn hour that {zone.key} has twice; read in file order"
    return utc, [said] if ambiguous else []
