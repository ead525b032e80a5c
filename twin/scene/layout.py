"""Where the racks stand: as the result file records it, else laid out in rows by hall and PDU."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.result import Result

RACK_WIDTH, RACK_DEPTH, RACK_HEIGHT = 0.6, 1.2, 2.2
"""Cabinet of 42 to 48 units [m]: 600 mm by 1200 mm, the usual footprint (remembered)."""

COLD_AISLE, HOT_AISLE = 1.2, 1.2
"""Width of aisles [m]: two floor tiles of 600 mm each, an eight-tile pitch with cabinets of 1200 mm (ASHRAE TC 9.9;
remembered)."""

MARGIN = 2.4
"""Free floor around the rows of a hall [m]."""

HALL_GAP = 5.0
"""Space between halls [m]."""

LONGEST_ROW, ASPECT = 48, 1.5
"""Most racks in a row that is laid out here, and length over width of the block of rows."""


@dataclass(frozen=True)
class Layout:
    """Racks on the floor; one entry per rack unit, in the order of the result.

    Attributes
    ----------
    hall : index of the rack's hall in `halls`.
    row : row within the hall, from 0. Unless all rows face the same way, rows 0 and 1 share a cold aisle and rows 1
        and 2 a hot one.
    x, y : centre of the rack on the floor of the site [m].
    facing : 1 where the rack takes in air on the side of larger y, -1 on that of smaller y.
    size : width, depth and height [m], shape (rack, 3).
    halls : names of the halls.
    recorded : True where the positions are those of the result file, False where they were laid out here.
    """

    hall: NDArray[np.int64]
    row: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    facing: NDArray[np.float64]
    size: NDArray[np.float64]
    halls: tuple[str, ...]
    recorded: bool

    def boxes(self) -> NDArray[np.float64]:
        """Boxes of the racks, shape (rack, 6): x, y, z from and to [m]."""
        # Racks stand a finger apart, so that the eye can count them.
        half_x, half_y = 0.5 * self.size[:, 0] - 0.01, 0.5 * self.size[:, 1]
        low, high = np.zeros_like(self.x), self.size[:, 2]
        edges = (self.x - half_x, self.y - half_y, low, self.x + half_x, self.y + half_y, high)
        return np.stack(edges, axis=1)

    def floor(self, hall: int) -> tuple[float, float, float, float]:
        """Floor of a hall: x from, y from, x to, y to [m]; the racks with a margin around them."""
        mine = self.hall == hall
        dx, dy = 0.5 * self.size[mine].max(axis=0)[:2] + MARGIN
        x, y = self.x[mine], self.y[mine]
        return float(x.min() - dx), float(y.min() - dy), float(x.max() + dx), float(y.max() + dy)


@dataclass(frozen=True)
class Aisle:
    """A strip of floor between two rows: hall, hot or cold, and its rectangle [m]."""

    hall: int
    hot: bool
    x0: float
    y0: float
    x1: float
    y1: float


def lay_out(result: Result, only: str | None = None) -> tuple[Layout, NDArray[np.int64]]:
    """Find the place of every rack of a result.

    Parameters
    ----------
    result : an open result file with racks.
    only : name of the one hall wanted; all of them by default.

    Returns
    -------
    layout : where the racks stand.
    chosen : index of each of them along the rack axis of the result.
    """
    names = result.units("rack")
    halls, pdus = parents_of(result, names)
    known = [only] if only is not None else list(dict.fromkeys(halls))
    chosen = np.array([i for i, hall in enumerate(halls) if hall in known], dtype=np.int64)
    hall = np.array([known.index(halls[i]) for i in chosen], dtype=np.int64)
    places = result.places
    if places is not None:
        row, x, y = (places[key][chosen] for key in ("row", "x", "y"))
        row, x, y = row.astype(np.int64), x.astype(np.float64), y.astype(np.float64)
    else:
        row, x, y = rows_by_pdu(hall, [pdus[i] for i in chosen])
    x, y = apart(hall, x, y)
    facing = np.where(row % 2 == 0, 1.0, -1.0)
    size = np.tile([RACK_WIDTH, RACK_DEPTH, RACK_HEIGHT], (len(chosen), 1))
    for h, stated in enumerate(stated_layouts(result, known) if places is not None else ()):
        if stated is not None:
            size[hall == h] = stated.size
            facing[hall == h] = np.where(stated.same_way, -1.0, facing[hall == h])
    return Layout(hall, row, x, y, facing, size, tuple(known), places is not None), chosen


@dataclass(frozen=True)
class Stated:
    """What a scenario says of the racks of a hall: width, depth and height [m], and whether all face smaller y."""

    size: tuple[float, float, float]
    same_way: bool


def stated_layouts(result: Result, halls: list[str]) -> list[Stated | None]:
    """Read the layout of each hall out of the scenario in the result; None where there is none."""
    from twin.scenario.units import convert

    found: list[Stated | None] = []
    described = scenario_of(result).get("cooling", {}).get("halls", {})
    for hall in halls:
        text = (described.get(hall) or {}).get("layout")
        if text is None:
            found.append(None)
            continue
        wide, deep, high = (float(convert(str(text[key]), "m")) for key in ("pitch", "depth", "height"))
        found.append(Stated((wide, deep, high), text.get("arrangement") == "same-way"))
    return found


def scenario_of(result: Result) -> dict[str, Any]:
    """The scenario that the result keeps, as plain data; empty where it keeps none that can be read."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        found = YAML(typ="safe").load(str(result.attrs.get("scenario", "")))
    except YAMLError:
        return {}
    return found if isinstance(found, dict) else {}


