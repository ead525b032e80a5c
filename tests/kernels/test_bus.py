"""Busbar: every transition of the transfer scheme, when it closes on what, and who gets the power."""

from __future__ import annotations

import pytest
from bus_rig import DEAD, LOCAL, MAINS, OPENING, Bus, several
from hypothesis import given, settings
from hypothesis import strategies as st
from site_builder import DIRECT, one

from twin.kernels import fields as f
from twin.kernels.bus import UNLIMITED, bus_close_step, bus_demand, mains_good
from twin.kernels.bus_share import bus_allocate
from twin.kernels.bus_transfer import bus_sense_step
from twin.kernels.genset_plant import plant_frequency, plant_ready


def test_loss_of_mains_without_sources_and_back() -> None:
    bus = Bus(detect_delay=2.0)
    assert bus.modes("m..mmm") == [MAINS, MAINS, DEAD, DEAD, MAINS, MAINS]


def test_a_dip_shorter_than_its_detection_is_ridden_through() -> None:
    bus = Bus(detect_delay=2.0)
    assert bus.modes("m.mm.mm") == [MAINS] * 7
    assert bus[f.BUS_CALL] == 0.0


@pytest.mark.parametrize("dt", [1e-3, 0.01, 0.02, 0.05, 1.0, 60.0])
def test_detection_is_never_more_than_a_step_off(dt: float) -> None:
    bus = Bus(detect_delay=0.1)
    opened = bus.modes("." * (round(0.2 / dt) + 2), dt).index(DEAD) * dt
    assert 0.1 - dt - 1e-9 <= opened <= 0.1


def test_it_calls_its_sets_while_the_mains_are_gone() -> None:
    bus = Bus(1)
    bus.sets(f.GEN_CRANKING)
    calls = []
    for c in "m..":
        bus.modes(c)
        calls.append(bus[f.BUS_CALL])
    assert calls == [0.0, 1.0, 1.0]


def test_it_closes_after_the_open_transition() -> None:
    bus = Bus(1, open_transition=3.0)
    bus.sets(f.GEN_ON_BUS)
    assert bus.modes(".....") == [DEAD, DEAD, DEAD, LOCAL, LOCAL]


def test_it_returns_through_an_open_transition() -> None:
    bus = Bus(1, retransfer_delay=3.0, open_transition=2.0)
    bus.sets(f.GEN_ON_BUS)
    assert bus.modes("...mmmmmm") == [DEAD, DEAD, LOCAL, LOCAL, LOCAL, OPENING, OPENING, MAINS, MAINS]
    assert bus[f.BUS_CALL] == 0.0


def test_a_transfer_without_dead_time_has_no_dead_step() -> None:
    """An hour-long step must not make an hour of darkness of a closed return."""
    bus = Bus(1)
    bus.sets(f.GEN_ON_BUS)
    assert bus.modes("..mm", 3600.0) == [LOCAL, LOCAL, MAINS, MAINS]


def test_mains_that_go_again_while_it_returns() -> None:
    bus = Bus(1, open_transition=3.0)
    bus.sets(f.GEN_ON_BUS)
    assert bus.modes("....mm....") == [DEAD, DEAD, DEAD, LOCAL, OPENING, OPENING, DEAD, LOCAL, LOCAL, LOCAL]


def test_mains_that_flicker_do_not_bring_it_back() -> None:
    bus = Bus(1, retransfer_delay=3.0)
    bus.sets(f.GEN_ON_BUS)
    assert bus.modes(".mm.mm.mm") == [LOCAL] * 9


def test_sources_that_leave_nothing_for_cooling_are_left_without_the_retransfer_delay() -> None:
    bus = Bus(1, detect_delay=2.0, retransfer_delay=1800.0)
    bus.sets(f.GEN_ON_BUS)
    assert bus.modes("..mmmm") == [MAINS, LOCAL, LOCAL, LOCAL, LOCAL, LOCAL]
    bus.s[f.BUS_MECH_SHARE] = 0.0
    assert bus.modes(".mmm") == [LOCAL, LOCAL, MAINS, MAINS]


