"""The rack models once more, as an engineer would write them in NumPy: whole arrays of racks, no loops.

Fans follow the heat at once and alone, and there are no chips and no record of the air: what the kernels do besides
counts against them.

Only a yardstick for the benchmark: the same equations on the same blocks, state[member, field, rack], checked
against the kernels in tests/validation/test_benchmarks.py. Nothing else may use it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twin.kernels import fields as f
from twin.kernels.air import AIR_CP
from twin.kernels.rack_air import DRAUGHT
from twin.kernels.rack_load import RECHARGE_SHARE
from twin.kernels.scalar import Array

Mask = NDArray[np.bool_]


def loss_of(p: Array, power: Array) -> Array:
    """Supply loss at a server power [W]."""
    rated = p[f.RACK_PSU_RATED]
    x = power / rated
    cubic = p[f.RACK_PSU_2] + x * p[f.RACK_PSU_3]
    loss: Array = np.maximum(rated * (p[f.RACK_PSU_0] + x * (p[f.RACK_PSU_1] + x * cubic)), 0.0)
    return loss


def wave_of(p: Array, phase: Array | float, t: float, dt: float) -> Array:
    """Mean of the training square wave over the step; 0 for racks without one."""
    rate = np.where(p[f.RACK_WAVE_RATE] > 0.0, p[f.RACK_WAVE_RATE], 1.0)
    duty = p[f.RACK_WAVE_DUTY]

    def integral(x: Array) -> Array:
        whole = np.floor(x)
        high: Array = whole * duty + np.minimum(x - whole, duty)
        return high

    mean: Array = (integral((t + dt) * rate + phase) - integral(t * rate + phase)) / (dt * rate)
    return mean


def wanted(p: Array, s: Array, t: float, dt: float) -> tuple[Array, Array]:
    """Power the servers want in this step and the supply loss at it [W]."""
    sync = p[f.RACK_SYNC]
    wave = sync * wave_of(p, 0.0, t, dt) + (1.0 - sync) * wave_of(p, p[f.RACK_WAVE_PHASE], t, dt)
    moving = s[:, f.RACK_BASE] + s[:, f.RACK_WAVE] * wave + s[:, f.RACK_FAN]
    waves = p[f.RACK_WAVE_RATE] > 0.0
    want = np.where(waves, moving + p[f.RACK_POWER_OTHER], s[:, f.RACK_WANT])
    return want, np.where(waves, loss_of(p, moving), s[:, f.RACK_WANT_LOSS])


def electrical_step(p: Array, s: Array, voltage_a: Array, voltage_b: Array, t: float, dt: float) -> None:
    """Electrical step of every rack of every member; `rack.rack_step` in whole arrays.

    Parameters
    ----------
    p : (field, rack) array
        Parameters.
    s : (member, field, rack) array
        States, advanced in place.
    voltage_a, voltage_b : (member, rack) array
        Voltage of the two feeds [pu].
    t, dt : float
        Start and length of the step [s].
    """
    low, high = p[f.RACK_V_MIN], p[f.RACK_V_MAX]
    good_a = (low <= voltage_a) & (voltage_a <= high)
    good_b = (low <= voltage_b) & (voltage_b <= high)
    fed = good_a | good_b
    share_a = np.where(good_a, np.where(good_b, 0.5, 1.0), 0.0)
    want, loss = wanted(p, s, t, dt)
    mode = s[:, f.RACK_MODE].copy()
    on = mode == f.RACK_ON
    carried = on & ~fed
    used, lost, drawn, heat, unserved = working(p, s, fed, want, loss, dt)
    empty = carried & (unserved > 0.0)
    first = s[:, f.RACK_LOST_AT] < 0.0
    s[:, f.RACK_MODE][empty] = f.RACK_OFF
    stopped = np.where(on, np.where(empty, unserved, 0.0), 1.0)
    s[:, f.RACK_LOST_AT] = np.where(
        first & empty, t + (1.0 - unserved) * dt, np.where(first & ~on, t, s[:, f.RACK_LOST_AT])
    )
    idle, idle_loss = resting(p, s, ~on, fed, dt)
    used = np.where(on, used, idle)
    lost = np.where(on, lost, idle_loss)
    drawn = np.where(on, drawn, idle + idle_loss)
    s[:, f.RACK_POWER_IT] = used
    s[:, f.RACK_POWER] = drawn
    s[:, f.RACK_POWER_A] = share_a * drawn
    s[:, f.RACK_DOWNTIME] += stopped * dt
    s[:, f.RACK_E_UNSERVED] += np.where(on, unserved, 1.0) * want * dt
    s[:, f.RACK_E_IN] += drawn * dt
    s[:, f.RACK_E_IT] += used * dt
    s[:, f.RACK_E_LOSS] += lost * dt
    s[:, f.RACK_HEAT] += np.where(on, heat, (idle + idle_loss) * dt)


def working(
    p: Array, s: Array, fed: Mask, want: Array, loss: Array, dt: float
) -> tuple[Array, Array, Array, Array, Array]:
    """Racks that work: fed, or carried by their capacitors. Used, lost and drawn power, heat, share unserved."""
    on = s[:, f.RACK_MODE] == f.RACK_ON
    held = s[:, f.RACK_HOLDUP]
    need = (want + loss) * dt
    given = np.where(on & ~fed, np.minimum(need, held), 0.0)
    share = np.where(need > 0.0, given / np.where(need > 0.0, need, 1.0), 1.0)
    missing = p[f.RACK_HOLDUP_ENERGY] - held
    room = np.minimum(missing, RECHARGE_SHARE * p[f.RACK_PSU_RATED] * dt)
    recharge = np.where(on & fed & (missing > 0.0), room, 0.0)
    s[:, f.RACK_HOLDUP] = np.where(on & ~fed & (given < need), 0.0, held - given + recharge)
    part = np.where(fed, 1.0, share)
    drawn = np.where(fed, want + loss + recharge / dt, 0.0)
    return part * want, part * loss, drawn, np.where(fed, need, given), 1.0 - part


def resting(p: Array, s: Array, off: Mask, fed: Mask, dt: float) -> tuple[Array, Array]:
    """Racks that are off, restarting or shut down by heat: their modes, and their idle power and loss [W]."""
    mode, timer = s[:, f.RACK_MODE].copy(), s[:, f.RACK_TIMER]
    begins = off & (mode == f.RACK_OFF) & fed
    mode[begins] = f.RACK_RESTARTING
    restarting = off & (mode == f.RACK_RESTARTING)
    timer = np.where(begins, 0.0, timer) + np.where(restarting, dt, 0.0)
    mode[restarting & ~fed] = f.RACK_OFF
    mode[restarting & fed & (timer >= p[f.RACK_RESTART])] = f.RACK_ON
    s[:, f.RACK_MODE] = np.where(off, mode, s[:, f.RACK_MODE])
    s[:, f.RACK_TIMER] = timer
    idle = np.where(restarting & fed, p[f.RACK_POWER_IDLE], 0.0)
    return idle, np.where(restarting & fed, loss_of(p, idle), 0.0)


def air_response(p: Array, s: Array, dt: float) -> tuple[Array, Array, Array]:
    """Mean heat to air over the period as q_0 + q_1 T_inlet, and the conductance; `rack_thermal_prepare`."""
    flow = s[:, f.RACK_FLOW]
    power = (1.0 - liquid_share(p)) * s[:, f.RACK_HEAT] / dt
    film = p[f.RACK_G_MASS] * np.sqrt(flow / p[f.RACK_FLOW_MAX])
    rate = flow * AIR_CP
    moves = (film > 0.0) & (rate > 0.0)
    conductance = np.where(moves, film * rate / np.where(moves, film + rate, 1.0), 0.0)
    x = conductance * dt / p[f.RACK_C_MASS]
    long = x > 1e-12
    unspent = np.where(long, -np.expm1(-x) / np.where(long, x, 1.0), 1.0)
    slope = conductance * unspent
    return power * (1.0 - unspent) + slope * s[:, f.RACK_T_MASS], -slope, conductance


def liquid_share(p: Array) -> Array:
    """Share of a rack's heat that cold plates take."""
    return np.where(p[f.RACK_CDU] >= 0.0, p[f.RACK_LIQUID], 0.0)


