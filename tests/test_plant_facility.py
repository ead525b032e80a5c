"""Plants of a scenario: staging, condenser water, towers, dry coolers, economisers and tables of chillers."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from twin.advice import advice
from twin.errors import InputError
from twin.facility import build
from twin.faults.table import typical_faults
from twin.happenings import happenings, modes
from twin.kernels import fields as f
from twin.kernels.dry_cooler import cooler_approach
from twin.kernels.moist_air import saturation_enthalpy
from twin.kernels.tower import tower_water
from twin.plant_results import plant_summary
from twin.scenario.chiller_curves import at_reference, chiller_values, normalised, read_table
from twin.scenario.load import load

PLANT = "cooling.plants.plant-1"


def params(*overrides: str) -> np.ndarray:
    facility = build(load("hall-2mw", [f"{PLANT}.{text}" for text in overrides]))
    column: np.ndarray = facility.site.params["plant"][0, :, 0]
    return column


def refusal(*overrides: str) -> str:
    with pytest.raises(InputError) as caught:
        build(load("hall-2mw", [f"{PLANT}.{text}" for text in overrides]))
    return str(caught.value)


def test_a_plant_that_says_nothing_new_is_what_it_was() -> None:
    p = params()
    assert p[f.PLANT_STAGED] == 0.0
    assert p[f.PLANT_REJECT_MODEL] == f.REJECT_CONSTANT
    assert p[f.PLANT_COND_SET] == 1e30
    assert p[f.PLANT_COND_RELIEF] == p[f.PLANT_APPROACH]
    assert p[f.PLANT_FREE_MODE] == f.FREE_PARALLEL
    assert p[f.PLANT_FREE_BAND] == p[f.PLANT_FREE_HOLD] == p[f.PLANT_CELLS_FOLLOW] == 0.0


def test_a_merkel_tower_has_its_effectiveness_at_its_rating() -> None:
    p = params("heat_rejection=tower-merkel")
    enthalpy = saturation_enthalpy(23.9, 101325.0)
    cold = tower_water(
        p[f.PLANT_REJECT_RATED], 23.9, enthalpy, 101325.0, p[f.PLANT_TOWER_WATER], p[f.PLANT_TOWER_AIR],
        p[f.PLANT_TOWER_NTU], p[f.PLANT_TOWER_EXPONENT],
    )  # fmt: skip
    assert cold - 23.9 == pytest.approx(p[f.PLANT_APPROACH], abs=1e-6)
    assert p[f.PLANT_TOWER_WATER] / p[f.PLANT_TOWER_AIR] == pytest.approx(1.2)
    assert 0.8 < p[f.PLANT_TOWER_NTU] < 4.0


def test_air_pressure_is_that_of_the_altitude() -> None:
    low = params()[f.PLANT_PRESSURE]
    scenario = load("hall-2mw", ["location.altitude=2000 m"])
    high = build(scenario).site.params["plant"][0, f.PLANT_PRESSURE, 0]
    assert high == pytest.approx(79495.0, rel=1e-3)
    assert low > 9.9e4


@pytest.mark.parametrize("kind", ["dry-cooler-ntu", "dry-cooler-adiabatic"])
def test_a_dry_cooler_has_its_effectiveness_at_its_rating(kind: str) -> None:
    p = params(f"heat_rejection={kind}")
    gap = cooler_approach(
        p[f.PLANT_REJECT_RATED], 1.0, p[f.PLANT_TOWER_AIR], p[f.PLANT_TOWER_WATER], p[f.PLANT_COOLER_UA],
        p[f.PLANT_TOWER_EXPONENT],
    )  # fmt: skip
    # The heat capacity of air is 1006 J/(kg K) on both sides; that of the coil's rating rounds the same.
    assert gap == pytest.approx(p[f.PLANT_APPROACH], rel=1e-9)
    assert p[f.PLANT_REJECT_WET] == 0.0


def test_staging_and_condenser_pumps_reach_the_kernels() -> None:
    scenario = load(
        "hall-2mw",
        [f"{PLANT}.{text}" for text in (
            "chiller.staging=quick-start", "condenser_pumps=3", "condenser_pump_redundancy=N+1", "pump_failover=10 s",
            "cells=with-chillers", "economiser_approach=2 K", "economiser_at=alone", "economiser_band=1 K",
            "economiser_hold=10 min", "condenser_water={highest: 26 degC}",
        )],
    )  # fmt: skip
    site = build(scenario).site
    p, s = site.params["plant"][0, :, 0], site.states["plant"][0, :, 0]
    assert p[f.PLANT_STAGED] == 1.0
    assert p[f.PLANT_START_TIME] == 60.0
    assert p[f.PLANT_COND_CAPACITY] == 1.5
    assert p[f.PLANT_COND_DELAY] == 10.0
    assert p[f.PLANT_FREE_MODE] == f.FREE_ALONE
    assert (p[f.PLANT_FREE_BAND], p[f.PLANT_FREE_HOLD]) == (1.0, 600.0)
    assert (p[f.PLANT_COND_SET], p[f.PLANT_COND_RELIEF]) == (26.0, 1e30)
    assert p[f.PLANT_CELLS_FOLLOW] == 1.0
    # As many run at the start as the plant's heat takes, spares not.
    running = s[f.PLANT_MACHINE_ON_0 : f.PLANT_MACHINE_ON_0 + int(p[f.PLANT_CHILLERS])]
    assert running.sum() == s[f.PLANT_CHILLERS_ON] == p[f.PLANT_CHILLERS] - 1.0


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (("chiller.staging={type: quick-start, stage_down: 0.95}",), "must not be above stage_up"),
        (("chiller.staging=quick-stat",), "did you mean 'quick-start'"),
        (("condenser_pumps=2",), "chiller.staging"),
        (
            ("chiller.staging=quick-start", "condenser_pumps=2", "condenser_pump_redundancy=N+1"),
            "pump_failover",
        ),
        (
            ("chiller.staging=quick-start", "condenser_pump_redundancy=N+1", "pump_failover=5 s"),
            "condenser_pumps",
        ),
        (("economiser_at=series",), "economiser_approach"),
        (("condenser_water={}",), "highest, above_outside"),
        (("heat_rejection={type: tower-open, model: merkel}",), "water_air_ratio"),
        (("heat_rejection={type: dry-cooler-ntu, model: merkel}",), "is for wet-bulb"),
        (("heat_rejection={type: tower-merkel, water_air_ratio: 5}",), "it needs more air"),
        (("heat_rejection={type: dry-cooler-ntu, air_rise: 40 K}",), "leaves no approach"),
        (("heat_rejection={type: tower-open, pad_effectiveness: 0.8}",), "dry cooler of model e-ntu"),
        (("heat_rejection={type: dry-cooler-ntu, pad_effectiveness: 0.8}",), "together"),
        (("chiller={type: carrier-19xr-1143kw-vsd, count: 40, staging: quick-start}",), "at most 32"),
    ],
)
def test_what_does_not_go_together_is_refused(overrides: tuple[str, ...], message: str) -> None:
    assert message in refusal(*overrides)


def machine(folder: Path, **changes: object) -> dict[str, object]:
    """A table of two machines beside a scenario that names one."""
    row: dict[str, object] = {
        "name": "ElectricEIRChiller Ideal 1MW/5COP", "QEva_flow_nominal": -1e6, "COP_nominal": 5.0, "PLRMin": 0.1,
        "PLRMinUnl": 0.2, "PLRMax": 1.1, "mEva_flow_nominal": 30.0, "mCon_flow_nominal": 50.0,
        "TEvaLvg_nominal": 280.15, "TConEnt_nominal": 302.55, "TEvaLvgMin": 277.15, "TEvaLvgMax": 286.15,
        "TConEntMin": 285.15, "TConEntMax": 306.15,
        **{f"capFunT_{k}": 1.2 * (k == 0) for k in range(6)}, **{f"EIRFunT_{k}": 0.9 * (k == 0) for k in range(6)},
        **{f"EIRFunPLR_{k}": float(k == 1) for k in range(3)},
    } | changes  # fmt: skip
    with (folder / "machines.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
        writer.writerow(row | {"name": "Other 2MW/6COP", "QEva_flow_nominal": -2e6})
    return row


def scenario_with(folder: Path, curves: str, more: str = "") -> Path:
    path = folder / "site.yaml"
    text = f"""extends: hall-2mw
