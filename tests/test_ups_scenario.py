"""UPS systems from the file to the kernels, and their stories told in words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pydantic import ValidationError

from twin.errors import InputError
from twin.facility import Facility, build
from twin.happenings import changed, happenings, modes
from twin.kernels import fields as f
from twin.scenario.equipment_ups import UpsUnit
from twin.scenario.load import load


def built(*overrides: str) -> Facility:
    return build(load("hall-2mw", [f"electrical.ups.ups-1.{item}" for item in overrides]))


def param(facility: Facility, name: str, unit: int = 0) -> float:
    return float(facility.site.params["ups"][0, f.UPS.param_index(name), unit])


def test_keys_reach_the_kernels() -> None:
    facility = built(
        "type=ups-eco", "walk_in_delay=5 s", "counter_events=3", "counter_window=60 s", "modules=9"
    )
    expected = {
        "modules": 9.0, "power_rated": 9 * 250e3, "eco": 1.0, "eco_transfer": 2e-3, "bypass": 1.0,
        "bypass_frequency_limit": 3.0, "frequency_nominal": 50.0, "phase_jump_max": math.radians(20.0),
        "overload": 1.5, "overload_load_0": 1.25, "overload_time_0": 600.0, "overload_time_3": 60.0,
        "overload_recovery": 600.0, "counter_events": 3.0, "counter_reset": 1e30, "counter_any": 0.0,
        "retransfer_delay": 15.0, "voltage_full": 0.85, "ride_points": 0.0, "test_time": 10.0,
    }  # fmt: skip
    assert {name: param(facility, name) for name in expected} == pytest.approx(expected)
    # 2.5 V a cell, 150 cells in series.
    assert param(facility, "test_voltage_min") == pytest.approx(375.0, rel=0.1)
    assert (facility.site.states["ups"][0, f.UPS_MODE] == f.UPS_ECO).all()


def test_a_ride_through_table_reaches_the_kernels() -> None:
    facility = built("type=ups-ride-through")
    assert [param(facility, f"ride_voltage_{k}") for k in range(6)] == [0.17, 0.47, 0.77, 0.87, 1.1, 0.0]
    assert [param(facility, f"ride_time_{k}") for k in range(6)] == [0.15, 0.25, 0.5, 2.0, 2.0, 0.0]
    assert (param(facility, "ride_points"), param(facility, "ride_return")) == (5.0, 0.2)


def test_what_is_absent_is_not_fitted() -> None:
    bypass = (
        "loss_bypass",
        "bypass_voltage_min",
        "bypass_voltage_max",
        "bypass_frequency_limit",
        "bypass_transfer",
    )
    test = ("test_load", "test_time", "test_soc_min")
    absent = ", ".join(f"{name}: null" for name in (*bypass, *test, "phase_jump_max", "voltage_full"))
    battery = "battery: {type: lfp-ups-50ah, autonomy: 10 min}, initial_soc: 0.8"
    system = f"{{type: ups-vfi, redundancy: 2N, buses: [bus-a, bus-b], {battery}, {absent}}}"
    facility = build(load("hall-2mw", [f"electrical.ups.ups-1={system}"]))
    assert param(facility, "bypass") == 0.0
    assert param(facility, "test_time") == 0.0
    assert param(facility, "phase_jump_max") == 1e30
    assert param(facility, "voltage_full") == 1.0


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("mode=eco", "mode eco needs eco_voltage_min, eco_voltage_max, eco_delay, eco_transfer.*ups-eco"),
        ("counter_events=3", "counter_events needs counter_window as well"),
        ("counter_events=9", "counter_events"),
        (
            "ride_through=[{voltage: 0.5, time: 1 s}]",
            "needs ride_through_return, ride_through_walk_in as well",
        ),
        (
            "overload=[{load: 1.5, time: 1 min}, {load: 1.25, time: 10 min}]",
            "overload needs loads above 1 that rise",
        ),
        ("mode=ecco", "unknown mode 'ecco'.*eco"),
    ],
)
def test_what_does_not_fit_together_is_refused(override: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        built(override)


def test_half_a_bypass_is_refused() -> None:
    with pytest.raises(ValidationError, match="loss_bypass needs bypass_voltage_min as well"):
        UpsUnit.model_validate({"type": "ups-vfi", "bypass_voltage_min": None})


def test_latching_tests_and_modes_are_told() -> None:
    facility = built()
    states = {name: block.copy() for name, block in facility.site.states.items()}
    before = modes(states)
    ups = states["ups"]
    ups[0, f.UPS_MODE] = f.UPS_BYPASS, f.UPS_ECO
    ups[0, f.UPS_CHANGED] = 3.0
    ups[0, f.UPS_LATCHED, 1] = 1.0
    ups[0, f.UPS_LATCHED_AT, 1] = 2.5
    ups[0, f.UPS_TEST_RESULT, 0] = f.UPS_FAILED
    after = modes(states)
    assert changed(before, after)
    told = {(time, kind, unit) for time, _, kind, unit, _ in happenings(facility.site, before, after, 4.0)}
    assert told == {
        (3.0, "ups on bypass", "ups-1.A"), (3.0, "ups eco", "ups-1.B"), (2.5, "ups latched", "ups-1.B"),
        (3.0, "battery test failed", "ups-1.A"),
    }  # fmt: skip
    assert not np.shares_memory(before["ups"], after["ups"])
