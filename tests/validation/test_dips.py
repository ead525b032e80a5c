"""The dip cases hold, and what their READMEs say of the fleet and of the steps is so."""

from __future__ import annotations

import numpy as np
import pytest

from twin.validate import validate
from twin.validation.dip_run import Dip, grid
from twin.validation.nova_dips_2024.case import FLEET, LENGTHS, SPREAD, STARTS, lost


@pytest.mark.parametrize("name", ["nova_dips_2024", "nogrr282"])
def test_case_holds(name: str) -> None:
    (result,) = validate([name], "cpu")
    assert [str(check) for check in result.checks if not check.passed] == []


def test_load_is_counted_at_the_dip_it_left_at() -> None:
    latched = np.array([np.nan] * FLEET + [15.862, 0.532, np.nan, 81.665])
    assert lost(latched).tolist() == [0.0, 60.0, 60.0, 0.0, 0.0, 60.0]
    assert SPREAD * 60.0 == 1260.0


def test_steps_are_fine_around_every_dip_and_cover_the_run() -> None:
    dips = [Dip(start, length, 0.3) for start, length in zip(STARTS, LENGTHS, strict=True)]
    laid = grid(dips, -2.0, 100.0)
    ends = [start + step * steps for start, step, steps in laid]
    assert laid[0][0] == -2.0
    assert ends[-1] == pytest.approx(100.0)
    np.testing.assert_allclose([start for start, _, _ in laid[1:]], ends[:-1], atol=1e-9)
    for dip in dips:
        inside = [
            step
            for start, step, steps in laid
            if start < dip.start + dip.length and start + step * steps > dip.start
        ]
        assert max(inside) <= 2e-3 + 1e-9
