"""Figure of a table of failures: which pair costs how many racks."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from twin.faults.table import FaultTable
from twin.plots import style

LETTERS = {"all up": "", "power": "P", "heat": "H", "power and heat": "P+H"}


def fault_map(table: FaultTable, *, mains_lost: bool) -> go.Figure:
    """Draw the share of racks lost [%] by pair of failures; single failures on the diagonal."""
    names = [fault.name for fault in table.faults]
    size = len(names)
    share = np.zeros((size, size))
    letters = [["" for _ in names] for _ in names]
    for row in range(size):
        for column in range(size):
            seen = table.at((row, column), mains_lost=mains_lost)
            share[row, column] = 100.0 * seen.racks_lost / table.racks
            letters[row][column] = LETTERS[seen.cause]
    when = f"the mains lost for {table.outage / 60.0:g} min" if mains_lost else "the mains there"
    made = style.figure(
        260 + 24 * size,
        f"Share of {table.racks:g} racks lost, in percent, by pair of failures with {when}; single failures on the "
        "diagonal. P: for want of power, H: by heat.",
    )
    made.add_heatmap(
        x=names, y=names, z=share, zmin=0, zmax=100, text=letters, texttemplate="%{text}",
        colorscale=[[0.0, "#eef3f6"], [1e-6, "#f6c9a8"], [1.0, "#b5321f"]],
        colorbar={"title": "%"}, hovertemplate="%{y} and %{x}: %{z:.0f} % of racks lost<extra></extra>",
    )  # fmt: skip
    made.update_yaxes(autorange="reversed")
    return made
