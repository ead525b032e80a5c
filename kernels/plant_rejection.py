"""Heat rejection of one plant: what it approaches, its condenser water, its fans and its water.

Three models: an approach in proportion to the heat (`heat_rejection.py`), a tower by Merkel (`tower.py`) and a dry
cooler by e-NTU with or without wetted pads (`dry_cooler.py`). The set point of the condenser water falls with the
outside ("relief"): it is the outside temperature plus a difference, within the range that chillers take and below a
highest.

Water leaves a wet rejection by evaporation, drift and blow-down; blow-down and drift together keep the concentration:
make-up = evaporated cycles / (cycles - 1) (ASHRAE *Handbook HVAC Systems and Equipment*, Cooling Towers; remembered).
"""

from __future__ import annotations

from twin.kernels.chiller import chillers_running
from twin.kernels.dry_cooler import cooler_approach, cooler_speed, pad_water, precooled
from twin.kernels.fan import fan_power
from twin.kernels.fields import (
    PLANT_APPROACH,
    PLANT_APPROACH_NOW,
    PLANT_BLOWN,
    PLANT_CAPACITY,
    PLANT_CELL_SHARE,
    PLANT_CELLS_FOLLOW,
    PLANT_CHILLERS,
    PLANT_CHILLERS_ON,
    PLANT_COND_RELIEF,
    PLANT_COND_SET,
    PLANT_COOLER_UA,
    PLANT_COP,
    PLANT_CYCLES,
    PLANT_DRIFT,
    PLANT_DRIFTED,
    PLANT_EVAPORATED,
    PLANT_FAN_LEAST,
    PLANT_FAN_SPEED,
    PLANT_OUTSIDE,
    PLANT_PAD_ABOVE,
    PLANT_PAD_EFFECT,
    PLANT_PRESSURE,
    PLANT_REJECT_FAN,
    PLANT_REJECT_MODEL,
    PLANT_REJECT_RATED,
    PLANT_REJECT_WET,
    PLANT_STAGED,
    PLANT_TC_MIN,
    PLANT_TOWER_AIR,
    PLANT_TOWER_EXPONENT,
    PLANT_TOWER_NTU,
    PLANT_TOWER_WATER,
    PLANT_WATER,
    PLANT_WATER_PER_HEAT,
    REJECT_COOLER,
    REJECT_TOWER,
)
from twin.kernels.heat_rejection import approach, condenser_fan_speed, free_fan_speed
from twin.kernels.moist_air import air_enthalpy, humidity_ratio
from twin.kernels.scalar import Array, scalar
from twin.kernels.tower import tower_air, tower_evaporation, tower_water

LEAST_LOAD = 0.1
"""Heat over rated at which the approach per heat of a tower is taken when there is less."""


@scalar
def rejection_outside(
    p_plant: Array, s_plant: Array, k: int, t_dry: float, t_wet: float, heat: float
) -> float:
    """Set what plant `k` approaches outside and how closely at full fan; return the former [degC].

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    t_dry, t_wet : float
        Outdoor dry and wet bulb [degC].
    heat : float
        Heat about to be rejected [W]: a tower's approach is not quite in proportion to it.
    """
    rated = p_plant[PLANT_REJECT_RATED, k]
    outside = t_wet if p_plant[PLANT_REJECT_WET, k] > 0.0 else t_dry
    gap = p_plant[PLANT_APPROACH, k]
    if p_plant[PLANT_REJECT_MODEL, k] == REJECT_TOWER:
        asked = min(max(heat, LEAST_LOAD * rated), rated)
        gap = (tower_leaving(p_plant, k, asked, t_dry, t_wet) - t_wet) * rated / asked
    elif p_plant[PLANT_REJECT_MODEL, k] == REJECT_COOLER:
        outside = precooled(t_dry, t_wet, p_plant[PLANT_PAD_EFFECT, k], p_plant[PLANT_PAD_ABOVE, k])
        gap = cooler_gap(p_plant, k, rated, 1.0)
    s_plant[PLANT_OUTSIDE, k] = outside
    s_plant[PLANT_APPROACH_NOW, k] = gap
    return outside


@scalar
def tower_leaving(p_plant: Array, k: int, heat: float, t_dry: float, t_wet: float) -> float:
    """Water that the tower of plant `k` returns at full fan [degC]."""
    pressure = p_plant[PLANT_PRESSURE, k]
    enthalpy = air_enthalpy(t_dry, humidity_ratio(t_dry, t_wet, pressure))
    return tower_water(
        heat, t_wet, enthalpy, pressure, p_plant[PLANT_TOWER_WATER, k], p_plant[PLANT_TOWER_AIR, k],
        p_plant[PLANT_TOWER_NTU, k], p_plant[PLANT_TOWER_EXPONENT, k],
    )  # fmt: skip


