"""Transport delay, cool-down of pipes, exchanger limits and a CDU's control, against closed forms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from twin.kernels.air import WATER_CP
from twin.kernels.fields import CDU_WATER
from twin.kernels.pipe import pipe_heat
from twin.kernels.scalar import Array
from twin.validation.case import Case, Check
from twin.validation.liquid_loops.bench import cdu, exchanger_run, launch, loop_run, pipe, pipe_run
from twin.validation.liquid_loops.site import outage

CAPACITY = 15e6
"""Water of the pipe, 3.6 m3 [J/K]."""
DELAY = 60.0
RATE = CAPACITY / DELAY
AMBIENT = 20.0
LOSS = 0.2 * RATE
"""Heat per kelvin to the ambient: a fifth of the capacity rate [W/K]."""

UA, FLOW, HEAT = 150e3, 15.0, 600e3
"""A CDU of 600 kW whose sides have equal capacity rates, 1.5 L/min per kW: an approach of HEAT / UA = 4 K."""
CONTROLLED = {"valve_gain": 0.03, "valve_integral_time": 30.0, "valve_rate": 1.0 / 60.0}

EXCHANGERS = ((0.5, 0.0), (2.0, 0.0), (0.5, 1.0), (2.0, 1.0), (2.0, 0.5), (4.0, 0.75), (60.0, 0.5))
"""NTU and ratio of capacity rates."""


def delays(backend: str) -> list[Check]:
    """Mean residence time of a step of inlet temperature, and its heat."""
    checks = []
    steps = (1.0, 7.3, 60.0, 300.0) if backend == "sim" else (0.01, 0.1, 1.0, 7.3, 60.0, 300.0)
    for dt in steps:
        s, log = pipe(0.0), np.zeros((math.ceil(200.0 / dt), 2))
        launch(backend, pipe_run, s, log, CAPACITY, RATE, 1.0, 0.0, AMBIENT, dt)
        got = float(((1.0 - log[:, 0]) * dt).sum())
        checks.append(
            Check(
                f"mean residence time in steps of {dt:g} s", got, DELAY, 1e-3 * DELAY, "s", "volume over flow"
            )
        )
        heat = RATE * dt * (len(log) - float(log[:, 0].sum()))
        apart = abs(heat - pipe_heat(s, 0, 0, CAPACITY)) / (RATE * dt * len(log))
        checks.append(Check(f"energy that does not close in steps of {dt:g} s", apart, 0.0, 1e-9, "1"))
    return checks


def cooling(backend: str) -> list[Check]:
    """A pipe that loses heat, at rest and in flow; in flow the mean over whole parcels."""
    checks = []
    for dt in (10.0, 600.0):
        s, log = pipe(60.0), np.zeros((round(3600.0 / dt), 2))
        launch(backend, pipe_run, s, log, CAPACITY, 0.0, 60.0, 4e3, AMBIENT, dt)
        wanted = 40.0 * math.exp(-4e3 * 3600.0 / CAPACITY)
        got = pipe_heat(s, 0, 0, 1.0) - AMBIENT
        checks.append(
            Check(
                f"still pipe above its ambient after 1 h, steps of {dt:g} s", got, wanted, 1e-3 * wanted, "K"
            )
        )
    for dt in (1.0, 60.0, 900.0):
        first, count = math.ceil(120.0 / dt), round(3600.0 / dt)
        s, log = pipe(60.0), np.zeros((first + count, 2))
        launch(backend, pipe_run, s, log, CAPACITY, RATE, 60.0, LOSS, AMBIENT, dt)
        wanted = 40.0 * math.exp(-LOSS / RATE)
        got = float(log[first:, 0].mean()) - AMBIENT
        checks.append(
            Check(
                f"outlet of a flowing pipe above its ambient, steps of {dt:g} s",
                got,
                wanted,
                1e-3 * wanted,
                "K",
            )
        )
    return checks


def closed_form(ntu: float, ratio: float) -> float:
    """Effectiveness of a counterflow exchanger by its logarithmic mean temperature difference, found by halving.

    With inlets 1 K apart, a heat q leaves end differences of 1 - q and 1 - ratio q; it is the right one when the mean
    of these times NTU is q.
    """
    low, high = 0.0, 1.0
    for _ in range(200):
        q = 0.5 * (low + high)
        a, b = 1.0 - q, 1.0 - ratio * q
        mean = a if abs(a - b) < 1e-12 else (b - a) / math.log(b / a) if a > 0.0 else 0.0
        low, high = (q, high) if ntu * mean > q else (low, q)
    return 0.5 * (low + high)


def exchangers(backend: str) -> list[Check]:
    """Effectiveness at the limits of NTU and of the ratio of capacity rates."""
    points, log = np.array(EXCHANGERS), np.zeros((len(EXCHANGERS), 1))
    launch(backend, exchanger_run, log, points)
    checks = []
    for (ntu, ratio), row in zip(EXCHANGERS, log, strict=True):
        wanted = closed_form(ntu, ratio)
        checks.append(
            Check(f"effectiveness at NTU {ntu:g}, ratio {ratio:g}", float(row[0]), wanted, 1e-3 * wanted, "1")
        )
    return checks


def loops(backend: str) -> list[Check]:
    """A CDU at the limit of its exchanger, without water, and under control."""
    rate = FLOW * WATER_CP
    p, s = cdu(FLOW, WATER_CP, UA, 32.0)
    log = np.zeros((600, 2))
    launch(backend, loop_run, p, s, log, rate, HEAT, 31.0, 1.0)
    checks = [
        Check("approach with the valve open", float(log[-1, 0]) - 31.0, HEAT / UA, 1e-3 * HEAT / UA, "K")
    ]
    for dt in (0.1, 1.0, 60.0):
        p, s = cdu(FLOW, WATER_CP, UA, 32.0)
        s[CDU_WATER] = 0.0
        log = np.zeros((round(600.0 / dt), 2))
        launch(backend, loop_run, p, s, log, rate, HEAT, 31.0, dt)
        steady = float(log[-1, 0] - log[len(log) // 2 - 1, 0]) / 300.0
        wanted = HEAT / (rate * 20.0)
        checks.append(
            Check(
                f"lumped rise without water, steps of {dt:g} s",
                steady,
                wanted,
                1e-3 * wanted,
                "K/s",
                "heat / C",
            )
        )
    for dt in (0.1, 1.0, 10.0, 60.0):
        log = controlled(backend, dt, 1200.0)
        got = float(log[-1, 0])
        checks.append(Check(f"supply held by its valve, steps of {dt:g} s", got, 32.0, 0.032, "degC"))
    if backend != "sim":
        fine = controlled(backend, 0.01, 120.0)[99::100, 0]
        for dt in (0.1, 1.0):
            every = round(1.0 / dt)
            rows = controlled(backend, dt, 120.0)[every - 1 :: every, 0]
            apart = float(np.abs(rows - fine).max() / np.ptp(fine))
            checks.append(
                Check(
                    f"transient of the supply, steps of {dt:g} s against 10 ms",
                    apart,
                    0.0,
                    5e-3,
                    "1",
                    "of its swing",
                )
            )
    return checks


def controlled(backend: str, dt: float, length: float) -> Array:
    """Supply and heat of a CDU whose valve starts half open on water of 15 degC."""
    p, s = cdu(FLOW, WATER_CP, UA, 32.0, **CONTROLLED)
    log = np.zeros((round(length / dt), 2))
    launch(backend, loop_run, p, s, log, FLOW * WATER_CP, HEAT, 15.0, dt)
    return log


def whole(backend: str) -> list[Check]:
    """The account of a small site with every part of a liquid loop, through a loss of mains."""
    length = (2.0, 2.0, 2.0) if backend == "sim" else (300.0, 120.0, 300.0)
    rows, relative = outage(backend, 1.0, *length)
    checks = [
        Check(f"energy that does not close in an outage, {name}", value, 0.0, 1e-9, "1")
        for name, value in relative.items()
    ]
    if backend == "sim":
        return checks
    fine, _ = outage(backend, 0.1, *length)
    for column, name in ((1, "rack inlet"), (2, "coolant supply"), (3, "cold plate"), (4, "loop water")):
        apart = float(np.abs(rows[:, column] - fine[:, column]).max() / np.ptp(fine[:, 1:4], axis=0).max())
        checks.append(
            Check(
                f"{name}, steps of 1 s against 100 ms",
                apart,
                0.0,
                5e-3,
                "1",
                "of the largest swing in the outage",
            )
        )
    return checks


def run(backend: str) -> list[Check]:
    """Return the checks."""
    return delays(backend) + cooling(backend) + exchangers(backend) + loops(backend) + whole(backend)


def figure() -> Any:
    """Return a step of temperature through a pipe, and the supply of a CDU as its valve finds its place."""
    from plotly.subplots import make_subplots

    plot = make_subplots(
        1,
        2,
        subplot_titles=(
            "step of inlet temperature through a pipe of 60 s",
            "CDU supply, its valve starting half open",
        ),
    )
    ideal = plot.add_scatter(
        x=[0, DELAY, DELAY, 120], y=[0, 0, 1, 1], name="plug flow", line={"dash": "dot"}, row=1, col=1
    )
    for dt in (1.0, 20.0):
        s, log = pipe(0.0), np.zeros((round(120.0 / dt), 2))
        launch("cpu", pipe_run, s, log, CAPACITY, RATE, 1.0, 0.0, AMBIENT, dt)
        x = dt * (np.arange(len(log)) + 0.5)
        ideal.add_scatter(
            x=x, y=log[:, 0], name=f"pipe, steps of {dt:g} s", mode="lines+markers", row=1, col=1
        )
    for dt in (0.1, 1.0, 10.0):
        log = controlled("cpu", dt, 300.0)
        plot.add_scatter(
            x=dt * (np.arange(len(log)) + 1), y=log[:, 0], name=f"CDU, steps of {dt:g} s", row=1, col=2
        )
    plot.update_xaxes(title="time, s").update_layout(title=CASE.title, template="plotly_white")
    plot.update_yaxes(title="share of the step that has arrived", row=1, col=1)
    return plot.update_yaxes(title="temperature, degC", row=1, col=2)


CASE = Case(
    name="liquid_loops",
    title="Liquid loops: transport delay, heat loss, exchangers and the control of a CDU",
    reference="closed forms: plug flow, exponential cooling, logarithmic mean temperature difference, lumped rise",
    source="O. Levenspiel, Chemical Reaction Engineering; F. P. Incropera, Fundamentals of Heat and Mass Transfer",
    run=run,
    figure=figure,
)
