"""Ageing of a 250 Ah LFP cell, stepped by the kernel, against the closed form of BLAST-Lite."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from twin.kernels.ageing import battery_age_step
from twin.kernels.backend import choose
from twin.kernels.fields import (
    BAT_CHARGE,
    BAT_FADE_1,
    BAT_FADE_2,
    BAT_FURTHEST,
    BAT_OCV_POINTS,
    BAT_SOC,
    BAT_TEMPERATURE,
    BAT_THROUGHPUT,
    BAT_TURN,
    BAT_WEAR_CYC_1,
)
from twin.kernels.scalar import scalar
from twin.validation.battery_bench import bench_cell
from twin.validation.case import Case, Check

Array = npt.NDArray[np.float64]

DAY, YEAR = 86400.0, 365.0 * 86400.0
MINUTE = 60.0
IDLE = {1.0: 0.9890, 5.0: 0.9743, 10.0: 0.9630}
"""Years -> share of capacity left at 25 degC and charge 0.5."""

CAPACITY = 250.0 * 3600.0


@scalar
def age(p: Array, s: Array, states: Array, dt: float, steps: int, swing: float) -> None:
    """Age cell 0 by `steps` of `dt`; it swings between charges `swing` apart, one half cycle a step; note its fade."""
    every = steps // states.shape[0]
    for k in range(steps):
        if swing > 0.0:
            s[BAT_SOC, 0] += swing if k % 2 == 1 else -swing
            s[BAT_THROUGHPUT, 0] += swing * p[BAT_CHARGE, 0]
        battery_age_step(p, s, 0, dt)
        if (k + 1) % every == 0 and (k + 1) // every <= states.shape[0]:
            states[(k + 1) // every - 1, 0] = s[BAT_FADE_1, 0]
            states[(k + 1) // every - 1, 1] = s[BAT_FADE_2, 0]


def aged(
    seconds: float, dt: float, points: int, backend: str = "cpu", soc: float = 0.5, swing: float = 0.0
) -> tuple[Array, Array]:
    """Fade by both models at `points` times, and the state at the end."""
    p, s = bench_cell(np.full(BAT_OCV_POINTS, 3.3), CAPACITY, soc)
    s[[BAT_TURN, BAT_FURTHEST], 0] = soc
    s[BAT_TEMPERATURE, 0] = 25.0
    fade = np.zeros((points, 2))
    steps = round(seconds / dt)
    if backend in ("auto", "cpu"):
        age(p, s, fade, dt, steps, swing)
        return fade, s
    choose(backend)
    from importlib import import_module

    # numba.cuda is untyped, and its attributes depend on the simulator.
    cuda: Any = import_module("numba.cuda")
    state, out = cuda.to_device(s), cuda.to_device(fade)
    cuda.jit(_age_kernel)[1, 1](cuda.to_device(p), state, out, dt, steps, swing)
    return out.copy_to_host(), state.copy_to_host()


def _age_kernel(p: Any, s: Any, fade: Any, dt: float, steps: int, swing: float) -> None:
    age(p, s, fade, dt, steps, swing)


def cycle_closed_form(cycles: float, depth: float, rate: float) -> float:
    """Cycle loss of the 250 Ah model at 25 degC, as published."""
    t = 298.15
    k = (4.38e-8 + 1.55e-8 * depth + 1.68e-7 * rate) * (math.exp(2190.0 / t) + math.exp(-1.55e5 / t))
    return float(k * cycles**0.828)


def run(backend: str) -> list[Check]:
    """Return the checks."""
    checks = []
    fade, _ = aged(10.0 * YEAR, DAY, 10, backend)
    for years, left in IDLE.items():
        got = 1.0 - float(fade[round(years) - 1, 0])
        checks.append(Check(f"capacity after {years:g} years idle", got, left, 0.001 * left, "1"))
    # A year in steps of a minute: the CUDA simulator takes a month.
    span = 30.0 * DAY if backend == "sim" else YEAR
    by_day, by_minute = aged(span, DAY, 1, backend)[0], aged(span, MINUTE, 1, backend)[0]
    apart = float(np.abs(by_minute / by_day - 1.0).max())
    checks.append(Check("loss in steps of a minute over loss in steps of a day, less 1", apart, 0.0, 1e-9, "1"))
    # One half cycle of depth 0.8 in each step of 2 h: 0.4 C.
    steps = 600 if backend == "sim" else 6000
    _, state = aged(steps * 7200.0, 7200.0, 1, backend, soc=0.9, swing=0.8)
    got = float(state[BAT_WEAR_CYC_1, 0]) ** 0.828
    wanted = cycle_closed_form(0.4 * steps, 0.8, 0.4)
    checks.append(Check(f"loss to {0.4 * steps:g} cycles of depth 0.8 at 0.4C", got, wanted, 0.001 * wanted, "1"))
    wider = float((fade[:, 1] > fade[:, 0]).all())
    checks.append(Check("the second model loses more all along: a band", wider, 1.0, 0.0, "1"))
    return checks


def figure() -> Any:
    """Return the capacity left over ten years by both models, idle at 25 degC, with the published points."""
    import plotly.graph_objects as go

    fade, _ = aged(10.0 * YEAR, DAY, 100)
    years = np.linspace(0.1, 10.0, 100)
    plot = go.Figure(layout={"title": CASE.title, "template": "plotly_white"})
    plot.add_scatter(x=years, y=1.0 - fade[:, 0], name="250 Ah prismatic (BLAST-Lite)")
    plot.add_scatter(x=years, y=1.0 - fade[:, 1], name="3 Ah 26650 (Naumann)")
    plot.add_scatter(x=list(IDLE), y=list(IDLE.values()), mode="markers", name="published")
    plot.update_xaxes(title="time idle at 25 degC, charge 0.5, years").update_yaxes(title="capacity left")
    return plot


CASE = Case(
    name="lfp_ageing",
    title="LFP, 250 Ah: capacity lost to time and to cycles",
    reference="BLAST-Lite 1.1.1, Lfp_Gr_250AhPrismatic: closed form and its values for an idle cell",
    source="NREL BLAST-Lite; tests in J. Energy Storage 73 (2023) 109042",
    run=run,
    figure=figure,
)
