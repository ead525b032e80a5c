"""Chips of a rack: their temperature, leakage, the cap that protects them, and the fans."""

from __future__ import annotations

import itertools
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from site_builder import one
from thermal_model import block, rack_block

from twin.kernels import fields as f
from twin.kernels.rack import rack_interval
from twin.kernels.rack_air import inlet_speed, stream_conductance
from twin.kernels.rack_chip import leakage_share, throttle_ramp
from twin.kernels.rack_thermal import rack_liquid_prepare, rack_thermal_finish, rack_thermal_prepare

PEAK = 20e3
CHIP = {
    "power_idle": 4e3,
    "power_peak": PEAK,
    "psu_power_rated": 30e3,
    "input_limit": 1e30,
    "chip_resistance": 20.0 / PEAK,
    "chip_lag": 5.0,
    "chip_throttle": 1e30,
    "chip_throttle_full": 2e30,
    "inlet_throttle": 1e30,
    "throttle_least": 0.4,
    "curve": 1.0,
}
NO_CDU = np.zeros((len(f.CDU.states), 0))


def at(kind: f.Block, temperature: float) -> np.ndarray:
    """Return states of one hall or CDU with everything at one temperature."""
    names = [field.name for field in kind.states if field.name.startswith("temperature")]
    return block(kind, 1, {}, dict.fromkeys(names, temperature))[1]


class Bench:
    """One rack on air of a fixed temperature; its power follows its own state once per interval."""

    def __init__(self, liquid: float = 0.0, **changes: float) -> None:
        self.p, self.s = rack_block(1, PEAK, liquid, **(CHIP | changes))
        self.liquid = liquid
        self.heat = 0.0

    def run(
        self,
        dt: float,
        seconds: float,
        inlet: float = 25.0,
        u: float = 1.0,
        interval: int = 1,
        supply: float = 32.0,
    ) -> list[float]:
        """Step it; the chip temperature at every step."""
        p, s, seen = self.p, self.s, []
        s_cdu = at(f.CDU, supply) if self.liquid > 0.0 else NO_CDU
        for k in range(round(seconds / dt)):
            if k % interval == 0:
                rack_interval(p, s, 0, np.array([u]))
            power = s[f.RACK_WANT, 0] if s[f.RACK_MODE, 0] == f.RACK_ON else 0.0
            s[f.RACK_HEAT, 0] = power * dt
            self.heat += power * dt
            rack_thermal_prepare(p, s, 0, dt)
            if self.liquid > 0.0:
                rack_liquid_prepare(p, s, 0, 1.0, dt)
            rack_thermal_finish(p, s, 0, at(f.HALL, inlet), s_cdu, k * dt, dt)
            seen.append(float(s[f.RACK_T_CHIP, 0]))
        return seen

    def __getitem__(self, row: int) -> float:
        return float(self.s[row, 0])


@pytest.mark.parametrize("dt", [0.1, 1.0, 30.0])
def test_a_chip_settles_at_its_resistance_above_its_node_with_its_time_constant(dt: float) -> None:
    rack = Bench(chip_lag=60.0, fan_power_rated=0.0)
    rack.run(dt, 60.0)
    assert rack[f.RACK_CHIP_RISE] == pytest.approx(20.0 * (1.0 - math.exp(-1.0)), rel=1e-9)
    rack.run(dt, 6000.0)
    assert rack[f.RACK_CHIP_RISE] == pytest.approx(20.0, rel=1e-6)
    flow = rack[f.RACK_FLOW]
    g = stream_conductance(rack.p[f.RACK_G_MASS, 0], flow, rack.p[f.RACK_FLOW_MAX, 0])
    assert rack[f.RACK_T_CHIP] == pytest.approx(25.0 + PEAK / g + 20.0, abs=1e-3)
    assert rack[f.RACK_T_CHIP_MAX] >= rack[f.RACK_T_CHIP]


@pytest.mark.parametrize("liquid", [0.5, 1.0])
def test_chips_sit_on_cold_plates_where_there_are_any(liquid: float) -> None:
    rack = Bench(liquid, chip_resistance=20.0 / (liquid * PEAK), fan_power_rated=0.0)
    rack.run(10.0, 3600.0)
    assert rack[f.RACK_T_PLATE] == pytest.approx(32.0 + 15.0, abs=1e-6)
    assert rack[f.RACK_T_CHIP] == pytest.approx(32.0 + 15.0 + 20.0, abs=1e-6)


