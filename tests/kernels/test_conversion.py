"""Converter losses: the UPS of white paper 108, a transformer of EU 548/2014."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.kernels.conversion import quadratic_loss

WHITE_PAPER_108 = (0.01333, 0.0064, 0.01081)


@pytest.mark.parametrize(("load", "efficiency"), [(0.25, 94.1), (0.5, 96.3), (0.75, 96.9), (1.0, 97.0)])
def test_ups_efficiencies_of_white_paper_108(load: float, efficiency: float) -> None:
    loss = quadratic_loss(load * 500e3, 500e3, *WHITE_PAPER_108)
    assert 100.0 * load * 500e3 / (load * 500e3 + loss) == pytest.approx(efficiency, abs=0.05)


def test_transformer_of_eu_548_2014() -> None:
    """2500 kVA Tier 2: 1575 W without load, 18.5 kW more at rated power, a quarter of that at half."""
    a = (1575.0 / 2.5e6, 0.0, 18.5e3 / 2.5e6)
    assert quadratic_loss(0.0, 2.5e6, *a) == pytest.approx(1575.0)
    assert quadratic_loss(1.25e6, 2.5e6, *a) == pytest.approx(1575.0 + 18.5e3 / 4.0)
    assert quadratic_loss(2.5e6, 2.5e6, *a) == pytest.approx(1575.0 + 18.5e3)


@settings(deadline=None)
@given(st.floats(0.0, 2e6), *[st.floats(0.0, 0.1)] * 3)
def test_loss_is_the_same_both_ways_and_not_negative(power: float, a0: float, a1: float, a2: float) -> None:
    loss = quadratic_loss(power, 1e6, a0, a1, a2)
    assert loss == quadratic_loss(-power, 1e6, a0, a1, a2)
    assert loss >= a0 * 1e6
