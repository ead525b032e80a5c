"""What all figures share: colours, the time axis, and the shading of lost mains.

Colours are those of Okabe and Ito (2008), Color Universal Design, told apart with every colour vision; the
blue is a little lighter so that it stands on a dark page too. Text takes the page's colour when it is shown.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from twin.result import Result

BLUE, ORANGE, GREEN, RED = "#2b83c6", "#e69f00", "#009e73", "#d55e00"
PURPLE, SKY, GREY, YELLOW = "#cc79a7", "#56b4e9", "#8a8f98", "#c9b800"
CYCLE = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY, YELLOW, GREY)
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif"


@dataclass(frozen=True)
class Clock:
    """The unit of a time axis: how many seconds it has, and its name."""

    seconds: float
    name: str


def clock_of(result: Result) -> Clock:
    """Return the unit that suits the length of the run."""
    span = result.duration
    if span <= 3 * 3600:
        return Clock(60.0, "minutes")
    return Clock(3600.0, "hours") if span <= 4 * 86400 else Clock(86400.0, "days")


def figure(height: int, caption: str, **layout: Any) -> go.Figure:
    """Return an empty figure in the house style."""
    made = go.Figure()
    restyle(made, height, caption, **layout)
    return made


def restyle(made: go.Figure, height: int, caption: str, **layout: Any) -> None:
    """Give a figure the house style and its caption."""
    made.update_layout(
        template="none",
        height=height,
        font={"family": FONT, "size": 13, "color": "#555b66"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 70, "r": 20, "t": 24, "b": 50},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "traceorder": "normal"},
        hovermode="x unified",
        colorway=CYCLE,
        meta={"caption": caption},
        **layout,
    )
    grid = {
        "gridcolor": "rgba(128,136,150,0.25)",
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        "title_font_size": 13,
    }
    made.update_xaxes(**grid)
    made.update_yaxes(**grid)


def start_words(result: Result) -> str:
    """Return the start of the run for an axis title."""
    return f"{result.start:%Y-%m-%d %H:%M} {result.start.tzname() or ''}".strip()


def lost_mains(result: Result, member: int | None = None) -> list[tuple[float, float]]:
    """Return the spans [s] in which every feed was lost (voltage below half of nominal), for shading."""
    if not result.has("feed", "voltage"):
        return []
    time = result.time("feed")
    lost = (result.series("feed", "voltage", member) < 0.5).all(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], lost, [False]]).astype(np.int8)))
    starts = np.concatenate([[0.0], time])
    return [(float(starts[a]), float(time[b - 1])) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def shade(made: go.Figure, result: Result, member: int | None, rows: int = 1) -> None:
    """Shade the spans without mains, in every row of a figure, and let its time axis span the run."""
    unit = clock_of(result).seconds
    made.update_xaxes(range=[0.0, result.duration / unit])
    for first, last in lost_mains(result, member)[:50]:
        for row in range(1, rows + 1):
            where = {"row": row, "col": 1} if rows > 1 else {}
            note = (
                {
                    "annotation_text": "mains lost",
                    "annotation_position": "bottom left",
                    "annotation_font_size": 12,
                }
                if row == 1
                else {}
            )
            made.add_vrect(
                x0=first / unit, x1=last / unit, fillcolor=GREY, opacity=0.16, line_width=0, **note, **where
            )


def decimate(
    time: NDArray[np.float64], values: NDArray[Any], points: int = 1500
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Thin a series for drawing and keep every spike: the first, lowest, highest and last of each bucket.

    Parameters
    ----------
    time, values : the series, shape (n,); values that are not finite are left out.
    points : about how many points are kept.

    Returns
    -------
    time, values : at most `points` points in the order of time, all of them points of the series; the
        smallest and the largest value are among them.
    """
    good = np.isfinite(values)
    time, values = time[good], np.asarray(values[good], dtype=np.float64)
    if len(values) <= points:
        return time, values
    edges = np.linspace(0, len(values), max(1, points // 4) + 1).astype(np.int64)
    keep: set[int] = set()
    for first, last in itertools.pairwise(edges):
        part = values[first:last]
        keep |= {int(first), int(first + part.argmin()), int(first + part.argmax()), int(last - 1)}
    index = np.array(sorted(keep))
    return time[index], values[index]
