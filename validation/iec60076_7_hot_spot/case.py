"""Oil and hot spot of a transformer on a busbar of the twin, against IEC 60076-7."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.disturbances import none
from twin.facility import build
from twin.facility.links import link
from twin.facility.pack import Unit
from twin.kernels import fields as f
from twin.kernels.backend import Interval, Machine, open_machine
from twin.kernels.site import Site, pack_links
from twin.scenario.load import load
from twin.validation.case import Case, Check

Array = NDArray[np.float64]
RATED = 250e6
AIR = 25.6
LOADS = ((0.0, 1.0), (190.0, 0.6), (365.0, 1.5), (500.0, 0.3), (710.0, 2.1), (735.0, 0.0), (750.0, 0.0))
"""Minutes and loading of the standard's example, a 250 MVA ONAF unit."""
EXAMPLE = {
    f.BUS_TR_NO_LOAD: 1.0, f.BUS_TR_LOAD: 1000.0, f.BUS_TR_OIL_RISE: 38.3, f.BUS_TR_GRADIENT: 14.5 * 1.4,
    f.BUS_TR_OIL_TIME: 9000.0, f.BUS_TR_WINDING_TIME: 420.0, f.BUS_TR_OIL_EXPONENT: 0.8,
    f.BUS_TR_WINDING_EXPONENT: 1.3, f.BUS_TR_K11: 0.5, f.BUS_TR_K21: 2.05, f.BUS_TR_K22: 2.0,
}  # fmt: skip
DISTRIBUTION = {
    f.BUS_TR_NO_LOAD: 1.0, f.BUS_TR_LOAD: 5.0, f.BUS_TR_OIL_RISE: 55.0, f.BUS_TR_GRADIENT: 23.0,
    f.BUS_TR_OIL_TIME: 10800.0, f.BUS_TR_WINDING_TIME: 240.0, f.BUS_TR_OIL_EXPONENT: 0.8,
    f.BUS_TR_WINDING_EXPONENT: 1.6, f.BUS_TR_K11: 1.0, f.BUS_TR_K21: 1.0, f.BUS_TR_K22: 2.0,
}  # fmt: skip
INITIAL_OIL_RISE = 12.7
PUBLISHED = (
    (190.0, f.BUS_TR_TOP_OIL, 61.9),
    (190.0, f.BUS_TR_HOT_SPOT, 83.8),
    (365.0, f.BUS_TR_TOP_OIL, 44.4),
)
"""Minutes, state and temperature in the standard's table (confidence M)."""


class Bench:
    """One busbar of a shipped site with a transformer of its own, and nothing else; its load is set by hand."""

    def __init__(self, backend: str, transformer: dict[int, float], air: float) -> None:
        site = build(load("hall-2mw")).site
        params = {name: block[:, :, : name == "bus"] for name, block in site.params.items()}
        states = {name: block[:, :, : name in ("bus", "feed")].copy() for name, block in site.states.items()}
        params["bus"] = params["bus"].copy()
        for row, value in (transformer | {f.BUS_FEED: 0.0, f.BUS_TR_RATED: RATED}).items():
            params["bus"][0, row, 0] = value
        for row in (f.BUS_TR_RESISTANCE, f.BUS_TR_REACTANCE):
            params["bus"][0, row, 0] = 0.0
        units: dict[str, list[Unit]] = {block.name: [] for block in f.BLOCKS} | {"bus": [Unit("bus", {})]}
        names = {name: [unit.name for unit in group] for name, group in units.items()}
        alone = Site(params, states, pack_links(link(units)), names)
        self.machine: Machine = open_machine(backend, alone, states)
        self.signal = np.zeros((1, len(f.SIGNAL.params)))
        self.signal[:, [f.SIG_FREQUENCY_0, f.SIG_FREQUENCY_1, f.SIG_F_NOMINAL]] = 50.0
        self.signal[:, f.SIG_VOLTAGE] = 1.0
        self.signal[:, f.SIG_T_DRY] = air
        self.workloads = np.zeros((1, 1))
        self.t = 0.0

    def set(self, **values: float) -> None:
        """Write states of the busbar."""
        block = self.machine.states()["bus"]
        for name, value in values.items():
            block[0, f.BUS.state_index(name), 0] = value
        self.machine.write("bus", block)

    def run(self, loading: float, duration: float, step: float) -> None:
        """Carry a load for `duration` [s] in thermal steps of `step` [s]."""
        # The losses of this bench are of a few watts: what the transformer carries is what the load takes.
        electrical = min(step, 60.0)
        for _ in range(round(duration / step)):
            self.set(mechanical_demand=loading * RATED)
            steps = round(step / electrical)
            self.machine.advance(
                Interval(
                    self.t, electrical, steps, steps, 0, np.ones(1, dtype=np.int64), self.signal,
                    self.workloads, none(),
                )
            )  # fmt: skip
            self.t += step

    def __getitem__(self, row: int) -> float:
        return float(self.machine.states()["bus"][0, row, 0])


