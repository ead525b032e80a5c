"""Rack, electrical side: servers behind power supplies with an A and a B feed.

State machine of a rack::

                 inlet or plate too hot
      ON ------------------------------------> TOO_HOT
      |  ^                                        |
      |  | restart_delay after power is back      | cooled below its limit
      |  +------ RESTARTING <------- OFF <--------+
      |              |    power back  ^
      +--------------+----------------+
        both feeds out of the window and the bulk capacitors empty
"""

from __future__ import annotations

from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    RACK_BASE,
    RACK_CURVE,
    RACK_DOWNTIME,
    RACK_E_IN,
    RACK_E_IT,
    RACK_E_LOSS,
    RACK_E_UNSERVED,
    RACK_FAN,
    RACK_HEAT,
    RACK_HOLDUP,
    RACK_HOLDUP_ENERGY,
    RACK_LOST_AT,
    RACK_MODE,
    RACK_OFF,
    RACK_ON,
    RACK_PLATE_SHUTDOWN,
    RACK_POWER,
    RACK_POWER_A,
    RACK_POWER_IDLE,
    RACK_POWER_IT,
    RACK_POWER_OTHER,
    RACK_POWER_PEAK,
    RACK_PSU_0,
    RACK_PSU_1,
    RACK_PSU_2,
    RACK_PSU_3,
    RACK_PSU_RATED,
    RACK_RESTART,
    RACK_RESTARTING,
    RACK_SWING,
    RACK_SYNC,
    RACK_T_INLET,
    RACK_T_LIMIT,
    RACK_T_PLATE,
    RACK_TIMER,
    RACK_TOO_HOT,
    RACK_V_MAX,
    RACK_V_MIN,
    RACK_WANT,
    RACK_WANT_LOSS,
    RACK_WAVE,
    RACK_WAVE_DUTY,
    RACK_WAVE_PHASE,
    RACK_WAVE_RATE,
    RACK_WORKLOAD,
)
from twin.kernels.psu import psu_loss
from twin.kernels.scalar import Array, scalar
from twin.kernels.server import server_power, training_wave

# Bulk capacitors recharge at this share of the supplies' rating: a soft start, well above what hold-up needs.
RECHARGE_SHARE = 0.05
# A rack that shut down by heat starts again once its plate is this much below the limit [K].
PLATE_HYSTERESIS = 5.0


@scalar
def rack_loss(p: Array, i: int, power: float) -> float:
    """Supply loss of rack `i` at server power `power` [W]."""
    return psu_loss(
        power, p[RACK_PSU_RATED, i], p[RACK_PSU_0, i], p[RACK_PSU_1, i], p[RACK_PSU_2, i], p[RACK_PSU_3, i]
    )


@scalar
def rack_interval(p: Array, s: Array, i: int, utilisation: Array) -> None:
    """Set what rack `i` wants during the coming control interval.

    Parameters
    ----------
    p, s : (field, rack) arrays
        Parameters and this member's state.
    i : int
        Rack.
    utilisation : (workload,) array
        Utilisation of each workload signal, 0 to 1.
    """
    u = utilisation[int(p[RACK_WORKLOAD, i])]
    idle = p[RACK_POWER_IDLE, i]
    dynamic = server_power(u, idle, p[RACK_POWER_PEAK, i], p[RACK_CURVE, i]) - idle
    wave = dynamic * p[RACK_SWING, i] if p[RACK_WAVE_RATE, i] > 0.0 else 0.0
    base = idle + dynamic - wave
    want = base + wave * p[RACK_WAVE_DUTY, i] + s[RACK_FAN, i]
    s[RACK_BASE, i] = base
    s[RACK_WAVE, i] = wave
    s[RACK_WANT, i] = want + p[RACK_POWER_OTHER, i]
    s[RACK_WANT_LOSS, i] = rack_loss(p, i, want)
    if s[RACK_MODE, i] == RACK_TOO_HOT and (
        s[RACK_T_INLET, i] < p[RACK_T_LIMIT, i]
        and s[RACK_T_PLATE, i] < p[RACK_PLATE_SHUTDOWN, i] - PLATE_HYSTERESIS
    ):
        s[RACK_MODE, i] = RACK_OFF
        s[RACK_TIMER, i] = 0.0


