"""What chance does to equipment beyond the figures of the library: repair, common cause, maintenance, unavailability.

Every key may be absent, and then nothing of its kind happens: no repair within a run, no common cause, no maintenance
besides what `availability` of a generator already holds, no module, string or feed out of service.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.equipment_it import Count
from twin.scenario.part import Part, problem
from twin.scenario.run import Instant
from twin.scenario.units import Fraction, Interval, Ratio

YEAR = 8766.0 * 3600.0
"""A year [s]."""


class CommonCause(Part):
    """Share of failures that take every set of the group at once (beta-factor model): to start, and while running.

    0.05 to 0.1 is usual for sets of one kind in one room (NUREG/CR-5497 and IEEE 493 give beta factors of this size for
    emergency diesels; remembered). The chance that one set fails is what it is without a common cause.
    """

    start: Fraction
    run: Fraction


class Window(Part):
    """A planned absence of set number `set` of a group, `duration` s long from `start`."""

    set: Count
    start: Instant
    duration: Interval


class Maintenance(Part):
    """Planned absence of sets.

    Attributes
    ----------
    per_year : float or None
        Time that each set is away in a year, at any time of it, s.
    one_at_a_time : bool
        Never two sets of the group at once.
    windows : list of Window
        A calendar instead.
    """

    per_year: Interval | None = None
    one_at_a_time: bool = False
    windows: Annotated[list[Window], Field(min_length=1)] | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict):
            given = [name for name in ("per_year", "windows") if data.get(name) is not None]
            if len(given) != 1:
                problems.append(problem("exactly one of per_year, windows is needed", ("per_year",)))
        return data


class GensetReliability(Part):
    """Reliability of a group of generators.

    Attributes
    ----------
    mttr : float or None
        Mean time to repair a set that failed, s; never within a run when absent. 1.6 days is the median of IEEE 493 for
        packaged diesel sets (remembered).
    mttr_sigma : float or None
        Standard deviation of the logarithm of a lognormal repair time; exponential when absent.
    attempt_failure : float or None
        Chance that a crank attempt fails; it replaces `start_failure`, which is then that of all attempts.
    attempt_common : float
        Share of failing attempts whose cause stays, so that every attempt fails.
    common_cause : CommonCause or None
    maintenance : Maintenance or None
        Beside the absence that `availability` stands for.
    """

    mttr: Interval | None = None
    mttr_sigma: Ratio | None = None
    attempt_failure: Fraction | None = None
    attempt_common: Fraction = 0.0
    common_cause: CommonCause | None = None
    maintenance: Maintenance | None = None


class UpsReliability(Part):
    """Chance that a module, and a string of the battery, is out of service when it is wanted.

    A module with an MTBF of 250,000 h and 24 h to repair is out for 1e-4 of the time (figures of makers; remembered).
    """

    module_unavailability: Fraction = 0.0
    string_unavailability: Fraction = 0.0


class FeedReliability(Part):
    """Chance that this feed alone is out of service, for the whole of an outage and after it."""

    unavailability: Fraction
