"""Rack, electrical side: hold-up to the exact instant, every transition of its modes, and its account."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_builder import one

from twin.kernels import fields as f
from twin.kernels.rack import RECHARGE_SHARE, rack_interval, rack_step

LOSSY = {
    "power_idle": 300.0, "power_peak": 1000.0, "power_other": 20.0, "psu_power_rated": 1500.0,
    "psu_loss_0": 0.008, "psu_loss_1": 0.02, "psu_loss_2": 0.02, "holdup_energy": 16.5,
}  # fmt: skip


class Rack:
    """One rack, its voltages given step by step."""

    def __init__(self, utilisation: float = 1.0, **values: float) -> None:
        self.p, self.s = one("rack", **values)
        self.t = 0.0
        self.utilisation = np.array([utilisation])
        self.start = float(self.s[f.RACK_HOLDUP, 0])
        rack_interval(self.p, self.s, 0, self.utilisation)

    def step(self, a: float, b: float, dt: float, steps: int = 1) -> None:
        for _ in range(steps):
            rack_step(self.p, self.s, 0, a, b, self.t, dt)
            self.t += dt

    def __getitem__(self, index: int) -> float:
        return float(self.s[index, 0])

    def residual(self) -> float:
        """Energy in, less energy used, lost and stored."""
        stored = self[f.RACK_HOLDUP] - self.start
        return self[f.RACK_E_IN] - self[f.RACK_E_IT] - self[f.RACK_E_LOSS] - stored


def test_power_from_the_input_to_the_servers() -> None:
    rack = Rack(0.5, **LOSSY)
    rack.step(1.0, 1.0, 0.01)
    x = 650.0 / 1500.0
    loss = 1500.0 * (0.008 + 0.02 * x + 0.02 * x * x)
    assert rack[f.RACK_POWER_IT] == pytest.approx(670.0)
    assert rack[f.RACK_POWER] == pytest.approx(670.0 + loss, rel=1e-14)
    assert rack[f.RACK_WANT] + rack[f.RACK_WANT_LOSS] == pytest.approx(rack[f.RACK_POWER], rel=1e-14)


@pytest.mark.parametrize(
    ("a", "b", "share"), [(1.0, 1.0, 0.5), (1.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.5, 1.0), (1.2, 1.0, 0.0)]
)
def test_good_feeds_share(a: float, b: float, share: float) -> None:
    rack = Rack()
    rack.step(a, b, 0.01)
    assert rack[f.RACK_POWER] == 1000.0
    assert rack[f.RACK_POWER_A] == 1000.0 * share


@pytest.mark.parametrize(("voltage", "works"), [(0.78, True), (0.7799, False), (1.148, True), (1.149, False)])
def test_the_window_includes_its_limits(voltage: float, works: bool) -> None:
    rack = Rack()
    rack.step(voltage, 0.0, 0.01)
    assert (rack[f.RACK_MODE] == f.RACK_ON) is works


@pytest.mark.parametrize("dt", [1e-4, 1e-3, 5e-3, 20e-3, 1.0, 60.0])
def test_capacitors_carry_the_load_for_exactly_their_hold_up_time(dt: float) -> None:
    """11 ms at 1 kW: the rack stops 11 ms after its input, whatever the step."""
    rack = Rack(holdup_energy=11.0)
    rack.step(0.0, 0.0, dt, max(round(0.1 / dt), 1))
    assert rack[f.RACK_MODE] == f.RACK_OFF
    assert rack[f.RACK_LOST_AT] == pytest.approx(0.011, rel=1e-9)
    assert rack[f.RACK_E_IT] == pytest.approx(11.0, rel=1e-12)
    assert rack[f.RACK_E_UNSERVED] == pytest.approx(1e3 * rack.t - 11.0, rel=1e-12)
    assert rack[f.RACK_DOWNTIME] == pytest.approx(rack.t - 0.011, rel=1e-12)
    assert rack.residual() == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("gap", "lost"), [(10, False), (11, False), (12, True)])
def test_a_gap_up_to_the_hold_up_time_is_not_noticed(gap: int, lost: bool) -> None:
    rack = Rack(holdup_energy=11.0)
    rack.step(1.0, 1.0, 1e-3, 5)
    rack.step(0.0, 0.0, 1e-3, gap)
    rack.step(1.0, 1.0, 1e-3)
    assert (rack[f.RACK_LOST_AT] >= 0.0) is lost
    assert (rack[f.RACK_E_UNSERVED] > 0.0) is lost


def test_capacitors_recharge_softly_and_then_carry_again() -> None:
    rack = Rack(holdup_energy=11.0)
    rack.step(0.0, 0.0, 1e-3, 10)
    assert rack[f.RACK_HOLDUP] == pytest.approx(1.0)
    rack.step(1.0, 0.0, 1e-3)
    assert rack[f.RACK_POWER] == pytest.approx(1000.0 * (1.0 + RECHARGE_SHARE))
    rack.step(1.0, 0.0, 1e-3, 250)
    assert rack[f.RACK_HOLDUP] == pytest.approx(11.0, rel=1e-12)
    assert rack[f.RACK_POWER] == 1000.0
    assert rack.residual() == pytest.approx(0.0, abs=1e-9)


def test_a_long_step_takes_no_more_than_is_missing() -> None:
    rack = Rack(holdup_energy=11.0, holdup=1.0)
    rack.step(1.0, 1.0, 60.0)
    assert rack[f.RACK_HOLDUP] == 11.0
    assert rack[f.RACK_E_IN] == pytest.approx(60e3 + 10.0, rel=1e-14)


def modes(rack: Rack, voltages: Iterable[float], dt: float) -> list[int]:
    """Mode after each step of a list of input voltages."""
    found = []
    for v in voltages:
        rack.step(v, 0.0, dt)
        found.append(int(rack[f.RACK_MODE]))
    return found


OFF, ON, RESTARTING, HOT = f.RACK_OFF, f.RACK_ON, f.RACK_RESTARTING, f.RACK_TOO_HOT


def test_off_restarting_and_on_again() -> None:
    rack = Rack(restart_delay=3.0, power_idle=300.0)
    found = modes(rack, [1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0], 1.0)
    assert found == [ON, OFF, OFF, RESTARTING, RESTARTING, ON, ON]
    assert rack[f.RACK_LOST_AT] == 1.0
    # Two seconds dark, three seconds of restart at idle power.
    assert rack[f.RACK_DOWNTIME] == 5.0
    assert rack[f.RACK_E_UNSERVED] == pytest.approx(5e3)
    assert rack[f.RACK_E_IN] == pytest.approx(2e3 + 3 * 300.0)


def test_a_restart_is_lost_with_its_feed_and_begins_anew() -> None:
    rack = Rack(restart_delay=3.0)
    assert modes(rack, [0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0], 1.0)[3:] == [
        OFF, RESTARTING, RESTARTING, ON, ON,
    ]  # fmt: skip


def test_a_coarse_step_delays_a_restart_by_less_than_a_step() -> None:
    rack = Rack(restart_delay=90.0)
    assert modes(rack, [0.0, 1.0, 1.0, 1.0], 60.0) == [OFF, RESTARTING, ON, ON]


def test_one_good_side_keeps_a_rack_working() -> None:
    rack = Rack()
    for a, b in ((0.0, 1.0), (1.0, 0.0), (0.3, 1.0)):
        rack.step(a, b, 1.0)
    assert rack[f.RACK_LOST_AT] == -1.0


def test_shut_down_by_heat_until_it_has_cooled() -> None:
    """TOO_HOT draws nothing with good feeds; it turns to OFF at the start of an interval, once cool, and restarts."""
    rack = Rack(inlet_limit=32.0, plate_shutdown=75.0, restart_delay=0.5)
    rack.s[f.RACK_MODE] = HOT
    rack.s[f.RACK_T_INLET], rack.s[f.RACK_T_PLATE] = 40.0, 60.0
    rack_interval(rack.p, rack.s, 0, rack.utilisation)
    assert modes(rack, [1.0, 1.0], 1.0) == [HOT, HOT]
    assert rack[f.RACK_POWER] == 0.0
    assert rack[f.RACK_LOST_AT] == 0.0
    rack.s[f.RACK_T_INLET], rack.s[f.RACK_T_PLATE] = 25.0, 74.0
    rack_interval(rack.p, rack.s, 0, rack.utilisation)
    assert rack[f.RACK_MODE] == HOT
    rack.s[f.RACK_T_PLATE] = 69.0
    rack_interval(rack.p, rack.s, 0, rack.utilisation)
    assert rack[f.RACK_MODE] == OFF
    assert modes(rack, [1.0, 1.0], 1.0) == [ON, ON]
    assert rack[f.RACK_E_UNSERVED] == pytest.approx(3e3)


def test_a_training_wave_has_the_mean_power_of_its_duty() -> None:
    rack = Rack(
        1.0, power_idle=200.0, swing=0.8, wave_rate=0.5, wave_duty=0.75, synchronised=0.5, wave_phase=0.3
    )
    high = low = 0.0
    for _ in range(4000):
        rack.step(1.0, 1.0, 1e-3)
        high, low = max(high, rack[f.RACK_POWER]), min(low or 1e9, rack[f.RACK_POWER])
    # 800 W dynamic, 80 % of it in the wave: 360 W always, 640 W for three quarters of the time.
    assert rack[f.RACK_E_IT] / 4.0 == pytest.approx(360.0 + 640.0 * 0.75, rel=1e-9)
    assert (low, high) == pytest.approx((360.0 + 320.0, 1000.0))
    assert rack[f.RACK_WANT] == pytest.approx(360.0 + 640.0 * 0.75)


voltage = st.sampled_from([0.0, 0.5, 0.9, 1.0, 1.2])
history = st.lists(st.tuples(voltage, voltage, st.floats(1e-3, 60.0)), max_size=30)


@settings(deadline=None)
@given(history, st.floats(0.0, 1.0), st.sampled_from([0.0, 0.1, 5.0]), st.booleans())
def test_the_account_closes_and_all_time_is_accounted_for(
    steps: list[tuple[float, float, float]], utilisation: float, restart: float, wave: bool
) -> None:
    waves = {"wave_rate": 0.7, "wave_duty": 0.6, "swing": 0.9, "synchronised": 0.4} if wave else {}
    rack = Rack(utilisation, restart_delay=restart, **LOSSY, **waves)
    for a, b, dt in steps:
        before = rack[f.RACK_MODE]
        rack.step(a, b, dt)
        assert (before, rack[f.RACK_MODE]) in {
            (ON, ON), (ON, OFF), (OFF, OFF), (OFF, RESTARTING), (OFF, ON), (RESTARTING, RESTARTING),
            (RESTARTING, ON), (RESTARTING, OFF),
        }  # fmt: skip
        assert 0.0 <= rack[f.RACK_HOLDUP] <= LOSSY["holdup_energy"] * (1.0 + 1e-12)
    assert abs(rack.residual()) <= 1e-12 * max(rack[f.RACK_E_IN], 100.0)
    assert rack[f.RACK_HEAT] == pytest.approx(rack[f.RACK_E_IT] + rack[f.RACK_E_LOSS], rel=1e-12)
    assert rack[f.RACK_DOWNTIME] <= rack.t * (1.0 + 1e-12)
    assert (rack[f.RACK_LOST_AT] >= 0.0) is (rack[f.RACK_DOWNTIME] > 0.0)


def test_a_lumped_unit_is_as_many_racks() -> None:
    many = {
        key: 50.0 * value if key in ("power_idle", "power_peak", "power_other", "psu_power_rated", "holdup_energy")
        else value
        for key, value in LOSSY.items()
    }  # fmt: skip
    one_rack, fifty = Rack(0.4, **LOSSY), Rack(0.4, **many)
    for rack in (one_rack, fifty):
        rack.step(1.0, 1.0, 0.01, 10)
        rack.step(0.0, 0.0, 0.01, 3)
        rack.step(1.0, 1.0, 0.01, 10)
    assert fifty[f.RACK_LOST_AT] == pytest.approx(one_rack[f.RACK_LOST_AT], rel=1e-12)
    for field in (f.RACK_E_IN, f.RACK_E_IT, f.RACK_E_LOSS, f.RACK_E_UNSERVED):
        assert fifty[field] == pytest.approx(50.0 * one_rack[field], rel=1e-12)
