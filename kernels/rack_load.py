"""What the servers of a rack want, and what their supplies lose at it."""

from __future__ import annotations

from twin.kernels.fields import (
    RACK_BASE,
    RACK_FAN,
    RACK_POWER_OTHER,
    RACK_PSU_0,
    RACK_PSU_1,
    RACK_PSU_2,
    RACK_PSU_3,
    RACK_PSU_RATED,
    RACK_SYNC,
    RACK_WANT,
    RACK_WANT_LOSS,
    RACK_WAVE,
    RACK_WAVE_DUTY,
    RACK_WAVE_PHASE,
    RACK_WAVE_RATE,
)
from twin.kernels.psu import psu_loss
from twin.kernels.scalar import Array, inlined
from twin.kernels.server import training_wave

# Bulk capacitors recharge at this share of the supplies' rating: a soft start, well above what hold-up needs.
RECHARGE_SHARE = 0.05


@inlined
def rack_loss(p: Array, i: int, power: float) -> float:
    """Supply loss of rack `i` at server power `power` [W]."""
    return psu_loss(
        power, p[RACK_PSU_RATED, i], p[RACK_PSU_0, i], p[RACK_PSU_1, i], p[RACK_PSU_2, i], p[RACK_PSU_3, i]
    )


@inlined
def rack_want(p: Array, s: Array, i: int, t: float, dt: float) -> tuple[float, float]:
    """Mean power the servers of rack `i` want in a step, and the loss of their supplies at it [W]."""
    if p[RACK_WAVE_RATE, i] <= 0.0:
        return s[RACK_WANT, i], s[RACK_WANT_LOSS, i]
    rate = p[RACK_WAVE_RATE, i]
    duty = p[RACK_WAVE_DUTY, i]
    sync = p[RACK_SYNC, i]
    wave = sync * training_wave(t, dt, rate, duty, 0.0)
    wave += (1.0 - sync) * training_wave(t, dt, rate, duty, p[RACK_WAVE_PHASE, i])
    want = s[RACK_BASE, i] + s[RACK_WAVE, i] * wave + s[RACK_FAN, i]
    return want + p[RACK_POWER_OTHER, i], rack_loss(p, i, want)
