"""Runs a sizing study: every design against the same outages."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from twin.ensemble.batches import Plan, ride_all
from twin.ensemble.conditions import SignalConditions
from twin.ensemble.draws import Draws, DurationLaw, draw
from twin.ensemble.outcomes import FAILED_KINDS, Outcomes
from twin.ensemble.ride import before_outage
from twin.ensemble.schedule import COARSE, Phase
from twin.faults.compile import outage_actions
from twin.inputs import open_inputs
from twin.kernels import fields as f
from twin.kernels.backend import choose, cpu_name
from twin.kernels.device import gpu_name
from twin.kernels.site import Site
from twin.proportion import wilson
from twin.scenario.events_site import SiteEvent
from twin.scenario.scenario import Scenario
from twin.scenario.study import Study
from twin.signals.files import locate
from twin.signals.fit import fit_outages
from twin.sizing.cost import YEAR, Testing, life_cycle, storage_life, year_of_tests
from twin.sizing.designs import Fleet, baseline, fleet
from twin.sizing.results import DesignResult, StudyResult, cheapest, pareto
from twin.sizing.services import Services, year_of_services
from twin.sizing.statistics import endurance

APPROACH_HOURS = 2.0
"""How long the site runs on the mains before its outage [h]; a chilled-water tank needs about two."""

QUANTILES = (0.01, 0.05, 0.1, 0.5)
COUNT_AT_MOST = 10_000_000


@dataclass(frozen=True)
class Prepared:
    """A study ready to run, and what its results will need."""

    study: Study
    fleet: Fleet
    plan: Plan
    services: list[Services]
    law: DurationLaw
    law_source: str
    notes: list[str]


def run_study(
    scenario: Scenario,
    *,
    backend: str = "auto",
    count: int | None = None,
    seed: int | None = None,
    progress: Callable[[float], None] | None = None,
    client: Any = None,
    schedule: tuple[Phase, ...] = COARSE,
    most_bytes: float | None = None,
) -> StudyResult:
    """Run the sizing study of a scenario.

    Parameters
    ----------
    scenario : Scenario
        With a `study`.
    backend : str
        auto, cpu, cuda or sim.
    count, seed : int, optional
        Outages drawn, and seed of the draws, instead of the scenario's.
    progress : callable, optional
        Told the share that is done, 0 to 1.
    client : dask.distributed.Client, optional
        Workers that the batches go to.
    schedule : tuple of Phase
        Steps of an outage.
    most_bytes : float, optional
        Memory of one batch's states; by default what suits the backend.

    Returns
    -------
    StudyResult

    Raises
    ------
    InputError
        When the scenario has no study, or something in it cannot be used.
    """
    ready = prepare(scenario, backend, count, seed, schedule)
    found = ride_all(ready.plan, progress=progress, client=client, most_bytes=most_bytes)
    return summarise(scenario, ready, found, seed)


def prepare(
    scenario: Scenario, backend: str, count: int | None, seed: int | None, schedule: tuple[Phase, ...]
) -> Prepared:
    """Build the designs, open the signals, draw the outages and bring the site to where they begin."""
    study = scenario.study
    if study is None:
        raise scenario.refuse("study", "this scenario has no study; 'replace-diesel' is one that has")
    name = choose(backend)
    count = study.outages.count if count is None else count
    if not 1 <= count <= COUNT_AT_MOST:
        raise scenario.refuse("study.outages.count", f"expected 1 to {COUNT_AT_MOST:,} outages, got {count}")
    every = fleet(scenario, study)
    law, law_source = duration_law(scenario, study)
    inputs = open_inputs(scenario, YEAR + law.longest + 86400.0)
    conditions = SignalConditions(inputs)
    draws = draw(
        scenario.run.seed if seed is None else seed,
        np.arange(count),
        law,
        YEAR,
        every.facility.genset_risk,
        every.facility.risk,
    )
    notes = [
        f"Outages that would last longer than {law.longest / 3600.0:g} h, {100.0 * law.share_cut:.1f} % of them, "
        "are cut to that length and stay in the sample."
    ]
    notes += limited_by_cells(every)
    notes += of_the_run(scenario)
    site = every.facility.site
    settled = before_outage(site, draws.start, conditions, APPROACH_HOURS, name)
    drawn = float(settled["feed"][:, f.FEED_POWER].sum(axis=1).mean())
    services = year_of_services(scenario, every, inputs, drawn, notes)
    plan = Plan(
        site=site,
        settled=settled,
        draws=draws,
        soc=np.array([year.operation.soc_at(draws.start) for year in services]),
        storage=every.storage,
        surplus=every.surplus,
        conditions=conditions,
        aftermath=aftermath(site),
        schedule=schedule,
        backend=name,
        actions=outage_actions(scenario, every.facility),
    )
    return Prepared(study, every, plan, services, law, law_source, notes)


def of_the_run(scenario: Scenario) -> list[str]:
    """Say how many events inside the site are not part of the outages."""
    left = sum(isinstance(event, SiteEvent) and event.at is not None for event in scenario.events)
    if not left:
        return []
    return [
        f"{left} failures or operations have a time `at` of the run: only those given `after_outage` are met here."
    ]


def limited_by_cells(every: Fleet) -> list[str]:
    """Say which storages cannot give their converter's power, because their cells may not be discharged so fast."""
    site = every.facility.site
    most = site.params["battery"][:, f.BAT_POWER_MAX_DIS, site.states["ups"].shape[2] + every.storage]
    few = {
        f"{design.storage_power / 1e6:g} MW / {design.storage_energy / 3.6e9:g} MWh gives {power / 1e6:g} MW"
        for design, power in zip(every.designs, most, strict=True)
        if power < design.storage_power
    }
    return [f"Cells limit the power: {'; '.join(sorted(few))}."] if few else []


