"""The Frontier day and the heat wave hold with the measured series, and are not made without."""

from __future__ import annotations

import os

import pytest

from twin.validate import validate

CASES = ("frontier_day", "heat_wave")


@pytest.mark.real_data
@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_case_holds(name: str) -> None:
    if "TWIN_DATA" not in os.environ:
        pytest.skip("TWIN_DATA is not set: no measured series")
    (result,) = validate([name], "cpu")
    assert [str(check) for check in result.checks if not check.passed] == []
    assert len(result.checks) >= 6


@pytest.mark.parametrize("name", CASES)
def test_case_is_not_made_without_its_series(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWIN_DATA", raising=False)
    (result,) = validate([name], "cpu")
    assert [check.passed for check in result.checks] == [None]
    assert "TWIN_DATA" in result.checks[0].note
