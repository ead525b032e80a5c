"""A PI controller with anti-windup and a rate limit: valves, pumps and fans that hold a set point.

The output is `kp e + I`, held between its ends and moved no faster than its rate. The integral moves by
`kp e dt / Ti`, and only as far as the output can follow: back-calculation sets it to what the limited output
implies, so a valve that stood at its stop leaves it as soon as the error turns.
"""

from __future__ import annotations

from twin.kernels.scalar import scalar


@scalar
def pi_step(
    error: float,
    integral: float,
    output: float,
    gain: float,
    integral_time: float,
    low: float,
    high: float,
    rate: float,
    dt: float,
) -> tuple[float, float]:
    """Move a controller by one step.

    Parameters
    ----------
    error : float
        What the output is to bring to nothing; positive calls for more output.
    integral : float
        Integral part of the output at the start.
    output : float
        Output at the start, between `low` and `high`.
    gain : float
        Output per unit of error, at least 0.
    integral_time : float
        Time in which a steady error adds its proportional part once more [s], above 0.
    low, high : float
        Ends of the output.
    rate : float
        Fastest change of the output [1/s], above 0; 1e30 for none.
    dt : float
        Step [s], above 0.

    Returns
    -------
    tuple of float
        The output and its integral part at the end of the step.

    References
    ----------
    .. [1] K. J. Astrom, T. Hagglund, *Advanced PID Control*, ISA 2006, section 3.5, back-calculation with a tracking
       time of one step (remembered).
    """
    moved = integral + gain * error * dt / integral_time
    wanted = gain * error + moved
    step = rate * dt
    limited = min(max(wanted, output - step), output + step)
    limited = min(max(limited, low), high)
    if limited != wanted:
        # Track: the integral that would give the limited output, but never further from where it was than the
        # error asks, so that a rate limit does not charge the integral the wrong way.
        tracked = limited - gain * error
        moved = min(max(tracked, min(integral, moved)), max(integral, moved))
    return limited, moved
