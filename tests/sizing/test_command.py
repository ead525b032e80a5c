"""`twin size` writes its files and says what it found."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.errors import InputError
from twin.scenario.load import load
from twin.sizing import command

FEW = [
    "study.designs.storage_power=[0 MW, 2.5 MW]",
    "study.designs.storage_energy=[4 MWh]",
    "study.designs.generators=[0, 2]",
    "study.baseline.generators=2",
]


def test_it_says_what_was_found(tmp_path: Path) -> None:
    told: list[float] = []
    lines = command.size_command(
        load("replace-diesel", FEW), tmp_path / "out", backend="cpu", count=5, seed=2, progress=told.append
    )
    assert lines[0].startswith("4 designs, each against the same 5 outages (1.33 a year, seed 2), on CPU")
    text = "\n".join(lines)
    assert "baseline  2 diesels: " in text
    assert "cheapest  2 diesels: 100.00 % survived" in text
    assert "draw more outages" in text
    assert "with  0   no storage of this study is enough" in text
    assert f"{tmp_path / 'out' / 'study.json'}: written" in text
    assert told[-1] == pytest.approx(1.0)


def test_no_design_is_good_enough(tmp_path: Path) -> None:
    none = [*FEW[:2], "study.designs.generators=[0]", "study.baseline.generators=0"]
    lines = command.size_command(load("replace-diesel", none), tmp_path, backend="cpu", count=5)
    assert any("no design survives 99 %" in line for line in lines)
    assert any(line.startswith("nearest   2.5 MW / 4 MWh + 0 diesels") for line in lines)


def test_a_folder_that_cannot_be_written_is_told_before_the_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("mine")
    monkeypatch.setattr(command, "run_study", lambda *_, **__: pytest.fail("the study was run"))
    with pytest.raises(InputError, match="cannot be written"):
        command.size_command(load("replace-diesel", FEW), tmp_path / "file")
