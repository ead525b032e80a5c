"""The report: every part of the story is in it, it needs no network, and it copes with what a file lacks."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import synthetic

from twin.errors import InputError
from twin.report import write_report
from twin.report.answers import amount, answers, duration
from twin.report.diagram import fold, frame, place, svg
from twin.report.states import instants, key_instants, states_at
from twin.result import Quantity, Result, open_result


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text without scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.words.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(word for word in self.words if word)

    def ids(self) -> set[str | None]:
        return {attrs.get("id") for _, attrs in self.tags}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.write(tmp_path_factory.mktemp("one") / "one.h5")


@pytest.fixture(scope="module")
def text(source: Path) -> str:
    return write_report(source, source.with_suffix(".html")).read_text(encoding="utf-8")


@pytest.fixture
def result(source: Path):
    with open_result(source) as opened:
        yield opened


def test_every_section_is_there(text: str) -> None:
    page = Page(text)
    sections = {
        "answers",
        "events",
        "diagram",
        "hall",
        "power",
        "battery",
        "temperature",
        "cooling",
        "energy",
        "summary",
        "scenario",
    }
    assert sections <= page.ids()
    assert {
        f"figure-{name}" for name in ("power", "battery", "temperature", "cooling", "energy")
    } <= page.ids()
    assert "ensemble" not in page.ids()
    assert sum(tag == "figcaption" for tag, _ in page.tags) == 7
    for words in (
        "SYNTHETIC",
        "100 of 200 racks stopped working",
        "12:05:12",
        "212 EUR",
        "1.31",
        "20.5 litres",
    ):
        assert words in page.text
    assert "Incomplete" not in page.text
    assert len(text.encode()) < 8e6


def test_it_loads_nothing_from_outside(text: str) -> None:
    own = text
    for script in re.findall(r"<script>.*?</script>", text, flags=re.DOTALL):
        if len(script) > 1_000_000:  # plotly.js itself names its licence and map services, and asks none here
            own = own.replace(script, "")
    assert len(own) < 1_000_000
    assert not re.search(r"(?i)https?:|//cdn|@import|url\(", own)
    loaded = [attrs for _, attrs in Page(text).tags if {"src", "href"} & set(attrs)]
    assert loaded == []


def test_every_number_is_finite(text: str) -> None:
    page = Page(text)
    assert not re.search(r"\b(nan|inf|-inf|None|NaN|Infinity)\b", page.text)
    for body in re.findall(r"<script[^>]*>(.*?)</script>", text, flags=re.DOTALL):
        if len(body) < 1_000_000:
            assert not re.search(r"\b(NaN|Infinity)\b", body)


@pytest.mark.parametrize(
    "without",
    [
        ("genset",),
        ("battery", "pcs"),
        ("hall", "cdu", "plant"),
        synthetic.ALL,
        (*synthetic.ALL, "rack", "pdu", "ups"),
    ],
)
def test_missing_equipment_is_left_out(tmp_path: Path, without: tuple[str, ...]) -> None:
    source = synthetic.write(tmp_path / "run.h5", without=without)
    page = Page(write_report(source, tmp_path / "run.html").read_text(encoding="utf-8"))
    assert {"power", "energy", "diagram", "summary"} <= page.ids()
    assert ("figure-battery" in page.ids()) == ("battery" not in without)
    assert not re.search(r"\b(nan|inf|None)\b", page.text)


def test_without_a_topology_there_is_no_diagram(tmp_path: Path) -> None:
    source = synthetic.write(tmp_path / "run.h5", tree=False, stop=30)
    page = Page(write_report(source, tmp_path / "run.html", incomplete=True).read_text(encoding="utf-8"))
    assert "instant" not in page.ids()
    assert "does not hold the facility's topology" in page.text


def test_an_ensemble_shows_its_spread(tmp_path: Path) -> None:
    source = synthetic.write(tmp_path / "run.h5", members=40)
    page = Page(write_report(source, tmp_path / "run.html").read_text(encoding="utf-8"))
    assert {"ensemble", "figure-survival"} <= page.ids()
    assert "Ensemble of 40 members" in page.text
    assert "Wilson" in page.text
    assert "Series show member 0 of 40" in page.text


def test_an_incomplete_run_says_so_first(tmp_path: Path) -> None:
    source = synthetic.write(tmp_path / "run.h5", stop=500)
    with pytest.raises(InputError, match="incomplete"):
        write_report(source, tmp_path / "run.html")
    assert not (tmp_path / "run.html").exists()
    page = Page(write_report(source, tmp_path / "run.html", incomplete=True).read_text(encoding="utf-8"))
    assert "Incomplete. This run is not complete: it reached 8 min 20 s of 20 min." in page.text
    assert any(attrs.get("role") == "alert" for _, attrs in page.tags)
    assert "So far" in page.text
    assert "Generator B did not start" in page.text
    assert "The batteries of UPS B are empty" not in page.text


def test_text_from_the_file_cannot_become_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthetic, "EVENTS", [(3.0, "<b>x</b>", "</script><i>", "<script>alert(1)</script>")])
    source = synthetic.write(tmp_path / "run.h5", stop=30)
    text = write_report(source, tmp_path / "run.html", incomplete=True).read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_report_that_cannot_be_written_is_told(source: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere.r\.html: cannot be written: No such file.*folder"):
        write_report(source, tmp_path / "nowhere" / "r.html")


def test_answers_agree_with_the_series(result: Result) -> None:
    found = {a.question: a for a in answers(result)}
    assert found["Did the racks survive?"].value == "No"
    assert found["Did the racks survive?"].mood == "bad"
    hottest = float(result.series("rack", "temperature_inlet").max())
    assert found["Hottest rack inlet"].value == f"{hottest:.1f} °C"
    assert found["Cost"].value == "212 EUR"


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (3.6e6, "J", "1 kWh"),
        (9.0e9, "J", "2.50 MWh"),
        (0.0, "J", "0 Wh"),
        (1.234e6, "W", "1.23 MW"),
        (0.0205, "m3", "20.5 litres"),
        (45.0, "s", "45 s"),
        (31.44, "degC", "31.4 °C"),
        (1.306, "1", "1.31"),
        (1234567.0, "EUR", "1,234,567 EUR"),
        (float("nan"), "kg", "not known"),
        (float("inf"), "s", "not in this run"),
        (float("inf"), "kg", "no limit"),
        ("yes", "1", "yes"),
    ],
)
def test_amounts_in_the_units_of_a_person(value: float | str, unit: str, words: str) -> None:
    assert amount(Quantity(value, unit, "")) == words


def test_durations_in_words() -> None:
    assert [duration(s) for s in (0.25, 240.0, 252.0, 3599.6, 7500.0, 3 * 86400.0)] == [
        "0.250 s",
        "4 min",
        "4 min 12 s",
        "1 h",
        "2 h 05 min",
        "3.0 days",
    ]


def test_states_follow_the_story(result: Result) -> None:
    nodes = result.topology
    before, during, after = (states_at(result, nodes, t, None) for t in (200.0, 700.0, 1200.0))
    assert {state for name, (state, _) in before.items() if not name.startswith("gen-")} == {"ok"}
    assert before["gen-a"] == ("idle", "standing by")
    assert during["feed-a"] == ("lost", "lost")
    assert during["gen-a"] == ("local", "on the bus")
    assert during["gen-b"] == ("lost", "failed")
    assert during["row-3"] == ("lost", "no supply")
    assert during["rack-150"] == ("lost", "off")
    assert during["rack-010"] == ("ok", "working")
    assert after["rack-150"] == ("ok", "working")
    times = instants(result, nodes, None)
    frames = [states_at(result, nodes, t, None) for t in times]
    first, worst, last = key_instants(frames)
    assert times[first] < 300.0 < times[worst] < 1030.0 < times[last]


def test_many_nodes_are_folded(result: Result) -> None:
    boxes = fold(result.topology)
    racks = [box for box in boxes if box.kind == "rack"]
    assert [len(box.members) for box in racks] == [50, 50, 50, 50]
    assert racks[0].label == "rack-000…049"
    drawing = svg(boxes, place(boxes))
    assert drawing.count("<g id=") == len(boxes)
    assert "racks × 50" in drawing


@pytest.mark.parametrize("pdus", [3, 30, 300])
def test_a_large_facility_stays_legible(pdus: int) -> None:
    nodes = [{"id": "feed", "kind": "feed", "label": "feed", "parents": []}]
    nodes += [
        {"id": f"bus-{i}", "kind": "bus", "label": f"bus-{i}", "parents": ["feed"]} for i in range(pdus // 3)
    ]
    for i in range(pdus):
        nodes.append({"id": f"p{i}", "kind": "pdu", "label": f"p{i}", "parents": [f"bus-{i // 3}"]})
        nodes += [
            {"id": f"r{i}-{j}", "kind": "rack", "label": f"r{i}-{j}", "parents": [f"p{i}"]} for j in range(20)
        ]
    boxes = fold(nodes)
    assert len(boxes) <= 40
    assert sum(len(box.members) for box in boxes) == len(nodes)
    places = {(box.x, box.y) for box in boxes}
    place(boxes)
    assert len({(box.x, box.y) for box in boxes}) == len(boxes) >= len(places)
    assert all(parent in {box.id for box in boxes} for box in boxes for parent in box.parents)
    assert all(box.parents for box in boxes if box.kind != "feed")


def test_a_folded_box_shows_its_worst_state_and_share() -> None:
    nodes = [{"id": f"r{i}", "kind": "rack", "label": f"r{i}", "parents": []} for i in range(4)]
    states = {
        "r0": ("ok", "working"),
        "r1": ("hot", "too hot"),
        "r2": ("ok", "working"),
        "r3": ("ok", "working"),
    }
    assert frame(fold(nodes), states) == [["hot", "1 too hot", 0.25]]
    assert np.isclose(frame(fold(nodes), states)[0][2], 0.25)
