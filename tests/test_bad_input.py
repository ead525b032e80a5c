"""Input that cannot be used: one message that names file, key and what was expected; exit status 2."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from command import twin
from typer.testing import CliRunner

from twin.assets import __path__ as assets
from twin.cli import app
from twin.result import open_result

HALL = (Path(assets[0]) / "scenarios" / "hall-2mw.yaml").read_text(encoding="utf-8")
UPS = "{type: ups-vfi, redundancy: N, bus: bus-a, battery: {type: lfp-ups-50ah, autonomy: 5 min}, initial_soc: 1.0}"
HALL_2 = (
    "{air_handler: {type: crah-120kw, redundancy: N}, volume: 100 m^3, supply_temperature: 24 degC, "
    "fans_on: ups-1, plant: plant-1}"
)
CDU = "{type: cdu-1mw, count: 2, supply_temperature: 32 degC, pumps_on: ups-1, plant: plant-1}"
PLANT = (
    "{chiller: {type: carrier-19xr-1143kw-vsd, redundancy: N}, heat_rejection: {type: tower-open}, "
    "supply_temperature: 12 degC, buffer_tank: 20 m^3, bus: bus-a}"
)
BUS = "{feed: feed-a, transformer: {type: transformer-2500kva-tier2, count: 1}, transfer: {type: transfer-standard}}"
GENERATORS = "{type: diesel-2mw, bus: bus-c, redundancy: N}"


def refused(*arguments: str | Path) -> str:
    """Run a command in this process and return what it says on refusing."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output
    return done.stderr


@pytest.fixture(autouse=True)
def no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWIN_DATA", raising=False)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "bad.yaml: the file is empty, a mapping was expected"),
        (b"# only a comment\n", "the file is empty"),
        (HALL[: HALL.index("{type: transformer") + 9].encode(), r"bad.yaml:\d+: not valid YAML"),
        (bytes(range(256)), r"bad.yaml:\d+: not UTF-8 text"),
        ("schema: 1\nname: café\n".encode("latin-1"), "bad.yaml:2: not UTF-8 text"),
        (b"- 1\n- 2\n", "bad.yaml:1: a mapping .* was expected"),
        (b"schema: 1\nschema: 1\n", "bad.yaml:2: schema: duplicate key, first on line 1"),
        (b"extends: bad.yaml\n", r"bad.yaml:1: extends: the files extend one another: bad.yaml -> bad.yaml"),
        (b"extends: hall-2wm\n", "bad.yaml:1: extends: .*did you mean 'hall-2mw'"),
        (b"extends: hall-2mw\nrun: {durration: 1 s}\n", "bad.yaml:2: run.durration: .*did you mean 'duration'"),
    ],
)  # fmt: skip
def test_scenario_file_that_cannot_be_read(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    assert re.search(expected, refused("check", path))


def test_scenario_that_is_not_there(tmp_path: Path) -> None:
    assert "there is no such file" in refused("check", tmp_path / "none.yaml")
    assert "did you mean 'hall-2mw'" in refused("check", "hall-2m")
    assert "folder" in refused("check", f"{tmp_path}/")


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("run.duration=5 MW", "run.duration: expected a duration .*'10 ms', got '5 MW'"),
        ("run.duration=5", "unit is missing"),
        ("run.duration=nan s", "run.duration: expected a duration"),
        ("run.duration=.nan", "run.duration: expected a duration"),
        ("run.duration=-5 min", "run.duration: .*more than 0 s"),
        ("run.step=3 ms", r"hall-2mw.yaml:\d+: run.coarse_step: step '3 ms' must divide coarse_step '100 ms'"),
        ("record.trace=7 ms", "record.trace: must be a multiple of run.step"),
        ("run.members=0", "run.members: .*got 0"),
        ("run.members=100000000000", "run.members: .*got 100000000000"),
        ("run.members=10000000", "run.members: 10,000,000 members .* GiB are available"),
        ("run.start=yesterday", "run.start: expected an instant with its zone"),
        ("racks={}", "racks: expected at least 1"),
        ("racks.cpu.count=0", "racks.cpu.count: .*got 0"),
        ("racks.cpu.count=-3", "racks.cpu.count: .*got -3"),
        ("racks.cpu.hall=hal-1", "racks.cpu.hall: unknown hall 'hal-1'; did you mean 'hall-1'"),
        ("racks.cpu.type=rack-cpu-20x2", "racks.cpu.type: unknown rack .*did you mean 'rack-cpu-20x2u'"),
        ("racks.cpu.tpye=x", "racks.cpu.tpye: unknown key 'tpye'; did you mean 'type'"),
        ("racks.cpu.ups=[]", "racks.cpu.ups: expected at least 1"),
        ("racks.cpu.ups=[ups-1, ups-1]", "racks.cpu.ups: ups-1 is named twice"),
        ("racs.cpu.count=3", "racs: unknown key 'racs'; did you mean 'racks'"),
        ("run.members", "expected path=value"),
        ("policies.0.power=1 MW", "policies.0: there is no item '0'"),
        ("policies=[{type: arbitage}]", "policies.0: unknown type 'arbitage'; did you mean 'arbitrage'"),
        ("events=[{type: outage, at: 1 h, duration: 1 s, feeds: all}]", "events.0.at: lies after the end of the run"),
        ("cooling.plants.plant-1.buffer_tank=0 m^3", "buffer_tank: expected a volume above zero"),
        ("cooling.halls.hall-1.volume=0 m^3", "volume: expected a volume above zero"),
        ("cooling.halls.hall-1.volume=-1 m^3", "volume: expected a volume above zero"),
        ("signals.frequency={constant: 60 Hz}", "the grid is at 60 Hz but the site runs at 50 Hz"),
        ("signals.frequency={constant: 5 Hz}", "signals.frequency.constant: .*5 Hz"),
        ("signals.frequency={area: ieee14}", "signals.frequency.area: the area runs at 60 Hz but the site at 50 Hz"),
        ("signals.frequency={area: gb-2019}", "unknown area 'gb-2019'; did you mean 'gb-2019-08-09'"),
        ("electrical.ups.ups-1.modules=0", "electrical.ups.ups-1.modules: .*got 0"),
        (f"electrical.ups.ups-2={UPS}", "electrical.ups.ups-2: nothing hangs on it, so it cannot be sized"),
        (f"cooling.halls.hall-2={HALL_2}", "cooling.halls.hall-2: no racks stand in it"),
        (f"cooling.cdus.cdu-1={CDU}", "cooling.*cdu"),
        (f"cooling.plants.plant-2={PLANT}", "cooling.plants.plant-2: it cools nothing"),
    ],
)  # fmt: skip
def test_scenario_that_makes_no_sense(override: str, expected: str) -> None:
    assert re.search(expected, refused("check", "hall-2mw", "--set", override))


