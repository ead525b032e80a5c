"""The synchronous area around the site: one frequency, by the swing equation of its centre of inertia.

    2 E / f0 * d(df)/dt = P_turbine + P_response + P_shed + P_site - P_lost - D (P_load - P_demand_shed) df

with df the deviation in Hz, E the kinetic energy at nominal frequency, P_lost the infeed lost by events,
P_shed demand less generation that relays disconnected, and P_site what the site (times the number of sites
alike) imports less than at the start [1, eq. 3.3; in Hz, linear in df].

Scheme: trapezoidal rule (second order, A-stable) for the swing and the damping of demand; the powers that
depend on frequency are predicted with an Euler step and averaged over the step (Heun); losses, relays and the
site are averaged exactly, so an event may fall anywhere in a step. Lags in the governors are exact. A step
above `step_max` is divided, so a coarse loop gives the same frequency.

One frequency stands for all buses: no swings between machines, no voltage, no network loss. Kinetic energy
stays at its start value when plant trips.

[1] P. Kundur, "Power System Stability and Control", McGraw-Hill 1994, sections 3.9 and 11.1 (remembered).
"""

from __future__ import annotations

import math
from typing import Any

from twin.kernels.fields import (
    AREA_DAMPING,
    AREA_DEMAND_SHED,
    AREA_DEVIATION,
    AREA_E_DAMPING,
    AREA_E_LOST,
    AREA_E_RESPONSE,
    AREA_E_SHED,
    AREA_E_SITE,
    AREA_E_TURBINE,
    AREA_F0,
    AREA_FREQUENCY,
    AREA_GENERATION_SHED,
    AREA_INERTIA,
    AREA_LOAD,
    AREA_NADIR,
    AREA_NADIR_TIME,
    AREA_POWER_LOST,
    AREA_POWER_RESPONSE,
    AREA_POWER_TURBINE,
    AREA_ROCOF,
    AREA_SITE_START,
    AREA_SITES,
    AREA_STARTED,
    AREA_STEP_MAX,
    REL_AREA,
    REL_DEMAND,
    REL_GENERATION,
    REL_TRIPPED,
    RESP_AREA,
    RESP_POWER,
    TURB_AREA,
    TURB_POWER,
)
from twin.kernels.governor import turbine_step
from twin.kernels.infeed import infeed_lost
from twin.kernels.response import relay_step, relay_trips, response_power, response_step
from twin.kernels.scalar import scalar


@scalar
def swing(deviation: float, surplus: float, damping: float, momentum: float, dt: float) -> float:
    """Frequency deviation after `dt` by the trapezoidal rule.

    Parameters
    ----------
    deviation : float
        Hz less nominal at the start of the step.
    surplus : float
        Generation less demand, mean over the step, W, without the damping of demand.
    damping : float
        Demand that goes with frequency, W/Hz, >= 0.
    momentum : float
        2 E / f0, W s/Hz, > 0.
    dt : float
        Step, s.

    Returns
    -------
    float
        Hz less nominal, from momentum d(df)/dt = surplus - damping df.
    """
    half = 0.5 * damping * dt
    return ((momentum - half) * deviation + surplus * dt) / (momentum + half)


@scalar
def area_start(p: Any, s: Any, a: int, site_power: float) -> None:
    """Note the import the site starts from; until this is called its deviation counts as zero.

    Parameters
    ----------
    p, s : array, shape (field, unit)
        Block AREA of fields.py; writes AREA_STARTED and AREA_SITE_START.
    a : int
        Area.
    site_power : float
        Import of the site in its steady state at the start, W.
    """
    s[AREA_STARTED, a] = 1.0
    s[AREA_SITE_START, a] = site_power


@scalar
def relays_mean(
    p: Any, s: Any, a: int, deviation: float, nominal: float, t: float, dt: float
) -> tuple[float, float]:
    """Demand and generation the relays of area `a` have disconnected, mean over the coming step, W."""
    demand = 0.0
    generation = 0.0
    for i in range(p.shape[1]):
        if p[REL_AREA, i] == a:
            share = relay_trips(p, s, i, deviation, nominal, t, dt)
            demand += share * p[REL_DEMAND, i]
            generation += share * p[REL_GENERATION, i]
    return demand, generation


