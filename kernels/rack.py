"""Rack, electrical side: servers behind power supplies with an A and a B feed.

State machine of a rack::

                 inlet, plate or chip too hot
      ON ------------------------------------> TOO_HOT
      |  ^                                        |
      |  | restart_delay after power is back      | cooled below its limit
      |  +------ RESTARTING <------- OFF <--------+
      |             ^ |    power back  ^
      |             | +----------------+
      |             |   power lost     |
      +-------------|------------------+
      |             |   both feeds not enough, store and bulk capacitors empty
      |             | power back
      +---------> SHED
        row shed by order (`pdu.py`)

A row is shed whatever its racks do; only ON and RESTARTING become SHED. From RESTARTING, power ramps up from idle
over `ramp_time` once the rack is ON. Here is the step of a rack on a good input; everything else is in
`rack_ride.py`.
"""

from __future__ import annotations

from twin.kernels.fields import (
    RACK_BASE,
    RACK_CALM,
    RACK_CAPPED,
    RACK_CHIP_SHUTDOWN,
    RACK_CURVE,
    RACK_E_IN,
    RACK_E_IT,
    RACK_E_LOSS,
    RACK_FAN,
    RACK_FLOOR,
    RACK_HEAT,
    RACK_HELD,
    RACK_HOLDUP,
    RACK_HOLDUP_ENERGY,
    RACK_LEAK,
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
    RACK_PSU_RATED,
    RACK_RAMP,
    RACK_RESTARTING,
    RACK_SHARE_A,
    RACK_STORE_KIND,
    RACK_SWING,
    RACK_T_CHIP,
    RACK_T_INLET,
    RACK_T_LIMIT,
    RACK_T_PLATE,
    RACK_THROTTLE,
    RACK_TIMER,
    RACK_TOO_HOT,
    RACK_V_MAX,
    RACK_WANT,
    RACK_WANT_LOSS,
    RACK_WAVE,
    RACK_WAVE_DUTY,
    RACK_WAVE_RATE,
    RACK_WORKLOAD,
    STORE_NONE,
)
from twin.kernels.rack_chip import capped_power
from twin.kernels.rack_load import RECHARGE_SHARE, rack_loss, rack_want
from twin.kernels.rack_ride import CALM_STEP, calm_voltage, rack_ride_step
from twin.kernels.scalar import Array, scalar
from twin.kernels.server import server_power

# A rack that shut down by heat starts again once its plates and chips are this much below their limits [K].
HYSTERESIS = 5.0


@scalar
def rack_interval(p: Array, s: Array, i: int, utilisation: Array) -> None:
    """Set what rack `i` wants until the next thermal step, or the next control interval.

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
    duty = p[RACK_WAVE_DUTY, i]
    if u > 0.0 and base < p[RACK_FLOOR, i]:
        # A power floor lifts the levels of the waveform, so its energy is exact at any step.
        top = max(base + wave, p[RACK_FLOOR, i])
        base = p[RACK_FLOOR, i]
        wave = top - base
    s[RACK_CAPPED, i] = s[RACK_THROTTLE, i]
    asked = base + wave * duty
    base, wave = capped_power(p, s, i, base, wave)
    s[RACK_HELD, i] = 0.0
    if s[RACK_THROTTLE, i] > 0.0:
        s[RACK_HELD, i] = max((1.0 + s[RACK_LEAK, i]) * asked - base - wave * duty, 0.0)
    want = base + wave * duty + s[RACK_FAN, i]
    s[RACK_BASE, i] = base
    s[RACK_WAVE, i] = wave
    s[RACK_WANT, i] = want + p[RACK_POWER_OTHER, i]
    s[RACK_WANT_LOSS, i] = rack_loss(p, i, want)
    if s[RACK_MODE, i] == RACK_TOO_HOT and (
        s[RACK_T_INLET, i] < p[RACK_T_LIMIT, i]
        and s[RACK_T_PLATE, i] < p[RACK_PLATE_SHUTDOWN, i] - HYSTERESIS
        and s[RACK_T_CHIP, i] < p[RACK_CHIP_SHUTDOWN, i] - HYSTERESIS
    ):
        s[RACK_MODE, i] = RACK_OFF
        s[RACK_TIMER, i] = 0.0
    s[RACK_CALM, i] = calm_voltage(p, s, i)


@scalar
def rack_expected(p: Array, s: Array, i: int) -> float:
    """Input power that rack `i` will draw in the first step of the coming interval [W].

    What its servers want and lose in the mean of their waveform, where it works; what it drew last, where it
    restarts, ramps, or has a store that stands between the two.
    """
    mode = s[RACK_MODE, i]
    if mode == RACK_RESTARTING:
        return s[RACK_POWER, i]
    if mode != RACK_ON:
        return 0.0
    if s[RACK_POWER, i] > 0.0 and (s[RACK_RAMP, i] > 0.0 or p[RACK_STORE_KIND, i] != STORE_NONE):
        return s[RACK_POWER, i]
    return s[RACK_WANT, i] + s[RACK_WANT_LOSS, i]


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
    Servers are a constant-power load inside the input window of their supplies. Two good feeds share as `share_a`
    says; one carries all where the other is dead. Here a feed is good above the calm voltage, where no limit of the
    supplies is near; a rack in any other state, or between the two, is stepped by `rack_ride_step`.
    """
    calm = s[RACK_CALM, i]
    high = p[RACK_V_MAX, i]
    share = p[RACK_SHARE_A, i]
    good = calm <= voltage_a <= high and calm <= voltage_b <= high
    if not good:
        only_a = voltage_b <= 0.0 and calm - 2.0 * CALM_STEP <= voltage_a <= high and calm >= 2.0 * CALM_STEP
        only_b = voltage_a <= 0.0 and calm - CALM_STEP <= voltage_b <= high and calm >= CALM_STEP
        good = only_a or only_b
        share = 1.0 if only_a else 0.0
    if not good or s[RACK_MODE, i] != RACK_ON:
        rack_ride_step(p, s, i, voltage_a, voltage_b, t, dt)
        return
    want, loss = rack_want(p, s, i, t, dt)
    missing = p[RACK_HOLDUP_ENERGY, i] - s[RACK_HOLDUP, i]
    recharge = 0.0
    if missing > 0.0:
        recharge = min(missing, RECHARGE_SHARE * p[RACK_PSU_RATED, i] * dt)
        s[RACK_HOLDUP, i] += recharge
    power = want + loss + recharge / dt
    s[RACK_POWER_IT, i] = want
    s[RACK_POWER, i] = power
    s[RACK_POWER_A, i] = share * power
    s[RACK_E_IN, i] += power * dt
    s[RACK_E_IT, i] += want * dt
    s[RACK_E_LOSS, i] += loss * dt
    s[RACK_HEAT, i] += (want + loss) * dt
