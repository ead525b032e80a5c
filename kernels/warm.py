"""The first start: phases of the step are compiled in other processes while this one compiles the rest.

Compiling the step is Python's work more than LLVM's, and one process uses one core for it. The phases do not depend on
each other, and what one process has compiled the others find in the cache (`cache.py`): helpers go through the list of
phases from its end while this process meets them from its beginning, until they meet. Two processes that compile the
same function waste time and nothing else: numba replaces the files of its cache in one step.
"""

from __future__ import annotations

import importlib
import inspect
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from numba import config, types

from twin.kernels.cache import PREFIX

MOST_HELPERS = 3
"""Helpers at most: the phases are then done before this process has compiled what is left."""

FLOATS: Any = types.float64
LINES: dict[str, Any] = {
    "links": types.Array(types.int64, 1, "C"),
    "signal": types.Array(FLOATS, 1, "C"),
    "utilisation": types.Array(FLOATS, 1, "C"),
}
"""Arguments that are not blocks of fields over units."""
BLOCK: Any = types.Array(FLOATS, 2, "C")
PLAIN = {"float": FLOATS, "int": types.int64}


PHASES = (
    "begin_interval", "begin_period", "area_step", "ring_sense_step", "supply_phase", "pdu_phase", "row_step",
    "pdu_power_step", "ups_power_step", "bus_phase", "ring_power_step", "thermal_step",
)  # fmt: skip
"""Phases of a step in the order in which the loop meets them; the last one holds the whole thermal step."""


def phases() -> list[Any]:
    """The compiled functions behind `PHASES`."""
    loop = importlib.import_module("twin.kernels.step_cpu")
    return [getattr(loop, name) for name in PHASES]


def signature_of(phase: Any) -> tuple[Any, ...]:
    """Types with which the loop calls a phase, from the names and annotations of its arguments."""
    arguments = inspect.signature(getattr(phase, "py_func", phase)).parameters.values()
    return tuple(
        PLAIN[a.annotation] if a.annotation in PLAIN else LINES.get(a.name, BLOCK) for a in arguments
    )


def compile_share(share: int, shares: int) -> None:
    """Compile one share of the phases, the last ones first: what a helper does.

    Parameters
    ----------
    share, shares : which share, from 0, and how many there are.
    """
    for phase in phases()[::-1][share::shares]:
        phase.compile(signature_of(phase))


def compiled() -> bool:
    """Whether the loop for this machine is in the cache already, or is not compiled at all."""
    folder = Path(str(config.CACHE_DIR))  # type: ignore[attr-defined]
    return bool(config.DISABLE_JIT) or any(folder.glob("**/step_cpu.run_interval-*.nbi"))  # type: ignore[attr-defined]


def helpers_of(cores: int) -> int:
    """How many processes help on a machine with so many cores."""
    return max(0, min(MOST_HELPERS, cores - 1))


class Helpers:
    """Processes that compile phases into the cache of this one; a context manager that ends them.

    Parameters
    ----------
    launch : how a process is started; `subprocess.Popen`.
    """

    def __init__(self, launch: Callable[..., Any] = subprocess.Popen) -> None:
        self._launch = launch
        self._running: list[Any] = []

    def __enter__(self) -> Self:
        folder = str(config.CACHE_DIR)  # type: ignore[attr-defined]
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        shares = helpers_of(cores)
        # A cache that another process cannot find would not be shared.
        if compiled() or not Path(folder).name.startswith(PREFIX):
            return self
        quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        for share in range(shares):
            code = f"from twin.kernels.warm import compile_share; compile_share({share}, {shares})"
            environment = os.environ | {"NUMBA_CACHE_DIR": folder}
            try:
                process = self._launch([sys.executable, "-P", "-c", code], env=environment, **quiet)
            except OSError:  # a machine that has no room for another process compiles by itself
                break
            self._running.append(process)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._running:
            process.kill()
            process.wait()
