"""IEEE 14-bus system, trip of GENROU_2: one swing equation against the full network in ANDES."""

from __future__ import annotations

from typing import Any

from twin.signals.area import load_area
from twin.validation.area_run import AreaRun, run_area
from twin.validation.case import Case, Check

TRIP = 1.0
SETTLED = 30.0
NADIR, NADIR_AFTER, SETTLED_FREQUENCY, ROCOF = 59.5666, 1.667, 59.7023, -0.514
AFTER = {1.0: 59.6129, 2.0: 59.5734, 5.0: 59.7024}
"""Time after the trip, s -> frequency, Hz."""


def simulate(backend: str = "cpu") -> AreaRun:
    """Run the case to its steady state."""
    return run_area(load_area("ieee14"), SETTLED, 0.01, backend)


def run(backend: str) -> list[Check]:
    """Return the checks against ANDES."""
    result = simulate(backend)
    rocof = (float(result.at(TRIP + 0.5)) - 60.0) / 0.5
    return [
        Check("nadir", result.nadir, NADIR, 0.003, "Hz"),
        Check("nadir after the trip", result.nadir_time - TRIP, NADIR_AFTER, 0.05, "s"),
        Check("rate of change of frequency over 0.5 s", rocof, ROCOF, 0.01, "Hz/s"),
        *(
            Check(f"frequency {time:g} s after the trip", float(result.at(TRIP + time)), value, 0.004, "Hz")
            for time, value in AFTER.items()
        ),
        Check("settled frequency", float(result.frequency[-1]), SETTLED_FREQUENCY, 0.004, "Hz"),
    ]


def figure() -> Any:
    """Return the frequency with the published points."""
    import plotly.graph_objects as go

    result = simulate()
    shown = result.time <= TRIP + 10.0
    times = [*AFTER, NADIR_AFTER]
    plot = go.Figure(layout={"title": CASE.title, "template": "plotly_white"})
    plot.add_scatter(x=result.time[shown] - TRIP, y=result.frequency[shown], name="one swing equation")
    plot.add_scatter(x=times, y=[*AFTER.values(), NADIR], mode="markers", name="ANDES, full network")
    plot.update_xaxes(title="time after the trip, s").update_yaxes(title="frequency, Hz")
    return plot


CASE = Case(
    name="ieee14_frequency",
    title="IEEE 14-bus system: trip of a 40 MW generator",
    reference="ANDES 2.0.0, full network, constant-power load, GENROU and TGOV1",
    source="H. Cui, F. Li, K. Tomsovic, IEEE Trans. Power Systems 36 (2021) 1373-1384; case ieee14_full",
    run=run,
    figure=figure,
)
