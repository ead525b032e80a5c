"""The electrical chain as a whole: energy, sags, steps, monotony, and the semantics of REopt's survival tool."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from electrical_fuzz import History, random_history
from hypothesis import given, settings
from hypothesis import strategies as st
from site_builder import DIRECT, NEVER, WHITE_PAPER_108, Rig, lfp, make_site

from twin.kernels import fields as f

CLOSED = 1e-9
"""Largest residual, as a share of what passed through."""


def gap(a: float, b: float, held: float = 0.0) -> float:
    """Difference as a share of the larger, beyond what rounding of `held` joules makes of it."""
    return max(abs(a - b) - 1e-15 * abs(held) - 1e-9, 0.0) / max(abs(a), abs(b), 1.0)


def class_gaps(h: History) -> dict[str, float]:
    """Largest residual of any unit of each class."""
    s = {name: block[0] for name, block in h.rig.s.items()}
    start = {name: block[0].copy() for name, block in h.start.items()}
    for block in (s, start):
        # Both stores of a rack count as one; a debt of a DC link is stored energy, negative.
        for name in ("rack", "ups", "pcs"):
            block[name] = block[name].copy()
        block["rack"][f.RACK_HOLDUP] += block["rack"][f.RACK_STORE]
        block["ups"][f.UPS_DEBT] *= -1.0
        block["pcs"][f.PCS_DEBT] *= -1.0
    accounts = {
        "bus": (f.BUS_E_IN, f.BUS_E_OUT, f.BUS_E_LOSS, None),
        "genset": (f.GEN_E_IN, f.GEN_E_OUT, f.GEN_E_LOSS, None),
        "battery": (f.BAT_E_IN, f.BAT_E_OUT, f.BAT_E_LOSS, f.BAT_STORED),
        "pcs": (f.PCS_E_IN, f.PCS_E_OUT, f.PCS_E_LOSS, f.PCS_DEBT),
        "ups": (f.UPS_E_IN, f.UPS_E_OUT, f.UPS_E_LOSS, f.UPS_DEBT),
        "pdu": (f.PDU_E_IN, f.PDU_E_OUT, f.PDU_E_LOSS, None),
        "rack": (f.RACK_E_IN, f.RACK_E_IT, f.RACK_E_LOSS, f.RACK_HOLDUP),
    }
    found = {}
    for name, (e_in, e_out, e_loss, stored) in accounts.items():
        found[name] = 0.0
        for i in range(s[name].shape[1]):
            held = start[name][stored, i] if stored is not None else 0.0
            change = s[name][stored, i] - held if stored is not None else 0.0
            # Discharge is paid from what was stored: put the change where it keeps both sides positive.
            left = s[name][e_in, i] + max(-change, 0.0)
            right = s[name][e_out, i] + s[name][e_loss, i] + max(change, 0.0)
            found[name] = max(found[name], gap(left, right, held))
    return found


def handover_gaps(h: History) -> dict[str, float]:
    """What a class gives against what the next one takes."""
    s = {name: block[0] for name, block in h.rig.s.items()}
    n = s["ups"].shape[1]
    bat_in, bat_out = s["battery"][f.BAT_E_IN], s["battery"][f.BAT_E_OUT]
    storage = bat_out[n:].sum() - bat_in[n:].sum() - s["pcs"][f.PCS_E_LOSS].sum() + s["pcs"][f.PCS_DEBT].sum()
    charged = max(-storage, 0.0)
    sources = s["feed"][f.FEED_E_OUT].sum() + s["genset"][f.GEN_E_OUT].sum() + max(storage, 0.0)
    asked = h.bus_mechanical.sum() - s["bus"][f.BUS_E_UNSERVED].sum()
    moved = bat_in.sum() + bat_out.sum()
    return {
        "sources to bus": gap(sources, s["bus"][f.BUS_E_IN].sum() + charged, 1e6 * moved),
        "bus to ups": gap(s["bus"][f.BUS_E_OUT].sum(), s["ups"][f.UPS_E_BUS].sum() + asked),
        "ups and battery": gap(s["ups"][f.UPS_E_IN].sum(), s["ups"][f.UPS_E_BUS].sum() + bat_out[:n].sum()),
        "ups to pdu": gap(
            s["ups"][f.UPS_E_OUT].sum(),
            s["pdu"][f.PDU_E_IN].sum() + h.ups_mechanical.sum() + bat_in[:n].sum(),
        ),
        "pdu to rack": gap(s["pdu"][f.PDU_E_OUT].sum(), s["rack"][f.RACK_E_IN].sum()),
        "rack to heat": gap(s["rack"][f.RACK_HEAT].sum(), s["rack"][[f.RACK_E_IT, f.RACK_E_LOSS]].sum()),
    }


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.sampled_from([1e-2, 1.0, 60.0]))
def test_energy_closes_in_every_class_and_between_classes(seed: int, intervals: int, coarsest: float) -> None:
    """Random sites through random outages, sags, loads, dispatch and step lengths from 1 ms to 60 s."""
    h = random_history(seed, intervals, coarsest)
    for name, block in h.rig.s.items():
        assert np.isfinite(block).all(), name
    assert h.current <= 1.0 + 1e-9 or (h.rig.site.params["ups"][0, f.UPS_DIRECT] > 0.0).any()
    assert max(class_gaps(h).values()) < CLOSED, class_gaps(h)
    assert max(handover_gaps(h).values()) < CLOSED, handover_gaps(h)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.sampled_from([1e-2, 1.0, 60.0]))
def test_charge_keeps_its_limits_but_for_one_step(seed: int, intervals: int, coarsest: float) -> None:
    h = random_history(seed, intervals, coarsest)
    p, s = h.rig.site.params["battery"][0], h.rig.s["battery"][0]
    assert (h.highest <= p[f.BAT_SOC_MAX] + 1e-6).all()
    # All racks, fans and losses on one battery for the longest step.
    empty_voltage = p[f.BAT_SERIES] * p[f.BAT_OCV_0]
    step = 2.5e5 * h.longest / (p[f.BAT_CHARGE] * empty_voltage)
    assert (h.lowest >= p[f.BAT_SOC_MIN] - step - 1e-6).all()
    assert (s[f.BAT_E_LOSS] >= -1e-9 * (s[f.BAT_E_IN] + s[f.BAT_E_OUT]) - 1e-3).all()


# ------------------------------------------------------------------------------------------------ sags
def sagged(direct: bool, residual: float, duration: float, dt: float, detect: float = 0.2) -> Rig:
    """A rack of 11 ms hold-up through a sag that begins 50 ms into the run, and half a second after it."""
    rig = Rig(
        make_site(
            racks=[{"holdup_energy": 11.0, "restart_delay": 60.0}], buses=[{"detect_delay": detect}],
            ups=[DIRECT if direct else WHITE_PAPER_108 | {"walk_in": 10.0, "retransfer_delay": 10.0}],
        )
    )  # fmt: skip
    rig.sag(0.05, duration, residual)
    rig.until(0.55 + duration, dt)
    return rig


@pytest.mark.parametrize(
    ("residual", "duration"), [(0.0, 0.02), (0.0, 5.0), (0.4, 0.2), (0.7, 0.5), (0.8, 10.0), (1.2, 0.5)]
)
def test_racks_behind_double_conversion_see_no_sag(residual: float, duration: float) -> None:
    """Depths and times of the ITIC curve: the output never leaves nominal, the input window decides the source."""
    rig = sagged(False, residual, duration, 5e-3)
    assert rig("rack", f.RACK_LOST_AT) == -1.0
    assert rig("rack", f.RACK_HOLDUP) == 11.0
    assert rig("rack", f.RACK_E_IT) == pytest.approx(1e3 * rig.t, rel=1e-12)
    assert rig("ups", f.UPS_TRANSFERS) == 1.0


@pytest.mark.parametrize("dt", [1e-3, 2e-4])
@pytest.mark.parametrize(
    ("residual", "duration", "lost"),
    [
        (0.0, 0.010, False), (0.0, 0.011, False), (0.0, 0.012, True), (0.5, 0.011, False), (0.5, 0.012, True),
        (0.77, 0.15, True), (0.78, 0.15, False), (0.9, 10.0, False), (1.148, 1.0, False), (1.149, 0.15, True),
    ],
)  # fmt: skip
def test_direct_fed_racks_ride_through_their_hold_up_and_no_further(
    residual: float, duration: float, lost: bool, dt: float
) -> None:
    """Inside the window of the supplies (0.78 to 1.148) any time; outside it 11 ms, to the step."""
    rig = sagged(True, residual, duration, dt, detect=60.0)
    assert (rig("rack", f.RACK_LOST_AT) >= 0.0) is lost
    if lost:
        assert rig("rack", f.RACK_LOST_AT) == pytest.approx(0.05 + 0.011, abs=1e-9)
        assert rig("rack", f.RACK_MODE) == f.RACK_RESTARTING


def test_a_sag_that_opens_the_bus_lasts_longer_for_what_hangs_on_it() -> None:
    rig = sagged(True, 0.8, 0.3, 1e-3, detect=0.1)
    assert rig("rack", f.RACK_LOST_AT) == pytest.approx(0.05 + 0.1 + 0.011, abs=2e-3)


def test_one_dead_feed_of_two_is_not_noticed() -> None:
    """2N without batteries: the load of side A is on side B in the same step."""
    rig = Rig(
        make_site(
            racks=[{}], pdus=[{"ups_b": 1}], ups=[{}, {"bus": 1}], batteries=[{"soc": 0.0}] * 2,
            buses=[{}, {"feed": 1}], feeds=[{}, {}],
        )
    )  # fmt: skip
    rig.run(0.01, 5)
    assert rig.s["feed"][0, f.FEED_POWER].tolist() == [500.0, 500.0]
    rig.outage(rig.t, 1e9, 0)
    rig.run(0.01, 5)
    assert rig.s["feed"][0, f.FEED_POWER].tolist() == [0.0, 1000.0]
    assert rig("rack", f.RACK_LOST_AT) == -1.0


# --------------------------------------------------------------------------------- an outage from end to end
CELL = lfp(150.0) | {
    "charge_rated": 90e3, "resistance_ohmic": 0.0828, "resistance_rc": 0.0552, "tau_rc": 30.0, "soc_min": 0.05,
    "heat_capacity": 114e3, "conductance": 18.75, "power_discharge_max": 1.3e5, "power_charge_max": 1e4,
}  # fmt: skip


def hall(**genset: float) -> Rig:
    """A 60 kW row on a 100 kW UPS with 12 kWh, one bus with two sets, storage and chillers."""
    rack = {
        "power_idle": 5e3, "power_peak": 20e3, "curve": 1.4, "psu_power_rated": 30e3, "psu_loss_0": 0.008,
        "psu_loss_1": 0.02, "psu_loss_2": 0.02, "holdup_energy": 330.0, "restart_delay": 60.0,
    }  # fmt: skip
    rig = Rig(
        make_site(
            racks=[rack, rack, rack | {"wave_rate": 0.25, "wave_duty": 0.75, "swing": 0.5}],
            pdus=[{"power_rated": 150e3, "loss_0": 0.002, "loss_2": 0.013}],
            ups=[
                WHITE_PAPER_108
                | {"power_rated": 1e5, "walk_in": 10.0, "retransfer_delay": 10.0, "charge_power": 1e4}
                | {"rectifier_margin": 1.13}
            ],
            batteries=[CELL], buses=[{"detect_delay": 0.1, "open_transition": 0.3, "retransfer_delay": 10.0}],
            gensets=[
                {
                    "power_rated": 1e5, "start_delay": 7.5, "crank_limit": 76.0, "cooldown": 20.0, "fuel_0": 1e-6,
                    "fuel_1": 7e-6, "inertia": 1.0, "tank": 1.0,
                }
                | genset
            ] * 2,
        )
    )  # fmt: skip
    rig.utilisation[:] = 0.8
    rig.s["bus"][0, f.BUS_MECH_DEMAND] = 2e4
    return rig


def test_times_of_an_outage_with_generators() -> None:
    """Mains lost at 5 s for 30 s: every event at its time."""
    rig = hall()
    rig.outage(5.0, 30.0)
    seen: dict[str, list[tuple[float, int]]] = {"bus": [], "ups": [], "genset": []}
    fields = {"bus": f.BUS_MODE, "ups": f.UPS_MODE, "genset": f.GEN_MODE}
    while rig.t < 90.0:
        before = {name: rig(name, field) for name, field in fields.items()}
        rig.run(0.01)
        for name, field in fields.items():
            if rig(name, field) != before[name]:
                seen[name].append((round(rig.t - 0.01, 2), int(rig(name, field))))
    assert seen["bus"] == [(5.09, 1), (12.59, 2), (44.99, 3), (45.29, 0)]
    up, on, cooling, stopped = f.GEN_RUNNING_UP, f.GEN_ON_BUS, f.GEN_COOLING, f.GEN_STOPPED
    assert seen["genset"] == [(5.09, up), (12.59, on), (45.29, cooling), (65.29, stopped)]
    assert seen["ups"] == [(5.0, 2), (22.58, 1), (44.99, 2), (55.28, 1)]
    assert rig("rack", f.RACK_LOST_AT) == -1.0
    # Dark from 5 s to 12.59 s and for the open transition of 0.3 s.
    assert rig("bus", f.BUS_E_UNSERVED) == pytest.approx(2e4 * (7.59 + 0.3), rel=1e-9)


@pytest.mark.parametrize(
    "values",
    [{}, {"start_fails": 1.0}, {"run_left": 10.0}],
    ids=["backup", "no start", "failure while running"],
)
def test_results_do_not_depend_on_the_step(values: dict[str, float]) -> None:
    """1, 5 and 20 ms: energies, charge and times within 0.5 %."""
    found = []
    for dt in (1e-3, 5e-3, 20e-3):
        rig = hall(**values)
        rig.s["battery"][0, f.BAT_SOC] = 0.35
        rig.outage(1.0, 100.0)
        rig.until(120.0, dt)
        found.append(
            [
                rig("feed", f.FEED_E_OUT), rig("rack", f.RACK_E_IT), 1.0 + rig("rack", f.RACK_LOST_AT),
                rig("rack", f.RACK_E_UNSERVED), rig("battery", f.BAT_SOC), rig("battery", f.BAT_E_OUT),
                rig("battery", f.BAT_E_LOSS), rig("genset", f.GEN_E_OUT), rig("genset", f.GEN_E_IN),
                rig("bus", f.BUS_E_UNSERVED), rig("bus", f.BUS_E_OUT), rig("ups", f.UPS_E_LOSS),
            ]
        )  # fmt: skip
    np.testing.assert_allclose(found[1:], [found[0]] * 2, rtol=5e-3, atol=1e-9)


@pytest.mark.parametrize("dt", [0.1, 1.0, 5.0, 20.0])
def test_a_coarse_step_moves_the_end_by_at_most_a_step(dt: float) -> None:
    """Autonomy of a battery with resistance and a falling voltage, against 10-ms steps."""
    ends = []
    for step in (0.01, dt):
        rig = hall(start_fails=1.0)
        rig.outage(0.0, NEVER)
        rig.until(1000.0, step)
        ends.append(rig("rack", f.RACK_LOST_AT))
    assert ends[0] - dt - 0.05 <= ends[1] <= ends[0] + 0.05


# ------------------------------------------------------------------------------------------------ monotony
def endurance(energy: float, load: float, dt: float, ups: bool, **pack: float) -> float:
    """How long one rack lives on a battery of `energy` hours of 1 kW [s]."""
    values = lfp() | {"charge_rated": energy * 3.6e6 / 3.2584, "power_discharge_max": 1.5e3} | pack
    kind = WHITE_PAPER_108 if ups else DIRECT
    storage = {} if ups else {"pcs": [{"power_rated": 1.5e3, "loss_0": 0.0066, "loss_2": 0.0129}]}
    rig = Rig(
        make_site(
            racks=[{"power_peak": load, "restart_delay": 1e9}], ups=[kind],
            batteries=[values] if ups else [{}, values], **storage,
        )
    )  # fmt: skip
    rig.outage(0.0, NEVER)
    rig.until(math.ceil(7200.0 / dt) * dt, dt)
    lost = rig("rack", f.RACK_LOST_AT)
    return lost if lost >= 0.0 else math.inf


@settings(deadline=None, max_examples=40)
@given(
    st.floats(0.05, 1.0), st.floats(1.0, 1.5), st.floats(100.0, 1400.0), st.floats(1.0, 1.2),
    st.sampled_from([0.5, 5.0, 60.0]), st.booleans(), st.sampled_from([0.0, 5e-4]),
)  # fmt: skip
def test_more_energy_never_shortens_and_more_load_never_lengthens(
    energy: float, more: float, load: float, heavier: float, dt: float, ups: bool, resistance: float
) -> None:
    base = endurance(energy, load, dt, ups, resistance_ohmic=resistance)
    assert endurance(energy * more, load, dt, ups, resistance_ohmic=resistance) >= base
    assert endurance(energy, load * heavier, dt, ups, resistance_ohmic=resistance) <= base


# ------------------------------------------------------------------------- REopt's Energy Resilience Performance
@dataclass
class Hour:
    """One hour of REopt's table: working sets, charge at its end [kWh], whether the load was met."""

    sets: int
    charge: float
    met: bool


