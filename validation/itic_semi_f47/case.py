"""ITIC 2000 and SEMI F47-0706, point by point: what each power design rides through, against its energy balance."""

from __future__ import annotations

from typing import Any

from twin.scenario.equipment import equipment
from twin.scenario.equipment_it import Psu, RackStore
from twin.validation.case import Case, Check
from twin.validation.itic_semi_f47.site import FINE, LOADS, POINTS, PSU, RATED, Point, ridden

SUPPLY = {"crps-230": "crps-2kw-wide", "crps-208": "crps-2kw-wide", "orv3": "orv3-shelf-33kw"}
SUPPLY |= {"orv3-bbu": "orv3-shelf-33kw", "ups": "crps-2kw-wide"}
WORDS = {
    "crps-230": "CRPS supply on 230 V", "crps-208": "CRPS supply on 208 V", "orv3": "ORv3 shelf",
    "orv3-bbu": "ORv3 shelf with battery shelf", "ups": "CRPS supply behind double conversion",
}  # fmt: skip
EDGES_208 = {
    "voltage_min": 0.356, "voltage_max": 1.269, "voltage_surge": 1.438, "input_current_max": 1.27,
}  # fmt: skip


def predicted(design: str, load: float, point: Point) -> float:
    """How long the rack works in the disturbance [s], from hold-up energy, current limit and window alone."""
    psu = equipment("psu", SUPPLY[design])
    assert isinstance(psu, Psu)
    edge: dict[str, float] = {name: getattr(psu, name) for name in EDGES_208}
    if design == "crps-208":
        edge = EDGES_208
    rated = RATED[design]
    a0, a1, a2 = psu.loss_polynomial
    need = rated * (load + a0 + a1 * load + a2 * load * load)
    energy = rated * (1.0 + a0 + a1 + a2) * psu.hold_up
    v, duration = point.voltage, point.duration
    if design == "ups":
        return duration  # the inverter never sees its input
    if design == "orv3-bbu":
        store = equipment("rack_store", "orv3-bbu-shelf-15kw")
        assert isinstance(store, RackStore) and store.detection is not None
        carried = load * rated <= store.power and store.detection * need <= energy
        worth = store.energy * store.efficiency**0.5 / (load * rated)
        return duration if carried and duration <= worth else energy / need
    # First the supplies draw what their current lets them, then, where they cease, nothing.
    lacking = max(need - edge["input_current_max"] * rated * v, 0.0)
    draws = duration
    if v < edge["voltage_min"]:
        draws = psu.cease_delay
    elif v > edge["voltage_surge"]:
        draws = 0.0
    elif v > edge["voltage_max"]:
        draws = psu.over_delay
    if lacking > 0.0 and energy / lacking <= min(draws, duration):
        return energy / lacking
    return min(duration, draws + (energy - lacking * draws) / need if draws < duration else duration)


def run(backend: str) -> list[Check]:
    """Return a check per design, load and point, and how much of each curve a design keeps."""
    found = ridden(backend)
    checks = []
    for design in PSU:
        for load, x in LOADS.items():
            for point in POINTS:
                got, expected = found[design, load, point], predicted(design, x, point)
                word = "rides" if got >= point.duration else "lost"
                name = f"{WORDS[design]}, {load} load, {point.name}: time it works"
                checks.append(Check(name, got, expected, FINE, "s", word))
    for design in PSU:
        for curve in ("ITIC", "SEMI F47"):
            points = [point for point in POINTS if point.curve == curve]
            kept = sum(found[design, load, p] >= p.duration for load in LOADS for p in points)
            should = sum(predicted(design, x, p) >= p.duration for x in LOADS.values() for p in points)
            note = "keeps the curve" if kept == 2 * len(points) else "does not keep the curve"
            name = f"{WORDS[design]}: points of {curve} ridden through, of {2 * len(points)}"
            checks.append(Check(name, float(kept), float(should), 0.0, "1", note))
    return checks


# Duration [s] and voltage of the corners of the ITIC curve.
ITIC_LOW = [
    (1e-4, 0.0),
    (0.02, 0.0),
    (0.02, 0.7),
    (0.5, 0.7),
    (0.5, 0.8),
    (10.0, 0.8),
    (10.0, 0.9),
    (100.0, 0.9),
]
ITIC_HIGH = [(0.001, 2.0), (0.003, 1.4), (0.003, 1.2), (0.5, 1.2), (0.5, 1.1), (100.0, 1.1)]
COLOURS = {2: ("#2a7f3f", "rides at full load"), 1: ("#d08a00", "rides at half load"), 0: ("#b3261e", "lost")}


def figure() -> Any:
    """Return the ITIC curve once per design that stands on the grid, its points coloured by what happened."""
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    found = ridden("cpu")
    shown = ("crps-230", "crps-208", "orv3", "orv3-bbu")
    plot = make_subplots(cols=4, rows=1, shared_yaxes=True, subplot_titles=[WORDS[name] for name in shown])
    told: set[int] = set()
    for column, design in enumerate(shown, start=1):
        for corners in (ITIC_LOW, ITIC_HIGH):
            x, y = zip(*corners, strict=True)
            line = go.Scatter(x=x, y=y, mode="lines", line_color="#888", showlegend=False)
            plot.add_trace(line, row=1, col=column)
        for point in POINTS:
            kept = sum(found[design, load, point] >= point.duration for load in LOADS)
            colour, word = COLOURS[kept]
            mark = go.Scatter(
                x=[point.duration], y=[point.voltage], mode="markers", name=word, showlegend=kept not in told,
                marker={"color": colour, "size": 10, "symbol": "circle" if point.curve == "ITIC" else "square"},
                hovertext=point.name,
            )  # fmt: skip
            told.add(kept)
            plot.add_trace(mark, row=1, col=column)
    plot.update_xaxes(type="log", title="duration, s").update_yaxes(title="voltage, pu", col=1)
    return plot.update_layout(title=f"{CASE.title} (squares: SEMI F47)", template="plotly_white")


CASE = Case(
    name="itic_semi_f47",
    title="Sags and swells of ITIC 2000 and SEMI F47 against power designs",
    reference="energy balance of hold-up, current limit and window; points of both curves",
    source="ITI (CBEMA) curve application note, 2000; SEMI F47-0706 (both remembered)",
    run=run,
    figure=figure,
)
