"""What governs a coolant distribution unit: speed of its pumps, level of its coolant, valve on the plant's water.

Pumps of variable speed follow the heat that the racks release into the coolant, so that its rise is the one aimed at,
down to a least flow; their power goes with the cube of the flow, for a closed loop has friction alone (ASHRAE Handbook
HVAC Systems and Equipment, affinity laws; remembered). The valve is moved by a PI controller that looks at the supply
several times within its integral time; a step longer than that sees it settled.
"""

from __future__ import annotations

from twin.kernels.air import WATER_CP
from twin.kernels.clock import INSTANT
from twin.kernels.exchanger import conductance_at_flow, exchanger_conductance
from twin.kernels.fan import fan_speed
from twin.kernels.fields import (
    CDU_C,
    CDU_DRY,
    CDU_FLOW_MIN,
    CDU_FLOW_PRIMARY,
    CDU_INVENTORY,
    CDU_LEAK_FLOW,
    CDU_LEAKS,
    CDU_LEVEL_MIN,
    CDU_MISSING,
    CDU_RISE,
    CDU_SPILT,
    CDU_T_RETURN,
    CDU_T_SHIFT,
    CDU_T_SUPPLY,
    CDU_T_SUPPLY_NOW,
    CDU_UA,
    CDU_VALVE,
    CDU_VALVE_GAIN,
    CDU_VALVE_I,
    CDU_VALVE_RATE,
    CDU_VALVE_TIME,
    CDU_WATER,
)
from twin.kernels.pi_control import pi_step
from twin.kernels.plant_pumps import water_share
from twin.kernels.scalar import Array, scalar
from twin.kernels.two_node import node_end, two_node_means

LOOKS = 100.0
"""Times at least that the controller of a valve looks at the supply within its integral time. Digital loops look ten
times or more (Astrom and Hagglund, *Advanced PID Control*, ISA 2006, chapter 13; remembered); with a hundred the
transient is that of a continuous controller within 0.5 %."""

NO_SET_POINT = -1e30


@scalar
def pump_command(p: Array, c: int, heat: float, rate: float) -> float:
    """Flow that the pumps of CDU `c` aim at, as a fraction of full.

    Parameters
    ----------
    p : ndarray, shape (field, cdu)
        Parameters of CDUs.
    c : int
        CDU.
    heat : float
        Heat that racks release into the coolant [W].
    rate : float
        Capacity rate at full flow [W/K].
    """
    if p[CDU_RISE, c] <= 0.0:
        return 1.0
    return fan_speed(heat, rate * p[CDU_RISE, c], p[CDU_FLOW_MIN, c])


@scalar
def cdu_leak(p: Array, s: Array, c: int, dt: float) -> float:
    """Lose coolant for a step of `dt` [s]; the share of it in which the pumps of CDU `c` still have a level to run on.

    Coolant flows out at a constant rate until the loop is empty; a loop that no longer leaks is filled up at once.
    The pumps trip at the instant at which the least level is reached. The heat that leaves with the coolant is left
    out: the loop keeps its heat capacity, and its pumps stand still long before it is empty.
    """
    inventory = p[CDU_INVENTORY, c]
    if inventory <= 0.0:
        return 1.0
    if s[CDU_LEAKS, c] <= 0.0:
        s[CDU_MISSING, c] = 0.0
        s[CDU_DRY, c] = 0.0
        return 1.0
    flow = p[CDU_LEAK_FLOW, c]
    missing = s[CDU_MISSING, c]
    lost = min(flow * dt, inventory - missing)
    s[CDU_MISSING, c] = missing + lost
    s[CDU_SPILT, c] += lost
    left = (1.0 - p[CDU_LEVEL_MIN, c]) * inventory - missing
    if left >= flow * dt - INSTANT * flow:
        s[CDU_DRY, c] = 0.0
        return 1.0
    s[CDU_DRY, c] = 1.0
    return max(left, 0.0) / (flow * dt)


