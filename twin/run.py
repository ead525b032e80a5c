"""A run from scenario to result file: prepare, go, sum up."""

from __future__ import annotations

import importlib.metadata
import io
import json
import platform
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from twin import __version__, accounts
from twin.actions import NONE, Acting, Actions
from twin.channels import site_fields
from twin.disturbances import Disturbances
from twin.engine import Run, Timing, go, restore, settle
from twin.errors import InputError
from twin.event_rows import event_rows
from twin.facility import Facility, build
from twin.faults.compile import site_actions
from twin.inputs import Inputs, add_area, open_inputs
from twin.kernels import fields as f
from twin.kernels.backend import choose, open_machine
from twin.kernels.scalar import Array
from twin.kernels.site import Site
from twin.memory import available_memory, in_words
from twin.policies import Policy, make_policies
from twin.protection import study
from twin.protection.told import kept
from twin.recorder import Recorder, RecordPlan, default_channels
from twin.scenario.events_site import SiteEvent
from twin.scenario.scenario import Scenario
from twin.summary import members_table, summarise

SETTLE_HOURS = 3.0
"""Approach to a steady state before the run [h]: several times the slowest lag, the chilled-water tank."""


def timing_of(scenario: Scenario) -> Timing:
    """Step lengths and counts of a scenario."""
    run = scenario.run
    return Timing(
        run.step, run.coarse_step, run.thermal_step, run.control_interval,
        round(run.duration / run.control_interval), run.settle, scenario.record.trace,
        run.coarse_thermal_step,
    )  # fmt: skip


def require_memory(scenario: Scenario, facility: Facility) -> None:
    """Refuse a run that needs more memory than there is.

    Raises
    ------
    InputError
        Naming `run.members`, or `run.duration` when its intervals take more than the members.
    """
    # The states themselves, and a copy for the checkpoint; edges, power and prices of the bill.
    members = 2.0 * scenario.run.members * sum(block.nbytes for block in facility.site.states.values())
    intervals = 100.0 * scenario.run.intervals
    available = available_memory()
    if members + intervals > available:
        key = "run.members" if members > intervals else "run.duration"
        raise scenario.refuse(
            key,
            f"{scenario.run.members:,} members over {scenario.run.intervals:,} intervals need about "
            f"{in_words(members + intervals)} of memory; {in_words(available)} are available",
        )


def require_numbers(site: Site, states: dict[str, Array]) -> None:
    """Refuse states that are not numbers: nothing that follows from them would mean anything.

    Raises
    ------
    InputError
        Naming the first unit and state that is not a number.
    """
    for name, block in states.items():
        if np.isnan(block).any():
            _, row, unit = (int(index) for index in np.argwhere(np.isnan(block))[0])
            entry = next(block for block in f.BLOCKS if block.name == name).states[row]
            label = site.names[name][unit] if unit < len(site.names[name]) else str(unit)
            raise InputError(
                f"{name} {label}: {entry.meaning} is not a number; look for a size of it that is zero or "
                "far too small or large, then tell us: this should have been refused"
            )


def start_states(scenario: Scenario, facility: Facility, inputs: Inputs, backend: str) -> dict[str, Array]:
    """Steady states on the mains, one copy per member, with each member's draws of what fails it."""
    members = scenario.run.members
    one = settle(facility.site, inputs.row(0), SETTLE_HOURS, backend)
    states = {name: np.repeat(block, members, axis=0) for name, block in one.items()}
    if members > 1:
        from twin.ensemble import DurationLaw, draw, put

        # The outages are the scenario's own: only what happens to the generators is drawn.
        never = DurationLaw(median=1.0, sigma=0.0, longest=1.0)
        drawn = draw(scenario.run.seed, np.arange(members), never, 0.0, facility.genset_risk, facility.risk)
        put(drawn, np.arange(members), states)
    return states


def prepare(
    scenario: Scenario, backend: str = "auto", policies: Sequence[Policy] = ()
) -> tuple[Run, Facility]:
    """Make everything ready to step a scenario.

    Parameters
    ----------
    scenario : Scenario
        Checked scenario.
    backend : str
        auto, cpu, cuda or sim.
    policies : sequence of Policy
        Your own, acting after those of the scenario.

    Returns
    -------
    tuple of Run and Facility

    Raises
    ------
    InputError
        For signals that do not cover the run, policies that cannot be carried out, or a backend that is not
        there.
    """
    name = choose(backend)
    inputs = open_inputs(scenario)
    facility = build(scenario)
    if inputs.area is not None:
        add_area(facility, inputs.area)
    acting = [*make_policies(scenario, facility), *policies]
    actions = site_actions(scenario, facility).on_grid(scenario.run.control_interval)
    require_memory(scenario, facility)
    timing = timing_of(scenario)
    disturbances = Disturbances(event_rows(scenario), inputs.measured, timing.coarse)
    states = start_states(scenario, facility, inputs, name)
    require_numbers(facility.site, states)
    samples = 0 if timing.trace is None else round(timing.interval / timing.trace)
    machine = open_machine(name, facility.site, states, samples=samples)
    instants = (disturbances.edges(), facility.site.infeed[:, 0], actions.times)
    start = accounts.stored(facility.site, states)
    run = Run(
        facility.site, machine, inputs, acting, timing, disturbances, np.concatenate(instants), start,
        Acting.on(actions, states),
    )  # fmt: skip
    return run, facility


