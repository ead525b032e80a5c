"""Where racks stand in a hall, and the pattern in which they draw each other's exhaust.

The pattern is geometry: exhaust leaves at the back of a rack and reaches an inlet over the top of the racks, or along
the aisle and around the end of the row. Either way it is diluted by exp(-d / l) over its length d, with a mixing
length l that the scenario gives. The stream from rack j to rack i is taken in proportion to what both move,

    m[i, j] = k F_i F_j / F_mean (exp(-d_over / l) + exp(-d_around / l)),     A[i, j] = m[i, j] / F_i,

so the ends of rows draw more than their middle, as they do in every measured hall. Containment mixes the air of a cold
aisle before it is drawn, or of a hot aisle before it leaks. The one number k is found so that the supply heat index of
the hall at full load is what the scenario says. The form is an assumption; what it stands for is the published pattern
of cross-interference coefficients (Q. Tang et al. 2006, 2008; see `kernels/recirculation.py`): near neighbours and row
ends. A matrix from CFD or tracer measurements takes its place where there is one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.kernels.scalar import Array
from twin.scenario.hall_air import Layout

NEGLIGIBLE = 1e-2
"""Streams below this share of the largest are left out, to keep the matrix sparse; the scaling makes up for them."""


@dataclass(frozen=True)
class Places:
    """Positions of the real racks of a hall, in the order they are filled.

    Attributes
    ----------
    row : (rack,) int array
        Row, from 0.
    x, y : (rack,) array
        Middle of the rack [m].
    facing : (rack,) array
        1 where the inlet is towards larger y, -1 towards smaller.
    """

    row: NDArray[np.int64]
    x: Array
    y: Array
    facing: Array


def row_places(layout: Layout) -> tuple[Array, Array]:
    """Middle of each row [m] and the way its inlets face."""
    rows = np.arange(layout.rows)
    if layout.arrangement == "same-way":
        middle = np.asarray(0.5 * layout.depth + rows * (layout.depth + layout.cold_aisle), dtype=np.float64)
        return middle, -np.ones(layout.rows)
    aisles = np.where(rows % 2 == 0, layout.cold_aisle, layout.hot_aisle)
    before = np.concatenate([[0.0], np.cumsum(aisles[:-1])])
    return 0.5 * layout.depth + rows * layout.depth + before, np.where(rows % 2 == 0, 1.0, -1.0)


def places(layout: Layout, racks: int) -> Places:
    """Positions of the first `racks` places of a hall, row by row."""
    number = np.arange(racks)
    row = number // layout.racks_per_row
    y, facing = row_places(layout)
    x = np.asarray((number % layout.racks_per_row + 0.5) * layout.pitch, dtype=np.float64)
    return Places(row, x, y[row], facing[row])


def pattern(layout: Layout, place: Places, mixing_length: float) -> Array:
    """Weight of the stream from the exhaust of each rack (column) to the inlet of each (row), without unit.

    Parameters
    ----------
    layout : Layout
    place : Places
        Of the racks that are there.
    mixing_length : float
        Distance over which a stream is diluted to 1/e [m].

    Returns
    -------
    (rack, rack) array
        At most 2.
    """
    inlet = place.y + 0.5 * layout.depth * place.facing
    exhaust = place.y - 0.5 * layout.depth * place.facing
    across = np.abs(inlet[:, None] - exhaust[None, :])
    along = np.abs(place.x[:, None] - place.x[None, :])
    # Servers' faces are on average half a rack below the top, on both sides of it.
    over = np.hypot(along, across) + layout.height
    end = layout.racks_per_row * layout.pitch
    around = np.minimum(place.x[:, None] + place.x[None, :], 2.0 * end - place.x[:, None] - place.x[None, :])
    weights = np.exp(-over / mixing_length) + np.exp(-(around + across) / mixing_length)
    return mixed(weights, layout, place)


def mixed(weights: Array, layout: Layout, place: Places) -> Array:
    """Average over the inlets of each contained cold aisle, or over the exhausts of each contained hot one."""
    if layout.containment == "none":
        return weights
    aisle = place.row // 2 if layout.containment == "cold-aisle" else (place.row + 1) // 2
    member = (aisle[:, None] == np.unique(aisle)[None, :]).astype(np.float64)
    average = member @ (member / member.sum(axis=0)).T
    found: Array = average @ weights if layout.containment == "cold-aisle" else weights @ average
    return found


def lumped(weights: Array, lumps: NDArray[np.int64]) -> Array:
    """Mean weights between rack units that stand for so many real racks each."""
    starts = np.concatenate([[0], np.cumsum(lumps)[:-1]])
    summed = np.add.reduceat(np.add.reduceat(weights, starts, axis=0), starts, axis=1)
    means: Array = summed / (lumps[:, None] * lumps[None, :])
    return means


def shares(weights: Array, flow: Array) -> Array:
    """Matrix of inlet shares with k = 1: what a stream in proportion to both flows is of the inlet's air."""
    kept = np.where(weights < NEGLIGIBLE * weights.max(), 0.0, weights)
    found: Array = kept * flow[None, :] / flow.sum()
    return found


def supply_heat_index(matrix: Array, flow: Array, rise: Array) -> float:
    """SHI of racks in a cold aisle at supply temperature: `A` solves `T_in = A (T_in + rise)` above supply.

    Parameters
    ----------
    matrix : (rack, rack) array
        Inlet shares.
    flow, rise : (rack,) array
        Air flow [kg/s] and rise of the air over each rack [K].
    """
    warmer = np.linalg.solve(np.eye(flow.size) - matrix, matrix @ rise)
    inlet = float(flow @ warmer)
    return inlet / (inlet + float(flow @ rise))


def drawn_share(matrix: Array, flow: Array) -> Array:
    """Share of each rack's exhaust that other racks draw: `sum_i A[i, j] F_i / F_j`."""
    found: Array = (matrix.T @ flow) / flow
    return found


def calibrated(weights: Array, flow: Array, rise: Array, target: float) -> Array | float:
    """Matrix whose supply heat index is `target`, or the largest index the pattern can have when it cannot.

    No rack may draw nothing but exhaust, and no exhaust may be drawn more than once.

    Parameters
    ----------
    weights : (rack, rack) array
        The pattern.
    flow, rise : (rack,) array
        Air flow [kg/s] and rise over each rack [K] at full load.
    target : float
        Supply heat index, 0 to below 1.
    """
    from scipy.optimize import brentq

    base = shares(weights, flow)
    limit = 0.999 / max(float(base.sum(axis=1).max()), float(drawn_share(base, flow).max()))
    largest = supply_heat_index(limit * base, flow, rise)
    if target >= largest:
        return largest
    if target <= 0.0:
        return np.zeros_like(base)
    k = brentq(lambda k: supply_heat_index(k * base, flow, rise) - target, 0.0, limit, xtol=1e-14 * limit)
    scaled: Array = k * base
    return scaled
