"""The same outage at steps of 10 ms, 100 ms and 1 s: what comes out must not depend on the step."""

from __future__ import annotations

from typing import Any

import numpy as np

from twin.kernels import fields as f
from twin.kernels.scalar import Array
from twin.validation.case import Case, Check
from twin.validation.cooling_run import Played, Variant, play

STEPS = (0.01, 0.1, 1.0)
"""Electrical and thermal step alike [s]; the first is the reference."""
SIM_STEPS = (0.5, 1.0)
"""Steps of the simulator, which is a thousand times slower."""
LIMIT = 0.5
"""Largest difference [%]."""
LOST, END, SIM_END = 20.0, 900.0, 30.0

CDU = "{cdu: {type: cdu-1mw, count: 1, supply_temperature: 32 degC, pumps_on: bus, plant: plant}}"
TRANSFER = "electrical.buses.bus.transfer={type: transfer-standard, detect_delay: 0 s, transition: 0 s}"
"""Timers of the busbar of 0.1 to 0.3 s are shorter than the coarse steps: they are left out."""
TANK = "cooling.plants.plant.buffer_tank=2 m^3"
CHILLER = "cooling.plants.plant.chiller={type: york-ycal-100kw-air, count: 4, restart_delay: 90 s}"
SHAPE = "{waveform: training, utilisation: 0.9, period: 4 s, duty: 0.75, swing: 0.5, synchronised: 0.5}"
TRAINING = f"signals.workload.load={SHAPE}"
NO_SETS = {("genset", "start_fails"): 1.0}
AIR = (
    Variant("air, all cooling stops for 40 s", (CHILLER, TANK, TRANSFER), {}, NO_SETS, (LOST, LOST + 40.0)),
    Variant(
        "air, fans and pumps on the UPS, 8 min",
        (CHILLER, TANK, TRANSFER, "cooling.halls.hall.fans_on=ups", "cooling.plants.plant.pumps_on=ups"),
        {},
        NO_SETS,
        (LOST, LOST + 480.0),
    ),
)
LIQUID = (
    Variant(
        "87 % liquid, training, all cooling stops for 25 s",
        (
            CHILLER,
            TANK,
            TRANSFER,
            TRAINING,
            "racks.air.type=rack-gb200-nvl72",
            "racks.air.count=2",
            "racks.air.lump=1",
            "racks.air.cdu=cdu",
            f"cooling.cdus={CDU}",
        ),
        {},
        NO_SETS,
        (LOST, LOST + 25.0),
    ),
)
WATCH = {
    "inlet": ("rack", f.RACK_T_INLET),
    "outlet": ("rack", f.RACK_T_OUTLET),
    "water": ("plant", f.PLANT_T),
}
# The outlet of a training rack swings with its iterations of 4 s: a step of 1 s does not follow that.
WATCH_LIQUID = {name: WATCH[name] for name in ("inlet", "water")} | {
    "plate": ("rack", f.RACK_T_PLATE),
    "coolant": ("cdu", f.CDU_T_SUPPLY_NOW),
}


def energies(states: dict[str, Array], k: int) -> dict[str, float]:
    """Energies of the case, and their ratio, of one variant [J, 1]."""
    grid = float(
        states["feed"][k, f.FEED_E_OUT].sum()
        + (states["battery"][k, f.BAT_E_OUT] - states["battery"][k, f.BAT_E_IN]).sum()
    )
    racks = float(states["rack"][k, f.RACK_E_IN].sum())
    cooling = sum(
        float(states[name][k, row].sum())
        for name, row in (("hall", f.HALL_E_ELEC), ("cdu", f.CDU_E_ELEC), ("plant", f.PLANT_E_ELEC))
    )
    return {
        "energy of the site": grid,
        "energy of the racks": racks,
        "energy of cooling": cooling,
        "PUE": grid / racks,
    }


def differences(runs: list[Played], k: int) -> dict[str, list[float]]:
    """Differences of the coarser steps from the finest [%].

    Temperatures: the largest difference at any moment, over the largest rise of that temperature in the case, or 10 K
    where it hardly moves.
    """
    found: dict[str, list[float]] = {}
    fine = runs[0]
    for name, reference in fine.series.items():
        rise = max(float(np.ptp(reference[:, k], axis=0).max()), 10.0)
        found[name] = [
            100.0 * float(np.abs(run.series[name][:, k] - reference[:, k]).max()) / rise for run in runs[1:]
        ]
    exact = energies(fine.states, k)
    for name, value in exact.items():
        found[name] = [100.0 * abs(energies(run.states, k)[name] / value - 1.0) for run in runs[1:]]
    return found


def played(backend: str) -> list[tuple[tuple[Variant, ...], list[Played]]]:
    """Play every site at every step."""
    if backend == "sim":
        short = {"before": 600.0, "settle_step": 60.0}
        return [
            (AIR[:1], [play(AIR[:1], WATCH, SIM_END, backend, step=s, thermal=s, **short) for s in SIM_STEPS])
        ]
    return [
        (variants, [play(variants, watch, END, backend, step=s, thermal=s) for s in STEPS])
        for variants, watch in ((AIR, WATCH), (LIQUID, WATCH_LIQUID))
    ]


def run(backend: str) -> list[Check]:
    """Compare temperatures, energies and PUE of the coarser steps with those of the finest."""
    steps = SIM_STEPS if backend == "sim" else STEPS
    checks = []
    for variants, runs in played(backend):
        for k, variant in enumerate(variants):
            for name, found in differences(runs, k).items():
                for step, value in zip(steps[1:], found, strict=True):
                    checks.append(Check(f"{variant.name}: {name} at {step:g} s", value, 0.0, LIMIT, "%"))
        worst = max(float(run.residual.max()) for run in runs)
        checks.append(Check(f"{variants[0].name}: residual of the heat accounts", worst, 0.0, 1e-9, "1"))
    return checks


def figure() -> Any:
    """Inlets and water at the three steps on top of each other."""
    import plotly.graph_objects as go

    made = go.Figure()
    colours = ("#2b83c6", "#c0392b", "#2a9d5c")
    group = played("cpu")
    k = 0
    for variants, runs in group:
        for m, variant in enumerate(variants):
            for step, run in zip(STEPS, runs, strict=True):
                made.add_scatter(
                    x=run.time - LOST,
                    y=run.series["inlet"][:, m, 0],
                    mode="lines" if step == STEPS[0] else "markers",
                    marker={
                        "symbol": "circle-open" if step == STEPS[1] else "x",
                        "size": 7 if step == STEPS[1] else 4,
                    },
                    name=f"{variant.name}, {step:g} s",
                    line={"color": colours[k]},
                )
            k += 1
    made.update_xaxes(title_text="seconds since mains were lost")
    made.update_yaxes(title_text="rack inlet [°C]")
    made.update_layout(
        title="One outage at steps of 10 ms (lines), 100 ms (circles) and 1 s (crosses)",
        meta={"caption": "Rack inlets through an outage at three steps."},
    )
    return made


CASE = Case(
    name="thermal_steps",
    title="The step does not matter: an outage at 10 ms, 100 ms and 1 s",
    reference="the same site at the finest step",
    source="own convergence test; see README.md",
    run=run,
    figure=figure,
)