def reopt(
    load: list[float], fails: list[int], power: float, energy: float, low: float, start: float
) -> list[Hour]:
    """REopt's step, in its order: sets fail, the load is met or not, the battery moves. Powers in kW, 1 kW a set."""
    charge, hours = start, []
    for k, demand in enumerate(load):
        sets = sum(hour > k for hour in fails)
        give = min(power, charge - low)
        met = sets + give >= demand - 1e-9
        if not met:
            hours.append(Hour(sets, charge, False))
            break
        short = demand - sets
        charge -= max(short, 0.0)
        charge += min(max(-short, 0.0), power, energy - charge)
        hours.append(Hour(sets, charge, True))
    return hours


def twin(
    load: list[float], fails: list[int], power: float, energy: float, low: float, start: float
) -> list[Hour]:
    """The same site in hour-long steps: no loss, no delay, no resistance."""
    rig = Rig(
        make_site(
            racks=[{"power_peak": 2e3, "restart_delay": 1e9}], ups=[DIRECT],
            gensets=[{"run_left": (hour + 0.5) * 3600.0} for hour in fails],
            pcs=[{"power_rated": power * 1e3}],
            batteries=[
                {}, {"charge_rated": energy * 3.6e6, "soc_min": low / energy, "soc": start / energy},
            ],
        )
    )  # fmt: skip
    rig.outage(0.0, NEVER)
    hours = []
    for demand in load:
        rig.utilisation[:] = demand / 2.0
        rig.run(3600.0)
        sets = int((rig.s["genset"][0, f.GEN_MODE] == f.GEN_ON_BUS).sum())
        met = rig("rack", f.RACK_LOST_AT) < 0.0
        hours.append(Hour(sets, rig("battery", f.BAT_SOC, 1) * energy, met))
        if not met:
            break
    return hours


