"""Where the arrays live and who runs the loop: CPU, CUDA device, or CUDA simulator.

`auto` takes a GPU when one works and the CPU otherwise. Asking for `cuda` on a machine without one is an error:
a run never falls back in silence.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Protocol

import numba
import numpy as np

from twin.errors import InputError, suggest
from twin.kernels.device import CudaMachine, gpu_name, gpu_problem, simulating
from twin.kernels.fields import DISTURBANCE_WIDTH
from twin.kernels.recirculation import on_cpu
from twin.kernels.scalar import Array
from twin.kernels.site import PARAM_ORDER, STATE_ORDER, Site

BACKENDS = ("auto", "cpu", "cuda", "sim")

__all__ = [
    "BACKENDS", "CpuMachine", "CudaMachine", "Interval", "Machine",
    "choose", "cpu_name", "gpu_name", "gpu_problem", "open_machine", "simulating",
]  # fmt: skip


@dataclass
class Interval:
    """What the kernels are told about one control interval.

    Attributes
    ----------
    start, step : float
        Run time at its start and electrical step [s].
    steps, thermal_every, trace_every : int
        Electrical steps in it, per thermal step and per trace sample; 0 for no thermal step or no trace.
    active : (member,) int64 array
        1 for members that are stepped.
    signal : (member, signal) array
        Signals, `SIG_...` of `fields.py`.
    utilisation : (member, workload) array
        Utilisation of each workload, 0 to 1.
    disturbances : (row, DISTURBANCE_WIDTH) array
        Disturbances of the grid that act in the interval, see `fields_supply.py`.
    """

    start: float
    step: float
    steps: int
    thermal_every: int
    trace_every: int
    active: Any
    signal: Array
    utilisation: Array
    disturbances: Array

    def __post_init__(self) -> None:
        # A compiled kernel would read past the end of a narrower row without a word.
        if self.disturbances.shape[1] != DISTURBANCE_WIDTH:
            found = self.disturbances.shape[1]
            raise ValueError(f"rows of disturbances have {DISTURBANCE_WIDTH} columns, found {found}")


class Machine(Protocol):
    """A site with its members on one backend."""

    name: str
    device: str

    @property
    def trace(self) -> Array:
        """Trace samples of the last interval, (member, sample, channel)."""

    def advance(self, interval: Interval) -> None:
        """Step every active member through one interval."""

    def states(self, classes: tuple[str, ...] | None = None) -> dict[str, Array]:
        """States on the host: live arrays on the CPU, copies from a device."""

    def rows(self, name: str, fields: tuple[int, ...]) -> Array:
        """Copy of the fields `fields` of class `name`, (member, field, unit): all that travels from a device."""

    def write(self, name: str, values: Array) -> None:
        """Replace the state block of class `name`."""


class CpuMachine:
    """Members stepped by `step_cpu`, in parallel over the cores numba uses."""

    name = "cpu"

    def __init__(self, site: Site, states: dict[str, Array], variant: Any, samples: int) -> None:
        # OpenMP reads it when its first loop runs: threads that spin at the end of a loop starve each other on a
        # machine that is shared, and an interval is far longer than waking them takes.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        from twin.kernels.fields import TRACE
        from twin.kernels.step_cpu import run_interval

        self._run: Any = run_interval
        self._site = site
        self._params = [np.ascontiguousarray(site.params[block.name]) for block in PARAM_ORDER]
        self._states = {block.name: np.ascontiguousarray(states[block.name]) for block in STATE_ORDER}
        self._variant = np.ascontiguousarray(variant, dtype=np.int64)
        self._recirculation = on_cpu(site)
        members = self._variant.size
        self.trace = np.zeros((members, samples, len(TRACE.states)))
        self.device = cpu_name()
        self._advance = self._first

    def advance(self, interval: Interval) -> None:
        """Step every active member through one interval."""
        self._advance(interval)

    def _first(self, interval: Interval) -> None:
        """The first interval compiles the loop, or finds it in the cache."""
        from twin.kernels.warm import Helpers

        with Helpers():
            self._step(interval)
        self._advance = self._step

    def _step(self, interval: Interval) -> None:
        if self._recirculation is not None:
            self._recirculation.refresh(self._states["rack"], self._states["hall"], interval.active)
        # Threads without a member of their own would only be waited for, which costs a time slice on a busy machine.
        threads = numba.get_num_threads()
        numba.set_num_threads(min(threads, self._variant.size))
        try:
            self._run(
                *self._params,
                *self._states.values(),
                self._site.links,
                self._variant,
                interval.active,
                interval.signal,
                interval.utilisation,
                interval.disturbances,
                self._site.infeed,
                self.trace,
                interval.start,
                interval.step,
                interval.steps,
                interval.thermal_every,
                interval.trace_every,
            )
        finally:
            numba.set_num_threads(threads)

    def states(self, classes: tuple[str, ...] | None = None) -> dict[str, Array]:
        """Live states, by class."""
        return self._states if classes is None else {name: self._states[name] for name in classes}

    def rows(self, name: str, fields: tuple[int, ...]) -> Array:
        """Copy of some fields of a class, (member, field, unit)."""
        rows: Array = self._states[name][:, list(fields)]
        return rows

    def write(self, name: str, values: Array) -> None:
        """Replace the state block of class `name`."""
        self._states[name][...] = values


def cpu_name() -> str:
    """Number of threads numba runs the CPU loop with, in words."""
    return f"CPU, {numba.get_num_threads()} threads"


def choose(backend: str) -> str:
    """Resolve a backend name to cpu, cuda or sim.

    Raises
    ------
    InputError
        For an unknown name, for `cuda` without a working GPU, and for `sim` outside the simulator.
    """
    if backend not in BACKENDS:
        raise InputError(f"unknown backend '{backend}'{suggest(backend, BACKENDS)}")
    if backend == "auto":
        return "cpu" if gpu_problem() else "cuda"
    if backend == "cuda":
        problem = gpu_problem()
        if problem:
            raise InputError(f"backend 'cuda' cannot be used: {problem}; 'cpu' and 'auto' work here")
    if backend == "sim" and not simulating():
        raise InputError(
            "backend 'sim' needs NUMBA_ENABLE_CUDASIM=1 and NUMBA_DISABLE_JIT=1 in the environment "
            "before the program starts"
        )
    return backend


def open_machine(
    backend: str, site: Site, states: dict[str, Array], variant: Any | None = None, samples: int = 0
) -> Machine:
    """Put a site and its members on a backend.

    Parameters
    ----------
    backend : str
        auto, cpu, cuda or sim.
    site : Site
        Parameters and topology.
    states : dict of str to (member, field, unit) array
        Initial states; copied to a device, used in place on the CPU when contiguous.
    variant : (member,) int array, optional
        Which parameters each member uses; variant 0 for all by default.
    samples : int
        Trace samples per interval.
    """
    name = choose(backend)
    if variant is None:
        variant = np.zeros(states["rack"].shape[0], dtype=np.int64)
    if name == "cpu":
        return CpuMachine(site, states, variant, samples)
    return CudaMachine(site, states, variant, samples, name)
