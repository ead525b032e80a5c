"""Fans and pumps: the affinity laws.

ASHRAE *Handbook, HVAC Systems and Equipment*, chapter "Fans", fan laws 1a and 1c (remembered): on a system
curve through the origin, flow rises with speed and power with its cube. Valid between about 0.2 and 1.1 of
rated speed; motor and drive efficiency are taken as constant, so power at low speed is a little low.
"""

from __future__ import annotations

from twin.kernels.scalar import scalar


@scalar
def fan_power(rated: float, speed: float) -> float:
    """Power of a fan or pump at reduced speed.

    Parameters
    ----------
    rated : float
        Power at full speed [W].
    speed : float
        Speed as a fraction of full, 0 to 1.

    Returns
    -------
    float
        `rated speed^3` [W].
    """
    return rated * speed * speed * speed


@scalar
def fan_speed(flow: float, flow_rated: float, minimum: float) -> float:
    """Speed that gives a flow, within the range of the drive.

    Parameters
    ----------
    flow, flow_rated : float
        Flow wanted and flow at full speed [kg/s].
    minimum : float
        Lowest speed as a fraction of full, 0 to 1.

    Returns
    -------
    float
        `flow / flow_rated`, clipped to `[minimum, 1]`; `minimum` for a fan without flow.
    """
    if flow_rated <= 0.0:
        return minimum
    return min(1.0, max(minimum, flow / flow_rated))
