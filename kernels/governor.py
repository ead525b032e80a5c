"""Steam turbine with its governor, the model TGOV1, as a deviation from its power at the start.

                      V_MAX
    dw   +-----+   +---------+   +-----------+
    ---->| 1/R |-->|1/(1+sT1)|-->|(1+sT2)    |--> P_mech
         +-----+   +---------+   |-----------|
                      V_MIN      |(1+sT3)    |
                                 +-----------+

[1] P. Pourbeik et al., "Dynamic Models for Turbine-Governors in Power System Studies", IEEE Technical Report
    PES-TR1, 2013, section 2.2 (TGOV1). The turbine damping Dt of the report is zero here; the structure is
    written from memory of the report, its parameters come from the file that uses it.
"""

from __future__ import annotations

from typing import Any

from twin.kernels.fields import (
    TURB_DROOP,
    TURB_POWER,
    TURB_POWER_START,
    TURB_RATED,
    TURB_REHEAT,
    TURB_T1,
    TURB_T2,
    TURB_T3,
    TURB_V_MAX,
    TURB_V_MIN,
    TURB_VALVE,
)
from twin.kernels.lag import lag_end
from twin.kernels.scalar import scalar


@scalar
def lead_lag(valve: float, reheat: float, t2: float, t3: float) -> float:
    """Output of (1 + s T2)/(1 + s T3), whose lag state is `reheat`.

    Parameters
    ----------
    valve, reheat : float
        Input and state, per unit.
    t2, t3 : float
        Lead and lag time constants, s; a `t3` of 0 passes the state, which then follows the input.

    Returns
    -------
    float
        Mechanical power, per unit [1].
    """
    if t3 <= 0.0:
        return reheat
    return reheat + t2 / t3 * (valve - reheat)


@scalar
def turbine_step(p: Any, s: Any, i: int, deviation: float, dt: float) -> None:
    """One governor and turbine over a step at a constant speed deviation.

    Parameters
    ----------
    p, s : array, shape (field, unit)
        Block TURBINE of fields.py; writes TURB_VALVE, TURB_REHEAT and TURB_POWER.
    i : int
        Unit.
    deviation : float
        Mean frequency deviation over the step, per unit of nominal.
    dt : float
        Step, s. Each lag is exact for the inputs held at their mean over the step, so a step of the pair is
        second order; stable at any step.
    """
    before = s[TURB_VALVE, i]
    target = p[TURB_POWER_START, i] - deviation / p[TURB_DROOP, i]
    # The limits are non-windup: the state itself stops at them.
    valve = lag_end(before, target, dt, p[TURB_T1, i])
    valve = min(max(valve, p[TURB_V_MIN, i]), p[TURB_V_MAX, i])
    reheat = lag_end(s[TURB_REHEAT, i], 0.5 * (before + valve), dt, p[TURB_T3, i])
    s[TURB_VALVE, i] = valve
    s[TURB_REHEAT, i] = reheat
    power = lead_lag(valve, reheat, p[TURB_T2, i], p[TURB_T3, i])
    s[TURB_POWER, i] = (power - p[TURB_POWER_START, i]) * p[TURB_RATED, i]
