"""Price arbitrage with storage: charge in cheap hours, discharge in dear ones, above the reserve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, tril, vstack

from twin.kernels import fields
from twin.kernels.scalar import Array
from twin.policies.control import Controls, View, storage_energy

HOUR = 3600.0


def plan_arbitrage(
    price: Array, step: float, energy: float, low: float, high: float, power: float, efficiency: float
) -> Array:
    """Best dispatch of a battery against known prices.

    Minimises the cost of charging less the revenue of discharging, as a linear programme over charge and
    discharge powers; the energy in store stays between `low` and `high`, and what is left at the end is worth
    the median price, so that a horizon's end does not empty the battery.

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

    Returns
    -------
    (hour,) array
        AC power, delivering positive [W].
    """
    n = price.size
    if power <= 0.0 or high <= low:
        return np.zeros(n)
    store = float(np.median(price))
    cost = np.concatenate([price - store * efficiency, -(price - store / efficiency)]) * step
    stored = tril(csr_array(np.ones((n, n))), format="csr")
    moved = hstack([stored * (efficiency * step), stored * (-step / efficiency)], format="csr")
    limits = vstack([moved, -moved, hstack([eye_array(n), eye_array(n)])], format="csr")
    bounds = np.concatenate([np.full(n, high - energy), np.full(n, energy - low), np.full(n, power)])
    scale = max(energy, high, 1.0)
    found = linprog(
        cost * power / scale, A_ub=limits * (power / scale), b_ub=np.maximum(bounds, 0.0) / scale,
        bounds=(0.0, 1.0), method="highs",
    )  # fmt: skip
    if not found.success:
        return np.zeros(n)
    plan: Array = (found.x[n:] - found.x[:n]) * power
    return plan


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

    def _plan(self, view: View, hour: int) -> Array:
        hours = max(round(self.horizon / HOUR), 1)
        price = view.price_ahead((hour + np.arange(hours)) * HOUR)
        members = view.states["battery"].shape[0]
        power = np.zeros((members, len(self.storage)))
        n_ups = view.site.states["ups"].shape[2]
        for column, k in enumerate(self.storage):
            energy = storage_energy(view.site, k)
            rated = float(view.site.params["pcs"][0, fields.PCS_RATED, k])
            loss = view.site.params["pcs"][
                0, [fields.PCS_LOSS_0, fields.PCS_LOSS_1, fields.PCS_LOSS_2], k
            ].sum()
            highest = float(view.site.params["battery"][0, fields.BAT_SOC_MAX, n_ups + k])
            for m in range(members):
                soc = float(view.states["battery"][m, fields.BAT_SOC, n_ups + k])
                plan = plan_arbitrage(
                    price, HOUR, soc * energy, min(self.reserve, soc) * energy, max(highest, soc) * energy,
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
