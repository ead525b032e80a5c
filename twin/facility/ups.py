"""UPS systems of a scenario and plain connections, as units for the kernels."""

from __future__ import annotations

import math

from twin.facility.pack import Unit
from twin.facility.rectifier import dc_params
from twin.facility.storage import BATTERY_LIMIT, BATTERY_ROOM, battery_unit
from twin.facility.wells import energy_for
from twin.kernels.clock import NEVER
from twin.kernels.fields import (
    BAT_OCV_POINTS,
    BATTERY,
    UPS,
    UPS_ECO,
    UPS_NORMAL,
    UPS_OVERLOAD_POINTS,
    UPS_RIDE_MAX,
)
from twin.scenario.electrical import Ups, spare_units
from twin.scenario.equipment_ups import UpsUnit


def ups_energy(ups: Ups, rated: float) -> float:
    """Energy of the battery of a UPS system [J]: as given, or what carries `rated` for the autonomy asked for.

    Conversion loss and the voltage drop inside the pack are covered, from the highest charge to the lowest. A pack
    is never so small that its cells could not give the power at all.
    """
    cell = ups.battery
    if cell.energy_rated is not None:
        return cell.energy_rated
    power = rated * (1.0 + sum(ups.loss_battery))
    return energy_for(cell, power, float(cell.autonomy or 0.0))


def ups_modules(ups: Ups, load: float) -> int:
    """Modules of one system: as given, or enough for `load` [W] and the spares its redundancy names."""
    if ups.modules is not None:
        return ups.modules
    return math.ceil(load / ups.module_power) + spare_units(ups.redundancy)


def overload_params(ups: UpsUnit) -> dict[str, float]:
    """Overload curve: its points in rising order, the last one repeated; without any, nothing above the rating."""
    points = [(limit.load, limit.time) for limit in ups.overload] or [(1.0, NEVER)]
    points += [points[-1]] * (UPS_OVERLOAD_POINTS - len(points))
    params = {f"overload_load_{k}": load for k, (load, _) in enumerate(points)}
    params |= {f"overload_time_{k}": time for k, (_, time) in enumerate(points)}
    recovery = ups.overload_recovery or max((limit.time for limit in ups.overload), default=NEVER)
    return params | {"overload": points[-1][0], "overload_recovery": recovery}


def bypass_params(ups: UpsUnit, frequency: float) -> dict[str, float]:
    """Static bypass and eco mode; without them a window that nothing fits."""
    loss = ups.loss_bypass or [0.0, 0.0, 0.0]
    jump = math.radians(ups.phase_jump_max) if ups.phase_jump_max is not None else NEVER
    return {
        "loss_bypass_0": loss[0],
        "loss_bypass_1": loss[1],
        "loss_bypass_2": loss[2],
        "phase_jump_max": jump,
        "frequency_nominal": frequency,
        "bypass": 0.0 if ups.bypass_voltage_min is None else 1.0,
        "bypass_voltage_min": given(ups.bypass_voltage_min, 0.0),
        "bypass_voltage_max": given(ups.bypass_voltage_max, 0.0),
        "bypass_frequency_limit": given(ups.bypass_frequency_limit, 0.0),
        "bypass_transfer": given(ups.bypass_transfer, NEVER),
        "eco": 1.0 if ups.mode == "eco" else 0.0,
        "eco_voltage_min": given(ups.eco_voltage_min, 0.0),
        "eco_voltage_max": given(ups.eco_voltage_max, 0.0),
        "eco_delay": given(ups.eco_delay, 0.0),
        "eco_transfer": given(ups.eco_transfer, 0.0),
    }


def disturbance_params(ups: UpsUnit) -> dict[str, float]:
    """Counter and ride-through table."""
    points = [(point.voltage, point.time) for point in ups.ride_through or []]
    unused = [(0.0, 0.0)] * (UPS_RIDE_MAX - len(points))
    params = {f"ride_voltage_{k}": voltage for k, (voltage, _) in enumerate(points + unused)}
    params |= {f"ride_time_{k}": time for k, (_, time) in enumerate(points + unused)}
    return params | {
        "ride_points": len(points),
        "ride_return": given(ups.ride_through_return, 0.0),
        "ride_walk_in": given(ups.ride_through_walk_in, 0.0),
        "counter_events": given(ups.counter_events, 0.0),
        "counter_window": given(ups.counter_window, 0.0),
        "counter_any": 1.0 if ups.counter_excursions else 0.0,
        "counter_reset": given(ups.counter_reset, NEVER),
    }


