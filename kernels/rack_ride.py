"""A rack whose input is not simply good: sagging, dead or coming back; off, restarting or ramping; with a store.

`rack.rack_step` hands such a rack over, so a rack on a good input pays nothing for what is here. Its supplies draw
what their sides allow (`psu.py`); what is missing comes from a backup store once it has noticed, and until then, or
without one, from the bulk capacitors. A rack stops when all of them are empty.
"""

from __future__ import annotations

from twin.kernels.clock import INSTANT, NEVER
from twin.kernels.fields import (
    RACK_BASE,
    RACK_CALM,
    RACK_CEASE,
    RACK_CEASED,
    RACK_CLOCK_A,
    RACK_CLOCK_B,
    RACK_DOWNTIME,
    RACK_E_IN,
    RACK_E_IT,
    RACK_E_LOSS,
    RACK_E_UNSERVED,
    RACK_FAN,
    RACK_HEAT,
    RACK_HOLDUP,
    RACK_HOLDUP_ENERGY,
    RACK_HOLDUP_TIME,
    RACK_LIMIT,
    RACK_LOST_AT,
    RACK_MODE,
    RACK_OFF,
    RACK_ON,
    RACK_ORDERED,
    RACK_OVER,
    RACK_POWER,
    RACK_POWER_A,
    RACK_POWER_IDLE,
    RACK_POWER_IT,
    RACK_POWER_OTHER,
    RACK_PSU_RATED,
    RACK_RAMP,
    RACK_RAMP_TIME,
    RACK_RECONNECT,
    RACK_RESTART,
    RACK_RESTARTING,
    RACK_SHARE_A,
    RACK_SHED,
    RACK_SHED_TIME,
    RACK_SMOOTH,
    RACK_STORE,
    RACK_STORE_CLOCK,
    RACK_STORE_EFFICIENCY,
    RACK_STORE_ENERGY,
    RACK_STORE_KIND,
    RACK_STORE_OUT,
    RACK_STORE_POWER,
    RACK_STORE_TIME,
    RACK_TIMER,
    RACK_V_MAX,
    RACK_V_MIN,
    RACK_V_RETURN,
    RACK_V_SURGE,
    RACK_WAVE,
    STORE_BACKUP,
    STORE_NONE,
    STORE_SMOOTHING,
)
from twin.kernels.psu import feed_split, side_step
from twin.kernels.rack_load import RECHARGE_SHARE, rack_loss, rack_want
from twin.kernels.rack_store import backup_give, one_way, store_after, store_plan
from twin.kernels.scalar import Array, scalar

# A power within this share of what is wanted is what is wanted: it absorbs rounding, nothing else.
ROUNDING = 1e-12
# Above any voltage of a feed [pu].
CALM_STEP = 100.0


@scalar
def calm_voltage(p: Array, s: Array, i: int) -> float:
    """Voltage from which up rack `i` needs nothing of this file: its supplies draw, and their limit is far [pu].

    CALM_STEP is added for every side that has ceased as `RACK_CEASED` counts them, so one comparison with a voltage
    tells a rack on both feeds from all others. 1e30, which no feed reaches, while a clock runs or power ramps, and
    always with a store.
    """
    if p[RACK_STORE_KIND, i] != STORE_NONE or s[RACK_RAMP, i] > 0.0:
        return NEVER
    if s[RACK_CLOCK_A, i] > 0.0 or s[RACK_CLOCK_B, i] > 0.0:
        return NEVER
    ceased = s[RACK_CEASED, i]
    share = p[RACK_SHARE_A, i]
    part = max(share, 1.0 - share) if ceased == 0.0 else 1.0
    peak = s[RACK_BASE, i] + s[RACK_WAVE, i] + s[RACK_FAN, i]
    need = peak + rack_loss(p, i, peak) + p[RACK_POWER_OTHER, i] + RECHARGE_SHARE * p[RACK_PSU_RATED, i]
    voltage = max(p[RACK_V_MIN, i], p[RACK_V_RETURN, i], part * need / p[RACK_LIMIT, i])
    return ceased * CALM_STEP + min(voltage, CALM_STEP - 1.0)


