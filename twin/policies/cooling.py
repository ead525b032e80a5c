"""Cold stores against prices: charge them in cheap hours, discharge them in dear ones, above the reserve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twin.kernels import fields as f
from twin.kernels.plant_store import store_energy
from twin.kernels.scalar import Array
from twin.policies.arbitrage import HOUR, PRICE_STEP, plan_arbitrage
from twin.policies.control import Controls, View

WORTH = 0.99
"""One way of the store as the plan counts it: heat is not moved for less than 2 % between two prices (assumed)."""


@dataclass
class CoolingShift:
    """Plans the stores of `plants` (indices) every hour over `horizon` [s] and follows the plan's first hour.

    The plan takes the load and the heat that a kilowatt-hour moves to stay as they are: what the night's colder air
    saves comes on top. Chillers charge with what the load leaves of their reference capacity.
    """

    plants: list[int]
    horizon: float
    _planned: int = -1
    _heat: Array | None = None

    def act(self, view: View, controls: Controls) -> None:
        """Order a heat of each store."""
        hour = int(view.t // HOUR)
        if hour != self._planned or self._heat is None:
            self._heat = self._plan(view, hour)
            self._planned = hour
        controls.store_heat[:, self.plants] = self._heat

    def memory(self) -> dict[str, Array]:
        """The hour that was planned and its orders: made from the content at the hour's start."""
        if self._heat is None:
            return {}
        return {"planned": np.array([self._planned]), "heat": self._heat}

    def recall(self, memory: dict[str, Array]) -> None:
        """Follow the plan of the hour in which a run was interrupted."""
        if memory:
            self._planned = int(memory["planned"][0])
            self._heat = memory["heat"]

    def _plan(self, view: View, hour: int) -> Array:
        hours = max(round(self.horizon / HOUR), 1)
        start = (hour + np.arange(hours, dtype=np.float64)) * HOUR
        price = view.mean_ahead(view.inputs.price, start, HOUR, PRICE_STEP)
        p, states = view.site.params["plant"][0], view.states["plant"]
        heat = np.zeros((states.shape[0], len(self.plants)))
        for column, k in enumerate(self.plants):
            energy = store_energy(p, k)
            for m, s in enumerate(states):
                content = float(s[f.PLANT_STORE_SOC, k])
                taken, given = limits(p, s, k)
                plan = plan_arbitrage(
                    price, HOUR, content * energy, min(p[f.PLANT_STORE_RESERVE, k], content) * energy, energy,
                    max(taken, given), WORTH, given, taken,
                )  # fmt: skip
                heat[m, column] = plan[0]
        return heat


def limits(p: Array, s: Array, k: int) -> tuple[float, float]:
    """Largest heat that the store of plant `k` can be charged with and can give, at the present load [W].

    Parameters
    ----------
    p, s : (field, plant) array
        Parameters and states of plants.
    k : int
        Plant. Without chillers the economiser is taken to be able to charge it.
    """
    load = float(s[f.PLANT_LOAD, k])
    taken = float(p[f.PLANT_STORE_CHARGE, k])
    share = float(p[f.PLANT_ICE_CAPACITY, k]) if p[f.PLANT_STORE, k] == f.COLD_ICE else 1.0
    if p[f.PLANT_CHILLERS, k] > 0.0:
        spare = float(p[f.PLANT_CHILLERS, k] * p[f.PLANT_CAPACITY, k]) - load
        taken = min(taken, max(spare, 0.0) * share)
    span = max(float(s[f.PLANT_T_RETURN, k] - p[f.PLANT_T_SET, k]), 0.0)
    full = float(p[f.PLANT_STORE_FLOW, k] * p[f.PLANT_STORE_HEAT, k])
    given = full * (p[f.PLANT_STORE_RISE, k] if p[f.PLANT_STORE, k] == f.COLD_ICE else span)
    return taken, min(load, float(given))
