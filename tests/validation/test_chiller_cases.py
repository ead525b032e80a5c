"""The cases of published and measured chillers hold, and say so when they are not made."""

from __future__ import annotations

import os

import numpy as np
import pytest

from twin.kernels.fields import PLANT_P_CHILLER, PLANT_Q_CHILLER, PLANT_T
from twin.validate import validate
from twin.validation.chiller_plant_sg.plant_fit import errors
from twin.validation.plant_bench import bench_plants, bench_run

CASES = ("chiller_curves", "chiller_plant_sg")


@pytest.mark.real_data
@pytest.mark.parametrize("name", CASES)
def test_the_case_holds(name: str) -> None:
    if "TWIN_DATA" not in os.environ:
        pytest.skip("TWIN_DATA is not set: no measured chillers")
    (result,) = validate([name], "cpu")
    assert [check for check in result.checks if not check.passed] == []
    assert len(result.checks) >= 5


@pytest.mark.parametrize("name", CASES)
def test_the_case_is_not_made_without_its_data(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWIN_DATA", raising=False)
    (result,) = validate([name], "cpu")
    assert [check.passed for check in result.checks] == [None]
    assert not result.passed


def test_a_plant_on_the_bench_takes_its_heat_at_its_set_point() -> None:
    plant = {"chillers": 2, "chiller_capacity": 1e6, "chiller_cop": 5.0, "temperature_set": 7.0}
    p, s = bench_plants([plant | {"evaporator_max": 99.0}] * 3)
    heat = np.array([[0.0, 0.5e6, 1.5e6], [3e6, 0.5e6, 0.0]])
    air = np.full_like(heat, 20.0)
    found = bench_run(p, s, heat, air, air, (PLANT_Q_CHILLER, PLANT_P_CHILLER, PLANT_T), 3600.0)
    assert found[0, 0] == pytest.approx([0.0, 0.5e6, 1.5e6], abs=50.0)
    assert found[0, 1] == pytest.approx([0.0, 0.1e6, 0.3e6], abs=50.0)
    # Two chillers take no more than they can.
    assert found[1, 0] == pytest.approx([2e6, 0.5e6, 0.0], abs=50.0)
    assert found[:, 2] == pytest.approx(7.0, abs=1e-4)


def test_guideline_14_is_measurement_less_model() -> None:
    spread, bias = errors(np.array([1.0, 1.0, 1.0]), np.array([1.0, 2.0, 3.0]))
    assert bias == pytest.approx(3.0 / (2.0 * 2.0))
    assert spread == pytest.approx(np.sqrt(5.0 / 2.0) / 2.0)