@scalar
def rack_off_step(
    p: Array, s: Array, i: int, fed: bool, share_a: float, want: float, t: float, dt: float
) -> None:
    """Step a rack that is off, restarting or shut down by heat: it draws at most its idle power."""
    if s[RACK_LOST_AT, i] < 0.0:
        s[RACK_LOST_AT, i] = t
    if s[RACK_MODE, i] == RACK_OFF and fed:
        s[RACK_MODE, i] = RACK_RESTARTING
        s[RACK_TIMER, i] = 0.0
    draws = s[RACK_MODE, i] == RACK_RESTARTING and fed
    idle = p[RACK_POWER_IDLE, i] if draws else 0.0
    loss = rack_loss(p, i, idle) if draws else 0.0
    if s[RACK_MODE, i] == RACK_RESTARTING:
        s[RACK_TIMER, i] += dt
        if not fed:
            s[RACK_MODE, i] = RACK_OFF
        elif s[RACK_TIMER, i] + INSTANT >= p[RACK_RESTART, i]:
            s[RACK_MODE, i] = RACK_ON
    s[RACK_POWER_IT, i] = idle
    s[RACK_POWER, i] = idle + loss
    s[RACK_POWER_A, i] = share_a * (idle + loss)
    s[RACK_DOWNTIME, i] += dt
    s[RACK_E_UNSERVED, i] += want * dt
    s[RACK_E_IN, i] += (idle + loss) * dt
    s[RACK_E_IT, i] += idle * dt
    s[RACK_E_LOSS, i] += loss * dt
    s[RACK_HEAT, i] += (idle + loss) * dt


@scalar
def rack_holdup_step(p: Array, s: Array, i: int, want: float, loss: float, t: float, dt: float) -> None:
    """Step a working rack with no feed in its window: the bulk capacitors carry it until they are empty."""
    need = (want + loss) * dt
    given = min(need, s[RACK_HOLDUP, i])
    share = given / need if need > 0.0 else 1.0
    s[RACK_HOLDUP, i] -= given
    if given < need:
        s[RACK_HOLDUP, i] = 0.0
        s[RACK_MODE, i] = RACK_OFF
        s[RACK_DOWNTIME, i] += (1.0 - share) * dt
        if s[RACK_LOST_AT, i] < 0.0:
            s[RACK_LOST_AT, i] = t + share * dt
    s[RACK_POWER_IT, i] = share * want
    s[RACK_POWER, i] = 0.0
    s[RACK_POWER_A, i] = 0.0
    s[RACK_E_UNSERVED, i] += (1.0 - share) * want * dt
    s[RACK_E_IT, i] += share * want * dt
    s[RACK_E_LOSS, i] += share * loss * dt
    s[RACK_HEAT, i] += given


@scalar
def rack_step(p: Array, s: Array, i: int, voltage_a: float, voltage_b: float, t: float, dt: float) -> None:
    """Electrical step of rack `i` from `t` to `t + dt`.

    Parameters
    ----------
    p, s : (field, rack) arrays
        Parameters and this member's state.
    i : int
        Rack.
    voltage_a, voltage_b : float
        Voltage of its two feeds [pu]; 0 where there is none.
    t, dt : float
        Start and length of the step [s].

    Notes
    -----
    Servers are a constant-power load inside the input window of their supplies. Two good feeds share equally.
    """
    low = p[RACK_V_MIN, i]
    high = p[RACK_V_MAX, i]
    good_a = low <= voltage_a <= high
    good_b = low <= voltage_b <= high
    share_a = (0.5 if good_b else 1.0) if good_a else 0.0
    want = s[RACK_WANT, i]
    loss = s[RACK_WANT_LOSS, i]
    if p[RACK_WAVE_RATE, i] > 0.0:
        rate = p[RACK_WAVE_RATE, i]
        duty = p[RACK_WAVE_DUTY, i]
        sync = p[RACK_SYNC, i]
        wave = sync * training_wave(t, dt, rate, duty, 0.0)
        wave += (1.0 - sync) * training_wave(t, dt, rate, duty, p[RACK_WAVE_PHASE, i])
        want = s[RACK_BASE, i] + s[RACK_WAVE, i] * wave + s[RACK_FAN, i]
        loss = rack_loss(p, i, want)
        want += p[RACK_POWER_OTHER, i]
    if s[RACK_MODE, i] != RACK_ON:
        rack_off_step(p, s, i, good_a or good_b, share_a, want, t, dt)
        return
    if not (good_a or good_b):
        rack_holdup_step(p, s, i, want, loss, t, dt)
        return
    missing = p[RACK_HOLDUP_ENERGY, i] - s[RACK_HOLDUP, i]
    recharge = 0.0
    if missing > 0.0:
        recharge = min(missing, RECHARGE_SHARE * p[RACK_PSU_RATED, i] * dt)
        s[RACK_HOLDUP, i] += recharge
    power = want + loss + recharge / dt
    s[RACK_POWER_IT, i] = want
    s[RACK_POWER, i] = power
    s[RACK_POWER_A, i] = share_a * power
    s[RACK_E_IN, i] += power * dt
    s[RACK_E_IT, i] += want * dt
    s[RACK_E_LOSS, i] += loss * dt
    s[RACK_HEAT, i] += (want + loss) * dt
