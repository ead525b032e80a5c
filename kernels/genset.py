"""Generating set: start, running, failure, governor, fuel and emissions.

State machine of a set::

    STOPPED --call--> STARTING --start_delay--> RUNNING --call ends--> COOLING --cooldown--> STOPPED
       |                  | will not start:        | runs to failure      | call
       | out of service   | crank_limit            | or tank empty        +--> RUNNING
       +--> FAILED <------+------------------------+

STARTING falls back to STOPPED when the call ends. A set that cools down still runs: it too can fail.
"""

from __future__ import annotations

import math

from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    GEN_A11,
    GEN_A12,
    GEN_A21,
    GEN_A22,
    GEN_ACTUATOR,
    GEN_CO2,
    GEN_CO2_MASS,
    GEN_COOLDOWN,
    GEN_COOLING,
    GEN_CRANK_LIMIT,
    GEN_DAMPING,
    GEN_DROOP,
    GEN_E_IN,
    GEN_E_LOSS,
    GEN_E_OUT,
    GEN_F_NOMINAL,
    GEN_FAILED,
    GEN_FREQ_DEV,
    GEN_FUEL,
    GEN_FUEL_0,
    GEN_FUEL_1,
    GEN_FUEL_2,
    GEN_FUEL_HEAT,
    GEN_INERTIA,
    GEN_MECH,
    GEN_MODE,
    GEN_NOX,
    GEN_NOX_MASS,
    GEN_P_NOMINAL,
    GEN_POWER,
    GEN_RATED,
    GEN_RUN_LEFT,
    GEN_RUN_TIME,
    GEN_RUNNING,
    GEN_START_DELAY,
    GEN_START_FAILS,
    GEN_STARTING,
    GEN_STOPPED,
    GEN_TIMER,
    GEN_UNAVAILABLE,
)
from twin.kernels.scalar import Array, scalar


@scalar
def oscillator_transition(
    a11: float, a12: float, a21: float, a22: float, dt: float
) -> tuple[float, float, float, float]:
    """Transition matrix exp(A dt) of a stable two-state linear system.

    With m = tr(A) / 2 and w^2 = m^2 - det(A): exp(A t) = e^(m t) [cosh(w t) I + sinh(w t) / w (A - m I)], and
    cos, sin for w^2 < 0.

    Parameters
    ----------
    a11, a12, a21, a22 : float
        System matrix [1/s].
    dt : float
        Step [s].

    Returns
    -------
    tuple of float
        The four entries, row by row.

    References
    ----------
    .. [1] C. Moler, C. Van Loan, "Nineteen dubious ways to compute the exponential of a matrix", SIAM Review
       45(1), 2003, the 2 x 2 case by Cayley-Hamilton.
    """
    m = 0.5 * (a11 + a22)
    square = m * m - (a11 * a22 - a12 * a21)
    w = math.sqrt(abs(square))
    if w * dt < 1e-9:
        c = math.exp(m * dt)
        s = dt * c
    elif square > 0.0:
        fast = math.exp((m - w) * dt)
        slow = math.exp((m + w) * dt)
        c = 0.5 * (slow + fast)
        s = 0.5 * (slow - fast) / w
    else:
        decay = math.exp(m * dt)
        c = decay * math.cos(w * dt)
        s = decay * math.sin(w * dt) / w
    return c + s * (a11 - m), s * a12, s * a21, c + s * (a22 - m)


@scalar
def genset_interval(p: Array, s: Array, i: int, dt: float) -> None:
    """Compute the governor transition of set `i` for steps of `dt` [s], once per interval.

    Speed deviation w and mechanical power P of one set, per unit, with governor droop R and one actuator lag T:
    2 H dw/dt = P - P_e - D w,   T dP/dt = P_0 - w / R - P.

    References
    ----------
    .. [1] P. Kundur, *Power System Stability and Control*, McGraw-Hill 1994, sections 3.9 and 11.1.
    """
    two_h = 2.0 * p[GEN_INERTIA, i]
    lag = p[GEN_ACTUATOR, i]
    b11, b12, b21, b22 = oscillator_transition(
        -p[GEN_DAMPING, i] / two_h, 1.0 / two_h, -1.0 / (p[GEN_DROOP, i] * lag), -1.0 / lag, dt
    )
    s[GEN_A11, i] = b11
    s[GEN_A12, i] = b12
    s[GEN_A21, i] = b21
    s[GEN_A22, i] = b22


