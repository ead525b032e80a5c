"""The loop: signals, policies, kernels, recorder; one turn per control interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from twin import accounts
from twin.actions import NONE, Acting
from twin.channels import site_values
from twin.disturbances import Disturbances, none
from twin.happenings import changed, happenings, modes
from twin.inputs import Inputs
from twin.kernels import fields as f
from twin.kernels.area import area_start
from twin.kernels.backend import Interval, Machine, open_machine
from twin.kernels.scalar import Array
from twin.kernels.site import Site
from twin.kernels.transformer import transformer_rest
from twin.policies.control import Controls, Policy, Remembering, View
from twin.stretches import CLOSE, Steps, Stretch, next_stretch

if TYPE_CHECKING:
    from twin.recorder import Recorder

CHECKPOINT_EVERY = 300
"""Intervals between checkpoints: a kill costs at most this many."""

SETTLE_STEP = 10.0
"""Step of the approach to a steady state before the run [s]; every model is stable at it."""


STORE_ROWS = range(f.PLANT_STORE_COMMANDED, f.PLANT_TANK_FILLED + 1)
"""States of a plant's cold store."""


@dataclass
class Timing:
    """Lengths of time the loop works with [s]; each divides the next.

    `step` is used near disturbances and until `settle` after them, `coarse` otherwise. With a `coarse_thermal` step the
    steps of an interval follow what happens in it, as in `stretches.py`.
    """

    step: float
    coarse: float
    thermal: float
    interval: float
    intervals: int
    settle: float
    trace: float | None
    coarse_thermal: float | None = None


@dataclass
class Run:
    """Everything a run needs, and where it stands.

    Attributes
    ----------
    machine : Machine
        The site and its members on a backend.
    disturbances : Disturbances
        What the grid does; the fine step is used around its edges and while it moves.
    known : (n,) array
        Instants near which the fine step is used [s].
    start : dict of str to array
        Stored energies when the run began, for the accounts.
    acting : Acting
        What fails, is repaired and is done to the site, written at the start of the intervals.
    imported : (interval,) array
        Energy the first member had imported by the end of each interval [J].
    """

    site: Site
    machine: Machine
    inputs: Inputs
    policies: list[Policy]
    timing: Timing
    disturbances: Disturbances
    known: Array
    start: dict[str, Array] = field(default_factory=dict)
    acting: Acting = field(default_factory=lambda: Acting(NONE))
    k: int = 0
    fine_until: float = -1.0
    imported: Array = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if self.imported.size == 0:
            self.imported = np.zeros(self.timing.intervals)


def go(run: Run, recorder: Recorder | None = None, progress: Callable[[int], None] | None = None) -> None:
    """Advance a run to its end, recording as it goes.

    Parameters
    ----------
    run : Run
        Made by `twin.run.prepare`, or resumed.
    recorder : Recorder, optional
        Where samples, traces, events and checkpoints go.
    progress : callable, optional
        Called with the number of intervals done.
    """
    states = run.machine.states()
    # All members choose the step together: what is recorded must not change it.
    before = modes(states)
    while run.k < run.timing.intervals:
        t = run.k * run.timing.interval
        run.acting.act(run.machine, t - run.timing.interval, t, states)
        row = run.inputs.row(run.k)
        controls = act(run, t, row, states)
        for interval in intervals(run, t, controls):
            run.machine.advance(interval)
            states = run.machine.states()
            after = modes(states)
            end = interval.start + interval.step * interval.steps
            if changed(before, after):
                run.fine_until = end + run.timing.settle
            if recorder is not None:
                tell(run, recorder, before, after, end)
            before = after
        run.imported[run.k] = states["feed"][0, f.FEED_E_OUT].sum()
        if recorder is not None:
            record(run, recorder, states, row, interval)
        run.k += 1
        if progress is not None:
            progress(run.k)


