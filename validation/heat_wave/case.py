"""A hot day of Phoenix with a heat wave on top: chillers against their published curve, and the hall behind them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from twin.kernels import fields as f
from twin.kernels.device import simulating
from twin.scenario.load import load
from twin.validation.case import Case, Check, measured
from twin.validation.playing import Played, play

Array = npt.NDArray[np.float64]

SERIES = "weather_epw/USA_AZ_Phoenix_TMYx.epw.gz"
MACHINES = 8
CAPACITY, COP = 100.582e3, 3.1
CAP_FT = (-0.2660645697, 0.0998714035, -0.0023814154, 0.0628316481, -0.0009644649, -0.0011249224)
EIR_FT = (0.1807017787, 0.0271530312, -0.0004553574, 0.0188175079, 0.0002623276, -0.0012881189)
"""York YCAL0033EE, air-cooled (EnergyPlus Chillers.idf, Modelica Buildings): typed in again, apart from the library."""
WARMEST_WATER = 10.0
"""The curves end at this leaving water [degC]; warmer water is taken as this."""
A2 = 35.0
"""Highest inlet that ASHRAE 2021 allows its class A2 [degC]."""
BATCH = 0.25
"""Share of the racks that is shed."""


def biquadratic(c: tuple[float, ...], water: float, air: float) -> float:
    """Curve of leaving water and entering air [degC]."""
    return c[0] + c[1] * water + c[2] * water**2 + c[3] * air + c[4] * air**2 + c[5] * water * air


def sample(states: dict[str, Array], signal: Array) -> dict[str, Array]:
    """What is kept of an interval."""
    plant, rack = states["plant"][0, :, 0], states["rack"][0]
    return {
        "heat": plant[f.PLANT_Q_CHILLER].copy(),
        "power": plant[f.PLANT_P_CHILLER].copy(),
        "water": plant[f.PLANT_T].copy(),
        "inlet": rack[f.RACK_T_INLET].max(),
        "hot": (rack[f.RACK_MODE] == f.RACK_TOO_HOT).mean(),
        "racks": rack[f.RACK_POWER].sum(),
        "dry_bulb": signal[f.SIG_T_DRY].copy(),
    }


@cache
def day(backend: str, shed: bool) -> Played:
    """24 July with 5 K on top, or what the simulator can do of it: three quarters of an hour from 14:10."""
    first, length = ("2024-07-24T21:10:00Z", "45 min") if simulating() else ("2024-07-24T07:00:00Z", "24 h")
    events = [
        "{type: operation, at: 9 h, unit: batch.pdu-2, do: open-breaker}",
        "{type: operation, at: 22 h, unit: batch.pdu-2, do: close-breaker}",
    ]
    wave = "{at: 0 h, duration: 48 h, rise: 5 K, dew_point_rise: 0 K, onset: 0 h}"
    scenario = load(
        "heat-wave-phoenix",
        [
            f"run.start={first}",
            f"run.duration={length}",
            f"signals.weather.heat_waves=[{wave}]",
            f"events=[{', '.join(events) if shed else ''}]",
        ],
    )
    return play(scenario, backend, 60.0, 0.1 if simulating() else 3.0, sample)


def run(backend: str) -> list[Check]:
    """Return the checks of chillers and hall."""
    path, why = measured(SERIES)
    if path is None:
        return [Check("capacity of the chillers at the hottest hour", None, 0.0, 0.0, "kW", why)]
    plain = day(backend, False)
    kept = plain.kept
    # The simulator's stretch starts from rest: only at its end do the machines run at all they can.
    worst = -1 if simulating() else int(np.argmax(kept["dry_bulb"]))
    air = float(kept["dry_bulb"][worst])
    able = MACHINES * CAPACITY * biquadratic(CAP_FT, WARMEST_WATER, air)
    # What is asked for at the end of an interval is what the machines take in the next.
    cop = float(kept["heat"][worst] / kept["power"][worst])
    published = COP / biquadratic(EIR_FT, WARMEST_WATER, air)
    note = f"{air:.1f} degC outside"
    checks = [
        Check(
            "heat the chillers take at the hottest hour",
            float(kept["heat"][worst]) / 1e3,
            able / 1e3,
            0.002 * able / 1e3,
            "kW",
            note,
        ),
        Check("their COP then", cop, published, 0.005 * published, "1", note),
        Check("largest residual of a thermal account", plain.residual, 0.0, 1e-9, "1"),
    ]
    if simulating():
        return checks
    shed = day(backend, True).kept
    need = float(shed["heat"][: 8 * 60].max())
    return [
        *checks,
        Check("rack units shut down by heat, nothing shed", float(kept["hot"].max()), 1.0, 0.0, "1"),
        Check("hottest inlet with a quarter of the racks shed", float(shed["inlet"].max()), 22.5, 4.5, "degC",
              "18 to 27 degC recommended"),
        Check("share of the heat that has to go", 1.0 - able / need, 0.5 * BATCH, 0.5 * BATCH, "1",
              "by the curve: less than the quarter that is shed"),
    ]  # fmt: skip


def figure() -> Any:
    """Return the day with and without shedding; nothing to show without the weather file."""
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    if measured(SERIES)[0] is None:
        return go.Figure(layout={"title": f"{CASE.title}: {measured(SERIES)[1]}"})
    plot = make_subplots(rows=3, cols=1, shared_xaxes=True, vertical_spacing=0.05)
    plot.update_layout(title=CASE.title, template="plotly_white", height=800)
    for on, words, dash in ((False, "nothing shed", "solid"), (True, "a quarter shed", "dash")):
        played = day("auto", on)
        hours, kept = played.time / 3600.0, played.kept
        if not on:
            able = [
                MACHINES * CAPACITY / 1e3 * biquadratic(CAP_FT, WARMEST_WATER, float(t))
                for t in kept["dry_bulb"]
            ]
            plot.add_scatter(
                x=hours, y=kept["dry_bulb"], name="outside", line={"color": "#8a8f98"}, row=1, col=1
            )
            plot.add_scatter(
                x=hours,
                y=able,
                name="chillers' curve at 10 °C water",
                line={"color": "#e69f00"},
                row=2,
                col=1,
            )
        for row, key, name, scale, colour in (
            (2, "heat", "heat taken by chillers", 1e3, "#2b83c6"),
            (3, "inlet", "hottest inlet", 1.0, "#d55e00"),
            (3, "water", "chilled water", 1.0, "#009e73"),
        ):
            line = {"color": colour, "dash": dash}
            plot.add_scatter(x=hours, y=kept[key] / scale, name=f"{name}, {words}", line=line, row=row, col=1)
    plot.add_hline(y=A2, line_dash="dot", annotation_text="A2 allowable", row=3, col=1)
    for row, title in enumerate(("°C", "kW", "°C"), start=1):
        plot.update_yaxes(title=title, row=row)
    plot.update_xaxes(title="hours of 24 July", row=3)
    return plot


CASE = Case(
    name="heat_wave",
    title="Phoenix, 24 July of a typical year and 5 K more: air-cooled chillers sized for 35 °C",
    reference="capacity and COP of an air-cooled chiller by its published curves; ASHRAE inlet limits",
    source="EnergyPlus Chillers.idf (York YCAL0033EE) by Modelica Buildings; TMYx of Phoenix, Climate.OneBuilding.org",
    run=run,
    figure=figure,
)