def parents_of(result: Result, names: list[str]) -> tuple[list[str], list[str]]:
    """Hall and PDU of each rack, from the topology; '' where the file does not tell."""
    nodes = result.topology
    label = {node["id"]: str(node.get("label") or node["id"]) for node in nodes}
    kind = {node["id"]: node["kind"] for node in nodes}
    found: dict[str, dict[str, str]] = {}
    for node in nodes:
        if node["kind"] == "rack":
            found[label[node["id"]]] = {kind[p]: label[p] for p in node["parents"] if p in kind}
    return tuple([found.get(name, {}).get(key, "") for name in names] for key in ("hall", "pdu"))  # type: ignore[return-value]


def rows_by_pdu(
    hall: NDArray[np.int64], pdu: list[str]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Lay racks out in rows, hall by hall, each hall at the origin: a PDU's racks stand side by side.

    Whole PDUs go into a row while they fit; one with more racks than a row holds is split evenly.

    Parameters
    ----------
    hall : index of each rack's hall.
    pdu : name of each rack's PDU.

    Returns
    -------
    row, x, y : row in the hall, and centre [m].
    """
    row = np.zeros(len(pdu), dtype=np.int64)
    place = np.zeros(len(pdu), dtype=np.int64)
    for which in np.unique(hall):
        mine = np.flatnonzero(hall == which)
        most = row_length(len(mine))
        here, used = 0, 0
        for _, group in itertools.groupby(mine, key=lambda i: pdu[i]):
            racks = list(group)
            for part in np.array_split(racks, math.ceil(len(racks) / most)):
                if used and used + len(part) > most:
                    here, used = here + 1, 0
                row[part], place[part] = here, used + np.arange(len(part))
                used += len(part)
    x = np.asarray((place + 0.5) * RACK_WIDTH, dtype=np.float64)
    return row, x, row_centre(row)


def row_length(racks: int) -> int:
    """Racks in a row, so that the block of rows is `ASPECT` times as long as wide."""
    pitch = RACK_DEPTH + 0.5 * (COLD_AISLE + HOT_AISLE)
    return min(LONGEST_ROW, max(4, math.ceil(math.sqrt(racks * ASPECT * pitch / RACK_WIDTH))))


def row_centre(row: NDArray[np.int64]) -> NDArray[np.float64]:
    """Centre line of rows [m]: cold and hot aisles between them in turn."""
    pair = 2.0 * RACK_DEPTH + COLD_AISLE + HOT_AISLE
    centre: NDArray[np.float64] = (row // 2) * pair + (row % 2) * (RACK_DEPTH + COLD_AISLE) + 0.5 * RACK_DEPTH
    return centre


def apart(
    hall: NDArray[np.int64], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Put halls side by side on a grid where they would stand in one another; otherwise leave them.

    Positions may be those of a plan of the whole site or of each hall by itself: only the latter overlap.
    """
    count = int(hall.max()) + 1 if len(hall) else 0
    x0, x1, y0, y1 = (
        np.array([edge(axis[hall == h]) for h in range(count)])
        for axis, edge in ((x, np.min), (x, np.max), (y, np.min), (y, np.max))
    )
    if not any(
        x0[a] <= x1[b] and x0[b] <= x1[a] and y0[a] <= y1[b] and y0[b] <= y1[a]
        for a, b in itertools.combinations(range(count), 2)
    ):
        return x, y
    columns = math.ceil(math.sqrt(count))
    # Room for a floor's margin on both sides, cooling units at its ends, and the gap.
    wide = float((x1 - x0).max()) + RACK_WIDTH + 2.0 * MARGIN + HALL_GAP
    deep = float((y1 - y0).max()) + RACK_DEPTH + 2.0 * MARGIN + HALL_GAP
    return x - x0[hall] + (hall % columns) * wide, y - y0[hall] - (hall // columns) * deep


def aisles(layout: Layout) -> list[Aisle]:
    """The strips of floor between the rows, and behind the outermost ones, by hall."""
    found = []
    for hall in range(len(layout.halls)):
        mine = layout.hall == hall
        rows = np.unique(layout.row[mine])
        spans = {}
        for r in rows:
            of = mine & (layout.row == r)
            half = 0.5 * layout.size[of][0]
            left, right = float(layout.x[of].min() - half[0]), float(layout.x[of].max() + half[0])
            spans[int(r)] = (
                left,
                right,
                float(np.median(layout.y[of])),
                float(half[1]),
                float(layout.facing[of][0]),
            )
        for r, (left, right, y, half_depth, front) in spans.items():
            for hot, side in ((False, front), (True, -front)):
                beside = spans.get(r + 1 if side > 0.0 else r - 1)
                edge = y + side * half_depth
                # The strip belongs to both rows beside it: each draws its half, an outermost one its own.
                width = 0.5 * (HOT_AISLE if hot else COLD_AISLE)
                if beside is not None:
                    width = 0.5 * max(0.0, abs(beside[2] - y) - half_depth - beside[3])
                y0, y1 = sorted((edge, edge + side * width))
                found.append(Aisle(hall, hot, left, y0, right, y1))
    return found
