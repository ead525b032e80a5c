"""The designs of a study on one site."""

from __future__ import annotations

import numpy as np
import pytest

from twin.kernels import fields as f
from twin.scenario.load import load
from twin.sizing.designs import Design, design_of, fleet, grid


def test_storage_without_power_or_energy_is_none() -> None:
    assert design_of(2e6, 0.0, 1) == design_of(0.0, 8e9, 1) == Design(1, 0.0, 0.0)


def test_every_design_once_and_the_baseline_among_them() -> None:
    study = load("replace-diesel").study
    assert study is not None
    designs = grid(study)
    assert len(set(designs)) == len(designs)
    assert Design(study.baseline.generators, 0.0, 0.0) in designs
    powers, energies, sets = (
        [p for p in study.designs.storage_power if p > 0.0], study.designs.storage_energy, study.designs.generators,
    )  # fmt: skip
    assert len(designs) == (len(powers) * len(energies) + 1) * len(sets)


def test_names() -> None:
    assert Design(0, 2.5e6, 8 * 3.6e9).name == "2.5 MW / 8 MWh + 0 diesels"
    assert Design(1, 0.0, 0.0).name == "1 diesel"


def test_variants_differ_where_designs_do() -> None:
    scenario = load("replace-diesel")
    assert scenario.study is not None
    every = fleet(scenario, scenario.study)
    site = every.facility.site
    battery = site.states["ups"].shape[2] + every.storage
    for v, design in enumerate(every.designs):
        p = site.params
        energy = (
            p["battery"][v, f.BAT_CHARGE, battery]
            * p["battery"][v, f.BAT_SERIES, battery]
            * p["battery"][v, f.BAT_ENERGY_0 + f.BAT_OCV_POINTS - 1, battery]
        )
        assert energy == pytest.approx(max(design.storage_energy, 1.0))
        assert p["pcs"][v, f.PCS_RATED, 0] == max(design.storage_power, 1.0)
        if design.storage_power == 0.0:
            assert p["battery"][v, f.BAT_POWER_MAX_DIS, battery] == 0.0
        assert int((~every.surplus[v]).sum()) == design.generators
        assert np.array_equal(p["rack"][v], p["rack"][0])
    assert every.set_power == 2e6