def thermal_step(p: Array, s: Array, cold: Array, hot: Array, t: float, dt: float) -> None:
    """Thermal step of every air-cooled rack; `rack_thermal_prepare` and `rack_thermal_finish` in whole arrays.

    Parameters
    ----------
    p : (field, rack) array
        Parameters; no rack with a CDU.
    s : (member, field, rack) array
        States, advanced in place.
    cold, hot : (member, rack) array
        Aisle temperatures of the hall of each rack, constant over the period [degC].
    t, dt : float
        Start and length of the period [s].
    """
    q_0, q_1, conductance = air_response(p, s, dt)
    share = p[f.RACK_RECIRCULATION]
    inlet = (1.0 - share) * cold + share * hot
    heat = q_0 + q_1 * inlet
    s[:, f.RACK_AIR_0] = q_0
    s[:, f.RACK_AIR_1] = q_1
    s[:, f.RACK_T_MASS] += (s[:, f.RACK_HEAT] / dt - heat) * dt / p[f.RACK_C_MASS]
    rate = s[:, f.RACK_FLOW] * AIR_CP
    moves = rate > 0.0
    outlet = inlet + conductance * (s[:, f.RACK_T_MASS] - inlet) / np.where(moves, rate, 1.0)
    s[:, f.RACK_T_OUTLET] = np.where(moves, outlet, s[:, f.RACK_T_MASS])
    s[:, f.RACK_Q_AIR] = heat
    s[:, f.RACK_E_HEAT] += heat * dt
    s[:, f.RACK_T_INLET] = inlet
    s[:, f.RACK_T_INLET_MAX] = np.maximum(s[:, f.RACK_T_INLET_MAX], inlet)
    s[:, f.RACK_OVERHEAT] += np.where(inlet > p[f.RACK_T_LIMIT], dt, 0.0)
    mode = s[:, f.RACK_MODE]
    powered = (mode == f.RACK_ON) | (mode == f.RACK_RESTARTING)
    shut = powered & (inlet > p[f.RACK_T_SHUTDOWN])
    first = shut & (s[:, f.RACK_LOST_AT] < 0.0)
    s[:, f.RACK_LOST_AT] = np.where(first, t + dt, s[:, f.RACK_LOST_AT])
    s[:, f.RACK_LOST_HOT] = np.where(first, 1.0, s[:, f.RACK_LOST_HOT])
    s[:, f.RACK_MODE] = np.where(shut, f.RACK_TOO_HOT, mode)
    fans(p, s, powered & ~shut, dt)
    s[:, f.RACK_HEAT] = 0.0


def fans(p: Array, s: Array, powered: Mask, dt: float) -> None:
    """Set the fans for the next period; `rack_thermal.rack_fans`."""
    most = p[f.RACK_FLOW_MAX]
    wanted_flow = s[:, f.RACK_HEAT] / (dt * AIR_CP * p[f.RACK_DELTA_T])
    speed = np.minimum(1.0, np.maximum(p[f.RACK_FLOW_MIN], wanted_flow / most))
    s[:, f.RACK_FLOW] = np.where(powered, np.maximum(DRAUGHT, speed), DRAUGHT) * most
    s[:, f.RACK_FAN] = np.where(powered, p[f.RACK_FAN_POWER] * speed**3, 0.0)