@scalar
def rack_sides_step(
    p: Array, s: Array, i: int, voltage_a: float, voltage_b: float, dt: float
) -> tuple[float, float]:
    """Advance the supplies of both sides; the share of the step in which each draws."""
    ceased = int(s[RACK_CEASED, i])
    low, back = p[RACK_V_MIN, i], max(p[RACK_V_MIN, i], p[RACK_V_RETURN, i])
    high, surge = p[RACK_V_MAX, i], p[RACK_V_SURGE, i]
    cease, over, reconnect = p[RACK_CEASE, i], p[RACK_OVER, i], p[RACK_RECONNECT, i]
    on_a, clock_a, part_a = side_step(
        ceased % 2 == 0, s[RACK_CLOCK_A, i], voltage_a, low, back, high, surge, cease, over, reconnect, dt
    )
    on_b, clock_b, part_b = side_step(
        ceased < 2, s[RACK_CLOCK_B, i], voltage_b, low, back, high, surge, cease, over, reconnect, dt
    )
    s[RACK_CEASED, i] = (0.0 if on_a else 1.0) + (0.0 if on_b else 2.0)
    s[RACK_CLOCK_A, i] = clock_a
    s[RACK_CLOCK_B, i] = clock_b
    return part_a if voltage_a > 0.0 else 0.0, part_b if voltage_b > 0.0 else 0.0


@scalar
def rack_off_step(
    p: Array, s: Array, i: int, part_a: float, part_b: float, want: float, t: float, dt: float
) -> None:
    """Step a rack that is off, restarting, shed or shut down by heat: it draws at most its idle power."""
    fed = part_a > 0.0 or part_b > 0.0
    if (s[RACK_MODE, i] == RACK_OFF or s[RACK_MODE, i] == RACK_SHED) and fed:
        s[RACK_MODE, i] = RACK_RESTARTING
        s[RACK_TIMER, i] = 0.0
    draws = s[RACK_MODE, i] == RACK_RESTARTING and fed
    idle = p[RACK_POWER_IDLE, i] if draws else 0.0
    loss = rack_loss(p, i, idle) if draws else 0.0
    if s[RACK_ORDERED, i] > 0.0 and (draws or s[RACK_MODE, i] == RACK_SHED):
        s[RACK_SHED_TIME, i] += dt
    else:
        s[RACK_ORDERED, i] = 0.0
        s[RACK_DOWNTIME, i] += dt
        if s[RACK_LOST_AT, i] < 0.0:
            s[RACK_LOST_AT, i] = t
    if s[RACK_MODE, i] == RACK_RESTARTING:
        s[RACK_TIMER, i] += dt
        if not fed:
            s[RACK_MODE, i] = RACK_OFF
        elif s[RACK_TIMER, i] + INSTANT >= p[RACK_RESTART, i]:
            s[RACK_MODE, i] = RACK_ON
            s[RACK_RAMP, i] = 1.0 if p[RACK_RAMP_TIME, i] > 0.0 else 0.0
            s[RACK_SMOOTH, i] = idle
            s[RACK_ORDERED, i] = 0.0
    share = (p[RACK_SHARE_A, i] if part_b > 0.0 else 1.0) if part_a > 0.0 else 0.0
    s[RACK_STORE_OUT, i] = 0.0
    s[RACK_STORE_CLOCK, i] = 0.0
    s[RACK_POWER_IT, i] = idle
    s[RACK_POWER, i] = idle + loss
    s[RACK_POWER_A, i] = share * (idle + loss)
    s[RACK_E_UNSERVED, i] += want * dt
    s[RACK_E_IN, i] += (idle + loss) * dt
    s[RACK_E_IT, i] += idle * dt
    s[RACK_E_LOSS, i] += loss * dt
    s[RACK_HEAT, i] += (idle + loss) * dt


