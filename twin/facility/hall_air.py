"""Air of the halls of a scenario: parameters of handlers, places of racks, and whose exhaust they draw."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem, suggest
from twin.facility import hall_layout
from twin.facility.pack import Unit
from twin.kernels.fields import FANS_FIXED, FANS_FOLLOW, FANS_PRESSURE
from twin.kernels.scalar import Array
from twin.scenario.cooling import Hall
from twin.scenario.hall_air import Layout, Recirculation
from twin.scenario.scenario import Scenario
from twin.signals.files import locate, read_text

NEVER = 1e30

CONTROLS = {"flow": FANS_FOLLOW, "pressure": FANS_PRESSURE, "speed": FANS_FIXED}

ROW_SUM_MAX = 0.999
"""Most of a rack's air that may be exhaust: with all of it the rack would have no cooling and no steady state."""


def air_params(hall: Hall, count: int, fan_power: float) -> dict[str, float]:
    """Parameters of the air of a hall with `count` air handlers of `fan_power` [W] in all."""
    control, valve, economiser = hall.fan_control, hall.coil_valve, hall.economiser
    inside = (
        NEVER if economiser is None or economiser.dew_point_max is None else economiser.dew_point_max,
        -NEVER if economiser is None or economiser.dew_point_min is None else economiser.dew_point_min,
    )
    return {
        "bypass": hall.bypass,
        "leakage": hall.leakage,
        "units": count,
        "fan_control": CONTROLS[control.hold] if control else FANS_FOLLOW,
        "fan_margin": control.margin if control else 0.0,
        "fan_fixed": (control.speed or 0.0) if control else 0.0,
        "valve_gain": valve.gain if valve else 0.0,
        "valve_integral_time": valve.integral_time if valve else 1.0,
        "valve_rate": 1.0 / valve.stroke if valve else NEVER,
        "economiser": economiser.effectiveness if economiser else 0.0,
        "economiser_dry_max": economiser.dry_bulb_max if economiser else -NEVER,
        "economiser_dew_min": inside[1],
        "economiser_dew_max": inside[0],
        "economiser_band": economiser.dead_band if economiser else 0.0,
        "economiser_power": economiser.fan_power_fraction * fan_power if economiser else 0.0,
    }


@dataclass
class LaidOut:
    """Racks with their places.

    Attributes
    ----------
    racks : list of Unit
        The rack units; the share of exhaust in their inlet is that of the matrix where there is one.
    recirculation : (entry, 3) array
        For `Site.recirculation`.
    places : dict of str to (rack,) array
        `hall` (index), `row`, `x` and `y` [m] of each rack unit; empty unless every hall has a layout.
    """

    racks: list[Unit]
    recirculation: Array = field(default_factory=lambda: np.zeros((0, 3)))
    places: dict[str, NDArray[Any]] = field(default_factory=dict)


def lay_out(scenario: Scenario, racks: Sequence[Unit]) -> LaidOut:
    """Put the racks of every hall with a layout in their places, and find whose exhaust they draw.

    Raises
    ------
    InputError
        For racks that do not fit, an index that cannot be reached, or a table that cannot be used.
    """
    found = LaidOut(list(racks))
    entries = []
    halls = np.array([unit.params["hall"] for unit in racks], dtype=np.int64)
    where = np.full((3, len(racks)), np.nan)
    for h, (name, hall) in enumerate(scenario.cooling.halls.items()):
        mine = np.nonzero(halls == h)[0]
        if hall.layout is None or not mine.size:
            continue
        layout = hall.layout
        units = [racks[int(r)] for r in mine]
        lumps = np.array([unit.params["count"] for unit in units], dtype=np.int64)
        room = layout.rows * layout.racks_per_row
        if lumps.sum() > room:
            raise scenario.refuse(
                f"cooling.halls.{name}.layout",
                f"it has {room} places for {lumps.sum()} racks: give more rows or racks_per_row",
            )
        place = hall_layout.places(layout, int(lumps.sum()))
        where[:, mine] = unit_places(place, lumps)
        if layout.recirculation is None:
            continue
        matrix = hall_matrix(scenario, name, layout.recirculation, layout, place, units, lumps)
        inlet, exhaust = np.nonzero(matrix)
        entries.append(np.column_stack([mine[inlet], mine[exhaust], matrix[inlet, exhaust]]))
        for r, share in zip(mine, matrix.sum(axis=1), strict=True):
            unit = found.racks[r]
            found.racks[r] = replace(unit, params={**unit.params, "recirculation": float(share)})
    if entries:
        found.recirculation = np.concatenate(entries)
    if not np.isnan(where).any():
        found.places = {"hall": halls, "row": where[0].astype(np.int64), "x": where[1], "y": where[2]}
    return found


