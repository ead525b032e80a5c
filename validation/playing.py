"""Plays a scenario at one fixed step, quicker to start than a recorded run, and keeps what a case compares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin import accounts
from twin.actions import Acting
from twin.disturbances import none
from twin.engine import settle
from twin.facility import Facility, build
from twin.faults.compile import site_actions
from twin.inputs import Inputs, open_inputs
from twin.kernels.backend import Interval, choose, open_machine
from twin.scenario.scenario import Scenario

Array = npt.NDArray[np.float64]
Sample = Callable[[dict[str, Array], Array], dict[str, Array]]
THERMAL = ("rack_heat", "hall", "cdu", "plant")


@dataclass(frozen=True)
class Played:
    """A scenario that was played.

    Attributes
    ----------
    facility, inputs : what was played.
    time : end of every interval [s].
    kept : what `sample` returned, one row per interval.
    end : states at the end.
    residual : largest residual of a thermal account over its throughput.
    """

    facility: Facility
    inputs: Inputs
    time: Array
    kept: dict[str, Array]
    end: dict[str, Array]
    residual: float


def play(scenario: Scenario, backend: str, step: float, rest: float, sample: Sample) -> Played:
    """Step a scenario from the state that its first row leads to.

    Parameters
    ----------
    scenario : its policies and grid events are left out; what fails or is done inside the site is not.
    backend : auto, cpu, cuda or sim.
    step : electrical and thermal step [s]; it divides the control interval.
    rest : approach to the state at the start [h].
    sample : gets states and signals at the end of an interval, and returns what is kept of them.
    """
    name = choose(backend)
    facility, inputs = build(scenario), open_inputs(scenario)
    site, interval = facility.site, scenario.run.control_interval
    states = settle(site, inputs.row(0), rest, name)
    acting = Acting.on(site_actions(scenario, facility).on_grid(interval), states)
    start = accounts.stored(site, states)
    machine = open_machine(name, site, states)
    rows = []
    count = round(scenario.run.duration / interval)
    states = machine.states()
    for k in range(count):
        row, t = inputs.row(k), k * interval
        acting.act(machine, t - interval, t, states)
        machine.advance(
            Interval(
                start=t,
                step=step,
                steps=round(interval / step),
                thermal_every=1,
                trace_every=0,
                active=np.ones(1, dtype=np.int64),
                signal=row["signal"][None, :].copy(),
                utilisation=row["utilisation"][None, :].copy(),
                disturbances=none(),
            )
        )
        states = machine.states()
        rows.append(sample(states, row["signal"]))
    end = {block: np.array(values) for block, values in states.items()}
    found = accounts.balance(site, end, start)
    return Played(
        facility,
        inputs,
        interval * np.arange(1.0, count + 1.0),
        {key: np.array([entry[key] for entry in rows]) for key in rows[0]},
        end,
        max(float(found[block]["relative"].max()) for block in THERMAL if block in found),
    )
