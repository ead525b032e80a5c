"""What stands around the racks: air handlers, coolant distribution units, plants and their tanks, with their state.

Sizes are for the eye, but the tank's: a result does not tell how large a machine is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.result import Result
from twin.scene.layout import HALL_GAP, Layout, scenario_of

AIR_HANDLER_DEPTH, AIR_HANDLER_HEIGHT = 0.9, 2.4
CDU_WIDTH, CDU_DEPTH, CDU_HEIGHT = 0.8, 1.2, 2.0
PLANT_LENGTH, PLANT_DEPTH, PLANT_HEIGHT = 6.0, 4.0, 3.0
"""Sizes drawn [m]."""


@dataclass(frozen=True)
class Body:
    """One machine, or a group drawn as one.

    Attributes
    ----------
    kind : hall (its air handlers), cdu, plant or tank.
    name : name of the unit in the result.
    box : x, y, z from and to [m]; of a tank, the box around its cylinder.
    """

    kind: str
    name: str
    box: tuple[float, float, float, float, float, float]


def bodies(result: Result, layout: Layout, chosen: NDArray[np.int64]) -> list[Body]:
    """The machines that serve the racks of a layout, each beside what it serves."""
    found = [_air_handlers(layout, hall) for hall in range(len(layout.halls))]
    found += _cdus(result, layout, chosen)
    return found + _plants(result, layout, {(b.kind, b.name) for b in found})


def _air_handlers(layout: Layout, hall: int) -> Body:
    x0, y0, _, y1 = layout.floor(hall)
    return Body("hall", layout.halls[hall], (x0, y0, 0.0, x0 + AIR_HANDLER_DEPTH, y1, AIR_HANDLER_HEIGHT))


def _cdus(result: Result, layout: Layout, chosen: NDArray[np.int64]) -> list[Body]:
    """Each unit at the end of the rows it serves; several at one place stand side by side."""
    units = result.units("rack")
    names = [units[i] for i in chosen]
    serves: dict[str, list[int]] = {}
    nodes = result.topology
    label = {node["id"]: str(node.get("label") or node["id"]) for node in nodes}
    kind = {node["id"]: node["kind"] for node in nodes}
    index = {name: i for i, name in enumerate(names)}
    for node in nodes:
        rack = index.get(label[node["id"]]) if node["kind"] == "rack" else None
        for parent in node["parents"] if rack is not None else ():
            if kind.get(parent) == "cdu":
                serves.setdefault(label[parent], []).append(int(rack or 0))
    found = []
    for hall in range(len(layout.halls)):
        mine = {name: racks for name, racks in serves.items() if layout.hall[racks[0]] == hall}
        wanted = sorted((float(layout.y[racks].mean()), name) for name, racks in mine.items())
        if not wanted:
            continue
        x1, low, high = layout.floor(hall)[2], layout.floor(hall)[1], layout.floor(hall)[3]
        pitch = min(CDU_DEPTH + 0.1, (high - low) / len(wanted))
        at = spread([y for y, _ in wanted], pitch, low + 0.5 * pitch, high - 0.5 * pitch)
        depth = 0.5 * min(CDU_DEPTH, 0.9 * pitch)
        for (_, name), y in zip(wanted, at, strict=True):
            box = (x1 - CDU_WIDTH - 0.2, y - depth, 0.0, x1 - 0.2, y + depth, CDU_HEIGHT)
            found.append(Body("cdu", name, box))
    return found


def named(found: list[Body]) -> list[int]:
    """Machines whose names are written: all of them where there are few, only halls and plants otherwise."""
    few = len(found) <= 8
    return [n for n, body in enumerate(found) if few or body.kind in ("hall", "plant")]


def spread(wanted: list[float], pitch: float, low: float, high: float) -> list[float]:
    """Places at least a `pitch` apart, in the order of the wanted ones and near them, between `low` and `high`."""
    at: list[float] = []
    for i, y in enumerate(wanted):
        at.append(max(y, low + i * pitch, at[-1] + pitch if at else low))
    ceiling = high
    for i in reversed(range(len(at))):
        at[i] = min(at[i], ceiling)
        ceiling = at[i] - pitch
    return at


def _plants(result: Result, layout: Layout, served: set[tuple[str, str]]) -> list[Body]:
    """Plants in a line outside the halls, those first that serve what is shown, each with its tank."""
    nodes = result.topology
    label = {node["id"]: str(node.get("label") or node["id"]) for node in nodes}
    kind = {node["id"]: node["kind"] for node in nodes}
    volumes = tank_volumes(result)
    names = []
    for node in nodes:
        if (node["kind"], label[node["id"]]) in served:
            names += [label[p] for p in node["parents"] if kind.get(p) == "plant"]
    floors = [layout.floor(hall) for hall in range(len(layout.halls))]
    x0 = min(floor[0] for floor in floors)
    y0 = max(floor[3] for floor in floors) + HALL_GAP
    found = []
    for name in dict.fromkeys(names):
        found.append(Body("plant", name, (x0, y0, 0.0, x0 + PLANT_LENGTH, y0 + PLANT_DEPTH, PLANT_HEIGHT)))
        x0 += PLANT_LENGTH + 0.6
        volume = volumes.get(name, 0.0)
        if volume > 0.0:
            # A tank as high as it is wide.
            side = (4.0 * volume / np.pi) ** (1.0 / 3.0)
            found.append(Body("tank", name, (x0, y0, 0.0, x0 + side, y0 + side, side)))
            x0 += side
        x0 += 2.0
    return found


def tank_volumes(result: Result) -> dict[str, float]:
    """Volume of the water that each plant keeps [m3], from the scenario in the result; of those it tells of."""
    from twin.scenario.units import convert

    plants = scenario_of(result).get("cooling", {}).get("plants", {})
    stated = {name: plant.get("buffer_tank") for name, plant in plants.items()}
    return {name: float(convert(str(text), "m^3")) for name, text in stated.items() if text is not None}


class Machines:
    """What was recorded of the machines at any instant; each series is read once.

    Parameters
    ----------
    result : an open result file.
    member : member of the ensemble; the first recorded one by default.
    """

    def __init__(self, result: Result, member: int | None) -> None:
        self._result, self._member = result, member
        self._series: dict[tuple[str, str], tuple[NDArray[np.float64], NDArray[Any]] | None] = {}
        self._units: dict[str, list[str]] = {
            kind: result.units(kind) for kind in ("hall", "cdu", "plant") if kind in result.groups
        }

    def read(self, body: Body, channel: str, t: float) -> float | None:
        """One channel of a machine in the last row up to run time `t` [s]; None where it was not recorded."""
        key = (body.kind, channel)
        if key not in self._series:
            found = None
            if body.kind in self._units and self._result.has(body.kind, channel):
                found = (self._result.time(body.kind), self._result.series(body.kind, channel, self._member))
            self._series[key] = found
        series = self._series[key]
        if series is None or body.name not in self._units[body.kind]:
            return None
        row = max(0, int(np.searchsorted(series[0], t + 1e-9, side="right")) - 1)
        return float(series[1][row][self._units[body.kind].index(body.name)])

    def told(self, body: Body, t: float) -> tuple[bool, str]:
        """Whether a machine works at run time `t` [s], and its label with what was recorded of it."""
        if body.kind == "tank":
            return True, "tank"
        served = self.read(body, "speed" if body.kind == "cdu" else "served", t)
        works = served is None or served > (0.0 if body.kind == "cdu" else 0.5)
        channels = {"hall": ("temperature_cold", "temperature_hot"), "cdu": ("temperature_supply",)}
        values = [self.read(body, channel, t) for channel in channels.get(body.kind, ("temperature",))]
        known = [f"{value:.1f}" for value in values if value is not None]
        rest = f": {' / '.join(known)} °C" if known else ""
        water = " water" if body.kind == "plant" and known else ""
        return works, f"{body.name}{rest}{water}{'' if works else ', stopped'}"
