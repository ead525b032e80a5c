"""Area files: what is shipped loads, and what is wrong is named with file, line and key."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from twin.errors import InputError
from twin.kernels import fields as f
from twin.scenario import library
from twin.signals.area import load_area

GOOD = """\
description: test
area:
  frequency_nominal: {value: 50 Hz, source: s, confidence: R}
  kinetic_energy: {value: 100 GW s, source: s, confidence: R}
  load: {value: 20 GW, source: s, confidence: R}
  load_damping: {value: 2e-2 / Hz, source: s, confidence: R}
events:
  - {name: trip, at: 1 min, lost: 500 MW, source: s, confidence: R}
  - {name: back, at: 2 min, restored: 200 MW, ramp: 10 s, source: s, confidence: R}
responses:
  - {name: r, power_held: 1 GW, delivery: 0.9, dead_band: 15 mHz, deviation_full: 0.5 Hz, delay: 500 ms,
     ramp: 1 s, source: s, confidence: R}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "area.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_areas_load() -> None:
    assert {"gb-2019-08-09", "ieee14"} <= set(library.names("grid"))
    for name in library.names("grid"):
        model = load_area(name)
        assert model.param["area"].shape == (1, len(f.AREA.params), 1)
        assert all(np.isfinite(model.events).ravel())
        assert model.sources


def test_units_and_meaning_of_absence(tmp_path: Path) -> None:
    model = load_area(write(tmp_path, GOOD), event_at=30.0, sites=50.0)
    assert model.events.tolist() == [[90.0, 500e6, 0.0], [150.0, -200e6, 10.0]]
    assert model.param["area"][0, f.AREA_INERTIA, 0] == 100e9
    assert model.param["area"][0, f.AREA_DAMPING, 0] == 0.02
    assert model.param["area"][0, f.AREA_SITES, 0] == 50.0
    assert model.param["response"][0, f.RESP_DEAD_BAND, 0] == pytest.approx(0.015)
    assert math.isinf(model.param["response"][0, f.RESP_SUSTAIN, 0])
    assert model.state["response"][0, f.RESP_CLOCK, 0] == -1.0
    assert model.state["area"][0, f.AREA_FREQUENCY, 0] == 50.0
    assert model.names["event"] == ("trip", "back")
    assert model.sources["responses.r"] == "s (R)"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lost: 500 MW", "loss: 500 MW", "did you mean 'lost'"),
        ("lost: 500 MW", "lost: 500 MW, restored: 1 MW", "either 'lost' or 'restored'"),
        ("lost: 500 MW", "lost: 500", "expected a value such as '150 MW'"),
        ("lost: 500 MW", "lost: -500 MW", "at least 0 W"),
        ("at: 1 min, ", "", "events.0.at: missing"),
        (
            "100 GW s",
            "0 GW s",
            "area.kinetic_energy.value: expected a value such as '210 GW s', more than 0 J",
        ),
        ("100 GW s", "100 GW", "'210 GW s'"),
        ("100 GW s, source: s", "100 GW s", "area.kinetic_energy.source: missing"),
        ("100 GW s, source: s, confidence: R", "100 GW s, source: s, confidence: X", "expected one of R"),
        (
            "load: {value: 20 GW, source: s, confidence: R}",
            "load: 20 GW",
            "expected {value, source, confidence}",
        ),
        ("delivery: 0.9", "delivery: 1.1", "at most 1"),
        ("responses:", "response:", "did you mean 'responses'"),
        ("name: trip, ", "", "events.0.name: expected a name"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(InputError) as caught:
        load_area(path)
    assert message in str(caught.value)
    assert "area.yaml:" in str(caught.value)


def test_turbine_starts_within_its_valve(tmp_path: Path) -> None:
    turbine = (
        "turbines:\n  - {name: t, power_rated: 1 GW, droop: 0.05, t1: 0.1 s, t2: 1 s, t3: 2 s, valve_max: 1, "
        "valve_min: 0, power_start: START, source: s, confidence: R}\n"
    )
    load_area(write(tmp_path, GOOD + turbine.replace("START", "0.5")))
    with pytest.raises(InputError, match="between valve_min and valve_max"):
        load_area(write(tmp_path, GOOD + turbine.replace("START", "1.5")))


def test_unknown_name_and_file() -> None:
    with pytest.raises(InputError, match="gb-2019-08-09"):
        load_area("gb-2019-08-08")
    with pytest.raises(InputError, match="no such file"):
        load_area(Path("nowhere.yaml"))


@pytest.mark.parametrize("sites", [-1.0, math.nan, math.inf])
def test_sites_must_be_a_number(sites: float) -> None:
    with pytest.raises(InputError, match="sites"):
        load_area("ieee14", sites=sites)
