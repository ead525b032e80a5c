"""What acts on the site from outside: frequency, price, carbon, weather and the workloads.

Each source says exactly one way to get its values. Files are opened by `twin.signals`, not here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import InitErrorDetails

from twin.errors import suggest
from twin.scenario import library
from twin.scenario.electrical import Name, one_of
from twin.scenario.heat import HeatNetwork
from twin.scenario.money import CURRENCIES, EnergyPrice, Money
from twin.scenario.part import Names, Part, problem
from twin.scenario.run import TimeZone, instant
from twin.scenario.tariff import TimeOfUseTariff
from twin.scenario.units import (
    Duration,
    EmissionIntensity,
    Fraction,
    Frequency,
    Interval,
    Quantity,
    Ratio,
    Temperature,
    TemperatureDifference,
    Voltage,
    convert,
)
from twin.scenario.weather import Air, DesignDay, HeatWave

UtcOffset = Annotated[float, Quantity("s", "an offset from UTC", "8 h", minimum=-50400.0, maximum=50400.0)]
FrequencyDeviation = Annotated[float, Quantity("Hz", "a frequency deviation", "0.03 Hz", minimum=0.0)]
HourOfDay = Annotated[float, Quantity("", "an hour of the day", "15", minimum=0.0, maximum=24.0)]


def _start_at(value: object) -> datetime | float:
    try:
        return convert(value, "s") if isinstance(value, str) else instant(value)
    except ValueError:
        return instant(value)


StartAt = Annotated[
    datetime | float,
    PlainValidator(_start_at),
    WithJsonSchema(
        {
            "type": "string",
            "description": "an instant of the file with its zone, or a duration from its first row: '0 s'",
        }
    ),
]


class Source(Part):
    """What every source may say about a file.

    Attributes
    ----------
    file : str or None
        Looked for beside the scenario file, then below the folder named by TWIN_DATA.
    reader : str or None
        The format of the file.
    scale : float or None
        Factor on the values read.
    start_at : datetime, float or None
        The instant of the file (UTC), or the seconds from its first row, that plays at the start of the run.
        None: the start of the run itself.
    fill : {'none', 'hold', 'linear', 'previous-day'} or None
        What to do in a gap; 'none', the default, makes a gap inside the run an error.
    max_gap : float or None
        Longest gap that `fill` may bridge, s.
    after_end : {'error', 'hold', 'repeat'} or None
        What plays when the file ends before the run; 'error' is the default.
    time_zone, utc_offset : str, float or None
        For local stamps: the zone, or a fixed offset, s.
    """

    readers: ClassVar[tuple[str, ...]]
    ways: ClassVar[tuple[str, ...]]
    # Key -> the way (or 'file') that it belongs to; beside the keys that every file takes.
    belongs: ClassVar[dict[str, str]] = {}
    needs: ClassVar[dict[str, tuple[str, ...]]] = {}

    file: str | None = None
    reader: str | None = None
    scale: Ratio | None = None
    start_at: StartAt | None = None
    fill: Literal["none", "hold", "linear", "previous-day"] | None = None
    max_gap: Interval | None = None
    after_end: Literal["error", "hold", "repeat"] | None = None
    time_zone: TimeZone | None = None
    utc_offset: UtcOffset | None = None

    def spec(self) -> dict[str, Any]:
        """Return the source as `twin.signals.open_signal` takes it: given keys only, numbers in SI."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in given.items() if value is not None}

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if not isinstance(data, dict):
            return data
        one_of(data, cls.ways, problems)
        owners = dict.fromkeys(Source.model_fields, "file") | cls.belongs
        for name, owner in owners.items():
            if name != owner and data.get(name) is not None and data.get(owner) is None:
                problems.append(problem(f"this key belongs to {owner}", (name,)))
        for owner, names in cls.needs.items():
            if data.get(owner) is not None:
                missing = [name for name in names if data.get(name) is None]
                problems += [problem(f"this key is required with {owner}", (name,)) for name in missing]
        reader = data.get("reader")
        if data.get("file") is not None and reader not in cls.readers:
            given = "" if reader is None else str(reader)
            problems.append(problem(f"unknown reader {given!r}{suggest(given, cls.readers)}", ("reader",)))
        if data.get("time_zone") is not None and data.get("utc_offset") is not None:
            problems.append(problem("either time_zone or utc_offset, not both", ("utc_offset",)))
        return data


