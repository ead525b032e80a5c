"""The reasoning of the fault tree holds: its cut sets by failures that leave a busbar as the ten do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from twin.facility import Facility, build
from twin.facility.supply import NEVER
from twin.faults.compile import Spell
from twin.faults.parts import PARTS
from twin.faults.table import Fault, all_combinations, fault_table, given_faults
from twin.kernels import fields as f
from twin.scenario.load import load
from twin.validation.fault_tree import case

GENERATOR = next(part for part in PARTS if part.name == "generator")
FEED = next(part for part in PARTS if part.name == "feed")


def without_sets(facility: Facility, bus: int) -> tuple[Spell, ...]:
    """Every set of a busbar out of service: what a stuck switch, a dead controller or an empty tank comes to."""
    sets = facility.site.params["genset"][0, f.GEN_BUS]
    return tuple(
        Spell(GENERATOR, unit, 0.0, NEVER, 1.0, (0, 1)) for unit in range(sets.size) if int(sets[unit]) == bus
    )


def without_sources(facility: Facility, bus: int) -> tuple[Spell, ...]:
    """A busbar without its feed and its sets: what a fault on it comes to for everything that hangs on it."""
    feed = int(facility.site.params["bus"][0, f.BUS_FEED, bus])
    return (Spell(FEED, feed, 0.0, NEVER, 1.0, (0, 1)), *without_sets(facility, bus))


@pytest.mark.parametrize("site", case.SITES)
def test_what_leaves_a_busbar_dead_costs_what_the_reasoning_says(site: str) -> None:
    scenario = load(Path(case.__file__).parent / f"{site}.yaml")
    facility = build(scenario)
    faults = given_faults(scenario, facility)
    own = {"2n": (0, 1), "n1": (0, 0)}[site]

    def instead(k: int, fault: Fault) -> Fault:
        if k in (case.SWITCH, case.TANK, case.CONTROLLER):
            return replace(fault, spells=without_sets(facility, own[1]))
        return replace(fault, spells=without_sources(facility, own[0])) if k == case.BUS else fault

    members = [faults for faults in all_combinations(len(case.PARTS)) if case.BREAKER not in faults]
    found = fault_table(
        scenario,
        outage=case.OUTAGE,
        followed=case.FOLLOWED,
        backend="cpu",
        faults=[instead(k, fault) for k, fault in enumerate(faults)],
        members=members,
    )
    for seen in found.seen:
        expected = case.expected(site, seen.mains_lost, seen.faults)
        assert (seen.racks_lost, seen.by_heat) == (expected, 0.0), (found.name(seen), seen)
