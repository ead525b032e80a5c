"""The recirculation matrix: mixing, limits of what there is to draw, members, and convergence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from twin.errors import InputError
from twin.kernels import fields as f
from twin.kernels.recirculation import on_cpu, on_device
from twin.kernels.site import Site

Array = NDArray[np.float64]


def site(matrix: Array, hall: list[int] | None = None) -> Site:
    """Racks with a matrix, in one hall unless said otherwise."""
    racks = len(matrix)
    p = np.zeros((1, len(f.RACK.params), racks))
    p[0, f.RACK_HALL] = hall or 0
    p[0, f.RACK_RECIRCULATION] = matrix.sum(axis=1)
    inlet, exhaust = np.nonzero(matrix)
    entries = np.column_stack([inlet, exhaust, matrix[inlet, exhaust]])
    states = {"rack": np.zeros((1, len(f.RACK.states), racks))}
    return Site({"rack": p}, states, np.zeros(0, dtype=np.int64), {}, recirculation=entries)


def states(flow: Array, outlet: Array, hot: Array) -> tuple[Array, Array]:
    """Rack and hall states, (member, field, unit)."""
    members, racks = flow.shape
    rack = np.zeros((members, len(f.RACK.states), racks))
    rack[:, f.RACK_FLOW], rack[:, f.RACK_T_OUTLET] = flow, outlet
    hall = np.zeros((members, len(f.HALL.states), hot.shape[1]))
    hall[:, f.HALL_T_HOT] = hot
    return rack, hall


def test_what_is_drawn_is_the_exhaust_of_the_other_rack() -> None:
    matrix = on_cpu(site(np.array([[0.0, 0.3], [0.1, 0.0]])))
    assert matrix is not None
    rack, hall = states(np.ones((1, 2)), np.array([[36.0, 44.0]]), np.array([[40.0]]))
    matrix.refresh(rack, hall, np.ones(1, dtype=np.int64))
    np.testing.assert_allclose(rack[0, f.RACK_T_EXCESS], [0.3 * (44.0 - 40.0), 0.1 * (36.0 - 40.0)])


def test_a_rack_that_stands_still_gives_the_others_nothing_more_than_it_blows() -> None:
    """The other would draw 0.3 kg/s of an exhaust of 0.03 kg/s: a tenth is exhaust, the rest hot aisle."""
    matrix = on_cpu(site(np.array([[0.0, 0.3], [0.0, 0.0]])))
    assert matrix is not None
    rack, hall = states(np.array([[1.0, 0.03]]), np.array([[36.0, 60.0]]), np.array([[36.0]]))
    matrix.refresh(rack, hall, np.ones(1, dtype=np.int64))
    assert rack[0, f.RACK_T_EXCESS, 0] == pytest.approx(0.03 * (60.0 - 36.0))


def test_racks_draw_from_their_own_hall() -> None:
    matrix = on_cpu(site(np.array([[0.2, 0.0], [0.0, 0.2]]), [0, 1]))
    assert matrix is not None
    rack, hall = states(np.ones((1, 2)), np.array([[40.0, 40.0]]), np.array([[40.0, 30.0]]))
    matrix.refresh(rack, hall, np.ones(1, dtype=np.int64))
    np.testing.assert_allclose(rack[0, f.RACK_T_EXCESS], [0.0, 2.0])


def test_a_member_that_rests_stays_as_it_is_and_the_others_do_not_depend_on_it() -> None:
    rng = np.random.default_rng(3)
    a = rng.random((5, 5)) * 0.15
    matrix = on_cpu(site(a))
    assert matrix is not None
    rack, hall = states(rng.random((3, 5)), 30.0 + rng.random((3, 5)), 30.0 + rng.random((3, 1)))
    alone = [np.array(rack[k : k + 1]) for k in range(3)]
    matrix.refresh(rack, hall, np.array([1, 0, 1]))
    assert (rack[1, f.RACK_T_EXCESS] == 0.0).all()
    for k in (0, 2):
        matrix.refresh(alone[k], hall[k : k + 1], np.ones(1, dtype=np.int64))
        np.testing.assert_array_equal(alone[k][0], rack[k])


def test_no_matrix_where_racks_do_not_draw_from_one_another() -> None:
    assert on_cpu(site(np.zeros((3, 3)))) is None


def test_a_gpu_without_cupy_is_refused_with_the_remedy() -> None:
    pytest.importorskip("numba.cuda")
    try:
        import cupy  # noqa: F401
    except ImportError:
        with pytest.raises(InputError, match="dctwin\\[cuda12\\]"):
            on_device(site(np.full((2, 2), 0.1)))
    else:
        pytest.skip("CuPy is here")


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), racks=st.integers(2, 8), most=st.floats(0.05, 0.45))
def test_refreshing_again_and_again_settles_on_the_linear_solution(
    seed: int, racks: int, most: float
) -> None:
    """With a hot aisle that is the flow-weighted mean of what reaches it, `T_in = (I - A)^-1 (... )` above supply."""
    rng = np.random.default_rng(seed)
    a = rng.random((racks, racks))
    a *= most * rng.random(racks)[:, None] / a.sum(axis=1, keepdims=True)
    flow, rise = 1.0 + 0.2 * rng.random(racks), 5.0 + 10.0 * rng.random(racks)
    if ((a.T @ flow) / flow).max() > 1.0:
        return
    matrix = on_cpu(site(a))
    assert matrix is not None
    s = a.sum(axis=1)
    exact = np.linalg.solve(np.eye(racks) - a, a @ rise)
    rack, hall = states(flow[None, :], rise[None, :], np.zeros((1, 1)))
    reaching = flow - a.T @ flow
    for _ in range(200):
        hot = float(reaching @ rack[0, f.RACK_T_OUTLET] / reaching.sum())
        hall[0, f.HALL_T_HOT] = hot
        matrix.refresh(rack, hall, np.ones(1, dtype=np.int64))
        rack[0, f.RACK_T_OUTLET] = s * hot + rack[0, f.RACK_T_EXCESS] + rise
    np.testing.assert_allclose(rack[0, f.RACK_T_OUTLET] - rise, exact, rtol=1e-6, atol=1e-6)
