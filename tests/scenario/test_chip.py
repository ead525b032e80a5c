"""Chips and fans of a server as a scenario gives them."""

from __future__ import annotations

import pytest

from twin.errors import InputError
from twin.facility import build
from twin.kernels import fields as f
from twin.scenario.load import load


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("{type: cpu-2u, chip: {type: cpu-350w, inlet_throttle: 35 degC}}", "required where inlet_throttle"),
        ("{type: cpu-2u, chip: {type: cpu-350w, throttle_full: 90 degC}}", "must be above throttle"),
        ("{type: cpu-2u, chip: {type: cpu-350w, shutdown: 80 degC}}", "must be above throttle"),
        ("{type: cpu-2u, fan_inlet: 45 degC}", "fan_inlet_full .40 degC. must be above fan_inlet"),
        ("{type: cpu-2u, chip: cpu-350}", "cpu-350w"),
    ],
)
def test_a_chip_or_fan_that_cannot_be_is_refused(change: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        load("hall-2mw", [f"racks.cpu.server={change}"])


def test_a_server_without_chips_neither_leaks_nor_throttles() -> None:
    bare = "{type: cpu-2u, chip: null, fan_inlet: null, fan_inlet_full: null, fan_time_constant: null}"
    p = build(load("hall-2mw", [f"racks.cpu.server={bare}"])).site.params["rack"][0, :, 0]
    assert p[f.RACK_CHIP_R] == p[f.RACK_LEAKAGE] == p[f.RACK_FAN_LAG] == 0.0
    assert min(p[f.RACK_CHIP_THROTTLE], p[f.RACK_CHIP_SHUTDOWN], p[f.RACK_FAN_INLET]) == 1e30


def test_a_chip_rises_by_its_rise_at_peak_power() -> None:
    site = build(load("campus-40mw")).site
    racks = [k for k, name in enumerate(site.names["rack"]) if name.startswith("gpu-1-")]
    p = site.params["rack"][0][:, racks[0]]
    servers = 18 * 6667.0
    heat = p[f.RACK_CHIP_R] * servers * p[f.RACK_LIQUID]
    # 3 K at the electrical input, which is the servers' power and the loss of their supplies.
    assert 0.9 * 3.0 < heat < 3.0
