"""A site small enough for the CUDA simulator, with a unit of every class, and a drive that makes each of them act."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from area_model import make_area

from twin.disturbances import ALL, sag_rows
from twin.facility import Facility, build
from twin.kernels import fields as f
from twin.kernels.backend import Interval, Machine, open_machine
from twin.kernels.scalar import Array
from twin.scenario.load import load

SITE = """
schema: 1
name: six-racks
description: Six racks, for tests.
location: {latitude: 50.1 deg, longitude: 8.68 deg, altitude: 112 m, time_zone: Europe/Berlin}
run: {start: 2024-07-01T12:00:00Z, duration: 5 min, control_interval: 1 s, step: 10 ms, coarse_step: 100 ms,
  thermal_step: 1 s, settle: 30 s}
electrical:
  frequency: 50 Hz
  feeds: {feed-a: {}, feed-b: {}}
  buses:
    bus-a: {feed: feed-a, transformer: {type: transformer-2500kva-tier2, count: 1}, transfer: {type: transfer-standard}}
    bus-b: {feed: feed-b, transformer: {type: transformer-2500kva-tier2, count: 1}, transfer: {type: transfer-standard}}
  generators:
    gen-a: {type: diesel-2mw, bus: bus-a, count: 1}
    gen-b: {type: diesel-2mw, bus: bus-b, count: 1}
STORAGE_UNITS
  ups:
    ups-1:
      {type: ups-vfi, redundancy: 2N, buses: [bus-a, bus-b], battery: {type: lfp-ups-50ah, autonomy: 5 min},
       initial_soc: 0.8}
racks:
  cpu: {type: rack-cpu-20x2u, count: 4, hall: hall-1, ups: ups-1, pdu: pdu-300kva, racks_per_pdu: 2, workload: web}
  gpu: {type: GPU_TYPE, count: 2, hall: hall-1, ups: ups-1, pdu: busway-1mw, racks_per_pdu: 2, workload: train}
cooling:
  halls:
    hall-1: {air_handler: {type: crah-120kw, redundancy: N+1}, volume: 100 m^3, supply_temperature: 24 degC,
             fans_on: ups-1, plant: plant-1HALL_AIR}
CDU_GROUPS
  plants:
    plant-1: {chiller: {type: carrier-19xr-1143kw-vsd, redundancy: N}, heat_rejection: {type: tower-open},
              supply_temperature: 12 degC, buffer_tank: 2 m^3, bus: bus-a}
signals:
  frequency: {constant: 50 Hz}
  price: {constant: 80 EUR/MWh}
  carbon: {constant: 380 g/kWh}
  weather: {constant: {dry_bulb: 25 degC, relative_humidity: 0.5}}
  workload:
    web: {constant: 0.6}
    train: {waveform: training, utilisation: 0.9, period: 4 s, duty: 0.75, swing: 0.5, synchronised: 0.5}
record: {site: 1 s, racks: 10 s}
"""
STORAGE = """  storage:
    bess-a: {bus: bus-a, battery: {type: lfp-280ah}, converter: {type: pcs-generic}, power: 500 kW, energy: 1 MWh,
             reserve: 0.5, initial_soc: 0.7}"""
RING = """  rings:
    ring-1:
      voltage: 20 kV
      double: true
      cable: {resistance: 0.06 ohm/km, current_max: 600 A}
      segments: [{from: n1, to: n2, length: 1 km}, {from: n2, to: n3, length: 2 km}, {from: n3, to: n1, length: 3 km}]
      stations:
        grid-a: {type: mmc-grid-10mw, power_rated: 300 kW, node: n1, feed: feed-a}
        grid-b: {type: mmc-grid-10mw, power_rated: 200 kW, node: n2, feed: feed-b}
        load-b: {type: dcac-load-10mw, power_rated: 1 MW, node: n3, bus: bus-b}
