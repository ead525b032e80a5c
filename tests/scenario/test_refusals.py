"""Every kind of bad input is one message with file, line, key, what was expected and the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest
from bent_scenario import Bend, line_of, refusal

from twin.scenario import load


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "message"),
    [
        ("modules: 9", "modlues: 9", "modlues", "electrical.ups.ups-1.modlues", "did you mean 'modules'?"),
        ("module_power: 250 kW", "module_power: 250 m", "250 m", "electrical.ups.ups-1.module_power",
         "expected a power above zero such as '2 MW', got '250 m'"),
        ("duration: 5 min", "duration: 300", "duration: 300", "run.duration", "the unit is missing"),
        ("latitude: 50.1 deg", "latitude: 95 deg", "latitude", "location.latitude", "at most 90"),
        ("type: diesel-2mw, bus: bus-a", "type: deisel-2mw, bus: bus-a", "deisel",
         "electrical.generators.gen-a.type", "did you mean 'diesel-2mw'?"),
        ("hall: hall-1, ups", "hall: hal-1, ups", "hal-1", "racks.cpu.hall", "unknown hall 'hal-1'"),
        ("ups: ups-1, pdu", "ups: usp-1, pdu", "usp-1", "racks.cpu.ups", "did you mean 'ups-1'?"),
        ("workload: web", "workload: wbe", "wbe", "racks.cpu.workload", "did you mean 'web'?"),
        ("      feed: feed-b", "      feed: bus-a", "      feed: bus-a",
         "electrical.buses.bus-b.feed", "it is a bus"),
        ("fans_on: ups-1", "fans_on: fan-1", "fan-1", "cooling.halls.hall-1.fans_on", "unknown UPS or bus"),
        ("plant: plant-1", "plant: plant-2", "plant-2", "cooling.halls.hall-1.plant",
         "did you mean 'plant-1'?"),
        ("feeds: all", "feeds: [feed-a, feed-c]", "feed-c", "events.0.feeds.1", "unknown feed 'feed-c'"),
        ("count: 80", "count: -80", "-80", "racks.cpu.count", "greater than or equal to 1"),
        ("count: 80", "count: 99999999999999999999", "999", "racks.cpu.count", "less than or equal to"),
        ("count: 80", "count: 8.5", "8.5", "racks.cpu.count", "integer"),
        ("count: 80", "count: '80'", "'80'", "racks.cpu.count", "integer"),
        ("count: 80", "count: true", "true", "racks.cpu.count", "integer"),
        ("count: 80,", "count: 80, lump: 50,", "lump", "racks.cpu.lump", "must divide count 80"),
        ("2024-07-01T12:00:00Z", "2024-07-01T12:00:00", "start:", "run.start", "instant with its zone"),
        ("Europe/Berlin", "Europe/Berlim", "Berlim", "location.time_zone", "expected a time zone"),
        ("step: 10 ms", "step: 30 ms", "coarse_step", "run.coarse_step", "must divide coarse_step"),
        ("thermal_step: 1 s", "thermal_step: 0.35 s", "thermal_step", "run.thermal_step", "must divide"),
        ("duration: 5 min", "duration: 300.5 s", "300.5", "run.duration", "must divide duration"),
        ("redundancy: 2N", "redundancy: N+1", "buses: [bus-a", "electrical.ups.ups-1.buses", "use bus with"),
        ("redundancy: 2N", "redundancy: 3N", "3N", "electrical.ups.ups-1.redundancy", "pattern"),
        ("autonomy: 10 min", "autonomy: 10 min, energy: 1 MWh", "autonomy", "electrical.ups.ups-1.battery",
         "exactly one of autonomy, energy"),
        ("frequency: {constant: 50 Hz}", "frequency: {constant: 50 Hz, file: f.csv, reader: neso}", "f.csv",
         "signals.frequency", "exactly one of"),
        ("frequency: {constant: 50 Hz}", "frequency: {file: f.csv, reader: nseo}", "nseo",
         "signals.frequency.reader", "did you mean 'neso'?"),
        ("frequency: {constant: 50 Hz}", "frequency: {area: gb-2019-08-90}", "area", "signals.frequency.area",
         "did you mean 'gb-2019-08-09'?"),
        ("price: {constant: 80 EUR/MWh}", "price: {constant: 80 EUX/MWh}", "EUX", "signals.price.constant",
         "did you mean 'EUR'?"),
        ("price: {constant: 80 EUR/MWh}", "price: {file: p.csv, reader: price-hourly}", "p.csv",
         "signals.price.currency", "required with file"),
        ("price: {constant: 80 EUR/MWh}", "price: {tariff: jiangsu}", "jiangsu",
         "signals.price.tariff.seasons",
         "this key is required"),
        ("adder: 60 EUR/MWh", "adder: 60 USD/MWh", "USD", "tariff.energy.spot.adder", "use one currency"),
        ("policies: []", "policies: [{type: arbitrag, storage: x}]", "arbitrag", "policies.0",
         "did you mean 'arbitrage'?"),
        ("at: 60 s", "at: 400 s", "400 s", "events.0.at", "after the end of the run"),
        ("trace: 20 ms", "trace: 15 ms", "trace", "record.trace", "multiple of run.step"),
        ("racks: 10 s", "racks: 1.5 s", "1.5 s", "record.racks", "multiple of run.control_interval"),
        ("name: hall-2mw", "name: 7", "name: 7", "name", "string"),
        ("schema: 1", "schema: 2", "schema", "schema", "2"),
        ("    bus-a:\n", "    ups-1:\n", "type: ups-vfi", "electrical.ups.ups-1", "also the name of a bus"),
    ],
)  # fmt: skip
def test_one_fault(bend: Bend, old: str, new: str, line: str, key: str, message: str) -> None:
    path = bend((old, new))
    problems = refusal(path).problems
    mine = [problem for problem in problems if problem.key == key]
    assert mine, [str(problem) for problem in problems]
    assert message in mine[0].message
    assert mine[0].file == str(path)
    if key == "electrical.ups.ups-1":
        assert mine[0].line == line_of(path, "type: ups-vfi") - 1
    else:
        assert mine[0].line == line_of(path, line)


def test_a_missing_key_points_at_its_mapping(bend: Bend) -> None:
    path = bend(("  settle: 30 s\n", ""))
    (found,) = refusal(path).problems
    assert (found.key, found.line) == ("run.settle", line_of(path, "run:"))
    assert "required" in found.message


def test_all_faults_are_reported_at_once_in_the_order_of_the_lines(bend: Bend) -> None:
    path = bend(
        ("latitude: 50.1 deg", "latitude: 50.1 m"),
        ("settle: 30 s", "setle: 30 s"),
        ("type: diesel-2mw, bus: bus-a", "type: deisel, bus: bus-x"),
        ("hall: hall-1, ups: ups-1", "hall: nowhere, ups: ups-1"),
        ("carbon: {constant: 380 g/kWh}", "carbon: {constant: 380 g}"),
    )
    problems = refusal(path).problems
    found = {problem.key: problem.line for problem in problems}
    expected = {
        "location.latitude": "latitude",
        "run.setle": "setle",
        "run.settle": "run:",
        "electrical.generators.gen-a.type": "deisel",
        "electrical.generators.gen-a.bus": "bus-x",
        "racks.cpu.hall": "nowhere",
        "signals.carbon.constant": "380 g",
    }
    assert found == {key: line_of(path, text) for key, text in expected.items()}
    lines = [problem.line or 0 for problem in problems]
    assert lines == sorted(lines)
    assert str(problems[0]).startswith(f"{path}:{found['location.latitude']}: location.latitude: expected")


def test_every_duplicate_key_is_reported(bend: Bend) -> None:
    path = bend(("seed: 1", "seed: 1\n  seed: 2"), ("volume: 1500 m^3", "volume: 1 m^3\n      volume: 2 m^3"))
    found = refusal(path).problems
    assert [problem.key for problem in found] == ["run.seed", "cooling.halls.hall-1.volume"]
    assert all("duplicate key, first on line" in problem.message for problem in found)
    assert found[0].line == line_of(path, "seed: 2")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"# only a comment\n", "empty"),
        (b"\x00\x01\x02\xff\xfe" * 50, "UTF-8"),
        ("name: größe".encode("latin-1"), "UTF-8"),
        (b"\x7fELF\x02\x01\x01" + bytes(64), "YAML"),
        (b"- a\n- b\n", "mapping"),
        (b"just text", "mapping"),
        (b"run: {start: 2024-01-01T00:00:00Z,", "not valid YAML"),
        (b"a: 1\n---\nb: 2\n", "not valid YAML"),
        (b"a: &a [*a]\n", "refers to itself"),
        (b"[" * 5000, "nested too deeply"),
        (b"? [a, b]\n: 1\n", "key must be text"),
        (b"a: " + b"9" * 5000, "cannot read the number"),
        (b"a: !!python/object:os.system x\n", "required"),
    ],
)
def test_what_is_not_a_scenario(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    error = refusal(path)
    assert message in str(error)
    assert str(path) in str(error)


def test_a_small_file_cannot_unfold_into_a_huge_one(tmp_path: Path) -> None:
    path = tmp_path / "bomb.yaml"
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    path.write_text("\n".join(rows), encoding="utf-8")
    assert "too many values" in str(refusal(path))


def test_missing_file_folder_and_unknown_name(tmp_path: Path) -> None:
    assert "no such file" in str(refusal(tmp_path / "none.yaml"))
    assert "folder" in str(refusal(tmp_path))
    assert "did you mean 'hall-2mw'?" in str(refusal("hal-2mw"))
    assert "null character" in str(refusal("a\0b"))


def test_extends_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("extends: b.yaml\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("name: b\nextends: a.yaml\n", encoding="utf-8")
    (found,) = refusal(tmp_path / "a.yaml").problems
    assert found.message == "the files extend one another: a.yaml -> b.yaml -> a.yaml"
    assert found.key == "extends"


@pytest.mark.parametrize(
    ("base", "message"), [("nowhere.yaml", "no such file"), ("hal-2mw", "hall-2mw"), ("7", "path")]
)
def test_extends_something_that_is_not_there(tmp_path: Path, base: str, message: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"schema: 1\nextends: {base}\n", encoding="utf-8")
    (found,) = refusal(path).problems
    assert message in found.message
    assert (found.file, found.line, found.key) == (str(path), 2, "extends")


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("racks.cpu.cuont=3", "did you mean 'count'?"),
        ("racks.cup.count=3", "did you mean 'cpu'?"),
        ("rcaks.cpu.count=3", "did you mean 'racks'?"),
        ("events.1.at=3 s", "the list holds 1"),
        ("events.x.at=3 s", "the list holds 1"),
        ("run.seed.deep=3", "no keys"),
        ("run.seed", "expected path=value"),
        ("=3", "expected path=value"),
        ("run..seed=3", "expected path=value"),
        ("run.seed={", "not valid YAML"),
        ("run.seed=-1", "greater than or equal to 0"),
        ("racks.cpu.hall=null", "required"),
    ],
)
def test_overrides_that_lead_nowhere(override: str, message: str) -> None:
    error = refusal("hall-2mw", override)
    assert message in str(error)


def test_the_message_of_an_override_names_it() -> None:
    (found,) = refusal("hall-2mw", "racks.cpu.count=many").problems
    assert found.file == "--set racks.cpu.count=many"


def test_a_month_without_hours_is_refused() -> None:
    tariff = ("signals.price={tariff: shandong-2026}", "tariff=null")
    load("hall-2mw", tariff)
    for start in ("2026-09-01T00:00:00+08:00", "2026-08-31T23:58:00+08:00"):
        error = refusal("hall-2mw", *tariff, f"run.start={start}")
        assert "does not say the hours of month 9" in str(error)
