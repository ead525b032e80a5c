"""Reading a result file: series, events, accounts, summary; plain h5py, so that a report needs nothing else.

`open_result` is the door. Users of xarray open the same file with
`xarray.open_datatree(path, engine="h5netcdf")`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import h5py
import numpy as np
from numpy.typing import NDArray

from twin.checkpoint import read_checkpoint
from twin.errors import InputError, Problem, suggest
from twin.result_file import COMPLETE, open_result_file

_SLAB = 2048
_TABLES = ("events", "accounts", "summary", "members", "racks")


@dataclass(frozen=True)
class Quantity:
    """A value with its unit and meaning; `value` is a number, text, or one number per member."""

    value: Any
    unit: str
    meaning: str


@dataclass(frozen=True)
class Event:
    """What happened at run time `t` [s], to which member and equipment, in a sentence."""

    t: float
    member: int
    kind: str
    unit: str
    text: str


class Result:
    """One result file, open for reading; made by `open_result`.

    Attributes
    ----------
    path : the file.
    complete : False for a run that was interrupted or still goes on: its series end early, and it has no
        summary, accounts or members.
    attrs : attributes of the root group: title, scenario, versions, ...
    """

    def __init__(self, path: Path, file: h5py.File) -> None:
        self.path = path
        self._file = file
        self.attrs: dict[str, Any] = {name: value for name, value in file.attrs.items()}
        self.complete = self.attrs["status"] == COMPLETE

    @property
    def title(self) -> str:
        """Title of the run, or the name of the file when it has none."""
        return str(self.attrs.get("title") or self.path.stem)

    @property
    def start(self) -> datetime:
        """Instant at which the run starts."""
        return datetime.fromisoformat(str(self.attrs["start"]))

    @property
    def duration(self) -> float:
        """Planned length of the run [s]."""
        return float(self.attrs["interval"]) * int(self.attrs["intervals"])

    @property
    def groups(self) -> list[str]:
        """Names of the recorded series groups: site, ups, rack, trace, ..."""
        return [name for name in self._file if name not in _TABLES]

    def channels(self, group: str) -> list[str]:
        """Names of the channels of a group; empty when there is no such group."""
        if group not in self._file:
            return []
        return [name for name, item in self._file[group].items() if not item.is_scale]

    def has(self, group: str, *names: str) -> bool:
        """Tell whether a group exists, and holds all of `names`, and at least one row of time."""
        known = self.channels(group)
        return bool(known) and all(name in known for name in names) and len(self.time(group)) > 0

    def time(self, group: str) -> NDArray[np.float64]:
        """Instants of a group's rows, seconds since the start; only those that were reached."""
        values: NDArray[np.float64] = self._group(group)["time"][()]
        unreached = np.flatnonzero(~np.isfinite(values))
        return values[: unreached[0]] if len(unreached) else values

    def units(self, group: str) -> list[str]:
        """Names of a group's units; empty for site and trace."""
        axis = self._group(group)
        return [str(name) for name in axis[group].asstr()[()]] if group in axis else []

    def recorded_members(self, group: str) -> list[int]:
        """Members of the ensemble whose series a group holds."""
        return [int(m) for m in self._group(group)["member"][()]]

    def describe(self, group: str, name: str) -> Quantity:
        """Unit and meaning of a channel; the value is None."""
        attrs = self._channel(group, name).attrs
        return Quantity(None, str(attrs["units"]), str(attrs["long_name"]))

    def series(self, group: str, name: str, member: int | None = None) -> NDArray[Any]:
        """Read one channel of one member.

        Parameters
        ----------
        group, name : the channel.
        member : which member of the ensemble; the first recorded one by default.

        Returns
        -------
        numpy.ndarray
            Shape (time,) for site and trace, (time, unit) elsewhere.

        Raises
        ------
        InputError
            When there is no such group, channel or recorded member.
        """
        parts = [part for _, part in self.slabs(group, name, member)]
        return np.concatenate(parts) if parts else self._part(group, name, member, 0, 0)

    def slabs(
        self, group: str, name: str, member: int | None = None
    ) -> Iterator[tuple[NDArray[np.float64], NDArray[Any]]]:
        """Read one channel a slab of rows at a time: (times, values), for what does not fit into memory."""
        time = self.time(group)
        for first in range(0, len(time), _SLAB):
            last = min(first + _SLAB, len(time))
            yield time[first:last], self._part(group, name, member, first, last)

    def at(self, group: str, name: str, t: float, member: int | None = None) -> NDArray[Any]:
        """Read the row of a channel that holds at run time `t` [s]: the last one that is not after it."""
        row = max(0, int(np.searchsorted(self.time(group), t + 1e-9, side="right")) - 1)
        values: NDArray[Any] = self._part(group, name, member, row, row + 1)[0]
        return values

    def _part(self, group: str, name: str, member: int | None, first: int, last: int) -> NDArray[Any]:
        data = self._channel(group, name)
        recorded = self.recorded_members(group)
        if member is None:
            member = recorded[0]
        if member not in recorded:
            message = f"member {member} was not recorded{suggest(str(member), map(str, recorded))}"
            raise InputError(Problem(message, str(self.path), key=group))
        m = recorded.index(member)
        values: NDArray[Any] = data[m, first:last] if group == "rack" else data[first:last, m]
        return values

    def _group(self, group: str) -> h5py.Group:
        if group not in self._file:
            raise InputError(Problem(f"has no group {group!r}{suggest(group, self.groups)}", str(self.path)))
        return self._file[group]

    def _channel(self, group: str, name: str) -> h5py.Dataset:
        axis = self._group(group)
        if name not in axis:
            message = f"has no channel {name!r}{suggest(name, self.channels(group))}"
            raise InputError(Problem(message, str(self.path), key=group))
        return axis[name]

    @cached_property
    def events(self) -> list[Event]:
        """Events in the order of time; of an incomplete file, those up to its last checkpoint."""
        if not self.complete:
            _, found, _ = read_checkpoint(self.path, str(self.attrs["run_id"]))
            rows = found
        elif "events" not in self._file:
            return []
        else:
            table = self._file["events"]
            text = [table[name].asstr()[()] for name in ("kind", "unit", "text")]
            rows = list(zip(table["t"][()], table["member"][()], *text, strict=True))
        events = [Event(float(t), int(m), str(k), str(u), str(words)) for t, m, k, u, words in rows]
        return sorted(events, key=lambda event: event.t)

    @cached_property
    def accounts(self) -> dict[str, dict[str, NDArray[np.float64]]]:
        """Energy account of each class: quantity to one value per member [J]; empty when incomplete."""
        if "class" not in self._file.get("accounts", {}):
            return {}
        table = self._file["accounts"]
        names = [str(name) for name in table["class"].asstr()[()]]
        quantities = [name for name in table if name not in ("class", "member")]
        return {name: {q: table[q][i] for q in quantities} for i, name in enumerate(names)}

    @cached_property
    def summary(self) -> dict[str, Quantity]:
        """The numbers that sum the run up; empty when incomplete."""
        return self._quantities("summary")

    @cached_property
    def members(self) -> dict[str, Quantity]:
        """One number per member of the ensemble; empty when incomplete."""
        return self._quantities("members")

    def _quantities(self, group: str) -> dict[str, Quantity]:
        found: dict[str, Quantity] = {}
        for name, item in self._file.get(group, {}).items():
            if item.is_scale:
                continue
            text = h5py.check_string_dtype(item.dtype) is not None
            value = item.asstr()[()] if text else item[()]
            unit, meaning = str(item.attrs.get("units", "")), str(item.attrs["long_name"])
            found[name] = Quantity(value, unit, meaning)
        return found

    @cached_property
    def places(self) -> dict[str, NDArray[Any]] | None:
        """Where the racks stand: hall (index), row, x and y [m], each one value per rack; None when it is not told."""
        wanted = ("hall", "row", "x", "y")
        table = self._file.get("racks", {})
        return {name: table[name][()] for name in wanted} if all(name in table for name in wanted) else None

    @property
    def topology(self) -> list[dict[str, Any]]:
        """Nodes of the facility: id, kind, label, parents; empty when the file does not tell."""
        nodes: list[dict[str, Any]] = json.loads(str(self.attrs.get("topology", "{}"))).get("nodes", [])
        for node in nodes:
            parent = node.pop("parent", None)
            node.setdefault("parents", [parent] if parent else [])
        return nodes

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_result(path: str | Path, *, incomplete: bool = False) -> Result:
    """Open a result file.

    Parameters
    ----------
    path : the file that a run wrote.
    incomplete : accept the file of a run that was interrupted or still goes on.

    Returns
    -------
    Result
        To be closed by the caller; it is a context manager.

    Raises
    ------
    InputError
        When there is no such file, it is not a result file, or it is incomplete and that was not asked for.
    """
    path = Path(path)
    file = open_result_file(path)
    result = Result(path, file)
    if not result.complete and not incomplete:
        result.close()
        message = "is incomplete: its run was interrupted or still goes on; resume it, or ask for it as it is"
        raise InputError(Problem(message, str(path)))
    return result