class FrequencySource(Source):
    """Grid frequency, Hz.

    Attributes
    ----------
    nominal : float or None
        What 1 pu of a per-unit file stands for; None: the site's nominal frequency.
    area : str or None
        A shipped grid-area model that the site's own power then moves.
    event_at : float or None
        Instant of the run at which the area's event starts, s; None: the start.
    sites : float or None
        How many sites like this one act together on the area; None: one.
    sd, tau : float or None
        Standard deviation, Hz, and correlation time, s, of `synthetic: noise`.
    """

    readers: ClassVar[tuple[str, ...]] = ("neso", "frequency-pu")
    ways: ClassVar[tuple[str, ...]] = ("constant", "file", "area", "synthetic")
    belongs: ClassVar[dict[str, str]] = {
        "nominal": "file", "event_at": "area", "sites": "area", "sd": "synthetic", "tau": "synthetic",
    }  # fmt: skip
    constant: Frequency | None = None
    nominal: Frequency | None = None
    area: str | None = None
    event_at: Duration | None = None
    sites: Ratio | None = None
    synthetic: Literal["noise"] | None = None
    sd: FrequencyDeviation | None = None
    tau: Interval | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        if isinstance(data, dict) and isinstance(data.get("area"), str):
            known = library.names("grid")
            if data["area"] not in known:
                message = f"unknown area {data['area']!r}{suggest(data['area'], known)}"
                problems.append(problem(message, ("area",)))
        return data


class PriceSource(Source):
    """Price of energy, money per joule: a constant, a market series (`per` MWh or kWh) or a tariff."""

    readers: ClassVar[tuple[str, ...]] = ("price-hourly",)
    ways: ClassVar[tuple[str, ...]] = ("constant", "file", "tariff")
    belongs: ClassVar[dict[str, str]] = {"currency": "file", "per": "file"}
    needs: ClassVar[dict[str, tuple[str, ...]]] = {"file": ("currency",)}
    constant: EnergyPrice | None = None
    currency: str | None = None
    per: Literal["MWh", "kWh"] | None = None
    tariff: TimeOfUseTariff | None = None

    def spec(self) -> dict[str, Any]:
        """Return the source as `twin.signals.open_signal` takes it: given keys only, numbers in SI."""
        given = super().spec()
        if isinstance(self.constant, Money):
            given |= {"constant": self.constant.value, "currency": self.constant.currency}
        if self.tariff is not None:
            given["tariff"] = self.tariff.tariff()
        return given

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        currency = data.get("currency") if isinstance(data, dict) else None
        if currency is not None and currency not in CURRENCIES:
            message = f"unknown currency {currency!r}{suggest(str(currency), CURRENCIES)}"
            problems.append(problem(message, ("currency",)))
        return data


class CarbonSource(Source):
    """Carbon intensity of the grid, kg CO2e per joule; `basis` says which column of a file."""

    readers: ClassVar[tuple[str, ...]] = ("carbon-hourly",)
    ways: ClassVar[tuple[str, ...]] = ("constant", "file")
    belongs: ClassVar[dict[str, str]] = {"basis": "file"}
    needs: ClassVar[dict[str, tuple[str, ...]]] = {"file": ("basis",)}
    constant: EmissionIntensity | None = None
    basis: Literal["direct", "lca"] | None = None


class WeatherSource(Source):
    """Outdoor air over time: constant, a file, or `synthetic: day`; with heat waves on top.

    The synthetic day has a `mean` temperature, degC, a `range` from lowest to highest, K, a constant
    `dew_point`, degC, and its warmest hour at `peak_hour`, local time.

    Attributes
    ----------
    design_day : DesignDay or None
        Instead of the year in a file, the design day of that year again and again.
    column, unit, relative_humidity : str, str, float or None
        Of the reader `wet-bulb`, whose file has nothing else: its column, its unit (degC, K, degF), and the relative
        humidity with which the dry bulb follows.
    heat_waves : list of HeatWave
    """

    readers: ClassVar[tuple[str, ...]] = ("open-meteo", "epw", "wet-bulb")
    ways: ClassVar[tuple[str, ...]] = ("constant", "file", "synthetic")
    belongs: ClassVar[dict[str, str]] = dict.fromkeys(
        ("mean", "range", "dew_point", "peak_hour"), "synthetic"
    ) | dict.fromkeys(("design_day", "column", "unit", "relative_humidity"), "file")
    needs: ClassVar[dict[str, tuple[str, ...]]] = {"synthetic": ("mean", "range", "dew_point")}
    constant: Air | None = None
    synthetic: Literal["day"] | None = None
    mean: Temperature | None = None
    range: TemperatureDifference | None = None
    dew_point: Temperature | None = None
    peak_hour: HourOfDay | None = None
    design_day: DesignDay | None = None
    column: str | None = None
    unit: Literal["degC", "K", "degF"] | None = None
    relative_humidity: Fraction | None = None
    heat_waves: list[HeatWave] = Field(default_factory=list)

    def spec(self) -> dict[str, Any]:
        """Return the source as `twin.signals.open_signal` takes it: given keys only, numbers in SI."""
        given = super().spec()
        for key in ("constant", "design_day"):
            part = getattr(self, key)
            if part is not None:
                given[key] = part.model_dump()
        given["heat_waves"] = [wave.model_dump() for wave in self.heat_waves]
        return given


