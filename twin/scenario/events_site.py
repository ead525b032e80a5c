"""What happens inside the site during a run: parts that fail and are repaired, and what an operator does.

An instant is `at` (after the start of the run) or `after_outage` (after the loss of mains: the scenario's first
outage in a run, each member's own outage in a study). It is rounded up to the start of a control interval: what an
event writes is there from the first step of that interval on. What can fail and what can be done stands in
`twin/faults/parts.py`; names of units and parts are checked against the built site.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic_core import InitErrorDetails

from twin.scenario.equipment_it import Count
from twin.scenario.part import Names, Part, problem
from twin.scenario.units import Duration, Fraction, Interval


class SiteEvent(Part):
    """An event inside the site, at `at` or `after_outage`, s; one of them."""

    at: Duration | None = None
    after_outage: Duration | None = None
    unit: Names

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict):
            given = [name for name in ("at", "after_outage") if data.get(name) is not None]
            if len(given) != 1:
                found = "both" if given else "none"
                problems.append(problem(f"exactly one of at, after_outage is needed, {found} given", ("at",)))
        return data


class Failure(SiteEvent):
    """A part of the named units fails.

    Attributes
    ----------
    unit : list of str
        'ups-1' (both systems of a 2N pair), 'ups-1.A', 'gen-a' (every set of the group), 'gen-a.2', a bus, a feed, a
        row ('cpu.pdu-1'), a CDU, a plant; with its place in the file before it where a name is not clear:
        'electrical.buses.bus-a'.
    part : str
        module, string, breaker, switch, generator, starter, tank, feed, bus, controller, pump, leak (of a CDU), ...
    count : int or None
        So many modules, strings, pumps or chillers of each unit; one when neither is given.
    share : float or None
        Share of its modules, strings, pumps or chillers, instead of `count`.
    side : {'A', 'B'} or None
        Of a row's breakers; both when absent.
    repair : float or None
        Time until it is back in service, s; absent: never within the run.
    """

    type: Literal["failure"]
    part: str
    count: Count | None = None
    share: Fraction | None = None
    side: Literal["A", "B"] | None = None
    repair: Interval | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict) and data.get("count") is not None and data.get("share") is not None:
            problems.append(problem("give count or share, not both", ("share",)))
        return super()._complete(data, problems)


class Operation(SiteEvent):
    """Something is done to the named units.

    Attributes
    ----------
    unit : list of str
        As in `Failure`.
    do : str
        reset-counter, to-bypass, to-normal, battery-test (of a UPS); island, return, start-generators,
        stop-generators (of a bus); open-breaker, close-breaker (of a row).
    side : {'A', 'B'} or None
        Of a row's breakers; both when absent.
    """

    type: Literal["operation"]
    do: str
    side: Literal["A", "B"] | None = None
