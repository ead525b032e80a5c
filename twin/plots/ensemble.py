"""Figures of many members: how long they survive, and what a design costs against how often it survives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from twin.errors import InputError
from twin.plots import style
from twin.proportion import wilson
from twin.result import Result


def survival_curve(result: Result) -> go.Figure | None:
    """Draw the share of members [%] still without a lost rack against time.

    The member table gives `survived_time` [s] and `survived` (1 when no rack was lost). A member that
    survived is known to last at least its time: it counts as surviving to the end of the axis.

    Returns
    -------
    plotly.graph_objects.Figure or None
        None when the file has no such table, or one member.
    """
    table = result.members
    if "survived_time" not in table or len(table["survived_time"].value) < 2:
        return None
    time: NDArray[np.float64] = np.asarray(table["survived_time"].value, dtype=np.float64)
    kept = np.asarray(table["survived"].value) > 0.5 if "survived" in table else np.zeros(len(time), bool)
    count = len(time)
    lost = np.sort(time[~kept & np.isfinite(time)])
    end = max(float(time[np.isfinite(time)].max(initial=0.0)), result.duration if kept.any() else 0.0)
    scale, unit = (3600.0, "hours") if end > 3 * 3600 else (60.0, "minutes")
    steps = np.concatenate([[0.0], lost, [end]])
    alive = np.concatenate([[count], count - np.arange(1, len(lost) + 1), [count - len(lost)]]).astype(int)
    if len(steps) > 400:
        pick = np.unique(np.linspace(0, len(steps) - 1, 400).astype(int))
        steps, alive = steps[pick], alive[pick]
    bounds = 100.0 * np.array([wilson(int(n), count) for n in alive])
    low, high = wilson(int(alive[-1]), count)
    caption = (
        f"Share of {count} members, in percent, that have not lost a rack, against time in {unit} "
        f"({table['survived_time'].meaning}). {int(alive[-1])} of {count} lost none: "
        f"{100 * alive[-1] / count:.1f} % (95 % Wilson interval {100 * low:.1f} to {100 * high:.1f} %). "
        "The band is that interval at each instant."
    )
    made = style.figure(340, caption)
    edge = {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
    made.add_scatter(x=steps / scale, y=bounds[:, 1], showlegend=False, **edge)
    made.add_scatter(
        x=steps / scale,
        y=bounds[:, 0],
        fill="tonexty",
        fillcolor="rgba(43,131,198,0.22)",
        name="95 % interval",
        **edge,
    )
    line = {"shape": "hv", "color": style.BLUE, "width": 2}
    made.add_scatter(
        x=steps / scale, y=100.0 * alive / count, mode="lines", name="members without a lost rack", line=line
    )
    made.update_traces(hovertemplate="%{y:.1f} %", selector={"line.width": 2})
    made.update_xaxes(title_text=f"time [{unit}]", rangemode="tozero")
    made.update_yaxes(title_text="still without a lost rack [%]", range=[-2, 102])
    return made


def pareto(
    front: Sequence[Mapping[str, Any]],
    *,
    cost: str = "cost",
    survival: str = "survival",
    target: float | None = None,
    marked: Mapping[str, str] | None = None,
) -> go.Figure:
    """Draw designs as cost against the share of outages they survive, and join those that nothing beats.

    Parameters
    ----------
    front : one mapping per design, with its cost, its share of survived outages (0 to 1), and, where they are
        known, `survival_low`, `survival_high`, `name` and `currency`.
    cost, survival : names of the two columns.
    target : share asked for, drawn as a line; None: no line.
    marked : `name` of a design -> what to write beside its point.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    InputError
        When there is no design, or a column is missing.
    """
    if not front:
        raise InputError("a Pareto figure needs at least one design")
    for column in (cost, survival):
        if any(column not in row for row in front):
            raise InputError(f"every design needs a {column!r}")
    rows = sorted(front, key=lambda row: (row[cost], -row[survival]))
    best = np.maximum.accumulate([row[survival] for row in rows])
    on = [i == 0 or rows[i][survival] > best[i - 1] for i in range(len(rows))]
    x = np.array([row[cost] for row in rows], dtype=np.float64)
    y = 100.0 * np.array([row[survival] for row in rows], dtype=np.float64)
    names = [str(row.get("name", "")) for row in rows]
    currency = str(rows[0].get("currency", "currency"))
    caption = (
        f"Share of outages survived, in percent, against cost in {currency}, for {len(rows)} designs. "
        f"The line joins the {sum(on)} that no other design beats in both."
    )
    made = style.figure(400, caption, showlegend=True)
    bars = None
    if all("survival_low" in row and "survival_high" in row for row in rows):
        above = 100.0 * np.array([row["survival_high"] for row in rows]) - y
        below = y - 100.0 * np.array([row["survival_low"] for row in rows])
        bars = {"type": "data", "array": above, "arrayminus": below, "color": style.GREY, "thickness": 1}
    made.add_scatter(
        x=x,
        y=y,
        mode="markers",
        name="designs",
        text=names,
        error_y=bars,
        marker={"color": style.GREY, "size": 8},
    )
    made.add_scatter(
        x=x[on],
        y=y[on],
        mode="lines+markers",
        name="nothing better",
        text=[n for n, keep in zip(names, on, strict=True) if keep],
        line={"color": style.BLUE, "width": 2, "shape": "hv"},
        marker={"size": 10},
    )
    made.update_traces(hovertemplate="%{text}<br>%{x:,.4g} " + currency + "<br>%{y:.2f} %<extra></extra>")
    if target is not None:
        made.add_hline(
            y=100.0 * target, line={"color": style.GREEN, "dash": "dot", "width": 1.5},
            annotation_text=f"target {100.0 * target:g} %", annotation_position="bottom right",
        )  # fmt: skip
    for name, words in (marked or {}).items():
        at = names.index(name)
        made.add_annotation(
            x=x[at], y=y[at], text=words, showarrow=True, arrowhead=0, arrowcolor=style.GREY, ax=46, ay=40
        )
    made.update_layout(hovermode="closest")
    made.update_xaxes(title_text=f"cost [{currency}]")
    made.update_yaxes(title_text="outages survived [%]")
    return made
