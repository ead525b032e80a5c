"""Load flow of a DC ring against a nodal solve by numpy, and by hand where a hand can."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_builder import BLOCKS, ideal_unit

from twin.facility.pack import pack_units
from twin.kernels import fields as f
from twin.kernels.dc_ring import AT_LIMIT, ring_load_flow, ring_sections, station_dc_power

V = 20e3


@dataclass
class Ring:
    """A ring with its stations, as the kernels take them."""

    p: np.ndarray
    s: np.ndarray
    p_sta: np.ndarray
    s_sta: np.ndarray

    def solve(self) -> bool:
        """Load flow."""
        ring_sections(self.p, self.s, 0)
        return ring_load_flow(self.p, self.s, 0, self.p_sta, self.s_sta)

    @property
    def n(self) -> int:
        return int(self.p[f.RING_NODES, 0])

    @property
    def voltage(self) -> np.ndarray:
        return self.s[f.RING_VOLTAGE_0 : f.RING_VOLTAGE_0 + self.n, 0]

    @property
    def current(self) -> np.ndarray:
        return self.s[f.RING_CURRENT_0 : f.RING_CURRENT_0 + self.n, 0]

    @property
    def given(self) -> np.ndarray:
        """DC power of every station, 0 for load stations."""
        return np.array(
            [
                station_dc_power(self.p, self.s, 0, self.p_sta, self.s_sta, i)
                * (self.p_sta[f.STA_LOAD, i] <= 0)
                for i in range(self.p_sta.shape[1])
            ]
        )


def make_ring(resistances, sources, loads, circuits=1, droop=0.04) -> Ring:
    """`sources`: (node, rated W); `loads`: (node, W)."""
    values = {"nodes": len(resistances), "circuits": circuits, "voltage_nominal": V}
    values |= {f"resistance_{k}": r for k, r in enumerate(resistances)}
    p, s = pack_units(BLOCKS["ring"], [ideal_unit("ring", "ring", values)])
    units = [
        ideal_unit("station", "g", {"node": k, "power_rated": rated, "limit": rated, "droop": droop})
        for k, rated in sources
    ] + [ideal_unit("station", "l", {"node": k, "load_side": 1, "power_in": power}) for k, power in loads]
    p_sta, s_sta = pack_units(BLOCKS["station"], units)
    return Ring(p[0], s[0], p_sta[0], s_sta[0])


def by_matrix(ring: Ring) -> np.ndarray:
    """Node voltages by a full nodal matrix and Newton's method, every station on its droop or a constant power."""
    n = ring.n
    g = np.zeros((n, n))
    for k in range(n):
        a = ring.s[f.RING_OPEN_A_0 + k, 0] <= 0 and ring.s[f.RING_OUT_A, 0] <= 0
        b = (
            ring.p[f.RING_CIRCUITS, 0] > 1
            and ring.s[f.RING_OPEN_B_0 + k, 0] <= 0
            and ring.s[f.RING_OUT_B, 0] <= 0
        )
        c = (float(a) + float(b)) / ring.p[f.RING_R_0 + k, 0]
        m = (k + 1) % n
        g[k, k] += c
        g[m, m] += c
        g[k, m] -= c
        g[m, k] -= c
    v = np.full(n, V)
    for _ in range(50):
        mismatch, jacobian = -g @ v, g.copy()
        for i in range(ring.p_sta.shape[1]):
            k = int(ring.p_sta[f.STA_NODE, i])
            if ring.p_sta[f.STA_LOAD, i] > 0 or ring.s_sta[f.STA_HELD, i] == AT_LIMIT:
                load = ring.p_sta[f.STA_LOAD, i] > 0
                power = ring.s_sta[f.STA_POWER_IN, i] if load else -ring.s_sta[f.STA_LIMIT, i]
                mismatch[k] -= power / v[k]
                jacobian[k, k] -= power / v[k] ** 2
            else:
                y = ring.p_sta[f.STA_RATED, i] / (ring.p_sta[f.STA_DROOP, i] * V * V)
                mismatch[k] += y * (V - v[k])
                jacobian[k, k] += y
        v = v + np.linalg.solve(jacobian, mismatch)
    return v


@st.composite
def rings(draw):
    n = draw(st.integers(2, 16))
    resistances = [draw(st.floats(0.005, 0.1)) for _ in range(n)]
    sources = [
        (draw(st.integers(0, n - 1)), draw(st.floats(5e6, 20e6))) for _ in range(draw(st.integers(1, 4)))
    ]
    total = 0.9 * sum(rated for _, rated in sources)
    parts = [draw(st.floats(0.0, 1.0)) for _ in range(draw(st.integers(1, 6)))]
    loads = [(draw(st.integers(0, n - 1)), total * part / len(parts)) for part in parts]
    ring = make_ring(resistances, sources, loads, circuits=draw(st.sampled_from([1, 2])))
    opened = draw(st.integers(-1, n - 1))
    if opened >= 0:
        ring.s[f.RING_OPEN_A_0 + opened, 0] = 1
        ring.s[f.RING_OPEN_B_0 + opened, 0] = draw(st.sampled_from([0.0, 1.0]))
    return ring


@settings(deadline=None, max_examples=200)
@given(rings())
def test_random_rings_agree_with_a_nodal_solve(ring: Ring) -> None:
    assert ring.solve()
    np.testing.assert_allclose(ring.voltage, by_matrix(ring), rtol=1e-10)
    load = ring.s_sta[f.STA_POWER_IN].sum()
    loss = ring.s[f.RING_LOSS, 0]
    assert ring.given.sum() == pytest.approx(load + loss, rel=1e-10, abs=1e-2)
    assert loss >= 0.0
    assert (ring.given <= ring.p_sta[f.STA_RATED] * (1 + 1e-9)).all() or 2.0 in ring.s_sta[f.STA_HELD]


