"""What the storage of each design does in a year of the scenario's policies, and what that earns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twin import operation
from twin.inputs import Inputs
from twin.kernels import fields as f
from twin.kernels.scalar import Array
from twin.operation import HOUR, YEAR_HOURS, Operation, Storage
from twin.policies.frequency import CURVES
from twin.scenario.policies import Arbitrage, FrequencyResponse
from twin.scenario.scenario import Scenario
from twin.sizing.designs import Fleet

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


@dataclass(frozen=True)
class Services:
    """A year of a design's storage.

    Attributes
    ----------
    operation : Operation
        Its state of charge and what it trades.
    offered : float
        Frequency response it offers [W].
    share : float
        Share of hours in which it can.
    availability : float
        Paid for that, per year [money].
    """

    operation: Operation
    offered: float = 0.0
    share: float = 0.0
    availability: float = 0.0

    @property
    def revenue(self) -> float:
        """Of trading and of frequency response, per year [money]."""
        return self.operation.revenue + self.availability


def year_of_services(
    scenario: Scenario, every: Fleet, inputs: Inputs, drawn: float, notes: list[str]
) -> list[Services]:
    """A year of each design's storage under the policies of the scenario.

    Parameters
    ----------
    scenario : Scenario
        With its policies.
    every : Fleet
        The designs.
    inputs : Inputs
        Prices.
    drawn : float
        What the site draws from the grid, mean [W]; trading delivers no more.
    notes : list of str
        What to know of it is added here.
    """
    name = every.facility.site.names["pcs"][every.storage]
    using = [p for p in scenario.policies if name in (getattr(p, "storage", None) or ())]
    trading = next((p for p in using if isinstance(p, Arbitrage)), None)
    response = next((p for p in using if isinstance(p, FrequencyResponse)), None)
    notes += told(scenario, trading, response, drawn, inputs.currency)
    price = hourly_prices(inputs) if trading is not None else np.zeros(2)
    done: dict[tuple[float, float], Services] = {}
    for v, design in enumerate(every.designs):
        size = (design.storage_power, design.storage_energy)
        if size not in done:
            done[size] = services(scenario, every, v, trading, response, price, drawn)
    found = [done[design.storage_power, design.storage_energy] for design in every.designs]
    if response is not None and response.fee is not None and not any(year.share for year in found):
        notes.append(
            f"No design can offer {response.type}: between the reserve and a full battery there is never room for "
            "its duration both ways. Lower the reserve or `initial_soc`."
        )
    return found


def services(
    scenario: Scenario,
    every: Fleet,
    v: int,
    trading: Arbitrage | None,
    response: FrequencyResponse | None,
    price: Array,
    drawn: float,
) -> Services:
    """A year of the storage of design `v`."""
    site, k, design = every.facility.site, every.storage, every.designs[v]
    unit = scenario.electrical.storage[site.names["pcs"][k]]
    column = site.states["ups"].shape[2] + k
    battery = site.params["battery"][v, :, column]
    least = max(unit.reserve, float(battery[f.BAT_SOC_MIN]))
    power = min(design.storage_power, float(battery[f.BAT_POWER_MAX_DIS]))
    storage = Storage(
        energy=design.storage_energy,
        power=power,
        delivered=min(power, drawn),
        efficiency=operation.one_way_efficiency(site, v, k),
        low=max(least, trading.reserve if trading is not None else 1.0),
        high=float(battery[f.BAT_SOC_MAX]),
        start=float(site.states["battery"][v, f.BAT_SOC, column]),
    )
    year = operation.arbitrage_year(price, storage, round(trading.horizon / HOUR) if trading else 24)
    if response is None or response.fee is None or response.type not in CURVES or power <= 0.0:
        return Services(year)
    offered = offered_by(every, v, response)
    duration = CURVES[response.type].duration
    share = operation.response_share(year, storage, offered, duration, max(least, response.reserve))
    return Services(year, offered, share, response.fee.value * offered * share * YEAR_HOURS * HOUR)


def offered_by(every: Fleet, v: int, response: FrequencyResponse) -> float:
    """Part of the committed response that the varied storage of design `v` carries [W], by rating as in a run."""
    site, facility = every.facility.site, every.facility
    n_ups = site.states["ups"].shape[2]
    ratings = site.params["battery"][v, f.BAT_POWER_MAX_DIS]
    chosen = [u for name in response.ups or () for u in facility.ups[name]]
    chosen += [n_ups + k for name in response.storage or () for k in facility.storage[name]]
    mine = float(ratings[n_ups + every.storage])
    rated = float(site.params["pcs"][v, f.PCS_RATED, every.storage])
    return min(response.power * mine / float(ratings[chosen].sum()), mine, rated)


def hourly_prices(inputs: Inputs) -> Array:
    """Price at the start of every hour of a year [money/J]."""
    values = inputs.price.at(HOUR * np.arange(round(YEAR_HOURS), dtype=np.float64))
    assert isinstance(values, np.ndarray)
    return values


def told(
    scenario: Scenario,
    trading: Arbitrage | None,
    response: FrequencyResponse | None,
    drawn: float,
    currency: str,
) -> list[str]:
    """What to know of the year of services."""
    lines = []
    if trading is None:
        lines.append("No policy trades with the storage: it rests at its initial charge.")
    else:
        lines.append(
            f"Trading sees prices a day ahead and delivers no more than the site draws, {drawn / 1e6:.2f} MW: nothing "
            "is sold to the grid. Demand charges are not counted, neither those it saves nor those it causes."
        )
        tariff = scenario.signals.price.tariff
        unknown = [MONTHS[m - 1] for m in range(1, 13) if tariff is not None and not tariff.covers(m)]
        if tariff is not None and unknown:
            lines.append(
                f"Tariff {tariff.type} has no published hours for {', '.join(unknown)}: these months are flat and earn "
                "nothing; the storage waits at its initial charge."
            )
    if response is not None and response.fee is None:
        lines.append(f"No `fee` is given for {response.type}: it earns nothing.")
    if response is not None and response.fee is not None:
        lines.append(
            f"{response.type} is paid {response.fee.value * 3.6e9:g} {currency}/MW/h for what the varied storage "
            "offers in hours with room for its duration both ways. The energy it moves is taken to even out: outages "
            "start from the charge that trading leaves."
        )
    return lines
