"""What a run records: which channels of which class, how often, for which members; and the rows that follow.

A `RecordPlan` fixes the size of every recorded series before the run starts. `series_of` turns it into one
`Series` per group of the result file: its axes, its channels, and which row a control interval ends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.kernels import fields
from twin.kernels.fields import Field

_CHANNELS: dict[str, tuple[str, ...]] = {
    "feed": ("voltage", "frequency", "power"),
    "ring": ("voltage_min", "loading", "power", "loss"),
    "station": ("mode", "voltage", "power_in", "power_out", "loss"),
    "bus": (
        "mode",
        "voltage",
        "frequency",
        "shed",
        "power",
        "power_mains",
        "power_genset",
        "power_storage",
        "loss",
    ),
    "genset": ("mode", "power", "fuel", "frequency_deviation"),
    "battery": ("soc", "power", "temperature", "voltage", "stored"),
    "pcs": ("mode", "setpoint", "response_power", "power", "loss"),
    "ups": ("mode", "voltage", "power_in", "power_out", "loss", "response_power", "transfers"),
    "pdu": ("power_a", "power_b"),
    "rack": (
        "mode",
        "power",
        "power_it",
        "throttle",
        "temperature_inlet",
        "temperature_outlet",
        "temperature_plate",
        "temperature_chip",
    ),
    "hall": (
        "temperature_cold",
        "temperature_hot",
        "temperature_coil_out",
        "fan_speed",
        "power",
        "served",
        "heat_coil",
        "heat_outside",
        "heat_doors",
        "valve",
        "supply_heat_index",
        "return_index",
    ),
    "cdu": ("temperature_supply", "temperature_return", "speed", "valve", "coolant_missing", "power", "heat"),
    "plant": (
        "temperature",
        "temperature_delivered",
        "temperature_return",
        "water_flow",
        "served",
        "power",
        "power_chiller",
        "power_pump",
        "power_rejection",
        "power_heat_pump",
        "heat_chiller",
        "heat_free",
        "heat_reuse",
        "heat_direct",
        "heat_to_store",
        "power_heat_pump",
        "heat_pump_cop",
        "heat_store",
        "store_content",
        "store_temperature",
        "heat_rejected",
        "temperature_condenser",
        "water",
    ),
}


def default_channels() -> dict[str, tuple[str, ...]]:
    """Return the states that are recorded when a scenario does not choose: class name to state names."""
    return dict(_CHANNELS)


@dataclass(frozen=True)
class RecordPlan:
    """What to record, decided before the first step.

    Attributes
    ----------
    members : members of the ensemble whose series are kept; ascending, without repeats.
    site_every : site and equipment series keep every n-th control interval; None for no such series.
    rack_every : rack series keep every n-th control interval; None for no rack series. The last interval of
        the run is always kept, so that a series ends where the run ends.
    trace_every : spacing of the trace samples inside an interval [s]; None for no trace.
    interval : control interval [s].
    intervals : number of control intervals in the run.
    start : instant at which the run starts, ISO 8601 with zone.
    channels : class name to the states recorded (names in `twin.kernels.fields`).
    site : site-level channels, by name.
    trace : trace channels, by name, in the order of the blocks that `Recorder.trace` is given.
    units : class name to the names of its units. A class without units has no group in the file.

    Raises
    ------
    ValueError
        For members out of order, a state that its class does not have, a trace spacing that does not divide
        the interval, or a start without zone.
    """

    members: Sequence[int]
    site_every: int | None
    rack_every: int | None
    trace_every: float | None
    interval: float
    intervals: int
    start: str
    channels: Mapping[str, Sequence[str]] = field(default_factory=default_channels)
    site: Mapping[str, Field] = field(default_factory=dict)
    trace: Mapping[str, Field] = field(default_factory=dict)
    units: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if list(self.members) != sorted(set(self.members)) or any(m < 0 for m in self.members):
            raise ValueError(f"members must be ascending, without repeats: {self.members}")
        if self.intervals < 1 or self.interval <= 0.0:
            raise ValueError("a run needs at least one interval of positive length")
        for every in (self.site_every, self.rack_every):
            if every is not None and every < 1:
                raise ValueError(f"a series keeps every n-th interval, n >= 1, not {every}")
        if self.trace_every is not None:
            samples = self.interval / self.trace_every
            if samples < 1.0 or abs(samples - round(samples)) > 1e-9 * samples:
                raise ValueError(f"trace spacing {self.trace_every} s does not divide {self.interval} s")
        if self.start_instant.tzinfo is None:
            raise ValueError(f"start {self.start!r} has no time zone")
        blocks = {block.name: [f.name for f in block.states] for block in fields.BLOCKS}
        for name, chosen in self.channels.items():
            unknown = set(chosen) - set(blocks.get(name, []))
            if unknown:
                raise ValueError(f"class {name!r} has no state {sorted(unknown)}")

    @property
    def start_instant(self) -> datetime:
        """The start as a datetime."""
        return datetime.fromisoformat(self.start)

    @property
    def time_units(self) -> str:
        """CF units of every time axis: seconds since the start of the run, in UTC."""
        instant = self.start_instant.astimezone(UTC)
        return f"seconds since {instant.strftime('%Y-%m-%d %H:%M:%S.%f').rstrip('0').rstrip('.')}"

    def to_json(self) -> str:
        """Return the plan as JSON text; equal plans give equal text."""
        plain = asdict(self)
        plain["members"] = [int(m) for m in self.members]
        plain["units"] = {name: list(units) for name, units in self.units.items()}
        plain["channels"] = {name: list(states) for name, states in self.channels.items()}
        return json.dumps(plain)

    @classmethod
    def from_json(cls, text: str) -> RecordPlan:
        """Return the plan that `to_json` wrote."""
        plain: dict[str, Any] = json.loads(text)
        for key in ("site", "trace"):
            plain[key] = {name: Field(**row) for name, row in plain[key].items()}
        return cls(**plain)


@dataclass(frozen=True)
class Channel:
    """One recorded quantity: where it is in the engine's block, and how it is stored."""

    name: str
    index: int
    unit: str
    meaning: str
    dtype: np.dtype[Any]

    @property
    def flags(self) -> dict[int, str]:
        """Meaning of the whole numbers of a mode, read from its description; empty for a quantity."""
        if self.name != "mode":
            return {}
        found = re.findall(r"(\d+) ([^,;]+)", self.meaning)
        return {int(value): words.strip().replace(" ", "_") for value, words in found}


