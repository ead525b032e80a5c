"""One generating set alone on its bus, for the tests of its state machine and its fuel."""

from __future__ import annotations

import numpy as np
from site_builder import one

from twin.kernels import fields as f
from twin.kernels.genset import genset_interval, genset_step
from twin.kernels.genset_plant import plant_close_step, plant_power_step

LOAD = np.array([0.25, 0.5, 0.75, 1.0])
RATE = np.array([0.324, 0.273, 0.261, 0.269]) * 1e-3 / 3.6e6
"""Data sheet of 2 MW sets: fuel per energy [m3/J] at load."""


class Set:
    """One set, called or not, alone on its bus."""

    def __init__(self, **values: float) -> None:
        self.p, self.s = one("genset", **values)

    def modes(self, calls: str, dt: float, power: float = 0.0, close: bool = True) -> list[int]:
        """Mode after each step; one letter a step, 'c' where the bus calls."""
        genset_interval(self.p, self.s, 0, dt)
        found = []
        for call in calls:
            genset_step(self.p, self.s, 0, call == "c", dt)
            if close:
                plant_close_step(self.p, self.s, 0, 1, False, 0.0, 0.0, dt)
            on = self[f.GEN_MODE] == f.GEN_ON_BUS
            plant_power_step(self.p, self.s, 0, 1, power if on else 0.0, on, dt)
            found.append(int(self[f.GEN_MODE]))
        return found

    def __getitem__(self, index: int) -> float:
        return float(self.s[index, 0])

    def __setitem__(self, index: int, value: float) -> None:
        self.s[index, 0] = value


def diesel(**values: float) -> Set:
    """A 2 MW set with the fuel curve fitted to its data sheet, as the facility does."""
    fuel = np.polynomial.polynomial.polyfit(LOAD, LOAD * 2e6 * RATE, 2)
    curve = {f"fuel_{k}": float(v) for k, v in enumerate(fuel)}
    return Set(**{"power_rated": 2e6, "tank": 6.5} | curve | values)
