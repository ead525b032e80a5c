"""The cases of the electrical chain hold, and could fail."""

from __future__ import annotations

import pytest

from twin.validate import validate
from twin.validation.frontier_chain.chain import IDLE, PEAK, chain, node_of_system


@pytest.mark.parametrize("name", ["frontier_chain", "dc_distribution"])
def test_case_holds(name: str) -> None:
    (result,) = validate([name], "cpu")
    assert [check for check in result.checks if not check.passed] == []


def test_closed_form_of_a_node_by_hand() -> None:
    form = chain(1000.0)
    assert form.sivoc == pytest.approx(1013.0 / 0.98)
    assert form.rectifier == pytest.approx((1013.0 / 0.98 + 4.25) / 0.96)
    assert node_of_system(chain(1234.5).system) == pytest.approx(1234.5)
    assert pytest.approx(626.26) == IDLE
    assert pytest.approx(2704.26) == PEAK


def test_the_eco_mode_of_a_ups_is_as_good_as_380_v_dc() -> None:
    """What the README says of the spread: the best AC and low-voltage DC are within a per cent or two."""
    from twin.validation.dc_distribution.case import CHAINS, chain, saved

    eco, dc = (chain(*CHAINS[name], "cpu") for name in ("AC, eco", "380 V DC"))
    assert abs(saved(eco, dc)) < 2.0
