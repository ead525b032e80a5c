"""What a battery pack can give or take in a step: charge, cell voltage, current, power and temperature.

A limit is a constant current for the whole of the step: the largest at which the mean charge stays within its window,
the surface is neither empty nor more than full, the cell voltage at the end of the step has not passed its limit, and
module and string current is kept. On discharge the cell voltage limit is the cut-off; on charge it makes the current
taper as the voltage is held (constant-voltage phase). Above `temperature_max` protection opens both ways; below
`temperature_charge_min` nothing is charged.
"""

from __future__ import annotations

import math

from twin.kernels.battery_cell import (
    end_voltage,
    step_emf,
    step_resistance,
    step_voltage,
    surface_rest,
)
from twin.kernels.fields import (
    BAT_ACCEPT,
    BAT_AVAILABLE,
    BAT_BULK,
    BAT_CHARGE,
    BAT_COULOMBIC_LOSS,
    BAT_CURRENT_MAX,
    BAT_GRADIENT,
    BAT_HYST,
    BAT_HYSTERESIS,
    BAT_OUT,
    BAT_POWER_MAX_CHG,
    BAT_POWER_MAX_DIS,
    BAT_REACH,
    BAT_SERIES,
    BAT_SOC,
    BAT_SOC_MAX,
    BAT_SOC_MIN,
    BAT_T_CHARGE_MIN,
    BAT_T_MAX,
    BAT_TEMPERATURE,
    BAT_V_MAX,
    BAT_V_MIN,
)
from twin.kernels.scalar import Array, scalar

# Power is held below 0.9 of the peak E^2 / (4 R) of a source behind a resistance, where current runs away. The
# current there is this share of the short-circuit current E / R.
PEAK_CURRENT = 0.5 * (1.0 - math.sqrt(0.1))
# Below this share of strings in use there is no pack.
NO_STRING = 1e-9
# The search for the current at a voltage limit stops this close to it, on its safe side [share of the limit].
VOLTAGE_CLOSE = 1e-9
SEARCH_STEPS = 60


@scalar
def highest_current(p: Array, s: Array, i: int) -> float:
    """Current at the margin below the peak power of pack `i`, at the charge a step would end with [A]."""
    ohms = step_resistance(s, i)
    if ohms <= 0.0:
        return math.inf
    surface = s[BAT_SOC, i] + p[BAT_BULK, i] * s[BAT_GRADIENT, i]
    # Hysteresis may turn against the discharge within the step.
    turn = p[BAT_SERIES, i] * p[BAT_HYST, i] * (1.0 + s[BAT_HYSTERESIS, i])
    first = PEAK_CURRENT * (step_emf(p, s, i, surface) - turn) / ohms
    end = surface_rest(p, s, i) - first * s[BAT_REACH, i]
    return min(first, PEAK_CURRENT * (step_emf(p, s, i, end) - turn) / ohms)


@scalar
def voltage_room(p: Array, s: Array, i: int, way: float, current: float) -> float:
    """Voltage left to the cell limit at the end of a step, `way` 1 to discharge and -1 to charge at `current` >= 0 [V]."""
    bound = p[BAT_V_MIN, i] if way > 0.0 else p[BAT_V_MAX, i]
    return way * (end_voltage(p, s, i, way * current) - p[BAT_SERIES, i] * bound)


@scalar
def current_at_voltage(p: Array, s: Array, i: int, way: float, most: float) -> float:
    """Largest current of 0 to `most` [A] that keeps the cell voltage within its limit: regula falsi (Illinois)."""
    room_most = voltage_room(p, s, i, way, most)
    if room_most >= 0.0:
        return most
    low = 0.0
    high = most
    room_low = voltage_room(p, s, i, way, 0.0)
    if room_low <= 0.0:
        return 0.0
    close = VOLTAGE_CLOSE * p[BAT_SERIES, i] * (p[BAT_V_MIN, i] if way > 0.0 else p[BAT_V_MAX, i])
    weight_low = room_low
    weight_high = room_most
    for _ in range(SEARCH_STEPS):
        middle = (low * weight_high - high * weight_low) / (weight_high - weight_low)
        room = voltage_room(p, s, i, way, middle)
        if room >= 0.0:
            low = middle
            weight_low = room
            weight_high *= 0.5
            if room <= close:
                break
        else:
            high = middle
            weight_high = room
            weight_low *= 0.5
    return low