@pytest.mark.parametrize(
    ("sets", "storage", "mode"),
    [
        ((f.GEN_ON_BUS, f.GEN_ON_BUS), (), LOCAL),
        ((f.GEN_ON_BUS, f.GEN_CRANKING), (), DEAD),  # 1 of 2 kW for 1.5 kW: it waits for the second
        ((f.GEN_ON_BUS, f.GEN_FAILED), (), LOCAL),  # nothing more will start
        ((f.GEN_CRANKING, f.GEN_CRANKING), (1500.0,), LOCAL),  # storage carries the demand
        ((f.GEN_CRANKING, f.GEN_CRANKING), (1400.0,), DEAD),
        ((f.GEN_ON_BUS, f.GEN_CRANKING), (500.0,), LOCAL),  # together they do
        ((f.GEN_FAILED, f.GEN_FAILED), (700.0,), LOCAL),  # all there is
        ((f.GEN_FAILED, f.GEN_FAILED), (0.0,), DEAD),
        ((), (700.0,), LOCAL),
        ((), (), DEAD),
    ],
)
def test_when_it_closes(sets: tuple[int, ...], storage: tuple[float, ...], mode: int) -> None:
    bus = Bus(len(sets), storage)
    bus.demand = 1500.0
    bus.sets(*sets)
    assert bus.modes(".") == [mode]


def test_a_close_fraction_below_one_does_not_wait_for_every_set() -> None:
    bus = Bus(3, generator_close_fraction=0.6)
    bus.demand = 5e3
    bus.sets(f.GEN_ON_BUS, f.GEN_CRANKING, f.GEN_CRANKING)
    assert bus.modes(".") == [DEAD]
    bus.sets(f.GEN_ON_BUS, f.GEN_ON_BUS, f.GEN_CRANKING)
    assert bus.modes(".") == [LOCAL]


def test_it_is_dead_once_its_last_source_is_gone() -> None:
    bus = Bus(1, (500.0,))
    bus.sets(f.GEN_ON_BUS)
    bus.modes(".")
    assert bus[f.BUS_CAPABILITY] == 1500.0
    bus.sets(f.GEN_FAILED)
    assert bus.modes(".") == [LOCAL]
    bus.s_pcs[f.PCS_CAPABILITY] = 0.0
    assert bus.modes("..") == [DEAD, DEAD]
    assert (bus[f.BUS_VOLTAGE], bus[f.BUS_CAPABILITY]) == (0.0, 0.0)


def test_voltage_and_frequency_of_its_source() -> None:
    bus = Bus(2)
    bus.feed[f.FEED_FREQUENCY] = 49.9
    bus.modes("m")
    assert (bus[f.BUS_VOLTAGE], bus[f.BUS_FREQUENCY]) == (1.0, 49.9)
    assert bus[f.BUS_CAPABILITY] == UNLIMITED
    bus.sets(f.GEN_ON_BUS, f.GEN_ON_BUS)
    bus.s_gen[f.GEN_FREQ_DEV] = 0.01, -0.02
    bus.modes(".")
    assert bus[f.BUS_FREQUENCY] == pytest.approx(50.0 * (1.0 - 0.005))
    assert plant_frequency(bus.p_gen, bus.s_gen, 0, 0, 60.0) == 60.0


def test_a_sag_stays_on_the_bus_until_it_opens() -> None:
    """What is outside the window of the bus may be inside that of a rectifier or a power supply."""
    bus = Bus(detect_delay=1.0)
    bus.feed[f.FEED_VOLTAGE] = 0.8
    assert not mains_good(bus.p, 0, bus.feed)
    bus_sense_step(bus.p, bus.s, 0, bus.feed, 0.0, 0.0, False, 1.0, False, 0.01)
    bus_close_step(
        bus.p,
        bus.s,
        0,
        bus.feed,
        bus.p_gen,
        bus.s_gen,
        0,
        0,
        bus.p_pcs,
        bus.s_pcs,
        0,
        0,
        1.0,
        50.0,
        MAINS,
        0.01,
    )
    assert (bus[f.BUS_MODE], bus[f.BUS_VOLTAGE], bus[f.BUS_CAPABILITY]) == (MAINS, 0.8, UNLIMITED)


