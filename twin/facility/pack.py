"""Rows of named values, one per unit, packed into the blocks the kernels read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from twin.kernels.fields import Block
from twin.kernels.scalar import Array


@dataclass
class Unit:
    """One unit of equipment: its name, parameters and non-zero initial states, by field name, SI."""

    name: str
    params: Mapping[str, float]
    states: Mapping[str, float] = field(default_factory=dict)


def pack_units(block: Block, units: Sequence[Unit]) -> tuple[Array, Array]:
    """Return parameters (1, field, unit) and initial states (1, field, unit) of a class.

    Raises
    ------
    KeyError
        When a unit lacks a parameter of the registry, or has one the registry does not know: a missing physical
        value never becomes a silent zero.
    """
    params = np.zeros((1, len(block.params), len(units)))
    states = np.zeros((1, len(block.states), len(units)))
    wanted = {f.name for f in block.params}
    for column, unit in enumerate(units):
        if set(unit.params) != wanted:
            missing = wanted - set(unit.params)
            unknown = set(unit.params) - wanted
            raise KeyError(f"{block.name} {unit.name}: missing {sorted(missing)}, unknown {sorted(unknown)}")
        for row, entry in enumerate(block.params):
            params[0, row, column] = unit.params[entry.name]
        for name, value in unit.states.items():
            states[0, block.state_index(name), column] = value
    return params, states
