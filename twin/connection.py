"""Contracted capacity against the actual peak: what of the contract was used, and what an excess costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twin.signals.bill import window_peaks
from twin.signals.tariff import MaximumDemand

if TYPE_CHECKING:
    from twin.scenario.scenario import Scenario
    from twin.scenario.tariff import DemandTariff

Array = NDArray[np.float64]
QUARTER = 900.0
"""Demand window where nothing names one [s]: the settlement period of most markets."""


def demand_of(scenario: Scenario) -> DemandTariff | None:
    """The demand rule that counts: the connection's own, else the tariff's."""
    connection = scenario.connection
    if connection is not None and connection.demand is not None:
        return connection.demand
    return scenario.tariff.demand if scenario.tariff is not None else None


def connection_summary(
    scenario: Scenario, edges: Array, power: Array
) -> dict[str, tuple[float | str, str, str]]:
    """Summary of the connection; empty without `connection`.

    Parameters
    ----------
    scenario : Scenario
    edges : (n + 1,) array
        Instants, UTC epoch [s].
    power : (n,) array
        Mean import between them [W].
    """
    if scenario.connection is None:
        return {}
    demand = demand_of(scenario)
    window = (demand.window if demand is not None else None) or QUARTER
    peaks = window_peaks(window, scenario.location.time_zone, edges, power)
    peak = max(peaks.values())
    found: dict[str, tuple[float | str, str, str]] = {
        "demand_peak": (peak, "W", f"highest mean import over {window / 60.0:g} min"),
        "capacity_share": (
            peak / scenario.connection.capacity,
            "1",
            "that peak over the connection's capacity",
        ),
    }
    if demand is None or demand.contract is None:
        return found
    found["contract_share"] = (peak / demand.contract, "1", "that peak over the contracted demand")
    rule = demand.charged()
    if isinstance(rule, MaximumDemand):
        excess = sum(rule.price * (rule.billed(each) - demand.contract) for each in peaks.values())
        text = f"charge for demand beyond {demand.excess_above:g} of the contract, in the months of the run"
        found["cost_demand_excess"] = (excess, demand.price.currency, text)
    return found


def connection_advice(scenario: Scenario, it_power: float) -> Iterator[str]:
    """Sentences on a contract that looks like a slip.

    Parameters
    ----------
    scenario : Scenario
    it_power : float
        Input of all racks at full load [W].
    """
    connection = scenario.connection
    if connection is None:
        return
    if it_power > connection.capacity:
        yield (
            f"connection.capacity: {connection.capacity / 1e6:.3g} MW, less than the racks draw at full load, "
            f"{it_power / 1e6:.3g} MW"
        )
    demand = demand_of(scenario)
    contract = demand.contract if demand is not None else None
    if contract is not None and contract > connection.capacity:
        yield (
            f"connection: the contract of {contract / 1e6:.3g} MW is more than the capacity of "
            f"{connection.capacity / 1e6:.3g} MW"
        )
    least = connection.contract_min
    if contract is not None and least is not None and contract < least * connection.capacity:
        yield (
            f"connection: the contract of {contract / 1e6:.3g} MW is less than {least:.0%} of the capacity, "
            f"{least * connection.capacity / 1e6:.3g} MW: the utility will not take it"
        )
