"""Present values by hand."""

from __future__ import annotations

import numpy as np
import pytest

from twin.kernels import fields as f
from twin.scenario.load import load
from twin.sizing.cost import (
    YEAR,
    annuity,
    life_cycle,
    replacements,
    storage_life,
    year_of_tests,
)
from twin.sizing.designs import Design


def test_annuity_and_replacements() -> None:
    assert annuity(0.05, 10.0) == pytest.approx(sum(1.05**-k for k in range(1, 11)))
    assert annuity(0.0, 10.0) == 10.0
    assert replacements(0.05, 10.0, 25.0) == pytest.approx(1.05**-10 + 1.05**-20)
    assert replacements(0.05, 12.5, 25.0) == pytest.approx(1.05**-12.5)
    assert replacements(0.05, 25.0, 25.0) == 0.0
    assert replacements(0.0, 6.0, 25.0) == 4.0


def test_life_cycle_adds_up() -> None:
    study = load("replace-diesel").study
    assert study is not None
    costs = study.costs
    design = Design(generators=2, storage_power=1e6, storage_energy=2 * 3.6e9)
    found = life_cycle(costs, design, 2e6, 1.0, 0.5, 1000.0, 10.0)
    rate, years = 0.0638, 25
    present = sum((1 + rate) ** -k for k in range(1, years + 1))
    storage = 455.0 * 2000.0 + 910.0 * 1000.0
    diesel = 650.0 * 4000.0
    again = storage * ((1 + rate) ** -10 + (1 + rate) ** -20)
    assert found.capital == pytest.approx(storage + diesel)
    assert found.replacement == pytest.approx(again)
    assert found.upkeep == pytest.approx((22.75 * 1000.0 + 20.0 * 4000.0) * present)
    assert found.fuel == pytest.approx(594.0 * present)
    assert found.testing == pytest.approx(297.0 * present)
    assert found.revenue == pytest.approx(1000.0 * present)
    parts = found.capital + found.replacement + found.upkeep + found.fuel + found.testing - found.revenue
    assert found.total == pytest.approx(parts)
    assert found.annual * present == pytest.approx(found.total)


def test_a_battery_that_cycles_wears_out_sooner() -> None:
    study = load("replace-diesel").study
    assert study is not None
    assert storage_life(study.costs, 0.0, 6000.0) == pytest.approx(10.0)
    assert storage_life(study.costs, 300.0, 6000.0) == pytest.approx(10.0)
    assert storage_life(study.costs, 1000.0, 6000.0) == pytest.approx(6.0)
    assert study.costs.storage_lifetime / YEAR == pytest.approx(10.0)


def test_tests_run_their_time_and_burn_their_fuel() -> None:
    """Weekly half hours at 40 %: 26 h and a quarter of an hour a year."""
    group = load("replace-diesel").electrical.generators["gen-a"]
    group = group.model_copy(update={"test_interval": 7 * 86400.0, "test_duration": 1800.0, "test_load": 0.4})
    genset = np.zeros(len(f.GENSET.params))
    genset[[f.GEN_FUEL_0, f.GEN_FUEL_1, f.GEN_FUEL_2]] = (1e-5, 2e-5, 3e-5)
    genset[[f.GEN_RATED, f.GEN_CO2, f.GEN_NOX]] = (2e6, 2710.0, 1e-9)
    found = year_of_tests(genset, group)
    assert found.time == pytest.approx(365.25 / 7.0 * 1800.0)
    flow = 1e-5 + 2e-5 * 0.4 + 3e-5 * 0.4**2
    assert found.fuel == pytest.approx(found.time * flow)
    assert found.co2 == pytest.approx(2710.0 * found.fuel)
    assert found.nox == pytest.approx(1e-9 * 0.4 * 2e6 * found.time)
