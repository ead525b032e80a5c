"""Site channels sampled inside an interval, for what happens faster than the recorder's tick."""

from __future__ import annotations

from twin.kernels.fields import (
    BUS_FREQUENCY,
    BUS_MECH_DEMAND,
    BUS_MECH_SHARE,
    BUS_POWER_GENSET,
    BUS_POWER_STORAGE,
    BUS_VOLTAGE,
    FEED_FREQUENCY,
    FEED_POWER,
    FEED_VOLTAGE,
    TRACE_BUS_FREQUENCY,
    TRACE_BUS_VOLTAGE,
    TRACE_FREQUENCY,
    TRACE_GENSET,
    TRACE_GRID,
    TRACE_MECHANICAL,
    TRACE_STORAGE,
    TRACE_UPS_BATTERY,
    TRACE_UPS_IN,
    TRACE_UPS_OUT,
    TRACE_UPS_VOLTAGE,
    TRACE_VOLTAGE,
    UPS_MECH_DEMAND,
    UPS_POWER_BATTERY,
    UPS_POWER_IN,
    UPS_POWER_OUT,
    UPS_VOLTAGE,
)
from twin.kernels.scalar import Array, scalar


@scalar
def trace_sample(row: Array, s_feed: Array, s_bus: Array, s_ups: Array) -> None:
    """Write one sample of the site into `row`, indexed by the TRACE_ channels.

    Sums run over units in their order, so every backend gives the same bits.
    """
    grid = 0.0
    for f in range(s_feed.shape[1]):
        grid += s_feed[FEED_POWER, f]
    lowest_bus = s_bus[BUS_VOLTAGE, 0]
    storage = 0.0
    genset = 0.0
    mechanical = 0.0
    for b in range(s_bus.shape[1]):
        lowest_bus = min(lowest_bus, s_bus[BUS_VOLTAGE, b])
        storage += s_bus[BUS_POWER_STORAGE, b]
        genset += s_bus[BUS_POWER_GENSET, b]
        mechanical += s_bus[BUS_MECH_SHARE, b] * s_bus[BUS_MECH_DEMAND, b]
    lowest_ups = s_ups[UPS_VOLTAGE, 0]
    power_in = 0.0
    power_out = 0.0
    battery = 0.0
    for u in range(s_ups.shape[1]):
        lowest_ups = min(lowest_ups, s_ups[UPS_VOLTAGE, u])
        power_in += s_ups[UPS_POWER_IN, u]
        power_out += s_ups[UPS_POWER_OUT, u]
        battery += s_ups[UPS_POWER_BATTERY, u]
        if s_ups[UPS_VOLTAGE, u] > 0.0:
            mechanical += s_ups[UPS_MECH_DEMAND, u]
    row[TRACE_FREQUENCY] = s_feed[FEED_FREQUENCY, 0]
    row[TRACE_VOLTAGE] = s_feed[FEED_VOLTAGE, 0]
    row[TRACE_BUS_VOLTAGE] = lowest_bus
    row[TRACE_BUS_FREQUENCY] = s_bus[BUS_FREQUENCY, 0]
    row[TRACE_UPS_VOLTAGE] = lowest_ups
    row[TRACE_GRID] = grid
    row[TRACE_UPS_IN] = power_in
    row[TRACE_UPS_OUT] = power_out
    row[TRACE_UPS_BATTERY] = battery
    row[TRACE_STORAGE] = storage
    row[TRACE_GENSET] = genset
    row[TRACE_MECHANICAL] = mechanical
