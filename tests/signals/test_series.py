"""Series: what is read back, and that every defect in the instants is found and named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.errors import InputError
from twin.signals.clock import epoch, utc_text
from twin.signals.series import Series

NEW_YEAR = 1704067200.0  # 2024-01-01T00:00:00Z


def series(time, value, **options):
    settings = {"name": "s", "unit": "1", "source": "test", "origin": float(time[0]), "duration": 0.0}
    return Series(np.asarray(time, float), np.asarray(value, float), **{**settings, **options})


@given(
    a=st.floats(-1e3, 1e3),
    b=st.floats(-1.0, 1.0),
    t=st.lists(st.floats(0.0, 36000.0), min_size=1, max_size=20),
)
def test_a_straight_line_is_read_back_exactly_at_epoch_magnitudes(a, b, t):
    hours = np.arange(11) * 3600.0
    line = series(NEW_YEAR + hours, a + b * hours, duration=36000.0, interpolation="linear")
    assert line.at(np.array(t)) == pytest.approx(a + b * np.array(t), rel=1e-12, abs=1e-9)


def test_previous_holds_from_the_instant_itself_until_just_before_the_next():
    steps = series([0, 10, 20], [1, 2, 3], duration=30.0)
    assert steps.at(np.array([0.0, 9.999999, 10.0, 20.0, 30.0])).tolist() == [1, 1, 2, 3, 3]
    assert steps.at(np.array([[0.0], [10.0]])).shape == (2, 1)


def test_start_at_plays_an_instant_of_the_file_at_run_start():
    ramp = series(NEW_YEAR + np.arange(100.0), np.arange(100.0), origin=NEW_YEAR + 40.0, duration=10.0)
    assert ramp.at(np.array([0.0, 5.0])).tolist() == [40.0, 45.0]


@given(order=st.permutations(range(6)))
def test_any_disorder_is_found(order):
    time = NEW_YEAR + 3600.0 * np.array(order)
    if list(order) == sorted(order):
        series(time, time)
        return
    row = next(i for i in range(1, 6) if order[i] < order[i - 1])
    with pytest.raises(InputError, match="must increase") as caught:
        series(time, time, lines=list(range(10, 16)))
    assert utc_text(time[row]) in str(caught.value)
    assert caught.value.problems[0].line == 10 + row


@given(row=st.integers(0, 22))
def test_any_duplicate_is_found(row):
    time = np.sort(np.append(np.arange(24.0), row)) * 3600.0 + NEW_YEAR
    with pytest.raises(InputError, match="appears twice") as caught:
        series(time, time)
    assert utc_text(NEW_YEAR + 3600.0 * row) in str(caught.value)


@given(start=st.integers(1, 40), length=st.integers(1, 7))
def test_any_gap_inside_the_run_is_found_and_named(start, length):
    time = NEW_YEAR + 3600.0 * np.delete(np.arange(48.0), slice(start, start + length))
    if start + length >= 48:
        return
    with pytest.raises(InputError, match="gap inside the run") as caught:
        series(time, time, duration=47 * 3600.0)
    assert utc_text(NEW_YEAR + 3600.0 * (start - 1)) in str(caught.value)
    assert utc_text(NEW_YEAR + 3600.0 * (start + length)) in str(caught.value)
    outside = series(time, time, duration=3600.0 * start)
    assert any("1 gap" in said for said in outside.report)


def test_missing_values_are_gaps_and_are_counted():
    value = np.arange(24.0)
    value[[5, 6]] = np.nan
    with pytest.raises(InputError, match="gap inside the run"):
        series(NEW_YEAR + 3600.0 * np.arange(24), value, duration=86400.0)
    held = series(NEW_YEAR + 3600.0 * np.arange(24), value, duration=86400.0, fill="hold")
    assert held.at(np.array([5.5, 6.5, 7.0]) * 3600.0).tolist() == [4.0, 4.0, 7.0]
    assert any("2 of 24 values are missing" in said for said in held.report)
    assert any("filled 2 values by hold: 2024-01-01T05:00:00Z" in said for said in held.report)


@pytest.mark.parametrize("interpolation", ["previous", "linear"])
def test_fill_linear_joins_the_ends(interpolation):
    time = NEW_YEAR + 3600.0 * np.array([0, 1, 5, 6, 7])
    filled = series(time, [0, 1, 5, 6, 7], duration=7 * 3600.0, fill="linear", interpolation=interpolation)
    assert filled.at(3600.0 * np.arange(8)).tolist() == pytest.approx(list(range(8)))


def test_fill_previous_day_takes_the_value_24_h_earlier_over_and_over():
    hours = np.delete(np.arange(96.0), slice(30, 72))
    filled = series(NEW_YEAR + 3600.0 * hours, hours, duration=95 * 3600.0, fill="previous-day")
    found = filled.at(3600.0 * np.arange(96))
    expected = np.where(np.arange(96) < 30, np.arange(96), np.arange(96) % 24)
    expected[24:30] = np.arange(24, 30)
    expected[48:54] = np.arange(24, 30)  # the day before those hours was measured
    expected[72:] = np.arange(72, 96)
    assert found.tolist() == expected.tolist()


def test_fill_previous_day_without_a_day_before_is_refused():
    with pytest.raises(InputError, match="24 h before 2024-01-01T02:00:00Z"):
        series(
            NEW_YEAR + 3600.0 * np.array([0, 1, 5, 6]), [1, 2, 3, 4], duration=3600.0 * 6, fill="previous-day"
        )


def test_a_gap_longer_than_max_gap_is_refused():
    time = NEW_YEAR + 3600.0 * np.array([0, 1, 2, 6, 7, 8])
    with pytest.raises(InputError, match=r"lacks 3 h, more than max_gap \(2 h\)"):
        series(time, time, duration=8 * 3600.0, fill="hold", max_gap=7200.0)
    series(time, time, duration=8 * 3600.0, fill="hold", max_gap=3 * 3600.0)


def test_the_end_is_named_with_the_distance_to_the_runs_end():
    start = 1565365860.0  # 2019-08-09T15:51:00Z
    with pytest.raises(InputError) as caught:
        series(start + np.arange(540.0), np.full(540, 50.0), duration=1140.0)
    assert "ends at 2019-08-09T15:59:59Z, 10 min before the run's end 2019-08-09T16:10:00Z" in str(
        caught.value
    )
    assert "after_end: hold" in str(caught.value)


def test_after_end_hold_and_repeat():
    held = series([0, 1, 2], [5, 6, 7], duration=100.0, after_end="hold")
    assert held.at(np.array([2.5, 99.0])).tolist() == [7, 7]
    again = series([0, 1, 2], [5, 6, 7], duration=100.0, after_end="repeat")
    assert again.at(np.arange(9.0)).tolist() == [5, 6, 7] * 3
    assert any("repeat" in said for said in again.report)


def test_a_late_start_is_refused_and_points_to_start_at():
    with pytest.raises(InputError, match=r"1 h after the run's start 2023-12-31T23:00:00Z.*start_at"):
        series([NEW_YEAR], [1], origin=NEW_YEAR - 3600.0)


def test_asking_outside_is_an_error_not_a_number():
    short = series([0, 1, 2], [5, 6, 7], duration=2.0)
    for t in (-0.1, 3.1, np.nan):
        with pytest.raises(InputError):
            short.at(np.array([t]))


@pytest.mark.parametrize(("key", "value"), [("fill", "previus-day"), ("after_end", "holds")])
def test_a_misspelt_choice_names_the_nearest(key, value):
    with pytest.raises(InputError, match="did you mean"):
        series([0, 1], [1, 2], **{key: value})


def test_epoch_refuses_an_instant_without_a_zone():
    from datetime import datetime

    with pytest.raises(InputError, match="no time zone"):
        epoch(datetime(2024, 1, 1))
