"""Usable capacity against rate: the wells of a battery cell, from its own values or from Peukert's law."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from twin.scenario.equipment_storage import Battery

UPS_RANGE = (300.0, 3600.0)
"""Discharge times over which the wells follow Peukert's law: those of UPS batteries [s]."""


@dataclass(frozen=True)
class Wells:
    """Two wells of charge, see `kernels/battery_cell.py`.

    Attributes
    ----------
    bulk : float
        Share of the charge in the bulk; 0: none.
    tau : float
        Time constant with which surface and bulk even out [s].
    total : float
        Charge of both over the capacity that is given for the cell.
    """

    bulk: float
    tau: float
    total: float

    def share(self, time: float) -> float:
        """Share of the charge of a full cell that a constant current which empties the surface in `time` [s] takes.

        I T / Q = 1 / (1 + b / (1 - b) tau / T (1 - exp(-T / tau))), from z1 = 0 at T.
        """
        if self.bulk <= 0.0:
            return 1.0
        return 1.0 / (1.0 - self.bulk / (1.0 - self.bulk) * self.tau / time * math.expm1(-time / self.tau))


def cell_wells(cell: Battery) -> Wells:
    """Wells of a cell: as it says, or fitted to its Peukert exponent, or none."""
    if cell.peukert is not None:
        return peukert_wells(cell.peukert, float(cell.rated_time or 0.0))
    if cell.surface_share is not None:
        return Wells(1.0 - cell.surface_share, float(cell.diffusion_time or 0.0), 1.0)
    return Wells(0.0, 0.0, 1.0)


@lru_cache(maxsize=64)
def peukert_wells(exponent: float, rated_time: float) -> Wells:
    """Wells whose capacity falls as I^(1 - k), Peukert's law, between 5 min and 1 h: within 2 % for k up to 1.25.

    The law in terms of time, with C the capacity given for `rated_time`: I T / C = (T / T_rated)^((k - 1) / k). Slower
    discharges than 1 h give less than the law says: the law has no end, two wells have.

    Parameters
    ----------
    exponent : float
        k, at least 1.
    rated_time : float
        Discharge time that the capacity is given for [s].
    """
    if exponent <= 1.0:
        return Wells(0.0, 0.0, 1.0)
    import numpy as np
    from scipy.optimize import least_squares

    times = np.geomspace(*UPS_RANGE, 41)
    wanted = (exponent - 1.0) / exponent * np.log(times / rated_time)

    def departure(x: object) -> object:
        share, tau, total = np.asarray(x)
        ratio = math.exp(share) * math.exp(tau) / times * -np.expm1(-times / math.exp(tau))
        return total - np.log1p(ratio) - wanted

    # Unknowns: logarithm of b / (1 - b), of tau, and of total / capacity.
    found = least_squares(departure, [-1.0, math.log(600.0), 0.0]).x
    bulk = 1.0 / (1.0 + math.exp(-float(found[0])))
    return Wells(bulk, math.exp(float(found[1])), math.exp(float(found[2])))


def usable_share(cell: Battery, time: float, power: float) -> float:
    """Share of `capacity` that a new cell gives from its highest charge in `time` [s], ending at `power` [W].

    It ends at the lowest charge in use, or when the surface is so low that the cell voltage reaches its limit; 0 where
    even a full cell cannot hold that voltage.
    """
    wells = cell_wells(cell)
    drop = power / cell.voltage_min * discharge_resistance(cell, time, at_the_end=True)
    needed = cell.voltage_min + drop + (cell.hysteresis or 0.0)
    if needed >= cell.ocv[-1]:
        return 0.0
    # Where the voltage is the same at several charges, the search wants them to rise.
    low = min(z for z, v in zip(cell.ocv_soc, cell.ocv, strict=True) if v >= needed)
    k = cell.ocv_soc.index(low)
    if k > 0:
        part = (needed - cell.ocv[k - 1]) / (cell.ocv[k] - cell.ocv[k - 1])
        low = cell.ocv_soc[k - 1] + part * (low - cell.ocv_soc[k - 1])
    by_surface = max(cell.soc_max - low, 0.0) * wells.share(time)
    return wells.total * min(cell.soc_max - cell.soc_min, by_surface)


def discharge_resistance(cell: Battery, time: float, at_the_end: bool = False) -> float:
    """Resistance of a new cell over a discharge of `time` [s] at 25 degC, its mean or that at the end [ohm]."""
    relative = cell.resistance_relative or [1.0]
    ohms = cell.resistance * (relative[0] if at_the_end else 1.0)
    for resistance, tau in (
        (cell.resistance_rc, cell.time_constant_rc),
        (cell.resistance_rc2 or 0.0, cell.time_constant_rc2 or 1.0),
    ):
        x = time / tau
        ohms += resistance * (-math.expm1(-x) if at_the_end else 1.0 + math.expm1(-x) / x)
    return ohms
