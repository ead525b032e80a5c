"""How well air was led in a run, and what the outside air took: the published indices, from the states at the end."""

from __future__ import annotations

import numpy as np

from twin.kernels import fields as f
from twin.kernels.scalar import Array

Quantity = tuple[float | str, str, str]


def supply_heat_index(hall: Array) -> Array:
    """SHI of each hall over the run, from its states (field, hall); NaN where its handlers never blew.

    sum F (T_in - T_supply) / sum F (T_out - T_supply) over its racks: 0 without recirculation (R. K. Sharma,
    C. E. Bash, C. D. Patel, AIAA 2002-3091; remembered).
    """
    whole = hall[f.HALL_E_INLET] + hall[f.HALL_E_RACKS]
    with np.errstate(divide="ignore", invalid="ignore"):
        index: Array = np.where(whole > 0.0, hall[f.HALL_E_INLET] / whole, np.nan)
    return index


def return_index(hall: Array) -> float:
    """RTI of all halls together, from their states (field, hall); NaN where handlers never blew.

    Rise of the air through the handlers' circuit over its rise through racks: below 1 air by-passes the racks,
    above 1 they draw their exhaust (M. K. Herrlin, ASHRAE Trans. 114, 2008; remembered).
    """
    sums = hall.sum(axis=1)
    through, racks = sums[f.HALL_AIR_HANDLERS], sums[f.HALL_E_RACKS]
    if through <= 0.0 or racks <= 0.0:
        return float("nan")
    return float(sums[f.HALL_E_HANDLERS] / through * sums[f.HALL_AIR_RACKS] / racks)


def air_summary(hall: Array, economisers: bool) -> dict[str, Quantity]:
    """Summary of the air of the halls; nothing where no rack gave heat to air.

    Parameters
    ----------
    hall : (field, hall) array
        States at the end of the run.
    economisers : bool
        Whether any hall has an air-side economiser.
    """
    index = supply_heat_index(hall)
    if np.isnan(index).all():
        return {}
    inlet, racks = float(hall[f.HALL_E_INLET].sum()), float(hall[f.HALL_E_RACKS].sum())
    site = inlet / (inlet + racks)
    found: dict[str, Quantity] = {
        "supply_heat_index": (
            site,
            "1",
            "supply heat index SHI of the halls: 0 where no exhaust comes back to inlets",
        ),
        "return_heat_index": (1.0 - site, "1", "return heat index RHI of the halls, 1 - SHI"),
        "return_index": (
            return_index(hall),
            "1",
            "return temperature index RTI of the halls: below 1 air by-passes the racks, above 1 they draw exhaust",
        ),
    }
    if index.size > 1:
        worst = float(np.nanmax(index))
        found["supply_heat_index_worst"] = (worst, "1", "supply heat index of the hall where it is highest")
    if economisers:
        found |= {
            "economiser_air_time": (
                float(hall[f.HALL_ECO_TIME].max()),
                "s",
                "longest time an air-side economiser took heat outside",
            ),
            "energy_outside_air": (
                float((hall[f.HALL_E_LOSS]).sum()),
                "J",
                "heat that air-side economisers took outside, with that of their fans",
            ),
        }
    return found
