"""A loop of a supply and a return node: room air between racks and coils, or coolant between racks and CDU.

    supply:  C_s dT_s/dt = g (T_r - T_s) + W - Q
    return:  C_r dT_r/dt = g (T_s - T_r) + H_0 + H_s T_s + H_r T_r

`g` is the capacity rate of what circulates, `W` the heat of the fans or pumps, `Q` the heat taken out and `H`
the heat of the racks, affine in the temperatures they are fed with. The nodes are stepped with an
implicitness fitted to each node's own rate (`lag.mean_weight`): exact for one node alone, second order for a
short step, stable at any. All fluxes are those at the mean temperatures of the period, so what leaves one
node enters the next and energy closes to rounding.
"""

from __future__ import annotations

from twin.kernels.lag import mean_weight
from twin.kernels.scalar import scalar


@scalar
def heat_taken(
    return_still: float,
    return_per_heat: float,
    rate: float,
    set_point: float,
    mover: float,
    conductance: float,
    water: float,
) -> float:
    """Heat an exchanger with a control valve takes, solved together with the temperature it depends on.

    The valve holds the leaving stream at its set point, `Q = rate (T_r - set_point) + mover`, until it is
    fully open, `Q = conductance (T_r - water)`, and never heats. Both rise with T_r while T_r falls with Q
    along `T_r = return_still - return_per_heat Q`, so the smaller of the two intersections is the solution.

    Parameters
    ----------
    return_still : float
        Return temperature if no heat were taken [degC].
    return_per_heat : float
        Fall of the return temperature per heat taken [K/W], at least 0.
    rate : float
        Capacity rate of the stream through the exchanger [W/K], at least 0.
    set_point : float
        Temperature the leaving stream is held at [degC].
    mover : float
        Heat of the fan or pump in that stream [W].
    conductance : float
        Heat per kelvin between the inlets with the valve open [W/K], at least 0.
    water : float
        Temperature of the entering water [degC].

    Returns
    -------
    float
        Heat taken [W], at least 0.
    """
    controlled = (rate * (return_still - set_point) + mover) / (1.0 + rate * return_per_heat)
    opened = conductance * (return_still - water) / (1.0 + conductance * return_per_heat)
    return max(0.0, min(controlled, opened))


@scalar
def two_node_means(
    supply: float,
    back: float,
    c_supply: float,
    c_return: float,
    exchange: float,
    heat_0: float,
    heat_supply: float,
    heat_return: float,
    mover: float,
    rate: float,
    set_point: float,
    conductance: float,
    water: float,
    dt: float,
) -> tuple[float, float, float]:
    """Mean temperatures of both nodes over a period and the heat taken out of the loop.

    Parameters
    ----------
    supply, back : float
        Supply and return temperature at the start [degC].
    c_supply, c_return : float
        Heat capacities [J/K], above 0.
    exchange : float
        Capacity rate that circulates, g [W/K], at least 0.
    heat_0, heat_supply, heat_return : float
        H_0 [W], H_s and H_r [W/K]; the slopes are not positive and `-H_s` not above g.
    mover : float
        Heat of fans or pumps, W [W].
    rate, set_point, conductance, water : float
        The exchanger; see `heat_taken`.
    dt : float
        Period [s], above 0.

    Returns
    -------
    tuple of float
        Mean supply and mean return temperature [degC], heat taken [W].
    """
    inertia_s = c_supply / (dt * mean_weight(exchange * dt / c_supply))
    inertia_r = c_return / (dt * mean_weight((exchange - heat_return) * dt / c_return))
    a11 = inertia_s + exchange
    a21 = -(exchange + heat_supply)
    a22 = inertia_r + exchange - heat_return
    determinant = a11 * a22 + exchange * a21
    rhs_s = inertia_s * supply + mover
    rhs_r = inertia_r * back + heat_0
    still = (a11 * rhs_r - a21 * rhs_s) / determinant
    per_heat = -a21 / determinant
    heat = heat_taken(still, per_heat, rate, set_point, mover, conductance, water)
    mean_s = (a22 * (rhs_s - heat) + exchange * rhs_r) / determinant
    return mean_s, still - per_heat * heat, heat


@scalar
def node_end(start: float, capacity: float, net: float, dt: float) -> float:
    """Temperature of a node after a period of constant net heat: `start + net dt / capacity` [degC].

    Parameters
    ----------
    start : float
        Temperature at the start [degC].
    capacity : float
        Heat capacity [J/K], above 0.
    net : float
        Mean net heat into the node [W].
    dt : float
        Period [s].
    """
    return start + net * dt / capacity