@scalar
def rack_ramp(p: Array, s: Array, i: int, want: float, dt: float) -> float:
    """Mean power of a rack that ramps up from idle, and what is left of its ramp [W]."""
    left = s[RACK_RAMP, i]
    after = max(left - dt / p[RACK_RAMP_TIME, i], 0.0)
    # A straight line that may end within the step.
    mean = 0.5 * (left + after) * min(left * p[RACK_RAMP_TIME, i] / dt, 1.0)
    s[RACK_RAMP, i] = after
    return want - mean * max(want - p[RACK_POWER_IDLE, i], 0.0)


@scalar
def rack_account(
    p: Array, s: Array, i: int, ask: float, used: float, drawn: float, loss: float, store: float, dt: float
) -> None:
    """Close the step of a working rack.

    Parameters
    ----------
    ask : float
        Power its servers asked for [W].
    used, drawn, loss : float
        Energy they used, drew from the PDU, and lost in the supplies [J].
    store : float
        Mean power of the store [W].
    """
    if store != 0.0:
        way = one_way(p[RACK_STORE_EFFICIENCY, i])
        before = s[RACK_STORE, i]
        s[RACK_STORE, i] = store_after(
            before, p[RACK_STORE_ENERGY, i], store, p[RACK_STORE_EFFICIENCY, i], dt
        )
        loss += store * dt * (1.0 / way - 1.0) if store > 0.0 else -store * dt * (1.0 - way)
    s[RACK_STORE_OUT, i] = store
    s[RACK_POWER_IT, i] = used / dt
    s[RACK_POWER, i] = drawn / dt
    s[RACK_E_IN, i] += drawn
    s[RACK_E_IT, i] += used
    s[RACK_E_LOSS, i] += loss
    s[RACK_E_UNSERVED, i] += max(ask * dt - used, 0.0)
    s[RACK_HEAT, i] += used + loss


@scalar
def rack_on_step(
    p: Array, s: Array, i: int, most_a: float, most_b: float, part_a: float, part_b: float,
    ask: float, ask_loss: float, t: float, dt: float,
) -> None:  # fmt: skip
    """Step a working rack of any kind.

    Parameters
    ----------
    most_a, most_b : float
        Most that the supplies of a side can draw at its voltage [W].
    part_a, part_b : float
        Share of the step in which a side draws.
    ask, ask_loss : float
        Power its servers ask for, and the loss of their supplies at it [W].
    t, dt : float
        Start and length of the step [s].
    """
    want = ask
    plan = 0.0
    if s[RACK_RAMP, i] > 0.0:
        want = rack_ramp(p, s, i, ask, dt)
    room = most_a * part_a + most_b * part_b
    kind = p[RACK_STORE_KIND, i]
    if kind == STORE_SMOOTHING or (kind == STORE_BACKUP and room > 0.0):
        plan = store_plan(p, s, i, want, room, dt)
    power = want - plan
    loss = ask_loss if power == ask else rack_loss(p, i, power - p[RACK_POWER_OTHER, i])
    need = power + loss
    share = p[RACK_SHARE_A, i]
    power_a, power_b = feed_split(need, share, most_a, most_b, part_a, part_b)
    missing = need - power_a - power_b
    if missing <= ROUNDING * need:
        s[RACK_STORE_CLOCK, i] = 0.0
        recharge = min(
            p[RACK_HOLDUP_ENERGY, i] - s[RACK_HOLDUP, i], RECHARGE_SHARE * p[RACK_PSU_RATED, i] * dt
        )
        recharge = max(min(recharge, (room - need) * dt), 0.0)
        s[RACK_HOLDUP, i] += recharge
        drawn = need + recharge / dt
        s[RACK_POWER_A, i] = feed_split(drawn, share, most_a, most_b, part_a, part_b)[0]
        rack_account(p, s, i, ask, want * dt, drawn * dt, loss * dt, plan, dt)
        return
    # Servers want `power` of their supplies; of it, the input gives what is drawn, then the store, then the bulk.
    lacking = missing / need
    store = backup_give(p, s, i, lacking * power, dt) if kind == STORE_BACKUP else 0.0
    asked = max(missing - (store / power if power > 0.0 else 0.0) * need, 0.0) * dt
    given = min(asked, s[RACK_HOLDUP, i])
    s[RACK_HOLDUP, i] -= given
    alive = 1.0
    if asked - given > ROUNDING * need * dt:
        if store > 0.0 and store >= p[RACK_STORE_POWER, i]:
            # A store that is too weak: it gives to the end, and the bulk carries the rest as long as it lasts.
            alive = given / asked
            store *= alive
        else:
            alive = 1.0 - (asked - given) / (missing * dt)
        alive = max(alive, 0.0)
        s[RACK_HOLDUP, i] = 0.0
        s[RACK_MODE, i] = RACK_OFF
        s[RACK_DOWNTIME, i] += (1.0 - alive) * dt
        if s[RACK_LOST_AT, i] < 0.0:
            s[RACK_LOST_AT, i] = t + alive * dt
    if given > 0.0:
        s[RACK_HOLDUP_TIME, i] += alive * dt
    if store > 0.0:
        s[RACK_STORE_TIME, i] += alive * dt
    drawn = (power_a + power_b) * alive * dt
    s[RACK_POWER_A, i] = power_a * alive
    supplied = (drawn + given) / need
    used = supplied * power + (store + plan * alive) * dt
    rack_account(p, s, i, ask, used, drawn, supplied * loss, store + plan * alive, dt)


