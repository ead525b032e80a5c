"""Start of a generating set step by step: Type 10 within 10 s, and the crank cycle to lockout at 75 s."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from twin.kernels import fields as f
from twin.validation.case import Case, Check
from twin.validation.genset_site import Bench, Trial

STEP = 0.02
SIM_STEP = 0.1
"""Step in the CUDA simulator [s], a thousand times slower: every instant of the standard still falls on one."""
END = 80.0
LOAD = 0.5
MODES = {
    f.GEN_STOPPED: "stopped", f.GEN_CRANKING: "cranks", f.GEN_RESTING: "rests", f.GEN_RUNNING_UP: "fires",
    f.GEN_READY: "ready", f.GEN_ON_BUS: "accepts load", f.GEN_FAILED: "locked out",
}  # fmt: skip
TRIALS = {
    "example": Trial("diesel-2mw", {}),
    "type 10": Trial("diesel-2mw-type10", {}),
    "no start": Trial("diesel-2mw", {}, start_fails=1.0),
    "second attempt": Trial("diesel-2mw", {}, crank_fails=1.0),
    "third attempt": Trial("diesel-2mw-type10", {}, crank_fails=2.0),
}
CYCLE = (
    ("cranks", 0.0),
    ("rests", 15.0),
    ("cranks", 30.0),
    ("rests", 45.0),
    ("cranks", 60.0),
    ("locked out", 75.0),
)
PIECES = (("cranks", 0.0), ("fires", 0.3 + 1.5), ("accepts load", 0.3 + 1.5 + 2.5 + 1.5 + 0.7))


Events = list[tuple[str, float]]


def step_of(backend: str) -> float:
    """Step of a backend [s]."""
    return SIM_STEP if backend == "sim" else STEP


@cache
def simulate(backend: str) -> tuple[dict[str, Events], dict[str, float]]:
    """What every set does, when after the loss of mains, and when it first carries the load [s]."""
    bench = Bench(list(TRIALS.values()), backend)
    step = step_of(backend)
    found: dict[str, Events] = {name: [] for name in TRIALS}
    loaded: dict[str, float] = {}
    load = np.full(len(TRIALS), LOAD)
    while bench.t < END - 1e-9:
        start = bench.t
        state = bench.run(load, step)
        for m, name in enumerate(TRIALS):
            mode = MODES[int(state[m, f.GEN_MODE])]
            if not found[name] or found[name][-1][0] != mode:
                found[name].append((mode, start))
            if state[m, f.GEN_POWER] > 0.0:
                loaded.setdefault(name, start)
    return found, loaded


def sequence(name: str, got: Events, wanted: tuple[tuple[str, float], ...], most: float) -> list[Check]:
    """Check a sequence of events: what, in which order, and when to `most` [s]."""
    same = [what for what, _ in got] == [what for what, _ in wanted]
    checks = [Check(f"{name}: events in the order of the standard", float(same), 1.0, 0.0, "1")]
    for k, (what, at) in enumerate(wanted):
        seen = got[k][1] if k < len(got) else float("nan")
        checks.append(Check(f"{name}: {what}", seen, at, most, "s"))
    return checks


def run(backend: str) -> list[Check]:
    """Return the checks against NFPA 110."""
    found, loaded = simulate(backend)
    most = step_of(backend) + 1e-6
    accepted = {name: dict(events).get("accepts load", float("nan")) for name, events in found.items()}
    later = (("cranks", 0.0), ("rests", 15.0), ("cranks", 30.0), ("fires", 31.8), ("accepts load", 36.5))
    return [
        *sequence("example of 6.5 s", found["example"], PIECES, most),
        Check("a set at the limit of Type 10: accepts load", accepted["type 10"], 10.0, most, "s"),
        Check(
            "and carries it from",
            loaded.get("type 10", float("nan")),
            10.0,
            most,
            "s",
            "the rack needs a step",
        ),
        *sequence("a set that will not start", found["no start"], CYCLE, most),
        *sequence("a set that starts at the second attempt", found["second attempt"], later, most),
        Check("starts at the third attempt: accepts load", accepted["third attempt"], 70.0, most, "s"),
    ]


def figure() -> Any:
    """Return the sequences as bars over time."""
    import plotly.graph_objects as go

    colours = {
        "cranks": "#e69f00", "rests": "#bbbbbb", "fires": "#56b4e9", "accepts load": "#009e73",
        "locked out": "#d55e00",
    }  # fmt: skip
    plot = go.Figure(layout={"title": CASE.title, "template": "plotly_white", "barmode": "stack"})
    shown: set[str] = set()
    for name, events in simulate("cpu")[0].items():
        ends = [at for _, at in events[1:]] + [END]
        for (what, at), end in zip(events, ends, strict=True):
            plot.add_bar(
                y=[name], x=[end - at], base=[at], orientation="h", name=what, marker={"color": colours[what]},
                showlegend=what not in shown,
            )  # fmt: skip
            shown.add(what)
    plot.add_vline(x=10.0, line={"dash": "dot"}, annotation_text="Type 10")
    plot.add_vline(x=75.0, line={"dash": "dot"}, annotation_text="lockout")
    plot.update_xaxes(title="time after the loss of mains, s")
    return plot


CASE = Case(
    name="nfpa110_start",
    title="Start of a generating set: Type 10 and the crank cycle of NFPA 110",
    reference="load within 10 s; three cranks of 15 s with rests of 15 s, lockout at 75 s",
    source="NFPA 110-2019, 4.3 and 5.6.4, as quoted in secondary texts",
    run=run,
    figure=figure,
)
