"""Generating sets of a scenario, as units for the kernels."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from twin.facility.pack import Unit
from twin.facility.sequence import NEVER, timing
from twin.scenario.electrical import Generators, spare_units
from twin.scenario.scenario import Scenario

DIESEL_HEAT = 35.8e9
"""Lower heating value of diesel [J/m3]: 42.9 MJ/kg at 835 kg/m3 (EN 590 fuel)."""

COOLDOWN = 300.0
"""Unloaded run of an engine before it stops [s]: NFPA 110 asks for at least 5 min (remembered)."""

GOVERNOR_BALANCE = 0.5
"""Load at which a droop governor is set to hold nominal speed: the middle of its range."""


def genset_count(group: Generators, load: float) -> int:
    """Sets in a group: as given, or enough for `load` [W] and the spares its redundancy names."""
    if group.count is not None:
        return group.count
    return math.ceil(load / group.power_rated) + spare_units(str(group.redundancy))


def gensets(scenario: Scenario, bus_order: list[str], load: Mapping[str, float]) -> list[Unit]:
    """Generating sets, stopped, sorted by bus. `load` is what each bus may have to carry [W]."""
    units = []
    for bus in bus_order:
        for name, group in scenario.electrical.generators.items():
            if group.bus != bus:
                continue
            if group.droop <= 0.0:
                raise scenario.refuse(
                    f"electrical.generators.{name}.droop",
                    "an isochronous governor (droop 0) is not modelled; give a droop such as 0.04",
                )
            called = timing(scenario.electrical.buses[bus]).called(name)
            for k in range(genset_count(group, load[bus])):
                units.append(genset_unit(f"{name}.{k + 1}", group, bus_order.index(bus), called, scenario))
    return units


def genset_unit(
    name: str, group: Generators, bus: int, called: tuple[float, float], scenario: Scenario
) -> Unit:
    """One generating set; its fuel curve is fitted to its data sheet. `called`: its time, and charge of storage."""
    load = np.asarray(group.fuel_load)
    flow = load * group.power_rated * np.asarray(group.fuel_rate)
    fuel = np.polynomial.polynomial.polyfit(load, flow, min(2, load.size - 1))
    fuel = np.concatenate([fuel, np.zeros(3 - fuel.size)])
    crank = group.crank_attempts * group.crank_time + (group.crank_attempts - 1) * group.crank_rest
    params = {
        "bus": bus,
        "power_rated": group.power_rated,
        "start_delay": group.start_delay,
        "crank_limit": crank,
        "call_delay": called[0],
        "call_soc": called[1],
        "cooldown": COOLDOWN,
        "fuel_0": max(float(fuel[0]), 0.0),
        "fuel_1": float(fuel[1]),
        "fuel_2": float(fuel[2]),
        "fuel_heat": DIESEL_HEAT,
        "co2_per_fuel": group.co2e,
        "nox_per_energy": group.nox,
        "tank": group.tank,
        "droop": group.droop,
        "actuator_lag": group.actuator_lag,
        "inertia": group.inertia,
        "damping": 0.0,
        "frequency_nominal": scenario.electrical.frequency,
        "power_at_nominal": GOVERNOR_BALANCE,
    }
    return Unit(name, params, {"fuel": group.tank, "run_left": NEVER})
