"""Failures one by one and in pairs, on the mains and through their loss: what the racks saw.

Every combination is a member of one run, so that all of them are stepped together. A failure is there from the loss of
the mains on (or from the time its event gives), and is not repaired unless its event says so. No draw of chance is
made: sets that have not failed start and run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from twin.actions import Actions
from twin.ensemble.conditions import SignalConditions
from twin.ensemble.outcomes import Outcomes
from twin.ensemble.ride import before_outage, ride
from twin.ensemble.schedule import FAULTS, Phase
from twin.facility import Facility, build
from twin.faults.compile import Spell, failure_spells, pieces, timeline, whole_of
from twin.faults.naming import aliases, unit_label
from twin.faults.parts import PARTS, Part, modelled, sided
from twin.inputs import open_inputs
from twin.kernels import fields as f
from twin.kernels.backend import choose
from twin.kernels.clock import NEVER
from twin.scenario.events_site import Failure
from twin.scenario.scenario import Scenario

APPROACH_HOURS = 2.0
"""How long the site runs on the mains before [h]; a chilled-water tank needs about two."""

MOST_MEMBERS = 20_000


@dataclass(frozen=True)
class Fault:
    """One failure: its name in the table, the kind of part, and what it puts out of service."""

    name: str
    part: str
    spells: tuple[Spell, ...]


@dataclass(frozen=True)
class Seen:
    """What the racks saw of one combination.

    Attributes
    ----------
    faults : tuple of int
        Which failures, by index; none, one or two.
    mains_lost : bool
        Whether the mains were lost as well.
    racks_lost, by_heat : float
        Racks that stopped at least once, and how many of them were first stopped by heat.
    first_after : float or None
        From the loss of mains, or the failure, to the first stop [s].
    overheated : float
        Racks whose inlet exceeded their limit.
    inlet_max : float
        Highest inlet temperature [degC].
    unserved : float
        Work energy that servers wanted and did not get [J].
    """

    faults: tuple[int, ...]
    mains_lost: bool
    racks_lost: float
    by_heat: float
    first_after: float | None
    overheated: float
    inlet_max: float
    unserved: float

    @property
    def cause(self) -> str:
        """'all up', or what stopped racks: 'power', 'heat', 'power and heat'."""
        if self.racks_lost == 0.0:
            return "all up"
        if self.by_heat == 0.0:
            return "power"
        return "heat" if self.by_heat == self.racks_lost else "power and heat"


@dataclass(frozen=True)
class FaultTable:
    """A site under its failures.

    Attributes
    ----------
    site, description : str
    faults : tuple of Fault
    racks : float
        Racks in all.
    outage, followed : float
        Loss of mains, and how long each combination is followed [s].
    seen : tuple of Seen
        Every combination, first with the mains lost.
    """

    site: str
    description: str
    faults: tuple[Fault, ...]
    racks: float
    outage: float
    followed: float
    seen: tuple[Seen, ...]

    def at(self, faults: Sequence[int], *, mains_lost: bool) -> Seen:
        """What the racks saw of a combination."""
        wanted = tuple(sorted(set(faults)))
        return next(seen for seen in self.seen if seen.faults == wanted and seen.mains_lost == mains_lost)

    def name(self, seen: Seen) -> str:
        """A combination in words."""
        return " + ".join(self.faults[k].name for k in seen.faults) or "nothing failed"


def given_faults(scenario: Scenario, facility: Facility) -> list[Fault]:
    """The failures among the events of a scenario, each with all of its units."""
    found = []
    for index, event in enumerate(scenario.events):
        if isinstance(event, Failure):
            spells = tuple(failure_spells(scenario, facility, index, event, event.after_outage or 0.0))
            found.append(Fault(f"{event.part} {', '.join(event.unit)}", event.part, spells))
    return found


def typical_faults(scenario: Scenario, facility: Facility) -> list[Fault]:
    """One failure of each part that the site has: at its first unit and, where there are several, at its last.

    One module, string or pump; every string where their number is not known; side A of the first row, B of the last.
    """
    found = []
    for part in PARTS:
        if not modelled(part):
            continue
        known = sorted({unit for units in aliases(facility.site, part.block).values() for unit in units})
        if part.value in ("count", "share"):
            known = [unit for unit in known if pieces(scenario, facility, part, unit) != 0.0]
        for unit in dict.fromkeys((*known[:1], *known[-1:])):
            side = (0,) if unit == known[0] else (1,)
            found.append(typical(scenario, facility, part, unit, side))
    return found


def typical(scenario: Scenario, facility: Facility, part: Part, unit: int, side: tuple[int, ...]) -> Fault:
    """One failure of a part of a unit."""
    amount = 1.0
    if part.value == "share":
        amount = 1.0 / (pieces(scenario, facility, part, unit) or 1.0)
    sides = side if sided(part.states) else tuple(range(len(part.states)))
    whole = whole_of(scenario, facility, part, unit)
    label = f"{part.name} {unit_label(facility.site, part.block, unit)}"
    if sided(part.states):
        label += f" {'AB'[sides[0]]}"
    return Fault(label, part.name, (Spell(part, unit, 0.0, NEVER, amount, sides, whole),))


def all_combinations(count: int, *, pairs: bool = True) -> list[tuple[int, ...]]:
    """Nothing, every failure, and every pair of them."""
    singles: list[tuple[int, ...]] = [(), *((k,) for k in range(count))]
    return singles + (list(combinations(range(count), 2)) if pairs else [])


def member_actions(faults: Sequence[Fault], members: Sequence[tuple[int, ...]]) -> Actions:
    """The writes of every member's own failures."""
    spells = [
        replace(spell, member=member)
        for member, chosen in enumerate(members)
        for k in chosen
        for spell in faults[k].spells
    ]  # fmt: skip
    return Actions(tuple(timeline(spells)))


