"""Turn a scenario's signal, a plain mapping in SI, into something with `at(t)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem, suggest
from twin.signals.clock import epoch
from twin.signals.constant import Constant
from twin.signals.file_signal import file_series, file_weather
from twin.signals.readers import KWH, MWH
from twin.signals.spec import number, refuse_unknown, text, unknown
from twin.signals.synthetic import DailyUtilisation, FrequencyNoise
from twin.signals.tariff import Spot, Tariff
from twin.signals.weather import ConstantWeather, Weather
from twin.signals.weather_day import cosine_day

Array = NDArray[np.float64]


class Signal(Protocol):
    """A source of values in time.

    Attributes
    ----------
    name : as the scenario calls it.
    unit : SI unit of the values.
    source : where they come from, with the licence line where known.
    report : sentences on what was found and filled.
    """

    name: str
    unit: str
    source: str

    @property
    def report(self) -> Sequence[str]: ...

    def at(self, t: Array) -> Array | Weather:
        """Values at seconds since run start, float64."""


@dataclass(frozen=True)
class Site:
    """What signals need to know of the site; a missing value is refused only where it is needed.

    Attributes
    ----------
    altitude : [m].
    time_zone : IANA name.
    frequency : nominal [Hz].
    """

    altitude: float | None = None
    time_zone: str | None = None
    frequency: float | None = None

    def zone(self) -> str:
        """Return the time zone, or refuse the scenario."""
        if self.time_zone is None:
            raise InputError(
                Problem(
                    "this signal follows the local day and needs location.time_zone", key="location.time_zone"
                )
            )
        return self.time_zone


@dataclass(frozen=True)
class Run:
    """The run a signal is opened for.

    Attributes
    ----------
    start : UTC epoch seconds.
    duration : [s].
    base_dir : folder of the scenario file.
    site : the site.
    seed : of synthetic signals.
    """

    start: float
    duration: float
    base_dir: Path | None
    site: Site
    seed: int


KINDS = ("frequency", "price", "carbon", "weather", "workload")
_FORMS = {
    "frequency": ("constant", "file", "area", "synthetic"),
    "price": ("constant", "file", "tariff"),
    "carbon": ("constant", "file"),
    "weather": ("constant", "file", "synthetic"),
    "workload": ("constant", "file", "waveform", "synthetic"),
}


def open_signal(
    kind: str,
    spec: Mapping[str, Any],
    *,
    run_start: datetime,
    duration_s: float,
    base_dir: Path | None,
    site: Site,
    seed: int = 0,
    name: str | None = None,
    file: str | None = None,
) -> Signal | None:
    """Open one signal of a scenario.

    Parameters
    ----------
    kind : frequency | price | carbon | weather | workload.
    spec : its mapping, numbers in SI: exactly one of constant, file, synthetic, area, tariff, waveform.
    run_start : with a time zone.
    duration_s : run duration [s].
    base_dir : folder of the scenario file; relative paths are looked for there, then below TWIN_DATA.
    site : altitude, time zone and nominal frequency.
    seed : of synthetic signals.
    name : what to call it; a workload's own name.
    file : the scenario file, for messages.

    Returns
    -------
    The signal; None for `area` and `waveform`, which the kernels make themselves.

    Raises
    ------
    InputError : an unknown kind, key, reader or name, or anything the file or its coverage lacks.
    """
    if kind not in KINDS:
        raise unknown(kind, KINDS, None)
    key = f"signals.{kind}" + (f".{name}" if name and name != kind else "")
    spec = {option: value for option, value in spec.items() if value is not None}
    try:
        form = _form(kind, spec)
        if form in ("area", "waveform"):
            return None
        run = Run(epoch(run_start), float(duration_s), base_dir, site, seed)
        return _OPENERS[form](kind, spec, run, name or kind)
    except InputError as error:
        raise InputError([_placed(problem, key, file) for problem in error.problems]) from error


def _placed(problem: Problem, key: str, file: str | None) -> Problem:
    """Name the scenario's key; a problem inside a data file keeps that file and line."""
    if problem.key is None:
        full = key
    elif problem.key.startswith(("location", "run.")):
        full = problem.key
    else:
        full = f"{key}.{problem.key}"
    return replace(problem, key=full, file=problem.file or file)


def _form(kind: str, spec: Mapping[str, Any]) -> str:
    forms = [key for key in _FORMS[kind] if key in spec]
    if len(forms) == 1:
        return forms[0]
    if forms:
        raise InputError(f"give one of {', '.join(forms)}, not several")
    wrong = str(next(iter(spec), ""))
    raise InputError(
        f"expected one of {', '.join(_FORMS[kind])}{suggest(wrong, _FORMS[kind]) if wrong else ''}"
    )


