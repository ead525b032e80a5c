"""UPS system: its modes and how it moves between them.

State machine::

                        input leaves its window (seen)
         +--------+ ------------------------------------> +------------+
         | NORMAL | <------------------------------------ | ON_BATTERY |
         +--------+   input good for retransfer_delay     +------------+
          |  ^  |  ^                                        ^   ^
     eco  |  |  |  | passed, failed, broken off             |   |
  window  |  |  |  +------------------+      input leaves   |   |
    good  |  |  | asked for           |      its window     |   |
          |  |  +-----------> +------+-----+ ---------------+   |
          |  |                |    TEST    |                    |
          |  | eco window     +------------+                    |
          v  | left                 ^ asked for                 |
         +--------+ ----------------+    input out as well      |
         |  ECO   | --------------------------------------------+
         +--------+

    NORMAL, ON_BATTERY, TEST --- overload, short of power, no module, or asked for --> BYPASS, else OFF
    ECO ------------------------ asked for -----------------------------------------> BYPASS
    BYPASS --------------------- load fits again, or asked for ---------------------> NORMAL
    BYPASS --------------------- bypass lost ----------------------------------------> NORMAL, ON_BATTERY, else OFF
    OFF ------------------------ input good for retransfer_delay, debt repaid -------> NORMAL
    OFF ------------------------ the same with no module in service, or asked for ---> BYPASS

NORMAL is double conversion: no gap towards the battery, since the inverter is fed from the DC link in both modes
(IEC 62040-3, VFI). ECO and BYPASS put the load on the raw voltage of the bus; ECO leaves it at once, with a gap of
`eco_transfer` that includes its detection, when the voltage leaves the tighter eco window or jumps in phase. The
bypass needs its voltage window, the sync limit in frequency, and an inverter in step: out of step the transfer has
a gap of `bypass_transfer`, or is refused. Once on the bypass, it is lost when it has not been good for
`detect_delay`. TEST lets the battery carry a share of the load with the mains present.

Grid service (frequency response from the battery) is given in NORMAL alone, with the bus on the mains: see
`ups_battery_power`. A latched system is on battery, on local sources, or off; see `ups_input.py`.

An operator, or a fault, writes `UPS_COMMAND`; it is obeyed in the next step or refused, and cleared. Asked onto the
bypass, a system stays there until asked back or until the bypass is lost.

Gaps are whole steps, to the nearest: one shorter than half a step is not seen.
"""

from __future__ import annotations

from twin.kernels.clock import INSTANT, NEVER
from twin.kernels.fields import (
    BAT_AVAILABLE,
    BUS_MODE,
    BUS_ON_MAINS,
    BUS_VOLTAGE,
    UPS_BEYOND,
    UPS_BUS,
    UPS_BYPASS,
    UPS_BYPASS_GAP,
    UPS_BYPASS_TIMER,
    UPS_COMMAND,
    UPS_DEMAND,
    UPS_DETECT,
    UPS_DIRECT,
    UPS_ECO,
    UPS_ECO_DELAY,
    UPS_ECO_TIMER,
    UPS_EVENTS,
    UPS_GAP,
    UPS_HELD,
    UPS_INPUT_VOLTAGE,
    UPS_JUMP_MAX,
    UPS_LATCHED,
    UPS_LIMIT,
    UPS_MODE,
    UPS_NORMAL,
    UPS_OFF,
    UPS_ON_BATTERY,
    UPS_PHASE,
    UPS_RESET,
    UPS_RETURN,
    UPS_RIDE_POINTS,
    UPS_RIDE_RETURN,
    UPS_TEST,
    UPS_TEST_TIME,
    UPS_TIMER,
    UPS_TO_BYPASS,
    UPS_TO_NORMAL,
    UPS_TO_TEST,
    UPS_VOLTAGE,
    UPS_WALK,
    UPS_WALK_TIME,
)
from twin.kernels.scalar import Array, scalar
from twin.kernels.ups_change import ups_enter, ups_test_step
from twin.kernels.ups_input import (
    ups_bypass_good,
    ups_eco_step,
    ups_phase_step,
    ups_sense_step,
)
from twin.kernels.ups_modules import ROUNDING as ROUNDING  # noqa: PLC0414
from twin.kernels.ups_modules import on_bypass, on_inverter, overloaded, ups_capacity, ups_loss
from twin.kernels.ups_power import rectifier_limit, ups_indebted
from twin.kernels.ups_power import ups_want as ups_want  # noqa: PLC0414