def unit_places(place: hall_layout.Places, lumps: NDArray[np.int64]) -> Array:
    """Row of the first, and mean position, of the racks each unit stands for: (row, x and y; unit)."""
    starts = np.concatenate([[0], np.cumsum(lumps)[:-1]])
    return np.array(
        [
            place.row[starts],
            np.add.reduceat(place.x, starts) / lumps,
            np.add.reduceat(place.y, starts) / lumps,
        ]
    )


def hall_matrix(
    scenario: Scenario,
    name: str,
    given: Recirculation,
    layout: Layout,
    place: hall_layout.Places,
    units: Sequence[Unit],
    lumps: NDArray[np.int64],
) -> Array:
    """Inlet shares of the racks of one hall: from its table, or scaled from its layout."""
    flow = np.array([unit.params["air_flow_max"] for unit in units])
    rise = np.array([unit.params["air_delta_t"] for unit in units])
    key = f"cooling.halls.{name}.layout.recirculation"
    moving = flow > 0.0
    matrix = np.zeros((len(units), len(units)))
    if given.matrix is not None:
        base = scenario.folders[0] if scenario.folders else None
        matrix = read_matrix(given.matrix, base, [unit.name for unit in units])
        both = np.ix_(moving, moving)
        if moving.any() and hall_layout.drawn_share(matrix[both], flow[moving]).max() > 1.0 + 1e-9:
            worst = int(np.argmax(hall_layout.drawn_share(matrix[both], flow[moving])))
            raise scenario.refuse(
                f"{key}.matrix",
                f"at full load more of the exhaust of {units[int(np.nonzero(moving)[0][worst])].name} is drawn than "
                "there is: its column times the flows of the inlets is more than its own flow",
            )
        return matrix
    assert given.mixing_length is not None and given.supply_heat_index is not None
    if moving.any():
        weights = hall_layout.lumped(hall_layout.pattern(layout, place, given.mixing_length), lumps)
        both = np.ix_(moving, moving)
        scaled = hall_layout.calibrated(weights[both], flow[moving], rise[moving], given.supply_heat_index)
        if isinstance(scaled, float):
            raise scenario.refuse(
                f"{key}.supply_heat_index",
                f"the streams of this layout give at most {scaled:.2f}: give less, or a longer mixing_length",
            )
        matrix[both] = scaled
    return matrix


def read_matrix(name: str, base: Path | None, units: Sequence[str]) -> Array:
    """Inlet shares from a CSV table with the names of the rack units in its first line and column, in any order.

    Raises
    ------
    InputError
        With the file and line of the first mistake.
    """
    source = read_text(locate(name, base))
    file = str(source.path)
    # Lines are counted as the reader ends them: that of a row is the last it took.
    reader = csv.reader(source.text.splitlines())
    lines = [(reader.line_num, row) for row in reader if row and not row[0].startswith("#")]
    columns = [cell.strip() for cell in lines[0][1][1:]] if lines else []
    check_names(columns, units, file, lines[0][0] if lines else 1)
    place = {unit: k for k, unit in enumerate(units)}
    matrix = np.full((len(units), len(units)), np.nan)
    for line, row in lines[1:]:
        label = row[0].strip()
        if label not in place:
            raise InputError(Problem(f"unknown rack unit {label!r}{suggest(label, units)}", file, line))
        if len(row) != len(columns) + 1:
            raise InputError(Problem(f"{len(row) - 1} shares for {len(columns)} rack units", file, line))
        values = [share(cell, file, line) for cell in row[1:]]
        if sum(values) > ROW_SUM_MAX:
            message = (
                f"the shares of {label} sum to {sum(values):.4g}: some of its air must come from the aisle"
            )
            raise InputError(Problem(message, file, line))
        matrix[place[label], [place[column] for column in columns]] = values
    absent = [unit for unit, row in zip(units, matrix, strict=True) if np.isnan(row).any()]
    if absent:
        raise InputError(Problem(f"there is no line for {', '.join(absent[:5])}", file))
    return matrix


def check_names(columns: Sequence[str], units: Sequence[str], file: str, line: int) -> None:
    """Refuse a head line that does not name every rack unit once."""
    for name in columns:
        if name not in units:
            raise InputError(Problem(f"unknown rack unit {name!r}{suggest(name, units)}", file, line))
    if len(set(columns)) != len(columns) or set(columns) != set(units):
        missing = [unit for unit in units if columns.count(unit) != 1]
        raise InputError(
            Problem(f"name every rack unit of the hall once: see {', '.join(missing[:5])}", file, line)
        )


def share(cell: str, file: str, line: int) -> float:
    """A share from 0 to 1 from a cell of the table; an empty one is 0."""
    try:
        value = float(cell or 0.0)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise InputError(Problem(f"expected a share from 0 to 1, got {cell!r}", file, line))
    return value
