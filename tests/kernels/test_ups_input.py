"""UPS input: window, detection, current limit, the counter that latches, and the ride-through table."""

from __future__ import annotations

import pytest
from ups_rig import DEAD, GOOD, NORMAL, OFF, ON_BATTERY, System

from twin.kernels import fields as f

COUNTING = {"counter_events": 3, "counter_window": 60, "counter_any": 1, "retransfer_delay": 10}
VIRGINIA = ((0.0, 0.042), (0.532, 0.066), (15.860, 0.058), (21.279, 0.050), (76.249, 0.066), (81.665, 0.059))
"""Start and length of the dips of 10 July 2024, s (NERC, incident review, January 2025)."""
NOGRR282 = ((0.2, 0.15), (0.5, 0.25), (0.8, 0.5), (0.9, 2.0), (1.1, 2.0))


def ride(**values: float) -> dict[str, float]:
    """The curve of NOGRR282 as a table, back within a second."""
    table = {"ride_points": len(NOGRR282), "ride_return": 0.2, "ride_walk_in": 0.8}
    for k, (voltage, time) in enumerate(NOGRR282):
        table |= {f"ride_voltage_{k}": voltage, f"ride_time_{k}": time}
    return table | values


def dips(ups: System, starts: tuple[tuple[float, float], ...], end: float, fine: float = 2e-3) -> list[float]:
    """Play dips to 0.3 pu: fine steps around each, coarse ones between; times at which it has latched."""
    latched = []
    for start, length in (*starts, (end, 0.0)):
        while ups.t < start - 1e-9:
            ups.step(GOOD, min(0.5, start - ups.t))
        for _ in range(round(length / fine)):
            before = ups[f.UPS_LATCHED]
            ups.step((0.3, 50.0), fine)
            if ups[f.UPS_LATCHED] > before:
                latched.append(ups[f.UPS_LATCHED_AT])
    return latched


# ------------------------------------------------------------------------------------------- detection and current
@pytest.mark.parametrize(("length", "seen"), [(1, False), (2, True), (3, True)])
def test_what_is_shorter_than_its_detection_is_not_seen(length: int, seen: bool) -> None:
    ups = System(detect_delay=2e-3, counter_events=8)
    for _ in range(length):
        ups.step(DEAD, 1e-3)
    assert (ups[f.UPS_MODE] == ON_BATTERY) is seen
    assert ups[f.UPS_EVENTS] == (1.0 if seen else 0.0)
    # The battery carries the load meanwhile, without a transfer: the rectifier has nothing to draw from.
    assert float(ups.s_bat[f.BAT_E_OUT, 0]) == pytest.approx(0.5 * length)


def test_a_blip_does_not_start_the_wait_again() -> None:
    ups = System(retransfer_delay=1.0, detect_delay=2e-3)
    ups.step(DEAD, 0.01)
    for _ in range(60):
        ups.step(GOOD, 0.01)
    ups.step(DEAD, 1e-3)
    assert ups.until(NORMAL, GOOD, 0.01, 1.0) == pytest.approx(0.4)


@pytest.mark.parametrize(("voltage", "power"), [(1.0, 1000.0), (0.9, 900.0), (0.86, 860.0), (1.1, 1000.0)])
def test_the_current_of_the_rectifier_is_limited(voltage: float, power: float) -> None:
    """At its rating it draws rated current: below nominal voltage the battery helps."""
    ups = System(rectifier_margin=1.0)
    ups.load = ups.s[f.UPS_DEMAND] = 1000.0
    ups.step((voltage, 50.0))
    assert ups[f.UPS_POWER_IN] == pytest.approx(power)
    assert ups.battery == pytest.approx(1000.0 - power)


def test_a_rectifier_built_for_the_whole_window_needs_no_help() -> None:
    ups = System(rectifier_margin=1.0, voltage_full=0.85)
    ups.load = ups.s[f.UPS_DEMAND] = 1000.0
    ups.step((0.86, 50.0))
    assert (ups[f.UPS_POWER_IN], ups.battery) == (1000.0, 0.0)


# --------------------------------------------------------------------------------------------------- the counter
@pytest.mark.parametrize("fine", [1e-3, 2e-3])
def test_three_in_a_minute_latch_at_the_third_dip_of_10_july(fine: float) -> None:
    ups = System({"soc": 0.9}, **COUNTING, detect_delay=2e-3)
    assert dips(ups, VIRGINIA, 90.0, fine) == [pytest.approx(15.860 + 2e-3 - fine)]
    assert (ups[f.UPS_MODE], ups[f.UPS_LATCHED], ups[f.UPS_POWER_IN]) == (ON_BATTERY, 1.0, 0.0)
    times = [ups[f.UPS_EVENT_0 + k] for k in range(3)]
    assert times == pytest.approx([2e-3 - fine, 0.534 - fine, 15.862 - fine], abs=1e-6)


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ({"retransfer_delay": 10.0}, None),  # moved at 0, 15.86 and 76.25 s: more than a minute from the first
        ({"retransfer_delay": 5.0}, 21.279),  # moved at 0, 15.86 and 21.28 s
        ({"retransfer_delay": 0.4}, 15.860),  # back before the second dip, 0.532 s after the first
        ({"retransfer_delay": 5.0, "counter_window": 20.0}, None),
        ({"retransfer_delay": 10.0, "counter_events": 2}, 15.860),
    ],
)  # fmt: skip
def test_counting_transfers_alone_depends_on_the_return(values: dict[str, float], at: float | None) -> None:
    ups = System({"soc": 0.9}, **(COUNTING | {"counter_any": 0} | values))
    found = dips(ups, VIRGINIA, 90.0)
    assert found == ([] if at is None else [pytest.approx(at)])


