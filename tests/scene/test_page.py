"""The interactive hall: what it holds is what was recorded, and it needs no network."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest

from twin.errors import InputError
from twin.kernels import fields
from twin.report import write_report
from twin.result import Result
from twin.scene.moments import clock, frames
from twin.scene.page import payload, scene_section, write_page
from twin.scene.scale import COLOURS, INLET, colour_table, scale_named, scales
from twin.scene.site import open_site


def unpacked(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype=kind)


def test_what_the_page_holds_is_what_was_recorded(result: Result) -> None:
    site, times = open_site(result), [290.0, 545.0, 1200.0]
    data = payload(site, scales(result), times)
    assert [q["name"] for q in data["quantities"]] == ["inlet", "outlet", "power"]
    for shown, scale in zip(data["quantities"], scales(result), strict=True):
        span = scale.high - scale.low
        values = unpacked(shown["values"], "<u2").reshape(3, 200) / 65535 * 2 * span + scale.low - 0.5 * span
        for t, row in zip(times, values, strict=True):
            wanted = result.at("rack", scale.channel, t) * scale.factor
            assert np.abs(row - wanted).max() < 2e-5 * span
    worn = unpacked(data["worn"], "<u1").reshape(3, 200)
    assert worn.sum(axis=1).tolist() == [0, 100, 0]
    assert (worn[1] == 1).tolist() == (result.at("rack", "mode", 545.0) != fields.RACK_ON).tolist()
    assert data["machines"]["labels"][1][-1].startswith("plant-1: ")
    assert np.allclose(unpacked(data["racks"], "<f4").reshape(-1, 6), site.layout.boxes(), atol=1e-4)


def test_a_plant_that_stands_still_is_said_to(result: Result) -> None:
    site = open_site(result)
    data = payload(site, scales(result), [290.0, 310.0])
    plant = [body.kind for body in site.bodies].index("plant")
    assert [row[plant] for row in data["machines"]["works"]] == [1, 0]
    assert data["machines"]["labels"][1][plant].endswith("stopped")


def test_story_is_before_during_and_after(result: Result) -> None:
    site = open_site(result)
    assert [m.name for m in site.moments] == ["before", "during", "after"]
    before, during, after = (m.t for m in site.moments)
    assert before < 300.0 < during < after == 1200.0
    working = (result.series("rack", "mode") == fields.RACK_ON).mean(axis=1)
    assert (site.caps(during) == "off").mean() == 1.0 - working.min()
    shown = frames(result, site.moments, 20)
    assert {before, during, after} <= set(shown) <= set(result.time("rack").tolist())
    assert len(shown) <= 20
    assert clock(result, during) == f"{int(during) // 60:02d}:{int(during) % 60:02d} min"


def test_the_page_opens_offline(result: Result, tmp_path: Path) -> None:
    text = write_page(result, tmp_path / "hall.html").read_text(encoding="utf-8")
    ours = text[text.index('id="hall"') :]
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", ours)
    data = re.search(r'id="hall-data">(.*?)</script>', ours, re.DOTALL)
    assert data is not None
    found = json.loads(data[1])
    assert len(found["clock"]) <= 60
    assert len(found["names"]) == 200
    assert 'type="range"' in ours
    assert "not working" in ours


def test_the_report_holds_the_hall(source: Path, tmp_path: Path) -> None:
    text = write_report(source, tmp_path / "one.html").read_text(encoding="utf-8")
    assert text.count('id="hall-view"') == 1
    assert text.count('id="hall"') == 1


def test_a_result_without_racks_has_no_hall(tmp_path: Path) -> None:
    import synthetic

    from twin.result import open_result

    bare = synthetic.write(tmp_path / "bare.h5", without=("rack",), tree=False)
    with open_result(bare) as opened:
        assert scene_section(opened) is None
        with pytest.raises(InputError, match="no rack series"):
            open_site(opened)


def test_unknown_hall_and_quantity_name_the_nearest(result: Result) -> None:
    with pytest.raises(InputError, match="hall-1"):
        open_site(result, hall="hal-1")
    with pytest.raises(InputError, match="inlet"):
        scale_named(result, "inlat")


def test_colours_grow_lighter_all_the_way() -> None:
    table = colour_table().astype(float)
    assert [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in colour_table(10)] == list(COLOURS)
    luminance = table @ [0.2126, 0.7152, 0.0722]
    assert np.all(np.diff(luminance) > -0.5)
    assert luminance[-1] > 4.0 * luminance[0]


def test_limits_lie_on_the_scale() -> None:
    assert all(INLET.low < mark < INLET.high for mark in INLET.marks)
    assert INLET.unit == "°C"
