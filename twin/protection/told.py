"""A study in words and points: lines for the terminal, and what the result file keeps for the report."""

from __future__ import annotations

from typing import Any

import numpy as np

from twin.kernels.clock import NEVER
from twin.protection.devices import trip_time
from twin.protection.study import Place, Study

POINTS = 120
"""Points of a curve."""

LONGEST = 1e4
"""Times above this are left off a curve [s]."""


def lines(study: Study) -> list[str]:
    """The study for `twin check`: one line for each two breakers in series, and for each cable."""
    found = [
        f"protection: {pair.upstream} over {pair.downstream}: "
        + ("selective" if pair.selective else f"selective up to {pair.selective_to:.4g} A")
        + f"; fault {pair.fault / 1e3:.3g} kA cleared in {_seconds(pair.downstream_time)}, "
        f"upstream {_seconds(pair.upstream_time)}"
        for pair in study.pairs
    ]
    return found + [f"protection: {name}: voltage drop {share:.2%}" for name, share in study.drops.items()]


def kept(study: Study) -> dict[str, Any]:
    """The study as plain data, for the result file."""
    return {
        "pairs": [
            {
                "upstream": pair.upstream,
                "downstream": pair.downstream,
                "fault": f"{pair.fault / 1e3:.3g} kA",
                "selective": "yes" if pair.selective else f"up to {pair.selective_to:.4g} A",
                "bad": not pair.selective,
                "upstream_time": _seconds(pair.upstream_time),
                "downstream_time": _seconds(pair.downstream_time),
            }
            for pair in study.pairs
        ],
        "drops": [{"name": name, "drop": f"{share:.2%}"} for name, share in study.drops.items()],
        "warnings": study.warnings,
        "paths": [
            {"name": name, "curves": [_curve(place) for place in path]} for name, path in study.paths.items()
        ],
    }


def _curve(place: Place) -> dict[str, Any]:
    breaker = place.point.breaker
    current = np.geomspace(breaker.setting, max(place.fault, 2.0 * breaker.setting), POINTS)
    points = [(float(i), trip_time(breaker, float(i))) for i in current]
    shown = [(i, t) for i, t in points if t < LONGEST]
    return {
        "name": place.name,
        "fault": place.fault,
        "current": [float(f"{i:.5g}") for i, _ in shown],
        "time": [float(f"{t:.5g}") for _, t in shown],
    }


def _seconds(time: float) -> str:
    return "never" if time >= NEVER else f"{time:.3g} s"
