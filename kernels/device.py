"""Members on a CUDA device, or in numba's CUDA simulator: arrays, transfers and launches.

Blocks stay on the device between intervals; only what is asked for is copied back. A class without units is an
array of size 0, which numba-cuda holds as a null pointer with its shape, and passes to a kernel as such.
"""

# numba-cuda gives its functions no types.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from twin.kernels.recirculation import Recirculation, on_cpu, on_device
from twin.kernels.scalar import Array
from twin.kernels.site import PARAM_ORDER, STATE_ORDER, Site

if TYPE_CHECKING:
    from twin.kernels.backend import Interval

WARP = 32
THREADS_MIN = 64
THREADS_MAX = 256
"""At 255 registers a thread, what the compiler uses, 256 threads take the register file of a multiprocessor."""
SIMULATED_THREADS = 4
"""Enough to show a missing barrier; the simulator runs a Python thread for each."""
GATHER_THREADS = 128
GATHER_BLOCKS = 1024


def threads_for(racks: int) -> int:
    """Threads of a member's block: one a rack, in whole warps, within what the registers allow."""
    return min(max(-(-racks // WARP) * WARP, THREADS_MIN), THREADS_MAX)


class CudaMachine:
    """Members stepped by `step_cuda`, a block of threads each; the simulator runs the same loop."""

    def __init__(self, site: Site, states: dict[str, Array], variant: Any, samples: int, name: str) -> None:
        from numba import cuda

        from twin.kernels import step_cuda
        from twin.kernels.fields import TRACE

        self.name = name
        self.device = "CUDA simulator" if name == "sim" else gpu_name()
        self._cuda = cuda
        self._kernel = step_cuda.run_interval
        self._gather = step_cuda.gather_rows
        self._params = [cuda.to_device(np.ascontiguousarray(site.params[b.name])) for b in PARAM_ORDER]
        self._states = {b.name: cuda.to_device(np.ascontiguousarray(states[b.name])) for b in STATE_ORDER}
        self._variant = cuda.to_device(np.ascontiguousarray(variant, dtype=np.int64))
        self._links = cuda.to_device(site.links)
        self._infeed = cuda.to_device(np.ascontiguousarray(site.infeed))
        members = int(np.size(variant))
        self._trace = cuda.to_device(np.zeros((members, samples, len(TRACE.states))))
        self._grid = (members, SIMULATED_THREADS if name == "sim" else threads_for(site.racks))
        self._recirculation = on_cpu(site) if name == "sim" else on_device(site)
        self._sent: dict[str, tuple[Any, Any]] = {}
        self._gathered: dict[str, tuple[Any, Any]] = {}

    def _configured(self, kernel: Any, grid: tuple[int, int]) -> Any:
        """Kernel with its launch configuration; few members are a use of this program, not a mistake."""
        from numba.core.errors import NumbaPerformanceWarning

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NumbaPerformanceWarning)
            return kernel[grid]

    def advance(self, interval: Interval) -> None:
        """Step every active member through one interval."""
        if self._recirculation is not None:
            self._recirculate(self._recirculation, interval.active)
        self._configured(self._kernel, self._grid)(
            *self._params,
            *self._states.values(),
            self._links,
            self._variant,
            self._send("active", interval.active),
            self._send("signal", interval.signal),
            self._send("utilisation", interval.utilisation),
            self._send("disturbances", interval.disturbances),
            self._infeed,
            self._trace,
            float(interval.start),
            float(interval.step),
            int(interval.steps),
            int(interval.thermal_every),
            int(interval.trace_every),
        )

    def _recirculate(self, matrix: Recirculation, active: Any) -> None:
        """Multiply on the device, on the live blocks; in the simulator, whose blocks CuPy cannot see, on the host."""
        if self.name == "sim":
            rack = self._states["rack"].copy_to_host()
            matrix.refresh(rack, self._states["hall"].copy_to_host(), active)
            self._states["rack"].copy_to_device(rack)
        else:
            rack, hall = (matrix.xp.asarray(self._states[name]) for name in ("rack", "hall"))
            matrix.refresh(rack, hall, matrix.xp.asarray(active))

    def _send(self, name: str, values: Any) -> Any:
        """Input on the device: copied when it differs from the last interval's, allocated when its shape does."""
        host, device = self._sent.get(name, (None, None))
        if host is None or host.shape != values.shape:
            host = np.array(values)
            device = self._cuda.to_device(host)
            self._sent[name] = (host, device)
        elif not np.array_equal(host, values):
            host[...] = values
            device.copy_to_device(host)
        return device

    @property
    def trace(self) -> Array:
        """Trace samples of the last interval, copied from the device."""
        samples: Array = self._trace.copy_to_host()
        return samples

    def states(self, classes: tuple[str, ...] | None = None) -> dict[str, Array]:
        """Copies of the states, by class."""
        wanted = tuple(self._states) if classes is None else classes
        return {name: self._states[name].copy_to_host() for name in wanted}

    def rows(self, name: str, fields: tuple[int, ...]) -> Array:
        """Copy of some fields of a class, (member, field, unit): gathered on the device, so only they travel."""
        state = self._states[name]
        shape = (state.shape[0], len(fields), state.shape[2])
        key = f"{name}{fields}"
        if key not in self._gathered:
            index = self._cuda.to_device(np.array(fields, dtype=np.int64))
            self._gathered[key] = (index, self._cuda.device_array(shape))
        index, out = self._gathered[key]
        if out.size:
            blocks = min(-(-out.size // GATHER_THREADS), GATHER_BLOCKS)
            grid = (1, SIMULATED_THREADS) if self.name == "sim" else (blocks, GATHER_THREADS)
            self._configured(self._gather, grid)(state, index, out)
        values: Array = out.copy_to_host()
        return values

    def write(self, name: str, values: Array) -> None:
        """Replace the state block of class `name`."""
        self._states[name].copy_to_device(np.ascontiguousarray(values))

    def arrays(self) -> dict[str, Any]:
        """The live state blocks as CuPy arrays, without a copy, for analysis on the device.

        Raises
        ------
        ImportError
            Without CuPy.
        """
        import cupy

        return {name: cupy.asarray(block) for name, block in self._states.items()}


def gpu_name() -> str:
    """Name of the CUDA device in use."""
    from numba import cuda

    name = cuda.get_current_device().name
    return name.decode() if isinstance(name, bytes) else str(name)


def simulating() -> bool:
    """Whether numba's CUDA simulator is switched on for this process."""
    return os.environ.get("NUMBA_ENABLE_CUDASIM", "0") == "1"


def gpu_problem() -> str | None:
    """Why no GPU can be used, in words, or None when one works."""
    if simulating():
        return "NUMBA_ENABLE_CUDASIM=1 asks for the simulator"
    try:
        from numba import cuda
        from numba.cuda.cudadrv import nvvm
    except ImportError as error:
        return f"numba-cuda is not installed ({error}); pip install 'dctwin[cuda12]' or 'dctwin[cuda13]'"
    try:
        if not cuda.is_available():
            return "no CUDA driver or device was found"
        cuda.get_current_device()
    except Exception as error:  # the driver raises many kinds, all of them meaning the same here
        return f"the CUDA driver does not work: {error}"
    try:
        nvvm.NVVM()
    except Exception as error:  # a missing library is an OSError, a pathfinder or an NVVM error by version
        return f"the CUDA compiler was not found ({error}); pip install 'dctwin[cuda12]' or 'dctwin[cuda13]'"
    return None
