"""Storage converter: its loss both ways, dispatch and response on the mains, forming an island."""

from __future__ import annotations

import csv
import math
import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_builder import one

from twin.kernels import fields as f
from twin.kernels.battery import battery_interval, battery_limits
from twin.kernels.pcs import (
    ac_from_dc,
    droop_share,
    forming_frequency,
    forming_voltage,
    may_form,
    pcs_charge_limit,
    pcs_follow_step,
    pcs_form_step,
    pcs_idle_step,
    pcs_interval,
    pcs_limits,
    pcs_loss,
    pcs_target,
)
from twin.scenario.library import entries

CURVE = "equip_lfp_simses/sinamics_S120_efficiency.csv"
MEASURED = {"power_rated": 1e6, "standby": 0.0066, "loss_0": 0.0066, "loss_1": 0.00537, "loss_2": 0.01292}
"""Fit to the measured curve of a Sinamics S120 in SimSES."""


class Converter:
    """A converter with its battery, in steps of a second."""

    def __init__(self, battery: dict[str, float] | None = None, **values: float) -> None:
        self.p, self.s = one("pcs", **MEASURED | values)
        self.p_bat, self.s_bat = one("battery", **{"charge_rated": 3.6e9, "soc": 0.5} | (battery or {}))
        battery_interval(self.p_bat, self.s_bat, 0, 1.0)
        self.limits()

    def limits(self) -> None:
        battery_limits(self.p_bat, self.s_bat, 0, 1.0)
        pcs_limits(self.p, self.s, 0, self.s_bat, 0, True, 1.0)

    def follow(self, setpoint: float = 0.0, response: float = 0.0, share: float = 0.0) -> float:
        self.s[f.PCS_SETPOINT], self.s[f.PCS_RESPONSE] = setpoint, response
        self.limits()
        target = pcs_target(self.p, self.s, 0, share, 0.0)
        return float(pcs_follow_step(self.p, self.s, 0, self.p_bat, self.s_bat, 0, target, 0.0, 1.0))

    def form(self, power: float) -> None:
        self.limits()
        pcs_form_step(self.p, self.s, 0, self.p_bat, self.s_bat, 0, power, 1.0)

    def __getitem__(self, index: int) -> float:
        return float(self.s[index, 0])

    @property
    def dc(self) -> float:
        return float(self.s_bat[f.BAT_POWER, 0])

    def residual(self) -> float:
        return self[f.PCS_E_IN] - self[f.PCS_E_OUT] - self[f.PCS_E_LOSS]


@pytest.mark.parametrize(
    ("load", "efficiency"), [(0.1, 0.93274), (0.25, 0.96603), (0.5, 0.97552), (0.75, 0.97676), (1.0, 0.97585)]
)
def test_efficiency_of_the_measured_curve(load: float, efficiency: float) -> None:
    """Sinamics S120 discharging, five of the 1001 points in SimSES (TU Munich, 3-clause BSD)."""
    c = Converter()
    c.form(load * 1e6)
    assert load * 1e6 / c.dc == pytest.approx(efficiency, abs=5e-4)


@settings(deadline=None)
@given(st.floats(0.0, 3e6))
def test_ac_power_from_dc_power_is_the_inverse_of_the_loss(dc: float) -> None:
    c = Converter()
    ac = ac_from_dc(c.p, 0, dc, 1e6)
    assert 0.0 <= ac <= 1e6
    if 0.0 < ac < 1e6:
        assert ac + pcs_loss(c.p, 0, ac) == pytest.approx(dc, rel=1e-12)
    elif ac == 0.0:
        assert dc <= pcs_loss(c.p, 0, 0.0)
    else:
        assert dc >= 1e6 + pcs_loss(c.p, 0, 1e6) - 1e-6


@settings(deadline=None)
@given(st.floats(0.0, 3e6))
def test_charging_at_the_limit_gives_the_battery_what_it_accepts(accept: float) -> None:
    c = Converter()
    c.s_bat[f.BAT_ACCEPT] = accept
    power = pcs_charge_limit(c.p, c.s_bat, 0, 0)
    assert 0.0 <= power <= 1e6
    if 0.0 < power < 1e6:
        assert power - pcs_loss(c.p, 0, power) == pytest.approx(accept, rel=1e-9, abs=1e-6)


def test_it_follows_its_set_point_both_ways() -> None:
    c = Converter()
    assert c.follow(4e5) == 4e5
    assert c.dc == pytest.approx(4e5 + pcs_loss(c.p, 0, 4e5))
    assert c.follow(-4e5) == -4e5
    assert c.dc == pytest.approx(-4e5 + pcs_loss(c.p, 0, 4e5))
    assert c[f.PCS_MODE] == f.PCS_FOLLOWING
    assert c.residual() == pytest.approx(0.0, abs=1e-6)


