"""What a scenario says of heat reuse and heat networks, and what of it does not fit together."""

from __future__ import annotations

import pytest

from twin.errors import InputError
from twin.facility import build
from twin.kernels import fields as f
from twin.scenario import load

NAME = "park-heat-reuse"
REUSE = "cooling.plants.plant-warm.heat_reuse"


def test_the_map_and_the_store_reach_the_kernels() -> None:
    facility = build(load(NAME))
    k = facility.site.names["plant"].index("plant-warm")
    p, s = facility.site.params["plant"][0, :, k], facility.site.states["plant"][0, :, k]
    assert p[f.HEAT_NETWORK] == 1.0 and p[f.HEAT_SHARE] == 1.0
    assert p[f.HEAT_MAP_SOURCE_0 : f.HEAT_MAP_SOURCE_0 + 5].tolist() == [15.0, 25.0, 35.0, 45.0, 55.0]
    row = f.HEAT_MAP_COP_0 + 2 * f.HEAT_MAP_POINTS + 2
    assert p[row] == 4.83
    assert p[f.HEAT_STORE_LAYER] == pytest.approx(30.0)
    assert s[f.HEAT_STORE_0] == 25.0 and s[f.HEAT_RUNNING] == 1.0
    other = facility.site.params["plant"][0, :, 1 - k]
    assert other[f.HEAT_NETWORK] == 0.0 and other[f.HEAT_SHARE] == 0.0


def test_two_plants_share_the_demand_by_what_they_can_deliver() -> None:
    more = (
        "cooling.plants.plant-air.heat_reuse={type: heat-pump-lorenz-05, heat_power: 1 MW, price: 25 EUR/MWh}"
    )
    site = build(load(NAME, [more])).site
    shares = dict(zip(site.names["plant"], site.params["plant"][0, f.HEAT_SHARE], strict=True))
    assert shares == pytest.approx({"plant-warm": 0.8, "plant-air": 0.2})


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (f"{REUSE}.supply_temperature=70 degC", "the heat network says it"),
        ("signals.heat=null", "required without a heat network"),
        ("signals.heat.return_temperature=70 degC", "must be below the supply of 60 degC"),
        ("signals.heat.hot_water=7 MW", "must not be more than peak"),
        ("signals.heat.heating_limit=-20 degC", "must be colder than heating_limit"),
        ("signals.heat.constant=5 MW", "exactly one of constant, peak"),
        ("signals.heat.supply_temperature=70 degC", "exactly one of supply_temperature, heating_curve"),
        (f"signals.heat.hours=[{', '.join(['2'] * 24)}]", "their mean must be 1, found 2"),
        (f"{REUSE}.lorenz_efficiency=0.5", "exactly one of lorenz_efficiency, map"),
        (
            f"{REUSE}.map={{source: [10 degC], sink: [50 degC, 60 degC], cop: [[3]], capacity: [[1, 1]]}}",
            "expected a row per source",
        ),
        (f"{REUSE}.store.volume=0 m^3", "a volume above zero"),
        (f"{REUSE}.exchangr=4 kW/K", "did you mean 'exchanger'"),
    ],
)
def test_what_does_not_fit_is_refused(override: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load(NAME, [override])


def test_a_supply_above_what_the_heat_pump_delivers_is_refused() -> None:
    pump = "{type: heat-pump-lorenz-05, heat_power: 1 MW, supply_temperature: 95 degC, price: 25 EUR/MWh}"
    with pytest.raises(InputError, match="at most 85 degC"):
        load("frontier", [f"cooling.plants.plant-warm.heat_reuse={pump.replace('EUR', 'USD')}"])


def test_steps_that_follow_have_their_own_order() -> None:
    with pytest.raises(InputError, match=r"coarse_step '45 s' must divide coarse_thermal_step"):
        load(NAME, ["run.coarse_step=45 s"])
    with pytest.raises(InputError, match="steps of one length"):
        load(NAME, ["record.trace=1 s"])
    assert load(NAME, ["run.coarse_step=30 s"]).run.coarse_thermal_step == 60.0
