"""Frontier on 7 April 2024: coolant temperatures, accessory power and PUE from the power of its 25 CDUs."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from twin.kernels.device import simulating
from twin.validation.case import Case, Check, measured
from twin.validation.frontier_day.day import INTERVAL, Day, play_day

SERIES = "load_frontier_cdu_15s/frontier_25cdu_2024-04-07.csv.gz"
MW, KW = 1e6, 1e3
CDU_PUMPS = 25 * 8473.47
"""Of all coolant distribution units [W] (RAPS frontier.yaml)."""
SET_POINT = 32.0
"""Coolant to the cabinets [degC]: the upper end of the 30 to 32 degC published for the site (M)."""
SHORT = (300.0, 15.0, 0.1)
"""Length of the stretch [s], step [s] and rest before it [h] in the CUDA simulator, which is too slow for a day."""
WHOLE = (86400.0, 5.0, 3.0)


@cache
def day(backend: str) -> Day:
    """The day, or the stretch of it that the simulator can do."""
    return play_day(backend, *(SHORT if simulating() else WHOLE))


def run(backend: str) -> list[Check]:
    """Return the checks of the day against the trace and the published ranges."""
    path, why = measured(SERIES)
    if path is None:
        return [Check("PUE of the day", None, 1.05, 0.02, "1", why)]
    found = day(backend)
    racks, trace = found.racks.sum(axis=1), found.trace.sum(axis=1)
    # Of all units together: each has the same pump, so the mixture is their mean.
    back, held = found.back.mean(axis=1), float(np.abs(found.supply - SET_POINT).max())
    energy, traced = (float(watts.sum()) * INTERVAL / 3.6e9 for watts in (racks, trace))
    apart = float(np.abs(found.racks - found.trace).max()) / KW
    pumps = float(found.power["CDU pumps"].mean()) / KW
    published = "25 to 40 degC published"
    checks = [
        Check("cabinets behind a CDU, largest departure from the trace", apart, 0.0, 0.1, "kW"),
        Check("energy of the cabinets", energy, traced, 1e-4 * traced, "MWh", "sum of the trace"),
        Check(
            "coolant to the cabinets, largest departure from its set point",
            held,
            0.0,
            1.0,
            "K",
            "held to +-1 K",
        ),
        Check("coolant from the cabinets, lowest", float(back.min()), 32.5, 7.5, "degC", published),
        Check("coolant from the cabinets, highest", float(back.max()), 32.5, 7.5, "degC", published),
        Check("CDU pumps", pumps, CDU_PUMPS / KW, 0.01 * CDU_PUMPS / KW, "kW", "RAPS"),
        Check("largest residual of a thermal account", found.residual, 0.0, 1e-9, "1"),
    ]
    if simulating():
        return checks
    water = float(np.average(found.water_back, weights=racks))
    return [
        *checks,
        Check("PUE of the day", found.pue, 1.05, 0.02, "1", "about 1.05 published"),
        Check("waste heat: warm water from the units, mean by heat", water, 34.0, 4.0, "degC", "30 to 38 degC, 2023"),
    ]  # fmt: skip


def figure() -> Any:
    """Return power, temperatures and PUE over the day; nothing to show without the trace."""
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    if measured(SERIES)[0] is None:
        return go.Figure(layout={"title": f"{CASE.title}: {measured(SERIES)[1]}"})
    found = day("auto")
    thin = slice(None, None, 4)
    hours = found.time[thin] / 3600.0
    plot = make_subplots(
        rows=4,
        cols=1,
        shared_xaxes=True,
        vertical_spacing=0.04,
        row_heights=[0.28, 0.2, 0.32, 0.2],
    )
    plot.update_layout(title=CASE.title, template="plotly_white", height=900)
    racks = found.racks.sum(axis=1)
    plot.add_scatter(
        x=hours,
        y=found.trace.sum(axis=1)[thin] / MW,
        name="trace",
        line={"width": 4, "color": "#c9d7e8"},
        row=1,
        col=1,
    )
    plot.add_scatter(
        x=hours, y=racks[thin] / MW, name="cabinets", line={"width": 1, "color": "#2b83c6"}, row=1, col=1
    )
    for name, values in found.power.items():
        plot.add_scatter(x=hours, y=values[thin] / KW, name=name, stackgroup="aux", row=2, col=1)
    for values, name, colour in (
        (found.back.mean(axis=1), "coolant from the cabinets", "#d55e00"),
        (found.supply.mean(axis=1), "coolant to them", "#2b83c6"),
        (found.water_back, "warm water from the units", "#e69f00"),
        (found.water, "warm water to them", "#009e73"),
        (found.wet_bulb, "wet bulb outside", "#8a8f98"),
    ):
        plot.add_scatter(x=hours, y=values[thin], name=name, line={"color": colour}, row=3, col=1)
    plot.add_hrect(y0=25, y1=40, fillcolor="#d55e00", opacity=0.08, line_width=0, row=3, col=1)
    plot.add_scatter(
        x=hours,
        y=(found.site / racks)[thin],
        name="PUE of the moment",
        line={"color": "#2b83c6"},
        row=4,
        col=1,
    )
    plot.add_hline(y=found.pue, line_dash="dot", annotation_text=f"day: {found.pue:.3f}", row=4, col=1)
    for row, title in enumerate(("power, MW", "accessories, kW", "degC", "PUE"), start=1):
        plot.update_yaxes(title=title, row=row)
    plot.update_xaxes(title="hours of 7 April 2024", row=4)
    return plot


CASE = Case(
    name="frontier_day",
    title="Frontier, 7 April 2024: temperatures and PUE from the power of 25 coolant distribution units",
    reference="power by CDU and wet bulb every 15 s; published ranges of coolant temperatures and PUE",
    source="sustain-lc (HPE, ORNL ExaDigiT; MIT) for the trace; W. Brewer et al., SC24, and ORNL for the ranges",
    run=run,
    figure=figure,
)
