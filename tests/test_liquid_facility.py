"""Liquid loops of a scenario: fluids, pipes, valves, leaks and rear doors as the builder makes them."""

from __future__ import annotations

import pytest

from twin.errors import InputError
from twin.facility import Facility, build, fluids
from twin.facility.fluids import exchanger_factor, film_factor, fluid, friction_factor
from twin.faults.compile import site_actions
from twin.kernels import fields as f
from twin.kernels.air import WATER_CP, WATER_DENSITY
from twin.scenario.load import load

LEAK = "cooling.cdus.cdu-1.leak={inventory: 400 L, flow: 20 L/min, level_min: 0.9}"


def built(*overrides: str, scenario: str = "campus-40mw") -> Facility:
    return build(load(scenario, overrides))


@pytest.mark.parametrize("name", ["water", "PG25"])
def test_the_tables_are_those_of_coolprop(name: str) -> None:
    """Within 0.2 %; on straight lines between ten kelvin viscosity errs by up to 3 %, at the cold end."""
    pytest.importorskip("CoolProp")
    from CoolProp.CoolProp import PropsSI

    label = {"water": "Water", "PG25": "INCOMP::MPG[0.25]"}[name]
    table = {"water": fluids.WATER, "PG25": fluids.PG25}[name]
    for temperature in (0.5, 5.0, 20.0, 32.0, 45.0, 79.0):
        got = fluids.tabulated(table, temperature)
        for key, value, limit in zip("CDVL", got, (2e-3, 2e-3, 0.06, 2e-3), strict=True):
            judge = PropsSI(key, "T", temperature + 273.15, "P", 3e5, label)
            assert value == pytest.approx(judge, rel=limit), (key, temperature)


def test_a_table_row_is_met_and_a_mixture_follows_the_table() -> None:
    assert fluids.tabulated(fluids.PG25, 40.0) == fluids.PG25[4]
    assert fluid("PG25", 40.0).cp == 3968.6
    pytest.importorskip("CoolProp")
    mixed = fluids.mixture("PG25", 40.0)
    assert mixed.cp == pytest.approx(3968.6, rel=1e-4)
    assert fluid("EG30", -10.0).density > fluid("EG30", 30.0).density > 1000.0


def test_water_is_the_water_of_every_other_model() -> None:
    water = fluid("water", 45.0)
    assert (water.cp, water.density) == (WATER_CP, WATER_DENSITY)
    assert film_factor(water) == exchanger_factor(water, water) == friction_factor(water) == 1.0


def test_glycol_carries_less_and_costs_more() -> None:
    """PG25 at 30 degC: 0.959 of the heat capacity of a volume, a film 0.68 of water's, 17 % more friction."""
    glycol = fluid("PG25", 30.0)
    assert glycol.volumetric / (WATER_CP * WATER_DENSITY) == pytest.approx(0.959, abs=0.001)
    assert film_factor(glycol) == pytest.approx(0.683, abs=0.005)
    assert friction_factor(glycol) == pytest.approx(1.169, abs=0.005)


def test_glycol_in_a_plant_reaches_coils_and_cdus() -> None:
    water, glycol = (
        built(),
        built("cooling.plants.plant-liquid.fluid=PG25", "cooling.cdus.cdu-1.coolant=PG25"),
    )
    p, q = water.site.params, glycol.site.params
    first = next(k for k, name in enumerate(water.site.names["cdu"]) if name.startswith("cdu-1."))
    other = next(k for k, name in enumerate(water.site.names["cdu"]) if name.startswith("cdu-2."))
    assert q["cdu"][0, f.CDU_CP, first] < 3970.0
    assert q["cdu"][0, f.CDU_CP, other] == WATER_CP
    for c in (first, other):
        assert q["cdu"][0, f.CDU_FLOW_PRIMARY, c] == pytest.approx(
            0.96 * p["cdu"][0, f.CDU_FLOW_PRIMARY, c], rel=5e-3
        )
        assert q["cdu"][0, f.CDU_UA, c] < p["cdu"][0, f.CDU_UA, c]
    assert q["cdu"][0, f.CDU_UA, first] < q["cdu"][0, f.CDU_UA, other]
    assert q["cdu"][0, f.CDU_PUMP_POWER, first] > p["cdu"][0, f.CDU_PUMP_POWER, first]


