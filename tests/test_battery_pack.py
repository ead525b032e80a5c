"""Packs that the builder makes of library cells: they last as long as was asked, follow Peukert, and age."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from twin.facility.pack import pack_units
from twin.facility.storage import battery_unit
from twin.facility.ups import ups_energy
from twin.facility.wells import cell_wells, peukert_wells, usable_share
from twin.kernels import fields as f
from twin.kernels.battery import battery_interval, battery_step
from twin.kernels.scalar import Array
from twin.scenario import library
from twin.scenario.electrical import Ups
from twin.scenario.equipment import equipment
from twin.scenario.equipment_storage import Battery

CELLS = list(library.entries("battery"))


def cell(name: str, **values: Any) -> Battery:
    return TypeAdapter(Battery).validate_python({"type": name, **values})


def pack(battery: Battery, energy: float, power: float, soc: float = 1.0) -> tuple[Array, Array]:
    p, s = pack_units(f.BATTERY, [battery_unit("pack", battery, energy, soc, power, power)])
    return p[0], s[0]


def lasts(p: Array, s: Array, power: float, dt: float = 1.0) -> float:
    """Time for which the whole of `power` is given [s]."""
    t = 0.0
    while t < 1e5:
        battery_interval(p, s, 0, dt)
        if battery_step(p, s, 0, power, dt) < power * (1.0 - 1e-9):
            break
        t += dt
    return t


def ups(name: str, autonomy: str) -> Ups:
    return TypeAdapter(Ups).validate_python(
        {"type": "ups-vfi", "redundancy": "N", "bus": "bus", "initial_soc": 1.0,
         "battery": {"type": name, "autonomy": autonomy}}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("lfp-ups-50ah", 15.0),
        ("lfp-ups-50ah", 30.0),
        ("lfp-280ah", 75.0),
        ("vrla-100ah", 10.0),
        ("vrla-100ah", 30.0),
    ],
)
def test_a_ups_battery_lasts_for_its_autonomy(name: str, minutes: float) -> None:
    """At rated power, by a closed form that takes drop, usable charge and cut-off together: within -1 and +3 %."""
    system = ups(name, f"{minutes} min")
    power = 1e6 * (1.0 + sum(system.loss_battery))
    p, s = pack(system.battery, ups_energy(system, 1e6), 2.0 * power)
    assert -0.01 <= lasts(p, s, power) / (60.0 * minutes) - 1.0 <= 0.03


@pytest.mark.parametrize("exponent", [1.05, 1.15, 1.25])
def test_vrla_follows_peukert(exponent: float) -> None:
    """Delivered charge as I^(1 - k) between 5 min and 1 h, within 2 % (VRLA: k of 1.05 to 1.25)."""
    wells = peukert_wells(exponent, 36000.0)
    for time in (300.0, 600.0, 1200.0, 2400.0, 3600.0):
        law = (time / 36000.0) ** ((exponent - 1.0) / exponent)
        assert wells.total * wells.share(time) == pytest.approx(law, rel=0.02)


def test_vrla_in_the_kernel_follows_peukert() -> None:
    """The same with the pack stepped at constant power, without resistance: currents of 10 min and 1 h."""
    battery = cell(
        "vrla-100ah", resistance="0 ohm", resistance_rc="0 ohm", ocv=["2 V", "2 V"], discharge_rate_max=10
    )
    found = {}
    for rate in (0.6, 3.0):
        p, s = pack(battery, 3.6e9, 1e9)
        found[rate] = lasts(p, s, rate * 1e6) * rate
    times = {rate: charge / rate for rate, charge in found.items()}
    law = (times[3.0] / times[0.6]) ** (0.15 / 1.15)
    assert found[3.0] / found[0.6] == pytest.approx(law, rel=0.03)


def test_no_peukert_no_wells() -> None:
    assert peukert_wells(1.0, 36000.0).share(10.0) == 1.0
    battery = cell("lfp-280ah", surface_share=None, diffusion_time=None)
    assert cell_wells(battery).bulk == 0.0
    assert usable_share(battery, 3600.0, 0.0) == pytest.approx(0.95)


def test_an_aged_pack_has_less_charge_and_more_resistance() -> None:
    new, old = (pack(cell("lfp-280ah", health=health), 3.6e9, 1e9) for health in (1.0, 0.8))
    assert old[0][f.BAT_CHARGE, 0] == pytest.approx(0.8 * new[0][f.BAT_CHARGE, 0])
    assert old[0][f.BAT_R0, 0] == pytest.approx(new[0][f.BAT_R0, 0] / 0.8)
    assert old[0][f.BAT_FADE_BEFORE, 0] == pytest.approx(0.2)
    assert old[1][f.BAT_STORED, 0] == pytest.approx(0.8 * new[1][f.BAT_STORED, 0])
    assert lasts(*old, 5e5, 10.0) == pytest.approx(0.8 * lasts(*new, 5e5, 10.0), rel=0.02)


@pytest.mark.parametrize("name", CELLS)
def test_library_cells_make_sane_packs(name: str) -> None:
    battery = equipment("battery", name)
    assert isinstance(battery, Battery)
    p, s = pack(battery, 3.6e9, 1e12)
    assert 0.3 < usable_share(battery, 3600.0, 0.5 * battery.energy / 3600.0) <= 1.0
    # An hour each way at C/10 from half charge.
    s[f.BAT_SOC, 0] = s[f.BAT_TURN, 0] = 0.5
    from twin.kernels.battery_cell import battery_energy

    s[f.BAT_STORED, 0] = battery_energy(p, s, 0)
    battery_interval(p, s, 0, 10.0)
    for power in (1e5, -1e5):
        for _ in range(360):
            battery_step(p, s, 0, power, 10.0)
    assert s[f.BAT_E_LOSS, 0] > 0.0
    assert s[f.BAT_E_OUT, 0] == pytest.approx(3.6e8)
    assert s[f.BAT_E_IN, 0] == pytest.approx(3.6e8)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"hysteresis_rate": None}, "hysteresis is given, so hysteresis_rate is required too"),
        ({"peukert": 1.1, "rated_time": "10 h"}, "either peukert or surface_share"),
        ({"ocv_soc": [0, 1], "ocv": ["3 V", "2.9 V"]}, "must not fall"),
        ({"resistance_relative": [1.0, 2.0]}, "lists of one length"),
        ({"health": 0.0}, "health"),
    ],
)
def test_what_a_cell_may_not_say(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        cell("lfp-280ah", **values)
