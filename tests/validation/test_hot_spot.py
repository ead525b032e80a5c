"""The transformer of a busbar keeps to IEC 60076-7."""

from __future__ import annotations

import pytest

from twin.validate import validate
from twin.validation.iec60076_7_hot_spot.case import closed_form, example


def test_the_case_holds() -> None:
    (result,) = validate(["iec60076_7_hot_spot"], "cpu")
    assert [str(check) for check in result.checks if not check.passed] == []
    assert len(result.checks) == 15


def test_the_example_does_not_depend_on_the_step() -> None:
    _, minutes = example("cpu", 60.0)
    _, longer = example("cpu", 300.0)
    assert longer == pytest.approx(minutes, abs=1e-3)


def test_the_closed_form_is_at_its_start_and_its_end() -> None:
    assert closed_form(1.0, 0.0) == pytest.approx((38.3, 38.3))
    oil, hot = closed_form(1.0, 1e6)
    assert (oil, hot - oil) == pytest.approx((25.6 + 38.3, 14.5 * 1.4))
