"""Sequence of operations of a busbar: who starts, who closes, in what order and after what time.

    sequence:
      mains_lost:
        - {wait: 100 ms, open: mains}
        - {wait: 20 ms, form: bess-a}
        - {wait: 2.5 s, start: [diesel]}
        - {close: [diesel], when: {ready: 1.0}, at_most: 30 s}
        - {wait: 5 s, connect: priority 1}
      mains_back:
        - {wait: 300 s, transfer: closed}
        - {stop: [diesel]}

Each step waits after the one before; the first waits from the instant the mains leave or return to their window.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import InitErrorDetails, PydanticCustomError

from twin.scenario.part import Names, Part, problem
from twin.scenario.units import Duration, Fraction

MOST_PRIORITIES = 8
"""Priorities the kernels keep: 1 is the most important."""


def _priority(given: object) -> object:
    """Read 'priority 2' as 2."""
    match = re.fullmatch(r"\s*priority\s+(\d{1,3})\s*", given) if isinstance(given, str) else None
    number = int(match[1]) if match else given
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= MOST_PRIORITIES:
        raise PydanticCustomError(
            "scenario", "{message}",
            {"message": f"expected 'priority 1' to 'priority {MOST_PRIORITIES}', got {given!r}"},
        )  # fmt: skip
    return number


Priority = Annotated[int, Field(ge=1, le=MOST_PRIORITIES)]
Block = Annotated[
    int,
    BeforeValidator(_priority),
    WithJsonSchema({"type": ["string", "integer"], "description": "'priority 1', the most important, to 8"}),
]
Transition = Literal["open", "closed", "soft"]


def _one_order(data: Any, orders: tuple[str, ...], problems: list[InitErrorDetails]) -> None:
    if isinstance(data, dict):
        given = [name for name in orders if data.get(name) is not None]
        if len(given) != 1:
            found = "none" if not given else " and ".join(given)
            problems.append(problem(f"a step gives one order of {', '.join(orders)}; found {found}"))


class When(Part):
    """What a step waits for besides its time.

    Attributes
    ----------
    ready : float or None
        With `close`: share of the sets that may still run, by rating, that must be ready.
    storage_below : float or None
        With `start`: charge of the storage on the bus below which the sets are called.
    """

    ready: Fraction | None = None
    storage_below: Fraction | None = None


class LostStep(Part):
    """A step after the mains are lost: one order, after `wait`.

    Attributes
    ----------
    wait : float
        Time since the step before, s.
    open : 'mains' or None
        The bus leaves the mains, which are lost when they were out of their window for so long.
    form : str or None
        This storage forms the dead bus.
    start : list of str or None
        These generators are called.
    close : list of str or None
        They close onto the bus `when` a share of them is ready, or `at_most` so long after the step before.
    connect : int or None
        Loads of this priority are connected.
    """

    wait: Duration = 0.0
    open: Literal["mains"] | None = None
    form: str | None = None
    start: Names | None = None
    close: Names | None = None
    connect: Block | None = None
    when: When | None = None
    at_most: Duration | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        _one_order(data, ("open", "form", "start", "close", "connect"), problems)
        if isinstance(data, dict):
            given = data.get("when")
            if isinstance(given, dict):
                for key, order in (("ready", "close"), ("storage_below", "start")):
                    if given.get(key) is not None and data.get(order) is None:
                        problems.append(problem(f"{key} goes with {order}", ("when", key)))
            if data.get("at_most") is not None and data.get("close") is None:
                problems.append(problem("at_most goes with close", ("at_most",)))
        return super()._complete(data, problems)


class BackStep(Part):
    """A step after the mains are back: return to them, or let the generators go.

    Attributes
    ----------
    wait : float
        Time the mains are good before the transfer, or since it, s.
    transfer : str or None
        closed: synchronise and parallel, no gap; soft: and ramp the load over; open: with a gap.
    parallel : float or None
        Time in parallel, s; that of the transfer switch when absent.
    within : float or None
        Synchronising that takes longer has failed, s; as of the transfer switch when absent.
    otherwise : str or None
        What a failed synchronisation leads to: an open transition, or to wait and try again.
    stop : list of str or None
    """

    wait: Duration = 0.0
    transfer: Transition | None = None
    stop: Names | None = None
    parallel: Duration | None = None
    within: Duration | None = None
    otherwise: Literal["open", "wait"] | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        _one_order(data, ("transfer", "stop"), problems)
        if isinstance(data, dict) and data.get("transfer") not in ("closed", "soft"):
            for key in ("parallel", "within", "otherwise"):
                if data.get(key) is not None:
                    problems.append(problem(f"{key} goes with transfer: closed or soft", (key,)))
        return super()._complete(data, problems)


class OperatingSequence(Part):
    """What happens on a bus when its mains are lost, and when they are back."""

    mains_lost: Annotated[list[LostStep], Field(min_length=1)]
    mains_back: list[BackStep] = Field(default_factory=list)
