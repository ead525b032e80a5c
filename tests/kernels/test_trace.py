"""Trace: sums over the site of what its units did, in every sample."""

from __future__ import annotations

import numpy as np
import pytest
from electrical_fuzz import random_history

from twin.kernels import fields as f
from twin.kernels.trace import trace_sample


def sample(s: dict[str, np.ndarray]) -> np.ndarray:
    row = np.full(len(f.TRACE.states), np.nan)
    trace_sample(row, s["feed"], s["bus"], s["ups"])
    return row


@pytest.mark.parametrize("seed", range(20))
def test_channels_are_the_sums_of_their_units(seed: int) -> None:
    s = {name: block[0] for name, block in random_history(seed, 6).rig.s.items()}
    row = sample(s)
    feed, bus, ups, n = s["feed"], s["bus"], s["ups"], s["ups"].shape[1]
    assert row[f.TRACE_FREQUENCY] == feed[f.FEED_FREQUENCY, 0]
    assert row[f.TRACE_VOLTAGE] == feed[f.FEED_VOLTAGE, 0]
    assert row[f.TRACE_BUS_VOLTAGE] == bus[f.BUS_VOLTAGE].min()
    assert row[f.TRACE_BUS_FREQUENCY] == bus[f.BUS_FREQUENCY, 0]
    assert row[f.TRACE_UPS_VOLTAGE] == ups[f.UPS_VOLTAGE].min()
    assert row[f.TRACE_GRID] == pytest.approx(feed[f.FEED_POWER].sum(), rel=1e-12)
    assert row[f.TRACE_UPS_IN] == pytest.approx(ups[f.UPS_POWER_IN].sum(), rel=1e-12)
    assert row[f.TRACE_UPS_OUT] == pytest.approx(ups[f.UPS_POWER_OUT].sum(), rel=1e-12)
    assert row[f.TRACE_UPS_BATTERY] == pytest.approx(s["battery"][f.BAT_POWER, :n].sum(), rel=1e-9, abs=1e-6)
    assert row[f.TRACE_STORAGE] == pytest.approx(s["pcs"][f.PCS_POWER].sum(), rel=1e-12, abs=1e-9)
    assert row[f.TRACE_GENSET] == pytest.approx(s["genset"][f.GEN_POWER].sum(), rel=1e-9, abs=1e-6)


def test_mechanical_power_is_what_buses_and_live_ups_serve() -> None:
    bus, ups = np.zeros((len(f.BUS.states), 2)), np.zeros((len(f.UPS.states), 2))
    bus[f.BUS_MECH_DEMAND], bus[f.BUS_MECH_SHARE] = (100.0, 200.0), (1.0, 0.5)
    ups[f.UPS_MECH_DEMAND], ups[f.UPS_VOLTAGE] = (10.0, 20.0), (1.0, 0.0)
    row = sample({"feed": np.zeros((len(f.FEED.states), 1)), "bus": bus, "ups": ups})
    assert row[f.TRACE_MECHANICAL] == 210.0
