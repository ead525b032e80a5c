"""Fans, pumps and plants on two sources: which one they hang on."""

from __future__ import annotations

import numpy as np
import pytest

from twin.kernels import fields as f
from twin.kernels.phases_thermal import (
    bus_mech_demand,
    chosen_host,
    hall_served,
    plant_change_over,
    ups_mech_demand,
)


def blocks() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    made = {}
    for kind, units in (("hall", 1), ("cdu", 0), ("plant", 1), ("bus", 2), ("ups", 2)):
        block = next(b for b in f.BLOCKS if b.name == kind)
        made[kind] = (np.zeros((len(block.params), units)), np.zeros((len(block.states), units)))
    p, s = made["hall"]
    p[f.HALL_UPS_2] = p[f.HALL_BUS_2] = 1.0
    s[f.HALL_POWER] = 10.0
    p, s = made["plant"]
    p[f.PLANT_PUMP_UPS] = p[f.PLANT_PUMP_UPS_2] = -1.0
    p[f.PLANT_BUS_2] = 1.0
    s[f.PLANT_POWER] = 100.0
    s[f.PLANT_READY] = 240.0
    made["bus"][1][f.BUS_CAPABILITY] = 1e15
    made["ups"][1][f.UPS_VOLTAGE] = 1.0
    made["ups"][1][f.UPS_MODE] = f.UPS_NORMAL
    return made


@pytest.mark.parametrize(
    ("first", "second", "host"), [(1.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 1.0), (0.0, 0.0, 0.0)]
)
def test_the_second_source_serves_when_the_first_is_dead(first: float, second: float, host: float) -> None:
    made = blocks()
    s_ups, s_bus = made["ups"][1], made["bus"][1]
    s_ups[f.UPS_VOLTAGE] = first, second
    assert chosen_host(0.0, 0.0, 1.0, 1.0, s_bus, s_ups) == host
    s_bus[f.BUS_CAPABILITY] = first, second
    assert chosen_host(0.0, -1.0, 1.0, -1.0, s_bus, s_ups) == host
    assert chosen_host(0.0, 0.0, -1.0, -1.0, s_bus, s_ups) == 0.0


def test_what_changes_over_is_asked_of_the_other() -> None:
    made = blocks()
    s_ups, s_bus = made["ups"][1], made["bus"][1]
    s_ups[f.UPS_VOLTAGE, 0] = 0.0
    s_bus[f.BUS_CAPABILITY, 0] = 0.0
    s_ups[f.UPS_MECH_SERVED] = 0.3, 1.0
    # The period that has ended is judged by the source it was asked of.
    assert hall_served(*made["hall"], 0, s_bus, s_ups, 1.0) == 0.3
    plant_change_over(*made["plant"], 0, s_bus, s_ups)
    assert made["plant"][1][f.PLANT_READY, 0] == 0.0
    rest = (*made["hall"], *made["cdu"], *made["plant"])
    for k in (0, 1):
        ups_mech_demand(s_ups, k, *rest)
        bus_mech_demand(s_bus, k, *rest)
    assert list(s_ups[f.UPS_MECH_DEMAND]) == [0.0, 10.0]
    assert list(s_bus[f.BUS_MECH_DEMAND]) == [0.0, 100.0]


def test_it_goes_back_to_the_first() -> None:
    made = blocks()
    s_ups, s_bus = made["ups"][1], made["bus"][1]
    made["plant"][1][f.PLANT_HOST] = 1.0
    made["hall"][1][f.HALL_HOST] = 1.0
    hall_served(*made["hall"], 0, s_bus, s_ups, 1.0)
    plant_change_over(*made["plant"], 0, s_bus, s_ups)
    assert made["hall"][1][f.HALL_HOST, 0] == made["plant"][1][f.PLANT_HOST, 0] == 0.0
    assert made["plant"][1][f.PLANT_READY, 0] == 0.0
