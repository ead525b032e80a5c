"""Figure of temperatures over time: racks as percentiles with the hottest one, halls, plant water."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from twin.plots import style
from twin.plots.style import clock_of, decimate, shade, start_words
from twin.result import Result


def temperatures(result: Result, member: int | None = None) -> go.Figure | None:
    """Draw temperatures [degC]: rack inlets (5th to 95th percentile, median, hottest), halls, plant water.

    Parameters
    ----------
    result : an open result file.
    member : member of the ensemble; the first recorded one by default.

    Returns
    -------
    plotly.graph_objects.Figure or None
        None when the file holds none of them.
    """
    racks = result.has("rack", "temperature_inlet")
    rooms = [
        ("hall", "temperature_cold", "cold aisle"),
        ("hall", "temperature_hot", "hot aisle"),
        ("plant", "temperature", "plant water"),
        ("cdu", "temperature_supply", "coolant"),
    ]
    rooms = [room for room in rooms if result.has(room[0], room[1])]
    if not racks and not rooms:
        return None
    made = style.figure(380, "")
    unit = clock_of(result)
    caption = _racks(made, result, member, unit.seconds) if racks else ""
    colours = {"hall": style.ORANGE, "plant": style.GREEN, "cdu": style.PURPLE}
    for group, name, words in rooms:
        time, values = result.time(group), result.series(group, name, member)
        for i, which in enumerate(result.units(group)[:4]):
            t, y = decimate(time, values[:, i], 800)
            line = {"color": colours[group], "width": 1.6, "dash": "dot" if "hot" in name else "solid"}
            made.add_scatter(x=t / unit.seconds, y=y, mode="lines", name=f"{words}, {which}", line=line)
    if rooms:
        caption += " Halls, coolant and plant water: at most four of each are drawn."
    made.update_layout(meta={"caption": caption.strip()})
    made.update_traces(hovertemplate="%{y:.1f} °C")
    made.update_yaxes(title_text="temperature [°C]")
    made.update_xaxes(title_text=f"{unit.name} since {start_words(result)}")
    shade(made, result, member)
    return made


def _racks(made: go.Figure, result: Result, member: int | None, seconds: float) -> str:
    """Add the band, the median and the hottest rack; return the caption."""
    names = result.units("rack")
    times, percentiles, peaks = [], [], np.full(len(names), -np.inf)
    for time, values in result.slabs("rack", "temperature_inlet", member):
        times.append(time)
        percentiles.append(np.percentile(values, [5, 50, 95], axis=1))
        peaks = np.maximum(peaks, values.max(axis=0))
    time, bands = np.concatenate(times), np.concatenate(percentiles, axis=1)
    hottest = int(peaks.argmax())
    slabs = result.slabs("rack", "temperature_inlet", member)
    worst = np.concatenate([values[:, hottest] for _, values in slabs]).astype(np.float64)
    step = max(1, len(time) // 800)
    # A band is thinned to its outer edge, so that no excursion is lost.
    groups = np.arange(0, len(time), step)
    low, high = np.minimum.reduceat(bands[0], groups), np.maximum.reduceat(bands[2], groups)
    middle = time[groups] / seconds
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    made.add_scatter(x=middle, y=high, showlegend=False, **edge)
    made.add_scatter(
        x=middle,
        y=low,
        fill="tonexty",
        fillcolor="rgba(43,131,198,0.25)",
        name="racks, 5th to 95th percentile",
        **edge,
    )
    t, y = decimate(time, bands[1], 800)
    made.add_scatter(x=t / seconds, y=y, mode="lines", name="racks, median", line={"color": style.BLUE})
    t, y = decimate(time, worst, 800)
    line = {"color": style.RED, "width": 2}
    made.add_scatter(x=t / seconds, y=y, mode="lines", name=f"hottest rack, {names[hottest]}", line=line)
    return (
        f"Air at the inlets of {len(names)} racks in degrees Celsius: half of them are below the median "
        f"line, nine in ten inside the band. The hottest, {names[hottest]}, reaches "
        f"{peaks[hottest]:.1f} °C in the rows recorded."
    )
