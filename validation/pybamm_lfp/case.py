"""Constant-current discharges of a 2.3 Ah LFP cell: two wells behind a resistance against PyBaMM's DFN model."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from twin.validation.battery_bench import bench_cell, bench_voltage
from twin.validation.case import Case, Check
from twin.validation.pybamm_lfp.cell import BULK, CUT_OFF, TAU, capacity, ocv_table

Array = npt.NDArray[np.float64]

STEP = 1.0
PUBLISHED = {1.15: (6633.4, 6.6583), 2.3: (3035.1, 6.0165)}
"""Current, A -> time to 2.0 V, s, and energy, Wh, of PyBaMM 26.10.1.1 (DFN, Prada2013, 298 K)."""

FITTED_AT = 2.3
BETWEEN = 1.725


def discharge(current: float, resistance: float, backend: str = "cpu") -> tuple[float, float, Array]:
    """Discharge from full to the cut-off at constant `current` [A].

    Returns
    -------
    tuple
        Time to cut-off [s], energy [Wh] and the voltage in the middle of each second [V].
    """
    p, s = bench_cell(ocv_table(), capacity(), resistance_ohmic=resistance, bulk_share=BULK, tau_bulk=TAU)
    steps = int(capacity() / current / STEP)
    voltage = bench_voltage(p, s, np.full(steps, current), STEP, backend)
    last = int(np.argmax(voltage < CUT_OFF))
    # A mean over a step stands in its middle; the cut-off is passed on a straight line between two of them.
    part = float((voltage[last - 1] - CUT_OFF) / (voltage[last - 1] - voltage[last]))
    time = (last - 0.5 + part) * STEP
    energy = float(voltage[:last].sum() - (0.5 - part) * CUT_OFF) * current * STEP
    return time, energy / 3600.0, voltage[:last]


@cache
def fitted_resistance() -> float:
    """Resistance with which the energy at 1C is the published one [ohm]: the only number that is fitted."""
    wanted = PUBLISHED[FITTED_AT][1]
    return float(brentq(lambda r: discharge(FITTED_AT, r)[1] - wanted, 0.0, 0.1, xtol=1e-6))


def run(backend: str) -> list[Check]:
    """Return the checks against PyBaMM."""
    resistance = fitted_resistance()
    checks = []
    for current, (time, energy) in PUBLISHED.items():
        got_time, got_energy, _ = discharge(current, resistance, backend)
        rate = f"{current / 2.3:g}C"
        fitted = current == FITTED_AT
        checks += [
            Check(f"time to 2.0 V at {rate}", got_time, time, 0.02 * time, "s"),
            Check(
                f"energy at {rate}", got_energy, energy, 0.02 * energy, "Wh", "fitted: the resistance" if fitted else ""
            ),
        ]
    slow, between, fast = (discharge(i, resistance, backend)[0] * i / 3600.0 for i in (1.15, BETWEEN, 2.3))
    checks.append(
        Check("capacity at 0.75C lies between the two", float(slow > between > fast), 1.0, 0.0, "1", f"{between:.3f} Ah")
    )
    return checks


def figure() -> Any:
    """Return the discharge curves with the published ends."""
    import plotly.graph_objects as go

    plot = go.Figure(layout={"title": CASE.title, "template": "plotly_white"})
    for current in (1.15, BETWEEN, 2.3):
        time, _, voltage = discharge(current, fitted_resistance())
        charge = (np.arange(voltage.size) + 0.5) * STEP * current / 3600.0
        plot.add_scatter(x=charge, y=voltage, name=f"{current / 2.3:g}C, {time:.0f} s")
    ends = [current * time / 3600.0 for current, (time, _) in PUBLISHED.items()]
    plot.add_scatter(x=ends, y=[CUT_OFF] * len(ends), mode="markers", name="cut-off in PyBaMM")
    plot.update_xaxes(title="charge drawn, Ah").update_yaxes(title="voltage, V")
    return plot


CASE = Case(
    name="pybamm_lfp",
    title="LFP cell, 2.3 Ah: constant-current discharge at 0.5C and 1C",
    reference="PyBaMM 26.10.1.1, Doyle-Fuller-Newman model, parameter set Prada2013, 3.6 to 2.0 V at 298 K",
    source="E. Prada et al., J. Electrochem. Soc. 160 (2013) A616-A628; V. Sulzer et al., J. Open Res. Software 9 (2021) 14",
    run=run,
    figure=figure,
)
