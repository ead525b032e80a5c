"""Reading result files: the numbers that were recorded, and plain words for files that are none."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
import recording
from recording import METADATA, plan, site, states

from twin.errors import InputError
from twin.kernels import fields
from twin.recorder import Recorder
from twin.result import Event, open_result

POWER = [f.name for f in fields.UPS.states].index("power_out")


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    recording.run_or_resume(tmp_path / "run.h5", 20, 7)
    return tmp_path / "run.h5"


@pytest.fixture
def incomplete(tmp_path: Path) -> Path:
    path = tmp_path / "part.h5"
    with Recorder.create(path, plan(20), METADATA) as rec:
        rec.event(2.5, 0, "mains lost", "feed-a", "Feed A failed.")
        for k in range(7):
            rec.trace(k, recording.block(k))
            rec.sample(k, states(k), site(k))
        rec.checkpoint(6, {})
    return path


def test_series_of_each_member(complete: Path) -> None:
    with open_result(complete) as result:
        for member in (0, 2):
            expected = np.array([states(k)["ups"][member, POWER] for k in range(20)])
            assert np.array_equal(result.series("ups", "power_out", member), expected)
        assert np.array_equal(result.series("ups", "power_out"), result.series("ups", "power_out", 0))
        assert np.array_equal(result.at("ups", "power_out", 7.9, 2), states(6)["ups"][2, POWER])
        assert np.array_equal(result.at("ups", "power_out", 0.0, 2), states(0)["ups"][2, POWER])
        assert result.series("rack", "power").shape == (7, 7)
        assert result.series("site", "power_grid", 2)[3] == site(3)["power_grid"][2]
        assert result.units("ups") == ["ups-a", "ups-b"]
        assert result.units("site") == []
        assert result.recorded_members("ups") == [0, 2]
        assert result.describe("ups", "power_out").unit == "W"
        assert result.has("ups", "power_out")
        assert not result.has("genset")
        assert not result.has("ups", "co2")


def test_tables(complete: Path) -> None:
    with open_result(complete) as result:
        assert result.title == "Recorder test"
        assert result.duration == 20.0
        assert result.start.isoformat() == "2019-08-09T15:51:00+00:00"
        assert result.events[1] == Event(5.0, 2, "tick", "ups-a", "Interval 5 has begun.")
        assert result.accounts["ups"]["e_in"].tolist() == [5.0, 5.0, 5.0]
        assert result.summary["power_max"].value == 1.5e6
        assert result.summary["verdict"].value == "survived"
        assert result.members["survived"].unit == "s"
        assert result.topology == []


def test_an_incomplete_file_must_be_asked_for(incomplete: Path) -> None:
    with pytest.raises(InputError, match="incomplete"):
        open_result(incomplete)
    with open_result(incomplete, incomplete=True) as result:
        assert not result.complete
        assert result.time("ups").tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
        assert result.series("ups", "power_out").shape == (7, 2)
        assert result.time("rack").tolist() == [3.0, 6.0]
        assert [event.text for event in result.events] == ["Feed A failed."]
        assert (result.summary, result.accounts, result.members) == ({}, {}, {})


def test_a_slab_at_a_time_is_the_whole(complete: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_result(complete) as result:
        whole = result.series("trace", "frequency", 2)
        monkeypatch.setattr("twin.result._SLAB", 7)
        parts = list(result.slabs("trace", "frequency", 2))
        assert len(parts) == 12
        assert np.array_equal(np.concatenate([part for _, part in parts]), whole)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an HDF5 file|cannot be read"),
        (b"time,power\n1,2\n", "cannot be read as a result"),
        (None, "no such"),
    ],
)
def test_foreign_files_are_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "x.h5"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        open_result(path)
    with pytest.raises(InputError, match="no such file"):
        open_result(tmp_path)


def test_other_hdf5_and_later_versions_are_refused(tmp_path: Path, complete: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = 1
    with pytest.raises(InputError, match="HDF5, but not a result"):
        open_result(tmp_path / "other.h5")
    with h5py.File(complete, "r+") as file:
        file.attrs["format_version"] = 99
    with pytest.raises(InputError, match="format version 99"):
        open_result(complete)
    complete.write_bytes(complete.read_bytes()[:3000])
    with pytest.raises(InputError, match="cannot be read as a result"):
        open_result(complete)


def test_unknown_names_are_answered_with_the_nearest(complete: Path) -> None:
    with open_result(complete) as result:
        with pytest.raises(InputError, match="did you mean 'power_out'"):
            result.series("ups", "power_ou")
        with pytest.raises(InputError, match="did you mean 'ups'"):
            result.series("upss", "power_out")
        with pytest.raises(InputError, match="member 1 was not recorded"):
            result.series("ups", "power_out", 1)
