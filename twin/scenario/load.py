"""From a file or a library name to a checked `Scenario`, with every error of the file reported at once."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from twin.errors import InputError, Problem, suggest
from twin.scenario import chiller_curves, library, merge, references
from twin.scenario.document import Document, Key, read
from twin.scenario.events_site import SiteEvent
from twin.scenario.heat import network_problems, reuse_problems
from twin.scenario.money import Money
from twin.scenario.run import divides
from twin.scenario.scenario import Scenario
from twin.scenario.tariff import TimeOfUseTariff


def load(path_or_name: str | Path, overrides: Sequence[str] = ()) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    path_or_name : str or Path
        A YAML file, or the name of a shipped scenario such as 'hall-2mw'.
    overrides : sequence of str
        Each ``path=value``, such as ``run.seed=2`` or ``racks.cpu.count=90``; the value is YAML.

    Returns
    -------
    Scenario
        In SI units, references checked. Signal files are not opened; tables of chillers are read.

    Raises
    ------
    InputError
        Naming the file, line and key of everything that is wrong.
    """
    path = find(path_or_name)
    document, folders = _with_bases(path, ())
    known = [field.alias or name for name, field in Scenario.model_fields.items()]
    wrong: list[Problem] = []
    for override in overrides:
        try:
            merge.assign(document, override, known)
        except InputError as error:
            wrong += error.problems
    if wrong:
        raise InputError(wrong)
    scenario = check(document, folders)
    scenario._document = document
    scenario._source = str(path_or_name)
    scenario._folders = folders
    return scenario


def find(path_or_name: str | Path) -> Path:
    """Return the file of a scenario given as a path or as the name of a shipped one."""
    path = Path(path_or_name)
    shipped = library.names("scenarios")
    text = str(path_or_name)
    if text in shipped and not _is_file(path):
        return library.folder("scenarios") / f"{text}.yaml"
    if "\0" in text:
        raise InputError("a file name cannot hold a null character")
    if path.suffix not in (".yaml", ".yml") and path.name == text and not _exists(path):
        raise InputError(f"there is no file and no shipped scenario {text!r}" + suggest(text, shipped))
    return path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _with_bases(path: Path, seen: tuple[Path, ...]) -> tuple[Document, tuple[Path, ...]]:
    """Read `path` over everything it extends; also return the folders of these files, nearest first."""
    document = read(path)
    here = path.resolve()
    folders: tuple[Path, ...] = (here.parent,)
    base = document.data.pop("extends", None)
    mark = document.mark(("extends",))
    document.marks.pop(("extends",), None)
    if base is None:
        return document, folders
    if not isinstance(base, str):
        raise InputError(
            Problem("expected a path or the name of a shipped scenario", mark.file, mark.line, "extends")
        )
    if here in seen:
        chain = " -> ".join(step.name for step in (*seen[seen.index(here) :], here))
        raise InputError(Problem(f"the files extend one another: {chain}", mark.file, mark.line, "extends"))
    try:
        beside = path.parent / base
        below, more = _with_bases(beside if _is_file(beside) else find(base), (*seen, here))
    except InputError as error:
        if len(error.problems) == 1 and error.problems[0].line is None:
            raise InputError(
                Problem(error.problems[0].message + f" ({base})", mark.file, mark.line, "extends")
            ) from None
        raise
    return merge.overlay(below, document), tuple(dict.fromkeys((*folders, *more)))


def check(document: Document, folders: Sequence[Path] = ()) -> Scenario:
    """Return the scenario in `document`, or raise InputError with every problem, in order of lines.

    Tables of chillers that it names are looked for in `folders`.
    """
    problems = references.check(document)
    data = copy.deepcopy(document.data)
    problems += chiller_curves.fill(data, document, folders)
    scenario: Scenario | None = None
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            problems.append(document.problem(_written(document, item["loc"]), item["msg"]))
    if scenario is not None:
        problems += _across(scenario, document)
    if problems or scenario is None:
        unique = dict.fromkeys(problems)
        raise InputError(sorted(unique, key=lambda problem: (problem.file or "", problem.line or 0)))
    return scenario


def _written(document: Document, location: Key) -> Key:
    """Return pydantic's location as a key of the file: without the tags it puts in for a choice of models."""
    key: Key = ()
    place: Any = document.data
    for index, part in enumerate(location):
        inside = (isinstance(place, dict) and part in place) or (
            isinstance(place, list) and isinstance(part, int) and part < len(place)
        )
        if inside:
            place = place[part]
        elif (index < len(location) - 1 and not isinstance(place, str)) or isinstance(place, list):
            continue
        key = (*key, part)
    return key


