"""A small run for the tests of the recorder: numbers that follow from the interval alone, and a killable run.

Run as a program it kills its own children while they record:
`python recording.py FOLDER INTERVALS CHECKPOINT_EVERY step|time ROUNDS SEED`.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from twin import durable, recorder
from twin.kernels import fields
from twin.kernels.fields import Field
from twin.recorder import Recorder, RecordPlan

MEMBERS = 3
UNITS = {"rack": [f"cpu-{i:03d}" for i in range(7)], "ups": ["ups-a", "ups-b"], "battery": ["ups-a", "ups-b"]}
METADATA = {"title": "Recorder test", "scenario": "schema: 1\nname: test\n", "versions": "test"}


def plan(intervals: int, **changes: object) -> RecordPlan:
    """Members 0 and 2 of three; racks every third interval; four trace samples in each interval."""
    given = {
        "members": [0, 2],
        "site_every": 1,
        "rack_every": 3,
        "trace_every": 0.25,
        "interval": 1.0,
        "intervals": intervals,
        "start": "2019-08-09T15:51:00+00:00",
        "site": {"power_grid": Field("power_grid", "W", "power from the grid")},
        "trace": {
            "frequency": Field("frequency", "Hz", "grid frequency"),
            "power": Field("power", "W", "load"),
        },
        "units": UNITS,
    }
    return RecordPlan(**(given | changes))  # type: ignore[arg-type]


def states(k: int) -> dict[str, NDArray[np.float64]]:
    """Blocks whose every number tells class, interval, member, field and unit."""
    blocks = {block.name: len(block.states) for block in fields.BLOCKS}
    found = {}
    for name, units in UNITS.items():
        m, f, u = np.meshgrid(
            np.arange(MEMBERS), np.arange(blocks[name]), np.arange(len(units)), indexing="ij"
        )
        found[name] = np.sin(k + 0.1 * m) + f + 0.01 * u
        mode = [f.name for f in fields.RACK.states].index("mode")
        if name == "rack":
            found[name][:, mode, :] = k % 4
    return found


def site(k: int) -> dict[str, NDArray[np.float64]]:
    """One site channel."""
    return {"power_grid": 1e6 + k + 10.0 * np.arange(MEMBERS)}


def block(k: int) -> NDArray[np.float64]:
    """Trace samples of interval `k`."""
    m, s, c = np.meshgrid(np.arange(MEMBERS), np.arange(4), np.arange(2), indexing="ij")
    return 50.0 + np.cos(4 * k + s) + m + 100.0 * c


def record(rec: Recorder, first: int, intervals: int, every: int) -> None:
    """Record the intervals from `first` on, with a checkpoint after every `every`, and finish."""
    for k in range(first, intervals):
        if k % 5 == 0:
            rec.event(float(k), k % MEMBERS, "tick", "ups-a", f"Interval {k} has begun.")
        rec.trace(k, block(k))
        rec.sample(k, states(k), site(k))
        if (k + 1) % every == 0:
            rec.checkpoint(k, {"ups/state": states(k)["ups"], "count": np.array(k)})
    finish(rec)


def finish(rec: Recorder) -> None:
    """Finish with a small summary."""
    ones = np.ones(MEMBERS)
    rec.finish(
        {"power_max": (1.5e6, "W", "largest power from the grid"), "verdict": ("survived", "1", "in a word")},
        {
            "ups": {
                "e_in": 5 * ones,
                "e_out": 4 * ones,
                "e_loss": ones,
                "stored": 0 * ones,
                "residual": 0 * ones,
            }
        },
        {"survived": (ones, "s", "time survived")},
    )


def contents(path: Path) -> dict[str, object]:
    """Everything in a result file but the instant it was created, comparable with `==`."""
    found: dict[str, object] = {}

    def visit(name: str, item: h5py.Group | h5py.Dataset) -> None:
        hidden = ("DIMENSION_LIST", "REFERENCE_LIST")
        found[name + "@"] = sorted((k, str(v)) for k, v in item.attrs.items() if k not in hidden)
        if isinstance(item, h5py.Dataset):
            values = item[()]
            text = h5py.check_string_dtype(item.dtype) is not None
            raw = (
                values
                if not isinstance(values, np.ndarray)
                else values.tolist()
                if text
                else values.tobytes()
            )
            found[name] = (str(item.dtype), item.shape, raw)

    with h5py.File(path, "r") as file:
        file.visititems(visit)
        found["@"] = sorted((k, str(v)) for k, v in file.attrs.items() if k != "created")
    return found


def run_or_resume(path: Path, intervals: int, every: int) -> None:
    """Record a run, or the rest of the one that lies at `path`."""
    if path.exists():
        rec, first, arrays = Recorder.resume(path, METADATA, plan(intervals))
        if first:
            assert int(arrays["count"]) == first - 1
            assert np.array_equal(arrays["ups/state"], states(first - 1)["ups"])
    else:
        rec, first = Recorder.create(path, plan(intervals), METADATA), 0
    record(rec, first, intervals, every)


def die_at(step: int) -> None:
    """Let this process kill itself in its `step`-th write (half of it done), rename, unlink or fsync."""
    taken = 0

    def counted(call: Callable[..., Any], partly: Callable[..., Any] | None = None) -> Callable[..., Any]:
        def stepped(*args: Any, **named: Any) -> Any:
            nonlocal taken
            taken += 1
            if taken == step:
                if partly is not None:
                    partly(*args)
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **named)

        return stepped

    write = durable.write_all

    def half(file: Any, at: int, data: Any) -> None:
        view = memoryview(data).cast("B")
        write(file, at, view[: view.nbytes // 2])

    durable.write_all = recorder.write_all = counted(write, half)  # type: ignore[assignment]
    os.fsync = counted(os.fsync)  # type: ignore[assignment]
    Path.replace = counted(Path.replace)  # type: ignore[method-assign]
    Path.unlink = counted(Path.unlink)  # type: ignore[method-assign]


def killed(path: Path, intervals: int, every: int, step: int | None, delay: float) -> bool:
    """Run in a child that dies in its `step`-th step or is killed after `delay` s; False if it finished."""
    child = os.fork()
    if child == 0:
        try:
            if step is not None:
                die_at(step)
            run_or_resume(path, intervals, every)
        except BaseException:
            traceback.print_exc()
            os._exit(3)
        os._exit(0)
    if step is None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("a child failed")
    return os.WIFSIGNALED(status)


def check_incomplete(path: Path) -> None:
    """Check that what a kill left opens and says what it is."""
    with h5py.File(path, "r") as file:
        assert file.attrs["status"] == "incomplete"
        times = file["ups"]["time"][()]
        field = [f.name for f in fields.UPS.states].index("power_out")
        for k in np.flatnonzero(np.isfinite(times)):
            assert np.array_equal(file["ups"]["power_out"][k], states(k)["ups"][[0, 2], field])


def timed(path: Path, intervals: int, every: int) -> float:
    """How long an undisturbed run takes [s]."""
    started = time.perf_counter()
    run_or_resume(path, intervals, every)
    return time.perf_counter() - started


def torture(folder: Path, intervals: int, every: int, how: str, rounds: int, seed: int) -> None:
    """Kill runs again and again, each until it is complete, and compare them with an undisturbed one."""
    rng = random.Random(seed)
    whole = folder / "whole.h5"
    run_or_resume(whole, intervals, every)
    expected = contents(whole)
    # The quickest of a few: a time that a busy machine drew out would let most runs end before they are killed.
    typical = min(timed(folder / f"timed-{n}.h5", intervals, every) for n in range(5))
    kills = 0
    for n in range(rounds):
        path = folder / f"{how}-{n}.h5"
        while True:
            step = rng.randrange(1, 400) if how == "step" else None
            dead = killed(path, intervals, every, step, rng.uniform(0.0, 1.2 * typical))
            kills += dead
            if path.exists():
                with h5py.File(path, "r") as file:
                    complete = file.attrs["status"] == "complete"
                if complete:
                    break
                check_incomplete(path)
            else:
                assert dead
        assert contents(path) == expected, f"run {n} differs"
        for left in folder.glob(f"{path.name}.*"):
            # What a kill in the last step leaves behind belongs to no file any more.
            assert left.suffix in (".checkpoint", ".new")
    print(f"{kills} kills")


if __name__ == "__main__":
    torture(
        Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5]), int(sys.argv[6])
    )
