"""The parts of the liquid loops that need no whole site keep to their closed forms, and their judge is one."""

from __future__ import annotations

import math

import pytest

from twin.validation.liquid_loops.case import closed_form, cooling, delays, exchangers, loops


@pytest.mark.parametrize("checks", [cooling, delays, exchangers, loops])
def test_the_closed_forms_are_met(checks) -> None:  # type: ignore[no-untyped-def]
    found = checks("cpu")
    assert [str(check) for check in found if not check.passed] == []
    assert len(found) >= 5


def test_the_logarithmic_mean_gives_the_textbook_limits() -> None:
    assert closed_form(1.5, 0.0) == pytest.approx(1.0 - math.exp(-1.5), rel=1e-9)
    assert closed_form(1.5, 1.0) == pytest.approx(1.5 / 2.5, rel=1e-9)
