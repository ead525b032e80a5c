"""The loop at its edges: traces of odd spacing, plans across a resumption, work at the end of a run."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from twin.channels import site_power, ups_soc
from twin.disturbances import seen_by_a_step
from twin.engine import Run, checkpoint_arrays, go, lay_out, restore
from twin.kernels import fields as f
from twin.policies.arbitrage import Arbitrage
from twin.policies.control import Controls, View
from twin.policies.shifting import LoadShifting
from twin.run import execute, prepare
from twin.scenario.load import load

QUIET = ("events=[]", "record.trace=null")
BESS = (
    "electrical.storage={bess: {bus: bus-a, battery: {type: lfp-280ah}, converter: {type: pcs-generic},"
    " power: 1 MW, energy: 2 MWh, reserve: 0.2, initial_soc: 0.5}}"
)


def prepared(*overrides: str) -> Run:
    return prepare(load("hall-2mw", overrides), "cpu")[0]


@pytest.mark.parametrize(("spacing", "samples"), [("40 ms", 25), ("125 ms", 8), ("250 ms", 4)])
def test_a_trace_need_not_fit_the_coarse_step(tmp_path: Path, spacing: str, samples: int) -> None:
    """Coarse 100 ms, fine 5 ms: a quiet second has as many samples as a disturbed one, and all are values."""
    path = tmp_path / "run.h5"
    scenario = load(
        "hall-2mw",
        (
            "run.duration=40 s", "run.settle=1 s", "run.step=5 ms", f"record.trace={spacing}",
            "events=[{type: sag, at: 20 s, duration: 66 ms, residual: 0.3, feeds: all}]",
        ),
    )  # fmt: skip
    execute(scenario, path, "cpu")
    with h5py.File(path) as file:
        voltage = file["trace/voltage_feed"][:, 0]
        grid = file["trace/power_grid"][:, 0]
    assert voltage.shape[0] == 40 * samples
    assert np.isfinite(grid).all() and (grid > 0.0)[: 19 * samples].all()
    assert (voltage[: 20 * samples] == 1.0).all()


def test_coarse_samples_always_fit_the_trace() -> None:
    run = prepared("run.duration=2 min", "events=[]", "record.trace=125 ms", "run.step=5 ms")
    row = run.inputs.row(0)
    interval = lay_out(run, 0.0, Controls.at_rest(1, run.site, row["utilisation"], row["signal"]))
    assert interval.steps // interval.trace_every <= run.machine.trace.shape[1]


def test_a_run_resumed_within_an_hour_follows_the_plan_of_that_hour() -> None:
    """The plan was made from the charge at the hour's start, which is gone by the checkpoint."""
    overrides = (
        *QUIET, BESS, "run.duration=2 h", "run.control_interval=60 s", "run.coarse_step=1 s",
        "run.thermal_step=10 s", "record.site=60 s", "record.racks=60 s",
        "policies=[{type: arbitrage, storage: [bess], horizon: 2 h, reserve: 0.2}]",
    )  # fmt: skip

    def made() -> Run:
        run = prepared(*overrides)
        run.inputs.price = Steps([500.0, 20.0, 100.0])  # type: ignore[assignment]
        return run

    whole = made()
    go(whole)
    first = made()
    stop_at(first, 30)
    assert first.machine.states()["pcs"][0, f.PCS_POWER, 0] > 1e5
    saved = {name: np.array(a) for name, a in checkpoint_arrays(first, first.machine.states()).items()}
    second = made()
    restore(second, 30, saved)
    go(second)
    for name, block in whole.machine.states().items():
        np.testing.assert_array_equal(block, second.machine.states()[name], err_msg=name)


