"""Places: nothing stands in anything else, PDUs stay together, aisles lie between rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from twin.result import Result
from twin.scene import layout as plan
from twin.scene.bodies import bodies, spread
from twin.scene.layout import Layout, aisles, apart, lay_out, row_length, rows_by_pdu


def overlaps(boxes: np.ndarray) -> int:
    """Number of pairs of boxes that share floor."""
    low, high = boxes[:, :2], boxes[:, 3:5]
    meet = (low[:, None] < high[None] - 1e-9).all(axis=2) & (low[None] < high[:, None] - 1e-9).all(axis=2)
    return int(meet.sum() - len(boxes)) // 2


@given(
    st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=12), min_size=1, max_size=4),
)
def test_racks_laid_out_by_rule_never_overlap(halls: list[list[int]]) -> None:
    hall = np.array([h for h, groups in enumerate(halls) for n in groups for _ in range(n)])
    pdu = [f"{h}.{g}" for h, groups in enumerate(halls) for g, n in enumerate(groups) for _ in range(n)]
    row, x, y = rows_by_pdu(hall, pdu)
    x, y = apart(hall, x, y)
    size = np.tile([plan.RACK_WIDTH, plan.RACK_DEPTH, plan.RACK_HEIGHT], (len(hall), 1))
    facing = np.where(row % 2 == 0, 1.0, -1.0)
    layout = Layout(hall, row, x, y, facing, size, tuple(map(str, range(len(halls)))), False)
    assert overlaps(layout.boxes()) == 0
    floors = np.array([layout.floor(h) for h in range(len(halls))])
    assert overlaps(np.insert(floors, (2, 4), 0.0, axis=1)) == 0
    for h in range(len(halls)):
        mine = hall == h
        assert np.bincount(row[mine]).max() <= row_length(int(mine.sum()))
        assert set(row[mine]) == set(range(row[mine].max() + 1))


def test_a_pdu_that_fits_a_row_stands_in_one() -> None:
    pdu = [f"pdu-{k // 16}" for k in range(96)]
    row, x, _ = rows_by_pdu(np.zeros(96, dtype=np.int64), pdu)
    assert row_length(96) == 24
    assert [len(set(row[k : k + 16])) for k in range(0, 96, 16)] == [1] * 6
    assert np.allclose(np.diff(x[:16]), plan.RACK_WIDTH)


def test_a_pdu_longer_than_a_row_is_split_evenly() -> None:
    row, _, _ = rows_by_pdu(np.zeros(50, dtype=np.int64), ["pdu"] * 50)
    assert np.bincount(row).tolist() == [17, 17, 16]


def test_without_places_racks_stand_by_hall_and_pdu(result: Result) -> None:
    layout, chosen = lay_out(result)
    assert not layout.recorded
    assert layout.halls == ("hall-1",)
    assert chosen.tolist() == list(range(200))
    assert overlaps(layout.boxes()) == 0


def test_recorded_places_are_kept(placed: Result) -> None:
    layout, _ = lay_out(placed)
    assert layout.recorded
    assert np.allclose(layout.x, 0.8 * (np.arange(200) % 20 + 0.5))
    assert np.unique(layout.size, axis=0).tolist() == [[0.8, 1.1, 2.0]]
    assert overlaps(layout.boxes()) == 0
    same_way = "same-way" in str(placed.attrs["scenario"])
    assert (layout.facing[:40:20].tolist() == [-1.0, -1.0]) == same_way


def test_aisles_fill_the_floor_between_rows(placed: Result) -> None:
    layout, _ = lay_out(placed)
    strips = aisles(layout)
    assert len(strips) == 20
    assert overlaps(np.array([(a.x0, a.y0, 0.0, a.x1, a.y1, 0.0) for a in strips])) == 0
    between = [a for a in strips if a.y0 > 0.0 and a.y1 < layout.y.max() + 0.5]
    assert np.isclose(sum(a.y1 - a.y0 for a in between), 9 * 1.2)
    if "alternating" in str(placed.attrs["scenario"]):
        # Rows 0 and 1 face each other, rows 1 and 2 stand back to back.
        at = {(round(a.y0, 2), round(a.y1, 2)): a.hot for a in strips}
        assert [at[edges] for edges in ((1.1, 1.7), (1.7, 2.3), (3.4, 4.0), (4.0, 4.6))] == [
            False,
            False,
            True,
            True,
        ]


def test_halls_that_overlap_are_put_side_by_side() -> None:
    hall = np.repeat([0, 1, 2], 10)
    x = np.tile(np.arange(10.0), 3)
    moved, y = apart(hall, x, np.zeros(30))
    assert len({(float(moved[hall == h].min()), float(y[hall == h].min())) for h in range(3)}) == 3
    assert np.allclose(np.diff(moved[:10]), 1.0)
    kept, _ = apart(hall, x + 100.0 * hall, np.zeros(30))
    assert np.array_equal(kept, x + 100.0 * hall)


@given(st.lists(st.floats(0.0, 20.0), min_size=1, max_size=15).map(sorted))
def test_machines_at_one_place_are_spread(wanted: list[float]) -> None:
    pitch = min(1.3, 20.0 / len(wanted))
    at = spread(wanted, pitch, 0.5 * pitch, 20.0 - 0.5 * pitch)
    assert np.all(np.diff(at) >= pitch - 1e-9)
    assert at[0] >= 0.5 * pitch - 1e-9
    assert at[-1] <= 20.0 - 0.5 * pitch + 1e-9


def test_machines_stand_beside_the_racks(placed: Result) -> None:
    layout, chosen = lay_out(placed)
    found = bodies(placed, layout, chosen)
    assert [(body.kind, body.name) for body in found] == [
        ("hall", "hall-1"), ("cdu", "cdu-1"), ("plant", "plant-1"), ("tank", "plant-1"),
    ]  # fmt: skip
    boxes = np.concatenate([layout.boxes(), [body.box for body in found]])
    assert overlaps(boxes) == 0
    x0, _, _, x1, _, high = found[-1].box
    assert np.isclose(np.pi / 4.0 * (x1 - x0) ** 2 * high, 100.0)
