"""What a rack's inlet air and coolant went through: time in the bands of ASHRAE's classes, and rates of rise.

ASHRAE TC 9.9, *Thermal Guidelines for Data Processing Environments*, 5th ed., 2021 (secondary): recommended 18 to 27
degC; allowable A1 15-32, A2 10-35, A3 5-40, A4 5-45; H1 recommended 18-22, allowable up to 25 (from 5; remembered).
Air may change by 20 K in an hour and 5 K in 15 min. GB 50174-2017 grade A asks for 18 to 27 degC and less than 20
K/h (remembered). Liquid classes W17 to W45 and W+ name the highest supply (remembered); they are written for the
water of the building, and the coolant of a CDU's loop is warmer by its approach, so time counted here is on the safe
side.

One histogram answers for every class at once, since all their limits are its edges. A rise over a span is the
difference between now and then, where "then" is interpolated between temperatures kept every 5 min: exact while
they move evenly, and within the change of 5 min otherwise.
"""

from __future__ import annotations

from twin.kernels.fields import (
    AIR_EDGES,
    COOLANT_EDGES,
    PAST_POINTS,
    PAST_SPACING,
    RACK_AIR_TIME_0,
    RACK_COOLANT_TIME_0,
    RACK_PAST_0,
    RACK_PAST_CLOCK,
    RACK_RISE_HOUR,
    RACK_RISE_SHORT,
)
from twin.kernels.scalar import Array, scalar

SHORT = 3
"""Spacings in the shorter span of 15 min."""
HOUR = 12
"""Spacings in the longer span."""


@scalar
def band_of(temperature: float, edges: tuple[float, ...]) -> int:
    """Number of `edges`, rising, that `temperature` is above: its band, 0 below all of them."""
    band = 0
    for edge in edges:
        if temperature > edge:
            band += 1
    return band


@scalar
def then(s: Array, i: int, spacings: int, phase: float) -> float:
    """Inlet temperature of rack `i` so many spacings ago [degC], `phase` (0 to 1) after the newest kept one."""
    older = s[RACK_PAST_0 + spacings, i]
    return older + phase * (s[RACK_PAST_0 + spacings - 1, i] - older)


@scalar
def climate_step(s: Array, i: int, before: float, inlet: float, dt: float) -> None:
    """Count the air of a thermal step at the inlet of rack `i`.

    Parameters
    ----------
    s : ndarray, shape (field, rack)
        States of racks.
    i : int
        Rack.
    before, inlet : float
        Inlet temperature at the start and the end of the step [degC].
    dt : float
        Thermal step [s], above 0.
    """
    s[RACK_AIR_TIME_0 + band_of(inlet, AIR_EDGES), i] += dt
    clock = s[RACK_PAST_CLOCK, i] + dt
    while clock >= PAST_SPACING:
        clock -= PAST_SPACING
        for k in range(PAST_POINTS - 1, 0, -1):
            s[RACK_PAST_0 + k, i] = s[RACK_PAST_0 + k - 1, i]
        s[RACK_PAST_0, i] = inlet + (before - inlet) * min(clock / dt, 1.0)
    s[RACK_PAST_CLOCK, i] = clock
    phase = clock / PAST_SPACING
    s[RACK_RISE_SHORT, i] = max(s[RACK_RISE_SHORT, i], inlet - then(s, i, SHORT, phase))
    s[RACK_RISE_HOUR, i] = max(s[RACK_RISE_HOUR, i], inlet - then(s, i, HOUR, phase))


@scalar
def coolant_step(s: Array, i: int, supply: float, dt: float) -> None:
    """Count the coolant of a thermal step, supplied to rack `i` at `supply` [degC]."""
    s[RACK_COOLANT_TIME_0 + band_of(supply, COOLANT_EDGES), i] += dt
