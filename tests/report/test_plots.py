"""Figures: their numbers are those of the file, spikes survive thinning, and energy goes where it went."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic
from hypothesis import given
from hypothesis import strategies as st

from twin import plots
from twin.errors import InputError
from twin.plots.energy import energy_flows
from twin.plots.style import decimate, lost_mains
from twin.result import Result, open_result


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory):
    with open_result(synthetic.write(tmp_path_factory.mktemp("p") / "run.h5", members=40)) as opened:
        yield opened


def trace(figure, name: str):
    return next(t for t in figure.data if t.name is not None and name in t.name)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400), st.integers(8, 60))
def test_thinning_keeps_extremes_ends_and_order(values: list[float], points: int) -> None:
    y = np.array(values)
    t = np.arange(len(y), dtype=float)
    kept_t, kept_y = decimate(t, y, points)
    assert len(kept_t) <= max(points, 4)
    assert (kept_y.min(), kept_y.max()) == (y.min(), y.max())
    assert (kept_t[0], kept_t[-1]) == (t[0], t[-1])
    assert (np.diff(kept_t) > 0).all()
    assert np.array_equal(y[kept_t.astype(int)], kept_y)


def test_thinning_leaves_out_what_is_not_finite() -> None:
    t, y = decimate(np.arange(4.0), np.array([1.0, np.nan, np.inf, 2.0]))
    assert (t.tolist(), y.tolist()) == ([0.0, 3.0], [1.0, 2.0])


def test_frequency_and_power(result: Result) -> None:
    figure = plots.frequency_and_power(result)
    lowest = result.series("trace", "frequency").min()
    assert min(trace(figure, "frequency").y) == pytest.approx(lowest)
    assert f"lowest {lowest:.3f} Hz" in figure.layout.meta["caption"]
    largest = result.series("site", "power_grid").max() / 1e6
    assert max(trace(figure, "from the grid").y) == pytest.approx(largest)
    assert figure.layout.yaxis2.title.text == "power [MW]"
    assert all(np.isfinite(t.y).all() and np.isfinite(t.x).all() for t in figure.data)


def test_lost_mains_are_shaded(result: Result) -> None:
    assert lost_mains(result) == [(300.0, 840.0)]
    assert len(plots.state_of_charge(result).layout.shapes) == 1


def test_state_of_charge(result: Result) -> None:
    figure = plots.state_of_charge(result)
    assert [t.name for t in figure.data] == ["ups-a", "ups-b", "bess-a"]
    assert min(trace(figure, "ups-b").y) == 0.0
    assert "Lowest: ups-b, 0.0 %" in figure.layout.meta["caption"]


def test_temperatures(result: Result) -> None:
    figure = plots.temperatures(result)
    inlet = result.series("rack", "temperature_inlet")
    assert max(trace(figure, "hottest rack").y) == pytest.approx(inlet.max())
    assert max(trace(figure, "median").y) == pytest.approx(np.median(inlet, axis=1).max(), rel=1e-6)
    assert f"{inlet.max():.1f} °C" in figure.layout.meta["caption"]


def test_energy_flows_balance(result: Result) -> None:
    flows = energy_flows(result)
    for node in ("Switchgear", "UPS", "Generators", "Cooling power"):
        inflow = sum(v for _, b, v in flows if b == node)
        outflow = sum(v for a, _, v in flows if a == node)
        assert inflow == pytest.approx(outflow, rel=1e-9), node
    figure = plots.sankey(result)
    assert sum(figure.data[0].link.value) == pytest.approx(sum(v for _, _, v in flows) / 3.6e6)


def test_survival_curve_counts_members(result: Result) -> None:
    figure = plots.survival_curve(result)
    time = result.members["survived_time"].value
    kept = int(result.members["survived"].value.sum())
    line = trace(figure, "without a lost rack")
    assert (line.y[0], line.y[-1]) == (100.0, pytest.approx(100.0 * kept / 40))
    half = np.searchsorted(np.asarray(line.x) * 60.0, 500.0, side="right") - 1
    assert line.y[half] == pytest.approx(100.0 * np.mean(time > 500.0))


def test_what_is_missing_gives_no_figure(tmp_path) -> None:
    bare = synthetic.write(tmp_path / "run.h5", without=(*synthetic.ALL, "rack"), stop=20)
    with open_result(bare, incomplete=True) as opened:
        assert plots.state_of_charge(opened) is None
        assert plots.temperatures(opened) is None
        assert plots.sankey(opened) is None
        assert plots.survival_curve(opened) is None


def test_pareto_front_joins_what_nothing_beats() -> None:
    designs = [
        {"name": "a", "cost": 1.0, "survival": 0.9, "survival_low": 0.8, "survival_high": 0.95},
        {"name": "b", "cost": 2.0, "survival": 0.85, "survival_low": 0.8, "survival_high": 0.9},
        {"name": "c", "cost": 3.0, "survival": 0.99, "survival_low": 0.97, "survival_high": 1.0},
        {"name": "d", "cost": 3.0, "survival": 0.95, "survival_low": 0.9, "survival_high": 1.0},
    ]
    front = trace(plots.pareto(designs), "nothing better")
    assert list(front.text) == ["a", "c"]
    assert "joins the 2 that" in plots.pareto(designs).layout.meta["caption"]
    with pytest.raises(InputError, match="at least one design"):
        plots.pareto([])
    with pytest.raises(InputError, match="needs a 'survival'"):
        plots.pareto([{"cost": 1.0}])


def test_pareto_shows_the_target_and_the_marked_designs() -> None:
    designs = [
        {"name": "a", "cost": 1.0, "survival": 0.9, "currency": "EUR"},
        {"name": "b", "cost": 2.0, "survival": 0.99, "currency": "EUR"},
    ]
    made = plots.pareto(designs, target=0.95, marked={"b": "answer"})
    assert {note.text for note in made.layout.annotations} == {"target 95 %", "answer"}
    answer = next(note for note in made.layout.annotations if note.text == "answer")
    assert (answer.x, answer.y) == (2.0, pytest.approx(99.0))
    assert made.layout.shapes[0].y0 == pytest.approx(95.0)
