"""A year of trading by hand, and the reserve that no trade takes."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.operation import HOUR, Operation, Storage, arbitrage_year, one_way_efficiency, response_share
from twin.policies.arbitrage import carried_out, plan_arbitrage
from twin.scenario.load import load
from twin.sizing.study import fleet

MWH, MW = 3.6e9, 1e6


def days(count: int, low: float = 20.0, high: float = 100.0) -> np.ndarray:
    """Prices [money/J]: cheap from 0 to 6, dear from 18 to 20, between the two otherwise; synthetic."""
    day = np.full(24, 60.0)
    day[:6], day[18:20] = low, high
    return np.tile(day, count) / MWH


def unit(energy: float, low: float = 0.0, start: float = 1.0, **given: float) -> Storage:
    """A storage of 1 MW and `energy` MWh."""
    return Storage(energy * MWH, given.get("power", MW), given.get("delivered", MW), 0.95, low, 1.0, start)


def test_a_day_of_two_prices() -> None:
    # 1 MWh at 0.95 each way: the last day sells the full store at 100 and buys it back at 20 the next morning.
    year = arbitrage_year(days(10), unit(1.0), 24)
    sold, bought = 10 * 0.95 * 100.0, 9 / 0.95 * 20.0
    assert year.revenue == pytest.approx((sold - bought) * 8766.0 / 240.0, rel=1e-6)
    assert year.soc[0] == 1.0
    assert year.soc.max() <= 1.0 + 1e-9 and year.soc.min() >= -1e-9
    assert year.cycles == pytest.approx(9.5 * 8766.0 / 240.0, rel=1e-6)


def test_a_price_that_never_changes_earns_nothing() -> None:
    year = arbitrage_year(np.full(48, 80.0 / MWH), unit(1.0, 0.2, 0.9), 24)
    assert (year.revenue, year.cycles) == (0.0, 0.0)
    assert (year.soc == 0.9).all()


def test_no_storage_does_nothing() -> None:
    assert arbitrage_year(days(2), unit(0.0, 0.2, power=0.0), 24).revenue == 0.0


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.floats(-50.0, 300.0), min_size=24, max_size=72),
    st.floats(0.0, 1.0),
    st.floats(0.5, 8.0),
    st.sampled_from([6, 24, 48]),
)
def test_the_reserve_is_never_sold(prices: list[float], reserve: float, energy: float, horizon: int) -> None:
    year = arbitrage_year(np.array(prices) / MWH, unit(energy, reserve), horizon)
    assert year.soc.min() >= reserve - 1e-7
    assert year.soc.max() <= 1.0 + 1e-7
    step = np.abs(np.diff(year.soc)) * energy * MWH / HOUR
    assert step.max() <= MW / 0.95 * (1.0 + 1e-6)


def test_more_reserve_earns_no_more() -> None:
    revenue = [
        arbitrage_year(days(10), unit(4.0, reserve), 24).revenue for reserve in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    assert all(b <= a * (1.0 + 1e-9) for a, b in pairwise(revenue))
    assert revenue[0] > revenue[3] > revenue[4] == pytest.approx(0.0, abs=1e-6)


def test_nothing_is_sent_out_beyond_what_the_site_draws() -> None:
    year = arbitrage_year(days(10), unit(4.0, delivered=0.4 * MW), 24)
    free = arbitrage_year(days(10), unit(4.0), 24)
    assert year.power.max() == pytest.approx(0.4 * MW)
    assert year.power.min() < -0.4 * MW
    assert 0.0 < year.revenue < free.revenue


def test_days_without_a_spread_are_waited_out_full() -> None:
    price = np.concatenate([days(2), np.full(72, 60.0 / MWH)])
    year = arbitrage_year(price, unit(4.0, 0.25), 24)
    assert year.soc[48] < 0.8
    assert year.soc[54:] == pytest.approx(1.0)
    bought = (1.0 - year.soc[48]) * 4.0 / 0.95
    assert -year.power[48:].sum() / MW == pytest.approx(bought)


PRICES = st.lists(st.floats(-500.0, 500.0), min_size=1, max_size=36)


@settings(deadline=None, max_examples=40)
@given(PRICES, st.floats(0.0, 1.0), st.floats(0.0, 0.9), st.floats(0.3, 8.0), st.floats(0.1, 1.0))
def test_a_plan_can_be_followed(
    prices: list[float], start: float, reserve: float, energy: float, delivered: float
) -> None:
    price, most = np.array(prices) / MWH, energy * MWH
    low, high, held = min(reserve, start) * most, most, start * most
    plan = plan_arbitrage(price, HOUR, held, low, high, MW, 0.95, delivered * MW)
    assert (plan <= delivered * MW * (1.0 + 1e-9)).all() and (plan >= -MW * (1.0 + 1e-9)).all()
    for power in plan:
        done, after = carried_out(float(power), HOUR, held, low, high, 0.95)
        assert done == pytest.approx(power, abs=1.0)
        assert low - 1e-6 * most <= after <= high + 1e-6 * most
        held = after


def test_a_negative_price_is_not_an_oven() -> None:
    # Charging and discharging at once would be paid for its losses all day; a battery takes one fill.
    price = np.full(24, -100.0) / MWH
    price[20:] = 50.0 / MWH
    plan = plan_arbitrage(price, HOUR, 0.0, 0.0, 1.0 * MWH, MW, 0.9)
    bought = -plan[plan < 0.0].sum() * HOUR
    sold = plan[plan > 0.0].sum() * HOUR
    assert sold == pytest.approx(0.81 * bought, rel=1e-6)
    assert bought > 1.0 * MWH  # it empties again while it is paid to, and is filled once more


def test_a_repaired_plan_earns_nearly_what_the_best_does() -> None:
    # Every plan of five hours at a fifth of the power, tried one by one.
    rng = np.random.default_rng(1)
    for _ in range(6):
        price = rng.uniform(-100.0, 60.0, 5) / MWH
        value = float(np.median(price))

        def worth(plan: np.ndarray, price: np.ndarray = price, value: float = value) -> float:
            held, earned = 0.5 * MWH, 0.0
            for power, p in zip(plan, price, strict=True):
                done, held = carried_out(float(power), HOUR, held, 0.0, MWH, 0.9)
                earned += done * p * HOUR
            return earned + held * value

        best = max(worth(np.array(tried)) for tried in product(np.linspace(-MW, MW, 7), repeat=5))
        found = worth(plan_arbitrage(price, HOUR, 0.5 * MWH, 0.0, MWH, MW, 0.9))
        assert found >= best - 0.05 * abs(best)


def test_response_needs_room_both_ways() -> None:
    year = Operation(np.array([1.0, 0.9, 0.8, 0.4, 0.3]), np.array([0.0, 0.0, 0.5, 0.0]) * MW, 0.0, 0.0)
    storage = unit(4.0)
    # 0.4 MW for 1 h: 0.105 of the charge to deliver, 0.095 of room to take.
    assert response_share(year, storage, 0.4 * MW, 3600.0, 0.15) == 0.75
    assert response_share(year, storage, 0.4 * MW, 3600.0, 0.2) == 0.5
    assert response_share(year, storage, 0.6 * MW, 900.0, 0.0) == 0.5
    assert response_share(year, storage, 2.0 * MW, 1.0, 0.0) == 0.0
    assert response_share(year, storage, 0.0, 1.0, 0.0) == 0.0


def test_charge_at_a_time_is_read_between_hours() -> None:
    year = Operation(np.array([0.0, 1.0, 0.5]), np.zeros(2), 0.0, 0.0)
    assert year.soc_at(np.array([0.0, 1800.0, 5400.0, 1e9])).tolist() == [0.0, 0.5, 0.75, 0.5]


def test_efficiency_is_that_of_converter_and_cells() -> None:
    scenario = load("replace-diesel")
    assert scenario.study is not None
    every = fleet(scenario, scenario.study)
    v = next(k for k, d in enumerate(every.designs) if (d.storage_power, d.storage_energy) == (4e6, 16 * MWH))
    found = one_way_efficiency(every.facility.site, v, every.storage)
    # Converter 1 / 1.02489 at full power; the cells at C/4: 70 A through 0.5 mohm on 3.29 V is 1.1 %.
    assert found == pytest.approx((1 - 70.0 * 0.5e-3 / 3.29) / 1.02489, abs=2e-3)
