"""Closed form of Frontier's conversion chain, as published with RAPS, and of its rack and system power."""

from __future__ import annotations

from dataclasses import dataclass

NODES, RACKS, CDUS = 9472, 74, 25
NODES_A_RACK, NODES_A_RECTIFIER = 128, 4
SWITCHES = 8 * 4 * 250.0
"""Switches of a rack: 4 of 250 W in each of its 8 chassis [W]."""
CDU = 8473.47
"""One coolant distribution unit [W]."""
IDLE = 90.0 + 4 * 88.0 + 74.26 + 4 * 20.0 + 30.0
"""CPU, 4 GPUs, memory, 4 network cards, NVMe of an idle node [W]."""
PEAK = 280.0 + 4 * 560.0 + 74.26 + 4 * 20.0 + 30.0


@dataclass(frozen=True)
class Chain:
    """Power at each stage for nodes of equal power [W]: of a node, of a rack, of the system.

    Attributes
    ----------
    node : float
        Output of a node's SIVOC converter.
    sivoc : float
        Input of it.
    rectifier : float
        Input of the rectifier, a node's share.
    """

    node: float
    sivoc: float
    rectifier: float

    @property
    def rack(self) -> float:
        """One rack with its switches."""
        return NODES_A_RACK * self.rectifier + SWITCHES

    @property
    def system(self) -> float:
        """All racks and coolant distribution units."""
        return RACKS * self.rack + CDUS * CDU

    @property
    def loss(self) -> float:
        """Conversion loss of all nodes."""
        return NODES * (self.rectifier - self.node)

    @property
    def efficiency(self) -> float:
        """Of SIVOC and rectifier together."""
        return self.node / self.rectifier

    @property
    def efficiency_dc(self) -> float:
        """Of the SIVOC alone: 380 V DC to the rack."""
        return self.node / self.sivoc


def chain(node: float) -> Chain:
    """SIVOC: P_in = (P + 13 W) / 0.98; rectifier of 4 nodes: P_in = (P + 17 W) / 0.96 (RAPS frontier.yaml)."""
    sivoc = (node + 13.0) / 0.98
    rectifier = (NODES_A_RECTIFIER * sivoc + 17.0) / 0.96 / NODES_A_RECTIFIER
    return Chain(node, sivoc, rectifier)


def node_of_system(power: float) -> float:
    """Power of a node at which the system draws `power` [W]: the chain is linear."""
    low, high = chain(IDLE).system, chain(PEAK).system
    return IDLE + (PEAK - IDLE) * (power - low) / (high - low)
