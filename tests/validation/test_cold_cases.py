"""The cases of the cold store hold, and what they compare is not the same thing twice."""

from __future__ import annotations

import numpy as np

from twin.validate import validate
from twin.validation.cold_store.case import FULL, NO_POLICY, NO_TANK, OUTAGE, told
from twin.validation.stratified_tank.case import COLD, RISE, Bench


def test_the_cases_hold() -> None:
    for result in validate(["stratified_tank", "cold_store"], "cpu"):
        assert [str(check) for check in result.checks if not check.passed] == []


def test_an_order_moves_a_front_up_the_tank() -> None:
    bench = Bench("cpu")
    bench.run(-1e6, 1200.0, 60.0)
    layers = bench.layers()
    assert np.all(np.diff(layers) <= 1e-9)
    assert layers[-1] == COLD
    assert layers[0] == COLD + RISE


def test_the_ride_does_not_depend_on_the_step() -> None:
    """Hottest inlet and content through the restart, at thermal steps of a second and of ten."""
    coarse = [o.replace("step=1 s", "step=10 s") if "_step" in o else o for o in OUTAGE]
    for store in (FULL, NO_TANK):
        fine, long = told("cpu", NO_POLICY, store, *OUTAGE), told("cpu", NO_POLICY, store, *coarse)
        rise = fine.inlet.max() - fine.inlet[0]
        assert abs(long.inlet.max() - fine.inlet.max()) < 0.005 * max(rise, 1.0) + 0.02
        if store == FULL:
            assert abs(long.content.min() - fine.content.min()) < 0.005 * (1.0 - fine.content.min())
