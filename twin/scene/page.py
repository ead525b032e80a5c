"""The interactive hall: everything a page needs to draw and move it without a network, and the page itself."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from twin.result import Result
from twin.scene import boxes as mesh
from twin.scene.bodies import named
from twin.scene.moments import clock, frames
from twin.scene.scale import CAP_COLOURS, CAP_HEIGHT, CAP_WORDS, COLOURS, Scale, scales
from twin.scene.site import SceneSite, has_racks, open_site

FRAMES = 60
"""Instants on the slider."""

NUMBERS = 500_000
"""Most values of racks in a page: of larger sites it shows fewer instants."""


def scene_section(result: Result, member: int | None = None, hall: str | None = None) -> Markup | None:
    """Return the hall in three dimensions as HTML for a page that has plotly.js; None without rack series.

    Parameters
    ----------
    result : an open result file.
    member : member of the ensemble; the first recorded one by default.
    hall : the one hall to show; all by default.
    """
    from twin.report.html import fragment

    if not has_racks(result):
        return None
    site = open_site(result, member, hall)
    shown = scales(result)
    most = max(3, min(FRAMES, NUMBERS // (len(site.chosen) * len(shown))))
    times = frames(result, site.moments, most)
    data = payload(site, shown, times)
    worn = np.unique([caps for t in times for caps in np.unique(site.caps(t))])
    return fragment(
        "hall.html.j2",
        data=Markup(json.dumps(data, separators=(",", ":")).replace("</", "<\\/")),
        code=Markup((Path(__file__).parent / "hall.js.j2").read_text(encoding="utf-8")),
        presets=[(m.words[:1].upper() + m.words[1:], times.index(m.t)) for m in site.moments],
        quantities=[(scale.name, scale.title) for scale in shown],
        last=len(times) - 1,
        first=times.index(site.moments[min(1, len(site.moments) - 1)].t),
        caps=[(CAP_WORDS[kind], colour) for kind, colour in CAP_COLOURS.items() if kind in worn],
        caption=caption(site),
    )


def caption(site: SceneSite) -> str:
    """Say what is seen and what of it is drawn by rule rather than recorded."""
    racks = len(site.chosen)
    placed = (
        "stand where the scenario puts them"
        if site.layout.recorded
        else "are laid out by hall and PDU, because the scenario gives no layout"
    )
    real = site.result.summary.get("racks")
    whole = real is not None and len(site.result.units("rack")) == racks
    per = round(float(real.value) / racks) if real is not None and whole else 1
    each = f" Each stands for {per} equal racks." if per > 1 else ""
    return (
        f"{racks} racks; they {placed}.{each} Strips of floor have the colour of the air of their aisle, cold in front "
        "of the racks and hot behind; the two numbers of a hall are theirs. Air handlers are the wall at the left, "
        "coolant units stand at the ends of rows; machines that stand still are dark. Their sizes are for the eye. "
        "Turn with the mouse, zoom with the wheel."
    )


def payload(site: SceneSite, shown: list[Scale], times: list[float]) -> dict[str, Any]:
    """Everything the script draws: corners once, numbers for each instant in 16 bits."""
    floors = [site.layout.floor(hall) for hall in range(len(site.layout.halls))]
    points, triangles, owner = _machines(site)
    states = [[site.machines.told(body, t) for body in site.bodies] for t in times]
    kinds = ["", *CAP_COLOURS]
    air = np.array([site.aisle_values(t) for t in times])
    return {
        "corners": mesh.CORNERS.ravel().tolist(),
        "sides": [{"shade": shade, "triangles": _looking(shade)} for shade in sorted(set(mesh.SHADES), reverse=True)],
        "size": [float(site.extent[3 + i] - site.extent[i]) for i in range(3)],
        "names": site.names,
        "racks": packed(site.layout.boxes(), np.float32),
        "floors": packed(np.array([(x0, y0, -0.15, x1, y1, -0.02) for x0, y0, x1, y1 in floors]), np.float32),
        "aisles": packed(np.array([(a.x0, a.y0, 0.0, a.x1, a.y1, 0.03) for a in site.aisles]), np.float32),
        "machines": {
            "points": packed(points, np.float32),
            "triangles": packed(triangles, np.uint16),
            "owner": packed(owner, np.uint16),
            "shade": packed(mesh.shades(points, triangles), np.float32),
            "named": named(site.bodies),
            "at": [_label_at(body.box) for body in site.bodies],
            "works": [[int(works) for works, _ in row] for row in states],
            "labels": [[label for _, label in row] for row in states],
        },
        "colours": list(COLOURS),
        "cap": CAP_HEIGHT,
        "caps": {"kinds": list(CAP_COLOURS), "colours": list(CAP_COLOURS.values()), "words": list(CAP_WORDS.values())},
        "worn": packed(np.array([[kinds.index(str(c)) for c in site.caps(t)] for t in times]), np.uint8),
        "clock": [clock(site.result, t) for t in times],
        "quantities": [
            {
                "name": scale.name, "title": scale.title, "unit": scale.unit, "low": scale.low, "high": scale.high,
                "ticks": list(scale.marks), "words": list(scale.marks.values()),
                "values": packed(coded(np.array([site.values(scale, t) for t in times]), scale), np.uint16),
                "air": None if scale.name == "power" or np.isnan(air).any() else packed(coded(air, scale), np.uint16),
            }
            for scale in shown
        ],
    }  # fmt: skip


def _looking(shade: float) -> list[int]:
    """Triangles of a box on the sides that have one brightness."""
    found: list[int] = mesh.TRIANGLES[np.tile(mesh.SHADES, 2) == shade].ravel().tolist()
    return found


def coded(values: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    """Values as whole numbers of 16 bits, from half a span below the scale to half a span above it."""
    span = scale.high - scale.low
    found: NDArray[np.float64] = np.round(
        np.clip((values - scale.low + 0.5 * span) / (2.0 * span), 0.0, 1.0) * 65535.0
    )
    return found


def packed(values: NDArray[Any], kind: type[np.generic]) -> str:
    """Numbers as base64 of their little-endian bytes."""
    raw = np.ascontiguousarray(values, dtype=np.dtype(kind).newbyteorder("<")).tobytes()
    return base64.b64encode(raw).decode("ascii")


def _machines(site: SceneSite) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Corners and triangles of all machines, and the machine each triangle belongs to."""
    points, triangles, owner, used = [], [], [], 0
    for n, body in enumerate(site.bodies):
        x0, y0, _, x1, y1, top = body.box
        if body.kind == "tank":
            corners, faces = mesh.cylinder(0.5 * (x0 + x1), 0.5 * (y0 + y1), 0.5 * (x1 - x0), top)
        else:
            corners, faces = mesh.points(np.array([body.box])), mesh.triangles(1)
        points.append(corners)
        triangles.append(faces + used)
        owner.append(np.full(len(faces), n))
        used += len(corners)
    return np.concatenate(points), np.concatenate(triangles), np.concatenate(owner)


def _label_at(box: tuple[float, ...]) -> list[float]:
    x0, y0, _, x1, y1, top = box
    return [round(0.5 * (x0 + x1), 2), round(0.5 * (y0 + y1), 2), round(top + 0.8, 2)]


def write_page(result: Result, target: Path, member: int | None = None, hall: str | None = None) -> Path:
    """Write the interactive hall as one HTML file that opens offline.

    Raises
    ------
    InputError
        When the result has no rack series or no such hall, or the page cannot be written.
    """
    from twin.durable import explained
    from twin.report.html import rendered

    open_site(result, member, hall)
    title = result.title if hall is None else f"{result.title}: {hall}"
    text = rendered("view.html.j2", title=title, scene=scene_section(result, member, hall))
    new = target.with_name(f"{target.name}.new")
    with explained(target, new):
        new.write_text(text, encoding="utf-8")
        new.replace(target)
    return target
