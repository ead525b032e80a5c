"""The command line: quick help, exit statuses, progress, and runs that are interrupted and resumed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pytest
from command import TWIN, environment, twin
from typer.testing import CliRunner

from twin import __version__, run, validate
from twin.cli import app
from twin.errors import InputError
from twin.result import open_result

COMMANDS = (
    "check",
    "run",
    "report",
    "view",
    "size",
    "faults",
    "validate",
    "bench",
    "demo",
    "schema",
    "doctor",
)
HEAVY = ("numba", "numpy", "pint", "pydantic", "scipy", "h5py", "plotly", "ruamel.yaml")

# Long enough for two checkpoints; with an outage, so that modes, generators and batteries have to be resumed.
LONG = ("--set", "run.duration=20 min", "--set", "record.trace=100 ms")


def test_help_answers_within_a_second() -> None:
    fastest = min(_seconds("--help") for _ in range(3))
    assert fastest < 1.0


def _seconds(*arguments: str) -> float:
    begun = time.perf_counter()
    assert twin(*arguments).returncode == 0
    return time.perf_counter() - begun


def test_help_imports_nothing_heavy() -> None:
    code = f"import sys, twin.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0
    assert f"Usage: twin {command}" in shown.output.replace("root", "twin")


def test_version() -> None:
    done = twin("--version")
    assert (done.returncode, done.stdout.strip()) == (0, __version__)


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("run",), ("run", "hall-2mw"), ("run", "hall-2mw", "--no")]
)
def test_wrong_usage_ends_with_status_2(arguments: tuple[str, ...]) -> None:
    done = twin(*arguments)
    assert done.returncode == 2
    assert "Usage: twin" in done.stderr
    assert "Traceback" not in done.stderr


def test_failed_validation_ends_with_status_1(monkeypatch: pytest.MonkeyPatch) -> None:
    case = validate.load_case("gb_2019_08_09")
    monkeypatch.setattr(validate, "validate", lambda *_: [validate.Result(case, ())])
    done = CliRunner().invoke(app, ["validate"])
    assert done.exit_code == 1
    assert "gb_2019_08_09: FAILED" in done.stdout


def test_mistakes_are_one_message_on_standard_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise InputError("the message")

    monkeypatch.setattr(run, "execute", refuse)
    done = CliRunner().invoke(app, ["run", "hall-2mw", "-o", str(tmp_path / "x.h5")])
    assert (done.exit_code, done.stderr, done.stdout) == (2, "the message\n", "")


def test_a_defect_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(run, "execute", break_down)
    done = CliRunner().invoke(app, ["run", "hall-2mw", "-o", str(tmp_path / "x.h5")])
    assert isinstance(done.exception, ZeroDivisionError)


def test_interrupt_before_there_is_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "execute", stop)
    done = CliRunner().invoke(app, ["run", "hall-2mw", "-o", str(tmp_path / "x.h5")])
    assert (done.exit_code, done.stderr) == (130, "interrupted\n")


def test_study_file_may_be_run_and_says_what_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run, "execute", lambda *_, **__: (_ for _ in ()).throw(InputError("stop")))
    done = CliRunner().invoke(app, ["run", "replace-diesel", "-o", str(tmp_path / "x.h5")])
    assert "holds a study" in done.stderr


def test_progress_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    quiet = twin("run", "hall-2mw", "-o", tmp_path / "quiet.h5")
    assert (quiet.returncode, quiet.stderr) == (0, "")
    assert "All 100 racks kept working." in quiet.stdout
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [TWIN, "run", "hall-2mw", "-o", str(tmp_path / "shown.h5")],
        stdout=subprocess.DEVNULL, stderr=theirs, env=environment(TERM="xterm", COLUMNS="100"),
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while block := _read(ours):
        shown += block
    os.close(ours)
    assert process.wait() == 0
    assert b"hall-2mw" in shown
    assert b"%" in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side has closed
        return b""


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "whole.h5"
    assert twin("run", "hall-2mw", "-o", path, *LONG).returncode == 0
    return path


HEEDING = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
"""Runs a program that heeds an interrupt: a shell lets its background jobs ignore it, and they hand that on."""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_run_is_resumed_to_the_same_bits(
    tmp_path: Path, uninterrupted: Path, sent: signal.Signals
) -> None:
    path = tmp_path / "run.h5"
    process = subprocess.Popen(
        [sys.executable, "-c", HEEDING, TWIN, "run", "hall-2mw", "-o", str(path), *LONG],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
    )  # fmt: skip
    while not path.with_name("run.h5.checkpoint").exists():
        assert process.poll() is None, "the run ended before it could be interrupted"
        time.sleep(0.005)
    process.send_signal(sent)
    _, said = process.communicate()
    if sent == signal.SIGINT:
        assert process.returncode == 130
        assert said == f"interrupted; continue {path} with the same command and --resume\n"
    else:
        assert process.returncode == -signal.SIGKILL
    with pytest.raises(InputError, match="incomplete"):
        open_result(path)
    report = twin("report", path)
    assert report.returncode == 0
    assert "incomplete" in report.stderr
    assert "This run is not complete" in path.with_suffix(".html").read_text(encoding="utf-8")
    resumed = twin("run", "hall-2mw", "-o", path, *LONG, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert not path.with_name("run.h5.checkpoint").exists()
    same_bits(uninterrupted, path)


def same_bits(first: Path, second: Path) -> None:
    """Compare everything in two result files but the time they were written at."""
    with h5py.File(first, "r") as a, h5py.File(second, "r") as b:
        names_a, names_b = [], []
        a.visit(names_a.append)
        b.visit(names_b.append)
        assert names_a == names_b
        compared = 0
        for name in names_a:
            if isinstance(a[name], h5py.Dataset):
                x, y = np.asarray(a[name][()]), np.asarray(b[name][()])
                assert (x.dtype, x.shape) == (y.dtype, y.shape), name
                same = np.array_equal(x, y) if x.dtype.kind == "O" else x.tobytes() == y.tobytes()
                assert same, name
                compared += 1
        assert compared > 50
        own = {"created", "run_id"}
        assert {k: v for k, v in a.attrs.items() if k not in own} == {
            k: v for k, v in b.attrs.items() if k not in own
        }


def test_resume_refuses_another_scenario(tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    assert twin("run", "hall-2mw", "-o", path).returncode == 0
    done = twin("run", "hall-2mw", "-o", path, "--resume", "--set", "run.seed=2")
    assert done.returncode == 2
    assert "is complete" in done.stderr