@scalar
def cooler_gap(p_plant: Array, k: int, heat: float, speed: float) -> float:
    """Approach of the dry cooler of plant `k` at a fan speed [K]."""
    return cooler_approach(
        heat, speed, p_plant[PLANT_TOWER_AIR, k], p_plant[PLANT_TOWER_WATER, k], p_plant[PLANT_COOLER_UA, k],
        p_plant[PLANT_TOWER_EXPONENT, k],
    )  # fmt: skip


@scalar
def rejection_fan(
    p_plant: Array, k: int, heat: float, wanted: float, outside: float, t_dry: float, t_wet: float
) -> float:
    """Fan speed at which a tower or dry cooler by its exact model returns water at `wanted` [degC], up to 1."""
    least = p_plant[PLANT_FAN_LEAST, k]
    air = p_plant[PLANT_TOWER_AIR, k]
    water = p_plant[PLANT_TOWER_WATER, k]
    exponent = p_plant[PLANT_TOWER_EXPONENT, k]
    if p_plant[PLANT_REJECT_MODEL, k] == REJECT_COOLER:
        return cooler_speed(heat, wanted - outside, least, air, water, p_plant[PLANT_COOLER_UA, k], exponent)
    pressure = p_plant[PLANT_PRESSURE, k]
    enthalpy = air_enthalpy(t_dry, humidity_ratio(t_dry, t_wet, pressure))
    flow = tower_air(
        heat, wanted, enthalpy, pressure, water, least * air, air, p_plant[PLANT_TOWER_NTU, k], exponent
    )
    return flow / air


@scalar
def cell_share(p_plant: Array, s_plant: Array, k: int, chillers: float, free: float) -> float:
    """Share of the cells of plant `k` that run: as many as chillers where they go with them, all with an economiser.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants.
    k : int
        Plant.
    chillers, free : float
        Heat asked of chillers and taken by the economiser [W].
    """
    installed = p_plant[PLANT_CHILLERS, k]
    if p_plant[PLANT_CELLS_FOLLOW, k] <= 0.0 or free > 0.0 or installed <= 0.0:
        return 1.0
    running = chillers_running(chillers, p_plant[PLANT_CAPACITY, k], installed)
    if p_plant[PLANT_STAGED, k] > 0.0:
        running = s_plant[PLANT_CHILLERS_ON, k]
    return max(running, 1.0) / installed


@scalar
def rejection_condenser(
    p_plant: Array, s_plant: Array, k: int, heat: float, free: float, t_dry: float, t_wet: float
) -> tuple[float, float]:
    """Water entering the condensers of plant `k` and the fan speed that serves them.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants, after `rejection_outside`.
    k : int
        Plant.
    heat, free : float
        Heat asked of chillers and taken by the economiser [W].
    t_dry, t_wet : float
        Outdoor dry and wet bulb [degC].

    Returns
    -------
    tuple of float
        Entering condenser temperature [degC], not below the least its chillers take; fan speed [1].
    """
    rated = p_plant[PLANT_REJECT_RATED, k]
    outside = s_plant[PLANT_OUTSIDE, k]
    chillers = min(heat, p_plant[PLANT_CHILLERS, k] * p_plant[PLANT_CAPACITY, k])
    coldest = p_plant[PLANT_TC_MIN, k]
    wanted = max(coldest, min(p_plant[PLANT_COND_SET, k], outside + p_plant[PLANT_COND_RELIEF, k]))
    s_plant[PLANT_CELL_SHARE, k] = 1.0
    if rated <= 0.0 or chillers <= 0.0:
        return max(coldest, outside), 0.0
    share = cell_share(p_plant, s_plant, k, chillers, free)
    s_plant[PLANT_CELL_SHARE, k] = share
    load = (free + chillers * (1.0 + 1.0 / p_plant[PLANT_COP, k])) / (rated * share)
    if p_plant[PLANT_REJECT_MODEL, k] == REJECT_TOWER or p_plant[PLANT_REJECT_MODEL, k] == REJECT_COOLER:
        speed = rejection_fan(p_plant, k, load * rated, wanted, outside, t_dry, t_wet)
        if speed < 1.0:
            return wanted, speed
        if p_plant[PLANT_REJECT_MODEL, k] == REJECT_TOWER:
            return max(coldest, tower_leaving(p_plant, k, load * rated, t_dry, t_wet)), speed
        return max(coldest, outside + cooler_gap(p_plant, k, load * rated, 1.0)), speed
    gap = p_plant[PLANT_APPROACH, k]
    speed = condenser_fan_speed(gap, load, wanted - outside)
    return max(coldest, outside + approach(gap, load, speed)), speed


