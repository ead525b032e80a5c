"""Cold stores from a scenario: built, refused, commanded by a policy, and recorded."""

from __future__ import annotations

import numpy as np
import pytest

from twin.channels import site_values
from twin.engine import go
from twin.errors import InputError
from twin.facility import Facility, build
from twin.happenings import cold_happenings
from twin.kernels import fields as f
from twin.kernels.stratified_tank import LAYERS
from twin.policies import Controls, make_policies
from twin.policies.arbitrage import plan_arbitrage
from twin.policies.control import View
from twin.policies.cooling import CoolingShift, limits
from twin.run import prepare
from twin.scenario.load import load
from twin.summary import store_summary
from twin.validation.cold_store.case import FULL, NO_POLICY, SITE

TANK = (
    "cooling.plants.plant-1.cold_tank={type: tank-chilled-water, volume: 400 m^3, height: 8 m, temperature_rise: 5 K, "
    "charge_power: 500 kW, discharge_power: 2 MW, reserve: 0.3, initial_charge: 0.47}"
)
ICE = (
    "cooling.plants.plant-1.ice_store={type: ice-on-coil, energy: 4 MWh, temperature_rise: 5 K, "
    "charge_power: 500 kW, discharge_power: 2 MW, reserve: 0.3, initial_charge: 0.47}"
)
SHIFT = "policies=[{type: cooling-shift, plants: plant-1, horizon: 24 h}]"


def built(*overrides: str) -> Facility:
    return build(load("hall-2mw", overrides))


def test_a_tank_holds_its_water_and_its_charge() -> None:
    site = built(TANK).site
    p, s = site.params["plant"][0][:, 0], site.states["plant"][0][:, 0]
    assert p[f.PLANT_STORE_LAYER] * LAYERS == pytest.approx(400.0)
    assert p[f.PLANT_STORE_FLOW] * p[f.PLANT_STORE_HEAT] * 5.0 == pytest.approx(2e6)
    # 0.59 W/(m K) across 50 m2 and 0.4 m.
    assert p[f.PLANT_STORE_EXCHANGE] == pytest.approx(0.59 * 50.0 / 0.4)
    layers = s[f.PLANT_TANK_0 : f.PLANT_TANK_0 + LAYERS + 1]
    assert layers[-1] == 12.0
    assert layers[0] == 17.0
    assert np.mean(layers[1:]) == pytest.approx(17.0 - 5.0 * 0.47)
    assert s[f.PLANT_STORE_STORED] == pytest.approx(p[f.PLANT_STORE_HEAT] * 400.0 * np.mean(layers[1:]))


