"""Batteries and storage converters: their fields, in SI."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.curves import same_length
from twin.scenario.equipment_it import Polynomial
from twin.scenario.part import Equipment
from twin.scenario.units import (
    Charge,
    Conductance,
    Duration,
    Fraction,
    HeatCapacity,
    Interval,
    Quantity,
    Ratio,
    Resistance,
    Voltage,
)

Overload = Annotated[float, Quantity("", "a multiple of rated, at least 1,", "1.2", minimum=1.0)]


class Battery(Equipment):
    """Battery cell: open-circuit voltage table, resistances, heat, limits and life.

    Attributes
    ----------
    capacity : float
        C (ampere-seconds) of one cell.
    ocv_soc, ocv : list of float
        State of charge, rising from 0 to 1, and the open-circuit voltage there, V.
    resistance : float
        Ohmic resistance of a cell, ohm.
    resistance_rc, time_constant_rc : float
        The slow polarisation: ohm, s.
    heat_capacity, conductance : float
        Of one cell, and from it to its surroundings: J/K, W/K.
    discharge_rate_max, charge_rate_max : float
        Multiples of the capacity per hour (C-rate).
    soc_min, soc_max : float
        Usable window of state of charge.
    voltage_min, voltage_max : float
        Limits of the cell voltage, V.
    coulombic_efficiency : float
    cycle_life : float
        Full cycles to 80 % capacity.
    calendar_life : float
        s to 80 % capacity, kept at float charge.
    """

    kind: ClassVar[str] = "battery"
    capacity: Charge
    ocv_soc: Annotated[list[Fraction], Field(min_length=2)]
    ocv: Annotated[list[Voltage], Field(min_length=2)]
    resistance: Resistance
    resistance_rc: Resistance
    time_constant_rc: Interval
    heat_capacity: HeatCapacity
    conductance: Conductance
    discharge_rate_max: Ratio
    charge_rate_max: Ratio
    soc_min: Fraction
    soc_max: Fraction
    voltage_min: Voltage
    voltage_max: Voltage
    coulombic_efficiency: Fraction
    cycle_life: Ratio
    calendar_life: Interval

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        same_length(data, "ocv_soc", "ocv", problems)
        return data

    @cached_property
    def energy(self) -> float:
        """Energy of one full cell at open circuit, J: the capacity times the mean open-circuit voltage."""
        mean = sum(
            0.5 * (self.ocv[i] + self.ocv[i + 1]) * (self.ocv_soc[i + 1] - self.ocv_soc[i])
            for i in range(len(self.ocv) - 1)
        )
        return self.capacity * mean


class Converter(Equipment):
    """Converter between a battery and its busbar.

    Attributes
    ----------
    loss : list of float
        P_loss / P_rated = loss[0] + loss[1] x + loss[2] x^2 while it works, x the power fraction.
    standby : float
        Share of rated power that it draws when idle on a live bus.
    response_time : float
        Time constant from a set point to the power, s.
    grid_forming : bool
        Whether it can hold an island by itself; one that cannot never does.
    black_start : bool
        Whether it can form a bus that is dead.
    form_delay : float
        Time a bus is dead before it forms it, s.
    droop, voltage_droop : float
        Fall of frequency and of voltage from no load to rated power, per unit.
    overload, overload_time : float
        Short-time current limit as a multiple of rated, and for how long, s; then rated.
    handover_time : float
        Time constant with which generators take over the load that it has taken from a step, s; 0 at once.
    """

    kind: ClassVar[str] = "converter"
    loss: Polynomial
    standby: Fraction
    response_time: Interval
    grid_forming: bool
    black_start: bool
    form_delay: Duration
    droop: Fraction
    voltage_droop: Fraction
    overload: Overload
    overload_time: Duration
    handover_time: Duration
