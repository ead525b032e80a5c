"""Closed return, planned islanding, and what faults do to a busbar; and no transition but those that are drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from bus_rig import DEAD, LOCAL, MAINS, OPENING, PARALLEL, SYNCHRONISING, Bus
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.kernels import fields as f
from twin.kernels.angle import wrapped

CLOSED = {"closed_transition": 1.0, "parallel_time": 0.1, "retransfer_delay": 1.0}


def on_storage(angle: float = 0.0, slip: float = 0.0, **values: float) -> Bus:
    """A bus that storage carries, with its mains back but for `angle` [rad] and `slip` [Hz] to them."""
    bus = Bus(0, (5e3,), **CLOSED | values)
    bus.feed[f.FEED_FREQUENCY] = 50.0 + slip
    bus.step(True, 0.01)
    for _ in range(50):
        bus.step(False, 0.01)
    bus.feed[f.FEED_PHASE] = bus.s[f.BUS_PHASE] + angle
    return bus


def run(bus: Bus, good: bool, seconds: float, dt: float = 0.01) -> list[int]:
    """Modes in the order in which they were entered."""
    seen = [int(bus[f.BUS_MODE])]
    for _ in range(round(seconds / dt)):
        mode = bus.step(good, dt)
        if mode != seen[-1]:
            seen.append(mode)
    return seen


@pytest.mark.parametrize("dt", [0.001, 0.005, 0.02, 1.0])
@pytest.mark.parametrize("angle", [0.0, 1.0, 3.1, -2.0])
def test_a_closed_return_synchronises_and_leaves_no_gap(angle: float, dt: float) -> None:
    bus = on_storage(angle, slip=0.2)
    seen, gap = [LOCAL], 0
    closing = math.inf
    for _ in range(round(70.0 / dt)):
        before = abs(wrapped(bus[f.BUS_PHASE] - float(bus.feed[f.FEED_PHASE, 0])))
        mode = bus.step(True, dt)
        if mode == PARALLEL and seen[-1] != PARALLEL:
            closing = before
        gap += bus[f.BUS_VOLTAGE] <= 0.0
        if mode != seen[-1]:
            seen.append(mode)
        if mode == MAINS:
            break
    assert seen == [LOCAL, SYNCHRONISING, PARALLEL, MAINS]
    assert closing <= 0.1745
    assert gap == 0


def test_how_long_it_takes_to_come_into_step() -> None:
    """Half a turn at half of 0.1 Hz is 10 s, less the 10 degrees at which it closes and the exponential end."""
    bus = on_storage(math.pi - 1e-6)
    modes = [bus.step(True, 0.01) for _ in range(2500)]
    steps = modes.count(SYNCHRONISING)
    assert modes[-1] == MAINS
    way = math.pi - 2.0 * math.pi * 0.05  # at constant slip, until the angle is slip x time constant
    slow = math.log(2.0 * math.pi * 0.05 / 0.1745)
    assert steps * 0.01 == pytest.approx(way / (2.0 * math.pi * 0.05) + slow, abs=0.1)


@pytest.mark.parametrize(("otherwise", "end"), [(1.0, [OPENING, MAINS]), (0.0, [LOCAL])])
def test_failed_synchronising_opens_or_waits(otherwise: float, end: list[int]) -> None:
    """Mains at 1.08 pu: local voltage regulators go to 1.05, the window here is 2 %."""
    times = {"synchronise_limit": 5.0, "open_transition": 0.3}
    bus = on_storage(synchronise_voltage=0.02, synchronise_or_open=otherwise, **times)
    seen = [LOCAL]
    bus.mains = 1.08
    for _ in range(680):
        mode = bus.step(True, 0.01)
        if mode != seen[-1]:
            seen.append(mode)
    assert seen[: 2 + len(end)] == [LOCAL, SYNCHRONISING, *end]


def test_mains_that_go_while_it_synchronises() -> None:
    bus = on_storage(3.0)
    assert run(bus, True, 1.5) == [LOCAL, SYNCHRONISING]
    assert run(bus, False, 0.1) == [SYNCHRONISING, LOCAL]
    assert bus[f.BUS_TRIM] == 0.0


def test_mains_that_go_in_parallel_leave_the_load_on_local_sources() -> None:
    bus = on_storage(parallel_time=5.0)
    assert run(bus, True, 3.0)[-1] == PARALLEL
    assert run(bus, False, 0.02) == [PARALLEL, LOCAL]
    assert bus[f.BUS_CALL] == 1.0


def test_leaving_healthy_mains_without_a_gap_and_returning_on_command() -> None:
    bus = Bus(1, **CLOSED)
    bus.demand = 900.0
    bus.s[f.BUS_COMMAND] = f.BUS_COMMAND_ISLAND
    assert run(bus, True, 1.0) == [MAINS]
    assert (bus[f.BUS_CALL], bus[f.BUS_COMMAND]) == (1.0, 0.0)
    bus.sets(f.GEN_READY)
    assert run(bus, True, 10.0) == [MAINS, PARALLEL, LOCAL]
    assert bus[f.BUS_HOLD] == 1.0
    bus.s[f.BUS_COMMAND] = f.BUS_COMMAND_RETURN
    assert run(bus, True, 30.0) == [LOCAL, SYNCHRONISING, PARALLEL, MAINS]
    assert bus[f.BUS_CALL] == 0.0


def test_it_does_not_leave_for_sources_that_cannot_carry_it() -> None:
    bus = Bus(1, **CLOSED)
    bus.demand = 1100.0
    bus.sets(f.GEN_READY)
    bus.s[f.BUS_COMMAND] = f.BUS_COMMAND_ISLAND
    assert run(bus, True, 10.0) == [MAINS]


def test_an_open_scheme_leaves_with_a_gap() -> None:
    bus = Bus(1, open_transition=0.3)
    bus.sets(f.GEN_READY)
    bus.s[f.BUS_COMMAND] = f.BUS_COMMAND_ISLAND
    assert run(bus, True, 2.0) == [MAINS, DEAD, LOCAL]


def test_a_latched_ups_takes_the_bus_off_until_reset() -> None:
    bus = Bus(1, **CLOSED | {"leave_on_latch": 1.0})
    bus.sets(f.GEN_READY)
    bus.latched = True
    assert run(bus, True, 60.0) == [MAINS, PARALLEL, LOCAL]
    bus.latched = False
    assert run(bus, True, 30.0) == [LOCAL, SYNCHRONISING, PARALLEL, MAINS]
    stays = Bus(1, **CLOSED)
    stays.latched = True
    assert run(stays, True, 5.0) == [MAINS]


def test_a_fault_keeps_the_bus_dead_whatever_there_is() -> None:
    bus = Bus(1, (5e3,))
    bus.sets(f.GEN_READY)
    bus.s[f.BUS_FAULTED] = 1.0
    assert run(bus, True, 2.0) == [MAINS, DEAD]
    assert (bus[f.BUS_VOLTAGE], bus[f.BUS_CALL]) == (0.0, 0.0)
    bus.s[f.BUS_FAULTED] = 0.0
    assert run(bus, True, 2.0)[-1] == MAINS


def test_a_breaker_that_does_not_open_keeps_local_sources_off() -> None:
    bus = Bus(1, (5e3,), open_transition=0.0)
    bus.sets(f.GEN_READY)
    bus.s[f.BUS_STUCK] = 1.0
    assert run(bus, False, 5.0) == [MAINS]
    assert (bus[f.BUS_VOLTAGE], bus[f.BUS_CALL], bus[f.BUS_CAPABILITY]) == (0.0, 1.0, 0.0)
    assert run(bus, True, 1.0) == [MAINS]
    assert bus[f.BUS_VOLTAGE] == 1.0


def test_a_breaker_that_does_not_close_keeps_the_bus_on_local_sources() -> None:
    bus = on_storage()
    bus.s[f.BUS_STUCK] = 1.0
    assert run(bus, True, 20.0) == [LOCAL]


def test_without_its_controller_nothing_moves() -> None:
    bus = Bus(1, (5e3,))
    bus.s[f.BUS_CONTROL_OUT] = 1.0
    assert run(bus, False, 5.0) == [MAINS]
    assert bus[f.BUS_CALL] == 0.0
    local = on_storage()
    local.s[f.BUS_CONTROL_OUT] = 1.0
    assert run(local, True, 20.0) == [LOCAL]
    local.s_pcs[f.PCS_CAPABILITY] = 0.0
    assert run(local, True, 0.1) == [LOCAL, DEAD]


def test_sets_are_kept_for_a_while_after_the_return() -> None:
    bus = Bus(1, stop_delay=2.0)
    bus.sets(f.GEN_ON_BUS)
    run(bus, False, 1.0)
    assert run(bus, True, 1.0)[-1] == MAINS
    assert bus[f.BUS_CALL] == 1.0
    run(bus, True, 1.5)
    assert bus[f.BUS_CALL] == 0.0


def test_it_closes_late_on_what_is_ready() -> None:
    bus = Bus(2, close_limit=3.0)
    bus.demand = 5e3
    bus.sets(f.GEN_ON_BUS, f.GEN_CRANKING)
    assert run(bus, False, 2.5) == [MAINS, DEAD]
    assert run(bus, False, 1.0) == [DEAD, LOCAL]


def test_a_jump_of_the_mains_and_one_of_the_transfer_are_passed_on() -> None:
    bus = Bus()
    bus.feed[f.FEED_FREQUENCY] = 50.0
    bus.feed[f.FEED_JUMP], bus.feed[f.FEED_PHASE] = 0.3, 0.3
    bus.step(True)
    assert bus[f.BUS_JUMP] == pytest.approx(0.3)
    bus.feed[f.FEED_JUMP] = 0.0
    local = on_storage(2.0, closed_transition=0.0, open_transition=0.0)
    jumps = [abs(local[f.BUS_JUMP]) for _ in range(150) if local.step(True, 0.01) == MAINS]
    assert max(jumps) == pytest.approx(2.0, abs=1e-6)


def test_an_island_that_is_too_slow_trips() -> None:
    bus = Bus(1, frequency_trip=45.0, trip_delay=1.0, open_transition=0.5)
    bus.sets(f.GEN_ON_BUS)
    bus.s_gen[f.GEN_FREQ_DEV] = -0.15
    assert run(bus, False, 1.4) == [MAINS, DEAD, LOCAL]
    assert run(bus, False, 0.3) == [LOCAL, DEAD]


DRAWN = {
    (MAINS, DEAD), (MAINS, PARALLEL), (DEAD, MAINS), (DEAD, LOCAL), (LOCAL, DEAD), (LOCAL, SYNCHRONISING),
    (LOCAL, OPENING), (SYNCHRONISING, LOCAL), (SYNCHRONISING, DEAD), (SYNCHRONISING, PARALLEL),
    (SYNCHRONISING, OPENING), (OPENING, MAINS), (OPENING, DEAD), (PARALLEL, MAINS), (PARALLEL, LOCAL),
    (PARALLEL, DEAD),
}  # fmt: skip
AT_ONCE = {(MAINS, LOCAL), (LOCAL, MAINS), (SYNCHRONISING, MAINS), (OPENING, LOCAL)}
"""Two transfers in one step: only where there is no dead time between them; storage needs none."""
SETS = (f.GEN_STOPPED, f.GEN_CRANKING, f.GEN_READY, f.GEN_ON_BUS, f.GEN_COOLING, f.GEN_FAILED)


@st.composite
def events(draw: st.DrawFn) -> dict[str, float]:
    """What may happen to a bus between two steps."""
    return {
        "good": draw(st.sampled_from([True, True, False])),
        "set": draw(st.sampled_from(SETS)),
        "storage": draw(st.sampled_from([0.0, 500.0, 2e3])),
        "command": draw(st.sampled_from([0, 0, 0, 1, 2])),
        "latched": draw(st.sampled_from([False, False, True])),
        "faulted": draw(st.sampled_from([0, 0, 0, 0, 1])),
        "stuck": draw(st.sampled_from([0, 0, 0, 1])),
        "out": draw(st.sampled_from([0, 0, 0, 1])),
        "jump": draw(st.sampled_from([0.0, 0.0, 1.0, 3.0])),
        "repeat": draw(st.integers(1, 8)),
    }


@settings(deadline=None, max_examples=200)
@given(
    st.lists(events(), max_size=25), st.floats(1e-3, 60.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0),
    st.floats(0.0, 1.0), st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 1.0]),
)  # fmt: skip
def test_no_other_transition_happens(
    history: list[dict[str, float]],
    dt: float,
    detect: float,
    back: float,
    gap: float,
    closed: float,
    opens: float,
) -> None:
    bus = Bus(
        1, (0.0,), detect_delay=detect, retransfer_delay=back, open_transition=gap, closed_transition=closed,
        leave_on_latch=1.0, synchronise_or_open=opens, synchronise_limit=20.0, frequency_trip=45.0, trip_delay=1.0,
    )  # fmt: skip
    bus.feed[f.FEED_FREQUENCY] = 50.1
    before = MAINS
    for event in history:
        bus.sets(int(event["set"]))
        bus.s_pcs[f.PCS_CAPABILITY] = event["storage"]
        bus.s[f.BUS_COMMAND] = event["command"]
        bus.latched = bool(event["latched"])
        bus.s[f.BUS_FAULTED], bus.s[f.BUS_STUCK] = event["faulted"], event["stuck"]
        bus.s[f.BUS_CONTROL_OUT] = event["out"]
        bus.feed[f.FEED_PHASE] += event["jump"]
        for _ in range(int(event["repeat"])):
            apart = abs(wrapped(bus[f.BUS_PHASE] - float(bus.feed[f.FEED_PHASE, 0])))
            mode = bus.step(bool(event["good"]), dt)
            at_once = gap <= dt + 1e-6 or event["storage"]
            allowed = DRAWN | (AT_ONCE if at_once else set())
            assert mode == before or (before, mode) in allowed, (before, mode, event)
            if before in (LOCAL, SYNCHRONISING) and mode == PARALLEL:
                assert apart <= 0.1745
            if event["faulted"]:
                assert (mode, bus[f.BUS_VOLTAGE]) == (DEAD, 0.0)
            elif event["stuck"] and before in (MAINS, LOCAL, DEAD):
                assert (before == MAINS) == (mode == MAINS)
            if event["out"] and not event["faulted"]:
                assert (before, mode) in {
                    (before, before), (LOCAL, DEAD), (SYNCHRONISING, LOCAL), (SYNCHRONISING, DEAD), (PARALLEL, MAINS),
                    (PARALLEL, LOCAL), (PARALLEL, DEAD),
                }  # fmt: skip
            if mode in (LOCAL, SYNCHRONISING):
                assert bus[f.BUS_CAPABILITY] > 0.0
            if bus[f.BUS_VOLTAGE] <= 0.0:
                assert bus[f.BUS_CAPABILITY] == 0.0
            assert mode != MAINS or event["good"] or bus[f.BUS_VOLTAGE] == 0.0
            assert np.isfinite(bus.s).all()
            before = mode
