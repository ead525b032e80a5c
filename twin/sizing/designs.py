"""The designs of a study, and one site that holds them all as variants."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from twin.facility import Facility, build
from twin.kernels.site import Site
from twin.scenario.scenario import Scenario
from twin.scenario.study import Study


@dataclass(frozen=True, order=True)
class Design:
    """Storage power [W] and energy [J], and number of generating sets."""

    generators: int
    storage_power: float
    storage_energy: float

    @property
    def name(self) -> str:
        """In words: '2 MW / 8 MWh + 1 diesel'."""
        diesel = f"{self.generators} diesel" + ("s" if self.generators != 1 else "")
        if self.storage_power == 0.0:
            return diesel
        return f"{self.storage_power / 1e6:g} MW / {self.storage_energy / 3.6e9:g} MWh + {diesel}"


@dataclass(frozen=True)
class Fleet:
    """All designs on one site.

    Attributes
    ----------
    designs : list of Design
    facility : Facility
        Its site has one variant per design.
    surplus : (design, set) bool array
        Sets that a design does not have: units are there for every design, and out of service.
    storage : int
        Converter that is varied.
    set_power : float
        Rating of one generating set [W].
    """

    designs: list[Design]
    facility: Facility
    surplus: NDArray[np.bool_]
    storage: int
    set_power: float


def design_of(power: float, energy: float, generators: int) -> Design:
    """A design; storage without power or without energy is no storage."""
    if power <= 0.0 or energy <= 0.0:
        power = energy = 0.0
    return Design(generators, power, energy)


def grid(study: Study) -> list[Design]:
    """Every design of a study once, the baseline among them, in order of generators, power and energy."""
    given = study.designs
    every = {
        design_of(*values) for values in product(given.storage_power, given.storage_energy, given.generators)
    }
    return sorted(every | {baseline(study)})


def baseline(study: Study) -> Design:
    """The design that others are compared with."""
    b = study.baseline
    return design_of(b.storage_power, b.storage_energy, b.generators)


def varied(scenario: Scenario, study: Study) -> tuple[str, str]:
    """Names of the storage and the generator group that are varied: as given, or the only ones there are."""
    electrical, given = scenario.electrical, study.designs
    return given.storage or next(iter(electrical.storage)), given.generators_of or next(
        iter(electrical.generators)
    )


def designed(scenario: Scenario, storage: str, group: str, design: Design, sets: int) -> Scenario:
    """The scenario with one design in place, and `sets` generating sets in its varied group."""
    electrical = scenario.electrical
    size = {"power": design.storage_power, "energy": design.storage_energy}
    count = {"count": sets, "redundancy": None}
    update = {
        "storage": {**electrical.storage, storage: electrical.storage[storage].model_copy(update=size)},
        "generators": {**electrical.generators, group: electrical.generators[group].model_copy(update=count)},
    }
    return scenario.model_copy(update={"electrical": electrical.model_copy(update=update)})


def fleet(scenario: Scenario, study: Study) -> Fleet:
    """Build the site of every design and stack them as variants of one."""
    designs = grid(study)
    storage, group = varied(scenario, study)
    sets = max(design.generators for design in designs)
    facilities: dict[tuple[float, float], Facility] = {}
    for design in designs:
        size = (design.storage_power, design.storage_energy)
        if size not in facilities:
            facilities[size] = build(designed(scenario, storage, group, design, sets))
    of_design = [facilities[design.storage_power, design.storage_energy] for design in designs]
    first = of_design[0]
    site = stacked([facility.site for facility in of_design])
    mine = [k for k, name in enumerate(site.names["genset"]) if name.rpartition(".")[0] == group]
    surplus = np.zeros((len(designs), len(site.names["genset"])), dtype=np.bool_)
    for row, design in enumerate(designs):
        surplus[row, mine[design.generators :]] = True
    return Fleet(
        designs=designs,
        facility=replace(first, site=site),
        surplus=surplus,
        storage=first.storage[storage][0],
        set_power=scenario.electrical.generators[group].power_rated,
    )


def stacked(sites: list[Site]) -> Site:
    """One site with the parameters and initial states of several as its variants; they share one topology."""
    first = sites[0]
    for site in sites[1:]:
        if site.names != first.names or not np.array_equal(site.links, first.links):
            raise ValueError("variants must have the same units")
    return replace(
        first,
        params={name: np.concatenate([site.params[name] for site in sites]) for name in first.params},
        states={name: np.concatenate([site.states[name] for site in sites]) for name in first.states},
    )
