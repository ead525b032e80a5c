"""Every CUDA kernel compiles to PTX for two generations of GPU: what the simulator lets pass, the compiler does not."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

CAPABILITIES = [(8, 0), (9, 0)]
PARAMETER_LIMIT = 4096
"""Bytes of kernel arguments that every driver takes; 32,764 need CUDA 12.1 and compute capability 7.0."""
REGISTER_FILE = 65536


def run_signature():
    """Argument types of `run_interval`."""
    from numba import types

    from twin.kernels.site import PARAM_ORDER, STATE_ORDER

    blocks = [types.float64[:, :, ::1]] * (len(PARAM_ORDER) + len(STATE_ORDER))
    whole, table = types.int64[::1], types.float64[:, ::1]
    inputs = [whole, whole, whole, table, table, table, table, types.float64[:, :, ::1]]
    return (*blocks, *inputs, types.float64, types.float64, types.int64, types.int64, types.int64)


def registers(ptx: str, capability: tuple[int, int], folder: Path) -> int:
    """Registers a thread, as the assembler of the compiler wheels counts them."""
    import nvidia.cuda_nvcc

    assembler = Path(nvidia.cuda_nvcc.__path__[0]) / "bin" / "ptxas"
    found = str(assembler) if assembler.exists() else shutil.which("ptxas")
    if found is None:
        pytest.skip("no ptxas")
    source = folder / "kernel.ptx"
    source.write_text(ptx)
    target = f"-arch=sm_{capability[0]}{capability[1]}"
    done = subprocess.run(
        [found, "-v", target, str(source), "-o", str(folder / "kernel.cubin")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return max(int(n) for n in re.findall(r"Used (\d+) registers", done.stderr + done.stdout))


@pytest.mark.slow
@pytest.mark.parametrize("capability", CAPABILITIES, ids=["sm_80", "sm_90"])
def test_step_kernel_compiles(compile_kernel, capability, tmp_path):
    from twin.kernels import step_cuda
    from twin.kernels.device import THREADS_MAX

    ptx = compile_kernel(step_cuda.run_interval, run_signature(), capability)
    entry = ptx[ptx.index(".visible .entry") :]
    parameters = re.findall(r"\.param \.(u64|f64|s64|b64)", entry[: entry.index("{")])
    assert 100 < len(parameters) * 8 < PARAMETER_LIMIT
    assert "bar.sync" in ptx
    assert "fma.rn.f32" not in ptx
    assert registers(ptx, capability, tmp_path) * THREADS_MAX <= REGISTER_FILE


@pytest.mark.parametrize("capability", CAPABILITIES, ids=["sm_80", "sm_90"])
def test_gather_kernel_compiles(compile_kernel, capability):
    from numba import types

    from twin.kernels import step_cuda

    blocks = types.float64[:, :, ::1]
    ptx = compile_kernel(step_cuda.gather_rows, (blocks, types.int64[::1], blocks), capability)
    assert ".visible .entry" in ptx
