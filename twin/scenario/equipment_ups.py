"""UPS modules: their fields, in SI."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic_core import InitErrorDetails

from twin.scenario.equipment_it import Count, Polynomial
from twin.scenario.part import Equipment, Part, problem
from twin.scenario.units import (
    Duration,
    Fraction,
    Frequency,
    Interval,
    PowerRated,
    Ratio,
    Voltage,
)


class OverloadLimit(Part):
    """How long a load fraction above 1 is carried, s."""

    load: Ratio
    time: Duration


class UpsUnit(Equipment):
    """UPS module (double conversion): loss, input window, transfer, walk-in and counter.

    Attributes
    ----------
    module_power : float
        Rated output of one module, W.
    loss : list of three floats
        P_loss / P_rated = loss[0] + loss[1] x + loss[2] x^2, x the load fraction.
    voltage_min, voltage_max : float
        Input window, pu.
    frequency_min, frequency_max : float
        Input window, Hz.
    detect_delay : float
        From the input leaving its window to the rectifier being blocked, s.
    walk_in : float
        Ramp of the input from zero to full after the input is back, s.
    retransfer_delay : float
        How long the input must be healthy before the walk-in starts, s.
    overload : list of {load, time}
        Overload limits, s at that load fraction.
    charge_fraction : float
        Battery charging power as a fraction of the rated power.
    counter_events, counter_window : int, s, or None
        So many disturbances within the window latch the UPS on battery until it is reset by hand. Absent: no
        counter.
    dc_voltage : float, or None
        Nominal output of a DC system, V; absent for AC. The next four keys belong to it.
    dc_float : float
        Output voltage on the rectifiers, battery full, pu.
    dc_supply_min, dc_supply_max : float
        Window of the supplies that are made for this voltage, pu.
    dc_spares_ac_stage : bool
        Whether these supplies do without the stage that makes their DC link from AC.
    """

    kind: ClassVar[str] = "ups"
    module_power: PowerRated
    loss: Polynomial
    voltage_min: Ratio
    voltage_max: Ratio
    frequency_min: Frequency
    frequency_max: Frequency
    detect_delay: Duration
    walk_in: Duration
    retransfer_delay: Duration
    overload: list[OverloadLimit]
    charge_fraction: Fraction
    counter_events: Count | None = None
    counter_window: Interval | None = None
    dc_voltage: Voltage | None = None
    dc_float: Ratio | None = None
    dc_supply_min: Ratio | None = None
    dc_supply_max: Ratio | None = None
    dc_spares_ac_stage: bool | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        if isinstance(data, dict):
            missing = [key for key in _DC if data.get(key) is None]
            if 0 < len(missing) < len(_DC):
                problems.append(
                    problem("a DC system needs all of " + ", ".join(_DC) + "; AC has none", (missing[0],))
                )
        return data


_DC = ("dc_voltage", "dc_float", "dc_supply_min", "dc_supply_max", "dc_spares_ac_stage")


class RectifierSystem(UpsUnit):
    """DC system, rectifiers with a battery on the bus: an entry of the library that stands where a UPS does."""

    kind: ClassVar[str] = "rectifier"
    dc_voltage: Voltage
    dc_float: Ratio
    dc_supply_min: Ratio
    dc_supply_max: Ratio
    dc_spares_ac_stage: bool
