"""Sites that cannot be put together although every part of them is right: what has nothing to do, or no place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from twin.errors import InputError, Problem
from twin.facility.cold_store import impossible_stores
from twin.facility.rectifier import mixed_feeds
from twin.facility.sequence import impossible
from twin.scenario.scenario import Scenario


def refuse_unbuildable(scenario: Scenario) -> None:
    """Raise InputError with every reason why a site cannot be put together."""
    problems = [problem for check in CHECKS for problem in check(scenario)]
    if problems:
        raise InputError(problems)


def cdu_halls(scenario: Scenario) -> Iterator[Problem]:
    """A CDU group that serves racks in several halls: its racks would not be neighbours."""
    seen: dict[str, str] = {}
    for name, group in scenario.racks.items():
        if group.cdu and seen.setdefault(group.cdu, group.hall) != group.hall:
            message = f"'{group.cdu}' already serves hall '{seen[group.cdu]}'; give each hall its own"
            yield scenario.problem(f"racks.{name}.cdu", message)


def twice(scenario: Scenario) -> Iterator[Problem]:
    """Racks that name a UPS twice."""
    for name, group in scenario.racks.items():
        again = sorted({ups for ups in group.ups or () if (group.ups or []).count(ups) > 1})
        if again:
            message = f"{', '.join(again)} is named twice; two feeds need two UPS systems, or one with redundancy 2N"
            yield scenario.problem(f"racks.{name}.ups", message)


def catchers(scenario: Scenario) -> Iterator[Problem]:
    """Transfer switches to a UPS of two systems, or of racks without a UPS: it is not said between what they switch."""
    for name, group in scenario.racks.items():
        if group.switch is None:
            continue
        if len(scenario.electrical.ups[group.switch.alternate].systems) > 1:
            message = "its redundancy is 2N, so it is two systems; name a UPS of one system"
            yield scenario.problem(f"racks.{name}.switch.alternate", message)
        elif group.ups == [group.switch.alternate]:
            message = "it is the UPS of these racks already; name another one"
            yield scenario.problem(f"racks.{name}.switch.alternate", message)


def without_racks(scenario: Scenario) -> Iterator[Problem]:
    """Halls and CDU groups that no rack stands in or hangs on."""
    cooling, groups = scenario.cooling, scenario.racks.values()
    for name in set(cooling.halls) - {group.hall for group in groups}:
        yield scenario.problem(
            f"cooling.halls.{name}", f"no racks stand in it: name it in racks.*.hall, or {_REMOVE}"
        )
    for name in set(cooling.cdus) - {group.cdu for group in groups}:
        yield scenario.problem(
            f"cooling.cdus.{name}", f"it cools no racks: name it in racks.*.cdu, or {_REMOVE}"
        )


def idle_plants(scenario: Scenario) -> Iterator[Problem]:
    """Plants that cool nothing."""
    cooling = scenario.cooling
    used = {hall.plant for hall in cooling.halls.values()} | {cdu.plant for cdu in cooling.cdus.values()}
    for name in set(cooling.plants) - used:
        message = f"it cools nothing: name it as the plant of a hall or CDU group, or {_REMOVE}"
        yield scenario.problem(f"cooling.plants.{name}", message)


def sized_for_nothing(scenario: Scenario) -> Iterator[Problem]:
    """UPS systems and generators that are to be sized by their load, and have none."""
    electrical, cooling = scenario.electrical, scenario.cooling
    hosts = {hall.fans_on for hall in cooling.halls.values()} | {
        cdu.pumps_on for cdu in cooling.cdus.values()
    }
    hosts |= {plant.pumps_on for plant in cooling.plants.values() if plant.pumps_on}
    loaded = hosts | {ups for group in scenario.racks.values() for ups in group.ups or ()}
    loaded |= {group.switch.alternate for group in scenario.racks.values() if group.switch}
    for name, ups in electrical.ups.items():
        if name not in loaded and ups.modules is None:
            message = f"nothing hangs on it, so it cannot be sized: give modules, name it in racks.*.ups, or {_REMOVE}"
            yield scenario.problem(f"electrical.ups.{name}", message)
    buses = hosts | {plant.bus for plant in cooling.plants.values()}
    buses |= {group.bus for group in scenario.racks.values() if group.bus}
    buses |= {bus for ups in electrical.ups.values() for _, bus in ups.systems}
    for name, generators in electrical.generators.items():
        if generators.bus not in buses and generators.count is None:
            message = f"nothing hangs on {generators.bus}, so it cannot be sized: give count, or {_REMOVE}"
            yield scenario.problem(f"electrical.generators.{name}", message)


def broken_rings(scenario: Scenario) -> Iterator[Problem]:
    """DC rings that nothing feeds, busbars on a ring without a station, and stations whose busbar is elsewhere."""
    electrical = scenario.electrical
    stations = [
        (ring_name, name, station)
        for ring_name, ring in electrical.rings.items()
        for name, station in ring.stations.items()
    ]
    for ring_name, ring in electrical.rings.items():
        if all(station.feed is None for station in ring.stations.values()):
            yield scenario.problem(
                f"electrical.rings.{ring_name}.stations", "none of them has a feed: nothing feeds it"
            )
    for bus_name, bus in electrical.buses.items():
        mine = [name for ring_name, name, station in stations if station.bus == bus_name]
        here = [
            name for ring_name, name, station in stations if station.bus == bus_name and ring_name == bus.ring
        ]
        if bus.ring is not None and len(here) != 1:
            message = f"'{bus.ring}' needs exactly one station with bus: {bus_name}, and has {len(here)}"
            yield scenario.problem(f"electrical.buses.{bus_name}.ring", message)
        elif bus.ring is None and mine:
            message = f"station {mine[0]} feeds it: give it 'ring' instead of 'feed', or remove the station"
            yield scenario.problem(f"electrical.buses.{bus_name}.feed", message)
    for ring_name, name, station in stations:
        there = electrical.buses[station.bus].ring if station.bus is not None else ring_name
        if there is not None and there != ring_name:
            key = f"electrical.rings.{ring_name}.stations.{name}.bus"
            yield scenario.problem(key, f"'{station.bus}' is on '{there}', not on this ring")


_REMOVE = "remove it"

CHECKS: tuple[Callable[[Scenario], Iterator[Problem]], ...] = (
    cdu_halls,
    twice,
    catchers,
    without_racks,
    idle_plants,
    sized_for_nothing,
    broken_rings,
    mixed_feeds,
    impossible,
    impossible_stores,
)
