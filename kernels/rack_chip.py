"""Chips of a rack: temperature above their heat sinks or cold plates, leakage, and the cap that protects them.

A chip sits on a node of the rack: on its cold plates where it has any, else on servers and chassis. It follows
the heat of that node through one resistance and one time constant:

    T_chip = T_node + x,      tau dx/dt = R q - x

which is the two-resistor compact model of JEDEC JESD51 (remembered) with the node as its case. The chip stands for
the mean of all that work in the rack.

Leakage. Server power rises with chip temperature by a constant share per kelvin: P = P_rated (1 + a (T_chip - T_0)).
Published: the efficiency of a server with two Xeon E5-2697v3 fell by some 10 % as its coolant went from 19 to 65
degC, 0.2 % per kelvin, leakage and lost frequency together (E. Druzhinin et al., Supercomputing Frontiers and
Innovations 3 (2016) no. 1; read in its abstract). The straight line is good for some +-40 K (leakage itself is
exponential). Rated powers were measured on some load with air or coolant at a reference temperature, so T_0 is the
chip temperature at this load on that: what is counted is the departure from it, and a rack on its reference coolant
draws its rated power at every load.

Throttling. Above `chip_throttle` servers cap their power, linearly down to `throttle_least` at
`chip_throttle_full`, and likewise above an inlet temperature where their firmware watches that. The cap acts on
the next control interval. It is solved together with the temperature it leads to (one Newton step on a straight
line, from the cap in force), so that it settles without hunting however long the step.
"""

from __future__ import annotations

from twin.kernels.air import AIR_CP
from twin.kernels.fan import fan_speed
from twin.kernels.fields import (
    RACK_C_MASS,
    RACK_C_PLATE,
    RACK_CAPPED,
    RACK_CHIP_LAG,
    RACK_CHIP_R,
    RACK_CHIP_RISE,
    RACK_CHIP_THROTTLE,
    RACK_CHIP_THROTTLE_FULL,
    RACK_DELTA_T,
    RACK_E_HELD,
    RACK_FLOW_MAX,
    RACK_FLOW_MIN,
    RACK_G_MASS,
    RACK_G_NOW,
    RACK_G_PLATE,
    RACK_HEAT,
    RACK_HELD,
    RACK_HELD_TIME,
    RACK_INLET_THROTTLE,
    RACK_INLET_THROTTLE_FULL,
    RACK_LEAK,
    RACK_LEAKAGE,
    RACK_LEAKAGE_REF,
    RACK_MODE,
    RACK_NOMINAL_RISE,
    RACK_ON,
    RACK_POWER_IDLE,
    RACK_POWER_PEAK,
    RACK_T_CHIP,
    RACK_T_CHIP_MAX,
    RACK_T_INLET,
    RACK_T_MASS,
    RACK_T_PLATE,
    RACK_THROTTLE,
    RACK_THROTTLE_LEAST,
)
from twin.kernels.lag import decay_mean, lag_end
from twin.kernels.rack_air import stream_conductance
from twin.kernels.scalar import Array, scalar

LEAKAGE_RANGE = 40.0
"""Departure of a chip from its nominal temperature up to which the straight line of leakage is carried [K]."""

CAP_HORIZON = 60.0
"""How far ahead the cap looks at the warming of its node [s]: well above a control interval, usually 1 s."""

NEVER = 1e29


@scalar
def leakage_share(departure: float, slope: float) -> float:
    """Server power above its rating, by leakage.

    Parameters
    ----------
    departure : float
        Chip temperature above what it would be at this load on the coolant of the ratings [K].
    slope : float
        Rise of power per kelvin [1/K], at least 0; 0.002 is published, see above.

    Returns
    -------
    float
        `slope departure`, a share of the rated power; held beyond +-40 K, where a straight line ends.
    """
    return slope * min(max(departure, -LEAKAGE_RANGE), LEAKAGE_RANGE)


@scalar
def throttle_ramp(
    throttle: float, temperature: float, start: float, full: float, most: float, sensitivity: float
) -> float:
    """Cap of the next step on a ramp of temperature, solved with the fall in temperature that it brings.

    The ramp is `u = most (T - start) / (full - start)`; the temperature that a cap leads to is
    `T - sensitivity (u_next - u)`. Their intersection is returned.

    Parameters
    ----------
    throttle : float
        Share of the dynamic power that is capped now, u: 0 for none.
    temperature : float
        Present temperature [degC].
    start, full : float
        Temperatures of no cap and of the largest [degC]; no cap at all when `full` is not above `start`.
    most : float
        Largest share capped, 0 to 1.
    sensitivity : float
        Fall of the temperature per share capped [K], at least 0.

    Returns
    -------
    float
        0 to `most`.
    """
    if full <= start:
        return 0.0
    slope = most / (full - start)
    ramp = slope * (temperature - start)
    return min(max(throttle + (ramp - throttle) / (1.0 + slope * sensitivity), 0.0), most)


@scalar
def nominal_conductance(p: Array, i: int, plates: bool, power: float) -> float:
    """Heat per kelvin from the node of the chips to air or coolant as its ratings were measured [W/K].

    Full coolant flow, or the air flow that `power` [W] calls for, without the speed that a warm inlet adds.
    """
    if plates:
        return p[RACK_G_PLATE, i]
    most = p[RACK_FLOW_MAX, i]
    flow = power / (AIR_CP * p[RACK_DELTA_T, i]) if p[RACK_DELTA_T, i] > 0.0 else 0.0
    return stream_conductance(p[RACK_G_MASS, i], fan_speed(flow, most, p[RACK_FLOW_MIN, i]) * most, most)


