"""Transformers of a busbar: voltage drop and taps, temperatures of oil and winding, ageing of the paper.

Temperatures after IEC 60076-7:2018, 8.2: top oil follows its ultimate rise above the ambient air with one time
constant; the hot spot stands above it by the difference of two lags, so that it overshoots when the load steps up:

    top_oil -> ambient + oil_rise ((P0 + Pk K^2) / (P0 + Pk))^x             with  k11 tau_oil
    g1      -> k21 gradient K^y                                             with  k22 tau_winding
    g2      -> (k21 - 1) gradient K^y                                       with  tau_oil / k22
    hot_spot = top_oil + g1 - g2

Each lag is discretised exactly for a load that is constant within a thermal step, so the answer does not depend on its
length. Drop after IEC 60076-8:1997, 7 (confidence M). The units of a busbar share its load equally and count as one.
"""

from __future__ import annotations

import math

from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    BUS_MODE,
    BUS_ON_MAINS,
    BUS_POWER_MAINS,
    BUS_TAP,
    BUS_TAP_BAND,
    BUS_TAP_DELAY,
    BUS_TAP_MAX,
    BUS_TAP_STEP,
    BUS_TAP_TARGET,
    BUS_TAP_TIMER,
    BUS_TR_ALARM,
    BUS_TR_ALARM_TIME,
    BUS_TR_BOOST,
    BUS_TR_GRADIENT,
    BUS_TR_GRADIENT_1,
    BUS_TR_GRADIENT_2,
    BUS_TR_HOT_MAX,
    BUS_TR_HOT_SPOT,
    BUS_TR_INDOOR,
    BUS_TR_K11,
    BUS_TR_K21,
    BUS_TR_K22,
    BUS_TR_LIFE_LOST,
    BUS_TR_LOAD,
    BUS_TR_LOADING,
    BUS_TR_NO_LOAD,
    BUS_TR_OIL_EXPONENT,
    BUS_TR_OIL_RISE,
    BUS_TR_OIL_TIME,
    BUS_TR_POWER_FACTOR,
    BUS_TR_RATED,
    BUS_TR_REACTANCE,
    BUS_TR_RESISTANCE,
    BUS_TR_ROOM,
    BUS_TR_SQUARE,
    BUS_TR_TOP_OIL,
    BUS_TR_UPGRADED,
    BUS_TR_WINDING_EXPONENT,
    BUS_TR_WINDING_TIME,
    BUS_V_MAX,
    BUS_V_MIN,
    BUS_VOLTAGE,
)
from twin.kernels.lag import lag_end
from twin.kernels.scalar import Array, scalar


@scalar
def loading(p: Array, s: Array, b: int) -> float:
    """Apparent power that the transformers of bus `b` carry over their rating, exporting negative [1]."""
    return s[BUS_POWER_MAINS, b] / (p[BUS_TR_POWER_FACTOR, b] * p[BUS_TR_RATED, b])


@scalar
def transformer_voltage(p: Array, s: Array, b: int, feed_voltage: float) -> float:
    """Voltage behind the transformers of bus `b` on the mains [pu].

    The drop is that of the load of the step before: K (r cos + x sin) + (K (x cos - r sin))^2 / 2, IEC 60076-8:1997,
    7, for a load taken at nominal voltage.
    """
    k = loading(p, s, b)
    cos = p[BUS_TR_POWER_FACTOR, b]
    sin = math.sqrt(max(1.0 - cos * cos, 0.0))
    r = p[BUS_TR_RESISTANCE, b]
    x = p[BUS_TR_REACTANCE, b]
    across = k * (x * cos - r * sin)
    drop = k * (r * cos + x * sin) + 0.5 * across * across
    open_circuit = feed_voltage * (1.0 + p[BUS_TR_BOOST, b] + s[BUS_TAP, b] * p[BUS_TAP_STEP, b])
    return max(open_circuit - drop, 0.0)


@scalar
def transformer_account(p: Array, s: Array, b: int, dt: float) -> None:
    """Add the square of this step's loading to what the next thermal step sees."""
    k = loading(p, s, b)
    s[BUS_TR_SQUARE, b] += k * k * dt


@scalar
def ambient(p: Array, b: int, dry_bulb: float) -> float:
    """Air around the transformers of bus `b`: outdoors, or their room at its own temperature [degC]."""
    return p[BUS_TR_ROOM, b] if p[BUS_TR_INDOOR, b] > 0.0 else dry_bulb


@scalar
def oil_rise(p: Array, b: int, k: float) -> float:
    """Ultimate rise of the top oil above the air at the loading `k` [K], IEC 60076-7:2018, equation (9).

    With R = Pk / P0 of the units themselves.
    """
    rated = p[BUS_TR_NO_LOAD, b] + p[BUS_TR_LOAD, b]
    share = (p[BUS_TR_NO_LOAD, b] + p[BUS_TR_LOAD, b] * k * k) / rated if rated > 0.0 else k * k
    return p[BUS_TR_OIL_RISE, b] * share ** p[BUS_TR_OIL_EXPONENT, b]


@scalar
def ageing_rate(hot_spot: float, upgraded: float) -> float:
    """Relative rate of ageing of the winding's paper [1], IEC 60076-7:2018, equations (2) and (3).

    Ordinary kraft paper ages at 1 at 98 degC and twice as fast 6 K above; thermally upgraded paper at 1 at 110 degC.
    """
    if upgraded > 0.0:
        return math.exp(15000.0 / (110.0 + 273.0) - 15000.0 / (hot_spot + 273.0))
    return 2.0 ** ((hot_spot - 98.0) / 6.0)


