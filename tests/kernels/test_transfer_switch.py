"""Static transfer switch: every transition, the gap that racks see, and what a catcher carries."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_builder import DIRECT, Rig, make_site

from twin.kernels import fields as f
from twin.kernels.angle import wrapped

SWITCH = {"alternate_a": 1.0, "switch_gap": 0.006, "switch_gap_phase": 0.02, "switch_return": 1.0}


def rig_of(hold_up: float = 11.0, **pdu: float) -> Rig:
    """A rack of 1 kW on a plain connection, with a second one as its alternate."""
    rig = Rig(
        make_site(
            racks=[{"holdup_energy": hold_up, "restart_delay": 60.0}], pdus=[{**SWITCH, **pdu}],
            ups=[DIRECT, DIRECT | {"bus": 1}], batteries=[{}, {}], buses=[{}, {"feed": 1}], feeds=[{}, {}],
        )
    )  # fmt: skip
    rig.run(1e-3, 100)
    return rig


def test_angle_is_the_short_way_round() -> None:
    assert abs(wrapped(6.0)) == pytest.approx(2.0 * math.pi - 6.0)
    assert abs(wrapped(0.2)) == pytest.approx(0.2)
    assert abs(wrapped(-4.0 * math.pi)) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("dt", [1e-3, 2e-3, 5e-3, 20e-3, 1.0])
def test_a_transfer_costs_the_capacitors_its_gap_whatever_the_step(dt: float) -> None:
    rig = rig_of()
    rig.outage(rig.t, 1e9, 0)
    rig.run(dt, max(round(0.02 / dt), 1))
    assert rig("pdu", f.PDU_SOURCE_A) == 1.0
    assert rig("pdu", f.PDU_TRANSFERS) == 1.0
    assert rig("rack", f.RACK_LOST_AT) == -1.0
    assert rig("rack", f.RACK_HOLDUP_TIME) == pytest.approx(0.006)
    rig.run(1.0, 2)
    assert rig.s["feed"][0, f.FEED_POWER].tolist() == [0.0, 1e3]
    assert rig("rack", f.RACK_E_IT) == pytest.approx(1e3 * rig.t, rel=1e-12)
    gap = rig("rack", f.RACK_E_IN) - rig("rack", f.RACK_E_IT)
    assert gap == pytest.approx(0.0, abs=1e-9)  # the capacitors are full again


@pytest.mark.parametrize(("gap", "lost"), [(0.004, False), (0.008, False), (0.012, True)])
def test_a_gap_below_the_hold_up_keeps_the_racks(gap: float, lost: bool) -> None:
    rig = rig_of(switch_gap=gap)
    rig.outage(rig.t, 1e9, 0)
    rig.run(1e-3, 100)
    assert (rig("rack", f.RACK_LOST_AT) >= 0.0) is lost


def test_a_broken_switch_loses_the_racks() -> None:
    rig = rig_of()
    rig.s["pdu"][0, f.PDU_SWITCH_OUT] = 1.0
    rig.outage(rig.t, 1e9, 0)
    rig.run(1e-3, 100)
    assert rig("pdu", f.PDU_SOURCE_A) == 0.0
    assert rig("rack", f.RACK_LOST_AT) == pytest.approx(0.1 + 0.011)


def test_sources_out_of_phase_mean_a_longer_gap() -> None:
    rig = rig_of(switch_phase=-1.0)
    rig.outage(rig.t, 1e9, 0)
    rig.run(1e-3, 100)
    assert rig("pdu", f.PDU_SOURCE_A) == 1.0
    assert rig("rack", f.RACK_LOST_AT) == pytest.approx(0.1 + 0.011)


def test_it_stays_on_a_dead_source_without_a_good_alternate() -> None:
    rig = rig_of()
    rig.outage(rig.t, 0.5)
    rig.run(1e-3, 100)
    assert rig("pdu", f.PDU_TRANSFERS) == 0.0
    rig.s["feed"][0, f.FEED_OUTAGE_END, 1] = rig.t
    rig.run(1e-3, 100)
    assert rig("pdu", f.PDU_SOURCE_A) == 1.0


def test_it_returns_after_its_delay_and_at_once_when_the_alternate_fails() -> None:
    rig = rig_of()
    start = rig.t
    rig.outage(start, 0.5, 0)
    rig.run(1e-3, 1490)
    assert rig("pdu", f.PDU_SOURCE_A) == 1.0
    rig.run(1e-3, 20)
    assert rig("pdu", f.PDU_SOURCE_A) == 0.0
    assert rig("pdu", f.PDU_CHANGED) == pytest.approx(start + 0.5 + 1.0, abs=2e-3)
    rig = rig_of()
    rig.outage(rig.t, 0.1, 0)
    rig.run(1e-3, 200)
    rig.outage(rig.t, 0.1, 1)
    rig.run(1e-3, 10)
    assert rig("pdu", f.PDU_SOURCE_A) == 0.0
    assert rig("rack", f.RACK_LOST_AT) == -1.0


def test_a_return_waits_for_sources_in_phase() -> None:
    rig = rig_of(switch_phase=-1.0, hold_up=100.0)
    rig.outage(rig.t, 0.1, 0)
    rig.run(1e-3, 3000)
    assert rig("pdu", f.PDU_SOURCE_A) == 1.0


def test_an_open_side_is_not_transferred() -> None:
    rig = rig_of()
    rig.s["pdu"][0, f.PDU_OPEN_A] = 1.0
    rig.outage(rig.t, 1e9, 0)
    rig.run(1e-3, 50)
    assert rig("pdu", f.PDU_TRANSFERS) == 0.0


def test_a_catcher_carries_the_rows_of_one_system_and_trips_on_those_of_two() -> None:
    """Two systems of one row each, a third as alternate of both, rated for one."""
    site = make_site(
        racks=[{"pdu": k, "holdup_energy": 11.0, "restart_delay": 60.0} for k in range(2)],
        pdus=[{**SWITCH, "ups_a": k, "alternate_a": 2} for k in range(2)],
        ups=[{"bus": k, "power_rated": 1.2e3, "overload": 1.25, "retransfer_delay": 10} for k in range(3)],
        batteries=[{"soc": 0.0}, {"soc": 0.0}, {"soc": 1.0}], buses=[{"feed": k} for k in range(3)], feeds=[{}] * 3,
    )  # fmt: skip
    rig = Rig(site)
    rig.run(1e-3, 50)
    rig.outage(rig.t, 1e9, 0)
    rig.run(1e-3, 200)  # the capacitors fill again
    assert rig.s["ups"][0, f.UPS_POWER_OUT].tolist() == [0.0, 1e3, 1e3]
    assert (rig.s["rack"][0, f.RACK_LOST_AT] == -1.0).all()
    rig.outage(rig.t, 1e9, 1)
    rig.run(1e-3, 50)
    assert (rig.s["rack"][0, f.RACK_LOST_AT] > 0.0).all()


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.floats(1e-3, 0.3)), max_size=20),
    st.sampled_from([1e-3, 2e-2, 1.0]),
)
def test_no_event_takes_the_switch_outside_its_diagram(events: list[tuple[int, float]], dt: float) -> None:
    rig = rig_of(switch_return=0.1)
    for event, duration in events:
        if event < 2:
            rig.outage(rig.t, duration, event)
        elif event == 2:
            rig.sag(rig.t, duration, 0.7)
        else:
            rig.s["pdu"][0, f.PDU_SWITCH_OUT] = float(event == 3)
        count, source = rig("pdu", f.PDU_TRANSFERS), rig("pdu", f.PDU_SOURCE_A)
        rig.run(dt, 1)
        moved = rig("pdu", f.PDU_SOURCE_A) != source
        assert rig("pdu", f.PDU_SOURCE_A) in (0.0, 1.0)
        assert rig("pdu", f.PDU_TRANSFERS) - count == float(moved)
        assert 0.0 <= rig("pdu", f.PDU_DARK_A) <= dt
        assert 0.0 <= rig("pdu", f.PDU_GAP_A) <= 0.02
