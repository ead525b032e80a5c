"""Geometry of the meshes: closed, looking outwards, and as large as what they stand for."""

from __future__ import annotations

import numpy as np

from twin.scene import boxes as mesh


def volume(points: np.ndarray, triangles: np.ndarray) -> float:
    """Volume inside a closed surface whose triangles are anticlockwise from outside (divergence theorem)."""
    a, b, c = (points[triangles[:, i]] for i in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6.0)


def test_boxes_hold_their_volume() -> None:
    boxes = np.array([(0.0, 0.0, 0.0, 1.0, 2.0, 3.0), (5.0, -1.0, 2.0, 6.0, 1.0, 2.5)])
    points = mesh.points(boxes)
    assert points.shape == (16, 3)
    assert np.isclose(volume(points, mesh.triangles(2)), 6.0 + 1.0)
    quads = mesh.sides(2)
    halves = np.concatenate([quads[:, (0, 1, 2)], quads[:, (0, 2, 3)]])
    assert np.isclose(volume(points, halves), 7.0)


def test_shades_of_a_box_are_those_of_its_sides() -> None:
    points, triangles = mesh.points(np.array([(0.0, 0.0, 0.0, 1.0, 2.0, 3.0)])), mesh.triangles(1)
    assert np.allclose(mesh.shades(points, triangles), np.tile(mesh.SHADES, 2))


def test_a_cylinder_holds_its_volume_but_for_the_floor() -> None:
    points, triangles = mesh.cylinder(3.0, 4.0, 1.5, 2.0, around=720)
    # The floor is left out: it lies in the plane z = 0 and adds nothing to the integral.
    assert np.isclose(volume(points, triangles), np.pi * 1.5**2 * 2.0, rtol=1e-4)
