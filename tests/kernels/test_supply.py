"""Power balance of a bus: transformer, storage on the mains, and who carries an island."""

from __future__ import annotations

import pytest
from site_builder import DIRECT, DYNAMIC_CONTAINMENT, WHITE_PAPER_108, Rig, make_site

from twin.kernels import fields as f

LOSS = {"loss_0": 0.0066, "loss_1": 0.00537, "loss_2": 0.01292}
HALF = {"soc": 0.5}


def island(
    load: float, gensets: list[dict[str, float]], *storage: tuple[float, dict[str, float]], **pcs: float
) -> Rig:
    """A site that has just lost its mains: a direct load, sets, and converters of (power, battery)."""
    rig = Rig(
        make_site(
            racks=[{"power_peak": load, "restart_delay": 1e9}], ups=[DIRECT], gensets=gensets,
            pcs=[{"power_rated": power} | pcs for power, _ in storage],
            batteries=[{}, *(battery for _, battery in storage)],
        )
    )  # fmt: skip
    rig.outage(0.0, 1e9)
    return rig


def shares(rig: Rig) -> tuple[float, ...]:
    """Power of the load, of the sets together and of each converter."""
    return (
        rig("rack", f.RACK_POWER),
        float(rig.s["genset"][0, f.GEN_POWER].sum()),
        *rig.s["pcs"][0, f.PCS_POWER].tolist(),
    )


def test_the_feed_gives_the_load_and_the_transformer_loss() -> None:
    """2500 kVA Tier 2 at half its rating."""
    transformer = {
        "transformer_loss_no_load": 1575.0, "transformer_loss_load": 18.5e3, "transformer_power_rated": 2.5e6,
    }  # fmt: skip
    rig = Rig(make_site(racks=[{"power_peak": 1.25e6}], ups=[DIRECT], buses=[transformer]))
    rig.run(1.0, 10)
    assert rig("bus", f.BUS_LOSS) == pytest.approx(1575.0 + 18.5e3 / 4.0)
    assert rig("feed", f.FEED_E_OUT) == pytest.approx(10.0 * (1.25e6 + 1575.0 + 18.5e3 / 4.0))
    rig.outage(10.0, 1e9)
    rig.run(1.0, 1)
    assert (rig("feed", f.FEED_POWER), rig("bus", f.BUS_LOSS)) == (0.0, 0.0)


def test_two_buses_on_one_feed_add_up() -> None:
    rig = Rig(
        make_site(
            racks=[{}, {"pdu": 1}], pdus=[{}, {"ups_a": 1}], ups=[DIRECT, DIRECT | {"bus": 1}], batteries=[{}, {}],
            buses=[{}, {}],
        )
    )  # fmt: skip
    rig.run(1.0, 3)
    assert rig("feed", f.FEED_POWER) == 2000.0
    assert rig("feed", f.FEED_E_OUT) == 6000.0


@pytest.mark.parametrize(
    ("frequency", "given"),
    [(50.0, 200.0), (49.5, 700.0), (49.8, 225.0), (50.5, -300.0), (49.99, 200.0), (48.0, 700.0)],
)
def test_storage_on_the_mains_gives_its_set_point_and_response(frequency: float, given: float) -> None:
    """Dynamic Containment of 500 W around 200 W: the grid sees the load less what storage gives."""
    rig = Rig(make_site(ups=[DIRECT], pcs=[{}], batteries=[{}, HALF]), **DYNAMIC_CONTAINMENT)
    rig.s["pcs"][0, f.PCS_SETPOINT], rig.s["pcs"][0, f.PCS_RESPONSE] = 200.0, 500.0
    rig.frequency(frequency)
    rig.run(1.0, 1)
    assert rig("pcs", f.PCS_POWER) == pytest.approx(given)
    assert rig("feed", f.FEED_POWER) == pytest.approx(1000.0 - given)


def test_frequency_is_followed_within_an_interval() -> None:
    rig = Rig(make_site(ups=[DIRECT], pcs=[{}], batteries=[{}, HALF]), **DYNAMIC_CONTAINMENT)
    rig.s["pcs"][0, f.PCS_RESPONSE] = 1000.0
    rig.set(frequency_start=50.0, frequency_end=49.5)
    rig.run(0.1, 10)
    # The last step starts at 90 % of the way: 49.55 Hz calls for 5 % + 95 % x 0.25 / 0.3.
    assert rig("pcs", f.PCS_POWER) == pytest.approx(1000.0 * (0.05 + 0.95 * 0.25 / 0.3))


def test_during_a_sag_storage_is_blocked_and_motors_drop_out() -> None:
    rig = Rig(make_site(ups=[DIRECT], pcs=[{}], batteries=[{}, HALF], buses=[{"detect_delay": 1.0}]))
    rig.s["pcs"][0, f.PCS_SETPOINT] = 200.0
    rig.s["bus"][0, f.BUS_MECH_DEMAND] = 300.0
    rig.sag(0.1, 0.1, 0.8)
    seen = []
    for _ in range(3):
        rig.run(0.1, 1)
        seen.append((rig("pcs", f.PCS_POWER), rig("feed", f.FEED_POWER), rig("bus", f.BUS_MECH_SHARE)))
    assert seen == [(200.0, 1100.0, 1.0), (0.0, 1000.0, 0.0), (200.0, 1100.0, 1.0)]
    assert rig("bus", f.BUS_E_UNSERVED) == pytest.approx(30.0)


