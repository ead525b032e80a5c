"""The table of ASHRAE classes says what the summary holds, and marks what was exceeded."""

from __future__ import annotations

from types import SimpleNamespace

from twin.report.classes import class_rows
from twin.result import Quantity


def rows(**values: float | str) -> list[tuple[str, str, str, bool]]:
    summary = {name: Quantity(value, "", "") for name, value in values.items()}
    return [(r.what, r.limit, r.got, r.over) for r in class_rows(SimpleNamespace(summary=summary))]


def test_a_result_without_classes_has_no_table() -> None:
    assert rows(pue=1.2) == []


def test_what_was_exceeded_is_marked() -> None:
    found = rows(
        outside_recommended=90.0, outside_a2=0.0, inlet_rise_15min=5.2, inlet_rise_1h=7.0, coolant_class="W32"
    )
    assert found == [
        (
            "Inlet air, recommended of classes A1 to A4, and grade A of GB 50174",
            "18 to 27 °C",
            "outside for 1 min 30 s",
            True,
        ),
        ("Inlet air, allowable of class A2", "10 to 35 °C", "never outside", False),
        ("Rise of inlet air in 15 min", "at most 5 K", "5.2 K", True),
        ("Rise of inlet air in one hour", "at most 20 K", "7.0 K", False),
        ("Coolant to cold plates", "", "within class W32", False),
    ]
