"""Figures of a sizing study, from the designs in `study.json`: how long they last, and what ends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from twin.plots import style

HOUR = 3600.0


def endurance(designs: Sequence[Mapping[str, Any]], longest: float) -> go.Figure:
    """Draw for each design the share of outages that would not have cost a rack yet, against time.

    Parameters
    ----------
    designs : designs of `study.json`, with `name` and `endurance`: times [s], rising from 0, and shares.
    longest : the longest outage drawn, where every curve ends [s].
    """
    caption = (
        "How long each design lasts without the mains: share of outages, in percent, that have not cost a rack after "
        "so many hours. Product-limit estimate (Kaplan and Meier, 1958): an outage that ended first counts as long "
        "as it lasted."
    )
    made = style.figure(400, caption, showlegend=True)
    for design in designs:
        time = [*design["endurance"]["time"], longest]
        share = [*design["endurance"]["share"], design["endurance"]["share"][-1]]
        made.add_scatter(
            x=[t / HOUR for t in time], y=[100.0 * s for s in share], mode="lines", name=design["name"],
            line={"shape": "hv", "width": 2}, hovertemplate="%{y:.1f} %",
        )  # fmt: skip
    made.update_xaxes(title_text="time without the mains [hours]", range=[0.0, longest / HOUR])
    made.update_yaxes(title_text="still without a lost rack [%]", range=[-2, 102])
    return made


def causes(designs: Sequence[Mapping[str, Any]], least: float = 0.005) -> go.Figure | None:
    """Draw what ended the outages that each design did not survive: want of power, or heat.

    Parameters
    ----------
    designs : designs of `study.json`, with `name`, `survival` and `lost_by_heat`, shares of all outages.
    least : share of outages that a design must lose to be drawn.

    Returns
    -------
    plotly.graph_objects.Figure or None
        None when no design loses so many.
    """
    caption = (
        "Outages that cost a rack, in percent of all, by what stopped the first one: no power was left, or its inlet "
        "was too hot because the cooling had too little. Designs "
        f"that lose less than {100.0 * least:g} % are left out."
    )
    losing = [d for d in designs if 1.0 - d["survival"] >= least][::-1]
    if not losing:
        return None
    names = [d["name"] for d in losing]
    heat = [100.0 * d["lost_by_heat"] for d in losing]
    power = [100.0 * (1.0 - d["survival"]) - h for d, h in zip(losing, heat, strict=True)]
    made = style.figure(max(220, 90 + 19 * len(losing)), caption, showlegend=True, barmode="stack")
    for name, values, colour in (("no power left", power, style.BLUE), ("too hot", heat, style.RED)):
        made.add_bar(
            x=values, y=names, orientation="h", name=name, marker={"color": colour},
            hovertemplate="%{x:.1f} %",
        )  # fmt: skip
    made.update_layout(hovermode="y unified", margin={"l": 190}, bargap=0.25)
    made.update_xaxes(title_text="outages that cost a rack [% of all]")
    made.update_yaxes(tickfont_size=12, dtick=1)
    return made
