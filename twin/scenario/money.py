"""Money per something: '80 EUR/MWh'. One file keeps to one currency; nothing is exchanged here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic_core import PydanticCustomError, core_schema

from twin.errors import suggest
from twin.scenario.units import conversion, split

# ISO 4217 codes of the markets with open price series, and their neighbours.
CURRENCIES = frozenset(
    {
        "AED", "AUD", "BRL", "CAD", "CHF", "CLP", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF",
        "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "SAR", "SEK",
        "RON", "SGD", "THB", "TRY", "TWD", "USD", "VND", "ZAR",
    }
)  # fmt: skip
_MONEY_UNIT = re.compile(r"([A-Za-z]{3})\s*(/.*)?", re.DOTALL)


@dataclass(frozen=True)
class Money:
    """An amount of one currency, per whatever its field says (per joule, per watt and month, ...)."""

    currency: str
    value: float


@dataclass(frozen=True)
class MoneyPer:
    """What a price is per, and its bounds.

    Attributes
    ----------
    unit : str
        The unit below the fraction bar that the value is kept in, as pint spells it; '' for a plain amount.
    noun, example : str
        Used in messages.
    minimum : float or None
        Lower bound; None where a price may be negative.
    """

    unit: str
    noun: str
    example: str
    minimum: float | None = 0.0

    def parse(self, value: object) -> Money:
        """Return the money that `value` stands for; a PydanticCustomError carries the message."""
        if not isinstance(value, str):
            raise self._expected(value)
        try:
            number, given = split(value)
        except ValueError:
            raise self._expected(value) from None
        match = _MONEY_UNIT.fullmatch(given)
        if match is None:
            raise self._expected(value)
        if match[1] not in CURRENCIES:
            raise self._expected(value, f"unknown currency {match[1]!r}" + suggest(match[1], CURRENCIES))
        if bool(match[2]) != bool(self.unit):
            raise self._expected(value)
        if self.unit:
            try:
                # The text starts with the fraction bar, so '/kWh' is read as 1/kWh.
                number *= conversion(match[2], f"1/({self.unit})")
            except ValueError:
                raise self._expected(value) from None
        if self.minimum is not None and number < self.minimum:
            raise self._expected(value, "it must not be negative")
        return Money(match[1], number)

    def _expected(self, value: object, why: str = "") -> PydanticCustomError:
        shown = repr(value) if len(repr(value)) < 60 else repr(value)[:57] + "..."
        end = f" ({why})" if why else ""
        return PydanticCustomError(
            "money",
            "expected {noun} such as {example}, got {shown}{end}",
            {"noun": self.noun, "example": repr(self.example), "shown": shown, "end": end},
        )

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.parse)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": r"^\s*[+-]?[0-9.]",
            "description": f"{self.noun} such as {self.example!r}",
        }


EnergyPrice = Annotated[Money, MoneyPer("J", "a price of energy", "80 EUR/MWh", minimum=None)]
# Per watt and billing month: a demand charge is read off once a month, however long the month is.
DemandPrice = Annotated[Money, MoneyPer("W*month", "a demand charge", "36.1 CNY/kW/month")]
CostPerPower = Annotated[Money, MoneyPer("W", "a cost per power", "650 USD/kW")]
CostPerEnergy = Annotated[Money, MoneyPer("J", "a cost per energy capacity", "400 USD/kWh")]
CostPerPowerYear = Annotated[Money, MoneyPer("W*year", "a yearly cost per power", "20 USD/kW/year")]
# Paid for power held ready, by the hour: markets write it per MW and h, which is not a price of energy delivered.
AvailabilityFee = Annotated[Money, MoneyPer("W*s", "an availability fee", "5 GBP/MW/h")]
CostPerVolume = Annotated[Money, MoneyPer("m^3", "a cost per volume", "1.2 USD/L")]
CostPerMass = Annotated[Money, MoneyPer("kg", "a cost per mass", "50 EUR/t")]
Amount = Annotated[Money, MoneyPer("", "an amount of money", "20000 EUR")]