def test_one_source_and_one_load_by_hand() -> None:
    """Two paths of 0.1 and 0.3 ohm in parallel carry the load by their conductances."""
    ring = make_ring([0.1, 0.1, 0.1, 0.1], [(0, 10e6)], [(1, 5e6)])
    assert ring.solve()
    r = 0.04 * V * V / 10e6 + 0.1 * 0.3 / 0.4
    v = 0.5 * (V + np.sqrt(V * V - 4.0 * 5e6 * r))
    assert ring.voltage[1] == pytest.approx(v, rel=1e-12)
    assert ring.current[0] == pytest.approx(0.75 * 5e6 / v, rel=1e-9)
    assert ring.current[3] == pytest.approx(-0.25 * 5e6 / v, rel=1e-9)


def test_equal_droops_share_by_rating_where_cables_are_short() -> None:
    ring = make_ring([1e-4] * 4, [(0, 10e6), (2, 20e6)], [(1, 9e6), (3, 6e6)])
    assert ring.solve()
    assert ring.given[1] / ring.given[0] == pytest.approx(2.0, rel=1e-3)


def test_small_loads_superpose() -> None:
    """Drops of two small loads add: at a thousandth of a per cent of voltage the network is linear."""

    def drops(*loads: tuple[int, float]) -> np.ndarray:
        ring = make_ring([0.1, 0.2, 0.3, 0.4, 0.5], [(0, 20e6), (3, 10e6)], list(loads))
        assert ring.solve()
        return V - ring.voltage

    both, one, other = drops((1, 1e3), (4, 2e3)), drops((1, 1e3)), drops((4, 2e3))
    np.testing.assert_allclose(both, one + other, rtol=1e-5)


def test_an_open_segment_makes_a_line() -> None:
    ring = make_ring([0.1, 0.1, 0.1], [(0, 10e6)], [(2, 5e6)])
    ring.s[f.RING_OPEN_A_0 + 2, 0] = 1
    assert ring.solve()
    assert ring.current[2] == 0.0
    assert ring.current[0] == pytest.approx(5e6 / ring.voltage[2], rel=1e-9)


def test_a_second_circuit_halves_the_resistance_and_keeps_the_ring_closed() -> None:
    single = make_ring([0.1, 0.1, 0.1], [(0, 10e6)], [(2, 5e6)])
    double = make_ring([0.2, 0.2, 0.2], [(0, 10e6)], [(2, 5e6)], circuits=2)
    assert single.solve()
    assert double.solve()
    np.testing.assert_allclose(double.voltage, single.voltage, rtol=1e-12)
    double.s[f.RING_OPEN_A_0 + 2, 0] = 1
    assert double.solve()
    assert abs(double.current[2]) > 0.0
    double.s[[f.RING_OUT_A, f.RING_OPEN_A_0 + 2], 0] = [1, 0]
    assert double.solve()
    np.testing.assert_allclose(np.sum(double.current**2) * 0.2, double.s[f.RING_LOSS, 0], rtol=1e-9)


def test_two_open_places_cut_off_what_has_no_source() -> None:
    ring = make_ring([0.1] * 4, [(0, 10e6)], [(1, 5e6), (2, 0.0)])
    ring.s[[f.RING_OPEN_A_0 + 1, f.RING_OPEN_A_0 + 2], 0] = 1
    assert ring.solve()
    assert ring.voltage[2] == 0.0
    assert (ring.voltage[[0, 1, 3]] > 0.9 * V).all()
    assert list(ring.s[f.RING_SECTION_0 : f.RING_SECTION_0 + 4, 0]) == [0, 0, 2, 0]


def test_a_station_at_its_limit_leaves_the_rest_to_the_other() -> None:
    """The near station would take most of the load on its droop; it holds its limit instead."""
    ring = make_ring([0.05, 5.0, 5.0], [(0, 10e6), (2, 30e6)], [(1, 20e6)])
    assert ring.solve()
    assert ring.s_sta[f.STA_HELD, 0] == AT_LIMIT
    assert ring.given[0] == 10e6
    np.testing.assert_allclose(ring.voltage, by_matrix(ring), rtol=1e-10)


def test_sources_too_small_share_the_excess_by_rating() -> None:
    ring = make_ring([1e-3] * 4, [(0, 10e6), (2, 20e6)], [(1, 36e6)])
    assert ring.solve()
    assert ring.given == pytest.approx([12e6, 24e6, 0.0], rel=1e-3)


def test_a_load_beyond_the_nose_has_no_solution() -> None:
    """The most a source behind R can give is V^2 / 4 R."""
    most = V * V / (4.0 * 0.4 * V * V / 10e6)
    assert make_ring([1e-6] * 2, [(0, 10e6)], [(1, 0.98 * most * 0.99)], droop=0.4).solve()
    assert not make_ring([1e-6] * 2, [(0, 10e6)], [(1, 1.02 * most)], droop=0.4).solve()


def test_an_export_flows_back_through_the_grid_stations() -> None:
    ring = make_ring([0.1] * 4, [(0, 10e6), (2, 10e6)], [(1, -4e6)])
    assert ring.solve()
    assert (ring.given[:2] < 0.0).all()
    assert ring.given.sum() == pytest.approx(-4e6 + ring.s[f.RING_LOSS, 0], rel=1e-10)
