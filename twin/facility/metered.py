"""Work that is known by the power it draws: the utilisation at which racks draw what a meter saw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem
from twin.facility.racks import FAN_CURVE, FAN_SPEED_MIN
from twin.facility.rectifier import supply_loss
from twin.kernels.fan import fan_power
from twin.kernels.psu import psu_loss
from twin.kernels.server import server_power
from twin.scenario.racks import RackGroup
from twin.scenario.scenario import Scenario
from twin.signals.series import Series

Array = NDArray[np.float64]

POINTS = 1001
"""Utilisations at which the power of the racks is worked out; read linearly between."""


def rack_input(scenario: Scenario, group: RackGroup, utilisation: float) -> float:
    """Electrical input of one rack at a utilisation, its fans at the speed that carries the heat [W]."""
    server = group.server
    fans = group.servers * server.fan_share * server.power_peak
    idle = group.servers * server.power_idle - fans * FAN_SPEED_MIN**3
    peak = group.servers * server.power_peak - fans
    busy = float(server_power(utilisation, max(idle, 0.0), peak, FAN_CURVE[server.power_curve]))
    want = busy + float(fan_power(fans, max(FAN_SPEED_MIN, busy / peak)))
    rated = group.psus * group.psu.power_rated
    return want + float(psu_loss(want, rated, *supply_loss(scenario, group), 0.0)) + group.other_power


class PowerAsWork:
    """Utilisation of racks from a trace of their power.

    Power that the racks cannot draw is refused, not cut off: less than idle, or more than at full work.

    Parameters
    ----------
    trace : electrical input of all racks of `workload` [W].
    scenario : the scenario.
    workload : name of the workload.
    """

    def __init__(self, trace: Series, scenario: Scenario, workload: str) -> None:
        self.name, self.unit, self.source = trace.name, "1", trace.source
        self._trace = trace
        groups = [group for group in scenario.racks.values() if group.workload == workload]
        self._work = np.linspace(0.0, 1.0, POINTS)
        self._power = np.array(
            [sum(g.count * rack_input(scenario, g, float(u)) for g in groups) for u in self._work]
        )
        self.report: Sequence[str] = [
            *trace.report,
            f"power of racks, {self._power[0] / 1e3:.4g} kW at no work to {self._power[-1] / 1e3:.4g} kW.",
        ]
        self._refuse_outside()

    def _refuse_outside(self) -> None:
        instants = self._trace.instants()
        used = instants[(instants >= 0.0) & (instants <= self._trace.duration)]
        watts = self._trace.at(used)
        low, high = self._power[0], self._power[-1]
        wrong = (watts < low) | (watts > high)
        if wrong.any():
            worst = int(np.flatnonzero(wrong)[0])
            raise InputError(
                Problem(
                    f"{int(wrong.sum())} values of the file are outside what its racks draw,"
                    f" {low / 1e3:.4g} to {high / 1e3:.4g} kW; the first is {watts[worst] / 1e3:.4g} kW,"
                    f" {used[worst]:g} s after the start",
                    file=self._trace.file,
                    key=f"signals.workload.{self.name}.file",
                )
            )

    def power(self, t: Array) -> Array:
        """Power of the trace at seconds since run start [W]."""
        return self._trace.at(t)

    def at(self, t: Array) -> Array:
        """Utilisation 0..1 at seconds since run start."""
        return np.asarray(np.interp(self._trace.at(t), self._power, self._work), np.float64)
