"""What plants carry in their weather: closed forms, and what `twin check` says of it."""

from __future__ import annotations

import numpy as np
import pytest
from typer.testing import CliRunner

from twin.cli import app
from twin.design_weather import capacity, design_lines, plant_heat
from twin.errors import InputError
from twin.facility import build
from twin.facility.metered import PowerAsWork, rack_input
from twin.inputs import open_inputs
from twin.kernels import fields as f
from twin.scenario.load import load


def told(*overrides: str, name: str = "hall-2mw") -> list[tuple[str, str]]:
    scenario = load(name, overrides)
    return list(design_lines(scenario, build(scenario), open_inputs(scenario)))


def weather(dry: float, humidity: float) -> str:
    return f"signals.weather={{constant: {{dry_bulb: {dry} degC, relative_humidity: {humidity}}}}}"


def test_a_plant_without_chillers_carries_what_its_approach_lets_it() -> None:
    scenario = load("frontier")
    p = build(scenario).site.params["plant"][0]
    k, heat = 0, plant_heat(scenario, "plant-warm")
    span = p[f.PLANT_APPROACH, k] + p[f.PLANT_FREE_APPROACH, k]
    mild = capacity(p, k, heat, 24.0, 24.0)
    assert mild.heat == pytest.approx(p[f.PLANT_REJECT_RATED, k] * (26.0 - 24.0) / span)
    assert mild.water == pytest.approx(24.0 + span * heat / p[f.PLANT_REJECT_RATED, k])
    assert capacity(p, k, heat, 30.0, 30.0).heat == 0.0
    assert capacity(p, k, heat, -10.0, -10.0).heat == p[f.PLANT_REJECT_RATED, k]


def test_chillers_carry_never_more_when_it_is_hotter() -> None:
    scenario = load("heat-wave-phoenix")
    p = build(scenario).site.params["plant"][0]
    heats = [capacity(p, 0, 650e3, t, t).heat for t in np.arange(35.0, 51.0, 1.0)]
    assert np.all(np.diff(heats) < 0.0)
    # York YCAL0033EE at 10 degC water and 50 degC air: 0.662 of 100.6 kW each, by hand.
    assert capacity(p, 0, 650e3, 50.0, 50.0).heat == pytest.approx(8 * 100.582e3 * 0.662, rel=1e-3)


def test_check_tells_mild_weather_as_it_is_and_warns_of_hot_weather() -> None:
    ((kind, line),) = told()
    assert kind == "weather" and "carries 203% of the 1.95 MW" in line and "25.0 degC, wet bulb 17.9" in line
    ((kind, line),) = told(weather(38.0, 0.4))
    assert kind == "warning" and "beyond the chillers' curves, which end at 26.7 degC" in line
    warm = dict(told(weather(38.0, 0.4), name="frontier"))["warning"]
    assert "carries 0%" in warm or "beyond" in warm


def test_heat_waves_count_in_the_run() -> None:
    wave = "signals.weather.heat_waves=[{at: 1 min, duration: 3 min, rise: 15 K, dew_point_rise: 8 K, onset: 0 s}]"
    run = "run.duration=5 min"
    ((_, line),) = told(wave, run)
    assert "at the worst of the run: 40.0 degC" in line


def test_the_command_prints_it() -> None:
    result = CliRunner().invoke(app, ["check", "hall-2mw", "--set", weather(38.0, 0.4)])
    assert result.exit_code == 0
    assert "warning: cooling.plants.plant-1: at the worst of the run: 38.0 degC" in result.output


TRACE = "signals.workload.jobs={{file: {path}, reader: power, column: p, unit: MW}}"


def test_racks_draw_what_a_trace_of_power_says(tmp_path) -> None:
    path = tmp_path / "trace.csv"
    megawatts = 8.0 + np.arange(100.0) * 0.19
    path.write_text("t_s,p\n" + "".join(f"{15 * k},{p}\n" for k, p in enumerate(megawatts)))
    scenario = load("frontier", [TRACE.format(path=path)])
    work = open_inputs(scenario).workload[0][0]
    assert isinstance(work, PowerAsWork)
    t = 15.0 * np.arange(60.0)
    drawn = [74 * rack_input(scenario, scenario.racks["compute"], float(u)) for u in work.at(t)]
    assert np.array(drawn) / 1e6 == pytest.approx(megawatts[:60], rel=1e-9)
    assert work.power(t) == pytest.approx(megawatts[:60] * 1e6)


def test_power_that_the_racks_cannot_draw_is_refused(tmp_path) -> None:
    path = tmp_path / "trace.csv"
    path.write_text("t_s,p\n0,10\n450,3\n900,10\n")
    with pytest.raises(InputError) as caught:
        open_inputs(load("frontier", [TRACE.format(path=path)]))
    (problem,) = caught.value.problems
    assert problem.file == str(path) and problem.key == "signals.workload.jobs.file"
    assert "the first is 3000 kW, 450 s after the start" in problem.message


def test_all_of_the_outdoor_air_reaches_the_kernels() -> None:
    row = open_inputs(load("hall-2mw")).row(0)["signal"]
    assert row[f.SIG_T_DEW] == pytest.approx(13.9, abs=0.1)
    assert row[f.SIG_PRESSURE] == pytest.approx(99986.0, rel=1e-3)  # 112 m
    assert row[f.SIG_HUMIDITY] == pytest.approx(10.0e-3, rel=0.01)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        (
            "signals.weather.heat_waves=[{at: 0 s, duration: 1 h, rise: 5 K}]",
            "dew_point_rise: this key is required",
        ),
        (
            "signals.weather.heat_waves=[{at: 0 s, duration: 1 h, rise: 50 K, dew_point_rise: 0 K, onset: 0 s}]",
            "rise",
        ),
        (
            "signals.weather.design_day={by: dry-bulb, exceeded: 0.4 %}",
            "design_day: this key belongs to file",
        ),
        ("signals.weather.relative_humidity=0.5", "this key belongs to file"),
    ],
)
def test_slips_in_the_weather_are_named(override: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        load("hall-2mw", [override])
    assert said in str(caught.value)
