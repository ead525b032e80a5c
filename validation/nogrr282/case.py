"""NOGRR282 (ERCOT, large loads of 75 MW and more): each point of its voltage curve, by two designs of UPS."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from twin.kernels import fields as f
from twin.kernels.site import Site
from twin.validation.case import Case, Check
from twin.validation.dip_run import Design, Dip, Played, Stage, sites

POINTS = (
    (0.0, 0.15), (0.19, 0.15), (0.20, 0.25), (0.49, 0.25), (0.50, 0.5), (0.79, 0.5), (0.80, 2.0), (0.89, 2.0),
    (1.11, 2.0), (1.20, 2.0),
)  # fmt: skip
"""Remaining voltage, pu, and the longest time the load has to ride through it, s: both ends of each band."""
FREQUENCIES = ((57.0, 299.0), (61.8, 299.0), (58.8, 20.0), (61.2, 20.0))
"""Hz, s: the ends of the bands; those of the continuous one for 20 s."""
SIM_POINTS, SIM_FREQUENCIES = POINTS[1:8:3], ((58.8, 2.0), (61.2, 2.0))
"""What the CUDA simulator plays, which takes a tenth of a second for a step of one design."""
AGAIN, WITHIN = 0.9, 2.0
"""Share of the load before that is drawn again, within so many seconds of the voltage's return."""
OWN = 1.0
"""The design's own aim: drawing again within this, s."""
REPEATS, APART = 6, 5.0
"""Sags to 0.3 pu for 0.2 s, so many seconds apart: counting them to disconnect is prohibited."""
RIDES, COUNTS = 0, 1
PATIENT = ("electrical.buses.bus.transfer.detect_delay=2.5 s",)
"""The transfer switch waits for the end of the curve; one that opens at 0.1 s takes the whole bus off the grid."""


@dataclass(frozen=True)
class Ridden:
    """What one history did to both designs: input power before, return of each design [s], latches, racks lost."""

    back: list[float]
    latched: list[bool]
    lost: list[bool]
    played: Played


@cache
def site() -> Site:
    """Both designs at the small site."""
    designs = [Design("ride-through", "ups-ride-through", {}), Design("counter", "ups-vfi-counting", {})]
    return sites(designs, PATIENT)


def stage(backend: str) -> Stage:
    """Both designs on a backend, at rest."""
    return Stage(site(), 2, backend)


def judge(stage: Stage, end: float, after: float) -> Ridden:
    """Look at both designs after the disturbance that ended at `end`."""
    played = stage.played()
    load = played.at(-0.1)
    ups, racks = played.states["ups"][:, :, 0], played.states["rack"][:, f.RACK_LOST_AT]
    return Ridden(
        [played.back(k, end, end + after, AGAIN * float(load[k])) for k in (RIDES, COUNTS)],
        [bool(value > 0.0) for value in ups[:, f.UPS_LATCHED]],
        [bool((row >= 0.0).any()) for row in racks],
        played,
    )


def voltage_point(residual: float, length: float, backend: str) -> Ridden:
    """One sag or swell, and three seconds after it."""
    at = stage(backend)
    at.play([Dip(0.0, length, residual)], -0.5, length + 3.0)
    return judge(at, length, 3.0)


def frequency_point(frequency: float, length: float, backend: str) -> float:
    """Smallest share of its load that the ride-through design draws at a frequency."""
    at = stage(backend)
    at.play([], -0.5, 0.0)
    at.play([], 0.0, length, frequency)
    played = at.played()
    return float((played.power[RIDES] / played.at(-0.1)[RIDES]).min())


def repeats(backend: str) -> Ridden:
    """Sag after sag."""
    at = stage(backend)
    end = (REPEATS - 1) * APART + 0.2
    at.play([Dip(k * APART, 0.2, 0.3) for k in range(REPEATS)], -0.5, end + 3.0)
    return judge(at, end, 3.0)


def run(backend: str) -> list[Check]:
    """Return a check for each point."""
    checks = []
    points, frequencies = (SIM_POINTS, SIM_FREQUENCIES) if backend == "sim" else (POINTS, FREQUENCIES)
    for residual, length in points:
        ridden = voltage_point(residual, length, backend)
        name = f"{residual:g} pu for {length:g} s"
        checks += [
            Check(
                f"{name}: draws 90 % again after",
                ridden.back[RIDES],
                0.0,
                OWN,
                "s",
                f"NOGRR282: {WITHIN:g} s",
            ),
            Check(
                f"{name}: latched or racks lost",
                float(ridden.latched[RIDES] or ridden.lost[RIDES]),
                0.0,
                0.0,
                "1",
            ),
        ]
    for frequency, length in frequencies:
        kept = frequency_point(frequency, length, backend)
        checks.append(Check(f"{frequency:g} Hz for {length:g} s: smallest draw, share", kept, 1.0, 1e-3, "1"))
    many = repeats(backend)
    violates = many.latched[COUNTS] and not np.isfinite(many.back[COUNTS])
    return [
        *checks,
        Check(
            f"{REPEATS} sags, ride-through: draws 90 % again after the last", many.back[RIDES], 0.0, OWN, "s"
        ),
        Check(f"{REPEATS} sags, ride-through: latched", float(many.latched[RIDES]), 0.0, 0.0, "1"),
        Check(
            f"{REPEATS} sags, counter: violates the rule",
            float(violates),
            1.0,
            0.0,
            "1",
            "latched, away for good",
        ),
        Check(f"{REPEATS} sags: racks lost", float(any(many.lost)), 0.0, 0.0, "1"),
    ]


def figure() -> Any:
    """Return both designs through sag after sag."""
    import plotly.graph_objects as go

    played = repeats("cpu").played
    plot = go.Figure(layout={"title": CASE.title, "template": "plotly_white"})
    for k, name in ((RIDES, "ride-through"), (COUNTS, "counter, three in 60 s")):
        plot.add_scatter(x=played.time, y=played.power[k] / played.at(-0.1)[k], name=name)
    plot.add_scatter(x=played.time, y=played.voltage, name="voltage", line={"color": "lightgrey"})
    plot.update_xaxes(title="time, s").update_yaxes(title="UPS input, share of before")
    return plot


CASE = Case(
    name="nogrr282",
    title="NOGRR282: the voltage curve of large loads, point by point",
    reference="times of the voltage and frequency bands, 90 % within 2 s, no counting of sags",
    source="ERCOT, Nodal Operating Guide Revision Request 282 (as summarised; check before relying on it)",
    run=run,
    figure=figure,
)
