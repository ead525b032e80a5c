"""Sites put together in unusual ways: orders that differ, lumps, systems that rows do not reach."""

from __future__ import annotations

import numpy as np
import pytest

from twin.errors import InputError
from twin.facility import Facility, build
from twin.kernels import fields as f
from twin.kernels.site import Site
from twin.scenario.load import load


def built(*overrides: str, scenario: str = "campus-40mw") -> Facility:
    return build(load(scenario, overrides))


def children(site: Site, table: int, parent: int) -> range:
    start = site.links[table] + parent
    return range(int(site.links[start]), int(site.links[start + 1]))


def test_every_cdu_finds_its_racks_when_halls_and_cdus_are_ordered_differently() -> None:
    """The racks of the second CDU group stand in the first hall, among air-cooled ones."""
    facility = built("racks.gpu-2.hall=hall-1")
    site = facility.site
    of_rack = site.params["rack"][0, f.RACK_CDU].astype(int)
    for c, name in enumerate(site.names["cdu"]):
        held = children(site, f.LINK_CDU_RACK, c)
        own = np.nonzero(of_rack == c)[0]
        assert own.size and set(own) <= set(held), name
        group = "gpu-2" if name.startswith("cdu-2.") else "gpu-1"
        assert all(site.names["rack"][r].startswith(group) for r in own)


@pytest.mark.parametrize(("lump", "cdus"), [(1, 8), (5, 5), (10, 5), (25, 2), (50, 1)])
def test_lumped_racks_have_all_the_cdus_of_their_group(lump: int, cdus: int) -> None:
    """Eight CDUs stay eight CDUs' worth of flow, exchanger and pumps, evenly among the lumps."""
    whole, lumped = built(), built(f"racks.gpu-1.lump={lump}")
    first = [k for k, name in enumerate(lumped.site.names["cdu"]) if name.startswith("cdu-1.")]
    assert len(first) == cdus
    p, reference = lumped.site.params["cdu"][0][:, first], whole.site.params["cdu"][0][:, :8]
    for row in (f.CDU_FLOW, f.CDU_FLOW_PRIMARY, f.CDU_UA, f.CDU_PUMP_POWER, f.CDU_C):
        assert p[row].sum() == pytest.approx(reference[row].sum(), rel=1e-12)
    of_rack = lumped.site.params["rack"][0]
    shares = [of_rack[f.RACK_COUNT][of_rack[f.RACK_CDU] == c].sum() for c in first]
    if lump > 1:
        assert shares == [50.0 / cdus] * cdus
    assert sum(shares) == 50.0
    rating = [x.site.params["ups"][0, f.UPS_RATED] for x in (whole, lumped)]
    np.testing.assert_allclose(rating[1], rating[0])


def test_a_lumped_group_on_three_systems_loads_all_three() -> None:
    facility = built("racks.cpu-1.ups=[ups-a, ups-b, ups-c]", "racks.cpu-1.lump=50")
    p = facility.site.params
    pdus = [k for k, name in enumerate(facility.site.names["pdu"]) if name.startswith("cpu-1.")]
    sides = {(int(a), int(b)) for a, b in p["pdu"][0][[f.PDU_UPS_A, f.PDU_UPS_B]][:, pdus].T}
    assert sides == {(0, 1), (1, 2), (2, 0)}
    assert p["rack"][0, f.RACK_COUNT].sum() == 2100.0


UPS_N = "{type: ups-vfi, redundancy: N, bus: bus-a, battery: {type: lfp-ups-50ah, autonomy: 10 min}, initial_soc: 1.0}"


def test_a_system_that_no_row_reaches_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"electrical\.ups\.ups-4.*cannot be sized"):
        built(
            *(f"electrical.ups.ups-{k}={UPS_N}" for k in (2, 3, 4)),
            "racks.cpu.ups=[ups-2, ups-3, ups-4]",
            "racks.cpu.lump=80",
            scenario="hall-2mw",
        )


def test_a_ups_without_overload_limits_carries_its_rating() -> None:
    facility = built("electrical.ups.ups-1.overload=[]", scenario="hall-2mw")
    assert (facility.site.params["ups"][0, f.UPS_OVERLOAD] == 1.0).all()


def test_generators_are_sized_for_the_heat_pump_too() -> None:
    """40 MW of heat at 0.5 x 328 K / (328 K - 300 K) = 5.9 are 6.8 MW: three or four sets of 2 MW more."""
    pump = "{type: heat-pump-lorenz-05, heat_power: 40 MW, supply_temperature: 70 degC, price: 20 EUR/MWh}"
    sized = "electrical.generators.gen-d={type: diesel-2mw, bus: bus-d, redundancy: N}"
    found = [
        len(built(sized, *more).site.names["genset"])
        for more in ((), (f"cooling.plants.plant-liquid.heat_reuse={pump}",))
    ]
    assert 3 <= found[1] - found[0] <= 4
