"""Choices of a scenario that are legal but look like a slip: one sentence each, with the numbers behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from twin.air_advice import air
from twin.connection import connection_advice
from twin.facility import cooling, racks
from twin.facility.build import Facility, build_cooling, build_ups, bus_loads, policy_reserve
from twin.facility.pack import Unit
from twin.facility.plan import Plan, heat_of, plan_rows, plan_systems
from twin.facility.sequence import timing
from twin.facility.ups import ups_energy
from twin.heat_advice import heat_advice
from twin.kernels import fields as f
from twin.plant_results import plant_advice
from twin.protection import study
from twin.scenario.events_site import SiteEvent
from twin.scenario.scenario import Scenario

RATING_MARGIN = 1.0 + 1e-9


@dataclass
class Layout:
    """What the checks look at: the scenario, and the loads that its units may have to carry.

    Attributes
    ----------
    scenario : Scenario
    facility : Facility
    load : dict of str to float
        UPS system to what it has to carry at full load with one other system lost [W].
    bus_load : dict of str to float
        Bus to what it has to carry then [W].
    reserve : dict of str to float
        UPS or storage to the highest charge that any policy leaves in it.
    """

    scenario: Scenario
    facility: Facility
    load: dict[str, float]
    bus_load: dict[str, float]
    reserve: dict[str, float]


def advice(scenario: Scenario, facility: Facility) -> list[str]:
    """Return a sentence for every choice that looks like a slip.

    Parameters
    ----------
    scenario : Scenario
        Checked.
    facility : Facility
        Built from it.
    """
    layout = lay_out(scenario, facility)
    return [sentence for check in CHECKS for sentence in check(layout)]


def lay_out(scenario: Scenario, facility: Facility) -> Layout:
    """Work out the loads."""
    buses = list(scenario.electrical.buses)
    plan = Plan(scenario, buses, racks.ordered_groups(scenario), plan_systems(scenario, buses))
    plan_rows(plan)
    of_racks = list(plan.load)
    halls, cdus, plants = build_cooling(plan)
    worst = worst_loads(plan)
    plan.load = [worst[k] + total - of_racks[k] for k, total in enumerate(plan.load)]
    reserve = policy_reserve(scenario)
    ups: list[Unit] = build_ups(plan, reserve)[0]
    load = {f"{name}{suffix}": plan.load[k] for k, (name, suffix, _) in enumerate(plan.systems) if name}
    return Layout(scenario, facility, load, bus_loads(plan, ups, plants, halls, cdus), reserve)


def worst_loads(plan: Plan) -> list[float]:
    """Rack load on each UPS system when one other system is lost: the worst that redundancy is meant for [W].

    A row on two systems loads each with half of its power, and one of them with all of it without the other.
    """
    own = [0.0] * len(plan.systems)
    shared: dict[tuple[int, int], float] = {}
    for row, (a, b) in zip(plan.rows, plan.sides, strict=True):
        group = plan.scenario.racks[row.group]
        power = row.units * row.lump * racks.electrical_peak(group) * (1.0 + sum(group.pdu.loss))
        for side, other in ((a, b), (b, a)):
            if side >= 0:
                own[side] += power if other < 0 else 0.5 * power
                shared[side, other] = shared.get((side, other), 0.0) + (0.0 if other < 0 else 0.5 * power)
    return [
        load + max((power for (side, _), power in shared.items() if side == k), default=0.0)
        for k, load in enumerate(own)
    ]


def rating_of(facility: Facility, name: str, field: int) -> dict[str, float]:
    """Unit of a class to one of its parameters."""
    values = facility.site.params[name][0, field]
    return {unit: float(value) for unit, value in zip(facility.site.names[name], values, strict=True)}


def _power(watts: float) -> str:
    return f"{watts / 1e6:.2f} MW" if watts >= 1e6 else f"{watts / 1e3:.3g} kW"


def _time(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds < 120.0 else f"{seconds / 60.0:.3g} min"


def ups_ratings(layout: Layout) -> Iterator[str]:
    """UPS systems smaller than what they may have to carry."""
    for system, rating in rating_of(layout.facility, "ups", f.UPS_RATED).items():
        load = layout.load.get(system, 0.0)
        if load > rating * RATING_MARGIN:
            yield (
                f"electrical.ups: {system} may have to carry {_power(load)} at full load with one other system lost, "
                f"but its modules are rated {_power(rating)}"
            )


def bridging(layout: Layout) -> Iterator[str]:
    """UPS batteries that are empty before the generators take the load, or that nothing relieves."""
    ratings = rating_of(layout.facility, "ups", f.UPS_RATED)
    for name, ups in layout.scenario.electrical.ups.items():
        for suffix, bus in ups.systems:
            load = layout.load[f"{name}{suffix}"]
            if load > 0.0:
                energy = ups_energy(ups, ratings[f"{name}{suffix}"])
                charge = min(ups.initial_soc, layout.reserve.get(name, 1.0)) - ups.battery.soc_min
                carries = max(charge, 0.0) * energy / (load * (1.0 + sum(ups.loss_battery)))
                yield from _bridge(layout.scenario, name, f"{name}{suffix}", bus, carries)


def autonomies(layout: Layout) -> Iterator[str]:
    """UPS batteries that cannot be as small as was asked for."""
    ratings = rating_of(layout.facility, "ups", f.UPS_RATED)
    for name, ups in layout.scenario.electrical.ups.items():
        hours = 1.0 / ups.battery.discharge_rate_max
        if ups.battery.autonomy is not None and ups.battery.autonomy < 3600.0 * hours * (1.0 - 1e-9):
            energy = ups_energy(ups, ratings[f"{name}{ups.systems[0][0]}"])
            yield (
                f"electrical.ups.{name}.battery: {_time(ups.battery.autonomy)} were asked for, but at "
                f"{ups.battery.discharge_rate_max:g} times their energy per hour its cells need "
                f"{energy / 3.6e6:,.0f} kWh to give the power at all, good for about {_time(3600.0 * hours)}"
            )


def _bridge(scenario: Scenario, name: str, system: str, bus: str, carries: float) -> Iterator[str]:
    times = timing(scenario.electrical.buses[bus])
    starts = [
        times.called(group)[0] + generators.start_delay
        for group, generators in scenario.electrical.generators.items()
        if generators.bus == bus and generators.count != 0
    ]
    if not starts:
        if not any(storage.bus == bus for storage in scenario.electrical.storage.values()):
            yield (
                f"electrical.ups.{name}: {bus} has neither generators nor storage, so {system} carries its racks "
                f"for about {_time(carries)} and then drops them"
            )
        return
    transfer = scenario.electrical.buses[bus].transfer
    wait = times.detect + max(starts) + transfer.transition
    wait += scenario.electrical.ups[name].retransfer_delay
    if carries < wait:
        yield (
            f"electrical.ups.{name}: the battery of {system} carries its racks for about {_time(carries)} "
            f"at full load, but the generators of {bus} take over after {_time(wait)}"
        )


def idle_storage(layout: Layout) -> Iterator[str]:
    """Storage that could hold its bus, on a bus whose sequence does not order it to."""
    electrical = layout.scenario.electrical
    for name, storage in electrical.storage.items():
        forms = timing(electrical.buses[storage.bus]).forms
        if forms is not None and name not in forms and storage.converter.grid_forming:
            yield (
                f"electrical.storage.{name}: the sequence of {storage.bus} does not order it to form the bus, so it "
                "only follows the mains and is no backup"
            )


def generator_ratings(layout: Layout) -> Iterator[str]:
    """Buses whose generators cannot carry them."""
    groups = layout.scenario.electrical.generators
    rating = dict.fromkeys(layout.bus_load, 0.0)
    for unit, power in rating_of(layout.facility, "genset", f.GEN_RATED).items():
        rating[groups[unit.rpartition(".")[0]].bus] += power
    for bus, load in layout.bus_load.items():
        if 0.0 < rating[bus] < load:
            yield (
                f"electrical.generators: {bus} may have to carry {_power(load)} at full load, "
                f"but its generators are rated {_power(rating[bus])}"
            )


def generator_tests(layout: Layout) -> Iterator[str]:
    """Test runs that harm the sets, or use up the hours of their permit."""
    for name, group in layout.scenario.electrical.generators.items():
        if group.test_load < group.load_min:
            yield (
                f"electrical.generators.{name}.test_load: test runs at {group.test_load:.0%} of the rating are below "
                f"the lowest continuous load of {group.load_min:.0%}: unburnt fuel gathers in the exhaust"
            )
        year = 365.25 * 86400.0 / group.test_interval * group.test_duration
        if year > group.hours_max:
            yield (
                f"electrical.generators.{name}: test runs take {year / 3600.0:,.0f} h a year, "
                f"more than hours_max, {group.hours_max / 3600.0:,.0f} h"
            )


def transformer_ratings(layout: Layout) -> Iterator[str]:
    """Buses whose transformers cannot carry them."""
    for name, bus in layout.scenario.electrical.buses.items():
        rating = bus.transformer.count * bus.transformer.power_rated
        if layout.bus_load[name] > rating * RATING_MARGIN:
            yield (
                f"electrical.buses.{name}: it may have to carry {_power(layout.bus_load[name])} at full load, "
                f"but its transformers are rated {_power(rating)}"
            )


def pdu_ratings(layout: Layout) -> Iterator[str]:
    """PDUs smaller than the racks behind them."""
    for name, group in layout.scenario.racks.items():
        load = min(group.racks_per_pdu, group.count) * racks.electrical_peak(group)
        if load > group.pdu.power_rated * RATING_MARGIN:
            yield (
                f"racks.{name}: {group.racks_per_pdu} racks draw up to {_power(load)}, "
                f"but their PDU is rated {_power(group.pdu.power_rated)}"
            )


def without_ups(layout: Layout) -> Iterator[str]:
    """Fans and pumps that stop with the mains."""
    ups, start = layout.scenario.electrical.ups, "stop with the mains until generators or storage carry"
    cool = layout.scenario.cooling
    if not ups:
        return
    for name, hall in cool.halls.items():
        if hall.fans_on not in ups:
            yield f"cooling.halls.{name}.fans_on: the fans are not on a UPS: they {start} {hall.fans_on}"
    for name, cdu in cool.cdus.items():
        if cdu.pumps_on not in ups:
            yield f"cooling.cdus.{name}.pumps_on: the pumps are not on a UPS: they {start} {cdu.pumps_on}"
    for name, plant in cool.plants.items():
        if plant.pumps_on not in ups:
            yield f"cooling.plants.{name}.pumps_on: the water pumps are not on a UPS: they {start} {plant.bus}"


def plant_heat(scenario: Scenario, plant: str) -> float:
    """Most heat that racks give a plant, by air and by coolant [W]."""
    cool = scenario.cooling
    heat = sum(heat_of(scenario, hall=name) for name, hall in cool.halls.items() if hall.plant == plant)
    return heat + sum(heat_of(scenario, cdu=name) for name, cdu in cool.cdus.items() if cdu.plant == plant)


def cooling_ratings(layout: Layout) -> Iterator[str]:
    """Air handlers, CDUs and chillers smaller than the heat they may have to move."""
    scenario = layout.scenario
    for name, hall in scenario.cooling.halls.items():
        heat = heat_of(scenario, hall=name)
        rating = cooling.handlers(hall, heat) * hall.air_handler.heat_rated
        if heat > rating * RATING_MARGIN:
            yield f"cooling.halls.{name}: racks give its air {_power(heat)}; its air handlers move {_power(rating)}"
    for name, cdu in scenario.cooling.cdus.items():
        heat, rating = heat_of(scenario, cdu=name), cdu.count * cdu.heat_rated
        if heat > rating * RATING_MARGIN:
            yield f"cooling.cdus.{name}: racks give its coolant {_power(heat)}; its units move {_power(rating)}"
    for name, plant in scenario.cooling.plants.items():
        heat = plant_heat(scenario, name)
        rating = cooling.chiller_count(plant, heat) * (plant.chiller.capacity if plant.chiller else 0.0)
        if plant.chiller is not None and heat > rating * RATING_MARGIN:
            yield f"cooling.plants.{name}: it takes {_power(heat)} of heat; its chillers are rated {_power(rating)}"


def reserves(layout: Layout) -> Iterator[str]:
    """Batteries that start below the charge they are to keep."""
    for name, storage in layout.scenario.electrical.storage.items():
        keep = max(storage.reserve, layout.reserve.get(name, 0.0))
        if storage.initial_soc < keep:
            yield (
                f"electrical.storage.{name}: it starts at a charge of {storage.initial_soc:.0%}, "
                f"below its reserve of {keep:.0%}: policies cannot discharge it"
            )
    for name, ups in layout.scenario.electrical.ups.items():
        keep = layout.reserve.get(name, 0.0)
        if ups.initial_soc < keep:
            yield (
                f"electrical.ups.{name}: its battery starts at a charge of {ups.initial_soc:.0%}, "
                f"below the {keep:.0%} that policies keep: they cannot discharge it"
            )


def commitments(layout: Layout) -> Iterator[str]:
    """Policies that promise more power than their batteries have."""
    facility = layout.facility
    names = facility.site.names
    limits = rating_of(facility, "battery", f.BAT_POWER_MAX_DIS)
    for index, policy in enumerate(layout.scenario.policies):
        promised = getattr(policy, "power", None)
        if promised is None:
            continue
        units = [names["ups"][k] for name in getattr(policy, "ups", None) or () for k in facility.ups[name]]
        units += [
            names["pcs"][k] for name in getattr(policy, "storage", None) or () for k in facility.storage[name]
        ]
        able = sum(limits[f"{unit}.battery"] for unit in units)
        if promised > able * RATING_MARGIN:
            yield f"policies.{index}.power: {_power(promised)} is offered, but the batteries can give {_power(able)}"


def windows(layout: Layout) -> Iterator[str]:
    """Transfer switches and UPS systems that do not accept the site's own frequency."""
    electrical = layout.scenario.electrical
    parts: list[tuple[str, Any]] = [
        (f"electrical.buses.{name}.transfer", bus.transfer) for name, bus in electrical.buses.items()
    ]
    parts += [(f"electrical.ups.{name}", ups) for name, ups in electrical.ups.items()]
    for key, part in parts:
        if not part.frequency_min <= electrical.frequency <= part.frequency_max:
            yield (
                f"{key}: it accepts {part.frequency_min:g} to {part.frequency_max:g} Hz, so it never takes mains of "
                f"{electrical.frequency:g} Hz"
            )