@scalar
def genset_step(p: Array, s: Array, i: int, call: bool, dt: float) -> None:
    """Step the start, run and stop sequence of set `i`.

    Parameters
    ----------
    p, s : (field, genset) arrays
        Parameters and this member's state. `start_fails`, `unavailable` and `run_left` are the member's draws.
    i : int
        Set.
    call : bool
        Whether its bus calls it to run.
    dt : float
        Step [s]. A set that would fail within the step fails at its start.
    """
    s[GEN_POWER, i] = 0.0
    s[GEN_TIMER, i] += dt
    if s[GEN_MODE, i] == GEN_STOPPED and call:
        s[GEN_TIMER, i] = 0.0
        s[GEN_MODE, i] = GEN_FAILED if s[GEN_UNAVAILABLE, i] > 0.0 else GEN_STARTING
    if s[GEN_MODE, i] == GEN_STARTING:
        if not call:
            s[GEN_MODE, i] = GEN_STOPPED
        elif s[GEN_START_FAILS, i] > 0.0:
            if s[GEN_TIMER, i] + INSTANT >= p[GEN_CRANK_LIMIT, i]:
                s[GEN_MODE, i] = GEN_FAILED
        elif s[GEN_TIMER, i] + INSTANT >= p[GEN_START_DELAY, i]:
            s[GEN_MODE, i] = GEN_RUNNING
            s[GEN_TIMER, i] = 0.0
            # The governor waits at no load and the speed its droop gives there.
            s[GEN_FREQ_DEV, i] = p[GEN_P_NOMINAL, i] / (1.0 / p[GEN_DROOP, i] + p[GEN_DAMPING, i])
            s[GEN_MECH, i] = p[GEN_DAMPING, i] * s[GEN_FREQ_DEV, i]
    if s[GEN_MODE, i] == GEN_COOLING:
        if call:
            s[GEN_MODE, i] = GEN_RUNNING
        elif s[GEN_TIMER, i] + INSTANT >= p[GEN_COOLDOWN, i]:
            s[GEN_MODE, i] = GEN_STOPPED
    if s[GEN_MODE, i] == GEN_RUNNING and not call:
        s[GEN_MODE, i] = GEN_COOLING
        s[GEN_TIMER, i] = 0.0
    if int(s[GEN_MODE, i]) in (GEN_RUNNING, GEN_COOLING):
        s[GEN_RUN_LEFT, i] -= dt
        if s[GEN_RUN_LEFT, i] <= INSTANT or s[GEN_FUEL, i] <= 0.0:
            s[GEN_MODE, i] = GEN_FAILED


@scalar
def fuel_flow(load: float, f0: float, f1: float, f2: float) -> float:
    """Fuel flow of a running set [m3/s] at load fraction `load`: f0 + f1 x + f2 x^2, fitted to its data sheet."""
    return f0 + load * (f1 + load * f2)


@scalar
def genset_power_step(p: Array, s: Array, i: int, power: float, dt: float) -> None:
    """Load set `i` with electrical `power` [W] for `dt`: speed, fuel, CO2, NOx and its account.

    Notes
    -----
    The step is exact for a power that is constant over it. Fuel stops with the tank: the last step may burn a
    little more than was left, at most its own fuel.
    """
    mode = int(s[GEN_MODE, i])
    s[GEN_POWER, i] = power
    if mode not in (GEN_RUNNING, GEN_COOLING):
        return
    load = power / p[GEN_RATED, i]
    settled_w = (p[GEN_P_NOMINAL, i] - load) / (1.0 / p[GEN_DROOP, i] + p[GEN_DAMPING, i])
    settled_m = load + p[GEN_DAMPING, i] * settled_w
    dw = s[GEN_FREQ_DEV, i] - settled_w
    dm = s[GEN_MECH, i] - settled_m
    s[GEN_FREQ_DEV, i] = settled_w + s[GEN_A11, i] * dw + s[GEN_A12, i] * dm
    s[GEN_MECH, i] = settled_m + s[GEN_A21, i] * dw + s[GEN_A22, i] * dm
    fuel = fuel_flow(load, p[GEN_FUEL_0, i], p[GEN_FUEL_1, i], p[GEN_FUEL_2, i]) * dt
    s[GEN_FUEL, i] = max(s[GEN_FUEL, i] - fuel, 0.0)
    s[GEN_RUN_TIME, i] += dt
    s[GEN_CO2_MASS, i] += fuel * p[GEN_CO2, i]
    s[GEN_NOX_MASS, i] += power * dt * p[GEN_NOX, i]
    s[GEN_E_IN, i] += fuel * p[GEN_FUEL_HEAT, i]
    s[GEN_E_OUT, i] += power * dt
    s[GEN_E_LOSS, i] += fuel * p[GEN_FUEL_HEAT, i] - power * dt


@scalar
def genset_frequency(p: Array, s: Array, i: int) -> float:
    """Frequency of set `i` [Hz]."""
    return p[GEN_F_NOMINAL, i] * (1.0 + s[GEN_FREQ_DEV, i])
