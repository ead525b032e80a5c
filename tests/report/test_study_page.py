"""The page of a study says the answer in words, and every design stands in its table."""

from __future__ import annotations

import copy
import html
import json
import re
from typing import Any

import pytest

from twin.plots.study import causes, endurance
from twin.report.study import render
from twin.scenario.load import load
from twin.sizing import run_study
from twin.sizing.writing import as_data

FEW = [
    "study.designs.storage_power=[0 MW, 2.5 MW]",
    "study.designs.storage_energy=[4 MWh]",
    "study.designs.generators=[0, 1, 3]",
    "study.target.survival=0.9",
]


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(
        json.dumps(as_data(run_study(load("replace-diesel", FEW), backend="cpu", count=8)))
    )
    return data


@pytest.fixture
def study(made: dict[str, Any]) -> dict[str, Any]:
    """The study with numbers that say something: 0 to 3 diesels, one cheap answer."""
    data = copy.deepcopy(made)
    for design, (survival, total) in zip(
        data["designs"],
        [(0.1, 0.0), (0.4, 3e6), (0.7, 2e6), (0.95, 4e6), (1.0, 5e6), (1.0, 8e6)],
        strict=True,
    ):
        design["survival"], design["meets"] = survival, survival >= 0.9
        design["survival_low"], design["survival_high"] = max(survival - 0.03, 0.0), min(survival + 0.02, 1.0)
        design["surely_meets"] = design["survival_low"] >= 0.9
        design["lost_by_heat"] = 0.25 * (1.0 - survival)
        design["cost"]["total"] = total
    data["best"] = data["designs"][3]["name"]
    data["best_by_generators"] = {"1": data["best"], "3": "3 diesels"}
    data["front"] = ["0 diesels", "1 diesel", data["best"], "3 diesels"]
    return data


def words(page: str) -> str:
    """The text of a page, without scripts and tags."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def test_the_answer_comes_first(study: dict[str, Any]) -> None:
    text = words(render(study))
    assert "survives 90 % of outages is 2.5 MW / 4 MWh + 1 diesel: 95.0 % (92.0 to 97.0 %)" in text
    assert "the low end of its 95 % interval meets the target too" in text
    assert "Against the baseline of 3 diesels (100.0 %, 5.00 million USD) it saves 2 diesels" in text
    assert "costs 1.00 million USD less" in text
    assert text.index("saves 2 diesels") < text.index("The designs")
    assert "over 25 years" in text


def test_every_design_note_and_source_is_there(study: dict[str, Any]) -> None:
    page = render(study)
    rows = re.findall(r'<tr class="(\w*)"><td>([^<]*)</td>', page)
    assert [name for _, name in rows] == [design["name"] for design in study["designs"]]
    assert [name for mood, name in rows if mood == "best"] == [study["best"]]
    assert {name for mood, name in rows if mood} == set(study["front"])
    text = words(page)
    for note in study["notes"]:
        assert note in text
    for figure, source in study["costs"].values():
        assert figure in text and source in text
    assert study["outage"]["source"] in text


def test_it_opens_without_a_network(study: dict[str, Any]) -> None:
    page = render(study)
    assert not re.search(r'<(script|link|img)[^>]+(src|href)="?http', page)
    assert {"figure-pareto", "figure-endurance", "figure-causes"} <= set(
        re.findall(r'id="(figure-\w+)"', page)
    )


def test_a_sample_that_is_too_small_is_said(study: dict[str, Any]) -> None:
    study["designs"][3]["surely_meets"] = False
    assert "does not meet the target: draw more outages to be sure" in words(render(study))


def test_no_answer_is_said(study: dict[str, Any]) -> None:
    study["best"], study["best_by_generators"] = None, {}
    text = words(render(study))
    assert "No design of this study survives 90 % of outages. The nearest is 3 diesels" in text


def test_the_baseline_may_be_the_answer(study: dict[str, Any]) -> None:
    study["best"] = study["baseline"]
    assert "That is the baseline" in words(render(study))


def test_what_earns_has_columns(study: dict[str, Any]) -> None:
    assert "Earned" not in words(render(study))
    design = study["designs"][1]
    design["cost"]["revenue"], design["trading_per_year"] = 1e6, 80_000.0
    design["response_share"], design["response_offered"], design["availability_per_year"] = 0.5, 1e6, 20_000.0
    text = words(render(study))
    assert "100,000" in text and "1.00 MW" in text and "50 %" in text


def test_curves_and_causes_show_the_numbers(study: dict[str, Any]) -> None:
    designs = study["designs"]
    curves = endurance(designs, 86400.0)
    assert [line.name for line in curves.data] == [design["name"] for design in designs]
    assert all(line.x[-1] == pytest.approx(24.0) for line in curves.data)
    bars = causes(designs)
    assert bars is not None
    power, heat = bars.data
    assert list(power.y) == [d["name"] for d in reversed(designs) if d["survival"] < 1.0]
    assert list(heat.x)[-1] == pytest.approx(22.5) and list(power.x)[-1] == pytest.approx(67.5)
    assert causes([d for d in designs if d["survival"] == 1.0]) is None
