"""Runs whose steps follow what happens: the same answer as with fine steps throughout, in a fraction of the steps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from twin.engine import Run, go, intervals
from twin.kernels import fields as f
from twin.metrics import periods, write_csv
from twin.policies.control import Controls
from twin.report import write_report
from twin.result import open_result
from twin.run import execute, prepare
from twin.scenario.load import load

SITE = (
    "racks.cpu.lump=80", "racks.gpu.lump=20", "record.trace=null", "run.duration=2 h", "run.step=20 ms",
    "run.settle=5 s",
    "record.site=15 min", "record.racks=15 min", "events=[{type: outage, at: 1800 s, duration: 120 s, feeds: all}]",
)  # fmt: skip
LONG = ("run.control_interval=15 min", "run.coarse_step=60 s", "run.coarse_thermal_step=60 s")
FIXED = ("run.control_interval=60 s", "run.coarse_step=1 s")


def finished(*overrides: str) -> Run:
    run, _ = prepare(load("hall-2mw", (*SITE, *overrides)), "cpu")
    go(run)
    return run


def test_an_outage_ends_as_with_fine_steps() -> None:
    long, fixed = finished(*LONG), finished(*FIXED)
    a, b = long.machine.states(), fixed.machine.states()
    total = b["rack"][:, f.RACK_E_IN].sum()
    assert a["rack"][:, f.RACK_E_IN].sum() == pytest.approx(total, rel=1e-3)
    assert a["plant"][:, f.PLANT_WATER].sum() == pytest.approx(b["plant"][:, f.PLANT_WATER].sum(), rel=5e-3)
    # The generators hand back half an hour later, a transition that a coarse step may delay by up to two of them.
    late = 2.0 * 60.0 / 7200.0 * total * 1.3
    for block, row in (("feed", f.FEED_E_OUT), ("genset", f.GEN_E_OUT)):
        assert a[block][:, row].sum() == pytest.approx(b[block][:, row].sum(), abs=late), (block, row)
    given = [s["feed"][:, f.FEED_E_OUT].sum() + s["genset"][:, f.GEN_E_OUT].sum() for s in (a, b)]
    assert given[0] == pytest.approx(given[1], rel=3e-3)
    assert (a["rack"][:, f.RACK_LOST_AT] < 0.0).all() and (b["rack"][:, f.RACK_LOST_AT] < 0.0).all()
    assert a["genset"][:, f.GEN_STARTS].sum() == b["genset"][:, f.GEN_STARTS].sum()
    hottest = [s["rack"][:, f.RACK_T_INLET_MAX].max() for s in (a, b)]
    assert hottest[0] == pytest.approx(hottest[1], abs=0.3)


def test_where_nothing_happens_an_interval_is_one_call() -> None:
    run, _ = prepare(load("hall-2mw", (*SITE, *LONG, "events=[]")), "cpu")
    row = run.inputs.row(0)
    found = list(intervals(run, 0.0, Controls.at_rest(1, run.site, row["utilisation"], row["signal"])))
    assert [(i.step, i.steps, i.thermal_every) for i in found] == [(60.0, 15, 1)]


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged example, three days of it."""
    path = tmp_path_factory.mktemp("heat") / "park.h5"
    execute(load("park-heat-reuse", ["run.duration=3 day"]), path, "cpu")
    return path


def test_the_example_sells_heat_and_its_books_close(week: Path) -> None:
    with open_result(week) as run:
        summary = {name: float(q.value) for name, q in run.summary.items() if not isinstance(q.value, str)}
        assert summary["racks_lost"] == 0
        assert 0.5 < summary["heat_covered"] <= 1.0
        assert 0.2 < summary["erf"] < 1.0
        assert summary["revenue_heat"] == pytest.approx(25.0 * summary["energy_reuse"] / 3.6e9)
        assert summary["erf"] == pytest.approx(
            summary["energy_reuse"] / (summary["energy_grid"] + summary["energy_batteries"])
        )
        assert 3.0 < summary["heat_pump_cop"] < 7.0
        for name, account in run.accounts.items():
            assert not float(np.nan_to_num(account.get("relative", np.zeros(1))).max()) > 1e-9, name


def test_days_add_up_to_the_run(week: Path, tmp_path: Path) -> None:
    with open_result(week) as run:
        found = periods(run)
        assert len(found) == 3
        assert sum(use.reuse for _, use in found) == pytest.approx(float(run.summary["energy_reuse"].value))
        racks = float(run.summary["energy_racks"].value)
        assert sum(use.racks * use.wue for _, use in found) / racks == pytest.approx(
            float(run.summary["wue"].value)
        )
        assert sum(use.racks * use.cue for _, use in found) / racks == pytest.approx(
            float(run.summary["cue"].value)
        )
        write_csv(run, tmp_path / "use.csv")
    text = write_report(week, tmp_path / "park.html").read_text(encoding="utf-8")
    assert "Energy, water and heat over time" in text and "5 February" in text
