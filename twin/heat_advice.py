"""Heat reuse that looks like a slip: a heat pump that stands still all summer, or one that is never full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from twin.facility.heat import heat_shares
from twin.scenario.scenario import Scenario


def heat_advice(scenario: Scenario, heat: Mapping[str, float]) -> Iterator[str]:
    """Yield a sentence for every choice of heat reuse that looks like a slip.

    Parameters
    ----------
    scenario : Scenario
        Checked.
    heat : mapping
        Plant to the most heat its racks give it [W].
    """
    network = scenario.signals.heat
    shares = heat_shares(scenario.cooling.plants)
    if network is not None and not shares:
        yield "signals.heat: no plant has heat_reuse, so nothing is sold to the network"
    for name, plant in scenario.cooling.plants.items():
        reuse = plant.heat_reuse
        if reuse is None:
            continue
        key = f"cooling.plants.{name}.heat_reuse"
        if reuse.source_min > plant.supply_temperature:
            yield (
                f"{key}: it cools the water to {reuse.source_min:g} degC at most, but the plant supplies "
                f"{plant.supply_temperature:g} degC: what is left is for the other machines"
            )
        # A heat pump adds its electricity: half as much again is what a COP of 3 makes of a heat.
        if reuse.heat_power > 1.5 * heat[name] > 0.0:
            yield (
                f"{key}.heat_power: {reuse.heat_power / 1e6:.3g} MW, but the racks give the plant "
                f"{heat[name] / 1e6:.3g} MW at full load"
            )
        least = reuse.load_min * reuse.heat_power
        asked = (
            None if network is None else network.hot_water if network.constant is None else network.constant
        )
        if asked is not None and reuse.store is None and 0.0 < asked * shares[name] < least:
            yield (
                f"{key}: on a warm day the network asks {asked * shares[name] / 1e6:.3g} MW, less than the heat pump's "
                f"lowest load of {least / 1e6:.3g} MW: without a store it stands still"
            )