class WorkloadSource(Source):
    """Utilisation, 0 to 1: constant, from a file, or synthetic (labelled so in the results).

    The reader `utilisation` reads utilisation; `power` reads the electrical input of all racks with this workload, and
    gives the racks the utilisation at which they draw it.

    Attributes
    ----------
    column, unit : str or None
        Column of the file, and whether it holds per cent or fractions, or W, kW or MW.
    utilisation : float or None
        Mean of `synthetic: daily` and of `waveform: training`.
    swing : float or None
        Highest less lowest of the synthetic day; share of the dynamic power that the training waveform moves.
    peak_hour, noise : float or None
        Of the synthetic day: local hour of its highest, and standard deviation of its noise.
    period, duty, synchronised : float or None
        Of the training waveform: length of an iteration, s, its compute share, and the share of the swing
        that is in step across racks. Published: 1-10 s, swings of 10-100 % of load, synchronised 0-1 (arXiv
        2508.14318).
    """

    readers: ClassVar[tuple[str, ...]] = ("utilisation", "power")
    ways: ClassVar[tuple[str, ...]] = ("constant", "file", "synthetic", "waveform")
    belongs: ClassVar[dict[str, str]] = {
        "column": "file", "unit": "file", "peak_hour": "synthetic", "noise": "synthetic",
        "period": "waveform", "duty": "waveform", "synchronised": "waveform",
    }  # fmt: skip
    needs: ClassVar[dict[str, tuple[str, ...]]] = {
        "file": ("column", "unit"),
        "synthetic": ("utilisation",),
        "waveform": ("utilisation", "period", "duty", "swing", "synchronised"),
    }
    constant: Fraction | None = None
    column: str | None = None
    unit: Literal["percent", "fraction", "W", "kW", "MW"] | None = None
    synthetic: Literal["daily"] | None = None
    waveform: Literal["training"] | None = None
    utilisation: Fraction | None = None
    swing: Fraction | None = None
    peak_hour: HourOfDay | None = None
    noise: Fraction | None = None
    period: Interval | None = None
    duty: Fraction | None = None
    synchronised: Fraction | None = None


class VoltageSource(Source):
    """A record of the grid's voltage at the feeds, pu: what disturbances start from; absent: 1 pu throughout.

    A column frequency_hz of the file is played too; `signals.frequency` then stays at the nominal. The record is
    followed as finely as it is sampled, down to `run.step`.

    Attributes
    ----------
    nominal : float or None
        Nominal voltage of a record in volts, V.
    feeds : list of str
        Where it was measured; ``['all']``, the default, plays it on every feed.
    """

    readers: ClassVar[tuple[str, ...]] = ("voltage-rms",)
    ways: ClassVar[tuple[str, ...]] = ("file",)
    belongs: ClassVar[dict[str, str]] = {"nominal": "file", "feeds": "file"}
    after_end: Literal["error", "hold"] | None = None
    nominal: Voltage | None = None
    feeds: Names = Field(default_factory=lambda: ["all"])

    def spec(self) -> dict[str, Any]:
        """Return the source as `twin.signals` takes it: given keys only, numbers in SI."""
        return {name: value for name, value in super().spec().items() if name != "feeds"}


class Signals(Part):
    """The signals of a scenario; a workload has a name that rack groups refer to.

    `heat` is the district-heating network that plants with heat reuse deliver to; without it they sell all they have.
    """

    frequency: FrequencySource
    voltage: VoltageSource | None = None
    price: PriceSource
    carbon: CarbonSource
    weather: WeatherSource
    heat: HeatNetwork | None = None
    workload: Annotated[dict[Name, WorkloadSource], Field(min_length=1)]
