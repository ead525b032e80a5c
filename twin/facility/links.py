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
        for side, key in enumerate(("ups_a", "ups_b")):
            if params[key] >= 0:
                sides[int(params[key])].append(2 * k + side)
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
        "pdu": {"ups_a": "ups", "ups_b": "ups"},
        "rack": {"pdu": "pdu", "hall": "hall", "cdu": "cdu"},
        "hall": {"plant": "plant", "bus": "bus", "ups": "ups", "bus_2": "bus", "ups_2": "ups"},
        "cdu": {"plant": "plant", "bus": "bus", "ups": "ups", "bus_2": "bus", "ups_2": "ups"},
        "plant": {"bus": "bus", "bus_2": "bus"},
    }
    parents: dict[str, list[str]] = {}
    for kind, group in units.items():
        for unit in group:
            found = []
            for key, parent in keys.get(kind, {}).items():
                index = int(unit.params[key])
                if index >= 0:
                    found.append(f"{parent}:{units[parent][index].name}")
            parents[f"{kind}:{unit.name}"] = found
    return parents
