"""Pictures of the hall by PyVista: drawn once, then coloured anew for each instant."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from twin.scene import boxes as mesh
from twin.scene.bodies import Body, named
from twin.scene.moments import moment_words
from twin.scene.scale import (
    CAP_COLOUR_WORDS,
    CAP_COLOURS,
    CAP_HEIGHT,
    CAP_WORDS,
    Scale,
    colour_names,
    colour_table,
)
from twin.scene.site import SceneSite

SIZE = (1600, 900)
"""Width and height of a picture [pixels]."""

INK, SLAB, WORKS, STOPPED = "#1d2430", "#e4e7eb", "#c3ccd6", "#5a2d0c"
"""Text, floor, machines that run and machines that do not."""

LIGHTS = (((90.0, 0.0), 1.0), ((0.0, -90.0), 0.6), ((0.0, 0.0), 0.3))
"""Lights without place: elevation and azimuth of what they shine from [deg], and strength. Tops have exactly the colour
of the bar; the sides that are seen are darker."""

SHINE = {"ambient": 0.6, "diffuse": 0.4, "specular": 0.0}
"""How every surface takes the light."""

ROOM = (0.84, 0.86)
"""Share of the picture's width and height that the site fills."""

FEW = 700
"""Racks up to which each has its outline: more would draw black."""


