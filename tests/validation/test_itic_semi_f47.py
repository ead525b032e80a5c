"""ITIC 2000 and SEMI F47: every point as its energy balance says, and who keeps the curves."""

from __future__ import annotations

from twin.validate import validate
from twin.validation.itic_semi_f47.case import predicted
from twin.validation.itic_semi_f47.site import POINTS


def test_every_point_is_ridden_as_predicted() -> None:
    (result,) = validate(["itic_semi_f47"], "cpu")
    assert [check for check in result.checks if check.passed is False] == []
    words = {
        check.quantity.partition(":")[0]: check.note
        for check in result.checks
        if "points of" in check.quantity
    }
    assert words == {
        "CRPS supply on 230 V": "does not keep the curve", "CRPS supply on 208 V": "does not keep the curve",
        "ORv3 shelf": "does not keep the curve", "ORv3 shelf with battery shelf": "keeps the curve",
        "CRPS supply behind double conversion": "keeps the curve",
    }  # fmt: skip


def test_the_prediction_by_hand() -> None:
    """11 ms at rated output; 70 % of nominal at full load: 2198 W wanted, 1974 W drawn, 24.2 J in the capacitors."""
    gone, sagged = POINTS[0], POINTS[1]
    assert abs(predicted("crps-230", 1.0, gone) - 0.011) < 1e-12
    assert abs(predicted("crps-230", 1.0, sagged) - 24.17 / 223.5) < 5e-4