def test_response_adds_to_the_set_point_and_both_stay_within_the_rating() -> None:
    c = Converter()
    assert c.follow(2e5, 5e5, 0.5) == 4.5e5
    assert c.follow(2e5, 5e5, -1.0) == -3e5
    assert c.follow(8e5, 5e5, 1.0) == 1e6
    assert c.follow(-8e5, 5e5, -1.0) == -1e6


def test_services_stop_at_the_reserve_and_backup_goes_on() -> None:
    c = Converter({"soc": 0.4, "soc_min": 0.1}, soc_reserve=0.4)
    assert c.follow(5e5) == -pcs_loss(c.p, 0, 0.0)
    assert c.s_bat[f.BAT_SOC, 0] == 0.4
    assert c[f.PCS_CAPABILITY] == 1e6


def test_a_full_battery_takes_no_charge() -> None:
    c = Converter({"soc": 1.0})
    assert c.follow(-5e5) == -pcs_loss(c.p, 0, 0.0)
    assert c.dc == 0.0


@pytest.mark.parametrize("setpoint", [0.0, -100.0, -6000.0])
def test_an_idle_or_hardly_charging_converter_draws_its_standby(setpoint: float) -> None:
    c = Converter()
    assert c.follow(setpoint) == -6600.0
    assert c.dc == 0.0
    assert c.residual() == pytest.approx(0.0, abs=1e-9)


def test_the_last_charge_above_the_reserve_is_given_exactly() -> None:
    c = Converter({"soc": 0.5, "charge_rated": 1e6}, soc_reserve=0.4)
    c.follow(1e6)
    assert c.s_bat[f.BAT_SOC, 0] == pytest.approx(0.4, abs=1e-12)


def test_forming_an_island_the_battery_pays_for_load_and_loss() -> None:
    c = Converter()
    c.form(3e5)
    assert c[f.PCS_MODE] == f.PCS_FORMING
    assert c.dc == pytest.approx(3e5 + pcs_loss(c.p, 0, 3e5))
    c.form(0.0)
    assert c.dc == pytest.approx(6600.0)
    assert c.residual() == pytest.approx(0.0, abs=1e-6)


def test_blocked_it_neither_draws_nor_gives() -> None:
    c = Converter()
    pcs_idle_step(c.p, c.s, 0, c.p_bat, c.s_bat, 0, 0.0, 1.0)
    assert (c[f.PCS_MODE], c[f.PCS_POWER], c.dc) == (f.PCS_OFF, 0.0, 0.0)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-2e6, 2e6), st.floats(-1.0, 1.0)), max_size=20), st.floats(0.0, 1.0))
def test_the_account_closes_and_the_charge_keeps_its_limits(
    steps: list[tuple[float, float]], soc: float
) -> None:
    c = Converter({"soc": 0.4 + 0.6 * soc, "charge_rated": 2e6, "resistance_ohmic": 1e-8}, soc_reserve=0.4)
    for setpoint, share in steps:
        c.follow(setpoint, 3e5, share)
        assert 0.4 - 1e-9 <= c.s_bat[f.BAT_SOC, 0] <= 1.0 + 1e-9
        assert abs(c[f.PCS_POWER]) <= 1e6
    assert abs(c.residual()) <= 1e-12 * max(c[f.PCS_E_IN], 1.0)


# ------------------------------------------------------------------------- lag, limits, droop and debt
@pytest.mark.parametrize("dt", [0.001, 0.005, 0.02, 1.0, 60.0])
def test_a_set_point_is_followed_with_an_exact_lag(dt: float) -> None:
    """First order, 20 ms: what has been given after t is P (t - T (1 - exp(-t / T))), at any step."""
    c = Converter(response_time=0.02)
    pcs_interval(c.p, c.s, 0, dt)
    c.s[f.PCS_SETPOINT] = 4e5
    battery_interval(c.p_bat, c.s_bat, 0, dt)
    steps = max(round(0.1 / dt), 1)
    given = 0.0
    for _ in range(steps):
        battery_limits(c.p_bat, c.s_bat, 0, dt)
        given += pcs_follow_step(c.p, c.s, 0, c.p_bat, c.s_bat, 0, 4e5, 0.0, dt) * dt
    t = steps * dt
    assert given == pytest.approx(4e5 * (t - 0.02 * (1.0 - math.exp(-t / 0.02))), rel=1e-9)
    assert c[f.PCS_REFERENCE] == pytest.approx(4e5 * (1.0 - math.exp(-t / 0.02)), rel=1e-12)


def test_standby_is_drawn_when_idle_and_no_load_loss_when_at_work() -> None:
    c = Converter(standby=0.001)
    assert c.follow(0.0) == -1000.0
    assert c.follow(-100.0) == -6600.0


def test_overload_lasts_for_its_time_and_is_recovered_from() -> None:
    c = Converter(overload=1.2, overload_time=3.0)
    peaks = []
    for _ in range(5):
        c.limits()
        peaks.append(c[f.PCS_PEAK])
        c.form(min(c[f.PCS_PEAK], 1.2e6))
    assert peaks == [1.2e6] * 3 + [1e6, 1.2e6]
    assert c[f.PCS_CAPABILITY] == 1e6