def transfer_gaps(layout: Layout) -> Iterator[str]:
    """UPS transfers that leave racks without power for longer than their supplies hold up."""
    for name, ups in layout.scenario.electrical.ups.items():
        gap = ups.eco_transfer if ups.mode == "eco" else None
        for group_name, group in layout.scenario.racks.items():
            if gap is not None and name in (group.ups or []) and group.psu.hold_up < gap:
                yield (
                    f"electrical.ups.{name}.eco_transfer: leaving eco mode takes {_time(gap)}, but the supplies of "
                    f"racks.{group_name} hold up for {_time(group.psu.hold_up)}"
                )


def steps(layout: Layout) -> Iterator[str]:
    """Events shorter than the step that is to see them."""
    step = layout.scenario.run.step
    for index, event in enumerate(layout.scenario.events):
        if isinstance(event, SiteEvent):
            continue
        lengths = getattr(event, "duration", step)
        shortest = min(lengths) if isinstance(lengths, list) else lengths
        if shortest < step:
            yield f"events.{index}: the {event.type} lasts {_time(shortest)}, less than run.step, {_time(step)}"


def ends(layout: Layout) -> Iterator[str]:
    """Events that outlast the run."""
    duration = layout.scenario.run.duration
    for index, event in enumerate(layout.scenario.events):
        if not isinstance(event, SiteEvent) and event.ends > duration:
            yield (
                f"events.{index}: the {event.type} lasts until {_time(event.ends)}, "
                f"but the run ends at {_time(duration)}: what follows it is not seen"
            )


def connection(layout: Layout) -> Iterator[str]:
    """A contract with the grid that does not fit the site."""
    yield from connection_advice(layout.scenario, layout.facility.it_power)


def protection(layout: Layout) -> Iterator[str]:
    """What a protection study finds wanting."""
    found = study(layout.scenario)
    yield from (f"electrical.protection: {line}" for line in found.warnings) if found is not None else ()


def heat_reuse(layout: Layout) -> Iterator[str]:
    """Heat pumps that do not fit their plant or their network."""
    scenario = layout.scenario
    yield from heat_advice(scenario, {name: plant_heat(scenario, name) for name in scenario.cooling.plants})


CHECKS: tuple[Callable[[Layout], Iterator[str]], ...] = (
    ups_ratings, bridging, autonomies, idle_storage, generator_ratings, generator_tests, transformer_ratings,
    pdu_ratings, without_ups, cooling_ratings, air, heat_reuse, lambda layout: plant_advice(layout.scenario), reserves,
    commitments, windows, transfer_gaps, steps, ends, connection, protection,
)  # fmt: skip