name: site
cooling:
  plants:
    plant-1:
      chiller: {{type: mcquay-wdc-1973kw, redundancy: N+1, curves: {curves}{more}}}
"""
    path.write_text(text, encoding="utf-8")
    return path


def test_a_chiller_of_a_table(tmp_path: Path) -> None:
    machine(tmp_path)
    path = scenario_with(tmp_path, "{file: machines.csv, name: Ideal 1MW/5COP}", ", plr_max: 1.05")
    chiller = load(path).cooling.plants["plant-1"].chiller
    assert chiller is not None
    assert (chiller.capacity, chiller.cop, chiller.plr_unload_min) == (1e6, 5.0, 0.2)
    assert (chiller.evaporator_min, chiller.condenser_max) == (4.0, 33.0)
    assert chiller.cap_ft == [1.2, 0.0, 0.0, 0.0, 0.0, 0.0]
    # Keys of the scenario stand before those of the table; the type gives what the table does not know.
    assert chiller.plr_max == 1.05
    assert chiller.restart_delay == 600.0
    p = build(load(path)).site.params["plant"][0, :, 0]
    assert p[f.PLANT_CAPACITY] == 1e6
    assert p[f.PLANT_PLR_UNLOAD] == 0.2


def test_a_table_is_scaled_to_its_reference_when_asked(tmp_path: Path) -> None:
    machine(tmp_path)
    rows = read_table(tmp_path / "machines.csv")
    row = rows["Ideal 1MW/5COP"]
    assert at_reference(row) == pytest.approx((1.2, 0.9, 1.0))
    assert normalised(row)["cap_ft"][0] == pytest.approx(1.0)
    assert chiller_values(row)["cap_ft"][0] == 1.2
    path = scenario_with(tmp_path, "{file: machines.csv, name: Ideal 1MW/5COP, normalised: true}")
    chiller = load(path).cooling.plants["plant-1"].chiller
    assert chiller is not None
    assert (chiller.cap_ft[0], chiller.eir_ft[0]) == pytest.approx((1.0, 1.0))


@pytest.mark.parametrize(
    ("curves", "changes", "message"),
    [
        ("{file: machines.csv, name: Ideal 1MW/6COP}", {}, "did you mean 'Ideal 1MW/5COP'"),
        ("{file: machine.csv, name: Ideal 1MW/5COP}", {}, "machines.csv"),
        ("{file: machines.csv, name: Ideal 1MW/5COP}", {"COP_nominal": "five"}, "expected a number"),
        ("{file: site.yaml, name: Ideal 1MW/5COP}", {}, "is no table of chillers"),
        ("{file: machines.csv}", {}, "required"),
        ("machines.csv", {}, "expected a mapping"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, curves: str, changes: dict[str, object], message: str
) -> None:
    machine(tmp_path, **changes)
    with pytest.raises(InputError) as caught:
        load(scenario_with(tmp_path, curves))
    assert message in str(caught.value)
    assert "site.yaml" in str(caught.value)


def test_water_outside_the_curves_is_advised_against() -> None:
    def said(*overrides: str) -> str:
        scenario = load("hall-2mw", [f"{PLANT}.{text}" for text in overrides])
        return "\n".join(line for line in advice(scenario, build(scenario)) if "plant-1" in line)

    assert "fitted" not in said()
    assert "held at the edge" in said("supply_temperature=18 degC")
    assert "entering the condenser" in said("condenser_water={highest: 40 degC}")
    assert "a start takes" in said("chiller.staging=guideline-36", "chiller.restart_delay=1 min")


def test_the_summary_tells_what_the_plants_have() -> None:
    bare = build(load("hall-2mw"))
    assert set(plant_summary(bare, bare.site.states["plant"][0])) == {"chiller_time"}
    full = build(
        load("hall-2mw", [f"{PLANT}.chiller.staging=quick-start", f"{PLANT}.economiser_approach=2 K"])
    )
    states = full.site.states["plant"][0].copy()
    states[f.PLANT_WATER] = 10.0
    states[f.PLANT_EVAPORATED] = 8.0
    states[f.PLANT_OUTSIDE_CURVES] = 60.0
    found = plant_summary(full, states)
    assert found["water_evaporated"][0] == 8.0
    assert {"economiser_time", "economiser_part_time", "chiller_starts", "chiller_outside_curves"} <= set(
        found
    )


def test_trips_returns_and_change_overs_are_told() -> None:
    site = build(load("hall-2mw", [f"{PLANT}.chiller.staging=quick-start"])).site
    before = modes(site.states)
    states = {name: block.copy() for name, block in site.states.items()}
    states["plant"][0, f.PLANT_CHILLER_TRIPS, 0] = 2.0
    states["plant"][0, f.PLANT_RESTARTING, 0] = 1.0
    states["plant"][0, f.PLANT_FREE_ON, 0] = 1.0
    tripped = modes(states)
    told = {kind: text for _, _, kind, _, text in happenings(site, before, tripped, 10.0)}
    assert told["chillers tripped"] == "2 of the chillers of plant-1 tripped."
    assert told["economiser open"] == "plant-1 opens its economiser."
    states["plant"][0, f.PLANT_RESTARTING, 0] = 0.0
    back = [kind for _, _, kind, _, _ in happenings(site, tripped, modes(states), 20.0)]
    assert back == ["chillers restarted"]


def test_chillers_and_condenser_pumps_can_fail() -> None:
    more = [
        f"{PLANT}.{text}"
        for text in ("chiller.staging=quick-start", "condenser_pumps=2", "pump_failover=10 s")
    ]
    scenario = load("hall-2mw", more)
    names = [fault.name for fault in typical_faults(scenario, build(scenario))]
    assert "chiller plant-1" in names
    assert "condenser-pump plant-1" in names
    bare = load("hall-2mw")
    assert "condenser-pump plant-1" not in [fault.name for fault in typical_faults(bare, build(bare))]