class Drawing:
    """A window off the screen with the site in it; a context manager, because it holds memory of the renderer.

    Parameters
    ----------
    site : what stands where.
    scale : what colours the racks.
    size : width and height [pixels].
    """

    def __init__(self, site: SceneSite, scale: Scale, size: tuple[int, int] = SIZE) -> None:
        import pyvista

        self.site, self.scale, self.size = site, scale, size
        self.unit = size[1] / 900.0
        self.pv: Any = pyvista
        self.plotter: Any = pyvista.Plotter(off_screen=True, window_size=size, lighting="none")
        self.plotter.set_background("white")
        self.plotter.enable_anti_aliasing("ssaa" if size[1] >= SIZE[1] else "msaa", multi_samples=4)
        for towards, strength in LIGHTS:
            light = pyvista.Light(color="white", light_type="scene light", intensity=strength)
            light.set_direction_angle(*towards)
            self.plotter.add_light(light)
        self._floors()
        self.racks = self._racks()
        self.strips = self._aisles()
        self._look()

    def _poly(self, boxes: NDArray[np.float64]) -> Any:
        sides = mesh.sides(len(boxes))
        faces = np.column_stack([np.full(len(sides), 4), sides])
        return self.pv.PolyData(mesh.points(boxes), faces.ravel())

    def _floors(self) -> None:
        layout = self.site.layout
        for hall in range(len(layout.halls)):
            x0, y0, x1, y1 = layout.floor(hall)
            slab = np.array([[x0, y0, -0.15, x1, y1, -0.01]])
            self.plotter.add_mesh(self._poly(slab), color=SLAB, lighting=False)

    def _racks(self) -> Any:
        poly = self._poly(self.site.layout.boxes())
        poly.cell_data["value"] = np.zeros(poly.n_cells)
        unit, few = self.unit, len(self.site.chosen) <= FEW
        bar = {
            "title": self.scale.title + "\n", "vertical": True, "position_x": 0.9, "position_y": 0.16, "width": 0.025,
            "height": 0.66, "n_labels": 0, "title_font_size": round(19 * unit),
            "label_font_size": round(16 * unit), "color": INK, "fmt": "%.0f",
        }  # fmt: skip
        self.plotter.add_mesh(
            poly, scalars="value", cmap=colour_names(),
            clim=(self.scale.low, self.scale.high), annotations=self.scale.marks, scalar_bar_args=bar,
            show_edges=few, edge_color="#303030", line_width=0.6 * unit, **SHINE,
        )  # fmt: skip
        return poly

    def _aisles(self) -> Any | None:
        """Floor between the rows in the colours of its air, where the scale is one of air."""
        strips = self.site.aisles
        if self.scale.name == "power" or not strips or np.isnan(self.site.aisle_values(0.0)).all():
            return None
        poly = self._poly(np.array([[a.x0, a.y0, 0.0, a.x1, a.y1, 0.02] for a in strips]))
        poly.cell_data["value"] = np.zeros(poly.n_cells)
        self.plotter.add_mesh(
            poly, scalars="value", cmap=colour_names(),
            clim=(self.scale.low, self.scale.high), show_scalar_bar=False, lighting=False,
        )  # fmt: skip
        return poly

    def _look(self) -> None:
        """Look from the south-east and above, so that the site fills the picture left of the colour bar."""
        corners = mesh.points(self.site.extent[None])
        low, high = corners.min(axis=0), corners.max(axis=0)
        camera = self.plotter.camera
        camera.up = (0.0, 0.0, 1.0)
        camera.focal_point = 0.5 * (low + high)
        camera.position = 0.5 * (low + high) + np.array([0.55, -1.0, 0.8]) * float(np.linalg.norm(high - low))
        camera.view_angle = 24.0
        self.plotter.reset_camera(bounds=(low[0], high[0], low[1], high[1], low[2], high[2]), render=False)
        matrix = camera.GetCompositeProjectionTransformMatrix(self.size[0] / self.size[1], -1.0, 1.0)
        rows = np.array([[matrix.GetElement(i, j) for j in range(4)] for i in range(4)])
        seen = np.column_stack([corners, np.ones(len(corners))]) @ rows.T
        across, up = (seen[:, i] / seen[:, 3] for i in (0, 1))
        zoom = min(2.0 * ROOM[0] / np.ptp(across), 2.0 * ROOM[1] / np.ptp(up))
        camera.zoom(zoom)
        # The middle of the site goes to the middle of the free room: the colour bar is at the right, words above.
        middle = [0.5 * zoom * float(axis.min() + axis.max()) for axis in (across, up)]
        camera.SetWindowCenter(middle[0] + 1.0 - ROOM[0] - 0.04, middle[1] + 1.0 - ROOM[1] - 0.04)

    def show(self, t: float, words: str = "") -> NDArray[np.uint8]:
        """Draw one instant.

        Parameters
        ----------
        t : instant since the start of the run [s].
        words : what is special about it.

        Returns
        -------
        numpy.ndarray
            The picture, shape (height, width, 3).
        """
        values = np.clip(self.site.values(self.scale, t), self.scale.low, self.scale.high)
        self.racks.cell_data["value"] = np.repeat(values, len(mesh.SIDES))
        if self.strips is not None:
            air = np.clip(np.nan_to_num(self.site.aisle_values(t)), self.scale.low, self.scale.high)
            self.strips.cell_data["value"] = np.repeat(air, len(mesh.SIDES))
        worn = self._caps(t)
        self._bodies(t)
        self._text(t, words, worn)
        self.plotter.render()
        picture: NDArray[np.uint8] = self.plotter.screenshot(return_img=True)
        return picture[:, :, :3]

    def _caps(self, t: float) -> dict[str, int]:
        """Put caps on the racks that do not work; return how many wear which."""
        caps, places = self.site.caps(t), self.site.layout.boxes()
        worn = {}
        for kind, colour in CAP_COLOURS.items():
            mine = caps == kind
            self.plotter.remove_actor(f"cap-{kind}", render=False)
            if not mine.any():
                continue
            worn[kind] = int(mine.sum())
            on = places[mine]
            on[:, 2], on[:, 5] = on[:, 5] + 0.01, on[:, 5] + CAP_HEIGHT
            self.plotter.add_mesh(
                self._poly(on), color=colour, name=f"cap-{kind}", render=False, reset_camera=False,
                show_edges=True, edge_color="#303030", **SHINE,
            )  # fmt: skip
        return worn

    def _bodies(self, t: float) -> None:
        points, labels, written = [], [], named(self.site.bodies)
        for n, body in enumerate(self.site.bodies):
            works, label = self.site.machines.told(body, t)
            self.plotter.add_mesh(
                self._body(body), color=WORKS if works else STOPPED, name=f"body-{n}", render=False,
                reset_camera=False, smooth_shading=False, **SHINE,
            )  # fmt: skip
            x0, y0, _, x1, y1, top = body.box
            if n in written:
                points.append((0.5 * (x0 + x1), 0.5 * (y0 + y1), top + 0.4))
                labels.append(label)
        self.plotter.add_point_labels(
            np.array(points), labels, name="labels", font_size=round(17 * self.unit), text_color=INK, shape="rect",
            shape_color="white", shape_opacity=0.75, margin=3, show_points=False, always_visible=True, render=False,
            reset_camera=False,
        )  # fmt: skip

    def _body(self, body: Body) -> Any:
        x0, y0, z0, x1, y1, z1 = body.box
        if body.kind != "tank":
            return self._poly(np.array([[x0, y0, z0, x1, y1, z1]]))
        points, faces = mesh.cylinder(0.5 * (x0 + x1), 0.5 * (y0 + y1), 0.5 * (x1 - x0), z1)
        return self.pv.PolyData(points, np.column_stack([np.full(len(faces), 3), faces]).ravel())

    def _text(self, t: float, words: str, worn: dict[str, int]) -> None:
        result, racks = self.site.result, len(self.site.chosen)
        title = f"{result.title}: {moment_words(result, t, words)}"
        lines = [
            f"{count} of {racks} racks {CAP_WORDS[kind]} ({CAP_COLOUR_WORDS[kind]} caps)"
            for kind, count in worn.items()
        ]
        if not lines and self.site.result.has("rack", "mode"):
            lines = [f"all {racks} racks work"]
        values = self.site.values(self.scale, t)
        low, high = f"{values.min():.1f}", f"{values.max():.1f}"
        span = low if low == high else f"{low} to {high}"
        lines.append(f"{self.scale.title.partition(' [')[0]} {span} {self.scale.unit}")
        below = "; ".join(lines)
        self.plotter.add_text(
            title, position=(0.015, 0.94), viewport=True, font_size=round(15 * self.unit), color=INK, name="title",
            render=False,
        )  # fmt: skip
        self.plotter.add_text(
            below, position=(0.015, 0.905), viewport=True, font_size=round(11 * self.unit), color=INK, name="below",
            render=False,
        )  # fmt: skip

    def close(self) -> None:
        """Give the renderer's memory back."""
        self.plotter.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def save_picture(picture: NDArray[np.uint8], path: Path) -> None:
    """Write a picture as PNG."""
    from PIL import Image

    Image.fromarray(picture).save(path, optimize=True)


def save_animation(pictures: list[NDArray[np.uint8]], path: Path, seconds: float) -> None:
    """Write pictures as a GIF that repeats, each shown for `seconds`, in colours that stand still."""
    from PIL import Image

    images = [Image.fromarray(picture) for picture in pictures]
    palette = Image.new("P", (1, 1))
    palette.putpalette(film_colours().ravel().tolist())
    flat = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    times = [round(1000.0 * seconds)] * len(flat)
    times[-1] = 2000
    flat[0].save(path, save_all=True, append_images=flat[1:], duration=times, loop=0, optimize=True)


def film_colours() -> NDArray[np.uint8]:
    """The 256 colours of an animation: those of the scale and of the machines in all their shades, and greys."""
    marks = [
        [int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (WORKS, STOPPED, *CAP_COLOURS.values(), INK, SLAB)
    ]
    solid = np.concatenate([colour_table(56).astype(np.float64), marks])
    shaded = np.concatenate([solid * shade for shade in sorted(set(mesh.SHADES))])
    grey = np.linspace(0.0, 255.0, 256 - len(shaded))
    return np.round(np.concatenate([shaded, np.repeat(grey[:, None], 3, axis=1)])).astype(np.uint8)
