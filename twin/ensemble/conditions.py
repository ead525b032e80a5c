"""Weather and work that members meet, each at its own time of the year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from twin.inputs import Inputs, put_air
from twin.kernels import fields as f
from twin.kernels.scalar import Array
from twin.signals.constant import Constant
from twin.signals.weather import ConstantWeather, Weather


class Conditions(Protocol):
    """What members meet, each at its own time."""

    @property
    def constant(self) -> bool:
        """Whether nothing depends on time."""

    def rows(self, t: Array) -> tuple[Array, Array]:
        """Signal (member, signal) and utilisation (member, workload) at times `t` after the run's start [s]."""


@dataclass(frozen=True)
class SignalConditions:
    """The signals of a scenario, read at each member's own time.

    The grid stays at its nominal frequency and voltage but for the outage itself.
    """

    inputs: Inputs

    @property
    def constant(self) -> bool:
        """Whether nothing depends on the time of the year."""
        works = all(source is None or isinstance(source, Constant) for source, _ in self.inputs.workload)
        return works and isinstance(self.inputs.weather, ConstantWeather)

    def rows(self, t: Array) -> tuple[Array, Array]:
        """Signal (member, signal) and utilisation (member, workload) at times `t` after the run's start [s]."""
        signal = np.zeros((t.size, len(f.SIGNAL.params)))
        signal[:, [f.SIG_FREQUENCY_0, f.SIG_FREQUENCY_1, f.SIG_F_NOMINAL]] = self.inputs.nominal
        signal[:, f.SIG_VOLTAGE] = 1.0
        put_air(signal, self.inputs.weather.at(t))
        utilisation = np.zeros((t.size, len(self.inputs.workload)))
        for column, (source, constant) in enumerate(self.inputs.workload):
            values = constant if source is None else source.at(t)
            assert not isinstance(values, Weather)
            utilisation[:, column] = values
        return signal, utilisation
