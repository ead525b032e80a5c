"""Events and measured series of the grid as rows, and what an interval is handed of them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from twin.disturbances import ALL, Disturbances, Measured, chain, none, oscillation, row, rows, sag_rows
from twin.event_rows import event_rows, rows_of
from twin.inputs import open_inputs
from twin.kernels import fields as f
from twin.scenario.events_grid import Dips, FrequencyEvent, Oscillation, PhaseJump, Sag, Swell
from twin.scenario.load import load
from twin.signals.series import Series

SIX_DIPS = {
    "type": "dips",
    "at": ["10 s", "10.532 s", "25.860 s", "31.279 s", "86.249 s", "91.665 s"],
    "duration": ["42 ms", "66 ms", "58 ms", "50 ms", "66 ms", "59 ms"],
    "residual": 0.3,
    "feeds": "all",
}
"""Northern Virginia, 10 July 2024 (NERC incident review, 2025)."""


def test_six_dips_are_six_rows() -> None:
    event = Dips.model_validate(SIX_DIPS)
    found = rows_of(event, ALL, 0.005)
    assert found.shape == (6, f.DISTURBANCE_WIDTH)
    assert found[:, f.DISTURBANCE_START] == pytest.approx([10.0, 10.532, 25.86, 31.279, 86.249, 91.665])
    lengths = found[:, f.DISTURBANCE_END] - found[:, f.DISTURBANCE_START]
    assert lengths == pytest.approx([0.042, 0.066, 0.058, 0.05, 0.066, 0.059])
    assert (found[:, f.DISTURBANCE_VOLTAGE_0] == 0.3).all()
    assert (event.starts, event.ends) == (10.0, pytest.approx(91.724))


def test_lists_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValidationError, match="expected 1 or 6 of them"):
        Dips.model_validate({**SIX_DIPS, "residual": [0.3, 0.4]})


def test_a_three_phase_dip_jumps_and_jumps_back() -> None:
    dip = {"type": "C", "characteristic": 0.5, "angle": "-30 deg"}
    event = Sag.model_validate({"type": "sag", "at": "1 s", "duration": "100 ms", "dip": dip, "feeds": "all"})
    found = rows_of(event, 2, 0.005)
    seen = (1.0 + 0.5 * complex(math.cos(math.pi / 6), -math.sin(math.pi / 6))) / 2.0
    assert found[0, f.DISTURBANCE_VOLTAGE_0] == pytest.approx(abs(seen))
    assert found[0, f.DISTURBANCE_JUMP] == pytest.approx(math.atan2(seen.imag, seen.real))
    assert found[1, f.DISTURBANCE_JUMP] == -found[0, f.DISTURBANCE_JUMP]
    assert found[1, f.DISTURBANCE_START] == pytest.approx(1.1)
    assert (found[:, f.DISTURBANCE_FEED] == 2).all()


def test_a_sag_needs_one_depth() -> None:
    base = {"type": "sag", "at": "1 s", "duration": "1 s", "feeds": "all"}
    for wrong in ({}, {"residual": 0.5, "dip": {"type": "A", "characteristic": 0.5}}):
        with pytest.raises(ValidationError, match="exactly one of residual, dip"):
            Sag.model_validate(base | wrong)
    with pytest.raises(ValidationError, match="belongs to recovery"):
        Sag.model_validate(base | {"residual": 0.5, "recovery_from": 0.7})


def test_delayed_recovery_is_a_ramp_to_nominal() -> None:
    event = Sag.model_validate(
        {"type": "sag", "at": "1 s", "duration": "100 ms", "residual": 0.2, "recovery": "5 s",
         "recovery_from": 0.7, "feeds": "all"}
    )  # fmt: skip
    ramp = rows_of(event, ALL, 0.005)[-1]
    assert ramp[[f.DISTURBANCE_START, f.DISTURBANCE_END]] == pytest.approx([1.1, 6.1])
    assert ramp[[f.DISTURBANCE_VOLTAGE_0, f.DISTURBANCE_VOLTAGE_1]] == pytest.approx([0.7, 1.0])
    assert event.ends == pytest.approx(6.1)


def test_a_frequency_ramp_goes_out_and_back() -> None:
    event = FrequencyEvent.model_validate(
        {
            "type": "frequency",
            "at": "1 s",
            "change": "-1 Hz",
            "rate": "2 Hz/s",
            "duration": "3 s",
            "feeds": "all",
        }
    )
    found = rows_of(event, ALL, 0.005)
    assert found[:, [f.DISTURBANCE_START, f.DISTURBANCE_END]] == pytest.approx(
        np.array([[1.0, 1.5], [1.5, 4.0], [4.0, 4.5]])
    )
    assert found[:, [f.DISTURBANCE_OFFSET_0, f.DISTURBANCE_OFFSET_1]] == pytest.approx(
        np.array([[0.0, -1.0], [-1.0, -1.0], [-1.0, 0.0]])
    )


def test_a_frequency_step_is_one_row_and_a_phase_jump_has_no_length() -> None:
    step = FrequencyEvent.model_validate(
        {"type": "frequency", "at": "1 s", "change": "0.4 Hz", "duration": "3 s", "feeds": "all"}
    )
    assert rows_of(step, ALL, 0.005).tolist() == [list(row(1.0, 4.0, offset=0.4))]
    jump = PhaseJump.model_validate({"type": "phase-jump", "at": "1 s", "angle": "30 deg", "feeds": "all"})
    assert rows_of(jump, ALL, 0.005).tolist() == [list(row(1.0, 1.0, jump=math.pi / 6.0))]


def test_a_swell_is_above_one() -> None:
    data = {"type": "swell", "at": "1 s", "duration": "1 s", "voltage": 1.2, "feeds": "all"}
    assert rows_of(Swell.model_validate(data), ALL, 0.005)[0, f.DISTURBANCE_VOLTAGE_0] == 1.2
    with pytest.raises(ValidationError, match="more than 1"):
        Swell.model_validate(data | {"voltage": 0.9})


@given(
    rate=st.floats(0.1, 3.0),
    damping=st.floats(-0.1, 0.5),
    duration=st.floats(0.5, 30.0),
    share=st.floats(0.0, 1.0),
)
def test_an_oscillation_is_a_damped_sine(rate: float, damping: float, duration: float, share: float) -> None:
    found = oscillation(2.0, duration, rate, damping, 0.2, 0.0)
    time = np.append(found[:, f.DISTURBANCE_START], found[-1, f.DISTURBANCE_END])
    offset = np.append(found[:, f.DISTURBANCE_OFFSET_0], found[-1, f.DISTURBANCE_OFFSET_1])
    decay = 2.0 * math.pi * rate * damping / math.sqrt(1.0 - damping**2)
    t = time[0] + share * (time[-1] - time[0])
    exact = 0.2 * math.exp(-decay * (t - 2.0)) * math.sin(2.0 * math.pi * rate * (t - 2.0))
    largest = 0.2 * max(1.0, math.exp(-decay * (time[-1] - 2.0)))
    # Half the curvature over a fortieth of a period: (2 pi / 40)^2 / 8, more where it decays fast.
    assert np.interp(t, time, offset) == pytest.approx(exact, abs=0.006 * largest)
    assert offset[-1] == pytest.approx(0.0, abs=1e-9 * largest + 1e-9)


def test_an_oscillation_needs_a_size() -> None:
    data = {"type": "oscillation", "at": "1 s", "duration": "9 s", "rate": "0.63 Hz", "feeds": "all"}
    with pytest.raises(ValidationError, match="amplitude, voltage_swing"):
        Oscillation.model_validate(data)
    event = Oscillation.model_validate(data | {"voltage_swing": 0.05, "damping": -0.02})
    assert rows_of(event, ALL, 0.005)[:, f.DISTURBANCE_VOLTAGE_0].max() > 1.05


def test_an_interval_is_handed_what_acts_in_it() -> None:
    found = Disturbances(sag_rows([(1.0, 2.0, ALL, 0.5), (5.0, 6.0, ALL, 0.5)]))
    assert found.within(0.0, 0.9).shape == (0, f.DISTURBANCE_WIDTH)
    assert found.within(1.5, 1.6)[:, f.DISTURBANCE_START].tolist() == [1.0]
    assert found.within(1.5, 5.5).shape[0] == 2
    assert found.edges().tolist() == [1.0, 2.0, 5.0, 6.0]
    assert not found.moving(0.0, 10.0)
    assert Disturbances(rows([row(1.0, 2.0, voltage=0.5, voltage_end=1.0)])).moving(1.2, 1.3)
    assert Disturbances().within(0.0, 1.0).tolist() == none().tolist()


def series(time: list[float], value: list[float], unit: str = "1") -> Series:
    """A measured series."""
    return Series(
        np.array(time), np.array(value), name="voltage", unit=unit, source="test", origin=0.0,
        duration=time[-1], interpolation="linear", absolute=False,
    )  # fmt: skip


def test_a_measured_series_is_handed_over_in_pieces_that_join() -> None:
    time = list(np.arange(0.0, 2.001, 0.01))
    value = [1.0 - 0.5 * math.exp(-(((t - 1.0) / 0.1) ** 2)) for t in time]
    found = Disturbances(none(), Measured(series(time, value), None, 50.0, (ALL,)), coarse=0.1)
    pieces = np.concatenate([found.within(k * 0.25, (k + 1) * 0.25) for k in range(8)])
    assert (np.diff(pieces[:, f.DISTURBANCE_START]) > 0.0).all()
    assert pieces[1:, f.DISTURBANCE_START] == pytest.approx(pieces[:-1, f.DISTURBANCE_END])
    t = np.linspace(0.0, 1.999, 777)
    k = np.searchsorted(pieces[:, f.DISTURBANCE_START], t, side="right") - 1
    part = (t - pieces[k, 0]) / (pieces[k, 1] - pieces[k, 0])
    played = pieces[k, 3] + part * (pieces[k, 4] - pieces[k, 3])
    assert played == pytest.approx(np.interp(t, time, value), abs=1e-12)
    assert found.moving(0.9, 1.1)


def test_a_steady_or_slow_series_needs_no_fine_steps() -> None:
    steady = Disturbances(none(), Measured(series([0.0, 0.01, 0.02], [0.98] * 3), None, 50.0, (ALL,)), 0.1)
    slow = Disturbances(none(), Measured(series([0.0, 1.0, 2.0], [1.0, 0.9, 1.0]), None, 50.0, (ALL,)), 0.1)
    assert not steady.moving(0.0, 0.02)
    assert not slow.moving(0.0, 2.0)
    assert slow.within(0.0, 2.0)[0, f.DISTURBANCE_VOLTAGE_1] == 0.9


def test_measured_frequency_is_an_offset() -> None:
    record = Measured(None, series([0.0, 1.0], [50.0, 49.0], "Hz"), 50.0, (0, 1))
    found = record.within(0.0, 1.0)
    assert found[:, f.DISTURBANCE_FEED].tolist() == [0.0, 1.0]
    assert (found[:, f.DISTURBANCE_OFFSET_1] == -1.0).all()
    assert (found[:, f.DISTURBANCE_VOLTAGE_0] == 1.0).all()


def test_a_chain_of_one_point_is_no_row() -> None:
    assert chain(np.array([1.0])).shape == (0, f.DISTURBANCE_WIDTH)


SCENARIO = """
extends: hall-2mw
run: {duration: 10 s}
signals:
  voltage: {file: record.csv, reader: voltage-rms, nominal: 400 V, feeds: feed-a, after_end: hold}
events:
  - {type: sag, at: 5 s, duration: 100 ms, residual: 0.8, feeds: feed-b}
"""


def test_a_scenario_plays_a_record_beside_its_events(tmp_path: Path) -> None:
    (tmp_path / "record.csv").write_text("t_s,voltage_v,frequency_hz\n0,400,50\n1,200,49.5\n2,400,50\n")
    path = tmp_path / "site.yaml"
    path.write_text(SCENARIO)
    scenario = load(path)
    inputs = open_inputs(scenario)
    assert inputs.measured is not None
    found = Disturbances(event_rows(scenario), inputs.measured, scenario.run.coarse_step)
    together = found.within(0.0, 6.0)
    assert set(together[:, f.DISTURBANCE_FEED]) == {0.0, 1.0}
    assert together[:, f.DISTURBANCE_VOLTAGE_0].min() == pytest.approx(0.5)
    assert together[:, f.DISTURBANCE_OFFSET_0].min() == pytest.approx(-0.5)
    assert inputs.sources()["voltage"] == "record.csv"


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        ("t_s,voltage_pu\n0,1\n1,0.5\n", "nominal belongs to a record in volts"),
        ("t_s,voltage_v\n0,400\n1,4000\n", "0 to 2 per unit"),
        ("t_s,voltage_v,frequency_hz\n0,400,1\n1,400,1\n", "looks like per unit"),
        ("t_s,voltage_v\n0,400\n0,400\n", "instants must increase"),
        ("t_s,current\n0,400\n1,400\n", "column voltage_v"),
    ],
)
def test_a_record_that_cannot_be_played_is_refused(tmp_path: Path, record: str, wanted: str) -> None:
    from twin.errors import InputError

    (tmp_path / "record.csv").write_text(record)
    path = tmp_path / "site.yaml"
    path.write_text(SCENARIO)
    with pytest.raises(InputError, match=wanted):
        open_inputs(load(path))
