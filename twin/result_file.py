"""Layout of the result file: groups, axes, names and units, so that xarray, netCDF tools and h5py read it.

Every axis is an HDF5 dimension scale with a coordinate of its own; `units`, `long_name`, `flag_values` and
the time encoding follow the CF conventions 1.11 (sections 3.1, 3.5 and 4.4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, Problem
from twin.record_plan import Channel, Series

FORMAT = "dctwin result"
FORMAT_VERSION = 1
INCOMPLETE = "incomplete"
COMPLETE = "complete"

_CHUNK = 256 * 1024
_SLAB = 32 * 1024 * 1024
_TEXT = h5py.string_dtype()


def open_result_file(path: Path) -> h5py.File:
    """Open a result file for reading, complete or not.

    Raises
    ------
    InputError
        When there is no such file, or it is not a result of this program.
    """
    if not path.is_file():
        raise InputError(Problem("no such file", str(path)))
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        cause = error.strerror or "not an HDF5 file"
        message = f"cannot be read as a result ({cause}); expected a file that `twin run` wrote"
        raise InputError(Problem(message, str(path))) from error
    if file.attrs.get("format") != FORMAT:
        file.close()
        raise InputError(Problem("is HDF5, but not a result that `twin run` wrote", str(path)))
    version = int(file.attrs["format_version"])
    if version > FORMAT_VERSION:
        file.close()
        message = f"has format version {version}; this program reads up to {FORMAT_VERSION}"
        raise InputError(Problem(message, str(path)))
    return file


def add_axis(group: h5py.Group, name: str, values: Any, attrs: Mapping[str, Any]) -> None:
    """Add the axis `name` with its coordinate to `group`."""
    if len(values) and isinstance(values[0], str):
        axis = group.create_dataset(name, data=np.array(values, dtype=object), dtype=_TEXT)
    else:
        axis = group.create_dataset(name, data=np.asarray(values))
    axis.make_scale(name)
    axis.attrs.update(attrs)


def add_variable(
    group: h5py.Group, name: str, dims: Sequence[str], values: Any, unit: str | None, meaning: str
) -> None:
    """Add a variable on existing axes of `group`; text when its values are text."""
    array = np.asarray(values)
    if array.dtype.kind in "UO":
        data = group.create_dataset(name, data=array.astype(object), dtype=_TEXT)
    else:
        data = group.create_dataset(name, data=array)
    for i, dim in enumerate(dims):
        data.dims[i].attach_scale(group[dim])
    data.attrs["long_name"] = meaning
    if unit is not None:
        data.attrs["units"] = unit


def add_series(file: h5py.File, series: Series, time_units: str, final: bool) -> None:
    """Add the group of `series`, its axes and its empty channels.

    A file in progress holds plain contiguous arrays at fixed places, all of them allocated now, so that a run
    writes numbers only and never the structure. The finished file is chunked and compressed.
    """
    group = file.create_group(series.group, track_order=True)
    time = _dataset(group, "time", (series.rows,), np.dtype(np.float64), final)
    time.make_scale("time")
    if not final:
        time[:] = np.nan
    time.attrs.update(
        {
            "long_name": "time since the start of the run",
            "units": time_units,
            "calendar": "proleptic_gregorian",
            "standard_name": "time",
        }
    )
    add_axis(
        group, "member", np.array(series.members, dtype=np.int64), {"long_name": "member of the ensemble"}
    )
    if series.units:
        add_axis(group, series.dims[-1], list(series.units), {"long_name": f"name of the {series.dims[-1]}"})
    for channel in series.channels:
        chunks = _chunks(series, channel) if final else None
        data = _dataset(group, channel.name, series.shape, channel.dtype, final, chunks)
        for i, dim in enumerate(series.dims):
            data.dims[i].attach_scale(group[dim])
        data.attrs["long_name"] = channel.meaning
        data.attrs["units"] = channel.unit
        if channel.flags:
            data.attrs["flag_values"] = np.array(list(channel.flags), dtype=np.int8)
            data.attrs["flag_meanings"] = " ".join(channel.flags.values())
        if channel.dtype == np.float32:
            data.attrs["precision"] = "computed in double, stored in single precision"


def _dataset(
    group: h5py.Group,
    name: str,
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    final: bool,
    chunks: tuple[int, ...] | None = None,
) -> h5py.Dataset:
    if final:
        if chunks is None:
            return group.create_dataset(name, shape, dtype)
        packed = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
        return group.create_dataset(name, shape, dtype, chunks=chunks, **packed)
    in_place = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    in_place.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    in_place.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    return group.create_dataset(name, shape, dtype, dcpl=in_place)


def _chunks(series: Series, channel: Channel) -> tuple[int, ...] | None:
    """Return a chunk of some 256 KiB: long in time for racks, whole rows elsewhere; None if small."""
    size = channel.dtype.itemsize
    if np.prod(series.shape, dtype=np.int64) * size <= _CHUNK // 4:
        return None
    if series.dims[1] == "time":
        rows = min(series.rows, 2048)
        return (1, rows, min(len(series.units), max(1, _CHUNK // (rows * size))))
    width = int(np.prod(series.shape[1:])) * size
    return (min(series.rows, max(1, _CHUNK // width)), *series.shape[1:])


def copy_series(source: h5py.File, target: h5py.File, series: Series) -> None:
    """Copy the numbers of `series`, a slab of rows at a time, into the group that `add_series` made."""
    target[series.group]["time"][:] = source[series.group]["time"][:]
    members_first = series.dims[0] == "member"
    for channel in series.channels:
        old, new = source[series.group][channel.name], target[series.group][channel.name]
        if old.size == 0:
            continue
        chunk = (new.chunks or new.shape)[series.dims.index("time")]
        row = old.size // series.rows * channel.dtype.itemsize
        slab = max(1, _SLAB // (row * chunk)) * chunk
        for first in range(0, series.rows, slab):
            rows = slice(first, min(first + slab, series.rows))
            where = (slice(None), rows) if members_first else (rows,)
            new[where] = old[where]


def add_events(file: h5py.File, events: Sequence[tuple[float, int, str, str, str]], time_units: str) -> None:
    """Add the group /events: one row for each event (instant, member, kind, unit, text)."""
    group = file.create_group("events")
    add_axis(group, "event", np.arange(len(events), dtype=np.int64), {"long_name": "number of the event"})
    columns = list(zip(*events, strict=True)) if events else [(), (), (), (), ()]
    instants = np.array(columns[0], dtype=np.float64)
    add_variable(group, "t", ("event",), instants, time_units, "instant of the event")
    group["t"].attrs["calendar"] = "proleptic_gregorian"
    members = np.array(columns[1], dtype=np.int64)
    add_variable(group, "member", ("event",), members, None, "member of the ensemble")
    words = {"kind": "what happened", "unit": "name of the equipment", "text": "what happened, in a sentence"}
    for column, (name, meaning) in zip(columns[2:], words.items(), strict=True):
        add_variable(group, name, ("event",), np.array(column, dtype=object), None, meaning)


def add_accounts(file: h5py.File, accounts: Mapping[str, Mapping[str, Any]]) -> None:
    """Add the group /accounts: the energy account of each class and member, in joules since the start."""
    meanings = {
        "e_in": "energy that came in",
        "e_out": "energy passed on",
        "e_loss": "energy lost as heat",
        "stored": "change of the stored energy",
        "residual": "what came in, less what went out, was lost and is stored",
        "relative": "residual as a share of the energy that came in",
    }
    group = file.create_group("accounts", track_order=True)
    names = list(accounts)
    rows = {q: [np.atleast_1d(accounts[c].get(q, np.nan)) for c in names] for q in _quantities(accounts)}
    members = max((len(row) for table in rows.values() for row in table), default=0)
    if names:
        add_axis(group, "class", names, {"long_name": "class of equipment"})
        add_axis(group, "member", np.arange(members, dtype=np.int64), {"long_name": "member of the ensemble"})
    for quantity, table in rows.items():
        values: NDArray[np.float64] = np.array(
            [np.broadcast_to(row, members) for row in table], dtype=np.float64
        )
        unit = "1" if quantity == "relative" else "J"
        add_variable(group, quantity, ("class", "member"), values, unit, meanings.get(quantity, quantity))


def _quantities(accounts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(quantity for account in accounts.values() for quantity in account))


def add_summary(file: h5py.File, summary: Mapping[str, tuple[Any, str, str]]) -> None:
    """Add the group /summary: one number (or word) each, with unit and meaning."""
    group = file.create_group("summary", track_order=True)
    for name, (value, unit, meaning) in summary.items():
        add_variable(group, name, (), value, unit, meaning)


def add_places(file: h5py.File, racks: Sequence[str], places: Mapping[str, Any]) -> None:
    """Add the group /racks: where each rack unit stands; `hall` counts the units of class hall."""
    meanings = {
        "hall": ("1", "index of its hall"),
        "row": ("1", "row in its hall, from 0"),
        "x": ("m", "middle of the rack along its row"),
        "y": ("m", "middle of the rack across the rows"),
    }
    group = file.create_group("racks", track_order=True)
    add_axis(group, "rack", list(racks), {"long_name": "name of the rack"})
    for name, (unit, meaning) in meanings.items():
        add_variable(group, name, ("rack",), places[name], unit, meaning)


def add_members(file: h5py.File, members: Mapping[str, tuple[Any, str, str]]) -> None:
    """Add the group /members: one number per member of the ensemble, with unit and meaning."""
    group = file.create_group("members", track_order=True)
    arrays = {name: np.asarray(row[0]) for name, row in members.items()}
    if not arrays:
        return
    count = len(next(iter(arrays.values())))
    add_axis(group, "member", np.arange(count, dtype=np.int64), {"long_name": "member of the ensemble"})
    for name, (_, unit, meaning) in members.items():
        add_variable(group, name, ("member",), arrays[name], unit, meaning)
