"""PDU: its two sides, their losses, and the demand a UPS is told to expect."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_builder import Rig, make_site, one

from twin.kernels import fields as f
from twin.kernels.pdu import pdu_power_step, pdu_voltage_step
from twin.kernels.phases import pdu_expect, ups_expect
from twin.kernels.rack import rack_interval

LOSS = {"power_rated": 1000.0, "loss_0": 0.002, "loss_1": 0.001, "loss_2": 0.013}


def side_loss(power: float) -> float:
    """Loss of a live side at output `power`."""
    x = power / 1000.0
    return 1000.0 * (0.002 + 0.001 * x + 0.013 * x * x)


def stepped(powers: list[tuple[float, float]], va: float, vb: float) -> np.ndarray:
    """State of a PDU after a second with racks that draw (side A, both sides)."""
    p, s = one("pdu", **LOSS)
    racks = np.zeros((len(f.RACK.states), len(powers)))
    racks[f.RACK_POWER_A], racks[f.RACK_POWER] = np.array(powers).reshape(-1, 2).T
    s[f.PDU_VOLTAGE_A], s[f.PDU_VOLTAGE_B] = va, vb
    pdu_power_step(p, s, 0, racks, 0, len(powers), 0.0, 1.0)
    return s[:, 0]


def test_two_live_sides_share_and_each_pays_its_own_loss() -> None:
    s = stepped([(150.0, 300.0), (100.0, 200.0)], 1.0, 1.0)
    assert s[f.PDU_POWER_A] == pytest.approx(250.0 + side_loss(250.0), rel=1e-15)
    assert s[f.PDU_POWER_B] == pytest.approx(250.0 + side_loss(250.0), rel=1e-15)


@pytest.mark.parametrize(("va", "vb", "share"), [(1.0, 0.0, 1.0), (0.0, 1.0, 0.0)])
def test_a_dead_side_draws_and_loses_nothing(va: float, vb: float, share: float) -> None:
    s = stepped([(300.0 * share, 300.0), (200.0 * share, 200.0)], va, vb)
    sides = s[f.PDU_POWER_A], s[f.PDU_POWER_B]
    assert sides == pytest.approx(
        (500.0 + side_loss(500.0), 0.0) if share else (0.0, 500.0 + side_loss(500.0)), rel=1e-14
    )


def test_a_live_side_without_load_still_has_its_no_load_loss() -> None:
    s = stepped([(0.0, 0.0)], 1.0, 1.0)
    assert s[f.PDU_POWER_A] == s[f.PDU_POWER_B] == pytest.approx(2.0)
    s = stepped([(0.0, 0.0)], 0.0, 0.0)
    assert s[f.PDU_E_IN] == 0.0


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.0, 500.0), st.floats(0.0, 500.0)), max_size=6),
    st.sampled_from([(1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.4, 1.0), (0.0, 0.0)]),
)
def test_the_account_closes(racks: list[tuple[float, float]], volts: tuple[float, float]) -> None:
    live = [(a if volts[0] else 0.0, b if volts[1] else 0.0) for a, b in racks]
    s = stepped([(a, a + b) for a, b in live], *volts)
    assert s[f.PDU_E_IN] == pytest.approx(s[f.PDU_E_OUT] + s[f.PDU_E_LOSS], rel=1e-14)
    assert s[f.PDU_E_OUT] == pytest.approx(sum(a + b for a, b in live), rel=1e-14)


def test_sides_take_the_voltage_of_their_ups() -> None:
    p, s = one("pdu", ups_a=1, ups_b=-1)
    ups = np.zeros((len(f.UPS.states), 2))
    ups[f.UPS_VOLTAGE] = 0.3, 1.0
    pdu_voltage_step(p, s, 0, ups, 1.0)
    assert (s[f.PDU_VOLTAGE_A, 0], s[f.PDU_VOLTAGE_B, 0]) == (1.0, 0.0)


@pytest.mark.parametrize("dead", [None, 0, 1])
def test_the_expected_demand_is_what_is_then_drawn(dead: int | None) -> None:
    """A UPS hears of the load of an interval before its first step, exactly, whichever side lives."""
    rack = {"power_idle": 100.0, "psu_loss_0": 0.01, "psu_loss_1": 0.03, "power_other": 5.0}
    ups = {"power_rated": 5e3}
    rig = Rig(
        make_site(
            racks=[rack] * 3, pdus=[LOSS | {"ups_a": 0, "ups_b": 1}],
            ups=[ups | {"bus": 0}, ups | {"bus": 1}], batteries=[{"soc": 0.0}] * 2,
            buses=[{"feed": 0}, {"feed": 1}], feeds=[{}, {}],
        )
    )  # fmt: skip
    if dead is not None:
        rig.outage(0.0, 1e9, dead)
    rig.utilisation[:] = 0.2
    rig.run(0.01, 5)
    rig.utilisation[:] = 0.9
    p = {name: block[0] for name, block in rig.site.params.items()}
    s = {name: block[0].copy() for name, block in rig.s.items()}
    for r in range(3):
        rack_interval(p["rack"], s["rack"], r, rig.utilisation[0])
    pdu_expect(p["pdu"], s["pdu"], 0, p["rack"], s["rack"], 0, 3, s["ups"])
    for u in range(2):
        side = rig.site.links[f.LINK_UPS_SIDE] + u
        ups_expect(s["ups"], u, s["pdu"], rig.site.links, *rig.site.links[side : side + 2])
    rig.run(0.01, 1)
    assert s["ups"][f.UPS_DEMAND] == pytest.approx(rig.s["ups"][0, f.UPS_POWER_OUT], rel=1e-12)
    assert s["ups"][f.UPS_DEMAND].sum() > 3 * 915.0
