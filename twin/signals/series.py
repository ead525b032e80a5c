"""A time series that checks itself once and then answers `at(t)` inside the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast, get_args

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem, nearest
from twin.signals.clock import DAY, utc_text

Array = NDArray[np.float64]
Interpolation = Literal["previous", "linear"]
Fill = Literal["none", "hold", "linear", "previous-day"]
AfterEnd = Literal["error", "hold", "repeat"]

NAMED_AT_MOST = 8
"""Gaps and filled instants named one by one in a report; the rest are counted."""

FILLED_AT_MOST = 10_000_000
"""Values one gap may be filled with; more is a mistake in the stamps, and would not fit in memory."""


def choice(value: str, allowed: type | object, key: str, file: str | None = None) -> str:
    """Return `value` if it is one of a Literal's names, else refuse it with the nearest."""
    names = [str(name) for name in get_args(allowed)]
    if value not in names:
        close = nearest(str(value), names)
        hint = f"; did you mean '{close}'?" if close else ""
        raise InputError(Problem(f"'{value}' is not one of {', '.join(names)}{hint}", file=file, key=key))
    return value


class Series:
    """Values at increasing instants, read at seconds since run start.

    Parameters
    ----------
    time : instants [s]: UTC epoch seconds, or seconds from the file's start when `absolute` is False.
    value : one value per instant, SI; NaN is a missing value and is treated as a gap.
    origin : the instant of `time` that plays at run start [s].
    duration : run duration [s]; the part [origin, origin + duration] must be covered.
    interpolation : 'previous': a value holds from its instant to the next; 'linear' between instants.
    step : regular spacing [s]; None: the most frequent spacing found. A longer spacing is a gap.
    fill : what to do with a gap inside the run: 'none' refuses the run; 'hold' repeats the value before;
        'linear' joins the ends; 'previous-day' takes the value 24 h earlier.
    max_gap : a longer gap is refused whatever `fill` says [s].
    after_end : past the last value: 'error' refuses the run; 'hold' keeps the last value; 'repeat' starts
        the series again.
    lines : line number in the file of each instant, for messages.

    Attributes
    ----------
    name, unit, source : what it is, its SI unit, where it is from.
    report : sentences on what was found and filled.

    Raises
    ------
    InputError : no values; instants not increasing; a gap, or an end, inside the run that is not allowed for.
    """

    def __init__(
        self,
        time: Array,
        value: Array,
        *,
        name: str,
        unit: str,
        source: str,
        origin: float,
        duration: float,
        interpolation: Interpolation = "previous",
        step: float | None = None,
        fill: str = "none",
        max_gap: float | None = None,
        after_end: str = "error",
        absolute: bool = True,
        lines: Sequence[int] | None = None,
        report: Sequence[str] = (),
        file: str | None = None,
    ) -> None:
        self.name, self.unit, self.source, self.file = name, unit, source, file
        self.report = list(report)
        self.interpolation = interpolation
        self.origin, self.duration, self.absolute = origin, duration, absolute
        self.fill = cast(Fill, choice(fill, Fill, "fill", file))
        self.after_end = cast(AfterEnd, choice(after_end, AfterEnd, "after_end", file))
        if not (np.isfinite(origin) and np.isfinite(duration) and duration >= 0):
            raise InputError(
                Problem(
                    f"signal {name}: origin {origin} s and duration {duration} s must be finite", file=file
                )
            )
        time, value = self._checked(np.asarray(time, np.float64), np.asarray(value, np.float64), lines)
        self.step = float(step) if step is not None else _usual_step(time)
        self._describe(time)
        time, value = self._filled(time, value, max_gap)
        # Relative to run start: epoch seconds would cost half a microsecond of precision.
        self._time, self._value = time - origin, value
        self._check_coverage()

    def at(self, t: Array) -> Array:
        """Value at seconds since run start [SI unit of the series]; `t` float64, any shape.

        Raises
        ------
        InputError : an instant outside the series and `after_end` does not allow it.
        """
        t = np.asarray(t, np.float64)
        first, last = float(self._time[0]), float(self._time[-1])
        if t.size and not (float(t.min()) >= first):
            raise InputError(
                Problem(
                    f"signal {self.name} starts at {self._text(first)}, asked for t = {t.min()} s",
                    file=self.file,
                )
            )
        if t.size and float(t.max()) > last + self.step:
            if self.after_end == "error":
                raise InputError(
                    Problem(
                        f"signal {self.name} ends at {self._text(last)}, asked for t = {t.max()} s",
                        file=self.file,
                    )
                )
            if self.after_end == "repeat":
                t = np.where(t >= last + self.step, first + np.mod(t - first, last + self.step - first), t)
        if self.interpolation == "linear":
            return np.asarray(np.interp(t, self._time, self._value), np.float64)
        return self._value[np.searchsorted(self._time, t, side="right") - 1]

    def instants(self) -> Array:
        """Instants that hold a value, gaps filled [s since run start]."""
        return self._time.copy()

    def with_values(self, time: Array, value: Array) -> Series:
        """Return the same series with other, complete values at `time` [s since run start]."""
        return Series(
            time, value, name=self.name, unit=self.unit, source=self.source, origin=0.0,
            duration=self.duration, interpolation=self.interpolation, step=self.step,
            fill="linear", after_end=self.after_end, absolute=False, file=self.file,
        )  # fmt: skip

    def _text(self, t: float) -> str:
        """Name an instant given in seconds since run start."""
        return self._stamp(t + self.origin)

    def _stamp(self, time: float) -> str:
        return utc_text(time) if self.absolute else f"t = {time:g} s of the file"

    def _checked(self, time: Array, value: Array, lines: Sequence[int] | None) -> tuple[Array, Array]:
        """Refuse disorder; drop missing values and say how many."""
        if time.ndim != 1 or time.shape != value.shape or time.size == 0:
            raise InputError(
                Problem(
                    f"signal {self.name}: needs as many values as instants, and at least one", file=self.file
                )
            )
        if not np.all(np.isfinite(time)):
            raise InputError(Problem(f"signal {self.name}: an instant is not a number", file=self.file))
        wrong = np.flatnonzero(np.diff(time) <= 0)
        if wrong.size:
            row = int(wrong[0]) + 1
            what = (
                "appears twice" if time[row] == time[row - 1] else f"comes after {self._stamp(time[row - 1])}"
            )
            raise InputError(
                Problem(
                    f"signal {self.name}: {self._stamp(time[row])} {what}; instants must increase",
                    file=self.file,
                    line=lines[row] if lines is not None else None,
                )
            )
        missing = np.isnan(value)
        if missing.all():
            raise InputError(Problem(f"signal {self.name}: every value is missing", file=self.file))
        if missing.any():
            where = _some([self._stamp(t) for t in time[missing]])
            self.report.append(f"{int(missing.sum())} of {time.size} values are missing: {where}.")
        return time[~missing], value[~missing]

    def _describe(self, time: Array) -> None:
        span = f"{self._stamp(time[0])} to {self._stamp(time[-1])}"
        self.report.append(f"{time.size} values, {self.step:g} s apart, {span}.")
        gaps = _gaps(time, self.step)
        if gaps.size:
            named = [f"{self._stamp(time[g])} to {self._stamp(time[g + 1])}" for g in gaps]
            self.report.append(f"{gaps.size} {'gap' if gaps.size == 1 else 'gaps'}: {_some(named)}.")

    def _filled(self, time: Array, value: Array, max_gap: float | None) -> tuple[Array, Array]:
        """Fill the gaps that the run touches and report the filled instants."""
        end = self.origin + self.duration
        if self.after_end == "repeat":
            end = max(end, float(time[-1]))
        new: list[NDArray[np.floating]] = []
        for gap in _gaps(time, self.step):
            before, after = float(time[gap]), float(time[gap + 1])
            if before + self.step < end and after > self.origin:
                self._allow_gap(before, after, max_gap)
                count = int(np.ceil((after - before) / self.step - 1e-9)) - 1
                new.append(before + self.step * np.arange(1, count + 1))
        if not new:
            return time, value
        instants = np.concatenate(new).astype(np.float64)
        stamps = _some([self._stamp(t) for t in instants])
        self.report.append(f"filled {instants.size} values by {self.fill}: {stamps}.")
        values = self._fill_values(instants, time, value)
        order = np.argsort(np.concatenate([time, instants]), kind="stable")
        return np.concatenate([time, instants])[order], np.concatenate([value, values])[order]

    def _allow_gap(self, before: float, after: float, max_gap: float | None) -> None:
        """Refuse a gap that the user's choice of `fill` and `max_gap` does not cover."""
        text = f"{self._stamp(before)} to {self._stamp(after)}"
        if self.fill == "none":
            raise InputError(
                Problem(
                    f"signal {self.name} has a gap inside the run, {text}; choose fill: hold | linear |"
                    " previous-day, or another run.start",
                    file=self.file,
                    key="fill",
                )
            )
        limit = np.inf if max_gap is None else max_gap
        if after - before - self.step > limit or (after - before) / self.step > FILLED_AT_MOST:
            raise InputError(
                Problem(
                    f"signal {self.name}: the gap {text} lacks {_length(after - before - self.step)},"
                    f" more than max_gap ({_length(limit)}) or {FILLED_AT_MOST} values",
                    file=self.file,
                    key="max_gap",
                )
            )

    def _fill_values(self, new: Array, time: Array, value: Array) -> Array:
        """Values for the missing instants `new`, by the chosen rule."""
        if self.fill == "hold":
            return value[np.searchsorted(time, new, side="right") - 1]
        if self.fill == "linear":
            return np.asarray(np.interp(new, time, value), np.float64)
        known = np.sort(np.concatenate([time, new]))
        values = np.full(known.size, np.nan)
        values[np.searchsorted(known, time)] = value
        at = np.searchsorted(known, new)
        day_before = np.searchsorted(known, new - DAY, side="right") - 1
        for i, (row, earlier) in enumerate(zip(at, day_before, strict=True)):
            # In order of time: a value filled from the day before may serve the day after.
            if earlier < 0 or new[i] - DAY - known[earlier] >= self.step:
                raise InputError(
                    Problem(
                        f"signal {self.name}: previous-day has no value 24 h before {self._stamp(new[i])}",
                        file=self.file,
                        key="fill",
                    )
                )
            values[row] = values[earlier]
        return values[at]

    def _check_coverage(self) -> None:
        first, last = float(self._time[0]), float(self._time[-1])
        if first > 0.0:
            raise InputError(
                Problem(
                    f"signal {self.name} starts at {self._text(first)}, {_length(first)} after the run's"
                    f" start {self._text(0.0)}; move run.start, or map the file with start_at",
                    file=self.file,
                    key="start_at",
                )
            )
        over = self.duration - (last + self.step)
        if over <= 1e-6:
            return
        if self.after_end == "error":
            raise InputError(
                Problem(
                    f"signal {self.name} ends at {self._text(last)}, {_length(self.duration - last)} before"
                    f" the run's end {self._text(self.duration)};"
                    " shorten run.duration or set after_end: hold",
                    file=self.file,
                    key="after_end",
                )
            )
        self.report.append(f"after {self._text(last)}: {self.after_end} for {_length(over)}.")


def _usual_step(time: Array) -> float:
    """Most frequent spacing [s]; a single value has no spacing and counts as one second."""
    if time.size < 2:
        return 1.0
    spacings, counts = np.unique(np.round(np.diff(time), 6), return_counts=True)
    return float(spacings[np.argmax(counts)]) or 1.0


def _gaps(time: Array, step: float) -> NDArray[np.intp]:
    return np.flatnonzero(np.diff(time) > 1.5 * step)


def _some(texts: Sequence[str]) -> str:
    shown = ", ".join(texts[:NAMED_AT_MOST])
    return shown if len(texts) <= NAMED_AT_MOST else f"{shown} and {len(texts) - NAMED_AT_MOST} more"


def _length(seconds: float) -> str:
    if not np.isfinite(seconds):
        return "no limit"
    for size, unit in ((DAY, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"
