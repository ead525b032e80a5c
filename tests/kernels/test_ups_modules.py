"""UPS modules: capacity and loss of those in service, the overload curve, N+1, and whose load it carries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from site_builder import WHITE_PAPER_108, one
from ups_rig import BYPASS, DEAD, GOOD, NORMAL, OFF, ON_BATTERY, System

from twin.kernels import fields as f
from twin.kernels.ups_modules import ups_loss
from twin.kernels.ups_power import ups_output

CURVE = {
    "overload": 1.5, "overload_load_0": 1.25, "overload_time_0": 600.0, "overload_time_1": 60.0,
    "overload_time_2": 60.0, "overload_time_3": 60.0, "overload_recovery": 600.0,
}  # fmt: skip
"""125 % for 10 min, 150 % for 1 min (Galaxy VL)."""


def carried(load: float, dt: float = 1.0, **values: float) -> float:
    """How long a load is carried before the system trips [s]."""
    ups = System(**(CURVE | values))
    ups.load = load
    return ups.until(OFF, GOOD, dt, 2000.0) - dt


@pytest.mark.parametrize("dt", [0.1, 1.0, 20.0])
@pytest.mark.parametrize(("load", "time"), [(1010.0, 600.0), (1250.0, 600.0), (1251.0, 60.0), (1500.0, 60.0)])
def test_the_overload_curve(load: float, time: float, dt: float) -> None:
    assert carried(load, dt) == pytest.approx(time)


def test_above_the_curve_it_trips_in_the_next_step() -> None:
    assert carried(1501.0, 0.01) == pytest.approx(0.01)


def test_overload_adds_up_and_is_forgotten() -> None:
    """30 s of 150 % use half, 60 s of normal load give back a tenth, 36 s more use the rest."""
    ups = System(**CURVE)
    for load, seconds in ((1500.0, 30), (900.0, 60)):
        ups.load = load
        for _ in range(seconds):
            ups.step()
    assert ups[f.UPS_OVERLOAD_USED] == pytest.approx(0.5 - 0.1)
    ups.load = 1500.0
    assert ups.until(OFF, GOOD, 1.0, 100.0) - 1.0 == pytest.approx(36.0)


def test_overload_goes_to_the_bypass_and_comes_back_when_the_load_fits() -> None:
    ups = System(**CURVE, bypass=1, retransfer_delay=5.0)
    ups.load = 1400.0
    assert ups.until(BYPASS, GOOD, 1.0, 100.0) == 61.0
    ups.load = 1001.0
    assert ups.modes("mmmmmmmm") == [BYPASS] * 8
    ups.load = 1000.0
    assert ups.modes("mm") == [BYPASS, NORMAL]


@pytest.mark.parametrize(("out", "mode"), [(0, NORMAL), (1, NORMAL), (2, OFF), (4, OFF)])
def test_n_plus_one_keeps_the_load_through_one_failure(out: int, mode: int) -> None:
    """Three of four modules carry it; two are overloaded above the curve."""
    ups = System(**(CURVE | {"overload": 1.25, "overload_time_1": 600.0}), modules=4)
    ups.load = ups.s[f.UPS_DEMAND] = 750.0
    ups.step()
    ups.s[f.UPS_MODULES_OUT] = out
    assert ups.step() == mode


def test_rectifier_charger_and_loss_follow_the_modules_in_service() -> None:
    ups = System(
        {"soc": 0.5}, modules=4, modules_out=2, charge_power=100.0, rectifier_margin=1.0, **WHITE_PAPER_108
    )
    ups.load = ups.s[f.UPS_DEMAND] = 250.0
    ups.step()
    # Half of the modules at half load: half of the loss of the whole at half load.
    assert ups[f.UPS_LOSS] == pytest.approx(500.0 * (0.01333 + 0.0032 + 0.25 * 0.01081))
    assert ups.battery == -50.0
    ups.load = ups.s[f.UPS_DEMAND] = 495.0
    ups.step()
    assert ups[f.UPS_POWER_IN] == 500.0


@pytest.mark.parametrize(
    ("load", "running"), [(0.0, 1), (187.5, 1), (188.0, 2), (375.0, 2), (600.0, 4), (1000.0, 4)]
)
def test_modules_that_stand_by_lose_nothing(load: float, running: int) -> None:
    p, s = one("ups", **WHITE_PAPER_108, modules=4, module_load=0.75)
    x = load / (250.0 * running)
    expected = 250.0 * running * (0.01333 + x * (0.0064 + x * 0.01081))
    assert ups_loss(p, s, 0, NORMAL, load) == pytest.approx(expected)


def test_on_battery_the_inverter_alone_loses() -> None:
    ups = System(**WHITE_PAPER_108 | {"loss_battery_0": 0.0, "loss_battery_1": 0.0, "loss_battery_2": 0.0})
    ups.step(DEAD)
    assert (ups[f.UPS_MODE], ups[f.UPS_LOSS], ups.battery) == (ON_BATTERY, 0.0, 500.0)


@given(st.integers(0, 5), st.integers(0, 5), st.booleans())
def test_every_side_is_counted_by_the_system_that_feeds_it_now(a: int, b: int, alternate: bool) -> None:
    """Two PDUs, each listed with both of two systems: a transfer switch moves a side, and no power is lost."""
    _, s_pdu = one("pdu")
    s_pdu = np.repeat(s_pdu, 2, axis=1)
    s_pdu[f.PDU_POWER_A] = (10.0 * a, 7.0)
    s_pdu[f.PDU_POWER_B] = (10.0 * b, 0.0)
    s_pdu[f.PDU_SOURCE_A] = (1.0 if alternate else 0.0, 1.0)
    s_pdu[f.PDU_SOURCE_B] = (1.0, -1.0)
    links = np.array([0, 1, 2, 3])
    _, s = one("ups")
    s = np.repeat(s, 2, axis=1)
    output = [ups_output(s, i, s_pdu, links, 0, 4) for i in (0, 1)]
    assert output == [0.0 if alternate else 10.0 * a, 10.0 * b + 7.0 + (10.0 * a if alternate else 0.0)]
