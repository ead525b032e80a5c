"""UPS: every transition of its state machine, the gaps of transfers, battery test, and nothing outside the diagram."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_builder import NEVER, WHITE_PAPER_108, Rig, make_site
from ups_rig import BYPASS, DEAD, ECO, GOOD, NORMAL, OFF, ON_BATTERY, PLENTY, TEST, System

from twin.kernels import fields as f

SYNCED = {"bypass": 1, "phase_jump_max": 0.35, "bypass_transfer": 0.004, "detect_delay": 0.002}
"""A bypass of +-10 % and +-3 Hz, in step within 20 degrees, 4 ms out of step."""
ECO_MODE = SYNCED | {
    "eco": 1,
    "eco_voltage_min": 0.95,
    "eco_voltage_max": 1.05,
    "eco_delay": 1,
    "eco_transfer": 0.002,
}
TESTING = {"test_load": 1.0, "test_time": 10.0, "test_soc_min": 0.5}
SAG, LOW = (0.7, 50.0), (0.92, 50.0)
TO_BYPASS, TO_NORMAL, TO_TEST, RESET = f.UPS_TO_BYPASS, f.UPS_TO_NORMAL, f.UPS_TO_TEST, f.UPS_RESET


def in_mode(mode: int, **values: float) -> System:
    """A system with everything fitted, in `mode`, its input good for long."""
    battery = {"soc": 0.9, "voltage": 1.0}
    return System(battery, mode=mode, timer=1e6, eco_timer=1e6, **(ECO_MODE | TESTING | values))


def overload(ups: System) -> None:
    ups.load = 1600.0
    ups.s[f.UPS_DEMAND] = 1600.0


def empty(ups: System) -> None:
    ups.s_bat[f.BAT_SOC] = 0.0


def no_module(ups: System) -> None:
    ups.s[f.UPS_MODULES_OUT] = 1.0


def weak(ups: System) -> None:
    """A bus that gives no more than charging."""
    ups.limit = 100.0


def nothing(ups: System) -> None:
    pass


def held(ups: System) -> None:
    ups.s[f.UPS_HELD] = 1.0


def together(*parts: Callable[[System], None]) -> Callable[[System], None]:
    def apply(ups: System) -> None:
        for part in parts:
            part(ups)

    return apply


Arrow = tuple[int, Callable[[System], None], tuple[float, float], int, int, str]
ARROWS: list[Arrow] = [
    (NORMAL, nothing, DEAD, 0, ON_BATTERY, "input lost"),
    (NORMAL, nothing, GOOD, 0, ECO, "eco window good"),
    (NORMAL, nothing, LOW, 0, NORMAL, "outside the eco window, inside its own"),
    (NORMAL, nothing, GOOD, TO_BYPASS, BYPASS, "asked onto the bypass"),
    (NORMAL, nothing, SAG, TO_BYPASS, ON_BATTERY, "asked onto a bypass that is not good"),
    (NORMAL, nothing, GOOD, TO_TEST, TEST, "asked to test"),
    (NORMAL, overload, LOW, 0, BYPASS, "overloaded"),
    (NORMAL, overload, SAG, 0, OFF, "overloaded without a bypass"),
    (NORMAL, no_module, LOW, 0, BYPASS, "no module in service"),
    (NORMAL, together(weak, empty), LOW, 0, BYPASS, "short of power"),
    (ON_BATTERY, nothing, GOOD, 0, NORMAL, "input back"),
    (ON_BATTERY, nothing, DEAD, 0, ON_BATTERY, "input still lost"),
    (ON_BATTERY, empty, DEAD, 0, OFF, "battery empty"),
    (ON_BATTERY, no_module, LOW, 0, BYPASS, "inverters lost"),
    (ECO, nothing, GOOD, 0, ECO, "eco window good"),
    (ECO, nothing, LOW, 0, NORMAL, "eco window left, input good"),
    (ECO, nothing, DEAD, 0, ON_BATTERY, "input lost"),
    (ECO, nothing, GOOD, TO_BYPASS, BYPASS, "asked onto the bypass"),
    (ECO, nothing, GOOD, TO_NORMAL, NORMAL, "asked to normal"),
    (ECO, nothing, GOOD, TO_TEST, TEST, "asked to test"),
    (ECO, overload, LOW, 0, BYPASS, "eco window left, overloaded"),
    (ECO, overload, DEAD, 0, OFF, "input lost, overloaded"),
    (BYPASS, nothing, GOOD, 0, NORMAL, "load fits"),
    (BYPASS, held, GOOD, 0, BYPASS, "held by an operator"),
    (BYPASS, held, GOOD, TO_NORMAL, NORMAL, "asked to normal"),
    (BYPASS, no_module, GOOD, 0, BYPASS, "still no module in service"),
    (BYPASS, overload, GOOD, TO_NORMAL, BYPASS, "asked to normal, still overloaded"),
    (BYPASS, held, DEAD, 0, ON_BATTERY, "bypass lost"),
    (BYPASS, held, (0.88, 50.0), 0, NORMAL, "bypass lost, input good"),
    (BYPASS, overload, DEAD, 0, OFF, "bypass lost, overloaded"),
    (TEST, nothing, GOOD, 0, TEST, "test goes on"),
    (TEST, nothing, DEAD, 0, ON_BATTERY, "input lost"),
    (TEST, nothing, GOOD, TO_NORMAL, NORMAL, "asked to normal"),
    (TEST, nothing, GOOD, TO_BYPASS, BYPASS, "asked onto the bypass"),
    (TEST, overload, SAG, 0, OFF, "overloaded without a bypass"),
    (TEST, overload, LOW, 0, BYPASS, "overloaded"),
    (OFF, nothing, GOOD, 0, NORMAL, "input back"),
    (OFF, nothing, DEAD, 0, OFF, "input lost"),
    (OFF, no_module, GOOD, 0, BYPASS, "no module in service"),
    (OFF, nothing, GOOD, TO_BYPASS, BYPASS, "asked onto the bypass"),
]  # fmt: skip
DIAGRAM = {
    NORMAL: {NORMAL, ON_BATTERY, ECO, TEST, BYPASS, OFF},
    ON_BATTERY: {ON_BATTERY, NORMAL, BYPASS, OFF},
    ECO: {ECO, NORMAL, ON_BATTERY, TEST, BYPASS, OFF},
    BYPASS: {BYPASS, NORMAL, ON_BATTERY, OFF},
    TEST: {TEST, NORMAL, ON_BATTERY, BYPASS, OFF},
    OFF: {OFF, NORMAL, BYPASS},
}


@pytest.mark.parametrize("arrow", ARROWS, ids=[f"{a[0]}-{a[5]}" for a in ARROWS])
def test_every_transition(arrow: Arrow) -> None:
    start, prepare, mains, command, end, _ = arrow
    assert end in DIAGRAM[start]
    ups = in_mode(start)
    prepare(ups)
    assert ups.step(mains, 0.01, command=command) == end
    assert ups[f.UPS_COMMAND] == 0.0


def test_every_arrow_of_the_diagram_is_tested() -> None:
    drawn = {(start, end) for start, ends in DIAGRAM.items() for end in ends if start != end}
    assert drawn == {(a[0], a[4]) for a in ARROWS if a[0] != a[4]}


# -------------------------------------------------------------------------------------------- gaps of transfers
@pytest.mark.parametrize(
    ("start", "mains", "command", "phase", "gap"),
    [
        (NORMAL, DEAD, 0, 0.0, 0), (NORMAL, GOOD, TO_BYPASS, 0.0, 0), (NORMAL, GOOD, TO_BYPASS, 3.0, 4),
        (ECO, LOW, 0, 0.0, 2), (ECO, DEAD, 0, 0.0, 2), (ECO, GOOD, TO_NORMAL, 0.0, 0), (ECO, GOOD, TO_TEST, 0.0, 0),
        (ECO, GOOD, TO_BYPASS, 0.0, 0), (BYPASS, GOOD, TO_NORMAL, 0.0, 0), (TEST, DEAD, 0, 0.0, 0),
    ],
)  # fmt: skip
def test_the_output_is_dead_for_the_gap_of_the_transfer(
    start: int, mains: tuple[float, float], command: int, phase: float, gap: int
) -> None:
    ups = in_mode(start)
    ups.s[f.UPS_PHASE] = phase
    dead = 0
    for k in range(10):
        ups.step(mains, 1e-3, command=command if k == 0 else 0)
        dead += ups[f.UPS_VOLTAGE] == 0.0
    assert dead == gap
    assert ups[f.UPS_DEMAND] == 500.0


def test_a_lost_bypass_is_left_with_a_gap_after_its_detection() -> None:
    ups = in_mode(BYPASS)
    volts = []
    for _ in range(8):
        ups.step(DEAD, 1e-3)
        volts.append((int(ups[f.UPS_MODE]), ups[f.UPS_VOLTAGE]))
    # One step in which the loss is not seen yet, four of the transfer.
    assert volts == [(BYPASS, 0.0), *[(ON_BATTERY, 0.0)] * 4, *[(ON_BATTERY, 1.0)] * 3]


def test_out_of_step_without_a_gap_set_the_bypass_is_refused() -> None:
    ups = in_mode(NORMAL, bypass_transfer=NEVER, eco=0)
    ups.s[f.UPS_PHASE] = 3.0
    assert ups.step(GOOD, 1e-3, command=TO_BYPASS) == NORMAL
    # The inverter closes 3 rad at 2 pi x 3 Hz: 0.16 s.
    for _ in range(160):
        ups.step(GOOD, 1e-3)
    assert ups.step(GOOD, 1e-3, command=TO_BYPASS) == BYPASS


def test_the_bypass_is_raw_voltage_and_eco_mode_costs_less() -> None:
    values = WHITE_PAPER_108 | {"loss_bypass_0": 0.00068, "loss_bypass_1": 0.00942}
    ups = in_mode(BYPASS, **values)
    held(ups)
    ups.step((0.93, 50.0))
    assert ups[f.UPS_VOLTAGE] == 0.93
    assert ups[f.UPS_POWER_IN] == pytest.approx(500.0 + 0.68 + 4.71)
    assert ups[f.UPS_BYPASS_TIME] == 1.0
    ups = in_mode(ECO, **values)
    ups.step(GOOD)
    assert ups[f.UPS_LOSS] == pytest.approx(5.39)
    assert ups[f.UPS_BYPASS_TIME] == 0.0


@pytest.mark.parametrize(("mains", "kept"), [((1.0, 53.0), True), ((1.0, 53.1), False), ((1.0, 46.9), False)])
def test_the_sync_limit_of_the_bypass(mains: tuple[float, float], kept: bool) -> None:
    ups = in_mode(NORMAL, eco=0)
    no_module(ups)
    ups.s[f.UPS_DEMAND] = 500.0
    assert (ups.step(mains, 0.01) == BYPASS) is kept


@pytest.mark.parametrize("jump", [0.2, 0.5])
def test_a_phase_jump_ends_eco_mode_and_is_a_disturbance(jump: float) -> None:
    ups = in_mode(ECO, retransfer_delay=1.0)
    assert ups.step(GOOD, 0.01, jump=jump) == (ECO if jump < 0.35 else ON_BATTERY)
    if jump > 0.35:
        assert ups.until(NORMAL, GOOD, 0.01, 2.0) == pytest.approx(1.0)


def test_on_the_bypass_the_battery_charges_and_a_failure_of_all_modules_ends_that() -> None:
    ups = in_mode(BYPASS, charge_power=100.0)
    held(ups)
    ups.step(GOOD)
    assert (ups.battery, ups[f.UPS_POWER_IN]) == (-100.0, 600.0)
    no_module(ups)
    ups.step(GOOD)
    assert (ups.battery, ups[f.UPS_POWER_IN]) == (0.0, 500.0)


def test_local_sources_carry_a_bypass_as_far_as_they_can() -> None:
    ups = in_mode(BYPASS)
    held(ups)
    ups.limit = 500.0
    assert ups.step(GOOD, 0.01, local=True) == BYPASS
    ups.limit = 499.0
    assert ups.step(GOOD, 0.01, local=True) == NORMAL


@pytest.mark.parametrize("mode", [ECO, BYPASS, TEST, ON_BATTERY])
def test_grid_service_is_for_normal_mode_alone(mode: int) -> None:
    found = []
    for response in (0.0, 200.0):
        ups = in_mode(mode, test_load=0.3)
        held(ups)
        ups.s[f.UPS_RESPONSE] = response
        ups.step(GOOD if mode != ON_BATTERY else DEAD, 0.01, 1.0)
        found.append(ups.battery)
    assert found[0] == found[1]


# ------------------------------------------------------------------------------------------------- battery test
def test_a_battery_test_takes_its_share_and_its_time() -> None:
    ups = in_mode(NORMAL, eco=0, test_load=0.6, **WHITE_PAPER_108)
    ups.step(GOOD, 0.5, command=TO_TEST)
    need = 500.0 + ups[f.UPS_LOSS]
    assert ups.battery == pytest.approx(0.6 * need)
    assert ups[f.UPS_POWER_IN] == pytest.approx(0.4 * need)
    assert ups.until(NORMAL, GOOD, 0.5, 20.0) == 10.0
    assert ups[f.UPS_TEST_RESULT] == f.UPS_PASSED
    assert float(ups.s_bat[f.BAT_E_OUT, 0]) == pytest.approx(6.0 * need)
    assert ups[f.UPS_WALK] == 1.0


@pytest.mark.parametrize(
    ("battery", "values"),
    [({"soc": 0.5005}, {}), ({"soc": 0.9}, {"test_voltage_min": 1.01}), ({"power_discharge_max": 400.0}, {})],
    ids=["charge", "voltage", "power"],
)
def test_a_weak_battery_fails_early(battery: dict[str, float], values: dict[str, float]) -> None:
    ups = System(battery, **(SYNCED | TESTING | values))
    assert ups.step(GOOD, 0.5, command=TO_TEST) == TEST
    assert ups.until(NORMAL, GOOD, 0.5, 9.0) < 9.0
    assert ups[f.UPS_TEST_RESULT] == f.UPS_FAILED
    assert ups[f.UPS_VOLTAGE] == 1.0


@pytest.mark.parametrize(("mains", "command"), [(DEAD, 0), (GOOD, TO_NORMAL), (GOOD, TO_BYPASS)])
def test_a_test_is_broken_off(mains: tuple[float, float], command: int) -> None:
    ups = in_mode(TEST)
    ups.step(mains, 0.5, command=command)
    assert ups[f.UPS_TEST_RESULT] == f.UPS_BROKEN_OFF


# ------------------------------------------------------------------------------------------ racks behind eco mode
@pytest.mark.parametrize("dt", [1e-3, 5e-3, 20e-3])
@pytest.mark.parametrize(("holdup", "lost"), [(0.011, False), (0.0, True)])
def test_the_gap_of_eco_mode_is_shorter_than_the_hold_up_of_the_racks(
    dt: float, holdup: float, lost: bool
) -> None:
    """2 ms against 11 ms: racks ride through; without hold-up a step that shows the gap stops them."""
    eco = ECO_MODE | {"mode": ECO, "eco_timer": 1e6, "walk": 1, "retransfer_delay": 10.0}
    rig = Rig(make_site(racks=[{"holdup_energy": holdup * 1e3, "restart_delay": 60.0}], ups=[eco]))
    rig.run(dt, 5)
    assert rig("ups", f.UPS_MODE) == ECO
    rig.sag(rig.t, 0.5, 0.7)
    rig.until(rig.t + 0.2, dt)
    assert rig("ups", f.UPS_MODE) == ON_BATTERY
    # A gap of 2 ms is not seen by steps that are more than twice as long.
    assert (rig("rack", f.RACK_LOST_AT) >= 0.0) is (lost and dt < 4e-3)


# ------------------------------------------------------------------------------------------------ any history
event = st.tuples(
    st.sampled_from([GOOD, GOOD, DEAD, SAG, LOW, (1.0, 55.0)]), st.floats(1e-3, 60.0), st.floats(0.0, 1700.0),
    st.sampled_from([0.0, 300.0, 900.0, PLENTY]), st.integers(0, 4), st.sampled_from([0.0, 0.0, 1.0]),
    st.booleans(), st.sampled_from([0, 0, 1, 3]),
)  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(event, max_size=30), st.sampled_from([NORMAL, ECO]), st.floats(0.0, 1.0),
    st.sampled_from([0.0, 0.5, 10.0]), st.sampled_from([NEVER, 0.004]), st.integers(0, 3), st.booleans(),
)  # fmt: skip
def test_no_history_leaves_the_diagram_or_the_account(
    events: list[tuple[tuple[float, float], float, float, float, int, float, bool, int]], start: int, soc: float,
    delay: float, gap: float, counter: int, table: bool,
) -> None:  # fmt: skip
    ride = {
        "ride_points": 1,
        "ride_voltage_0": 0.8,
        "ride_time_0": 0.5,
        "ride_return": 0.2,
        "ride_walk_in": 0.8,
    }
    ups = System(
        {"soc": 0.1 + 0.9 * soc, "soc_min": 0.1, "charge_rated": 3.6e5, "resistance_ohmic": 1e-5},
        mode=start, retransfer_delay=delay, walk_in=1.0, charge_power=100.0, soc_reserve=0.5, modules=3,
        counter_events=counter, counter_any=1.0, counter_reset=100.0, overload_time_0=60.0, loss_bypass_1=0.01,
        **(ECO_MODE | TESTING | WHITE_PAPER_108 | {"bypass_transfer": gap} | (ride if table else {})),
    )  # fmt: skip
    ups.s[f.UPS_RESPONSE] = 300.0
    most = 0.0
    for mains, dt, load, limit, command, jump, local, modules_out in events:
        ups.load, ups.limit = load, limit
        ups.s[f.UPS_MODULES_OUT] = modules_out
        before = int(ups[f.UPS_MODE])
        mode = ups.step(mains, dt, 0.7, jump=jump, command=command, local=local)
        assert mode in DIAGRAM[before]
        assert mode != OFF or ups[f.UPS_VOLTAGE] == 0.0
        assert np.isfinite(ups.s).all()
        # Debt: at most one step of the load and its loss.
        most = max(most, (1.05 * load + 50.0) * dt)
        assert 0.0 <= ups[f.UPS_DEBT] <= most
        assert 0.1 - 1e-9 <= ups.soc <= 1.0 + 1e-9
        assert ups[f.UPS_POWER_IN] >= -1e-9
        if ups[f.UPS_LATCHED] > 0.0 and not local:
            assert mode in {ON_BATTERY, OFF}
            assert ups[f.UPS_POWER_IN] == pytest.approx(0.0, abs=1e-6)
    passed = max(ups[f.UPS_E_IN], ups[f.UPS_E_OUT], 1.0)
    assert abs(ups.residual()) <= 1e-9 * passed