def test_sets_share_by_rating_and_storage_carries_the_rest() -> None:
    rig = island(1500.0, [{"power_rated": 800.0}, {"power_rated": 400.0}], (1e3, HALF))
    rig.run(1.0, 2)
    assert shares(rig) == pytest.approx((1500.0, 1200.0, 300.0))
    assert rig("genset", f.GEN_POWER, 0) == pytest.approx(2.0 * rig("genset", f.GEN_POWER, 1))


def test_what_sets_have_to_spare_charges_storage() -> None:
    rig = island(600.0, [{}], (300.0, HALF), (150.0, HALF))
    rig.run(1.0, 2)
    assert shares(rig) == pytest.approx((600.0, 1000.0, -400.0 * 2.0 / 3.0, -400.0 / 3.0))
    rig = island(900.0, [{}], (1e3, {"soc": 1.0}))
    rig.run(1.0, 2)
    assert shares(rig) == pytest.approx((900.0, 900.0, 0.0))
    assert rig("pcs", f.PCS_MODE) == f.PCS_OFF


def test_a_surplus_below_the_loss_of_the_converter_charges_nothing() -> None:
    """Otherwise it would discharge the battery to pay for the standby of charging it."""
    rig = island(995.0, [{}], (1e3, HALF), **LOSS)
    rig.run(1.0, 5)
    assert shares(rig) == pytest.approx((995.0, 995.0, 0.0))
    assert rig("battery", f.BAT_SOC, 1) == 0.5


def test_storage_alone_shares_by_capability() -> None:
    rig = island(900.0, [], (1e3, HALF), (500.0, HALF))
    rig.run(1.0, 2)
    assert shares(rig) == pytest.approx((900.0, 0.0, 600.0, 300.0))
    assert rig("bus", f.BUS_FREQUENCY) == 50.0


def test_an_empty_battery_beside_a_full_one_does_not_pay_for_standby() -> None:
    rig = island(500.0, [], (1e3, {"soc": 0.2, "soc_min": 0.2}), (1e3, HALF), **LOSS)
    rig.run(1.0, 100)
    assert rig("rack", f.RACK_LOST_AT) == -1.0
    assert rig("battery", f.BAT_SOC, 1) == 0.2
    assert shares(rig) == pytest.approx((500.0, 0.0, 0.0, 500.0))


def test_an_island_without_load_still_costs_standby() -> None:
    rig = island(0.0, [], (1e3, HALF), **LOSS)
    rig.run(10.0, 10)
    assert rig("battery", f.BAT_E_OUT, 1) == pytest.approx(100.0 * 6.6)


def test_islanded_storage_lasts_for_its_energy() -> None:
    """1 kWh at 1 kW through a lossy converter: energy over power and loss, to a step."""
    rig = island(1000.0, [], (1e3, {}), **LOSS)
    rig.run(1.0, 3600)
    lasted = 3.6e6 / (1000.0 + 1000.0 * (0.0066 + 0.00537 + 0.01292))
    assert rig("rack", f.RACK_LOST_AT) == pytest.approx(lasted, abs=1.0)
    assert -1e-9 <= rig("battery", f.BAT_SOC, 1) <= 2.0 / 3600.0


def test_an_overloaded_island_drops_what_hangs_on_it_directly() -> None:
    rig = island(1500.0, [{}])
    rig.run(1.0, 1)
    assert rig("ups", f.UPS_VOLTAGE) == 0.0
    assert rig("rack", f.RACK_LOST_AT) == 0.0
    assert rig("genset", f.GEN_E_OUT) == 0.0


def test_a_ups_without_battery_gets_its_power_back_before_the_chillers() -> None:
    """Sets that cannot carry everything: the UPS that ran down comes first, although it draws nothing yet."""
    rig = Rig(
        make_site(
            racks=[{"power_peak": 500.0}], ups=[WHITE_PAPER_108 | {"retransfer_delay": 10.0}],
            batteries=[{"soc": 1e4 / 3.6e6}], gensets=[{"start_delay": 60.0}],
        )
    )  # fmt: skip
    rig.run(1.0, 5)
    rig.outage(5.0, 1e9)
    rig.s["bus"][0, f.BUS_MECH_DEMAND] = 5e3
    rig.run(1.0, 50)
    assert (rig("ups", f.UPS_MODE), rig("rack", f.RACK_MODE)) == (f.UPS_OFF, f.RACK_OFF)
    rig.run(1.0, 50)
    assert (rig("ups", f.UPS_MODE), rig("rack", f.RACK_MODE)) == (f.UPS_NORMAL, f.RACK_ON)
    assert rig("bus", f.BUS_MECH_SHARE) * 5e3 == pytest.approx(1e3 - rig("ups", f.UPS_POWER_IN))


def test_sets_that_idle_burn_fuel_and_give_nothing() -> None:
    rig = Rig(make_site(ups=[DIRECT], gensets=[{"cooldown": 100.0, "fuel_0": 1e-6}]))
    rig.outage(0.0, 10.0)
    rig.run(1.0, 60)
    assert rig("genset", f.GEN_MODE) == f.GEN_COOLING
    assert rig("genset", f.GEN_RUN_TIME) == 60.0
    assert rig("genset", f.GEN_E_OUT) == pytest.approx(10e3)
    assert rig("genset", f.GEN_FUEL) == pytest.approx(1.0 - 60e-6)
