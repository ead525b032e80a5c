"""Generating sets: their fields, in SI."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic_core import InitErrorDetails

from twin.scenario.curves import same_length
from twin.scenario.equipment_it import Count
from twin.scenario.part import Equipment, Part, problem
from twin.scenario.units import (
    Angle,
    Density,
    Duration,
    EmissionIntensity,
    Fraction,
    Frequency,
    FuelPerEnergy,
    HeatPerVolume,
    Interval,
    PowerRate,
    PowerRated,
    Ratio,
    Room,
    Volume,
    VolumeFlow,
)

MACHINE = (
    "iso_class", "droop", "governor_gain", "governor_reset", "actuator_lag", "dead_time", "rack_max", "friction",
    "aspirated", "turbo_lag", "share_gain", "soft_load", "power_factor", "load_power_factor", "reactance",
    "reactance_transient", "field_lag", "exciter_lag", "avr_gain", "avr_reset", "ceiling", "volts_per_hertz_knee",
    "volts_per_hertz_slope", "slip", "sync_angle", "sync_slip", "sync_voltage",
)  # fmt: skip
"""What a set with a rotating machine needs, and a source behind an inverter does not have."""


class BulkTank(Part):
    """Bulk fuel store behind the day tanks.

    Attributes
    ----------
    volume : float
        Usable, for one set, m3.
    transfer_flow : float
        Of the pump to the day tank of one set, m3/s.
    """

    volume: Room
    transfer_flow: VolumeFlow


class Delivery(Part):
    """Refuelling contract.

    Attributes
    ----------
    delay : float
        From the first call of the sets to the first delivery, and from each to the next while they run, s.
    volume : float
        Of one delivery, for one set, m3.
    """

    delay: Interval
    volume: Room


class Genset(Equipment):
    """Generating set: start, engine and governor, alternator, protection, fuel, emissions and reliability.

    `inertia: 0 s` is a source behind an inverter, such as a fuel cell: it has a `ramp` in place of the keys of a
    machine (governor, engine, alternator, synchroniser).

    Attributes
    ----------
    power_rated : float
        Standby rating, W.
    iso_class : str
        Class of ISO 8528-5 that it reaches with load steps of `load_step_max`: information, read by no model; the
        validation case iso8528_steps shows it of every library entry.
    start_delay : float
        From the start signal to ready for load, s, when the first crank succeeds.
    engage, fire_time : float
        Of that, from the signal to the first crank, and cranking until it fires, s.
    start_failure : float
        Probability that a demanded start fails for good.
    availability : float
        Probability that the set is there when demanded (not in maintenance).
    mttf : float
        Mean running time to failure, s.
    crank_attempts, crank_time, crank_rest : int, s, s
        Crank cycle: attempts, length of one, rest between.
    cooldown : float
        Unloaded run after the call ends, s.
    warm_up, warm_first : float
        It carries the share `warm_first` of its rating when ready, and all of it `warm_up` later, s.
    inertia : float
        Inertia constant H of engine and alternator, s; 0 behind an inverter.
    ramp : float or None
        Fastest rise of power of a source behind an inverter, W/s.
    droop : float
        Governor droop, pu frequency per pu power; 0 is isochronous with a load sharing line.
    governor_gain, governor_reset : float
        Proportional gain, pu power per pu speed, and integral time, s.
    actuator_lag, dead_time : float
        Governor actuator lag and engine dead time, s.
    rack_max, friction, aspirated : float
        Power at the fuel stop, braking power without fuel, and power without turbocharger boost; fractions of rated.
    turbo_lag : float
        Time constant of the boost, s.
    share_gain, soft_load : float
        Load sharing of isochronous sets, pu speed per pu power; time over which a set that joins takes its share, s.
    load_step_max, load_step_interval : float
        Largest load step the set takes at once, fraction of rated, and time until it takes the next, s.
    load_min, wet_stacking_time : float
        Lowest continuous load, fraction of rated; time below it after which the summary warns, s.
    power_factor, load_power_factor : float
        Rated, and of what it feeds.
    reactance, reactance_transient : float
        Synchronous and transient, pu of rated kVA.
    field_lag, exciter_lag : float
        Open-circuit time constant of the field, and time constant of the exciter, s.
    avr_gain, avr_reset, ceiling : float
        Voltage regulator: gain, integral time, s, and highest field voltage in units of that at no load.
    volts_per_hertz_knee, volts_per_hertz_slope : float
        Speed, pu, below which the voltage reference falls, and how much.
    slip, sync_angle, sync_slip, sync_voltage : float
        Synchroniser: slip it is governed to, Hz, and windows in angle, deg, slip, Hz, and voltage, pu.
    frequency_low, frequency_high, frequency_delay : float
        Speed trips, pu, and their delay, s.
    voltage_low, voltage_delay : float
        Undervoltage trip, pu, and its delay, s.
    overload_pickup, overload_time : float
        Overload above which the inverse-time trip counts, and its time multiplier, s.
    fuel_load, fuel_rate : list of float
        Load fractions, and fuel per electrical energy there, m3/J.
    fuel_heat : float
        Lower heating value, J/m3; gases at normal conditions.
    fuel_floor : float
        Load fraction below which the fuel falls no further.
    tank : float or None
        Usable fuel of the day tank of one set, m3; absent on a pipeline.
    bulk_tank, delivery : BulkTank, Delivery or None
        Fuel behind the day tank, and what is brought while the sets run.
    co2e : float
        Emission per fuel volume, kg CO2e/m3.
    nox : float
        NOx per electrical energy, kg/J.
    hours_max : float
        Running hours a year that its permit allows, s; the summary of a study says when they are exceeded.
    test_interval, test_duration, test_load : float
        Test runs: how often, s, how long, s, and at which fraction of rated.
    """

    kind: ClassVar[str] = "genset"
    power_rated: PowerRated
    iso_class: Literal["G1", "G2", "G3", "none"] = "none"
    start_delay: Duration
    engage: Duration
    fire_time: Duration
    start_failure: Fraction
    availability: Fraction
    mttf: Interval
    crank_attempts: Count
    crank_time: Duration
    crank_rest: Duration
    cooldown: Duration
    warm_up: Duration
    warm_first: Fraction
    inertia: Duration
    ramp: PowerRate | None = None
    droop: Fraction | None = None
    governor_gain: Ratio | None = None
    governor_reset: Interval | None = None
    actuator_lag: Interval | None = None
    dead_time: Duration | None = None
    rack_max: Ratio | None = None
    friction: Fraction | None = None
    aspirated: Ratio | None = None
    turbo_lag: Duration | None = None
    share_gain: Fraction | None = None
    soft_load: Duration | None = None
    load_step_max: Fraction
    load_step_interval: Duration
    load_min: Fraction
    wet_stacking_time: Duration
    power_factor: Fraction | None = None
    load_power_factor: Fraction | None = None
    reactance: Ratio | None = None
    reactance_transient: Ratio | None = None
    field_lag: Interval | None = None
    exciter_lag: Duration | None = None
    avr_gain: Ratio | None = None
    avr_reset: Interval | None = None
    ceiling: Ratio | None = None
    volts_per_hertz_knee: Ratio | None = None
    volts_per_hertz_slope: Ratio | None = None
    slip: Frequency | None = None
    sync_angle: Angle | None = None
    sync_slip: Frequency | None = None
    sync_voltage: Fraction | None = None
    frequency_low: Ratio
    frequency_high: Ratio
    frequency_delay: Duration
    voltage_low: Ratio
    voltage_delay: Duration
    overload_pickup: Ratio
    overload_time: Interval
    fuel_load: list[Fraction]
    fuel_rate: list[FuelPerEnergy]
    fuel_heat: HeatPerVolume
    fuel_floor: Fraction
    tank: Volume | None = None
    bulk_tank: BulkTank | None = None
    delivery: Delivery | None = None
    co2e: Density
    nox: EmissionIntensity
    hours_max: Duration
    test_interval: Interval
    test_duration: Duration
    test_load: Fraction

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        same_length(data, "fuel_load", "fuel_rate", problems)
        if isinstance(data, dict):
            # Whatever else it is, an inertia of zero reads as one number.
            inverter = str(data.get("inertia", "")).split(" ")[0] in ("0", "0.0")
            needed, why = (
                (("ramp",), "behind an inverter (inertia 0)") if inverter else (MACHINE[1:], "with a machine")
            )
            for key in needed:
                if data.get(key) is None:
                    problems.append(problem(f"this key is required of a set {why}", (key,)))
            for key in ("bulk_tank", "delivery"):
                if data.get(key) is not None and data.get("tank") is None:
                    problems.append(problem("a set on a pipeline (no tank) has none", (key,)))
        return data