@pytest.mark.parametrize("liquid", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("u", [0.0, 0.3, 1.0])
def test_a_rack_on_its_reference_draws_its_rated_power_at_every_load(liquid: float, u: float) -> None:
    rack = Bench(liquid, leakage=0.002, leakage_reference=32.0 if liquid else 25.0, fan_power_rated=0.0)
    rack.run(20.0, 4 * 3600.0, u=u)
    assert rack[f.RACK_LEAK] == pytest.approx(0.0, abs=1e-5)
    assert rack[f.RACK_WANT] == pytest.approx(4e3 + u * 16e3, rel=1e-5)


def test_warm_coolant_costs_the_published_share() -> None:
    """From 19 to 65 degC: 10 % and a little, since leakage warms the chip that leaks."""
    powers = []
    for supply in (19.0, 65.0):
        rack = Bench(
            1.0, leakage=0.10 / 46.0, leakage_reference=42.0, fan_power_rated=0.0, plate_shutdown=150.0
        )
        rack.run(5.0, 3600.0, supply=supply)
        powers.append(rack[f.RACK_WANT])
    assert powers[1] / powers[0] - 1.0 == pytest.approx(0.10, abs=0.02)


def test_leakage_is_a_straight_line_with_ends() -> None:
    assert leakage_share(10.0, 0.002) == pytest.approx(0.02)
    assert leakage_share(-20.0, 0.002) == pytest.approx(-0.04)
    assert leakage_share(500.0, 0.002) == pytest.approx(0.08)


def test_a_step_of_load_counts_no_departure_from_the_ratings() -> None:
    """The rise on the reference coolant is followed with the rack's own time constants."""
    rack = Bench(leakage=0.002, leakage_reference=25.0, fan_power_rated=0.0, air_flow_min=1.0)
    rack.run(1.0, 7200.0, u=0.2)
    worst = 0.0
    for _ in range(600):
        rack.run(1.0, 1.0, u=1.0)
        worst = max(worst, abs(rack[f.RACK_LEAK]))
    assert worst < 0.002  # a chip that were a kelvin off its shadow


@pytest.mark.parametrize(("dt", "interval"), [(0.5, 2), (1.0, 60), (60.0, 1), (600.0, 1)])
def test_the_cap_settles_where_the_ramp_meets_the_rack_without_hunting(dt: float, interval: int) -> None:
    rack = Bench(chip_throttle=60.0, chip_throttle_full=70.0, fan_power_rated=0.0, air_flow_min=1.0)
    rack.run(dt, 2 * 3600.0, inlet=35.0, interval=interval)
    g = stream_conductance(rack.p[f.RACK_G_MASS, 0], rack[f.RACK_FLOW], rack.p[f.RACK_FLOW_MAX, 0])
    per_watt = 1.0 / g + 20.0 / PEAK
    # u = 0.06 (T - 60),  T = 35 + (20 kW - 16 kW u) per_watt
    exact = 0.06 * (35.0 + PEAK * per_watt - 60.0) / (1.0 + 0.06 * 16e3 * per_watt)
    assert 0.05 < exact < 0.55
    tail = rack.run(dt, max(10 * dt * interval, 600.0), inlet=35.0, interval=interval)
    assert np.ptp(tail) < 1e-3
    assert rack[f.RACK_THROTTLE] == pytest.approx(exact, rel=1e-3)
    assert rack[f.RACK_WANT] == pytest.approx(PEAK - 16e3 * exact, rel=1e-3)
    assert rack[f.RACK_HELD] == pytest.approx(16e3 * exact, rel=1e-3)
    assert rack[f.RACK_HELD_TIME] > 0.5 * 2 * 3600.0
    assert rack[f.RACK_E_HELD] > 0.0


def test_a_cool_rack_is_not_capped_and_a_scorched_one_no_further_than_its_least() -> None:
    ramp = {"chip_throttle": 60.0, "chip_throttle_full": 70.0}
    cool = Bench(**ramp)
    cool.run(1.0, 3600.0, inlet=15.0)
    assert cool[f.RACK_THROTTLE] == 0.0
    assert (cool[f.RACK_HELD], cool[f.RACK_HELD_TIME]) == (0.0, 0.0)
    hot = Bench(**ramp, inlet_shutdown=1e3, inlet_limit=1e3)
    hot.run(1.0, 3600.0, inlet=80.0)
    assert hot[f.RACK_THROTTLE] == pytest.approx(0.6)
    assert hot[f.RACK_BASE] == pytest.approx(4e3 + 0.4 * 16e3)


def test_firmware_that_watches_the_inlet_caps_by_it() -> None:
    rack = Bench(inlet_throttle=35.0, inlet_throttle_full=45.0)
    rack.run(1.0, 5.0, inlet=34.0)
    assert rack[f.RACK_THROTTLE] == 0.0
    rack.run(1.0, 5.0, inlet=40.0)
    assert rack[f.RACK_THROTTLE] == pytest.approx(0.3)


def test_the_cap_cuts_the_top_of_the_waveform() -> None:
    p, s = one("rack", **{key: value for key, value in CHIP.items() if key != "curve"})
    p[f.RACK_WAVE_RATE], p[f.RACK_WAVE_DUTY], p[f.RACK_SWING] = 0.5, 0.75, 0.5
    rack_interval(p, s, 0, np.array([1.0]))
    assert (s[f.RACK_BASE, 0], s[f.RACK_WAVE, 0]) == (12e3, 8e3)
    s[f.RACK_THROTTLE, 0] = 0.25
    rack_interval(p, s, 0, np.array([1.0]))
    assert (s[f.RACK_BASE, 0], s[f.RACK_WAVE, 0]) == (12e3, 4e3)
    assert s[f.RACK_HELD, 0] == pytest.approx(0.75 * 4e3)
    assert s[f.RACK_CAPPED, 0] == 0.25
    s[f.RACK_THROTTLE, 0] = 0.6
    rack_interval(p, s, 0, np.array([1.0]))
    assert (s[f.RACK_BASE, 0], s[f.RACK_WAVE, 0]) == pytest.approx((10.4e3, 0.0))


def test_a_chip_past_its_limit_shuts_the_rack_down_until_it_has_cooled() -> None:
    rack = Bench(chip_shutdown=50.0, inlet_shutdown=1e3, inlet_limit=1e3)
    rack.s[f.RACK_T_MASS, 0] = 48.0
    rack.run(1.0, 3600.0, inlet=47.0)
    assert rack[f.RACK_MODE] == f.RACK_TOO_HOT
    assert rack[f.RACK_LOST_AT] >= 0.0
    rack.s[f.RACK_T_MASS, 0] = 30.0
    rack.run(1.0, 60.0, inlet=25.0)
    assert rack[f.RACK_T_CHIP] < 45.0
    assert rack[f.RACK_MODE] == f.RACK_OFF


@given(
    st.floats(0.0, 1.0), st.floats(-50.0, 200.0), st.floats(20.0, 120.0), st.floats(0.1, 50.0), st.floats(0.0, 1.0),
    st.floats(0.0, 500.0),
)  # fmt: skip
def test_the_cap_stays_within_its_range(
    before: float, temperature: float, start: float, width: float, most: float, sensitivity: float
) -> None:
    after = throttle_ramp(min(before, most), temperature, start, start + width, most, sensitivity)
    assert 0.0 <= after <= most
    # It is the crossing of the ramp with the straight line of what the cap brings.
    if 0.0 < after < most:
        led_to = temperature - sensitivity * (after - min(before, most))
        assert after == pytest.approx(most * (led_to - start) / width, abs=1e-9)


def test_no_ramp_no_cap() -> None:
    assert throttle_ramp(0.0, 1e3, 0.0, 0.0, 1.0, 0.0) == 0.0
    assert throttle_ramp(0.0, 90.0, 1e30, 2e30, 1.0, 10.0) == 0.0


def test_fans_follow_the_heat_until_the_inlet_is_warm_then_speed_up_by_the_cube() -> None:
    speeds = []
    for inlet in (20.0, 27.0, 31.0, 35.0, 39.0):
        rack = Bench(fan_inlet=27.0, fan_inlet_full=35.0)
        rack.run(60.0, 4 * 3600.0, inlet=inlet, u=0.5)
        speeds.append(rack[f.RACK_SPEED])
        assert rack[f.RACK_FAN] == pytest.approx(rack.p[f.RACK_FAN_POWER, 0] * rack[f.RACK_SPEED] ** 3)
        assert rack[f.RACK_FLOW] == pytest.approx(rack[f.RACK_SPEED] * rack.p[f.RACK_FLOW_MAX, 0])
    assert speeds[0] == speeds[1]
    assert all(slower < faster for slower, faster in itertools.pairwise(speeds[1:4]))
    assert speeds[3:] == pytest.approx([1.0, 1.0])
    assert inlet_speed(0.4, 31.0, 27.0, 35.0) == pytest.approx(0.7)
    assert inlet_speed(0.4, 50.0, 0.0, 0.0) == 0.4


@pytest.mark.parametrize("dt", [0.1, 1.0, 5.0])
def test_fans_run_up_with_their_time_constant(dt: float) -> None:
    rack = Bench(fan_lag=5.0, air_flow_min=1.0)
    rack.run(dt, 5.0)
    assert rack[f.RACK_SPEED] == pytest.approx(1.0 - math.exp(-1.0))
    rack.s[f.RACK_MODE, 0] = f.RACK_OFF
    rack.run(dt, 5.0)
    assert rack[f.RACK_SPEED] == pytest.approx((1.0 - math.exp(-1.0)) * math.exp(-1.0))
    assert rack[f.RACK_FAN] == 0.0


@pytest.mark.parametrize("liquid", [0.0, 0.5, 1.0])
def test_the_heat_of_a_leaking_throttling_rack_is_accounted_for(liquid: float) -> None:
    rack = Bench(
        liquid,
        leakage=0.004,
        leakage_reference=20.0,
        chip_throttle=50.0,
        chip_throttle_full=60.0,
        chip_shutdown=120.0,
    )
    before = rack.p[f.RACK_C_MASS] * rack.s[f.RACK_T_MASS] + rack.p[f.RACK_C_PLATE] * rack.s[f.RACK_T_PLATE]
    for inlet, dt in ((25.0, 1.0), (40.0, 10.0), (30.0, 0.1)):
        rack.run(dt, 300 * dt, inlet=inlet, supply=inlet + 10.0)
    after = rack.p[f.RACK_C_MASS] * rack.s[f.RACK_T_MASS] + rack.p[f.RACK_C_PLATE] * rack.s[f.RACK_T_PLATE]
    assert rack[f.RACK_LEAK] > 0.0
    assert abs(rack.heat - rack[f.RACK_E_HEAT] - float((after - before)[0])) < 1e-9 * rack.heat
