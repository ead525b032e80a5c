"""The published cases hold, the harness finds them, and a failing or missing check is not a pass."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from twin.errors import InputError
from twin.validate import Result, case_names, load_case, validate
from twin.validation.case import Case, Check, measured

AREA_CASES = ("gb_2019_08_09", "ieee14_frequency")
BATTERY_CASES = ("lfp_ageing", "pybamm_lfp")


@pytest.mark.parametrize("name", AREA_CASES + BATTERY_CASES)
def test_case_holds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWIN_DATA", raising=False)
    (result,) = validate([name], "cpu")
    assert [check for check in result.checks if check.passed is False] == []
    assert result.passed


@pytest.mark.real_data
def test_the_a123_cell_follows_its_measured_voltage() -> None:
    if "TWIN_DATA" not in os.environ:
        pytest.skip("TWIN_DATA is not set: no measured voltage")
    (result,) = validate(["a123_cell"], "cpu")
    assert len(result.checks) == 4
    assert result.passed


def test_the_a123_cell_is_not_made_without_its_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWIN_DATA", raising=False)
    (result,) = validate(["a123_cell"], "cpu")
    assert [check.passed for check in result.checks] == [None]
    assert not result.passed


@pytest.mark.real_data
def test_gb_follows_the_measured_frequency() -> None:
    if "TWIN_DATA" not in os.environ:
        pytest.skip("TWIN_DATA is not set: no measured frequency")
    (result,) = validate(["gb_2019_08_09"], "cpu")
    errors = [check for check in result.checks if check.quantity.startswith("RMS")]
    assert len(errors) == 2
    assert all(check.passed for check in errors)


@pytest.mark.real_data
def test_gb_anchors_are_those_of_the_measured_frequency() -> None:
    from twin.validation.gb_2019_08_09.case import SERIES, read_measured

    path, why = measured(SERIES)
    if path is None:
        pytest.skip(why)
    time, frequency = read_measured(path)
    assert frequency.min() == 48.787
    assert time[frequency.argmin()] == pytest.approx(75.9, abs=0.5)
    early = (time > 15.0) & (time < 45.0)
    assert frequency[early].min() == 49.083


def test_gb_needs_its_relays_to_stop_at_the_nadir() -> None:
    # What the README says of the nadir: the relay makes it. Without stages the fall goes on.
    from twin.kernels.fields import REL_FREQUENCY
    from twin.validation.area_run import run_area
    from twin.validation.gb_2019_08_09.case import area

    model = area()
    relay = model.param["relay"][0]
    relay[REL_FREQUENCY, relay[REL_FREQUENCY] < 49.0] = 1.0
    assert run_area(model, 120.0, 0.02).nadir < 48.5


def test_gb_nadir_does_not_depend_on_the_step() -> None:
    from twin.validation.area_run import run_area
    from twin.validation.gb_2019_08_09.case import area

    fine, middle, coarse = (run_area(area(), 90.0, step).nadir for step in (0.001, 0.005, 0.02))
    assert max(abs(fine - middle), abs(fine - coarse)) < 0.005 * (50.0 - fine)


def test_gb_readings_differ_where_the_readme_says() -> None:
    from twin.validation.area_run import run_area
    from twin.validation.gb_2019_08_09.case import area

    added = run_area(area(handover=False, trip_at_49=False, net_shed=False), 30.0, 0.02)
    case = run_area(area(), 30.0, 0.02)
    assert float(added.at(25.5)) - float(case.at(25.5)) > 0.35


def test_without_data_the_comparison_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWIN_DATA", raising=False)
    (result,) = validate(["gb_2019_08_09"], "cpu")
    skipped = [check for check in result.checks if check.passed is None]
    assert len(skipped) == 2
    assert all("TWIN_DATA" in check.note for check in skipped)


def test_measured_names_the_missing_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_DATA", str(tmp_path))
    path, why = measured("nowhere/series.csv")
    assert path is None
    assert "nowhere/series.csv" in why


def test_check_outcomes() -> None:
    assert Check("q", 1.0, 1.1, 0.2, "Hz").passed is True
    assert Check("q", 1.0, 1.3, 0.2, "Hz").passed is False
    assert Check("q", float("nan"), 1.0, 0.2, "Hz").passed is False
    assert Check("q", None, 1.0, 0.2, "Hz").passed is None


def test_a_case_without_a_check_made_does_not_pass() -> None:
    case = Case("c", "t", "r", "s", run=lambda backend: [])
    assert not Result(case, ()).passed
    assert not Result(case, (Check("q", None, 1.0, 0.1, "Hz"),)).passed
    assert not Result(case, (Check("q", 1.0, 1.0, 0.1, "Hz"), Check("q", 2.0, 1.0, 0.1, "Hz"))).passed


def test_names_match_folders() -> None:
    assert set(AREA_CASES) <= set(case_names())
    for name in AREA_CASES:
        assert load_case(name).name == name


def test_unknown_case_and_backend_are_refused() -> None:
    with pytest.raises(InputError, match="ieee14_frequency"):
        validate(["ieee14_freqency"])
    with pytest.raises(InputError, match="backend"):
        validate(["ieee14_frequency"], "abacus")


def test_results_and_figures_are_written(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    validate(["ieee14_frequency"], "cpu", out)
    (record,) = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert record["case"] == "ieee14_frequency"
    assert record["passed"] is True
    assert {"quantity", "got", "expected", "tolerance", "unit", "passed"} <= set(record["checks"][0])
    assert (out / "ieee14_frequency.html").stat().st_size > 10_000
    assert np.isfinite(record["checks"][0]["got"])
