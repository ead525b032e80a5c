"""Generating sets of a scenario, as units for the kernels."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from twin.facility.pack import Unit
from twin.facility.sequence import timing
from twin.kernels.clock import NEVER
from twin.scenario.electrical import Generators, spare_units
from twin.scenario.equipment_generation import Genset
from twin.scenario.scenario import Scenario

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
            for k in range(genset_count(group, load[bus])):
                units.append(genset_unit(f"{name}.{k + 1}", group, bus_order.index(bus), scenario))
    return units


def genset_unit(name: str, group: Generators, bus: int, scenario: Scenario) -> Unit:
    """One generating set, with what it holds before the run."""
    delay, charge = timing(scenario.electrical.buses[group.bus]).called(name.rpartition(".")[0])
    params = {"bus": float(bus)} | set_params(group, 0.0, scenario.electrical.frequency)
    params |= {"call_delay": delay, "call_soc": charge}
    return Unit(name, params, {"fuel": params["tank"], "fuel_bulk": params["tank_bulk"], "run_left": NEVER})


def set_params(group: Genset, wait: float, frequency: float) -> dict[str, float]:
    """Parameters of a set by itself, for a bus of a nominal `frequency` [Hz] that calls it after `wait` [s]."""
    params = {"power_rated": group.power_rated} | start_params(group, wait) | fuel_params(group)
    params |= machine_params(group) if group.inertia > 0.0 else inverter_params(group)
    return params | {
        "inertia": group.inertia,
        "load_step_max": group.load_step_max,
        "load_step_interval": group.load_step_interval,
        "load_min": group.load_min,
        "call_delay": 0.0,
        "call_soc": 1.0,
        "frequency_nominal": frequency,
        "frequency_low": group.frequency_low,
        "frequency_high": group.frequency_high,
        "frequency_delay": group.frequency_delay,
        "voltage_low": group.voltage_low,
        "voltage_delay": group.voltage_delay,
        "overload_pickup": group.overload_pickup,
        "overload_time": group.overload_time,
    }


def start_params(group: Genset, wait: float) -> dict[str, float]:
    """Start sequence; the start signal comes `wait` [s] after the call."""
    crank = group.crank_attempts * group.crank_time + (group.crank_attempts - 1) * group.crank_rest
    return {
        "start_delay": wait + group.start_delay,
        "signal_delay": wait,
        # The first crank begins with the signal: engaging the starter is part of it.
        "fire_time": group.engage + group.fire_time,
        "crank_time": group.crank_time,
        "crank_rest": group.crank_rest,
        "crank_limit": wait + crank,
        "cooldown": group.cooldown,
        "warm_up": group.warm_up,
        "warm_first": group.warm_first,
    }


def fuel_params(group: Genset) -> dict[str, float]:
    """Fuel, tanks and emissions; the curve is a parabola through the points of the data sheet."""
    load = np.asarray(group.fuel_load)
    flow = load * group.power_rated * np.asarray(group.fuel_rate)
    fuel = np.polynomial.polynomial.polyfit(load, flow, min(2, load.size - 1))
    fuel = np.concatenate([fuel, np.zeros(3 - fuel.size)])
    bulk, delivery = group.bulk_tank, group.delivery
    return {
        "fuel_0": max(float(fuel[0]), 0.0),
        "fuel_1": float(fuel[1]),
        "fuel_2": float(fuel[2]),
        "fuel_floor": group.fuel_floor,
        "fuel_heat": group.fuel_heat,
        "co2_per_fuel": group.co2e,
        "nox_per_energy": group.nox,
        "tank": group.tank or 0.0,
        "pipeline": float(group.tank is None),
        "tank_bulk": bulk.volume if bulk else 0.0,
        "transfer_flow": bulk.transfer_flow if bulk else 0.0,
        "delivery_delay": delivery.delay if delivery else 0.0,
        "delivery_volume": delivery.volume if delivery else 0.0,
    }


COPIED = (
    "droop", "governor_gain", "governor_reset", "actuator_lag", "dead_time", "rack_max", "friction", "aspirated",
    "turbo_lag", "share_gain", "soft_load", "reactance", "reactance_transient", "field_lag", "exciter_lag",
    "avr_gain", "avr_reset", "ceiling", "volts_per_hertz_knee", "volts_per_hertz_slope", "slip", "sync_slip",
    "sync_voltage",
)  # fmt: skip
"""Parameters of a machine that have the name of their key."""


def machine_params(group: Genset) -> dict[str, float]:
    """Governor, engine, alternator and synchroniser; the scenario has checked that they are there."""
    params = {name: float(getattr(group, name)) for name in COPIED}
    return params | {
        "ramp": NEVER,
        "power_at_nominal": GOVERNOR_BALANCE if group.droop else 0.0,
        "power_factor_rated": float(group.power_factor or 1.0),
        "power_factor_load": float(group.load_power_factor or 1.0),
        "sync_angle": math.radians(float(group.sync_angle or 0.0)),
    }


def inverter_params(group: Genset) -> dict[str, float]:
    """A source behind an inverter: its ramp, and nothing that turns."""
    params = dict.fromkeys(
        (*COPIED, "power_at_nominal", "power_factor_rated", "power_factor_load", "sync_angle"), 0.0
    )
    return params | {"ramp": float(group.ramp or 0.0)}
