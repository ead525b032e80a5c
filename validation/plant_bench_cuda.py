"""The plant bench in a CUDA kernel, or in numba's CUDA simulator: a thread a plant."""

# numba-cuda gives its functions no types.
# mypy: disable-error-code="no-untyped-call,no-untyped-def,untyped-decorator,attr-defined"

from __future__ import annotations

from typing import Any

from numba import cuda

from twin.validation.plant_bench import drive_plant

THREADS = 32


@cuda.jit
def drive_kernel(p, s, p_hall, s_hall, p_cdu, s_cdu, heat, dry, wet, rows, out, dt):
    """Drive plant `k` in thread `k`; arguments as in `drive_plant`."""
    k = cuda.grid(1)
    if k < p.shape[1]:
        drive_plant(p, s, k, p_hall, s_hall, p_cdu, s_cdu, heat, dry, wet, rows, out, dt)


def drive_all(p: Any, s: Any, given: tuple[Any, ...], out: Any, dt: float) -> Any:
    """Run the kernel over all plants; `s` moves along, and the chosen states of every step come back."""
    state, result = cuda.to_device(s), cuda.to_device(out)
    arrays = [cuda.to_device(array) for array in given]
    drive_kernel[-(-p.shape[1] // THREADS), THREADS](cuda.to_device(p), state, *arrays, result, dt)
    s[:] = state.copy_to_host()
    return result.copy_to_host()
