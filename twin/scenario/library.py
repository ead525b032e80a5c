"""The shipped library: equipment, tariffs, grid areas and scenarios, by name.

Every equipment value stands in its file with a unit, a source and a confidence; see assets/README.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from twin.errors import InputError, Problem
from twin.scenario.document import Mark, read

CONFIDENCE = {
    "R": "read in the named public file",
    "S": "seen in a secondary text",
    "M": "remembered from the named source",
    "D": "derived from the cited numbers, as written",
    "A": "assumed for want of a published value: replace by the site's own",
}


@dataclass(frozen=True)
class Provenance:
    """Where a library value comes from; `confidence` is a key of `CONFIDENCE`."""

    value: Any
    source: str
    confidence: str


@dataclass(frozen=True)
class Entry:
    """One piece of equipment of the library: what it is, its values as written, and their sources."""

    name: str
    description: str
    fields: dict[str, Provenance]
    mark: Mark

    def values(self) -> dict[str, Any]:
        """Return field -> value as written, without the sources."""
        return {name: field.value for name, field in self.fields.items()}


@cache
def folder(kind: str) -> Path:
    """Return the folder of the shipped assets of `kind`: equipment, tariffs, scenarios, areas."""
    return Path(str(files("twin.assets"))) / kind


def names(kind: str) -> list[str]:
    """Return the names of the YAML files in the assets folder `kind`."""
    return sorted(path.stem for path in folder(kind).glob("*.yaml"))


def _file(kind: str) -> Path:
    tariffs = {"tariff": "energy", "demand": "demand"}
    if kind in tariffs:
        return folder("tariffs") / f"{tariffs[kind]}.yaml"
    return folder("equipment") / f"{kind}.yaml"


@cache
def entries(kind: str) -> dict[str, Entry]:
    """Return the equipment of one kind, such as 'ups', or the tariffs ('tariff', 'demand'), by name.

    Raises
    ------
    InputError
        When a value lacks its source or carries an unknown confidence.
    """
    document = read(_file(kind))
    problems: list[Problem] = []
    found: dict[str, Entry] = {}
    for name, body in document.data.items():
        fields: dict[str, Provenance] = {}
        for field, given in body.items():
            if field == "description":
                continue
            if not isinstance(given, dict) or set(given) != {"value", "source", "confidence"}:
                problems.append(document.problem((name, field), "expected {value, source, confidence}"))
            elif given["confidence"] not in CONFIDENCE or not given["source"]:
                problems.append(
                    document.problem(
                        (name, field), "expected a source and a confidence of " + ", ".join(CONFIDENCE)
                    )
                )
            else:
                fields[field] = Provenance(given["value"], given["source"], given["confidence"])
        found[name] = Entry(name, str(body.get("description", "")), fields, document.mark((name,)))
    if problems:
        raise InputError(problems)
    # A DC system stands wherever a UPS does.
    return found | entries("rectifier") if kind == "ups" else found
