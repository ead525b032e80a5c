"""A heat network by weather: degree days, the heating curve, the hours of the day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from twin.scenario.heat import HeatNetwork
from twin.signals.heat_network import HeatNetworkSignal
from twin.signals.weather import Weather

Array = NDArray[np.float64]
DAY = 86400.0
BY_WEATHER = {
    "peak": "10 MW", "hot_water": "1 MW", "design_temperature": "-10 degC", "heating_limit": "15 degC",
    "heating_curve": [{"outdoor": "-10 degC", "supply": "80 degC"}, {"outdoor": "10 degC", "supply": "60 degC"}],
    "return_temperature": "40 degC",
}  # fmt: skip


class Air:
    """Dry bulb as a function of time."""

    def __init__(self, dry_bulb: float, after: float | None = None) -> None:
        self.first, self.then = dry_bulb, dry_bulb if after is None else after

    def at(self, t: Array) -> Weather:
        dry = np.where(t < 2.0 * DAY, self.first, self.then)
        return Weather(dry, dry, dry, dry, dry, dry)


def network(dry_bulb: float, after: float | None = None, **changes: Any) -> HeatNetworkSignal:
    model = HeatNetwork.model_validate({k: v for k, v in (BY_WEATHER | changes).items() if v is not None})
    return HeatNetworkSignal(model, Air(dry_bulb, after), 0.0, "UTC")


@pytest.mark.parametrize(
    ("outdoor", "demand", "supply"),
    [(-10.0, 10e6, 80.0), (2.5, 5.5e6, 67.5), (15.0, 1e6, 60.0), (30.0, 1e6, 60.0), (-20.0, 13.6e6, 80.0)],
)
def test_demand_and_supply_by_the_weather(outdoor: float, demand: float, supply: float) -> None:
    found = network(outdoor).at(np.array([3.0 * DAY]))
    assert found.demand[0] == pytest.approx(demand)
    assert found.supply[0] == pytest.approx(supply)
    assert found.back[0] == 40.0


def test_buildings_answer_the_mean_of_the_last_day() -> None:
    found = network(15.0, -10.0).at(2.0 * DAY + np.array([0.0, 0.5, 1.0]) * DAY).demand
    assert found[0] == pytest.approx(1e6, rel=0.4)
    assert found[1] == pytest.approx(5.5e6, rel=0.05)
    assert found[2] == pytest.approx(10e6)


def test_hours_shape_the_day_and_keep_its_sum() -> None:
    hours = [0.5] * 12 + [1.5] * 12
    found = network(15.0, hours=hours).at(np.arange(24) * 3600.0).demand
    assert found.mean() == pytest.approx(1e6)
    assert found[0] == pytest.approx(0.5e6) and found[23] == pytest.approx(1.5e6)


def test_a_constant_network() -> None:
    changes = dict.fromkeys(("peak", "hot_water", "design_temperature", "heating_limit", "heating_curve"))
    found = network(-30.0, constant="3 MW", supply_temperature="45 degC", **changes).at(np.zeros(2))
    assert found.demand.tolist() == [3e6, 3e6] and found.supply.tolist() == [45.0, 45.0]
