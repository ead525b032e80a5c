"""What a change of mode of a UPS sets: the gap of the transfer, walk-in, timers; and how a battery test is judged."""

from __future__ import annotations

from twin.kernels.clock import INSTANT
from twin.kernels.fields import (
    BAT_AVAILABLE,
    BAT_SOC,
    BAT_VOLTAGE,
    UPS_BEYOND,
    UPS_BROKEN_OFF,
    UPS_BYPASS,
    UPS_BYPASS_GAP,
    UPS_BYPASS_TIMER,
    UPS_DEMAND,
    UPS_ECO,
    UPS_ECO_GAP,
    UPS_FAILED,
    UPS_GAP,
    UPS_JUMP_MAX,
    UPS_MECH_DEMAND,
    UPS_MODE,
    UPS_NORMAL,
    UPS_OFF,
    UPS_ON_BATTERY,
    UPS_PASSED,
    UPS_PHASE,
    UPS_RIDE_POINTS,
    UPS_RIDE_WALK_IN,
    UPS_TEST,
    UPS_TEST_LOAD,
    UPS_TEST_RESULT,
    UPS_TEST_SOC,
    UPS_TEST_TIME,
    UPS_TEST_TIMER,
    UPS_TEST_VOLTAGE,
    UPS_TIMER,
    UPS_TO_BYPASS,
    UPS_TO_NORMAL,
    UPS_TRANSFERS,
    UPS_WALK,
    UPS_WALK_IN,
    UPS_WALK_TIME,
)
from twin.kernels.scalar import Array, scalar
from twin.kernels.ups_modules import ROUNDING, on_bypass, on_inverter, ups_loss


@scalar
def transfer_gap(p: Array, s: Array, i: int, old: int, new: int, bypass: bool, eco: bool) -> float:
    """How long the output of UPS `i` is dead while it goes from mode `old` to `new` [s].

    Eco mode that lost its window: `eco_transfer`. A bypass that was lost, and a bypass that the inverter is not in
    step with: `bypass_transfer`. What is asked for with everything in order, and between input and battery: none.
    """
    if old == UPS_ECO and new != UPS_BYPASS and new != UPS_OFF:
        return 0.0 if eco else p[UPS_ECO_GAP, i]
    if old == UPS_BYPASS and new != UPS_OFF:
        return 0.0 if bypass else p[UPS_BYPASS_GAP, i]
    if new == UPS_BYPASS and old != UPS_ECO and old != UPS_OFF:
        return 0.0 if s[UPS_PHASE, i] <= p[UPS_JUMP_MAX, i] else p[UPS_BYPASS_GAP, i]
    return 0.0


@scalar
def ups_enter(p: Array, s: Array, i: int, new: int, bypass: bool, eco: bool) -> None:
    """Put UPS `i` into mode `new` and set what goes with the change; nothing when it is in that mode."""
    old = int(s[UPS_MODE, i])
    if new == old:
        return
    s[UPS_MODE, i] = new
    gap = transfer_gap(p, s, i, old, new, bypass, eco)
    # A second change does not shorten the gap of the first, unless it leads back to the bypass.
    s[UPS_GAP, i] = gap if new == UPS_BYPASS else max(gap, s[UPS_GAP, i])
    if new == UPS_ON_BATTERY:
        s[UPS_TRANSFERS, i] += 1.0
    if old == UPS_ON_BATTERY and new == UPS_NORMAL:
        ridden = p[UPS_RIDE_POINTS, i] > 0.0 and s[UPS_BEYOND, i] == 0.0
        s[UPS_WALK, i] = 0.0
        s[UPS_WALK_TIME, i] = p[UPS_RIDE_WALK_IN, i] if ridden else p[UPS_WALK_IN, i]
    elif on_bypass(new) or old == UPS_OFF:
        # The rectifier beside a loaded bypass has no load to walk into, nor has an output that was dead: its racks
        # come back one restart later.
        s[UPS_WALK, i] = 1.0
    if old == UPS_OFF:
        s[UPS_DEMAND, i] = s[UPS_MECH_DEMAND, i]
    if new == UPS_NORMAL:
        s[UPS_BEYOND, i] = 0.0
    if new == UPS_TEST:
        s[UPS_TEST_TIMER, i] = 0.0
    if not on_inverter(new) and new != UPS_ECO:
        s[UPS_TIMER, i] = 0.0
        s[UPS_BYPASS_TIMER, i] = 0.0


@scalar
def ups_test_step(p: Array, s: Array, i: int, s_bat: Array, command: int, good: bool, dt: float) -> bool:
    """Judge the battery test of UPS `i` on the step that has passed; whether it goes on.

    Passed after `test_time`; failed when charge or pack voltage have fallen to their limit before, or when the
    battery can no longer give its share; broken off when the input leaves its window or an operator asks.
    """
    s[UPS_TEST_TIMER, i] += dt
    share = p[UPS_TEST_LOAD, i] * (s[UPS_DEMAND, i] + ups_loss(p, s, i, UPS_TEST, s[UPS_DEMAND, i]))
    weak = s_bat[BAT_SOC, i] <= p[UPS_TEST_SOC, i] or s_bat[BAT_VOLTAGE, i] <= p[UPS_TEST_VOLTAGE, i]
    weak = weak or s_bat[BAT_AVAILABLE, i] < share * (1.0 - ROUNDING)
    if s[UPS_TEST_TIMER, i] + INSTANT >= p[UPS_TEST_TIME, i]:
        s[UPS_TEST_RESULT, i] = UPS_PASSED
    elif weak:
        s[UPS_TEST_RESULT, i] = UPS_FAILED
    elif not good or UPS_TO_BYPASS <= command <= UPS_TO_NORMAL:
        s[UPS_TEST_RESULT, i] = UPS_BROKEN_OFF
    else:
        return True
    return False
