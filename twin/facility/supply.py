"""Utility feeds and busbars of a scenario, as units for the kernels."""

from __future__ import annotations

import math

from twin.facility.pack import Unit
from twin.facility.ring import busbar_stations, feed_of_bus
from twin.scenario.electrical import Bus, BusTransformer, Electrical

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


def transformer_params(transformer: BusTransformer) -> dict[str, float]:
    """The transformers of a busbar in parallel, as one."""
    count = transformer.count
    resistance = transformer.loss_load / transformer.power_rated
    params = {
        "transformer_loss_no_load": count * transformer.loss_no_load,
        "transformer_loss_load": count * transformer.loss_load,
        "transformer_power_rated": count * transformer.power_rated,
        "transformer_resistance": resistance,
        "transformer_reactance": math.sqrt(transformer.impedance**2 - resistance**2),
        "transformer_power_factor": transformer.power_factor,
        "transformer_boost": transformer.tap,
        "oil_rise": transformer.top_oil_rise,
        "gradient": transformer.hot_spot_gradient,
        "paper_upgraded": float(transformer.paper == "upgraded"),
        "transformer_indoor": float(transformer.room is not None),
        "transformer_room": transformer.room or 0.0,
        "hot_spot_alarm": NEVER if transformer.hot_spot_alarm is None else transformer.hot_spot_alarm,
    }
    same = ("oil_time", "winding_time", "oil_exponent", "winding_exponent", "k11", "k21", "k22")
    params |= {name: getattr(transformer, name) for name in same}
    changer = transformer.tap_changer
    return params | {
        "tap_step": changer.step if changer else 0.0,
        "tap_max": float(changer.positions) if changer else 0.0,
        "tap_band": changer.dead_band if changer else 0.0,
        "tap_delay": changer.delay if changer else 0.0,
        "tap_target": changer.target if changer else 1.0,
    }


def bus_unit(name: str, bus: Bus, feed: int) -> Unit:
    """One busbar with its transformers in parallel and its transfer scheme."""
    params = transformer_params(bus.transformer) | {
        "feed": feed,
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
