"""The checkpoint beside an incomplete result: what a run needs to continue, replaced in one step."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.durable import beside, sync_folder
from twin.errors import InputError, Problem

Event = tuple[float, int, str, str, str]


def write_checkpoint(
    path: Path, run_id: str, k: int, events: Sequence[Event], arrays: Mapping[str, NDArray[Any]]
) -> None:
    """Write the checkpoint of the result at `path` after interval `k`; the last one stays till then.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    place, new = beside(path, "checkpoint"), beside(path, "checkpoint.new")
    header = json.dumps({"run_id": run_id, "k": k, "events": list(events)}).encode()
    named = {f"array:{name}": np.asarray(values) for name, values in arrays.items()}
    try:
        with new.open("wb") as file:
            np.savez(file, allow_pickle=False, header=np.frombuffer(header, np.uint8), **named)
            file.flush()
            os.fsync(file.fileno())
        new.replace(place)
    except OSError:
        new.unlink(missing_ok=True)
        raise
    sync_folder(place)


def read_checkpoint(path: Path, run_id: str) -> tuple[int, list[Event], dict[str, NDArray[Any]]]:
    """Return the interval, events and arrays of the last checkpoint of the run `run_id` at `path`.

    A run without one, because it was stopped early or because what lies there is of an older run, is at
    interval -1, with nothing.

    Raises
    ------
    InputError
        When the checkpoint cannot be read.
    """
    place = beside(path, "checkpoint")
    if not place.exists():
        return -1, [], {}
    try:
        with place.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            header = json.loads(stored["header"].tobytes())
            if header["run_id"] != run_id:
                return -1, [], {}
            arrays = {n.removeprefix("array:"): stored[n] for n in stored.files if n.startswith("array:")}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(Problem(f"is not a usable checkpoint: {error}", str(place))) from error
    events = [
        (float(t), int(m), str(kind), str(unit), str(text)) for t, m, kind, unit, text in header["events"]
    ]
    return int(header["k"]), events, arrays
