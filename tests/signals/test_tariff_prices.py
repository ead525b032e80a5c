"""Tariffs: every minute of the year once, in local time, at the published ratios."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.errors import InputError
from twin.signals.tariff import ContractCapacity, Flat, GreenCertificate, MaximumDemand, Spot, Tariff
from twin.signals.time_of_use import Period, TimeOfUse

# Shandong 2026, ratios to flat: sharp +100 %, peak +70 %, valley -70 %, deep valley -90 % (secondary source;
# the windows of September to November were not found and are flat here).
RATIO = {"sharp": 2.0, "peak": 1.7, "flat": 1.0, "valley": 0.3, "deep valley": 0.1}
SHANDONG = {
    (12, 1, 2): {
        "deep valley": [(11, 14)],
        "valley": [(2, 6), (10, 11), (14, 15)],
        "peak": [(7, 9), (19, 21)],
        "sharp": [(16, 19)],
    },
    (3, 4, 5): {
        "deep valley": [(11, 14)],
        "valley": [(10, 11), (14, 15)],
        "peak": [(20, 22)],
        "sharp": [(17, 20)],
    },
    (6,): {"valley": [(7, 12)], "peak": [(16, 17), (22, 23)], "sharp": [(17, 22)]},
    (7, 8): {"valley": [(1, 6)], "peak": [(16, 17), (22, 23)], "sharp": [(17, 22)]},
}
FLAT_PRICE = 0.65 / 3.6e6


def shandong_periods(autumn=True):
    periods = [
        Period(name, RATIO[name], months, tuple((float(a), float(b)) for a, b in windows))
        for months, day in SHANDONG.items()
        for name, windows in day.items()
    ]
    months = tuple(range(1, 13)) if autumn else (12, 1, 2, 3, 4, 5, 6, 7, 8)
    return [*periods, Period("flat", 1.0, months, None)]


def shandong():
    return TimeOfUse("Asia/Shanghai", FLAT_PRICE, shandong_periods())


@pytest.mark.parametrize(
    ("month", "hours"),
    [
        (1, {"sharp": 3, "peak": 4, "flat": 8, "valley": 6, "deep valley": 3}),
        (4, {"sharp": 3, "peak": 2, "flat": 14, "valley": 2, "deep valley": 3}),
        (6, {"sharp": 5, "peak": 2, "flat": 12, "valley": 5}),
        (8, {"sharp": 5, "peak": 2, "flat": 12, "valley": 5}),
    ],
)
def test_shandongs_five_periods_hour_by_hour(month, hours):
    tariff = shandong()
    start = datetime(2026, month, 15, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
    time = start + 3600.0 * np.arange(24)
    names = [tariff.periods[i].name for i in tariff.period_at(time)]
    assert {name: names.count(name) for name in hours} == hours
    assert tariff.price_at(time) * 3.6e6 == pytest.approx([0.65 * RATIO[name] for name in names])


def test_shandong_sharp_hour_in_utc():
    tariff = shandong()
    time = [datetime.fromisoformat(t).timestamp() for t in ("2026-01-15T07:59:59Z", "2026-01-15T08:00:00Z")]
    assert tariff.price_at(np.array(time)) * 3.6e6 == pytest.approx([0.65, 1.30])


def test_months_without_periods_are_named():
    with pytest.raises(InputError, match="no period covers month 9, Monday, 00:00"):
        TimeOfUse("Asia/Shanghai", FLAT_PRICE, shandong_periods(autumn=False))


@given(month=st.integers(1, 12), minute=st.integers(0, 1438), length=st.integers(1, 300))
def test_any_hole_is_named_by_month_and_minute(month, minute, length):
    end = min(minute + length, 1440)
    others = tuple(m for m in range(1, 13) if m != month)
    windows = [w for w in ((0.0, minute / 60.0), (end / 60.0, 24.0)) if w[0] < w[1]]
    periods = [Period("a", 1.0, others, None), Period("a", 1.0, (month,), tuple(windows))]
    with pytest.raises(InputError, match=f"month {month}, Monday, {minute // 60:02d}:{minute % 60:02d}"):
        TimeOfUse("UTC", 1.0, periods)


@given(st.data())
def test_any_overlap_is_named(data):
    split = data.draw(st.integers(1, 1439))
    extra = data.draw(st.integers(1, split))
    periods = [
        Period("low", 1.0, tuple(range(1, 13)), ((0.0, split / 60.0),)),
        Period("high", 2.0, tuple(range(1, 13)), (((split - extra) / 60.0, 24.0),)),
    ]
    with pytest.raises(InputError, match="periods 'low' and 'high' both cover month 1, Monday"):
        TimeOfUse("UTC", 1.0, periods)


@given(cuts=st.sets(st.integers(1, 1439), max_size=6), instant=st.integers(0, 366 * 86400 - 1))
def test_any_partition_of_the_day_prices_every_instant_by_its_local_clock(cuts, instant):
    edges = [0, *sorted(cuts), 1440]
    periods = [
        Period(f"p{i}", float(i), tuple(range(1, 13)), ((a / 60.0, b / 60.0),))
        for i, (a, b) in enumerate(pairwise(edges))
    ]
    zone = ZoneInfo("Europe/Berlin")
    local = (datetime.fromisoformat("2024-01-01T00:00:00Z") + timedelta(seconds=instant)).astimezone(zone)
    minute = local.hour * 60 + local.minute
    expected = next(i for i in range(len(edges) - 1) if edges[i] <= minute < edges[i + 1])
    assert TimeOfUse("Europe/Berlin", 1.0, periods).price_at(np.array([local.timestamp()]))[0] == expected


def test_weekdays_have_their_own_periods():
    work, weekend = (1, 2, 3, 4, 5), (6, 7)
    year = tuple(range(1, 13))
    tariff = TimeOfUse(
        "Europe/Berlin",
        1.0,
        [
            Period("day", 2.0, year, ((8.0, 20.0),), work),
            Period("night", 1.0, year, None, work),
            Period("weekend", 0.5, year, None, weekend),
        ],
    )
    friday = datetime(2024, 7, 5, 12, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
    assert tariff.price_at(friday + 86400.0 * np.arange(4)).tolist() == [2.0, 0.5, 0.5, 2.0]


@pytest.mark.parametrize("window", [(9.0, 9.0), (22.0, 6.0), (-1.0, 3.0), (3.0, 25.0), (1.001, 2.0)])
def test_windows_that_are_not_a_part_of_the_day_are_refused(window):
    with pytest.raises(InputError, match=r"windows"):
        Period("p", 1.0, (1,), (window,))


def test_spot_is_capped_then_added_to():
    spot = Spot(cap=1.8, floor=0.0, adder=0.1)
    assert spot.price(np.array([-1.0, 0.5, 9.0])) == pytest.approx([0.1, 0.6, 1.9])


def test_guangdongs_rule_bills_the_excess_beyond_105_percent_of_the_contract_twice():
    rule = MaximumDemand(0.0361, 900.0, contract=4e6, excess_above=1.05, excess_multiple=2.0)
    assert [rule.billed(peak) for peak in (1e6, 4e6, 4.2e6)] == [4e6] * 3
    assert rule.billed(5e6) == pytest.approx(4e6 + 2.0 * (5e6 - 4.2e6))
    assert MaximumDemand(0.0361, 900.0).billed(1e6) == 1e6


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Flat("1"), "expected a number"),
        (lambda: Flat(float("nan")), "expected a number"),
        (lambda: Spot(cap=1.0, floor=2.0), "floor is above the cap"),
        (lambda: MaximumDemand(1.0, 700.0), "15, 30 or 60 min"),
        (lambda: MaximumDemand(1.0, 900.0, contract=1.0), "belong together"),
        (lambda: MaximumDemand(1.0, 900.0, excess_above=1.05, excess_multiple=2.0), "belong together"),
        (lambda: MaximumDemand(1.0, 900.0, 0.0, 1.05, 2.0), "contract above 0"),
        (lambda: ContractCapacity(1.0, 0.0), "capacity above 0"),
        (lambda: GreenCertificate(1.0, 80.0), "outside 0 to 1"),
        (lambda: Tariff("CNY", "Asia/Shangai", Flat(1.0)), "did you mean 'Asia/Shanghai'"),
        (lambda: Tariff("yuan", "Asia/Shanghai", Flat(1.0)), "currency code"),
        (lambda: Period("p", 1.0, (13,), None), "months are 1 to 12"),
        (lambda: Period("p", 1.0, (1,), None, (0,)), "weekdays are 1"),
        (lambda: TimeOfUse("UTC", 1.0, []), "needs periods"),
    ],
)
def test_what_cannot_be_a_tariff_is_refused(make, said):
    with pytest.raises(InputError) as caught:
        make()
    assert said in str(caught.value)
