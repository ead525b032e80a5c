"""Scenario to facility: order the units, size what the file leaves open, pack the blocks."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from twin.errors import InputError
from twin.facility import cooling, liquid, racks
from twin.facility.generation import gensets as generating_sets
from twin.facility.hall_air import lay_out
from twin.facility.heat import heat_shares
from twin.facility.links import link, one_line
from twin.facility.pack import Unit, pack_units
from twin.facility.plan import Plan, heat_of, host_load, hosts, plan_rows, plan_systems
from twin.facility.refusals import refuse_unbuildable
from twin.facility.ring import rings as dc_rings
from twin.facility.ring import stations as dc_stations
from twin.facility.risk import SiteRisk, site_risk
from twin.facility.storage import forming, storage_units
from twin.facility.supply import buses as bus_units
from twin.facility.supply import feeds as feed_units
from twin.facility.ups import direct_units, ups_units
from twin.kernels import fields
from twin.kernels.fields import Block
from twin.kernels.site import Site, pack_links
from twin.scenario.scenario import Scenario


@dataclass
class GensetRisk:
    """What the draws of one generating set follow: probabilities and mean running time to failure [s]."""

    availability: float
    start_failure: float
    mttf: float


@dataclass
class Facility:
    """A site with the names and risks behind its numbers.

    Attributes
    ----------
    site : Site
        What the kernels step.
    workloads : list of str
        Utilisation signals in the order of their index.
    ups, storage : dict of str to list of int
        Units behind a name of the scenario: both systems of a 2N UPS, the converter of a storage.
    genset_risk : list of GensetRisk
        One per generating set.
    it_power : float
        Electrical input of all racks at full load [W].
    parents : dict of str to list of str
        The one-line diagram: unit to what feeds it, as `class:name`.
    risk : SiteRisk
        What sets share, and other equipment that chance may take.
    places : dict of str to (rack,) array
        Where the racks stand: `hall` (index), `row`, `x` and `y` [m]; empty unless every hall has a layout.
    """

    site: Site
    workloads: list[str]
    ups: dict[str, list[int]]
    storage: dict[str, list[int]]
    genset_risk: list[GensetRisk]
    it_power: float
    parents: dict[str, list[str]] = field(default_factory=dict)
    risk: SiteRisk = field(default_factory=SiteRisk)
    places: dict[str, NDArray[Any]] = field(default_factory=dict)


def build_cooling(plan: Plan) -> tuple[list[Unit], list[Unit], list[Unit]]:
    """Halls, CDUs and plants; what hangs on a UPS is added to its load."""
    scenario = plan.scenario
    plants = list(scenario.cooling.plants)
    heat = dict.fromkeys(plants, 0.0)
    halls = []
    for name, hall in scenario.cooling.halls.items():
        place = hosts(plan, hall.fans_on)
        of_hall = heat_of(scenario, hall=name)
        rack_air = sum(g.count * g.air_volume for g in scenario.racks.values() if g.hall == name)
        unit = cooling.hall_unit(name, hall, of_hall, rack_air, place, plants.index(hall.plant))
        unit = liquid.hall_on(unit, scenario, name)
        heat[hall.plant] += of_hall + unit.params["fan_power_rated"]
        host_load(plan, place, unit.params["fan_power_rated"])
        halls.append(unit)
    cdus = []
    for name in racks.ordered_cdus(scenario):
        cdu = scenario.cooling.cdus[name]
        place = hosts(plan, cdu.pumps_on)
        lumps = [
            row.lump for row in plan.rows if scenario.racks[row.group].cdu == name for _ in range(row.units)
        ]
        units_of = cooling.cdu_units(cdu.count, lumps)
        of_cdu = heat_of(scenario, cdu=name)
        fluids = liquid.fluids_of(scenario, name)
        for k in range(units_of):
            lump = cdu.count / units_of
            unit = cooling.cdu_unit(
                f"{name}.{k + 1}", cdu, lump, place, plants.index(cdu.plant), of_cdu, fluids
            )
            host_load(plan, place, unit.params["pump_power"])
            heat[cdu.plant] += unit.params["pump_power"]
            cdus.append(unit)
        heat[cdu.plant] += of_cdu
    units = []
    shares = heat_shares(scenario.cooling.plants)
    for name, plant in scenario.cooling.plants.items():
        pumps = hosts(plan, plant.pumps_on) if plant.pumps_on else {"ups": -1, "ups_2": -1}
        standby = plan.buses.index(plant.standby_bus) if plant.standby_bus else -1
        place = {
            "bus": plan.buses.index(plant.bus), "bus_2": standby,
            "pump_ups": pumps["ups"], "pump_ups_2": pumps["ups_2"],
        }  # fmt: skip
        network, share = scenario.signals.heat, shares.get(name, 0.0)
        altitude = scenario.location.altitude
        try:
            unit = cooling.plant_unit(
                name, plant, heat[name], place, altitude, liquid.plant_fluid(scenario, name), network, share
            )
        except InputError as error:
            raise scenario.refuse(f"cooling.plants.{name}", str(error)) from None
        host_load(plan, pumps, unit.params["pump_power"])
        units.append(unit)
    return halls, cdus, units


def build_ups(plan: Plan, reserve: dict[str, float]) -> tuple[list[Unit], list[Unit]]:
    """UPS systems and plain connections with their batteries."""
    pairs = []
    for k, (name, suffix, bus) in enumerate(plan.systems):
        b = plan.buses.index(bus)
        if name == "":
            pairs.append(direct_units(bus, b))
        else:
            ups = plan.scenario.electrical.ups[name]
            if plan.load[k] <= 0.0 and ups.modules is None:
                raise plan.scenario.refuse(
                    f"electrical.ups.{name}",
                    "its racks are too few rows to reach it, so it cannot be sized: a row has two feeds; "
                    "name fewer systems in racks.*.ups, give a smaller lump, or give modules",
                )
            frequency = plan.scenario.electrical.frequency
            keep = reserve.get(name, 1.0)
            pairs.append(ups_units(name + suffix, ups, b, plan.load[k], keep, frequency))
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def build_storage(plan: Plan, reserve: dict[str, float]) -> tuple[list[Unit], list[Unit]]:
    """Storage converters and their batteries, sorted by bus."""
    pairs = [
        storage_units(
            name, storage, b, max(storage.reserve, reserve.get(name, 0.0)), forming(plan.scenario, name)
        )
        for b, bus in enumerate(plan.buses)
        for name, storage in plan.scenario.electrical.storage.items()
        if storage.bus == bus
    ]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def build_racks(plan: Plan, cdus: list[Unit]) -> tuple[list[Unit], list[Unit]]:
    """PDUs and rack units in row order; the racks of a CDU group are dealt to its units in runs."""
    scenario = plan.scenario
    halls = list(scenario.cooling.halls)
    workloads = list(scenario.signals.workload)
    total = dict.fromkeys(scenario.cooling.cdus, 0)
    for row in plan.rows:
        cdu = scenario.racks[row.group].cdu
        if cdu:
            total[cdu] += row.units
    dealt = dict.fromkeys(total, 0)
    groups_of = [unit.name.rpartition(".")[0] for unit in cdus]
    pdus: list[Unit] = []
    units: list[Unit] = []
    number = dict.fromkeys(plan.groups, 0)
    for k, row in enumerate(plan.rows):
        group = scenario.racks[row.group]
        pdus.append(
            racks.pdu_unit(f"{row.group}.pdu-{k + 1}", group, row, *plan.sides[k], plan.alternates[k])
        )
        feeds = 2 if plan.sides[k][1] >= 0 else 1
        for _ in range(row.units):
            place = {"workload": workloads.index(group.workload), "pdu": k, "hall": halls.index(group.hall)}
            place["cdu"] = -1
            if group.cdu:
                count, base = groups_of.count(group.cdu), groups_of.index(group.cdu)
                place["cdu"] = base + dealt[group.cdu] * count // total[group.cdu]
                dealt[group.cdu] += 1
            number[row.group] += 1
            name = f"{row.group}-{number[row.group]:04d}"
            units.append(racks.rack_unit(scenario, name, group, row.lump, place, len(units), feeds))
    return pdus, units


def bus_loads(
    plan: Plan, ups: list[Unit], plants: list[Unit], halls: list[Unit], cdus: list[Unit]
) -> dict[str, float]:
    """What each bus may have to carry when it stands alone: UPS inputs at their full load, and cooling [W]."""
    load = [0.0] * len(plan.buses)
    for k, unit in enumerate(ups):
        loss = unit.params["power_rated"] * (
            unit.params["loss_0"] + unit.params["loss_1"] + unit.params["loss_2"]
        )
        load[int(unit.params["bus"])] += plan.load[k] + loss
    for unit in plants:
        for key in ("bus", "bus_2"):
            if unit.params[key] >= 0:
                load[int(unit.params[key])] += cooling.plant_power(unit)
    for unit in (*halls, *cdus):
        if unit.params["ups"] < 0:
            key = "fan_power_rated" if "fan_power_rated" in unit.params else "pump_power"
            load[int(unit.params["bus"])] += unit.params[key]
    return dict(zip(plan.buses, load, strict=True))


def policy_reserve(scenario: Scenario) -> dict[str, float]:
    """Highest charge any policy must leave in each battery it uses, by name of UPS or storage."""
    reserve: dict[str, float] = {}
    for policy in scenario.policies:
        for name in (*(getattr(policy, "ups", None) or ()), *(getattr(policy, "storage", None) or ())):
            reserve[name] = max(reserve.get(name, 0.0), getattr(policy, "reserve", 1.0))
    return reserve


def risks(scenario: Scenario, gensets: list[Unit]) -> list[GensetRisk]:
    """Risk of each generating set, from its group."""
    groups = scenario.electrical.generators
    found = [groups[unit.name.rpartition(".")[0]] for unit in gensets]
    return [GensetRisk(group.availability, group.start_failure, group.mttf) for group in found]


def build(scenario: Scenario) -> Facility:
    """Build the facility a scenario describes.

    Parameters
    ----------
    scenario : Scenario
        Checked scenario.

    Returns
    -------
    Facility
        One variant, initial states at rest: on the mains, batteries at their initial charge, air at set point.

    Raises
    ------
    InputError
        For what only shows when the site is put together.
    """
    refuse_unbuildable(scenario)
    buses = list(scenario.electrical.buses)
    plan = Plan(scenario, buses, racks.ordered_groups(scenario), plan_systems(scenario, buses))
    plan_rows(plan)
    reserve = policy_reserve(scenario)
    halls, cdus, plants = build_cooling(plan)
    ups, ups_packs = build_ups(plan, reserve)
    pcs, pcs_packs = build_storage(plan, reserve)
    pdus, rack_units = build_racks(plan, cdus)
    laid_out = lay_out(scenario, rack_units)
    gensets = generating_sets(scenario, buses, bus_loads(plan, ups, plants, halls, cdus))
    units = {
        "feed": feed_units(scenario.electrical),
        "bus": bus_units(scenario),
        "genset": gensets,
        "battery": ups_packs + pcs_packs,
        "pcs": pcs,
        "ups": ups,
        "pdu": pdus,
        "rack": laid_out.racks,
        "hall": halls,
        "cdu": cdus,
        "plant": plants,
        "area": [],
        "turbine": [],
        "response": [],
        "relay": [],
        "ring": dc_rings(scenario.electrical),
        "station": dc_stations(scenario.electrical),
    }
    blocks: dict[str, Block] = {block.name: block for block in fields.BLOCKS}
    packed = {name: pack_units(blocks[name], group) for name, group in units.items()}
    site = Site(
        params={name: pair[0] for name, pair in packed.items()},
        states={name: pair[1] for name, pair in packed.items()},
        links=pack_links(link(units)),
        names={name: [unit.name for unit in group] for name, group in units.items()},
        recirculation=laid_out.recirculation,
    )
    by_ups = {
        name: [k for k, system in enumerate(plan.systems) if system[0] == name]
        for name in scenario.electrical.ups
    }
    return Facility(
        site=site,
        workloads=list(scenario.signals.workload),
        ups=by_ups,
        storage={
            name: [k for k, unit in enumerate(pcs) if unit.name == name]
            for name in scenario.electrical.storage
        },
        genset_risk=risks(scenario, gensets),
        it_power=math.fsum(g.count * racks.electrical_peak(g) for g in scenario.racks.values()),
        parents=one_line(units),
        risk=site_risk(scenario, gensets, ups, units["battery"]),
        places=laid_out.places,
    )
