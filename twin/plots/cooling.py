"""Figure of cooling over time: the weather, where the heat goes, what that costs in power and water, and the PUE."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from twin.plots import style
from twin.plots.style import clock_of, shade, start_words
from twin.result import Result

Array = NDArray[np.float64]

POINTS = 600
_HEAT = (
    ("heat_chiller", "heat to chillers", style.BLUE),
    ("heat_free", "heat outside without chillers", style.GREEN),
    ("heat_reuse", "heat to reuse", style.PURPLE),
)
_POWER = (
    ("hall", "power", "air handlers", style.ORANGE),
    ("cdu", "power", "coolant pumps", style.PURPLE),
    ("plant", "power_chiller", "chillers", style.BLUE),
    ("plant", "power_pump", "plant pumps", style.SKY),
    ("plant", "power_rejection", "towers and dry coolers", style.GREEN),
    ("plant", "power_heat_pump", "heat pumps", style.YELLOW),
)


@dataclass(frozen=True)
class Curve:
    """One line or band of a row: its name, instants [s], values and colour; `stack` piles it on those before it."""

    name: str
    time: Array
    values: Array
    colour: str
    stack: bool = False
    dash: str = "solid"


@dataclass(frozen=True)
class Row:
    """Curves that share an axis, and its title."""

    title: str
    curves: list[Curve]


def averaged(time: Array, values: Array, points: int = POINTS) -> tuple[Array, Array]:
    """Thin a series to the means of equal numbers of rows, so that bands stay piled up at common instants.

    Parameters
    ----------
    time, values : shape (n,); what is not a number is left out of a mean.
    points : about how many are kept.

    Returns
    -------
    time, values : the middle of each span and its mean; NaN where a span holds no number.
    """
    if len(time) <= points:
        return time, values
    first = np.linspace(0, len(time), points + 1).astype(np.int64)[:-1]
    good = np.isfinite(values)
    count = np.add.reduceat(good.astype(np.float64), first)
    total = np.add.reduceat(np.where(good, values, 0.0), first)
    span = np.diff(np.append(first, len(time)))
    middle = np.add.reduceat(time, first) / span
    with np.errstate(invalid="ignore", divide="ignore"):
        return middle, np.where(count > 0.0, total / count, np.nan)


def _summed(result: Result, group: str, name: str, member: int | None) -> Array:
    values: Array = result.series(group, name, member).sum(axis=1, dtype=np.float64)
    return values


def _served(result: Result, group: str, name: str, member: int | None) -> Array:
    """Power that was served, over all units [W]: what they asked for, times the share of it that they got."""
    asked = result.series(group, name, member).astype(np.float64)
    if result.has(group, "served"):
        asked = asked * result.series(group, "served", member)
    total: Array = asked.sum(axis=1)
    return total


def weather_row(result: Result, member: int | None) -> Row | None:
    """Outdoor dry bulb, wet bulb and dew point [degC]."""
    lines = (
        ("dry_bulb", "dry bulb", style.RED, "solid"),
        ("wet_bulb", "wet bulb", style.BLUE, "solid"),
        ("dew_point", "dew point", style.GREY, "dot"),
    )
    curves = [
        Curve(words, result.time("site"), result.series("site", name, member), colour, dash=dash)
        for name, words, colour, dash in lines
        if result.has("site", name)
    ]
    return Row("outside [°C]", curves) if curves else None


def heat_row(result: Result, member: int | None) -> Row | None:
    """Heat taken by chillers, economiser and reuse, piled up, beside the power of the racks [MW]."""
    curves = [
        Curve(words, result.time("plant"), _summed(result, "plant", name, member) / 1e6, colour, stack=True)
        for name, words, colour in _HEAT
        if result.has("plant", name)
    ]
    curves = [curve for curve in curves if np.any(curve.values > 0.0)]
    if not curves:
        return None
    if result.has("site", "power_racks"):
        racks = result.series("site", "power_racks", member) / 1e6
        curves.append(Curve("power of racks", result.time("site"), racks, style.GREY, dash="dot"))
    return Row("heat [MW]", curves)


def power_row(result: Result, member: int | None) -> Row | None:
    """Power of everything that cools, piled up [kW]."""
    curves = [
        Curve(words, result.time(group), _served(result, group, name, member) / 1e3, colour, stack=True)
        for group, name, words, colour in _POWER
        if result.has(group, name)
    ]
    curves = [curve for curve in curves if np.any(curve.values > 0.0)]
    return Row("cooling power [kW]", curves) if curves else None


def water_row(result: Result, member: int | None) -> Row | None:
    """Water that evaporates and is blown down [m3/h], from its count at every row."""
    if not result.has("plant", "water"):
        return None
    time, used = result.time("plant"), _summed(result, "plant", "water", member)
    if used[-1] <= 0.0:
        return None
    before = np.concatenate([[0.0], used[:-1]])
    length = np.diff(time, prepend=0.0)
    rate = np.divide(used - before, length, out=np.zeros_like(used), where=length > 0.0)
    return Row("water [m³/h]", [Curve("water", time, rate * 3.6, style.SKY)])


def pue_row(result: Result, member: int | None) -> Row | None:
    """Power usage effectiveness of the moment."""
    if not result.has("site", "pue"):
        return None
    values = result.series("site", "pue", member).astype(np.float64)
    if not np.isfinite(values).any():
        return None
    return Row("PUE", [Curve("PUE of the moment", result.time("site"), values, style.BLUE)])


def cooling(result: Result, member: int | None = None) -> go.Figure | None:
    """Draw weather, heat, cooling power, water and PUE, each where the file has it; spans without mains are shaded.

    Parameters
    ----------
    result : an open result file.
    member : member of the ensemble; the first recorded one by default.

    Returns
    -------
    plotly.graph_objects.Figure or None
        None when the file holds neither heat nor cooling power.
    """
    made_of = (weather_row, heat_row, power_row, water_row, pue_row)
    rows = [row for row in (make(result, member) for make in made_of) if row is not None]
    if not any(row.title.startswith(("heat", "cooling")) for row in rows):
        return None
    unit = clock_of(result)
    made = make_subplots(rows=len(rows), cols=1, shared_xaxes=True, vertical_spacing=0.035)
    style.restyle(made, 60 + 165 * len(rows), _caption(result))
    for index, row in enumerate(rows, start=1):
        for curve in row.curves:
            _add(made, curve, unit.seconds, index)
        made.update_yaxes(title_text=row.title, row=index, col=1)
        if not row.title.startswith(("outside", "PUE")):
            made.update_yaxes(rangemode="tozero", row=index, col=1)
    made.update_xaxes(title_text=f"{unit.name} since {start_words(result)}", row=len(rows), col=1)
    # One legend above five rows would not say whose it is: each row names its own.
    _legends(made, len(rows))
    shade(made, result, member, rows=len(rows))
    return made


def _add(made: go.Figure, curve: Curve, seconds: float, row: int) -> None:
    t, y = averaged(curve.time, curve.values)
    band = {"stackgroup": f"row{row}", "line": {"width": 0.5, "color": curve.colour}}
    line = {"line": {"width": 1.6, "color": curve.colour, "dash": curve.dash}}
    made.add_scatter(
        x=t / seconds,
        y=y,
        mode="lines",
        name=curve.name,
        legend="legend" if row == 1 else f"legend{row}",
        hovertemplate="%{y:.4g}",
        row=row,
        col=1,
        **(band if curve.stack else line),
    )


def _legends(made: go.Figure, rows: int) -> None:
    made.update_layout(margin={"r": 190})
    for row in range(1, rows + 1):
        top = made.layout["yaxis" if row == 1 else f"yaxis{row}"].domain[1]
        place = {"orientation": "v", "x": 1.01, "xanchor": "left", "y": top, "yanchor": "top"}
        made.update_layout({"legend" if row == 1 else f"legend{row}": place})


def _caption(result: Result) -> str:
    words = (
        "Means over short spans. Heat is what the plants take out of air and water; power is what was served."
    )
    facts = []
    for name, text in (("pue", "PUE of the whole run {:.3f}"), ("water", "water {:,.1f} m³")):
        found = result.summary.get(name) if result.complete else None
        if found is not None and np.isfinite(float(found.value)) and float(found.value) > 0.0:
            facts.append(text.format(float(found.value) / (1000.0 if name == "water" else 1.0)))
    return f"{words} {', '.join(facts)}." if facts else words
