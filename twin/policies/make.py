"""From the policies of a scenario to objects that act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twin.facility import Facility
from twin.policies.arbitrage import Arbitrage, PeakShaving
from twin.policies.control import Policy
from twin.policies.cooling import CoolingShift
from twin.policies.frequency import CURVES, FrequencyResponse
from twin.policies.shifting import LoadShifting
from twin.scenario.scenario import Scenario


def make_policies(scenario: Scenario, facility: Facility) -> list[Policy]:
    """Make the policies of a scenario, in the order of the file.

    Raises
    ------
    InputError
        For a combination that cannot be carried out: two different response curves at once, arbitrage from a
        UPS battery, a product without a symmetrical curve.
    """
    made: list[Policy] = []
    curves = [p.type for p in scenario.policies if p.type in CURVES]
    for index, policy in enumerate(scenario.policies):
        key = f"policies.{index}"
        if policy.type == "load-shifting":
            columns = [facility.workloads.index(name) for name in policy.workloads]
            made.append(LoadShifting(columns, policy.fraction, policy.window))
            continue
        if policy.type == "cooling-shift":
            made.append(_cooling_policy(scenario, policy, key, facility))
            continue
        storage = [k for name in policy.storage or () for k in facility.storage[name]]
        ups = [k for name in policy.ups or () for k in facility.ups[name]]
        made.append(_battery_policy(scenario, policy, key, curves, ups, storage))
    return made


def _cooling_policy(scenario: Scenario, policy: Any, key: str, facility: Facility) -> Policy:
    for name in policy.plants:
        plant = scenario.cooling.plants[name]
        if plant.cold_tank is None and plant.ice_store is None:
            raise scenario.refuse(
                f"{key}.plants", f"plant '{name}' has no cold store: give it a cold_tank or an ice_store"
            )
    names = facility.site.names["plant"]
    return CoolingShift([names.index(name) for name in policy.plants], policy.horizon)


def _battery_policy(
    scenario: Scenario, policy: Any, key: str, curves: Sequence[str], ups: list[int], storage: list[int]
) -> Policy:
    if policy.type in CURVES:
        if len(set(curves)) > 1:
            raise scenario.refuse(key, f"one frequency product at a time: the file has {', '.join(curves)}")
        return FrequencyResponse(CURVES[policy.type], policy.power, ups, storage)
    if policy.type not in ("arbitrage", "peak-shaving"):
        known = ", ".join(CURVES)
        raise scenario.refuse(key, f"'{policy.type}' has no symmetrical response curve; modelled are {known}")
    if ups:
        raise scenario.refuse(
            f"{key}.ups", f"{policy.type} needs storage with its own converter, not a UPS battery"
        )
    if policy.type == "arbitrage":
        return Arbitrage(storage, policy.horizon, policy.reserve)
    return PeakShaving(storage, policy.limit)
