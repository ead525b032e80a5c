"""159 published chillers in the plant's own step: reference points, and less power with a colder condenser."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from twin.kernels.fields import PLANT_P_CHILLER, PLANT_Q_CHILLER
from twin.scenario.chiller_curves import (
    KELVIN,
    REFERENCE,
    REFERENCE_TOLERANCE,
    at_reference,
    chiller_values,
    normalised,
    read_table,
)
from twin.validation.case import Case, Check, measured
from twin.validation.plant_bench import bench_plants, bench_run

Array = npt.NDArray[np.float64]

TABLE = "equip_chiller_curves/chillers_electric_eir.csv"

KNOWN = {
    "York YT 1090kW/7.57COP/VSD": 0.256,
    "York YT 1794kW/7.90COP/VSD": 0.203,
    "York YT 1495kW/7.51COP/VSD": 0.198,
    "York YT 1934kW/7.55COP/Vanes": -0.142,
    "McQuay PEH 1934kW/6.01COP/Vanes": 0.112,
    "Carrier 19XR 897kW/7.23COP/VSD": 0.101,
}
"""Machines whose published curves are further from 1 at their reference than EnergyPlus lets pass, and how far."""

PART = 0.6
"""Load at which the condenser is cooled down, share of the reference capacity."""

SHOWN = ("McQuay WSC 471kW/5.89COP/Vanes", "Carrier 19XR 1143kW/6.57COP/VSD", "York YT 1794kW/7.90COP/VSD")
"""Machines of the figure."""


@cache
def table() -> dict[str, dict[str, str]]:
    """Rows of the published table, by machine."""
    path, why = measured(TABLE)
    assert path is not None, why
    return read_table(path)


def kelvin(row: dict[str, str], column: str) -> float:
    """A temperature of the table [degC]."""
    return float(row[column]) - KELVIN


def plant_of(row: dict[str, str], scaled: bool = False) -> dict[str, float]:
    """One such chiller as a plant, its chilled water at the reference and its condenser as warm as the outside."""
    values = normalised(row) if scaled else chiller_values(row)
    params = {
        "chillers": 1.0,
        "chiller_capacity": -float(row["QEva_flow_nominal"]),
        "chiller_cop": float(row["COP_nominal"]),
        "part_load_min": float(row["PLRMin"]),
        "part_load_unload": float(row["PLRMinUnl"]),
        "condenser_min": kelvin(row, "TConEntMin"),
        "condenser_max": kelvin(row, "TConEntMax"),
        "evaporator_min": kelvin(row, "TEvaLvgMin"),
        "evaporator_max": kelvin(row, "TEvaLvgMax"),
        "temperature_set": kelvin(row, REFERENCE[0]),
    }
    for key, name in (("cap_ft", "capacity_curve"), ("eir_ft", "eir_curve"), ("eir_plr", "part_load")):
        params |= {f"{name}_{k}": value for k, value in enumerate(values[key])}
    return params


def step(
    rows: list[dict[str, str]], heat: Array, condenser: Array, backend: str, scaled: bool = False
) -> Array:
    """Heat taken and power of every machine [W] at a heat asked for and a condenser temperature; (state, machine)."""
    p, s = bench_plants([plant_of(row, scaled) for row in rows])
    # The power asked for in a step is that of its load; the heat is taken with it.
    found = bench_run(
        p,
        s,
        heat[None, :],
        condenser[None, :],
        condenser[None, :],
        (PLANT_Q_CHILLER, PLANT_P_CHILLER),
        1.0,
        backend,
    )
    result: Array = found[0]
    return result


def reference_checks(rows: list[dict[str, str]], backend: str) -> list[Check]:
    """Every machine at its reference, as published and scaled."""
    capacity = np.array([-float(row["QEva_flow_nominal"]) for row in rows])
    cop = np.array([float(row["COP_nominal"]) for row in rows])
    condenser = np.array([kelvin(row, REFERENCE[1]) for row in rows])
    curves = np.array([at_reference(row) for row in rows])
    heat, power = step(rows, 2.0 * capacity, condenser, backend)
    able = heat / capacity
    ratio = power * cop / heat
    own = max(
        float(np.abs(able / curves[:, 0] - 1.0).max()),
        float(np.abs(ratio / (curves[:, 1] * curves[:, 2]) - 1.0).max()),
    )
    names = list(table())
    worst = (
        np.where(np.abs(curves[:, 0] - 1.0) > np.abs(curves[:, 1] - 1.0), curves[:, 0], curves[:, 1]) - 1.0
    )
    outside = {names[k] for k in np.nonzero(np.abs(worst) > REFERENCE_TOLERANCE)[0]}
    noted = max(abs(float(worst[names.index(name)]) - value) for name, value in KNOWN.items())
    heat_1, power_1 = step(rows, 2.0 * capacity, condenser, backend, scaled=True)
    return [
        Check("machines in the table", float(len(rows)), 159.0, 0.0, "1"),
        Check("model against the published polynomials at the reference, largest departure", own, 0.0, 1e-9, "1"),
        Check("machines whose published curves give 1 within EnergyPlus's 10 %", float(len(rows) - len(outside)),
              153.0, 0.0, "1", "the others: " + ", ".join(f"{name} {value:+.0%}" for name, value in KNOWN.items())),
        Check("machines outside it that are not those six", float(len(outside ^ set(KNOWN))), 0.0, 0.0, "1"),
        Check("their departures against those noted, largest difference", noted, 0.0, 0.001, "1"),
        Check("published capacity at the reference, median departure", float(np.median(np.abs(able - 1.0))),
              0.0, 0.01, "1"),
        Check("published input ratio at the reference, median departure", float(np.median(np.abs(ratio - 1.0))),
              0.0, 0.01, "1"),
        Check("scaled: capacity at the reference, largest departure", float(np.abs(heat_1 / capacity - 1.0).max()),
              0.0, 1e-9, "1", "all 159"),
        Check("scaled: COP at the reference, largest departure",
              float(np.abs(heat_1 / power_1 / cop - 1.0).max()), 0.0, 1e-9, "1", "all 159"),
    ]  # fmt: skip


def condenser_checks(rows: list[dict[str, str]], backend: str) -> list[Check]:
    """Every machine at part load with the coldest and the warmest condenser of its fit."""
    capacity = np.array([-float(row["QEva_flow_nominal"]) for row in rows])
    power = [
        step(rows, PART * capacity, np.array([kelvin(row, column) for row in rows]), backend)[1]
        for column in ("TConEntMin", "TConEntMax")
    ]
    saved = 1.0 - power[0] / power[1]
    span = np.array([kelvin(row, "TConEntMax") - kelvin(row, "TConEntMin") for row in rows])
    return [
        Check("machines that take less power with the coldest condenser than with the warmest, at 60 % load",
              float((saved > 0.0).sum()), 159.0, 0.0, "1"),
        Check("power saved per kelvin, median", float(np.median(saved / span)), 0.02, 0.01, "1/K",
              "1 to 3 % per kelvin of condenser water is the rule (ASHRAE Handbook; remembered)"),
    ]  # fmt: skip


def run(backend: str) -> list[Check]:
    """Return the checks."""
    path, why = measured(TABLE)
    if path is None:
        return [Check("machines in the table", None, 159.0, 0.0, "1", why)]
    rows = list(table().values())
    return reference_checks(rows, backend) + condenser_checks(rows, backend)


def figure() -> Any:
    """Return power over condenser temperature, and how far every machine is from 1 at its reference."""
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    if measured(TABLE)[0] is None:
        return go.Figure(layout={"title": f"{CASE.title}: {measured(TABLE)[1]}"})
    rows = table()
    plot = make_subplots(rows=1, cols=2, subplot_titles=("at 60 % load", "published curves at the reference"))
    for name in SHOWN:
        row = rows[name]
        capacity = -float(row["QEva_flow_nominal"])
        warm = np.linspace(kelvin(row, "TConEntMin"), kelvin(row, "TConEntMax"), 25)
        many = [row] * warm.size
        power = step(many, np.full(warm.size, PART * capacity), warm, "cpu")[1]
        plot.add_scatter(x=warm, y=power / (PART * capacity), name=name, row=1, col=1)
    curves = np.array([at_reference(row) for row in rows.values()]) - 1.0
    plot.add_scatter(
        x=100.0 * curves[:, 0],
        y=100.0 * curves[:, 1],
        mode="markers",
        text=list(rows),
        name="159 machines",
        row=1,
        col=2,
    )
    for value in (-10.0, 10.0):
        plot.add_hline(value, line_dash="dot", row=1, col=2)
        plot.add_vline(value, line_dash="dot", row=1, col=2)
    plot.update_xaxes(title="entering condenser, degC", row=1, col=1)
    plot.update_yaxes(title="power over heat", rangemode="tozero", row=1, col=1)
    plot.update_xaxes(title="capacity, % from 1", row=1, col=2)
    plot.update_yaxes(title="energy input ratio, % from 1", row=1, col=2)
    plot.update_layout(title=CASE.title, template="plotly_white")
    return plot


CASE = Case(
    name="chiller_curves",
    title="159 published chillers: reference points and a colder condenser",
    reference="reference capacity and COP of every machine; EnergyPlus warns beyond 10 %",
    source="EnergyPlus datasets/Chillers.idf, as in the Modelica Buildings library, ElectricEIR.mo (LBNL)",
    run=run,
    figure=figure,
)
