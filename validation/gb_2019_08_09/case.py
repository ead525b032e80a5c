"""Great Britain, 9 August 2019: published losses, inertia and response in, measured frequency out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from twin.kernels.fields import (
    AREA_DAMPING,
    AREA_INERTIA,
    REL_DEMAND,
    REL_FREQUENCY,
    REL_GENERATION,
    RESP_DELIVERY,
    RESP_RUNDOWN,
    RESP_SUSTAIN,
)
from twin.signals.area import AreaModel, load_area
from twin.validation.area_run import Array, run_area
from twin.validation.case import Case, Check, measured

AREA = "gb-2019-08-09"
FAULT = datetime(2019, 8, 9, 15, 52, 33, 490000, tzinfo=UTC)
SERIES = "freq_gb_2019-08-09/neso-frequency-2019-08-09-event-window.csv"
DURATION, STEP = 300.0, 0.01
INERTIA_APPENDIX = 219.632e9
"""Kinetic energy by the ESO's appendices, W s; the headline of its report is in the asset."""
ARREST_WINDOW = (15.0, 45.0)
"""The first arrest lies here, before the plateau, s after the fault."""


def area(
    *,
    inertia: float | None = None,
    damping: float | None = None,
    handover: bool = True,
    trip_at_49: bool = True,
    net_shed: bool = True,
) -> AreaModel:
    """Return the area of the asset, with another reading of the record where asked for.

    Parameters
    ----------
    inertia : float, optional
        Kinetic energy, W s.
    damping : float, optional
        Load damping, 1/Hz.
    handover : bool
        False: primary is held to 30 s and runs down in 10 s, on top of secondary (holdings add).
    trip_at_49 : bool
        False: the 200 MW of embedded generation go at 61.51 s instead of at 49 Hz.
    net_shed : bool
        False: stage 1 sheds the 931 MW reported by the network operators and no generation with it.
    """
    model = load_area(AREA)
    grid, response, relay = (model.param[kind][0] for kind in ("area", "response", "relay"))
    if inertia is not None:
        grid[AREA_INERTIA] = inertia
    if damping is not None:
        grid[AREA_DAMPING] = damping
    if not handover:
        primary = np.isfinite(response[RESP_SUSTAIN])
        response[RESP_SUSTAIN, primary] = 30.0
        response[RESP_RUNDOWN, primary] = 10.0
    events = model.events
    if not trip_at_49:
        relay[REL_GENERATION, relay[REL_FREQUENCY] == 49.0] = 0.0
        events = np.vstack([events, [61.51, 200e6, 0.0]])
    if not net_shed:
        first = relay[REL_FREQUENCY] == 48.8
        relay[REL_DEMAND, first] = 931e6
        relay[REL_GENERATION, first] = 0.0
    return replace(model, events=events)


def secured_loss(inertia: float | None = None) -> AreaModel:
    """Return the area with a loss of 1000 MW alone and all response delivered: what the ESO secured for."""
    model = area(inertia=inertia)
    model.param["response"][0, RESP_DELIVERY] = 1.0
    return replace(model, events=np.array([[0.0, 1000e6, 0.0]]))


def read_measured(path: Path) -> tuple[Array, Array]:
    """Return time after the fault, s, and measured frequency, Hz, of the NESO one-second series."""
    times, values = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line[:1].isdigit():
            stamp, value = line.split(",")
            times.append((datetime.fromisoformat(stamp) - FAULT) / timedelta(seconds=1))
            values.append(float(value))
    return np.array(times), np.array(values)


def run(backend: str) -> list[Check]:
    """Return the checks against the published anchors, and against the series where TWIN_DATA has it."""
    checks = []
    for label, inertia in (("210 GW s", None), ("219.6 GW s", INERTIA_APPENDIX)):
        result = run_area(area(inertia=inertia), DURATION, STEP, backend)
        early = (result.time >= ARREST_WINDOW[0]) & (result.time <= ARREST_WINDOW[1])
        arrest = float(result.frequency[early].min())
        trips = "set by the 48.8 Hz relay: see README"
        checks += [
            Check(f"nadir, {label}", result.nadir, 48.787, 0.05, "Hz", trips),
            Check(f"time of the nadir, {label}", result.nadir_time, 75.9, 5.0, "s"),
            Check(f"first arrest, {label}", arrest, 49.083, 0.05, "Hz"),
        ]
        path, why = measured(SERIES)
        error = None
        if path is not None:
            time, frequency = read_measured(path)
            window = (time >= 0.0) & (time <= 75.0)
            error = float(np.sqrt(np.mean((result.at(time[window]) - frequency[window]) ** 2)))
        checks.append(Check(f"RMS error of the first 75 s, {label}", error, 0.0, 0.1, "Hz", why))
        secured = run_area(secured_loss(inertia), 60.0, STEP, backend).nadir
        note = "ESO p. 24: does not go below 49.5 Hz; expected is the middle of 49.5 to 50.0"
        checks.append(Check(f"nadir of a 1000 MW loss, {label}", secured, 49.75, 0.25, "Hz", note))
    return checks


def figure() -> Any:
    """Return the frequency by the readings of the record, with the measured series where TWIN_DATA has it."""
    import plotly.graph_objects as go

    plot = go.Figure(layout={"title": CASE.title, "template": "plotly_white"})
    readings = {
        "model, 210 GW s": area(),
        "model, 219.6 GW s": area(inertia=INERTIA_APPENDIX),
        "primary and secondary added": area(handover=False, trip_at_49=False, net_shed=False),
    }
    for name, model in readings.items():
        result = run_area(model, DURATION, STEP)
        plot.add_scatter(x=result.time[::10], y=result.frequency[::10], name=name)
    path, _ = measured(SERIES)
    if path is not None:
        time, frequency = read_measured(path)
        shown = (time > -20.0) & (time <= DURATION)
        plot.add_scatter(x=time[shown], y=frequency[shown], name="measured (NESO)", line={"color": "black"})
    plot.update_xaxes(title="time after the fault, s").update_yaxes(title="frequency, Hz")
    if path is not None:
        plot.add_annotation(text="Supported by National Grid ESO Open Data", showarrow=False, x=1, y=0,
                            xref="paper", yref="paper")  # fmt: skip
    return plot


CASE = Case(
    name="gb_2019_08_09",
    title="Great Britain, 9 August 2019: 1878 MW lost and demand shed",
    reference="measured frequency at one-second resolution: nadir 48.787 Hz, 75.9 s after the fault",
    source="NESO data portal, System Frequency, August 2019; ESO technical report, 6 September 2019",
    run=run,
    figure=figure,
)
