"""Runs a grid area alone, for the cases that validate it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from twin.errors import InputError
from twin.kernels.area import area_alone
from twin.kernels.fields import AREA_NADIR, AREA_NADIR_TIME
from twin.signals.area import AreaModel

Array = npt.NDArray[np.float64]
KINDS = ("area", "turbine", "response", "relay")


@dataclass(frozen=True)
class AreaRun:
    """Frequency of an area.

    Attributes
    ----------
    time, frequency : array, shape (n,)
        s and Hz.
    state : dict of array, shape (field, unit)
        States at the end.
    nadir, nadir_time : float
        Lowest frequency over all steps, Hz, and its time, s.
    """

    time: Array
    frequency: Array
    state: dict[str, Array]

    @property
    def nadir(self) -> float:
        """Lowest frequency, Hz."""
        return float(self.state["area"][AREA_NADIR, 0])

    @property
    def nadir_time(self) -> float:
        """Time of the lowest frequency, s."""
        return float(self.state["area"][AREA_NADIR_TIME, 0])

    def at(self, time: float | Array) -> Any:
        """Frequency at `time`, s, by a straight line between steps, Hz."""
        return np.interp(time, self.time, self.frequency)


def run_area(
    model: AreaModel, duration: float, step: float, backend: str = "cpu", site: Array | None = None
) -> AreaRun:
    """Run area 0 of `model` from rest.

    Parameters
    ----------
    model : AreaModel
        From `twin.signals.area.load_area`.
    duration, step : float
        s; the duration is rounded to whole steps.
    backend : str
        'auto' and 'cpu' run on the processor (one member gains nothing from a GPU); 'cuda' and 'sim' run the
        same step in a kernel.
    site : array, shape (steps,), optional
        Import of the site in each step, W.

    Raises
    ------
    InputError
        When the backend is unknown or not there.
    """
    steps = round(duration / step)
    trace = np.zeros(steps + 1)
    blocks: list[Any] = []
    for kind in KINDS:
        blocks += [model.param[kind][0].copy(), model.state[kind][0].copy()]
    power = np.zeros(0) if site is None else site
    if backend in ("auto", "cpu"):
        p, s, pt, st, pr, sr, pl, sl = blocks
        area_alone(p, s, pt, st, pr, sr, pl, sl, model.events, power, trace, step)
    elif backend in ("cuda", "sim"):
        trace = _on_device(backend, blocks, model.events, power, trace, step)
    else:
        raise InputError(f"unknown backend {backend!r}; expected auto, cpu, cuda or sim")
    state = {kind: blocks[2 * k + 1] for k, kind in enumerate(KINDS)}
    return AreaRun(np.arange(steps + 1, dtype=np.float64) * np.float64(step), trace, state)


def _on_device(
    backend: str, blocks: list[Any], events: Array, site: Array, trace: Array, step: float
) -> Array:
    """Run in a kernel of one thread; writes the states back into `blocks` and returns the trace."""
    from importlib import import_module

    # numba.cuda is untyped, and its attributes depend on the simulator.
    cuda: Any = import_module("numba.cuda")
    simulated = bool(import_module("numba").config.ENABLE_CUDASIM)

    if simulated != (backend == "sim"):
        hint = "set" if backend == "sim" else "unset"
        raise InputError(f"backend {backend}: {hint} NUMBA_ENABLE_CUDASIM and NUMBA_DISABLE_JIT beforehand")
    if backend == "cuda" and not cuda.is_available():
        raise InputError("backend cuda: there is no usable GPU; use cpu")
    # A device array has at least one unit; those added belong to no area.
    padded = [b if b.shape[1] else np.full((b.shape[0], 1), -1.0) for b in blocks]
    rows = events if len(events) else np.zeros((1, 3))
    kernel: Callable[..., None] = cuda.jit(_alone_kernel)[1, 1]
    device = [cuda.to_device(b) for b in padded]
    frequency = cuda.to_device(trace)
    power = cuda.to_device(site if len(site) else np.zeros(1))
    kernel(*device, cuda.to_device(rows), power, len(site) > 0, frequency, step)
    for block, copy in zip(blocks, device, strict=True):
        block[:] = copy.copy_to_host()[:, : block.shape[1]]
    result: Array = frequency.copy_to_host()
    return result


def _alone_kernel(
    p: Any, s: Any, pt: Any, st: Any, pr: Any, sr: Any, pl: Any, sl: Any, events: Any, site: Any,
    has_site: bool, trace: Any, dt: float,
) -> None:  # fmt: skip
    area_alone(p, s, pt, st, pr, sr, pl, sl, events, site if has_site else site[:0], trace, dt)
