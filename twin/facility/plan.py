"""The plan of a site before its units are made: which systems, rows and hosts there are, and what they carry."""

from __future__ import annotations

from dataclasses import dataclass, field

from twin.facility import racks
from twin.scenario.scenario import Scenario


@dataclass
class Plan:
    """Indices and loads worked out before any unit is made."""

    scenario: Scenario
    buses: list[str]
    groups: list[str]
    systems: list[tuple[str, str, str]]
    rows: list[racks.Row] = field(default_factory=list)
    sides: list[tuple[int, int]] = field(default_factory=list)
    alternates: list[int] = field(default_factory=list)
    load: list[float] = field(default_factory=list)

    def system(self, name: str, suffix: str = "") -> int:
        """Index of a UPS system by the name in the file and its suffix."""
        return [(s[0], s[1]) for s in self.systems].index((name, suffix))


def plan_systems(scenario: Scenario, buses: list[str]) -> list[tuple[str, str, str]]:
    """UPS systems (name, suffix, bus) sorted by bus; a bus with racks of its own gets a plain connection."""
    systems = [
        (name, suffix, bus) for name, ups in scenario.electrical.ups.items() for suffix, bus in ups.systems
    ]
    systems += [("", bus, bus) for bus in buses if any(g.bus == bus for g in scenario.racks.values())]
    return sorted(systems, key=lambda s: buses.index(s[2]))


def plan_rows(plan: Plan) -> None:
    """Lay out the rows, give each its two sides, and add up what every system may have to carry."""
    scenario = plan.scenario
    plan.load = [0.0] * len(plan.systems)
    for name in plan.groups:
        group = scenario.racks[name]
        if group.bus is not None:
            choices = [plan.system("", group.bus)]
        else:
            choices = [
                plan.system(ups, suffix)
                for ups in group.ups or []
                for suffix, _ in scenario.electrical.ups[ups].systems
            ]
        peak = racks.electrical_peak(group)
        alternate = plan.system(group.switch.alternate) if group.switch else -1
        for k, row in enumerate(racks.rows_of(name, group, len(choices))):
            side_a = choices[k % len(choices)]
            side_b = choices[(k + 1) % len(choices)] if len(choices) > 1 else -1
            plan.rows.append(row)
            plan.sides.append((side_a, side_b))
            plan.alternates.append(alternate)
            power = row.units * row.lump * peak * (1.0 + sum(group.pdu.loss))
            plan.load[side_a] += power
            if side_b >= 0:
                plan.load[side_b] += power
    plan_catchers(plan)


def plan_catchers(plan: Plan) -> None:
    """Add to every alternate UPS what the one of its preferred systems with the most load would leave to it."""
    left: dict[tuple[int, int], float] = {}
    for row, (a, b), alternate in zip(plan.rows, plan.sides, plan.alternates, strict=True):
        group = plan.scenario.racks[row.group]
        power = row.units * row.lump * racks.electrical_peak(group) * (1.0 + sum(group.pdu.loss))
        for side in {a, b} - {alternate, -1} if alternate >= 0 else ():
            left[alternate, side] = left.get((alternate, side), 0.0) + power
    for alternate in {key[0] for key in left}:
        plan.load[alternate] += max(power for key, power in left.items() if key[0] == alternate)


def heat_of(scenario: Scenario, hall: str | None = None, cdu: str | None = None) -> float:
    """Largest heat that racks give the air of a hall, or a group of CDUs [W]."""
    total = 0.0
    for group in scenario.racks.values():
        liquid = group.liquid_fraction if group.cdu else 0.0
        share = liquid if cdu is not None else 1.0 - liquid
        if (hall is not None and group.hall == hall) or (cdu is not None and group.cdu == cdu):
            total += group.count * racks.electrical_peak(group) * share
    return total


def hosts(plan: Plan, name: str) -> dict[str, int]:
    """Indices of the bus and UPS that a fan or pump hangs on, and of those it changes over to, -1 for none.

    On a 2N pair it hangs on the first system and changes over to the second.
    """
    if name in plan.buses:
        return {"bus": plan.buses.index(name), "ups": -1, "bus_2": -1, "ups_2": -1}
    systems = plan.scenario.electrical.ups[name].systems
    found = [(plan.buses.index(bus), plan.system(name, suffix)) for suffix, bus in systems]
    (bus, ups), (bus_2, ups_2) = found[0], found[1] if len(found) > 1 else (-1, -1)
    return {"bus": bus, "ups": ups, "bus_2": bus_2, "ups_2": ups_2}


def host_load(plan: Plan, place: dict[str, int], power: float) -> None:
    """Add what a fan or pump draws to every UPS system that may have to carry it."""
    for ups in (place["ups"], place["ups_2"]):
        if ups >= 0:
            plan.load[ups] += power
