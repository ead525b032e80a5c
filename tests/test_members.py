"""A run with members: each has its own luck with its generators, drawn from the seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from twin.result import open_result
from twin.run import execute, prepare
from twin.scenario.load import load

RISKY = ("electrical.generators.gen-a.start_failure=0.5", "electrical.generators.gen-b.start_failure=0.5")


def run(path: Path, *overrides: str) -> dict[str, np.ndarray]:
    execute(load("hall-2mw", ["run.duration=2 min", "record.trace=null", *RISKY, *overrides]), path, "cpu")
    with open_result(path) as result:
        return {name: np.asarray(column.value) for name, column in result.members.items()}


def test_members_differ_by_their_generators_and_repeat_with_the_seed(tmp_path: Path) -> None:
    first = run(tmp_path / "a.h5", "run.members=16")
    assert first["fuel"].shape == (16,)
    # Sets that fail to start burn nothing: from none to all four of them.
    assert np.unique(first["fuel"].round(6)).size > 2
    again = run(tmp_path / "b.h5", "run.members=16")
    other = run(tmp_path / "c.h5", "run.members=16", "run.seed=2")
    for name, values in first.items():
        np.testing.assert_array_equal(values, again[name])
    assert not np.array_equal(first["fuel"], other["fuel"])


def test_a_member_has_the_same_luck_however_many_there_are(tmp_path: Path) -> None:
    few = run(tmp_path / "a.h5", "run.members=4")
    many = run(tmp_path / "b.h5", "run.members=12")
    for name, values in few.items():
        np.testing.assert_array_equal(values, many[name][:4])


def test_draws_follow_their_chances() -> None:
    run, _ = prepare(load("hall-2mw", ["run.members=2000", "record.trace=null", *RISKY]), "cpu")
    from twin.kernels import fields as f

    fails = run.machine.states()["genset"][:, f.GEN_START_FAILS]
    # 8,000 draws at one half: four standard deviations are 0.022.
    assert fails.mean() == pytest.approx(0.5, abs=0.022)
