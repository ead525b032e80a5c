"""The demo: the story it tells is what its result files say."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from twin import demo
from twin.report.answers import amount
from twin.result import Result, open_result
from twin.run import execute


@contextmanager
def no_bar(total: int | None, what: str) -> Iterator[object]:
    yield lambda done: None


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Text and folder of a demo without TWIN_DATA."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TWIN_DATA", raising=False)
        text = "\n".join(demo.demo_command(folder, "cpu", no_bar))
    yield text, folder


@pytest.fixture
def served(told: tuple[str, Path]) -> Iterator[Result]:
    with open_result(told[1] / demo.WITH) as result:
        yield result


def test_the_story_repeats_the_result_files(told: tuple[str, Path], served: Result) -> None:
    text, folder = told
    assert sorted(path.name for path in folder.iterdir()) == [
        "demo-without-service.h5",
        "demo.h5",
        "demo.html",
    ]
    assert f"open {folder / 'demo.html'}" in text
    frequency = served.series("site", "frequency")
    assert f"It is lowest at {frequency.min():.2f} Hz." in text
    inlet = served.series("site", "inlet_max")
    assert f"reaches {inlet[served.time('site') >= 540.0].max():.1f} °C" in text
    with open_result(folder / demo.WITHOUT) as plain:
        for name in ("energy_grid", "cost", "fuel", "co2"):
            both = rf"{re.escape(amount(served.summary[name]))} +{re.escape(amount(plain.summary[name]))}\n"
            assert re.search(both, text), name
    for event in ("ups on battery", "genset on bus", "mains restored"):
        first = min(e.t for e in served.events if e.kind == event and e.t >= 540.0)
        stamp = np.datetime64("2019-08-09T15:51:00") + np.timedelta64(int(first), "s")
        assert f"{str(stamp)[11:]}  The" in text


def test_the_grid_falls_as_it_did(served: Result) -> None:
    # Published: nadir 48.787 Hz at 15:53:49 UTC, 169 s after the start (validation/gb_2019_08_09).
    frequency, time = served.series("site", "frequency"), served.time("site")
    assert frequency.min() == pytest.approx(48.787, abs=0.05)
    assert time[np.argmin(frequency)] == pytest.approx(169.0, abs=5.0)


def test_the_service_gives_what_its_curve_says_and_keeps_its_reserve(
    told: tuple[str, Path], served: Result
) -> None:
    with open_result(told[1] / demo.WITHOUT) as plain:
        before = served.time("site") <= 540.0
        frequency = served.series("site", "frequency")[before]
        saved = (plain.series("site", "power_grid") - served.series("site", "power_grid"))[before]
    # Dynamic Containment gives all of it from 0.5 Hz below nominal, and nothing within 0.015 Hz.
    assert saved[frequency < 49.49] == pytest.approx(1e6, rel=0.01)
    assert saved[frequency > 49.986] == pytest.approx(0.0, abs=1e3)
    assert served.series("site", "soc_ups")[before].min() > 0.5


def test_the_racks_work_through_it_and_the_books_close(served: Result) -> None:
    assert served.complete
    assert float(served.summary["racks_lost"].value) == 0.0
    assert float(served.summary["energy_unserved"].value) == 0.0
    for name, account in served.accounts.items():
        # A feed only counts what it gives: it has no books to close.
        assert name == "feed" or np.all(np.abs(account["relative"]) < 1e-9), name


def test_the_story_follows_the_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWIN_DATA", raising=False)
    changed = ["run.duration=12 min", "policies.0.power=500 kW", "events.0.duration=1 min"]
    scenario = demo.demo_scenario(changed)
    execute(scenario, tmp_path / "a.h5", "cpu")
    execute(demo.demo_scenario([*changed, "policies=[]"]), tmp_path / "b.h5", "cpu")
    with open_result(tmp_path / "a.h5") as served, open_result(tmp_path / "b.h5") as plain:
        text = "\n".join(demo.story(served, plain, scenario))
    assert "of the 500 kW on offer" in text
    assert "both feeds are lost for 1 min" in text
    assert "back on the mains" not in text  # the wait for the mains outlasts the run


def test_what_is_measured_modelled_and_assumed_is_said(told: tuple[str, Path], served: Result) -> None:
    assert "Frequency: modelled from the published losses" in told[0]
    for word in ("Measured:", "Modelled:", "Assumed:", "did not happen"):
        assert word in str(served.attrs["description"])


def test_the_folder_is_used_again(told: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "demo_scenario", _short)
    again = told[1].parent / "again"
    first = list(demo.demo_command(again, "cpu", no_bar))
    assert list(demo.demo_command(again, "cpu", no_bar)) == first


def _short(overrides: list[str]) -> object:
    from twin.scenario.load import load

    return load("demo", [*overrides, "run.duration=11 min", "events.0.duration=20 s"])


@pytest.mark.real_data
@pytest.mark.skipif("TWIN_DATA" not in os.environ, reason="TWIN_DATA does not name the folder of real series")
def test_with_data_the_frequency_is_the_measured_one(tmp_path: Path) -> None:
    scenario = demo.demo_scenario(["run.duration=9 min", "events=[]"])
    execute(scenario, tmp_path / "a.h5", "cpu")
    with open_result(tmp_path / "a.h5") as result:
        assert demo._source(result).startswith("measured (neso-frequency-2019-08-09")
        # The lowest value of the file is 48.787 Hz at 15:53:49 UTC; a sample is taken in the step before its time.
        frequency = result.series("site", "frequency")
        assert frequency.min() == pytest.approx(48.787, abs=0.005)
        assert result.time("site")[np.argmin(frequency)] == 169.0
