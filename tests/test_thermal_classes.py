"""Results by the classes of ASHRAE: time outside each, and whose racks were outside their own."""

from __future__ import annotations

import numpy as np
import pytest

from twin.facility import build
from twin.kernels import fields as f
from twin.scenario.load import load
from twin.thermal_classes import (
    ALLOWABLE,
    RECOMMENDED,
    RECOMMENDED_H1,
    chip_summary,
    class_summary,
    coolant_class,
    time_outside,
)


def racks(*times: tuple[int, float, float]) -> np.ndarray:
    """Return rack states of two units: (unit, inlet, time)."""
    s = np.zeros((len(f.RACK.states), 2))
    for unit, inlet, time in times:
        s[f.RACK_AIR_TIME_0 + np.searchsorted(f.AIR_EDGES, inlet), unit] += time
    return s


@pytest.mark.parametrize("limits", [RECOMMENDED, *ALLOWABLE, RECOMMENDED_H1], ids=lambda c: c.name)
def test_time_outside_a_class_is_exact(limits: object) -> None:
    inlets = np.arange(0.5, 60.0, 1.0)
    s = racks(*((0, float(inlet), 10.0) for inlet in inlets))
    outside = 10.0 * float(((inlets <= limits.low) | (inlets > limits.high)).sum())
    assert list(time_outside(s, limits)) == [outside, 0.0]


def test_the_summary_names_the_worst_rack_and_those_outside_their_own_class() -> None:
    scenario = load("campus-40mw", ["racks.gpu-1.liquid_class=W32"])
    site = build(scenario).site
    s = np.zeros((len(f.RACK.states), site.racks))
    hot, liquid = 7, next(k for k, name in enumerate(site.names["rack"]) if name.startswith("gpu-1-"))
    s[f.RACK_AIR_TIME_0 + 6] = 100.0  # 25 to 27 degC
    s[f.RACK_AIR_TIME_0 + 8, hot] = 30.0  # 32 to 35 degC
    s[f.RACK_AIR_TIME_0 + 9, [hot, hot + 1]] = 5.0  # 35 to 40 degC
    s[f.RACK_COOLANT_TIME_0 + 2, liquid:] = 100.0
    s[f.RACK_RISE_SHORT, hot], s[f.RACK_RISE_HOUR, hot] = 6.0, 9.0
    found = {name: value for name, (value, _, _) in class_summary(scenario, site, s).items()}
    assert found["outside_recommended"] == 35.0
    assert found["outside_a1"] == 35.0
    assert found["outside_a2"] == 5.0
    assert found["outside_a3"] == 0.0
    assert found["outside_h1"] == 135.0
    assert (found["inlet_rise_15min"], found["inlet_rise_1h"]) == (6.0, 9.0)
    assert found["racks_outside_air_class"] == 2.0
    assert found["coolant_class"] == "W32"
    assert found["racks_above_liquid_class"] == 0.0
    s[f.RACK_COOLANT_TIME_0 + 4, liquid] = 1.0
    assert class_summary(scenario, site, s)["racks_above_liquid_class"][0] == 1.0
    assert class_summary(scenario, site, s)["coolant_class"][0] == "W45"


def test_without_liquid_there_is_no_class_of_coolant() -> None:
    assert coolant_class(racks()) is None


def test_chips_are_told_of_where_racks_have_them() -> None:
    scenario = load("hall-2mw")
    site = build(scenario).site
    s = site.states["rack"][0].copy()
    s[f.RACK_T_CHIP_MAX, 3] = 88.0
    s[f.RACK_HELD_TIME, :2], s[f.RACK_E_HELD, :2] = 60.0, 1e6
    found = {name: value for name, (value, _, _) in chip_summary(site, s).items()}
    assert found == {"temperature_chip_max": 88.0, "racks_throttled": 2.0, "energy_throttled": 2e6}
    site.params["rack"][:, f.RACK_CHIP_R] = 0.0
    assert chip_summary(site, s) == {}