@scalar
def relays_close(
    p: Any, s: Any, a: int, p_relay: Any, s_relay: Any, before: float, after: float, dt: float
) -> None:
    """Close a step of the relays of area `a`; writes AREA_DEMAND_SHED and AREA_GENERATION_SHED."""
    demand = 0.0
    generation = 0.0
    for i in range(p_relay.shape[1]):
        if p_relay[REL_AREA, i] == a:
            relay_step(p_relay, s_relay, i, before, after, p[AREA_F0, a], dt)
            demand += s_relay[REL_TRIPPED, i] * p_relay[REL_DEMAND, i]
            generation += s_relay[REL_TRIPPED, i] * p_relay[REL_GENERATION, i]
    s[AREA_DEMAND_SHED, a] = demand
    s[AREA_GENERATION_SHED, a] = generation


@scalar
def responses_ahead(p: Any, s: Any, a: int, deviation: float, dt: float) -> float:
    """Power of the response tranches of area `a` after the coming step, were it to end at `deviation`, W."""
    power = 0.0
    for i in range(p.shape[1]):
        if p[RESP_AREA, i] == a:
            power += response_power(p, s, i, deviation, dt)
    return power


@scalar
def responses_close(p: Any, s: Any, a: int, before: float, after: float, dt: float) -> float:
    """Close a step of the response tranches of area `a` and return their power at its end, W."""
    power = 0.0
    for i in range(p.shape[1]):
        if p[RESP_AREA, i] == a:
            response_step(p, s, i, before, after, dt)
            power += s[RESP_POWER, i]
    return power


@scalar
def turbines_step(p: Any, s: Any, a: int, deviation: float, dt: float) -> float:
    """Step the turbines of area `a` at a mean deviation, per unit, and return their power at its end, W."""
    power = 0.0
    for i in range(p.shape[1]):
        if p[TURB_AREA, i] == a:
            turbine_step(p, s, i, deviation, dt)
            power += s[TURB_POWER, i]
    return power


@scalar
def swing_step(
    p: Any,
    s: Any,
    a: int,
    p_turb: Any,
    s_turb: Any,
    p_resp: Any,
    s_resp: Any,
    p_relay: Any,
    s_relay: Any,
    events: Any,
    site: float,
    t: float,
    dt: float,
) -> None:
    """One step of the swing equation with everything that acts on it.

    Parameters
    ----------
    p, s, p_turb, s_turb, p_resp, s_resp, p_relay, s_relay : array, shape (field, unit)
        Blocks AREA, TURBINE, RESPONSE, RELAY of fields.py; units of other areas are passed over.
    a : int
        Area.
    events : array, shape (n, 3)
        Run time s, infeed lost W (negative: restored), ramp time s.
    site : float
        What the sites import less than at the start, W.
    t, dt : float
        Run time at the start of the step, and the step, s; `dt` up to AREA_STEP_MAX.
    """
    nominal = p[AREA_F0, a]
    momentum = 2.0 * p[AREA_INERTIA, a] / nominal
    before = s[AREA_DEVIATION, a]

    lost, lost_after = infeed_lost(events, t, dt)
    demand, generation = relays_mean(p_relay, s_relay, a, before, nominal, t, dt)
    damping = p[AREA_DAMPING, a] * max(0.0, p[AREA_LOAD, a] - demand)
    steady = demand - generation + site - lost

    turbines = s[AREA_POWER_TURBINE, a]
    responses = s[AREA_POWER_RESPONSE, a]
    guess = swing(before, steady + turbines + responses, damping, momentum, dt)
    middle = 0.5 * (before + guess)
    turbines_after = turbines_step(p_turb, s_turb, a, middle / nominal, dt)
    responses_after = responses_ahead(p_resp, s_resp, a, guess, dt)
    turbines = 0.5 * (turbines + turbines_after)
    responses = 0.5 * (responses + responses_after)
    after = swing(before, steady + turbines + responses, damping, momentum, dt)

    s[AREA_POWER_LOST, a] = lost_after
    s[AREA_POWER_TURBINE, a] = turbines_after
    s[AREA_POWER_RESPONSE, a] = responses_close(p_resp, s_resp, a, before, after, dt)
    relays_close(p, s, a, p_relay, s_relay, before, after, dt)
    s[AREA_DEVIATION, a] = after
    s[AREA_FREQUENCY, a] = nominal + after
    s[AREA_ROCOF, a] = (after - before) / dt
    if nominal + after < s[AREA_NADIR, a]:
        s[AREA_NADIR, a] = nominal + after
        s[AREA_NADIR_TIME, a] = t + dt
    s[AREA_E_LOST, a] += lost * dt
    s[AREA_E_TURBINE, a] += turbines * dt
    s[AREA_E_RESPONSE, a] += responses * dt
    s[AREA_E_SHED, a] += (demand - generation) * dt
    s[AREA_E_SITE, a] += site * dt
    s[AREA_E_DAMPING, a] -= damping * 0.5 * (before + after) * dt