def test_who_may_form_a_bus() -> None:
    def may(live: bool, dark: float, **values: float) -> bool:
        p, _ = one("pcs", **values)
        return bool(may_form(p, 0, live, dark, 0.01))

    assert may(False, 0.0)
    assert not may(False, 1.0, grid_forming=0.0)
    assert not may(True, 1.0, grid_forming=0.0)
    assert not may(False, 1.0, black_start=0.0)
    assert may(True, 0.0, black_start=0.0)
    assert not may(False, 0.0, form_delay=0.05)
    assert may(False, 0.04, form_delay=0.05)


def test_one_that_may_not_form_gives_an_island_nothing() -> None:
    c = Converter()
    pcs_limits(c.p, c.s, 0, c.s_bat, 0, False, 1.0)
    assert (c[f.PCS_CAPABILITY], c[f.PCS_PEAK], c[f.PCS_WEIGHT]) == (0.0, 0.0, 0.0)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(1e3, 1e6), st.floats(0.005, 0.05), st.floats(0.0, 1.0)), min_size=1, max_size=4
    ),
    st.floats(0.0, 1.2),
)
def test_converters_share_by_droop_within_their_limits(
    units: list[tuple[float, float, float]], part: float
) -> None:
    blocks = [one("pcs", power_rated=r, droop=m) for r, m, _ in units]
    s = np.concatenate([s for _, s in blocks], axis=1)
    s[f.PCS_PEAK] = [r * x for r, _, x in units]
    s[f.PCS_WEIGHT] = [r / m for r, m, _ in units]
    power = part * float(s[f.PCS_PEAK].sum())
    fall = droop_share(s, 0, len(units), power)
    given = np.minimum(fall * s[f.PCS_WEIGHT], s[f.PCS_PEAK])
    assert given.sum() == pytest.approx(min(power, s[f.PCS_PEAK].sum()), rel=1e-9, abs=1e-6)


def test_droop_sets_frequency_and_voltage_of_what_converters_form() -> None:
    p, s = one("pcs", droop=0.02, voltage_droop=0.04, mode=f.PCS_FORMING, power=500.0)
    assert forming_frequency(p, s, 0, 1, 50.0) == pytest.approx(50.0 * (1.0 - 0.01))
    assert forming_voltage(p, s, 0, 1) == pytest.approx(1.0 - 0.02)


def test_what_the_battery_does_not_hold_is_owed_and_paid_first() -> None:
    """The last of the battery in a step that asks for ten times as much, then charge."""
    c = Converter(
        {"soc": 1e5 / 3.6e9, "charge_rated": 3.6e9}, loss_0=0.0, loss_1=0.0, loss_2=0.0, standby=0.0
    )
    c.form(1e6)
    assert c[f.PCS_DEBT] == pytest.approx(9e5, rel=1e-6)
    assert c.s_bat[f.BAT_SOC, 0] == pytest.approx(0.0, abs=1e-12)
    assert abs(c.residual() + c[f.PCS_DEBT]) < 1e-3
    c.limits()
    assert c[f.PCS_CAPABILITY] == 0.0
    c.form(-5e5)
    assert c[f.PCS_DEBT] == pytest.approx(4e5, rel=1e-6)
    assert c.s_bat[f.BAT_SOC, 0] == pytest.approx(0.0, abs=1e-12)
    c.form(-5e5)
    assert c[f.PCS_DEBT] == 0.0
    assert c.s_bat[f.BAT_SOC, 0] == pytest.approx(1e5 / 3.6e9, rel=1e-3)


@pytest.mark.skipif("TWIN_DATA" not in os.environ, reason="TWIN_DATA is not set")
def test_the_library_loss_is_the_fit_to_the_measured_curve() -> None:
    """Least squares of the loss over rated, 2 to 100 % load, both directions; the typed fit is for discharging."""
    with (Path(os.environ["TWIN_DATA"]) / CURVE).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    load = np.linspace(0.0, 1.0, len(rows))
    discharging = np.array([float(row["Discharging"]) for row in rows])
    charging = np.array([float(row["Charging"]) for row in rows])
    used = load >= 0.02
    x = load[used]
    out = x * (1.0 / discharging[used] - 1.0)
    fitted = np.polynomial.polynomial.polyfit(x, out, 2)
    typed = entries("converter")["pcs-generic"].values()["loss"]
    assert fitted == pytest.approx(typed, rel=0.01, abs=5e-5)
    curve = np.polynomial.polynomial.polyval(x, typed)
    assert np.abs(curve - out).max() <= 2e-4
    assert np.abs(curve - x * (1.0 - charging[used])).max() <= 2e-3
    assert all(b >= a for a, b in pairwise(curve))
