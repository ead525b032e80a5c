"""Set points that a policy moves: supply air, coolant, chilled water."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from thermal_model import make_chain

from twin.kernels import fields as f


@pytest.mark.parametrize("shift", [-1.0, 2.0])
def test_each_loop_settles_at_its_moved_set_point(shift: float) -> None:
    chain = make_chain(racks=2)
    chain.hall[1][f.HALL_T_SHIFT] = shift
    chain.cdu[1][f.CDU_T_SHIFT] = 2.0 * shift
    chain.plant[1][f.PLANT_T_SHIFT] = 0.5 * shift
    for _ in range(360):
        chain.step(30e3, 10.0)
    assert chain.hall[1][f.HALL_T_COIL, 0] == pytest.approx(24.0 + shift, abs=0.02)
    assert chain.cdu[1][f.CDU_T_SUPPLY_NOW, 0] == pytest.approx(32.0 + 2.0 * shift, abs=0.02)
    assert chain.plant[1][f.PLANT_T, 0] == pytest.approx(12.0 + 0.5 * shift, abs=0.02)
