"""What can fail, and what can be done, as a table: adding a part is adding a line.

A part is out of service while a state of its unit says so; the kernel of that state's class does the rest. States are
looked up by name in the registry, so that a line for a state that is not there refuses with a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from twin.kernels import fields
from twin.kernels.fields import Block

BLOCKS: dict[str, Block] = {block.name: block for block in fields.BLOCKS}


@dataclass(frozen=True)
class Part:
    """A part of a class of equipment that can fail.

    Attributes
    ----------
    name : str
        The word in `part:`.
    block : str
        Class of the units that have it.
    states : tuple of str
        States that say it is out; two for the sides A and B of a row.
    value : {'flag', 'count', 'share', 'feed', 'run'}
        What the state holds: 1 while out; how many are out; the share that is out; a loss of mains from and to;
        a flag that also ends the running of a set.
    words : str
        What has failed, in a sentence with {unit} and, where it is counted, {count}.
    """

    name: str
    block: str
    states: tuple[str, ...]
    value: Literal["flag", "count", "share", "feed", "run"]
    words: str


PARTS = (
    Part("module", "ups", ("modules_out",), "count", "{count} of the modules of {unit}"),
    Part("string", "battery", ("strings_out",), "share", "{count} of the strings of {unit}"),
    Part("breaker", "pdu", ("open_a", "open_b"), "flag", "the breaker of {unit} opens"),
    Part("breaker", "bus", ("stuck",), "flag", "the mains breaker of {unit} does not move"),
    Part("switch", "bus", ("stuck",), "flag", "the transfer switch of {unit} does not move"),
    Part("switch", "pdu", ("switch_out",), "flag", "the transfer switch of {unit} does not act"),
    Part("generator", "genset", ("unavailable", "run_left"), "run", "{unit} is out of service"),
    Part("starter", "genset", ("start_fails",), "flag", "{unit} will not start"),
    Part("tank", "genset", ("tank_out",), "flag", "the fuel of {unit} is cut off"),
    Part("feed", "feed", ("outage_start", "outage_end"), "feed", "{unit} is dead"),
    Part("bus", "bus", ("faulted",), "flag", "{unit} has a busbar fault"),
    Part("controller", "bus", ("control_out",), "flag", "the transfer controller of {unit} does not act"),
    Part("pump", "cdu", ("pumps_out",), "share", "{count} of the pumps of {unit}"),
    Part("leak", "cdu", ("leaks",), "flag", "{unit} loses coolant"),
    Part("pump", "plant", ("pumps_out",), "share", "{count} of the pumps of {unit}"),
    Part("air-handler", "hall", ("units_out",), "share", "{count} of the air handlers of {unit}"),
    Part("chiller", "plant", ("chillers_out",), "count", "{count} of the chillers of {unit}"),
    Part(
        "condenser-pump",
        "plant",
        ("condenser_pumps_out",),
        "share",
        "{count} of the condenser pumps of {unit}",
    ),
    Part("station", "station", ("out",), "flag", "the converter station {unit} is out"),
    Part("circuit", "ring", ("out_a", "out_b"), "flag", "a circuit of {unit} is out"),
)
"""Every part that can fail. A word may stand for parts of several classes: the unit's name tells which."""


@dataclass(frozen=True)
class Deed:
    """Something that can be done to a unit: states and the values written into them.

    States in `also` are written where the class has them.
    """

    name: str
    block: str
    states: tuple[tuple[str, float], ...]
    words: str
    also: tuple[tuple[str, float], ...] = ()


DEEDS = (
    Deed("reset-counter", "ups", (("latched", 0.0),), "the counter of {unit} is reset", (("command", 4.0),)),
    Deed("to-bypass", "ups", (("command", 1.0),), "{unit} is sent to its bypass"),
    Deed("to-normal", "ups", (("command", 2.0),), "{unit} is called back from its bypass"),
    Deed("battery-test", "ups", (("command", 3.0),), "the battery of {unit} is tested"),
    Deed("island", "bus", (("command", 1.0),), "{unit} is taken off the mains"),
    Deed("return", "bus", (("command", 2.0),), "{unit} is sent back to the mains"),
    Deed("start-generators", "bus", (("command", 3.0),), "the generators of {unit} are called"),
    Deed("stop-generators", "bus", (("command", 4.0),), "the generators of {unit} are no longer called"),
    Deed("open-breaker", "pdu", (("open_a", 1.0), ("open_b", 1.0)), "the breaker of {unit} is opened"),
    Deed("close-breaker", "pdu", (("open_a", 0.0), ("open_b", 0.0)), "the breaker of {unit} is closed"),
)
"""Everything that an operation may do."""


def state_row(block: str, state: str) -> int | None:
    """Row of a state by its name; None when there is no such class or state."""
    if block not in BLOCKS:
        return None
    try:
        return BLOCKS[block].state_index(state)
    except ValueError:
        return None


def sided(states: tuple[str, ...]) -> bool:
    """Whether states are those of a side A and a side B."""
    return [state[-2:] for state in states] == ["_a", "_b"]


def modelled(part: Part) -> bool:
    """Whether every state of a part is there."""
    return all(state_row(part.block, state) is not None for state in part.states)
