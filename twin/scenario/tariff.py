"""What the site pays, as a user writes it; `twin.signals.tariff` prices and bills with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field
from pydantic_core import InitErrorDetails, PydanticCustomError

from twin.scenario.electrical import one_of
from twin.scenario.money import CostPerMass, DemandPrice, EnergyPrice, Money
from twin.scenario.part import Equipment, Part, problem
from twin.scenario.run import TimeZone
from twin.scenario.units import Fraction, Interval, PowerRated, Ratio

if TYPE_CHECKING:
    from twin.signals.tariff import ContractCapacity, Flat, MaximumDemand, Spot, Tariff
    from twin.signals.time_of_use import TimeOfUse

PeriodName = Literal["sharp", "peak", "flat", "valley", "deep"]
_HOURS = re.compile(r"(\d{1,2}(?:\.\d+)?)-(\d{1,2}(?:\.\d+)?)")
_MONTHS = range(1, 13)


def window(text: object) -> tuple[float, float]:
    """Return hours of a local day such as '11-14' or '8.5-11.5'; a PydanticCustomError says why not."""
    match = _HOURS.fullmatch(text) if isinstance(text, str) else None
    if match is None or not 0.0 <= float(match[1]) < float(match[2]) <= 24.0:
        expected = "expected hours of a day such as '11-14', got {shown}"
        raise PydanticCustomError("scenario", expected, {"shown": repr(text)[:60]})
    return float(match[1]), float(match[2])


class Season(Part):
    """Months that share their hours; `hours` maps a period to spans such as '11-14' of local time.

    An hour that no period claims is flat.
    """

    months: Annotated[list[Annotated[int, Field(ge=1, le=12)]], Field(min_length=1)]
    hours: dict[PeriodName, list[str]]

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        hours = data.get("hours") if isinstance(data, dict) else None
        claimed: list[tuple[float, float]] = []
        for period, spans in hours.items() if isinstance(hours, dict) else ():
            for index, span in enumerate(spans if isinstance(spans, list) else ()):
                try:
                    start, end = window(span)
                except PydanticCustomError as error:
                    problems.append(problem(error.message(), ("hours", period, index)))
                    continue
                if any(start < other_end and other < end for other, other_end in claimed):
                    problems.append(problem(f"{span} overlaps other hours", ("hours", period, index)))
                claimed.append((start, end))
        return data


class TimeOfUseTariff(Equipment):
    """A time-of-use tariff: the flat price, the ratio of every period to it, and the hours by season.

    Attributes
    ----------
    price_flat : Money
        Per joule.
    ratios : dict
        Period -> price over the flat price.
    seasons : list of Season
    time_zone : str
        Of the hours.
    """

    kind: ClassVar[str] = "tariff"
    price_flat: EnergyPrice
    ratios: dict[PeriodName, Ratio]
    seasons: Annotated[list[Season], Field(min_length=1)]
    time_zone: TimeZone

    def covers(self, month: int) -> bool:
        """Whether the hours of a month, 1 to 12, are known."""
        return any(month in season.months for season in self.seasons)

    def time_of_use(self) -> TimeOfUse:
        """Return the energy price for `twin.signals.tariff`.

        Months whose hours are not known are passed on as flat, because a year must be complete there; a run
        that touches one has been refused by `twin.scenario.load`.
        """
        from twin.signals.time_of_use import Period, TimeOfUse

        flat = self.ratios.get("flat", 1.0)
        periods = []
        for season in self.seasons:
            months = tuple(season.months)
            for name, spans in season.hours.items():
                periods.append(Period(name, self.ratios[name], months, tuple(window(s) for s in spans)))
            if "flat" not in season.hours:
                periods.append(Period("flat", flat, months, None))
        unknown = tuple(month for month in _MONTHS if not self.covers(month))
        if unknown:
            periods.append(Period("flat", flat, unknown, None))
        return TimeOfUse(self.time_zone, self.price_flat.value, periods)

    def tariff(self) -> Tariff:
        """Return this energy price as a whole tariff, for a price signal."""
        from twin.signals.tariff import Tariff

        return Tariff(self.price_flat.currency, self.time_zone, self.time_of_use())

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        ratios = data.get("ratios") if isinstance(data, dict) else None
        seasons = data.get("seasons") if isinstance(data, dict) else None
        if isinstance(ratios, dict) and isinstance(seasons, list):
            taken: set[int] = set()
            for index, season in enumerate(seasons):
                hours = season.get("hours") if isinstance(season, dict) else None
                months = season.get("months") if isinstance(season, dict) else None
                for period in hours if isinstance(hours, dict) else ():
                    if period not in ratios:
                        message = f"period {period!r} has no ratio"
                        problems.append(problem(message, ("seasons", index, "hours", period)))
                numbers = [m for m in months if isinstance(m, int)] if isinstance(months, list) else []
                if taken & set(numbers) or len(set(numbers)) < len(numbers):
                    problems.append(problem("a month stands in two seasons", ("seasons", index, "months")))
                taken |= set(numbers)
        return data


class SpotPrice(Part):
    """The price signal within `floor` and `cap`, plus `adder` (grid fees, taxes, margin); all per joule."""

    cap: EnergyPrice | None = None
    floor: EnergyPrice | None = None
    adder: EnergyPrice


class EnergyTariff(Part):
    """What energy costs: one of a flat price, a time-of-use tariff, or the price signal with an adder."""

    flat: EnergyPrice | None = None
    time_of_use: TimeOfUseTariff | None = None
    spot: SpotPrice | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        one_of(data, ("flat", "time_of_use", "spot"), problems)
        return data

    def priced(self) -> tuple[str, Flat | TimeOfUse | Spot]:
        """Return the currency and the energy price for `twin.signals.tariff`."""
        from twin.signals.tariff import Flat, Spot

        if self.flat is not None:
            return self.flat.currency, Flat(self.flat.value)
        if self.time_of_use is not None:
            return self.time_of_use.price_flat.currency, self.time_of_use.time_of_use()
        assert self.spot is not None  # exactly one is given
        limits = {"cap": _value(self.spot.cap), "floor": _value(self.spot.floor)}
        return self.spot.adder.currency, Spot(**limits, adder=self.spot.adder.value)


class DemandTariff(Equipment):
    """A monthly charge on power.

    Attributes
    ----------
    basis : {'maximum-demand', 'contract-capacity'}
        The highest mean over `window` in a month, or the connected capacity whatever is used.
    price : Money
        Per watt (or volt-ampere) and month.
    window : float or None
        s, for maximum demand.
    contract : float or None
        Contracted demand, W; None bills the peak itself.
    excess_above, excess_multiple : float or None
        Power above `excess_above` times the contract is billed `excess_multiple` times.
    capacity : float or None
        Connected capacity, VA (held as W), for contract capacity.
    """

    kind: ClassVar[str] = "demand"
    basis: Literal["maximum-demand", "contract-capacity"]
    price: DemandPrice
    window: Interval | None = None
    contract: PowerRated | None = None
    excess_above: Ratio | None = None
    excess_multiple: Ratio | None = None
    capacity: PowerRated | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        if isinstance(data, dict):
            needed = "capacity" if data.get("basis") == "contract-capacity" else "window"
            if data.get(needed) is None:
                problems.append(problem(f"this key is required with basis {data.get('basis')}", (needed,)))
            if data.get("contract") is not None and None in (
                data.get("excess_above"),
                data.get("excess_multiple"),
            ):
                problems.append(problem("a contract needs excess_above and excess_multiple", ("contract",)))
        return data

    def charged(self) -> MaximumDemand | ContractCapacity:
        """Return the charge for `twin.signals.tariff`."""
        from twin.signals.tariff import ContractCapacity, MaximumDemand

        if self.basis == "contract-capacity":
            return ContractCapacity(self.price.value, float(self.capacity or 0.0))
        if self.contract is None:
            return MaximumDemand(self.price.value, float(self.window or 0.0))
        rules = (self.contract, self.excess_above, self.excess_multiple)
        return MaximumDemand(self.price.value, float(self.window or 0.0), *rules)


class GreenCertificates(Part):
    """Certificates bought for a `share` of the energy used, at a `price` per joule."""

    price: EnergyPrice
    share: Fraction


class SiteTariff(Part):
    """The cost side of a scenario.

    `carbon_price` is per kg CO2e, `export_price` is paid per joule exported; None: neither is counted.
    """

    energy: EnergyTariff
    demand: DemandTariff | None = None
    green_certificate: GreenCertificates | None = None
    carbon_price: CostPerMass | None = None
    export_price: EnergyPrice | None = None

    def tariff(self, time_zone: str) -> Tariff:
        """Return the tariff for `twin.signals.bill.cost`; months and demand windows follow `time_zone`."""
        from twin.signals.tariff import GreenCertificate, Tariff

        currency, energy = self.energy.priced()
        green = self.green_certificate
        return Tariff(
            currency=currency,
            zone=time_zone,
            energy=energy,
            demand=self.demand.charged() if self.demand is not None else None,
            green_certificate=GreenCertificate(green.price.value, green.share) if green is not None else None,
            carbon_price=_value(self.carbon_price),
            export_price=_value(self.export_price),
        )


def _value(money: Money | None) -> float | None:
    return None if money is None else money.value
