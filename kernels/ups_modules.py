"""Modules of a UPS system: capacity of those in service, loss of those that run, and what overload they carry.

Modules in service share the output equally. Loss follows the load fraction of the modules that run; modules that
stand by lose nothing, and join within the step in which they are needed.
"""

from __future__ import annotations

import math

from twin.kernels.conversion import quadratic_loss
from twin.kernels.fields import (
    UPS_BATTERY_LOSS_0,
    UPS_BATTERY_LOSS_1,
    UPS_BATTERY_LOSS_2,
    UPS_BYPASS,
    UPS_BYPASS_LOSS_0,
    UPS_BYPASS_LOSS_1,
    UPS_BYPASS_LOSS_2,
    UPS_ECO,
    UPS_INPUT_VOLTAGE,
    UPS_LOSS_0,
    UPS_LOSS_1,
    UPS_LOSS_2,
    UPS_MODULE_LOAD,
    UPS_MODULES,
    UPS_MODULES_OUT,
    UPS_OFF,
    UPS_ON_BATTERY,
    UPS_OVERLOAD,
    UPS_OVERLOAD_LOAD_0,
    UPS_OVERLOAD_POINTS,
    UPS_OVERLOAD_RECOVERY,
    UPS_OVERLOAD_TIME_0,
    UPS_OVERLOAD_USED,
    UPS_RATED,
    UPS_RECTIFIER,
    UPS_V_FULL,
)
from twin.kernels.scalar import Array, scalar

# A demand within this share of what is available counts as met: it absorbs rounding, nothing else.
ROUNDING = 1e-9


@scalar
def on_bypass(mode: float) -> bool:
    """Whether the load is on the static bypass: eco and bypass, whose numbers lie side by side."""
    return UPS_ECO <= mode <= UPS_BYPASS


@scalar
def on_inverter(mode: float) -> bool:
    """Whether the inverters carry the load: normal, on battery, battery test."""
    return mode != UPS_OFF and not on_bypass(mode)


@scalar
def ups_capacity(p: Array, s: Array, i: int) -> float:
    """Rated output of the modules of UPS `i` that are in service [W]."""
    return p[UPS_RATED, i] * max(p[UPS_MODULES, i] - s[UPS_MODULES_OUT, i], 0.0) / p[UPS_MODULES, i]


@scalar
def ups_running(p: Array, s: Array, i: int, power: float) -> float:
    """Rated output of the modules of UPS `i` that run at output `power` [W].

    All of them, or as few as keep the load fraction of each at `module_load` or below.
    """
    capacity = ups_capacity(p, s, i)
    if p[UPS_MODULE_LOAD, i] <= 0.0:
        return capacity
    module = p[UPS_RATED, i] / p[UPS_MODULES, i]
    running = max(math.ceil(power / (module * p[UPS_MODULE_LOAD, i]) - ROUNDING), 1.0) * module
    return min(running, capacity)


@scalar
def ups_loss(p: Array, s: Array, i: int, mode: float, power: float) -> float:
    """Loss of UPS `i` at output `power` in `mode` [W].

    Double conversion, the inverter alone on battery, or the static bypass with the inverter standing by; nothing
    while it is off. A polynomial of the load fraction each, see `conversion.py`.
    """
    running = ups_running(p, s, i, power)
    if mode == UPS_OFF:
        return 0.0
    if on_bypass(mode):
        a0, a1, a2 = p[UPS_BYPASS_LOSS_0, i], p[UPS_BYPASS_LOSS_1, i], p[UPS_BYPASS_LOSS_2, i]
        running = p[UPS_RATED, i]
    elif mode == UPS_ON_BATTERY:
        a0, a1, a2 = p[UPS_BATTERY_LOSS_0, i], p[UPS_BATTERY_LOSS_1, i], p[UPS_BATTERY_LOSS_2, i]
    else:
        a0, a1, a2 = p[UPS_LOSS_0, i], p[UPS_LOSS_1, i], p[UPS_LOSS_2, i]
    # Without a module in service the output is about to end; there is no load fraction.
    return quadratic_loss(power, running, a0, a1, a2) if running > 0.0 else 0.0


@scalar
def rectifier_rating(p: Array, s: Array, i: int) -> float:
    """Largest input power of the rectifiers of UPS `i` at the voltage of this step [W].

    Their current is limited: below `voltage_full` the power falls with the voltage.
    """
    share = min(s[UPS_INPUT_VOLTAGE, i] / p[UPS_V_FULL, i], 1.0)
    return share * p[UPS_RECTIFIER, i] * ups_capacity(p, s, i)


@scalar
def overload_time(p: Array, i: int, load: float) -> float:
    """How long UPS `i` carries the load fraction `load` [s]: 1e30 up to 1, 0 above its last point.

    A point of the curve (load, time) holds for every load up to it, as data sheets put it: 150 % for 1 min and
    125 % for 10 min (Galaxy VL; S).
    """
    if load <= 1.0 + ROUNDING:
        return 1e30
    for k in range(UPS_OVERLOAD_POINTS):
        if load <= p[UPS_OVERLOAD_LOAD_0 + k, i] * (1.0 + ROUNDING):
            return p[UPS_OVERLOAD_TIME_0 + k, i]
    return 0.0


@scalar
def overload_step(p: Array, s: Array, i: int, power: float, dt: float) -> None:
    """Add what an inverter output of `power` for `dt` used of the overload time; recover where it was none.

    used' = 1 / time(load): an inverse-time element. It trips at 1 and forgets evenly over `overload_recovery`.
    """
    capacity = ups_capacity(p, s, i)
    load = power / capacity if capacity > 0.0 else 0.0
    allowed = overload_time(p, i, load)
    if load <= 1.0 + ROUNDING:
        s[UPS_OVERLOAD_USED, i] = max(s[UPS_OVERLOAD_USED, i] - dt / p[UPS_OVERLOAD_RECOVERY, i], 0.0)
    elif allowed > 0.0:
        s[UPS_OVERLOAD_USED, i] = min(s[UPS_OVERLOAD_USED, i] + dt / allowed, 1.0)
    else:
        s[UPS_OVERLOAD_USED, i] = 1.0


@scalar
def overloaded(p: Array, s: Array, i: int, power: float) -> bool:
    """Whether the inverters of UPS `i` refuse `power` [W]: above every point, its time used up, or none left."""
    limit = p[UPS_OVERLOAD, i] * ups_capacity(p, s, i)
    return power > limit * (1.0 + ROUNDING) or limit <= 0.0 or s[UPS_OVERLOAD_USED, i] >= 1.0 - ROUNDING
