"""What the grid saw, from a record made by hand."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from twin.report.grid import grid_view
from twin.result import Result


class Record:
    """As much of a result as the tables read: a trace of the connection."""

    def __init__(
        self, voltage: NDArray[np.float64], power: NDArray[np.float64], group: str = "trace"
    ) -> None:
        self.group = group
        name = "voltage_feed" if group == "trace" else "voltage"
        self.data = {name: voltage, "frequency": np.full(voltage.size, 60.0), "power_grid": power}

    def has(self, group: str, *names: str) -> bool:
        return group == self.group and all(name in self.data for name in names)

    def time(self, group: str) -> NDArray[np.float64]:
        return 0.1 * np.arange(1, self.data["frequency"].size + 1)

    def series(self, group: str, name: str, member: int | None) -> NDArray[np.float64]:
        return self.data[name]


def view(voltage: NDArray[np.float64], power: NDArray[np.float64], group: str = "trace") -> dict[str, Any]:
    """The tables of a record."""
    found = grid_view(cast(Result, Record(voltage, power, group)))
    assert found is not None
    return found


def test_a_site_that_leaves_in_a_short_dip_is_told_so() -> None:
    voltage, power = np.ones(1000), np.full(1000, 40e6)
    voltage[500:502] = 0.3
    power[500:900] = 1e6
    found = view(voltage, power)
    nogrr, prc = found["envelopes"]
    (row,) = nogrr["rows"]
    assert (row["site"], row["bad"]) == ("left, though it had to stay", True)
    assert (row["voltage"], row["frequency"]) == ("0.300 pu", "60.00 Hz")
    assert (row["before"], row["least"]) == ("40 MW", "1 MW")
    assert prc["rows"][0]["site"] == "came back"
    over = [ramp["body"] for ramp in found["ramps"] if ramp["over"]]
    assert over == ["ERCOT", "Southern", "IESO", "IESO", "CAISO, Southern"]


def test_a_quiet_record_has_ramps_alone() -> None:
    found = view(np.ones(1000), np.full(1000, 40e6), "site")
    assert found["envelopes"] == []
    assert not any(ramp["over"] for ramp in found["ramps"])
    assert found["spacing"] == "0.100 s"


def test_a_deep_long_dip_lets_the_site_go() -> None:
    voltage, power = np.ones(1000), np.full(1000, 40e6)
    voltage[500:600] = 0.0
    power[500:] = 0.0
    (row,) = view(voltage, power)["envelopes"][0]["rows"]
    assert (row["site"], row["bad"], row["back"]) == ("left, as it may", False, "not in this run")


def test_without_a_record_there_is_no_table() -> None:
    assert grid_view(cast(Result, Record(np.ones(10), np.ones(10), "rack"))) is None
