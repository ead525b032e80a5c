"""Equations of a battery pack: two wells of charge, hysteresis, resistances, and the energy of all of them.

The pack is `n` cells in series. Its charge stands in two wells, the surface with the share c of it and the bulk
with b = 1 - c, filled to z1 and z2; the terminals see the open-circuit voltage E of the surface [1]_. With z the mean
charge and d = z1 - z2,

    dz/dt = -I / Q,    dd/dt = -I / (c Q) - d / tau,    z1 = z + b d,    z2 = z - c d

(I discharging positive), so a fast discharge empties the surface while charge is left in the bulk: usable capacity
depends on rate. Over a step at constant current both are exact, and z1 falls by `reach` per ampere. Between its ends
the surface is taken to move evenly; E is then averaged exactly. Lead-acid with a Peukert exponent is the same model.

Hysteresis has one state h per cell [2]_: voltage M h, with dh/dq = gamma (-sign(I) - h) per charge |I| dt / Q that
passes, exact over a step and on average. Two RC pairs hold V1 and V2, both exact. The terminal voltage is

    V = n (E(z1) + M h) - V1 - V2 - I R0(z, T).

Energy above empty. With F the integral of E over charge,

    W = n Q [c F(z1) + b F(z2)] + n Q M h^2 / (2 gamma) + C1 V1^2 / 2 + C2 V2^2 / 2,

and each part loses something that is never negative while a current flows:

- wells: charge J moves from bulk to surface at n (mean E(z2) - mean E(z1)) J >= 0, since E never falls with charge.
  Only in a step in which d changes its sign may this be negative, by a second-order error of that step;
- hysteresis: dW/dt = (n Q M h / gamma) (gamma |I| / Q) (-sign(I) - h) = -n M h I - n M h^2 |I|. The first term is
  what the terminals get, the second, n M h^2 |I| >= 0, is heat. Held at h = -1 and 1, a cycle loses 2 n M Q: the area
  of the loop;
- resistances: I^2 R0 and V^2 / R of each pair;
- charging: the share of the current that stores nothing (coulombic loss) turns to heat whole.

Temperature: every resistance is multiplied by exp(theta (1/T - 1/T_ref)) [3]_ while the capacitances of the pairs stay,
so their time constants follow. Both are taken at the start of an interval; R0 also follows charge, at the start of
each step. Strings out leave their share of charge and power, and the rest has that much more resistance.

References
----------
.. [1] J. F. Manwell and J. G. McGowan, "Lead acid battery storage model for hybrid energy systems", Solar Energy
   50 (1993) 399-405: the kinetic battery model; the voltage of the surface well makes it thermodynamically
   consistent, which the original voltage model is not.
.. [2] G. L. Plett, *Battery Management Systems*, vol. 1, Artech House 2015, chapter 2: one-state hysteresis and RC
   pairs with their exact discretisation.
.. [3] Arrhenius; theta from measured resistance at two or more temperatures, see assets/equipment/battery.yaml.
"""

from __future__ import annotations

import math

from twin.kernels.fields import (
    BAT_BULK,
    BAT_CHARGE,
    BAT_COULOMBIC_LOSS,
    BAT_DECAY,
    BAT_DECAY2,
    BAT_DECAY_BULK,
    BAT_ENERGY_0,
    BAT_GRADIENT,
    BAT_HYST,
    BAT_HYST_RATE,
    BAT_HYSTERESIS,
    BAT_LEFT,
    BAT_LEFT2,
    BAT_OCV_0,
    BAT_OCV_POINTS,
    BAT_OUT,
    BAT_OUT_STORED,
    BAT_R0_NOW,
    BAT_R1,
    BAT_R1_NOW,
    BAT_R2,
    BAT_R2_NOW,
    BAT_REACH,
    BAT_SERIES,
    BAT_SHAPE_0,
    BAT_SHAPE_POINTS,
    BAT_SOC,
    BAT_TAKES,
    BAT_TAU1,
    BAT_TAU2,
    BAT_V_RC,
    BAT_V_RC2,
)
from twin.kernels.scalar import Array, scalar

# Below this much charge the mean voltage is that in the middle: a difference of integrals would lose its digits.
SHORT_WAY = 1e-7
# Below this a series of five terms is exact to 1e-14, and quicker than an exponential.
SMALL = 4e-3


