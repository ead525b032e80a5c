"""Power supplies: certified and published points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.kernels.psu import psu_loss

TITANIUM = {0.1: 0.90, 0.2: 0.94, 0.5: 0.96, 1.0: 0.91}
"""80 PLUS Titanium, 230 V internal: efficiency at load."""


def test_four_coefficients_pass_through_the_80_plus_points() -> None:
    x = np.array(list(TITANIUM))
    loss = x * (1.0 / np.array(list(TITANIUM.values())) - 1.0)
    a = np.linalg.solve(np.vander(x, 4, increasing=True), loss)
    for load, efficiency in TITANIUM.items():
        power = load * 2000.0
        assert power / (power + psu_loss(power, 2000.0, *a)) == pytest.approx(efficiency, rel=1e-12)


@pytest.mark.parametrize("node", [626.26, 1000.0, 2704.26])
def test_the_frontier_chain(node: float) -> None:
    """Four nodes behind SIVOC converters, P_in = (P + 13 W) / 0.98, on one rectifier, (P + 17 W) / 0.96."""
    chain = (4.0 * (node + 13.0) / 0.98 + 17.0) / 0.96
    a0, a1 = (4.0 * 13.0 / 0.98 + 17.0) / 0.96 / 13670.0, 1.0 / (0.98 * 0.96) - 1.0
    out = 4.0 * node
    assert out + psu_loss(out, 13670.0, a0, a1, 0.0, 0.0) == pytest.approx(chain, rel=1e-12)


@settings(deadline=None)
@given(st.floats(0.0, 2.0), *[st.floats(-0.1, 0.1)] * 4)
def test_loss_is_never_negative_and_scales_with_the_rating(
    x: float, a0: float, a1: float, a2: float, a3: float
) -> None:
    """A lumped rack is as many supplies: twice the power on twice the rating loses twice as much."""
    one = psu_loss(x * 1e3, 1e3, a0, a1, a2, a3)
    assert one >= 0.0
    assert psu_loss(x * 2e3, 2e3, a0, a1, a2, a3) == pytest.approx(2.0 * one, rel=1e-12)
