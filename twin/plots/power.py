"""Figures of electrical quantities over time: frequency, power, state of charge."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from twin.plots import style
from twin.plots.style import clock_of, decimate, shade, start_words
from twin.result import Result

_LINES = 8
# Powers between the ends of the chain: each lies beside a line that is drawn.
_INNER = ("power_it", "power_ups_in", "power_ups_out")


def _frequency(result: Result, member: int | None) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return the finest record of the grid frequency there is: trace, site, first feed."""
    for group, name in (("trace", "frequency"), ("site", "frequency")):
        if result.has(group, name):
            return result.time(group), result.series(group, name, member)
    if result.has("feed", "frequency"):
        return result.time("feed"), result.series("feed", "frequency", member)[:, 0]
    return None


def _powers(result: Result, member: int | None) -> list[tuple[str, NDArray[np.float64], NDArray[np.float64]]]:
    """Return (name, time, power [W]) of the site's powers; sums over the classes where there are none."""
    site = [n for n in result.channels("site") if n.startswith("power_") and n not in _INNER]
    if site and result.has("site"):
        time = result.time("site")
        found = [(result.describe("site", n).meaning, time, result.series("site", n, member)) for n in site]
        if result.has("battery", "power") and "ups" in result.groups:
            systems = tuple(f"{name}." for name in result.units("ups"))
            behind = np.array([f"{name}.".startswith(systems) for name in result.units("battery")])
            total = result.series("battery", "power", member)[:, behind].sum(axis=1)
            found.append(("power from UPS batteries", result.time("battery"), total))
        # A site without generators or storage still has their channels, at zero.
        return [row for row in found if np.any(row[2] != 0.0)]
    sums = (
        ("feed", "power", "from the grid"),
        ("genset", "power", "from generators"),
        ("battery", "power", "from batteries"),
        ("rack", "power", "to racks"),
        ("plant", "power", "to the cooling plant"),
    )
    return [
        (words, result.time(group), result.series(group, name, member).sum(axis=1, dtype=np.float64))
        for group, name, words in sums
        if result.has(group, name)
    ]


def frequency_and_power(result: Result, member: int | None = None) -> go.Figure | None:
    """Draw the grid frequency [Hz] above the site's powers [MW or kW]; spans without mains are shaded.

    Parameters
    ----------
    result : an open result file.
    member : member of the ensemble; the first recorded one by default.

    Returns
    -------
    plotly.graph_objects.Figure or None
        None when the file holds neither.
    """
    frequency, powers = _frequency(result, member), _powers(result, member)
    if frequency is None and not powers:
        return None
    unit = clock_of(result)
    rows = (frequency is not None) + bool(powers)
    heights = [0.4, 0.6] if rows == 2 else None
    made = make_subplots(rows=rows, cols=1, shared_xaxes=True, vertical_spacing=0.07, row_heights=heights)
    words = []
    if frequency is not None:
        time, values = frequency
        words.append(
            f"Frequency at the grid connection: lowest {np.nanmin(values):.3f} Hz, "
            f"highest {np.nanmax(values):.3f} Hz."
        )
        t, y = decimate(time, values)
        made.add_scatter(
            x=t / unit.seconds,
            y=y,
            mode="lines",
            name="grid frequency",
            showlegend=False,
            line={"color": style.BLUE, "width": 1.3},
            hovertemplate="%{y:.3f} Hz",
            row=1,
            col=1,
        )
        made.update_yaxes(title_text="frequency [Hz]", row=1, col=1)
    if powers:
        largest = max(float(np.nanmax(np.abs(values))) for _, _, values in powers)
        scale, name = (1e6, "MW") if largest >= 1e6 else (1e3, "kW")
        for i, (label, time, values) in enumerate(powers):
            t, y = decimate(time, values)
            made.add_scatter(
                x=t / unit.seconds,
                y=y / scale,
                mode="lines",
                name=label,
                line={
                    "width": 1.8,
                    "color": style.CYCLE[i % len(style.CYCLE)],
                    "dash": "dot" if i > 7 else "solid",
                },
                hovertemplate="%{y:.3f} " + name,
                row=rows,
                col=1,
            )
        made.update_yaxes(title_text=f"power [{name}]", row=rows, col=1)
        words.append(
            f"Power in {name}; positive from the grid, generators and batteries towards the racks, so a "
            f"battery that charges is negative. Largest value {largest / scale:.2f} {name}."
        )
    made.update_xaxes(title_text=f"{unit.name} since {start_words(result)}", row=rows, col=1)
    style.restyle(made, 300 + 200 * (rows - 1), " ".join(words))
    shade(made, result, member, rows)
    return made


def state_of_charge(result: Result, member: int | None = None) -> go.Figure | None:
    """Draw the state of charge [%] of each battery; of many, the middle, the range and the lowest; and of cold stores.

    Returns
    -------
    plotly.graph_objects.Figure or None
        None when the file holds no batteries.
    """
    if not result.has("battery", "soc"):
        return None
    unit, time = clock_of(result), result.time("battery")
    soc = 100.0 * result.series("battery", "soc", member).astype(np.float64)
    names = result.units("battery")
    low = int(np.nanargmin(np.nanmin(soc, axis=0)))
    when = float(time[int(np.nanargmin(soc[:, low]))]) / unit.seconds
    caption = (
        f"State of charge of {len(names)} {'battery' if len(names) == 1 else 'batteries'} in percent. "
        f"Lowest: {names[low]}, {np.nanmin(soc[:, low]):.1f} % after {when:.1f} {unit.name}."
    )
    made = style.figure(300, caption)
    if len(names) <= _LINES:
        lines = {name: soc[:, i] for i, name in enumerate(names)}
    else:
        lines = {
            f"lowest: {names[low]}": soc[:, low],
            "median": np.median(soc, axis=1),
            "highest": soc.max(axis=1),
        }
    for label, values in lines.items():
        t, y = decimate(time, values)
        made.add_scatter(x=t / unit.seconds, y=y, mode="lines", name=label, hovertemplate="%{y:.1f} %")
    if result.has("site", "cold_store"):
        content = 100.0 * result.series("site", "cold_store", member).astype(np.float64)
        if np.isfinite(content).any():
            t, y = decimate(result.time("site"), content)
            line = {"color": style.SKY, "dash": "dash"}
            made.add_scatter(x=t / unit.seconds, y=y, mode="lines", name="cold stores", line=line)
    made.update_yaxes(title_text="state of charge [%]", range=[-2, 104])
    made.update_xaxes(title_text=f"{unit.name} since {start_words(result)}")
    shade(made, result, member)
    return made
