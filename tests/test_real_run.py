"""The campus through 9 August 2019 on measured series, and then ten minutes without mains."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from twin.result import open_result
from twin.run import execute
from twin.scenario.load import load

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not os.environ.get("TWIN_DATA"), reason="TWIN_DATA names no folder with real series"),
]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("campus") / "campus.h5"
    execute(load("campus-40mw-2019-08-09"), path, "cpu")
    return path


def test_the_measured_nadir_reaches_the_site(result: Path) -> None:
    with open_result(result) as run:
        time, frequency = run.time("site"), run.series("site", "frequency", 0)
        lowest = int(np.argmin(frequency))
        # A sample is the last electrical step of its second, linear between the measured seconds.
        assert frequency[lowest] == pytest.approx(48.787, abs=0.003)
        assert time[lowest] == pytest.approx(169.0, abs=1.0)


def test_batteries_answer_with_what_the_curve_asks(result: Path) -> None:
    """Below 49.5 Hz all of the response is called for: storage and UPS batteries share 10 MW by their rating."""
    with open_result(result) as run:
        frequency = run.series("site", "frequency", 0)
        storage = run.series("site", "power_storage", 0)
        ups_in = run.series("site", "power_ups_in", 0)
        deep = frequency[:160] < 49.5
        assert deep.sum() > 30
        quiet = np.abs(frequency[:160] - 50.0) < 0.015
        assert storage[:160][deep].min() > 0.3e6
        assert storage[:160][deep].std() < 1e-3 * storage[:160][deep].mean()
        assert ups_in[:160][deep].mean() < ups_in[:160][quiet].mean() - 5e6


def test_the_racks_survive_and_energy_closes(result: Path) -> None:
    with open_result(result) as run:
        assert run.summary["racks_lost"].value == 0
        assert run.summary["fuel"].value > 0.5
        assert 1.05 < run.summary["pue"].value < 1.4
        for name, account in run.accounts.items():
            assert not float(np.nan_to_num(account.get("relative", np.zeros(1))).max()) > 1e-9, name
