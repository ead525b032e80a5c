"""Helpers of the first start: they compile what the loop asks for, and never outlive the first interval."""

from __future__ import annotations

import ast
import inspect
import subprocess
from pathlib import Path
from typing import Any

import numba
import pytest
from numba import config

from twin.kernels import step_cpu, warm


def called(*functions: Any) -> list[str]:
    """Names of the functions that functions call, in order."""
    found = []
    for function in functions:
        tree = ast.parse(inspect.getsource(getattr(function, "py_func", function)))
        calls = [
            node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        found += [node.func.id for node in sorted(calls, key=lambda node: (node.lineno, node.col_offset))]
    return found


def test_every_phase_is_met_by_the_loop_in_this_order() -> None:
    # What a function calls is met where the function is.
    met = called(step_cpu.member_interval)
    place = met.index("electrical_step")
    met = met[:place] + called(step_cpu.electrical_step) + met[place + 1 :]
    places = [met.index(name) for name in warm.PHASES]
    assert places == sorted(places)


def test_signatures_are_told_by_names_and_annotations() -> None:
    block, number = numba.float64[:, ::1], numba.float64
    assert warm.signature_of(step_cpu.feed_step) == (
        block, numba.int64, number, number, number, number, number, block,
    )  # fmt: skip
    thermal = step_cpu.thermal_step
    names = inspect.signature(getattr(thermal, "py_func", thermal)).parameters
    lines = dict(zip(names, warm.signature_of(thermal), strict=True))
    assert lines["links"] == numba.int64[::1]
    assert lines["signal"] == numba.float64[::1]
    assert lines["s_rack"] == block
    assert lines["dt"] == number


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
def test_the_loop_calls_a_phase_with_the_types_it_is_compiled_for() -> None:
    """Type inference of a loop over a small phase asks for the very signature that a helper compiles."""

    @numba.njit
    def loop(s_pdu, p_rack, s_rack, links, t, dt):  # type: ignore[no-untyped-def]
        for i in range(s_pdu.shape[1]):
            step_cpu.row_step(i, s_pdu, p_rack, s_rack, links[i], links[i + 1], t, dt)

    block, number = numba.float64[:, ::1], numba.float64
    loop.compile((block, block, block, numba.int64[::1], number, number))
    assert warm.signature_of(step_cpu.row_step) in step_cpu.row_step.signatures


class Process:
    """A process that only remembers how it was treated."""

    ended = 0

    def kill(self) -> None:
        Process.ended += 1

    def wait(self) -> None:
        pass


def launched(monkeypatch: pytest.MonkeyPatch, folder: Path, cores: int) -> list[dict[str, Any]]:
    """How helpers are started where the cache is `folder`."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(config, "CACHE_DIR", str(folder))
    monkeypatch.setattr(config, "DISABLE_JIT", 0)

    def launch(command: list[str], **options: Any) -> Process:
        found.append({"code": command[-1], **options})
        return Process()

    with monkeypatch.context() as patched:
        patched.setattr(warm, "helpers_of", lambda _: cores)
        with warm.Helpers(launch):
            pass
    return found


def test_helpers_share_the_phases_and_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "kernels-0"
    folder.mkdir()
    before = Process.ended
    found = launched(monkeypatch, folder, 2)
    assert [row["code"].partition("; ")[2] for row in found] == ["compile_share(0, 2)", "compile_share(1, 2)"]
    assert all(row["env"]["NUMBA_CACHE_DIR"] == str(folder) for row in found)
    assert all(row["stderr"] == subprocess.DEVNULL for row in found)
    assert Process.ended == before + 2
    phases = warm.phases()
    dealt = [phase for share in range(3) for phase in phases[::-1][share::3]]
    assert sorted(map(id, dealt)) == sorted(map(id, phases))


def test_no_helpers_where_there_is_nothing_to_gain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert launched(monkeypatch, elsewhere, 2) == []
    known = tmp_path / "kernels-1"
    (known / "sub").mkdir(parents=True)
    (known / "sub" / "step_cpu.run_interval-1.py311.nbi").write_bytes(b"")
    assert launched(monkeypatch, known, 2) == []
    assert warm.helpers_of(1) == 0
    assert [warm.helpers_of(cores) for cores in (2, 4, 64)] == [1, 3, 3]
