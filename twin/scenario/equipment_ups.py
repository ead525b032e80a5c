"""UPS modules: their fields, in SI."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.equipment_it import Polynomial
from twin.scenario.part import Equipment, Part, problem
from twin.scenario.units import (
    Angle,
    Duration,
    Fraction,
    Frequency,
    Interval,
    PowerRated,
    Ratio,
    RatioAbove,
)

BYPASS = ("loss_bypass", "bypass_voltage_min", "bypass_voltage_max", "bypass_frequency_limit")
ECO = ("eco_voltage_min", "eco_voltage_max", "eco_delay", "eco_transfer")
RIDE = ("ride_through", "ride_through_return", "ride_through_walk_in")
COUNTER = ("counter_events", "counter_window")
TEST = ("test_load", "test_time", "test_soc_min")

Events = Annotated[int, Field(ge=1, le=8)]


class OverloadLimit(Part):
    """How long a load fraction above 1 is carried, s."""

    load: Ratio
    time: Interval


class RideThrough(Part):
    """How long an input below `voltage` is ridden through, s; above it, where `voltage` is more than 1."""

    voltage: Ratio
    time: Duration


class UpsUnit(Equipment):
    """UPS module: loss, input window, transfers, static bypass, eco mode, counter and battery test.

    Attributes
    ----------
    mode : {'double-conversion', 'eco'}
        'eco' keeps the load on the static bypass while the input is in its eco window.
    module_power : float
        Rated output of one module, W.
    loss : list of three floats
        P_loss / P_rated = loss[0] + loss[1] x + loss[2] x^2, x the load fraction.
    loss_battery : list of three floats
        As `loss`, on battery: the inverter alone; zeros where the battery floats on the output bus.
    module_load_max : float or None
        Modules beyond those that keep the load fraction at this stand by and lose nothing. Absent: all run.
    voltage_min, voltage_max : float
        Input window, pu.
    voltage_full : float or None
        Lowest input voltage at which the rectifier gives its rated power, pu; its current is limited there.
        Absent: 1.
    frequency_min, frequency_max : float
        Input window, Hz.
    phase_jump_max : float or None
        A larger phase jump of the input counts as a disturbance; output and bypass closer than this are in step,
        degrees. Absent: it follows any jump.
    detect_delay : float
        From the input leaving its window to the rectifier being blocked, s; what is shorter is not seen.
    walk_in : float
        Ramp of the input from zero to full after the input is back, s.
    retransfer_delay : float
        How long the input must be healthy before the walk-in starts, s.
    overload : list of {load, time}
        Overload limits by rising load: up to `load`, for `time` s. Four at most.
    overload_recovery : float or None
        Time after which an overload used to the full may be repeated, s. Absent: the longest of its times.
    charge_fraction : float
        Battery charging power as a fraction of the rated power.
    loss_bypass, bypass_voltage_min, bypass_voltage_max, bypass_frequency_limit : or None
        Static bypass: its loss as `loss`, its voltage window, pu, and the sync limit, Hz. Absent: none fitted.
    bypass_transfer : float or None
        Gap of a transfer between inverter and bypass that are not in step, s. Absent: no such transfer.
    eco_voltage_min, eco_voltage_max, eco_delay, eco_transfer : or None
        Window of eco mode, pu; how long the input must be in it before eco mode, s; the gap of the way back,
        its detection included, s.
    counter_events, counter_window : int, s, or None
        So many disturbances within the window latch the UPS off the mains. Absent: no counter.
    counter_excursions : bool
        Count every excursion that is seen; otherwise those alone that move the load to the battery.
    counter_reset : float or None
        The latch opens by itself after this, s. Absent: by hand only.
    ride_through : list of {voltage, time}, or None
        Excursions that neither count nor delay the return, by voltage. Six at most. Absent: every one counts.
    ride_through_return, ride_through_walk_in : float or None
        Retransfer delay and walk-in after such an excursion, s.
    test_load, test_time, test_soc_min : or None
        Battery test: share of the load the battery carries, for how long, s, and the charge at which it fails.
        Absent: it has none.
    """

    kind: ClassVar[str] = "ups"
    mode: Literal["double-conversion", "eco"]
    module_power: PowerRated
    loss: Polynomial
    loss_battery: Polynomial
    module_load_max: Fraction | None = None
    voltage_min: Ratio
    voltage_max: Ratio
    voltage_full: RatioAbove | None = None
    frequency_min: Frequency
    frequency_max: Frequency
    phase_jump_max: Angle | None = None
    detect_delay: Duration
    walk_in: Duration
    retransfer_delay: Duration
    overload: Annotated[list[OverloadLimit], Field(max_length=4)]
    overload_recovery: Interval | None = None
    charge_fraction: Fraction
    loss_bypass: Polynomial | None = None
    bypass_voltage_min: Ratio | None = None
    bypass_voltage_max: Ratio | None = None
    bypass_frequency_limit: Frequency | None = None
    bypass_transfer: Duration | None = None
    eco_voltage_min: Ratio | None = None
    eco_voltage_max: Ratio | None = None
    eco_delay: Duration | None = None
    eco_transfer: Duration | None = None
    counter_events: Events | None = None
    counter_window: Interval | None = None
    counter_excursions: bool = False
    counter_reset: Interval | None = None
    ride_through: Annotated[list[RideThrough], Field(min_length=1, max_length=6)] | None = None
    ride_through_return: Duration | None = None
    ride_through_walk_in: Duration | None = None
    test_load: Fraction | None = None
    test_time: Interval | None = None
    test_soc_min: Fraction | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        if not isinstance(data, dict):
            return data
        for names in (BYPASS, ECO, RIDE, COUNTER, TEST):
            missing = [name for name in names if data.get(name) is None]
            if 0 < len(missing) < len(names):
                given = next(name for name in names if name not in missing)
                problems.append(problem(f"{given} needs {', '.join(missing)} as well", (given,)))
        wanted = [name for name in (*BYPASS, *ECO) if data.get(name) is None]
        if data.get("mode") == "eco" and wanted:
            problems.append(
                problem(f"mode eco needs {', '.join(wanted)}: give them, or type ups-eco", ("mode",))
            )
        loads = [limit.get("load") for limit in data.get("overload") or [] if isinstance(limit, dict)]
        numbers = [load for load in loads if isinstance(load, int | float)]
        if numbers != sorted(set(numbers)) or any(load <= 1.0 for load in numbers):
            problems.append(problem("overload needs loads above 1 that rise", ("overload",)))
        return data