"""
HALL_AIR = """, bypass: 0.1, leakage: 0.05,
             coil_valve: {gain: 0.05 /K, integral_time: 60 s, stroke: 90 s}, economiser: indirect-plate,
             layout: {rows: 2, racks_per_row: 3, pitch: 0.6 m, depth: 1.2 m, height: 2.2 m, cold_aisle: 1.2 m,
                      hot_aisle: 1 m, arrangement: alternating, containment: none,
                      recirculation: {supply_heat_index: 0.2, mixing_length: 2 m}}"""
COLD_TANK = """buffer_tank: 2 m^3,
              cold_tank: {type: tank-chilled-water, volume: 30 m^3, height: 5 m, temperature_rise: 5 K,
                          charge_power: 100 kW, discharge_power: 300 kW, reserve: 0.2, initial_charge: 0.5},"""
CDUS = """  cdus:
    cdu-1: {type: cdu-1mw, count: 1, supply_temperature: 32 degC, pumps_on: ups-1, plant: plant-1, coolant: PG25,
            pump_flow_min: 0.3, valve: {gain: 0.03 /K, integral_time: 30 s, stroke_time: 60 s},
            leak: {inventory: 400 L, flow: 20 L/min, level_min: 0.9}}"""
PIPES = """buffer_tank: 2 m^3, pump_control: {flow_min: 0.3, head_share: 0.3},
              pipes: {supply_volume: 0.2 m^3, return_volume: 0.2 m^3, loss: 20 W/K, ambient: 28 degC}"""
DOOR = "count: 4, rear_door: {type: door-passive-15kw, outlet_temperature: 24 degC}"
SAG = (1.0, 1.2)
OUTAGE = (2.0, 5.0)
MEMBERS = 2


def small_site(folder: Path, *, full: bool) -> Facility:
    """Build six racks behind two UPS systems.

    With `full`, two racks are liquid-cooled and four have rear doors, all six draw each other's exhaust, the coil valve
    has its own controller, there is an air-side economiser and the plant has a tank, pipes and variable pumps; there is
    a battery at the switchgear, a DC ring before one busbar and a grid area with a turbine, a response and a relay;
    without, those classes have no units at all.
    """
    text = SITE.replace("STORAGE_UNITS", STORAGE if full else "").replace(
        "CDU_GROUPS", CDUS if full else "", 1
    )
    text = text.replace("HALL_AIR", HALL_AIR if full else "", 1)
    text = text.replace("GPU_TYPE", "rack-gb200-nvl72" if full else "rack-dgx-h100x4", 1)
    if full:
        text = text.replace("bus-b: {feed: feed-b,", "bus-b: {ring: ring-1,", 1)
        text = text.replace("  generators:\n", RING + "  generators:\n", 1)
        text = text.replace("buffer_tank: 2 m^3,", COLD_TANK, 1)
        text = text.replace("workload: train}", "workload: train, cdu: cdu-1}", 1)
        text = text.replace("buffer_tank: 2 m^3", PIPES, 1).replace("count: 4", DOOR, 1)
    path = folder / f"six-racks-{full}.yaml"
    path.write_text(text)
    facility = build(load(path))
    if full:
        area = make_area(turbines=({},), responses=({},), relays=({},), events=((3.0, 2e9, 1.0),))
        facility.site.params |= area.param
        facility.site.states |= area.state
        facility.site.infeed = area.events
    # A set that is ready for load within the test; its model is the same.
    facility.site.params["genset"][:, f.GEN_START_DELAY] = 1.5
    facility.site.params["bus"][:, f.BUS_DETECT] = 0.3
    return facility


def initial_states(facility: Facility) -> dict[str, Array]:
    """Two members that lose the mains; the first set of the second does not start."""
    states = {name: np.repeat(block, MEMBERS, axis=0) for name, block in facility.site.states.items()}
    states["feed"][:, f.FEED_OUTAGE_START] = OUTAGE[0]
    states["feed"][:, f.FEED_OUTAGE_END] = OUTAGE[1]
    states["genset"][1, f.GEN_START_FAILS, 0] = 1.0
    # The import at the start, for the area to see what the site takes off it.
    states["area"][:, f.AREA_STARTED] = 1.0
    states["area"][:, f.AREA_SITE_START] = 4e5
    return states


def open_small(facility: Facility, backend: str, samples: int = 5) -> Machine:
    """Put the two members on a backend."""
    return open_machine(backend, facility.site, initial_states(facility), samples=samples)


def drive(
    machine: Machine, facility: Facility, *, first: int = 0, seconds: int = 8, step: float = 0.1
) -> list[Array]:
    """Run through a sag, an outage with generators, and the return; the traces of every interval.

    In the second interval the second member rests.
    """
    signal = np.zeros((MEMBERS, len(f.SIGNAL.params)))
    signal[:, [f.SIG_FREQUENCY_0, f.SIG_FREQUENCY_1, f.SIG_F_NOMINAL]] = 50.0
    signal[:, f.SIG_VOLTAGE] = 1.0
    signal[:, f.SIG_T_DRY] = 25.0
    signal[:, f.SIG_T_WET] = 18.0
    signal[:, f.SIG_T_DEW] = 14.0
    signal[:, f.SIG_PRESSURE] = 101325.0
    signal[:, f.SIG_HUMIDITY] = 0.010
    signal[:, f.SIG_DROOP_DEAD] = 0.015
    signal[:, f.SIG_DROOP_KNEE] = 0.2
    signal[:, f.SIG_DROOP_KNEE_SHARE] = 0.05
    signal[:, f.SIG_DROOP_FULL] = 0.5
    utilisation = np.tile(np.array([0.6, 0.9])[: len(facility.workloads)], (MEMBERS, 1))
    steps = round(1.0 / step)
    interval = Interval(
        start=0.0,
        step=step,
        steps=steps,
        thermal_every=steps // 2,
        trace_every=2,
        active=np.ones(MEMBERS, dtype=np.int64),
        signal=signal,
        utilisation=utilisation,
        disturbances=sag_rows([(*SAG, ALL, 0.7)]),
    )
    traces = []
    for k in range(first, seconds):
        frequency = 50.0 - 0.3 * np.array([k, k + 1]) / seconds
        signal[:, f.SIG_FREQUENCY_0], signal[:, f.SIG_FREQUENCY_1] = frequency
        interval.active[1] = 0 if k == 1 else 1
        machine.advance(replace(interval, start=float(k)))
        traces.append(np.array(machine.trace))
    return traces
