"""The files of a study say what was found, and are whole or not there."""

from __future__ import annotations

import csv
import errno
import json
import os
from pathlib import Path

import pytest

from twin.errors import InputError
from twin.scenario.load import load
from twin.sizing import StudyResult, run_study, write_study
from twin.sizing import writing as w

FILES = ["designs.csv", "front.csv", "study.html", "study.json"]


@pytest.fixture(scope="module")
def result() -> StudyResult:
    few = [
        "study.designs.storage_power=[0 MW, 2.5 MW]",
        "study.designs.storage_energy=[4 MWh]",
        "study.designs.generators=[0, 1]",
        "study.baseline.generators=1",
    ]
    return run_study(load("replace-diesel", few), backend="cpu", count=6, seed=2)


def test_the_tables_hold_every_design(result: StudyResult, tmp_path: Path) -> None:
    paths = write_study(result, tmp_path / "a" / "b")
    assert [path.name for path in paths] == FILES
    with paths[0].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == [d.name for d in result.designs]
    for row, design in zip(rows, result.designs, strict=True):
        assert float(row["survival"]) == design.survival
        assert float(row["cost"]) == pytest.approx(design.cost.total)
        assert row["currency"] == "USD"
        assert float(row["unserved_mean_mwh"]) * 3.6e9 == pytest.approx(design.unserved_mean)
    with paths[1].open(newline="") as file:
        assert [row["name"] for row in csv.DictReader(file)] == [d.name for d in result.front]


def test_the_json_holds_everything(result: StudyResult, tmp_path: Path) -> None:
    data = json.loads(write_study(result, tmp_path)[3].read_text())
    assert (data["format"], data["schema"], data["seed"], data["count"]) == ("twin-study", 1, 2, 6)
    assert data["baseline"] == result.baseline.name
    assert len(data["designs"]) == len(result.designs)
    assert data["designs"][0]["endurance"]["share"][0] == 1.0
    assert data["versions"]["numpy"]
    assert data["notes"] == result.notes
    assert data["costs"]["generator"] == ["650 USD/kW", "REopt 3 default installed cost per kW (remembered)"]


def test_the_pareto_figure_reads_the_rows(result: StudyResult) -> None:
    from twin.plots.ensemble import pareto

    rows = [w.row(design, result.currency) for design in result.designs]
    assert pareto(rows).data


def test_a_second_study_replaces_the_first(result: StudyResult, tmp_path: Path) -> None:
    write_study(result, tmp_path)
    before = (tmp_path / "study.json").read_bytes()
    write_study(result, tmp_path)
    assert (tmp_path / "study.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES


def test_a_file_in_the_way_is_told(result: StudyResult, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(InputError, match=r"out: cannot be written"):
        write_study(result, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("fails", [0, 1, 2, 3])
def test_a_full_disk_leaves_what_was_there(
    result: StudyResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    write_study(result, tmp_path)
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    written = 0

    def full(path: Path, text: str) -> None:
        nonlocal written
        path.write_text(text[:10])
        if written == fails:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written += 1

    monkeypatch.setattr(w, "write_through", full)
    with pytest.raises(InputError, match="free some space"):
        write_study(result, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept
