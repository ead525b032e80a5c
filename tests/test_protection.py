"""Protection: curves against the standard's table, fault currents on paper, selectivity and cables."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from twin.errors import InputError
from twin.kernels.breaker import CURVE_STANDARD, NEVER, long_time
from twin.kernels.breaker import trip_time as inverse_time
from twin.protection import study
from twin.protection.devices import INVERSE, drop, impedance, trip_time, withstand
from twin.protection.told import kept, lines
from twin.scenario.load import load
from twin.scenario.protection import Breaker, Cable
from twin.scenario.scenario import Scenario

RELAY = {"setting": "4 kA", "curve": "standard-inverse", "multiplier": 0.2, "clearing": "60 ms"}
MCCB = {
    "setting": "630 A", "curve": "thermal-magnetic", "time_long": "12 s", "short": 6, "short_delay": "100 ms",
    "instantaneous": 12, "clearing": "20 ms",
}  # fmt: skip
CABLE = {
    "length": "40 m", "area": "240 mm^2", "parallel": 2, "material": "copper", "insulation": "xlpe",
    "reactance": "0.08 mohm/m", "ampacity": "900 A",
}  # fmt: skip


@pytest.mark.parametrize(
    ("curve", "multiple", "time"),
    [
        ("standard-inverse", 2.0, 10.029), ("standard-inverse", 10.0, 2.971), ("very-inverse", 2.0, 13.5),
        ("very-inverse", 10.0, 1.5), ("extremely-inverse", 2.0, 26.667), ("extremely-inverse", 10.0, 0.808),
    ],
)  # fmt: skip
def test_inverse_times_of_iec_60255(curve: str, multiple: float, time: float) -> None:
    assert inverse_time(multiple, INVERSE[curve], 1.0) == pytest.approx(time, rel=1e-3)
    assert inverse_time(multiple, INVERSE[curve], 0.1) == pytest.approx(0.1 * time, rel=1e-3)


def test_a_relay_does_not_trip_at_its_setting_and_gets_no_faster_beyond_twenty_times() -> None:
    assert inverse_time(1.0, CURVE_STANDARD, 1.0) == NEVER
    assert inverse_time(50.0, CURVE_STANDARD, 1.0) == inverse_time(20.0, CURVE_STANDARD, 1.0)


@given(multiple=st.floats(1.14, 1e3), at_six=st.floats(0.1, 60.0))
def test_the_thermal_curve_lets_a_constant_energy_through(multiple: float, at_six: float) -> None:
    assert multiple**2 * long_time(multiple, at_six) == pytest.approx(36.0 * at_six)
    assert long_time(1.05, at_six) == NEVER


@settings(deadline=None)
@given(low=st.floats(1.0, 1e5), factor=st.floats(1.0, 100.0), which=st.sampled_from([RELAY, MCCB]))
def test_more_current_never_trips_later(low: float, factor: float, which: dict[str, Any]) -> None:
    breaker = Breaker.model_validate(which)
    assert trip_time(breaker, low * factor) <= trip_time(breaker, low)


def test_the_stages_of_a_breaker() -> None:
    breaker = Breaker.model_validate(MCCB)
    assert trip_time(breaker, 630.0) == NEVER
    assert trip_time(breaker, 3 * 630.0) == pytest.approx(12.0 * 4.0 + 0.02)
    assert trip_time(breaker, 7 * 630.0) == pytest.approx(0.12)
    assert trip_time(breaker, 13 * 630.0) == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"time_long": None}, "required with curve thermal-magnetic"),
        ({"multiplier": 0.1}, "does not belong to curve thermal-magnetic"),
        ({"short_delay": None}, "belong together"),
        ({"setting": "630 V"}, "a current above zero"),
    ],
)
def test_a_breaker_that_makes_no_sense_is_refused(change: dict[str, Any], wanted: str) -> None:
    with pytest.raises(ValidationError, match=wanted):
        Breaker.model_validate(MCCB | change)


def test_a_cable_on_paper() -> None:
    cable = Cable.model_validate(CABLE)
    z = impedance(cable)
    assert z.real == pytest.approx(40.0 / (54.0 * 240.0 * 2.0))
    assert z.imag == pytest.approx(40.0 * 0.08e-3 / 2.0)
    assert withstand(cable) == pytest.approx((143.0 * 480.0) ** 2)
    assert drop(cable, 630.0, 400.0) == pytest.approx(math.sqrt(3.0) * 630.0 * z.real / 400.0)


SITE = """
extends: hall-2mw
electrical:
  protection:
    voltage: 400 V
    short_circuit_power: 500 MVA
    margin: 0.3 s
    ratio: 1.5
    buses:
      bus-a: {breaker: {setting: 7 kA, curve: standard-inverse, multiplier: BUS, clearing: 60 ms, breaking: BREAKS}}
    pdus:
      cpu: {breaker: {setting: 630 A, curve: thermal-magnetic, time_long: 12 s, instantaneous: 10, clearing: 20 ms},
            cable: {length: LONG, area: AREA, material: copper, insulation: xlpe, reactance: 0.08 mohm/m,
                    ampacity: 700 A}}
    racks:
      cpu: {breaker: {setting: RACK, curve: thermal-magnetic, time_long: 3 s, instantaneous: 8, clearing: 10 ms}}
