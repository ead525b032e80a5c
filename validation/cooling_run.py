"""Variants of a small site, played through a loss of mains: what its air, coolant and racks go through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from twin import accounts
from twin.disturbances import none
from twin.facility import build
from twin.inputs import open_inputs
from twin.kernels import fields as f
from twin.kernels.backend import Interval, Machine, open_machine
from twin.kernels.scalar import Array
from twin.kernels.site import Site
from twin.scenario.load import load

SITE = Path(__file__).with_name("cooling_site.yaml")
BEFORE = 2.0 * 3600.0
"""Time on the mains before a case starts, to settle [s]."""
NEVER = 1e30
HEAT_CLASSES = ("rack_heat", "hall", "cdu", "plant")
"""Accounts that heat goes through."""


@dataclass(frozen=True)
class Variant:
    """One variant of the site.

    Attributes
    ----------
    name : str
    overrides : sequence of str
        Changes of the scenario, as `twin run --set` takes them.
    params, states : mapping
        Parameters and initial states of the kernels changed besides: (class, name) to value, SI.
    outage : tuple of float
        Start and end of the loss of mains [s].
    """

    name: str
    overrides: Sequence[str] = ()
    params: Mapping[tuple[str, str], float] = field(default_factory=dict)
    states: Mapping[tuple[str, str], float] = field(default_factory=dict)
    outage: tuple[float, float] = (NEVER, NEVER)


@dataclass
class Played:
    """What the variants did: `time` (sample,) [s]; `series` by name, each (sample, variant, unit); the end.

    `residual` is the largest relative residual of any heat account of each variant since the case began.
    """

    time: Array
    series: dict[str, Array]
    states: dict[str, Array]
    residual: Array


def put_together(
    variants: Sequence[Variant], path: Path = SITE
) -> tuple[Site, dict[str, Array], list[Array]]:
    """Build the variants as one site with a set of parameters and a member each.

    Returns
    -------
    tuple
        The site, the initial states, and per variant the signals and utilisation of its first interval.
    """
    blocks = {block.name: block for block in f.BLOCKS}
    sites, rows = [], []
    for variant in variants:
        scenario = load(path, overrides=list(variant.overrides))
        site = build(scenario).site
        for (kind, name), value in variant.params.items():
            site.params[kind][0, blocks[kind].param_index(name)] = value
        for (kind, name), value in variant.states.items():
            site.states[kind][0, blocks[kind].state_index(name)] = value
        sites.append(site)
        row = open_inputs(scenario).row(0)
        rows.append(np.concatenate([row["signal"], row["utilisation"]]))
    whole = sites[0]
    whole.params = {name: np.concatenate([site.params[name] for site in sites]) for name in whole.params}
    states = {name: np.concatenate([site.states[name] for site in sites]) for name in whole.states}
    return whole, states, rows


def play(
    variants: Sequence[Variant],
    watch: Mapping[str, tuple[str, int]],
    until: float,
    backend: str,
    *,
    step: float = 1.0,
    thermal: float = 1.0,
    sample: float = 10.0,
    before: float = BEFORE,
    settle_step: float = 10.0,
) -> Played:
    """Settle the variants on the mains, then play their outages.

    Parameters
    ----------
    variants : sequence of Variant
        A member each; their classes have the same units.
    watch : mapping of str to (class, state)
        What to keep of every sample, and under which name.
    until : float
        End of the case [s].
    backend : str
        auto, cpu, cuda or sim.
    step, thermal, sample : float
        Electrical step, thermal step and control interval [s]; each divides the next.
    before, settle_step : float
        Time to settle, and the step meanwhile [s].
    """
    site, states, rows = put_together(variants)
    signals = len(f.SIGNAL.params)
    machine = open_machine(backend, site, states, np.arange(len(variants)))
    signal, use = np.array([r[:signals] for r in rows]), np.array([r[signals:] for r in rows])

    def advance(start: float, dt: float, steps: int, every: int) -> None:
        active = np.ones(len(variants), dtype=np.int64)
        machine.advance(Interval(start, dt, steps, every, 0, active, signal, use, none()))

    # What racks ask for is set once per interval: many short ones, so that their fans and leakage settle too.
    for k in range(round(before / (5.0 * settle_step))):
        advance(-before + 5.0 * settle_step * k, settle_step, 5, 1)
    begin(machine, variants)
    start = [accounts.stored(one(site, k), member(machine, k)) for k in range(len(variants))]
    seen: dict[str, list[Array]] = {name: [] for name in watch}
    steps, every = round(sample / step), round(thermal / step)
    samples = round(until / sample)
    for k in range(samples):
        advance(k * sample, step, steps, every)
        for name, (kind, row) in watch.items():
            seen[name].append(machine.rows(kind, (row,))[:, 0].copy())
    residual = []
    for k in range(len(variants)):
        found = accounts.balance(one(site, k), member(machine, k), start[k])
        residual.append(max(float(found[name]["relative"][0]) for name in HEAT_CLASSES if name in found))
    return Played(
        sample * np.arange(1.0, samples + 1.0),
        {name: np.array(values) for name, values in seen.items()},
        {name: np.array(block) for name, block in machine.states().items()},
        np.array(residual),
    )


def one(site: Site, variant: int) -> Site:
    """Return the site with the parameters of one variant."""
    params = {name: block[[variant]] for name, block in site.params.items()}
    return Site(params, site.states, site.links, site.names)


def member(machine: Machine, variant: int) -> dict[str, Array]:
    """Return the states of one variant."""
    return {name: np.array(block[[variant]]) for name, block in machine.states().items()}


def begin(machine: Machine, variants: Sequence[Variant]) -> None:
    """Zero the accounts, fill what the settling used up, and set the outages."""
    states = {name: np.array(block) for name, block in machine.states().items()}
    accounts.zero_accounts(states)
    states["feed"][:, f.FEED_OUTAGE_START] = np.array([[v.outage[0]] for v in variants])
    states["feed"][:, f.FEED_OUTAGE_END] = np.array([[v.outage[1]] for v in variants])
    for name, block in states.items():
        machine.write(name, block)
