"""The classes of ASHRAE TC 9.9 for air and coolant, and how long the racks of a run were outside each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from twin.kernels import fields as f
from twin.kernels.scalar import Array

if TYPE_CHECKING:
    from twin.kernels.site import Site
    from twin.scenario.scenario import Scenario


@dataclass(frozen=True)
class AirClass:
    """A class of air: its limits [degC], and what they are called."""

    name: str
    low: float
    high: float
    meaning: str


RECOMMENDED = AirClass("recommended", 18.0, 27.0, "recommended of classes A1 to A4, and grade A of GB 50174")
ALLOWABLE = (
    AirClass("A1", 15.0, 32.0, "allowable of class A1"),
    AirClass("A2", 10.0, 35.0, "allowable of class A2"),
    AirClass("A3", 5.0, 40.0, "allowable of class A3"),
    AirClass("A4", 5.0, 45.0, "allowable of class A4"),
    AirClass("H1", 5.0, 25.0, "allowable of class H1"),
)
RECOMMENDED_H1 = AirClass("H1-recommended", 18.0, 22.0, "recommended of class H1")
"""ASHRAE, *Thermal Guidelines for Data Processing Environments*, 5th ed., 2021 (secondary; the lower end of H1 and GB
50174-2017 remembered)."""

LIQUID = ("W17", "W27", "W32", "W40", "W45", "W+")
"""Classes of liquid, by the highest supply [degC] (remembered)."""

RISE_SHORT, RISE_HOUR = 5.0, 20.0
"""Largest change of inlet air in 15 min and in an hour [K] (ASHRAE 2021, secondary; GB 50174 has the second)."""


def time_outside(rack: Array, limits: AirClass) -> Array:
    """Time that the inlet of each rack unit was outside the limits of a class [s]; `rack` is (field, unit).

    Limits are edges of the bands that the kernels count in, so this is exact.
    """
    low, high = f.AIR_EDGES.index(limits.low) + 1, f.AIR_EDGES.index(limits.high) + 1
    bands = rack[f.RACK_AIR_TIME_0 : f.RACK_AIR_TIME_0 + len(f.AIR_EDGES) + 1]
    inside = np.sum(bands[low:high], axis=0)
    outside: Array = np.maximum(np.sum(bands, axis=0) - inside, 0.0)
    return outside


def coolant_above(rack: Array, limit: str) -> Array:
    """Time that the coolant of each rack unit was supplied above the limit of a liquid class [s]."""
    first = f.RACK_COOLANT_TIME_0 + LIQUID.index(limit) + 1
    above: Array = np.sum(rack[first : f.RACK_COOLANT_TIME_0 + len(LIQUID)], axis=0)
    return above


def outside(rack: Array, limits: AirClass) -> bool:
    """Whether any inlet was outside the limits of a class at some time."""
    return bool(time_outside(rack, limits).any())


def above(rack: Array, limit: str) -> bool:
    """Whether any coolant was supplied above the limit of a liquid class at some time."""
    return bool(coolant_above(rack, limit).any())


def coolant_class(rack: Array) -> str | None:
    """Narrowest liquid class that the coolant of every rack stayed within; None without liquid-cooled racks."""
    bands = rack[f.RACK_COOLANT_TIME_0 : f.RACK_COOLANT_TIME_0 + len(LIQUID)].sum(axis=1)
    return LIQUID[int(np.nonzero(bands)[0][-1])] if bands.any() else None


def groups_of(site: Site) -> list[str]:
    """Group of racks that each rack unit belongs to."""
    return [unit.rpartition("-")[0] for unit in site.names["rack"]]


def class_summary(scenario: Scenario, site: Site, rack: Array) -> dict[str, tuple[float | str, str, str]]:
    """Results of the racks by the classes of their air and coolant: name to (value, unit, meaning).

    Parameters
    ----------
    scenario : Scenario
        Names the class of each group of racks.
    site : Site
        The racks.
    rack : (field, rack) array
        States of one member at the end.
    """
    found: dict[str, tuple[float | str, str, str]] = {}
    for limits in (RECOMMENDED, *ALLOWABLE, RECOMMENDED_H1):
        key = "outside_" + limits.name.lower().replace("-", "_")
        meaning = (
            f"longest time a rack inlet was outside {limits.low:g} to {limits.high:g} degC, {limits.meaning}"
        )
        found[key] = (float(time_outside(rack, limits).max()), "s", meaning)
    found["inlet_rise_15min"] = (
        float(rack[f.RACK_RISE_SHORT].max()),
        "K",
        f"largest rise of a rack inlet in 15 min; ASHRAE allows {RISE_SHORT:g} K",
    )
    found["inlet_rise_1h"] = (
        float(rack[f.RACK_RISE_HOUR].max()),
        "K",
        f"largest rise of a rack inlet in an hour; ASHRAE and GB 50174 allow {RISE_HOUR:g} K",
    )
    count = site.params["rack"][0, f.RACK_COUNT]
    groups = [scenario.racks[name] for name in groups_of(site)]
    named = {limits.name: limits for limits in ALLOWABLE}
    if any(group.air_class for group in groups):
        out = [
            group.air_class is not None and outside(rack[:, [k]], named[group.air_class])
            for k, group in enumerate(groups)
        ]
        found["racks_outside_air_class"] = (
            float(count[out].sum()),
            "1",
            "racks whose inlet was outside the allowable range of their own ASHRAE class at some time",
        )
    coolant = coolant_class(rack)
    if coolant is not None:
        found["coolant_class"] = (
            coolant,
            "",
            "narrowest ASHRAE class that the supplied coolant stayed within",
        )
    if any(group.liquid_class for group in groups):
        warm = [
            group.liquid_class is not None and above(rack[:, [k]], group.liquid_class)
            for k, group in enumerate(groups)
        ]
        found["racks_above_liquid_class"] = (
            float(count[warm].sum()),
            "1",
            "racks whose coolant was above the limit of their own ASHRAE class at some time",
        )
    return found


def chip_summary(site: Site, rack: Array) -> dict[str, tuple[float | str, str, str]]:
    """Chips of the racks: how hot, how many were throttled, and what work that cost; nothing without chips."""
    if not (site.params["rack"][0, f.RACK_CHIP_R] > 0.0).any():
        return {}
    count = site.params["rack"][0, f.RACK_COUNT]
    throttled = rack[f.RACK_HELD_TIME] > 0.0
    return {
        "temperature_chip_max": (
            float(rack[f.RACK_T_CHIP_MAX].max()),
            "degC",
            "highest chip temperature of a rack",
        ),
        "racks_throttled": (
            float(count[throttled].sum()),
            "1",
            "racks that capped their power at some time because chips or inlet were too warm",
        ),
        "energy_throttled": (
            float(rack[f.RACK_E_HELD].sum()),
            "J",
            "work energy that throttling kept from servers",
        ),
    }