@scalar
def ocv(p: Array, i: int, soc: float) -> float:
    """Cell open-circuit voltage of battery `i` at charge `soc`, linear between 41 points [V]; held outside 0 to 1."""
    x = min(max(soc, 0.0), 1.0) * (BAT_OCV_POINTS - 1)
    k = min(int(x), BAT_OCV_POINTS - 2)
    low = p[BAT_OCV_0 + k, i]
    return low + (x - k) * (p[BAT_OCV_0 + k + 1, i] - low)


@scalar
def ocv_both(p: Array, i: int, soc: float) -> tuple[float, float]:
    """Cell voltage of battery `i` at charge `soc`, and its integral over charge from empty [V]; held outside 0 to 1."""
    z = min(max(soc, 0.0), 1.0)
    x = z * (BAT_OCV_POINTS - 1)
    k = min(int(x), BAT_OCV_POINTS - 2)
    low = p[BAT_OCV_0 + k, i]
    rise = (x - k) * (p[BAT_OCV_0 + k + 1, i] - low)
    inside = p[BAT_ENERGY_0 + k, i] + (x - k) * (low + 0.5 * rise) * (1.0 / (BAT_OCV_POINTS - 1))
    return low + rise, inside + (soc - z) * (low + rise)


@scalar
def ocv_integral(p: Array, i: int, soc: float) -> float:
    """Integral of the cell voltage over charge from empty to `soc` [V]; held voltage outside 0 to 1."""
    _, integral = ocv_both(p, i, soc)
    return integral


@scalar
def ocv_mean(p: Array, i: int, start: float, end: float) -> float:
    """Mean cell voltage of battery `i` on an even way from charge `start` to `end` [V]."""
    if abs(start - end) < SHORT_WAY:
        return ocv(p, i, 0.5 * (start + end))
    return (ocv_integral(p, i, start) - ocv_integral(p, i, end)) / (start - end)


@scalar
def resistance_shape(p: Array, i: int, soc: float) -> float:
    """Ohmic resistance of battery `i` at charge `soc` over its nominal, linear between 11 points."""
    x = min(max(soc, 0.0), 1.0) * (BAT_SHAPE_POINTS - 1)
    k = min(int(x), BAT_SHAPE_POINTS - 2)
    low = p[BAT_SHAPE_0 + k, i]
    return 1.0 + low + (x - k) * (p[BAT_SHAPE_0 + k + 1, i] - low)


@scalar
def battery_stored(p: Array, i: int, soc: float, v_rc: float) -> float:
    """Energy of pack `i` at rest above empty, all strings: chemical, and in the first pair [J]."""
    chemical = p[BAT_CHARGE, i] * p[BAT_SERIES, i] * ocv_integral(p, i, soc)
    if p[BAT_R1, i] <= 0.0:
        return chemical
    return chemical + 0.5 * p[BAT_TAU1, i] / p[BAT_R1, i] * v_rc * v_rc


@scalar
def battery_energy(p: Array, s: Array, i: int) -> float:
    """Energy of pack `i` above empty, W above, and that of the strings that are disconnected [J]."""
    bulk = p[BAT_BULK, i]
    cell = ocv_integral(p, i, s[BAT_SOC, i] + bulk * s[BAT_GRADIENT, i])
    if bulk > 0.0:
        deep = ocv_integral(p, i, s[BAT_SOC, i] - (1.0 - bulk) * s[BAT_GRADIENT, i])
        cell = (1.0 - bulk) * cell + bulk * deep
    if p[BAT_HYST, i] > 0.0:
        h = s[BAT_HYSTERESIS, i]
        cell += 0.5 * p[BAT_HYST, i] / p[BAT_HYST_RATE, i] * h * h
    energy = p[BAT_CHARGE, i] * p[BAT_SERIES, i] * cell
    if p[BAT_R1, i] > 0.0:
        energy += 0.5 * p[BAT_TAU1, i] / p[BAT_R1, i] * s[BAT_V_RC, i] * s[BAT_V_RC, i]
    if p[BAT_R2, i] > 0.0:
        energy += 0.5 * p[BAT_TAU2, i] / p[BAT_R2, i] * s[BAT_V_RC2, i] * s[BAT_V_RC2, i]
    return (1.0 - s[BAT_OUT, i]) * energy + s[BAT_OUT_STORED, i]


@scalar
def storing(p: Array, i: int, current: float) -> float:
    """Part of the terminal `current` that moves charge in pack `i` [A]."""
    return current if current >= 0.0 else current * (1.0 - p[BAT_COULOMBIC_LOSS, i])


@scalar
def surface_rest(p: Array, s: Array, i: int) -> float:
    """Charge of the surface of pack `i` at the end of a step without current."""
    return s[BAT_SOC, i] + p[BAT_BULK, i] * s[BAT_GRADIENT, i] * s[BAT_DECAY_BULK, i]


