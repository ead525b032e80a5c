"""Whether this machine can draw, found out in a process of its own: a broken driver ends the process it is in."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

WINDOW = "VTK_DEFAULT_OPENGL_WINDOW"
"""Environment variable by which VTK chooses how it opens a window off the screen."""

WAYS = {"vtkEGLRenderWindow": "EGL", "vtkOSOpenGLRenderWindow": "OSMesa", "": "the display"}
"""Ways to draw, tried in this order: neither EGL (a GPU, or Mesa in software) nor OSMesa needs a display."""

PICTURE = """
import pyvista
plotter = pyvista.Plotter(off_screen=True, window_size=(64, 64))
plotter.add_mesh(pyvista.Sphere())
print("drawn" if plotter.screenshot(return_img=True).std() > 0.0 else "blank")
"""

PATIENCE = 60.0
"""Longest wait for a first picture [s]."""

MISSING = "not available: pip install 'dctwin[scene]'"


def way_to_draw(patience: float = PATIENCE) -> tuple[str | None, str]:
    """Find a way to draw off the screen.

    Parameters
    ----------
    patience : longest wait for a picture in each way [s].

    Returns
    -------
    way : value for the environment variable `VTK_DEFAULT_OPENGL_WINDOW`; None when nothing works.
    words : what was found, or why nothing works.
    """
    missing = [name for name in ("pyvista", "PIL") if importlib.util.find_spec(name) is None]
    if missing:
        return None, MISSING
    asked = os.environ.get(WINDOW)
    reasons = []
    for way, words in {asked: asked}.items() if asked else WAYS.items():
        reason = _try(way or "", patience)
        if reason is None:
            return way or "", f"available by {words}"
        reasons.append(f"{words}: {reason}")
    return None, f"not working ({'; '.join(reasons)})"


def _try(way: str, patience: float) -> str | None:
    """Draw a sphere in another process; None when it worked, else why it did not."""
    environment = {key: value for key, value in os.environ.items() if key != WINDOW}
    if way:
        environment[WINDOW] = way
    elif not environment.get("DISPLAY") and sys.platform.startswith("linux"):
        return "DISPLAY is not set"
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", PICTURE],
            capture_output=True, text=True, timeout=patience, check=False, env=environment,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"no picture within {patience:g} s"
    if done.returncode == 0 and done.stdout.strip().endswith("drawn"):
        return None
    if done.returncode == 0:
        return "the picture is blank"
    said = [line for line in done.stderr.strip().splitlines() if line.strip()]
    ended = f"exit status {done.returncode}"
    if done.returncode < 0:
        ended = f"the process ended with signal {-done.returncode}"
    return said[-1].strip() if said else ended


def use(way: str) -> None:
    """Make VTK draw the way that works; to be called before it is imported."""
    if way:
        os.environ[WINDOW] = way
