"""Generating sets: their fields, in SI."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic_core import InitErrorDetails

from twin.scenario.curves import same_length
from twin.scenario.equipment_it import Count
from twin.scenario.part import Equipment
from twin.scenario.units import (
    Density,
    Duration,
    EmissionIntensity,
    Fraction,
    FuelPerEnergy,
    Interval,
    PowerRated,
    Volume,
)


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
