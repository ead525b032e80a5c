"""The cooling figure: bands are means of what was recorded, and rows appear only where the file has them."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic
from hypothesis import given
from hypothesis import strategies as st

from twin import plots
from twin.plots.cooling import averaged, power_row, water_row
from twin.result import open_result


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300), st.integers(1, 60))
def test_averaging_keeps_the_mean(values: list[float], points: int) -> None:
    y = np.array(values)
    t = np.arange(len(y), dtype=float)
    middle, mean = averaged(t, y, points)
    span = np.diff(np.append(np.linspace(0, len(y), points + 1).astype(int)[:-1], len(y)))
    weights = np.ones(len(y)) if len(y) <= points else span
    assert float(np.average(mean, weights=weights)) == pytest.approx(float(y.mean()), rel=1e-9, abs=1e-6)
    assert (np.diff(middle) > 0.0).all()


def test_averaging_leaves_out_what_is_not_a_number() -> None:
    y = np.array([1.0, np.nan, 3.0, np.nan, np.nan, np.nan])
    _, mean = averaged(np.arange(6.0), y, 2)
    assert mean[0] == 2.0 and np.isnan(mean[1])


def test_rows_follow_the_file(tmp_path) -> None:
    with open_result(synthetic.write(tmp_path / "a.h5")) as result:
        row = power_row(result, None)
        assert [curve.name for curve in row.curves] == ["coolant pumps"]
        asked, served = (
            result.series("cdu", "power"),
            result.series("cdu", "served") if result.has("cdu", "served") else 1.0,
        )
        assert row.curves[0].values == pytest.approx((asked * served).sum(axis=1) / 1e3)
        assert water_row(result, None) is None
        figure = plots.cooling(result)
        assert [axis.title.text for axis in (figure.layout.yaxis,)] == ["cooling power [kW]"]
        assert all(trace.stackgroup == "row1" for trace in figure.data)
    with open_result(synthetic.write(tmp_path / "b.h5", without=("plant", "hall", "cdu"))) as result:
        assert plots.cooling(result) is None
