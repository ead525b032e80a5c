"""UPS, double conversion: outages and returns, walk-in, charging, response, and its account."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_builder import DIRECT, WHITE_PAPER_108
from ups_rig import DEAD, GOOD, NORMAL, OFF, ON_BATTERY, PLENTY, System

from twin.kernels import fields as f
from twin.kernels.ups import ups_direct_step
from twin.kernels.ups_power import ups_power_step


def test_an_outage_goes_to_the_battery_and_back_without_a_gap() -> None:
    ups = System(retransfer_delay=3.0)
    volts = []
    modes = []
    for c in "m..mmmm":
        modes += ups.modes(c)
        volts.append(ups[f.UPS_VOLTAGE])
    # Good again in the fourth step, for three seconds at the end of the sixth.
    assert modes == [NORMAL, ON_BATTERY, ON_BATTERY, ON_BATTERY, ON_BATTERY, NORMAL, NORMAL]
    assert volts == [1.0] * 7
    assert ups[f.UPS_TRANSFERS] == 1.0
    assert float(ups.s_bat[f.BAT_E_OUT, 0]) == pytest.approx(4 * 500.0)


@pytest.mark.parametrize(
    ("mains", "mode"),
    [
        ((0.85, 50.0), NORMAL), ((0.849, 50.0), ON_BATTERY), ((1.15, 50.0), NORMAL), ((1.16, 50.0), ON_BATTERY),
        ((1.0, 40.0), NORMAL), ((1.0, 39.9), ON_BATTERY), ((1.0, 70.0), NORMAL), ((1.0, 70.1), ON_BATTERY),
    ],
)  # fmt: skip
def test_the_input_window(mains: tuple[float, float], mode: int) -> None:
    """340 to 460 V on 400 V and 40 to 70 Hz (Galaxy VL)."""
    assert System().step(mains) == mode


def test_input_that_flickers_never_counts_as_back() -> None:
    ups = System(retransfer_delay=3.0)
    assert ups.modes(".mm.mm.") == [ON_BATTERY] * 7
    assert ups[f.UPS_TRANSFERS] == 1.0


def test_an_empty_battery_ends_it_and_the_mains_bring_it_back() -> None:
    ups = System({"soc": 1000.0 / 3.6e6}, retransfer_delay=2.0)
    assert ups.modes("...") == [ON_BATTERY, ON_BATTERY, OFF]
    assert ups[f.UPS_VOLTAGE] == 0.0
    assert ups.soc == pytest.approx(0.0, abs=1e-12)
    assert ups.modes(".mmm") == [OFF, OFF, NORMAL, NORMAL]


@pytest.mark.parametrize("dt", [0.01, 1.0, 20.0, 60.0])
def test_autonomy_does_not_depend_on_the_step_by_more_than_one(dt: float) -> None:
    ups = System({"soc": 500.0 * 600.0 / 3.6e6})
    steps = 0
    while ups.step(DEAD, dt) == ON_BATTERY:
        steps += 1
    assert 600.0 - dt - 1e-6 <= steps * dt <= 600.0 + 1e-6


def test_overload_trips_it() -> None:
    ups = System(overload=1.25)
    ups.load = 1250.0
    assert ups.modes("mm") == [NORMAL, NORMAL]
    ups.load = 1251.0
    assert ups.modes("mm") == [NORMAL, OFF]


def test_rectifier_and_battery_together() -> None:
    """A rectifier of 0.8 rated carries 800 W; the battery adds 200 W until it is empty."""
    ups = System({"soc": 1000.0 / 3.6e6}, rectifier_margin=0.8)
    ups.load = ups.s[f.UPS_DEMAND] = 1000.0
    assert ups.step() == NORMAL
    assert (ups[f.UPS_POWER_IN], ups.battery) == pytest.approx((800.0, 200.0))
    assert ups.modes("mmmmm") == [NORMAL] * 4 + [OFF]


def test_walk_in_is_a_ramp_of_the_input() -> None:
    ups = System(walk_in=10.0, rectifier_margin=1.0)
    ups.modes(".")
    inputs = []
    for _ in range(12):
        ups.step()
        inputs.append(ups[f.UPS_POWER_IN])
    assert inputs == pytest.approx([100.0 * k for k in range(1, 6)] + [500.0] * 7)


def test_no_walk_in_no_step_on_battery() -> None:
    """An hour-long step with the mains back is not an hour of battery."""
    ups = System()
    assert ups.modes(".m", 3600.0)[1] == NORMAL
    assert ups.battery == pytest.approx(0.0)


def test_it_recharges_with_what_is_left() -> None:
    ups = System({"soc": 0.5}, charge_power=100.0, rectifier_margin=1.0)
    ups.step()
    assert ups.battery == -100.0
    ups.load = 950.0
    ups.step()
    assert (ups.battery, ups[f.UPS_POWER_IN]) == (-50.0, 1000.0)
    ups.load = 500.0
    ups.limit = 520.0
    ups.step()
    assert (ups.battery, ups[f.UPS_POWER_IN]) == (-20.0, 520.0)


def test_a_full_battery_is_left_alone() -> None:
    ups = System({"soc": 1.0}, charge_power=100.0)
    ups.step()
    assert ups.battery == 0.0


def test_off_it_charges_its_battery_when_the_input_is_back() -> None:
    """Its output waits for the retransfer delay, its rectifier does not."""
    ups = System({"soc": 0.0}, charge_power=100.0, retransfer_delay=5.0)
    ups.modes("..")
    assert ups[f.UPS_MODE] == OFF
    ups.modes("mmm")
    assert ups[f.UPS_MODE] == OFF
    assert ups.soc * 3.6e6 == pytest.approx(300.0)
    assert ups[f.UPS_POWER_IN] == 100.0
    assert ups.residual() == pytest.approx(0.0, abs=1e-9)


def test_a_debt_is_paid_back_before_it_returns() -> None:
    """The load rose in a step that an empty battery could not cover: the DC link gave 200 J, once."""
    ups = System({"soc": 0.0}, charge_power=50.0)
    ups.limit = 500.0
    assert ups.step() == NORMAL
    ups.load = 700.0
    assert ups.step() == NORMAL
    assert (ups[f.UPS_DEBT], ups[f.UPS_POWER_IN], ups.soc) == (200.0, 500.0, 0.0)
    assert ups.step() == OFF
    ups.limit = 120.0
    assert ups.modes("mm") == [OFF] * 2
    # Repaid before anything else: 120 J, then the last 80 J, and what is left of the input charges the battery.
    assert ups[f.UPS_DEBT] == 0.0
    assert ups.soc * 3.6e6 == pytest.approx(40.0)
    ups.limit = 500.0
    assert ups.step() == NORMAL
    assert ups.residual() == pytest.approx(0.0, abs=1e-9)


def test_charging_gives_way_to_mechanical_loads() -> None:
    ups = System({"soc": 0.5}, charge_power=100.0)
    ups.step()
    assert ups.battery == -100.0
    ups.s[f.UPS_SPARE] = 30.0
    ups_power_step(ups.p, ups.s, 0, ups.p_bat, ups.s_bat, ups.pdu, ups.links, 0, 1, 0.0, 1.0)
    assert (ups.battery, ups[f.UPS_POWER_IN]) == (-30.0, 530.0)


@pytest.mark.parametrize(
    ("share", "battery"), [(0.5, 100.0), (1.0, 200.0), (-0.5, -100.0), (-1.0, -200.0), (0.0, 0.0)]
)
def test_response_to_frequency(share: float, battery: float) -> None:
    """Low frequency: the battery carries part of the load; high frequency: it charges."""
    ups = System({"soc": 0.6})
    ups.s[f.UPS_RESPONSE] = 200.0
    ups.step(share=share)
    assert ups.battery == battery
    assert ups[f.UPS_POWER_IN] == 500.0 - battery


@pytest.mark.parametrize(
    ("share", "power"),
    [(-1.0, 800.0), (-0.1, 620.0), (-1e-9, 600.0), (0.0, 600.0), (0.1, 480.0), (1.0, 300.0)],
)
def test_response_while_it_recharges(share: float, power: float) -> None:
    """Recharging at 100 W it charges more when frequency is high, and waits with it when it is low."""
    ups = System({"soc": 0.6}, charge_power=100.0)
    ups.s[f.UPS_RESPONSE] = 200.0
    ups.step(share=share)
    assert ups[f.UPS_POWER_IN] == pytest.approx(power)


@pytest.mark.parametrize("share", [-1.0, 1.0])
def test_without_a_commitment_it_recharges_at_any_frequency(share: float) -> None:
    ups = System({"soc": 0.6}, charge_power=100.0)
    ups.step(share=share)
    assert ups[f.UPS_POWER_IN] == 600.0


def test_a_lasting_response_is_given_whole() -> None:
    """The battery it has emptied by responding must not start to recharge against it."""
    ups = System({"soc": 1.0}, charge_power=100.0)
    ups.s[f.UPS_RESPONSE] = 200.0
    for _ in range(100):
        ups.step(share=1.0)
        assert ups[f.UPS_POWER_IN] == 300.0


def test_response_leaves_the_reserve_and_never_exports() -> None:
    ups = System({"soc": 0.5}, soc_reserve=0.5)
    ups.s[f.UPS_RESPONSE] = 800.0
    ups.step(share=1.0)
    assert ups.battery == 0.0
    ups.s_bat[f.BAT_SOC] = 0.9
    ups.step(share=1.0)
    assert (ups.battery, ups[f.UPS_POWER_IN]) == (500.0, 0.0)


def test_fans_on_the_ups_are_served_with_it() -> None:
    ups = System(retransfer_delay=0.0)
    ups.s[f.UPS_MECH_DEMAND] = 50.0
    ups.modes("m.")
    assert ups[f.UPS_POWER_OUT] == 550.0
    assert ups[f.UPS_MECH_SERVED] == 2.0
    ups.s_bat[f.BAT_SOC] = 0.0
    ups.modes(".")
    assert (ups[f.UPS_POWER_OUT], ups[f.UPS_MECH_SERVED]) == (0.0, 2.0)


def test_a_plain_connection_passes_the_bus_while_it_can_carry_the_load() -> None:
    ups = System(**DIRECT)
    ups.s[f.UPS_LIMIT] = 499.0
    for mode, voltage, expected in (
        (f.BUS_ON_MAINS, 0.8, 0.8), (f.BUS_ON_MAINS, 0.0, 0.0), (f.BUS_ON_LOCAL, 1.0, 0.0),
    ):  # fmt: skip
        ups.bus[f.BUS_MODE], ups.bus[f.BUS_VOLTAGE] = mode, voltage
        ups_direct_step(ups.p, ups.s, 0, ups.bus)
        assert ups[f.UPS_VOLTAGE] == expected
        assert ups[f.UPS_MODE] == (NORMAL if expected > 0.0 else OFF)
    ups.s[f.UPS_LIMIT] = 500.0
    ups_direct_step(ups.p, ups.s, 0, ups.bus)
    assert ups[f.UPS_VOLTAGE] == 1.0


@pytest.mark.parametrize(
    ("load", "efficiency"), [(250.0, 94.1), (500.0, 96.3), (750.0, 96.9), (1000.0, 97.0)]
)
def test_efficiency_in_normal_mode_is_that_of_white_paper_108(load: float, efficiency: float) -> None:
    ups = System(**WHITE_PAPER_108)
    ups.load = load
    ups.step()
    assert 100.0 * ups[f.UPS_POWER_OUT] / ups[f.UPS_POWER_IN] == pytest.approx(efficiency, abs=0.05)


case = st.tuples(
    st.sampled_from([GOOD, DEAD, (0.8, 50.0)]), st.floats(1e-3, 60.0), st.floats(0.0, 1200.0),
    st.sampled_from([0.0, 300.0, 900.0, PLENTY]), st.floats(-1.0, 1.0),
)  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(case, max_size=30), st.floats(0.0, 1.0), st.sampled_from([0.0, 0.5, 10.0]), st.floats(0.0, 10.0)
)
def test_its_account_closes_and_no_other_transition_happens(
    steps: list[tuple[tuple[float, float], float, float, float, float]], soc: float, delay: float, walk: float
) -> None:
    ups = System(
        {"soc": 0.1 + 0.9 * soc, "soc_min": 0.1, "charge_rated": 3.6e5, "resistance_ohmic": 1e-5},
        retransfer_delay=delay, walk_in=walk, charge_power=100.0, soc_reserve=0.5, **WHITE_PAPER_108,
    )  # fmt: skip
    ups.s[f.UPS_RESPONSE] = 300.0
    allowed = {
        (NORMAL, NORMAL), (NORMAL, ON_BATTERY), (NORMAL, OFF), (ON_BATTERY, ON_BATTERY), (ON_BATTERY, NORMAL),
        (ON_BATTERY, OFF), (OFF, OFF), (OFF, NORMAL),
    }  # fmt: skip
    longest = 0.0
    for mains, dt, load, limit, share in steps:
        ups.load, ups.limit = load, limit
        before = ups[f.UPS_MODE]
        mode = ups.step(mains, dt, share)
        assert (before, mode) in allowed
        assert (mode == OFF) is (ups[f.UPS_VOLTAGE] == 0.0)
        assert mode != NORMAL or mains == GOOD
        assert 0.0 <= ups[f.UPS_POWER_IN] <= (limit if mains[0] > 0.0 else 0.0) * (1.0 + 1e-12)
        longest = max(longest, dt)
        # The largest load with its loss, for one step.
        assert 0.0 <= ups[f.UPS_DEBT] <= 1300.0 * longest
        assert 0.1 - 1e-9 <= ups.soc <= 1.0 + 1e-9
    assert abs(ups.residual()) <= 1e-12 * max(ups[f.UPS_E_IN], ups[f.UPS_E_OUT], 1.0)
    drawn = ups[f.UPS_E_IN] - float(ups.s_bat[f.BAT_E_OUT, 0])
    assert drawn == pytest.approx(ups[f.UPS_E_BUS], rel=1e-12, abs=1e-6)
