"""Who hangs on what: child tables for the kernels, and the one-line diagram."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from twin.facility.pack import Unit


def ranges(parents: Sequence[int], count: int) -> list[int]:
    """Range starts of `count` parents over children sorted by parent; -1 belongs to the parent before it."""
    last = 0
    held = []
    for parent in parents:
        last = parent if parent >= 0 else last
        held.append(last)
    if held != sorted(held):
        raise ValueError("children must be sorted by parent")
    return [int(np.searchsorted(held, k)) for k in range(count)] + [len(held)]


def link(units: dict[str, list[Unit]]) -> list[list[int]]:
    """Child tables in the order of the LINK_ constants."""
    of = {name: [unit.params for unit in group] for name, group in units.items()}
    n_ups = len(units["ups"])
    sides: list[list[int]] = [[] for _ in range(n_ups)]
    for k, params in enumerate(of["pdu"]):
        for side, letter in enumerate("ab"):
            # A side with a transfer switch is a possible side of both its sources.
            sources = {int(params[f"ups_{letter}"]), int(params[f"alternate_{letter}"])}
            for source in sources - {-1}:
                sides[source].append(2 * k + side)
    starts = [0, *np.cumsum([len(group) for group in sides]).tolist()]

    def table(child: str, key: str, parent: str) -> list[int]:
        return ranges([int(p[key]) for p in of[child]], len(units[parent]))

    return [
        table("rack", "pdu", "pdu"),
        table("rack", "hall", "hall"),
        table("rack", "cdu", "cdu") if units["cdu"] else [0],
        table("ups", "bus", "bus"),
        table("genset", "bus", "bus"),
        table("pcs", "bus", "bus"),
        starts,
        [side for group in sides for side in group],
    ]


def one_line(units: dict[str, list[Unit]]) -> dict[str, list[str]]:
    """Who feeds whom, as `class:name` keys, electrical path and heat path alike."""
    keys = {
        "bus": {"feed": "feed"},
        "genset": {"bus": "bus"},
        "pcs": {"bus": "bus"},
        "ups": {"bus": "bus"},
        "pdu": {"ups_a": "ups", "ups_b": "ups", "alternate_a": "ups", "alternate_b": "ups"},
        "rack": {"pdu": "pdu", "hall": "hall", "cdu": "cdu"},
        "hall": {"plant": "plant", "bus": "bus", "ups": "ups", "bus_2": "bus", "ups_2": "ups"},
        "cdu": {"plant": "plant", "bus": "bus", "ups": "ups", "bus_2": "bus", "ups_2": "ups"},
        "plant": {"bus": "bus", "bus_2": "bus"},
        "station": {"feed": "feed"},
    }
    parents: dict[str, list[str]] = {}
    for kind, group in units.items():
        for unit in group:
            found = []
            for key, parent in keys.get(kind, {}).items():
                index = int(unit.params[key])
                label = f"{parent}:{units[parent][index].name}" if index >= 0 else ""
                if label and label not in found:
                    found.append(label)
            parents[f"{kind}:{unit.name}"] = found
    return through_rings(units, parents)


def through_rings(units: dict[str, list[Unit]], parents: dict[str, list[str]]) -> dict[str, list[str]]:
    """Put rings and their stations between feeds and busbars, in the place of the feeds that stand for stations."""
    for ring in units["ring"]:
        parents[f"ring:{ring.name}"] = []
    for station in units["station"]:
        key = f"station:{station.name}"
        ring_key = f"ring:{units['ring'][int(station.params['ring'])].name}"
        if station.params["load_side"] <= 0.0:
            parents[ring_key].append(key)
            continue
        parents[key] = [ring_key]
        stand_in = f"feed:{units['feed'][int(station.params['feed'])].name}"
        del parents[stand_in]
        for name, found in parents.items():
            parents[name] = [key if parent == stand_in else parent for parent in found]
    return parents
