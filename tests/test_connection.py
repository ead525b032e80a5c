"""The connection contract: peak of the demand window, share of the contract, and what an excess costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from twin.connection import connection_advice, connection_summary
from twin.errors import InputError
from twin.scenario.load import load
from twin.scenario.scenario import Scenario

GUANGDONG = """
extends: hall-2mw
tariff: {energy: {flat: 600 CNY/MWh}}
signals: {price: {constant: 600 CNY/MWh}}
connection:
  capacity: 5 MW
  contract_min: 0.4
  demand: {type: guangdong-kw, contract: CONTRACT}
"""


def scenario(folder: Path, contract: str = "2 MW", more: str = "") -> Scenario:
    """A hall with a contract in Guangdong."""
    path = folder / "site.yaml"
    path.write_text(GUANGDONG.replace("CONTRACT", contract) + more)
    return load(path)


def hour(*quarters: float) -> tuple[np.ndarray, np.ndarray]:
    """Import of so many quarters of an hour from a full hour [W]."""
    edges = 1719835200.0 + 60.0 * np.arange(15 * len(quarters) + 1)
    return edges, np.repeat(np.array(quarters), 15)


def test_the_peak_is_that_of_the_window(tmp_path: Path) -> None:
    found = connection_summary(scenario(tmp_path), *hour(1.0e6, 2.2e6, 1.5e6, 0.5e6))
    assert found["demand_peak"][0] == pytest.approx(2.2e6)
    assert found["capacity_share"][0] == pytest.approx(0.44)
    assert found["contract_share"][0] == pytest.approx(1.1)


def test_the_excess_beyond_105_percent_is_billed_double(tmp_path: Path) -> None:
    found = connection_summary(scenario(tmp_path), *hour(1.0e6, 2.2e6, 1.5e6, 0.5e6))
    # 2.2 MW is 100 kW beyond 105 % of 2 MW: 2 x 100 kW x 36.1 yuan.
    assert found["cost_demand_excess"][0] == pytest.approx(2.0 * 100.0 * 36.1)
    assert found["cost_demand_excess"][1] == "CNY"
    within = connection_summary(scenario(tmp_path), *hour(2.0e6, 2.1e6))
    assert within["cost_demand_excess"][0] == pytest.approx(0.0, abs=1e-6)


def test_without_a_connection_there_is_nothing_to_say() -> None:
    plain = load("hall-2mw")
    assert connection_summary(plain, *hour(1e6)) == {}
    assert list(connection_advice(plain, 2e6)) == []


def test_the_demand_of_the_tariff_stands_in(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(
        "extends: hall-2mw\nconnection: {capacity: 4 MW}\n"
        "tariff: {energy: {flat: 80 EUR/MWh}, demand: {type: plain, price: 10 EUR/kW/month}}\n"
    )
    found = connection_summary(load(path), *hour(1e6, 3e6))
    assert found["demand_peak"][0] == pytest.approx(3e6)
    assert "contract_share" not in found


def test_advice_on_contracts(tmp_path: Path) -> None:
    assert list(connection_advice(scenario(tmp_path), 2e6)) == []
    (low,) = connection_advice(scenario(tmp_path, "1.5 MW"), 2e6)
    assert "less than 40% of the capacity" in low
    (high,) = connection_advice(scenario(tmp_path, "6 MW"), 2e6)
    assert "more than the capacity" in high
    (small,) = connection_advice(scenario(tmp_path), 5.5e6)
    assert "less than the racks draw" in small


def test_one_currency_also_for_the_contract(tmp_path: Path) -> None:
    path = tmp_path / "mixed.yaml"
    path.write_text(
        "extends: hall-2mw\nconnection: {capacity: 4 MW, demand: {type: guangdong-kw, contract: 2 MW}}\n"
    )
    with pytest.raises(InputError, match="use one currency"):
        load(path)
