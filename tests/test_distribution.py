"""DC systems and DC rings in a scenario: one key, parameters, the one-line diagram, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from twin.errors import InputError
from twin.facility import Facility, build
from twin.kernels import fields as f
from twin.report.diagram import fold, place
from twin.scenario import load


def built(scenario: str, *overrides: str) -> Facility:
    return build(load(scenario, overrides))


def column(facility: Facility, name: str, field: int) -> np.ndarray:
    return facility.site.params[name][0, field]


# ------------------------------------------------------------------------------------------ low-voltage DC
def test_one_key_turns_ac_into_dc() -> None:
    ac, dc = built("hall-2mw"), built("hall-2mw", "electrical.ups.ups-1.type=dc-336v")
    assert (column(ac, "ups", f.UPS_DC_FLOAT) == 0.0).all()
    assert (column(dc, "ups", f.UPS_DC_FLOAT) == 1.125).all()
    cells = column(dc, "battery", f.BAT_SERIES) * column(dc, "battery", f.BAT_OCV_0 + f.BAT_OCV_POINTS - 1)
    assert (column(dc, "ups", f.UPS_DC_BATTERY) == cells).all()
    np.testing.assert_allclose(column(dc, "rack", f.RACK_V_MIN), 260 / 336, atol=1e-3)
    for row in (f.RACK_PSU_0, f.RACK_PSU_1, f.RACK_PSU_2):
        assert (column(dc, "rack", row) < column(ac, "rack", row)).all()
    assert (column(built("hall-2mw-dc-336"), "rack", f.RACK_PSU_0) == column(dc, "rack", f.RACK_PSU_0)).all()


def test_240_v_dc_feeds_ordinary_supplies() -> None:
    ac, dc = built("hall-2mw"), built("hall-2mw-dc-240")
    for row in (f.RACK_PSU_0, f.RACK_PSU_1, f.RACK_PSU_2):
        assert (column(dc, "rack", row) == column(ac, "rack", row)).all()


def test_a_supply_whose_ac_stage_is_not_known_spares_nothing() -> None:
    unknown = "racks.cpu.psu={type: pfe600-platinum, loss_ac_stage: null}"
    ac, dc = built("hall-2mw"), built("hall-2mw-dc-336", unknown)
    assert column(dc, "rack", f.RACK_PSU_1)[0] == column(ac, "rack", f.RACK_PSU_1)[0]


SECOND = (
    "electrical.ups.ups-2={type: TYPE, redundancy: N, modules: 9, module_power: 250 kW, bus: bus-a, "
    "battery: {type: lfp-ups-50ah, autonomy: 10 min}, initial_soc: 1.0}"
)


def test_ac_and_240_v_may_be_mixed_ac_and_336_v_not() -> None:
    mixed = ("racks.cpu.ups=[ups-1, ups-2]",)
    facility = built("hall-2mw", SECOND.replace("TYPE", "dc-240v"), *mixed)
    assert set(column(facility, "rack", f.RACK_V_MIN)) == {0.78}
    with pytest.raises(InputError, match="no supply takes 336 V DC and AC"):
        built("hall-2mw", SECOND.replace("TYPE", "dc-336v"), *mixed)


def test_an_ac_stage_that_loses_more_than_the_supply_is_refused() -> None:
    with pytest.raises(InputError, match="more than the whole loss"):
        built("hall-2mw-dc-336", "racks.cpu.psu={type: pfe600-platinum, loss_ac_stage: [0.03, 0.05, 0]}")


def test_a_dc_system_needs_all_of_its_keys() -> None:
    rest = "dc_float, dc_supply_min, dc_supply_max, dc_spares_ac_stage"
    with pytest.raises(InputError, match=f"dc_voltage needs {rest} as well"):
        load("hall-2mw", ["electrical.ups.ups-1.dc_voltage=400 V"])


# --------------------------------------------------------------------------------------------------- ring
def test_a_ring_becomes_units_and_feeds_that_stand_for_stations() -> None:
    facility = built("park-dc-ring")
    site = facility.site
    assert site.names["feed"] == ["feed-a", "feed-b", "ring-1.hall-1", "ring-1.hall-2"]
    assert list(column(facility, "bus", f.BUS_FEED)) == [2.0, 3.0]
    assert list(column(facility, "station", f.STA_FEED)) == [0.0, 1.0, 2.0, 3.0]
    assert list(column(facility, "station", f.STA_NODE)) == [0.0, 2.0, 1.0, 3.0]
    # Out and back: 2 x 1.2 km x 0.0601 ohm/km.
    assert column(facility, "ring", f.RING_R_0)[0] == pytest.approx(0.14424)
    assert column(facility, "ring", f.RING_CIRCUITS)[0] == 2.0


def test_the_one_line_diagram_goes_through_the_ring() -> None:
    parents = built("park-dc-ring").parents
    assert parents["bus:bus-1"] == ["station:ring-1.hall-1"]
    assert parents["station:ring-1.hall-1"] == ["ring:ring-1"]
    assert parents["ring:ring-1"] == ["station:ring-1.grid-a", "station:ring-1.grid-b"]
    assert parents["station:ring-1.grid-a"] == ["feed:feed-a"]
    assert "feed:ring-1.hall-1" not in parents
    nodes = [
        {"id": key, "kind": key.partition(":")[0], "label": key, "parents": above}
        for key, above in parents.items()
    ]
    boxes = fold(nodes)
    place(boxes)
    y = {box.id: box.y for box in boxes}
    order = ("feed:feed-a", "station:ring-1.grid-a", "ring:ring-1", "station:ring-1.hall-1", "bus:bus-1")
    assert sorted(order, key=lambda key: y[key]) == list(order)
    assert len({y[key] for key in order}) == len(order)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("electrical.buses.bus-1.feed=feed-a", "exactly one of feed, ring is needed"),
        ("electrical.buses.bus-1.ring=ring-2", "unknown DC ring 'ring-2'; did you mean 'ring-1'"),
        ("electrical.rings.ring-1.stations.hall-1.bus=bus-3", "unknown bus 'bus-3'"),
        ("electrical.rings.ring-1.stations.hall-1.node=nort", "unknown node 'nort'; did you mean 'north'"),
        ("electrical.rings.ring-1.stations.hall-1.feed=feed-a", "exactly one of feed, bus is needed"),
        ("electrical.rings.ring-1.stations.hall-1.droop=0", "must be above zero"),
        ("electrical.rings.ring-1.stations.hall-1.type=mmc-grid-20mw", "unknown station 'mmc-grid-20mw'"),
        ("electrical.rings.ring-1.segments.1.to=south", "a ring closes"),
        ("electrical.rings.ring-1.segments.1.from=west", "begins two segments"),
        ("electrical.rings.ring-1.segments.1.length=0 m", "more than 0 m"),
        ("electrical.rings.ring-1.cable.resistance=0.06 ohm", "resistance per length"),
        ("electrical.rings.ring-1.voltage=20", "the unit is missing"),
        ("electrical.rings.ring-1.double=twice", "must be a valid boolean"),
    ],
)
def test_nonsense_is_refused_when_read(override: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        load("park-dc-ring", [override])
    assert message in " ".join(str(problem) for problem in caught.value.problems), caught.value.problems


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["electrical.rings.ring-1.stations.hall-2.bus=bus-1"], "needs exactly one station with bus: bus-2"),
        (
            ["electrical.buses.bus-1.feed=feed-a", "electrical.buses.bus-1.ring=null"],
            "station hall-1 feeds it: give it 'ring' instead of 'feed'",
        ),
    ],
)
def test_a_ring_that_cannot_be_built_is_refused(overrides: list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        built("park-dc-ring", *overrides)
    assert message in str(caught.value)
