"""Fuel of a generating set: what it burns and emits, day tank, bulk tank and deliveries."""

from __future__ import annotations

from twin.kernels.fields import (
    GEN_BULK,
    GEN_BULK_TANK,
    GEN_BURNT,
    GEN_CO2,
    GEN_CO2_MASS,
    GEN_DELIVERED,
    GEN_DELIVERY,
    GEN_DELIVERY_SIZE,
    GEN_DELIVERY_TIME,
    GEN_E_IN,
    GEN_E_LOSS,
    GEN_E_OUT,
    GEN_FUEL,
    GEN_FUEL_0,
    GEN_FUEL_1,
    GEN_FUEL_2,
    GEN_FUEL_FLOOR,
    GEN_FUEL_HEAT,
    GEN_LOAD_MIN,
    GEN_LOW_TIME,
    GEN_NOX,
    GEN_NOX_MASS,
    GEN_PIPELINE,
    GEN_RATED,
    GEN_RUN_TIME,
    GEN_TANK,
    GEN_TANK_OUT,
    GEN_TRANSFER,
)
from twin.kernels.scalar import Array, scalar


@scalar
def has_fuel(p: Array, s: Array, i: int) -> bool:
    """Whether fuel reaches set `i`: its supply is not cut off, and there is some in the day tank or the pipe."""
    return s[GEN_TANK_OUT, i] <= 0.0 and (p[GEN_PIPELINE, i] > 0.0 or s[GEN_FUEL, i] > 0.0)


@scalar
def fuel_flow(load: float, f0: float, f1: float, f2: float) -> float:
    """Fuel flow of a running set [m3/s] at load fraction `load`: f0 + f1 x + f2 x^2, fitted to its data sheet."""
    return f0 + load * (f1 + load * f2)


@scalar
def set_fuel_flow(p: Array, i: int, load: float) -> float:
    """Fuel flow of set `i` [m3/s]: it does not fall below that at `fuel_floor`, nor does a set driven by others."""
    x = max(load, p[GEN_FUEL_FLOOR, i])
    return fuel_flow(x, p[GEN_FUEL_0, i], p[GEN_FUEL_1, i], p[GEN_FUEL_2, i])


@scalar
def tank_step(p: Array, s: Array, i: int, burnt: float, dt: float) -> None:
    """Day tank, bulk tank and deliveries of set `i` over a step in which `burnt` [m3] was taken.

    The pump refills the day tank from the bulk tank as long as either has room and fuel. The first delivery is ordered
    when the set runs, each further one when the last has come; what finds no room is taken back. Without a bulk tank
    it goes into the day tank.

    Notes
    -----
    The step that empties the tank may burn a little more than was left, at most its own fuel.
    """
    moved = min(p[GEN_TANK, i] - s[GEN_FUEL, i] + burnt, s[GEN_BULK, i], p[GEN_TRANSFER, i] * dt)
    s[GEN_BULK, i] -= moved
    s[GEN_FUEL, i] = max(s[GEN_FUEL, i] + moved - burnt, 0.0)
    if p[GEN_DELIVERY_SIZE, i] <= 0.0:
        return
    s[GEN_DELIVERY, i] += dt
    if s[GEN_DELIVERY, i] < p[GEN_DELIVERY_TIME, i]:
        return
    s[GEN_DELIVERY, i] -= p[GEN_DELIVERY_TIME, i]
    bulk = min(p[GEN_DELIVERY_SIZE, i], p[GEN_BULK_TANK, i] - s[GEN_BULK, i])
    day = min(p[GEN_DELIVERY_SIZE, i] - bulk, p[GEN_TANK, i] - s[GEN_FUEL, i])
    day = day if p[GEN_BULK_TANK, i] <= 0.0 else 0.0
    s[GEN_BULK, i] += bulk
    s[GEN_FUEL, i] += day
    s[GEN_DELIVERED, i] += bulk + day


@scalar
def genset_account_step(p: Array, s: Array, i: int, power: float, dt: float) -> None:
    """Fuel, CO2, NOx, hours and account of set `i`, which runs and gives `power` [W] for `dt` [s].

    Fuel follows the electrical load of the step: what the flywheel gives or takes in a transient is at most a second
    of rated power and comes back.
    """
    load = power / p[GEN_RATED, i]
    fuel = set_fuel_flow(p, i, load) * dt
    if p[GEN_PIPELINE, i] <= 0.0:
        tank_step(p, s, i, fuel, dt)
    s[GEN_RUN_TIME, i] += dt
    if load < p[GEN_LOAD_MIN, i]:
        s[GEN_LOW_TIME, i] += dt
    s[GEN_BURNT, i] += fuel
    s[GEN_CO2_MASS, i] += fuel * p[GEN_CO2, i]
    s[GEN_NOX_MASS, i] += max(power, 0.0) * dt * p[GEN_NOX, i]
    s[GEN_E_IN, i] += fuel * p[GEN_FUEL_HEAT, i]
    s[GEN_E_OUT, i] += power * dt
    s[GEN_E_LOSS, i] += fuel * p[GEN_FUEL_HEAT, i] - power * dt
