"""A cell on a test bench: the kernel's equations at a given current, for the cases that validate the battery."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from twin.facility.pack import Unit, pack_units
from twin.kernels.backend import choose
from twin.kernels.battery import battery_current_step, battery_interval, battery_stored
from twin.kernels.fields import BAT_OCV_POINTS, BATTERY
from twin.kernels.scalar import scalar

Array = npt.NDArray[np.float64]

WITHOUT_LIMITS = {
    "cells_in_series": 1.0, "power_discharge_max": 1e30, "power_charge_max": 1e30, "current_max": 1e30,
    "cell_voltage_max": 1e30, "soc_max": 1.0, "heat_capacity": 70.0, "conductance": 1e9, "temperature_room": 25.0,
    "temperature_reference": 25.0, "temperature_max": 1e3, "life_calendar": 1e30, "life_cycles": 1e30,
}  # fmt: skip
"""One cell held at 25 degC; a bench keeps its own limits."""


@scalar
def drive_cell(p: Array, s: Array, current: Array, voltage: Array, dt: float) -> None:
    """Drive cell 0 with one current per step of `dt`; its mean voltages go to `voltage`."""
    battery_interval(p, s, 0, dt)
    for k in range(current.shape[0]):
        voltage[k] = battery_current_step(p, s, 0, current[k], dt)


def bench_cell(ocv: Array, capacity: float, soc: float = 1.0, **values: float) -> tuple[Array, Array]:
    """Parameters and state of one cell.

    Parameters
    ----------
    ocv : (BAT_OCV_POINTS,) array
        Open-circuit voltage at even steps of charge [V].
    capacity : float
        Charge between empty and full [C].
    soc : float
        Charge at the start.
    **values : float
        Other parameters and states by their names in the registry; what is left out is not there (0).
    """
    names = {field.name for field in BATTERY.params}
    params = dict.fromkeys(names, 0.0) | WITHOUT_LIMITS | {"charge_rated": capacity}
    width = 1.0 / (BAT_OCV_POINTS - 1)
    integral = np.concatenate([[0.0], np.cumsum(0.5 * width * (ocv[1:] + ocv[:-1]))])
    params |= {f"ocv_{k}": float(value) for k, value in enumerate(ocv)}
    params |= {f"energy_{k}": float(value) for k, value in enumerate(integral)}
    params |= {name: value for name, value in values.items() if name in names}
    states = {"soc": soc, "temperature": 25.0, "turn": soc, "furthest": soc}
    states |= {name: value for name, value in values.items() if name not in names}
    p, s = pack_units(BATTERY, [Unit("cell", params, states)])
    s[0, BATTERY.state_index("stored"), 0] = battery_stored(p[0], 0, soc, 0.0)
    return p[0], s[0]


def bench_voltage(p: Array, s: Array, current: Array, dt: float, backend: str = "cpu") -> Array:
    """Terminal voltage of the cell in every step [V]; its state `s` moves along.

    Parameters
    ----------
    p, s : arrays
        From `bench_cell`.
    current : array, shape (steps,)
        Discharging positive [A].
    dt : float
        Step [s].
    backend : str
        'auto' and 'cpu' run on the processor (one cell gains nothing from a GPU); 'cuda' and 'sim' run the same loop
        in a kernel of one thread.
    """
    voltage = np.zeros(current.size)
    if backend in ("auto", "cpu"):
        drive_cell(p, s, current, voltage, dt)
        return voltage
    choose(backend)
    from importlib import import_module

    # numba.cuda is untyped, and its attributes depend on the simulator.
    cuda: Any = import_module("numba.cuda")
    state, out = cuda.to_device(s), cuda.to_device(voltage)
    cuda.jit(_drive_kernel)[1, 1](cuda.to_device(p), state, cuda.to_device(current), out, dt)
    s[:] = state.copy_to_host()
    result: Array = out.copy_to_host()
    return result


def _drive_kernel(p: Any, s: Any, current: Any, voltage: Any, dt: float) -> None:
    drive_cell(p, s, current, voltage, dt)
