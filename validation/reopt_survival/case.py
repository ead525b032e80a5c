"""REopt's published survival tables, by the kernels of the twin, and what REopt cannot see."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from twin.ensemble import Phase
from twin.kernels.scalar import Array
from twin.validation.case import Case, Check
from twin.validation.reopt_survival.site import HOUR, KW, KWH, VOLTS, Risk, Small, outage

DRAWS, SIM_DRAWS = 20_000, 25
"""Outages drawn; the CUDA simulator is a thousand times slower, so a few."""
LOAD = np.array([1.0, 2.0, 2.0, 1.0]) * KW
FAILURE = 1.0 / 5.0
"""Chance that a running set fails in a step: an MTTF of 5 steps of 1 h."""

TABLE_A = ((1.0, 0.8704, 0.557056), (0.96, 0.6144, 0.57344), (0.96, 0.896, 0.8192), (1.0, 0.96, 0.761856))
"""Rows: hour at which the outage starts; columns: its length, 1, 2 and 3 h."""
LAST_B = 0.557056

CASE_A = Small(sets=2, storage_power=KW, storage_energy=4.0 * KWH, soc_min=0.5, soc=0.75)
CASE_B = Small(sets=2, storage_power=KW, storage_energy=2.0 * KWH, soc_min=0.0, soc=0.5)

HOURLY = (Phase(math.inf, HOUR, 0, 1),)
PCS_LOSS = (0.0066, 0.00537, 0.01292)
"""Of the shipped storage converter (measured curve, see assets/equipment/converter.yaml)."""
CELL_HEAT = 0.02
"""Share of battery power that its resistance turns into heat at 1 kW, for the lossy case: an example."""


def risk() -> Risk:
    """The geometric failure of REopt as an exponential clock: exp(-step / mttf) = 1 - FAILURE."""
    return Risk(mttf=HOUR / -math.log1p(-FAILURE))


def draws_on(backend: str) -> int:
    """Outages that are drawn on a backend."""
    return SIM_DRAWS if backend == "sim" else DRAWS


def survival(small: Small, backend: str, draws: int = DRAWS) -> Array:
    """Share of outages survived, by starting hour and length 1, 2, 3 h."""
    starts = np.repeat(np.arange(LOAD.size) * HOUR, draws)
    found = outage(small, LOAD, starts, 3.0 * HOUR, HOURLY, risk(), backend)
    lost = np.where(np.isnan(found.lost_after), np.inf, found.lost_after).reshape(LOAD.size, draws)
    return np.array([[(row >= length * HOUR - 1.0).mean() for length in (1, 2, 3)] for row in lost])


def share_check(quantity: str, got: float, expected: float, draws: int) -> Check:
    """A share of so many draws within three standard errors of its exact value."""
    return Check(quantity, got, expected, 3.0 * math.sqrt(expected * (1.0 - expected) / draws) + 1e-12, "1")


def table_checks(backend: str) -> list[Check]:
    """Both published cases."""
    draws = draws_on(backend)
    found = survival(CASE_A, backend, draws)
    checks = [
        share_check(
            f"A: survival of {length} h from hour {start}", float(found[start, length - 1]), value, draws
        )
        for start, row in enumerate(TABLE_A)
        for length, value in enumerate(row, start=1)
    ]
    last = float(survival(CASE_B, backend, draws)[0, 2])
    return [*checks, share_check("B: survival of 3 h from hour 0", last, LAST_B, draws)]


def ten_seconds(backend: str) -> list[Check]:
    """A perfect set that needs 10 s to start, and nothing to bridge them but 20 ms in the supplies.

    REopt: the set runs from the first step, survival 1.
    """
    hold_up, delay, length = 0.020, 10.0, 12.0 if backend == "sim" else 60.0
    small = Small(sets=1, set_power=2.0 * KW, start_delay=delay, hold_up=hold_up * KW)
    schedule = (Phase(math.inf, 0.01, 0, 100),)
    found = outage(small, np.array([KW]), np.zeros(1), length, schedule, Risk(), backend)
    return [
        Check("start delay: survival", float(found.survived.mean()), 0.0, 0.0, "1", "REopt gives 1"),
        Check("start delay: rack lost after", float(found.lost_after[0]), hold_up, 1e-9, "s"),
        Check(
            "start delay: energy not served", float(found.unserved[0]), KW * (delay - hold_up), KW * 0.02 + 1e-6, "J",
            "closing the bus and restarting the rack take a step of 10 ms each",
        ),
    ]  # fmt: skip


def four_hours(backend: str) -> list[Check]:
    """A 4-h battery at full load: 4 h without losses, less with those of its converter and its cells."""
    step = 10.0 if backend == "sim" else 1.0
    schedule = (Phase(math.inf, step, 0, 600),)
    checks = []
    for words, loss, heat in (("lossless", (0.0, 0.0, 0.0), 0.0), ("with losses", PCS_LOSS, CELL_HEAT)):
        resistance = heat * VOLTS**2 / KW
        small = Small(storage_power=KW, storage_energy=4.0 * KWH, loss=loss, resistance=resistance)
        found = outage(small, np.array([KW]), np.zeros(1), 5.0 * HOUR, schedule, Risk(), backend)
        # P = I (V - I R) at constant V: the current is constant, and so is the time to empty.
        power = KW * (1.0 + sum(loss))
        current = (
            (VOLTS - math.sqrt(VOLTS**2 - 4.0 * resistance * power)) / (2.0 * resistance)
            if heat
            else KW / VOLTS
        )
        expected = 4.0 * KWH / (VOLTS * current)
        checks.append(Check(f"4-h battery, {words}", float(found.lost_after[0]), expected, step + 1e-6, "s"))
    return checks


def small_load(backend: str) -> list[Check]:
    """A load of 24 kW on 1000 kWh: less than half a bin an hour with 20 bins, so REopt never moves down one."""
    small = Small(storage_power=100.0 * KW, storage_energy=1000.0 * KWH)
    step = 600.0 if backend == "sim" else 60.0
    schedule = (Phase(math.inf, step, 0, 60),)
    found = outage(small, np.array([24.0 * KW]), np.zeros(1), 48.0 * HOUR, schedule, Risk(), backend)
    expected = 1000.0 / 24.0 * HOUR
    return [Check("24 kW on 1000 kWh lasts", float(found.lost_after[0]), expected, step + 1e-6, "s")]


def run(backend: str) -> list[Check]:
    """Return every check."""
    return [*table_checks(backend), *ten_seconds(backend), *four_hours(backend), *small_load(backend)]


def figure() -> Any:
    """Return the survival of case A by length, drawn against REopt's table."""
    import plotly.graph_objects as go

    found = survival(CASE_A, "cpu")
    plot = go.Figure(layout={"title": CASE.title, "template": "plotly_white"})
    for start, row in enumerate(found):
        plot.add_scatter(x=[1, 2, 3], y=row, name=f"twin, from hour {start}")
        plot.add_scatter(x=[1, 2, 3], y=TABLE_A[start], mode="markers", name=f"REopt, from hour {start}")
    plot.update_xaxes(title="outage, h").update_yaxes(title="share of outages survived")
    return plot


CASE = Case(
    name="reopt_survival",
    title="Two generators and a battery: survival of outages of 1 to 3 h",
    reference="REopt, Energy Resilience Performance tool: the tables of its own tests",
    source="NREL, REopt.jl: tests of its backup reliability calculation (Energy Resilience Performance)",
    run=run,
    figure=figure,
)
