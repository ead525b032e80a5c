"""Good files: what is read and how files are laid over one another. Bad ones raise InputError only."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from bent_scenario import Bend
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from twin.errors import InputError, nearest
from twin.scenario import Scenario, library, load

NAMES = library.names("scenarios")


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_scenario_loads(name: str) -> None:
    scenario = load(name)
    assert scenario.name == name
    assert scenario.source == name


def test_values_are_si() -> None:
    hall = load("hall-2mw")
    assert hall.run.start == datetime(2024, 7, 1, 12, tzinfo=UTC)
    assert hall.run.step == pytest.approx(0.01)
    assert hall.run.intervals == 300
    assert hall.electrical.generators["gen-a"].power_rated == 2e6
    assert hall.electrical.ups["ups-1"].systems == [(".A", "bus-a"), (".B", "bus-b")]
    assert hall.electrical.ups["ups-1"].battery.autonomy == 600.0
    assert hall.racks["cpu"].server.power_peak == 750.0
    assert hall.racks["cpu"].ups == ["ups-1"]
    assert hall.cooling.halls["hall-1"].supply_temperature == 24.0
    assert hall.signals.price.spec() == {"constant": pytest.approx(80 / 3.6e9), "currency": "EUR"}


def test_the_hall_is_about_2_mw_and_the_campus_about_40() -> None:
    def peak(scenario: Scenario) -> float:
        return sum(group.count * group.power_peak for group in scenario.racks.values())

    assert 1.8e6 < peak(load("hall-2mw")) < 2.1e6
    campus = load("campus-40mw")
    assert 38e6 < peak(campus) < 44e6
    assert sum(group.count for group in campus.racks.values()) >= 2000
    assert sum(group.count * group.servers for group in campus.racks.values()) >= 40_000


def test_frontier_has_its_published_size() -> None:
    (group,) = load("frontier").racks.values()
    assert (group.count, group.count * group.servers) == (74, 9472)
    # P_in = (4 (p + 13 W) / 0.98 + 17 W) / 0.96 for a rectifier with 4 nodes of power p (RAPS).
    p = 1500.0
    loss = group.psu.loss_polynomial
    rated = group.psu.power_rated
    x = 4 * p / rated
    power_in = 4 * p + rated * (loss[0] + loss[1] * x + loss[2] * x * x)
    assert power_in == pytest.approx((4 * (p + 13) / 0.98 + 17) / 0.96, rel=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_resolved_scenario_reads_back_the_same(name: str, tmp_path: Path) -> None:
    first = load(name, ["run.seed=7"])
    path = tmp_path / "resolved.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(first.resolved(), file)
    second = load(path)
    assert second.model_dump() == first.model_dump()
    assert second.resolved() == first.resolved()
    assert second.run.seed == 7


def test_resolved_keeps_the_words_of_the_user() -> None:
    resolved = load("replace-diesel").resolved()
    assert "extends" not in resolved
    assert resolved["electrical"]["storage"]["bess-a"]["energy"] == "8 MWh"
    assert resolved["run"]["start"] == "2024-07-01T12:00:00Z"


def test_extending_merges_replaces_and_removes(tmp_path: Path) -> None:
    path = tmp_path / "child.yaml"
    path.write_text(
        "extends: hall-2mw\n"
        "racks: {cpu: {count: 64}, gpu: null}\n"
        "events: []\n"
        "signals: {frequency: {area: gb-2019-08-09}, workload: {train: null}}\n",
        encoding="utf-8",
    )
    base, child = load("hall-2mw"), load(path)
    assert child.racks["cpu"].count == 64
    assert child.racks["cpu"].server == base.racks["cpu"].server
    assert list(child.racks) == ["cpu"]
    assert child.events == []
    assert child.signals.frequency.area == "gb-2019-08-09"
    assert child.signals.frequency.constant is None
    assert child.electrical == base.electrical
    assert child.folders == (tmp_path, library.folder("scenarios"))


def test_an_error_in_a_base_file_names_that_file(tmp_path: Path, bend: Bend) -> None:
    base = bend(("count: 80", "count: 0"))
    child = tmp_path / "child.yaml"
    child.write_text(f"extends: {base.name}\nrun: {{sed: 1}}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(child)
    assert {(problem.file, problem.key) for problem in caught.value.problems} == {
        (str(base), "racks.cpu.count"),
        (str(child), "run.sed"),
    }


def test_overrides_apply_in_order_and_leave_the_file_alone() -> None:
    changes = [
        "run.seed=2",
        "run.seed=3",
        "racks.cpu.count=96",
        "record.trace=null",
        "events.0.duration=90 s",
    ]
    scenario = load("hall-2mw", changes)
    assert scenario.run.seed == 3
    assert scenario.racks["cpu"].count == 96
    assert scenario.record.trace is None
    assert scenario.events[0].duration == 90.0
    assert load("hall-2mw").run.seed == 1


def test_equipment_is_overridden_in_place() -> None:
    kept = load("hall-2mw").electrical.generators["gen-a"]
    slower = load("hall-2mw", ["electrical.generators.gen-a.start_delay=8 s"]).electrical.generators["gen-a"]
    assert (kept.start_delay, slower.start_delay) == (6.5, 8.0)
    assert slower.model_copy(update={"start_delay": 6.5}) == kept


def test_merge_keys_lie_below_own_keys(tmp_path: Path, bend: Bend) -> None:
    path = bend(
        ("  gen-a: {type: diesel-2mw", "  gen-a: &gen {type: diesel-2mw"),
        ("gen-b: {type: diesel-2mw, bus: bus-b, count: 2}", "gen-b: {<<: *gen, bus: bus-b}"),
    )
    groups = load(path).electrical.generators
    assert groups["gen-b"].bus == "bus-b"
    assert groups["gen-b"].count == groups["gen-a"].count


def test_a_scenario_does_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load("hall-2mw").run.seed = 5  # type: ignore[misc]


def test_refuse_points_at_the_line() -> None:
    scenario = load("hall-2mw")
    error = scenario.refuse("signals.price.constant", "not today")
    (problem,) = error.problems
    text = (library.folder("scenarios") / "hall-2mw.yaml").read_text(encoding="utf-8").splitlines()
    assert "80 EUR/MWh" in text[(problem.line or 0) - 1]
    assert str(error).endswith("signals.price.constant: not today")


def test_shandong_hours() -> None:
    signal = load("hall-2mw", ["signals.price={tariff: shandong-2026}", "tariff=null"]).signals.price.spec()
    tariff = signal["tariff"]
    hours = [datetime(2026, 7, 1, hour, 30, tzinfo=UTC).timestamp() for hour in range(24)]
    import numpy as np

    local = np.roll(tariff.price_at(np.asarray(hours), None) * 3.6e6 / 0.65, 8)
    expected = [1.0] * 24
    expected[1:6] = [0.3] * 5
    expected[16:23] = [1.7, 2.0, 2.0, 2.0, 2.0, 2.0, 1.7]
    assert local == pytest.approx(expected)


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_any_bytes_are_refused_politely(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError):
        load(path)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_a_damaged_scenario_loads_or_is_refused_politely(
    tmp_path: Path, hall: str, data: st.DataObject
) -> None:
    text = hall
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 30)))
        patch = data.draw(st.text(alphabet="{}[]:,&*!|>'\"%@`#-?\n\t 0aé<.", max_size=6))
        text = text[:start] + patch + text[end:]
    path = tmp_path / "damaged.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        load(path)
    except InputError as error:
        assert str(path) in str(error)


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_override_applies_or_is_refused_politely(text: str) -> None:
    try:
        scenario = load("hall-2mw", [text])
    except InputError as error:
        assert str(error)
    else:
        assert scenario.name


@pytest.mark.parametrize(
    ("name", "choices", "expected"),
    [
        ("cuont", ["count", "hall"], "count"),
        ("shangdong", ["guangdong", "shandong-2026"], "shandong-2026"),
        ("COUNT", ["count"], "count"),
        ("zzz", ["count"], None),
        ("", ["count"], None),
        ("a", [], None),
    ],
)
def test_nearest(name: str, choices: list[str], expected: str | None) -> None:
    assert nearest(name, choices) == expected