def test_what_sets_can_still_give() -> None:
    p, s = several("genset", *[{"power_rated": 10.0**k} for k in range(5)], {"unavailable": 1})
    s[f.GEN_MODE] = f.GEN_ON_BUS, f.GEN_CRANKING, f.GEN_STOPPED, f.GEN_COOLING, f.GEN_FAILED, f.GEN_STOPPED
    assert plant_ready(p, s, 0, 6) == (1.0, 1111.0, True)


def allocated(
    capability: float, mechanical: float, *ups: dict[str, float], mode: int = LOCAL
) -> tuple[float, list[float], list[float]]:
    """Share of mechanical demand, input limit of each system and what it may charge with."""
    p, s = one("bus", mode=mode, capability=capability, block=capability, mechanical_demand=mechanical)
    _, feed = one("feed")
    p_ups, s_ups = several("ups", *ups)
    bus_allocate(p, s, 0, feed, p_ups, s_ups, 0, len(ups))
    return float(s[f.BUS_MECH_SHARE, 0]), s_ups[f.UPS_LIMIT].tolist(), s_ups[f.UPS_SPARE].tolist()


UPS = {"rectifier_margin": 1.1, "demand": 500.0}


def test_ups_inputs_come_first_then_motors_then_charging() -> None:
    assert allocated(400.0, 300.0, UPS, UPS) == (0.0, [200.0, 200.0], [0.0, 0.0])
    assert allocated(1000.0, 300.0, UPS, UPS) == (0.0, [500.0, 500.0], [0.0, 0.0])
    assert allocated(1150.0, 300.0, UPS, UPS) == (0.5, [575.0, 575.0], [0.0, 0.0])
    assert allocated(1500.0, 300.0, UPS, UPS) == (1.0, [750.0, 750.0], [100.0, 100.0])


def test_a_plain_connection_leaves_charging_power_to_the_ups_beside_it() -> None:
    share, limits, spare = allocated(1500.0, 300.0, UPS, DIRECT | {"demand": 500.0})
    assert (share, limits, spare) == (1.0, [1000.0, 500.0], [200.0, 0.0])


def test_nobody_asks_for_anything() -> None:
    assert allocated(1000.0, 0.0) == (1.0, [], [])
    assert allocated(0.0, 100.0, UPS) == (0.0, [0.0], [0.0])
    assert allocated(1000.0, 0.0, DIRECT) == (1.0, [0.0], [0.0])


@settings(deadline=None)
@given(
    st.floats(0.0, 5e3), st.floats(0.0, 2e3),
    st.lists(st.tuples(st.floats(0.0, 2e3), st.sampled_from([0, 1, 2]), st.booleans()), max_size=4),
)  # fmt: skip
def test_no_more_is_given_out_than_there_is(
    capability: float, mechanical: float, systems: list[tuple[float, int, bool]]
) -> None:
    ups = [(DIRECT if direct else UPS) | {"demand": demand, "mode": mode} for demand, mode, direct in systems]
    share, limits, spare = allocated(capability, mechanical, *ups)
    assert 0.0 <= share <= 1.0
    assert min(limits + spare, default=0.0) >= 0.0
    assert sum(limits) <= capability * (1.0 + 1e-12) + 1e-9
    wanted = sum(
        min(demand, 1e15 if direct else 1100.0) for demand, mode, direct in systems if mode == f.UPS_NORMAL
    )
    assert min(wanted, capability) + share * mechanical + sum(spare) <= capability * (1.0 + 1e-12) + 1e-9


def test_demand_of_systems_at_work_and_of_those_that_wait() -> None:
    _, s = one("bus", mechanical_demand=100.0)
    _, s_ups = several(
        "ups", {"demand": 500.0, "loss": 20.0}, {"mode": f.UPS_ON_BATTERY, "demand": 300.0, "loss": 10.0},
        {"mode": f.UPS_OFF, "input_want": 400.0},
    )  # fmt: skip
    assert bus_demand(s_ups, s, 0, 0, 3) == 1330.0