def test_sites_that_cannot_be_put_together() -> None:
    said = refused("check", "hall-2mw", "--set", f"cooling.cdus={{cdu-1: {CDU}}}")
    assert "cooling.cdus.cdu-1: it cools no racks" in said
    said = refused("check", "hall-2mw", "--set", f"electrical.buses.bus-c={BUS}", "--set",
                   f"electrical.generators.gen-c={GENERATORS}")  # fmt: skip
    assert "electrical.generators.gen-c: nothing hangs on bus-c, so it cannot be sized" in said


def test_every_mistake_is_told_at_once() -> None:
    said = refused(
        "check", "hall-2mw", "--set", "run.step=x", "--set", "racks.cpu.hall=h", "--set", "run.seed=-1"
    )
    assert len(said.splitlines()) == 3


def test_too_long_a_run() -> None:
    said = refused("check", "hall-2mw", "--set", "run.duration=1000000000 h", "--set", "record.trace=null")
    assert re.search(r"run.duration: 1 members over 3,600,000,000,000 intervals need about .* GiB", said)


def frequency(file: Path | str, more: str = "") -> tuple[str, ...]:
    return ("check", "hall-2mw", "--set", f"signals.frequency={{file: {file}, reader: neso{more}}}",
            "--set", "run.start=2024-07-01T12:00:00Z")  # fmt: skip


