"""`twin doctor`: what this machine has for the twin to use, and what is missing, one finding a line."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from twin.memory import available_memory, control_group, in_words, memory_limit, total_memory

PACKAGES = (
    "numpy",
    "numba",
    "numba-cuda",
    "cupy",
    "h5py",
    "scipy",
    "pydantic",
    "pint",
    "plotly",
    "jinja2",
    "xarray",
)
"""Packages whose versions decide what works; the last ones are optional."""

CUPY = ("cupy", "cupy-cuda12x", "cupy-cuda13x")


def findings() -> Iterator[str]:
    """Find out what this machine has.

    Yields
    ------
    str
        'subject: what was found'. Nothing here raises: what cannot be found out is said.
    """
    for subject, find in CHECKS.items():
        try:
            found = find()
        except Exception as error:  # a doctor reports what is broken and goes on
            found = f"cannot be found out ({type(error).__name__}: {error})"
        yield f"{subject + ':':<18}{found}"


def program() -> str:
    """Version of the program and of Python."""
    from twin import __version__

    return f"dctwin {__version__}, Python {platform.python_version()} on {platform.system()} {platform.machine()}"


def processor() -> str:
    """Name of the processor and the cores this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = control_group(Path("/sys/fs/cgroup/cpu.max"))
    limit = f", limited to the time of {quota:g}" if quota is not None and quota < usable else ""
    return f"{_processor_name()}, {usable} cores{limit}"


def _processor_name() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def memory() -> str:
    """Memory of the machine, what is free of it, and the limit of the container if there is one."""
    limit, total = memory_limit(), total_memory()
    limited = f", limited to {in_words(limit)}" if limit is not None and limit < total else ""
    return f"{in_words(total)}, {in_words(available_memory())} available{limited}"


def packages() -> str:
    """Versions of the packages that matter; those missing are named."""
    return ", ".join(f"{name} {_version(name) or 'missing'}" for name in PACKAGES)


def _version(name: str) -> str | None:
    for distribution in CUPY if name == "cupy" else (name,):
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            continue
    return None


def threads() -> str:
    """Threads of the CPU backend and the layer numba runs them on."""
    import numba

    asked = str(numba.config.THREADING_LAYER)  # type: ignore[attr-defined]
    layers = {"tbb": "tbbpool", "omp": "omppool", "workqueue": "workqueue"}
    # The order in which numba tries them unless one is asked for.
    tried = [asked] if asked in layers else list(layers)
    found = next((name for name in tried if _imports(f"numba.np.ufunc.{layers[name]}")), "none")
    return f"{numba.get_num_threads()} threads on layer {found}; JIT is {_jit()}"


def _imports(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def _jit() -> str:
    import numba

    return "switched off (NUMBA_DISABLE_JIT), which is slow" if numba.config.DISABLE_JIT else "on"  # type: ignore[attr-defined]


def cache() -> str:
    """Where compiled models are kept between starts."""
    from twin.kernels.cache import place_cache

    folder = place_cache()
    size = sum(path.stat().st_size for path in folder.glob("**/*") if path.is_file())
    return f"compiled models are kept in {folder} ({size / 2**20:.0f} MiB)"


def gpu() -> str:
    """The GPU that `--backend auto` takes, or why it takes none."""
    from twin.kernels.backend import gpu_name, gpu_problem

    problem = gpu_problem()
    if problem:
        return f"none: {problem}"
    from numba import cuda

    context: Any = cuda.current_context
    free, total = context().get_memory_info()
    return f"{gpu_name()}, {in_words(free)} of {in_words(total)} free"


def simulator() -> str:
    """Whether the CUDA loops can be run without a GPU."""
    from twin.kernels.backend import simulating

    if importlib.util.find_spec("numba.cuda") is None:
        return "not available: numba-cuda is not installed"
    if simulating():
        return "switched on; --backend sim"
    return "available; set NUMBA_ENABLE_CUDASIM=1 and NUMBA_DISABLE_JIT=1, then --backend sim"


def data() -> str:
    """The folder of real series, and which of them were found."""
    folder = os.environ.get("TWIN_DATA")
    if not folder:
        return "TWIN_DATA is not set: scenarios that name real series cannot be run"
    place = Path(folder)
    if not place.is_dir():
        return f"TWIN_DATA names {folder}, which is not a folder"
    found = sorted(entry.name for entry in place.iterdir() if entry.is_dir())
    return f"TWIN_DATA={folder}: {', '.join(found) or 'holds no series'}"


def reports() -> str:
    """Whether `twin report` has its libraries."""
    missing = [name for name in ("plotly", "jinja2") if importlib.util.find_spec(name) is None]
    return f"not available: pip install {' '.join(missing)}" if missing else "available"


def rendering() -> str:
    """Whether `twin view` can draw pictures, by what, or why not."""
    from twin.scene.rendering import way_to_draw

    return way_to_draw()[1]


def disk() -> str:
    """Room for results in the present folder."""
    return f"{in_words(shutil.disk_usage(Path.cwd()).free)} free in {Path.cwd()}"


CHECKS: dict[str, Callable[[], str]] = {
    "program": program,
    "processor": processor,
    "memory": memory,
    "packages": packages,
    "numba": threads,
    "cache": cache,
    "GPU": gpu,
    "CUDA simulator": simulator,
    "data": data,
    "report": reports,
    "3-D view": rendering,
    "disk": disk,
}