def _across(scenario: Scenario, document: Document) -> list[Problem]:
    """Return what is wrong between parts that are each right."""
    problems: list[Problem] = []
    run, record = scenario.run, scenario.record
    for name, interval in (("site", record.site), ("racks", record.racks)):
        if not divides(run.control_interval, interval):
            problems.append(document.problem(("record", name), "must be a multiple of run.control_interval"))
    if record.trace is not None and not (
        divides(run.step, record.trace) and divides(record.trace, run.control_interval)
    ):
        problems.append(
            document.problem(
                ("record", "trace"), "must be a multiple of run.step and divide run.control_interval"
            )
        )
    if record.trace is not None and run.coarse_thermal_step is not None:
        message = "a trace needs steps of one length: leave run.coarse_thermal_step out, or the trace"
        problems.append(document.problem(("record", "trace"), message))
    for index, event in enumerate(scenario.events):
        begins = event.at if isinstance(event, SiteEvent) else event.starts
        if begins is not None and begins >= run.duration:
            problems.append(document.problem(("events", index, "at"), "lies after the end of the run"))
    problems += _heat(scenario, document)
    problems += _one_currency(scenario, document) + _tariff_months(scenario, document)
    return problems + _study_units(scenario, document)


def _heat(scenario: Scenario, document: Document) -> list[Problem]:
    network = scenario.signals.heat
    found: list[tuple[Key, str]] = []
    if network is not None:
        found += [(("signals", "heat", key), message) for key, message in network_problems(network)]
    for name, plant in scenario.cooling.plants.items():
        if plant.heat_reuse is not None:
            key = ("cooling", "plants", name, "heat_reuse")
            found += [((*key, last), message) for last, message in reuse_problems(plant.heat_reuse, network)]
    return [document.problem(key, message) for key, message in found]


def _study_units(scenario: Scenario, document: Document) -> list[Problem]:
    if scenario.study is None:
        return []
    electrical, designs = scenario.electrical, scenario.study.designs
    wanted = (
        ("storage", designs.storage, electrical.storage),
        ("generators_of", designs.generators_of, electrical.generators),
    )
    return [
        document.problem(("study", "designs", name),
                         f"say which one is varied: the scenario has {', '.join(units) or 'none'}")
        for name, chosen, units in wanted if chosen is None and len(units) != 1
    ]  # fmt: skip


def _tariff_months(scenario: Scenario, document: Document) -> list[Problem]:
    found: list[tuple[Key, TimeOfUseTariff]] = []
    if scenario.signals.price.tariff is not None:
        found.append((("signals", "price", "tariff"), scenario.signals.price.tariff))
    if scenario.tariff is not None and scenario.tariff.energy.time_of_use is not None:
        found.append((("tariff", "energy", "time_of_use"), scenario.tariff.energy.time_of_use))
    days = [
        scenario.run.start + timedelta(days=day)
        for day in range(int(min(scenario.run.duration, 4e7) // 86400) + 1)
    ]
    days.append(scenario.run.start + timedelta(seconds=min(scenario.run.duration, 4e7)))
    problems = []
    for key, tariff in found:
        from zoneinfo import ZoneInfo

        months = sorted({day.astimezone(ZoneInfo(tariff.time_zone)).month for day in days})
        unknown = [str(month) for month in months if not tariff.covers(month)]
        if unknown:
            message = (
                f"tariff {tariff.type} does not say the hours of month {', '.join(unknown)}: add a season"
            )
            problems.append(document.problem(key, message))
    return problems


def _one_currency(scenario: Scenario, document: Document) -> list[Problem]:
    """Every amount of a scenario must be in the same currency, since nothing is exchanged."""
    first: tuple[Key, str] | None = None
    problems = []
    for key, currency in _currencies(scenario, ()):
        if first is None:
            first = (key, currency)
        elif currency != first[1]:
            message = f"{currency} here and {first[1]} at {'.'.join(map(str, first[0]))}: use one currency"
            problems.append(document.problem(key, message))
    return problems


def _currencies(value: Any, key: Key) -> list[tuple[Key, str]]:
    if isinstance(value, Money):
        return [(key, value.currency)]
    if isinstance(value, dict):
        return [found for name, item in value.items() for found in _currencies(item, (*key, name))]
    if isinstance(value, list):
        return [found for index, item in enumerate(value) for found in _currencies(item, (*key, index))]
    if hasattr(type(value), "model_fields"):
        found = [
            hit
            for name in type(value).model_fields
            for hit in _currencies(getattr(value, name), (*key, name))
        ]
        currency = getattr(value, "currency", None)
        return [*found, ((*key, "currency"), currency)] if isinstance(currency, str) else found
    return []
