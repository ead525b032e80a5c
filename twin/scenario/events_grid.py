"""What the grid does to the site's feeds during a run: losses, sags, swells, and moves of frequency and phase."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import InitErrorDetails

from twin.scenario.electrical import one_of
from twin.scenario.part import Names, Part, problem
from twin.scenario.units import Duration, Fraction, Frequency, Interval, Quantity

Angle = Annotated[float, Quantity("deg", "an angle", "-20 deg", minimum=-180.0, maximum=180.0)]
FrequencyChange = Annotated[float, Quantity("Hz", "a change of frequency", "-0.5 Hz")]
FrequencySwing = Annotated[float, Quantity("Hz", "an amplitude of frequency", "0.1 Hz", minimum=0.0)]
RateOfChange = Annotated[float, Quantity("Hz/s", "a rate of change of frequency", "1 Hz/s", above=0.0)]
Above = Annotated[float, Quantity("", "a voltage above 1 pu", "1.2", above=1.0, maximum=2.0)]
Damping = Annotated[float, Quantity("", "a damping ratio", "0.05", minimum=-0.2, maximum=0.9)]


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _many(item: Any, example: str) -> Any:
    schema = {"anyOf": [{"type": ["string", "number"]}, {"type": "array", "items": {}, "minItems": 1}],
              "description": f"one, or a list: {example}"}  # fmt: skip
    return Annotated[list[item], Field(min_length=1), BeforeValidator(_listed), WithJsonSchema(schema)]


class GridEvent(Part):
    """Something on the named utility feeds (``['all']``: every one) from `at`, s."""

    at: Duration
    feeds: Names

    @property
    def starts(self) -> float:
        """When it begins [s]."""
        return self.at

    @property
    def ends(self) -> float:
        """When it is over; its start where it lasts [s]."""
        return self.at + float(getattr(self, "duration", 0.0))


class Outage(GridEvent):
    """The named utility feeds (``['all']``: every one) are dead for `duration`, s, from `at`, s."""

    type: Literal["outage"]
    duration: Interval

    def words(self) -> str:
        """What it is, for the log."""
        return f"Loss of mains on {', '.join(self.feeds)} for {self.duration:g} s"


class Dip(Part):
    """A dip of three phases: Bollen's `type`, its `characteristic` voltage, pu, and the `angle` of it, deg."""

    type: Literal["A", "B", "C", "D", "E", "F", "G"]
    characteristic: Fraction
    angle: Angle = 0.0


class Sag(GridEvent):
    """The named feeds are sagged for `duration`, s, from `at`, s.

    Attributes
    ----------
    residual : float or None
        Positive-sequence voltage that is left, pu; or give `dip`.
    dip : Dip or None
        The three-phase type, which gives residual and phase jump.
    recovery : float
        How long the voltage takes to rise to 1 pu afterwards, s; 0: at once. Motors that stall make it slow.
    recovery_from : float or None
        Voltage at which that rise begins, pu; None: the residual.
    """

    type: Literal["sag"]
    duration: Interval
    residual: Fraction | None = None
    dip: Dip | None = None
    recovery: Duration = 0.0
    recovery_from: Fraction | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        one_of(data, ("residual", "dip"), problems)
        if isinstance(data, dict) and data.get("recovery_from") is not None and data.get("recovery") is None:
            problems.append(problem("this key belongs to recovery", ("recovery_from",)))
        return super()._complete(data, problems)

    @property
    def ends(self) -> float:
        """When the voltage is back [s]."""
        return self.at + self.duration + self.recovery

    def seen(self) -> tuple[float, float]:
        """Positive-sequence residual [pu] and phase jump while it lasts [rad]."""
        from twin.three_phase import residual

        if self.dip is None:
            return float(self.residual or 0.0), 0.0
        return residual(self.dip.type, self.dip.characteristic, math.radians(self.dip.angle))

    def words(self) -> str:
        """What it is, for the log."""
        left, jump = self.seen()
        kind = f" (type {self.dip.type}, {math.degrees(jump):.3g} deg)" if self.dip else ""
        slow = f", back over {self.recovery:g} s" if self.recovery else ""
        return f"Sag to {left:.4g} pu{kind} on {', '.join(self.feeds)} for {self.duration:g} s{slow}"


class Swell(GridEvent):
    """The named feeds are at `voltage`, above 1 pu, for `duration`, s."""

    type: Literal["swell"]
    duration: Interval
    voltage: Above

    def words(self) -> str:
        """What it is, for the log."""
        return f"Swell to {self.voltage:g} pu on {', '.join(self.feeds)} for {self.duration:g} s"


