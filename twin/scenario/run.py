"""Where and when: location, the run and its steps, and what is recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema
from pydantic_core import InitErrorDetails, PydanticCustomError

from twin.scenario.part import Part, problem
from twin.scenario.units import Altitude, Duration, Interval, Latitude, Longitude, convert

# Finest to coarsest: each divides the next.
_STEPS = ("step", "coarse_step", "thermal_step", "control_interval", "duration")
# The same where the steps follow what happens.
_FOLLOWING = (
    ("step", "thermal_step", "coarse_thermal_step"),
    ("step", "coarse_step", "coarse_thermal_step", "control_interval", "duration"),
)


def instant(value: object) -> datetime:
    """Return an ISO 8601 stamp with its zone as a UTC datetime; a PydanticCustomError carries the message."""
    expected = "expected an instant with its zone such as '2024-07-01T12:00:00Z', got {shown}"
    try:
        given = datetime.fromisoformat(value) if isinstance(value, str) else None
        stamp = given.astimezone(UTC) if given is not None and given.tzinfo is not None else None
    except (ValueError, OverflowError):
        stamp = None
    if stamp is None or not 1900 <= stamp.year <= 2200:
        raise PydanticCustomError("scenario", expected, {"shown": repr(value)[:60]})
    return stamp


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise ValueError(f"expected a time zone such as 'Europe/Berlin', got {name[:60]!r}") from None
    return name


Instant = Annotated[
    datetime,
    PlainValidator(instant),
    WithJsonSchema({"type": "string", "description": "an instant with its zone: '2024-07-01T12:00:00Z'"}),
]
TimeZone = Annotated[str, AfterValidator(_known_zone)]


class Location(Part):
    """Where the site is: degrees, metres above sea level, and the zone of its local time."""

    latitude: Latitude
    longitude: Longitude
    altitude: Altitude
    time_zone: TimeZone

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of local time."""
        return ZoneInfo(self.time_zone)


class Run(Part):
    """The span of a run and its steps, s.

    Attributes
    ----------
    start : datetime
        UTC.
    duration : float
        A multiple of `control_interval`.
    control_interval : float
        Signals and policies act, and outputs are taken, once per interval.
    step, coarse_step : float
        Electrical step around a disturbance, and where nothing happens.
    thermal_step : float
        Thermal step; around a disturbance, where there is a `coarse_thermal_step`.
    coarse_thermal_step : float or None
        Thermal step where nothing happens. With it the steps follow what happens inside a control interval: fine
        around a disturbance, then longer and longer; for runs of weeks and years.
    settle : float
        How long the fine step is kept after a disturbance.
    members : int
        Ensemble members.
    seed : int
    """

    start: Instant
    duration: Interval
    control_interval: Interval
    step: Interval
    coarse_step: Interval
    thermal_step: Interval
    coarse_thermal_step: Interval | None = None
    settle: Duration
    members: Annotated[int, Field(ge=1, le=10_000_000)] = 1
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1

    @property
    def intervals(self) -> int:
        """Control intervals in the run."""
        return round(self.duration / self.control_interval)

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if not isinstance(data, dict):
            return data
        chains = (_STEPS,) if data.get("coarse_thermal_step") is None else _FOLLOWING
        for chain in chains:
            values = {name: _seconds(data.get(name)) for name in chain}
            for finer, coarser in pairwise(chain):
                a, b = values[finer], values[coarser]
                if a and b and not divides(a, b):
                    words = f"{finer} {data[finer]!r} must divide {coarser} {data[coarser]!r} ({' | '.join(chain)})"
                    problems.append(problem(words, (coarser,)))
        return data


def divides(part: float, whole: float) -> bool:
    """Whether `whole` is a positive integer multiple of `part`, to a relative 1e-9."""
    count = whole / part
    return round(count) >= 1 and abs(count - round(count)) <= 1e-9 * max(1.0, count)


def _seconds(text: object) -> float | None:
    try:
        value = convert(text, "s") if isinstance(text, str) else 0.0
    except ValueError:
        return None
    return value if value > 0.0 else None


class Record(Part):
    """What the result file keeps: one value per so many seconds.

    Attributes
    ----------
    site, racks : float
        Interval of the site's channels and of the racks', s; multiples of the control interval.
    trace : float or None
        Interval of the site channels inside a control interval, s; None records none.
    members : int
        How many members are kept in full; the rest only as summaries.
    """

    site: Interval
    racks: Interval
    trace: Interval | None = None
    members: Annotated[int, Field(ge=0)] = 1
