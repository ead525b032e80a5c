"""`twin doctor`: every finding is made, and nothing that is broken stops it."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import numpy as np
import pytest
from command import twin

from twin import doctor, memory


def found() -> dict[str, str]:
    lines = [line.partition(":") for line in doctor.findings()]
    return {subject: text.strip() for subject, _, text in lines}


def test_every_subject_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWIN_DATA", raising=False)
    told = found()
    assert list(told) == list(doctor.CHECKS)
    assert not [text for text in told.values() if "cannot be found out" in text]
    assert platform.python_version() in told["program"]
    assert f"numpy {np.__version__}" in told["packages"]
    assert f"{len(os.sched_getaffinity(0))} cores" in told["processor"]
    assert "threads on layer" in told["numba"]
    assert "TWIN_DATA is not set" in told["data"]


def test_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TWIN_DATA", str(tmp_path / "none"))
    assert "is not a folder" in doctor.data()
    monkeypatch.setenv("TWIN_DATA", str(tmp_path))
    assert "holds no series" in doctor.data()
    (tmp_path / "price_hourly").mkdir()
    assert doctor.data().endswith(": price_hourly")


def test_a_check_that_breaks_is_told_and_the_rest_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise RuntimeError("driver mismatch")

    monkeypatch.setattr(doctor, "CHECKS", {"GPU": broken, "disk": doctor.disk})
    assert found()["GPU"] == "cannot be found out (RuntimeError: driver mismatch)"
    assert "GiB free" in found()["disk"]


def test_rendering_that_ends_its_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pyvista.py").write_text("import os, sys\nprint('no device', file=sys.stderr)\nos.abort()\n")
    (tmp_path / "PIL.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delenv("DISPLAY", raising=False)
    assert doctor.rendering().startswith("not working (EGL: no device; ")


def test_memory_in_control_groups(tmp_path: Path) -> None:
    file = tmp_path / "max"
    for text, expected in (
        ("max\n", None),
        ("4294967296\n", 2.0**32),
        ("150000 100000\n", 1.5),
        ("max 100000\n", None),
    ):
        file.write_text(text)
        assert memory.control_group(file) == expected
    assert memory.control_group(tmp_path / "none") is None
    assert 0.0 < memory.available_memory() <= memory.total_memory()


def test_command() -> None:
    done = twin("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(doctor.CHECKS)
