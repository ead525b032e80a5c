"""One-line diagram as SVG: sources above, racks below, cooling at the right; equal nodes drawn as one."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from html import escape
from typing import Any

from twin.report.states import ORDER, State

WIDTH = 1160.0
_ROW = 96.0
_BOX_H = 54.0
_MOST = 40
_LEVEL = {
    "feed": 0,
    "station": 0,
    "ring": -1,
    "genset": 0,
    "pcs": 0,
    "bus": 1,
    "ups": 2,
    "pdu": 3,
    "rack": 4,
    "plant": 2,
    "cdu": 3,
    "hall": 3,
}
_COOLING = ("plant", "cdu", "hall")
_KINDS = {
    "feed": "utility feed",
    "genset": "generator",
    "pcs": "battery storage",
    "station": "converter station",
    "ring": "DC ring",
    "bus": "busbar",
    "ups": "UPS",
    "pdu": "PDU",
    "rack": "racks",
    "plant": "cooling plant",
    "cdu": "coolant unit",
    "hall": "hall",
}


@dataclass
class Box:
    """One box of the diagram: a node, or equal nodes folded into one."""

    id: str
    kind: str
    label: str
    parents: tuple[str, ...]
    members: list[str] = field(default_factory=list)
    first: str = ""
    last: str = ""
    x: float = 0.0
    y: float = 0.0
    width: float = 120.0


def fold(nodes: list[dict[str, Any]], most: int = _MOST) -> list[Box]:
    """Return boxes for the nodes: racks behind the same parents are one; other kinds, until `most` remain.

    Kinds are folded from the racks upwards, because children that have the same folded parent fold in turn.
    """
    known = {node["id"] for node in nodes if node["kind"] in _LEVEL}
    boxes = [
        Box(n["id"], n["kind"], label, tuple(p for p in n["parents"] if p in known), [n["id"]], label, label)
        for n in nodes
        if n["id"] in known
        for label in [str(n.get("label") or n["id"])]
    ]
    boxes = _folded(boxes, "rack")
    for kind in ("pdu", "genset", "pcs", "hall", "cdu", "ups", "bus", "station", "ring", "feed", "plant"):
        if len(boxes) <= most:
            break
        boxes = _folded(_folded(boxes, kind), "rack")
    if len(boxes) > most:
        # Still too many places: one box for each kind.
        for kind in _LEVEL:
            boxes = _folded(boxes, kind, alike=False)
    return boxes


def _folded(boxes: list[Box], kind: str, alike: bool = True) -> list[Box]:
    """Fold the boxes of one kind: those with the same parents, or, where not `alike`, all of them."""
    groups: dict[tuple[str, ...], list[Box]] = {}
    for box in boxes:
        if box.kind == kind:
            groups.setdefault(tuple(sorted(box.parents)) if alike else (), []).append(box)
    renamed: dict[str, str] = {}
    merged: list[Box] = []
    for same in groups.values():
        members = [name for box in same for name in box.members]
        parents = tuple(dict.fromkeys(parent for box in same for parent in box.parents))
        label = same[0].label if len(members) == 1 else _common(same)
        merged.append(Box(same[0].id, kind, label, parents, members, same[0].first, same[-1].last))
        renamed |= {box.id: same[0].id for box in same}
    kept = [box for box in boxes if box.kind != kind] + merged
    for box in kept:
        box.parents = tuple(dict.fromkeys(renamed.get(parent, parent) for parent in box.parents))
    return kept


def _common(same: list[Box]) -> str:
    """Return the labels of folded nodes in short: first to last."""
    first, last = same[0].first, same[-1].last
    alike = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    same_start = "".join(letter for letter, _ in alike)
    same_start = same_start.rstrip("0123456789")
    return first if first == last else f"{first}…{last.removeprefix(same_start)}"


def _levels(boxes: list[Box]) -> dict[str, int]:
    """Return the row of each box; feeds and the stations they feed stand above a ring, the other stations below."""
    levels = {box.id: _LEVEL[box.kind] for box in boxes}
    rings = {box.id for box in boxes if box.kind == "ring"}
    for box in boxes:
        if box.kind == "feed" and rings:
            levels[box.id] = -3
        elif box.kind == "station" and not rings.intersection(box.parents):
            levels[box.id] = -2
    return levels


def place(boxes: list[Box]) -> float:
    """Give each box its place; return the height of the drawing."""
    cooling = [box for box in boxes if box.kind in _COOLING]
    at = _levels(boxes)
    widest = max((sum(at[box.id] == level for box in cooling) for level in (2, 3)), default=0)
    right = min(400.0, 20.0 + 130.0 * widest) if cooling else 0.0
    power = [box for box in boxes if box.kind not in _COOLING]
    used = sorted(set(at.values()))
    rows = {level: i for i, level in enumerate(used)}
    order = {box.id: float(i) for i, box in enumerate(b for b in power if b.kind == "bus")}
    neighbours: dict[str, list[str]] = {box.id: list(box.parents) for box in boxes}
    for box in boxes:
        for parent in box.parents:
            neighbours[parent].append(box.id)
    for level in (1, 0, -1, -2, -3, 2, 3, 4):
        row = [box for box in power if at[box.id] == level]
        near = {b.id: [order[n] for n in neighbours[b.id] if n in order] for b in row}
        row.sort(key=lambda b: (sum(near[b.id]) / len(near[b.id]) if near[b.id] else 1e9, b.kind))
        _spread(row, rows.get(level, 0), 0.0, WIDTH - right)
        order |= {box.id: box.x for box in row}
    for level in (2, 3):
        row = [box for box in cooling if at[box.id] == level]
        _spread(row, rows.get(level, 0), WIDTH - right + 20.0, WIDTH)
    return len(used) * _ROW + 8.0


def _spread(row: list[Box], level: int, left: float, right: float) -> None:
    if not row:
        return
    step = (right - left) / len(row)
    for i, box in enumerate(row):
        box.width = min(150.0, step - 10.0)
        box.x = left + (i + 0.5) * step
        box.y = level * _ROW + 8.0 + _BOX_H / 2.0


def svg(boxes: list[Box], height: float) -> str:
    """Return the drawing; every box is a group with the id `box-N`, coloured by a class that is set later."""
    at = {box.id: box for box in boxes}
    parts = [
        f'<svg class="oneline" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" '
        'aria-labelledby="oneline-title"><title id="oneline-title">One-line diagram of the facility</title>'
    ]
    for box in boxes:
        for parent in box.parents:
            parts.append(_wire(at[parent], box))
    for n, box in enumerate(boxes):
        left, top = box.x - box.width / 2.0, box.y - _BOX_H / 2.0
        count = f" × {len(box.members)}" if len(box.members) > 1 else ""
        small = " small" if len(box.label) * 8.2 > box.width else ""
        name = escape(_short(box.label, max(6, int(box.width / 6.7))))
        title = escape(f"{_KINDS[box.kind]}{count}: {box.label}")
        parts.append(
            f'<g id="box-{n}" class="unknown"><title>{title}</title>'
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" height="{_BOX_H}" rx="6"/>'
            f'<rect class="share" x="{left:.1f}" y="{top + _BOX_H - 5:.1f}" width="0" height="5"/>'
            f'<text class="kind" x="{box.x:.1f}" y="{top + 14:.1f}">{escape(_KINDS[box.kind] + count)}</text>'
            f'<text class="name{small}" x="{box.x:.1f}" y="{top + 29:.1f}">{name}</text>'
            f'<text class="word" x="{box.x:.1f}" y="{top + 44:.1f}"></text></g>'
        )
    return "".join([*parts, "</svg>"])


def _wire(parent: Box, child: Box) -> str:
    cooling = parent.kind in _COOLING or child.kind in _COOLING
    upper, lower = (parent, child) if parent.y <= child.y else (child, parent)
    y0, y1 = upper.y + _BOX_H / 2.0, lower.y - _BOX_H / 2.0
    if y1 <= y0:
        y0 = y1 = upper.y
    middle = (y0 + y1) / 2.0 + (9.0 if cooling else 0.0)
    kind = "wire cooling" if cooling else "wire"
    return f'<path class="{kind}" d="M{upper.x:.1f} {y0:.1f}V{middle:.1f}H{lower.x:.1f}V{y1:.1f}"/>'


def _short(label: str, letters: int) -> str:
    return label if len(label) <= letters else label[: letters - 1] + "…"


def frame(boxes: list[Box], states: dict[str, State]) -> list[list[Any]]:
    """Return what each box shows at one instant: class of state, word, share of its members in that state.

    A folded box shows its worst state, how many members are in it, and that share as a bar.
    """
    shown: list[list[Any]] = []
    for box in boxes:
        found = [states[name] for name in box.members]
        worst = min((state for state, _ in found), key=ORDER.index)
        words = Counter(word for state, word in found if state == worst)
        count = sum(words.values())
        word = words.most_common(1)[0][0]
        if len(found) > 1 and count < len(found):
            word = f"{count} {word}"
        shown.append([worst, word, round(count / len(found), 3)])
    return shown