@scalar
def ups_direct_step(p: Array, s: Array, i: int, s_bus: Array) -> None:
    """A plain connection: the output is the bus, while the bus can carry the demand. The mains always can."""
    b = int(p[UPS_BUS, i])
    voltage = s_bus[BUS_VOLTAGE, b]
    carried = s_bus[BUS_MODE, b] == BUS_ON_MAINS or s[UPS_LIMIT, i] * (1.0 + ROUNDING) >= s[UPS_DEMAND, i]
    s[UPS_COMMAND, i] = 0.0
    s[UPS_INPUT_VOLTAGE, i] = voltage
    s[UPS_WALK, i] = 1.0
    s[UPS_VOLTAGE, i] = voltage if carried else 0.0
    s[UPS_MODE, i] = UPS_NORMAL if s[UPS_VOLTAGE, i] > 0.0 else UPS_OFF


@scalar
def ups_carries(p: Array, s: Array, i: int, s_bat: Array, mode: int) -> bool:
    """Whether the inverters of UPS `i` can carry the load in `mode`: modules, input, battery and DC link."""
    demand = s[UPS_DEMAND, i]
    supply = max(s_bat[BAT_AVAILABLE, i], 0.0)
    if mode != UPS_ON_BATTERY:
        supply += min(rectifier_limit(p, s, i), s[UPS_LIMIT, i])
    enough = demand + ups_loss(p, s, i, mode, demand) <= supply * (1.0 + ROUNDING)
    return enough and not overloaded(p, s, i, demand) and not ups_indebted(p, s, i)


@scalar
def ups_reaches_bypass(p: Array, s: Array, i: int, bypass: bool) -> bool:
    """Whether UPS `i` may go to a bypass that is `bypass` good: in step, or with a gap where it has one set."""
    return bypass and (s[UPS_PHASE, i] <= p[UPS_JUMP_MAX, i] or p[UPS_BYPASS_GAP, i] < NEVER)


@scalar
def ups_returns(p: Array, s: Array, i: int, good: bool) -> bool:
    """Whether the input of UPS `i` has been good for as long as its return waits."""
    ridden = p[UPS_RIDE_POINTS, i] > 0.0 and s[UPS_BEYOND, i] == 0.0 and s[UPS_MODE, i] == UPS_ON_BATTERY
    return good and s[UPS_TIMER, i] + INSTANT >= (p[UPS_RIDE_RETURN, i] if ridden else p[UPS_RETURN, i])


@scalar
def from_normal(p: Array, s: Array, i: int, command: int, good: bool, reach: bool, eco: bool) -> int:
    """Next mode of UPS `i` in double conversion."""
    if not good:
        return UPS_ON_BATTERY
    if command == UPS_TO_BYPASS and reach:
        return UPS_BYPASS
    if command == UPS_TO_TEST and p[UPS_TEST_TIME, i] > 0.0:
        return UPS_TEST
    settled = s[UPS_ECO_TIMER, i] + INSTANT >= p[UPS_ECO_DELAY, i] and s[UPS_PHASE, i] <= p[UPS_JUMP_MAX, i]
    return UPS_ECO if eco and settled else UPS_NORMAL


@scalar
def from_eco(p: Array, s: Array, i: int, command: int, good: bool, bypass: bool, eco: bool) -> int:
    """Next mode of UPS `i` in eco mode. Asked to normal, it comes back after `eco_delay`."""
    if command == UPS_TO_BYPASS and bypass:
        return UPS_BYPASS
    if command == UPS_TO_NORMAL:
        s[UPS_ECO_TIMER, i] = 0.0
    if eco and command == UPS_TO_TEST and p[UPS_TEST_TIME, i] > 0.0:
        return UPS_TEST
    if eco and command != UPS_TO_NORMAL:
        return UPS_ECO
    return UPS_NORMAL if good else UPS_ON_BATTERY


@scalar
def from_test(
    p: Array, s: Array, i: int, s_bat: Array, command: int, good: bool, reach: bool, dt: float
) -> int:
    """Next mode of UPS `i` in a battery test."""
    going = ups_test_step(p, s, i, s_bat, command, good, dt)
    if not good:
        return UPS_ON_BATTERY
    if command == UPS_TO_BYPASS and reach:
        return UPS_BYPASS
    return UPS_TEST if going else UPS_NORMAL


@scalar
def from_bypass(
    p: Array, s: Array, i: int, s_bat: Array, command: int, good: bool, back: bool, bypass: bool, dt: float
) -> int:
    """Next mode of UPS `i` on its bypass: back when its modules carry the load without overload."""
    s[UPS_BYPASS_TIMER, i] = 0.0 if bypass else s[UPS_BYPASS_TIMER, i] + dt
    inverter = UPS_NORMAL if good else UPS_ON_BATTERY
    able = ups_carries(p, s, i, s_bat, inverter)
    if not bypass and s[UPS_BYPASS_TIMER, i] + INSTANT >= p[UPS_DETECT, i]:
        return inverter if able and p[UPS_BYPASS_GAP, i] < NEVER else UPS_OFF
    if not good or not bypass or not able:
        return UPS_BYPASS
    if command == UPS_TO_NORMAL:
        return UPS_NORMAL
    fits = s[UPS_DEMAND, i] <= ups_capacity(p, s, i) * (1.0 + ROUNDING)
    held = s[UPS_HELD, i] > 0.0 or command == UPS_TO_BYPASS
    return UPS_NORMAL if back and fits and not held else UPS_BYPASS


