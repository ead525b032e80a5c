"""Load steps and rejections of generating sets, classified by the limits of ISO 8528-5."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from twin.kernels import fields as f
from twin.kernels.scalar import Array
from twin.validation.case import Case, Check
from twin.validation.genset_site import FREQUENCY, Bench, Trial, entry

STEP = 0.02
SEGMENT = 8.0
"""Time between two load steps [s]: longer than the longest recovery that any class allows but one, G1's voltage."""


@dataclass(frozen=True)
class Limits:
    """Limits of a class; shares of rated frequency and voltage, and seconds."""

    drop: float
    rise: float
    recovery: float
    band: float
    steady: float
    dip: float
    swell: float
    recovery_voltage: float
    steady_voltage: float


LIMITS = {
    "G1": Limits(0.15, 0.18, 5.0, 0.0175, 0.025, 0.25, 0.35, 10.0, 0.05),
    "G2": Limits(0.10, 0.12, 3.0, 0.01, 0.015, 0.20, 0.25, 6.0, 0.025),
    "G3": Limits(0.07, 0.10, 3.0, 0.01, 0.005, 0.15, 0.20, 4.0, 0.01),
}
"""ISO 8528-5 (seen in secondary texts; recovery times remembered). Recovery of frequency is into the tolerance band,
3.5, 2 and 2 % wide (remembered); that of voltage into the steady deviation. Steady frequency is a band width."""

SETS = ("diesel-2mw", "diesel-2mw-type10", "diesel-1mw", "gas-engine-1mw")
BAD = {
    "diesel-2mw, full load in one step": (Trial("diesel-2mw", {"load_step_max": 1.0}), 0),
    "diesel-2mw, 80 % first": (Trial("diesel-2mw", {"load_step_max": 0.8}), 1),
    "diesel-2mw, governor three times as weak": (Trial("diesel-2mw", {"governor_gain": 14.0 / 3.0}), 1),
    "diesel-2mw, half the inertia and twice the actuator lag": (
        Trial("diesel-2mw", {"inertia": 0.5, "actuator_lag": 0.12}), 1,
    ),
    "diesel-2mw, transient reactance of 0.3": (Trial("diesel-2mw", {"reactance_transient": 0.3}), 1),
    "gas-engine-1mw, steps of 60 % as a diesel": (Trial("gas-engine-1mw", {"load_step_max": 0.6}), 0),
}  # fmt: skip
"""Trials that miss the class of their set, and the class that they reach (0: none)."""

IN_SIM = ("diesel-2mw", "diesel-2mw, governor three times as weak")
"""Trials that the CUDA simulator plays: it takes a tenth of a second for a step of one."""

# A hot engine with isochronous governor and a load at the rated power factor, as in the acceptance test.
TEST = {
    "droop": 0.0,
    "power_at_nominal": 0.0,
    "warm_first": 1.0,
    "start_delay": 0.0,
    "power_factor_load": 0.8,
}


@dataclass(frozen=True)
class Response:
    """What a set did: loads [share of rated], and frequency and voltage [pu] against time [s]."""

    loads: list[float]
    time: Array
    frequency: Array
    voltage: Array


def loads_of(trial: Trial) -> list[float]:
    """Loads of a trial one after the other: up in its largest steps, then all of it off."""
    step = trial.changed.get("load_step_max", entry(trial.name).load_step_max)
    loads = [0.0]
    while loads[-1] < 1.0 - 1e-9:
        loads.append(min(loads[-1] + step, 1.0))
    return [*loads, 0.0]


def simulate(trials: dict[str, Trial], backend: str) -> dict[str, Response]:
    """Run the trials side by side, a segment at each load."""
    loads = {name: loads_of(trial) for name, trial in trials.items()}
    tests = [Trial(trial.name, TEST | trial.changed) for trial in trials.values()]
    bench = Bench(tests, backend)
    segments = max(len(given) for given in loads.values())
    rows = []
    for k in range(round(segments * SEGMENT / STEP)):
        now = int(k * STEP / SEGMENT + 1e-9)
        load = np.array([given[min(now, len(given) - 1)] for given in loads.values()])
        rows.append(bench.run(load, STEP)[:, [f.GEN_FREQ_DEV, f.GEN_VOLTAGE]])
    found = np.array(rows)
    time: Array = np.arange(1, len(rows) + 1, dtype=np.float64) * STEP
    return {
        name: Response(given, time, 1.0 + found[:, m, 0], found[:, m, 1])
        for m, (name, given) in enumerate(loads.items())
    }


def recovery(time: Array, deviation: Array, band: float) -> float:
    """Time until the deviation stays within a band, from the start of the segment [s]."""
    outside = np.abs(deviation) > band
    return float(time[outside].max()) if outside.any() else 0.0


