"""The cases about loss of cooling hold, and can fail."""

from __future__ import annotations

import numpy as np
import pytest

from twin.validate import validate
from twin.validation.cooling_loss import case as cooling_loss
from twin.validation.cooling_run import Variant, play
from twin.validation.heat_up import case as heat_up
from twin.validation.thermal_steps import case as thermal_steps


@pytest.mark.parametrize("name", ["heat_up", "cooling_loss"])
def test_case_holds(name: str) -> None:
    (result,) = validate([name], "cpu")
    assert [str(check) for check in result.checks if check.passed is not True] == []


def test_the_step_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the finest step, which takes its time."""
    monkeypatch.setattr(thermal_steps, "STEPS", (0.1, 1.0))
    assert [str(check) for check in thermal_steps.run("cpu") if check.passed is not True] == []


def test_a_coarse_step_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thermal_steps, "STEPS", (1.0, 10.0))
    monkeypatch.setattr(thermal_steps, "END", 120.0)
    assert any(check.passed is False for check in thermal_steps.run("cpu"))


def test_published_rates_are_power_over_heat_capacity() -> None:
    for power, both, alone in heat_up.PUBLISHED:
        assert power * 1e3 / heat_up.air_capacity() * 60.0 == pytest.approx(both, abs=0.05)
        air = heat_up.AIR * heat_up.AIR_DENSITY * heat_up.AIR_CP
        assert power * 1e3 / air * 60.0 == pytest.approx(alone, abs=0.5)


def test_tanks_are_sized_by_the_heat_they_bridge() -> None:
    assert cooling_loss.tank(600.0) == pytest.approx(600.0 * 115e3 / (998.2 * 4182.0 * 8.0))


def test_a_variant_differs_only_in_what_it_names() -> None:
    """Two members side by side: the one that loses nothing stays where it was."""
    watch = {"inlet": thermal_steps.WATCH["inlet"]}
    tank = (thermal_steps.TANK,)
    calm = Variant("calm", tank)
    lost = Variant("lost", tank, states={("genset", "start_fails"): 1.0}, outage=(10.0, 1e5))
    played = play([calm, lost], watch, 120.0, "cpu", step=1.0, thermal=1.0)
    assert np.ptp(played.series["inlet"][:, 0]) < 0.01
    assert played.series["inlet"][-1, 1].min() > 40.0
    assert played.residual.max() < 1e-9
