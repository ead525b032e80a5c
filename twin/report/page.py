"""The page: gathers answers, diagram, figures and tables from a result and renders the template."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
from markupsafe import Markup

from twin import plots
from twin.durable import explained
from twin.metrics import periods
from twin.report.answers import account_rows, amount, answers, duration, summary_rows
from twin.report.classes import class_rows
from twin.report.diagram import fold, frame, place, svg
from twin.report.grid import grid_view
from twin.report.html import embedded, rendered
from twin.report.protection import protection_view
from twin.report.states import instants, key_instants, states_at
from twin.result import Quantity, Result, open_result
from twin.scene.page import scene_section

_EVENTS = 200


@dataclass
class Section:
    """One part of the page: a heading, and figures, tables or a diagram below it."""

    id: str
    title: str
    figures: list[tuple[Markup, str]] = field(default_factory=list)
    missing: str = ""


def write_report(
    source: str | Path, target: str | Path, *, member: int | None = None, incomplete: bool = False
) -> Path:
    """Write the report of a result file.

    Parameters
    ----------
    source : the result file.
    target : the HTML file to write; an existing one is replaced.
    member : whose series are drawn; the first recorded member by default.
    incomplete : accept an interrupted run; a banner then says so.

    Returns
    -------
    pathlib.Path
        `target`.

    Raises
    ------
    InputError
        When the result cannot be used or the report cannot be written.
    """
    target = Path(target)
    with open_result(source, incomplete=incomplete) as result:
        text = render(result, member)
    new = target.with_name(f"{target.name}.new")
    with explained(target, new):
        new.write_text(text, encoding="utf-8")
        new.replace(target)
    return target


def render(result: Result, member: int | None = None) -> str:
    """Return the HTML text of the report of an open result."""
    which = _first_member(result) if member is None else member
    drawing = _diagram(result, which)
    sections = [
        _figures("power", "Frequency and power", result, which, plots.frequency_and_power),
        _figures("battery", "State of charge", result, which, plots.state_of_charge),
        _figures("temperature", "Temperatures", result, which, plots.temperatures),
        _figures("cooling", "Cooling", result, which, plots.cooling),
    ]
    if (heat := plots.heat_sold(result, which)) is not None:
        sections.append(Section("heat", "Heat sold", figures=embedded(heat, "heat")))
    energy = plots.sankey(result, which) if result.accounts else None
    survival = plots.survival_curve(result)
    members = len(next(iter(result.members.values())).value) if result.members else 1
    return rendered(
        "page.html.j2",
        title=result.title,
        subtitle=_subtitle(result, which, members),
        description=_description(result),
        banner=_banner(result),
        answers=answers(result, which),
        diagram=drawing,
        sections=sections,
        classes=class_rows(result),
        energy=embedded(energy, "energy"),
        accounts=account_rows(result, which),
        use=_use_rows(result, which),
        grid=grid_view(result, which),
        hall=scene_section(result, which),
        protection=protection_view(result),
        events=_timeline(result, which),
        more_events=max(0, len([e for e in result.events if e.member == which]) - _EVENTS),
        summary=summary_rows(result),
        survival=embedded(survival, "survival"),
        members=members,
        member_rows=_member_rows(result) if members > 1 else [],
        scenario=str(result.attrs.get("scenario", "")),
        facts=_facts(result),
    )


def _first_member(result: Result) -> int:
    for group in result.groups:
        return result.recorded_members(group)[0]
    return 0


def _subtitle(result: Result, member: int, members: int) -> str:
    end = result.start + timedelta(seconds=result.duration)
    same_day = end.date() == result.start.date()
    words = (
        f"{duration(result.duration)} from {result.start:%A %-d %B %Y, %H:%M:%S} to "
        f"{end:%H:%M:%S}" + ("" if same_day else f" on {end:%-d %B %Y}") + f" {result.start.tzname() or ''}"
    )
    if members > 1:
        words += f". Series show member {member} of {members:,}"
    return words


def _description(result: Result) -> str:
    return str(result.attrs.get("description", "")).strip()


def _banner(result: Result) -> str:
    if result.complete:
        return ""
    reached = max((float(result.time(g)[-1]) for g in result.groups if len(result.time(g))), default=0.0)
    return (
        f"This run is not complete: it reached {duration(reached)} of {duration(result.duration)}. What "
        "follows is what was recorded until then; totals, energy accounts and costs do not exist yet."
    )


def _figures(
    name: str, title: str, result: Result, member: int, make: Callable[[Result, int | None], go.Figure | None]
) -> Section:
    made = make(result, member)
    if made is None:
        return Section(name, title, missing="The result holds no such series.")
    return Section(name, title, figures=embedded(made, name))


def _diagram(result: Result, member: int) -> dict[str, Any] | None:
    nodes = result.topology
    times = instants(result, nodes, member) if nodes else []
    if not times:
        return None
    boxes = fold(nodes)
    height = place(boxes)
    found = [states_at(result, nodes, t, member) for t in times]
    before, during, after = key_instants(found)
    labels = [_clock(result, t) for t in times]
    return {
        "svg": Markup(svg(boxes, height)),
        "frames": Markup(json.dumps([frame(boxes, states) for states in found]).replace("</", "<\\/")),
        "labels": Markup(json.dumps(labels).replace("</", "<\\/")),
        "presets": [("Before", before), ("At the worst", during), ("At the end", after)],
        "last": len(times) - 1,
        "shown": during,
        "caption": (
            f"The facility at {labels[during]} after the start; move the slider for other "
            "instants. Boxes marked × n stand for n equal units; a bar at the foot of such a box is the "
            "share in the state shown."
        ),
    }


def _clock(result: Result, t: float) -> str:
    if result.duration <= 2 * 86400:
        hours, rest = divmod(int(t), 3600)
        tail = f"{rest // 60:02d}:{rest % 60:02d}"
        return f"{hours}:{tail} h" if hours else f"{tail} min"
    return f"{t / 86400:.2f} days"


def _timeline(result: Result, member: int) -> list[dict[str, str]]:
    """Return the rows of the table of events; what happened to several units at once is one row."""
    mine = [event for event in result.events if event.member == member][:_EVENTS]
    rows = []
    for _, same in itertools.groupby(mine, key=lambda event: (event.t, event.kind)):
        events = list(same)
        event = events[0]
        text = event.text
        if len(events) > 1:
            alike = all(e.text.removeprefix(e.unit) == text.removeprefix(event.unit) for e in events)
            text = "Each" + text.removeprefix(event.unit) if alike else " ".join(e.text for e in events)
        instant = result.start + timedelta(seconds=event.t)
        digits = 1 if event.t % 1.0 else 0
        fraction = f".{instant.microsecond // 100000}" if digits else ""
        rows.append(
            {
                "after": _clock(result, event.t),
                "clock": f"{instant:%H:%M:%S}{fraction}",
                "kind": event.kind,
                "unit": ", ".join(e.unit for e in events),
                "text": text,
            }
        )
    return rows


def _member_rows(result: Result) -> list[tuple[str, str, str, str]]:
    """Return (meaning, lowest, median, highest) of each quantity of the member table."""
    rows = []
    for name, column in result.members.items():
        values = np.asarray(column.value)
        if values.dtype.kind not in "fiub" or np.isnan(values.astype(float)).all():
            continue
        known = values[~np.isnan(values.astype(float))].astype(float)
        # No interpolation: a time may be infinite, where nothing was lost.
        spread = np.percentile(known, [0, 50, 100], method="inverted_cdf")
        low, middle, high = (amount(Quantity(v, column.unit, "")) for v in spread)
        rows.append((column.meaning[:1].upper() + column.meaning[1:] or name, low, middle, high))
    return rows


def _use_rows(result: Result, member: int) -> list[dict[str, str]]:
    """Return the metrics of each month or day, in words; one period alone says no more than the summary."""
    found = periods(result, member)
    if len(found) < 2:
        return []
    monthly = result.duration > 62 * 86400.0

    def number(value: float) -> str:
        return "not known" if math.isnan(value) else f"{value:.3f}"

    return [
        {
            "when": f"{start:%B %Y}" if monthly else f"{start:%-d %B}",
            "site": amount(Quantity(use.site, "J", "")),
            "racks": amount(Quantity(use.racks, "J", "")),
            "reuse": amount(Quantity(use.reuse, "J", "")),
            "water": amount(Quantity(use.water, "kg", "")),
            "co2": amount(Quantity(use.co2, "kg", "")),
            **{name: number(getattr(use, name)) for name in ("pue", "wue", "cue", "erf")},
        }
        for start, use in found
    ]


def _facts(result: Result) -> list[tuple[str, str]]:
    shown = ("status", "backend", "device", "versions", "created", "start", "interval", "intervals")
    return [(name, str(result.attrs[name])) for name in shown if name in result.attrs]
