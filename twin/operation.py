"""A year of what storage does while nothing fails: its state of charge when an outage comes, and its revenue.

Storage bids its energy above the reserve; what lies below waits for an outage. Each day is planned against the
prices of the policy's horizon (known a day ahead), as the policy of a run does, and its first day is carried out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twin.kernels import fields as f
from twin.kernels.scalar import Array
from twin.kernels.site import Site
from twin.policies.arbitrage import plan_arbitrage

HOUR = 3600.0
DAY_HOURS = 24


@dataclass(frozen=True)
class Operation:
    """A year of a storage.

    Attributes
    ----------
    soc : (hour + 1,) array
        State of charge at the start of each hour and at the end.
    revenue : float
        Energy sold less energy bought at the price signal, per year [money].
    cycles : float
        Full equivalent cycles per year.
    """

    soc: Array
    revenue: float
    cycles: float

    def soc_at(self, t: Array) -> Array:
        """State of charge at times `t` after the start of the year [s]."""
        hours = np.arange(self.soc.size) * HOUR
        return np.interp(t, hours, self.soc)


def one_way_efficiency(site: Site, variant: int, k: int) -> float:
    """Share of power that passes converter `k` and the resistance of its battery one way, at rated power."""
    b = site.states["ups"].shape[2] + k
    battery = site.params["battery"][variant, :, b]
    pcs = site.params["pcs"][variant, :, k]
    emf = battery[f.BAT_SERIES] * battery[f.BAT_OCV_0 + f.BAT_OCV_POINTS // 2]
    heat = (battery[f.BAT_R0] + battery[f.BAT_R1]) * pcs[f.PCS_RATED] / emf**2
    return float((1.0 - heat) / (1.0 + pcs[f.PCS_LOSS_0] + pcs[f.PCS_LOSS_1] + pcs[f.PCS_LOSS_2]))


def arbitrage_year(
    price: Array,
    energy: float,
    power: float,
    efficiency: float,
    low: float,
    high: float,
    start: float,
    horizon_hours: int,
) -> Operation:
    """Dispatch of a storage against a year of hourly prices.

    Parameters
    ----------
    price : (hour,) array
        Price of energy [money/J].
    energy, power : float
        Between empty and full [J]; largest AC power either way [W].
    efficiency : float
        Of one way, 0 to 1.
    low, high, start : float
        State of charge: the reserve, the highest, and at the start. A start below the reserve is charged first
        come a cheap hour; it is never discharged.
    horizon_hours : int
        Hours of prices a plan looks at; its first day is carried out.

    Returns
    -------
    Operation
        Scaled to a year of 8766 h.
    """
    soc = np.full(price.size + 1, start)
    given = np.zeros(price.size)
    if energy > 0.0 and power > 0.0 and high > low and np.ptp(price) > 0.0:
        stride = min(max(horizon_hours, 1), DAY_HOURS)
        for first in range(0, price.size, stride):
            ahead = price[first : first + max(horizon_hours, 1)]
            held = soc[first]
            plan = plan_arbitrage(
                ahead,
                HOUR,
                held * energy,
                min(low, held) * energy,
                max(high, held) * energy,
                power,
                efficiency,
            )
            for hour in range(first, min(first + stride, price.size)):
                wanted = float(plan[hour - first])
                given[hour], soc[hour + 1] = carried_out(wanted, soc[hour], energy, efficiency, low, high)
    scale = 8766.0 / price.size
    through = np.abs(np.diff(soc)).sum() / 2.0
    return Operation(soc, float((given * price).sum() * HOUR * scale), float(through * scale))


def carried_out(
    power: float, soc: float, energy: float, efficiency: float, low: float, high: float
) -> tuple[float, float]:
    """An hour of planned AC `power` as the battery can give or take it: that power [W], and the charge after it.

    A plan may charge and discharge in one hour, which a battery cannot: only the difference is carried out.
    """
    if power > 0.0:
        power = min(power, max(soc - low, 0.0) * energy * efficiency / HOUR)
        return power, soc - power * HOUR / (efficiency * energy)
    power = max(power, -max(high - soc, 0.0) * energy / (efficiency * HOUR))
    return power, soc - power * HOUR * efficiency / energy
