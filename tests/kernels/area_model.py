"""Builds areas for the tests from a few numbers, without a file."""

from __future__ import annotations

from typing import Any

import numpy as np

from twin.kernels.fields import AREA, RELAY, RESPONSE, TURBINE, Block
from twin.signals.area import AreaModel, start

GRID = {
    "frequency_nominal": 50.0,
    "kinetic_energy": 100e9,
    "load": 20e9,
    "load_damping": 0.02,
    "sites": 1.0,
    "step_max": 0.02,
}
TRANCHE = {
    "power_held": 1e9,
    "delivery": 1.0,
    "dead_band": 0.015,
    "deviation_full": 0.5,
    "delay": 0.5,
    "ramp": 0.5,
    "sustain": np.inf,
    "rundown": 0.0,
}
GOVERNOR = {
    "power_rated": 5e9,
    "droop": 0.05,
    "t1": 0.1,
    "t2": 1.0,
    "t3": 2.1,
    "valve_max": 1.0,
    "valve_min": 0.0,
    "power_start": 0.6,
}
STAGE = {"frequency": 49.5, "delay": 0.2, "demand": 300e6, "generation": 0.0}


def block(kind: Block, rows: list[dict[str, float]]) -> np.ndarray[Any, Any]:
    """Return the parameter block of `rows`, shape (1, field, unit)."""
    param = np.zeros((1, len(kind.params), len(rows)))
    for i, row in enumerate(rows):
        for name, value in row.items():
            param[0, kind.param_index(name), i] = value
    return param


def make_area(
    grid: dict[str, float] | None = None,
    *,
    turbines: tuple[dict[str, float], ...] = (),
    responses: tuple[dict[str, float], ...] = (),
    relays: tuple[dict[str, float], ...] = (),
    events: tuple[tuple[float, float, float], ...] = (),
) -> AreaModel:
    """Return an area: what is given replaces the values above."""
    param = {
        "area": block(AREA, [GRID | (grid or {})]),
        "turbine": block(TURBINE, [GOVERNOR | row for row in turbines]),
        "response": block(RESPONSE, [TRANCHE | row for row in responses]),
        "relay": block(RELAY, [STAGE | row for row in relays]),
    }
    rows = np.array(events, dtype=np.float64).reshape(-1, 3)
    return AreaModel("test", "", param, start(param), rows, {}, {})