@scalar
def rack_ride_step(
    p: Array, s: Array, i: int, voltage_a: float, voltage_b: float, t: float, dt: float
) -> None:
    """Step rack `i` whatever its state and input; arguments as in `rack.rack_step`."""
    part_a, part_b = rack_sides_step(p, s, i, voltage_a, voltage_b, dt)
    want, loss = rack_want(p, s, i, t, dt)
    if s[RACK_MODE, i] == RACK_ON:
        most_a, most_b = voltage_a * p[RACK_LIMIT, i], voltage_b * p[RACK_LIMIT, i]
        rack_on_step(p, s, i, most_a, most_b, part_a, part_b, want, loss, t, dt)
    else:
        rack_off_step(p, s, i, part_a, part_b, want, t, dt)
    s[RACK_CALM, i] = calm_voltage(p, s, i)


@scalar
def rack_gap_step(
    p: Array, s: Array, i: int, voltage_a: float, voltage_b: float,
    dark_a: float, dark_b: float, t: float, dt: float,
) -> None:  # fmt: skip
    """Step rack `i` while a transfer switch is open for the first part of the step: each part on its own.

    A gap of a few milliseconds within a longer step costs the capacitors those milliseconds and no more.

    Parameters
    ----------
    voltage_a, voltage_b : float
        Voltage of its feeds after the gap [pu].
    dark_a, dark_b : float
        Time from the start of the step for which a side is open [s].
    """
    done = power = power_a = power_it = store = 0.0
    for _ in range(3):
        end = dt
        if done < dark_a < end:
            end = dark_a
        if done < dark_b < end:
            end = dark_b
        span = end - done
        if span > 0.0:
            a = 0.0 if done < dark_a else voltage_a
            b = 0.0 if done < dark_b else voltage_b
            rack_ride_step(p, s, i, a, b, t + done, span)
            power += s[RACK_POWER, i] * span
            power_a += s[RACK_POWER_A, i] * span
            power_it += s[RACK_POWER_IT, i] * span
            store += s[RACK_STORE_OUT, i] * span
        done = end
    s[RACK_POWER, i] = power / dt
    s[RACK_POWER_A, i] = power_a / dt
    s[RACK_POWER_IT, i] = power_it / dt
    s[RACK_STORE_OUT, i] = store / dt