@scalar
def from_off(p: Array, s: Array, i: int, command: int, back: bool, bypass: bool) -> int:
    """Next mode of UPS `i` while its output is dead: it returns once its input is back and its debt repaid."""
    if not back or ups_indebted(p, s, i):
        return UPS_OFF
    broken = ups_capacity(p, s, i) <= 0.0
    if bypass and (broken or command == UPS_TO_BYPASS):
        return UPS_BYPASS
    return UPS_OFF if broken else UPS_NORMAL


@scalar
def ups_output_step(p: Array, s: Array, i: int, dt: float) -> None:
    """Set the output voltage of UPS `i`: none while off or in a gap, the bus on the bypass, nominal otherwise."""
    mode = s[UPS_MODE, i]
    gap = s[UPS_GAP, i]
    s[UPS_GAP, i] = max(gap - dt, 0.0)
    if mode == UPS_OFF or (gap > INSTANT and gap >= 0.5 * dt):
        s[UPS_VOLTAGE, i] = 0.0
    elif on_bypass(mode):
        s[UPS_VOLTAGE, i] = s[UPS_INPUT_VOLTAGE, i]
    else:
        s[UPS_VOLTAGE, i] = 1.0


@scalar
def ups_mode_step(p: Array, s: Array, i: int, s_bus: Array, s_bat: Array, t: float, dt: float) -> None:
    """Decide the mode and output voltage of UPS `i` for the step of `dt` from `t` [s].

    Parameters
    ----------
    p, s : (field, ups) arrays
        Parameters and this member's state.
    i : int
        UPS; its battery has the same index.
    s_bus, s_bat : (field, unit) arrays
        State of the member's buses and batteries.
    t, dt : float
        Start and length of the step [s].
    """
    if p[UPS_DIRECT, i] > 0.0:
        ups_direct_step(p, s, i, s_bus)
        return
    command = int(s[UPS_COMMAND, i])
    s[UPS_COMMAND, i] = 0.0
    if command == UPS_RESET:
        s[UPS_LATCHED, i] = 0.0
        s[UPS_EVENTS, i] = 0.0
    good = ups_sense_step(p, s, i, s_bus, t, dt)
    ups_phase_step(p, s, i, s_bus, dt)
    load = s[UPS_DEMAND, i] + ups_loss(p, s, i, UPS_BYPASS, s[UPS_DEMAND, i])
    bypass = ups_bypass_good(p, s, i, s_bus, load)
    eco = ups_eco_step(p, s, i, s_bus, bypass, dt)
    reach = ups_reaches_bypass(p, s, i, bypass)
    back = ups_returns(p, s, i, good)
    mode = int(s[UPS_MODE, i])
    if mode == UPS_NORMAL:
        mode = from_normal(p, s, i, command, good, reach, eco)
    elif mode == UPS_ON_BATTERY:
        mode = UPS_NORMAL if back else (UPS_BYPASS if command == UPS_TO_BYPASS and reach else UPS_ON_BATTERY)
    elif mode == UPS_ECO:
        mode = from_eco(p, s, i, command, good, bypass, eco)
    elif mode == UPS_TEST:
        mode = from_test(p, s, i, s_bat, command, good, reach, dt)
    elif mode == UPS_BYPASS:
        mode = from_bypass(p, s, i, s_bat, command, good, back, bypass, dt)
    else:
        mode = from_off(p, s, i, command, back, bypass)
    ups_enter(p, s, i, mode, bypass, eco)
    if mode == UPS_NORMAL:
        ramp = dt / s[UPS_WALK_TIME, i] if s[UPS_WALK_TIME, i] > 0.0 else 1.0
        s[UPS_WALK, i] = min(s[UPS_WALK, i] + ramp, 1.0)
    if on_inverter(mode) and not ups_carries(p, s, i, s_bat, mode):
        ups_enter(p, s, i, UPS_BYPASS if reach else UPS_OFF, bypass, eco)
    if s[UPS_MODE, i] != UPS_BYPASS:
        s[UPS_HELD, i] = 0.0
    elif command == UPS_TO_BYPASS:
        s[UPS_HELD, i] = 1.0
    ups_output_step(p, s, i, dt)
