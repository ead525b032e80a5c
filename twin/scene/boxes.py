"""Boxes and cylinders as corner points and faces, thousands of them in one mesh."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CORNERS = np.array(
    [(0, 1, 2), (3, 1, 2), (3, 4, 2), (0, 4, 2), (0, 1, 5), (3, 1, 5), (3, 4, 5), (0, 4, 5)], dtype=np.int64
)
"""Columns of a box (x, y, z from and to) that make each of its eight corners: the floor, then the top."""

SIDES = np.array(
    [(0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)], dtype=np.int64
)
"""Corners of the six sides, anticlockwise seen from outside."""

SHADES = np.array([1.0, 1.0, 0.84, 0.72, 0.84, 0.72])
"""Brightness of the six sides: tops have exactly the colour of the scale, so that it can be read off the bar."""

TRIANGLES = np.concatenate([SIDES[:, (0, 1, 2)], SIDES[:, (0, 2, 3)]])
"""The sides as twelve triangles."""


def points(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Corners of boxes: shape (box, 6) in, (8 box, 3) out [m]."""
    found: NDArray[np.float64] = np.asarray(boxes, dtype=np.float64)[:, CORNERS].reshape(-1, 3)
    return found


def sides(count: int) -> NDArray[np.int64]:
    """Corner numbers of every side of `count` boxes, shape (6 count, 4)."""
    found: NDArray[np.int64] = (SIDES[None] + 8 * np.arange(count)[:, None, None]).reshape(-1, 4)
    return found


def triangles(count: int) -> NDArray[np.int64]:
    """Corner numbers of every triangle of `count` boxes, shape (12 count, 3)."""
    found: NDArray[np.int64] = (TRIANGLES[None] + 8 * np.arange(count)[:, None, None]).reshape(-1, 3)
    return found


def shades(points: NDArray[np.float64], triangles: NDArray[np.int64]) -> NDArray[np.float64]:
    """Brightness of each triangle by where it looks: the same as `SHADES` for the sides of a box."""
    a, b, c = (points[triangles[:, i]] for i in range(3))
    normal = np.cross(b - a, c - a)
    x, y, z = (np.abs(normal) / np.linalg.norm(normal, axis=1, keepdims=True)).T
    found: NDArray[np.float64] = x * x * SHADES[3] + y * y * SHADES[2] + z * z * SHADES[1]
    return found


def cylinder(
    x: float, y: float, radius: float, height: float, around: int = 32
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """An upright cylinder on the floor with its lid.

    Returns
    -------
    points : shape (2 around + 1, 3) [m]; the last one is the middle of the lid.
    triangles : shape (3 around, 3), anticlockwise seen from outside.
    """
    angle = 2.0 * np.pi * np.arange(around) / around
    ring = np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1)
    floor = np.column_stack([ring, np.zeros(around)])
    top = np.column_stack([ring, np.full(around, height)])
    a = np.arange(around)
    b = (a + 1) % around
    lid = np.full(around, 2 * around)
    faces = [(a, b, b + around), (a, b + around, a + around), (a + around, b + around, lid)]
    corners = np.concatenate([floor, top, [[x, y, height]]])
    return corners, np.concatenate([np.stack(face, axis=1) for face in faces])