class Dips(Part):
    """Several dips in a row, such as those of a line that recloses.

    Attributes
    ----------
    at : list of float
        Start of each, s.
    duration, residual : list of float
        Length, s, and residual voltage, pu, of each; one value stands for all.
    """

    type: Literal["dips"]
    at: _many(Duration, "['0 s', '532 ms']")  # type: ignore[valid-type]
    duration: _many(Interval, "['42 ms', '66 ms']")  # type: ignore[valid-type]
    residual: _many(Fraction, "[0.25, 0.4]")  # type: ignore[valid-type]
    feeds: Names

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict):
            count = len(_listed(data.get("at")))  # type: ignore[arg-type]
            for name in ("duration", "residual"):
                if name in data and len(_listed(data[name])) not in (1, count):  # type: ignore[arg-type]
                    given = len(_listed(data[name]))  # type: ignore[arg-type]
                    problems.append(
                        problem(f"expected 1 or {count} of them, as in at, found {given}", (name,))
                    )
        return super()._complete(data, problems)

    def each(self) -> list[tuple[float, float, float]]:
        """(start [s], duration [s], residual [pu]) of every dip."""
        count = len(self.at)
        lengths = self.duration * count if len(self.duration) == 1 else self.duration
        left = self.residual * count if len(self.residual) == 1 else self.residual
        return list(zip(self.at, lengths, left, strict=True))

    @property
    def starts(self) -> float:
        """When the first begins [s]."""
        return float(min(self.at))

    @property
    def ends(self) -> float:
        """When the last is over [s]."""
        return max(start + length for start, length, _ in self.each())

    def words(self) -> str:
        """What it is, for the log."""
        deepest = min(self.residual)
        return f"{len(self.at)} dips, the deepest to {deepest:g} pu, on {', '.join(self.feeds)}"


class FrequencyEvent(GridEvent):
    """The grid frequency moves by `change`, Hz, at `rate`, Hz/s (at once without it), and back after `duration`, s.

    `duration` counts from `at` to the start of the return, which is at the same rate.
    """

    type: Literal["frequency"]
    change: FrequencyChange
    rate: RateOfChange | None = None
    duration: Interval

    @property
    def ramp(self) -> float:
        """How long it takes to move [s]."""
        return abs(self.change) / self.rate if self.rate else 0.0

    @property
    def ends(self) -> float:
        """When the frequency is back [s]."""
        return self.at + max(self.duration, self.ramp) + self.ramp

    def words(self) -> str:
        """What it is, for the log."""
        how = f" at {self.rate:g} Hz/s" if self.rate else ""
        return f"Frequency {self.change:+g} Hz{how} on {', '.join(self.feeds)} for {self.duration:g} s"


class PhaseJump(GridEvent):
    """The voltage angle of the named feeds jumps by `angle`, deg, and stays: a line has opened or closed."""

    type: Literal["phase-jump"]
    angle: Angle

    def words(self) -> str:
        """What it is, for the log."""
        return f"Phase jump of {self.angle:+g} deg on {', '.join(self.feeds)}"


class Oscillation(GridEvent):
    """A damped sine of grid frequency and voltage, such as the 0.63 and 0.21 Hz of Iberia, 28 April 2025.

    Attributes
    ----------
    duration : float
        s; it ends sooner when it has died out.
    rate : float
        Frequency of the oscillation, Hz.
    damping : float
        Damping ratio; negative grows.
    amplitude, voltage_swing : float
        Of the grid frequency, Hz, and of the voltage, pu, at the start.
    """

    type: Literal["oscillation"]
    duration: Interval
    rate: Frequency
    damping: Damping = 0.0
    amplitude: FrequencySwing = 0.0
    voltage_swing: Fraction = 0.0

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict) and data.get("amplitude") is None and data.get("voltage_swing") is None:
            problems.append(problem("give amplitude, voltage_swing or both"))
        return super()._complete(data, problems)

    def words(self) -> str:
        """What it is, for the log."""
        sizes = [f"{self.amplitude:g} Hz"] * (self.amplitude > 0) + [f"{self.voltage_swing:g} pu"] * (
            self.voltage_swing > 0
        )
        where = ", ".join(self.feeds)
        return f"Oscillation of {self.rate:g} Hz, {' and '.join(sizes)}, on {where} for {self.duration:g} s"


GridEvents = Outage | Sag | Swell | Dips | FrequencyEvent | PhaseJump | Oscillation
