"""From events of a scenario to writes into states, with every mistake told at its line."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from twin.actions import ABOVE_START, FEED_OUT, RESTORE, SET, Actions, Told, Write
from twin.errors import InputError, Problem, suggest
from twin.facility.build import Facility
from twin.faults.naming import aliases, noun, unit_label, units_named
from twin.faults.parts import BLOCKS, DEEDS, PARTS, Deed, Part, modelled, sided, state_row
from twin.kernels import fields as f
from twin.kernels.clock import NEVER
from twin.scenario.events_grid import Outage
from twin.scenario.events_site import Failure, Operation, SiteEvent
from twin.scenario.scenario import Scenario


@dataclass(frozen=True)
class Spell:
    """A part of one unit out of service from `start` to `end` [s].

    Attributes
    ----------
    amount, whole : float
        How much of it, and how much there is, in the unit of the part's states.
    sides : tuple of int
        Which of the part's states, by index; all of them but for a row's breaker of one side.
    member : int
        The member it befalls; -1 for all.
    """

    part: Part
    unit: int
    start: float
    end: float
    amount: float
    sides: tuple[int, ...]
    whole: float = 1.0
    member: int = -1


def site_actions(scenario: Scenario, facility: Facility) -> Actions:
    """Actions of a single run: every event inside the site, `after_outage` counted from the first outage.

    Raises
    ------
    InputError
        For units and parts that are not there, with file, line and the nearest name.
    """
    outages = [event.at for event in scenario.events if isinstance(event, Outage)]
    return compiled(scenario, facility, min(outages, default=None), only_after_outage=False)


def outage_actions(scenario: Scenario, facility: Facility) -> Actions:
    """Actions of every member of a study, whose outage begins at time 0: the events given `after_outage`."""
    return compiled(scenario, facility, 0.0, only_after_outage=True)


def compiled(
    scenario: Scenario, facility: Facility, outage: float | None, *, only_after_outage: bool
) -> Actions:
    """Writes and words of the events of a scenario; `outage` is when the mains are lost [s]."""
    problems: list[Problem] = []
    spells: list[Spell] = []
    writes: list[Write] = []
    told: list[Told] = []
    for index, event in enumerate(scenario.events):
        if not isinstance(event, SiteEvent) or (only_after_outage and event.after_outage is None):
            continue
        try:
            start = instant(scenario, index, event, outage)
            if isinstance(event, Failure):
                new = list(failure_spells(scenario, facility, index, event, start))
                spells += new
                told += failure_words(facility, event, new)
            elif isinstance(event, Operation):
                done = list(operation_writes(scenario, facility, index, event, start))
                writes += [write for write, _ in done]
                told += [text for _, text in done if text is not None]
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return Actions((*timeline(spells), *writes), tuple(told))


def instant(scenario: Scenario, index: int, event: SiteEvent, outage: float | None) -> float:
    """Run time of an event [s]."""
    if event.after_outage is None:
        return float(event.at or 0.0)
    if outage is None:
        raise scenario.refuse(f"events.{index}.after_outage", "the run has no outage event: give at")
    return outage + event.after_outage


def chosen_units(
    scenario: Scenario, facility: Facility, index: int, event: SiteEvent, blocks: Sequence[str]
) -> Iterator[tuple[str, int]]:
    """Class and index of every unit that an event names, each once."""
    site = facility.site
    seen = set()
    for name in event.unit:
        found = units_named(site, blocks, name)
        if len(found) != 1:
            known = [alias for block in blocks for alias in aliases(site, block)]
            message = (
                f"{name!r} is a {' and a '.join(noun(block) for block, _ in found)}: put its place in the file "
                "before it, as in electrical.buses.NAME"
                if found
                else f"unknown {' or '.join(noun(block) for block in blocks)} {name!r}{suggest(name, known)}"
            )
            raise scenario.refuse(f"events.{index}.unit", message)
        block, units = found[0]
        for unit in units:
            if (block, unit) not in seen:
                seen.add((block, unit))
                yield block, unit


def failure_spells(
    scenario: Scenario, facility: Facility, index: int, event: Failure, start: float
) -> Iterator[Spell]:
    """Spells out of service of one failure event."""
    choices = {part.block: part for part in PARTS if part.name == event.part}
    if not choices:
        names = dict.fromkeys(part.name for part in PARTS)
        raise scenario.refuse(
            f"events.{index}.part", f"unknown part {event.part!r}{suggest(event.part, names)}"
        )
    there = [name for name in choices if facility.site.names.get(name)]
    if not there:
        raise scenario.refuse(f"events.{index}.part", f"this site has no {event.part} that could fail")
    end = start + event.repair if event.repair is not None else NEVER
    for block, unit in chosen_units(scenario, facility, index, event, there):
        part = choices[block]
        if not modelled(part):
            raise scenario.refuse(
                f"events.{index}.part", f"the model of a {noun(block)} has no {event.part} that could fail"
            )
        if part.name == "leak" and facility.site.params["cdu"][0, f.CDU_INVENTORY, unit] <= 0.0:
            label = unit_label(facility.site, block, unit)
            raise scenario.refuse(
                f"events.{index}.part",
                f"how much coolant {label} holds and loses is not known: give its CDUs a leak",
            )
        sides = one_side(scenario, index, part, event.side)
        amount = amount_of(scenario, facility, index, event, part, unit)
        yield Spell(part, unit, start, end, amount, sides, whole_of(scenario, facility, part, unit))


def one_side(scenario: Scenario, index: int, part: Part, side: str | None) -> tuple[int, ...]:
    """Which states of a part are meant."""
    if side is not None and not sided(part.states):
        raise scenario.refuse(
            f"events.{index}.side", f"a {part.name} of a {noun(part.block)} has no side A and B"
        )
    return tuple(range(len(part.states))) if side is None else ("AB".index(side),)


def amount_of(
    scenario: Scenario, facility: Facility, index: int, event: Failure, part: Part, unit: int
) -> float:
    """What the event adds to the state of a part."""
    if part.value not in ("count", "share"):
        if event.count is not None or event.share is not None:
            key = "count" if event.count is not None else "share"
            raise scenario.refuse(f"events.{index}.{key}", f"a {part.name} fails as a whole: leave {key} out")
        return 1.0
    whole = pieces(scenario, facility, part, unit)
    if event.share is not None and (part.value == "share" or whole is not None):
        return event.share * (1.0 if part.value == "share" else float(whole or 0.0))
    label = unit_label(facility.site, part.block, unit)
    if whole is None:
        raise scenario.refuse(
            f"events.{index}.part", f"how many {part.name}s {label} has is not known: give share"
        )
    count = event.count if event.count is not None else 1
    if count > whole:
        raise scenario.refuse(f"events.{index}.count", f"{label} has {whole:g} {part.name}s, {count} given")
    return count / whole if part.value == "share" else float(count)


def whole_of(scenario: Scenario, facility: Facility, part: Part, unit: int) -> float:
    """The most that can be out of a part, in the unit of its states."""
    return float(pieces(scenario, facility, part, unit) or 1.0) if part.value == "count" else 1.0


def pieces(scenario: Scenario, facility: Facility, part: Part, unit: int) -> float | None:
    """How many pieces a unit has of a part that is counted; None where that is not known."""
    return PIECES[part.name, part.block](scenario, facility, unit)


def ups_modules(scenario: Scenario, facility: Facility, unit: int) -> float | None:
    """Modules of a UPS system."""
    for name, systems in facility.ups.items():
        if unit in systems:
            rated = float(facility.site.params["ups"][0, f.UPS_RATED, unit])
            return float(round(rated / scenario.electrical.ups[name].module_power))
    return None


def battery_strings(scenario: Scenario, facility: Facility, unit: int) -> float | None:
    """Strings of a battery, where the scenario says how many."""
    systems = facility.site.states["ups"].shape[2]
    for name, units in facility.ups.items():
        if unit in units:
            return whole_number(getattr(scenario.electrical.ups[name].battery, "strings", None))
    for name, units in facility.storage.items():
        if unit - systems in units:
            return whole_number(getattr(scenario.electrical.storage[name].battery, "strings", None))
    return None


def number(block: str, param: str) -> Callable[[Scenario, Facility, int], float | None]:
    """Pieces of a unit by one of its parameters."""

    def count(scenario: Scenario, facility: Facility, unit: int) -> float | None:
        return float(facility.site.params[block][0, BLOCKS[block].param_index(param), unit])

    return count


def whole_number(value: object) -> float | None:
    """A count as a number, None where there is none."""
    return float(value) if isinstance(value, int | float) else None


def air_handlers(scenario: Scenario, facility: Facility, unit: int) -> float | None:
    """Air handlers of a hall."""
    return float(facility.site.params["hall"][0, f.HALL_UNITS, unit])


PIECES: dict[tuple[str, str], Callable[[Scenario, Facility, int], float | None]] = {
    ("module", "ups"): ups_modules,
    ("string", "battery"): battery_strings,
    ("pump", "cdu"): number("cdu", "pumps"),
    ("pump", "plant"): number("plant", "pumps"),
    ("chiller", "plant"): number("plant", "chillers"),
    ("condenser-pump", "plant"): number("plant", "condenser_pumps"),
    ("air-handler", "hall"): air_handlers,
}
"""How many pieces a unit has, by part and class."""


def failure_words(facility: Facility, event: Failure, spells: Iterable[Spell]) -> Iterator[Told]:
    """The event in words, and its repair."""
    for spell in spells:
        unit = unit_label(facility.site, spell.part.block, spell.unit)
        share = f"{event.share:.0%}" if event.share is not None else str(event.count or 1)
        what = spell.part.words.format(unit=unit, count=share)
        side = f", side {event.side}" if event.side else ""
        yield Told(spell.start, "failure", unit, f"Failure: {what}{side} (scenario event).")
        if spell.end < NEVER:
            text = f"Repaired, {spell.part.name} of {unit}{side} (scenario event)."
            yield Told(spell.end, "repair", unit, text)


def operation_writes(
    scenario: Scenario, facility: Facility, index: int, event: Operation, start: float
) -> Iterator[tuple[Write, Told | None]]:
    """Writes of one operation; the first of each unit comes with its words."""
    deed = next((deed for deed in DEEDS if deed.name == event.do), None)
    if deed is None:
        names = [deed.name for deed in DEEDS]
        raise scenario.refuse(
            f"events.{index}.do", f"unknown operation {event.do!r}{suggest(event.do, names)}"
        )
    if not facility.site.names.get(deed.block):
        raise scenario.refuse(f"events.{index}.do", f"this site has no {noun(deed.block)} to {event.do}")
    for _, unit in chosen_units(scenario, facility, index, event, (deed.block,)):
        label = unit_label(facility.site, deed.block, unit)
        side = f", side {event.side}" if event.side else ""
        told: Told | None = Told(
            start, "operation", label, f"{deed.words.format(unit=label)}{side} (scenario event)."
        )
        for row, value in deed_rows(scenario, index, deed, event.side):
            yield Write(start, deed.block, row, unit, value), told
            told = None


def deed_rows(scenario: Scenario, index: int, deed: Deed, side: str | None) -> Iterator[tuple[int, float]]:
    """State rows and values of a deed."""
    states = deed.states
    if side is not None:
        if not sided(tuple(name for name, _ in states)):
            raise scenario.refuse(f"events.{index}.side", f"{deed.name} has no side A and B")
        states = (states["AB".index(side)],)
    for name, value in states:
        row = state_row(deed.block, name)
        if row is None:
            raise scenario.refuse(
                f"events.{index}.do", f"the model of a {noun(deed.block)} knows no {deed.name}"
            )
        yield row, value
    for name, value in deed.also:
        row = state_row(deed.block, name)
        if row is not None:
            yield row, value


def timeline(spells: Iterable[Spell]) -> Iterator[Write]:
    """Writes of spells: spells of one state that overlap are added up, and each end takes its part away."""
    grouped: dict[tuple[Part, int, int, int], list[Spell]] = {}
    for spell in spells:
        for side in spell.sides:
            grouped.setdefault((spell.part, side, spell.unit, spell.member), []).append(spell)
    for (part, side, unit, member), group in grouped.items():
        row = state_row(part.block, part.states[side])
        assert row is not None
        if part.value == "feed":
            # The end is written with the start, once for both states.
            yield from feed_writes(group, unit, member) if side == 0 else ()
        elif part.states[side] == "run_left":
            yield from run_writes(group, row, unit, member)
        else:
            for time, level in levels(group):
                yield Write(time, part.block, row, unit, level, ABOVE_START, group[0].whole, member)


def levels(spells: Sequence[Spell]) -> Iterator[tuple[float, float]]:
    """Instants at which something begins or ends, and how much is out from then on."""
    for time in sorted({time for spell in spells for time in (spell.start, spell.end) if time < NEVER}):
        yield time, math.fsum(spell.amount for spell in spells if spell.start <= time < spell.end)


def merged(spells: Sequence[Spell]) -> Iterator[tuple[float, float]]:
    """Start and end of the times in which any of the spells lasts."""
    start, end = math.nan, -math.inf
    for spell in sorted(spells, key=lambda spell: spell.start):
        if spell.start > end:
            if end > -math.inf:
                yield start, end
            start, end = spell.start, spell.end
        end = max(end, spell.end)
    yield start, end


def feed_writes(spells: Sequence[Spell], unit: int, member: int) -> Iterator[Write]:
    """A feed dies, and comes back."""
    for start, end in merged(spells):
        yield Write(start, "feed", f.FEED_OUTAGE_START, unit, end, FEED_OUT, member=member)
        if end < NEVER:
            for row in (f.FEED_OUTAGE_START, f.FEED_OUTAGE_END):
                yield Write(end, "feed", row, unit, 0.0, RESTORE, member=member)


def run_writes(spells: Sequence[Spell], row: int, unit: int, member: int) -> Iterator[Write]:
    """A set that runs stops at once; a repaired one may be called again, and has its time to failure before it."""
    for start, end in merged(spells):
        yield Write(start, "genset", row, unit, 0.0, SET, member=member)
        if end < NEVER:
            yield Write(end, "genset", row, unit, 0.0, RESTORE, member=member)
            yield Write(
                end, "genset", f.GEN_MODE, unit, f.GEN_STOPPED, SET, member=member, only=float(f.GEN_FAILED)
            )
