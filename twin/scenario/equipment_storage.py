"""Batteries and storage converters: their fields, in SI."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator
from pydantic_core import InitErrorDetails

from twin.scenario.curves import same_length
from twin.scenario.equipment_it import Polynomial
from twin.scenario.part import Equipment, problem
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
    Temperature,
    TemperatureDifference,
    Voltage,
)

Overload = Annotated[float, Quantity("", "a multiple of rated, at least 1,", "1.2", minimum=1.0)]


class Battery(Equipment):
    """Battery cell: open-circuit voltage table, resistances, diffusion, hysteresis, heat, limits and life.

    Attributes
    ----------
    chemistry : 'lfp' or 'lead-acid'
        Which laws of ageing hold.
    capacity : float
        C (ampere-seconds) of one cell; with `peukert`, at its `rated_time`.
    ocv_soc, ocv : list of float
        State of charge, rising from 0 to 1, and the open-circuit voltage there, V, never falling: the mean of
        charging and discharging.
    resistance : float
        Ohmic resistance of a cell, ohm, at 25 degC like the two that follow.
    resistance_rc, time_constant_rc : float
        The slow polarisation: ohm, s.
    resistance_rc2, time_constant_rc2 : float, optional
        A second, slower one; without them there is none.
    resistance_soc, resistance_relative : list of float, optional
        State of charge, rising from 0 to 1, and the ohmic resistance there over `resistance`; without them it is the
        same at every charge.
    resistance_activation : float
        Activation temperature of all resistances: R = R(25 degC) exp(activation (1/T - 1/298 K)), K; 0: constant.
    hysteresis, hysteresis_rate : float, optional
        Half the gap between the open-circuit voltages of charging and discharging, V, and the inverse of the
        share of the capacity over which it turns round; without them there is none.
    surface_share, diffusion_time : float, optional
        Share of the charge at hand at once, and the time constant, s, with which the rest follows.
    peukert, rated_time : float, optional
        Instead: the exponent of Peukert's law, and the discharge time, s, that `capacity` is given for. With neither,
        usable capacity does not depend on the rate.
    heat_capacity, conductance : float
        Of one cell, and from it to its surroundings: J/K, W/K.
    discharge_rate_max, charge_rate_max : float
        Largest power: multiples of the energy per hour (C-rate).
    current_rate_max : float, optional
        Largest current that modules, strings and their fuses allow, multiple of the capacity per hour; without it,
        power and voltage alone limit current.
    soc_min, soc_max : float
        Usable window of state of charge.
    voltage_min, voltage_max : float
        Limits of the cell voltage, V: discharge ends at the first, charging tapers at the second.
    charge_temperature_min : float
        No charging below it, degC.
    coulombic_efficiency : float
        Share of the charging current that is stored.
    cycle_life : float
        Full cycles to 80 % capacity.
    calendar_life : float
        s to 80 % capacity at 25 degC, kept at float charge.
    health : float
        Share of the capacity of a new one that is left at the start; resistances are divided by it. 1: new.
    """

    kind: ClassVar[str] = "battery"
    chemistry: Literal["lfp", "lead-acid"]
    capacity: Charge
    ocv_soc: Annotated[list[Fraction], Field(min_length=2)]
    ocv: Annotated[list[Voltage], Field(min_length=2)]
    resistance: Resistance
    resistance_rc: Resistance
    time_constant_rc: Interval
    resistance_rc2: Resistance | None = None
    time_constant_rc2: Interval | None = None
    resistance_soc: Annotated[list[Fraction], Field(min_length=2)] | None = None
    resistance_relative: Annotated[list[Ratio], Field(min_length=2)] | None = None
    resistance_activation: TemperatureDifference
    hysteresis: Voltage | None = None
    hysteresis_rate: Annotated[Ratio, Field(gt=0.0)] | None = None
    surface_share: Annotated[Fraction, Field(gt=0.0)] | None = None
    diffusion_time: Interval | None = None
    peukert: Annotated[Ratio, Field(ge=1.0, le=1.4)] | None = None
    rated_time: Interval | None = None
    heat_capacity: HeatCapacity
    conductance: Conductance
    discharge_rate_max: Ratio
    charge_rate_max: Ratio
    current_rate_max: Annotated[Ratio, Field(gt=0.0)] | None = None
    soc_min: Fraction
    soc_max: Fraction
    voltage_min: Voltage
    voltage_max: Voltage
    charge_temperature_min: Temperature
    coulombic_efficiency: Annotated[Fraction, Field(gt=0.0)]
    cycle_life: Ratio
    calendar_life: Interval
    health: Annotated[Fraction, Field(gt=0.0)] = 1.0

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        same_length(data, "ocv_soc", "ocv", problems)
        same_length(data, "resistance_soc", "resistance_relative", problems)
        for pair in PAIRS:
            together(data, pair, problems)
        if (
            isinstance(data, dict)
            and data.get("peukert") is not None
            and data.get("surface_share") is not None
        ):
            problems.append(problem("either peukert or surface_share, not both", ("peukert",)))
        return data

    @field_validator("ocv")
    @classmethod
    def _never_falling(cls, ocv: list[float]) -> list[float]:
        if sorted(ocv) != ocv:
            raise ValueError("the open-circuit voltage must not fall as charge rises")
        return ocv

    @cached_property
    def energy(self) -> float:
        """Energy of one full new cell at open circuit, J: the capacity times the mean open-circuit voltage."""
        mean = sum(
            0.5 * (self.ocv[i] + self.ocv[i + 1]) * (self.ocv_soc[i + 1] - self.ocv_soc[i])
            for i in range(len(self.ocv) - 1)
        )
        return self.capacity * mean


PAIRS = (
    ("resistance_rc2", "time_constant_rc2"),
    ("resistance_soc", "resistance_relative"),
    ("hysteresis", "hysteresis_rate"),
    ("surface_share", "diffusion_time"),
    ("peukert", "rated_time"),
)
"""Keys of a battery that are given together or not at all."""


def together(data: Any, pair: tuple[str, str], problems: list[InitErrorDetails]) -> None:
    """Add a problem when only one key of `pair` is given in the mapping `data`."""
    if isinstance(data, dict) and (data.get(pair[0]) is None) != (data.get(pair[1]) is None):
        given, missing = pair if data.get(pair[0]) is not None else pair[::-1]
        problems.append(problem(f"{given} is given, so {missing} is required too", (missing,)))


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
