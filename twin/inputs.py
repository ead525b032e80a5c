"""Signals of a run, opened once and laid out interval by interval for the kernels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from twin.disturbances import Measured
from twin.errors import InputError
from twin.facility import Facility
from twin.facility.metered import PowerAsWork
from twin.kernels import fields
from twin.kernels.scalar import Array
from twin.measured import open_measured
from twin.scenario.scenario import Scenario
from twin.signals import Signal, Site, open_signal
from twin.signals.area import AreaModel, load_area
from twin.signals.clock import epoch
from twin.signals.heat_network import HeatNetworkSignal
from twin.signals.series import Series
from twin.signals.weather import Weather

FREQUENCY_APART = 5.0
"""A grid further than this from the site's nominal frequency [Hz] is that of another country, as for files."""

CHUNK = 4096
"""Intervals laid out at a time: a year in one-second intervals does not have to fit in memory."""


@dataclass
class Inputs:
    """The opened signals of a run.

    Attributes
    ----------
    frequency : Signal or None
        None when a grid area model makes the frequency.
    price, carbon, weather : Signal
        Money per joule, kg per joule, outdoor air.
    workload : list of (Signal or None, float)
        In the order of the facility; None for a training waveform, with its utilisation beside it.
    area : AreaModel or None
        The grid area the site acts on.
    nominal : float
        Nominal frequency [Hz].
    measured : Measured or None
        Record of the grid's voltage, and of its frequency if it has one.
    heat : HeatNetworkSignal or None
        The district-heating network.
    currency : str
        Of the price signal.
    interval, duration : float
        Control interval and length of the run [s].
    """

    frequency: Signal | None
    price: Signal
    carbon: Signal
    weather: Signal
    workload: list[tuple[Signal | None, float]]
    area: AreaModel | None
    nominal: float
    currency: str
    interval: float
    duration: float
    measured: Measured | None = None
    heat: HeatNetworkSignal | None = None
    _first: int = -1
    _table: dict[str, Array] = field(default_factory=dict)

    def report(self) -> list[str]:
        """What was found and filled in the files, in sentences."""
        signals = [self.frequency, self.price, self.carbon, self.weather, *(s for s, _ in self.workload)]
        found = [f"{s.name}: {line}" for s in signals if s is not None for line in s.report]
        return found + [f"{s.name}: {line}" for s in self._record() for line in s.report]

    def sources(self) -> dict[str, str]:
        """Where each signal comes from."""
        signals = [self.frequency, self.price, self.carbon, self.weather, *(s for s, _ in self.workload)]
        found = {s.name: s.source for s in (*signals, *self._record()) if s is not None}
        if self.heat is not None:
            found["heat"] = self.heat.source
        if self.area is not None:
            found["frequency"] = f"grid area model {self.area.name}: {self.area.description}"
        return found

    def _record(self) -> list[Signal]:
        """Series of the measured grid."""
        if self.measured is None:
            return []
        return [s for s in (self.measured.voltage, self.measured.frequency) if s is not None]

    def row(self, k: int) -> dict[str, Array]:
        """Values of interval `k`: signal row, utilisation, price and carbon at its start."""
        first = k - k % CHUNK
        if first != self._first:
            self._table = self._lay_out(first)
            self._first = first
        return {name: values[k - first] for name, values in self._table.items()}

    def _lay_out(self, first: int) -> dict[str, Array]:
        """Evaluate every signal over the chunk of intervals that starts at `first`."""
        # The last chunk reaches beyond the run, where a file need not go.
        t = np.minimum((first + np.arange(CHUNK + 1)) * self.interval, self.duration)
        start = t[:-1]
        signal = np.zeros((CHUNK, len(fields.SIGNAL.params)))
        frequency = self.frequency.at(t) if self.frequency is not None else np.full(t.size, self.nominal)
        assert isinstance(frequency, np.ndarray)
        signal[:, fields.SIG_FREQUENCY_0] = frequency[:-1]
        signal[:, fields.SIG_FREQUENCY_1] = frequency[1:]
        signal[:, fields.SIG_VOLTAGE] = 1.0
        signal[:, fields.SIG_F_NOMINAL] = self.nominal
        put_air(signal, self.weather.at(start))
        if self.heat is not None:
            heat = self.heat.at(start)
            signal[:, fields.SIG_HEAT_DEMAND] = heat.demand
            signal[:, fields.SIG_HEAT_SUPPLY] = heat.supply
            signal[:, fields.SIG_HEAT_RETURN] = heat.back
        utilisation = np.zeros((CHUNK, len(self.workload)))
        for column, (source, constant) in enumerate(self.workload):
            utilisation[:, column] = constant if source is None else _values(source, start)
        return {
            "signal": signal,
            "utilisation": utilisation,
            "price": _values(self.price, start),
            "carbon": _values(self.carbon, start),
        }


