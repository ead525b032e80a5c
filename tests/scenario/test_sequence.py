"""Sequences of operations: what they compile to, what is refused and where; any data is one of the two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from twin.errors import InputError
from twin.facility import build
from twin.facility.sequence import NEVER, timing, words
from twin.kernels import fields as f
from twin.scenario.load import load
from twin.scenario.sequence import OperatingSequence

LOST = """        mains_lost:
          - {wait: 100 ms, open: mains}
          - {wait: 20 ms, form: bess-a}
          - {wait: 2.5 s, start: [gen-a], when: {storage_below: 0.4}}
          - {close: [gen-a], when: {ready: 0.5}, at_most: 30 s}
          - {wait: 5 s, connect: priority 1}
          - {wait: 10 s, connect: priority 2}
"""
BACK = """        mains_back:
          - {wait: 300 s, transfer: soft, parallel: 10 s, within: 45 s, otherwise: wait}
          - {wait: 1 min, stop: [gen-a]}
"""
SITE = """schema: 1
extends: hall-2mw
electrical:
  buses:
    bus-a:
      transfer: {type: transfer-closed}
      loads: {ups: 1, cooling: 2, charging: 2}
      sequence:
"""
STORAGE = """  storage:
    bess-a: {bus: bus-a, battery: {type: lfp-280ah}, converter: {type: pcs-generic}, power: 2 MW, energy: 2 MWh,
             reserve: 0.8, initial_soc: 0.9}
    bess-b: {bus: bus-b, battery: {type: lfp-280ah}, converter: {type: pcs-generic, grid_forming: false}, power: 2 MW,
             energy: 2 MWh, reserve: 0.8, initial_soc: 0.9}
