"""Actions in a run: at their instants, in the log, and again after an interruption to the same bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from twin.engine import Run, checkpoint_arrays, go, restore
from twin.ensemble.schedule import COARSE, Phase, intervals
from twin.kernels import fields as f
from twin.result import open_result
from twin.run import execute, prepare
from twin.scenario.load import load

SMALL = ("racks.cpu.lump=80", "racks.gpu.lump=20", "record.trace=null", "run.settle=2 s", "run.coarse_step=1 s",
         "run.step=100 ms")  # fmt: skip
EVENTS = (
    "events=[{type: failure, at: 4.5 s, unit: feed-a, part: feed, repair: 6 s}, "
    "{type: failure, at: 6 s, unit: plant-1, part: pump, repair: 20 s}, "
    "{type: failure, at: 12 s, unit: gen-a.1, part: generator, repair: 30 s}, "
    "{type: operation, at: 15 s, unit: bus-b, do: start-generators}]"
)
SHORT = (*SMALL, "run.duration=40 s", EVENTS)


def ready(*overrides: str) -> Run:
    return prepare(load("hall-2mw", overrides), "cpu")[0]


def stop_after(run: Run, intervals_done: int) -> Run:
    whole = run.timing.intervals
    run.timing.intervals = intervals_done
    go(run)
    run.timing.intervals = whole
    return run


def test_each_action_is_there_from_its_interval_on() -> None:
    run = ready(*SHORT)
    states = run.machine.states()
    seen = {}
    for k in range(1, 31):
        stop_after(run, k)
        seen[k] = (
            states["feed"][0, f.FEED_VOLTAGE, 0],
            states["plant"][0, f.PLANT_PUMPS_OUT, 0],
            states["genset"][0, f.GEN_UNAVAILABLE, 0],
            states["genset"][0, f.GEN_MODE, 2] != f.GEN_STOPPED,
        )
    # Interval k runs from k - 1 to k seconds. The feed fails at 4.5 s, so from the interval that starts at 5 s; it is
    # repaired at 10.5 s to the step, which the kernel sees itself.
    assert [k for k, row in seen.items() if row[0] == 0.0] == [6, 7, 8, 9, 10]
    assert [k for k, row in seen.items() if row[1] == 1.0] == list(range(7, 27))
    assert [k for k, row in seen.items() if row[2] == 1.0] == list(range(13, 31))
    assert [k for k, row in seen.items() if row[3]] == list(range(16, 31))
    # Steps are fine around what is known to come.
    assert all(np.isclose(run.known, at).any() for at in (5.0, 6.0, 12.0, 15.0, 26.0))


def test_a_restored_run_with_actions_goes_on_to_the_same_bits() -> None:
    whole = ready(*SHORT)
    go(whole)
    for cut in (5, 13, 27):
        first = stop_after(ready(*SHORT), cut)
        saved = {name: np.array(a) for name, a in checkpoint_arrays(first, first.machine.states()).items()}
        second = ready(*SHORT)
        restore(second, cut, saved)
        go(second)
        for name, block in whole.machine.states().items():
            np.testing.assert_array_equal(block, second.machine.states()[name], err_msg=f"{name} from {cut}")


def test_actions_are_told_in_the_log(tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    execute(load("hall-2mw", (*SMALL, "run.duration=16 s", EVENTS)), path, "cpu")
    with open_result(path) as result:
        told = {(event.t, event.kind, event.unit): event.text for event in result.events}
    assert told[4.5, "failure", "feed-a"] == "Failure: feed-a is dead (scenario event)."
    assert told[6.0, "failure", "plant-1"] == "Failure: 1 of the pumps of plant-1 (scenario event)."
    # What lies after the end of the run is not told.
    assert all(time < 16.0 for time, *_ in told)


@pytest.mark.parametrize("schedule", [COARSE, (Phase(1e9, 60.0, 0, 1),)])
def test_a_schedule_begins_anew_at_every_stop(schedule: tuple[Phase, ...]) -> None:
    stops = np.array([0.0, 0.5, 3.0, 700.0, 20_000.0])
    found = list(intervals(schedule, 30_000.0, stops))
    t = 0.0
    for start, phase in found:
        assert start == pytest.approx(t, abs=1e-6)
        if phase.thermal_every:
            assert phase.steps % phase.thermal_every == 0
        t = start + phase.step * phase.steps
    assert t >= 30_000.0
    begun = np.array([start for start, _ in found])
    for stop in stops[1:]:
        after = begun[begun >= stop - 1e-9][0]
        at = next(k for k, (start, _) in enumerate(found) if start == after)
        # At the first thermal step at or after it, with the first steps of the schedule.
        thermal = found[at - 1][1].step * max(found[at - 1][1].thermal_every, 1)
        assert after - stop < thermal
        assert found[at][1].step == schedule[0].step
