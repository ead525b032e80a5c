"""Parts of the weather: air that stays, a design day of a file's year, heat waves on top of anything."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic_core import InitErrorDetails

from twin.scenario.part import Part, problem
from twin.scenario.units import Duration, Fraction, Interval, Quantity, Temperature

Anomaly = Annotated[
    float, Quantity("K", "a temperature difference of either sign", "6 K", minimum=-30.0, maximum=30.0)
]


class Air(Part):
    """Outdoor air: dry bulb, degC, and relative humidity, 0 to 1."""

    dry_bulb: Temperature
    relative_humidity: Fraction


class DesignDay(Part):
    """The day that a plant is sized for, from the year of weather in a file, again and again.

    ASHRAE Handbook Fundamentals, chapter 14: the value of dry bulb, wet bulb or dew point that a share of the hours
    of a year exceeds, with the mean of the others in the hours that have it, and the daily range of the hottest
    month; a heating design day (half of the hours or more) is as cold all day.

    Attributes
    ----------
    by : {'dry-bulb', 'wet-bulb', 'dew-point'}
        What is exceeded.
    exceeded : float
        Share of the hours: 0.4, 1 or 2 % for cooling, 99.6 or 99 % for heating.
    """

    by: Literal["dry-bulb", "wet-bulb", "dew-point"]
    exceeded: Fraction

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict) and data.get("exceeded") in (0, 1, "0", "1", "0 %", "100 %"):
            problems.append(
                problem("no hour of a year tells: give a share above 0 and below 1", ("exceeded",))
            )
        return data


class HeatWave(Part):
    """A synthetic anomaly laid over the weather; it is told as synthetic in the results.

    Attributes
    ----------
    at : float
        When it begins, s since the start of the run.
    duration : float
        From its beginning to its end, s.
    rise : float
        Added to the dry bulb at its height, K; below 0 for a cold spell.
    dew_point_rise : float
        Added to the dew point at its height, K; 0: no vapour is added.
    onset : float
        It takes so long to reach its height, and as long to fade at its end, s.
    """

    at: Duration
    duration: Interval
    rise: Anomaly
    dew_point_rise: Anomaly
    onset: Duration