def duration_law(scenario: Scenario, study: Study) -> tuple[DurationLaw, str]:
    """The law of outage durations, and where it comes from."""
    given = study.outages.duration
    longest = study.outages.max_duration
    if given.lognormal is not None:
        return DurationLaw(given.lognormal.median, given.lognormal.sigma, longest), study.outages.source
    base = scenario.folders[0] if scenario.folders else None
    fitted = fit_outages(locate(str(given.fit), base))
    return DurationLaw(fitted.median_s, fitted.sigma, longest), f"{study.outages.source} {fitted.note}"


def aftermath(site: Site) -> float:
    """How long a member is followed after the mains are back [s]: until all that waits for them has restarted."""
    longest = [
        ("bus", f.BUS_RETURN),
        ("ups", f.UPS_RETURN),
        ("plant", f.PLANT_RESTART),
        ("rack", f.RACK_RESTART),
    ]
    return sum(float(site.params[name][:, row].max(initial=0.0)) for name, row in longest)


def summarise(scenario: Scenario, ready: Prepared, found: Outcomes, seed: int | None) -> StudyResult:
    """Turn outcomes into results."""
    study = ready.study
    reference = baseline(study)
    results = [design_result(scenario, ready, v, found.of(v)) for v in range(len(ready.fleet.designs))]
    numbers = sorted({result.generators for result in results})
    by_generators = {n: cheapest([r for r in results if r.generators == n]) for n in numbers}
    name = ready.plan.backend
    return StudyResult(
        scenario=scenario.name,
        description=" ".join((scenario.description or "").split()),
        source=scenario.source,
        currency=study.costs.storage_energy.currency,
        seed=scenario.run.seed if seed is None else seed,
        count=ready.plan.draws.size,
        rate=study.outages.rate * YEAR,
        target=study.target.survival,
        designs=results,
        baseline=results[ready.fleet.designs.index(reference)],
        best=cheapest(results),
        best_by_generators={n: result for n, result in by_generators.items() if result is not None},
        front=pareto(results),
        outage=outage_summary(ready.law, ready.law_source, ready.plan.draws),
        costs=cost_figures(scenario),
        backend=name,
        device=gpu_name() if name == "cuda" else cpu_name() if name == "cpu" else "CUDA simulator",
        versions=versions(),
        notes=[*ready.notes, *beyond_permit(scenario, results)],
    )


