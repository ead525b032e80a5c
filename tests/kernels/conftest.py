"""What the kernel tests share: the CUDA compiler, where its wheels are installed."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest


def compiler_problem() -> str | None:
    """Why kernels cannot be compiled to PTX here, or None when they can."""
    try:
        import numba
        from cuda.pathfinder import load_nvidia_dynamic_lib
        from numba.cuda import dispatcher
        from numba.cuda.cudadrv import nvvm

        if numba.config.DISABLE_JIT or not hasattr(dispatcher, "get_current_device"):
            return "functions are plain Python in this run"
        nvvm.NVVM()
        load_nvidia_dynamic_lib("nvrtc")
    except (
        Exception
    ) as error:  # ImportError, OSError, a pathfinder or an NVVM error, by version and by what lacks
        return f"the CUDA compiler wheels are not installed (pip install 'dctwin[ptx]'): {error}"
    return None


@pytest.fixture(scope="session")
def compile_kernel():
    """A function (kernel, signature, capability) -> PTX; skips without a compiler, unless TWIN_REQUIRE_PTX is set."""
    problem = compiler_problem()
    if problem:
        if os.environ.get("TWIN_REQUIRE_PTX"):
            pytest.fail(problem)
        pytest.skip(problem)
    from numba import cuda
    from numba.cuda import dispatcher

    def compiled(kernel, signature, capability):
        with pytest.MonkeyPatch.context() as patch:
            # Device functions are typed for the current device; there need not be one to compile.
            device = SimpleNamespace(compute_capability=capability)
            patch.setattr(dispatcher, "get_current_device", lambda: device)
            return cuda.compile_ptx(getattr(kernel, "py_func", kernel), signature, cc=capability)[0]

    return compiled
