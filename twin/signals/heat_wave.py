"""Heat waves: a synthetic anomaly of temperature and humidity, laid over any weather of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem
from twin.signals.moist_air import relative_humidity_at
from twin.signals.weather import UNITS, Weather, moist_air

Array = NDArray[np.float64]

SPACING = 600.0
"""Air inside a wave is solved at least this often [s], and read linearly between."""

JUST = 1e-3
"""A wave without onset begins within this [s]."""

HOTTEST = 60.0
"""Highest dry bulb that air is solved for [degC]; 56.7 degC is the highest measured (WMO archive; M)."""


@dataclass(frozen=True)
class HeatWave:
    """One wave.

    Attributes
    ----------
    at : when it begins, since run start [s].
    duration : from its beginning to its end [s].
    rise : added to the dry bulb at its height [K]; below 0 for a cold spell.
    dew_point_rise : added to the dew point at its height [K].
    onset : it takes so long to reach its height, and as long to fade at its end [s].
    """

    at: float
    duration: float
    rise: float
    dew_point_rise: float
    onset: float

    def share(self, t: Array) -> Array:
        """Share 0..1 of the height at seconds since run start."""
        rising, left = t - self.at, self.at + self.duration - t
        if self.onset <= 0.0:
            return ((rising >= 0.0) & (left >= 0.0)).astype(np.float64)
        return np.clip(np.minimum(rising, left), 0.0, self.onset) / self.onset

    def words(self) -> str:
        """Say what it is."""
        return (
            f"Synthetic heat wave: {self.rise:+g} K dry bulb and {self.dew_point_rise:+g} K dew point for"
            f" {self.duration / 86400.0:g} days from {self.at / 86400.0:g} days after the start."
        )


class Below(Protocol):
    """The weather that a wave is laid over: a signal."""

    name: str
    source: str

    @property
    def report(self) -> Sequence[str]: ...

    def at(self, t: Array) -> Array | Weather:
        """Weather at seconds since run start."""


class HeatWaves:
    """Weather with heat waves on top; outside them it is the base, to the last bit.

    Pressure stays. The dew point never passes the dry bulb. Waves that overlap add.

    Parameters
    ----------
    base : the weather below.
    waves : at least one.
    duration : of the run [s].
    """

    def __init__(self, base: Below, waves: Sequence[HeatWave], duration: float) -> None:
        self._base, self._waves = base, list(waves)
        self.name, self.unit = base.name, UNITS
        self.source = f"{base.source}, with synthetic heat waves"
        self.report: Sequence[str] = [*base.report, *(wave.words() for wave in self._waves)]
        for index, wave in enumerate(self._waves):
            if not 0.0 <= wave.at < duration:
                raise InputError(
                    Problem("the heat wave begins after the end of the run", key=f"heat_waves.{index}.at")
                )
        self._time = self._knots(duration)
        self._air = self._solved()

    def _knots(self, duration: float) -> Array:
        """Instants inside the waves at which the air is solved."""
        found = []
        for wave in self._waves:
            last = min(wave.at + wave.duration, duration)
            found.append(np.linspace(wave.at, last, int((last - wave.at) / SPACING) + 2))
            end = wave.at + wave.duration
            # The corners of its shape, and just outside of it, where another wave may already be.
            found.append(np.array([wave.at + wave.onset, end - wave.onset, wave.at - JUST, end + JUST]))
        knots = np.unique(np.concatenate(found))
        knots = knots[(knots >= 0.0) & (knots <= duration)]
        return knots[self._inside(knots)]

    def _inside(self, t: Array) -> NDArray[np.bool_]:
        inside = np.zeros(t.shape, dtype=bool)
        for wave in self._waves:
            inside |= (t >= wave.at) & (t <= wave.at + wave.duration)
        return inside

    def _below(self, t: Array) -> Weather:
        air = self._base.at(t)
        assert isinstance(air, Weather)
        return air

    def _solved(self) -> Weather:
        air = self._below(self._time)
        dry, dew = air.dry_bulb.copy(), air.dew_point.copy()
        for wave in self._waves:
            dry += wave.rise * wave.share(self._time)
            dew += wave.dew_point_rise * wave.share(self._time)
        if dry.max() > HOTTEST:
            raise InputError(
                Problem(
                    f"with the heat wave it is {dry.max():.1f} degC, more than {HOTTEST:g}", key="heat_waves"
                )
            )
        return moist_air(dry, relative_humidity_at(dry, dew), air.pressure)

    def at(self, t: Array) -> Weather:
        """Weather at seconds since run start."""
        t = np.asarray(t, np.float64)
        air = self._below(t)
        inside = self._inside(t)
        if not inside.any():
            return air
        return Weather(
            *(
                np.where(inside, np.interp(t, self._time, mine), below)
                for mine, below in zip(self._air, air, strict=True)
            )
        )
