"""Load on an island by priority: connected in blocks, shed when too large, restored one by one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from bus_rig import several
from hypothesis import given, settings
from hypothesis import strategies as st
from site_builder import DIRECT, WHITE_PAPER_108, Rig, make_site, one

from twin.kernels import fields as f
from twin.kernels.bus_share import bus_allocate
from twin.kernels.bus_shed import bus_shed_step

TIMES = {"shed_delay": 0.5, "restore_delay": 5.0}


class Island:
    """An island whose sources, rows (priority to power) and cooling a test sets."""

    def __init__(self, rows: dict[int, float], sources: float, **values: float) -> None:
        self.p, self.s = one(
            "bus", mode=f.BUS_ON_LOCAL, frequency=50.0, **TIMES | {"levels": max(rows)} | values
        )
        self.rows, self.sources, self.sets, self.charge = rows, sources, 1.0, 1.0

    def load(self) -> float:
        level = self.s[f.BUS_SHED, 0]
        return sum(p for k, p in self.rows.items() if level == 0 or k < level)

    def run(self, seconds: float, dt: float = 0.01) -> list[int]:
        """Values of BUS_SHED in the order in which they came."""
        seen = [int(self.s[f.BUS_SHED, 0])]
        for _ in range(round(seconds / dt)):
            self.s[f.BUS_SUSTAINED] = self.s[f.BUS_BLOCK] = self.sources
            self.s[f.BUS_POWER] = self.load()
            bus_shed_step(self.p, self.s, 0, self.load(), self.charge, self.sets, dt)
            if int(self.s[f.BUS_SHED, 0]) != seen[-1]:
                seen.append(int(self.s[f.BUS_SHED, 0]))
        return seen


ROWS = {1: 400.0, 2: 300.0, 3: 200.0, 4: 100.0}


@pytest.mark.parametrize("dt", [0.001, 0.005, 0.02, 0.5])
def test_priorities_go_one_by_one_until_the_load_fits(dt: float) -> None:
    island = Island(ROWS, 750.0)
    assert island.run(0.4, dt) in ([0], [0, 4])
    assert island.run(5.0, dt)[-1] == 3
    assert island.load() == 700.0


def test_priority_one_is_never_shed() -> None:
    assert Island(ROWS, 100.0).run(20.0) == [0, 4, 3, 2]


def test_they_come_back_one_by_one_when_there_is_room_for_the_block() -> None:
    island = Island(ROWS, 450.0)
    assert island.run(5.0)[-1] == 2
    island.sources = 699.0
    assert island.run(30.0) == [2]
    island.sources = 700.0
    assert island.run(30.0) == [2, 3]
    island.sources = 2e3
    assert island.run(30.0) == [3, 4, 0]


def test_a_slow_island_sheds_although_its_sources_are_large_enough() -> None:
    island = Island(ROWS, 2e3, frequency_shed=47.5)
    island.s[f.BUS_FREQUENCY] = 47.0
    assert island.run(1.2) == [0, 4, 3]
    island.s[f.BUS_FREQUENCY] = 50.0
    assert island.run(12.0) == [3, 4, 0]


def test_storage_alone_sheds_when_it_runs_low_and_restores_with_a_set() -> None:
    island = Island(ROWS, 2e3, shed_soc=0.3)
    island.sets, island.charge = 0.0, 0.29
    assert island.run(2.0) == [0, 4, 3, 2]
    island.sets = 1e3
    assert island.run(20.0) == [2, 3, 4, 0]


def test_without_its_controller_nothing_is_shed() -> None:
    island = Island(ROWS, 450.0)
    island.s[f.BUS_CONTROL_OUT] = 1.0
    assert island.run(5.0) == [0]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0.0, 1200.0), st.floats(0.1, 20.0)), max_size=8),
    st.sampled_from([0.01, 0.1, 1.0]),
)
def test_shedding_stays_in_its_range_and_moves_one_priority_at_a_time(
    history: list[tuple[float, float]], dt: float
) -> None:
    island = Island(ROWS, 1e3)
    order = {0: 5, 4: 4, 3: 3, 2: 2}
    for sources, seconds in history:
        island.sources = sources
        seen = island.run(seconds, dt)
        assert set(seen) <= set(order)
        assert all(abs(order[a] - order[b]) == 1 for a, b in pairwise(seen))
    island.sources = 1e6
    assert island.run(30.0, dt)[-1] == 0


def allocated(time: float, **values: float) -> tuple[float, list[float], list[float]]:
    """Share of cooling, UPS limits and charging power, so long after the bus is live on local sources."""
    p, s = one(
        "bus", mode=f.BUS_ON_LOCAL, capability=2e3, sustained=2e3, block=2e3, mechanical_demand=400.0, local_time=time,
        **values,
    )  # fmt: skip
    _, feed = one("feed")
    p_ups, s_ups = several("ups", {"demand": 500.0}, DIRECT | {"demand": 500.0})
    bus_allocate(p, s, 0, feed, p_ups, s_ups, 0, 2)
    return float(s[f.BUS_MECH_SHARE, 0]), s_ups[f.UPS_LIMIT].tolist(), s_ups[f.UPS_SPARE].tolist()


def test_loads_are_connected_by_priority_after_their_times() -> None:
    levels = {"priority_ups": 1, "priority_cooling": 2, "priority_charging": 3}
    delays = {"connect_1": 2.0, "connect_2": 5.0, "connect_3": 60.0}
    share, limits, spare = allocated(1.0, **levels, **delays)
    assert (share, limits, spare[0]) == (0.0, [0.0, -1.0], 0.0)
    share, limits, spare = allocated(2.0, **levels, **delays)
    assert (share, limits, spare[0]) == (0.0, [1500.0, 500.0], 0.0)
    assert allocated(5.0, **levels, **delays)[0] == 1.0
    assert allocated(60.0, **levels, **delays)[2][0] == pytest.approx(600.0)


def test_cooling_takes_no_more_than_sets_accept_in_a_step() -> None:
    p, s = one(
        "bus", mode=f.BUS_ON_LOCAL, capability=2e3, sustained=2e3, block=700.0, mechanical_demand=400.0
    )
    _, feed = one("feed")
    p_ups, s_ups = several("ups", {"demand": 500.0})
    bus_allocate(p, s, 0, feed, p_ups, s_ups, 0, 1)
    assert s[f.BUS_MECH_SHARE, 0] == pytest.approx(0.5)
    assert s_ups[f.UPS_SPARE, 0] == 0.0


def test_block_loading_never_asks_a_set_for_more_than_it_accepts() -> None:
    """A set that takes a third of its rating at once, with cooling for all of it."""
    rig = Rig(
        make_site(
            racks=[{"power_peak": 100.0}], ups=[WHITE_PAPER_108 | {"power_rated": 200.0, "walk_in": 10.0}],
            gensets=[{"load_step_max": 0.3, "load_step_interval": 5.0, "inertia": 2.0}], batteries=[{"soc": 0.9}],
        )
    )  # fmt: skip
    rig.s["bus"][0, f.BUS_MECH_DEMAND] = 800.0
    rig.outage(0.0, 1e9)
    last, steps = 0.0, []
    for _ in range(1500):
        rig.run(0.01)
        steps.append(rig("bus", f.BUS_POWER_GENSET) - last)
        last = rig("bus", f.BUS_POWER_GENSET)
    assert max(steps) <= 300.0 + 1.0
    assert rig("bus", f.BUS_MECH_SHARE) == pytest.approx(1.0)
