"""Writes into states at instants: how failures, repairs and an operator's hand reach the kernels.

A write is made at the start of the control interval at which its time falls, or of the next one when it falls within:
what it writes holds from the first step of that interval. Parts that are out of service are counted above what the
member started with, so that a set that chance took out of service is not repaired by the end of another failure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from twin.kernels import fields as f
from twin.kernels.backend import Machine
from twin.kernels.scalar import Array

SET, ABOVE_START, RESTORE, FEED_OUT = range(4)
"""How a value is written: as it is; added to the value at the start, up to `limit`; the value at the start (`value`
is not used); as the end of a loss of the feed that begins now, which joins an outage in progress."""

ANY = math.nan


@dataclass(frozen=True)
class Write:
    """One value for one state of one unit.

    Attributes
    ----------
    time : float
        Run time [s].
    block, row, unit : str, int, int
        Class, state and unit.
    value : float
        What is written, in the unit of the state.
    how : int
        SET, ABOVE_START, RESTORE or FEED_OUT.
    limit : float
        Most that ABOVE_START gives.
    member : int
        The member it is for; -1 for all.
    only : float
        Members in which the state has another value are left alone; ANY for none.
    """

    time: float
    block: str
    row: int
    unit: int
    value: float
    how: int = SET
    limit: float = math.inf
    member: int = -1
    only: float = ANY


@dataclass(frozen=True)
class Told:
    """An event in words, for the log."""

    time: float
    kind: str
    unit: str
    text: str


@dataclass(frozen=True)
class Actions:
    """Every write of a run, in order of time, and the words that go with them.

    Writes of one instant are made in the order given.
    """

    writes: tuple[Write, ...] = ()
    told: tuple[Told, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "writes", tuple(sorted(self.writes, key=lambda write: write.time)))

    @property
    def times(self) -> Array:
        """Instants at which something is written [s]."""
        return np.unique(np.array([write.time for write in self.writes], dtype=np.float64))

    def on_grid(self, interval: float) -> Actions:
        """The same with every time rounded up to a multiple of `interval` [s]."""
        return Actions(
            tuple(replaced(write, rounded_up(write.time, interval)) for write in self.writes), self.told
        )


def rounded_up(time: float, interval: float) -> float:
    """The first multiple of `interval` that is not before `time` [s]."""
    return max(math.ceil(time / interval - 1e-9), 0) * interval


def replaced(write: Write, time: float) -> Write:
    """The write at another time."""
    return Write(
        time,
        write.block,
        write.row,
        write.unit,
        write.value,
        write.how,
        write.limit,
        write.member,
        write.only,
    )


@dataclass
class Acting:
    """Actions on a machine: what is due is written, and never twice.

    Attributes
    ----------
    actions : Actions
    start : dict
        Values that the states had before the first write, by class and row: (member, unit).
    """

    actions: Actions
    start: dict[tuple[str, int], Array] = field(default_factory=dict)

    @classmethod
    def on(cls, actions: Actions, states: dict[str, Array]) -> Acting:
        """Note the values that `states` start with."""
        rows = {(write.block, write.row) for write in actions.writes}
        rows |= {("feed", row) for row in (f.FEED_OUTAGE_START, f.FEED_OUTAGE_END)} if rows else set()
        return cls(actions, {key: states[key[0]][:, key[1]].copy() for key in rows})

    def act(self, machine: Machine, since: float, now: float, states: dict[str, Array] | None = None) -> bool:
        """Make the writes of (`since`, `now`], the instants of two intervals [s]; say whether there were any.

        `states` are the machine's states where the caller has them at hand; they are changed with the machine's.
        """
        due = [write for write in self.actions.writes if since + EARLIER < write.time <= now + EARLIER]
        if not due:
            return False
        touched = tuple(dict.fromkeys(write.block for write in due))
        held = states if states is not None else machine.states(touched)
        self.write(due, held)
        for name in touched:
            machine.write(name, held[name])
        return True

    def write(self, due: Iterable[Write], states: dict[str, Array]) -> None:
        """Put the values of some writes into states."""
        for write in due:
            members = slice(None) if write.member < 0 else slice(write.member, write.member + 1)
            place = states[write.block][members, :, write.unit]
            if write.how == FEED_OUT:
                self.feed_out(write, members, place)
                continue
            start = self.start[write.block, write.row][members, write.unit]
            if write.how == ABOVE_START:
                value = np.minimum(start + write.value, np.maximum(write.limit, start))
            else:
                value = start if write.how == RESTORE else np.full(start.shape, write.value)
            chosen = True if math.isnan(write.only) else place[:, write.row] == write.only
            place[:, write.row] = np.where(chosen, value, place[:, write.row])

    def feed_out(self, write: Write, members: slice, place: Array) -> None:
        """Take a feed out from now to `value`; an outage of the start that touches this time is made longer."""
        begun = self.start["feed", f.FEED_OUTAGE_START][members, write.unit]
        ended = self.start["feed", f.FEED_OUTAGE_END][members, write.unit]
        touches = (begun <= write.value) & (ended >= write.time)
        place[:, f.FEED_OUTAGE_START] = np.where(touches, np.minimum(begun, write.time), write.time)
        place[:, f.FEED_OUTAGE_END] = np.where(touches, np.maximum(ended, write.value), write.value)


EARLIER = 1e-6
"""A write due within this of an instant is made at it [s]."""

NONE = Actions()
