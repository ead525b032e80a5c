"""Plants on a test bench: the kernel's thermal step at a given heat and weather, for the cases that validate them.

Every plant gets its heat from a hall of its own whose coil gives it, without a network: its power is served in full.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from twin.facility.pack import Unit, pack_units
from twin.kernels.backend import choose
from twin.kernels.fields import CDU, HALL, HALL_PLANT, HALL_Q_COIL, PLANT
from twin.kernels.plant import plant_flow_step, plant_step
from twin.kernels.scalar import scalar

Array = npt.NDArray[np.float64]

BARE = {
    "pump_ups": -1.0, "bus_2": -1.0, "pump_ups_2": -1.0, "pumps": 1.0, "pump_capacity": 1.0,
    "heat_pump_lorenz": 0.5, "heat_supply": 60.0, "heat_return": 30.0, "heat_capacity": 1e15,
    "part_load_1": 1.0, "capacity_curve_0": 1.0, "eir_curve_0": 1.0, "chiller_cop": 1.0, "condenser_set": 1e30,
}  # fmt: skip
"""A plant of which nothing is installed; its loop holds so much water that it stays at its set point."""


@scalar
def drive_plant(
    p: Array, s: Array, k: int, p_hall: Array, s_hall: Array, p_cdu: Array, s_cdu: Array,
    heat: Array, dry: Array, wet: Array, rows: Array, out: Array, dt: float,
) -> None:  # fmt: skip
    """Drive plant `k` with one heat, dry and wet bulb per step; states `rows` at the end of each go to `out`."""
    for i in range(heat.shape[0]):
        s_hall[HALL_Q_COIL, k] = heat[i, k]
        plant_flow_step(p, s, k, p_hall, s_hall, p_cdu, s_cdu, 1.0, dt)
        plant_step(p, s, k, p_hall, s_hall, p_cdu, s_cdu, dry[i, k], wet[i, k], 1.0, 1.0, dt)
        for j in range(rows.shape[0]):
            out[i, j, k] = s[int(rows[j]), k]


def bench_plants(plants: Sequence[Mapping[str, float]]) -> tuple[Array, Array]:
    """Parameters and states of plants at their set point; what is left out of each is not there (0)."""
    names = {field.name for field in PLANT.params}
    units = []
    for k, values in enumerate(plants):
        params = dict.fromkeys(names, 0.0) | BARE | {n: v for n, v in values.items() if n in names}
        states = {
            "temperature": params["temperature_set"],
            "pumps_running": 1.0,
            "ready": params["restart_delay"],
        }
        states |= {n: v for n, v in values.items() if n not in names}
        units.append(Unit(f"plant-{k}", params, states))
    p, s = pack_units(PLANT, units)
    return p[0], s[0]


def bench_run(
    p: Array,
    s: Array,
    heat: Array,
    dry: Array,
    wet: Array,
    rows: Sequence[int],
    dt: float,
    backend: str = "cpu",
) -> Array:
    """States of the plants after every step; `s` moves along.

    Parameters
    ----------
    p, s : arrays
        From `bench_plants`.
    heat, dry, wet : arrays, shape (steps, plants)
        Heat [W], dry and wet bulb [degC].
    rows : sequence of int
        States that are returned.
    dt : float
        Step [s].
    backend : str
        'auto' and 'cpu' run on the processor; 'cuda' and 'sim' run the same loop in a kernel of one thread a plant.

    Returns
    -------
    array, shape (steps, rows, plants)
    """
    plants = p.shape[1]
    p_hall, s_hall = np.zeros((len(HALL.params), plants)), np.zeros((len(HALL.states), plants))
    p_hall[HALL_PLANT] = np.arange(plants)
    p_cdu, s_cdu = np.zeros((len(CDU.params), 0)), np.zeros((len(CDU.states), 0))
    out = np.zeros((heat.shape[0], len(rows), plants))
    chosen = np.array(rows, dtype=np.float64)
    if backend in ("auto", "cpu"):
        for k in range(plants):
            drive_plant(p, s, k, p_hall, s_hall, p_cdu, s_cdu, heat, dry, wet, chosen, out, dt)
        return out
    choose(backend)
    from twin.validation.plant_bench_cuda import drive_all

    found: Array = drive_all(p, s, (p_hall, s_hall, p_cdu, s_cdu, heat, dry, wet, chosen), out, dt)
    return found
