"""`extends` and `--set`: one document laid over another."""

from __future__ import annotations

import copy
import re
from typing import Any

from twin.errors import InputError, Problem, suggest
from twin.scenario.document import Document, Key, Mark, scalar

# A mapping that is a choice (constant or file, flat or spot) is replaced as a whole, never mixed.
_CHOICES = re.compile(
    r"signals\.(frequency|price|carbon|weather)|signals\.workload\.[^.]+|tariff\.energy"
    r"|study\.outages\.duration"
)


def overlay(base: Document, top: Document) -> Document:
    """Return `top` over `base`: mappings merge, scalars and lists replace, null removes what was there."""
    marks = dict(base.marks)
    return Document(_merge(base.data, top.data, (), marks, top.marks), marks)


def _merge(base: Any, top: Any, key: Key, marks: dict[Key, Mark], top_marks: dict[Key, Mark]) -> Any:
    merges = isinstance(base, dict) and isinstance(top, dict)
    if not merges or _CHOICES.fullmatch(".".join(map(str, key))):
        _forget(marks, key)
        marks.update({path: mark for path, mark in top_marks.items() if path[: len(key)] == key})
        return copy.deepcopy(top)
    if key in top_marks:
        marks[key] = top_marks[key]
    merged = dict(base)
    for name, value in top.items():
        path = (*key, name)
        if value is None and name in base:
            del merged[name]
            _forget(marks, path)
        else:
            merged[name] = _merge(base.get(name), value, path, marks, top_marks)
    return merged


def _forget(marks: dict[Key, Mark], key: Key) -> None:
    for path in [path for path in marks if path[: len(key)] == key]:
        del marks[path]


def assign(document: Document, override: str, known_top: list[str]) -> None:
    """Apply one override such as ``racks.cpu.count=90``; the value is YAML, null removes the key.

    Raises
    ------
    InputError
        When the text is not ``path=value``, the value is not YAML, or the path does not lead into the
        scenario.
    """
    where = f"--set {override if len(override) < 80 else override[:77] + '...'}"
    path_text, equals, text = override.partition("=")
    parts = path_text.strip().split(".")
    if not equals or not all(parts):
        raise InputError(Problem("expected path=value such as run.seed=2", where))
    value = scalar(text, where)
    place: Any = document.data
    key: Key = ()
    for index, part in enumerate(parts):
        step = _step(place, part, index, last=index == len(parts) - 1, known_top=known_top)
        if isinstance(step, Problem):
            raise InputError(Problem(step.message, where, None, ".".join(parts[: index + 1])))
        key = (*key, step)
        if index < len(parts) - 1:
            if isinstance(place, dict) and place.get(str(step)) is None:
                place[str(step)] = {}
            place = place[step]
    _forget(document.marks, key)
    document.marks[key] = Mark(where)
    if value is None and isinstance(place, dict):
        place.pop(str(key[-1]), None)
    else:
        place[key[-1]] = value


def _step(place: Any, part: str, depth: int, *, last: bool, known_top: list[str]) -> str | int | Problem:
    """Return the key or index that `part` is within `place`, or what is wrong with it."""
    if isinstance(place, list):
        if part.isdecimal() and len(part) < 9 and int(part) < len(place):
            return int(part)
        return Problem(f"there is no item {part!r}: the list holds {len(place)}, counted from 0")
    if not isinstance(place, dict):
        return Problem(f"{part!r} leads below a value that has no keys")
    # A last part that is new may be an optional key; the models say so. Anything else must be there already.
    if part in place or (depth == 0 and part in known_top) or (last and depth > 0):
        return part
    return Problem(f"unknown key {part!r}" + suggest(part, [*place, *(known_top if depth == 0 else [])]))
