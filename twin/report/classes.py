"""The racks' air and coolant by the classes of ASHRAE, as rows of a table, from the summary of a result."""

from __future__ import annotations

from dataclasses import dataclass

from twin.report.answers import duration
from twin.result import Quantity, Result
from twin.thermal_classes import ALLOWABLE, RECOMMENDED, RECOMMENDED_H1, RISE_HOUR, RISE_SHORT


@dataclass(frozen=True)
class ClassRow:
    """A line of the table: what is limited, the limit, what the run did, and whether it kept it."""

    what: str
    limit: str
    got: str
    over: bool


def class_rows(result: Result) -> list[ClassRow]:
    """Return a row per class and per rate of rise; none where the summary does not hold them."""
    summary = result.summary
    rows = []
    for limits in (RECOMMENDED, *ALLOWABLE, RECOMMENDED_H1):
        quantity = summary.get("outside_" + limits.name.lower().replace("-", "_"))
        if quantity is not None:
            time = float(quantity.value)
            what = f"Inlet air, {limits.meaning}"
            got = f"outside for {duration(time)}" if time > 0.0 else "never outside"
            rows.append(ClassRow(what, f"{limits.low:g} to {limits.high:g} °C", got, time > 0.0))
    rows += _rise(summary.get("inlet_rise_15min"), "15 min", RISE_SHORT)
    rows += _rise(summary.get("inlet_rise_1h"), "one hour", RISE_HOUR)
    coolant = summary.get("coolant_class")
    if coolant is not None:
        rows.append(ClassRow("Coolant to cold plates", "", f"within class {coolant.value}", False))
    return rows


def _rise(quantity: Quantity | None, span: str, limit: float) -> list[ClassRow]:
    if quantity is None:
        return []
    value = float(quantity.value)
    return [ClassRow(f"Rise of inlet air in {span}", f"at most {limit:g} K", f"{value:.1f} K", value > limit)]
