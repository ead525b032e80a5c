"""Local clocks: UTC offset of a time zone for whole arrays of instants."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem, nearest

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

HOUR = 3600.0
DAY = 86400.0


class LocalTime(NamedTuple):
    """Calendar fields of instants on a local clock, one entry per instant.

    Attributes
    ----------
    year : calendar year.
    month : 1..12.
    weekday : ISO, Monday = 1 .. Sunday = 7.
    second : second of the local day, 0 <= second < 86400 [s].
    """

    year: Integers
    month: Integers
    weekday: Integers
    second: Array


def zone_named(name: str, file: str | None = None) -> ZoneInfo:
    """Return the IANA zone, or refuse the name with the nearest one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        close = nearest(name, sorted(available_timezones()))
        hint = f"; did you mean '{close}'?" if close else ""
        raise InputError(Problem(f"unknown time zone '{name}'{hint}", file=file, key="time_zone")) from None


def epoch(instant: datetime) -> float:
    """Return seconds since 1970-01-01 UTC of an instant with a zone; one without is refused."""
    if instant.tzinfo is None:
        raise InputError(f"instant {instant.isoformat()} has no time zone; write ...Z or an offset")
    return instant.timestamp()


def utc_text(time: float) -> str:
    """Return an epoch instant as ISO 8601 text in UTC, whole seconds unless there is a fraction [s]."""
    try:
        text = datetime.fromtimestamp(time, tz=UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return f"epoch {time} s"
    return text.replace("+00:00", "Z")


def utc_offset(zone: str, time: Array) -> Array:
    """UTC offset of a zone [s], at each epoch instant [s]."""
    if time.size == 0:
        return np.zeros(0)
    first = datetime.fromtimestamp(float(time.min()), tz=UTC).year
    last = datetime.fromtimestamp(float(time.max()), tz=UTC).year
    changes, offsets = _changes(zone, first, last)
    return offsets[np.searchsorted(changes, time, side="right")]


def changes_between(zone: str, start: float, end: float) -> Array:
    """Epoch instants in (start, end) at which the zone's UTC offset changes [s]."""
    years = (datetime.fromtimestamp(t, tz=UTC).year for t in (start, end))
    changes, _ = _changes(zone, *years)
    return changes[(changes > start) & (changes < end)]


@lru_cache(maxsize=64)
def _changes(zone: str, first_year: int, last_year: int) -> tuple[Array, Array]:
    """Instants of offset changes over whole years, and the offsets before, between and after them."""
    clock = zone_named(zone)

    def offset(time: float) -> float:
        delta = datetime.fromtimestamp(time, tz=clock).utcoffset()
        return delta.total_seconds() if delta is not None else 0.0

    start = datetime(first_year, 1, 1, tzinfo=UTC).timestamp()
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC).timestamp()
    changes: list[float] = []
    offsets = [offset(start)]
    low = start
    while low < end:
        high = low + DAY
        now = offset(high)
        if now != offsets[-1]:
            left, right = low, high
            while right - left > 1.0:
                middle = (left + right) // 2.0
                left, right = (middle, right) if offset(middle) == offsets[-1] else (left, middle)
            changes.append(right)
            offsets.append(now)
        low = high
    return np.array(changes), np.array(offsets)


def local_time(zone: str, time: Array) -> LocalTime:
    """Calendar fields of epoch instants [s] on the local clock of a zone."""
    local = time + utc_offset(zone, time)
    day = np.floor(local / DAY)
    date = day.astype(np.int64).astype("datetime64[D]")
    month = date.astype("datetime64[M]").astype(np.int64)
    return LocalTime(
        year=1970 + month // 12,
        month=month % 12 + 1,
        weekday=(day.astype(np.int64) + 3) % 7 + 1,  # 1970-01-01 was a Thursday
        second=local - day * DAY,
    )


def local_marks(zone: str, start: float, end: float, seconds: Array) -> Array:
    """Epoch instants in (start, end) when the local clock shows one of `seconds` of the day.

    The instants of clock changes are included, because the clock's reading jumps there.
    """
    jumps = changes_between(zone, start, end)
    pieces = [jumps]
    bounds = np.concatenate([[start], jumps, [end]])
    for low, high in pairwise(bounds):
        # The offset is constant inside a piece; take it at the piece's first instant.
        offset = float(utc_offset(zone, np.array([low]))[0])
        days = np.arange(np.floor((low + offset) / DAY), np.floor((high + offset) / DAY) + 1)
        marks = (days[:, None] * DAY + seconds[None, :]).ravel() - offset
        pieces.append(marks[(marks > low) & (marks < high)])
    return np.unique(np.concatenate(pieces))
