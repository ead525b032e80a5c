"""A pipe, an exchanger and a coolant loop by themselves, stepped by the kernels' own functions on any backend."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from twin.kernels import fields as f
from twin.kernels.backend import choose
from twin.kernels.cdu_control import cdu_loop
from twin.kernels.exchanger import counterflow_effectiveness
from twin.kernels.fields import CDU_T_SUPPLY_NOW
from twin.kernels.pipe import PIPE_CELLS, pipe_move
from twin.kernels.scalar import Array, scalar


@scalar
def pipe_run(
    s: Array, log: Array, capacity: float, rate: float, inlet: float, loss: float, ambient: float, dt: float
) -> None:
    """Fill a row of `log` a step: mean outlet temperature and heat lost."""
    for k in range(log.shape[0]):
        log[k, 0], log[k, 1] = pipe_move(s, 0, 0, capacity, rate * dt, inlet, loss, ambient, dt)


@scalar
def exchanger_run(log: Array, points: Array) -> None:
    """Write the effectiveness at each (NTU, ratio of capacity rates) of `points`."""
    for k in range(log.shape[0]):
        log[k, 0] = counterflow_effectiveness(points[k, 0], points[k, 1])


@scalar
def loop_run(p: Array, s: Array, log: Array, rate: float, racks: float, water: float, dt: float) -> None:
    """Fill a row of `log` a step: supply temperature at its end and mean heat to the plant."""
    for k in range(log.shape[0]):
        _, log[k, 1] = cdu_loop(p, s, 0, 1.0, rate, racks, 0.0, 0.0, water, dt)
        log[k, 0] = s[CDU_T_SUPPLY_NOW, 0]


def _pipe_kernel(s: Any, log: Any, a: float, b: float, c: float, d: float, e: float, dt: float) -> None:
    pipe_run(s, log, a, b, c, d, e, dt)


def _exchanger_kernel(log: Any, points: Any) -> None:
    exchanger_run(log, points)


def _loop_kernel(p: Any, s: Any, log: Any, a: float, b: float, c: float, dt: float) -> None:
    loop_run(p, s, log, a, b, c, dt)


KERNELS: dict[Any, Callable[..., None]] = {
    pipe_run: _pipe_kernel,
    exchanger_run: _exchanger_kernel,
    loop_run: _loop_kernel,
}


def launch(backend: str, run: Any, *given: Any) -> None:
    """Call one of the functions above on a backend; arrays are changed in place."""
    if backend in ("auto", "cpu"):
        run(*given)
        return
    choose(backend)
    # numba.cuda is untyped, and its attributes depend on the simulator.
    cuda: Any = import_module("numba.cuda")
    there = [cuda.to_device(a) if isinstance(a, np.ndarray) else a for a in given]
    cuda.jit(KERNELS[run])[1, 1](*there)
    for here, moved in zip(given, there, strict=True):
        if isinstance(here, np.ndarray):
            moved.copy_to_host(here)


def pipe(temperature: float) -> Array:
    """A pipe full of water at one temperature [degC]."""
    s = np.full((PIPE_CELLS + 2, 1), temperature)
    s[PIPE_CELLS:] = 0.0
    return s


def cdu(flow: float, cp: float, ua: float, set_point: float, **changes: float) -> tuple[Array, Array]:
    """Parameters and states of a CDU whose loop goes round in 20 s, at its set point, its valve half open."""
    p, s = np.zeros((len(f.CDU.params), 1)), np.zeros((len(f.CDU.states), 1))
    given = {
        "flow_secondary": flow, "flow_primary": flow, "coolant_cp": cp, "ua": ua, "temperature_supply": set_point,
        "heat_capacity": flow * cp * 20.0,
    }  # fmt: skip
    for name, value in (given | changes).items():
        p[f.CDU.param_index(name)] = value
    s[[f.CDU_T_SUPPLY_NOW, f.CDU_T_RETURN]] = set_point
    s[[f.CDU_VALVE, f.CDU_VALVE_I]] = 0.5
    s[f.CDU_WATER] = 1.0
    return p, s
