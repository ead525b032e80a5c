"""Advice: each check speaks up for the slip it is for, with its numbers, and is silent otherwise."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from twin.advice import advice
from twin.cli import app
from twin.facility import build
from twin.scenario.load import load

BESS = (
    "electrical.storage={bess-a: {bus: bus-a, battery: {type: lfp-280ah}, converter: {type: pcs-generic}, "
    "power: 1 MW, energy: 2 MWh, reserve: 0.5, initial_soc: 0.4}}"
)
SAG = "events=[{type: sag, at: 1 s, duration: 60 ms, residual: 0.3, feeds: all}]"
SERVICE = "policies=[{type: dynamic-containment, ups: [ups-1], power: POWER, reserve: RESERVE}]"
NO_SETS = (
    "electrical.generators={}", "electrical.buses.bus-a.sequence=null", "electrical.buses.bus-b.sequence=null"
)  # fmt: skip


def told(*overrides: str, name: str = "hall-2mw") -> list[str]:
    scenario = load(name, overrides)
    return advice(scenario, build(scenario))


@pytest.mark.parametrize("name", ["hall-2mw", "demo"])
def test_sound_scenarios_draw_no_advice(name: str) -> None:
    assert told(name=name) == []


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (
            ("electrical.ups.ups-1.type=ups-eco", "electrical.ups.ups-1.eco_transfer=15 ms"),
            "ups-1.eco_transfer: leaving eco mode takes 0.015 s, but .* racks.cpu hold up for 0.011 s",
        ),
        (("electrical.ups.ups-1.modules=8",), "ups-1.A may have to carry 2.12 MW .* rated 2.00 MW"),
        (("electrical.generators.gen-a.start_delay=20 min",), "ups-1.A carries its racks for about .* after 20.2 min"),
        (NO_SETS, "bus-a has neither generators nor storage, so ups-1.A carries its racks"),
        (("electrical.ups.ups-1.battery.autonomy=2 min",), "2 min were asked for, .* 381 kWh .* about 10 min"),
        (("electrical.generators.gen-a.count=1",), "bus-a may have to carry 2.[0-9]+ MW .* rated 2.00 MW"),
        (("electrical.buses.bus-a.transformer.count=1",), "buses.bus-a: .* its transformers are rated 2.50 MW"),
        (("racks.gpu.racks_per_pdu=10",), "racks.gpu: 10 racks draw up to .* rated 300 kW"),
        (("cooling.halls.hall-1.fans_on=bus-a",), "hall-1.fans_on: the fans are not on a UPS"),
        (("cooling.plants.plant-1.pumps_on=null",), "plant-1.pumps_on: the water pumps are not on a UPS"),
        (("cooling.halls.hall-1.air_handler={type: crah-120kw, count: 3}",), "its air handlers move 360 kW"),
        (
            ("cooling.plants.plant-1.chiller={type: carrier-19xr-1143kw-vsd, count: 1}",),
            "plants.plant-1: it takes 1.9[0-9] MW .* rated 1.14 MW",
        ),
        ((BESS,), "bess-a: it starts at a charge of 40%, below its reserve of 50%"),
        (
            (SERVICE.replace("POWER", "1 MW").replace("RESERVE", "0.5"), "electrical.ups.ups-1.initial_soc=0.3"),
            "ups-1: its battery starts at a charge of 30%, below the 50%",
        ),
        ((SERVICE.replace("POWER", "50 MW").replace("RESERVE", "0.5"),), "50.00 MW is offered"),
        (("electrical.frequency=60 Hz",), "bus-a.transfer: it accepts 47 to 52 Hz, so it never takes mains of 60 Hz"),
        (
            ("run.step=100 ms", "record.trace=null", SAG),
            "the sag lasts 0.06 s, less than run.step, 0.1 s",
        ),
        (("run.duration=2 min",), "the outage lasts until 3 min, but the run ends at 2 min"),
    ],
)  # fmt: skip
def test_each_slip_is_told_once(overrides: tuple[str, ...], expected: str) -> None:
    sentences = told(*overrides)
    assert len([sentence for sentence in sentences if re.search(expected, sentence)]) == 1, sentences


def test_a_reserve_shortens_what_the_battery_can_bridge() -> None:
    late = "electrical.generators.gen-a.start_delay=7 min"
    assert not [line for line in told(late) if "carries its racks" in line]
    kept = SERVICE.replace("POWER", "1 MW").replace("RESERVE", "0.5")
    assert len([line for line in told(late, kept) if "carries its racks" in line]) == 1


def test_check_prints_it_and_still_says_ok() -> None:
    done = CliRunner().invoke(
        app, ["check", "hall-2mw", *(word for given in NO_SETS for word in ("--set", given))]
    )
    assert done.exit_code == 0
    assert "warning: electrical.ups.ups-1: bus-a has neither generators nor storage" in done.stdout
    assert done.stdout.splitlines()[-1] == "ok"


def test_heat_reuse_that_looks_like_a_slip() -> None:
    reuse = "cooling.plants.plant-warm.heat_reuse"
    assert told(name="park-heat-reuse") == []
    still = [f"{reuse}.store=null", "signals.heat.hot_water=500 kW"]
    assert any("without a store it stands still" in line for line in told(*still, name="park-heat-reuse"))
    assert any(
        "racks give the plant" in line for line in told(f"{reuse}.heat_power=20 MW", name="park-heat-reuse")
    )
    nothing = told(f"{reuse}=null", name="park-heat-reuse")
    assert any("nothing is sold" in line for line in nothing)
