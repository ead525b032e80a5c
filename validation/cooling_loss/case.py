"""A chiller restart that comes too late, a tank that stands still, and what saves the racks."""

from __future__ import annotations

from typing import Any

import numpy as np

from twin.kernels import fields as f
from twin.kernels.air import WATER_CP, WATER_DENSITY
from twin.kernels.scalar import Array
from twin.validation.case import Case, Check
from twin.validation.cooling_run import Played, Variant, play

LOST = 60.0
RETURN = 3600.0
"""Mains are lost at the first and stay away until the second where there are generators [s]."""
SHORT = LOST + 480.0
"""End of the outage where no generator starts [s]."""
CONVENTIONAL, QUICK = 720.0, 120.0
"""Return of power to cooling: chillers take 10 to 15 min (secondary), with quick start 1 to 5 min (remembered) [s]."""
END = 1800.0
SHUTDOWN = 47.0
"""Inlet at which the servers of the library shut down [degC]."""
CLASS_A2, RECOMMENDED = 35.0, 27.0
"""Allowable inlet of their class, and the recommended one [degC]."""

SUPPLY, WARMEST = 12.0, 20.0
"""Chilled water, and the warmest with which the coils still hold the supply air [degC]."""
HEAT = 115e3
"""Heat of eight racks at 80 % with fans and supplies [W], from a run of the site; the tank is sized for it."""
PIPES = 0.3
"""Water of a loop without a tank [m3]."""


def tank(bridged: float) -> float:
    """Volume that takes up the heat of a bridge [m3]."""
    return HEAT * bridged / (WATER_DENSITY * WATER_CP * (WARMEST - SUPPLY))


def variant(
    name: str, restart: float, volume: float, *, fans: str = "bus", pumps: str = "bus", sets: bool = True
) -> Variant:
    """The site with its chillers' restart, its water, and what its fans and pumps hang on."""
    overrides = [
        f"cooling.plants.plant.chiller={{type: york-ycal-100kw-air, count: 3, restart_delay: {restart} s}}",
        f"cooling.plants.plant.buffer_tank={volume:.3f} m^3",
        f"cooling.halls.hall.fans_on={fans}",
    ]
    if pumps != "bus":
        overrides.append(f"cooling.plants.plant.pumps_on={pumps}")
    states = {} if sets else {("genset", "start_fails"): 1.0}
    return Variant(name, overrides, {}, states, (LOST, RETURN if sets else SHORT))


BRIDGE = tank(CONVENTIONAL + 60.0)
BRIDGE_LONG = tank(SHORT - LOST + CONVENTIONAL + 60.0)
VARIANTS = (
    variant("conventional chillers", CONVENTIONAL, PIPES),
    variant("with a tank", CONVENTIONAL, BRIDGE),
    variant("quick-start chillers", QUICK, PIPES),
    variant("tank, fans and pumps on the bus", CONVENTIONAL, BRIDGE_LONG, sets=False),
    variant(
        "tank, fans and pumps on the UPS", CONVENTIONAL, BRIDGE_LONG, fans="ups", pumps="ups", sets=False
    ),
)
LOSES = (True, False, False, True, False)
WATCH = {
    "inlet": ("rack", f.RACK_T_INLET),
    "mode": ("rack", f.RACK_MODE),
    "water": ("plant", f.PLANT_T),
    "heat": ("plant", f.PLANT_LOAD),
    "chilled": ("plant", f.PLANT_Q_CHILLER),
}


def played(backend: str) -> Played:
    """Play the variants; the simulator, a hundred times slower, takes longer steps."""
    slow = backend == "sim"
    step = 5.0 if slow else 0.5
    return play(
        VARIANTS, WATCH, END, backend, step=step, thermal=max(step, 1.0), settle_step=60.0 if slow else 10.0
    )


def lost_at(run: Played, k: int) -> float:
    """Time from the loss of mains to the first rack that stopped [s]; infinite if none did."""
    times: Array = run.states["rack"][k, f.RACK_LOST_AT]
    return float(times[times >= 0.0].min() - LOST) if (times >= 0.0).any() else float("inf")


