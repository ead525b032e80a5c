"""Racks in their places: rows and aisles, the pattern of recirculation, tables of it, and the result file."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.advice import advice
from twin.air_results import air_summary, return_index, supply_heat_index
from twin.errors import InputError
from twin.facility import Facility, build
from twin.facility import hall_layout as hl
from twin.facility.hall_air import read_matrix
from twin.kernels import fields as f
from twin.recorder import Recorder, RecordPlan
from twin.scenario.hall_air import Layout
from twin.scenario.load import load

ROWS = (
    "rows: 4, racks_per_row: 25, pitch: 0.6 m, depth: 1.2 m, height: 2.2 m, cold_aisle: 1.2 m, hot_aisle: 1 m, "
    "arrangement: alternating, containment: none"
)
PATTERN = "recirculation: {supply_heat_index: 0.15, mixing_length: 2 m}"


def layout(**changes: object) -> Layout:
    given: dict[str, object] = {
        "rows": 4, "racks_per_row": 10, "pitch": "0.6 m", "depth": "1.2 m", "height": "2.2 m",
        "cold_aisle": "1.2 m", "hot_aisle": "1 m", "arrangement": "alternating", "containment": "none",
    }  # fmt: skip
    return Layout.model_validate(given | changes)


def built(text: str = f"{ROWS}, {PATTERN}", *overrides: str) -> Facility:
    return build(load("hall-2mw", [f"cooling.halls.hall-1.layout={{{text}}}", *overrides]))


def refused(text: str, *overrides: str) -> str:
    with pytest.raises(InputError) as error:
        built(text, *overrides)
    return str(error.value)


def dense(facility: Facility) -> np.ndarray:  # type: ignore[type-arg]
    racks = facility.site.racks
    matrix = np.zeros((racks, racks))
    rows = facility.site.recirculation
    matrix[rows[:, 0].astype(int), rows[:, 1].astype(int)] = rows[:, 2]
    return matrix


def test_rows_face_each_other_over_cold_aisles() -> None:
    y, facing = hl.row_places(layout())
    np.testing.assert_allclose(y, [0.6, 3.0, 5.2, 7.6])
    np.testing.assert_array_equal(facing, [1, -1, 1, -1])
    y, facing = hl.row_places(layout(arrangement="same-way"))
    np.testing.assert_allclose(np.diff(y), 2.4)
    assert (facing == -1).all()


def test_the_ends_of_rows_draw_more_than_their_middle() -> None:
    place = hl.places(layout(), 40)
    drawn = hl.pattern(layout(), place, 2.0).sum(axis=1).reshape(4, 10)
    assert (drawn[:, [0, -1]].mean(axis=1) > 1.1 * drawn[:, 4]).all()


def test_streams_die_out_with_distance() -> None:
    place = hl.places(layout(), 40)
    weights = hl.pattern(layout(), place, 0.5)[5, 20:30]
    assert (np.diff(weights[5:]) < 0.0).all()


@pytest.mark.parametrize("containment", ["cold-aisle", "hot-aisle"])
def test_a_contained_aisle_is_mixed(containment: str) -> None:
    contained = layout(containment=containment)
    place = hl.places(contained, 40)
    weights = hl.pattern(contained, place, 2.0)
    if containment == "cold-aisle":
        np.testing.assert_allclose(weights[:20], np.repeat(weights[:1], 20, axis=0))
    else:
        np.testing.assert_allclose(weights[:, 10:30], np.repeat(weights[:, 10:11], 20, axis=1))


@settings(max_examples=40, deadline=None)
@given(
    target=st.floats(0.0, 0.45),
    mixing=st.floats(0.5, 5.0),
    racks=st.integers(3, 40),
    seed=st.integers(0, 1000),
    containment=st.sampled_from(["none", "cold-aisle", "hot-aisle"]),
)
def test_the_index_is_met_and_no_exhaust_is_drawn_twice(
    target: float, mixing: float, racks: int, seed: int, containment: str
) -> None:
    rng = np.random.default_rng(seed)
    plan = layout(containment=containment)
    flow, rise = 0.5 + rng.random(racks), 8.0 + 6.0 * rng.random(racks)
    weights = hl.pattern(plan, hl.places(plan, racks), mixing)
    matrix = hl.calibrated(weights, flow, rise, target)
    if isinstance(matrix, float):
        assert target >= matrix
        return
    assert hl.supply_heat_index(matrix, flow, rise) == pytest.approx(target, abs=1e-9)
    assert (matrix >= 0.0).all()
    assert (matrix.sum(axis=1) < 1.0).all()
    assert (hl.drawn_share(matrix, flow) <= 1.0).all()


def test_racks_of_a_hall_get_the_matrix_and_their_places() -> None:
    facility = built()
    matrix = dense(facility)
    rack = facility.site.params["rack"][0]
    np.testing.assert_allclose(rack[f.RACK_RECIRCULATION], matrix.sum(axis=1), rtol=1e-12)
    found = hl.supply_heat_index(matrix, rack[f.RACK_FLOW_MAX], rack[f.RACK_DELTA_T])
    assert found == pytest.approx(0.15, abs=1e-9)
    assert set(facility.places["row"]) == {0, 1, 2, 3}
    assert facility.places["x"].max() == pytest.approx(24.5 * 0.6)


def test_lumped_racks_stand_in_the_middle_of_theirs_and_draw_their_mean() -> None:
    whole, lumped = built(), built(f"{ROWS}, {PATTERN}", "racks.cpu.lump=5", "racks.gpu.lump=5")
    assert lumped.site.racks == 20
    np.testing.assert_allclose(lumped.places["x"], whole.places["x"].reshape(20, 5).mean(axis=1))
    of = [hl.supply_heat_index(dense(x), x.site.params["rack"][0][f.RACK_FLOW_MAX],
                               x.site.params["rack"][0][f.RACK_DELTA_T]) for x in (whole, lumped)]  # fmt: skip
    assert of[0] == pytest.approx(of[1], abs=1e-9)


def test_a_layout_without_recirculation_only_places_the_racks() -> None:
    facility = built(ROWS)
    plain = build(load("hall-2mw"))
    assert not facility.site.recirculation.size
    assert facility.places
    assert not plain.places
    np.testing.assert_array_equal(facility.site.params["rack"], plain.site.params["rack"])


def test_what_cannot_be_laid_out_is_refused() -> None:
    assert "75 places for 100 racks" in refused(ROWS.replace("rows: 4", "rows: 3"))
    assert "at most 0." in refused(
        f"{ROWS}, recirculation: {{supply_heat_index: 0.49, mixing_length: 0.5 m}}"
    )
    assert "mixing_length" in refused(f"{ROWS}, recirculation: {{supply_heat_index: 0.2}}")
    assert "hot and cold" in refused(
        ROWS.replace("alternating", "same-way").replace("containment: none", "containment: hot-aisle")
    )


def table(folder: Path, rows: dict[str, dict[str, float]]) -> Path:
    names = list(rows)
    lines = ["," + ",".join(names)]
    lines += [name + "," + ",".join(str(row.get(other, 0)) for other in names) for name, row in rows.items()]
    path = folder / "matrix.csv"
    path.write_text("# from a simulation\n" + "\n".join(lines) + "\n")
    return path


def test_a_table_is_read_in_any_order(tmp_path: Path) -> None:
    path = table(tmp_path, {"b": {"a": 0.2}, "a": {"b": 0.1, "a": 0.05}})
    np.testing.assert_allclose(read_matrix(str(path), None, ["a", "b"]), [[0.05, 0.1], [0.2, 0.0]])


@pytest.mark.parametrize(
    ("rows", "units", "message"),
    [
        ({"a": {"a": 1.5}}, ["a"], "a share from 0 to 1"),
        ({"a": {"a": 0.6, "b": 0.6}, "b": {}}, ["a", "b"], "sum to 1.2"),
        ({"cpu-0001": {}, "cpu-0003": {}}, ["cpu-0001", "cpu-0002"], "did you mean"),
        ({"a": {}}, ["a", "b"], "every rack unit of the hall once: see b"),
    ],
)
def test_a_wrong_table_is_told_with_its_line(
    tmp_path: Path, rows: dict[str, dict[str, float]], units: list[str], message: str
) -> None:
    path = table(tmp_path, rows)
    with pytest.raises(InputError, match=message) as error:
        read_matrix(str(path), None, units)
    assert "matrix.csv:" in str(error.value)


def test_a_table_of_a_site(tmp_path: Path) -> None:
    names = build(load("hall-2mw")).site.names["rack"]
    path = table(
        tmp_path, {name: {other: 0.1} for name, other in zip(names, names[1:] + names[:1], strict=True)}
    )
    whole = f"{ROWS}, recirculation: {{matrix: {path}}}"
    facility = built(whole)
    assert dense(facility).sum() == pytest.approx(0.1 * len(names))


def test_exhaust_that_is_not_there_cannot_be_drawn(tmp_path: Path) -> None:
    names = build(load("hall-2mw")).site.names["rack"]
    path = table(tmp_path, {name: ({names[0]: 0.5} if name != names[0] else {}) for name in names})
    assert f"more of the exhaust of {names[0]}" in refused(f"{ROWS}, recirculation: {{matrix: {path}}}")


def test_the_result_file_tells_the_places(tmp_path: Path) -> None:
    facility = built()
    plan = RecordPlan([0], None, None, None, 1.0, 1, "2024-01-01T00:00:00+00:00",
                      units={"rack": facility.site.names["rack"]})  # fmt: skip
    with Recorder.create(tmp_path / "r.h5", plan, {}) as recorder:
        recorder.sample(0, {}, {})
        recorder.finish({}, {}, {}, facility.places)
    with h5py.File(tmp_path / "r.h5") as file:
        assert file["racks/rack"].asstr()[0] == facility.site.names["rack"][0]
        for name in ("hall", "row", "x", "y"):
            np.testing.assert_array_equal(file["racks"][name][()], facility.places[name])
        assert file["racks/x"].attrs["units"] == "m"


def test_advice_tells_air_that_does_not_reach_and_shares_in_vain() -> None:
    def told(*overrides: str) -> str:
        scenario = load("hall-2mw", list(overrides))
        return "\n".join(advice(scenario, build(scenario)))

    assert "comes back" not in told()
    assert "the rest is exhaust that comes back" in told("cooling.halls.hall-1.bypass=0.5")
    both = told(f"cooling.halls.hall-1.layout={{{ROWS}, {PATTERN}}}", "racks.cpu.recirculation=0.1")
    assert "racks.cpu.recirculation: not used" in both
    assert "racks.gpu.recirculation" not in both


def test_indices_of_a_run() -> None:
    hall = np.zeros((len(f.HALL.states), 2))
    assert air_summary(hall, False) == {}
    hall[f.HALL_E_INLET], hall[f.HALL_E_RACKS] = [1.0, 0.0], [3.0, 4.0]
    hall[f.HALL_AIR_RACKS], hall[f.HALL_AIR_HANDLERS] = [1.0, 1.0], [2.0, 2.0]
    hall[f.HALL_E_HANDLERS] = [3.0, 4.0]
    np.testing.assert_allclose(supply_heat_index(hall), [0.25, 0.0])
    assert return_index(hall) == pytest.approx(0.5)
    found = air_summary(hall, True)
    assert found["supply_heat_index"][0] == pytest.approx(0.125)
    assert found["return_heat_index"][0] == pytest.approx(0.875)
    assert found["supply_heat_index_worst"][0] == pytest.approx(0.25)
    assert found["economiser_air_time"][0] == 0.0
