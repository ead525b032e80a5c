"""Stations of a DC ring in the loop that every run uses: take-over, limits, trips, faults, and closed accounts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_builder import DIRECT, Rig, make_site

from twin.kernels import fields as f

LOSS = {"loss_0": 0.002, "loss_1": 0.003, "loss_2": 0.008}
GRID_A, GRID_B, LOAD_0, LOAD_1 = range(4)


def park(
    direct: bool = False, grid: float = 2e3, load: float = 2e3, peak: float = 1e3, **station: float
) -> Rig:
    """Two feeds, a double ring of four nodes, two busbars with a rack of `peak` W behind a UPS or plainly."""
    common = LOSS | {"overload_time": 1.0} | station
    rig = Rig(
        make_site(
            feeds=[{}, {}, {}, {}],
            rings=[{"nodes": 4, "circuits": 2, "voltage_nominal": 200.0} | {f"resistance_{k}": 0.1 for k in range(4)}],
            stations=[
                {"node": 0, "feed": 0, "power_rated": grid} | common,
                {"node": 2, "feed": 1, "power_rated": grid} | common,
                {"node": 1, "feed": 2, "power_rated": load, "load_side": 1} | common,
                {"node": 3, "feed": 3, "power_rated": load, "load_side": 1} | common,
            ],
            buses=[{"feed": 2, "transformer_loss_load": 1e4}, {"feed": 3}],
            ups=[(DIRECT if direct else {"power_rated": 2e3, "retransfer_delay": 0.1}) | {"bus": k} for k in (0, 1)],
            batteries=[{}, {}],
            pdus=[{"ups_a": 0}, {"ups_a": 1}],
            racks=[{"pdu": k, "power_peak": peak, "psu_power_rated": peak, "restart_delay": 1} for k in (0, 1)],
        )
    )  # fmt: skip
    rig.run(0.01, 20)
    return rig


def mode(rig: Rig, station: int) -> float:
    return rig("station", f.STA_MODE, station)


def residuals(rig: Rig) -> float:
    """Largest gap of any account of ring, station or bus, and between them, as a share of what passed."""
    s = {name: block[0] for name, block in rig.s.items()}
    gaps = []
    for name, e_in, e_out, e_loss in (
        ("ring", f.RING_E_IN, f.RING_E_OUT, f.RING_E_LOSS),
        ("station", f.STA_E_IN, f.STA_E_OUT, f.STA_E_LOSS),
        ("bus", f.BUS_E_IN, f.BUS_E_OUT, f.BUS_E_LOSS),
    ):
        block = s[name]
        gap = block[e_in] - block[e_out] - block[e_loss]
        gaps.append(np.max(np.abs(gap) / np.maximum(np.abs(block[e_in]), 1.0)))
    station = s["station"]
    fed = [GRID_A, GRID_B]
    taken = [LOAD_0, LOAD_1]
    for gave, got in (
        (s["feed"][f.FEED_E_OUT].sum(), station[f.STA_E_IN, fed].sum()),
        (station[f.STA_E_OUT, fed].sum(), s["ring"][f.RING_E_IN].sum()),
        (s["ring"][f.RING_E_OUT].sum(), station[f.STA_E_IN, taken].sum()),
        (station[f.STA_E_OUT, taken].sum(), s["bus"][f.BUS_E_IN].sum()),
    ):
        gaps.append(abs(gave - got) / max(abs(gave), 1.0))
    return float(max(gaps))


def test_at_rest_both_feeds_carry_half_and_every_account_closes() -> None:
    rig = park()
    power = rig.s["feed"][0, f.FEED_POWER]
    assert power[0] == pytest.approx(power[1], rel=0.05)
    assert power[2:] == pytest.approx(0.0)
    assert power.sum() > 2e3
    assert residuals(rig) < 1e-9


def test_the_loss_of_a_feed_is_not_seen_by_the_buses() -> None:
    rig = park(grid=3e3)
    rig.outage(rig.t, 1.0, feed=0)
    rig.run(0.01)
    assert mode(rig, GRID_A) == f.STA_BLOCKED
    assert rig("feed", f.FEED_POWER, 0) == 0.0
    assert rig("feed", f.FEED_POWER, 1) > 2e3
    for b in (0, 1):
        assert rig("bus", f.BUS_VOLTAGE, b) == 1.0
        assert rig("ups", f.UPS_MODE, b) == f.UPS_NORMAL
    rig.run(0.01, 200)
    assert mode(rig, GRID_A) == f.STA_WORKING
    assert rig("ups", f.UPS_TRANSFERS) == 0.0
    assert residuals(rig) < 1e-9


def test_a_station_too_small_for_both_leaves_the_rest_to_the_batteries() -> None:
    rig = park(grid=1.5e3)
    rig.outage(rig.t, 5.0, feed=0)
    rig.run(0.01, 100)
    assert mode(rig, GRID_B) == f.STA_WORKING
    assert rig("station", f.STA_POWER_OUT, GRID_B) == pytest.approx(1.5e3, rel=2e-3)
    assert rig("battery", f.BAT_POWER, 0) > 100.0
    assert rig("battery", f.BAT_POWER, 1) > 100.0
    assert rig("rack", f.RACK_MODE, 0) == f.RACK_ON
    rig.run(0.1, 100)
    assert rig("battery", f.BAT_POWER, 0) <= 0.0
    assert residuals(rig) < 1e-9


def test_plain_connections_overload_the_station_that_is_left_until_it_trips() -> None:
    rig = park(direct=True, grid=1.5e3)
    rig.outage(rig.t, 5.0, feed=0)
    rig.run(0.01, 90)
    assert mode(rig, GRID_B) == f.STA_WORKING
    assert rig("station", f.STA_POWER_OUT, GRID_B) > 1.1 * 1.5e3
    rig.run(0.01, 20)
    assert mode(rig, GRID_B) == f.STA_TRIPPED
    assert [mode(rig, LOAD_0), mode(rig, LOAD_1)] == [f.STA_BLOCKED, f.STA_BLOCKED]
    assert rig("bus", f.BUS_VOLTAGE, 0) == 0.0
    assert rig("rack", f.RACK_MODE, 0) == f.RACK_OFF
    # The other feed returns, is too small for both as well, and trips once the racks have restarted.
    most = 0.0
    for _ in range(100):
        rig.run(0.1)
        most = max(most, rig("station", f.STA_POWER_OUT, GRID_A))
    assert most > 1.1 * 1.5e3
    assert [mode(rig, GRID_A), mode(rig, GRID_B)] == [f.STA_TRIPPED, f.STA_TRIPPED]
    # Only a repair ends a trip.
    rig.s["station"][:, f.STA_OUT, GRID_B] = 1.0
    rig.run(0.01)
    assert mode(rig, GRID_B) == f.STA_BLOCKED
    rig.s["station"][:, f.STA_OUT, GRID_B] = 0.0
    rig.run(0.01)
    assert [mode(rig, GRID_A), mode(rig, GRID_B)] == [f.STA_TRIPPED, f.STA_WORKING]
    assert residuals(rig) < 1e-9


def test_a_sagging_feed_gives_what_its_current_lets_it() -> None:
    rig = park(grid=2.2e3, voltage_min=0.4)
    rig.sag(rig.t, 2.0, 0.5, feed=0)
    rig.run(0.01, 100)
    assert mode(rig, GRID_A) == f.STA_WORKING
    assert rig("station", f.STA_LIMIT, GRID_A) == pytest.approx(1.1e3)
    assert rig("station", f.STA_POWER_OUT, GRID_A) <= 1.1e3 * (1 + 1e-9)
    assert rig("ups", f.UPS_MODE, 0) == f.UPS_NORMAL


def test_an_open_segment_of_a_double_ring_is_not_noticed_and_a_cut_ring_is_two() -> None:
    rig = park()
    rig.s["ring"][:, [f.RING_OPEN_A_0, f.RING_OPEN_B_0 + 1]] = 1.0
    rig.run(0.01, 10)
    assert mode(rig, LOAD_0) == f.STA_WORKING
    # Node 1 loses both neighbours: its busbar is dead, the other one is not.
    rig.s["ring"][:, [f.RING_OPEN_B_0, f.RING_OPEN_A_0 + 1]] = 1.0
    rig.run(0.01, 10)
    assert [mode(rig, LOAD_0), mode(rig, LOAD_1)] == [f.STA_BLOCKED, f.STA_WORKING]
    assert rig("ups", f.UPS_MODE, 0) == f.UPS_ON_BATTERY
    assert rig("ups", f.UPS_MODE, 1) == f.UPS_NORMAL
    rig.s["ring"][:, f.RING_OPEN_A_0] = 0.0
    rig.run(0.01, 50)
    assert mode(rig, LOAD_0) == f.STA_WORKING
    assert rig("ups", f.UPS_MODE, 0) == f.UPS_NORMAL
    assert residuals(rig) < 1e-9


def test_a_restart_delay_keeps_a_station_blocked() -> None:
    rig = park(restart_delay=0.5)
    rig.outage(rig.t, 0.1, feed=0)
    rig.run(0.01, 50)
    assert mode(rig, GRID_A) == f.STA_BLOCKED
    rig.run(0.01, 15)
    assert mode(rig, GRID_A) == f.STA_WORKING


def test_a_ring_without_any_feed_is_dead_and_starts_again() -> None:
    rig = park()
    rig.outage(rig.t, 1.0)
    rig.run(0.01, 50)
    assert rig("ring", f.RING_VOLTAGE_MIN) == 0.0
    assert rig("ups", f.UPS_MODE, 0) == f.UPS_ON_BATTERY
    rig.run(0.01, 100)
    assert rig("ring", f.RING_VOLTAGE_MIN) > 0.9
    assert rig("ups", f.UPS_MODE, 0) == f.UPS_NORMAL
    assert residuals(rig) < 1e-9


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.booleans(),
    st.floats(0.3e3, 4e3),
    st.sampled_from([1e-3, 1e-2, 1.0, 60.0]),
)
def test_random_faults_keep_to_the_diagram_and_the_accounts(
    seed: int, direct: bool, grid: float, dt: float
) -> None:
    """Feeds, segments, circuits and stations come and go, loads jump: no other mode, no other way, no lost energy."""
    allowed = {(0, 0), (1, 1), (2, 2), (0, 1), (1, 0), (1, 2), (2, 0)}
    rng = np.random.default_rng(seed)
    rig = park(direct, grid, restart_delay=rng.choice([0.0, 0.5]))
    segments = [*range(f.RING_OPEN_A_0, f.RING_OPEN_A_0 + 4), *range(f.RING_OPEN_B_0, f.RING_OPEN_B_0 + 4)]
    for _ in range(25):
        rig.s["ring"][0, segments, 0] = rng.random(8) < 0.25
        rig.s["ring"][0, [f.RING_OUT_A, f.RING_OUT_B], 0] = rng.random(2) < 0.1
        rig.s["station"][0, f.STA_OUT] = rng.random(4) < 0.15
        rig.utilisation[:] = rng.random()
        if rng.random() < 0.3:
            rig.outage(rig.t, rng.random() * 5 * dt, feed=int(rng.integers(0, 2)))
        before = rig.s["station"][0, f.STA_MODE].copy()
        rig.run(dt)
        after = rig.s["station"][0, f.STA_MODE]
        assert {(int(a), int(b)) for a, b in zip(before, after, strict=True)} <= allowed
        assert np.isfinite(rig.s["ring"]).all()
        assert np.isfinite(rig.s["station"]).all()
    assert residuals(rig) < 1e-9