@scalar
def charge_bound(p: Array, s: Array, i: int, way: float, floor: float, dt: float) -> float:
    """Largest current of pack `i` that charge and strings allow, `way` 1 to discharge to `floor`, -1 to charge [A].

    Zero when protection has opened, or no string is left.
    """
    strings = 1.0 - s[BAT_OUT, i]
    if strings <= NO_STRING or s[BAT_TEMPERATURE, i] > p[BAT_T_MAX, i]:
        return 0.0
    per_current = p[BAT_CHARGE, i] * strings / dt
    surface = surface_rest(p, s, i)
    most = p[BAT_CURRENT_MAX, i] * strings
    if way > 0.0:
        spare = (s[BAT_SOC, i] - max(floor, p[BAT_SOC_MIN, i])) * per_current
        return max(min(most, spare, surface / s[BAT_REACH, i]), 0.0)
    if s[BAT_TEMPERATURE, i] < p[BAT_T_CHARGE_MIN, i]:
        return 0.0
    room = min((p[BAT_SOC_MAX, i] - s[BAT_SOC, i]) * per_current, (1.0 - surface) / s[BAT_REACH, i])
    return max(min(most, room / (1.0 - p[BAT_COULOMBIC_LOSS, i])), 0.0)


@scalar
def discharge_current(p: Array, s: Array, i: int, floor: float, dt: float) -> float:
    """Largest current pack `i` can be discharged with for a step without falling below charge `floor` [A]."""
    most = charge_bound(p, s, i, 1.0, floor, dt)
    if most <= 0.0:
        return 0.0
    return current_at_voltage(p, s, i, 1.0, max(min(most, highest_current(p, s, i)), 0.0))


@scalar
def charge_current(p: Array, s: Array, i: int, dt: float) -> float:
    """Largest current pack `i` can be charged with for a step, positive [A]."""
    most = charge_bound(p, s, i, -1.0, 0.0, dt)
    return current_at_voltage(p, s, i, -1.0, most) if most > 0.0 else 0.0


@scalar
def holds_rating(p: Array, s: Array, i: int, way: float, floor: float, rating: float, dt: float) -> bool:
    """Whether pack `i` surely holds `rating` [W] for a step: at its lowest cell voltage even more current may flow."""
    lowest = p[BAT_SERIES, i] * p[BAT_V_MIN, i]
    if lowest <= 0.0:
        return False
    current = rating / lowest
    if current > charge_bound(p, s, i, way, floor, dt):
        return False
    return voltage_room(p, s, i, way, current) >= 0.0


@scalar
def discharge_limit(p: Array, s: Array, i: int, floor: float, dt: float) -> float:
    """Largest discharge power pack `i` can hold for `dt` [s] without falling below charge `floor` [W].

    The smallest of the rating, the peak of the source behind its resistance, the cell voltage limit, string current,
    and the charge left above `floor`, or above the lowest in use, spread over the step.
    """
    rating = p[BAT_POWER_MAX_DIS, i] * (1.0 - s[BAT_OUT, i])
    if holds_rating(p, s, i, 1.0, floor, rating, dt):
        return rating
    current = discharge_current(p, s, i, floor, dt)
    voltage, _ = step_voltage(p, s, i, current)
    return max(min(rating, current * voltage), 0.0)


@scalar
def charge_limit(p: Array, s: Array, i: int, dt: float) -> float:
    """Largest charge power pack `i` can hold for `dt` [s] within its highest charge and cell voltage [W]."""
    rating = p[BAT_POWER_MAX_CHG, i] * (1.0 - s[BAT_OUT, i])
    if s[BAT_SOC, i] >= p[BAT_SOC_MAX, i]:
        return 0.0
    if holds_rating(p, s, i, -1.0, 0.0, rating, dt):
        return rating
    current = charge_current(p, s, i, dt)
    voltage, _ = step_voltage(p, s, i, -current)
    return max(min(rating, current * voltage), 0.0)


@scalar
def battery_limits(p: Array, s: Array, i: int, dt: float) -> None:
    """Set the largest powers pack `i` can hold for the whole of a step of `dt` [s], neither of them negative."""
    s[BAT_AVAILABLE, i] = discharge_limit(p, s, i, p[BAT_SOC_MIN, i], dt)
    s[BAT_ACCEPT, i] = charge_limit(p, s, i, dt)


@scalar
def allowed(p: Array, s: Array, i: int, current: float, dt: float) -> bool:
    """Whether pack `i` may carry `current` (discharging positive) for a step."""
    way = 1.0 if current >= 0.0 else -1.0
    if abs(current) > charge_bound(p, s, i, way, p[BAT_SOC_MIN, i], dt):
        return False
    return voltage_room(p, s, i, way, abs(current)) >= 0.0