def holds(quantity: str, true: bool, note: str) -> Check:
    """Check a statement that is true or not."""
    return Check(quantity, float(true), 1.0, 0.0, "1", note)


def run(backend: str) -> list[Check]:
    """Who loses racks, when and why, and how warm it gets where nobody does."""
    result = played(backend)
    racks = result.states["rack"]
    checks = []
    for k, (which, loses) in enumerate(zip(VARIANTS, LOSES, strict=True)):
        lost = float((racks[k, f.RACK_LOST_AT] >= 0.0).mean())
        checks.append(Check(f"{which.name}: share of racks lost", lost, float(loses), 0.0, "1"))
        if loses:
            hot = bool((result.series["mode"][:, k] == f.RACK_TOO_HOT).all(axis=1).any())
            checks.append(holds(f"{which.name}: it was heat that stopped them", hot, ""))
    first = lost_at(result, 0)
    when = f"after {first / 60.0:.1f} min"
    checks.append(holds("conventional chillers: racks are lost before them", first < CONVENTIONAL, when))
    # Without generators for fans and pumps the chassis, warmer than their inlets, decide, not the tank.
    first = lost_at(result, 3)
    when = f"after {first:.0f} s"
    checks.append(
        holds("fans and pumps on the bus: racks are lost before mains are back", first < SHORT - LOST, when)
    )
    for k in (1, 4):
        # A hall whose fans stop while a generator starts sees the chassis for that long: it is left out here.
        settled = float(result.series["inlet"][result.time > LOST + 120.0][:, k].max())
        words = f"hottest {settled:.1f} degC"
        checks.append(
            holds(f"{VARIANTS[k].name}: inlets within class A2 after 2 min", settled <= CLASS_A2, words)
        )
    hottest = float(racks[4, f.RACK_T_INLET_MAX].max())
    words = f"hottest {hottest:.1f} degC"
    checks.append(holds("fans and pumps on the UPS: inlets recommended", hottest <= RECOMMENDED, words))
    water = float(result.series["water"][:, 1, 0].max())
    checks.append(
        Check(
            "with a tank: warmest water",
            water,
            WARMEST,
            1.0,
            "degC",
            "the tank is sized for a rise to 20 degC",
        )
    )
    bridged = float(np.abs(result.residual).max())
    checks.append(Check("residual of the heat accounts", bridged, 0.0, 1e-9, "1"))
    return checks


def figure() -> Any:
    """Inlets of the five variants, the limits, and the water of those with a tank."""
    import plotly.graph_objects as go

    result = played("cpu")
    minutes = (result.time - LOST) / 60.0
    made = go.Figure()
    colours = ("#c0392b", "#2a9d5c", "#2b83c6", "#e07a1f", "#7d5ba6")
    for k, which in enumerate(VARIANTS):
        hottest: Array = result.series["inlet"][:, k].max(axis=1)
        made.add_scatter(x=minutes, y=hottest, name=which.name, line={"color": colours[k]})
        if k in (1, 4):
            made.add_scatter(
                x=minutes,
                y=result.series["water"][:, k, 0],
                name=f"water, {which.name}",
                line={"color": colours[k], "dash": "dot"},
            )
    made.add_hline(y=SHUTDOWN, line={"color": "#c0392b", "dash": "dash"}, annotation_text="servers shut down")
    made.add_hline(
        y=CLASS_A2, line={"color": "#888888", "dash": "dash"}, annotation_text="allowable, class A2"
    )
    made.update_xaxes(title_text="minutes since mains were lost")
    made.update_yaxes(title_text="hottest rack inlet, water [°C]")
    made.update_layout(
        title="Loss of cooling: a restart too late, and what saves the racks",
        meta={"caption": "Hottest rack inlet of five variants of a small site after mains are lost."},
    )
    return made


CASE = Case(
    name="cooling_loss",
    title="Loss of cooling: a chiller restart too late, and what saves the racks",
    reference="restart times of chillers, heat over heat capacity, and allowable inlets of ASHRAE",
    source="chiller restart 10-15 min, quick start 1-5 min; ASHRAE TC 9.9, 2021; see README.md",
    run=run,
    figure=figure,
)
