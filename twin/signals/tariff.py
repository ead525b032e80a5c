"""Tariffs: what a joule costs at each instant, and the charges that come on top."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem
from twin.signals.clock import zone_named
from twin.signals.time_of_use import TimeOfUse, finite

Array = NDArray[np.float64]
Lookup = Callable[[Array], Array]
"""Epoch seconds UTC -> value in SI."""


@dataclass(frozen=True)
class Flat:
    """One energy price for ever.

    Attributes
    ----------
    price : [currency/J].
    """

    price: float

    def __post_init__(self) -> None:
        finite(self.price, "energy.price")


@dataclass(frozen=True)
class Spot:
    """The market price, limited and with a fixed part added: min(max(spot, floor), cap) + adder.

    Attributes
    ----------
    cap, floor : limits of the spot price [currency/J], or None.
    adder : grid fees and levies [currency/J].
    """

    cap: float | None = None
    floor: float | None = None
    adder: float = 0.0

    def __post_init__(self) -> None:
        finite(self.adder, "energy.adder")
        for key, limit in (("cap", self.cap), ("floor", self.floor)):
            if limit is not None:
                finite(limit, f"energy.{key}")
        if self.cap is not None and self.floor is not None and self.floor > self.cap:
            raise InputError(Problem("the floor is above the cap", key="energy.floor"))

    def price(self, spot: Array) -> Array:
        """Price paid [currency/J] at a spot price [currency/J]."""
        limited = spot if self.floor is None else np.maximum(spot, self.floor)
        limited = limited if self.cap is None else np.minimum(limited, self.cap)
        return limited + self.adder


@dataclass(frozen=True)
class MaximumDemand:
    """A monthly charge on the largest mean power over a window aligned to the local clock.

    Attributes
    ----------
    price : [currency/W] per month.
    window : 900, 1800 or 3600 [s].
    contract : contracted demand [W], or None: the peak itself is billed.
    excess_above, excess_multiple : with a contract, the part of the peak above excess_above x contract is
        billed excess_multiple times. Guangdong: 1.05 and 2 (S).
    """

    price: float
    window: float
    contract: float | None = None
    excess_above: float | None = None
    excess_multiple: float | None = None

    def __post_init__(self) -> None:
        finite(self.price, "demand.price")
        if self.window not in (900.0, 1800.0, 3600.0):
            raise InputError(
                Problem(
                    f"a demand window is 15, 30 or 60 min, found {self.window / 60.0:g} min",
                    key="demand.window",
                )
            )
        rules = (self.excess_above, self.excess_multiple)
        if (self.contract is None) != (rules == (None, None)) or (None in rules and rules != (None, None)):
            raise InputError(
                Problem(
                    "contract, excess_above and excess_multiple belong together: give all three or none",
                    key="demand",
                )
            )
        if self.contract is not None and not (
            self.contract > 0.0 and (self.excess_above or 0.0) >= 1.0 and (self.excess_multiple or 0.0) >= 1.0
        ):
            raise InputError(
                Problem(
                    "expected contract above 0, excess_above and excess_multiple of 1 or more", key="demand"
                )
            )

    def billed(self, peak: float) -> float:
        """Billed demand [W] for a month's peak [W].

        contract + multiple (peak - above contract) beyond the limit, the contract below it: the rule of
        contracted maximum demand in Chinese two-part tariffs (NDRC 2016 No. 1583; M).
        """
        if self.contract is None or self.excess_above is None or self.excess_multiple is None:
            return peak
        return self.contract + self.excess_multiple * max(0.0, peak - self.excess_above * self.contract)


@dataclass(frozen=True)
class ContractCapacity:
    """A monthly charge on connected transformer capacity, whatever is used.

    Attributes
    ----------
    price : [currency/VA] per month.
    capacity : [VA].
    """

    price: float
    capacity: float

    def __post_init__(self) -> None:
        finite(self.price, "demand.price")
        if not self.capacity > 0.0:
            raise InputError(
                Problem(f"expected a capacity above 0, found {self.capacity:g} VA", key="demand.capacity")
            )


@dataclass(frozen=True)
class GreenCertificate:
    """Certificates bought for a share of the energy used.

    Attributes
    ----------
    price : [currency/J].
    share : 0..1 of imported energy.
    """

    price: float
    share: float

    def __post_init__(self) -> None:
        finite(self.price, "green_certificate.price")
        if not 0.0 <= self.share <= 1.0:
            raise InputError(
                Problem(f"share {self.share:g} is outside 0 to 1", key="green_certificate.share")
            )


Energy = Flat | TimeOfUse | Spot
Demand = MaximumDemand | ContractCapacity


@dataclass(frozen=True)
class Tariff:
    """Everything a site pays for electricity, in one currency.

    Attributes
    ----------
    currency : ISO 4217 code.
    zone : local clock of months and demand windows.
    energy, demand, green_certificate : see their classes.
    carbon_price : [currency/kg], or None.
    export_price : paid for exported energy [currency/J]; None: counted but not paid.
    """

    currency: str
    zone: str
    energy: Energy
    demand: Demand | None = None
    green_certificate: GreenCertificate | None = None
    carbon_price: float | None = None
    export_price: float | None = None

    def __post_init__(self) -> None:
        zone_named(self.zone)
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise InputError(
                Problem(f"expected a currency code such as EUR, found '{self.currency}'", key="currency")
            )
        for key in ("carbon_price", "export_price"):
            value = getattr(self, key)
            if value is not None:
                finite(value, key)

    def price_at(self, time: Array, spot: Lookup | None) -> Array:
        """Energy price [currency/J] at epoch instants [s]; a spot tariff needs the spot price lookup."""
        if isinstance(self.energy, Flat):
            return np.full(time.shape, self.energy.price)
        if isinstance(self.energy, TimeOfUse):
            return self.energy.price_at(time)
        if spot is None:
            raise InputError(
                Problem("a spot tariff needs signals.price with the market's prices", key="energy.type")
            )
        return self.energy.price(spot(time))
