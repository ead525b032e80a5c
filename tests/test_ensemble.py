"""Draws by address, schedules that cover an outage, and batches that do not change the outcome."""

from __future__ import annotations

import math
import pickle
from dataclasses import dataclass, fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.ensemble import COARSE, FINE, DurationLaw, Outcomes, Plan, draw, ride_all
from twin.ensemble.batches import batches, charge, member_states, ride_batch
from twin.ensemble.schedule import Phase, intervals
from twin.kernels import fields as f
from twin.kernels.backend import CpuMachine
from twin.kernels.battery import battery_stored
from twin.scenario.load import load
from twin.sizing.study import prepare

SMALL = [
    "study.designs.storage_power=[2 MW, 2.5 MW]",
    "study.designs.storage_energy=[2 MWh, 8 MWh]",
    "study.designs.generators=[0, 1]",
    "study.baseline.generators=1",
]


@dataclass
class Risk:
    availability: float = 0.9
    start_failure: float = 0.2
    mttf: float = 7200.0


LAW = DurationLaw(median=3600.0, sigma=1.5, longest=86400.0)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return prepare(load("replace-diesel", SMALL), "cpu", 12, 3, COARSE).plan


def same(a: Outcomes, b: Outcomes) -> bool:
    return all(np.array_equal(getattr(a, x.name), getattr(b, x.name), equal_nan=True) for x in fields(a))


@settings(deadline=None, max_examples=20)
@given(st.permutations(range(40)), st.integers(1, 39), st.integers(0, 2**63 - 1))
def test_a_draw_depends_on_its_address_alone(order: list[int], cut: int, seed: int) -> None:
    risks = [Risk(), Risk()]
    whole = draw(seed, np.arange(40), LAW, 1e7, risks)
    shuffled = np.array(order)
    for part in (shuffled[:cut], shuffled[cut:]):
        piece = draw(seed, part, LAW, 1e7, risks)
        for name in ("duration", "start", "unavailable", "start_fails", "run_left"):
            assert np.array_equal(getattr(piece, name), getattr(whole, name)[part])


def test_another_set_leaves_the_draws_of_the_others() -> None:
    two = draw(1, np.arange(100), LAW, 1e7, [Risk()] * 2)
    three = draw(1, np.arange(100), LAW, 1e7, [Risk()] * 3)
    assert np.array_equal(three.run_left[:, :2], two.run_left)
    assert np.array_equal(three.start_fails[:, :2], two.start_fails)
    assert np.array_equal(three.duration, two.duration)


def test_no_sets_is_no_columns() -> None:
    assert draw(1, np.arange(5), LAW, 1.0, []).run_left.shape == (5, 0)


def test_draws_follow_their_laws() -> None:
    n = 20_000
    drawn = draw(5, np.arange(n), LAW, 1e7, [Risk()])
    error = 4.0 * math.sqrt(0.25 / n)
    assert np.mean(drawn.duration <= 3600.0) == pytest.approx(0.5, abs=error)
    assert np.mean(drawn.duration <= 3600.0 * math.exp(1.5)) == pytest.approx(0.841345, abs=error)
    cut = drawn.duration == LAW.longest
    assert cut.mean() == pytest.approx(LAW.share_cut, abs=error)
    assert LAW.share_cut == pytest.approx(0.5 * math.erfc(math.log(24.0) / 1.5 / math.sqrt(2.0)))
    assert drawn.unavailable.mean() == pytest.approx(0.1, abs=error)
    assert drawn.start_fails.mean() == pytest.approx(0.2, abs=error)
    assert drawn.run_left.mean() == pytest.approx(7200.0, abs=4.0 * 7200.0 / math.sqrt(n))
    assert np.mean(drawn.run_left > 7200.0) == pytest.approx(math.exp(-1.0), abs=error)
    assert drawn.start.min() > 0.0 and drawn.start.max() < 1e7


def test_a_law_without_spread_is_its_median() -> None:
    law = DurationLaw(median=60.0, sigma=0.0, longest=3600.0)
    assert (draw(1, np.arange(9), law, 1.0, []).duration == 60.0).all()
    assert law.share_cut == 0.0


@pytest.mark.parametrize("schedule", [COARSE, FINE, (Phase(math.inf, 3600.0, 0, 1),)])
@pytest.mark.parametrize("end", [0.5, 2.0, 61.0, 899.0, 50_000.0])
def test_intervals_join_and_cover(schedule: tuple[Phase, ...], end: float) -> None:
    t = 0.0
    for start, phase in intervals(schedule, end):
        assert start == pytest.approx(t, abs=1e-9)
        assert start < end
        if phase.thermal_every:
            assert phase.steps % phase.thermal_every == 0
        t = start + phase.step * phase.steps
    assert t >= end