def given(value: float | None, without: float) -> float:
    """A value that may be absent, and what stands for its absence in the kernels."""
    return without if value is None else value


def ups_units(
    name: str, ups: Ups, bus: int, load: float, reserve: float, frequency: float
) -> tuple[Unit, Unit]:
    """One UPS system and its battery, on a site of nominal `frequency` [Hz]."""
    modules = ups_modules(ups, load)
    rated = modules * ups.module_power
    params = {
        "bus": bus,
        "power_rated": rated,
        "modules": modules,
        "module_load": given(ups.module_load_max, 0.0),
        "loss_0": ups.loss[0],
        "loss_1": ups.loss[1],
        "loss_2": ups.loss[2],
        "loss_battery_0": ups.loss_battery[0],
        "loss_battery_1": ups.loss_battery[1],
        "loss_battery_2": ups.loss_battery[2],
        "voltage_min": ups.voltage_min,
        "voltage_max": ups.voltage_max,
        "voltage_full": given(ups.voltage_full, 1.0),
        "frequency_min": ups.frequency_min,
        "frequency_max": ups.frequency_max,
        "detect_delay": ups.detect_delay,
        "walk_in": ups.walk_in,
        "retransfer_delay": ups.retransfer_delay + given(ups.walk_in_delay, 0.0),
        # A rectifier is built for the full load, its loss, and charging at the same time.
        "rectifier_margin": 1.0 + sum(ups.loss) + ups.charge_fraction,
        "charge_power": ups.charge_fraction * rated,
        "direct": 0.0,
        "soc_reserve": reserve,
    }
    params |= overload_params(ups) | bypass_params(ups, frequency) | disturbance_params(ups)
    energy = ups_energy(ups, rated)
    limit = rated * max(params["overload"], 1.0) * (1.0 + max(sum(ups.loss), sum(ups.loss_battery)))
    pack = battery_unit(
        f"{name}.battery", ups.battery, energy, ups.initial_soc, limit, params["charge_power"]
    )
    params |= {
        "test_load": given(ups.test_load, 0.0),
        "test_time": given(ups.test_time, 0.0),
        "test_soc_min": given(ups.test_soc_min, 0.0),
        "test_voltage_min": ups.battery.voltage_min * pack.params["cells_in_series"],
    }
    params |= dc_params(ups, dict(pack.params))
    states = {
        "mode": float(UPS_ECO if ups.mode == "eco" else UPS_NORMAL),
        "walk": 1.0,
        "voltage": 1.0,
        "input_voltage": 1.0,
        "timer": params["retransfer_delay"],
        "eco_timer": params["eco_delay"],
    }
    return Unit(name, params, states), pack


def direct_units(bus_name: str, bus: int) -> tuple[Unit, Unit]:
    """A plain connection of racks to a bus, with an empty place where a UPS has its battery."""
    # Its step reads its bus, rating, margin and reserve alone; the rest of a UPS it does not have.
    params = {field.name: 0.0 for field in UPS.params}
    params |= {
        "bus": bus,
        "power_rated": 1e12,
        "modules": 1.0,
        "voltage_max": 2.0,
        "voltage_full": 1.0,
        "frequency_max": 100.0,
        "overload": 1e3,
        "overload_recovery": NEVER,
        "rectifier_margin": 1e3,
        "direct": 1.0,
        "soc_reserve": 1.0,
        "dc_battery": 1.0,
    }
    pack = {f.name: 0.0 for f in BATTERY.params}
    pack |= {"charge_rated": 1.0, "cells_in_series": 1.0, "heat_capacity": 1.0, "conductance": 1.0}
    pack |= {"temperature_room": BATTERY_ROOM, "temperature_max": BATTERY_LIMIT}
    pack |= {"life_calendar": 1.0, "life_cycles": 1.0}
    # One volt keeps the equations of an empty pack defined.
    pack |= {f"ocv_{k}": 1.0 for k in range(BAT_OCV_POINTS)}
    states = {"mode": 1.0, "walk": 1.0, "voltage": 1.0, "input_voltage": 1.0}
    battery = Unit(f"{bus_name}.none", pack, {"temperature": BATTERY_ROOM})
    return Unit(f"{bus_name}.direct", params, states), battery
