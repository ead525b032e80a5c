"""What a user should know about the air of a site before it runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from twin.kernels import fields as f
from twin.kernels.air import AIR_DENSITY

if TYPE_CHECKING:
    from twin.advice import Layout

FLOW_MARGIN = 1.02
"""Racks may draw so much more than is brought before it is worth a word."""


def air(layout: Layout) -> Iterator[str]:
    """Halls whose racks draw more air than reaches them, and racks that set a share in vain."""
    site, scenario = layout.facility.site, layout.scenario
    rack, hall = site.params["rack"][0], site.params["hall"][0]
    for h, (name, given) in enumerate(scenario.cooling.halls.items()):
        mine = rack[f.RACK_HALL] == h
        drawn = float(((1.0 - rack[f.RACK_RECIRCULATION]) * rack[f.RACK_FLOW_MAX])[mine].sum())
        brought = float((1.0 - hall[f.HALL_BYPASS, h]) * hall[f.HALL_FLOW_MAX, h])
        if given.fan_control is not None and given.fan_control.speed is not None:
            brought *= given.fan_control.speed
        if drawn > FLOW_MARGIN * brought:
            yield (
                f"cooling.halls.{name}: at full load racks draw {drawn / AIR_DENSITY:.3g} m3/s from the cold aisle and "
                f"its air handlers bring {brought / AIR_DENSITY:.3g} m3/s there: the rest is exhaust that comes back"
            )
        yield from in_vain(layout, name)


def in_vain(layout: Layout, hall: str) -> Iterator[str]:
    """Racks that are given a share of hot-aisle air in a hall whose layout says whose exhaust they draw."""
    place = layout.scenario.cooling.halls[hall].layout
    if place is None or place.recirculation is None:
        return
    for name, group in layout.scenario.racks.items():
        own = layout.scenario.resolved()["racks"][name]
        if group.hall == hall and isinstance(own, dict) and "recirculation" in own:
            yield (
                f"racks.{name}.recirculation: not used: cooling.halls.{hall}.layout.recirculation says whose exhaust "
                "these racks draw"
            )