@scalar
def rejection_free_speed(
    p_plant: Array,
    s_plant: Array,
    k: int,
    free: float,
    exchanger: float,
    warm: float,
    t_dry: float,
    t_wet: float,
) -> float:
    """Fan speed at which the economiser of plant `k` takes a heat.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants, after `rejection_outside`.
    k : int
        Plant.
    free : float
        Heat [W].
    exchanger : float
        Difference that the economiser itself needs at rated heat [K].
    warm : float
        Loop water it works from [degC].
    t_dry, t_wet : float
        Outdoor dry and wet bulb [degC].
    """
    rated = p_plant[PLANT_REJECT_RATED, k]
    if rated <= 0.0 or free <= 0.0:
        return 0.0
    load = free / rated
    outside = s_plant[PLANT_OUTSIDE, k]
    if p_plant[PLANT_REJECT_MODEL, k] == REJECT_TOWER or p_plant[PLANT_REJECT_MODEL, k] == REJECT_COOLER:
        return rejection_fan(p_plant, k, free, warm - exchanger * load, outside, t_dry, t_wet)
    return free_fan_speed(p_plant[PLANT_APPROACH, k], exchanger, load, warm - outside)


@scalar
def rejection_power(p_plant: Array, s_plant: Array, k: int, speed: float) -> float:
    """Note the fan speed of plant `k` for its water, and return the fans' power [W]."""
    s_plant[PLANT_FAN_SPEED, k] = speed
    return fan_power(p_plant[PLANT_REJECT_FAN, k] * s_plant[PLANT_CELL_SHARE, k], speed)


@scalar
def rejection_water(
    p_plant: Array, s_plant: Array, k: int, rejected: float, t_dry: float, t_wet: float, dt: float
) -> None:
    """Book the water that plant `k` uses in a step.

    Parameters
    ----------
    p_plant, s_plant : ndarray, shape (field, plant)
        Parameters and states of plants; the fan speed is still the one of this step.
    k : int
        Plant.
    rejected : float
        Heat rejected [W].
    t_dry, t_wet : float
        Outdoor dry and wet bulb [degC].
    dt : float
        Step [s].
    """
    if rejected <= 0.0:
        return
    cycles = p_plant[PLANT_CYCLES, k]
    speed = max(s_plant[PLANT_FAN_SPEED, k], p_plant[PLANT_FAN_LEAST, k])
    share = s_plant[PLANT_CELL_SHARE, k]
    drift = 0.0
    if p_plant[PLANT_REJECT_MODEL, k] == REJECT_TOWER and share > 0.0:
        evaporated = share * tower_evaporation(
            rejected / share, t_dry, t_wet, p_plant[PLANT_PRESSURE, k], p_plant[PLANT_TOWER_WATER, k],
            speed * p_plant[PLANT_TOWER_AIR, k], p_plant[PLANT_TOWER_NTU, k], p_plant[PLANT_TOWER_EXPONENT, k],
        )  # fmt: skip
        drift = share * p_plant[PLANT_DRIFT, k] * p_plant[PLANT_TOWER_WATER, k]
    elif p_plant[PLANT_REJECT_MODEL, k] == REJECT_COOLER:
        evaporated = share * pad_water(speed, p_plant[PLANT_TOWER_AIR, k], t_dry, s_plant[PLANT_OUTSIDE, k])
    elif p_plant[PLANT_REJECT_WET, k] > 0.0:
        # Blow-down is in the number already.
        used = p_plant[PLANT_WATER_PER_HEAT, k] * rejected
        evaporated = used * (cycles - 1.0) / cycles if cycles > 1.0 else used
    else:
        return
    blown = max(0.0, evaporated / (cycles - 1.0) - drift) if cycles > 1.0 else 0.0
    s_plant[PLANT_EVAPORATED, k] += evaporated * dt
    s_plant[PLANT_BLOWN, k] += blown * dt
    s_plant[PLANT_DRIFTED, k] += drift * dt
    s_plant[PLANT_WATER, k] += (evaporated + blown + drift) * dt
