"""A DC system: float voltage on its rectifiers, battery voltage on battery, and supplies that care."""

from __future__ import annotations

import pytest
from site_builder import Rig, lfp, make_site, one

from twin.kernels import fields as f
from twin.kernels.dc_bus import dc_bus_step

FULL = 100 * 3.5305
"""Open-circuit voltage of the full battery."""
DC = {"dc_float": 1.125, "dc_battery": FULL}


def system(voltage_min: float = 0.5, **battery: float) -> Rig:
    return Rig(
        make_site(
            ups=[DC],
            batteries=[lfp(100) | {"charge_rated": 1e5, "resistance_ohmic": 1.0} | battery],
            racks=[{"voltage_min": voltage_min, "voltage_max": 1.2}],
        )
    )


def test_float_on_the_mains_battery_voltage_without_them() -> None:
    rig = system()
    rig.run(0.01, 5)
    assert rig("ups", f.UPS_VOLTAGE) == 1.125
    rig.outage(rig.t, 100.0)
    rig.run(0.01, 3)
    expected = 1.125 * rig("battery", f.BAT_VOLTAGE) / FULL
    assert rig("ups", f.UPS_MODE) == f.UPS_ON_BATTERY
    assert rig("ups", f.UPS_VOLTAGE) == pytest.approx(expected, rel=1e-6)
    assert rig("ups", f.UPS_VOLTAGE) < 1.125
    rig.run(1.0, 60)
    assert rig("ups", f.UPS_VOLTAGE) < expected


def test_supplies_drop_out_below_their_window_though_the_battery_could_go_on() -> None:
    lost, kept = (system(low, charge_rated=1e3) for low in (1.045, 0.8))
    for rig in (lost, kept):
        rig.outage(0.0, 1e4)
        rig.run(1.0, 250)
    assert kept("rack", f.RACK_LOST_AT) == -1.0
    assert 60.0 < lost("rack", f.RACK_LOST_AT) < 200.0
    assert lost("battery", f.BAT_SOC) > 0.3


def test_an_ac_system_and_a_dead_output_are_left_alone() -> None:
    _, battery = one("battery", voltage=300.0)
    for params, mode, voltage in (({}, f.UPS_ON_BATTERY, 1.0), (DC, f.UPS_OFF, 0.0)):
        p, s = one("ups", mode=mode, voltage=voltage, **params)
        dc_bus_step(p, s, 0, battery)
        assert s[f.UPS_VOLTAGE, 0] == voltage
