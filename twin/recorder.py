"""The recorder: writes one HDF5 result file while a run goes on, so that a kill at any instant costs little.

How a kill cannot hurt
----------------------
HDF5 is not safe against a kill while its structure changes, so the structure never changes during a run:

1. `create` makes the whole file beside its place, with every series allocated at its final size and
   `status = "incomplete"`, and moves it into place in one step (a rename).
2. During the run, numbers are written straight to the places of the contiguous arrays (HDF5 gives their
   offsets). Not one byte of structure is touched: the file opens at every instant. A row's time is written
   after its values and is NaN (not a time) before that.
3. `checkpoint` makes the series durable and then puts `<name>.checkpoint` beside the file, again in one step:
   the engine's arrays, the interval they belong to, and the events so far. A run killed later repeats the
   intervals after it; they land in the same places, so the same bits result.
4. `finish` writes the compressed file beside its place, `status = "complete"` inside, and moves it into place
   in one step. Before that step the file is incomplete and can be resumed; after it, it is complete.

The price is that a file in progress is not compressed. Its room is reserved by `create`, so a disk that is
too small is found before the run, not after.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import h5py
import numpy as np
from numpy.typing import NDArray

from twin import result_file
from twin.checkpoint import Event, read_checkpoint, write_checkpoint
from twin.durable import Sink, beside, explained, reserve, sync_folder, write_all
from twin.errors import InputError, Problem
from twin.record_plan import RecordPlan, Series, default_channels, series_of

__all__ = ["RecordPlan", "Recorder", "default_channels"]

_BUFFER = 8 * 1024 * 1024
_ROWS = 1024
_OWN = ("Conventions", "format", "format_version", "status", "created", "start", "interval", "intervals")


class _SeriesWriter:
    """Rows of one series: gathered in memory in the order of the file, written where they belong."""

    def __init__(self, series: Series, group: h5py.Group) -> None:
        self.series = series
        self.row_axis = series.dims.index("time")
        self.places = {channel.name: group[channel.name].id.get_offset() for channel in series.channels}
        self.time_place = group["time"].id.get_offset()
        self.time = series.time
        row = sum(c.dtype.itemsize for c in series.channels) * max(
            1, int(np.prod(series.shape)) // series.rows
        )
        self.room = max(series.samples, min(_ROWS * series.samples, _BUFFER // row, series.rows))
        shape = list(series.shape)
        shape[self.row_axis] = self.room
        self.buffers = [np.empty(shape, channel.dtype) for channel in series.channels]
        self.first = 0
        self.held = 0

    def put(self, blocks: list[NDArray[Any]], rows: int) -> None:
        """Append `rows` rows; each block has the shape of the series with that many rows."""
        where = [slice(None)] * len(self.series.dims)
        where[self.row_axis] = slice(self.held, self.held + rows)
        for buffer, block in zip(self.buffers, blocks, strict=True):
            buffer[tuple(where)] = block
        self.held += rows

    def flush(self, file: Any) -> None:
        """Write the rows held: the values first, their times after them."""
        if not self.held:
            return
        rows, held = self.series.rows, self.held
        for channel, buffer in zip(self.series.channels, self.buffers, strict=True):
            place = self.places[channel.name]
            if self.row_axis == 0:
                _write_part(file, place + self.first * buffer[0].nbytes, buffer[:held])
            else:
                for m in range(len(self.series.members)):
                    at = place + (m * rows + self.first) * buffer[m, 0].nbytes
                    _write_part(file, at, buffer[m, :held])
        _write_part(file, self.time_place + 8 * self.first, self.time[self.first : self.first + held])
        self.first += held
        self.held = 0

    def go_to(self, row: int, file: Any) -> None:
        """Continue at `row`: what lies behind it has no time any more."""
        self.first, self.held = row, 0
        if row < self.series.rows:
            _write_part(file, self.time_place + 8 * row, np.full(self.series.rows - row, np.nan))


def _write_part(file: Any, at: int, values: NDArray[Any]) -> None:
    write_all(file, at, np.ascontiguousarray(values).data)


class Recorder:
    """Writer of one result file; made by `create` or `resume`.

    Attributes
    ----------
    path : the result file.
    plan : what is recorded.
    """

    def __init__(self, path: Path, plan: RecordPlan, metadata: dict[str, str], run_id: str) -> None:
        self.path = path
        self.plan = plan
        self._metadata = metadata
        self._run_id = run_id
        self._events: list[Event] = []
        self._k = -1
        with h5py.File(path, "r") as file:
            self._writers = {s.group: _SeriesWriter(s, file[s.group]) for s in series_of(plan)}
        with explained(path):
            self._file = path.open("r+b", buffering=0)

    @classmethod
    def create(
        cls, path: str | Path, plan: RecordPlan, metadata: Mapping[str, str], *, overwrite: bool = False
    ) -> Self:
        """Create the result file of a new run.

        Parameters
        ----------
        path : where the file goes.
        plan : what to record.
        metadata : text kept as attributes of the file: title, scenario, versions, backend, topology...
        overwrite : replace an existing file. It is replaced only once the new one stands, room included.

        Raises
        ------
        InputError
            When the file exists, the folder is missing or not writable, or the disk has no room.
        ValueError
            For a metadata key that the recorder writes itself.
        """
        path = Path(path)
        taken = sorted(set(metadata) & set(_OWN))
        if taken:
            raise ValueError(f"metadata keys written by the recorder itself: {taken}")
        if path.is_dir():
            raise InputError(Problem("is a folder; expected a file to write the result to", str(path)))
        if path.exists() and not overwrite:
            raise InputError(Problem("exists already; choose another name or allow overwriting", str(path)))
        new = beside(path, "new")
        run_id = uuid.uuid4().hex
        attrs = _header(
            plan, metadata, result_file.INCOMPLETE, datetime.now(UTC).isoformat(timespec="seconds")
        )
        attrs |= {"run_id": run_id, "plan": plan.to_json(), "metadata": json.dumps(dict(metadata))}
        with explained(path, new):
            _build(new, attrs, lambda file: _add_series(file, plan, final=False))
            reserve(new)
            new.replace(path)
            sync_folder(path)
        beside(path, "checkpoint").unlink(missing_ok=True)
        return cls(path, plan, dict(metadata), run_id)

    @classmethod
    def resume(
        cls, path: str | Path, metadata: Mapping[str, str] | None = None, plan: RecordPlan | None = None
    ) -> tuple[Self, int, dict[str, NDArray[Any]]]:
        """Continue an interrupted run from its last checkpoint.

        Parameters
        ----------
        path : the incomplete result file.
        metadata, plan : what the run would be created with now; when given, they must equal what the file was
            created with, because another scenario, version or device would not continue the same run.

        Returns
        -------
        recorder : ready for interval `k_next`.
        k_next : first interval to compute; 0 when the run was stopped before its first checkpoint.
        arrays : what `checkpoint` was given; empty when `k_next` is 0.

        Raises
        ------
        InputError
            When the file is missing, foreign, complete, of another run, or not writable.
        """
        path = Path(path)
        with result_file.open_result_file(path) as file:
            if file.attrs["status"] == result_file.COMPLETE:
                raise InputError(Problem("is complete: there is nothing to resume", str(path)))
            recorded = json.loads(file.attrs["metadata"])
            planned = str(file.attrs["plan"])
            run_id = str(file.attrs["run_id"])
        if metadata is not None:
            keys = sorted(set(metadata) | set(recorded))
            other = [key for key in keys if metadata.get(key) != recorded.get(key)]
            if other:
                message = f"cannot be resumed: it was started with another {', '.join(other)}"
                raise InputError(Problem(message, str(path)))
        if plan is not None and plan.to_json() != planned:
            raise InputError(Problem("cannot be resumed: it records something else", str(path)))
        beside(path, "new").unlink(missing_ok=True)
        k, events, arrays = read_checkpoint(path, run_id)
        recorder = cls(path, RecordPlan.from_json(planned), recorded, run_id)
        recorder._k = k
        recorder._events = events
        with explained(path):
            for writer in recorder._writers.values():
                writer.go_to(writer.series.rows_through(k), recorder._file)
        return recorder, k + 1, arrays

    def sample(self, k: int, states: Mapping[str, NDArray[Any]], site: Mapping[str, NDArray[Any]]) -> None:
        """Record the end of control interval `k`; intervals come in order, none left out.

        Parameters
        ----------
        k : number of the interval, from 0.
        states : class name to its live block, shape (member, field, unit); what is needed is copied.
        site : site channel to its values, shape (member,).

        The first axis holds all members of the run, or just the recorded ones in their order.

        Raises
        ------
        InputError
            When the file cannot be written.
        """
        if k != self._k + 1:
            raise ValueError(f"interval {k} does not follow interval {self._k}")
        for name, writer in self._writers.items():
            series = writer.series
            if name == "trace" or series.rows_through(k) == series.rows_through(k - 1):
                continue
            if name == "site":
                blocks = [self._select(np.asarray(site[c.name]))[None, :] for c in series.channels]
            else:
                state = self._select(states[name])
                blocks = [state[:, c.index, :] for c in series.channels]
                # A row is one instant: (member, 1, rack) for racks, (1, member, unit) elsewhere.
                axis = writer.row_axis
                blocks = [np.expand_dims(block, axis) for block in blocks]
            self._put(writer, blocks, 1)
        self._k = k

    def trace(self, k: int, block: NDArray[Any]) -> None:
        """Record the samples inside control interval `k`, shape (member, sample, channel of the plan)."""
        writer = self._writers.get("trace")
        if writer is None:
            return
        series = writer.series
        if writer.first + writer.held != series.rows_through(k - 1):
            raise ValueError(f"the trace of interval {k} is out of order")
        chosen = self._select(block)
        self._put(writer, [chosen[:, :, c.index].T for c in series.channels], series.samples)

    def _select(self, block: NDArray[Any]) -> NDArray[Any]:
        members = self.plan.members
        if len(block) == len(members):
            return block
        return block[list(members)]

    def _put(self, writer: _SeriesWriter, blocks: list[NDArray[Any]], rows: int) -> None:
        if writer.held + rows > writer.room:
            with explained(self.path):
                writer.flush(self._file)
        writer.put(blocks, rows)

    def event(self, t: float, member: int, kind: str, unit: str, text: str) -> None:
        """Record what happened at run time `t` [s]: its kind, the equipment, and a sentence."""
        self._events.append((float(t), int(member), kind, unit, text))

    def checkpoint(self, k: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Make everything up to the end of interval `k` durable, with what the engine needs to continue.

        Parameters
        ----------
        k : the interval that `sample` was given last.
        arrays : named arrays of any shape and type but objects.

        Raises
        ------
        InputError
            When the disk is full or gone; the checkpoint before it stays in place.
        """
        if k != self._k:
            raise ValueError(f"checkpoint of interval {k}, but the last one recorded is {self._k}")
        behind = [n for n, w in self._writers.items() if w.first + w.held != w.series.rows_through(k)]
        if behind:
            raise ValueError(f"checkpoint of interval {k}, but these series are behind it: {behind}")
        with explained(self.path):
            self._flush()
            write_checkpoint(self.path, self._run_id, k, self._events, arrays)

    def finish(
        self,
        summary: Mapping[str, tuple[Any, str, str]],
        accounts: Mapping[str, Mapping[str, Any]],
        members: Mapping[str, tuple[Any, str, str]],
        places: Mapping[str, Any] | None = None,
    ) -> None:
        """Complete the file: compress the series, add events, accounts, summary and members, close.

        Parameters
        ----------
        summary : name to (value, unit, meaning).
        accounts : class to its energy account, each entry one value per member.
        members : name to (one value per member, unit, meaning).
        places : `hall`, `row`, `x` and `y` of each rack unit, where the racks have places.

        Raises
        ------
        InputError
            When the disk is full; the incomplete file stays and can be resumed.
        ValueError
            When not every interval was recorded.
        """
        self._check_all_recorded()
        new = beside(self.path, "new")
        with explained(self.path, new):
            self._flush()
            with h5py.File(self.path, "r") as old:
                created = str(old.attrs["created"])

                def fill(file: h5py.File) -> None:
                    _add_series(file, self.plan, final=True)
                    for writer in self._writers.values():
                        result_file.copy_series(old, file, writer.series)
                    result_file.add_events(file, self._events, self.plan.time_units)
                    result_file.add_accounts(file, accounts)
                    result_file.add_summary(file, summary)
                    result_file.add_members(file, members)
                    if places:
                        result_file.add_places(file, self.plan.units["rack"], places)

                _build(new, _header(self.plan, self._metadata, result_file.COMPLETE, created), fill)
            self._file.close()
            new.replace(self.path)
            sync_folder(self.path)
        beside(self.path, "checkpoint").unlink(missing_ok=True)

    def _check_all_recorded(self) -> None:
        last = self.plan.intervals - 1
        short = [n for n, w in self._writers.items() if w.first + w.held != w.series.rows]
        if self._k != last or short:
            raise ValueError(f"recorded up to interval {self._k} of {last}; short series: {short}")

    def _flush(self) -> None:
        for writer in self._writers.values():
            writer.flush(self._file)
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Stop recording; unless `finish` came before, the file stays incomplete and can be resumed."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _header(plan: RecordPlan, metadata: Mapping[str, str], status: str, created: str) -> dict[str, Any]:
    """Return the attributes of the root group."""
    return {
        **metadata,
        "Conventions": "CF-1.11",
        "format": result_file.FORMAT,
        "format_version": result_file.FORMAT_VERSION,
        "status": status,
        "created": created,
        "start": plan.start,
        "interval": plan.interval,
        "intervals": plan.intervals,
    }


def _build(path: Path, attrs: Mapping[str, Any], fill: Callable[[h5py.File], None]) -> None:
    """Write a whole HDF5 file, durably; OSError with the first cause when that fails."""
    sink = Sink(path)
    try:
        with h5py.File(path, "w", driver="fileobj", fileobj=sink) as file:
            file.attrs.update(attrs)
            fill(file)
    finally:
        sink.close()


def _add_series(file: h5py.File, plan: RecordPlan, final: bool) -> None:
    for series in series_of(plan):
        result_file.add_series(file, series, plan.time_units, final)
