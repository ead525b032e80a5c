"""Chiller curves: the reference point, part load, staging and 159 published machines."""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from thermal_model import plant_block

from twin.kernels import fields as f
from twin.kernels.chiller import biquadratic, chiller_power, chillers_running, within
from twin.kernels.plant_chillers import plant_chiller_capacity, plant_chiller_power

KELVIN = 273.15


def machines() -> list[dict[str, str]]:
    """Return the published chillers, or skip."""
    folder = os.environ.get("TWIN_DATA")
    if not folder:
        pytest.skip("TWIN_DATA is not set: the chiller curves are read from it")
    with (Path(folder) / "equip_chiller_curves" / "chillers_electric_eir.csv").open() as file:
        return list(csv.DictReader(file))


def plant_of(row: dict[str, str]) -> tuple[np.ndarray, float, float]:
    """Return a plant of one such chiller and its reference temperatures, degC."""
    values = {
        "chillers": 1,
        "chiller_capacity": -float(row["QEva_flow_nominal"]),
        "chiller_cop": float(row["COP_nominal"]),
        "part_load_min": float(row["PLRMin"]),
        "part_load_unload": float(row["PLRMinUnl"]),
        "condenser_min": float(row["TConEntMin"]) - KELVIN,
        "condenser_max": float(row["TConEntMax"]) - KELVIN,
        "evaporator_min": float(row["TEvaLvgMin"]) - KELVIN,
        "evaporator_max": float(row["TEvaLvgMax"]) - KELVIN,
    }
    for k in range(6):
        values[f"capacity_curve_{k}"] = float(row[f"capFunT_{k}"])
        values[f"eir_curve_{k}"] = float(row[f"EIRFunT_{k}"])
    for k in range(3):
        values[f"part_load_{k}"] = float(row[f"EIRFunPLR_{k}"])
    p, _ = plant_block(1.0, **values)
    return p, float(row["TEvaLvg_nominal"]) - KELVIN, float(row["TConEnt_nominal"]) - KELVIN


@pytest.mark.real_data
def test_all_machines_give_their_reference_cop() -> None:
    """At reference temperatures and full load, as closely as the published fits themselves are normalised."""
    deviation = []
    for row in machines():
        p, te, tc = plant_of(row)
        available = plant_chiller_capacity(p, 0, te, tc)
        cop = available / plant_chiller_power(p, 0, available, available, 1.0, te, tc)
        eir = np.dot(
            [float(row[f"EIRFunT_{k}"]) for k in range(6)], [1.0, te, te * te, tc, tc * tc, te * tc]
        ) * sum(float(row[f"EIRFunPLR_{k}"]) for k in range(3))
        assert cop * eir == pytest.approx(float(row["COP_nominal"]), rel=1e-9), row["name"]
        deviation.append(abs(cop / float(row["COP_nominal"]) - 1.0))
    assert len(deviation) == 159
    # How well the fits return to 1 at their own reference point is a property of the data.
    assert np.median(deviation) < 0.01
    assert np.sum(np.array(deviation) < 0.05) >= 149
    assert max(deviation) < 0.20


@pytest.mark.real_data
def test_all_machines_use_less_power_with_a_cold_condenser() -> None:
    for row in machines():
        p, te, _ = plant_of(row)
        heat = 0.6 * p[f.PLANT_CAPACITY, 0]
        power = []
        for tc in (p[f.PLANT_TC_MIN, 0], p[f.PLANT_TC_MAX, 0]):
            available = plant_chiller_capacity(p, 0, te, tc)
            power.append(plant_chiller_power(p, 0, min(heat, available), available, 1.0, te, tc))
        assert power[0] < power[1], row["name"]


def test_biquadratic_terms_are_in_the_published_order() -> None:
    for k, expected in enumerate((1.0, 7.0, 49.0, 25.0, 625.0, 175.0)):
        coefficients = [0.0] * 6
        coefficients[k] = 1.0
        assert biquadratic(*coefficients, 7.0, 25.0) == expected
    assert biquadratic(-1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 7.0, 25.0) == 0.0


def test_full_load_power_is_capacity_over_cop_times_curves() -> None:
    assert chiller_power(500e3, 500e3, 5.0, 0.9, 0.3, 0.2, 0.5, 0.1, 0.1) == pytest.approx(90e3)
    assert chiller_power(0.0, 500e3, 5.0, 0.9, 0.3, 0.2, 0.5, 0.1, 0.1) == 0.0
    assert chiller_power(1.0, 0.0, 5.0, 0.9, 0.3, 0.2, 0.5, 0.1, 0.1) == 0.0


def test_a_chiller_cycles_below_its_least_part_load() -> None:
    """Half of the least load takes half of the power of the least load."""
    least = chiller_power(50e3, 500e3, 5.0, 1.0, 0.3, 0.2, 0.5, 0.1, 0.1)
    assert chiller_power(25e3, 500e3, 5.0, 1.0, 0.3, 0.2, 0.5, 0.1, 0.1) == pytest.approx(0.5 * least)


def test_as_few_chillers_run_as_can_carry_the_load() -> None:
    assert chillers_running(0.0, 100.0, 3.0) == 0.0
    assert chillers_running(100.0, 100.0, 3.0) == 1.0
    assert chillers_running(100.1, 100.0, 3.0) == 2.0
    assert chillers_running(900.0, 100.0, 3.0) == 3.0
    assert chillers_running(10.0, 0.0, 3.0) == 0.0
    assert chillers_running(10.0, 100.0, 0.0) == 0.0


def test_temperatures_are_held_to_the_range_of_the_fit() -> None:
    assert within(3.0, 5.0, 9.0) == 5.0
    assert within(12.0, 5.0, 9.0) == 9.0
    p, _ = plant_block(1e6)
    edge = plant_chiller_capacity(p, 0, p[f.PLANT_TE_MAX, 0], 20.0)
    assert plant_chiller_capacity(p, 0, 22.0, 20.0) == edge