def _constant(kind: str, spec: Mapping[str, Any], run: Run, name: str) -> Signal:
    if kind == "weather":
        refuse_unknown(spec, ("constant",))
        air = spec["constant"]
        if not isinstance(air, Mapping):
            raise InputError(Problem("expected dry_bulb and relative_humidity", key="constant"))
        refuse_unknown(air, ("dry_bulb", "relative_humidity"))
        dry_bulb, humidity = (number(air, key) for key in ("dry_bulb", "relative_humidity"))
        return ConstantWeather(dry_bulb, humidity, altitude=run.site.altitude, name=name)
    refuse_unknown(spec, ("constant", "currency") if kind == "price" else ("constant",))
    value = number(spec, "constant")
    if kind == "frequency":
        return Constant(value, name=name, unit="Hz", low=40.0, high=70.0)
    if kind == "price":
        limit = 1e6 / MWH  # a million per MWh, as for files
        return Constant(value, name=name, unit=f"{text(spec, 'currency')}/J", low=-limit, high=limit)
    if kind == "carbon":
        return Constant(value, name=name, unit="kg/J", low=0.0, high=3.0 / KWH)
    return Constant(value, name=name, unit="1", low=0.0, high=1.0)


def _file(kind: str, spec: Mapping[str, Any], run: Run, name: str) -> Signal:
    if kind == "weather":
        return file_weather(spec, name, run.start, run.duration, run.base_dir, run.site.altitude)
    series = file_series(kind, spec, name, run.start, run.duration, run.base_dir, run.site.frequency)
    nominal = run.site.frequency
    if kind == "frequency" and nominal is not None:
        middle = float(np.median(series.at(np.linspace(0.0, run.duration, 101))))
        if abs(middle - nominal) > 5.0:
            raise InputError(
                Problem(
                    f"the file's frequency is about {middle:.1f} Hz but the site runs at {nominal:g} Hz",
                    file=series.file,
                    key="file",
                )
            )
    return series


def _synthetic(kind: str, spec: Mapping[str, Any], run: Run, name: str) -> Signal:
    shapes = {"frequency": "noise", "weather": "day", "workload": "daily"}
    if spec["synthetic"] != shapes[kind]:
        raise unknown(str(spec["synthetic"]), (shapes[kind],), "synthetic")
    if kind == "frequency":
        refuse_unknown(spec, ("synthetic", "sd", "tau"))
        if run.site.frequency is None:
            raise InputError(
                Problem("synthetic frequency needs the site's nominal frequency", key="synthetic")
            )
        given = {key: number(spec, key) for key in ("sd", "tau") if key in spec}
        return FrequencyNoise(name=name, nominal=run.site.frequency, seed=run.seed, **given)
    if kind == "weather":
        refuse_unknown(spec, ("synthetic", "mean", "range", "dew_point", "peak_hour"))
        mean, swing, dew_point = (number(spec, key) for key in ("mean", "range", "dew_point"))
        peak = number(spec, "peak_hour") if "peak_hour" in spec else 15.0
        return cosine_day(
            name=name, start=run.start, zone=run.site.zone(), mean=mean, swing=swing, dew_point=dew_point,
            altitude=run.site.altitude, peak_hour=peak,
        )  # fmt: skip
    options = ("swing", "peak_hour", "noise")
    refuse_unknown(spec, ("synthetic", "utilisation", *options))
    given = {key: number(spec, key) for key in options if key in spec}
    return DailyUtilisation(
        number(spec, "utilisation"),
        name=name,
        start=run.start,
        zone=run.site.zone(),
        seed=run.seed,
        **given,
    )


class TariffPrice:
    """The energy price of a tariff as a signal; demand charges are in the bill only.

    Parameters
    ----------
    tariff : with a flat or a time-of-use energy price.
    start : run start [UTC epoch s].
    name : of the signal.
    """

    def __init__(self, tariff: Tariff, start: float, name: str) -> None:
        if isinstance(tariff.energy, Spot):
            raise InputError(
                Problem("a spot tariff has no prices of its own; give signals.price a file", key="tariff")
            )
        self.name, self.unit, self.source = name, f"{tariff.currency}/J", "tariff"
        self.report: Sequence[str] = []
        self._tariff, self._start = tariff, start

    def at(self, t: Array) -> Array:
        """Price [currency/J] at seconds since run start."""
        t = np.asarray(t, np.float64)
        return self._tariff.price_at(np.ravel(self._start + t), None).reshape(t.shape)


def _tariff(kind: str, spec: Mapping[str, Any], run: Run, name: str) -> Signal:
    refuse_unknown(spec, ("tariff",))
    if not isinstance(spec["tariff"], Tariff):
        raise InputError(Problem("expected a tariff that has been read from its asset", key="tariff"))
    return TariffPrice(spec["tariff"], run.start, name)


_OPENERS = {"constant": _constant, "file": _file, "synthetic": _synthetic, "tariff": _tariff}
