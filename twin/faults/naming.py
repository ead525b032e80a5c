"""Which units a name in an event stands for."""

from __future__ import annotations

from collections.abc import Iterable

from twin.kernels.site import Site

PLACES = {
    "electrical.feeds": "feed", "electrical.buses": "bus", "electrical.generators": "genset",
    "electrical.storage": "battery", "electrical.ups": "ups", "cooling.cdus": "cdu", "cooling.plants": "plant",
    "cooling.halls": "hall", "racks": "pdu",
}  # fmt: skip
"""Where a class stands in the scenario file."""


NOUNS = {
    "feed": "feed", "bus": "bus", "genset": "generator", "battery": "battery of a UPS or storage", "pcs": "storage",
    "ups": "UPS", "pdu": "row", "cdu": "CDU", "plant": "plant", "hall": "hall",
}  # fmt: skip
"""What users call a class; other classes go by their own name."""


def noun(block: str) -> str:
    """What users call the units of a class."""
    return NOUNS.get(block, block)


def without_place(name: str, block: str) -> str:
    """The name without the place in the file or the class before it, where that place is of `block`."""
    for place, found in PLACES.items():
        # The battery of a UPS is named by its UPS.
        if name.startswith(f"{place}.") and (found == block or (block == "battery" and found == "ups")):
            return name[len(place) + 1 :]
    return name[len(block) + 1 :] if name.startswith(f"{block}.") else name


def aliases(site: Site, block: str) -> dict[str, list[int]]:
    """Every name that stands for units of a class: of a unit, of a group, of both systems of a 2N pair."""
    found: dict[str, list[int]] = {}
    for unit, name in enumerate(site.names.get(block, [])):
        if block == "ups" and name.endswith(".direct"):
            continue
        if block == "battery":
            if name.endswith(".none"):
                continue
            name = name.removesuffix(".battery")  # noqa: PLW2901
        found.setdefault(name, []).append(unit)
        group = name.rpartition(".")[0]
        if group:
            found.setdefault(group, []).append(unit)
    return found


def units_named(site: Site, blocks: Iterable[str], name: str) -> list[tuple[str, list[int]]]:
    """Classes and units that a name stands for; none when it stands for nothing, several when it is not clear."""
    found = []
    for block in blocks:
        known = aliases(site, block)
        units = known.get(name) or known.get(without_place(name, block))
        if units:
            found.append((block, units))
    return found


def unit_label(site: Site, block: str, unit: int) -> str:
    """Name of a unit as a user knows it."""
    return site.names[block][unit].removesuffix(".battery")