def test_full_ice_gives_its_power_at_its_rise() -> None:
    p = built(ICE).site.params["plant"][0][:, 0]
    rate = p[f.PLANT_STORE_FLOW] * p[f.PLANT_STORE_HEAT]
    assert rate * -np.expm1(-p[f.PLANT_ICE_UA] / rate) * 17.0 == pytest.approx(2e6)


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        ((TANK, ICE), "one cold store"),
        ((TANK.replace("volume: 400 m^3, ", ""),), "volume"),
        ((TANK.replace("tank-chilled-water", "tank-chiled-water"),), "tank-chilled-water"),
        ((ICE, "cooling.plants.plant-1.chiller=null"), "freeze"),
        ((TANK, "cooling.plants.plant-1.supply_temperature=2 degC"), "4 degC"),
        ((SHIFT.replace("plant-1", "plant-2"),), "unknown plant"),
    ],
)
def test_what_cannot_be_is_refused(overrides: tuple[str, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        built(*overrides)


def test_a_policy_needs_a_store_to_shift() -> None:
    scenario = load("hall-2mw", [SHIFT])
    with pytest.raises(InputError, match="no cold store"):
        make_policies(scenario, build(scenario))


def test_controls_leave_set_points_alone_unless_told() -> None:
    site = built(TANK).site
    controls = Controls.at_rest(2, site, np.zeros(2), np.zeros(len(f.SIGNAL.params)))
    rows = dict(controls.commands()["plant"])
    assert not rows[f.PLANT_T_SHIFT].any()
    assert not rows[f.PLANT_STORE_COMMANDED].any()
    assert not rows[f.PLANT_STORE_SETPOINT].any()
    controls.store_heat[1, 0] = -3e5
    rows = dict(controls.commands()["plant"])
    assert rows[f.PLANT_STORE_COMMANDED].tolist() == [[0.0], [1.0]]
    assert rows[f.PLANT_STORE_SETPOINT].tolist() == [[0.0], [-3e5]]


def test_the_plan_charges_no_faster_than_chillers_can() -> None:
    price = np.array([1.0, 1.0, 4.0, 4.0, 1.0, 1.0])
    plan = plan_arbitrage(price, 3600.0, 0.0, 0.0, 3.6e9, 1e6, 0.99, 1e6, 2e5)
    assert plan.min() == pytest.approx(-2e5)
    assert plan[2:4].sum() == pytest.approx(2 * 2e5 * 0.99**2, rel=1e-6)


def test_limits_are_those_of_chillers_flow_and_load() -> None:
    site = built(TANK).site
    p, s = site.params["plant"][0], site.states["plant"][0].copy()
    s[f.PLANT_LOAD] = 1e6
    s[f.PLANT_T_RETURN] = 14.0
    taken, given = limits(p, s, 0)
    assert taken == 5e5
    assert given == pytest.approx(2e6 * 2.0 / 5.0)


def test_the_log_tells_of_a_ride() -> None:
    site = built(TANK).site
    rest, ride, empty = (np.array([[mode]]) for mode in (f.COLD_RESTS, f.COLD_RIDES, f.COLD_EMPTY))
    told = [
        list(cold_happenings(site, a, b))
        for a, b in ((rest, ride), (ride, empty), (empty, rest), (rest, rest))
    ]
    assert [event[0][1] for event in told[:3]] == [
        "cold store takes over",
        "cold store empty",
        "cold store relieved",
    ]
    assert told[0][0][2:] == ("plant-1", "The cold store of plant-1 takes what its machines leave.")
    assert told[3] == []


class Warmer:
    """Raises every set point and orders a heat of the store."""

    def act(self, view: View, controls: Controls) -> None:
        controls.hall_shift[:] = 1.5
        controls.plant_shift[:] = 2.0
        controls.store_heat[:] = 4e5


def test_a_policy_moves_set_points_and_orders_stores() -> None:
    scenario = load(SITE, [NO_POLICY, FULL, "run.duration=40 min"])
    run, _ = prepare(scenario, "cpu", [Warmer()])
    go(run)
    states = run.machine.states()
    assert states["plant"][0, f.PLANT_T, 0] == pytest.approx(12.0, abs=0.05)
    assert states["plant"][0, f.PLANT_Q_STORE, 0] == pytest.approx(4e5, rel=1e-6)
    assert states["hall"][0, f.HALL_T_COIL, 0] == pytest.approx(25.5, abs=0.1)
    summary = store_summary(build(scenario), states["plant"][0])
    # In the first minutes the loop warms to its new set point, and there is nothing to take.
    assert 0.9 * 4e5 * 2400.0 < summary["energy_cold_taken"][0] < 4e5 * 2400.0
    assert site_values(states, run.inputs.row(0), run.site)["cold_store"][0] == summary["cold_store_end"][0]


def test_a_resumed_policy_goes_on_with_its_plan() -> None:
    first, second = CoolingShift([0], 86400.0), CoolingShift([0], 86400.0)
    assert first.memory() == {}
    second.recall({})
    first._planned, first._heat = 5, np.array([[3e5]])
    second.recall(first.memory())
    assert second._planned == 5
    assert second._heat is first._heat
