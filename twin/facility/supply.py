"""Utility feeds and busbars of a scenario, as units for the kernels."""

from __future__ import annotations

from twin.facility.pack import Unit
from twin.scenario.electrical import Bus, Electrical

NEVER = 1e30
"""A run time that never comes [s]."""


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