def closed_form(k: float, minutes: float) -> tuple[float, float]:
    """Top oil and hot spot of the example after a rising step, IEC 60076-7:2018, 8.2.2, equations (5) to (7)."""
    f1 = 1.0 - math.exp(-minutes / (0.5 * 150.0))
    f2 = 2.05 * (1.0 - math.exp(-minutes / (2.0 * 7.0))) - 1.05 * (1.0 - math.exp(-minutes * 2.0 / 150.0))
    end = 38.3 * ((1.0 + 1000.0 * k * k) / 1001.0) ** 0.8
    oil = AIR + INITIAL_OIL_RISE + (end - INITIAL_OIL_RISE) * f1
    return oil, oil + 14.5 * 1.4 * k**1.3 * f2


def example(backend: str, step: float = 60.0) -> tuple[Array, Array]:
    """Run the standard's example; minutes, and temperatures of oil and hot spot at each."""
    bench = Bench(backend, EXAMPLE, AIR)
    bench.set(top_oil=AIR + INITIAL_OIL_RISE, hot_spot=AIR + INITIAL_OIL_RISE)
    time, found = [0.0], [(bench[f.BUS_TR_TOP_OIL], bench[f.BUS_TR_HOT_SPOT])]
    for (start, k), (end, _) in pairwise(LOADS):
        for _ in range(round((end - start) / 5.0)):
            bench.run(k, 300.0, step)
            time.append(time[-1] + 5.0)
            found.append((bench[f.BUS_TR_TOP_OIL], bench[f.BUS_TR_HOT_SPOT]))
    return np.array(time), np.array(found)


def steps(backend: str) -> list[Check]:
    """Checks of a rising step at several lengths of the thermal step."""
    checks = []
    for step, minutes in ((1.0, 10.0), (60.0, 190.0), (600.0, 190.0), (3600.0, 180.0)):
        bench = Bench(backend, EXAMPLE, AIR)
        bench.set(top_oil=AIR + INITIAL_OIL_RISE, hot_spot=AIR + INITIAL_OIL_RISE)
        bench.run(1.0, minutes * 60.0, step)
        oil, hot = closed_form(1.0, round(minutes * 60.0 / step) * step / 60.0)
        label = f"{minutes:g} min of rated load in steps of {step:g} s"
        checks += [
            Check(f"top oil after {label}", bench[f.BUS_TR_TOP_OIL], oil, 1e-3 * oil, "degC"),
            Check(f"hot spot after {label}", bench[f.BUS_TR_HOT_SPOT], hot, 1e-3 * hot, "degC"),
        ]
    return checks


def ageing(backend: str) -> list[Check]:
    """Checks of the life lost at steady hot spots."""
    checks = []
    for air, rate in ((20.0, 1.0), (26.0, 2.0), (32.0, 4.0), (14.0, 0.5)):
        bench = Bench(backend, DISTRIBUTION, air)
        bench.set(top_oil=air + 55.0, gradient_1=23.0, hot_spot=air + 78.0)
        bench.run(1.0, 4 * 3600.0, 3600.0)
        lost = bench[f.BUS_TR_LIFE_LOST] / 3600.0
        checks.append(Check(f"life lost in 4 h at {air + 78.0:g} degC", lost, 4.0 * rate, 4e-3 * rate, "h"))
    return checks


def run(backend: str) -> list[Check]:
    """Return the checks."""
    time, found = example(backend)
    column = {f.BUS_TR_TOP_OIL: 0, f.BUS_TR_HOT_SPOT: 1}
    names = {f.BUS_TR_TOP_OIL: "top oil", f.BUS_TR_HOT_SPOT: "hot spot"}
    published = [
        Check(
            f"{names[row]} of the example at {minutes:g} min",
            float(np.interp(minutes, time, found[:, column[row]])), value, 0.1, "degC", "table remembered, M",
        )
        for minutes, row, value in PUBLISHED
    ]  # fmt: skip
    return steps(backend) + ageing(backend) + published


def figure() -> Any:
    """Return the example with the published points."""
    import plotly.graph_objects as go

    time, found = example("cpu")
    plot = go.Figure(layout={"title": CASE.title, "template": "plotly_white"})
    plot.add_scatter(x=time, y=found[:, 1], name="hot spot")
    plot.add_scatter(x=time, y=found[:, 0], name="top oil")
    points = [(minutes, value) for minutes, _, value in PUBLISHED]
    plot.add_scatter(x=[p[0] for p in points], y=[p[1] for p in points], mode="markers", name="IEC 60076-7")
    plot.update_xaxes(title="time, min").update_yaxes(title="temperature, degC")
    return plot


CASE = Case(
    name="iec60076_7_hot_spot",
    title="Transformer: top oil and hot spot of a 250 MVA unit under load steps",
    reference="IEC 60076-7: exponential equations, relative ageing, and the worked example",
    source="IEC 60076-7:2018, 8.2, 6.3 and its example of a 250 MVA ONAF transformer",
    run=run,
    figure=figure,
)