@scalar
def area_step(
    p: Any,
    s: Any,
    a: int,
    p_turb: Any,
    s_turb: Any,
    p_resp: Any,
    s_resp: Any,
    p_relay: Any,
    s_relay: Any,
    events: Any,
    site_power: float,
    t: float,
    dt: float,
) -> None:
    """Carry an area from `t` to `t + dt`.

    Parameters
    ----------
    p, s, p_turb, s_turb, p_resp, s_resp, p_relay, s_relay : array, shape (field, unit)
        Blocks AREA, TURBINE, RESPONSE, RELAY of fields.py; the last three may have no units.
    a : int
        Area.
    events : array, shape (n, 3)
        Run time s, infeed lost W (negative: restored), ramp time s; n may be 0.
    site_power : float
        Import of the site, W, held over the step.
    t, dt : float
        Run time at the start of the step, and the step, s, > 0; divided where longer than AREA_STEP_MAX.
    """
    site = 0.0
    if s[AREA_STARTED, a] > 0.0:
        site = (s[AREA_SITE_START, a] - site_power) * p[AREA_SITES, a]
    # A step that is step_max but for round-off is not cut in two.
    steps = max(1, math.ceil(dt / p[AREA_STEP_MAX, a] - 1e-9))
    h = dt / steps
    for k in range(steps):
        now = t + k * h
        swing_step(p, s, a, p_turb, s_turb, p_resp, s_resp, p_relay, s_relay, events, site, now, h)


@scalar
def area_alone(
    p: Any,
    s: Any,
    p_turb: Any,
    s_turb: Any,
    p_resp: Any,
    s_resp: Any,
    p_relay: Any,
    s_relay: Any,
    events: Any,
    site: Any,
    trace: Any,
    dt: float,
) -> None:
    """Run area 0 without a facility: what the validation cases and the studies of a response need.

    Parameters
    ----------
    p, s, p_turb, s_turb, p_resp, s_resp, p_relay, s_relay : array, shape (field, unit)
        Blocks AREA, TURBINE, RESPONSE, RELAY of fields.py.
    events : array, shape (n, 3)
        As in `area_step`.
    site : array, shape (steps,)
        Import of the site in each step, W; its first value is its start.
    trace : array, shape (steps + 1,)
        Filled with the frequency at the start and after each step, Hz.
    dt : float
        Step, s.
    """
    trace[0] = s[AREA_FREQUENCY, 0]
    if site.shape[0] > 0:
        area_start(p, s, 0, site[0])
    for n in range(trace.shape[0] - 1):
        power = site[n] if site.shape[0] > 0 else 0.0
        area_step(p, s, 0, p_turb, s_turb, p_resp, s_resp, p_relay, s_relay, events, power, n * dt, dt)
        trace[n + 1] = s[AREA_FREQUENCY, 0]
