"""Utility feeds and busbars of a scenario, as units for the kernels."""

from __future__ import annotations

import math

from twin.facility.pack import Unit
from twin.facility.ring import busbar_stations, feed_of_bus
from twin.facility.sequence import connect_delays, timing
from twin.facility.transformer import transformer_params
from twin.kernels.clock import NEVER
from twin.scenario.electrical import Bus, Electrical
from twin.scenario.scenario import Scenario
from twin.scenario.sequence import MOST_PRIORITIES


def feeds(electrical: Electrical) -> list[Unit]:
    """Utility feeds, nominal and with no loss of mains."""
    states = {
        "voltage": 1.0,
        "frequency": electrical.frequency,
        "outage_start": NEVER,
        "outage_end": NEVER,
    }
    stand_ins = [f"{ring}.{station}" for ring, station in busbar_stations(electrical)]
    return [Unit(name, {}, states) for name in [*electrical.feeds, *stand_ins]]


def buses(scenario: Scenario) -> list[Unit]:
    """Busbars, on the mains."""
    electrical = scenario.electrical
    return [
        bus_unit(scenario, name, bus, feed_of_bus(electrical, name)) for name, bus in electrical.buses.items()
    ]


def bus_unit(scenario: Scenario, name: str, bus: Bus, feed: int) -> Unit:
    """One busbar with its transformers in parallel and its transfer scheme."""
    transfer, times = bus.transfer, timing(bus)
    ramp = bus.ramp_limit
    storage = [unit for unit in scenario.electrical.storage.values() if unit.bus == name]
    params = transformer_params(bus.transformer) | {
        "feed": feed,
        "voltage_min": transfer.voltage_min,
        "voltage_max": transfer.voltage_max,
        "frequency_min": transfer.frequency_min,
        "frequency_max": transfer.frequency_max,
        "detect_delay": times.detect,
        "retransfer_delay": times.back.wait,
        "open_transition": transfer.transition,
        # Sets that can run are waited for, unless those already running carry the load.
        "generator_close_fraction": times.share,
        "form_first": float(bool(times.forms)),
        "close_limit": times.limit,
        "stop_delay": times.stop,
        "closed_transition": float(times.back.transfer != "open"),
        "soft_transition": float(times.back.transfer == "soft"),
        "parallel_time": times.back.parallel,
        "synchronise_limit": times.back.within,
        "synchronise_or_open": float(times.back.otherwise == "open"),
        "synchronise_angle": math.radians(transfer.angle_max),
        "synchronise_slip": transfer.slip_max,
        "synchronise_voltage": transfer.voltage_difference_max,
        "leave_on_latch": float(transfer.leave_on_latch),
        "frequency_shed": transfer.shed_frequency,
        "frequency_trip": transfer.trip_frequency,
        "trip_delay": transfer.trip_delay,
        "shed_delay": transfer.shed_delay,
        "restore_delay": transfer.restore_delay,
        "shed_soc": bus.shed_storage_below or 0.0,
        "levels": lowest_priority(scenario, name, bus),
        "priority_ups": bus.loads.ups,
        "priority_cooling": bus.loads.cooling,
        "priority_charging": bus.loads.charging,
        "connect_after_sets": float(times.after_sets),
        "ramp_limit": ramp.change / ramp.within if ramp else 0.0,
        "charge_restore": ramp.restore if ramp else 0.0,
        "handover": max((unit.converter.handover_time for unit in storage), default=0.0),
    }
    return Unit(name, params | connect_delays(bus), {"voltage": 1.0})


def lowest_priority(scenario: Scenario, name: str, bus: Bus) -> int:
    """Largest priority number of what may be shed from a bus, its cooling and the rows it feeds; 8 stands for more."""
    levels = [bus.loads.cooling]
    systems = {ups for ups, unit in scenario.electrical.ups.items() if name in [b for _, b in unit.systems]}
    for group in scenario.racks.values():
        if group.bus == name or systems & set(group.ups or ()):
            levels.append(int(getattr(group, "priority", None) or 0))
    return min(max(levels), MOST_PRIORITIES)
