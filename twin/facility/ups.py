"""UPS systems of a scenario and plain connections, as units for the kernels."""

from __future__ import annotations

import math

from twin.facility.pack import Unit
from twin.facility.storage import BATTERY_LIMIT, BATTERY_ROOM, battery_unit
from twin.facility.wells import discharge_resistance, usable_share
from twin.kernels.battery import terminal_current
from twin.kernels.fields import BAT_OCV_POINTS, BATTERY
from twin.scenario.electrical import Ups, spare_units


def ups_energy(ups: Ups, rated: float) -> float:
    """Energy of the battery of a UPS system [J]: as given, or what carries `rated` for the autonomy asked for.

    Conversion loss and the voltage drop inside the pack are covered, from the highest charge to the lowest. A pack
    is never so small that its cells could not give the power at all.
    """
    cell = ups.battery
    if cell.energy_rated is not None:
        return cell.energy_rated
    power = rated * (1.0 + sum(ups.loss))
    autonomy = max(float(cell.autonomy or 0.0), 1.0)
    resistance = discharge_resistance(cell, autonomy)
    least = power * 3600.0 / cell.discharge_rate_max
    energy = max(power * autonomy, least)
    mean = cell.energy / cell.capacity - (cell.hysteresis or 0.0)
    for _ in range(50):  # drop and usable charge depend on the power of a cell, that on the size
        per_cell = power * cell.energy / energy
        window = usable_share(cell, autonomy, per_cell)
        if window <= 0.0:
            energy *= 1.2
            continue
        current = terminal_current(per_cell, mean, resistance)
        energy = max(energy * current * autonomy / (window * cell.capacity), least)
    return energy


def ups_modules(ups: Ups, load: float) -> int:
    """Modules of one system: as given, or enough for `load` [W] and the spares its redundancy names."""
    if ups.modules is not None:
        return ups.modules
    return math.ceil(load / ups.module_power) + spare_units(ups.redundancy)


def ups_units(name: str, ups: Ups, bus: int, load: float, reserve: float) -> tuple[Unit, Unit]:
    """One UPS system and its battery."""
    rated = ups_modules(ups, load) * ups.module_power
    params = {
        "bus": bus,
        "power_rated": rated,
        "loss_0": ups.loss[0],
        "loss_1": ups.loss[1],
        "loss_2": ups.loss[2],
        "voltage_min": ups.voltage_min,
        "voltage_max": ups.voltage_max,
        "frequency_min": ups.frequency_min,
        "frequency_max": ups.frequency_max,
        "walk_in": ups.walk_in,
        "retransfer_delay": ups.retransfer_delay,
        "overload": max((limit.load for limit in ups.overload), default=1.0),
        # A rectifier is built for the full load, its loss, and charging at the same time.
        "rectifier_margin": 1.0 + sum(ups.loss) + ups.charge_fraction,
        "charge_power": ups.charge_fraction * rated,
        "direct": 0.0,
        "soc_reserve": reserve,
    }
    unit = Unit(name, params, {"mode": 1.0, "walk": 1.0, "voltage": 1.0, "timer": ups.retransfer_delay})
    energy = ups_energy(ups, rated)
    limit = rated * max(params["overload"], 1.0) * (1.0 + sum(ups.loss))
    pack = battery_unit(
        f"{name}.battery", ups.battery, energy, ups.initial_soc, limit, params["charge_power"]
    )
    return unit, pack


def direct_units(bus_name: str, bus: int) -> tuple[Unit, Unit]:
    """A plain connection of racks to a bus, with an empty place where a UPS has its battery."""
    params = {
        "bus": bus,
        "power_rated": 1e12,
        "loss_0": 0.0,
        "loss_1": 0.0,
        "loss_2": 0.0,
        "voltage_min": 0.0,
        "voltage_max": 2.0,
        "frequency_min": 0.0,
        "frequency_max": 100.0,
        "walk_in": 0.0,
        "retransfer_delay": 0.0,
        "overload": 1e3,
        "rectifier_margin": 1e3,
        "charge_power": 0.0,
        "direct": 1.0,
        "soc_reserve": 1.0,
    }
    pack = {f.name: 0.0 for f in BATTERY.params}
    pack |= {"charge_rated": 1.0, "cells_in_series": 1.0, "heat_capacity": 1.0, "conductance": 1.0}
    pack |= {"temperature_room": BATTERY_ROOM, "temperature_max": BATTERY_LIMIT}
    pack |= {"life_calendar": 1.0, "life_cycles": 1.0}
    # One volt keeps the equations of an empty pack defined.
    pack |= {f"ocv_{k}": 1.0 for k in range(BAT_OCV_POINTS)}
    states = {"mode": 1.0, "walk": 1.0, "voltage": 1.0}
    battery = Unit(f"{bus_name}.none", pack, {"temperature": BATTERY_ROOM})
    return Unit(f"{bus_name}.direct", params, states), battery
