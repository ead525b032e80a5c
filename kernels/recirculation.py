"""Rack-to-rack recirculation: the exhaust that racks draw from one another, as one matrix product for all members.

A[i, j] is the share of the air rack i draws that is the exhaust of rack j: the cross-interference form of Q. Tang,
T. Mukherjee, S. K. S. Gupta, P. Cayton, 4th Int. Conf. on Intelligent Sensing and Information Processing (2006), and
Q. Tang, S. K. S. Gupta, G. Varsamopoulos, IEEE Trans. Parallel Distrib. Syst. 19 (2008) 1458 (remembered), which count
the same streams by where they come from: a[j, i] F_j = A[i, j] F_i. With s_i the sum of row i,

    T_in,i = (1 - s_i) T_cold + sum_j A[i, j] T_out,j = (1 - s_i) T_cold + s_i T_hot + e_i
    e_i = sum_j A[i, j] (T_out,j - T_hot)

The first two terms follow the aisles within every thermal step (`hall.py`, which solves for them implicitly); e_i, what
this rack's neighbours make of the hot aisle, is worked out once per control interval and held. What a rack does not
exhaust nobody can draw: where the others would draw more of rack j than there is, A[i, j] is scaled down and the rest
comes from the hot aisle. Heat is conserved whatever e is, since all that racks give off goes into the hot aisle and
what they draw is mixed from what there is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from twin.kernels.fields import (
    HALL_T_HOT,
    RACK_DOOR_UA,
    RACK_FLOW,
    RACK_HALL,
    RACK_T_DOOR,
    RACK_T_EXCESS,
    RACK_T_OUTLET,
)
from twin.kernels.site import Site


class Recirculation:
    """The matrix of a site on one backend.

    Attributes
    ----------
    matrix, transposed : sparse (rack, rack)
        A and its transpose, of SciPy or of CuPy. Rows are summed in a fixed order, so a member's answer does not
        depend on how many others there are.
    hall : (rack,) int array
        Hall of each rack.
    doors : (rack,) bool array
        Racks whose exhaust leaves through a cooled rear door.
    xp : module
        NumPy or CuPy.
    """

    def __init__(self, site: Site, xp: Any, sparse: Any) -> None:
        rows = site.recirculation
        racks = site.racks
        place = (rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64))
        from scipy.sparse import csr_matrix

        matrix = csr_matrix((rows[:, 2], place), shape=(racks, racks))
        self.xp = xp
        self.matrix = sparse.csr_matrix(matrix)
        self.transposed = sparse.csr_matrix(matrix.T.tocsr())
        self.hall = xp.asarray(site.params["rack"][0, RACK_HALL].astype(np.int64))
        self.doors = xp.asarray(site.params["rack"][0, RACK_DOOR_UA] > 0.0)

    def refresh(self, rack: Any, hall: Any, active: Any) -> None:
        """Work out what recirculation adds to the inlets, for every active member at once.

        Parameters
        ----------
        rack, hall : (member, field, unit) arrays
            States, on the backend of the matrix; the racks' are written.
        active : (member,) array
            1 for members that are stepped; the others stay as they are.
        """
        xp = self.xp
        flow = xp.ascontiguousarray(rack[:, RACK_FLOW].T)
        drawn = self.transposed @ flow
        left = xp.minimum(flow / xp.maximum(drawn, 1e-30), 1.0)
        exhaust = xp.where(self.doors, rack[:, RACK_T_DOOR], rack[:, RACK_T_OUTLET])
        warmer = exhaust.T - hall[:, HALL_T_HOT][:, self.hall].T
        excess = self.matrix @ xp.ascontiguousarray(left * warmer)
        rack[:, RACK_T_EXCESS] = xp.where(active[:, None] != 0, excess.T, rack[:, RACK_T_EXCESS])


def on_cpu(site: Site) -> Recirculation | None:
    """The matrix of a site for states in host memory; None where racks do not draw from one another."""
    if not site.recirculation.size:
        return None
    from scipy import sparse

    return Recirculation(site, np, sparse)


def on_device(site: Site) -> Recirculation | None:
    """The matrix of a site for states on a CUDA device, which CuPy multiplies.

    Raises
    ------
    InputError
        Without CuPy.
    """
    if not site.recirculation.size:
        return None
    from twin.errors import InputError

    try:
        import cupy
        from cupyx.scipy import sparse
    except ImportError as error:
        raise InputError(
            f"racks draw air from one another here, which needs CuPy on a GPU ({error}); "
            "pip install 'dctwin[cuda12]' or 'dctwin[cuda13]', or take --backend cpu"
        ) from error
    return Recirculation(site, cupy, sparse)