@scalar
def leakage_step(p: Array, s: Array, i: int, plates: bool, power: float, dt: float) -> None:
    """Set the leakage of rack `i` from the temperature of its chips; arguments as in `chip_step`.

    A chip is as far above its node as it would be on the reference coolant, so the departure is that of the node.
    The node's rise on the reference coolant is followed with its time constant there: a load that has just changed
    counts no departure.
    """
    if p[RACK_LEAKAGE, i] <= 0.0:
        return
    conductance = nominal_conductance(p, i, plates, power)
    if conductance <= 0.0:
        return
    node, capacity = s[RACK_T_MASS, i], p[RACK_C_MASS, i]
    if plates:
        node, capacity = s[RACK_T_PLATE, i], p[RACK_C_PLATE, i]
    rise = lag_end(s[RACK_NOMINAL_RISE, i], power / conductance, dt, capacity / conductance)
    s[RACK_NOMINAL_RISE, i] = rise
    s[RACK_LEAK, i] = leakage_share(node - p[RACK_LEAKAGE_REF, i] - rise, p[RACK_LEAKAGE, i])


@scalar
def cap_sensitivity(p: Array, s: Array, i: int, plates: bool, share: float) -> float:
    """Fall of the chip temperature of rack `i` when all of its dynamic power is capped [K].

    The chip settles; its node, which is slower, goes as far as it does within `CAP_HORIZON`.
    """
    capacity = p[RACK_C_PLATE, i] if plates else p[RACK_C_MASS, i]
    per_power = p[RACK_CHIP_R, i]
    if capacity > 0.0:
        conductance = p[RACK_G_PLATE, i] if plates else s[RACK_G_NOW, i]
        per_power += CAP_HORIZON / capacity * decay_mean(CAP_HORIZON * conductance / capacity)
    return share * (p[RACK_POWER_PEAK, i] - p[RACK_POWER_IDLE, i]) * per_power


@scalar
def throttle_step(p: Array, s: Array, i: int, plates: bool, share: float) -> None:
    """Set the cap of rack `i` from its chips and its inlet; arguments as in `chip_step`."""
    before = s[RACK_CAPPED, i]
    most = 1.0 - p[RACK_THROTTLE_LEAST, i]
    after = 0.0
    if p[RACK_CHIP_THROTTLE, i] < NEVER:
        fall = cap_sensitivity(p, s, i, plates, share)
        after = throttle_ramp(
            before, s[RACK_T_CHIP, i], p[RACK_CHIP_THROTTLE, i], p[RACK_CHIP_THROTTLE_FULL, i], most, fall
        )
    if p[RACK_INLET_THROTTLE, i] < NEVER:
        low, high = p[RACK_INLET_THROTTLE, i], p[RACK_INLET_THROTTLE_FULL, i]
        after = max(after, throttle_ramp(before, s[RACK_T_INLET, i], low, high, most, 0.0))
    s[RACK_THROTTLE, i] = after


@scalar
def chip_step(p: Array, s: Array, i: int, plates: bool, share: float, dt: float) -> None:
    """Move the chips of rack `i` to the end of a thermal step, after the node that they sit on.

    Parameters
    ----------
    p, s : ndarray, shape (field, rack)
        Parameters and states of racks.
    i : int
        Rack.
    plates : bool
        Whether its chips sit on cold plates.
    share : float
        Share of the rack's heat that goes to their node.
    dt : float
        Thermal step [s], above 0.
    """
    power = share * s[RACK_HEAT, i] / dt
    rise = lag_end(s[RACK_CHIP_RISE, i], p[RACK_CHIP_R, i] * power, dt, p[RACK_CHIP_LAG, i])
    chip = (s[RACK_T_PLATE, i] if plates else s[RACK_T_MASS, i]) + rise
    s[RACK_CHIP_RISE, i] = rise
    s[RACK_T_CHIP, i] = chip
    s[RACK_T_CHIP_MAX, i] = max(s[RACK_T_CHIP_MAX, i], chip)
    if s[RACK_MODE, i] == RACK_ON and s[RACK_HELD, i] > 0.0:
        s[RACK_E_HELD, i] += s[RACK_HELD, i] * dt
        s[RACK_HELD_TIME, i] += dt
    leakage_step(p, s, i, plates, power, dt)
    throttle_step(p, s, i, plates, share)


@scalar
def capped_power(p: Array, s: Array, i: int, base: float, wave: float) -> tuple[float, float]:
    """Server power of rack `i` under its cap and with its leakage, from what its work asks for.

    Parameters
    ----------
    p, s : ndarray, shape (field, rack)
        Parameters and states of racks.
    i : int
        Rack.
    base, wave : float
        Rated server power without the waveform, and height of the waveform [W].

    Returns
    -------
    tuple of float
        The same two under the cap, which cuts the top of the waveform first, with leakage on top [W].
    """
    leak = 1.0 + s[RACK_LEAK, i]
    if s[RACK_CAPPED, i] <= 0.0:
        return leak * base, leak * wave
    idle = p[RACK_POWER_IDLE, i]
    most = idle + (1.0 - s[RACK_CAPPED, i]) * (p[RACK_POWER_PEAK, i] - idle)
    low = min(base, most)
    high = min(base + wave, most)
    return leak * low, leak * (high - low)
