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
from twin.policies.arbitrage import carried_out, plan_arbitrage

HOUR = 3600.0
DAY_HOURS = 24
YEAR_HOURS = 8766.0


@dataclass(frozen=True)
class Storage:
    """What a plan may use of a storage.

    Attributes
    ----------
    energy : float
        Between empty and full [J].
    power, delivered : float
        Largest AC power either way, and delivered, which may be less: a site that is paid for what it does not
        buy, and not for what it sends out, delivers no more than it draws [W].
    efficiency : float
        Of one way, 0 to 1.
    low, high, start : float
        State of charge: the reserve, the highest, and at the start. A start below the reserve is charged first
        come a cheap hour; it is never discharged.
    """

    energy: float
    power: float
    delivered: float
    efficiency: float
    low: float
    high: float
    start: float


@dataclass(frozen=True)
class Operation:
    """A year of a storage.

    Attributes
    ----------
    soc : (hour + 1,) array
        State of charge at the start of each hour and at the end.
    power : (hour,) array
        AC power of each hour, delivering positive [W].
    revenue : float
        Energy sold less energy bought at the price signal, per year [money].
    cycles : float
        Full equivalent cycles per year.
    """

    soc: Array
    power: Array
    revenue: float
    cycles: float

    def soc_at(self, t: Array) -> Array:
        """State of charge at times `t` after the start of the year [s]."""
        hours = np.arange(self.soc.size) * HOUR
        return np.interp(t, hours, self.soc)


def response_share(year: Operation, storage: Storage, offered: float, duration: float, low: float) -> float:
    """Share of the hours of a year in which a symmetrical frequency response can be offered.

    In such an hour the charge above the reserve can deliver `offered` for the product's duration, the room below
    the highest charge can take it as long, at the start and at the end of the hour, and the converter has that
    much power beside what it trades.

    Parameters
    ----------
    year : Operation
        Of the storage.
    storage : Storage
        Its limits.
    offered, duration : float
        Power [W], and how long the product asks for it [s].
    low : float
        State of charge at which the response stops.
    """
    if not 0.0 < offered <= storage.power:
        return 0.0
    need = offered * duration / (storage.efficiency * storage.energy)
    room = offered * duration * storage.efficiency / storage.energy
    ready = (year.soc >= low + need - 1e-9) & (year.soc <= storage.high - room + 1e-9)
    power = np.abs(year.power) + offered <= storage.power * (1.0 + 1e-9)
    return float((ready[:-1] & ready[1:] & power).mean())


def one_way_efficiency(site: Site, variant: int, k: int) -> float:
    """Share of power that passes converter `k` and the resistance of its battery one way, at rated power."""
    b = site.states["ups"].shape[2] + k
    battery = site.params["battery"][variant, :, b]
    pcs = site.params["pcs"][variant, :, k]
    emf = battery[f.BAT_SERIES] * battery[f.BAT_OCV_0 + f.BAT_OCV_POINTS // 2]
    heat = (battery[f.BAT_R0] + battery[f.BAT_R1] + battery[f.BAT_R2]) * pcs[f.PCS_RATED] / emf**2
    return float((1.0 - heat) / (1.0 + pcs[f.PCS_LOSS_0] + pcs[f.PCS_LOSS_1] + pcs[f.PCS_LOSS_2]))


def arbitrage_year(price: Array, storage: Storage, horizon_hours: int) -> Operation:
    """Dispatch of a storage against a year of hourly prices.

    Prices without any spread over the horizon earn nothing: the storage is then brought back to the charge of its
    start, and waits.

    Parameters
    ----------
    price : (hour,) array
        Price of energy [money/J].
    storage : Storage
        What is dispatched.
    horizon_hours : int
        Hours of prices a plan looks at; its first day is carried out.

    Returns
    -------
    Operation
        Scaled to a year of 8766 h.
    """
    energy, low, high = (storage.energy * x for x in (1.0, storage.low, storage.high))
    held = np.full(price.size + 1, storage.start * energy)
    given = np.zeros(price.size)
    # Tariffs repeat themselves: a day that starts like an earlier one is planned once.
    plans: dict[tuple[bytes, float], Array] = {}
    if energy > 0.0 and storage.power > 0.0 and high > low and np.ptp(price) > 0.0:
        stride = min(max(horizon_hours, 1), DAY_HOURS)
        for first in range(0, price.size, stride):
            ahead = price[first : first + max(horizon_hours, 1)]
            now = float(held[first])
            known = (ahead.tobytes(), now)
            if known not in plans:
                plans[known] = planned(ahead, storage, now)
            for hour in range(first, min(first + stride, price.size)):
                given[hour], held[hour + 1] = carried_out(
                    float(plans[known][hour - first]), HOUR, held[hour], low, high, storage.efficiency
                )
    scale = YEAR_HOURS / price.size
    soc = held / energy if energy > 0.0 else np.full(price.size + 1, storage.start)
    through = np.abs(np.diff(soc)).sum() / 2.0
    return Operation(soc, given, float((given * price).sum() * HOUR * scale), float(through * scale))


def planned(price: Array, storage: Storage, held: float) -> Array:
    """AC power of each hour ahead [W] with `held` [J] in store."""
    energy, efficiency = storage.energy, storage.efficiency
    if np.ptp(price) == 0.0:
        missing = max(storage.start * energy - held, 0.0) / (efficiency * HOUR)
        back: Array = -np.clip(missing - storage.power * np.arange(price.size), 0.0, storage.power)
        return back
    return plan_arbitrage(
        price, HOUR, held, min(storage.low * energy, held), max(storage.high * energy, held), storage.power,
        efficiency, storage.delivered,
    )  # fmt: skip
