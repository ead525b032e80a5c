"""Feeds, buses, generators, storage and UPS systems of a scenario, as units for the kernels."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from twin.facility.pack import Unit
from twin.kernels.battery import battery_stored, terminal_current
from twin.kernels.fields import BAT_OCV_POINTS, BATTERY
from twin.scenario.electrical import Bus, Electrical, Generators, Storage, Ups, spare_units
from twin.scenario.equipment_power import Battery
from twin.scenario.scenario import Scenario

NEVER = 1e30
"""A run time that never comes [s]."""

CELL_STRING = 150
"""Cells in series of a pack: about 490 V with LFP cells, a usual DC link; only currents depend on it."""

BATTERY_ROOM = 25.0
"""Battery room temperature [degC], the usual design value of IEC 62485-2."""

BATTERY_LIMIT = 60.0
"""Pack temperature at which protection opens [degC]: data sheets of LFP cells allow discharge to 60 degC."""

DIESEL_HEAT = 35.8e9
"""Lower heating value of diesel [J/m3]: 42.9 MJ/kg at 835 kg/m3 (EN 590 fuel)."""

COOLDOWN = 300.0
"""Unloaded run of an engine before it stops [s]: NFPA 110 asks for at least 5 min (remembered)."""

GOVERNOR_BALANCE = 0.5
"""Load at which a droop governor is set to hold nominal speed: the middle of its range."""


def feeds(electrical: Electrical) -> list[Unit]:
    """Utility feeds, nominal and with no loss of mains."""
    states = {
        "voltage": 1.0,
        "frequency": electrical.frequency,
        "outage_start": NEVER,
        "outage_end": NEVER,
    }
    return [Unit(name, {}, states) for name in electrical.feeds]


def buses(electrical: Electrical) -> list[Unit]:
    """Busbars, on the mains."""
    order = list(electrical.feeds)
    return [bus_unit(name, bus, order.index(bus.feed)) for name, bus in electrical.buses.items()]


def bus_unit(name: str, bus: Bus, feed: int) -> Unit:
    """One busbar with its transformers in parallel and its transfer scheme."""
    count = bus.transformer.count
    params = {
        "feed": feed,
        "transformer_loss_no_load": count * bus.transformer.loss_no_load,
        "transformer_loss_load": count * bus.transformer.loss_load,
        "transformer_power_rated": count * bus.transformer.power_rated,
        "voltage_min": bus.transfer.voltage_min,
        "voltage_max": bus.transfer.voltage_max,
        "frequency_min": bus.transfer.frequency_min,
        "frequency_max": bus.transfer.frequency_max,
        "detect_delay": bus.transfer.detect_delay,
        "retransfer_delay": bus.transfer.retransfer_delay,
        "open_transition": bus.transfer.transition,
        # Sets that can run are waited for, unless those already running carry the load.
        "generator_close_fraction": 1.0,
    }
    return Unit(name, params, {"voltage": 1.0})


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
            start = group.start_delay + scenario.electrical.buses[bus].transfer.start_delay
            for k in range(genset_count(group, load[bus])):
                units.append(genset_unit(f"{name}.{k + 1}", group, bus_order.index(bus), start, scenario))
    return units


def genset_unit(name: str, group: Generators, bus: int, start: float, scenario: Scenario) -> Unit:
    """One generating set; its fuel curve is fitted to the points of its data sheet."""
    load = np.asarray(group.fuel_load)
    flow = load * group.power_rated * np.asarray(group.fuel_rate)
    fuel = np.polynomial.polynomial.polyfit(load, flow, min(2, load.size - 1))
    fuel = np.concatenate([fuel, np.zeros(3 - fuel.size)])
    crank = group.crank_attempts * group.crank_time + (group.crank_attempts - 1) * group.crank_rest
    params = {
        "bus": bus,
        "power_rated": group.power_rated,
        "start_delay": start,
        "crank_limit": crank + scenario.electrical.buses[group.bus].transfer.start_delay,
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


def battery_unit(
    name: str, cell: Battery, energy: float, soc: float, discharge: float, charge: float
) -> Unit:
    """A pack of `energy` [J at open circuit], at charge `soc`, limited to the given powers [W].

    The number of parallel cells need not be whole: a pack is sized in energy.
    """
    soc_points = np.linspace(0.0, 1.0, BAT_OCV_POINTS)
    ocv = np.interp(soc_points, cell.ocv_soc, cell.ocv)
    integral = np.concatenate([[0.0], np.cumsum(0.5 * (ocv[1:] + ocv[:-1]) * np.diff(soc_points))])
    parallel = energy / (CELL_STRING * cell.capacity * integral[-1])
    cells = CELL_STRING * parallel
    hours = energy / 3600.0
    params = {
        "charge_rated": parallel * cell.capacity,
        "cells_in_series": CELL_STRING,
        "resistance_ohmic": cell.resistance * CELL_STRING / parallel,
        "resistance_rc": cell.resistance_rc * CELL_STRING / parallel,
        "tau_rc": cell.time_constant_rc,
        "power_discharge_max": min(discharge, cell.discharge_rate_max * hours),
        "power_charge_max": min(charge, cell.charge_rate_max * hours),
        "soc_min": cell.soc_min,
        "soc_max": cell.soc_max,
        "heat_capacity": cells * cell.heat_capacity,
        "conductance": cells * cell.conductance,
        "temperature_room": BATTERY_ROOM,
        "temperature_max": BATTERY_LIMIT,
    }
    params |= {f"ocv_{k}": float(value) for k, value in enumerate(ocv)}
    params |= {f"energy_{k}": float(value) for k, value in enumerate(integral)}
    block = np.array([[params[f.name]] for f in BATTERY.params])
    start = min(max(soc, cell.soc_min), cell.soc_max)
    states = {"soc": start, "temperature": BATTERY_ROOM, "stored": battery_stored(block, 0, start, 0.0)}
    return Unit(name, params, states)


def ups_energy(ups: Ups, rated: float) -> float:
    """Energy of the battery of a UPS system [J]: as given, or what carries `rated` for the autonomy asked for.

    Conversion loss and the voltage drop inside the pack are covered, from the highest charge to the lowest. A pack
    is never so small that its cells could not give the power at all.
    """
    cell = ups.battery
    if cell.energy_rated is not None:
        return cell.energy_rated
    power = rated * (1.0 + sum(ups.loss))
    window = cell.soc_max - cell.soc_min
    energy = power * float(cell.autonomy or 0.0) / window
    mean = cell.energy / cell.capacity
    for _ in range(50):  # the drop depends on the current per cell, the current on the size
        per_cell = power * cell.energy / max(energy, 1.0)
        current = terminal_current(per_cell, mean, cell.resistance + cell.resistance_rc)
        energy = current * mean / per_cell * power * float(cell.autonomy or 0.0) / window
        energy = max(energy, power * 3600.0 / cell.discharge_rate_max)
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
    # One volt keeps the equations of an empty pack defined.
    pack |= {f"ocv_{k}": 1.0 for k in range(BAT_OCV_POINTS)}
    states = {"mode": 1.0, "walk": 1.0, "voltage": 1.0}
    battery = Unit(f"{bus_name}.none", pack, {"temperature": BATTERY_ROOM})
    return Unit(f"{bus_name}.direct", params, states), battery


def storage_units(name: str, storage: Storage, bus: int, reserve: float) -> tuple[Unit, Unit]:
    """A storage converter and its battery."""
    rated = max(storage.power, 1.0)
    params = {
        "bus": bus,
        "power_rated": rated,
        "loss_0": storage.converter.loss[0],
        "loss_1": storage.converter.loss[1],
        "loss_2": storage.converter.loss[2],
        "soc_reserve": max(reserve, storage.battery.soc_min),
    }
    limit = storage.power * (1.0 + sum(storage.converter.loss))
    pack = battery_unit(
        f"{name}.battery",
        storage.battery,
        max(storage.energy, 1.0),
        storage.initial_soc,
        limit,
        storage.power,
    )
    return Unit(name, params, {"mode": 1.0}), pack
