"""How an equation is compiled: once, for every backend.

`@scalar` marks a function of numbers. The CPU loop, the CUDA kernel and plain Python (with
`NUMBA_DISABLE_JIT=1`, as the CUDA simulator wants it) all call the same object, so there is no second
version to drift. `error_model="numpy"` makes a division by zero an infinity rather than an exception, which
is the only behaviour a GPU knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from twin.kernels.cache import place_cache

place_cache()

Array = NDArray[np.float64]
Links = NDArray[np.int64]

P = ParamSpec("P")
R = TypeVar("R")

OPTIONS: dict[str, Any] = {"error_model": "numpy", "cache": True, "_nrt": False, "no_cfunc_wrapper": True}
"""Options of every equation. Nothing below the step loop allocates, so arrays handed from function to function need no
counted references (`_nrt`): counting them cost ten times the call. Nobody takes the address of an equation, so it is
compiled without the entry for C callers, a sixth of the time of the first start."""


def scalar(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a scalar equation or a step of one unit for the CPU loop and the CUDA kernel alike.

    Parameters
    ----------
    function : callable
        Only `math`, arithmetic, `min`/`max`, tuples, loops and indexing: what numba takes on both.

    Returns
    -------
    callable
        The dispatcher; called from Python it runs on the CPU.
    """
    compiled: Callable[P, R] = njit(**OPTIONS)(function)
    return compiled


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile like `scalar`, and into its caller: for a small function in the innermost loop.

    A call that hands over two arrays costs more than such a function does.

    Parameters
    ----------
    function : callable
        As for `scalar`.

    Returns
    -------
    callable
        The dispatcher; called from Python it runs on the CPU.
    """
    compiled: Callable[P, R] = njit(forceinline=True, **OPTIONS)(function)
    return compiled