def record_plan(scenario: Scenario, facility: Facility, inputs: Inputs) -> RecordPlan:
    """What the scenario asks to be recorded."""
    run, wanted = scenario.run, scenario.record
    trace = {entry.name: entry for entry in f.TRACE.states}
    units = {name: names for name, names in facility.site.names.items() if names}
    return RecordPlan(
        members=list(range(min(wanted.members, run.members))),
        site_every=max(round(wanted.site / run.control_interval), 1),
        rack_every=max(round(wanted.racks / run.control_interval), 1),
        trace_every=wanted.trace,
        interval=run.control_interval,
        intervals=round(run.duration / run.control_interval),
        start=run.start.isoformat(),
        channels=default_channels(),
        site=site_fields(inputs.currency),
        trace=trace if wanted.trace is not None else {},
        units=units,
    )


def metadata_of(scenario: Scenario, facility: Facility, run: Run) -> dict[str, str]:
    """Text the result file keeps: the scenario itself, versions, sources of signals, the one-line diagram."""
    from ruamel.yaml import YAML

    text = io.StringIO()
    YAML(typ="safe").dump(scenario.resolved(), text)
    packages = ("numpy", "numba", "h5py", "scipy")
    versions = {"dctwin": __version__, "python": platform.python_version()}
    versions |= {name: importlib.metadata.version(name) for name in packages}
    nodes = [
        {"id": key, "kind": key.partition(":")[0], "label": key.partition(":")[2], "parents": parents}
        for key, parents in facility.parents.items()
    ]
    found = study(scenario)
    told = {} if found is None else {"protection": json.dumps(kept(found))}
    return told | {
        "title": scenario.name,
        "description": scenario.description,
        "scenario": text.getvalue(),
        "versions": json.dumps(versions),
        "backend": run.machine.name,
        "device": run.machine.device,
        "signals": json.dumps(run.inputs.sources()),
        "signal_report": json.dumps(run.inputs.report()),
        "topology": json.dumps({"nodes": nodes}),
    }


def announce(scenario: Scenario, recorder: Recorder, actions: Actions = NONE) -> None:
    """Put the events of the scenario into the log; those inside the site in the words of `actions`."""
    for told in actions.told:
        if told.time < scenario.run.duration:
            recorder.event(told.time, 0, told.kind, told.unit, told.text)
    for event in scenario.events:
        if not isinstance(event, SiteEvent):
            text = f"{event.words()} (scenario event)."
            recorder.event(event.starts, 0, event.type, ", ".join(event.feeds), text)


def execute(
    scenario: Scenario,
    path: Path,
    backend: str = "auto",
    *,
    overwrite: bool = False,
    resume: bool = False,
    policies: Sequence[Policy] = (),
    progress: Callable[[int], None] | None = None,
) -> None:
    """Run a scenario and write its result file.

    Parameters
    ----------
    scenario : Scenario
        Checked scenario.
    path : Path
        Result file.
    backend : str
        auto, cpu, cuda or sim.
    overwrite, resume : bool
        Replace an existing file, or continue an incomplete one from its last checkpoint.
    policies : sequence of Policy
        Your own, acting after those of the scenario.
    progress : callable, optional
        Called with the number of intervals done.

    Raises
    ------
    InputError
        For anything the user can mend; the file then says it is incomplete, or was never made.
    """
    if overwrite and resume:
        raise InputError("give --overwrite or --resume, not both")
    if not resume and path.exists() and not overwrite:
        raise InputError(f"{path}: exists already; give another name, --overwrite, or --resume")
    run, facility = prepare(scenario, backend, policies)
    plan = record_plan(scenario, facility, run.inputs)
    metadata = metadata_of(scenario, facility, run)
    if resume:
        recorder, k, arrays = Recorder.resume(path, metadata, plan)
        if k:
            restore(run, k, arrays)
    else:
        recorder = Recorder.create(path, plan, metadata, overwrite=overwrite)
    if run.k == 0:
        announce(scenario, recorder, run.acting.actions)
    with recorder:
        go(run, recorder, progress)
        states = run.machine.states()
        require_numbers(facility.site, states)
        balance = accounts.balance(facility.site, states, run.start)
        recorder.finish(
            summarise(scenario, facility, run, states, path),
            balance,
            members_table(facility, states),
            facility.places,
        )
