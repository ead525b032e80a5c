"""A synthetic result, with and without the places of its racks."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest

from twin.result import Result, open_result

sys.path[:0] = [str(Path(__file__).parents[1] / "report"), str(Path(__file__).parents[1])]

LAYOUT = "{rows: 10, racks_per_row: 20, pitch: 0.8 m, depth: 1.1 m, height: 2 m, arrangement: ARRANGEMENT}"


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import synthetic

    return synthetic.write(tmp_path_factory.mktemp("scene") / "one.h5")


@pytest.fixture
def result(source: Path) -> Iterator[Result]:
    with open_result(source) as opened:
        yield opened


@pytest.fixture(params=["alternating", "same-way"])
def placed(source: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Result]:
    """The same result with a layout of ten rows of twenty racks, and a tank of 100 cubic metres."""
    target = tmp_path / "placed.h5"
    shutil.copy(source, target)
    number = np.arange(200)
    row = number // 20
    with h5py.File(target, "r+") as file:
        file.create_dataset("racks/hall", data=np.zeros(200, dtype=np.int64))
        file.create_dataset("racks/row", data=row)
        file.create_dataset("racks/x", data=0.8 * (number % 20 + 0.5))
        file.create_dataset("racks/y", data=2.3 * row + 0.55)
        file.attrs["scenario"] = (
            f"cooling: {{halls: {{hall-1: {{layout: {LAYOUT.replace('ARRANGEMENT', request.param)}}}}},"
            " plants: {plant-1: {buffer_tank: 100 m^3}}}"
        )
    with open_result(target) as opened:
        yield opened