@scalar
def transformer_rest(p: Array, s: Array, b: int, dry_bulb: float) -> None:
    """Put the transformers of bus `b` at the temperatures that the loading of the last thermal step ends at."""
    k = s[BUS_TR_LOADING, b]
    gradient = p[BUS_TR_GRADIENT, b] * k ** p[BUS_TR_WINDING_EXPONENT, b]
    s[BUS_TR_TOP_OIL, b] = ambient(p, b, dry_bulb) + oil_rise(p, b, k)
    s[BUS_TR_GRADIENT_1, b] = p[BUS_TR_K21, b] * gradient
    s[BUS_TR_GRADIENT_2, b] = (p[BUS_TR_K21, b] - 1.0) * gradient
    s[BUS_TR_HOT_SPOT, b] = s[BUS_TR_TOP_OIL, b] + gradient
    s[BUS_TR_HOT_MAX, b] = s[BUS_TR_HOT_SPOT, b]


@scalar
def transformer_heat(p: Array, s: Array, b: int, k: float, air: float, dt: float) -> None:
    """Advance oil and winding of the transformers of bus `b` by `dt` [s] at the loading `k` in air of `air` [degC]."""
    gradient = p[BUS_TR_GRADIENT, b] * k ** p[BUS_TR_WINDING_EXPONENT, b]
    oil = p[BUS_TR_OIL_TIME, b]
    s[BUS_TR_TOP_OIL, b] = lag_end(s[BUS_TR_TOP_OIL, b], air + oil_rise(p, b, k), dt, p[BUS_TR_K11, b] * oil)
    s[BUS_TR_GRADIENT_1, b] = lag_end(
        s[BUS_TR_GRADIENT_1, b],
        p[BUS_TR_K21, b] * gradient,
        dt,
        p[BUS_TR_K22, b] * p[BUS_TR_WINDING_TIME, b],
    )
    s[BUS_TR_GRADIENT_2, b] = lag_end(
        s[BUS_TR_GRADIENT_2, b], (p[BUS_TR_K21, b] - 1.0) * gradient, dt, oil / p[BUS_TR_K22, b]
    )
    s[BUS_TR_HOT_SPOT, b] = s[BUS_TR_TOP_OIL, b] + s[BUS_TR_GRADIENT_1, b] - s[BUS_TR_GRADIENT_2, b]


@scalar
def tap_step(p: Array, s: Array, b: int, dt: float) -> None:
    """Move the on-load tap changer of bus `b` by one step when its voltage was out of its band for the delay.

    It waits while the mains are lost or outside the window of the transfer scheme: taps are not for sags.
    """
    voltage = s[BUS_VOLTAGE, b]
    good = s[BUS_MODE, b] == BUS_ON_MAINS and p[BUS_V_MIN, b] <= voltage <= p[BUS_V_MAX, b]
    off = voltage - p[BUS_TAP_TARGET, b]
    if not good or abs(off) <= p[BUS_TAP_BAND, b]:
        s[BUS_TAP_TIMER, b] = 0.0
        return
    s[BUS_TAP_TIMER, b] += dt
    if s[BUS_TAP_TIMER, b] + INSTANT >= p[BUS_TAP_DELAY, b]:
        move = -1.0 if off > 0.0 else 1.0
        s[BUS_TAP, b] = min(max(s[BUS_TAP, b] + move, -p[BUS_TAP_MAX, b]), p[BUS_TAP_MAX, b])
        s[BUS_TAP_TIMER, b] = 0.0


@scalar
def transformer_step(p: Array, s: Array, b: int, dry_bulb: float, dt: float) -> None:
    """One thermal step of the transformers of bus `b`.

    Parameters
    ----------
    p, s : (field, bus) arrays
        Parameters and this member's state.
    b : int
        Bus.
    dry_bulb : float
        Outdoor air [degC].
    dt : float
        Length of the thermal step that has just ended electrically [s].
    """
    k = math.sqrt(s[BUS_TR_SQUARE, b] / dt)
    s[BUS_TR_SQUARE, b] = 0.0
    s[BUS_TR_LOADING, b] = k
    air = ambient(p, b, dry_bulb)
    before = ageing_rate(s[BUS_TR_HOT_SPOT, b], p[BUS_TR_UPGRADED, b])
    transformer_heat(p, s, b, k, air, 0.5 * dt)
    middle = ageing_rate(s[BUS_TR_HOT_SPOT, b], p[BUS_TR_UPGRADED, b])
    transformer_heat(p, s, b, k, air, 0.5 * dt)
    after = ageing_rate(s[BUS_TR_HOT_SPOT, b], p[BUS_TR_UPGRADED, b])
    # Simpson's rule: temperatures are exact at any step, their ageing nearly so.
    s[BUS_TR_LIFE_LOST, b] += dt * (before + 4.0 * middle + after) / 6.0
    s[BUS_TR_HOT_MAX, b] = max(s[BUS_TR_HOT_MAX, b], s[BUS_TR_HOT_SPOT, b])
    s[BUS_TR_ALARM_TIME, b] += dt if s[BUS_TR_HOT_SPOT, b] > p[BUS_TR_ALARM, b] else 0.0
    if p[BUS_TAP_MAX, b] > 0.0:
        tap_step(p, s, b, dt)