def design_result(scenario: Scenario, ready: Prepared, v: int, found: Outcomes) -> DesignResult:
    """Statistics and cost of one design."""
    study, design = ready.study, ready.fleet.designs[v]
    outages = found.duration.size
    survived = int(found.survived.sum())
    low, high = wilson(survived, outages)
    curve = endurance(found.duration, found.lost_after)
    per_year = study.outages.rate * YEAR
    services = ready.services[v]
    year = services.operation
    tests = testing(scenario, ready.plan.site, v, ready.fleet.surplus[v])
    life = storage_life(study.costs, year.cycles, cycle_life(scenario, ready))
    fuel_per_year = per_year * float(found.fuel.mean())
    return DesignResult(
        name=design.name,
        storage_power=design.storage_power,
        storage_energy=design.storage_energy,
        generators=design.generators,
        outages=outages,
        survival=survived / outages,
        survival_low=low,
        survival_high=high,
        lost_by_heat=float((found.by_heat & ~found.survived).mean()),
        cut_sets=cut_sets(found),
        survived_time={f"{100 * q:g} %": curve.quantile(q) for q in QUANTILES},
        endurance=curve,
        unserved_mean=float(found.unserved.mean()),
        unserved_error=float(found.unserved.std(ddof=1) / np.sqrt(outages)) if outages > 1 else float("nan"),
        unserved_p95=float(np.quantile(found.unserved, 0.95)),
        unserved_per_year=per_year * float(found.unserved.mean()),
        racks_overheated=float(found.overheated.mean()),
        fuel=float(found.fuel.mean()),
        co2=float(found.co2.mean()),
        nox=float(found.nox.mean()),
        fuel_per_year=fuel_per_year + tests.fuel,
        co2_per_year=per_year * float(found.co2.mean()) + tests.co2,
        nox_per_year=per_year * float(found.nox.mean()) + tests.nox,
        genset_time=float(found.genset_time.mean()),
        genset_time_per_year=per_year * float(found.genset_time.mean()) / max(design.generators, 1)
        + tests.time,
        soc_mean=float(year.soc_at(ready.plan.draws.start).mean()),
        cycles_per_year=year.cycles,
        trading_per_year=year.revenue,
        response_offered=services.offered,
        response_share=services.share,
        availability_per_year=services.availability,
        storage_life=life,
        cost=life_cycle(
            study.costs, design, ready.fleet.set_power, fuel_per_year, tests.fuel, services.revenue, life
        ),
        diesels_removed=study.baseline.generators - design.generators,
        meets=survived / outages >= study.target.survival,
        surely_meets=low >= study.target.survival,
    )


def testing(scenario: Scenario, site: Site, v: int, surplus: Any) -> Testing:
    """A year's testing of the sets a design has; the time is the longest of any set."""
    groups = scenario.electrical.generators
    found = [
        year_of_tests(site.params["genset"][v][:, g], groups[name.rpartition(".")[0]])
        for g, name in enumerate(site.names["genset"])
        if not surplus[g]
    ]
    return Testing(
        max((one.time for one in found), default=0.0),
        sum(one.fuel for one in found),
        sum(one.co2 for one in found),
        sum(one.nox for one in found),
    )


def beyond_permit(scenario: Scenario, results: list[DesignResult]) -> list[str]:
    """Say in which designs sets run longer in a year, in outages and tests, than their permit allows."""
    permit = min((group.hours_max for group in scenario.electrical.generators.values()), default=0.0)
    long = [result for result in results if result.genset_time_per_year > permit]
    if not long:
        return []
    most = max(result.genset_time_per_year for result in long) / 3600.0
    return [
        f"In {len(long)} designs a generating set runs up to {most:,.0f} h a year in outages and tests; the permit "
        f"(hours_max) allows {permit / 3600.0:,.0f} h."
    ]


def cut_sets(found: Outcomes, most: int = 8) -> list[tuple[str, bool, float]]:
    """What had failed in the outages that cost a rack: the parts in words, whether by heat, and the share of them all.

    The most frequent first, at most `most` of them.
    """
    lost = ~found.survived
    rows = np.column_stack([found.failed[lost], found.by_heat[lost]])
    kinds, count = np.unique(rows, axis=0, return_counts=True)
    listed = []
    for k in np.argsort(-count, kind="stable")[:most]:
        words = [
            f"{n} {several if n > 1 else one}"
            for n, (one, several) in zip(kinds[k, :-1], FAILED_KINDS, strict=True)
            if n
        ]
        listed.append(
            (", ".join(words) or "nothing had failed", bool(kinds[k, -1]), float(count[k] / lost.size))
        )
    return listed


def cycle_life(scenario: Scenario, ready: Prepared) -> float:
    """Full cycles of the varied storage's cells."""
    name = ready.plan.site.names["pcs"][ready.fleet.storage]
    return scenario.electrical.storage[name].battery.cycle_life


def outage_summary(law: DurationLaw, source: str, draws: Draws) -> dict[str, float | str]:
    """What was drawn."""
    found: dict[str, float | str] = {
        "law": "lognormal",
        "median": law.median,
        "sigma": law.sigma,
        "longest": law.longest,
        "source": source,
        "sample_mean": float(draws.duration.mean()),
    }
    for q in (0.05, 0.5, 0.95):
        found[f"sample_p{round(100 * q):02d}"] = float(np.quantile(draws.duration, q))
    return found


def cost_figures(scenario: Scenario) -> dict[str, tuple[str, str]]:
    """Figure and source of every cost, as the scenario writes them."""
    given = dict(scenario.resolved()["study"]["costs"])
    sources = given.pop("sources")
    return {name: (str(value), " ".join(str(sources[name]).split())) for name, value in given.items()}


def versions() -> dict[str, str]:
    """Versions of what computed the result."""
    found = {"python": platform.python_version()}
    for package in ("dctwin", "numpy", "numba", "scipy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