@scalar
def valve_looks(p: Array, c: int, dt: float) -> int:
    """Equal parts into which a step of `dt` [s] is cut for the valve of CDU `c`; 0 when it settles within the step."""
    if p[CDU_VALVE_GAIN, c] <= 0.0 or dt > p[CDU_VALVE_TIME, c]:
        return 0
    return int(LOOKS * dt / p[CDU_VALVE_TIME, c] - 1e-9) + 1


@scalar
def cdu_exchanger(p: Array, s: Array, c: int, speed: float, rate: float, opening: float) -> float:
    """Heat per kelvin between the inlets of the exchanger of CDU `c` at an opening of its valve [W/K].

    `speed` and `rate` are the flow of the coolant, as a fraction of full, and its capacity rate [W/K].
    """
    water = s[CDU_WATER, c] * opening
    return exchanger_conductance(
        conductance_at_flow(p[CDU_UA, c], speed, water), rate, water * p[CDU_FLOW_PRIMARY, c] * WATER_CP
    )


@scalar
def cdu_loop(
    p: Array,
    s: Array,
    c: int,
    speed: float,
    rate: float,
    heat_0: float,
    heat_supply: float,
    pump: float,
    water: float,
    dt: float,
) -> tuple[float, float]:
    """Move the two nodes of a CDU's loop by a step, with an ideal valve or one moved by its controller.

    Parameters
    ----------
    p, s : ndarray, shape (field, cdu)
        Parameters and states of CDUs.
    c : int
        CDU.
    speed, rate : float
        Mean flow of the coolant, as a fraction of full, and its capacity rate [W/K].
    heat_0, heat_supply : float
        Heat of the racks at a supply of 0 degC [W] and its change with the supply [W/K].
    pump : float
        Heat of the pumps [W].
    water : float
        Plant water entering the exchanger [degC].
    dt : float
        Thermal step [s].

    Returns
    -------
    tuple of float
        Means over the step: the supply temperature [degC] and the heat given to the plant [W].
    """
    target = p[CDU_T_SUPPLY, c] + s[CDU_T_SHIFT, c]
    looks = valve_looks(p, c, dt)
    parts = max(looks, 1)
    part = dt / parts
    half = 0.5 * p[CDU_C, c]
    supply_sum = 0.0
    heat_sum = 0.0
    for _ in range(parts):
        opening = s[CDU_VALVE, c] if looks > 0 else 1.0
        supply, back, heat = two_node_means(
            s[CDU_T_SUPPLY_NOW, c], s[CDU_T_RETURN, c], half, half, rate, heat_0, heat_supply, 0.0, pump, rate,
            NO_SET_POINT if looks > 0 else target, cdu_exchanger(p, s, c, speed, rate, opening), water, part,
        )  # fmt: skip
        carried = rate * (back - supply)
        racks = heat_0 + heat_supply * supply
        s[CDU_T_SUPPLY_NOW, c] = node_end(s[CDU_T_SUPPLY_NOW, c], half, carried + pump - heat, part)
        s[CDU_T_RETURN, c] = node_end(s[CDU_T_RETURN, c], half, racks - carried, part)
        supply_sum += supply
        heat_sum += heat
        if looks > 0:
            s[CDU_VALVE, c], s[CDU_VALVE_I, c] = pi_step(
                s[CDU_T_SUPPLY_NOW, c] - target, s[CDU_VALVE_I, c], s[CDU_VALVE, c], p[CDU_VALVE_GAIN, c],
                p[CDU_VALVE_TIME, c], 0.0, 1.0, p[CDU_VALVE_RATE, c], part,
            )  # fmt: skip
        elif p[CDU_VALVE_GAIN, c] > 0.0:
            # The step is longer than the controller needs: its valve stands where it holds the supply.
            opening = water_share(
                heat, p[CDU_UA, c], speed, rate, p[CDU_FLOW_PRIMARY, c] * WATER_CP, back - water
            )
            s[CDU_VALVE, c] = opening
            s[CDU_VALVE_I, c] = opening
    return supply_sum / parts, heat_sum / parts
