"""Price arbitrage with storage: charge in cheap hours, discharge in dear ones, above the reserve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, tril, vstack

from twin.kernels import fields
from twin.kernels.scalar import Array
from twin.policies.control import Controls, View, storage_energy

HOUR = 3600.0

PRICE_STEP = 300.0
"""Shortest price period of electricity markets [s]."""

BOTH = 1e-6
"""Share of the power that counts as charging and discharging in the same hour."""


def plan_arbitrage(
    price: Array,
    step: float,
    energy: float,
    low: float,
    high: float,
    power: float,
    efficiency: float,
    delivered: float | None = None,
    taken: float | None = None,
) -> Array:
    """Best dispatch of a battery against known prices.

    Minimises the cost of charging less the revenue of discharging, as a linear programme over charge and
    discharge powers; the energy in store stays between `low` and `high`, and what is left at the end is worth
    the median price, so that a horizon's end does not empty the battery.

    Where a price is negative, the programme would charge and discharge at once, to be paid for the losses. A
    battery cannot: the smaller of the two is forbidden in such an hour and the rest is planned again.

    Parameters
    ----------
    price : (hour,) array
        Price of energy [money/J].
    step : float
        Length of a price period [s].
    energy, low, high : float
        Energy in store at the start and its limits [J].
    power : float
        Largest AC power either way [W].
    efficiency : float
        Of one way, 0 to 1.
    delivered, taken : float, optional
        Largest AC power delivered, and drawn to charge, where they are less than `power` [W].

    Returns
    -------
    (hour,) array
        AC power, delivering positive [W]. Followed hour by hour, it keeps the store within its limits.
    """
    n = price.size
    if power <= 0.0 or high <= low:
        return np.zeros(n)
    store = float(np.median(price))
    unit = power * step
    cost = np.concatenate([price - store * efficiency, -(price - store / efficiency)])
    # The solver takes costs below 1e-7 for nothing, and a price per joule is smaller.
    cost /= max(float(np.abs(cost).max()), 1e-300)
    below, above = max(energy - low, 0.0) / unit, max(high - energy, 0.0) / unit
    limits = LinearConstraint(
        flows(n, efficiency),
        np.concatenate([np.full(n, -below), np.zeros(n)]),
        np.concatenate([np.full(n, above), np.ones(n)]),
    )
    most = np.ones(2 * n)
    most[:n] = 1.0 if taken is None else min(max(taken / power, 0.0), 1.0)
    most[n:] = 1.0 if delivered is None else min(max(delivered / power, 0.0), 1.0)
    # Every round forbids one way of at least one hour, so that no more than `n` are needed.
    for _ in range(n + 1):
        # Nothing has to be whole: this is the plain way to the linear solver, which is called very often.
        found = milp(cost, constraints=limits, bounds=Bounds(np.zeros(2 * n), most))
        if not found.success:
            return np.zeros(n)
        charge, discharge = found.x[:n], found.x[n:]
        both = np.minimum(charge, discharge) > BOTH
        if not both.any():
            break
        most[:n][both & (charge <= discharge)] = 0.0
        most[n:][both & (charge > discharge)] = 0.0
    return followed((discharge - charge) * power, step, energy, low, high, efficiency)


@lru_cache(maxsize=64)
def flows(n: int, efficiency: float) -> Any:
    """What `n` charge and `n` discharge powers of 1 add to the store by each hour, and the sum of both in each hour."""
    stored = tril(csr_array(np.ones((n, n))), format="csr")
    moved = hstack([stored * efficiency, stored * (-1.0 / efficiency)], format="csr")
    return vstack([moved, hstack([eye_array(n), eye_array(n)])], format="csc")


def followed(plan: Array, step: float, energy: float, low: float, high: float, efficiency: float) -> Array:
    """A plan of AC powers [W], each cut to what the store can give or take when its hour comes."""
    power = np.zeros(plan.size)
    for hour, wanted in enumerate(plan):
        power[hour], energy = carried_out(float(wanted), step, energy, low, high, efficiency)
    return power


def carried_out(
    power: float, step: float, energy: float, low: float, high: float, efficiency: float
) -> tuple[float, float]:
    """An hour of planned AC `power` as the store can give or take it.

    Parameters
    ----------
    power : float
        Delivering positive [W].
    step : float
        Length of the hour [s].
    energy, low, high : float
        Energy in store and its limits [J]; below `low` nothing is given, above `high` nothing taken.
    efficiency : float
        Of one way, 0 to 1.

    Returns
    -------
    tuple of float
        Power carried out [W], and the energy in store after it [J].
    """
    if power > 0.0:
        power = min(power, max(energy - low, 0.0) * efficiency / step)
        return power, energy - power * step / efficiency
    power = max(power, -max(high - energy, 0.0) / (efficiency * step))
    return power, energy - power * step * efficiency


@dataclass
class Arbitrage:
    """Plans every hour over the horizon ahead and follows the plan's first hour.

    `reserve` is the charge left for an outage, `horizon` [s].
    """

    storage: list[int]
    horizon: float
    reserve: float
    _planned: int = -1
    _power: Array | None = None

    def act(self, view: View, controls: Controls) -> None:
        """Set the dispatch of each storage."""
        hour = int(view.t // HOUR)
        if hour != self._planned or self._power is None:
            self._power = self._plan(view, hour)
            self._planned = hour
        controls.storage_setpoint[:, self.storage] += self._power

    def memory(self) -> dict[str, Array]:
        """The hour that was planned and its dispatch: made from the charge at the hour's start."""
        if self._power is None:
            return {}
        return {"planned": np.array([self._planned]), "power": self._power}

    def recall(self, memory: dict[str, Array]) -> None:
        """Follow the plan of the hour in which a run was interrupted."""
        if memory:
            self._planned = int(memory["planned"][0])
            self._power = memory["power"]

    def _plan(self, view: View, hour: int) -> Array:
        hours = max(round(self.horizon / HOUR), 1)
        start = (hour + np.arange(hours, dtype=np.float64)) * HOUR
        # Prices change within hours of the run: markets have quarters, and a run need not start on the hour.
        price = view.mean_ahead(view.inputs.price, start, HOUR, PRICE_STEP)
        members = view.states["battery"].shape[0]
        power = np.zeros((members, len(self.storage)))
        n_ups = view.site.states["ups"].shape[2]
        for column, k in enumerate(self.storage):
            energy = storage_energy(view.site, k)
            rated = float(view.site.params["pcs"][0, fields.PCS_RATED, k])
            loss = view.site.params["pcs"][
                0, [fields.PCS_LOSS_0, fields.PCS_LOSS_1, fields.PCS_LOSS_2], k
            ].sum()
            # The converter stops at the highest reserve that anything asks of its battery.
            lowest = max(self.reserve, float(view.site.params["pcs"][0, fields.PCS_SOC_RESERVE, k]))
            highest = float(view.site.params["battery"][0, fields.BAT_SOC_MAX, n_ups + k])
            for m in range(members):
                soc = float(view.states["battery"][m, fields.BAT_SOC, n_ups + k])
                plan = plan_arbitrage(
                    price, HOUR, soc * energy, min(lowest, soc) * energy, max(highest, soc) * energy,
                    rated, 1.0 - float(loss),
                )  # fmt: skip
                power[m, column] = plan[0]
        return power


@dataclass
class PeakShaving:
    """Holds the power drawn from the grid below `limit` [W] with storage, and refills it below the limit."""

    storage: list[int]
    limit: float

    def act(self, view: View, controls: Controls) -> None:
        """Set the dispatch from the import of the last interval without storage."""
        imported = view.states["feed"][:, fields.FEED_POWER].sum(axis=1)
        delivered = view.states["bus"][:, fields.BUS_POWER_STORAGE].sum(axis=1)
        rated = view.site.params["pcs"][0, fields.PCS_RATED, self.storage]
        need = imported + delivered - self.limit
        # A tenth of the room refills the store: slow enough not to make a new peak of the refill.
        wanted = np.where(need > 0.0, need, 0.1 * need)
        part = rated / rated.sum()
        controls.storage_setpoint[:, self.storage] += np.clip(wanted[:, None] * part, -rated, rated)
