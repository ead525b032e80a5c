"""Frontier: idle, mean, HPL and peak power and conversion loss, and what 380 V DC to the racks would save."""

from __future__ import annotations

from typing import Any

from twin.kernels import fields as f
from twin.validation.case import Case, Check
from twin.validation.frontier_chain.chain import IDLE, NODES, PEAK, chain, node_of_system
from twin.validation.steady import rack_powers, steady

MW = 1e6
HPL_NODES, HPL_CPU, HPL_GPU = 9216, 0.33, 0.79
"""Nodes of the HPL run and their utilisation; the other nodes idle."""
MEAN = 16.9 * MW
PRICE = 94.0 / 3.6e9
"""RAPS frontier.yaml: 0.094 USD/kWh, in USD/J."""
YEAR = 8760.0 * 3600.0
LUMP = 37
"""Racks stepped as one: all are alike."""


def hpl_node() -> float:
    """Mean power of a node in the HPL run [W]."""
    busy = 90.0 + HPL_CPU * 190.0 + 4 * (88.0 + HPL_GPU * 472.0) + 74.26 + 4 * 20.0 + 30.0
    return (HPL_NODES * busy + (NODES - HPL_NODES) * IDLE) / NODES


LEVELS = {"idle": IDLE, "mean": node_of_system(MEAN), "HPL": hpl_node(), "peak": PEAK}
"""Load level -> power of a node, W."""
MODEL = {"idle": 7.24, "HPL": 22.3, "peak": 28.2}
TELEMETRY = {"idle": 7.4, "HPL": 21.3, "peak": 27.4}
"""System power that RAPS computes, and that was measured, MW (Brewer et al. 2024)."""


def simulate(name: str, backend: str) -> dict[str, dict[str, float]]:
    """Step the shipped scenario `name` at every load level: powers and losses, W."""
    from twin.scenario import load

    levels = [(node - IDLE) / (PEAK - IDLE) for node in LEVELS.values()]
    run = steady(load(name, [f"racks.compute.lump={LUMP}"]), levels, backend)
    into, used = rack_powers(run)
    pumps = run.total("cdu", f.CDU_POWER)
    # Racks without a UPS hang on a plain connection, which is a UPS system without loss.
    central = run.total("ups", f.UPS_LOSS)
    return {
        level: {
            "rack": into[k] / 74,
            "system": into[k] + pumps[k] + central[k],
            "loss": into[k] - used[k],
            "central": central[k],
            "residual": run.residual,
        }
        for k, level in enumerate(LEVELS)
    }


def run(backend: str) -> list[Check]:
    """Return the checks of the scenarios against closed form, model and telemetry."""
    ac, dc = simulate("frontier", backend), simulate("frontier-dc-380", backend)
    mean = chain(LEVELS["mean"])
    checks = []
    for level, node in LEVELS.items():
        form = chain(node)
        racks = {"rack": form.rack, "system": form.system, "loss": form.loss}
        checks += [
            Check(f"{level}: {name} power, stepped", ac[level][name] / MW, value / MW, 1e-6 * value / MW, "MW",
                  "closed form of the same chain")
            for name, value in racks.items()
        ]  # fmt: skip
    for level, value in MODEL.items():
        power = ac[level]["system"] / MW
        checks.append(Check(f"{level}: system, RAPS", power, value, 0.01 * value, "MW"))
        measured = TELEMETRY[level]
        checks.append(Check(f"{level}: system, telemetry", power, measured, 0.06 * measured, "MW"))
    share = ac["mean"]["loss"] / ac["mean"]["system"]
    # What DC leaves in the cabinets: SIVOC converters alone.
    nodes = NODES * mean.node
    efficiency_dc = nodes / (nodes + dc["mean"]["loss"])
    saved = ac["mean"]["loss"] - dc["mean"]["loss"]
    yearly = YEAR * PRICE / 1e3
    central = dc["mean"]["central"]
    note = f"central rectifiers of the library lose {central / MW:.2f} MW and leave {(saved - central) * yearly:.0f}"
    checks += [
        Check("mean: conversion loss", ac["mean"]["loss"] / MW, 1.14, 0.04, "MW", "half a year of 2023, mean load"),
        Check("mean: share of system power lost", 100 * share, 6.74, 0.25, "%"),
        Check("mean: efficiency of the chain, AC", 100 * nodes / (nodes + ac["mean"]["loss"]), 93.3, 0.3, "%"),
        Check("mean: efficiency of the chain, 380 V DC", 100 * efficiency_dc, 97.3, 0.3, "%"),
        Check("saved by 380 V DC, central rectifiers without loss", saved * yearly, 542.0, 30.0, "kUSD/a", note),
        Check("largest residual of an energy account", max(ac["mean"]["residual"], dc["mean"]["residual"]), 0.0, 1e-9,
              "1"),
    ]  # fmt: skip
    return checks


def figure() -> Any:
    """Return the loss of the chain over node power, AC and DC."""
    import numpy as np
    import plotly.graph_objects as go

    nodes = np.linspace(IDLE, PEAK, 60)
    plot = go.Figure(layout={"title": CASE.title, "template": "plotly_white"})
    plot.add_scatter(x=nodes, y=[100 * chain(p).efficiency for p in nodes], name="SIVOC and rectifier")
    plot.add_scatter(x=nodes, y=[100 * chain(p).efficiency_dc for p in nodes], name="SIVOC alone: 380 V DC")
    mean = [LEVELS["mean"]] * 2
    plot.add_scatter(x=mean, y=[93.3, 97.3], mode="markers", name="published, mean load")
    plot.update_xaxes(title="power of a node, W").update_yaxes(title="efficiency, %")
    return plot


CASE = Case(
    name="frontier_chain",
    title="Frontier: conversion chain from node to system, and 380 V DC",
    reference="RAPS (ExaDigiT) model and telemetry of Frontier: system power, conversion loss, DC scenario",
    source="W. Brewer et al., A Digital Twin Framework for Liquid-cooled Supercomputers as Demonstrated at Exascale, "
    "SC24; RAPS frontier.yaml",
    run=run,
    figure=figure,
)