@dataclass(frozen=True)
class Series:
    """One group of the result file: its axes and channels.

    Attributes
    ----------
    group : name of the group.
    dims : names of the axes in the order of storage.
    units : names along the axis of the class; empty for site and trace.
    members : members of the ensemble that are recorded.
    channels : the quantities.
    intervals, every, samples : rows: `samples` per interval (trace), or one row each `every` intervals.
    interval : control interval [s].
    """

    group: str
    dims: tuple[str, ...]
    units: tuple[str, ...]
    members: tuple[int, ...]
    channels: tuple[Channel, ...]
    intervals: int
    every: int
    samples: int
    interval: float

    def rows_through(self, k: int) -> int:
        """Return how many rows are complete once interval `k` has ended; 0 for `k` = -1."""
        done = k + 1
        if done >= self.intervals:
            return -(-self.intervals // self.every) * self.samples
        return done // self.every * self.samples

    @property
    def rows(self) -> int:
        """Number of rows of the whole run."""
        return self.rows_through(self.intervals - 1)

    @property
    def time(self) -> NDArray[np.float64]:
        """Instant of each row, seconds since the start of the run; a row holds the end of its interval."""
        if self.samples > 1:
            steps = np.arange(1, self.rows + 1, dtype=np.float64)
            return np.round(steps * (self.interval / self.samples), 9)
        ends = np.minimum(np.arange(1, self.rows + 1) * self.every, self.intervals)
        return np.round(ends * self.interval, 9)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of each channel as stored."""
        sizes = {"time": self.rows, "member": len(self.members)}
        return tuple(sizes.get(dim, len(self.units)) for dim in self.dims)


def _stored(unit: str, name: str, single: bool) -> np.dtype[Any]:
    if name == "mode":
        return np.dtype(np.int8)
    # An energy in joules loses its small differences in single precision; a temperature or a power does not.
    return np.dtype(np.float32 if single and unit != "J" else np.float64)


def series_of(plan: RecordPlan) -> list[Series]:
    """Return the series that `plan` records, in the order of the result file."""
    members = tuple(int(m) for m in plan.members)
    found: list[Series] = []

    def add(group: str, dims: tuple[str, ...], names: Sequence[str], rows: list[Channel], every: int) -> None:
        if rows and members:
            found.append(
                Series(
                    group, dims, tuple(names), members, tuple(rows), plan.intervals, every, 1, plan.interval
                )
            )

    if plan.site_every is not None:
        site = [
            Channel(name, i, f.unit, f.meaning, _stored(f.unit, name, single=False))
            for i, (name, f) in enumerate(plan.site.items())
        ]
        add("site", ("time", "member"), (), site, plan.site_every)
    for block in fields.BLOCKS:
        rack = block.name == "rack"
        every = plan.rack_every if rack else plan.site_every
        names = plan.units.get(block.name, ())
        if every is None or not names:
            continue
        chosen = [
            Channel(f.name, i, f.unit, f.meaning, _stored(f.unit, f.name, single=rack))
            for i, f in enumerate(block.states)
            if f.name in plan.channels.get(block.name, ())
        ]
        dims = ("member", "time", "rack") if rack else ("time", "member", block.name)
        add(block.name, dims, names, chosen, every)
    if plan.trace_every is not None and plan.trace and members:
        channels = tuple(
            Channel(name, i, f.unit, f.meaning, _stored(f.unit, name, single=True))
            for i, (name, f) in enumerate(plan.trace.items())
        )
        samples = round(plan.interval / plan.trace_every)
        found.append(
            Series(
                "trace", ("time", "member"), (), members, channels, plan.intervals, 1, samples, plan.interval
            )
        )
    return found