def test_an_unknown_fluid_is_refused_at_its_line() -> None:
    with pytest.raises(InputError, match=r"fluid.*PG1 to PG60"):
        load("hall-2mw", ["cooling.plants.plant-1.fluid=PG95"])


def test_a_mixture_without_coolprop_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "CoolProp.CoolProp", None)
    fluid.cache_clear()
    with pytest.raises(InputError, match=r"cooling\.plants\.plant-1\.fluid.*dctwin\[fluids\]"):
        built("cooling.plants.plant-1.fluid=EG37", scenario="hall-2mw")


def test_pipes_are_full_of_water_at_the_set_point() -> None:
    pipes = "{supply_volume: 6 m^3, return_volume: 3 m^3, loss: 90 W/K, ambient: 28 degC}"
    facility = built(f"cooling.plants.plant-1.pipes={pipes}", scenario="hall-2mw")
    p, s = facility.site.params["plant"][0, :, 0], facility.site.states["plant"][0, :, 0]
    assert p[f.PLANT_PIPE_SUPPLY] == pytest.approx(6.0 * WATER_CP * WATER_DENSITY)
    assert p[f.PLANT_PIPE_LOSS_SUPPLY] == pytest.approx(60.0)
    assert p[f.PLANT_PIPE_LOSS_RETURN] == pytest.approx(30.0)
    assert (s[f.PIPE_SUPPLY_0 : f.PIPE_SUPPLY_0 + 16] == s[f.PLANT_T]).all()


def test_a_loss_without_an_ambient_is_refused() -> None:
    with pytest.raises(InputError, match="add ambient"):
        load(
            "hall-2mw",
            ["cooling.plants.plant-1.pipes={supply_volume: 6 m^3, return_volume: 3 m^3, loss: 90 W/K}"],
        )


def test_only_chilled_water_pumps_follow_the_valves() -> None:
    control = "cooling.plants.plant-1.pump_control={flow_min: 0.3, head_share: 0.3}"
    p = built(control, scenario="hall-2mw").site.params["plant"][0, :, 0]
    assert 0.0 < p[f.PLANT_PUMP_VARIABLE] < p[f.PLANT_PUMP]
    assert built(scenario="hall-2mw").site.params["plant"][0, f.PLANT_PUMP_VARIABLE, 0] == 0.0


def test_rear_doors_stand_on_every_rack_of_their_group() -> None:
    door = "racks.cpu.rear_door={type: door-active-50kw, outlet_temperature: 24 degC}"
    plain, doored = built(scenario="hall-2mw").site, built(door, scenario="hall-2mw").site
    racks = doored.params["rack"][0]
    with_door = racks[f.RACK_DOOR_UA] > 0.0
    assert with_door.sum() == sum(name.startswith("cpu-") for name in doored.names["rack"])
    extra = racks[f.RACK_POWER_OTHER] - plain.params["rack"][0, f.RACK_POWER_OTHER]
    assert extra[with_door] == pytest.approx(700.0 * racks[f.RACK_COUNT][with_door])
    assert not extra[~with_door].any()
    hall = doored.params["hall"][0, f.HALL_DOOR_WATER].sum()
    assert hall == pytest.approx(racks[f.RACK_DOOR_WATER].sum())


def test_a_leak_is_a_part_that_can_fail_where_it_is_described() -> None:
    event = "events=[{type: failure, at: 10 s, unit: cdu-1.1, part: leak, repair: 60 s}]"
    scenario = load("campus-40mw", [event, LEAK])
    writes = site_actions(scenario, build(scenario)).writes
    assert [(w.time, w.block, w.row, w.value) for w in writes] == [
        (10.0, "cdu", f.CDU_LEAKS, 1.0), (70.0, "cdu", f.CDU_LEAKS, 0.0),
    ]  # fmt: skip
    bare = load("campus-40mw", [event])
    with pytest.raises(InputError, match=r"events\.0\.part.*give its CDUs a leak"):
        site_actions(bare, build(bare))
