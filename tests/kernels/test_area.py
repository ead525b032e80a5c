"""The swing equation, governors, response and relays: analytic answers, conservation, step independence."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from area_model import GRID, make_area
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.kernels import fields as f
from twin.kernels.area import swing
from twin.kernels.governor import lead_lag
from twin.kernels.infeed import infeed_lost
from twin.kernels.response import called, envelope, time_below
from twin.validation.area_run import AreaRun, run_area

MW = 1e6
LOSS = ((1.0, 800 * MW, 0.0),)
QUICK = settings(max_examples=25, deadline=None)


def momentum_gained(run: AreaRun, energy: float, nominal: float = 50.0) -> tuple[float, float]:
    """Return the momentum-like store 2 E/f0 df and the sum of the account, J."""
    s = run.state["area"][:, 0]
    stored = 2.0 * energy / nominal * s[f.AREA_DEVIATION]
    gained = (
        s[f.AREA_E_TURBINE]
        + s[f.AREA_E_RESPONSE]
        + s[f.AREA_E_SHED]
        + s[f.AREA_E_SITE]
        + s[f.AREA_E_DAMPING]
        - s[f.AREA_E_LOST]
    )
    return float(stored), float(gained)


def test_frequency_stays_exact_without_disturbance() -> None:
    area = make_area(turbines=({"power_start": 0.8143},), responses=({},), relays=({},))
    run = run_area(area, 20.0, 0.01, site=np.full(2000, 1.7e6))
    assert np.all(run.frequency == 50.0)
    assert run.state["turbine"][f.TURB_POWER, 0] == 0.0
    assert run.nadir == 50.0


@pytest.mark.parametrize("step", [0.001, 0.01, 0.02, 1.0])
def test_damped_fall_is_the_exponential(step: float) -> None:
    run = run_area(make_area(events=((0.0, 800 * MW, 0.0),)), 40.0, step)
    damping = GRID["load_damping"] * GRID["load"]
    tau = 2.0 * GRID["kinetic_energy"] / 50.0 / damping
    exact = 50.0 - 800 * MW / damping * (1.0 - np.exp(-run.time / tau))
    # The trapezoidal rule errs by (h / tau)^2 / 12 of the deviation.
    assert np.abs(run.frequency - exact).max() < 2.0 * (0.02 / tau) ** 2 / 12.0 * 2.0


def test_swing_is_second_order() -> None:
    def error(steps: int) -> float:
        df, dt = 0.0, 10.0 / steps
        for _ in range(steps):
            df = swing(df, -1.0, 0.5, 2.0, dt)
        return abs(df + 2.0 * (1.0 - math.exp(-2.5)))

    assert error(100) / error(200) == pytest.approx(4.0, rel=0.02)


def test_initial_rate_of_change() -> None:
    run = run_area(make_area(events=((0.0, 800 * MW, 0.0),)), 0.001, 0.001)
    assert run.state["area"][f.AREA_ROCOF, 0] == pytest.approx(-800 * MW * 50.0 / (2 * 100e9), rel=1e-3)


@QUICK
@given(
    loss=st.floats(100.0, 1500.0),
    droop=st.floats(0.02, 0.2),
    damping=st.floats(0.0, 0.03),
    machines=st.integers(1, 3),
)
def test_settled_deviation_is_analytic(loss: float, droop: float, damping: float, machines: int) -> None:
    turbine = {"droop": droop, "t1": 0.05, "t2": 0.5, "t3": 1.0, "valve_max": 50.0, "valve_min": -50.0}
    area = make_area(
        {"load_damping": damping}, turbines=(turbine,) * machines, events=((0.0, loss * MW, 0.0),)
    )
    run = run_area(area, 400.0, 0.1)
    stiffness = machines * 5e9 / droop / 50.0 + damping * GRID["load"]
    assert run.frequency[-1] - 50.0 == pytest.approx(-loss * MW / stiffness, rel=1e-6)


@QUICK
@given(
    small=st.floats(20.0, 300.0),
    more=st.floats(1.0, 3.0),
    loss=st.floats(50.0, 1500.0),
    delay=st.floats(0.0, 4.0),
    governed=st.booleans(),
)
def test_more_inertia_never_lowers_the_nadir(
    small: float, more: float, loss: float, delay: float, governed: bool
) -> None:
    def nadir(energy: float) -> float:
        turbines = ({},) if governed else ()
        area = make_area(
            {"kinetic_energy": energy * 1e9},
            turbines=turbines,
            responses=({"delay": delay},),
            events=((0.5, loss * MW, 0.0),),
        )
        return run_area(area, 60.0, 0.02).nadir

    # Where the lowest point is the settled one, both runs end in it: round-off may order them.
    assert nadir(small * more) >= nadir(small) - 1e-6


@QUICK
@given(
    loss=st.floats(-500.0, 2500.0),
    at=st.floats(0.0, 5.0),
    ramp=st.floats(0.0, 5.0),
    step=st.sampled_from([0.003, 0.01, 0.02, 0.37]),
    site=st.floats(-300.0, 300.0),
)
def test_account_closes(loss: float, at: float, ramp: float, step: float, site: float) -> None:
    area = make_area(
        turbines=({},),
        responses=({"sustain": 5.0, "rundown": 2.0}, {"delay": 2.0, "ramp": 8.0}),
        relays=({}, {"frequency": 49.0, "demand": 0.0, "generation": 100 * MW}),
        events=((at, loss * MW, ramp), (3.0, 100 * MW, 0.0)),
    )
    steps = round(12.0 / step)
    imports = np.where(np.arange(steps) > steps // 3, site * MW, 0.0)
    run = run_area(area, steps * step, step, site=imports)
    stored, gained = momentum_gained(run, GRID["kinetic_energy"])
    throughput = float(
        np.abs(run.state["area"][[f.AREA_E_LOST, f.AREA_E_TURBINE, f.AREA_E_RESPONSE], 0]).sum()
    )
    assert abs(stored - gained) <= 1e-11 * (throughput + 1e9)


@pytest.mark.parametrize("at", [1.0, 1.0037, 1.0199])
def test_nadir_does_not_depend_on_the_step(at: float) -> None:
    area = make_area(
        turbines=({"power_rated": 2e9},),
        responses=({"power_held": 4e8},),
        relays=({"frequency": 49.7, "delay": 0.3, "demand": 200 * MW},),
        events=((at, 1200 * MW, 0.0), (at + 0.4113, 500 * MW, 0.0)),
    )
    fine = run_area(area, 12.0, 0.0005)
    assert fine.state["relay"][f.REL_TRIPPED, 0] == 1.0
    for step in (0.001, 0.005, 0.02, 1.0):
        coarse = run_area(area, 12.0, step)
        assert abs(coarse.nadir - fine.nadir) < 0.005 * (50.0 - fine.nadir)
        tripped = coarse.state["relay"][f.REL_TRIPPED_AT, 0]
        assert tripped == pytest.approx(fine.state["relay"][f.REL_TRIPPED_AT, 0], abs=0.001)


def test_one_second_step_is_stable_in_a_small_area() -> None:
    area = make_area(
        {"kinetic_energy": 5e9, "load": 2e9},
        turbines=({"power_rated": 2e9},),
        responses=({"power_held": 2e8, "delay": 0.0, "ramp": 0.0},),
        events=((0.0, 100 * MW, 0.0),),
    )
    run = run_area(area, 300.0, 1.0)
    assert np.all(np.abs(run.frequency - 50.0) < 0.5)
    assert abs(run.frequency[-1] - run.frequency[-2]) < 1e-9


@pytest.mark.parametrize("sites", [1.0, 50.0])
def test_less_import_raises_the_frequency(sites: float) -> None:
    area = make_area({"sites": sites}, events=((1.0, 500 * MW, 0.0),))
    steady = np.full(2000, 10 * MW)
    helped = np.where(np.arange(2000) >= 500, 4 * MW, steady)
    without, with_site = run_area(area, 20.0, 0.01, site=steady), run_area(area, 20.0, 0.01, site=helped)
    assert with_site.nadir > without.nadir
    assert np.all(with_site.frequency[:501] == without.frequency[:501])
    damping = GRID["load_damping"] * GRID["load"]
    tau = 2.0 * GRID["kinetic_energy"] / 50.0 / damping
    lift = sites * 6 * MW / damping * (1.0 - math.exp(-15.0 / tau))
    assert with_site.frequency[-1] - without.frequency[-1] == pytest.approx(lift, rel=1e-6)


def test_site_does_not_count_before_it_is_started() -> None:
    from twin.kernels.area import area_start, area_step

    area = make_area()
    p, s = area.param["area"][0], area.state["area"][0]
    others = [a[kind][0] for kind in ("turbine", "response", "relay") for a in (area.param, area.state)]
    area_step(p, s, 0, *others, area.events, 5 * MW, 0.0, 0.01)
    assert s[f.AREA_FREQUENCY, 0] == 50.0
    area_start(p, s, 0, 5 * MW)
    area_step(p, s, 0, *others, area.events, 5 * MW, 0.01, 0.01)
    assert s[f.AREA_FREQUENCY, 0] == 50.0
    area_step(p, s, 0, *others, area.events, 6 * MW, 0.02, 0.01)
    assert s[f.AREA_FREQUENCY, 0] < 50.0


def test_stage_sheds_once_and_latches() -> None:
    # Two dips below the stage: it acts in the first only, and keeps its demand off.
    area = make_area(
        relays=({"demand": 200 * MW},),
        events=((0.0, 1000 * MW, 0.0), (6.0, -900 * MW, 0.0), (30.0, 900 * MW, 0.0)),
    )
    run = run_area(area, 60.0, 0.01)
    below = run.frequency < 49.5
    assert np.count_nonzero(np.diff(below.astype(int)) == 1) == 2
    s = run.state["area"][:, 0]
    assert s[f.AREA_DEMAND_SHED] == 200 * MW
    at = run.state["relay"][f.REL_TRIPPED_AT, 0]
    # It acts its delay after the frequency falls through 49.5 Hz.
    crossing = np.interp(-49.5, -run.frequency[:300], run.time[:300])
    assert at == pytest.approx(crossing + 0.2, abs=1e-4)
    assert s[f.AREA_E_SHED] == pytest.approx(200 * MW * (60.0 - at), rel=1e-9)


def test_short_dip_does_not_trip_a_relay() -> None:
    area = make_area(relays=({"delay": 2.0},), events=((0.0, 1000 * MW, 0.0), (3.0, -2500 * MW, 0.0)))
    run = run_area(area, 10.0, 0.01)
    assert run.nadir < 49.5
    assert run.state["relay"][f.REL_TRIPPED, 0] == 0.0
    assert run.state["relay"][f.REL_TIMER, 0] == 0.0
    assert run.state["relay"][f.REL_TRIPPED_AT, 0] == -1.0


def test_generation_that_trips_lowers_the_frequency_and_keeps_the_damping() -> None:
    loss = ((0.0, 1000 * MW, 0.0),)
    plain = run_area(make_area(events=loss), 200.0, 0.02)
    tripped = run_area(make_area(relays=({"demand": 0.0, "generation": 100 * MW},), events=loss), 200.0, 0.02)
    damping = GRID["load_damping"] * GRID["load"]
    assert plain.frequency[-1] - tripped.frequency[-1] == pytest.approx(100 * MW / damping, rel=1e-4)


def test_valve_limit_holds_and_does_not_wind_up() -> None:
    turbine = {"power_start": 0.95}
    area = make_area(turbines=(turbine,), events=((0.0, 2000 * MW, 0.0), (20.0, -2000 * MW, 0.0)))
    run = run_area(area, 20.0, 0.01)
    assert run.state["turbine"][f.TURB_VALVE, 0] == 1.0
    assert run.state["area"][f.AREA_POWER_TURBINE, 0] <= 0.05 * 5e9 + 1.0
    assert abs(run_area(area, 300.0, 0.02).frequency[-1] - 50.0) < 1e-6


def test_response_clock_restarts_within_the_dead_band() -> None:
    once = {"sustain": 3.0, "rundown": 1.0, "power_held": 400 * MW}
    area = make_area(
        responses=(once,), events=((0.0, 400 * MW, 0.0), (10.0, -400 * MW, 0.0), (60.0, 400 * MW, 0.0))
    )
    spent = run_area(area, 10.0, 0.01).state["response"]
    assert spent[f.RESP_CLOCK, 0] > 9.0
    assert spent[f.RESP_POWER, 0] == 0.0
    again = run_area(area, 62.0, 0.01).state["response"]
    assert again[f.RESP_POWER, 0] > 0.0


def test_a_rise_of_frequency_calls_no_low_frequency_response() -> None:
    run = run_area(make_area(responses=({},), events=((0.0, -500 * MW, 0.0),)), 30.0, 0.02)
    assert run.frequency[-1] > 50.0
    assert run.state["area"][f.AREA_E_RESPONSE, 0] == 0.0


def test_units_of_another_area_are_passed_over() -> None:
    other = {"area": 1.0}
    area = make_area(turbines=(other,), responses=(other,), relays=(other,), events=LOSS)
    alone = make_area(events=LOSS)
    assert np.array_equal(run_area(area, 10.0, 0.01).frequency, run_area(alone, 10.0, 0.01).frequency)


@pytest.mark.parametrize(
    ("clock", "share"),
    [
        (-1.0, 0.0),
        (1.9, 0.0),
        (2.0, 0.0),
        (6.0, 0.5),
        (10.0, 1.0),
        (30.0, 1.0),
        (35.0, 0.5),
        (40.0, 0.0),
        (99.0, 0.0),
    ],
)
def test_envelope(clock: float, share: float) -> None:
    assert envelope(clock, 2.0, 8.0, 30.0, 10.0) == pytest.approx(share)


def test_envelope_without_end_or_ramp() -> None:
    assert envelope(1e9, 2.0, 8.0, math.inf, 0.0) == 1.0
    assert envelope(0.0, 0.0, 0.0, math.inf, 0.0) == 1.0
    assert envelope(5.0, 0.0, 0.0, 5.0, 0.0) == 1.0
    assert envelope(5.1, 0.0, 0.0, 5.0, 0.0) == 0.0


@pytest.mark.parametrize(
    ("deviation", "share"), [(0.1, 0.0), (0.0, 0.0), (-0.25, 0.5), (-0.5, 1.0), (-2.0, 1.0)]
)
def test_called(deviation: float, share: float) -> None:
    assert called(deviation, 0.5) == share


def test_time_below() -> None:
    assert time_below(49.5, 50.0, 49.6, 1.0) == 0.0
    assert time_below(49.5, 49.4, 49.3, 1.0) == 1.0
    assert time_below(49.5, 50.0, 49.0, 1.0) == pytest.approx(0.5)


def test_lead_lag_without_lag_passes_its_state() -> None:
    assert lead_lag(0.8, 0.7, 1.0, 0.0) == 0.7


@QUICK
@given(
    start=st.floats(-5.0, 15.0),
    ramp=st.floats(0.0, 8.0),
    power=st.floats(-1e9, 1e9),
    step=st.floats(0.01, 3.0),
)
def test_event_mean_is_exact_wherever_it_falls(start: float, ramp: float, power: float, step: float) -> None:
    events = np.array([[start, power, ramp], [0.0, 0.0, 0.0]])
    steps = math.ceil(20.0 / step)
    total = sum(infeed_lost(events, k * step, step)[0] * step for k in range(steps))
    end = steps * step
    before = max(0.0, -start)
    taken = (
        power * (end - start - 0.5 * ramp) if end - start >= ramp else power * (end - start) ** 2 / ramp / 2
    )
    earlier = 0.0
    if before > 0.0:
        earlier = power * (before - 0.5 * ramp) if before >= ramp else power * before**2 / ramp / 2
    assert total == pytest.approx(taken - earlier, abs=1.0 + 1e-9 * abs(power) * 20.0)


def test_compiles_to_ptx(compile_kernel: Callable[..., str]) -> None:
    from numba import float64, void

    from twin.kernels.area import area_alone

    def kernel(p, s, pt, st, pr, sr, pl, sl, events, site, trace, dt):  # type: ignore[no-untyped-def]
        area_alone(p, s, pt, st, pr, sr, pl, sl, events, site, trace, dt)

    block = float64[:, ::1]
    signature = void(*[block] * 9, float64[::1], float64[::1], float64)
    assert ".entry" in compile_kernel(kernel, signature, (8, 0))
