"""Time-current curves of a protection study."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from twin.plots import style


def time_current(path: dict[str, Any]) -> go.Figure:
    """Draw the tripping time of every breaker of a path against the current, both on logarithmic axes.

    Parameters
    ----------
    path : dict
        `name`, `curves` (each with `name`, `current` [A], `time` [s] and `fault` [A]), as `twin.protection.told`
        gives it.
    """
    faults = ", ".join(f"{curve['name']} {curve['fault'] / 1e3:.3g} kA" for curve in path["curves"])
    made = style.figure(
        420,
        f"Tripping times along {path['name']}. Curves end at the largest fault behind each breaker: {faults}.",
    )
    for curve in path["curves"]:
        made.add_scatter(
            x=curve["current"],
            y=curve["time"],
            mode="lines",
            name=curve["name"],
            hovertemplate="%{x:.0f} A: %{y:.3g} s",
        )
    made.update_xaxes(title_text="current [A]", type="log")
    made.update_yaxes(title_text="tripping time [s]", type="log")
    made.update_layout(hovermode="closest")
    return made