"""


def written(folder: Path, lost: str = LOST, back: str = BACK) -> Any:
    """A scenario whose bus-a has a sequence."""
    path = folder / "site.yaml"
    path.write_text(SITE + lost + back + STORAGE, encoding="utf-8")
    return load(path)


def test_a_sequence_becomes_the_numbers_of_the_kernels(tmp_path: Path) -> None:
    scenario = written(tmp_path)
    site = build(scenario).site

    def value(block: Any, name: str, unit: int = 0) -> float:
        return float(site.params[block.name][0, block.param_index(name), unit])

    bus = {
        "detect_delay": 0.1, "generator_close_fraction": 0.5, "close_limit": 32.52, "connect_1": 5.0, "connect_2": 15.0,
        "connect_after_sets": 1.0, "form_first": 1.0, "retransfer_delay": 300.0, "closed_transition": 1.0,
        "soft_transition": 1.0, "parallel_time": 10.0, "synchronise_limit": 45.0, "synchronise_or_open": 0.0,
        "stop_delay": 60.0, "levels": 2.0, "priority_cooling": 2.0,
    }  # fmt: skip
    assert {name: value(f.BUS, name) for name in bus} == pytest.approx(bus)
    assert value(f.GENSET, "call_delay") == pytest.approx(2.52)
    assert value(f.GENSET, "call_soc") == 0.4
    assert (value(f.PCS, "form_delay"), value(f.PCS, "grid_forming")) == (pytest.approx(0.02), 1.0)
    assert (value(f.PCS, "grid_forming", 1), value(f.BUS, "form_first", 1)) == (0.0, 0.0)


def test_the_short_form_means_what_it_did() -> None:
    times = timing(load("replace-diesel").electrical.buses["bus-a"])
    assert (times.detect, times.called("gen-a"), times.share, times.limit) == (0.1, (1.0, 1.0), 1.0, NEVER)
    assert (times.back.wait, times.back.transfer, times.forms, times.connect) == (1800.0, "open", None, {})


def test_what_is_not_ordered_is_not_done(tmp_path: Path) -> None:
    lost = "        mains_lost:\n          - {wait: 200 ms, open: mains}\n"
    back = "        mains_back:\n          - {wait: 300 s, transfer: open}\n"
    site = build(written(tmp_path, lost, back)).site
    assert site.params["pcs"][0, f.PCS_CAN_FORM, 0] == 0.0
    assert site.params["genset"][0, f.GEN_CALL_DELAY, 0] == NEVER


def test_it_is_told_in_plain_words(tmp_path: Path) -> None:
    told = "\n".join(words(written(tmp_path)))
    for part in ("bess-a forms the bus", "gen-a is called, once storage is below 40%", "50%", "priority 2 is connected",
                 "in parallel, load ramping over", "sequence of bus-a:"):  # fmt: skip
        assert part in told


CASES = [
    ("form: bess-a", "form: bess-c", "mains_lost.1.form", "unknown storage 'bess-c'; did you mean"),
    ("form: bess-a", "form: bess-b", "mains_lost.1.form", "is on bus-b, not on bus-a"),
    ("start: [gen-a]", "start: [gen-x]", "mains_lost.2.start.0", "unknown generator group 'gen-x'"),
    ("start: [gen-a]", "start: [gen-b]", "mains_lost.2.start", "is on bus-b, not on bus-a"),
    ("close: [gen-a]", "close: [gen-b]", "mains_lost.3.close", "'gen-b' is not started before it closes"),
    ("open: mains", "open: bus", "mains_lost.0.open", "'bus'"),
    ("connect: priority 2", "connect: priority 3", "mains_lost.5.connect", "nothing on bus-a has priority 3"),
    ("connect: priority 2", "connect: priority nine", "mains_lost.5.connect", "expected 'priority 1' to 'priority 8'"),
    ("connect: priority 2", "connect: priority 1", "mains_lost.5.connect", "priority 1 is connected already"),
    ("wait: 100 ms, open", "wait: -1 s, open", "mains_lost.0.wait", "at least 0"),
    ("wait: 100 ms, open", "wait: 100, open", "mains_lost.0.wait", "the unit is missing"),
    ("wait: 5 s, connect", "wait: 5 s, open: mains, connect", "mains_lost.4", "one order"),
    ("{wait: 20 ms, form: bess-a}", "{wait: 20 ms}", "mains_lost.1", "one order"),
    ("{wait: 100 ms, open: mains}", "{start: [gen-a]}", "mains_lost.0", "begin with"),
    ("ready: 0.5", "raedy: 0.5", "mains_lost.3.when.raedy", "did you mean 'ready'"),
    ("transfer: soft", "transfer: gentle", "mains_back.0.transfer", "gentle"),
    ("transfer: soft", "transfer: open", "mains_back.0.parallel", "goes with transfer: closed or soft"),
    ("stop: [gen-a]", "stop: [gen-b]", "mains_back.1.stop", "stop together"),
    ("start: [gen-a], when", "form: bess-a, when", "mains_lost.2.when.storage_below", "goes with start"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "key", "message"), CASES)
def test_nonsense_is_refused_with_its_line(
    tmp_path: Path, right: str, wrong: str, key: str, message: str
) -> None:
    text = LOST + BACK
    assert right in text
    with pytest.raises(InputError) as caught:
        build(written(tmp_path, text.replace(right, wrong, 1), ""))
    found = [
        p
        for p in caught.value.problems
        if f"bus-a.sequence.{key}" == (p.key or "").removeprefix("electrical.buses.")
    ]
    assert any(message in p.message for p in found), caught.value
    assert all(p.line is not None for p in found)


@pytest.mark.parametrize("key", ["grid_forming", "black_start"])
def test_a_converter_that_cannot_form_is_not_ordered_to(tmp_path: Path, key: str) -> None:
    path = tmp_path / "site.yaml"
    storage = STORAGE.replace("{type: pcs-generic}", f"{{type: pcs-generic, {key}: false}}", 1)
    path.write_text(SITE + LOST + BACK + storage, encoding="utf-8")
    with pytest.raises(InputError, match=r"mains_lost\.1\.form: the converter of 'bess-a'"):
        build(load(path))


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.sampled_from(
        ["mains", "bess-a", "1 s", "-1 s", "priority 1", "priority 99", "closed", "", "gen-a", "0.5"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["wait", "open", "form", "start", "close", "connect", "when", "ready", "at_most", "transfer",
                         "stop", "mains_lost", "mains_back", "storage_below"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(anything)
def test_any_data_is_a_sequence_or_a_refusal(data: Any) -> None:
    try:
        sequence = OperatingSequence.model_validate(data)
    except ValidationError:
        return
    for step in sequence.mains_lost:
        given_ = [step.open, step.form, step.start, step.close, step.connect]
        assert sum(order is not None for order in given_) == 1
        assert 0.0 <= step.wait < float("inf")


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(0.0, 1e4), min_size=6, max_size=6), st.floats(0.0, 1.0))
def test_times_add_up(tmp_path: Path, waits: list[float], ready: float) -> None:
    a, b, c, d, e, g = (round(w, 3) for w in waits)
    lost = LOST.replace("100 ms", f"{a} s").replace("20 ms", f"{b} s").replace("2.5 s", f"{c} s")
    lost = lost.replace("at_most: 30 s", f"at_most: {d} s").replace("wait: 5 s", f"wait: {e} s")
    lost = lost.replace("wait: 10 s", f"wait: {g} s").replace("ready: 0.5", f"ready: {ready}")
    bus = written(tmp_path, lost).electrical.buses["bus-a"]
    found = timing(bus)
    assert found.detect == pytest.approx(a)
    assert found.forms == {"bess-a": pytest.approx(b)}
    assert found.called("gen-a")[0] == pytest.approx(b + c)
    assert (found.limit, found.share) == (pytest.approx(b + c + d), ready)
    assert found.connect == {1: pytest.approx(e), 2: pytest.approx(e + g)}