def put_air(signal: Array, air: Array | Weather) -> None:
    """Write outdoor air, one entry per row, into rows of signals."""
    assert isinstance(air, Weather)
    signal[:, fields.SIG_T_DRY] = air.dry_bulb
    signal[:, fields.SIG_T_WET] = air.wet_bulb
    signal[:, fields.SIG_T_DEW] = air.dew_point
    signal[:, fields.SIG_PRESSURE] = air.pressure
    signal[:, fields.SIG_HUMIDITY] = air.humidity_ratio


def _values(source: Signal, t: Array) -> Array:
    values = source.at(t)
    assert isinstance(values, np.ndarray)
    return values


def open_inputs(scenario: Scenario, duration: float | None = None) -> Inputs:
    """Open every signal of a scenario for its run.

    Parameters
    ----------
    scenario : Scenario
        Checked scenario.
    duration : float, optional
        Time the signals have to cover [s]; that of the run by default.

    Raises
    ------
    InputError
        For anything a file lacks, its coverage of the run included. All signals are tried, so that one run
        names every problem.
    """
    run = scenario.run
    length = run.duration if duration is None else duration
    site = Site(scenario.location.altitude, scenario.location.time_zone, scenario.electrical.frequency)
    base = scenario.folders[0] if scenario.folders else None
    problems: list[Any] = []

    def opened(kind: str, spec: dict[str, Any], name: str | None = None) -> Signal | None:
        try:
            return open_signal(
                kind, spec, run_start=run.start, duration_s=length, base_dir=base, site=site,
                seed=run.seed, name=name, file=scenario.source,
            )  # fmt: skip
        except InputError as error:
            problems.extend(error.problems)
            return None

    def work(trace: Signal | None, name: str) -> Signal | None:
        if trace is None or signals.workload[name].reader != "power":
            return trace
        assert isinstance(trace, Series)
        try:
            return PowerAsWork(trace, scenario, name)
        except InputError as error:
            problems.extend(error.problems)
            return None

    signals = scenario.signals
    area = None
    if signals.frequency.area is not None:
        area = load_area(
            signals.frequency.area,
            event_at=signals.frequency.event_at or 0.0,
            sites=signals.frequency.sites or 1.0,
        )
        area_nominal = float(area.param["area"][0, fields.AREA_F0, 0])
        if area_nominal != scenario.electrical.frequency:
            message = (
                f"the area runs at {area_nominal:g} Hz but the site at {scenario.electrical.frequency:g} Hz"
            )
            problems.append(scenario.problem("signals.frequency.area", message))
    constant = signals.frequency.constant
    if constant is not None and abs(constant - scenario.electrical.frequency) > FREQUENCY_APART:
        message = f"the grid is at {constant:g} Hz but the site runs at {scenario.electrical.frequency:g} Hz"
        problems.append(scenario.problem("signals.frequency.constant", message))
    frequency = None if area is not None else opened("frequency", signals.frequency.spec())
    price = opened("price", signals.price.spec())
    carbon = opened("carbon", signals.carbon.spec())
    weather = opened("weather", signals.weather.spec())
    workload = [
        (None, float(source.utilisation or 0.0))
        if source.waveform
        else (work(opened("workload", source.spec(), name), name), 0.0)
        for name, source in signals.workload.items()
    ]
    measured = None
    if signals.voltage is not None:
        try:
            measured = open_measured(scenario, length, base)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    assert price is not None and carbon is not None and weather is not None
    zone = scenario.location.time_zone
    heat = (
        HeatNetworkSignal(signals.heat, weather, epoch(run.start), zone) if signals.heat is not None else None
    )
    return Inputs(
        frequency, price, carbon, weather, workload, area, scenario.electrical.frequency,
        price.unit.partition("/")[0], run.control_interval, length, measured, heat,
    )  # fmt: skip


def add_area(facility: Facility, area: AreaModel) -> None:
    """Put a grid area model into a facility: its blocks, names and loss events."""
    for name in ("area", "turbine", "response", "relay"):
        facility.site.params[name] = area.param[name]
        facility.site.states[name] = area.state[name]
        facility.site.names[name] = list(area.names[name])
    facility.site.infeed = area.events
