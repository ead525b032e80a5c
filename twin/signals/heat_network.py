"""What a district-heating network wants, and at what temperature, from the weather."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from twin.signals.clock import HOUR, local_time
from twin.signals.weather import Weather

if TYPE_CHECKING:
    from twin.scenario.heat import HeatNetwork

Array = NDArray[np.float64]

AVERAGED_BY = 25
"""Instants of the running mean of outdoor temperature: one an hour for a day."""


class HeatDemand(NamedTuple):
    """A heat network, one entry per instant: demand [W], supply and return temperature [degC]."""

    demand: Array
    supply: Array
    back: Array


class _Air(Protocol):
    def at(self, t: Array) -> Array | Weather: ...


class HeatNetworkSignal:
    """A heat network in time; the formula is in `twin.scenario.heat.HeatNetwork`.

    Parameters
    ----------
    network : HeatNetwork
    weather : signal
        Outdoor air.
    start : float
        Start of the run [UTC epoch s].
    zone : str
        Time zone of the site.
    """

    name = "heat"
    unit = "demand W, supply degC, return degC"

    def __init__(self, network: HeatNetwork, weather: _Air, start: float, zone: str) -> None:
        self._network, self._weather, self._start, self._zone = network, weather, start, zone
        follows = "constant demand" if network.constant is not None else "demand by degree days (synthetic)"
        self.source = f"heat network, {follows}"
        self.report: Sequence[str] = []

    def outdoor(self, t: Array) -> Array:
        """Mean dry bulb over the averaging time before `t` [degC]; the first instant stands for what was before."""
        back = np.linspace(0.0, self._network.averaging, AVERAGED_BY)
        mean = np.zeros(t.shape)
        for each in back:
            air = self._weather.at(np.maximum(t - each, 0.0))
            assert isinstance(air, Weather)
            mean += air.dry_bulb
        return mean / AVERAGED_BY

    def at(self, t: Array) -> HeatDemand:
        """Demand and temperatures at seconds since run start."""
        t = np.asarray(t, np.float64)
        network = self._network
        outdoor = self.outdoor(t)
        if network.constant is not None:
            demand = np.full(t.shape, network.constant)
        else:
            assert network.peak is not None and network.hot_water is not None
            assert network.heating_limit is not None and network.design_temperature is not None
            span = network.heating_limit - network.design_temperature
            cold = np.maximum(network.heating_limit - outdoor, 0.0) / span
            demand = network.hot_water + (network.peak - network.hot_water) * cold
        if network.hours is not None:
            second = local_time(self._zone, np.ravel(self._start + t)).second.reshape(t.shape)
            demand = demand * np.asarray(network.hours)[(second // HOUR).astype(np.int64)]
        if network.heating_curve is None:
            supply = np.full(t.shape, network.supply_max)
        else:
            at = [point.outdoor for point in network.heating_curve]
            supply = np.interp(outdoor, at, [point.supply for point in network.heating_curve])
        return HeatDemand(demand, supply, np.full(t.shape, network.return_temperature))
