"""What the cooling plants of a site can do in its own weather: on design days, at its worst, and in the run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from twin.errors import InputError
from twin.facility import Facility
from twin.facility.plan import heat_of
from twin.inputs import Inputs
from twin.kernels import fields as f
from twin.kernels.heat_rejection import free_conductance
from twin.kernels.plant_chillers import plant_chiller_capacity
from twin.kernels.plant_rejection import rejection_condenser, rejection_outside
from twin.kernels.scalar import Array
from twin.scenario.scenario import Scenario
from twin.signals.design_conditions import Year
from twin.signals.file_weather import YEARS, file_year
from twin.signals.weather import Weather

EXCEEDED = 0.004
"""Share of a year's hours that plants are designed to leave uncovered: 0.4 %, 35 hours (ASHRAE; M)."""

SPACING, SHORTEST = 600.0, 20
"""The weather of a run is looked at this often [s], and so many times at least."""


@dataclass(frozen=True)
class Outside:
    """Outdoor air that a plant meets: dry and wet bulb [degC], and when."""

    when: str
    dry_bulb: float
    wet_bulb: float

    def __str__(self) -> str:
        return f"{self.when}: {self.dry_bulb:.1f} degC, wet bulb {self.wet_bulb:.1f} degC"


def worst_of(air: Weather, wet: bool, when: str) -> Outside:
    """Return the hour with the highest wet bulb, or dry bulb."""
    worst = int(np.argmax(air.wet_bulb if wet else air.dry_bulb))
    return Outside(when, float(air.dry_bulb[worst]), float(air.wet_bulb[worst]))


def year_of(scenario: Scenario) -> Year | None:
    """Return the year of weather in the scenario's file; None where there is none."""
    source = scenario.signals.weather
    if source.file is None or source.reader not in YEARS:
        return None
    spec = {key: value for key, value in source.spec().items() if key not in ("design_day", "heat_waves")}
    try:
        return file_year(spec, scenario.folders[0] if scenario.folders else None, scenario.location.altitude)
    except InputError:
        return None  # less than a year of hours: the run alone can be told


def in_run(inputs: Inputs, wet: bool) -> Outside:
    """Return the worst of the run itself, heat waves included."""
    instants = max(int(inputs.duration / SPACING), SHORTEST)
    air = inputs.weather.at(np.linspace(0.0, inputs.duration, instants + 1))
    assert isinstance(air, Weather)
    return worst_of(air, wet, "at the worst of the run")


def outsides(year: Year | None, inputs: Inputs, wet: bool) -> list[Outside]:
    """Return what a plant with a tower (`wet`) or dry cooler has to stand."""
    found = []
    if year is not None:
        point = year.point("wet-bulb" if wet else "dry-bulb", EXCEEDED)
        when = f"exceeded {EXCEEDED:.1%} of the year"
        found = [
            Outside(when, point.dry_bulb, point.wet_bulb),
            worst_of(year.air, wet, "at the worst of the year"),
        ]
    return [*found, in_run(inputs, wet)]


def plant_heat(scenario: Scenario, plant: str) -> float:
    """Heat that all racks at full load bring to a plant [W]."""
    cool = scenario.cooling
    halls = (heat_of(scenario, hall=name) for name, hall in cool.halls.items() if hall.plant == plant)
    cdus = (heat_of(scenario, cdu=name) for name, cdu in cool.cdus.items() if cdu.plant == plant)
    return sum(halls) + sum(cdus)


@dataclass(frozen=True)
class Carried:
    """What a plant carries with its water at the set point; the heat pump is not counted.

    Attributes
    ----------
    heat : by economiser and chillers together [W].
    condenser : water entering the condensers [degC]; None without chillers.
    water : warmest water with which heat rejection alone carries the load [degC]; None with chillers.
    """

    heat: float
    condenser: float | None
    water: float | None


def capacity(p_plant: Array, k: int, heat: float, dry_bulb: float, wet_bulb: float) -> Carried:
    """Return what plant `k` carries of a heat.

    Parameters
    ----------
    p_plant : (field, plant) array
        Parameters of plants.
    k : int
        Plant.
    heat : float
        Heat that arrives [W], which loads the heat rejection.
    dry_bulb, wet_bulb : float
        Outdoor air [degC].
    """
    water = float(p_plant[f.PLANT_T_SET, k])
    state = np.zeros((len(f.PLANT.states), p_plant.shape[1]))
    outside = rejection_outside(p_plant, state, k, dry_bulb, wet_bulb, heat)
    conductance = free_conductance(
        p_plant[f.PLANT_REJECT_RATED, k], state[f.PLANT_APPROACH_NOW, k], p_plant[f.PLANT_FREE_APPROACH, k]
    )
    free = 0.0
    if p_plant[f.PLANT_FREE, k] > 0.0:
        free = min(max(conductance * (water - outside), 0.0), float(p_plant[f.PLANT_REJECT_RATED, k]))
    if p_plant[f.PLANT_CHILLERS, k] <= 0.0:
        return Carried(free, None, outside + heat / conductance)
    rest = max(heat - free, 0.0)
    condenser, _ = rejection_condenser(p_plant, state, k, rest, min(free, heat), dry_bulb, wet_bulb)
    each = float(plant_chiller_capacity(p_plant, k, water, condenser))
    return Carried(free + each * float(p_plant[f.PLANT_CHILLERS, k]), float(condenser), None)


def _sentence(p_plant: Array, k: int, heat: float, carried: Carried) -> str:
    share = carried.heat / heat
    said = f"with its water at the set point it carries {share:.0%} of the {heat / 1e6:.3g} MW that its racks give"
    if carried.water is not None and share < 1.0 - 1e-9:
        return f"{said}; to carry it all its water rises to {carried.water:.1f} degC"
    limit = float(p_plant[f.PLANT_TC_MAX, k])
    if carried.condenser is not None and carried.condenser > limit:
        said += (
            f", or less: condenser water of {carried.condenser:.1f} degC is beyond the chillers' curves, which end "
            f"at {limit:.1f} degC"
        )
    return said


def design_lines(scenario: Scenario, facility: Facility, inputs: Inputs) -> Iterator[tuple[str, str]]:
    """Tell what every plant carries in the site's weather at full load: ('weather' or 'warning', sentence)."""
    year = year_of(scenario)
    p = facility.site.params["plant"][0]
    for k, name in enumerate(facility.site.names["plant"]):
        heat = plant_heat(scenario, name)
        wet = p[f.PLANT_REJECT_WET, k] > 0.0
        told: set[tuple[float, float]] = set()
        for outside in outsides(year, inputs, wet):
            air = (outside.dry_bulb, outside.wet_bulb)
            if heat <= 0.0 or air in told:
                continue
            told.add(air)
            carried = capacity(p, k, heat, outside.dry_bulb, outside.wet_bulb)
            beyond = carried.condenser is not None and carried.condenser > p[f.PLANT_TC_MAX, k]
            kind = "warning" if beyond or carried.heat < heat * (1.0 - 1e-9) else "weather"
            yield kind, f"cooling.plants.{name}: {outside}: {_sentence(p, k, heat, carried)}"
