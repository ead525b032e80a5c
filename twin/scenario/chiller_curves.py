"""Chillers from a table of curves, such as the 159 machines of EnergyPlus in the Modelica Buildings library.

The table is a CSV file with the columns of `equip_chiller_curves` below TWIN_DATA: name, QEva_flow_nominal [W,
negative], COP_nominal, PLRMin, PLRMinUnl, PLRMax, mEva_flow_nominal and mCon_flow_nominal [kg/s], TEvaLvgMin/Max and
TConEntMin/Max [K], capFunT_0..5, EIRFunT_0..5 over degC, EIRFunPLR_0..2.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from twin.errors import InputError, Problem, suggest
from twin.scenario.document import Document, Key

PREFIX = "ElectricEIRChiller "
"""What the names of the published table begin with; a scenario may leave it out."""

KELVIN = 273.15

NUMBERS = {
    "capacity": ("QEva_flow_nominal", " W"),
    "cop": ("COP_nominal", ""),
    "plr_min": ("PLRMin", ""),
    "plr_unload_min": ("PLRMinUnl", ""),
    "plr_max": ("PLRMax", ""),
    "evaporator_flow": ("mEva_flow_nominal", " kg/s"),
    "condenser_flow": ("mCon_flow_nominal", " kg/s"),
    "evaporator_min": ("TEvaLvgMin", " degC"),
    "evaporator_max": ("TEvaLvgMax", " degC"),
    "condenser_min": ("TConEntMin", " degC"),
    "condenser_max": ("TConEntMax", " degC"),
}
"""Key of a chiller to its column and its unit in a scenario."""

CURVES = {"cap_ft": ("capFunT", 6), "eir_ft": ("EIRFunT", 6), "eir_plr": ("EIRFunPLR", 3)}
"""Key of a chiller to the columns of its coefficients and their number."""

REFERENCE = ("TEvaLvg_nominal", "TConEnt_nominal")
"""Columns of the reference temperatures [K], which the curves are to give 1 at."""

REFERENCE_TOLERANCE = 0.10
"""Departure from 1 at the reference from which EnergyPlus warns (ChillerElectricEIR.cc, getInput; read)."""


def read_table(path: Path) -> dict[str, dict[str, str]]:
    """Read the rows of a table of chillers, by name.

    Raises
    ------
    InputError
        When it is not such a table.
    """
    from twin.signals.files import read_text

    rows = list(csv.DictReader(read_text(path).text.splitlines()))
    wanted = {"name", *(column for column, _ in NUMBERS.values())}
    wanted |= set(REFERENCE)
    wanted |= {f"{column}_{k}" for column, count in CURVES.values() for k in range(count)}
    missing = sorted(wanted - set(rows[0] if rows else ()))
    if missing:
        raise InputError(f"{path.name} is no table of chillers: it has no column {', '.join(missing)}")
    return {row["name"].removeprefix(PREFIX): row for row in rows}


def chiller_values(row: Mapping[str, str]) -> dict[str, Any]:
    """Return the keys of a chiller as a scenario writes them, from a row of the table.

    Raises
    ------
    InputError
        When a value is not a number.
    """
    values: dict[str, Any] = {}
    for key, (column, unit) in NUMBERS.items():
        number = _number(row, column)
        if unit == " degC":
            number = round(number - KELVIN, 6)
        values[key] = f"{abs(number) if key == 'capacity' else number!r}{unit}" if unit else number
    for key, (column, count) in CURVES.items():
        values[key] = [_number(row, f"{column}_{k}") for k in range(count)]
    return values


def at_reference(row: Mapping[str, str]) -> tuple[float, float, float]:
    """Capacity, energy input ratio and part-load curve of a machine at its reference: meant to be 1 each.

    Raises
    ------
    InputError
        When a value is not a number.
    """
    te, tc = (_number(row, column) - KELVIN for column in REFERENCE)
    terms = (1.0, te, te * te, tc, tc * tc, te * tc)
    values = chiller_values(row)
    capacity, ratio = (
        sum(c * x for c, x in zip(values[key], terms, strict=True)) for key in ("cap_ft", "eir_ft")
    )
    return capacity, ratio, sum(values["eir_plr"])


def normalised(row: Mapping[str, str]) -> dict[str, Any]:
    """Return `chiller_values` with curves scaled to give 1 at the machine's own reference: its rating then holds."""
    values = chiller_values(row)
    for key, one in zip(CURVES, at_reference(row), strict=True):
        values[key] = [c / one for c in values[key]]
    return values


def _number(row: Mapping[str, str], column: str) -> float:
    try:
        return float(row[column])
    except (TypeError, ValueError):
        raise InputError(f"{row['name']}: {column} is {row[column]!r}, expected a number") from None


def fill(data: Any, document: Document, folders: Sequence[Path]) -> list[Problem]:
    """Put the values of a table into every plant whose chiller names one; what the scenario gives itself stays.

    Parameters
    ----------
    data : mapping
        A scenario as read, changed in place. Anything malformed is left to the models.
    document : Document
        Where its keys stand.
    folders : sequence of Path
        Where relative paths are looked for, nearest first (then below TWIN_DATA).
    """
    problems: list[Problem] = []
    cooling = data.get("cooling") if isinstance(data, dict) else None
    plants = cooling.get("plants") if isinstance(cooling, dict) else None
    for name, plant in plants.items() if isinstance(plants, dict) else ():
        chiller = plant.get("chiller") if isinstance(plant, dict) else None
        if not isinstance(chiller, dict):
            continue
        curves = chiller.get("curves")
        if not isinstance(curves, dict) or not isinstance(curves.get("file"), str) or "name" not in curves:
            continue
        key: Key = ("cooling", "plants", str(name), "chiller", "curves")
        try:
            machines = _open(curves["file"], folders)
        except InputError as error:
            problems.append(document.problem((*key, "file"), str(error)))
            continue
        machine = str(curves["name"]).removeprefix(PREFIX)
        if machine not in machines:
            message = f"there is no chiller {machine!r} in {curves['file']}" + suggest(machine, machines)
            problems.append(document.problem((*key, "name"), message))
            continue
        try:
            values = normalised if curves.get("normalised") is True else chiller_values
            plant["chiller"] = {**values(machines[machine]), **chiller}
        except InputError as error:
            problems.append(document.problem((*key, "name"), str(error)))
    return problems


def _open(file: str, folders: Sequence[Path]) -> dict[str, dict[str, str]]:
    from twin.signals.files import locate

    for folder in folders:
        if (folder / file).is_file():
            return read_table(folder / file)
    return read_table(locate(file, folders[0] if folders else None))
