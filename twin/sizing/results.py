"""What a study found, design by design."""

from __future__ import annotations

from dataclasses import dataclass, field

from twin.sizing.cost import LifeCycleCost
from twin.sizing.statistics import Endurance


@dataclass(frozen=True)
class DesignResult:
    """A design against every outage of the study.

    Attributes
    ----------
    name : str
    storage_power, storage_energy : float
        [W], [J].
    generators : int
    outages : int
    survival, survival_low, survival_high : float
        Share of outages in which no rack stopped, and its 95 % Wilson interval.
    lost_by_heat : float
        Share of outages whose first lost rack shut down by heat; part of what did not survive.
    survived_time : dict of str to float or None
        Time by which 1, 5, 10, 50 % of outages would have cost a rack, were they long enough [s]; None beyond
        the sample.
    endurance : Endurance
        The whole curve.
    unserved_mean, unserved_error, unserved_p95 : float
        Work energy not served in an outage: mean, its standard error, 95 % quantile [J].
    unserved_per_year : float
        Expected [J/year].
    racks_overheated : float
        Racks above their inlet limit in an outage, mean.
    fuel, co2, nox : float
        Per outage, mean [m3], [kg].
    fuel_per_year, co2_per_year, nox_per_year : float
        Expected, testing included [m3/year], [kg/year].
    genset_time : float
        Running time of all sets per outage, mean [s].
    genset_time_per_year : float
        Running time of one set in a year, in outages and test runs [s].
    soc_mean : float
        Mean charge of the storage when an outage comes.
    cycles_per_year : float
        Full equivalent cycles of the storage by its policies.
    trading_per_year : float
        Energy sold less energy bought by its policies [money/year].
    response_offered, response_share : float
        Frequency response offered [W], and the share of hours in which it can be.
    availability_per_year : float
        Paid for that response [money/year].
    storage_life : float
        [years].
    cost : LifeCycleCost
    diesels_removed : int
        Sets fewer than the baseline has.
    meets, surely_meets : bool
        Whether survival, and the low end of its interval, reach the target.
    """

    name: str
    storage_power: float
    storage_energy: float
    generators: int
    outages: int
    survival: float
    survival_low: float
    survival_high: float
    lost_by_heat: float
    survived_time: dict[str, float | None]
    endurance: Endurance
    unserved_mean: float
    unserved_error: float
    unserved_p95: float
    unserved_per_year: float
    racks_overheated: float
    fuel: float
    co2: float
    nox: float
    fuel_per_year: float
    co2_per_year: float
    nox_per_year: float
    genset_time: float
    genset_time_per_year: float
    soc_mean: float
    cycles_per_year: float
    trading_per_year: float
    response_offered: float
    response_share: float
    availability_per_year: float
    storage_life: float
    cost: LifeCycleCost
    diesels_removed: int
    meets: bool
    surely_meets: bool


@dataclass(frozen=True)
class StudyResult:
    """A whole study.

    Attributes
    ----------
    scenario, description, source : str
        Its name, what it is about, and the file or library name.
    currency : str
    seed, count : int
        Of the draws.
    rate : float
        Outages per year.
    target : float
        Survival asked for.
    designs : list of DesignResult
        In order of generators, storage power and energy.
    baseline : DesignResult
    best : DesignResult or None
        The cheapest that meets the target; None when none does.
    best_by_generators : dict of int to DesignResult
        The cheapest that meets the target for each number of sets that can.
    front : list of DesignResult
        Those that no other beats in both cost and survival, cheapest first.
    outage : dict
        What was drawn: law, its source, and the sample's mean and quantiles [s].
    costs : dict of str to (figure, source)
        As the scenario writes them.
    backend, device : str
    versions : dict of str to str
    notes : list of str
        What to know when reading the numbers.
    """

    scenario: str
    description: str
    source: str
    currency: str
    seed: int
    count: int
    rate: float
    target: float
    designs: list[DesignResult]
    baseline: DesignResult
    best: DesignResult | None
    best_by_generators: dict[int, DesignResult]
    front: list[DesignResult]
    outage: dict[str, float | str]
    costs: dict[str, tuple[str, str]]
    backend: str
    device: str
    versions: dict[str, str]
    notes: list[str] = field(default_factory=list)


def pareto(designs: list[DesignResult]) -> list[DesignResult]:
    """Designs that no other beats: each survives more often than all that cost no more; cheapest first."""
    front: list[DesignResult] = []
    for design in sorted(designs, key=lambda d: (d.cost.total, -d.survival)):
        if not front or design.survival > front[-1].survival:
            front.append(design)
    return front


def cheapest(designs: list[DesignResult]) -> DesignResult | None:
    """The cheapest design that meets its target; of equals, the one that survives more often."""
    meeting = [design for design in designs if design.meets]
    return min(meeting, key=lambda d: (d.cost.total, -d.survival), default=None)
