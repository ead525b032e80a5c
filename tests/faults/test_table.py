"""The table of failures on a small site: outcomes, members that do not touch one another, files, and refusals."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from twin.cli import app
from twin.facility import build
from twin.faults.command import minimal, summary, write_table
from twin.faults.table import FaultTable, all_combinations, fault_table, given_faults, typical_faults
from twin.scenario.load import load
from twin.validation.fault_tree import case

SITE = Path(case.__file__).parent / "n1.yaml"
SMALL = ("racks.cpu.lump=80", "racks.gpu.lump=20")
# What today's other models already feel: the sets, the feed and the pumps.
FELT = (
    "events=[{type: failure, after_outage: 0 s, part: generator, unit: gen-1}, "
    "{type: failure, after_outage: 0 s, part: generator, unit: gen-1.1}, "
    "{type: failure, after_outage: 0 s, part: feed, unit: feed-1}, "
    "{type: failure, after_outage: 0 s, part: pump, unit: plant-1}, "
    "{type: failure, after_outage: 0 s, part: pump, unit: plant-1, share: 1.0}]"
)
SETS, SET, FEED, PUMP, PUMPS = range(5)


@pytest.fixture(scope="module")
def table() -> FaultTable:
    scenario = load(SITE, (*SMALL, FELT))
    return fault_table(scenario, outage=3600.0, followed=4500.0, backend="cpu")


def test_racks_see_what_follows_from_the_topology(table: FaultTable) -> None:
    lost = {(mains, seen.faults): seen.racks_lost for seen in table.seen for mains in (seen.mains_lost,)}
    for faults in all_combinations(5):
        # Without any set the battery ends it, where the mains or the feed are gone; without a pump, heat does.
        no_power = SETS in faults
        assert lost[True, faults] == (100.0 if no_power or PUMPS in faults else 0.0), faults
        assert lost[False, faults] == (100.0 if (no_power and FEED in faults) or PUMPS in faults else 0.0), (
            faults
        )


def test_the_cause_is_told(table: FaultTable) -> None:
    assert table.at((SETS,), mains_lost=True).cause == "power"
    assert table.at((PUMPS,), mains_lost=False).cause == "heat"
    assert table.at((), mains_lost=True).cause == "all up"
    assert table.at((SET, PUMP), mains_lost=True).first_after is None


def test_minimal_cuts_are_found(table: FaultTable) -> None:
    cuts = {(seen.mains_lost, seen.faults) for seen in minimal(table)}
    assert cuts == {(True, (SETS,)), (True, (PUMPS,)), (False, (PUMPS,)), (False, (SETS, FEED))}


def test_members_do_not_touch_one_another(table: FaultTable) -> None:
    scenario = load(SITE, (*SMALL, FELT))
    few = fault_table(
        scenario, outage=3600.0, followed=4500.0, backend="cpu", members=[(PUMP, PUMPS), (SETS,), ()]
    )
    for seen in few.seen:
        assert seen == table.at(seen.faults, mains_lost=seen.mains_lost)


def test_the_files_hold_every_combination(table: FaultTable, tmp_path: Path) -> None:
    write_table(table, tmp_path)
    rows = list(csv.DictReader((tmp_path / "faults.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 2 * len(all_combinations(5))
    data = json.loads((tmp_path / "faults.json").read_text(encoding="utf-8"))
    assert data["combinations"][1]["outcome"] == "power"
    page = (tmp_path / "faults.html").read_text(encoding="utf-8")
    assert "generator gen-1 + feed feed-1" in page
    assert "4 of 5 single failures leave every rack up" in "\n".join(summary(table))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faults.csv", "faults.html", "faults.json"]


def test_a_site_without_failure_events_gets_one_of_each_kind() -> None:
    scenario = load("hall-2mw")
    facility = build(scenario)
    assert given_faults(scenario, facility) == []
    names = [fault.name for fault in typical_faults(scenario, facility)]
    for name in ("module ups-1.A", "module ups-1.B", "breaker cpu.pdu-1 A", "switch bus-b", "generator gen-a.1",
                 "generator gen-b.2", "feed feed-a", "bus bus-b", "controller bus-a", "pump plant-1"):  # fmt: skip
        assert name in names
    assert len(names) == len(set(names))


def test_the_case_names_its_ten_failures_in_order() -> None:
    for site in case.SITES:
        scenario = load(SITE.parent / f"{site}.yaml")
        faults = given_faults(scenario, build(scenario))
        assert tuple(fault.part for fault in faults) == case.PARTS
    assert len(all_combinations(len(case.PARTS))) == 1 + 10 + 45


def test_what_is_expected_is_monotonic() -> None:
    # A second failure never brings racks back.
    for site in case.SITES:
        for mains_lost in (True, False):
            for faults in all_combinations(10):
                alone = max(case.expected(site, mains_lost, (k,)) for k in faults) if faults else 0.0
                assert case.expected(site, mains_lost, faults) >= alone


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["hall-2mw", "--outage", "often"], "expected a duration"),
        (["hall-2mw", "--outage", "0 s"], "more than nothing"),
        (["hall-2mw", "--outage", "9 days"], "at most a week"),
        (
            ["hall-2mw", "--set", "events=[{type: failure, at: 1 s, unit: bus-x, part: bus}]"],
            "did you mean 'bus-a'?",
        ),
        (["hal-2mw"], "did you mean 'hall-2mw'?"),
    ],
)
def test_nonsense_is_refused(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(app, ["faults", *arguments, "-o", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert message in done.output
    assert "Traceback" not in done.output
