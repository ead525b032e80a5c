"""Checks of curves that a file gives as two lists."""

from __future__ import annotations

from typing import Any

from pydantic_core import InitErrorDetails

from twin.scenario.part import problem


def same_length(data: Any, first: str, second: str, problems: list[InitErrorDetails]) -> None:
    """Add a problem unless two lists have one length and `first` rises."""
    if not isinstance(data, dict):
        return
    x, y = data.get(first), data.get(second)
    if isinstance(x, list) and isinstance(y, list) and len(x) != len(y):
        problems.append(problem(f"{first} and {second} must be lists of one length", (second,)))
    if isinstance(x, list) and all(isinstance(v, int | float) for v in x) and sorted(set(x)) != x:
        problems.append(problem("the values must rise", (first,)))
