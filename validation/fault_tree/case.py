"""Ten failures alone and in pairs in a 2N and an N+1 site: the stepped model against cut sets found by reasoning."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from twin.ensemble.schedule import FAULTS, Phase
from twin.faults.table import FaultTable, Seen, fault_table
from twin.scenario.load import load
from twin.validation.case import Case, Check

SITES = ("2n", "n1")
OUTAGE = 3600.0
FOLLOWED = OUTAGE + 900.0
"""Loss of mains, and how long a member is followed [s]: an hour is several times what the UPS batteries carry, and a
quarter of an hour is longer than every return to the mains takes."""

PARTS = ("module", "string", "breaker", "switch", "generator", "tank", "feed", "bus", "controller", "pump")
MODULE, STRING, BREAKER, SWITCH, GENERATOR, TANK, FEED, BUS, CONTROLLER, PUMP = range(10)

EVERY, ROWS = "every rack", "the CPU racks"

CUTS: dict[tuple[str, bool], tuple[tuple[frozenset[int], str], ...]] = {
    # Side A dies with its busbar; side B is left on its battery when its transfer switch, its transfer controller or
    # its fuel is out. The CPU racks hang on side B alone when their breaker on side A is open.
    ("2n", True): tuple(
        (frozenset({first, second}), who)
        for first, who in ((BUS, EVERY), (BREAKER, ROWS))
        for second in (SWITCH, TANK, CONTROLLER)
    ),
    # On the mains side B needs neither its generators nor its transfer.
    ("2n", False): (),
    # One busbar: what leaves it without a source is the end of all, once the battery is empty.
    ("n1", True): (
        *((frozenset({part}), EVERY) for part in (SWITCH, TANK, BUS, CONTROLLER)),
        (frozenset({BREAKER}), ROWS),
    ),
    # On the mains only the busbar and the row's breaker cost racks, or the loss of the one feed with any of those that
    # keep the generators away.
    ("n1", False): (
        (frozenset({BUS}), EVERY),
        (frozenset({BREAKER}), ROWS),
        *((frozenset({FEED, part}), EVERY) for part in (SWITCH, TANK, CONTROLLER)),
    ),
}
"""Minimal cut sets of first and second order, by site and whether the mains are lost, and who is lost. Every cause is
power: fans and pumps hang on the UPS, and the chilled-water tank outlasts its battery."""

RACKS = {EVERY: 100.0, ROWS: 80.0}

START = (Phase(1.0, 0.1, 10, 10),)
"""What the simulator is given time for: the first second, in which an open breaker costs its racks."""


def expected(site: str, mains_lost: bool, faults: tuple[int, ...]) -> float:
    """Racks lost by reasoning."""
    return max((RACKS[who] for cut, who in CUTS[site, mains_lost] if cut <= set(faults)), default=0.0)


@cache
def table(site: str, backend: str) -> FaultTable:
    """The table of a site."""
    scenario = load(Path(__file__).parent / f"{site}.yaml")
    return fault_table(scenario, outage=OUTAGE, followed=FOLLOWED, backend=backend, schedule=FAULTS)


def checks_of(found: FaultTable, site: str) -> list[Check]:
    """Counts of combinations that differ from the reasoning, by what they are; and causes that do."""
    checks = []
    for mains_lost, mains in ((True, "mains lost"), (False, "on the mains")):
        for many, words in ((0, "nothing failed"), (1, "single failures"), (2, "pairs")):
            rows = [seen for seen in found.seen if seen.mains_lost == mains_lost and len(seen.faults) == many]
            wrong = [seen for seen in rows if seen.racks_lost != expected(site, mains_lost, seen.faults)]
            note = "; ".join(described(found, seen, site) for seen in wrong[:6])
            checks.append(
                Check(
                    f"{site}, {mains}, {words}: of {len(rows)}, other than reasoned",
                    len(wrong),
                    0,
                    0,
                    "1",
                    note,
                )
            )
    hot = [seen for seen in found.seen if seen.by_heat]
    note = "; ".join(found.name(seen) for seen in hot[:6])
    checks.append(Check(f"{site}: combinations with racks lost by heat", len(hot), 0, 0, "1", note))
    return checks


def described(found: FaultTable, seen: Seen, site: str) -> str:
    """One difference in words."""
    wanted = expected(site, seen.mains_lost, seen.faults)
    return f"{found.name(seen)}: {seen.racks_lost:g} lost by {seen.cause}, {wanted:g} expected"


def timing_checks(found: FaultTable, site: str) -> list[Check]:
    """A row that is cut off is lost with its supplies' hold-up; a site without sources, at its battery's end."""
    if site != "n1":
        return []
    at_once = found.at((BREAKER,), mains_lost=False).first_after
    late = found.at((BUS,), mains_lost=False).first_after
    return [
        Check("n1: row without its breaker, lost after", at_once, 0.02, 0.02, "s", "hold-up of the supplies"),
        Check(
            "n1: busbar fault, lost after",
            late,
            1100.0,
            500.0,
            "s",
            "10 min at rated power, more at part load",
        ),
    ]


def short(backend: str) -> list[Check]:
    """A subset short enough for the simulator: nothing, the row's breaker and a module, for a second."""
    scenario = load(Path(__file__).parent / "n1.yaml", ["racks.cpu.lump=80", "racks.gpu.lump=20"])
    members = [(), (BREAKER,), (MODULE,)]
    found = fault_table(
        scenario, outage=0.5, followed=1.0, backend=backend, members=members, schedule=START, approach=0.0
    )
    return [
        Check(
            f"n1, first second, {found.name(seen)}: racks lost", seen.racks_lost,
            RACKS[ROWS] if BREAKER in seen.faults else 0.0, 0.0, "1",
        )
        for seen in found.seen
    ]  # fmt: skip


def run(backend: str) -> list[Check]:
    """Return every check."""
    if backend == "sim":
        return short(backend)
    return [check for site in SITES for found in (table(site, backend),)
            for check in (*checks_of(found, site), *timing_checks(found, site))]  # fmt: skip


def figure() -> Any:
    """Return the map of the pairs of both sites with the mains lost."""
    from plotly.subplots import make_subplots

    from twin.plots.faults import fault_map

    plot = make_subplots(
        cols=2, rows=1, subplot_titles=("2N, mains lost", "N+1, mains lost"), horizontal_spacing=0.2
    )
    for column, site in enumerate(SITES, start=1):
        for trace in fault_map(table(site, "auto"), mains_lost=True).data:
            trace.update(x=PARTS, y=PARTS, showscale=column == 2)
            plot.add_trace(trace, row=1, col=column)
    plot.update_yaxes(autorange="reversed")
    plot.update_layout(title=CASE.title, template="plotly_white")
    return plot


CASE = Case(
    name="fault_tree",
    title="Ten failures alone and in pairs, 2N and N+1",
    reference="Minimal cut sets of first and second order, found by reasoning on the one-line diagram",
    source="This case's README; method: IEEE 493, fault-tree analysis of a topology (remembered)",
    run=run,
    figure=figure,
)
