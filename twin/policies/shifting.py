"""Moving work in time: from dear hours to cheap ones."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from twin.kernels.scalar import Array
from twin.policies.arbitrage import PRICE_STEP
from twin.policies.control import Controls, View

STEP = 900.0
"""Resolution of the plan [s]: the quarter hour of electricity markets."""

WORK_STEP = 10.0
"""Resolution at which the work of a period is added up [s]: that of the published cluster traces."""


def shift(utilisation: Array, price: Array, fraction: float) -> Array:
    """Move the flexible part of a utilisation to the cheapest periods of a window.

    Parameters
    ----------
    utilisation : (period,) array
        Utilisation before, 0 to 1.
    price : (period,) array
        Price in each period.
    fraction : float
        Share of the work that may move, 0 to 1.

    Returns
    -------
    (period,) array
        Utilisation after, 0 to 1, with the same sum: work is moved, not dropped.
    """
    fixed = utilisation * (1.0 - fraction)
    left = float(utilisation.sum() - fixed.sum())
    moved: Array = fixed.copy()
    for k in np.argsort(price, kind="stable"):
        add = min(1.0 - fixed[k], left)
        moved[k] += add
        left -= add
    return moved


def period_of(view: View) -> float:
    """Length of a period of the plan [s]: no shorter than an interval, or most of the plan would be skipped."""
    return max(STEP, view.interval)


@dataclass
class LoadShifting:
    """Shifts `fraction` of the named workloads within windows of `window` [s] counted from the run's start."""

    workloads: list[int]
    fraction: float
    window: float
    _plan: dict[int, Array] = field(default_factory=dict)
    _window: int = -1

    def act(self, view: View, controls: Controls) -> None:
        """Replace the utilisation of the named workloads by the plan of the present window."""
        number = int(view.t // self.window)
        if number != self._window:
            self._plan = self._make(view, number)
            self._window = number
        period = int((view.t - number * self.window) // period_of(view))
        for column, moved in self._plan.items():
            controls.utilisation[:, column] = moved[min(period, moved.size - 1)]

    def _make(self, view: View, number: int) -> dict[int, Array]:
        # Work that is moved beyond the end of the run would be dropped.
        length = min(self.window, view.duration - number * self.window)
        periods = max(round(length / period_of(view)), 1)
        t = number * self.window + np.arange(periods, dtype=np.float64) * period_of(view)
        length_of = period_of(view)
        price = view.mean_ahead(view.inputs.price, t, length_of, PRICE_STEP)
        plans = {}
        for column in self.workloads:
            source, constant = view.inputs.workload[column]
            before = (
                np.full(periods, constant)
                if source is None
                else view.mean_ahead(source, t, length_of, max(WORK_STEP, view.interval))
            )
            plans[column] = shift(before, price, self.fraction)
        return plans
