"""The registry: every parameter and state of every equipment class, its index, unit and meaning.

A class of equipment owns two blocks of memory, `param[variant, field, unit]` and `state[member, field, unit]`,
in float64. A kernel indexes them with the integer constants below; the recorder, the documentation and the
tests read the same registry, so a field is described once. Modes of state machines are small whole numbers,
held exactly in the state block, so that a class is two arrays in a kernel's argument list.

Units are SI. Powers are positive in the direction grid -> racks, heat is positive racks -> sink; a battery and
a generator deliver positive. Voltages are per unit of nominal, temperatures are degrees Celsius.

Each class keeps an energy account in joules since the start of the run: `e_in` (everything that crossed into
it), `e_out` (everything it passed on in its useful direction), `e_loss` (heat it shed), and a stored energy
that follows from its states. `e_in - e_out - e_loss - (stored - stored at start)` is the residual, which the
recorder writes and the tests hold below 1e-9 of throughput.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Field:
    """One row of a block: its name, unit and meaning."""

    name: str
    unit: str
    meaning: str


@dataclass
class Block:
    """The rows of one equipment class, in the order of their indices."""

    name: str
    params: list[Field] = field(default_factory=list)
    states: list[Field] = field(default_factory=list)

    def param(self, name: str, unit: str, meaning: str) -> int:
        """Register a parameter and return its index."""
        self.params.append(Field(name, unit, meaning))
        return len(self.params) - 1

    def state(self, name: str, unit: str, meaning: str) -> int:
        """Register a state and return its index."""
        self.states.append(Field(name, unit, meaning))
        return len(self.states) - 1

    def param_index(self, name: str) -> int:
        """Index of the parameter `name`; ValueError when there is none."""
        return [f.name for f in self.params].index(name)

    def state_index(self, name: str) -> int:
        """Index of the state `name`; ValueError when there is none."""
        return [f.name for f in self.states].index(name)