@dataclass(frozen=True)
class Figures:
    """Largest deviations of a response from nominal, shares: frequency down and up, voltage down and up."""

    drop: float
    rise: float
    dip: float
    swell: float


def meets(response: Response, limits: Limits) -> bool:
    """Whether every step and the rejection keep the limits of a class."""
    for k, (before, load) in enumerate(pairwise(response.loads), start=1):
        part = (response.time > k * SEGMENT + 1e-9) & (response.time <= (k + 1) * SEGMENT + 1e-9)
        time = response.time[part] - k * SEGMENT
        df, dv = response.frequency[part] - 1.0, response.voltage[part] - 1.0
        up = load > before
        deep = -df.min() > limits.drop or -dv.min() > limits.dip if up else False
        high = df.max() > limits.rise or dv.max() > limits.swell if not up else False
        slow = recovery(time, df, limits.band) > limits.recovery
        slow |= recovery(time, dv, limits.steady_voltage) > limits.recovery_voltage
        steady = np.ptp(df[time > SEGMENT - 1.0]) > limits.steady
        if deep or high or slow or steady:
            return False
    return True


def class_of(response: Response) -> int:
    """Best class that a response keeps: 1, 2 or 3, 0 for none."""
    return max((k for k, limits in enumerate(LIMITS.values(), start=1) if meets(response, limits)), default=0)


def figures(response: Response) -> Figures:
    """Largest deviations."""
    after = response.time > SEGMENT
    df, dv = response.frequency[after] - 1.0, response.voltage[after] - 1.0
    return Figures(-df.min(), df.max(), -dv.min(), dv.max())


@cache
def responses(backend: str) -> dict[str, Response]:
    """Every trial, once per backend."""
    trials = {name: Trial(name, {}) for name in SETS} | {name: trial for name, (trial, _) in BAD.items()}
    if backend == "sim":
        trials = {name: trials[name] for name in IN_SIM}
    return simulate(trials, backend)


def run(backend: str) -> list[Check]:
    """Return the checks against the classes of ISO 8528-5."""
    found = responses(backend)
    checks = []
    for name in (name for name in SETS if name in found):
        declared = entry(name).iso_class
        limits, got = LIMITS[declared], figures(found[name])
        checks.append(
            Check(f"{name}: class G of ISO 8528-5", class_of(found[name]), int(declared[1]), 0.0, "1")
        )
        for what, value, most in (
            ("frequency drop at a load step", got.drop, limits.drop),
            ("frequency rise at rejection", got.rise, limits.rise),
            ("voltage dip at a load step", got.dip, limits.dip),
            ("voltage rise at rejection", got.swell, limits.swell),
        ):
            checks.append(
                Check(f"{name}: {what}", 100.0 * value, 0.0, 100.0 * most, "%", f"limit of {declared}")
            )
    for name, (_, expected) in ((name, trial) for name, trial in BAD.items() if name in found):
        checks.append(Check(f"{name}: class G", class_of(found[name]), expected, 0.0, "1", "0 is none"))
    return checks


def figure() -> Any:
    """Return frequency and voltage of the sets with the limits of their classes."""
    from plotly.subplots import make_subplots

    found = responses("cpu")
    plot = make_subplots(rows=2, cols=1, shared_xaxes=True)
    plot.update_layout(title=CASE.title, template="plotly_white")
    colours = {"diesel-2mw": "#0072b2", "diesel-1mw": "#e69f00", "gas-engine-1mw": "#009e73"}
    for name, colour in colours.items():
        response, limits = found[name], LIMITS[entry(name).iso_class]
        line = {"color": colour}
        label = f"{name} ({entry(name).iso_class})"
        plot.add_scatter(
            x=response.time, y=FREQUENCY * response.frequency, name=label, line=line, row=1, col=1
        )
        plot.add_scatter(x=response.time, y=response.voltage, line=line, showlegend=False, row=2, col=1)
        for row, scale, low, high in (
            (1, FREQUENCY, limits.drop, limits.rise), (2, 1.0, limits.dip, limits.swell),
        ):  # fmt: skip
            for level in (scale * (1.0 - low), scale * (1.0 + high)):
                plot.add_hline(y=level, line={"color": colour, "dash": "dot", "width": 1}, row=row, col=1)
    plot.update_xaxes(title="time, s", row=2, col=1)
    plot.update_yaxes(title="frequency, Hz", row=1, col=1).update_yaxes(title="voltage, pu", row=2, col=1)
    return plot


CASE = Case(
    name="iso8528_steps",
    title="Generating sets: load steps and rejection by the classes of ISO 8528-5",
    reference="transient limits of performance classes G1, G2 and G3",
    source="ISO 8528-5:2013 as quoted in secondary texts; recovery times and tolerance bands remembered",
    run=run,
    figure=figure,
)
