"""A year of trading by hand, and the reserve that no trade takes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.operation import HOUR, Operation, arbitrage_year, one_way_efficiency
from twin.scenario.load import load
from twin.sizing.study import fleet

MWH, MW = 3.6e9, 1e6


def days(count: int, low: float = 20.0, high: float = 100.0) -> np.ndarray:
    """Prices [money/J]: cheap from 0 to 6, dear from 18 to 20, between the two otherwise; synthetic."""
    day = np.full(24, 60.0)
    day[:6], day[18:20] = low, high
    return np.tile(day, count) / MWH


def test_a_day_of_two_prices() -> None:
    # 1 MWh at 0.95 each way: the last day sells the full store at 100 and buys it back at 20 the next morning.
    year = arbitrage_year(days(10), 1 * MWH, 1 * MW, 0.95, 0.0, 1.0, 1.0, 24)
    sold, bought = 10 * 0.95 * 100.0, 9 / 0.95 * 20.0
    assert year.revenue == pytest.approx((sold - bought) * 8766.0 / 240.0, rel=1e-6)
    assert year.soc[0] == 1.0
    assert year.soc.max() <= 1.0 + 1e-9 and year.soc.min() >= -1e-9
    assert year.cycles == pytest.approx(9.5 * 8766.0 / 240.0, rel=1e-6)


def test_a_price_that_never_changes_earns_nothing() -> None:
    year = arbitrage_year(np.full(48, 80.0 / MWH), MWH, MW, 0.95, 0.2, 1.0, 0.9, 24)
    assert (year.revenue, year.cycles) == (0.0, 0.0)
    assert (year.soc == 0.9).all()


def test_no_storage_does_nothing() -> None:
    assert arbitrage_year(days(2), 0.0, 0.0, 0.95, 0.2, 1.0, 1.0, 24).revenue == 0.0


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.floats(-50.0, 300.0), min_size=24, max_size=72),
    st.floats(0.0, 1.0),
    st.floats(0.5, 8.0),
    st.sampled_from([6, 24, 48]),
)
def test_the_reserve_is_never_sold(prices: list[float], reserve: float, energy: float, horizon: int) -> None:
    year = arbitrage_year(np.array(prices) / MWH, energy * MWH, MW, 0.95, reserve, 1.0, 1.0, horizon)
    assert year.soc.min() >= reserve - 1e-7
    assert year.soc.max() <= 1.0 + 1e-7
    step = np.abs(np.diff(year.soc)) * energy * MWH / HOUR
    assert step.max() <= MW / 0.95 * (1.0 + 1e-6)


def test_more_reserve_earns_no_more() -> None:
    revenue = [
        arbitrage_year(days(10), 4 * MWH, MW, 0.95, reserve, 1.0, 1.0, 24).revenue
        for reserve in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    assert all(b <= a * (1.0 + 1e-9) for a, b in pairwise(revenue))
    assert revenue[0] > revenue[3] > revenue[4] == pytest.approx(0.0, abs=1e-6)


def test_charge_at_a_time_is_read_between_hours() -> None:
    year = Operation(np.array([0.0, 1.0, 0.5]), 0.0, 0.0)
    assert year.soc_at(np.array([0.0, 1800.0, 5400.0, 1e9])).tolist() == [0.0, 0.5, 0.75, 0.5]


def test_efficiency_is_that_of_converter_and_cells() -> None:
    scenario = load("replace-diesel")
    assert scenario.study is not None
    every = fleet(scenario, scenario.study)
    v = next(k for k, d in enumerate(every.designs) if (d.storage_power, d.storage_energy) == (4e6, 16 * MWH))
    found = one_way_efficiency(every.facility.site, v, every.storage)
    # Converter 1 / 1.02489 at full power; the cells at C/4: 70 A through 0.5 mohm on 3.29 V is 1.1 %.
    assert found == pytest.approx((1 - 70.0 * 0.5e-3 / 3.29) / 1.02489, abs=2e-3)
