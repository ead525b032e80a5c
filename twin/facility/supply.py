"""Utility feeds and busbars of a scenario, as units for the kernels."""

from __future__ import annotations

from twin.facility.pack import Unit
from twin.facility.ring import busbar_stations, feed_of_bus
from twin.scenario.electrical import Bus, Electrical

NEVER = 1e30
"""A run time that never comes [s]."""


def feeds(electrical: Electrical) -> list[Unit]:
    """Utility feeds, nominal and with no loss of mains; after them one for each station that feeds a busbar."""
    states = {
        "voltage": 1.0,
        "frequency": electrical.frequency,
        "outage_start": NEVER,
        "outage_end": NEVER,
    }
    stand_ins = [f"{ring}.{station}" for ring, station in busbar_stations(electrical)]
    return [Unit(name, {}, states) for name in [*electrical.feeds, *stand_ins]]


def buses(electrical: Electrical) -> list[Unit]:
    """Busbars, on the mains."""
    return [bus_unit(name, bus, feed_of_bus(electrical, name)) for name, bus in electrical.buses.items()]


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
