"""What the cooling plants of a site did: economiser, chillers, water; and choices of theirs that look like a slip."""

from __future__ import annotations

from collections.abc import Iterator

from twin.facility import Facility
from twin.kernels import fields as f
from twin.kernels.scalar import Array
from twin.scenario.cooling import Plant
from twin.scenario.scenario import Scenario

NEAR = 0.05
"""Kelvin beyond the range of a fit that are let pass."""


def plant_summary(facility: Facility, plant: Array) -> dict[str, tuple[float, str, str]]:
    """Sums over the plants of a site; `plant` is (field, plant). Nothing of what no plant has.

    Times are those of the plant in which they are longest.
    """
    params = facility.site.params["plant"][0]
    found: dict[str, tuple[float, str, str]] = {}
    if (plant[f.PLANT_WATER] > 0.0).any():
        found |= {
            "water_evaporated": (
                float(plant[f.PLANT_EVAPORATED].sum()),
                "kg",
                "water evaporated, part of water",
            ),
            "water_blow_down": (float(plant[f.PLANT_BLOWN].sum()), "kg", "water blown down, part of water"),
            "water_drift": (float(plant[f.PLANT_DRIFTED].sum()), "kg", "water drifted away, part of water"),
        }
    if ((params[f.PLANT_FREE] > 0.0) & (params[f.PLANT_CHILLERS] > 0.0)).any():
        found |= {
            "economiser_time": (
                float(plant[f.PLANT_FREE_TIME].max()), "s", "time an economiser carried its plant without chillers"
            ),
            "economiser_part_time": (
                float(plant[f.PLANT_FREE_PART_TIME].max()), "s", "time an economiser helped its plant's chillers"
            ),
        }  # fmt: skip
    if (params[f.PLANT_CHILLERS] > 0.0).any():
        found["chiller_time"] = (
            float(plant[f.PLANT_CHILLER_TIME].sum()),
            "s",
            "running time of all chillers together",
        )
        outside = float(plant[f.PLANT_OUTSIDE_CURVES].max())
        if outside > 0.0:
            found["chiller_outside_curves"] = (
                outside, "s", "time that chillers ran at water temperatures their curves were not fitted for"
            )  # fmt: skip
    if (params[f.PLANT_STAGED] > 0.0).any():
        found |= {
            "chiller_starts": (float(plant[f.PLANT_CHILLER_STARTS].sum()), "1", "starts of staged chillers"),
            "chiller_trips": (float(plant[f.PLANT_CHILLER_TRIPS].sum()), "1", "staged chillers that tripped"),
        }
    return found


def plant_advice(scenario: Scenario) -> Iterator[str]:
    """Water that chillers are asked for outside the range of their curves, and starts that a restart does not leave."""
    for name, plant in scenario.cooling.plants.items():
        yield from (f"cooling.plants.{name}.{line}" for line in _curve_advice(plant))
        yield from (f"cooling.plants.{name}.{line}" for line in _staging_advice(plant))


def _curve_advice(plant: Plant) -> Iterator[str]:
    chiller = plant.chiller
    if chiller is None:
        return
    low, high = chiller.evaporator_min, chiller.evaporator_max
    if not low - NEAR <= plant.supply_temperature <= high + NEAR:
        yield (
            f"supply_temperature: the curves of {chiller.type} are fitted for {low:.3g} to {high:.3g} degC leaving the "
            f"evaporator; at {plant.supply_temperature:.3g} degC they are held at the edge"
        )
    wanted = plant.condenser_water
    if wanted is not None and wanted.highest is not None:
        low, high = chiller.condenser_min, chiller.condenser_max
        if not low <= wanted.highest <= high:
            yield (
                f"condenser_water.highest: the curves of {chiller.type} are fitted for {low:.3g} to {high:.3g} degC "
                f"entering the condenser, not {wanted.highest:.3g} degC"
            )


def _staging_advice(plant: Plant) -> Iterator[str]:
    staging = plant.chiller.staging if plant.chiller else None
    if plant.chiller is None or staging is None:
        return
    if plant.chiller.restart_delay < staging.start_time:
        yield (
            f"chiller.restart_delay: {plant.chiller.restart_delay:.3g} s from power to cooling, but a start takes "
            f"{staging.start_time:.3g} s: chillers cool that long after the return of power"
        )