def fault_table(
    scenario: Scenario,
    *,
    outage: float,
    followed: float,
    backend: str = "auto",
    faults: Sequence[Fault] | None = None,
    members: Sequence[tuple[int, ...]] | None = None,
    schedule: tuple[Phase, ...] = FAULTS,
    approach: float = APPROACH_HOURS,
    progress: Callable[[float], None] | None = None,
) -> FaultTable:
    """Try the failures of a site.

    Parameters
    ----------
    scenario : Scenario
        Its failure events are tried; where it has none, one of each kind (`typical_faults`).
    outage, followed : float
        Length of the loss of mains, and of the time that each combination is followed [s].
    backend : str
        auto, cpu, cuda or sim.
    faults : sequence of Fault, optional
        Instead of those.
    members : sequence of tuple of int, optional
        Combinations to try; by default nothing, every failure and every pair.
    schedule : tuple of Phase
        Steps.
    approach : float
        How long the site runs on the mains before [h].
    progress : callable, optional
        Told the share that is done, 0 to 1.

    Returns
    -------
    FaultTable

    Raises
    ------
    InputError
        For units and parts that are not there, or more combinations than make a table.
    """
    facility = build(scenario)
    name = choose(backend)
    chosen = tuple(
        faults
        if faults is not None
        else given_faults(scenario, facility) or typical_faults(scenario, facility)
    )
    tried = list(members) if members is not None else all_combinations(len(chosen))
    if len(tried) > MOST_MEMBERS:
        raise scenario.refuse(
            "events", f"{len(chosen)} failures make {len(tried):,} combinations: give fewer"
        )
    site = facility.site
    conditions = SignalConditions(open_inputs(scenario, followed + 1.0))
    start = np.zeros(len(tried))
    settled = before_outage(site, start[:1], conditions, approach, name)
    actions = member_actions(chosen, tried)
    seen: list[Seen] = []
    for half, length in enumerate((outage, 0.0)):
        states = {key: np.repeat(block[:1], len(tried), axis=0) for key, block in settled.items()}
        found = ride(
            site,
            states,
            np.zeros(len(tried), dtype=np.int64),
            np.full(len(tried), length),
            start,
            conditions,
            followed - length,
            schedule=schedule,
            backend=name,
            progress=None if progress is None else half_of(progress, half),
            actions=actions,
        )
        seen += [what_was_seen(found, m, faults_of, length > 0.0) for m, faults_of in enumerate(tried)]
    racks = float(site.params["rack"][0, f.RACK_COUNT].sum())
    words = " ".join((scenario.description or "").split())
    return FaultTable(scenario.name, words, chosen, racks, outage, followed, tuple(seen))


def half_of(progress: Callable[[float], None], half: int) -> Callable[[float], None]:
    """Progress of one half as progress of the whole."""
    return lambda share: progress(0.5 * (half + share))


def what_was_seen(found: Outcomes, member: int, faults: tuple[int, ...], mains_lost: bool) -> Seen:
    """One line of the table."""
    first = float(found.lost_after[member])
    return Seen(
        faults=faults,
        mains_lost=mains_lost,
        racks_lost=float(found.racks_lost[member]),
        by_heat=float(found.racks_lost_by_heat[member]),
        first_after=None if np.isnan(first) else first,
        overheated=float(found.overheated[member]),
        inlet_max=float(found.inlet_max[member]),
        unserved=float(found.unserved[member]),
    )
