"""Air of a hall: how its fans and coil valves are controlled, where the racks stand, whose exhaust they draw."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.equipment_it import Count
from twin.scenario.part import Equipment, Part, problem
from twin.scenario.units import (
    Fraction,
    Interval,
    Length,
    Quantity,
    Ratio,
    Temperature,
    TemperatureDifference,
)

Share = Annotated[float, Quantity("", "a fraction from 0 to 0.9", "0.1", minimum=0.0, maximum=0.9)]
Gain = Annotated[float, Quantity("1/K", "a gain above zero", "0.1 /K", above=0.0)]


class FanControl(Part):
    """What the fans of a hall's air handlers hold.

    `hold` is `flow`, so much air as the racks draw; `pressure`, so much more that what by-passes the cold aisle is
    made up for; or `speed`, a fixed one. `margin` is the air above that of the racks, as a share of it; `speed` is
    that of `hold: speed`, as a share of full.
    """

    hold: Literal["flow", "pressure", "speed"]
    margin: Fraction = 0.0
    speed: Fraction | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict) and (data.get("hold") == "speed") != (data.get("speed") is not None):
            problems.append(problem("give speed with hold: speed, and only there", ("speed",)))
        return data


class CoilValve(Part):
    """A coil valve under a PI controller of the supply air.

    `gain` is the opening per kelvin, `integral_time` the time in which a steady error adds its proportional part once
    more, `stroke` the time the valve takes from shut to open.
    """

    gain: Gain
    integral_time: Interval
    stroke: Interval


class AirEconomiser(Equipment):
    """Air-side economiser of a hall's air handlers.

    Attributes
    ----------
    effectiveness : float
        Fall of the return air over its difference to the outside air, wide open; the share of outside air of a
        direct one.
    fan_power_fraction : float
        Power of its own fans over that of the air handlers at the same speed.
    dry_bulb_max : float
        Outside dry bulb above which it stays shut, degC.
    dew_point_min, dew_point_max : float or None
        Outside dew points between which it may open, degC; absent where outside air does not come in.
    dead_band : float
        So far inside its limits it opens again, K.
    """

    kind: ClassVar[str] = "air_economiser"
    effectiveness: Fraction
    fan_power_fraction: Ratio
    dry_bulb_max: Temperature
    dew_point_min: Temperature | None = None
    dew_point_max: Temperature | None = None
    dead_band: TemperatureDifference


class Recirculation(Part):
    """Whose exhaust racks draw: from the layout, or from a table.

    `supply_heat_index` is what the pattern of the layout is scaled to, `mixing_length` the distance over which a
    stream of exhaust is diluted to 1/e. `matrix` is a CSV table instead, from a simulation or measurements: the names
    of the hall's rack units in its first line and column, and in each row the shares of that unit's inlet air that
    are the exhaust of the unit of the column.
    """

    supply_heat_index: (
        Annotated[float, Quantity("", "a fraction from 0 to 0.5", "0.1", minimum=0.0, maximum=0.5)] | None
    ) = None
    mixing_length: Length | None = None
    matrix: Annotated[str, Field(min_length=1)] | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict):
            pattern = [data.get(key) is not None for key in ("supply_heat_index", "mixing_length")]
            if any(pattern) == (data.get("matrix") is not None) or any(pattern) != all(pattern):
                problems.append(problem("give either supply_heat_index and mixing_length, or matrix"))
        return data


class Layout(Part):
    """Where the racks of a hall stand: equal rows along x, one behind the other along y, filled in the order of racks.

    `pitch` is the width of a rack with its gap, `depth` and `height` are the rack's. With `arrangement: alternating`
    rows face each other over cold aisles and turn their backs to hot ones, the first aisle being cold; with
    `same-way` all face towards smaller y and every aisle is `cold_aisle` wide. A contained aisle mixes the air in it.
    Without `recirculation` every rack draws the share of hot-aisle air that its equipment says.
    """

    rows: Count
    racks_per_row: Count
    pitch: Length
    depth: Length
    height: Length
    cold_aisle: Length
    hot_aisle: Length
    arrangement: Literal["alternating", "same-way"]
    containment: Literal["none", "cold-aisle", "hot-aisle"]
    recirculation: Recirculation | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        same_way = isinstance(data, dict) and data.get("arrangement") == "same-way"
        if same_way and data.get("containment") not in (None, "none"):
            message = "rows that all face the same way have aisles that are both hot and cold: write none"
            problems.append(problem(message, ("containment",)))
        return data
