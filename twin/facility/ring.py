"""DC rings of a scenario and their stations, as units for the kernels."""

from __future__ import annotations

from twin.facility.pack import Unit
from twin.kernels.fields import RING_NODES_MAX, STA_WORKING
from twin.scenario.distribution import Ring, Station
from twin.scenario.electrical import Electrical


def busbar_stations(electrical: Electrical) -> list[tuple[str, str]]:
    """Ring and name of every station that feeds a busbar: each stands in the place of a utility feed."""
    return [
        (ring_name, name)
        for ring_name, ring in electrical.rings.items()
        for name, station in ring.stations.items()
        if station.bus is not None
    ]


def feed_of_bus(electrical: Electrical, name: str) -> int:
    """Index of the feed before the busbar `name`: a utility feed, or the one that stands for its station."""
    bus = electrical.buses[name]
    if bus.feed is not None:
        return list(electrical.feeds).index(bus.feed)
    for k, (ring, station) in enumerate(busbar_stations(electrical)):
        if electrical.rings[ring].stations[station].bus == name:
            return len(electrical.feeds) + k
    raise LookupError(f"no station feeds {name}")


def rings(electrical: Electrical) -> list[Unit]:
    """Rings, all segments closed. Unused places of a block repeat the first segment; no loop reaches them."""
    return [ring_unit(name, ring) for name, ring in electrical.rings.items()]


def ring_unit(name: str, ring: Ring) -> Unit:
    """One ring. Current flows out through one pole and back through the other: a loop has twice the cable."""
    loop = [2.0 * ring.cable.resistance * segment.length for segment in ring.segments]
    loop += [loop[0]] * (RING_NODES_MAX - len(loop))
    params = {
        "nodes": len(ring.segments),
        "circuits": 2.0 if ring.double else 1.0,
        "voltage_nominal": ring.voltage,
        "current_max": ring.cable.current_max,
    }
    params |= {f"resistance_{k}": value for k, value in enumerate(loop)}
    return Unit(name, params)


def stations(electrical: Electrical) -> list[Unit]:
    """Stations of all rings, working."""
    feeds = list(electrical.feeds)
    stand_in = {pair: len(feeds) + k for k, pair in enumerate(busbar_stations(electrical))}
    return [
        station_unit(
            f"{ring_name}.{name}", station, r, ring.nodes.index(station.node),
            stand_in[(ring_name, name)] if station.feed is None else feeds.index(station.feed),
        )
        for r, (ring_name, ring) in enumerate(electrical.rings.items())
        for name, station in ring.stations.items()
    ]  # fmt: skip


def station_unit(name: str, station: Station, ring: int, node: int, feed: int) -> Unit:
    """One station; `feed` is the index of its utility feed, or of the one that stands for it before its busbar."""
    params = {
        "ring": ring,
        "node": node,
        "load_side": 0.0 if station.bus is None else 1.0,
        "feed": feed,
        "power_rated": station.power_rated,
        "loss_0": station.loss[0],
        "loss_1": station.loss[1],
        "loss_2": station.loss[2],
        "voltage_set": station.voltage_set,
        "droop": station.droop,
        "voltage_min": station.voltage_min,
        "voltage_max": station.voltage_max,
        "overload": station.overload,
        "overload_time": station.overload_time,
        "restart_delay": station.restart_delay,
    }
    return Unit(name, params, {"mode": STA_WORKING, "timer": station.restart_delay})
