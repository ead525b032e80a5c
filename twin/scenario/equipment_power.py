"""Transformers, transfer switches, generators, UPS, batteries and converters: their fields, in SI."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.equipment_it import Count, Polynomial
from twin.scenario.part import Equipment, Part, problem
from twin.scenario.units import (
    Charge,
    Conductance,
    Density,
    Duration,
    EmissionIntensity,
    Fraction,
    Frequency,
    FuelPerEnergy,
    HeatCapacity,
    Interval,
    Power,
    PowerRated,
    Ratio,
    Resistance,
    Voltage,
    Volume,
)


class Transformer(Equipment):
    """Distribution transformer: P_loss = loss_no_load + loss_load (S / power_rated)^2, in W.

    `power_rated` is the rating in VA (held as W); `impedance` the short-circuit impedance, pu.
    """

    kind: ClassVar[str] = "transformer"
    power_rated: PowerRated
    loss_no_load: Power
    loss_load: Power
    impedance: Fraction


class Transfer(Equipment):
    """Transfer switch of a busbar between its feed and its generators.

    Attributes
    ----------
    detect_delay : float
        From the mains leaving the window to the loss being declared, s.
    start_delay : float
        From the loss being declared to the start signal of the generators, s (rides over short dips).
    transition : float
        Open-transition time: neither source connected, s.
    retransfer_delay : float
        How long the mains must be healthy before the bus goes back, s.
    voltage_min, voltage_max, frequency_min, frequency_max
        Window outside which the mains count as lost: pu, Hz.
    """

    kind: ClassVar[str] = "transfer"
    detect_delay: Duration
    start_delay: Duration
    transition: Duration
    retransfer_delay: Duration
    voltage_min: Ratio
    voltage_max: Ratio
    frequency_min: Frequency
    frequency_max: Frequency


class Genset(Equipment):
    """Generator set: start, governor, fuel, emissions and reliability.

    Attributes
    ----------
    power_rated : float
        Standby rating, W.
    start_delay : float
        From the start signal to ready for load, s, when the first crank succeeds.
    start_failure : float
        Probability that a demanded start fails for good.
    availability : float
        Probability that the set is there when demanded (not in maintenance).
    mttf : float
        Mean running time to failure, s.
    crank_attempts, crank_time, crank_rest : int, s, s
        Crank cycle: attempts, length of one, rest between.
    inertia : float
        Inertia constant H of engine and alternator, s.
    droop : float
        Governor droop, pu frequency per pu power; 0 is isochronous.
    actuator_lag, dead_time : float
        Governor actuator lag and engine dead time, s.
    load_step_max : float
        Largest load step the set takes at once, fraction of rated.
    load_min : float
        Lowest continuous load, fraction of rated.
    fuel_load, fuel_rate : list of float
        Load fractions, and fuel per electrical energy there, m3/J.
    tank : float
        Usable fuel of one set, m3.
    co2e : float
        Emission per fuel volume, kg CO2e/m3.
    nox : float
        NOx per electrical energy, kg/J.
    """

    kind: ClassVar[str] = "genset"
    power_rated: PowerRated
    start_delay: Duration
    start_failure: Fraction
    availability: Fraction
    mttf: Interval
    crank_attempts: Count
    crank_time: Duration
    crank_rest: Duration
    inertia: Interval
    droop: Fraction
    actuator_lag: Interval
    dead_time: Duration
    load_step_max: Fraction
    load_min: Fraction
    fuel_load: list[Fraction]
    fuel_rate: list[FuelPerEnergy]
    tank: Volume
    co2e: Density
    nox: EmissionIntensity

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        same_length(data, "fuel_load", "fuel_rate", problems)
        return data


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

    P_loss / P_rated = loss[0] + loss[1] x + loss[2] x^2 while it works, x the power fraction; `standby` is
    the fraction of rated that it draws when idle; `response_time` the lag from a setpoint to the power, s.
    """

    kind: ClassVar[str] = "converter"
    loss: Polynomial
    standby: Fraction
    response_time: Interval


def same_length(data: Any, first: str, second: str, problems: list[InitErrorDetails]) -> None:
    """Add a problem unless two lists have one length and `first` rises."""
    if not isinstance(data, dict):
        return
    x, y = data.get(first), data.get(second)
    if isinstance(x, list) and isinstance(y, list) and len(x) != len(y):
        problems.append(problem(f"{first} and {second} must be lists of one length", (second,)))
    if isinstance(x, list) and all(isinstance(v, int | float) for v in x) and sorted(set(x)) != x:
        problems.append(problem("the values must rise", (first,)))
