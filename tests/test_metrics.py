"""PUE, WUE, CUE and ERF by their definitions, over a run and by month and day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from twin.errors import InputError
from twin.metrics import HEADER, MWH, SERIES, Use, periods, use_summary, write_csv

HOUR = 3600.0


class Recorded:
    """A result with an hourly series of sums that grow evenly, but for water from the second month on."""

    def __init__(self, days: int, start: datetime = datetime(2024, 1, 1, tzinfo=UTC)) -> None:
        self.path, self.start, self.duration = Path("run.h5"), start, days * 24 * HOUR
        self._time = np.arange(1, days * 24 + 1) * HOUR
        rate = {"energy_site": 1.3e6, "energy_grid": 1.3e6, "energy_racks": 1e6, "energy_reuse": 0.26e6}
        self._series = {name: value * self._time for name, value in rate.items()}
        self._series["water"] = np.maximum(self._time - 31.0 * 24.0 * HOUR, 0.0) * 0.5
        self._series["co2_fuel"] = np.zeros(self._time.size)
        self._series["carbon"] = np.full(self._time.size, 0.36 / 3.6e6)

    def has(self, group: str, *names: str) -> bool:
        return all(name in self._series for name in names)

    def time(self, group: str) -> Any:
        return self._time

    def series(self, group: str, name: str, member: int | None = None) -> Any:
        return self._series[name]


def result(days: int, **given: Any) -> Any:
    return Recorded(days, **given)


def test_definitions() -> None:
    use = Use(site=1.2 * MWH, racks=MWH, reuse=0.3 * MWH, water=1500.0, co2=400.0)
    assert use.pue == pytest.approx(1.2)
    assert use.wue == pytest.approx(1.5)
    assert use.cue == pytest.approx(0.4)
    assert use.erf == pytest.approx(0.25)
    found = use_summary(use, 86400.0, 0.6 * MWH)
    assert found["ref"][0] == pytest.approx(0.5)
    assert "asks for a year" in found["pue"][2]
    assert "asks for a year" not in use_summary(use, 365.0 * 86400.0, None)["pue"][2]


def test_nothing_in_the_racks_is_not_a_number() -> None:
    use = Use(0.0, 0.0, 0.0, 0.0, 0.0)
    assert all(np.isnan(value) for value in (use.pue, use.wue, use.cue, use.erf))


def test_months_of_a_long_run() -> None:
    found = periods(result(91))
    assert [start.month for start, _ in found] == [1, 2, 3]
    assert [use.pue for _, use in found] == pytest.approx([1.3] * 3)
    assert found[0][1].water == 0.0
    assert found[1][1].water == pytest.approx(29 * 24 * HOUR * 0.5)
    assert found[1][1].cue == pytest.approx(1.3 * 0.36)
    assert sum(use.reuse for _, use in found) == pytest.approx(0.26e6 * 91 * 24 * HOUR)


def test_days_of_a_short_run_that_starts_at_noon() -> None:
    found = periods(result(3, start=datetime(2024, 5, 1, 12, tzinfo=UTC)))
    assert [start.hour for start, _ in found] == [12, 0, 0, 0]
    assert [use.site / 1.3e6 / HOUR for _, use in found] == pytest.approx([12.0, 24.0, 24.0, 12.0])


def test_csv(tmp_path: Path) -> None:
    write_csv(result(91), tmp_path / "use.csv")
    lines = (tmp_path / "use.csv").read_text().splitlines()
    assert lines[0].split(",") == list(HEADER)
    assert len(lines) == 4 and lines[1].startswith("2024-01-01T00:00:00+00:00,967.2,744,193.44,0,")
    without = result(2)
    del without._series[SERIES[0]]
    with pytest.raises(InputError, match="run it again"):
        write_csv(without, tmp_path / "none.csv")
