"""Rows: breakers and their cascade, cables, and shedding by rank."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_builder import DIRECT, Rig, make_site

from twin.kernels import fields as f
from twin.kernels.breaker import thermal_trip_time

BREAKER = {"breaker_rated": 700.0, "breaker_tau": 100.0, "breaker_k": 1.125, "breaker_instant": 10.0}


def two_feeds(racks: int = 1, rack: dict[str, float] | None = None, **pdu: float) -> Rig:
    """Racks of 1 kW on two plain connections, each on its own feed."""
    rig = Rig(
        make_site(
            racks=[{"restart_delay": 5.0, **(rack or {})}] * racks, pdus=[{"ups_b": 1, **pdu}],
            ups=[DIRECT, DIRECT | {"bus": 1}], batteries=[{}, {}], buses=[{}, {"feed": 1}], feeds=[{}, {}],
        )
    )  # fmt: skip
    rig.run(0.01, 2)
    return rig


@pytest.mark.parametrize("dt", [0.01, 0.1, 1.0])
def test_the_loss_of_one_side_trips_the_other_at_the_time_of_its_curve(dt: float) -> None:
    """500 W a side on breakers of 700 W: 1 kW on one of them is 1.43 times rated, after a load of 0.71."""
    rig = two_feeds(**BREAKER, theta_a=-1.0, theta_b=-1.0)
    rig.s["pdu"][0, f.PDU_OPEN_A] = 1.0
    start = rig.t
    t = thermal_trip_time(1000.0 / 700.0, 500.0 / 700.0, 1.125, 100.0)
    rig.until(start + round((t + 3.0) / dt) * dt, dt)
    assert rig("pdu", f.PDU_OPEN_B) == 1.0
    assert rig("pdu", f.PDU_CHANGED) - start == pytest.approx(t, abs=1.01 * dt)
    assert rig("rack", f.RACK_LOST_AT) - start == pytest.approx(t, abs=1.01 * dt)


def test_an_opened_breaker_stays_open_until_it_is_reset_from_outside() -> None:
    rig = two_feeds(**BREAKER | {"breaker_instant": 1.2})
    rig.s["pdu"][0, f.PDU_OPEN_A] = 1.0
    rig.run(0.01, 50)
    assert (rig("pdu", f.PDU_OPEN_A), rig("pdu", f.PDU_OPEN_B)) == (1.0, 1.0)
    assert rig("rack", f.RACK_MODE) == f.RACK_OFF
    assert rig("pdu", f.PDU_POWER_A) == rig("pdu", f.PDU_POWER_B) == 0.0
    rig.s["pdu"][0, f.PDU_OPEN_A] = rig.s["pdu"][0, f.PDU_OPEN_B] = 0.0
    rig.run(0.01, 600)
    assert rig("rack", f.RACK_MODE) == f.RACK_ON
    assert rig("pdu", f.PDU_OPEN_B) == 0.0


def test_a_side_within_its_rating_never_trips() -> None:
    rig = two_feeds(**BREAKER | {"breaker_rated": 1000.0})
    rig.s["pdu"][0, f.PDU_OPEN_A] = 1.0
    rig.until(3600.0, 1.0)
    assert rig("pdu", f.PDU_OPEN_B) == 0.0
    assert rig("pdu", f.PDU_THETA_B) == pytest.approx(1.0, rel=1e-9)


def test_a_cable_drops_voltage_and_loses_i_squared_r() -> None:
    """r = 0.02 at a rated 1 kW: V = 1 - 0.02 I and I = P / V."""
    rig = two_feeds(cable_resistance=0.02)
    rig.s["pdu"][0, f.PDU_OPEN_B] = 1.0
    rig.run(0.01, 100)
    v = (1.0 + math.sqrt(1.0 - 4.0 * 0.02)) / 2.0
    assert rig("pdu", f.PDU_VOLTAGE_A) == pytest.approx(v, rel=1e-12)
    assert rig("pdu", f.PDU_POWER_A) == pytest.approx(1000.0 * (1.0 + 0.02 / v / v), rel=1e-12)
    assert rig("feed", f.FEED_POWER) == pytest.approx(rig("pdu", f.PDU_POWER_A), rel=1e-12)
    account = [rig("pdu", row) for row in (f.PDU_E_IN, f.PDU_E_OUT, f.PDU_E_LOSS)]
    assert account[0] == pytest.approx(account[1] + account[2], rel=1e-12)


# ------------------------------------------------------------------------------------------------ shedding
def shed(rig: Rig, a: float, b: float) -> None:
    """Order of the two buses."""
    rig.s["bus"][0, f.BUS_SHED] = a, b


def test_rows_are_shed_by_rank_in_good_order_and_come_back() -> None:
    """Rank 2 goes before rank 1; the rack without a rank stays."""
    rig = Rig(
        make_site(
            racks=[{"pdu": k, "restart_delay": 1.0, "power_idle": 100.0} for k in range(3)],
            pdus=[{"priority": 1}, {"priority": 2}, {"priority": 0}], ups=[DIRECT],
        )
    )  # fmt: skip
    seen = []
    for order in (0, 3, 2, 1, 2, 0):
        rig.s["bus"][0, f.BUS_SHED] = order
        rig.run(0.01, 200)
        seen.append([int(mode) for mode in rig.s["rack"][0, f.RACK_MODE]])
    on, off = f.RACK_ON, f.RACK_SHED
    assert seen == [[on, on, on], [on, on, on], [on, off, on], [off, off, on], [on, off, on], [on, on, on]]
    assert (rig.s["rack"][0, f.RACK_LOST_AT] == -1.0).all()
    assert (rig.s["rack"][0, f.RACK_DOWNTIME] == 0.0).all()
    # Shed for 2 s and 6 s, and the second in which they start again.
    assert rig.s["rack"][0, f.RACK_SHED_TIME] == pytest.approx([3.0, 7.0, 0.0])
    assert rig("feed", f.FEED_POWER) == 3e3


def test_a_row_with_a_live_side_keeps_its_racks() -> None:
    rig = two_feeds(priority=1)
    shed(rig, 1.0, 0.0)
    rig.run(0.01, 10)
    assert rig("rack", f.RACK_MODE) == f.RACK_ON
    assert rig.s["feed"][0, f.FEED_POWER].tolist() == [0.0, 1e3]
    rig.outage(rig.t, 1e9, 1)
    rig.run(0.01, 10)
    assert rig("rack", f.RACK_MODE) == f.RACK_SHED  # no other side is live: the order is all there is
    shed(rig, 1.0, 1.0)
    rig.run(0.01, 10)
    assert rig("rack", f.RACK_LOST_AT) == -1.0


def test_a_rack_that_has_lost_its_power_is_not_shed_afterwards() -> None:
    rig = two_feeds(priority=1)
    rig.outage(rig.t, 1e9)
    rig.run(0.01, 5)
    shed(rig, 1.0, 1.0)
    rig.run(0.01, 5)
    assert rig("rack", f.RACK_MODE) == f.RACK_OFF
    assert rig("rack", f.RACK_LOST_AT) >= 0.0


events = st.lists(
    st.tuples(st.sampled_from(["open_a", "open_b", "shed", "outage", "reset"]), st.integers(0, 3)),
    max_size=25,
)


@settings(deadline=None, max_examples=40)
@given(events)
def test_no_event_takes_a_row_outside_its_diagram(history: list[tuple[str, int]]) -> None:
    rig = two_feeds(priority=2, rack={"ramp_time": 0.1, "restart_delay": 0.05}, **BREAKER)
    s = rig.s
    allowed = {f.RACK_OFF, f.RACK_ON, f.RACK_RESTARTING, f.RACK_SHED}
    for event, value in history:
        if event == "open_a":
            s["pdu"][0, f.PDU_OPEN_A] = 1.0
        elif event == "open_b":
            s["pdu"][0, f.PDU_OPEN_B] = 1.0
        elif event == "reset":
            s["pdu"][0, [f.PDU_OPEN_A, f.PDU_OPEN_B]] = 0.0
        elif event == "shed":
            shed(rig, value, value)
        else:
            rig.outage(rig.t, 0.03, value % 2)
        before = s["pdu"][0, [f.PDU_OPEN_A, f.PDU_OPEN_B], 0].copy()
        rig.run(0.01, 8)
        assert (s["pdu"][0, [f.PDU_OPEN_A, f.PDU_OPEN_B], 0] >= before).all()
        assert s["rack"][0, f.RACK_MODE, 0] in allowed
        if s["rack"][0, f.RACK_MODE, 0] == f.RACK_SHED:
            assert rig("pdu", f.PDU_VOLTAGE_A) == rig("pdu", f.PDU_VOLTAGE_B) == 0.0
