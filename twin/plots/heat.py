"""Figure of heat sold: what the network wanted, what it got and from where, and at what temperature."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from twin.plots import style
from twin.plots.style import clock_of, decimate, shade, start_words
from twin.result import Result

Array = NDArray[np.float64]

_NEEDED = ("heat_reuse", "heat_direct", "heat_to_store", "power_heat_pump")
_POINTS = 1200


def heat_sold(result: Result, member: int | None = None) -> go.Figure | None:
    """Draw heat to the network [MW] over its parts, and the temperatures it lies between [degC].

    Parameters
    ----------
    result : an open result file.
    member : member of the ensemble; the first recorded one by default.

    Returns
    -------
    plotly.graph_objects.Figure or None
        None when nothing was sold, or the file does not say.
    """
    if not result.has("plant", *_NEEDED):
        return None
    sold, direct, stored, lift = (result.series("plant", name, member).sum(axis=1) for name in _NEEDED)
    if not np.any(sold > 0.0):
        return None
    made = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.62, 0.38], vertical_spacing=0.06)
    style.restyle(made, 460, _caption(sold, direct, lift))
    unit = clock_of(result)
    time = result.time("plant")
    through = np.maximum(sold + stored - direct - lift, 0.0)
    # Stacked: every part is drawn at the same instants.
    keep = slice(None, None, max(1, time.size // _POINTS))
    for name, values, colour in (
        ("straight from the plant's water", direct, style.PURPLE),
        ("lifted by heat pumps", through, style.ORANGE),
        ("their electricity", lift, style.SKY),
    ):
        made.add_scatter(
            x=time[keep] / unit.seconds, y=values[keep] / 1e6, name=name, stackgroup="made", mode="lines",
            line={"color": colour, "width": 0.5}, row=1, col=1,
        )  # fmt: skip
    lines = [("delivered", time, sold, style.GREEN, "solid")]
    if result.has("site", "heat_demand"):
        demand = result.series("site", "heat_demand", member)
        if np.any(demand > 0.0):
            lines.append(("wanted by the network", result.time("site"), demand, style.GREY, "dash"))
    for name, at, values, colour, dash in lines:
        t, y = decimate(at, values, _POINTS)
        line = {"color": colour, "width": 2, "dash": dash}
        made.add_scatter(x=t / unit.seconds, y=y / 1e6, name=name, mode="lines", line=line, row=1, col=1)
    _temperatures(made, result, member, unit.seconds)
    made.update_traces(hovertemplate="%{y:.2f}")
    made.update_yaxes(title_text="heat [MW]", rangemode="tozero", row=1, col=1)
    made.update_yaxes(title_text="temperature [°C]", row=2, col=1)
    made.update_xaxes(title_text=f"{unit.name} since {start_words(result)}", row=2, col=1)
    shade(made, result, member, rows=2)
    return made


def _temperatures(made: go.Figure, result: Result, member: int | None, seconds: float) -> None:
    """Add the supply temperature of the network and the return water of the plants that sell."""
    if result.has("site", "heat_supply"):
        supply = result.series("site", "heat_supply", member)
        if np.any(supply != 0.0):
            t, y = decimate(result.time("site"), supply, _POINTS)
            line = {"color": style.RED, "width": 1.8}
            made.add_scatter(x=t / seconds, y=y, name="supply of the network", line=line, row=2, col=1)
    if result.has("plant", "temperature_return"):
        selling = result.series("plant", "heat_reuse", member).max(axis=0) > 0.0
        back = result.series("plant", "temperature_return", member)
        for i in np.flatnonzero(selling)[:3]:
            t, y = decimate(result.time("plant"), back[:, i], _POINTS)
            line = {"color": style.BLUE, "width": 1.8}
            name = f"return water of {result.units('plant')[i]}"
            made.add_scatter(x=t / seconds, y=y, name=name, line=line, row=2, col=1)


def _caption(sold: Array, direct: Array, lift: Array) -> str:
    """Say in words what was sold, in the means of the rows recorded."""
    words = f"Heat delivered to the network, {sold.mean() / 1e6:.2f} MW on the mean of the rows recorded"
    if direct.any():
        words += f", {direct.mean() / 1e6:.2f} MW of it warm enough without a heat pump"
    if lift.any():
        words += f"; heat pumps drew {lift.mean() / 1e6:.2f} MW"
    return words + ". Where the parts lie above the line delivered, the rest went into the hot store."
