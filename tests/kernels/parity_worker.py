"""Run the small site on one backend in this process and save every state: `parity_worker.py BACKEND FULL OUT.npz`.

A process of its own, because numba reads NUMBA_ENABLE_CUDASIM and NUMBA_DISABLE_JIT when it is imported.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from small_site import drive, open_small, small_site

from twin.kernels import fields as f


def main(backend: str, full: bool, out: Path) -> None:
    """Save the states of all classes, the traces and a gathered pair of rows."""
    facility = small_site(out.parent, full=full)
    machine = open_small(facility, backend)
    traces = drive(machine, facility)
    rack_rows = machine.rows("rack", (f.RACK_MODE, f.RACK_T_INLET))
    pcs_rows = machine.rows("pcs", (f.PCS_POWER,))
    arrays = {f"state/{name}": block for name, block in machine.states().items()}
    np.savez(out, trace=np.stack(traces), rack_rows=rack_rows, pcs_rows=pcs_rows, **arrays)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] == "full", Path(sys.argv[3]))
