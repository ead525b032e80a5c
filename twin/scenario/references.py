"""Names that refer to other parts: every rack's hall, every UPS's bus, and so on.

The checks work on the plain data, so that a wrong name is reported together with every other error of the
file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from twin.errors import Problem, suggest
from twin.scenario.document import Document, Key

# Where a name is used -> the mappings that may define it. '*' is any name or index.
REFERENCES: dict[str, tuple[str, ...]] = {
    "electrical.buses.*.feed": ("electrical.feeds",),
    "electrical.buses.*.ring": ("electrical.rings",),
    "electrical.rings.*.stations.*.feed": ("electrical.feeds",),
    "electrical.rings.*.stations.*.bus": ("electrical.buses",),
    "electrical.buses.*.sequence.mains_lost.*.form": ("electrical.storage",),
    "electrical.buses.*.sequence.mains_lost.*.start": ("electrical.generators",),
    "electrical.buses.*.sequence.mains_lost.*.close": ("electrical.generators",),
    "electrical.buses.*.sequence.mains_back.*.stop": ("electrical.generators",),
    "electrical.generators.*.bus": ("electrical.buses",),
    "electrical.storage.*.bus": ("electrical.buses",),
    "electrical.ups.*.bus": ("electrical.buses",),
    "electrical.ups.*.buses": ("electrical.buses",),
    "racks.*.hall": ("cooling.halls",),
    "racks.*.ups": ("electrical.ups",),
    "racks.*.switch.alternate": ("electrical.ups",),
    "racks.*.bus": ("electrical.buses",),
    "racks.*.cdu": ("cooling.cdus",),
    "racks.*.workload": ("signals.workload",),
    "cooling.halls.*.plant": ("cooling.plants",),
    "cooling.halls.*.fans_on": ("electrical.ups", "electrical.buses"),
    "cooling.cdus.*.plant": ("cooling.plants",),
    "cooling.cdus.*.pumps_on": ("electrical.ups", "electrical.buses"),
    "cooling.plants.*.pumps_on": ("electrical.ups", "electrical.buses"),
    "cooling.plants.*.bus": ("electrical.buses",),
    "cooling.plants.*.standby_bus": ("electrical.buses",),
    "policies.*.ups": ("electrical.ups",),
    "policies.*.storage": ("electrical.storage",),
    "policies.*.plants": ("cooling.plants",),
    "policies.*.workloads": ("signals.workload",),
    "events.*.feeds": ("electrical.feeds",),
    "signals.voltage.feeds": ("electrical.feeds",),
    "study.designs.storage": ("electrical.storage",),
    "study.designs.generators_of": ("electrical.generators",),
}

PROTECTED = {"buses": "electrical.buses", "ups": "electrical.ups", "pdus": "racks", "racks": "racks"}
"""Section of a protection study -> the mapping its names are from."""

ALL_MEANT = ("events.*.feeds", "signals.voltage.feeds")
"""Where 'all' may stand for every name."""

_NOUNS = {
    "electrical.feeds": "feed", "electrical.buses": "bus", "electrical.generators": "generator group",
    "electrical.storage": "storage", "electrical.ups": "UPS", "cooling.halls": "hall",
    "cooling.cdus": "CDU group", "cooling.plants": "plant", "signals.workload": "workload",
    "electrical.rings": "DC ring",
}  # fmt: skip


def check(document: Document) -> list[Problem]:
    """Return a problem for every name that is used and not defined, or defined as something else."""
    problems: list[Problem] = []
    for pattern, targets in REFERENCES.items():
        known = [name for target in targets for name in _names(document.data, target)]
        nouns = " or ".join(_NOUNS[target] for target in targets)
        for key, name in _uses(document.data, pattern):
            if name in known or (pattern in ALL_MEANT and name == "all"):
                continue
            other = next(
                (noun for place, noun in _NOUNS.items() if name in _names(document.data, place)), None
            )
            hint = f": it is a {other}" if other else suggest(name, known)
            problems.append(document.problem(key, f"unknown {nouns} {name!r}{hint}"))
    problems += _ambiguous(document)
    problems += _protected(document)
    return problems


def _protected(document: Document) -> Iterator[Problem]:
    """The places of a protection study are named by what they protect."""
    for section, target in PROTECTED.items():
        known = _names(document.data, target)
        for name in _names(document.data, f"electrical.protection.{section}"):
            if name not in known:
                noun = "rack group" if target == "racks" else _NOUNS[target]
                key = ("electrical", "protection", section, name)
                yield document.problem(key, f"unknown {noun} {name!r}{suggest(name, known)}")


def _ambiguous(document: Document) -> Iterator[Problem]:
    """A UPS and a bus of one name could not be told apart where either may be named."""
    for name in _names(document.data, "electrical.ups"):
        if name in _names(document.data, "electrical.buses"):
            yield document.problem(("electrical", "ups", name), f"{name!r} is also the name of a bus")


def _names(data: Any, path: str) -> list[str]:
    for part in path.split("."):
        data = data.get(part) if isinstance(data, dict) else None
    return list(data) if isinstance(data, dict) else []


def _uses(data: Any, pattern: str, key: Key = ()) -> Iterator[tuple[Key, str]]:
    """Yield the key and text of every use that matches `pattern`; a list holds several uses."""
    head, _, rest = pattern.partition(".")
    if not head:
        for index, item in enumerate(data) if isinstance(data, list) else ():
            if isinstance(item, str):
                yield (*key, index), item
        if isinstance(data, str):
            yield key, data
    elif head == "*":
        children = (
            data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
        )
        for name, child in children:
            yield from _uses(child, rest, (*key, name))
    elif isinstance(data, dict) and head in data:
        yield from _uses(data[head], rest, (*key, head))
