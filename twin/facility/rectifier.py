"""Racks on DC systems: what their supplies lose and tolerate when they are fed with DC."""

from __future__ import annotations

from collections.abc import Iterator

from twin.errors import Problem
from twin.kernels.fields import BAT_OCV_POINTS
from twin.scenario.electrical import Ups
from twin.scenario.racks import RackGroup
from twin.scenario.scenario import Scenario


def dc_system(scenario: Scenario, group: RackGroup) -> Ups | None:
    """The DC system that feeds a group of racks; None for AC. `mixed_feeds` has refused what has no answer."""
    systems = [scenario.electrical.ups[name] for name in group.ups or ()]
    if systems and all(system.dc_voltage is not None for system in systems):
        return systems[0]
    return None


def supply_loss(scenario: Scenario, group: RackGroup) -> tuple[float, float, float]:
    """Loss polynomial of the supplies of a group: without their AC stage where the DC system spares it."""
    a0, a1, a2 = group.psu.loss_polynomial
    system, stage = dc_system(scenario, group), group.psu.loss_ac_stage
    if system is None or not system.dc_spares_ac_stage or stage is None:
        return a0, a1, a2
    return a0 - stage[0], a1 - stage[1], a2 - stage[2]


def supply_window(scenario: Scenario, group: RackGroup) -> tuple[float, float, float, float]:
    """Input window of the supplies of a group: lowest, highest, return and surge [pu of what feeds them].

    The window of a DC system is all that is published: supplies draw again, and cease at once, where it ends.
    """
    system, psu = dc_system(scenario, group), group.psu
    if system is None:
        return psu.voltage_min, psu.voltage_max, psu.voltage_return, psu.voltage_surge
    low, high = float(system.dc_supply_min or 0.0), float(system.dc_supply_max or 0.0)
    return low, high, low, high


def dc_params(ups: Ups, pack: dict[str, float]) -> dict[str, float]:
    """Parameters of the DC output: its voltage on the rectifiers, and the battery's open-circuit voltage then."""
    full = pack["cells_in_series"] * pack[f"ocv_{BAT_OCV_POINTS - 1}"]
    return {"dc_float": ups.dc_float or 0.0, "dc_battery": full}


def mixed_feeds(scenario: Scenario) -> Iterator[Problem]:
    """Racks on systems of several kinds, of which one spares a stage that the others need."""
    for name, group in scenario.racks.items():
        systems = [scenario.electrical.ups[ups] for ups in group.ups or ()]
        kinds = {system.dc_voltage for system in systems}
        if len(kinds) > 1 and any(system.dc_spares_ac_stage for system in systems):
            found = " and ".join(sorted("AC" if v is None else f"{v:g} V DC" for v in kinds))
            message = f"no supply takes {found}: name systems of one kind (AC and 240 V DC may be mixed)"
            yield scenario.problem(f"racks.{name}.ups", message)
        stage = group.psu.loss_ac_stage
        if stage is not None and any(system.dc_spares_ac_stage for system in systems):
            a0, a1, a2 = (t - s for t, s in zip(group.psu.loss_polynomial, stage, strict=True))
            if min(a0 + x * (a1 + x * a2) for x in (0.0, 0.25, 0.5, 0.75, 1.0)) < 0.0:
                message = "more than the whole loss of the supply at some load"
                yield scenario.problem(f"racks.{name}.psu.loss_ac_stage", message)
