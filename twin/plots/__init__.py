"""Plotly figures from a result file; the report shows the same ones.

Each function takes a `twin.result.Result` (or a table) and returns a `plotly.graph_objects.Figure`, whose
`layout.meta["caption"]` says in words what it shows. A figure whose series the file does not hold is None.
"""

from twin.plots.cooling import cooling
from twin.plots.energy import sankey
from twin.plots.ensemble import pareto, survival_curve
from twin.plots.heat import heat_sold
from twin.plots.power import frequency_and_power, state_of_charge
from twin.plots.temperature import temperatures

__all__ = [
    "cooling", "frequency_and_power", "heat_sold", "pareto", "sankey", "state_of_charge", "survival_curve",
    "temperatures",
]  # fmt: skip
