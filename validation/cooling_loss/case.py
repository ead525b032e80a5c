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


def played(backend: str) -> tuple[list[int], Played]:
    """Play the variants and say which; the simulator, a thousand times slower, plays the start of the short outage."""
    if backend == "sim":
        which = [3, 4]
        short = {"step": 10.0, "thermal": 10.0, "before": 1800.0, "settle_step": 120.0}
        return which, play([VARIANTS[k] for k in which], WATCH, 300.0, backend, **short)
    return list(range(len(VARIANTS))), play(VARIANTS, WATCH, END, backend, step=0.5)


def lost_at(run: Played, member: int) -> float:
    """Time from the loss of mains to the first rack that stopped [s]; infinite if none did."""
    times: Array = run.states["rack"][member, f.RACK_LOST_AT]
    return float(times[times >= 0.0].min() - LOST) if (times >= 0.0).any() else float("inf")


def holds(quantity: str, true: bool, note: str) -> Check:
    """Check a statement that is true or not."""
    return Check(quantity, float(true), 1.0, 0.0, "1", note)


def run(backend: str) -> list[Check]:
    """Who loses racks, when and why, and how warm it gets where nobody does."""
    which, result = played(backend)
    checks = []
    for place, k in enumerate(which):
        checks += of_variant(result, place, k)
    residual = float(np.abs(result.residual).max())
    checks.append(Check("residual of the heat accounts", residual, 0.0, 1e-9, "1"))
    return checks


def of_variant(result: Played, place: int, k: int) -> list[Check]:
    """Checks of variant `k`, which is member `place` of the run."""
    name, loses = VARIANTS[k].name, LOSES[k]
    racks = result.states["rack"][place]
    inlet = result.series["inlet"][:, place]
    lost = float((racks[f.RACK_LOST_AT] >= 0.0).mean())
    checks = [Check(f"{name}: share of racks lost", lost, float(loses), 0.0, "1")]
    first = lost_at(result, place)
    hottest = float(racks[f.RACK_T_INLET_MAX].max())
    if loses:
        hot = bool((result.series["mode"][:, place] == f.RACK_TOO_HOT).all(axis=1).any())
        checks.append(holds(f"{name}: it was heat that stopped them", hot, f"after {first:.0f} s"))
        # Chillers come back 12 min after the generators; where none starts, mains come back after 8.
        help_comes = CONVENTIONAL if k == 0 else SHORT - LOST
        checks.append(
            holds(f"{name}: before help came", first < help_comes, f"which takes {help_comes:.0f} s")
        )
    else:
        # A hall whose fans stop while a generator starts sees the chassis for that long: it is left out here.
        settled = float(inlet[result.time > LOST + 120.0].max())
        words = f"hottest {settled:.1f} degC"
        checks.append(holds(f"{name}: inlets within class A2 after 2 min", settled <= CLASS_A2, words))
    if k == 4:
        words = f"hottest {hottest:.1f} degC"
        checks.append(holds(f"{name}: inlets within the recommended range", hottest <= RECOMMENDED, words))
    if k == 1:
        water = float(result.series["water"][:, place, 0].max())
        words = "the tank is sized for a rise to 20 degC"
        checks.append(Check(f"{name}: warmest water", water, WARMEST, 1.0, "degC", words))
    return checks


def figure() -> Any:
    """Inlets of the five variants, the limits, and the water of those with a tank."""
    import plotly.graph_objects as go

    _, result = played("cpu")
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
