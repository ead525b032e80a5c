"""The synchronous area behind the site's connection, from a file to parameter blocks for kernels/area.py.

An area file (`assets/grid/*.yaml`) holds values with units, each with its source and confidence: the area
itself, `events` (infeed lost or restored), and optionally `turbines`, `responses` and `relays`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from twin.errors import InputError, Problem, suggest
from twin.kernels.fields import (
    AREA,
    AREA_F0,
    AREA_FREQUENCY,
    AREA_NADIR,
    AREA_SITES,
    AREA_STEP_MAX,
    REL_TRIPPED_AT,
    RELAY,
    RESP_CLOCK,
    RESPONSE,
    TURB_POWER_START,
    TURB_REHEAT,
    TURB_VALVE,
    TURBINE,
    Block,
)
from twin.scenario import library
from twin.scenario.document import Document, Key, read
from twin.scenario.units import convert

Array = npt.NDArray[np.float64]

STEP_MAX = 0.02
"""Longest step of the swing equation, s; at 20 ms the validated nadirs move by 0.1 mHz at most."""


@dataclass(frozen=True)
class Value:
    """What a key of an area file holds: its unit and bounds, and what stands for it when it is absent.

    Attributes
    ----------
    unit, example : str
        Unit it is kept in, and how a user writes it.
    above, minimum, maximum : float
        Bounds in `unit`; `above` is exclusive.
    absent : float or None
        Meaning of leaving the key out; None: it must be there.
    """

    unit: str
    example: str
    minimum: float = -math.inf
    above: float = -math.inf
    maximum: float = math.inf
    absent: float | None = None


_POWER = Value("W", "150 MW", above=0.0)
_NO_POWER = Value("W", "150 MW", minimum=0.0, absent=0.0)
_TIME = Value("s", "0.3 s", minimum=0.0)
_FREQUENCY = Value("Hz", "50 Hz", above=0.0)

KEYS: dict[str, dict[str, Value]] = {
    "area": {
        "frequency_nominal": _FREQUENCY,
        "kinetic_energy": Value("J", "210 GW s", above=0.0),
        "load": _POWER,
        "load_damping": Value("1/Hz", "0.02 / Hz", minimum=0.0),
    },
    "events": {
        "at": Value("s", "57.5 s"),
        "lost": _NO_POWER,
        "restored": _NO_POWER,
        "ramp": Value("s", "0.3 s", minimum=0.0, absent=0.0),
    },
    "turbines": {
        "power_rated": _POWER,
        "droop": Value("", "0.05", above=0.0),
        "t1": _TIME,
        "t2": _TIME,
        "t3": _TIME,
        "valve_max": Value("", "1.05"),
        "valve_min": Value("", "0.3"),
        "power_start": Value("", "0.8"),
    },
    "responses": {
        "power_held": _POWER,
        "delivery": Value("", "0.9", minimum=0.0, maximum=1.0),
        "dead_band": Value("Hz", "0.015 Hz", minimum=0.0),
        "deviation_full": Value("Hz", "0.5 Hz", above=0.0),
        "delay": _TIME,
        "ramp": _TIME,
        "sustain": Value("s", "30 s", minimum=0.0, absent=math.inf),
        "rundown": Value("s", "10 s", minimum=0.0, absent=0.0),
    },
    "relays": {"frequency": _FREQUENCY, "delay": _TIME, "demand": _NO_POWER, "generation": _NO_POWER},
}
"""Section of an area file -> its keys. Leaving out `sustain` means for good, `ramp` of an event a step."""

_BLOCKS: dict[str, tuple[str, Block]] = {
    "area": ("area", AREA),
    "turbines": ("turbine", TURBINE),
    "responses": ("response", RESPONSE),
    "relays": ("relay", RELAY),
}


@dataclass(frozen=True)
class AreaModel:
    """An area as the kernels take it.

    Attributes
    ----------
    name, description : str
        From the file.
    param : dict of array, shape (1, field, unit)
        'area', 'turbine', 'response', 'relay' -> parameters, in SI, one variant.
    state : dict of array, shape (1, field, unit)
        The same, states at the start, one member.
    events : array, shape (n, 3)
        Run time s, infeed lost W (negative: restored), ramp time s.
    names : dict of tuple of str
        The same keys and 'event' -> names of the units.
    sources : dict of str
        'responses.secondary', 'area.load', ... -> source and confidence.
    """

    name: str
    description: str
    param: dict[str, Array]
    state: dict[str, Array]
    events: Array
    names: dict[str, tuple[str, ...]]
    sources: dict[str, str]


def load_area(name: str | Path, *, event_at: float = 0.0, sites: float = 1.0) -> AreaModel:
    """Read an area of the library, or a file of the same form.

    Parameters
    ----------
    name : str or Path
        Name of a shipped area such as 'gb-2019-08-09', or the path of a YAML file.
    event_at : float
        Run time at which time 0 of the file falls, s.
    sites : float
        How many sites like the simulated one act on the area together, >= 0.

    Raises
    ------
    InputError
        For an unknown name, an unreadable file, an unknown or missing key, or a value that cannot be used.
    """
    if not (math.isfinite(sites) and sites >= 0.0):
        raise InputError(f"sites: expected a number of at least 0, got {sites}")
    if not math.isfinite(event_at):
        raise InputError(f"event_at: expected a finite time in seconds, got {event_at}")
    document = read(_path(name))
    table = _Table(document)
    units = {section: table.section(section) for section in KEYS}
    table.refuse_unknown((), document.data, ["description", *KEYS])
    if table.problems:
        raise InputError(table.problems)
    param = {kind: _parameters(block, units[section]) for section, (kind, block) in _BLOCKS.items()}
    param["area"][0, AREA_SITES, 0] = sites
    param["area"][0, AREA_STEP_MAX, 0] = STEP_MAX
    rows = [(u["at"] + event_at, u["lost"] - u["restored"], u["ramp"]) for _, u in units["events"]]
    return AreaModel(
        name=Path(name).stem if isinstance(name, Path) else name,
        description=str(document.data.get("description", "")),
        param=param,
        state=start(param),
        events=np.array(rows, dtype=np.float64).reshape(-1, 3),
        names={kind: tuple(n for n, _ in units[section]) for section, (kind, _) in _BLOCKS.items()}
        | {"event": tuple(n for n, _ in units["events"])},
        sources=table.sources,
    )


def start(param: dict[str, Array]) -> dict[str, Array]:
    """Return the states of an area at rest at nominal frequency, shaped like `param` of an AreaModel."""
    state = {kind: np.zeros((1, len(block.states), param[kind].shape[2])) for kind, block in _BLOCKS.values()}
    for field in (AREA_FREQUENCY, AREA_NADIR):
        state["area"][:, field] = param["area"][:, AREA_F0]
    for field in (TURB_VALVE, TURB_REHEAT):
        state["turbine"][:, field] = param["turbine"][:, TURB_POWER_START]
    state["response"][:, RESP_CLOCK] = -1.0
    state["relay"][:, REL_TRIPPED_AT] = -1.0
    return state


def _path(name: str | Path) -> Path:
    if isinstance(name, Path) or name.endswith((".yaml", ".yml")):
        return Path(name)
    known = library.names("grid")
    if name not in known:
        raise InputError(Problem(f"there is no grid area {name!r}{suggest(name, known)}", key="area"))
    return library.folder("grid") / f"{name}.yaml"


def _parameters(block: Block, units: list[tuple[str, dict[str, float]]]) -> Array:
    param = np.zeros((1, len(block.params), len(units)))
    for i, (_, values) in enumerate(units):
        for key, value in values.items():
            param[0, block.param_index(key), i] = value
    return param


class _Table:
    """Reads the sections of an area file and collects everything that is wrong with them."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self.sources: dict[str, str] = {}

    def section(self, section: str) -> list[tuple[str, dict[str, float]]]:
        """Return name and values of each unit of a section; the area itself is its only unit."""
        given = self.document.data.get(section)
        if section == "area":
            return [("area", self._area(given))]
        if given is None:
            return []
        if not isinstance(given, list):
            self._problem((section,), "expected a list")
            return []
        return [self._unit(section, i, item) for i, item in enumerate(given)]

    def refuse_unknown(self, key: Key, given: dict[str, Any], known: list[str]) -> None:
        """Note every key of `given` that is not in `known`."""
        for name in given:
            if name not in known:
                self._problem((*key, name), f"unknown key{suggest(name, known)}")

    def _area(self, given: Any) -> dict[str, float]:
        if not isinstance(given, dict):
            self._problem(("area",), "expected a mapping with " + ", ".join(KEYS["area"]))
            return {}
        self.refuse_unknown(("area",), given, list(KEYS["area"]))
        values: dict[str, float] = {}
        for name, kind in KEYS["area"].items():
            item = given.get(name)
            if not isinstance(item, dict) or "value" not in item:
                self._problem(("area", name), "expected {value, source, confidence}")
                continue
            self.refuse_unknown(("area", name), item, ["value", "source", "confidence"])
            self._source(("area", name), item, f"area.{name}")
            values[name] = self._value(("area", name, "value"), item["value"], kind)
        return values

    def _unit(self, section: str, i: int, item: Any) -> tuple[str, dict[str, float]]:
        key: Key = (section, i)
        if not isinstance(item, dict):
            self._problem(
                key, "expected a mapping with name, source, confidence, " + ", ".join(KEYS[section])
            )
            return "", {}
        name = item.get("name")
        if not isinstance(name, str) or not name:
            self._problem((*key, "name"), "expected a name")
            name = str(i)
        self._source(key, item, f"{section}.{name}")
        self.refuse_unknown(key, item, ["name", "source", "confidence", *KEYS[section]])
        values: dict[str, float] = {}
        for field, kind in KEYS[section].items():
            if field in item:
                values[field] = self._value((*key, field), item[field], kind)
            elif kind.absent is not None:
                values[field] = kind.absent
            else:
                self._problem((*key, field), f"missing: expected a value such as {kind.example!r}")
        if section == "events" and ("lost" in item) == ("restored" in item):
            self._problem(key, "expected either 'lost' or 'restored'")
        if section == "relays" and "demand" not in item and "generation" not in item:
            self._problem(key, "expected 'demand' or 'generation', or both")
        if section == "turbines" and not self._within_valve(values):
            self._problem((*key, "power_start"), "expected a value between valve_min and valve_max")
        return name, values

    def _within_valve(self, values: dict[str, float]) -> bool:
        low, at, high = (values.get(k, math.nan) for k in ("valve_min", "power_start", "valve_max"))
        # What is missing or unreadable has been noted where it stands.
        return not (at < low or at > high)

    def _value(self, key: Key, given: Any, kind: Value) -> float:
        number = math.nan
        try:
            if isinstance(given, str):
                number = convert(given, kind.unit)
            elif isinstance(given, int | float) and not isinstance(given, bool) and kind.unit == "":
                number = float(given)
        except (ValueError, OverflowError):
            pass
        if not math.isfinite(number) or not kind.minimum <= number <= kind.maximum or number <= kind.above:
            limits = (("at least", kind.minimum), ("more than", kind.above), ("at most", kind.maximum))
            bounds = [f"{word} {x:g} {kind.unit}".rstrip() for word, x in limits if math.isfinite(x)]
            text = f"expected a value such as {kind.example!r}" + "".join(f", {bound}" for bound in bounds)
            self._problem(key, f"{text}; got {given!r}")
        return number

    def _source(self, key: Key, item: dict[str, Any], name: str) -> None:
        source, confidence = item.get("source"), item.get("confidence")
        if not isinstance(source, str) or not source:
            self._problem((*key, "source"), "missing: every value names its source")
        if confidence not in library.CONFIDENCE:
            self._problem((*key, "confidence"), "expected one of " + ", ".join(library.CONFIDENCE))
        self.sources[name] = f"{source} ({confidence})"

    def _problem(self, key: Key, message: str) -> None:
        self.problems.append(self.document.problem(key, message))
