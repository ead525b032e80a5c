"""The kernels' rack models alone, in a loop over members and racks: what the NumPy step is compared with."""

from __future__ import annotations

from numba import njit, prange

from twin.kernels.rack import rack_step
from twin.kernels.rack_thermal import rack_thermal_finish, rack_thermal_prepare
from twin.kernels.scalar import Array


@njit(error_model="numpy", parallel=True, cache=True)
def run_racks(
    p: Array,
    s: Array,
    voltage_a: Array,
    voltage_b: Array,
    s_hall: Array,
    s_cdu: Array,
    t0: float,
    dt: float,
    steps: int,
    thermal_every: int,
) -> None:
    """Step every rack of every member `steps` times, with a thermal step every `thermal_every`.

    Parameters
    ----------
    p : (field, rack) array
        Parameters.
    s : (member, field, rack) array
        States, advanced in place.
    voltage_a, voltage_b : (member, rack) array
        Voltage of the two feeds [pu].
    s_hall, s_cdu : (member, field, unit) array
        Halls and CDUs, held still.
    t0, dt : float
        Start and electrical step [s].
    steps, thermal_every : int
        Electrical steps, in all and per thermal step.
    """
    for m in prange(s.shape[0]):
        for k in range(steps):
            t = t0 + k * dt
            for r in range(p.shape[1]):
                rack_step(p, s[m], r, voltage_a[m, r], voltage_b[m, r], t, dt)
            if (k + 1) % thermal_every == 0:
                period = thermal_every * dt
                for r in range(p.shape[1]):
                    rack_thermal_prepare(p, s[m], r, period)
                for r in range(p.shape[1]):
                    rack_thermal_finish(p, s[m], r, s_hall[m], s_cdu[m], t + dt - period, period)
