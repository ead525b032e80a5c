"""The protection study of a result file: its tables, and one figure for each kind of path."""

from __future__ import annotations

import json
from typing import Any

from twin.plots.protection import time_current
from twin.report.html import embedded
from twin.result import Result

FIGURES = 4
"""Paths drawn; those with the same breakers look the same."""


def protection_view(result: Result) -> dict[str, Any] | None:
    """Tables and figures of the study; None where the scenario has none."""
    text = str(result.attrs.get("protection", ""))
    if not text:
        return None
    found: dict[str, Any] = json.loads(text)
    different = {json.dumps([curve["name"].split()[0] for curve in path["curves"]]) + path["name"].split()[0]: path
                 for path in reversed(found["paths"])}  # fmt: skip
    shown = list(reversed(different.values()))[:FIGURES]
    figures = [
        piece for k, path in enumerate(shown) for piece in embedded(time_current(path), f"protection-{k}")
    ]
    return found | {"figures": figures}
