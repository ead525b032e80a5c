"""Events inside the site: read, named, compiled into writes, and refused with the line and the nearest name."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.actions import ABOVE_START, FEED_OUT, RESTORE, SET, Acting, Actions, Write
from twin.errors import InputError
from twin.facility import build
from twin.faults.compile import Spell, levels, merged, outage_actions, site_actions, timeline
from twin.faults.parts import DEEDS, PARTS, modelled, state_row
from twin.kernels import fields as f
from twin.scenario.load import load

FACILITY = build(load("hall-2mw"))
SHIPPED = Path(__file__).parents[2] / "assets" / "scenarios" / "hall-2mw.yaml"


def compiled(*events: str) -> Actions:
    scenario = load("hall-2mw", [f"events=[{', '.join('{' + event + '}' for event in events)}]"])
    return site_actions(scenario, FACILITY)


def written(*events: str) -> list[tuple[float, str, int, int, float]]:
    return [(w.time, w.block, w.row, w.unit, w.value) for w in compiled(*events).writes]


def test_a_name_stands_for_both_systems_of_a_pair() -> None:
    both = "type: failure, at: 1 s, part: module, unit: "
    assert (
        written(both + "ups-1")
        == written(both + "electrical.ups.ups-1")
        == written(both + "[ups-1.A, ups-1.B]")
    )
    assert written(both + "ups-1") == [(1.0, "ups", f.UPS_MODULES_OUT, k, 1.0) for k in (0, 1)]
    assert written(both + "ups-1.B, count: 3, repair: 4 s") == [
        (1.0, "ups", f.UPS_MODULES_OUT, 1, 3.0), (5.0, "ups", f.UPS_MODULES_OUT, 1, 0.0),
    ]  # fmt: skip


def test_a_share_of_modules_is_their_number() -> None:
    found = written("type: failure, at: 1 s, part: module, unit: ups-1.A, share: 0.5")
    assert found == [(1.0, "ups", f.UPS_MODULES_OUT, 0, 4.5)]


def test_a_word_means_what_the_unit_has() -> None:
    row = written("type: failure, at: 1 s, part: breaker, unit: cpu.pdu-1, side: B")
    assert row == [(1.0, "pdu", f.PDU_OPEN_B, 0, 1.0)]
    group = written("type: failure, at: 1 s, part: breaker, unit: racks.cpu, side: A")
    assert [found[3] for found in group] == [0, 1, 2, 3, 4]
    bus = written("type: failure, at: 1 s, part: breaker, unit: bus-b")
    assert bus == [(1.0, "bus", f.BUS_STUCK, 1, 1.0)]


def test_overlapping_failures_add_up_and_leave_one_by_one() -> None:
    found = written(
        "type: failure, at: 10 s, part: module, unit: ups-1.A, repair: 20 s",
        "type: failure, at: 15 s, part: module, unit: ups-1.A, count: 2, repair: 5 s",
    )
    assert [(t, value) for t, *_, value in found] == [(10.0, 1.0), (15.0, 3.0), (20.0, 1.0), (30.0, 0.0)]


def test_a_set_stops_and_is_free_again_after_its_repair() -> None:
    found = compiled("type: failure, at: 10 s, part: generator, unit: gen-a.2, repair: 5 s").writes
    assert {(w.time, w.row, w.how) for w in found} == {
        (10.0, f.GEN_UNAVAILABLE, ABOVE_START), (10.0, f.GEN_RUN_LEFT, SET), (15.0, f.GEN_UNAVAILABLE, ABOVE_START),
        (15.0, f.GEN_RUN_LEFT, RESTORE), (15.0, f.GEN_MODE, SET),
    }  # fmt: skip
    assert {w.unit for w in found} == {1}


def test_after_outage_counts_from_the_first_outage_of_a_run() -> None:
    outage = "type: outage, at: 60 s, duration: 5 s, feeds: all"
    failure = "type: failure, after_outage: 3 s, part: tank, unit: gen-a.1"
    assert compiled(outage, failure).times[0] == 63.0
    scenario = load(
        "hall-2mw", [f"events=[{{{failure}}}, {{type: failure, at: 1 s, part: tank, unit: gen-b}}]"]
    )
    assert list(outage_actions(scenario, FACILITY).times) == [3.0]
    with pytest.raises(InputError, match="no outage event"):
        site_actions(scenario, FACILITY)


def test_operations_write_and_are_told() -> None:
    found = compiled("type: operation, at: 2 s, unit: cpu.pdu-2, do: open-breaker, side: A")
    assert [(w.block, w.row, w.unit, w.value) for w in found.writes] == [("pdu", f.PDU_OPEN_A, 1, 1.0)]
    assert found.told[0].text == "the breaker of cpu.pdu-2 is opened, side A (scenario event)."
    called = compiled("type: operation, at: 2 s, unit: bus-a, do: start-generators").writes
    assert [(w.row, w.value) for w in called] == [(f.BUS_COMMAND, f.BUS_COMMAND_START)]


@pytest.mark.parametrize(
    ("event", "key", "message"),
    [
        (
            "type: failure, at: 1 s, unit: bus-c, part: bus",
            "events.0.unit",
            "unknown bus 'bus-c'; did you mean",
        ),
        ("type: failure, at: 1 s, unit: bus-a, part: bsu", "events.0.part", "did you mean 'bus'?"),
        (
            "type: failure, at: 1 s, unit: ups-1, part: module, count: 10",
            "events.0.count",
            "has 9 modules, 10 given",
        ),
        ("type: failure, at: 1 s, unit: bus-a, part: bus, count: 1", "events.0.count", "as a whole"),
        ("type: failure, at: 1 s, unit: bus-a, part: bus, side: A", "events.0.side", "no side A and B"),
        ("type: failure, at: 1 s, unit: x, part: station", "events.0.part", "this site has no station"),
        ("type: failure, unit: bus-a, part: bus", "events.0.at", "exactly one of at, after_outage"),
        ("type: failure, at: 400 s, unit: bus-a, part: bus", "events.0.at", "after the end of the run"),
        (
            "type: failure, at: 1 s, unit: ups-1, part: module, count: 1, share: 0.1",
            "events.0.share",
            "not both",
        ),
        ("type: failure, at: 1 s, unit: ups-1, part: module, repair: 0 s", "events.0.repair", "above zero"),
        ("type: failure, at: 1, unit: ups-1, part: module", "events.0.at", "the unit is missing"),
        ("type: operation, at: 1 s, unit: ups-1, do: to-bypas", "events.0.do", "did you mean 'to-bypass'?"),
        (
            "type: operation, at: 1 s, unit: gen-a, do: start-generators",
            "events.0.unit",
            "unknown bus 'gen-a'",
        ),
        ("type: failures, at: 1 s, unit: ups-1, part: module", "events.0", "did you mean 'failure'?"),
    ],
)
def test_what_cannot_be_is_refused_at_its_line(tmp_path: Path, event: str, key: str, message: str) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    old = "{type: outage, at: 60 s, duration: 120 s, feeds: all}"
    assert old in text
    path = tmp_path / "bent.yaml"
    path.write_text(text.replace(old, f"{{{event}}}"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        scenario = load(path)
        site_actions(scenario, FACILITY)
    (found,) = caught.value.problems
    assert found.key == key
    assert message in found.message
    lines = path.read_text(encoding="utf-8").splitlines()
    assert found.file == str(path)
    assert found.line is not None
    assert "unit: " in lines[found.line - 1]


def test_every_state_of_the_table_that_is_modelled_has_its_row() -> None:
    assert {part.name for part in PARTS if modelled(part)} >= {
        "module", "string", "breaker", "switch", "generator", "tank", "feed", "bus", "controller", "pump",
    }  # fmt: skip
    for deed in DEEDS:
        if deed.name in (
            "open-breaker",
            "close-breaker",
            "start-generators",
            "stop-generators",
            "reset-counter",
        ):
            assert all(state_row(deed.block, name) is not None for name, _ in deed.states)


BUS = next(part for part in PARTS if part.name == "bus")
SPELLS = st.lists(
    st.tuples(st.floats(0.0, 100.0), st.floats(0.1, 50.0), st.sampled_from([0.25, 0.5, 1.0])), min_size=1
)


@given(SPELLS, st.floats(0.0, 200.0))
def test_a_timeline_holds_what_is_out_at_every_instant(
    given_: list[tuple[float, float, float]], at: float
) -> None:
    spells = [Spell(BUS, 0, start, start + length, amount, (0,)) for start, length, amount in given_]
    level = 0.0
    for time, value in levels(spells):
        if time <= at:
            level = value
    assert level == pytest.approx(sum(s.amount for s in spells if s.start <= at < s.end))
    inside = any(start <= at < end for start, end in merged(spells))
    assert inside == (level > 0.0)


def states(members: int = 3) -> dict[str, np.ndarray]:
    return {name: np.repeat(block, members, axis=0) for name, block in FACILITY.site.states.items()}


def test_chance_is_not_repaired_by_the_end_of_an_event() -> None:
    held = states()
    held["genset"][1, f.GEN_UNAVAILABLE, 0] = 1.0
    held["genset"][:, f.GEN_RUN_LEFT, 0] = 5.0
    found = compiled("type: failure, at: 10 s, part: generator, unit: gen-a.1, repair: 5 s")
    acting = Acting.on(found, held)
    first = [w for w in found.writes if w.time == 10.0]
    acting.write(first, held)
    assert list(held["genset"][:, f.GEN_UNAVAILABLE, 0]) == [1.0, 1.0, 1.0]
    assert list(held["genset"][:, f.GEN_RUN_LEFT, 0]) == [0.0, 0.0, 0.0]
    held["genset"][0, f.GEN_MODE, 0] = f.GEN_FAILED
    held["genset"][2, f.GEN_MODE, 0] = f.GEN_ON_BUS
    acting.write([w for w in found.writes if w.time == 15.0], held)
    assert list(held["genset"][:, f.GEN_UNAVAILABLE, 0]) == [0.0, 1.0, 0.0]
    assert list(held["genset"][:, f.GEN_RUN_LEFT, 0]) == [5.0, 5.0, 5.0]
    assert held["genset"][0, f.GEN_MODE, 0] == f.GEN_STOPPED
    assert held["genset"][2, f.GEN_MODE, 0] == f.GEN_ON_BUS


def test_a_feed_that_dies_in_an_outage_makes_it_longer() -> None:
    held = states(2)
    held["feed"][0, f.FEED_OUTAGE_START] = 0.0
    held["feed"][0, f.FEED_OUTAGE_END] = 100.0
    write = Write(50.0, "feed", f.FEED_OUTAGE_START, 0, 150.0, FEED_OUT)
    Acting.on(Actions((write,)), held).write([write], held)
    window = held["feed"][:, [f.FEED_OUTAGE_START, f.FEED_OUTAGE_END], 0]
    assert window.tolist() == [[0.0, 150.0], [50.0, 150.0]]
    assert held["feed"][0, f.FEED_OUTAGE_END, 1] == 100.0


def test_writes_are_for_their_member_alone() -> None:
    held = states()
    spells = [Spell(BUS, 1, 0.0, 1e30, 1.0, (0,), member=2)]
    found = Actions(tuple(timeline(spells)))
    Acting.on(found, held).write(found.writes, held)
    assert held["bus"][:, f.BUS_FAULTED].tolist() == [[0.0, 0.0], [0.0, 0.0], [0.0, 1.0]]


def test_times_are_rounded_up_to_the_interval() -> None:
    found = compiled("type: failure, at: 10.2 s, part: bus, unit: bus-a, repair: 1 s").on_grid(1.0)
    assert list(found.times) == [11.0, 12.0]
    exact = compiled("type: failure, at: 3 s, part: bus, unit: bus-a").on_grid(0.1)
    assert exact.times[0] == pytest.approx(3.0) and math.isclose(exact.times[0] / 0.1, 30.0)


def test_air_handlers_of_a_hall_fail_by_number() -> None:
    event = "events=[{type: failure, at: 6 s, unit: hall-1, part: air-handler, count: 2, repair: 20 s}]"
    scenario = load("hall-2mw", [event])
    facility = build(scenario)
    units = float(facility.site.params["hall"][0, f.HALL_UNITS, 0])
    actions = site_actions(scenario, facility)
    found = [(write.time, write.block, write.row) for write in actions.writes]
    assert found == [(6.0, "hall", f.HALL_UNITS_OUT), (26.0, "hall", f.HALL_UNITS_OUT)]
    assert actions.writes[0].value == 2.0 / units
    assert actions.told[0].text == "Failure: 2 of the air handlers of hall-1 (scenario event)."