def series(path: Path, seconds: int, value: str = "50.001") -> Path:
    rows = [f"2024-07-01T12:{s // 60:02d}:{s % 60:02d}Z,{value}" for s in range(seconds)]
    path.write_text("utc_time,frequency_hz\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_signal_that_covers_the_run_is_taken(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, list(frequency(series(tmp_path / "f.csv", 400))))
    assert done.exit_code == 0, done.output


def test_signal_files_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused(*frequency("none.csv"))
    assert "signals.frequency.file: file 'none.csv' not found" in said
    assert "TWIN_DATA, which is unset" in said
    monkeypatch.setenv("TWIN_DATA", str(tmp_path))
    series(tmp_path / "nona.csv", 400)
    said = refused(*frequency("none.csv"))
    assert f"{tmp_path}/none.csv" in said
    assert "did you mean 'nona.csv'" in said
    short = series(tmp_path / "short.csv", 100)
    assert re.search(
        r"signals.frequency.*ends at 2024-07-01T12:01:39Z, 3.35 min before the run's end",
        refused(*frequency(short)),
    )
    assert "looks like per unit" in refused(*frequency(series(tmp_path / "pu.csv", 400, "1.0002")))
    packed = tmp_path / "cut.csv.gz"
    packed.write_bytes(gzip.compress(series(tmp_path / "f.csv", 400).read_bytes())[:-20])
    assert re.search(
        r"cut.csv.gz: signals.frequency: the gzip file is truncated", refused(*frequency(packed))
    )
    words = series(tmp_path / "words.csv", 400, "fifty")
    assert re.search(r"words.csv:\d+: .*fifty", refused(*frequency(words)))


def test_missing_series_of_a_shipped_scenario_are_all_named(tmp_path: Path) -> None:
    for changes in ({}, {"TWIN_DATA": str(tmp_path)}):
        done = twin("check", "campus-40mw-2019-08-09", **changes)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        for kind in ("frequency", "price", "carbon", "weather", "workload.web"):
            assert f"signals.{kind}.file: " in done.stderr


@pytest.mark.parametrize(
    ("backend", "expected"),
    [("gpu", "unknown backend 'gpu'"), ("sim", "backend 'sim' needs NUMBA_ENABLE_CUDASIM=1")],
)
def test_backend_that_is_not_there(tmp_path: Path, backend: str, expected: str) -> None:
    assert expected in refused("run", "hall-2mw", "-o", tmp_path / "x.h5", "--backend", backend)
    assert list(tmp_path.iterdir()) == []


def test_cuda_without_a_gpu_is_refused(tmp_path: Path) -> None:
    # No device is visible to the process, whatever the machine has.
    done = twin("run", "hall-2mw", "-o", tmp_path / "x.h5", "--backend", "cuda", CUDA_VISIBLE_DEVICES="")
    assert done.returncode == 2
    assert done.stderr.startswith("backend 'cuda' cannot be used: ")
    assert list(tmp_path.iterdir()) == []


def test_places_where_no_result_can_be_written(tmp_path: Path) -> None:
    there = tmp_path / "there.h5"
    there.write_text("mine")
    assert "exists already" in refused("run", "hall-2mw", "-o", there)
    assert there.read_text() == "mine"
    assert f"the folder {tmp_path}/none does not exist" in refused(
        "run", "hall-2mw", "-o", tmp_path / "none/x.h5"
    )
    assert "Not a directory" in refused("run", "hall-2mw", "-o", there / "x.h5")
    assert "exists already" in refused("run", "hall-2mw", "-o", tmp_path)
    assert "not both" in refused("run", "hall-2mw", "-o", there, "--overwrite", "--resume")
    assert "no such file" in refused("run", "hall-2mw", "-o", tmp_path / "x.h5", "--resume")
    assert "not an HDF5 file" in refused("run", "hall-2mw", "-o", there, "--resume")
    assert "is a file; expected a folder" in refused("demo", "-o", there)
    assert [path.name for path in tmp_path.iterdir()] == ["there.h5"]


def test_full_disk_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.h5"
    # Once without the limit, which would hold for the cache of compiled kernels, too.
    assert (
        twin("run", "hall-2mw", "-o", path, "--set", "run.duration=1 min", "--set", "events=[]").returncode
        == 0
    )
    path.unlink()
    done = twin("run", "hall-2mw", "-o", path, file_size=200_000)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert f"{path}: cannot be written: " in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_full_disk_below_the_cache_of_kernels(tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    done = twin(
        "run",
        "hall-2mw",
        "-o",
        tmp_path / "x.h5",
        file_size=1_000,
        TWIN_CACHE_DIR=cache,
        NUMBA_CACHE_DIR=cache,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "disk is full" in done.stderr
    assert not (tmp_path / "x.h5").exists()


def test_reports_that_cannot_be_made(tmp_path: Path) -> None:
    text = tmp_path / "text.h5"
    text.write_text("not HDF5")
    assert "text.h5: cannot be read as a result (not an HDF5 file)" in refused("report", text)
    assert "none.h5: no such file" in refused("report", tmp_path / "none.h5")
    result = tmp_path / "x.h5"
    assert (
        CliRunner()
        .invoke(app, ["run", "hall-2mw", "-o", str(result), "--set", "run.duration=90 s"])
        .exit_code
        == 0
    )
    assert "does not exist" in refused("report", result, "-o", tmp_path / "none/x.html")
    assert "would replace the result" in refused("report", result, "-o", result)
    done = twin("report", result, file_size=1_000_000)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "x.html: cannot be written: " in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["text.h5", "x.h5"]
    with open_result(result) as opened:
        assert opened.complete


def test_commands_that_are_given_the_wrong_thing(tmp_path: Path) -> None:
    assert re.search(
        r"study: this scenario has no study section", refused("size", "hall-2mw", "-o", tmp_path / "out")
    )
    assert "--count" in refused("size", "replace-diesel", "-o", tmp_path / "out", "--count", "0")
    assert "--seed" in refused("size", "replace-diesel", "-o", tmp_path / "out", "--seed", "-1")
    assert "there is no validation case 'gb'" in refused("validate", "gb")
    assert list(tmp_path.iterdir()) == []
