"""The recorder: what is in the file, and that neither a kill nor a full disk can hurt it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import h5py
import numpy as np
import pytest
import recording
from recording import METADATA, contents, plan, record, site, states

from twin.errors import InputError
from twin.kernels import fields
from twin.kernels.fields import Field
from twin.recorder import Recorder, RecordPlan, default_channels

HERE = Path(__file__).parent


def program(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def written(path: Path, intervals: int = 20, every: int = 7) -> Path:
    recording.run_or_resume(path, intervals, every)
    return path


def test_series_hold_what_was_sampled(tmp_path: Path) -> None:
    with h5py.File(written(tmp_path / "run.h5")) as file:
        assert file.attrs["status"] == "complete"
        power = [f.name for f in fields.UPS.states].index("power_out")
        for k in range(20):
            assert np.array_equal(file["ups/power_out"][k], states(k)["ups"][[0, 2], power])
            assert np.array_equal(file["site/power_grid"][k], site(k)["power_grid"][[0, 2]])
        inlet = [f.name for f in fields.RACK.states].index("temperature_inlet")
        ends = [2, 5, 8, 11, 14, 17, 19]
        assert file["rack/time"][()].tolist() == [k + 1.0 for k in ends]
        assert file["rack/temperature_inlet"].dtype == np.float32
        for row, k in enumerate(ends):
            expected = states(k)["rack"][[0, 2], inlet].astype(np.float32)
            assert np.array_equal(file["rack/temperature_inlet"][:, row], expected)
        assert file["trace/time"].shape == (80,)
        trace = np.concatenate([recording.block(k)[2, :, 0] for k in range(20)])
        assert np.array_equal(file["trace/frequency"][:, 1], trace.astype(np.float32))


def test_xarray_reads_names_units_and_time(tmp_path: Path) -> None:
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("h5netcdf")
    with xarray.open_datatree(written(tmp_path / "run.h5"), engine="h5netcdf") as tree:
        ups = tree["ups"].dataset
        assert ups.power_out.dims == ("time", "member", "ups")
        assert ups.power_out.attrs["units"] == "W"
        assert ups.power_out.attrs["long_name"] == "output power"
        assert ups.time.values[0] == np.datetime64("2019-08-09T15:51:01")
        assert ups.ups.values.tolist() == ["ups-a", "ups-b"]
        assert ups.member.values.tolist() == [0, 2]
        assert ups.mode.attrs["flag_meanings"] == "off normal on_battery eco bypass battery_test"
        assert tree["rack"].dataset.power.dims == ("member", "time", "rack")
        assert tree["trace"].dataset.time.values[0] == np.datetime64("2019-08-09T15:51:00.25")
        events = tree["events"].dataset
        assert events.t.values[1] == np.datetime64("2019-08-09T15:51:05")
        assert events.text.values[1] == "Interval 5 has begun."
        assert tree["accounts"].dataset.e_in.sel({"class": "ups", "member": 1}).item() == 5.0
        assert tree["summary"].dataset.power_max.attrs["units"] == "W"
        assert tree["members"].dataset.survived.sizes == {"member": 3}


def test_xarray_reads_an_incomplete_file_too(tmp_path: Path) -> None:
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("h5netcdf")
    path = tmp_path / "run.h5"
    with Recorder.create(path, plan(20), METADATA) as rec:
        for k in range(6):
            rec.trace(k, recording.block(k))
            rec.sample(k, states(k), site(k))
        rec.checkpoint(5, {})
    with xarray.open_datatree(path, engine="h5netcdf") as tree:
        assert tree.attrs["status"] == "incomplete"
        assert np.isnat(tree["ups"].dataset.time.values).tolist() == [False] * 6 + [True] * 14


def test_any_buffering_writes_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = contents(written(tmp_path / "one.h5"))
    monkeypatch.setattr("twin.recorder._BUFFER", 1)
    assert contents(written(tmp_path / "two.h5", every=3)) == whole


def test_large_racks_are_chunked_along_time(tmp_path: Path) -> None:
    racks = 300
    many = plan(400, units={"rack": [f"r{i}" for i in range(racks)]}, rack_every=1, trace_every=None, site={})
    block = np.zeros((3, len(fields.RACK.states), racks))
    with Recorder.create(tmp_path / "run.h5", many, METADATA) as rec:
        for k in range(400):
            block[:] = k + np.arange(racks)
            rec.sample(k, {"rack": block}, {})
        rec.finish({}, {}, {})
    with h5py.File(tmp_path / "run.h5") as file:
        power = file["rack/power"]
        assert power.chunks[:2] == (1, 400)
        assert power.compression == "gzip"
        assert np.array_equal(power[1, :, 7], np.arange(400, dtype=np.float32) + 7)


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="needs fork")
@pytest.mark.parametrize(("how", "rounds"), [("step", 12), ("time", 12)])
def test_a_killed_run_resumes_to_the_same_bits(tmp_path: Path, how: str, rounds: int) -> None:
    done = program("recording.py", tmp_path, 40, 6, how, rounds, 11)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[0]) >= rounds


FULL_DISK = """
    import resource, sys
    from pathlib import Path
    import h5py, numpy as np
    import recording
    from twin.errors import InputError
    from twin.recorder import Recorder

    def limit(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def refused(call):
        try:
            call()
        except InputError as error:
            print(error)
            assert str(path) in str(error) and "File too large" in str(error)
            return
        raise SystemExit("was not refused")

    path = Path(sys.argv[1])
    limit(4000)
    refused(lambda: Recorder.create(path, recording.plan(20), recording.METADATA))
    assert list(path.parent.iterdir()) == [], list(path.parent.iterdir())
    limit(resource.RLIM_INFINITY)
    rec = Recorder.create(path, recording.plan(20), recording.METADATA)
    for k in range(20):
        rec.trace(k, recording.block(k))
        rec.sample(k, recording.states(k), recording.site(k))
        if k % 5 == 0:
            rec.event(float(k), k % recording.MEMBERS, "tick", "ups-a", f"Interval {k} has begun.")
        if k == 9:
            rec.checkpoint(k, {"ups/state": recording.states(k)["ups"], "count": np.array(k)})
            limit(4000)
            refused(lambda: rec.checkpoint(k, {"large": np.zeros(10000)}))
            limit(resource.RLIM_INFINITY)
    for size in (0, 1000, 8000, 30000):
        limit(size)
        refused(lambda: recording.finish(rec))
        with h5py.File(path) as file:
            assert file.attrs["status"] == "incomplete"
        assert sorted(p.name for p in path.parent.iterdir()) == [path.name, path.name + ".checkpoint"]
    limit(resource.RLIM_INFINITY)
    rec.close()
    recording.run_or_resume(path, 20, 7)
"""


def test_a_full_disk_is_an_error_and_never_looks_complete(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    folder = tmp_path / "small"
    folder.mkdir()
    script = tmp_path / "full.py"
    script.write_text("import sys; sys.path.insert(0, '.')\n" + textwrap.dedent(FULL_DISK))
    done = program(script, folder / "run.h5")
    assert done.returncode == 0, done.stdout + done.stderr
    assert contents(folder / "run.h5") == contents(written(tmp_path / "whole.h5"))


def test_what_cannot_be_written_is_told_with_path_and_cause(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere.run\.h5.*No such file.*folder .*nowhere does not exist"):
        Recorder.create(tmp_path / "nowhere" / "run.h5", plan(5), METADATA)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="Not a directory"):
        Recorder.create(tmp_path / "file" / "run.h5", plan(5), METADATA)
    with pytest.raises(InputError, match="is a folder"):
        Recorder.create(tmp_path, plan(5), METADATA)


def test_an_existing_file_is_kept_until_the_new_run_stands(tmp_path: Path) -> None:
    path = written(tmp_path / "run.h5")
    before = path.read_bytes()
    with pytest.raises(InputError, match="exists already"):
        Recorder.create(path, plan(20), METADATA)
    too_large = plan(10**6, units={"rack": [f"r{i}" for i in range(10**5)]}, rack_every=1)
    with pytest.raises(InputError, match="cannot be written"):
        Recorder.create(path, too_large, METADATA, overwrite=True)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["run.h5"]
    with Recorder.create(path, plan(20), METADATA, overwrite=True):
        pass
    with h5py.File(path) as file:
        assert file.attrs["status"] == "incomplete"


def test_a_checkpoint_of_an_older_run_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    with Recorder.create(path, plan(5), METADATA) as rec:
        rec.trace(0, recording.block(0))
        rec.sample(0, states(0), site(0))
        rec.checkpoint(0, {"a": np.zeros(3)})
    old = (tmp_path / "run.h5.checkpoint").read_bytes()
    with Recorder.create(path, plan(5), METADATA, overwrite=True):
        pass
    (tmp_path / "run.h5.checkpoint").write_bytes(old)
    rec, first, arrays = Recorder.resume(path)
    rec.close()
    assert (first, arrays) == (0, {})


def test_resume_refuses_another_run(tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    with pytest.raises(InputError, match="no such file"):
        Recorder.resume(path)
    with Recorder.create(path, plan(5), METADATA):
        pass
    with pytest.raises(InputError, match="another versions"):
        Recorder.resume(path, METADATA | {"versions": "newer"})
    with pytest.raises(InputError, match="records something else"):
        Recorder.resume(path, METADATA, plan(6))
    (tmp_path / "run.h5.checkpoint").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(InputError, match="not a usable checkpoint"):
        Recorder.resume(path)
    with pytest.raises(InputError, match="nothing to resume"):
        Recorder.resume(written(tmp_path / "other.h5"))


def test_misuse_is_refused(tmp_path: Path) -> None:
    with Recorder.create(tmp_path / "run.h5", plan(5), METADATA) as rec:
        with pytest.raises(ValueError, match="does not follow"):
            rec.sample(1, states(1), site(1))
        rec.sample(0, states(0), site(0))
        with pytest.raises(ValueError, match="behind it: \\['trace'\\]"):
            rec.checkpoint(0, {})
        with pytest.raises(ValueError, match="out of order"):
            rec.trace(1, recording.block(1))
        with pytest.raises(ValueError, match="recorded up to interval 0 of 4"):
            rec.finish({}, {}, {})
    with pytest.raises(ValueError, match="itself: \\['status'\\]"):
        Recorder.create(tmp_path / "b.h5", plan(5), METADATA | {"status": "complete"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"members": [2, 0]},
        {"members": [0, 0]},
        {"rack_every": 0},
        {"trace_every": 0.3},
        {"start": "2019-08-09T15:51:00"},
        {"channels": {"ups": ("power_ouput",)}},
        {"channels": {"upss": ("power_out",)}},
    ],
)
def test_a_plan_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        plan(5, **wrong)


def test_a_run_needs_an_interval() -> None:
    with pytest.raises(ValueError, match="at least one interval"):
        plan(0)


def test_default_channels_exist_and_plans_survive_json() -> None:
    whole = plan(5, channels=default_channels())
    assert RecordPlan.from_json(whole.to_json()).to_json() == whole.to_json()
    assert RecordPlan.from_json(whole.to_json()).trace["frequency"] == Field(
        "frequency", "Hz", "grid frequency"
    )


def test_already_chosen_members_are_taken_as_they_are(tmp_path: Path) -> None:
    written(tmp_path / "all.h5")
    with Recorder.create(tmp_path / "chosen.h5", plan(20), METADATA) as rec:
        keep = [0, 2]
        for k in range(20):
            if k % 5 == 0:
                rec.event(float(k), k % 3, "tick", "ups-a", f"Interval {k} has begun.")
            rec.trace(k, recording.block(k)[keep])
            chosen = {name: block[keep] for name, block in states(k).items()}
            rec.sample(k, chosen, {"power_grid": site(k)["power_grid"][keep]})
        recording.finish(rec)
    assert contents(tmp_path / "chosen.h5") == contents(tmp_path / "all.h5")


def test_a_long_topology_fits(tmp_path: Path) -> None:
    with Recorder.create(tmp_path / "run.h5", plan(6), METADATA | {"topology": "x" * 300_000}) as rec:
        record(rec, 0, 6, 2)
    with h5py.File(tmp_path / "run.h5") as file:
        assert len(file.attrs["topology"]) == 300_000
