"""`twin view`: the hall of a result in three dimensions, as an interactive page, pictures and an animation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from twin.errors import InputError
from twin.result import Result, open_result
from twin.scene.moments import Moment, frames, moment_words
from twin.scene.page import write_page
from twin.scene.rendering import use, way_to_draw
from twin.scene.scale import scale_named
from twin.scene.site import SceneSite, open_site

ANIMATION = (960, 540)
"""Width and height of the animation [pixels]."""

FRAMES, SECONDS = 40, 0.25
"""Instants of the animation, and how long each is shown [s]."""


def view_command(
    path: Path,
    output: Path,
    *,
    hall: str | None = None,
    at: list[float] | None = None,
    quantity: str = "inlet",
    member: int | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> Iterator[str]:
    """Write `hall.html`, a picture of each instant and `hall.gif` into a folder.

    The page needs nothing but a browser. Pictures and animation need PyVista and a way to draw; where there is none the
    page is written all the same, and the reason is told.

    Parameters
    ----------
    path : the result file.
    output : folder to write to; made when it is missing, what is there under the same names is replaced.
    hall : the one hall to show; all by default.
    at : instants to picture [s since the start]; before, during and after the disturbance by default.
    quantity : inlet, outlet or power.
    member : member of the ensemble; the first recorded one by default.
    progress : called with the share that is done.

    Yields
    ------
    str
        What was written, or why it was not.

    Raises
    ------
    InputError
        When the result cannot be shown, an instant lies outside it, or the folder cannot be written.
    """
    from twin.durable import explained

    if output.exists() and not output.is_dir():
        raise InputError(f"{output}: is a file; expected a folder for the page and the pictures")
    with open_result(path, incomplete=True) as result:
        site = open_site(result, member, hall)
        scale_named(result, quantity)
        moments = [_asked(result, t) for t in at] if at else site.moments
        with explained(output):
            output.mkdir(parents=True, exist_ok=True)
        page = write_page(result, output / "hall.html", member, hall)
        yield f"{page}: the hall to turn and move through time; open it in a browser"
        progress(0.1)
        way, words = way_to_draw()
        if way is None:
            yield f"no pictures and no animation: rendering is {words}"
            return
        use(way)
        with explained(output):
            yield from _pictures(site, quantity, moments, output, progress)
        if not site.layout.recorded:
            yield "note: the scenario gives no layout of its halls; racks are laid out by hall and PDU"


def _asked(result: Result, t: float) -> Moment:
    time = result.time("rack")
    if not 0.0 <= t <= float(time[-1]):
        raise InputError(f"--at: {t:g} s lies outside the {time[-1]:g} s that {result.path} holds")
    return Moment(t, f"at-{t:g}s", "")


def _pictures(
    site: SceneSite, quantity: str, moments: list[Moment], output: Path, progress: Callable[[float], None]
) -> Iterator[str]:
    """Draw the moments, then the film around them."""
    from twin.scene.picture import Drawing, save_animation, save_picture

    scale = scale_named(site.result, quantity)
    with Drawing(site, scale) as drawing:
        for n, moment in enumerate(moments):
            target = output / f"{moment.name}-{quantity}.png"
            save_picture(drawing.show(moment.t, moment.words), target)
            progress(0.1 + 0.3 * (n + 1) / len(moments))
            yield f"{target}: {moment_words(site.result, moment.t, moment.words)}"
    times = frames(site.result, moments, FRAMES)
    words = {moment.t: moment.words for moment in moments}
    film = []
    with Drawing(site, scale, ANIMATION) as drawing:
        for n, t in enumerate(times):
            film.append(drawing.show(t, words.get(t, "")))
            progress(0.4 + 0.6 * (n + 1) / len(times))
    target = output / f"hall-{quantity}.gif"
    save_animation(film, target, SECONDS)
    yield f"{target}: {len(film)} instants, {target.stat().st_size / 2**20:.2f} MiB"
