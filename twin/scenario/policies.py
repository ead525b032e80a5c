"""What the site's controls are asked to do; `twin.policies` does it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator
from pydantic_core import InitErrorDetails

from twin.scenario.money import AvailabilityFee
from twin.scenario.part import Names, Part, problem
from twin.scenario.units import Fraction, Interval, Power, PowerRated


class FrequencyResponse(Part):
    """A frequency product carried by batteries, up to `power`, never below the state of charge `reserve`.

    `fee`, money per watt and second, is what a sizing study pays for power held ready; without one it earns
    nothing there. Great Britain's Dynamic Containment cleared at 17 GBP/MW/h for its first year (October 2020
    to September 2021) and at 1.38 in May and June 2023, when batteries had become many (Modo Energy, Cornwall
    Insight; secondary).
    """

    type: Literal[
        "dynamic-containment", "dynamic-moderation", "dynamic-regulation", "fcr", "fcr-n", "fcr-d-up"
    ]
    ups: Names | None = None
    storage: Names | None = None
    power: PowerRated
    reserve: Fraction
    fee: AvailabilityFee | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        return with_batteries(data, problems)


class Arbitrage(Part):
    """Charge batteries in the cheapest hours of the next `horizon` and discharge in the dearest."""

    type: Literal["arbitrage"]
    ups: Names | None = None
    storage: Names | None = None
    horizon: Interval
    reserve: Fraction

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        return with_batteries(data, problems)


class PeakShaving(Part):
    """Hold the power drawn from the grid below `limit`, W, by batteries, down to the charge `reserve`."""

    type: Literal["peak-shaving"]
    ups: Names | None = None
    storage: Names | None = None
    limit: Power
    reserve: Fraction

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        return with_batteries(data, problems)


class LoadShifting(Part):
    """Move up to `fraction` of the named workloads within `window`, from dear hours to cheap ones."""

    type: Literal["load-shifting"]
    workloads: Names
    fraction: Fraction
    window: Interval


class CoolingShift(Part):
    """Charge the cold stores of plants in the cheapest hours of the next `horizon` and discharge in the dearest.

    What each keeps for an outage is its own `reserve`.
    """

    type: Literal["cooling-shift"]
    plants: Names
    horizon: Interval


Policy = Annotated[
    FrequencyResponse | Arbitrage | PeakShaving | LoadShifting | CoolingShift, Discriminator("type")
]


def with_batteries(data: Any, problems: list[InitErrorDetails]) -> Any:
    """Add a problem when a battery policy names no battery."""
    if isinstance(data, dict) and not data.get("ups") and not data.get("storage"):
        problems.append(problem("name the batteries: ups, storage or both"))
    return data
