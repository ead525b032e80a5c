"""Rows of a scenario: breakers, cables, transfer switches, stores and ranks as the kernels get them."""

from __future__ import annotations

import pytest

from twin.errors import InputError
from twin.facility import build
from twin.kernels import fields as f
from twin.scenario.load import load

CATCHER = "{type: ups-vfi, redundancy: N, bus: bus-a, battery: {type: lfp-ups-50ah, autonomy: 5 min}, initial_soc: 1}"


def test_breaker_cable_and_rank_of_a_row():
    scenario = load(
        "hall-2mw",
        [
            "racks.cpu.pdu={type: pdu-300kva, breaker: {type: electronic-300kw, power_rated: 250 kW}, "
            "cable: {length: 60 m, section: 480 mm^2, material: copper, voltage: 400 V, temperature: 70 degC}}",
            "racks.cpu.priority=2", "racks.cpu.share_a=1",
        ],
    )  # fmt: skip
    site = build(scenario).site
    p = site.params["pdu"][0]
    row = p[:, site.names["pdu"].index(next(n for n in site.names["pdu"] if n.startswith("cpu")))]
    pdus = row[f.PDU_RATED] / scenario.racks["cpu"].pdu.power_rated
    assert row[f.PDU_BREAKER] == pytest.approx(pdus * 250e3)
    # Copper at 70 degC: 1.724e-8 * 1.1965 * 60 / 480e-6 = 2.578 mohm; at 300 kW and 400 V that is 0.483 %.
    assert row[f.PDU_CABLE] == pytest.approx(2.5785e-3 * 300e3 / 160e3, rel=1e-3)
    assert row[f.PDU_PRIORITY] == 2.0
    racks = site.params["rack"][0]
    assert set(racks[f.RACK_SHARE_A]) == {1.0, 0.5}


def test_a_catcher_is_a_possible_source_of_every_side_and_sized_for_the_worst():
    scenario = load(
        "hall-2mw",
        [f"electrical.ups.catcher={CATCHER}", "racks.cpu.switch={type: sts-400v, alternate: catcher}"],
    )
    facility = build(scenario)
    site = facility.site
    catcher = site.names["ups"].index("catcher")
    p = site.params["pdu"][0]
    rows = [k for k, name in enumerate(site.names["pdu"]) if name.startswith("cpu")]
    assert (p[f.PDU_ALTERNATE_A, rows] == catcher).all()
    first, last = site.links[
        site.links[f.LINK_UPS_SIDE] + catcher : site.links[f.LINK_UPS_SIDE] + catcher + 2
    ]
    sides = {int(side) for side in site.links[first:last]}
    wanted = {2 * k for k in rows} | {2 * k + 1 for k in rows if p[f.PDU_UPS_B, k] >= 0.0}
    assert sides == wanted
    preferred = {int(u) for k in rows for u in p[[f.PDU_UPS_A, f.PDU_UPS_B], k] if u >= 0.0}
    rated = site.params["ups"][0, f.UPS_RATED]
    assert 0.0 < rated[catcher] <= max(rated[u] for u in preferred) * 1.2
    assert "ups:catcher" in facility.parents[f"pdu:{site.names['pdu'][rows[0]]}"]


def test_a_store_of_every_rack_and_a_floor():
    site = build(load("hall-2mw", ["racks.gpu.store=gb300-capacitors", "racks.gpu.power_floor=0.9"])).site
    p, s = site.params["rack"][0], site.states["rack"][0]
    gpu = [k for k, name in enumerate(site.names["rack"]) if name.startswith("gpu")]
    count = p[f.RACK_COUNT, gpu]
    assert (p[f.RACK_STORE_KIND, gpu] == f.STORE_SMOOTHING).all()
    assert p[f.RACK_STORE_ENERGY, gpu] == pytest.approx(4680.0 * count)
    assert s[f.RACK_STORE, gpu] == pytest.approx(2340.0 * count)
    assert (p[f.RACK_FLOOR, gpu] > 0.8 * p[f.RACK_POWER_PEAK, gpu]).all()
    assert p[f.RACK_STORE_KIND].sum() == f.STORE_SMOOTHING * len(gpu)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("racks.cpu.switch={type: sts-400v, alternate: nobody}", "unknown UPS 'nobody'"),
        ("racks.cpu.switch={type: sts-400v, alternate: ups-1}", "2N"),
        ("racks.gpu.store={type: gb300-capacitors, mode: backup}", "detection"),
        ("racks.gpu.store={type: gb300-capacitor}", "gb300-capacitors"),
    ],
)
def test_what_is_refused(override, message):
    with pytest.raises(InputError, match=message):
        build(load("hall-2mw", [override]))
