"""Runs a scenario at constant load levels, a member each, for the cases about losses of the electrical chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin import accounts
from twin.disturbances import none
from twin.facility import Facility, build
from twin.inputs import open_inputs
from twin.kernels import fields as f
from twin.kernels.backend import Interval, open_machine
from twin.scenario.scenario import Scenario

Array = npt.NDArray[np.float64]
STEPS = 30
STEP = 1.0
"""Electrical and thermal step [s]: pumps and fans have settled after half a minute, loads are constant."""


@dataclass(frozen=True)
class Steady:
    """A site at several constant loads: what it is made of, its states, and how far its energy accounts are out."""

    facility: Facility
    states: dict[str, Array]
    residual: float

    def total(self, name: str, field: int) -> Array:
        """Sum of a state over the units of a class, one value a load level."""
        values: Array = self.states[name][:, field].sum(axis=1)
        return values


def steady(scenario: Scenario, utilisation: Sequence[float], backend: str) -> Steady:
    """Run `scenario` with every workload at each `utilisation` (0 to 1), without its events and policies."""
    facility = build(scenario)
    site, members = facility.site, len(utilisation)
    states = {name: np.repeat(block, members, axis=0) for name, block in site.states.items()}
    start = accounts.stored(site, states)
    machine = open_machine(backend, site, states)
    row = open_inputs(scenario).row(0)
    machine.advance(
        Interval(
            start=0.0,
            step=STEP,
            steps=STEPS,
            thermal_every=1,
            trace_every=0,
            active=np.ones(members, dtype=np.int64),
            signal=np.repeat(row["signal"][None, :], members, axis=0),
            utilisation=np.repeat(np.asarray(utilisation)[:, None], len(facility.workloads), axis=1),
            disturbances=none(),
        )
    )
    end = {name: np.array(block) for name, block in machine.states().items()}
    electrical = ("station", "ring", "bus", "battery", "ups", "pdu", "rack")
    found = accounts.balance(site, end, start)
    residual = max(float(found[name]["relative"].max()) for name in electrical if name in found)
    return Steady(facility, end, residual)


def rack_powers(run: Steady) -> tuple[Array, Array]:
    """Power into all racks, and power used in them, at each load level [W]."""
    return run.total("rack", f.RACK_POWER), run.total("rack", f.RACK_POWER_IT)