@pytest.mark.parametrize(("apart", "latched"), [(30.0, True), (30.5, False)])
def test_the_window_includes_its_ends(apart: float, latched: bool) -> None:
    ups = System({"soc": 0.9}, **COUNTING)
    ups.t = 100.0
    found = dips(ups, ((100.0, 0.05), (100.0 + apart, 0.05), (100.0 + 2 * apart, 0.05)), 170.0)
    assert bool(found) is latched


def test_latched_it_waits_for_local_sources_or_a_reset() -> None:
    ups = System({"soc": 0.9}, **COUNTING | {"retransfer_delay": 1.0})
    dips(ups, VIRGINIA[:3], 30.0)
    assert ups[f.UPS_MODE] == ON_BATTERY
    ups.step(GOOD, 0.5, local=True)
    assert ups.step(GOOD, 0.5, local=True) == NORMAL
    assert ups[f.UPS_LATCHED] == 1.0
    # The mains once more: not for this one, until somebody resets it.
    assert ups.step(GOOD, 0.5) == ON_BATTERY
    assert ups.step(GOOD, 0.5, command=f.UPS_RESET) == ON_BATTERY
    assert ups.step(GOOD, 0.5) == NORMAL


def test_latched_to_the_end_of_the_battery_it_is_off_until_reset() -> None:
    ups = System({"soc": 0.002}, **COUNTING | {"retransfer_delay": 1.0})
    dips(ups, VIRGINIA[:3], 40.0)
    assert ups[f.UPS_MODE] == OFF
    ups.s[f.UPS_LATCHED] = 0.0  # from outside
    assert ups.until(NORMAL, GOOD, 0.5, 3.0) == 1.0


def test_a_reset_starts_the_count_from_none() -> None:
    ups = System({"soc": 0.9}, **COUNTING)
    dips(ups, ((0.0, 0.05), (1.0, 0.05), (2.0, 0.05)), 3.0)
    ups.step(GOOD, 0.5, command=f.UPS_RESET)
    assert dips(ups, ((4.0, 0.05), (5.0, 0.05)), 6.0) == []
    assert dips(ups, ((7.0, 0.05),), 8.0) == [pytest.approx(7.0)]


def test_the_latch_may_open_by_itself() -> None:
    ups = System({"soc": 0.9}, **COUNTING | {"counter_reset": 100.0, "retransfer_delay": 1.0})
    dips(ups, VIRGINIA[:3], 115.5)
    ups.step(GOOD, 0.4)
    assert ups[f.UPS_LATCHED] == 1.0
    ups.step(GOOD, 1.0)
    assert ups[f.UPS_LATCHED] == 0.0
    assert ups.until(NORMAL, GOOD, 0.5, 3.0) > 0.0


# ---------------------------------------------------------------------------------------------- ride-through table
@pytest.mark.parametrize(
    ("voltage", "length", "within"),
    [
        (0.0, 0.15, True), (0.0, 0.16, False), (0.19, 0.15, True), (0.2, 0.25, True), (0.2, 0.26, False),
        (0.5, 0.5, True), (0.5, 0.51, False), (0.8, 2.0, True), (0.8, 2.01, False), (1.2, 2.0, True),
        (1.2, 2.01, False),
    ],
)  # fmt: skip
def test_an_excursion_within_the_table_neither_counts_nor_waits(
    voltage: float, length: float, within: bool
) -> None:
    ups = System({"soc": 0.9}, **ride(**(COUNTING | {"counter_events": 1, "walk_in": 10.0})))
    for _ in range(round(length / 0.01)):
        ups.step((voltage, 50.0), 0.01)
    assert ups[f.UPS_MODE] == ON_BATTERY
    assert (ups[f.UPS_LATCHED] == 0.0) is within
    ups.s[f.UPS_LATCHED] = 0.0
    back = ups.until(NORMAL, GOOD, 0.01, 20.0)
    assert back == pytest.approx(0.2 if within else 10.0)
    drawing = back
    while ups[f.UPS_POWER_IN] < 500.0:
        ups.step(GOOD, 0.01)
        drawing += 0.01
    assert (drawing <= 1.0) is within


def test_a_frequency_outside_the_window_is_beyond_any_table() -> None:
    ups = System({"soc": 0.9}, **ride(counter_events=1, counter_window=60))
    ups.step((1.0, 39.0), 0.01)
    assert ups[f.UPS_LATCHED] == 1.0


def test_after_a_long_outage_a_flicker_does_not_make_the_return_quick() -> None:
    ups = System({"soc": 0.9}, **ride(retransfer_delay=10.0))
    for _ in range(100):
        ups.step(DEAD, 0.01)
    ups.step(GOOD, 0.1)
    ups.step(DEAD, 0.01)
    assert ups.until(NORMAL, GOOD, 0.01, 20.0) == pytest.approx(10.0)
