"""`twin view`, what it says where nothing can be drawn, and the pictures where something can."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from command import twin

from twin.errors import InputError
from twin.result import Result
from twin.scene import rendering
from twin.scene.command import view_command
from twin.scene.scale import INLET, colour_table


@pytest.fixture(scope="module")
def way() -> str:
    """A way to draw; without one, the reason why these tests are left out."""
    found, words = rendering.way_to_draw()
    if found is None:
        pytest.skip(f"rendering is {words}")
    return found


def fake(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    """Put a PyVista of one's own in the place of the real one."""
    (folder / "pyvista.py").write_text(code)
    (folder / "PIL.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    monkeypatch.delenv(rendering.WINDOW, raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)


def test_without_pyvista_the_page_is_written(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pyvista" else known(name))
    told = list(view_command(source, tmp_path / "out"))
    assert (tmp_path / "out" / "hall.html").is_file()
    assert len(told) == 2
    assert "pip install 'dctwin[scene]'" in told[1]


def test_a_driver_that_ends_its_process_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(
        monkeypatch, tmp_path, "import os, sys\nprint('no device', file=sys.stderr, flush=True)\nos.abort()\n"
    )
    found, words = rendering.way_to_draw()
    assert found is None
    assert words == "not working (EGL: no device; OSMesa: no device; the display: DISPLAY is not set)"


def test_a_driver_that_hangs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, tmp_path, "import time\ntime.sleep(60)\n")
    found, words = rendering.way_to_draw(patience=0.5)
    assert found is None
    assert "no picture within 0.5 s" in words


def test_the_second_way_is_taken_where_the_first_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = f"""
import os, sys
if os.environ.get({rendering.WINDOW!r}) != "vtkOSOpenGLRenderWindow":
    sys.exit("no EGL here")
class Image:
    def std(self): return 1.0
class Plotter:
    def __init__(self, **options): pass
    def add_mesh(self, mesh): pass
    def screenshot(self, return_img): return Image()
Sphere = object
"""
    fake(monkeypatch, tmp_path, code)
    assert rendering.way_to_draw() == ("vtkOSOpenGLRenderWindow", "available by OSMesa")


def test_instants_outside_the_run_and_a_file_for_a_folder_are_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--at: 5000 s lies outside the 1200 s"):
        list(view_command(source, tmp_path / "out", at=[5000.0]))
    with pytest.raises(InputError, match="is a file"):
        list(view_command(source, source))


@pytest.mark.slow
def test_pictures_and_animation(way: str, source: Path, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    done = twin("view", source, "-o", tmp_path, "--at", "290 s", "--at", "545 s", **{rendering.WINDOW: way})
    assert (done.returncode, done.stderr) == (0, "")
    names = ["hall.html", "at-290s-inlet.png", "at-545s-inlet.png", "hall-inlet.gif"]
    assert [Path(line.partition(": ")[0]).name for line in done.stdout.splitlines()[:4]] == names
    before, during = (np.asarray(image.open(tmp_path / name).convert("RGB")) for name in names[1:3])
    assert before.shape == (900, 1600, 3)
    black = np.array([16, 16, 16])
    assert (np.abs(before.astype(int) - black).max(axis=2) < 4).sum() < 50
    assert (np.abs(during.astype(int) - black).max(axis=2) < 4).sum() > 5000
    with image.open(tmp_path / "hall-inlet.gif") as film:
        assert film.size == (960, 540)
        assert film.n_frames > 10


@pytest.mark.slow
def test_tops_of_racks_have_the_colour_of_the_bar(way: str, source: Path, result: Result) -> None:
    code = f"""
from twin.result import open_result
from twin.scene.picture import Drawing
from twin.scene.scale import INLET
from twin.scene.site import open_site
with open_result({str(source)!r}) as result, Drawing(open_site(result), INLET, (800, 450)) as drawing:
    picture = drawing.show(290.0)
print(*sorted({{tuple(int(c) for c in pixel) for pixel in picture.reshape(-1, 3)}}), sep="\\n")
"""
    environment = {**os.environ, rendering.WINDOW: way} if way else dict(os.environ)
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    seen = np.array([ast.literal_eval(line) for line in done.stdout.splitlines()])
    share = (result.at("rack", "temperature_inlet", 290.0) - INLET.low) / (INLET.high - INLET.low)
    wanted = colour_table()[np.unique(np.clip((256 * share).astype(int), 0, 255))].astype(int)
    nearest = np.abs(seen[None] - wanted[:, None]).max(axis=2).min(axis=1)
    # One step of the table is up to three levels of a channel.
    assert nearest.max() <= 3
