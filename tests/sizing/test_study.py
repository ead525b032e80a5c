"""A small study from end to end: what must rise rises, what must agree agrees."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np
import pytest
from scipy.special import ndtr

from twin.ensemble import COARSE, FINE, Outcomes, ride_all
from twin.errors import InputError
from twin.scenario.load import load
from twin.sizing import StudyResult, run_study
from twin.sizing.designs import Design
from twin.sizing.results import pareto
from twin.sizing.study import Prepared, prepare, summarise

POWERS, ENERGIES, SETS = (2.5e6, 4e6), (4, 8, 16), (0, 1, 2)
SMALL = [
    "study.designs.storage_power=[0 MW, 2.5 MW, 4 MW]",
    "study.designs.storage_energy=[4 MWh, 8 MWh, 16 MWh]",
    "study.designs.generators=[0, 1, 2]",
    "study.baseline.generators=2",
    # Risks large enough to show in a small sample.
    "electrical.generators.gen-a.start_failure=0.2",
    "electrical.generators.gen-a.availability=0.9",
    "electrical.generators.gen-a.mttf=20 h",
]
COUNT = 60


@pytest.fixture(scope="module")
def ready() -> Prepared:
    return prepare(load("replace-diesel", SMALL), "cpu", COUNT, 11, COARSE)


@pytest.fixture(scope="module")
def found(ready: Prepared) -> Outcomes:
    return ride_all(ready.plan)


@pytest.fixture(scope="module")
def result(ready: Prepared, found: Outcomes) -> StudyResult:
    return summarise(load("replace-diesel", SMALL), ready, found, 11)


def lasts(ready: Prepared, found: Outcomes, power: float, energy: float, sets: int) -> np.ndarray:
    """Time to the first lost rack of each outage [s]; infinite where none is lost."""
    design = Design(sets, power, energy * 3.6e9)
    after = found.of(ready.fleet.designs.index(design)).lost_after
    return np.where(np.isnan(after), np.inf, after)


def test_more_energy_lasts_at_least_as_long_in_every_outage(ready: Prepared, found: Outcomes) -> None:
    for power, sets in product(POWERS, SETS):
        times = [lasts(ready, found, 0.0, 0.0, sets)] + [
            lasts(ready, found, power, e, sets) for e in ENERGIES
        ]
        for less, more in pairwise(times):
            # The end of a battery within a step is known to its rounding.
            assert (more >= less - 1e-3).all()
        assert (times[-1] > times[0]).any()


def test_more_sets_last_at_least_as_long_in_every_outage(ready: Prepared, found: Outcomes) -> None:
    for power, energy in product(POWERS, ENERGIES):
        times = [lasts(ready, found, power, energy, sets) for sets in SETS]
        for less, more in pairwise(times):
            # The end of a battery within a step is known to its rounding.
            assert (more >= less - 1e-3).all()
        assert (times[-1] > times[0]).any()
    one, two = (lasts(ready, found, 0.0, 0.0, sets) for sets in (1, 2))
    # A loss by heat of a set with little to spare hangs on the second in which it took the load: 1 %, as for steps.
    assert (two >= 0.99 * one).all()


def test_storage_beside_a_set_spares_the_racks_its_heat(ready: Prepared, found: Outcomes) -> None:
    # 2 MW carry the site (1.88 MW) with little to spare for its chillers; storage beside the set helps them.
    draws = ready.plan.draws
    starts = ~draws.unavailable[:, 0] & ~draws.start_fails[:, 0] & (draws.run_left[:, 0] > 7200.0)
    long = starts & (draws.duration > 1800.0) & (draws.run_left[:, 0] > draws.duration)
    alone, beside = (
        found.of(ready.fleet.designs.index(d)) for d in (Design(1, 0.0, 0.0), Design(1, 2.5e6, 4 * 3.6e9))
    )
    assert long.any()
    assert (alone.inlet_max[long] >= beside.inlet_max[long] - 0.01).all()
    assert not beside.by_heat[long].any()


def test_more_power_costs_no_more_than_the_losses_of_a_larger_converter(
    ready: Prepared, found: Outcomes
) -> None:
    # A converter of 4 MW loses 0.66 % x 1.5 MW = 10 kW more at no load than one of 2.5 MW: under 1 % of 1.6 MW.
    for energy, sets in product(ENERGIES, SETS):
        small, large = (lasts(ready, found, power, energy, sets) for power in POWERS)
        both = np.isfinite(small) & np.isfinite(large)
        assert (large[both] >= 0.99 * small[both] - 30.0).all()
        few = np.isfinite(large) & ~np.isfinite(small)
        assert (few.mean() < 0.02).all()


def test_survival_of_the_result_rises_too(result: StudyResult) -> None:
    survival = {(d.storage_power, d.storage_energy / 3.6e9, d.generators): d.survival for d in result.designs}
    for power, sets in product(POWERS, SETS):
        row = [survival[0.0, 0.0, sets]] + [survival[power, float(e), sets] for e in ENERGIES]
        assert row == sorted(row)
    assert survival[0.0, 0.0, 0] < 0.1
    assert survival[4e6, 16.0, 2] > survival[0.0, 0.0, 2] > 0.3


def test_nothing_at_all_lasts_as_long_as_the_ups(ready: Prepared, found: Outcomes) -> None:
    # Only the UPS is left: 10 min of its rated 2.5 MW, used at 1.5 MW.
    times = lasts(ready, found, 0.0, 0.0, 0)[ready.plan.draws.duration > 1200.0]
    assert times.size and np.ptp(times) == 0.0
    assert times[0] == pytest.approx(600.0 * 2.5 / 1.55, rel=0.05)


def test_a_set_fails_as_drawn(ready: Prepared, found: Outcomes) -> None:
    # One set and 4 MWh: what outlasts the storage is lost when the set is out of service, does not start, or
    # runs out of its time; and only then.
    draws = ready.plan.draws
    one = found.of(ready.fleet.designs.index(Design(1, 2.5e6, 4 * 3.6e9)))
    storage = 3.0 * 3600.0
    bad = draws.unavailable[:, 0] | draws.start_fails[:, 0]
    assert not one.survived[bad & (draws.duration > storage)].any()
    assert not one.survived[draws.run_left[:, 0] + storage < draws.duration].any()
    well = ~bad & (draws.run_left[:, 0] > draws.duration)
    assert well.any() and one.survived[well].all()


def test_fuel_is_that_of_the_running_time(ready: Prepared, found: Outcomes) -> None:
    one = found.of(ready.fleet.designs.index(Design(1, 2.5e6, 4 * 3.6e9)))
    ran = one.genset_time > 3600.0
    per_kwh = one.fuel[ran] * 1e3 / (one.genset_energy[ran] / 3.6e6)
    # Data sheet: 0.261 to 0.273 L/kWh between half and three quarters of load, more with the idle cool-down.
    assert (per_kwh > 0.255).all() and (per_kwh < 0.30).all()
    assert one.co2 == pytest.approx(2710.0 * one.fuel, rel=1e-9)


def test_the_result_names_a_cheapest_design_and_a_front(result: StudyResult) -> None:
    assert result.baseline.generators == 2 and result.baseline.diesels_removed == 0
    meeting = [d for d in result.designs if d.meets]
    if result.best is not None:
        assert result.best.cost.total == min(d.cost.total for d in meeting)
    costs = [d.cost.total for d in result.front]
    shares = [d.survival for d in result.front]
    assert costs == sorted(costs) and shares == sorted(shares) and len(set(shares)) == len(shares)
    for design in result.designs:
        beaten = [
            d for d in result.designs if d.cost.total < design.cost.total and d.survival >= design.survival
        ]
        assert (design in result.front) == (not beaten) or design.survival in shares
        assert design.survival_low <= design.survival <= design.survival_high
        assert design.unserved_per_year == pytest.approx(result.rate * design.unserved_mean)
        assert not (design.surely_meets and not design.meets)
    assert pareto(result.designs) == result.front


def law_share(duration: np.ndarray) -> np.ndarray:
    """Share of outages shorter than `duration` [s] by the law of the study."""
    return ndtr(np.log(duration / (160.9 * 60.0)) / 1.91)


def test_the_coarse_schedule_agrees_with_the_fine_one() -> None:
    # Differences have to be small against the error of a sample of 1000, 0.3 to 1.6 %: the steps are chosen by that.
    few = [*SMALL[3:], "study.designs.storage_power=[2 MW, 2.5 MW]", "study.designs.storage_energy=[4 MWh]"]
    few += ["study.designs.generators=[0, 1]", "study.outages.max_duration=8 h"]
    plans = [prepare(load("replace-diesel", few), "cpu", 24, 5, schedule).plan for schedule in (COARSE, FINE)]
    coarse, fine = (ride_all(plan) for plan in plans)
    for v in range(plans[0].site.variants):
        a, b = coarse.of(v), fine.of(v)
        share = b.survived.mean()
        error = math.sqrt(max(share * (1.0 - share), 0.25 / 24.0) / 24.0)
        assert abs(a.survived.mean() - share) < error
        assert abs(a.unserved.mean() - b.unserved.mean()) < 0.25 * max(
            b.unserved.std() / math.sqrt(24.0), 1e7
        )
        both = ~np.isnan(a.lost_after) & ~np.isnan(b.lost_after)
        # Share of outages that end between the two times: what a shift of a loss changes in the survival.
        moved = np.abs(np.diff([law_share(found.lost_after[both]) for found in (a, b)], axis=0))
        assert moved.max(initial=0.0) < 0.005
        assert np.array_equal(a.by_heat, b.by_heat)
        assert a.fuel.mean() == pytest.approx(b.fuel.mean(), rel=5e-3)


def test_the_same_seed_gives_the_same_study() -> None:
    few = [*SMALL, "study.designs.storage_power=[2.5 MW]", "study.designs.storage_energy=[4 MWh]"]
    scenario = load("replace-diesel", few)
    told: list[float] = []
    first = run_study(scenario, backend="cpu", count=5, seed=3, progress=told.append)
    again = run_study(scenario, backend="cpu", count=5, seed=3, most_bytes=1e5)
    other = run_study(scenario, backend="cpu", count=5, seed=4)
    assert (first.count, first.seed) == (5, 3)
    assert [d.unserved_mean for d in first.designs] == [d.unserved_mean for d in again.designs]
    assert [d.unserved_mean for d in first.designs] != [d.unserved_mean for d in other.designs]
    assert told[-1] == pytest.approx(1.0)
    assert set(first.versions) == {"python", "dctwin", "numpy", "numba", "scipy"}


def test_trading_leaves_less_for_an_outage_and_earns() -> None:
    # Synthetic prices: the five periods of Shandong on a price in the study's currency.
    price = "signals.price={tariff: {type: shandong-2026, price_flat: 0.08 USD/kWh}}"
    traded = [
        *SMALL[3:], "study.designs.storage_power=[2.5 MW]", "study.designs.storage_energy=[8 MWh]",
        "study.designs.generators=[0]", price, "electrical.storage.bess-a.reserve=0.3",
    ]  # fmt: skip
    policy = "policies=[{type: arbitrage, storage: [bess-a], horizon: 24 h, reserve: 0.3}]"
    rests = run_study(load("replace-diesel", traded), backend="cpu", count=30)
    trades = run_study(load("replace-diesel", [*traded, policy]), backend="cpu", count=30)
    a, b = rests.designs[0], trades.designs[0]
    assert (a.cost.revenue, a.soc_mean, a.cycles_per_year) == (0.0, 1.0, 0.0)
    assert b.cost.revenue > 0.0 and 0.3 < b.soc_mean < 1.0 and b.cycles_per_year > 50.0
    assert b.survival <= a.survival and b.unserved_mean > a.unserved_mean
    assert any("No policy trades" in note for note in rests.notes)


def test_what_cannot_be_studied_is_refused() -> None:
    with pytest.raises(InputError, match="no study"):
        run_study(load("hall-2mw"))
    with pytest.raises(InputError, match="expected 1 to"):
        run_study(load("replace-diesel"), backend="cpu", count=0)


@pytest.mark.real_data
def test_durations_can_be_fitted_to_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    if "TWIN_DATA" not in os.environ:
        pytest.skip("TWIN_DATA is not set: no outage record")
    fit = "study.outages.duration={fit: outage_us_major_2000_2016/us_major_outages.csv}"
    scenario = load("replace-diesel", [*SMALL, "study.outages.duration.lognormal=null", fit])
    ready = prepare(scenario, "cpu", 3, 1, COARSE)
    assert ready.law.sigma == pytest.approx(1.91, abs=0.02)
    assert "us_major_outages.csv" in ready.law_source
