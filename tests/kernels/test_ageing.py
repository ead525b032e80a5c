"""Ageing: the published closed forms, at any step; reversals of charge; lead-acid."""

from __future__ import annotations

import math

import numpy as np
import pytest
from battery_bench import EVERYTHING, Pack
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.kernels import fields as f
from twin.kernels.ageing import (
    battery_age_step,
    calendar_rate_1,
    calendar_rate_2,
    cycle_depth,
    cycle_rate_1,
    cycle_rate_2,
    graphite_potential,
)

DAY = 86400.0


def aged(dt: float, steps: int, **values: float) -> Pack:
    pack = Pack(**EVERYTHING | values)
    for _ in range(steps):
        battery_age_step(pack.p, pack.s, 0, dt)
    return pack


@pytest.mark.parametrize(("soc", "potential"), [(0.5, 0.12330), (0.9, 0.08818), (1.0, 0.08638)])
def test_graphite_potential(soc: float, potential: float) -> None:
    assert graphite_potential(soc) == pytest.approx(potential, abs=5e-6)


@pytest.mark.parametrize(("years", "left"), [(1, 0.9890), (5, 0.9743), (10, 0.9630)])
def test_an_idle_cell_at_half_charge(years: int, left: float) -> None:
    pack = aged(DAY, 365 * years, soc=0.5)
    assert 1.0 - pack[f.BAT_FADE_1] == pytest.approx(left, rel=1e-3)


@settings(deadline=None)
@given(st.floats(0.0, 1.0), st.floats(0.0, 50.0), st.floats(0.0, 0.3))
def test_the_step_does_not_matter(soc: float, temperature: float, before: float) -> None:
    values = {"soc": soc, "temperature": temperature, "fade_before": before}
    long, short = aged(DAY, 1, **values), aged(DAY / 96.0, 96, **values)
    for fade in (f.BAT_FADE_1, f.BAT_FADE_2):
        assert short[fade] == pytest.approx(long[fade], rel=1e-9, abs=1e-15)


def test_the_band_against_its_closed_forms() -> None:
    """A year at charge 1 and 35 degC, by hand."""
    pack = aged(DAY, 365, soc=1.0, temperature=35.0)
    t = 308.15
    first = 8.37e4 * math.exp(-5210.0 / t) * math.exp(-3560.0 * graphite_potential(1.0) / t) * 365.0**0.526
    second = 1.2571e-5 * math.exp(-17126.0 / 8.314462618 * (1 / t - 1 / 298.15)) * (2.8575 / 8 + 0.60225)
    assert pack[f.BAT_FADE_1] == pytest.approx(first, rel=1e-9)
    assert pack[f.BAT_FADE_2] == pytest.approx(second * math.sqrt(365.0 * DAY), rel=1e-9)


def test_an_aged_pack_ages_slower_from_where_it_is() -> None:
    new, old = aged(DAY, 365), aged(DAY, 365, fade_before=0.1)
    assert 0.0 < old[f.BAT_FADE_1] < 0.5 * new[f.BAT_FADE_1]


def test_cycles_count_charge_either_way_once() -> None:
    pack = Pack(**EVERYTHING, soc=0.9)
    for k in range(20):
        pack.s[f.BAT_SOC] = 0.1 if k % 2 == 0 else 0.9
        pack.s[f.BAT_THROUGHPUT] += 0.8 * 180e3
        battery_age_step(pack.p, pack.s, 0, 7200.0)
    assert pack[f.BAT_WEAR_CYC_1] == pytest.approx(8.0 * cycle_rate_1(0.8, 0.4, 25.0))
    assert pack[f.BAT_WEAR_CYC_2] == pytest.approx(8.0 * cycle_rate_2(0.8, 0.4))


def test_the_cycle_terms_are_held_at_the_ends_of_their_range() -> None:
    assert cycle_rate_1(0.1, 0.5, 25.0) == cycle_rate_1(0.8, 0.5, 25.0)
    assert cycle_rate_1(0.9, 0.5, 60.0) == cycle_rate_1(0.9, 0.5, 45.0)
    assert cycle_rate_1(0.9, 0.5, -10.0) == cycle_rate_1(0.9, 0.5, 10.0)
    assert cycle_rate_2(0.0, 0.5) > 0.0
    assert calendar_rate_1(1.0, 45.0) > calendar_rate_1(0.5, 25.0)
    assert calendar_rate_2(1.0, 45.0) > calendar_rate_2(0.5, 25.0)


def test_depth_follows_the_reversals() -> None:
    pack = Pack(**EVERYTHING, soc=0.9)
    depths = []
    # Ripple of less than a thousandth is no reversal.
    for soc in (0.7, 0.7005, 0.5, 0.3, 0.4, 0.35, 0.36):
        pack.s[f.BAT_SOC] = soc
        depths.append(cycle_depth(pack.s, 0))
    assert depths == pytest.approx([0.2, 0.2, 0.4, 0.6, 0.6, 0.1, 0.05])


def test_lead_acid_halves_its_life_per_ten_kelvin() -> None:
    life = {"lead_acid": 1.0, "life_calendar": 10.0 * 365.0 * DAY, "life_cycles": 300.0, "soc": 1.0}
    for temperature, years in ((25.0, 10.0), (35.0, 5.0), (15.0, 20.0)):
        pack = aged(30.0 * DAY, 12, **life, temperature=temperature)
        assert pack[f.BAT_FADE_1] == pytest.approx(0.2 * 360.0 / 365.0 / years)
        assert pack[f.BAT_FADE_2] == pack[f.BAT_FADE_1]
    pack = Pack(**EVERYTHING | life)
    pack.s[f.BAT_THROUGHPUT] = 2.0 * 180e3
    battery_age_step(pack.p, pack.s, 0, 1e-9)
    assert pack[f.BAT_FADE_1] == pytest.approx(0.2 / 300.0)


def test_a_pack_without_strings_ages_by_time_alone() -> None:
    pack = Pack(**EVERYTHING, soc=0.5)
    pack.s[f.BAT_OUT] = 1.0
    pack.s[f.BAT_THROUGHPUT] = 1e6
    battery_age_step(pack.p, pack.s, 0, DAY)
    assert pack[f.BAT_WEAR_CYC_1] == 0.0
    assert np.isfinite(pack.s).all()
