"""What the sets of a bus can carry and accept, with machines and behind inverters."""

from __future__ import annotations

import pytest
from plant_rig import CELL, DIESEL, Plant

from twin.kernels import fields as f
from twin.kernels.genset_plant import plant_accept, plant_ready, plant_waiting

ON_BUS = f.GEN_ON_BUS


def test_what_sets_can_carry_wait_with_and_may_still_give() -> None:
    plant = Plant(1.0, *[{"power_rated": 10.0**k} for k in range(9)])
    plant.s[f.GEN_MODE] = range(9)
    assert plant_ready(plant.p, plant.s, 0, 9) == (1e5, 1111111.0, True)
    assert plant_waiting(plant.p, plant.s, 0, 9) == 1e4
    plant.s[f.GEN_MODE, 1:4] = f.GEN_FAILED
    plant.s[f.GEN_UNAVAILABLE, 0] = 1.0
    assert plant_ready(plant.p, plant.s, 0, 9) == (1e5, 1110000.0, False)


def test_a_cold_set_carries_its_first_share_and_then_more() -> None:
    plant = Plant(0.01, {"warm_up": 10.0, "warm_first": 0.4})
    plant.step(0.0)
    assert plant_ready(plant.p, plant.s, 0, 1)[0] == pytest.approx(400.0, abs=1.0)
    plant.run(0.0, 5.0)
    assert plant_ready(plant.p, plant.s, 0, 1)[0] == pytest.approx(700.0, abs=1.0)
    plant.run(0.0, 6.0)
    assert plant_ready(plant.p, plant.s, 0, 1)[0] == 1000.0


def test_it_accepts_a_step_and_the_next_after_its_recovery() -> None:
    plant = Plant(0.01, DIESEL)
    plant.run(0.0, 0.1)
    assert plant_accept(plant.p, plant.s, 0, 1) == pytest.approx(1.2e6)
    plant.step(1.2e6)
    assert plant_accept(plant.p, plant.s, 0, 1) == pytest.approx(0.0, abs=1e4)
    plant.run(1.2e6, 1.0)
    assert plant_accept(plant.p, plant.s, 0, 1) == pytest.approx(0.4e6, abs=1e4)
    plant.run(1.2e6, 2.0)
    # All that is left of the rating: 40 % of it.
    assert plant_accept(plant.p, plant.s, 0, 1) == pytest.approx(0.8e6, rel=1e-6)
    plant.run(0.0, 0.02)
    assert plant_accept(plant.p, plant.s, 0, 1) == pytest.approx(1.2e6)


def test_a_load_within_what_it_accepts_keeps_the_limits_of_its_class() -> None:
    """Loaded as it accepts, to full load: no deeper than the 7 % of G3, and sooner than in the coarsest way."""
    plant = Plant(0.01, DIESEL)
    plant.run(0.0, 0.1)
    load, lowest = 0.0, 50.0
    while load < 2e6 - 1.0:
        load += plant_accept(plant.p, plant.s, 0, 1)
        plant.step(load)
        lowest = min(lowest, plant.frequency)
        assert plant.t < 10.0
    assert lowest > 50.0 * 0.93
    assert plant.t < 4.0


# ------------------------------------------------------------------------------------------- behind an inverter
def test_a_fuel_cell_takes_what_its_ramp_lets_it_and_holds_the_frequency() -> None:
    plant = Plant(0.1, CELL)
    plant.step(0.0)
    assert plant_accept(plant.p, plant.s, 0, 1) == pytest.approx(1e4)
    for _ in range(50):
        able, _, _ = plant_ready(plant.p, plant.s, 0, 1)
        plant.step(min(able, 4e5))
    assert plant.power == pytest.approx([4e5])
    assert plant_ready(plant.p, plant.s, 0, 1)[0] == pytest.approx(4.1e5)
    assert (plant.frequency, plant.voltage) == (50.0, 1.0)


def test_fuel_cells_closing_on_a_live_bus_do_not_wait() -> None:
    plant = Plant(0.1, CELL, CELL)
    plant.step(0.0)
    assert plant.modes == [ON_BUS, ON_BUS]


def test_a_diesel_carries_what_the_fuel_cell_beside_it_cannot_yet() -> None:
    plant = Plant(0.1, CELL, {**DIESEL, "power_rated": 1e6}).on_bus()
    plant.step(1e6)
    assert plant.power == pytest.approx([1e4, 9.9e5])
    plant.run(1e6, 10.0)
    assert plant.power == pytest.approx([5e5, 5e5], rel=0.01)
