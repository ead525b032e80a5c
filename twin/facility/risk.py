"""Risks of the equipment of a scenario: what the draws of an ensemble follow."""

from __future__ import annotations

from dataclasses import dataclass

from twin.facility.pack import Unit
from twin.scenario.electrical import Generators
from twin.scenario.reliability import YEAR, GensetReliability
from twin.scenario.scenario import Scenario


@dataclass(frozen=True)
class GroupRisk:
    """What a group of generating sets shares.

    Attributes
    ----------
    sets : tuple of int
        Their indices.
    beta_start, beta_run : float
        Share of failures that take the whole group.
    repair, repair_sigma : float or None
        Mean time to repair [s], None for never; spread of its logarithm, None for an exponential law.
    attempts : int
        Crank attempts before lockout.
    attempt_failure : float or None
        Chance that one fails; None leaves the chance of the set's own start failure.
    attempt_common : float
        Share of failing attempts whose cause stays.
    away : float
        Planned absence of each set in a year [s].
    one_at_a_time : bool
        Never two sets at once.
    windows : tuple of (int, float, float)
        Planned absences: place in the group, start and end after the start of the run [s].
    """

    sets: tuple[int, ...]
    beta_start: float = 0.0
    beta_run: float = 0.0
    repair: float | None = None
    repair_sigma: float | None = None
    attempts: int = 1
    attempt_failure: float | None = None
    attempt_common: float = 0.0
    away: float = 0.0
    one_at_a_time: bool = False
    windows: tuple[tuple[int, float, float], ...] = ()


@dataclass(frozen=True)
class SiteRisk:
    """Risks of a whole site; the default is that nothing more happens.

    Attributes
    ----------
    groups : tuple of GroupRisk
    modules, strings : tuple of (int, float)
        Of each UPS system and each battery: how many there are, and the chance that one is out of service.
    feeds : tuple of float
        Chance that a feed is out of service.
    """

    groups: tuple[GroupRisk, ...] = ()
    modules: tuple[tuple[int, float], ...] = ()
    strings: tuple[tuple[int, float], ...] = ()
    feeds: tuple[float, ...] = ()


def site_risk(scenario: Scenario, gensets: list[Unit], ups: list[Unit], batteries: list[Unit]) -> SiteRisk:
    """Risks of a site, unit by unit."""
    names = [unit.name.rpartition(".")[0] for unit in gensets]
    groups = tuple(
        group_risk(scenario, name, group, tuple(k for k, found in enumerate(names) if found == name))
        for name, group in scenario.electrical.generators.items()
        if name in names
    )
    modules: list[tuple[int, float]] = [(0, 0.0)] * len(ups)
    strings: list[tuple[int, float]] = [(0, 0.0)] * len(batteries)
    for name, system in scenario.electrical.ups.items():
        mine = {name + suffix for suffix, _ in system.systems}
        for k, unit in enumerate(ups):
            if unit.name in mine and system.reliability is not None:
                count = round(unit.params["power_rated"] / system.module_power)
                modules[k] = (count, system.reliability.module_unavailability)
                pieces = int(getattr(system.battery, "strings", None) or 1)
                strings[k] = (pieces, system.reliability.string_unavailability)
    feeds = tuple(
        feed.reliability.unavailability if feed.reliability is not None else 0.0
        for feed in scenario.electrical.feeds.values()
    )
    return SiteRisk(groups, tuple(modules), tuple(strings), feeds)


def group_risk(scenario: Scenario, name: str, group: Generators, sets: tuple[int, ...]) -> GroupRisk:
    """Risks that the sets of a group share.

    Raises
    ------
    InputError
        For maintenance that cannot be: of a set that is not there, or longer than a year for all in turn.
    """
    given = group.reliability or GensetReliability()
    common, planned = given.common_cause, given.maintenance
    key = f"electrical.generators.{name}.reliability.maintenance"
    windows = []
    for k, window in enumerate((planned.windows if planned else None) or ()):
        if window.set > len(sets):
            raise scenario.refuse(
                f"{key}.windows.{k}.set", f"{name} has {len(sets)} sets, number {window.set} given"
            )
        begun = (window.start - scenario.run.start).total_seconds()
        windows.append((window.set - 1, begun, begun + window.duration))
    per_year = (planned.per_year if planned else None) or 0.0
    alone = planned is not None and planned.one_at_a_time
    if per_year * (len(sets) if alone else 1) > YEAR:
        raise scenario.refuse(f"{key}.per_year", "it is longer than a year, for all sets in turn")
    return GroupRisk(
        sets=sets,
        beta_start=common.start if common else 0.0,
        beta_run=common.run if common else 0.0,
        repair=given.mttr,
        repair_sigma=given.mttr_sigma,
        attempts=group.crank_attempts,
        attempt_failure=given.attempt_failure,
        attempt_common=given.attempt_common,
        away=per_year,
        one_at_a_time=alone,
        windows=tuple(windows),
    )