@scalar
def step_resistance(s: Array, i: int) -> float:
    """Resistance that the mean voltage of a step falls by per ampere, beside charge [ohm]."""
    slow = s[BAT_R1_NOW, i] * (1.0 - s[BAT_LEFT, i]) + s[BAT_R2_NOW, i] * (1.0 - s[BAT_LEFT2, i])
    return s[BAT_R0_NOW, i] + slow


@scalar
def step_emf(p: Array, s: Array, i: int, surface: float) -> float:
    """Source voltage of pack `i` over a step with its surface at charge `surface` and no current [V]."""
    emf = p[BAT_SERIES, i] * (ocv(p, i, surface) + p[BAT_HYST, i] * s[BAT_HYSTERESIS, i])
    return emf - s[BAT_V_RC, i] * s[BAT_LEFT, i] - s[BAT_V_RC2, i] * s[BAT_LEFT2, i]


@scalar
def hysteresis_left(p: Array, s: Array, i: int, moved: float) -> tuple[float, float]:
    """What is left of a departure of hysteresis after a step at the current `moved`, on average and at its end."""
    x = p[BAT_HYST_RATE, i] * abs(moved) * s[BAT_TAKES, i]
    if x < SMALL:
        mean = 1.0 - x * (1.0 / 2.0 - x * (1.0 / 6.0 - x * (1.0 / 24.0 - x / 120.0)))
    else:
        mean = -math.expm1(-x) / x
    return mean, 1.0 - x * mean


@scalar
def hysteresis_end(p: Array, s: Array, i: int, moved: float) -> float:
    """Hysteresis state of pack `i` at the end of a step at the current `moved`."""
    if p[BAT_HYST, i] <= 0.0:
        return s[BAT_HYSTERESIS, i]
    towards = -1.0 if moved > 0.0 else 1.0
    _, left = hysteresis_left(p, s, i, moved)
    return towards + (s[BAT_HYSTERESIS, i] - towards) * left


@scalar
def step_voltage(p: Array, s: Array, i: int, current: float) -> tuple[float, float]:
    """Mean terminal voltage V of pack `i` over a step at constant `current`, and I dV/dI for the solver [V]."""
    n = p[BAT_SERIES, i]
    moved = storing(p, i, current)
    start = s[BAT_SOC, i] + p[BAT_BULK, i] * s[BAT_GRADIENT, i]
    end = surface_rest(p, s, i) - s[BAT_REACH, i] * moved
    ohms = step_resistance(s, i)
    slope = -current * ohms
    if abs(start - end) < SHORT_WAY:
        mean = ocv(p, i, 0.5 * (start + end))
    else:
        last, below = ocv_both(p, i, end)
        mean = (ocv_integral(p, i, start) - below) / (start - end)
        slope -= n * s[BAT_REACH, i] * moved * (mean - last) / (start - end)
    if p[BAT_HYST, i] > 0.0:
        towards = -1.0 if moved > 0.0 else 1.0
        on_average, at_end = hysteresis_left(p, s, i, moved)
        away = p[BAT_HYST, i] * (s[BAT_HYSTERESIS, i] - towards)
        mean += p[BAT_HYST, i] * towards + away * on_average
        slope += n * away * (at_end - on_average)
    pairs = s[BAT_V_RC, i] * s[BAT_LEFT, i] + s[BAT_V_RC2, i] * s[BAT_LEFT2, i]
    return n * mean - pairs - current * ohms, slope


@scalar
def pair_end(start: float, resistance: float, decay: float, current: float) -> float:
    """Voltage of an RC pair at the end of a step at constant `current` [V]."""
    target = current * resistance
    return target + (start - target) * decay


@scalar
def end_voltage(p: Array, s: Array, i: int, current: float) -> float:
    """Terminal voltage of pack `i` at the end of a step at constant `current`, which still flows [V]."""
    moved = storing(p, i, current)
    cell = ocv(p, i, surface_rest(p, s, i) - s[BAT_REACH, i] * moved)
    cell += p[BAT_HYST, i] * hysteresis_end(p, s, i, moved)
    first = pair_end(s[BAT_V_RC, i], s[BAT_R1_NOW, i], s[BAT_DECAY, i], current)
    second = pair_end(s[BAT_V_RC2, i], s[BAT_R2_NOW, i], s[BAT_DECAY2, i], current)
    return p[BAT_SERIES, i] * cell - first - second - current * s[BAT_R0_NOW, i]