"""
GOOD = {"BUS": "0.25", "BREAKS": "150 kA", "LONG": "60 m", "AREA": "300 mm^2", "RACK": "63 A"}


def site(folder: Path, **change: str) -> Scenario:
    """A hall with a protection study."""
    text = SITE
    for name, value in (GOOD | change).items():
        text = text.replace(name, value)
    path = folder / "site.yaml"
    path.write_text(text)
    return load(path)


def test_fault_currents_on_paper(tmp_path: Path) -> None:
    found = study(site(tmp_path))
    assert found is not None
    path = next(p for name, p in found.paths.items() if name.startswith("cpu from bus-a"))
    assert [place.name for place in path] == ["bus bus-a", "pdu cpu", "rack cpu"]
    # Two transformers of 2.5 MVA, 6 %, behind 500 MVA.
    grid = 1.05 * 0.16 / 500.0 / math.sqrt(1.01)
    r = 18.5e3 / 2.5e6
    z = complex(0.1 * grid, grid) + complex(r, math.sqrt(0.06**2 - r * r)) * 0.16 / 5.0
    assert path[0].fault == path[1].fault == pytest.approx(1.05 * 400.0 / math.sqrt(3.0) / abs(z))
    behind = z + complex(60.0 / (54.0 * 300.0), 60.0 * 0.08e-3)
    assert path[2].fault == pytest.approx(1.05 * 400.0 / math.sqrt(3.0) / abs(behind))
    assert path[1].least == pytest.approx(0.95 * 400.0 / 2.0 / abs(behind))


def test_what_is_selective_and_what_is_not(tmp_path: Path) -> None:
    found = study(site(tmp_path))
    assert found is not None
    by_name = {(pair.upstream, pair.downstream): pair for pair in found.pairs}
    assert by_name["bus bus-a", "pdu cpu"].selective
    # Both trip at once above ten times 630 A, and a fault behind the cable draws more.
    lower = by_name["pdu cpu", "rack cpu"]
    assert not lower.selective
    assert lower.selective_to == pytest.approx(6300.0, rel=0.05)
    fast = study(site(tmp_path, BUS="0.01"))
    assert fast is not None
    assert not {(p.upstream, p.downstream): p for p in fast.pairs}["bus bus-a", "pdu cpu"].selective


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"BREAKS": "50 kA"}, "more than it breaks"),
        ({"AREA": "16 mm^2"}, "its cable stands it for"),
        ({"LONG": "9000 m"}, "does not trip it"),
    ],
)
def test_what_does_not_hold_is_told(tmp_path: Path, change: dict[str, str], wanted: str) -> None:
    fine, wrong = study(site(tmp_path)), study(site(tmp_path, **change))
    assert fine is not None and wrong is not None
    assert not any(wanted in line for line in fine.warnings)
    assert any(wanted in line for line in wrong.warnings)


def test_a_study_in_words_and_in_the_result(tmp_path: Path) -> None:
    found = study(site(tmp_path))
    assert found is not None
    text = "\n".join(lines(found))
    assert "bus bus-a over pdu cpu: selective" in text
    assert "pdu cpu: voltage drop" in text
    data = kept(found)
    assert data["warnings"] == found.warnings
    for curve in data["paths"][0]["curves"]:
        assert curve["time"] == sorted(curve["time"], reverse=True)


def test_a_site_without_the_keys_has_no_study() -> None:
    assert study(load("hall-2mw")) is None


def test_places_are_named_by_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    text = SITE.replace("bus-a: {breaker", "bus-x: {breaker")
    for name, value in GOOD.items():
        text = text.replace(name, value)
    path.write_text(text)
    with pytest.raises(InputError, match="unknown bus 'bus-x'"):
        load(path)


def test_the_figure_is_logarithmic(tmp_path: Path) -> None:
    from twin.plots.protection import time_current

    found = study(site(tmp_path))
    assert found is not None
    made = time_current(kept(found)["paths"][0])
    assert made.layout.xaxis.type == made.layout.yaxis.type == "log"
    assert len(made.data) == 3