class Steps:
    """A price per period, hours by default [money/MWh]."""

    def __init__(self, prices: list[float], length: float = 3600.0) -> None:
        self.prices = np.array(prices) / 3.6e9
        self.length = length

    def at(self, t: np.ndarray) -> np.ndarray:
        hour = (np.asarray(t) // self.length).astype(int)
        return self.prices[np.minimum(hour, self.prices.size - 1)]


class StoppedError(Exception):
    """A run was interrupted."""


def stop_at(run: Run, k: int) -> None:
    def progress(done: int) -> None:
        if done == k:
            raise StoppedError

    with pytest.raises(StoppedError):
        go(run, None, progress)


def test_arbitrage_plans_above_the_reserve_its_converter_keeps() -> None:
    """Energy below the converter's reserve is not for sale: a plan that counts on it sells in the wrong hour."""
    run = prepared(*QUIET, BESS.replace("reserve: 0.2", "reserve: 0.5"), "run.duration=2 min")
    run.inputs.price = Steps([500.0, 20.0, 20.0])  # type: ignore[assignment]
    states = run.machine.states()
    view = View(0.0, 1.0, 3 * 3600.0, run.site, states, run.inputs)
    own, lower = (Arbitrage([0], 3 * 3600.0, reserve)._plan(view, 0) for reserve in (0.5, 0.0))
    np.testing.assert_array_equal(lower, own)
    np.testing.assert_array_equal(own, 0.0)


@pytest.mark.parametrize("interval", [1.0, 1800.0])
def test_work_is_not_moved_beyond_the_end_of_the_run(interval: float) -> None:
    """A window of a day in a run of two hours, the last hour cheap: the work is done within the run."""
    run = prepared(*QUIET, "run.duration=2 min")
    run.inputs.price = Steps([80.0, 10.0])  # type: ignore[assignment]
    row = run.inputs.row(0)
    column = next(k for k, (source, _) in enumerate(run.inputs.workload) if source is None)
    run.inputs.workload[column] = (None, 0.6)
    policy = LoadShifting([column], 0.5, 86400.0)
    done = []
    for t in np.arange(0.0, 7200.0, interval):
        controls = Controls.at_rest(1, run.site, row["utilisation"], row["signal"])
        policy.act(View(float(t), interval, 7200.0, run.site, {}, run.inputs), controls)
        done.append(controls.utilisation[0, column])
    assert np.mean(done) == pytest.approx(0.6, rel=1e-9)
    assert done[-1] > done[0]


def test_prices_within_the_hour_count() -> None:
    """A quarter of an hour at a peak price does not make a dear hour of it, wherever it falls."""
    run = prepared(*QUIET, BESS, "run.duration=2 min")
    plans = []
    for peak in range(4):
        quarters = [40.0] * 12
        quarters[peak] = 200.0
        run.inputs.price = Steps(quarters, 900.0)  # type: ignore[assignment]
        view = View(0.0, 1.0, 3 * 3600.0, run.site, run.machine.states(), run.inputs)
        plans.append(Arbitrage([0], 3 * 3600.0, 0.2)._plan(view, 0))
    assert plans[0][0, 0] > 1e5
    for plan in plans[1:]:
        np.testing.assert_allclose(plan, plans[0], rtol=1e-9)


def test_the_work_of_a_period_is_its_mean() -> None:
    """Work that comes in bursts at the start of each quarter of an hour is not taken for the whole quarter."""
    run = prepared(*QUIET, "run.duration=2 min")
    run.inputs.price = Steps([80.0, 10.0])  # type: ignore[assignment]
    row = run.inputs.row(0)
    run.inputs.workload[0] = (Burst(), 0.0)  # type: ignore[assignment]
    policy = LoadShifting([0], 0.5, 7200.0)
    done = []
    for t in np.arange(0.0, 7200.0, 60.0):
        controls = Controls.at_rest(1, run.site, row["utilisation"], row["signal"])
        policy.act(View(float(t), 60.0, 7200.0, run.site, {}, run.inputs), controls)
        done.append(controls.utilisation[0, 0])
    assert np.mean(done) == pytest.approx(0.2 + 0.6 / 3.0, rel=1e-9)


class Burst:
    """Full for five minutes of each quarter of an hour, low for ten."""

    def at(self, t: np.ndarray) -> np.ndarray:
        return np.where(np.mod(np.asarray(t), 900.0) < 300.0, 0.8, 0.2)


def test_racks_without_ups_do_not_empty_the_lowest_charge() -> None:
    run = prepared(*QUIET, "run.duration=2 min", "racks.gpu.ups=null", "racks.gpu.bus=bus-a")
    assert ups_soc(run.machine.states(), run.site)[0] == 1.0
    direct = prepared(
        *QUIET, "run.duration=2 min", "racks.gpu.ups=null", "racks.gpu.bus=bus-a", "racks.cpu.ups=null",
        "racks.cpu.bus=bus-b", "electrical.ups={}", "cooling.halls.hall-1.fans_on=bus-a",
        "cooling.plants.plant-1.pumps_on=bus-a",
    )  # fmt: skip
    assert np.isnan(ups_soc(direct.machine.states(), direct.site)).all()


def test_charging_is_not_power_the_site_uses() -> None:
    """With UPS batteries charging, the site's power is that of the same site with full ones."""
    found = []
    for soc in (1.0, 0.5):
        run = prepared(*QUIET, "run.duration=5 s", f"electrical.ups.ups-1.initial_soc={soc}")
        go(run)
        states = run.machine.states()
        found.append((site_power(states)[0], states["feed"][0, f.FEED_POWER].sum()))
    assert found[1][1] > 1.05 * found[0][1]
    assert found[1][0] == pytest.approx(found[0][0], rel=5e-3)


@pytest.mark.parametrize(("at", "duration"), [("20 s", "5 ms"), ("20.003 s", "5 ms"), ("20.003 s", "12 ms")])
def test_a_sag_shorter_than_a_step_is_not_missed(at: str, duration: str) -> None:
    """Steps of 10 ms: a sag from 20.003 to 20.008 s lies between the starts of two."""
    sag = f"events=[{{type: sag, at: {at}, duration: {duration}, residual: 0.3, feeds: all}}]"
    run = prepared("record.trace=null", "run.duration=30 s", "run.step=10 ms", sag)
    go(run)
    assert (run.machine.states()["ups"][0, f.UPS_TRANSFERS] == 1.0).all()


@pytest.mark.parametrize(
    ("start", "end", "seen"),
    [
        (20.0, 20.005, (20.0, 20.005)),
        (20.003, 20.008, (20.0, 20.01)),
        (20.003, 20.01, (20.0, 20.01)),
        (20.003, 20.012, (20.003, 20.012)),
        (0.3, 0.305, (0.3, 0.305)),
        (0.0, 60.0, (0.0, 60.0)),
    ],
)
def test_only_what_no_step_would_see_is_moved(start: float, end: float, seen: tuple[float, float]) -> None:
    assert seen_by_a_step(start, end, 0.01) == pytest.approx(seen, abs=1e-12)