def act(run: Run, t: float, row: dict[str, Array], states: dict[str, Array]) -> Controls:
    """Let the policies set the coming interval, and write their set points into the states."""
    members = states["feed"].shape[0]
    controls = Controls.at_rest(members, run.site, row["utilisation"], row["signal"])
    duration = run.timing.intervals * run.timing.interval
    view = View(t, run.timing.interval, duration, run.site, states, run.inputs)
    for policy in run.policies:
        policy.act(view, controls)
    if run.policies:
        for name, rows in controls.commands().items():
            block = states[name]
            if any(not np.array_equal(block[:, index], values) for index, values in rows):
                for index, values in rows:
                    block[:, index] = values
                run.machine.write(name, block)
    return controls


def intervals(run: Run, t: float, controls: Controls) -> Iterator[Interval]:
    """The stretches of the control interval at `t`, each chosen when the one before it has been stepped."""
    timing = run.timing
    if timing.coarse_thermal is None:
        yield lay_out(run, t, controls)
        return
    steps = Steps(timing.step, timing.coarse, timing.thermal, timing.coarse_thermal, timing.settle)
    now, end = t, t + timing.interval
    while now < end - CLOSE:
        last = run.fine_until - timing.settle if run.fine_until >= 0.0 else -math.inf
        stretch = next_stretch(steps, now, end, last, run.known, run.disturbances.moving)
        yield interval_of(run, stretch, controls)
        now = stretch.end


def interval_of(run: Run, stretch: Stretch, controls: Controls, trace_every: int = 0) -> Interval:
    """A stretch with the signals and disturbances that act in it."""
    return Interval(
        start=stretch.start,
        step=stretch.step,
        steps=stretch.steps,
        thermal_every=stretch.thermal_every,
        trace_every=trace_every,
        active=np.ones(controls.signal.shape[0], dtype=np.int64),
        signal=controls.signal,
        utilisation=controls.utilisation,
        disturbances=run.disturbances.within(stretch.start, stretch.end),
    )


def lay_out(run: Run, t: float, controls: Controls) -> Interval:
    """Choose the steps of the interval at `t`: fine near what disturbs, coarse when nothing happens."""
    timing = run.timing
    since, until = t - timing.settle, t + 2.0 * timing.interval
    near = np.any((run.known >= since) & (run.known < until))
    fine = bool(near) or t < run.fine_until or run.disturbances.moving(since, until)
    step = timing.step if fine else timing.coarse
    steps = round(timing.interval / step)
    trace = 0
    if timing.trace is not None:
        # Rounded up: a coarse step that the spacing is no multiple of gives fewer samples, never more than fit.
        trace = max(math.ceil(timing.trace / step * (1.0 - 1e-9)), 1)
    return interval_of(run, Stretch(t, step, steps, round(timing.thermal / step)), controls, trace)


def tell(run: Run, recorder: Recorder, before: dict[str, Array], after: dict[str, Array], end: float) -> None:
    """Hand what changed by `end` to the recorder as events, of the members that are recorded."""
    recorded = set(recorder.plan.members)
    for at, member, kind, unit, text in sorted(happenings(run.site, before, after, end)):
        if member in recorded:
            recorder.event(at, member, kind, unit, text)


def record(
    run: Run,
    recorder: Recorder,
    states: dict[str, Array],
    row: dict[str, Array],
    interval: Interval,
) -> None:
    """Hand the end of an interval to the recorder: samples, trace, checkpoint."""
    recorder.sample(run.k, states, site_values(states, row, run.site))
    if run.timing.trace is not None:
        samples = round(run.timing.interval / run.timing.trace)
        taken = interval.steps // interval.trace_every
        # A coarse step holds several samples of the trace: its value stands for all up to its end.
        spacing = interval.trace_every * interval.step / run.timing.trace
        held = np.ceil(np.arange(1, samples + 1) / spacing * (1.0 - 1e-9)).astype(np.int64) - 1
        recorder.trace(run.k, run.machine.trace[:, np.minimum(held, taken - 1)])
    if (run.k + 1) % CHECKPOINT_EVERY == 0 and run.k + 1 < run.timing.intervals:
        recorder.checkpoint(run.k, checkpoint_arrays(run, states))


