"""Every field of every equipment class, under one name; `registry.py` says how they are kept.

Kernels import index constants from here, the recorder and the tests the blocks.
"""

from __future__ import annotations

from twin.kernels.fields_cooling import *  # noqa: F403
from twin.kernels.fields_cooling import CDU, HALL, PLANT
from twin.kernels.fields_grid import *  # noqa: F403
from twin.kernels.fields_grid import AREA, RELAY, RESPONSE, TURBINE
from twin.kernels.fields_power import *  # noqa: F403
from twin.kernels.fields_power import BATTERY, BUS, FEED, GENSET, PCS, PDU, UPS
from twin.kernels.fields_rack import *  # noqa: F403
from twin.kernels.fields_rack import RACK
from twin.kernels.fields_run import *  # noqa: F403
from twin.kernels.registry import Block as Block  # noqa: PLC0414
from twin.kernels.registry import Field as Field  # noqa: PLC0414

BLOCKS = (FEED, BUS, GENSET, BATTERY, PCS, UPS, PDU, RACK, HALL, CDU, PLANT, AREA, TURBINE, RESPONSE, RELAY)
