"""Breakers and cables of a study: how fast one trips, what impedance the other adds and how much it stands."""

from __future__ import annotations

import math

from twin.kernels.breaker import CURVE_EXTREME, CURVE_STANDARD, CURVE_VERY, long_time
from twin.kernels.breaker import trip_time as inverse_time
from twin.kernels.clock import NEVER
from twin.scenario.protection import Breaker, Cable

INVERSE = {
    "standard-inverse": CURVE_STANDARD, "very-inverse": CURVE_VERY, "extremely-inverse": CURVE_EXTREME,
}  # fmt: skip
"""Curves of IEC 60255-151."""

CONDUCTIVITY = {"copper": 54.0, "aluminium": 34.0}
"""At 20 degC [m/(ohm mm2)], IEC 60909-0 (confidence M)."""

WITHSTAND = {
    ("copper", "pvc"): 115.0, ("copper", "xlpe"): 143.0, ("aluminium", "pvc"): 76.0, ("aluminium", "xlpe"): 94.0,
}  # fmt: skip
"""Factor k of the adiabatic equation [A s^0.5/mm2], IEC 60364-4-43, table 43A (confidence M)."""


def release_time(breaker: Breaker, current: float) -> float:
    """Time until the breaker is told to open, which nothing takes back [s]; NEVER when it is not."""
    multiple = current / breaker.setting
    if breaker.curve == "thermal-magnetic":
        slow = long_time(multiple, float(breaker.time_long or 0.0))
    else:
        slow = inverse_time(multiple, INVERSE[breaker.curve], float(breaker.multiplier or 0.0))
    fastest = slow
    if breaker.short is not None and breaker.short_delay is not None and multiple > breaker.short:
        fastest = min(fastest, breaker.short_delay)
    if breaker.instantaneous is not None and multiple > breaker.instantaneous:
        fastest = 0.0
    return fastest


def trip_time(breaker: Breaker, current: float) -> float:
    """Time until the current is broken [s]; NEVER when it is not."""
    told = release_time(breaker, current)
    return told + breaker.clearing if told < NEVER else NEVER


def impedance(cable: Cable) -> complex:
    """Series impedance of one phase [ohm], at 20 degC: the largest fault current."""
    resistance = cable.length / (CONDUCTIVITY[cable.material] * cable.area * cable.parallel)
    return complex(resistance, cable.reactance * cable.length / cable.parallel)


def withstand(cable: Cable) -> float:
    """I^2 t that the cable stands [A2 s]: k^2 S^2, IEC 60364-4-43, 434.5.2, below 5 s."""
    return (WITHSTAND[cable.material, cable.insulation] * cable.area * cable.parallel) ** 2


def drop(cable: Cable, current: float, voltage: float, power_factor: float = 1.0) -> float:
    """Voltage drop along a cable at a load [share of the nominal voltage]."""
    z = impedance(cable)
    sin = math.sqrt(max(1.0 - power_factor**2, 0.0))
    return math.sqrt(3.0) * current * (z.real * power_factor + z.imag * sin) / voltage