def checkpoint_arrays(run: Run, states: dict[str, Array]) -> dict[str, Array]:
    """Everything that is needed to go on from here to the same bits."""
    arrays = {f"state/{name}": block for name, block in states.items()}
    arrays |= {f"start/{name}": values for name, values in run.start.items()}
    for k, policy in enumerate(run.policies):
        if isinstance(policy, Remembering):
            arrays |= {f"policy/{k}/{name}": values for name, values in policy.memory().items()}
    arrays["fine_until"] = np.array([run.fine_until])
    arrays["imported"] = run.imported
    return arrays


def restore(run: Run, k_next: int, arrays: dict[str, Array]) -> None:
    """Put a run back where a checkpoint left it."""
    for name in run.machine.states():
        run.machine.write(name, arrays[f"state/{name}"])
    run.start = {key.partition("/")[2]: values for key, values in arrays.items() if key.startswith("start/")}
    for k, policy in enumerate(run.policies):
        if isinstance(policy, Remembering):
            own = f"policy/{k}/"
            policy.recall({key.removeprefix(own): a for key, a in arrays.items() if key.startswith(own)})
    run.fine_until = float(arrays["fine_until"][0])
    run.imported[:] = arrays["imported"]
    run.k = k_next


def rest_transformers(site: Site, states: dict[str, Array], dry_bulb: float) -> None:
    """Bring the oil of every transformer, which takes half a day to settle, to where the load now leaves it."""
    for s in states["bus"]:
        for b in range(s.shape[1]):
            transformer_rest(site.params["bus"][0], s, b, dry_bulb)


def settle(site: Site, row: dict[str, Array], hours: float, backend: str = "cpu") -> dict[str, Array]:
    """Bring one member to the steady state it would have on the mains, and zero its accounts.

    Parameters
    ----------
    site : Site
        Its initial states are the guess.
    row : dict of str to array
        Signals and utilisation that hold meanwhile.
    hours : float
        How long to let it run [h]; a chilled-water tank needs about two.
    backend : str
        cpu, cuda or sim.

    Returns
    -------
    dict of str to (1, field, unit) array
        States at the start of the run, with every account at zero. The state of charge of every battery is
        what it was, and the content of every cold store: the approach neither uses nor fills them.
    """
    states = {name: block.copy() for name, block in site.states.items()}
    still = {name: states[name].shape for name in ("area", "turbine", "response", "relay")}
    kept = {name: states[name] for name in still}
    for name, shape in still.items():
        states[name] = np.zeros((shape[0], shape[1], 0))
    resting = Site(
        {**site.params, **{n: site.params[n][:, :, :0] for n in still}}, states, site.links, site.names,
        recirculation=site.recirculation,
    )  # fmt: skip
    cold = states["plant"][:, list(STORE_ROWS)]
    # A cold store rests meanwhile: it neither gives nor takes by itself.
    states["plant"][:, f.PLANT_STORE_COMMANDED] = 1.0
    machine = open_machine(backend, resting, states)
    battery = states["battery"].copy()
    signal = row["signal"][None, :].copy()
    signal[:, [f.SIG_FREQUENCY_0, f.SIG_FREQUENCY_1]] = signal[:, [f.SIG_F_NOMINAL]]
    steps = 60
    for k in range(round(hours * 3600.0 / (SETTLE_STEP * steps))):
        machine.advance(
            Interval(
                start=(k - 1e6) * SETTLE_STEP * steps,
                step=SETTLE_STEP,
                steps=steps,
                thermal_every=1,
                trace_every=0,
                active=np.ones(1, dtype=np.int64),
                signal=signal,
                utilisation=row["utilisation"][None, :].copy(),
                disturbances=none(),
            )
        )
    settled = {name: np.array(block) for name, block in machine.states().items()} | kept
    settled["battery"] = battery
    settled["plant"][:, list(STORE_ROWS)] = cold
    rest_transformers(site, settled, row["signal"][f.SIG_T_DRY])
    accounts.zero_accounts(settled)
    if settled["area"].shape[2]:
        for a in range(settled["area"].shape[2]):
            area_start(
                site.params["area"][0], settled["area"][0], a, float(settled["feed"][0, f.FEED_POWER].sum())
            )
    return settled
