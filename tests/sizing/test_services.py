"""What storage earns beside waiting: trading within the site's draw, and a fee for response it can hold."""

from __future__ import annotations

import numpy as np
import pytest

from twin.ensemble import COARSE
from twin.errors import InputError
from twin.scenario.load import load
from twin.scenario.scenario import Scenario
from twin.sizing.study import Prepared, prepare, run_study

ONE = [
    "study.designs.storage_power=[2.5 MW]",
    "study.designs.storage_energy=[8 MWh]",
    "study.designs.generators=[0]",
    "study.baseline.generators=0",
    "electrical.storage.bess-a.reserve=0.3",
]
FEE = "fee: 5 USD/MW/h"


def response(fee: str = FEE, power: str = "1 MW") -> str:
    return (
        f"policies=[{{type: dynamic-containment, storage: [bess-a], power: {power}, reserve: 0.3"
        + (f", {fee}" if fee else "")
        + "}]"
    )


def ready(*overrides: str, name: str = "replace-diesel") -> Prepared:
    return prepare(load(name, [*ONE, *overrides]), "cpu", 3, 1, COARSE)


def stored(found: Prepared) -> int:
    return next(v for v, design in enumerate(found.fleet.designs) if design.storage_power > 0.0)


def test_a_fee_is_paid_for_every_hour_at_rest() -> None:
    # 1 MW for 15 min needs 0.03 of 8 MWh either way: a store that rests at 0.9 can always offer it.
    found = ready(response(), "electrical.storage.bess-a.initial_soc=0.9")
    year = found.services[stored(found)]
    assert (year.offered, year.share) == (1e6, 1.0)
    assert year.availability == pytest.approx(5.0 * 8766.0)
    assert year.revenue == year.availability
    assert any("paid 5 USD/MW/h" in note for note in found.notes)
    assert (found.plan.soc[stored(found)] == 0.9).all() if found.plan.soc is not None else False


def test_a_full_battery_has_no_room_to_charge() -> None:
    found = ready(response(), "electrical.storage.bess-a.initial_soc=1.0")
    assert found.services[stored(found)].availability == 0.0
    assert any("never room for its duration both ways" in note for note in found.notes)


def test_a_reserve_leaves_nothing_to_deliver() -> None:
    found = ready(response(), "electrical.storage.bess-a.initial_soc=0.32")
    assert found.services[stored(found)].share == 0.0


def test_without_a_fee_nothing_is_earned_and_that_is_said() -> None:
    found = ready(response(""), "electrical.storage.bess-a.initial_soc=0.9")
    assert found.services[stored(found)].revenue == 0.0
    assert any("No `fee` is given for dynamic-containment" in note for note in found.notes)


def test_no_more_is_offered_than_the_battery_has() -> None:
    found = ready(response(power="40 MW"), "electrical.storage.bess-a.initial_soc=0.8")
    assert found.services[stored(found)].offered == pytest.approx(2.5e6, rel=0.03)


def test_a_fee_shares_the_currency_of_the_file_and_its_kind() -> None:
    for fee, message in (
        ("fee: 5 EUR/MW/h", "EUR here and USD"),
        ("fee: 5 USD/MW", "an availability fee such as"),
    ):
        with pytest.raises(InputError, match=message):
            load("replace-diesel", [*ONE, response(fee)])


def test_the_fee_lowers_the_cost_of_the_design() -> None:
    # Charge 0.9 in both, so that what they survive is the same.
    same = [*ONE, "electrical.storage.bess-a.initial_soc=0.9"]
    free, paid = (
        run_study(load("replace-diesel", [*same, response(fee)]), backend="cpu", count=4) for fee in ("", FEE)
    )
    a, b = free.designs[-1], paid.designs[-1]
    assert a.survival == b.survival and a.soc_mean == b.soc_mean == 0.9
    assert b.availability_per_year == pytest.approx(5.0 * 8766.0)
    assert a.cost.total - b.cost.total == pytest.approx(b.cost.revenue) and b.cost.revenue > 0.0


@pytest.fixture(scope="module")
def shandong() -> Scenario:
    few = [*ONE[:4], "study.designs.storage_energy=[16 MWh]"]
    return load("replace-diesel-shandong", few)


def test_shandong_trades_where_hours_are_published(shandong: Scenario) -> None:
    found = prepare(shandong, "cpu", 3, 1, COARSE)
    year = found.services[stored(found)].operation
    hour = np.arange(8766) - 0  # the year starts at local midnight of 1 January
    autumn = (hour >= 244 * 24) & (hour < 334 * 24)
    july = (hour >= 182 * 24) & (hour < 212 * 24)
    assert np.abs(year.power[july]).sum() > 0.0
    # A few hours bring it back to full; then it waits.
    assert np.count_nonzero(year.power[autumn]) < 12
    assert year.soc[:-1][autumn][24:] == pytest.approx(1.0)
    assert year.soc.min() >= 0.5 - 1e-9
    drawn = float(found.plan.settled["feed"][0].sum())
    assert 1.0e6 < year.power.max() < 2.2e6 and drawn > 1e6
    assert year.revenue > 0.0
    assert any("September, October, November" in note for note in found.notes)


def test_shandong_costs_are_those_of_the_tender(shandong: Scenario) -> None:
    # 2 h at 0.4646 and 4 h at 0.4249 CNY/Wh give the price of energy and of power; installed is twice that.
    power = (464.6 - 424.9) / (1.0 / 2.0 - 1.0 / 4.0)
    energy = 424.9 - power / 4.0
    assert shandong.study is not None
    costs = shandong.study.costs
    assert costs.storage_energy.value * 3.6e6 == pytest.approx(2.0 * energy, rel=0.01)
    assert costs.storage_power.value * 1e3 == pytest.approx(2.0 * power, rel=0.01)
    law = shandong.study.outages.duration.lognormal
    assert law is not None
    assert law.median * np.exp(law.sigma**2 / 2.0) == pytest.approx(7.83 / 2.30 * 3600.0, rel=0.01)


@pytest.mark.real_data
def test_pjm_prices_are_read_for_a_year() -> None:
    import os

    if "TWIN_DATA" not in os.environ:
        pytest.skip("TWIN_DATA is not set: no prices of PJM")
    found = prepare(load("replace-diesel-pjm-2024", ONE[:4]), "cpu", 3, 1, COARSE)
    year = found.services[stored(found)].operation
    assert year.revenue > 0.0
    assert year.soc.min() >= 0.5 - 1e-9 and year.soc.max() <= 1.0 + 1e-9
