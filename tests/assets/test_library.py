"""The shipped library: complete, sourced, and physically sensible."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from twin.errors import InputError
from twin.scenario import json_schema, library, load
from twin.scenario.equipment import MODELS, equipment, provenance
from twin.scenario.equipment_cooling import Chiller
from twin.scenario.equipment_generation import Genset
from twin.scenario.equipment_it import Psu
from twin.scenario.equipment_storage import Battery
from twin.scenario.equipment_ups import UpsUnit

ASSETS = Path(__file__).parents[2] / "assets"
EQUIPMENT = [(kind, name) for kind in MODELS for name in library.entries(kind)]


@pytest.mark.parametrize(("kind", "name"), EQUIPMENT)
def test_every_entry_is_complete_and_sourced(kind: str, name: str) -> None:
    assert equipment(kind, name).type == name
    entry = library.entries(kind)[name]
    assert entry.description or kind == "pdu"
    for field in entry.fields.values():
        assert field.confidence in library.CONFIDENCE
        assert len(field.source) > 3


def test_there_is_a_model_for_every_file() -> None:
    assert {path.stem for path in (ASSETS / "equipment").glob("*.yaml")} == set(MODELS)


def test_a_value_without_a_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cdu.yaml").write_text("x:\n  heat_rated: {value: 1 MW, confidence: S}\n", encoding="utf-8")
    monkeypatch.setattr(library, "folder", lambda kind: tmp_path)
    with pytest.raises(InputError, match="source"):
        library.entries.__wrapped__("cdu")


def test_provenance_is_at_hand() -> None:
    found = provenance("genset", "diesel-2mw", "start_failure")
    assert (found.value, found.source, found.confidence) == (0.0094, "REopt default", "R")


def test_the_schema_is_current() -> None:
    stored = json.loads((ASSETS / "scenario.schema.json").read_text(encoding="utf-8"))
    assert stored == json_schema(), "write json_schema() to assets/scenario.schema.json again"


@pytest.mark.parametrize("name", library.names("scenarios"))
def test_shipped_scenarios_fit_the_schema(name: str) -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(load(name).resolved(), schema)


def test_the_schema_refuses_what_the_loader_refuses() -> None:
    good = load("hall-2mw").resolved()
    for path, value in (
        (("run", "sed"), 1),
        (("run", "duration"), 300),
        (("racks", "cpu", "type"), "rack-x"),
    ):
        bad = json.loads(json.dumps(good))
        place = bad
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, json_schema())


@pytest.mark.real_data
def test_the_replayed_day_names_files_that_are_there() -> None:
    data = os.environ.get("TWIN_DATA")
    if data is None:
        pytest.skip("TWIN_DATA is not set")
    signals = load("campus-40mw-2019-08-09").signals
    sources = [signals.frequency, signals.price, signals.carbon, signals.weather, signals.workload["web"]]
    assert all((Path(data) / str(source.file)).is_file() for source in sources)


@pytest.mark.parametrize("name", library.entries("psu"))
def test_psu_loss_meets_its_points(name: str) -> None:
    psu = equipment("psu", name)
    assert isinstance(psu, Psu)
    a0, a1, a2 = psu.loss_polynomial
    x = np.linspace(0.0, 1.0, 101)
    assert (a0 + a1 * x + a2 * x * x >= 0.0).all()
    for load_fraction, efficiency in zip(psu.efficiency_load or [], psu.efficiency or [], strict=True):
        loss = a0 + a1 * load_fraction + a2 * load_fraction**2
        assert load_fraction / (load_fraction + loss) == pytest.approx(efficiency, abs=0.02)


def test_ups_losses_give_their_published_efficiencies() -> None:
    published = {
        "ups-vfi": (0.941, 0.963, 0.969, 0.970),
        "ups-vfi-modern": (0.965, 0.970, 0.970, 0.965),
        "ups-legacy": (0.905, 0.936, 0.940, 0.939),
    }
    for name, efficiencies in published.items():
        ups = equipment("ups", name)
        assert isinstance(ups, UpsUnit)
        for x, efficiency in zip((0.25, 0.5, 0.75, 1.0), efficiencies, strict=True):
            loss = ups.loss[0] + ups.loss[1] * x + ups.loss[2] * x * x
            assert x / (x + loss) == pytest.approx(efficiency, abs=0.003)


def test_eco_mode_gives_its_published_efficiency() -> None:
    """98.8 to 99 % from a quarter of the load on (vendor data sheets; remembered)."""
    ups = equipment("ups", "ups-eco")
    assert isinstance(ups, UpsUnit) and ups.loss_bypass is not None
    for x in (0.25, 0.5, 0.75, 1.0):
        loss = ups.loss_bypass[0] + ups.loss_bypass[1] * x + ups.loss_bypass[2] * x * x
        assert 0.988 - 1e-4 <= x / (x + loss) <= 0.990 + 1e-4


@pytest.mark.parametrize("name", library.entries("chiller"))
def test_a_colder_condenser_raises_cop(name: str) -> None:
    chiller = equipment("chiller", name)
    assert isinstance(chiller, Chiller)

    def ratio(evaporator: float, condenser: float) -> float:
        c = chiller.eir_ft
        return (
            c[0] + c[1] * evaporator + c[2] * evaporator**2
            + c[3] * condenser + c[4] * condenser**2 + c[5] * evaporator * condenser
        )  # fmt: skip

    evaporators = np.linspace(chiller.evaporator_min, chiller.evaporator_max, 7)
    condensers = np.linspace(chiller.condenser_min, chiller.condenser_max, 15)
    for evaporator in evaporators:
        powers = [ratio(evaporator, condenser) for condenser in condensers]
        assert all(colder < warmer for colder, warmer in itertools.pairwise(powers))
    assert sum(chiller.eir_plr) == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(("name", "watt_hours"), [("lfp-280ah", 915.0), ("lfp-ups-50ah", 163.4)])
def test_cell_energy(name: str, watt_hours: float) -> None:
    cell = equipment("battery", name)
    assert isinstance(cell, Battery)
    # Capacity times 3.268 V, the mean of the 201 measured points of the Sony cell.
    assert cell.energy / 3600.0 == pytest.approx(watt_hours, rel=1e-3)
    assert cell.ocv == sorted(cell.ocv)
    assert cell.ocv_soc[0] == 0.0
    assert cell.ocv_soc[-1] == 1.0


def test_diesel_fuel_is_the_published_curve() -> None:
    genset = equipment("genset", "diesel-2mw")
    assert isinstance(genset, Genset)
    litres = [rate * 1e3 * 3.6e6 for rate in genset.fuel_rate]
    assert litres == pytest.approx([0.324, 0.273, 0.261, 0.269])
    # The tank lasts twelve hours at full load (GB 50174-2017 grade A).
    hours = genset.tank / (genset.fuel_rate[-1] * genset.power_rated) / 3600.0
    assert hours == pytest.approx(12.0, rel=0.01)
