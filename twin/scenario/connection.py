"""The connection contract with the grid, as a user writes it."""

from __future__ import annotations

from twin.scenario.part import Part
from twin.scenario.tariff import DemandTariff
from twin.scenario.units import Fraction, PowerRated


class Connection(Part):
    """What the site may take from the grid, and what it has contracted.

    Attributes
    ----------
    capacity : float
        Capacity of the connection, W.
    demand : DemandTariff or None
        Contracted demand, its window and what an excess costs; None: that of the `tariff`. One of them is needed
        for the peak of the demand window.
    contract_min : float or None
        Least contract, as a share of the capacity; Guangdong asks for 0.4. None: there is none.
    """

    capacity: PowerRated
    demand: DemandTariff | None = None
    contract_min: Fraction | None = None
