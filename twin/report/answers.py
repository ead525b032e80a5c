"""The first thing a reader wants: did the racks survive, for how long, how hot, at what cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from twin.result import Quantity, Result

RACK_OFF, RACK_TOO_HOT = 0, 3


@dataclass(frozen=True)
class Answer:
    """One key answer: the question, the value with its unit, a remark, and whether it is good or bad news."""

    question: str
    value: str
    remark: str = ""
    mood: str = ""


def amount(quantity: Quantity) -> str:
    """Return a value with a unit that a person would choose.

    Energies [J] become kWh or MWh, powers [W] kW or MW, volumes [m3] litres, times [s] minutes, hours or
    days; any other unit stays.
    """
    unit = quantity.unit
    if isinstance(quantity.value, str):
        return quantity.value
    number = float(quantity.value)
    if not math.isfinite(number):
        return "not known" if math.isnan(number) else "not in this run" if unit == "s" else "no limit"
    if unit == "s":
        return duration(number)
    for known, steps in _SCALES.items():
        if unit == known:
            factor, name = next((s for s in steps if abs(number) >= s[0]), steps[-1])
            return f"{_digits(number / factor)} {name}"
    text = _digits(number)
    return text if unit in ("1", "") else f"{text} {_NAMES.get(unit, unit)}"


_SCALES = {
    "J": ((3.6e9, "MWh"), (3.6e6, "kWh"), (3.6e3, "Wh")),
    "W": ((1e6, "MW"), (1e3, "kW"), (1.0, "W")),
    "m3": ((1.0, "m³"), (1e-3, "litres")),
    "kg": ((1e3, "t"), (1.0, "kg")),
}
_NAMES = {"degC": "°C", "m3/MWh": "m³/MWh"}


def _digits(number: float) -> str:
    if number == 0.0:
        return "0"
    if float(number).is_integer() and abs(number) < 1e15:
        return f"{number:,.0f}"
    size = math.floor(math.log10(abs(number)))
    return f"{number:,.{min(6, max(0, 2 - size))}f}"


def duration(seconds: float) -> str:
    """Return a length of time in words: 45 s, 4 min, 4 min 12 s, 2 h 05 min, 3.2 days."""
    if seconds < 0.0:
        return f"-{duration(-seconds)}"
    if seconds < 60.0:
        return f"{_digits(round(seconds, 2))} s"
    if round(seconds) < 3600:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes} min" + (f" {rest} s" if rest else "")
    if seconds < 2 * 86400.0:
        hours, rest = divmod(round(seconds / 60.0), 60)
        return f"{hours} h" + (f" {rest:02d} min" if rest else "")
    return f"{seconds / 86400.0:,.1f} days"


@dataclass(frozen=True)
class Racks:
    """What the rack series tell: how many there are, how many stopped or overheated, when first, how hot."""

    count: int
    lost: int
    first: float
    hottest: float


def racks_of(result: Result, member: int | None) -> Racks | None:
    """Read from the rack series what happened to them; None when they were not recorded."""
    if not result.has("rack", "mode"):
        return None
    names = result.units("rack")
    lost, first, hottest = np.zeros(len(names), bool), math.inf, -math.inf
    for time, mode in result.slabs("rack", "mode", member):
        down = (mode == RACK_OFF) | (mode == RACK_TOO_HOT)
        lost |= down.any(axis=0)
        rows = np.flatnonzero(down.any(axis=1))
        if len(rows):
            first = min(first, float(time[rows[0]]))
    if result.has("rack", "temperature_inlet"):
        for _, inlet in result.slabs("rack", "temperature_inlet", member):
            hottest = max(hottest, float(inlet.max()))
    return Racks(len(names), int(lost.sum()), first, hottest)


def answers(result: Result, member: int | None = None) -> list[Answer]:
    """Return the key answers, the most important first; what the file does not hold is left out."""
    summary = result.summary
    found = _survival(result, member)

    def add(question: str, name: str, remark: str = "", mood: str = "") -> None:
        if name in summary:
            text = remark or _sentence(summary[name].meaning)
            found.append(Answer(question, amount(summary[name]), text, mood))

    unserved = _number(summary, "energy_unserved")
    add(
        "Unserved energy",
        "energy_unserved",
        mood="" if unserved is None else ("bad" if unserved > 0 else "good"),
    )
    if "temperature_inlet_max" in summary:
        add("Hottest rack inlet", "temperature_inlet_max")
    else:
        racks = racks_of(result, member)
        if racks is not None and math.isfinite(racks.hottest):
            hottest = Quantity(racks.hottest, "degC", "")
            found.append(Answer("Hottest rack inlet", amount(hottest), "Highest recorded inlet temperature."))
    add("Cost", "cost")
    add("CO₂", "co2")
    add("PUE", "pue")
    if (_number(summary, "water") or 0.0) > 0.0:
        add("WUE", "wue")
    if (_number(summary, "energy_reuse") or 0.0) > 0.0:
        add("Heat sold", "energy_reuse")
        add("ERF", "erf")
    add("Fuel burnt", "fuel")
    return found


def _survival(result: Result, member: int | None) -> list[Answer]:
    summary = result.summary
    racks = racks_of(result, member)
    count, lost = _number(summary, "racks"), _number(summary, "racks_lost")
    if racks is not None:
        count = racks.count if count is None else count
        lost = racks.lost if lost is None else lost
    found = []
    if lost is not None:
        of = f" of {count:,.0f}" if count is not None else ""
        if lost == 0:
            shed = _number(summary, "racks_shed") or 0.0
            if shed > 0.0:
                kept = f"None was lost; {shed:,.0f}{of} were shut down by order, to shed load."
            else:
                kept = (
                    "Every rack kept working." if count is None else f"All {count:,.0f} racks kept working."
                )
            yes = "Yes" if result.complete else "So far"
            found.append(Answer("Did the racks survive?", yes, kept, "good" if result.complete else ""))
        else:
            found.append(
                Answer("Did the racks survive?", "No", f"{lost:,.0f}{of} racks stopped working.", "bad")
            )
    if "survived_time" in summary:
        meaning = _sentence(summary["survived_time"].meaning)
        found.append(Answer("How long?", amount(summary["survived_time"]), meaning))
    elif racks is not None and math.isfinite(racks.first):
        found.append(Answer("First rack lost", duration(racks.first), "After the start of the run."))
    return found


def _number(summary: dict[str, Quantity], name: str) -> float | None:
    return float(summary[name].value) if name in summary else None


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:].rstrip(".") + "." if words else ""


def summary_rows(result: Result) -> list[tuple[str, str]]:
    """Return the whole summary as (meaning, value with unit)."""
    return [(_sentence(q.meaning).rstrip("."), amount(q)) for q in result.summary.values()]


def _tiny(number: float, unit: str) -> str:
    if math.isnan(number):
        return "not known"
    return f"0{unit}" if number == 0.0 else f"{number:.1e}{unit}"


def account_rows(result: Result, member: int = 0) -> list[dict[str, Any]]:
    """Return the energy account of each class in words, and whether its books close."""
    rows = []
    for name, account in result.accounts.items():
        values = {q: float(v[member]) for q, v in account.items()}
        relative = values.get("relative", math.nan)
        if math.isnan(values.get("residual", math.nan)):
            continue  # a feed only passes energy on: it has a flow, and no books to close
        rows.append(
            {
                "name": name,
                **{
                    q: amount(Quantity(values.get(q, math.nan), "J", ""))
                    for q in ("e_in", "e_out", "e_loss", "stored")
                },
                "residual": _tiny(values.get("residual", math.nan), " J"),
                "relative": _tiny(abs(relative), ""),
                "closed": math.isnan(relative) or abs(relative) < 1e-9,
            }
        )
    return rows