def test_batches_do_not_change_the_outcome(plan: Plan) -> None:
    each = sum(block[0].nbytes for block in plan.site.states.values())
    sizes = [part.variant.size for part in batches(plan, 7.5 * each)]
    assert sum(sizes) == plan.site.variants * plan.draws.size
    assert max(sizes) <= 7
    told: list[float] = []
    whole = ride_all(plan, progress=told.append)
    assert same(whole, ride_all(plan, most_bytes=7.5 * each))
    assert told == sorted(told) and told[-1] == pytest.approx(1.0)


def test_whole_blocks_leave_the_machine_once(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    # From a device every block is a copy: between intervals none may travel.
    asked: list[str] = []
    states, rows = CpuMachine.states, CpuMachine.rows
    monkeypatch.setattr(CpuMachine, "states", lambda self, c=None: asked.append("states") or states(self, c))
    monkeypatch.setattr(
        CpuMachine, "rows", lambda self, n, f: asked.append(f"{n} {len(f)}") or rows(self, n, f)
    )
    ride_batch(plan, next(batches(plan)))
    assert asked == ["states"]


def test_a_plan_travels_to_a_worker(plan: Plan) -> None:
    assert same(ride_all(plan), ride_all(pickle.loads(pickle.dumps(plan))))


def test_dask_gives_the_same(plan: Plan) -> None:
    distributed = pytest.importorskip("distributed", reason="dask is not installed (extra 'ensemble')")
    each = sum(block[0].nbytes for block in plan.site.states.values())
    options = {"processes": False, "n_workers": 1, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.Client(**options) as client:
        found = ride_all(plan, client=client, most_bytes=40 * each)
    assert same(ride_all(plan), found)


def test_an_outage_between_others_ends_as_it_does_alone(plan: Plan) -> None:
    whole = ride_all(plan)
    few = np.array([7, 2])
    draws = plan.draws
    alone = replace(
        draws,
        **{x.name: getattr(draws, x.name)[few] for x in fields(draws)},
    )
    soc = plan.soc[:, few] if plan.soc is not None else None
    found = ride_all(replace(plan, draws=alone, soc=soc))
    for v in range(plan.site.variants):
        assert np.array_equal(found.of(v).unserved, whole.of(v).unserved[few])


def test_charging_a_battery_sets_the_energy_with_it(plan: Plan) -> None:
    batch = next(batches(plan))
    states = member_states(plan, batch)
    i = plan.site.states["ups"].shape[2]
    soc = np.linspace(0.05, 1.0, batch.variant.size)
    charge(plan.site, states["battery"], i, batch.variant, soc)
    for m in (0, 13, batch.variant.size - 1):
        assert states["battery"][m, f.BAT_SOC, i] == soc[m]
        expected = battery_stored(plan.site.params["battery"][batch.variant[m]], i, float(soc[m]), 0.0)
        assert states["battery"][m, f.BAT_STORED, i] == expected


def test_less_charge_does_not_last_longer(plan: Plan) -> None:
    assert plan.soc is not None
    full, half = ride_all(plan), ride_all(replace(plan, soc=0.5 * plan.soc))
    last = lambda found: np.where(np.isnan(found.lost_after), np.inf, found.lost_after)  # noqa: E731
    assert (last(half) <= last(full)).all()
    assert (last(half) < last(full)).any()


def test_heat_is_told_from_power() -> None:
    # Storage of 1.7 MW carries the racks, but not their cooling as well (1.88 MW in all): heat stops the racks.
    # With 2.5 MW both run; what is lost then is lost to an empty battery.
    power = [SMALL[1], "study.designs.storage_power=[1.7 MW, 2.5 MW]", "study.designs.generators=[0]"]
    ready = prepare(load("replace-diesel", [*power, "study.baseline.generators=0"]), "cpu", 12, 3, COARSE)
    every = ready.fleet.designs
    small, large = (
        next(v for v, d in enumerate(every) if (d.storage_power, d.storage_energy) == (p, 8 * 3.6e9))
        for p in (1.7e6, 2.5e6)
    )
    found = ride_all(ready.plan)
    hot, cool = found.of(small), found.of(large)
    long = hot.duration > 3600.0
    assert long.any()
    assert hot.by_heat[long].all()
    assert not cool.by_heat.any()
    assert not hot.by_heat[hot.survived].any()


def test_weather_of_the_year_reaches_the_members() -> None:
    weather = "signals.weather={synthetic: day, mean: 25 degC, range: 20 K, dew_point: 10 degC}"
    ready = prepare(load("replace-diesel", [*SMALL, weather]), "cpu", 6, 3, COARSE)
    assert not ready.plan.conditions.constant
    assert ready.plan.settled["rack"].shape[0] == 6
    condenser = ready.plan.settled["plant"][:, f.PLANT_T_CONDENSER, 0]
    assert np.ptp(condenser) > 0.5
    found = ride_all(ready.plan)
    assert found.duration.size == 6 * ready.plan.site.variants
    assert np.isfinite(found.inlet_max).all()
