"""Every field of every equipment class, under one name; `registry.py` says how they are kept.

Kernels import index constants from here, the recorder and the tests the blocks.
"""

from __future__ import annotations

from twin.kernels.fields_air import *  # noqa: F403
from twin.kernels.fields_chiller import *  # noqa: F403
from twin.kernels.fields_chip import *  # noqa: F403
from twin.kernels.fields_climate import *  # noqa: F403
from twin.kernels.fields_cooling import *  # noqa: F403
from twin.kernels.fields_cooling import CDU, HALL, PLANT
from twin.kernels.fields_generation import *  # noqa: F403
from twin.kernels.fields_generation import GENSET
from twin.kernels.fields_grid import *  # noqa: F403
from twin.kernels.fields_grid import AREA, RELAY, RESPONSE, TURBINE
from twin.kernels.fields_heat import *  # noqa: F403
from twin.kernels.fields_loop import *  # noqa: F403
from twin.kernels.fields_pdu import *  # noqa: F403
from twin.kernels.fields_pdu import PDU
from twin.kernels.fields_rack import *  # noqa: F403
from twin.kernels.fields_rack import RACK
from twin.kernels.fields_ring import *  # noqa: F403
from twin.kernels.fields_ring import RING, STATION
from twin.kernels.fields_run import *  # noqa: F403
from twin.kernels.fields_storage import *  # noqa: F403
from twin.kernels.fields_storage import BATTERY, PCS
from twin.kernels.fields_store import *  # noqa: F403
from twin.kernels.fields_supply import *  # noqa: F403
from twin.kernels.fields_supply import BUS, FEED
from twin.kernels.fields_ups import *  # noqa: F403
from twin.kernels.fields_ups import UPS
from twin.kernels.registry import Block as Block  # noqa: PLC0414
from twin.kernels.registry import Field as Field  # noqa: PLC0414

BLOCKS = (
    FEED, BUS, GENSET, BATTERY, PCS, UPS, PDU, RACK, HALL, CDU, PLANT, AREA, TURBINE, RESPONSE, RELAY, RING, STATION,
)  # fmt: skip
