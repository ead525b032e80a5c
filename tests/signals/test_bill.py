"""The bill: hand-computed amounts, conservation of energy, independence of how the load curve is cut."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.errors import InputError
from twin.signals.bill import cost
from twin.signals.tariff import ContractCapacity, Flat, GreenCertificate, MaximumDemand, Spot, Tariff
from twin.signals.time_of_use import Period, TimeOfUse

SHANGHAI = ZoneInfo("Asia/Shanghai")
MW, KWH, MWH = 1e6, 3.6e6, 3.6e9
YEAR = tuple(range(1, 13))
JANUARY = datetime(2026, 1, 1, tzinfo=SHANGHAI).timestamp()
WINTER = TimeOfUse(
    "Asia/Shanghai",
    0.65 / KWH,
    [
        Period("deep valley", 0.1, YEAR, ((11.0, 14.0),)),
        Period("valley", 0.3, YEAR, ((2.0, 6.0), (10.0, 11.0), (14.0, 15.0))),
        Period("peak", 1.7, YEAR, ((7.0, 9.0), (19.0, 21.0))),
        Period("sharp", 2.0, YEAR, ((16.0, 19.0),)),
        Period("flat", 1.0, YEAR, None),
    ],
)


def tariff(energy=WINTER, **parts):
    return Tariff("CNY", "Asia/Shanghai", energy, **parts)


def hourly(days, power):
    edges = JANUARY + 3600.0 * np.arange(24 * days + 1)
    return edges, np.broadcast_to(np.asarray(power, float), edges.size - 1).copy()


def test_a_constant_megawatt_in_shandongs_january():
    bill = cost(tariff(), *hourly(31, MW))
    kwh = {"deep valley": 3, "valley": 6, "peak": 4, "sharp": 3, "flat": 8}
    ratio = {"deep valley": 0.1, "valley": 0.3, "peak": 1.7, "sharp": 2.0, "flat": 1.0}
    for name, hours in kwh.items():
        assert bill.energy_used[name] == pytest.approx(31 * hours * MWH)
        assert bill.energy[name] == pytest.approx(31 * hours * 1000 * 0.65 * ratio[name])
    assert bill.total == pytest.approx(sum(bill.energy.values()))


def test_an_interval_across_a_boundary_is_charged_in_both_periods():
    noon = JANUARY + 13.5 * 3600.0
    bill = cost(tariff(), np.array([noon, noon + 3600.0]), np.array([MW]))
    assert bill.energy_used == pytest.approx({"deep valley": 0.5 * MWH, "valley": 0.5 * MWH})


def test_the_spring_night_is_an_hour_short():
    night = TimeOfUse(
        "Europe/Berlin", 1.0, [Period("night", 1.0, YEAR, ((0.0, 6.0),)), Period("day", 2.0, YEAR, None)]
    )
    start = datetime(2024, 3, 31, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
    end = datetime(2024, 4, 1, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
    bill = cost(Tariff("EUR", "Europe/Berlin", night), np.array([start, end]), np.array([1.0]))
    assert bill.energy_used == pytest.approx({"night": 5 * 3600.0, "day": 18 * 3600.0})


@given(
    steps=st.lists(st.tuples(st.floats(1.0, 40000.0), st.floats(-5e6, 5e6)), min_size=1, max_size=20),
    begin=st.floats(0.0, 86400.0),
)
def test_energy_closes_and_cutting_the_curve_finer_changes_nothing(steps, begin):
    edges = JANUARY + begin + np.concatenate([[0.0], np.cumsum([length for length, _ in steps])])
    power = np.array([p for _, p in steps])
    demand = MaximumDemand(36.1 / 1000.0, 900.0)
    bill = cost(tariff(demand=demand), edges, power)
    joules = power * np.diff(edges)
    scale = float(np.abs(joules).sum()) + 1.0
    assert sum(bill.energy_used.values()) == pytest.approx(
        np.maximum(joules, 0).sum(), rel=1e-12, abs=1e-9 * scale
    )
    assert bill.energy_exported == pytest.approx(np.maximum(-joules, 0).sum(), rel=1e-12, abs=1e-9 * scale)
    middles = 0.5 * (edges[:-1] + edges[1:])
    again = cost(tariff(demand=demand), np.sort(np.concatenate([edges, middles])), np.repeat(power, 2))
    assert again.total == pytest.approx(bill.total, rel=1e-9, abs=1e-6)
    assert again.peak == pytest.approx(bill.peak, rel=1e-6, abs=1.0)


def test_maximum_demand_is_the_largest_aligned_window_mean_of_each_month():
    minute = JANUARY - 86400.0 + 60.0 * np.arange(2 * 1440 + 1)  # 31 December and 1 January, local
    power = np.full(2 * 1440, MW)
    power[600:630] = 3 * MW  # 10:00-10:30 on 31 December: a whole half-hour window
    power[1440 + 615 : 1440 + 645] = 3 * MW  # 10:15-10:45 on 1 January: half of two windows
    half_hour = cost(tariff(demand=MaximumDemand(0.0361, 1800.0)), minute, power)
    assert half_hour.peak == pytest.approx({"2025-12": 3 * MW, "2026-01": 2 * MW})
    assert half_hour.demand == pytest.approx(36.1 * 5000)
    quarter = cost(tariff(demand=MaximumDemand(0.0361, 900.0)), minute, power)
    assert quarter.peak == pytest.approx({"2025-12": 3 * MW, "2026-01": 3 * MW})


def test_guangdong_bills_the_excess_over_105_percent_double():
    rule = MaximumDemand(0.0361, 900.0, contract=4 * MW, excess_above=1.05, excess_multiple=2.0)
    assert cost(tariff(demand=rule), *hourly(31, 4.2 * MW)).demand == pytest.approx(36.1 * 4000)
    assert cost(tariff(demand=rule), *hourly(31, 5.0 * MW)).demand == pytest.approx(36.1 * (4000 + 2 * 800))
    capacity = ContractCapacity(22.6 / 1000.0, 10e6)
    assert cost(tariff(demand=capacity), *hourly(40, MW)).demand == pytest.approx(2 * 22.6 * 10000)


def test_a_run_shorter_than_a_window_says_what_was_charged():
    bill = cost(tariff(demand=MaximumDemand(0.0361, 900.0)), JANUARY + np.array([0.0, 60.0]), np.array([MW]))
    assert bill.peak == pytest.approx({"2026-01": MW})
    assert any("1 whole calendar month" in said for said in bill.notes)


def test_certificates_carbon_and_export():
    power = np.tile([2 * MW, -1 * MW], 12)
    parts = {
        "green_certificate": GreenCertificate(5.51 / MWH, 0.8),
        "carbon_price": 0.09,
        "export_price": 0.3 / KWH,
    }
    bill = cost(
        tariff(Flat(0.6 / KWH), **parts), *hourly(1, power), carbon=lambda t: np.full(t.shape, 0.641 / KWH)
    )
    assert bill.energy == pytest.approx({"flat": 24 * 1000 * 0.6})
    assert bill.green_certificates == pytest.approx(24 * 0.8 * 5.51)
    assert bill.emissions == pytest.approx(24 * 641.0)
    assert bill.carbon == pytest.approx(24 * 641.0 * 0.09)
    assert bill.export_credit == pytest.approx(12 * 1000 * 0.3)
    expected = 24 * 1000 * 0.6 + 24 * 0.8 * 5.51 + 24 * 641.0 * 0.09 - 12 * 1000 * 0.3
    assert bill.total == pytest.approx(expected)
    unpaid = cost(tariff(Flat(0.6 / KWH)), *hourly(1, power))
    assert unpaid.export_credit == 0.0 and any("not paid" in said for said in unpaid.notes)


def test_spot_is_read_where_it_changes():
    def spot(time):
        return np.where((time - JANUARY) % 3600.0 < 1800.0, 1.0, 3.0) / MWH

    bill = cost(tariff(Spot(cap=2.0 / MWH)), JANUARY + np.array([0.0, 3600.0]), np.array([MW]), spot=spot)
    assert bill.energy == pytest.approx({"spot": 0.5 * 1.0 + 0.5 * 2.0})


def test_what_is_missing_is_refused():
    with pytest.raises(InputError, match=r"signals\.price"):
        cost(tariff(Spot()), *hourly(1, MW))
    with pytest.raises(InputError, match=r"signals\.carbon"):
        cost(tariff(carbon_price=0.1), *hourly(1, MW))
    with pytest.raises(InputError, match="n \\+ 1 instants"):
        cost(tariff(), np.array([0.0, 1.0]), np.array([1.0, 2.0]))
    with pytest.raises(InputError, match="must increase"):
        cost(tariff(), np.array([1.0, 0.0]), np.array([1.0]))