def same(found: list[Hour], expected: list[Hour]) -> None:
    assert [(h.sets, h.met) for h in found] == [(h.sets, h.met) for h in expected]
    assert [h.charge for h in found if h.met] == pytest.approx(
        [h.charge for h in expected if h.met], abs=1e-9
    )


LOAD_A = [1.0, 2.0, 2.0, 1.0]
"""Load of test A in REopt's own tests, with two 1-kW sets and a battery of 1 kW, 4 kWh, half of it in reserve."""


@pytest.mark.parametrize(
    ("fails", "charges", "met"),
    [
        ([9, 9], [4.0, 4.0, 4.0, 4.0], True),  # both sets run: a surplus of 1 kWh fills the battery
        ([1, 9], [4.0, 3.0, 2.0, 2.0], True),  # one is lost after an hour: the battery stands in for it
        ([0, 9], [3.0, 2.0], False),  # one never runs: a kilowatt is missing in the third hour
        ([1, 1], [4.0], False),  # both are lost: 1 kW of battery is not 2 kW of load
        ([0, 0], [2.0], False),
        ([2, 2], [4.0, 4.0], False),
    ],
)
def test_survival_of_the_load_of_test_a_by_hand(fails: list[int], charges: list[float], met: bool) -> None:
    hours = twin(LOAD_A, fails, 1.0, 4.0, 2.0, 3.0)
    assert [h.charge for h in hours if h.met] == pytest.approx(charges)
    assert hours[-1].met is met
    same(hours, reopt(LOAD_A, fails, 1.0, 4.0, 2.0, 3.0))


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.integers(0, 2000) | st.sampled_from([1000, 2000]), min_size=1, max_size=12),
    st.lists(st.integers(0, 14), min_size=0, max_size=3), st.sampled_from([0.5, 1.0, 2.0]),
    st.sampled_from([1.0, 2.0, 4.0]), st.sampled_from([0.0, 0.5]), st.integers(0, 100),
)  # fmt: skip
def test_served_as_in_reopt_for_any_load_and_failures(
    load: list[int], fails: list[int], power: float, energy: float, reserve: float, start: int
) -> None:
    low = reserve * energy
    arguments = ([w / 1e3 for w in load], fails, power, energy, low, low + start / 100.0 * (energy - low))
    same(twin(*arguments), reopt(*arguments))
