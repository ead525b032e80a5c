"""The transformers of a busbar, as parameters for the kernels."""

from __future__ import annotations

import math

from twin.kernels.clock import NEVER
from twin.scenario.electrical import BusTransformer


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
