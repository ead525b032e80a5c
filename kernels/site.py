"""A site as the kernels see it: blocks of numbers, child ranges and the names behind the indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from twin.kernels.fields import (
    AREA,
    BATTERY,
    BUS,
    CDU,
    FEED,
    GENSET,
    HALL,
    LINK_TABLES,
    PCS,
    PDU,
    PLANT,
    RACK,
    RELAY,
    RESPONSE,
    RING,
    STATION,
    TURBINE,
    UPS,
    Block,
)
from twin.kernels.scalar import Array, Links

# The order in which `run_interval` takes parameter and state blocks.
PARAM_ORDER = (
    BUS, GENSET, BATTERY, PCS, UPS, PDU, RACK, HALL, CDU, PLANT, AREA, TURBINE, RESPONSE, RELAY,
    RING, STATION,
)  # fmt: skip
STATE_ORDER = (FEED, *PARAM_ORDER)


@dataclass
class Site:
    """Parameters, initial states and topology of one site, or of several variants of it.

    Attributes
    ----------
    params : dict of str to (variant, field, unit) array
        Parameters of each class, SI.
    states : dict of str to (1, field, unit) array
        Initial state of each class, the same for every member until drawn or settled.
    links : (n,) int64 array
        Child ranges, `LINK_...` of `fields.py`.
    names : dict of str to list of str
        Name of each unit of each class, in index order.
    infeed : (event, 3) array
        Loss-of-infeed events of the grid area; no rows without one.
    recirculation : (entry, 3) array
        Inlet rack, exhaust rack and the share of the inlet's air that is that exhaust; see `recirculation.py`. No
        rows where racks do not draw from one another.
    """

    params: dict[str, Array]
    states: dict[str, Array]
    links: Links
    names: dict[str, list[str]]
    infeed: Array = field(default_factory=lambda: np.zeros((0, 3)))
    recirculation: Array = field(default_factory=lambda: np.zeros((0, 3)))

    @property
    def racks(self) -> int:
        """Number of rack units."""
        return int(self.states[RACK.name].shape[2])

    @property
    def variants(self) -> int:
        """Number of parameter variants."""
        return int(self.params[RACK.name].shape[0])

    def column(self, block: Block, name: str) -> Array:
        """Parameter `name` of every unit of a class, first variant."""
        values: Array = self.params[block.name][0, block.param_index(name)]
        return values


def pack_links(tables: Sequence[Sequence[int]]) -> Links:
    """Pack child tables into the one integer array of the kernels.

    Parameters
    ----------
    tables : sequence of sequences of int
        In the order of the `LINK_` constants. All but the last two are range starts, one more than there are
        units. LINK_UPS_SIDE holds range starts relative to LINK_SIDES, which lists sides as 2 * pdu + side.

    Returns
    -------
    (n,) int64 array
        A header of offsets followed by the tables; the side ranges are made absolute.
    """
    if len(tables) != LINK_TABLES:
        raise ValueError(f"expected {LINK_TABLES} link tables, got {len(tables)}")
    offsets = np.cumsum([LINK_TABLES, *(len(table) for table in tables)])
    absolute = [list(table) for table in tables]
    absolute[-2] = [int(offsets[-2]) + start for start in absolute[-2]]
    return np.array([*offsets[:-1], *(entry for table in absolute for entry in table)], dtype=np.int64)
