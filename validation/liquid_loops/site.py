"""A few racks with rear doors and cold plates on a glycol plant with long pipes, through a loss of mains."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from twin.accounts import balance, stored
from twin.disturbances import none
from twin.facility import Facility, build
from twin.kernels import fields as f
from twin.kernels.backend import Interval, open_machine
from twin.kernels.scalar import Array
from twin.scenario.load import load

SITE = """
schema: 1
name: liquid-loops
description: Three racks with rear doors and one on cold plates, on a glycol plant with long pipes.
location: {latitude: 50.1 deg, longitude: 8.68 deg, altitude: 112 m, time_zone: Europe/Berlin}
run: {start: 2024-07-01T12:00:00Z, duration: 5 min, control_interval: 1 s, step: 10 ms, coarse_step: 100 ms,
  thermal_step: 1 s, settle: 0 s}
electrical:
  frequency: 50 Hz
  feeds: {feed-a: {}}
  buses:
    bus-a: {feed: feed-a, transformer: {type: transformer-2500kva-tier2, count: 1}, transfer: {type: transfer-standard}}
  ups:
    ups-1: {type: ups-vfi, redundancy: N, bus: bus-a, battery: {type: lfp-ups-50ah, autonomy: 10 min}, initial_soc: 0.8}
racks:
  cpu: {type: rack-cpu-20x2u, count: 3, hall: hall-1, ups: ups-1, pdu: pdu-300kva, racks_per_pdu: 3, workload: web,
        rear_door: {type: door-passive-15kw, outlet_temperature: 26 degC}}
  gpu: {type: rack-gb200-nvl72, count: 1, hall: hall-1, ups: ups-1, pdu: busway-1mw, racks_per_pdu: 1, workload: web,
        cdu: cdu-1}
cooling:
  halls:
    hall-1: {air_handler: {type: crah-120kw, count: 1}, volume: 100 m^3, supply_temperature: 24 degC, fans_on: ups-1,
             plant: plant-1}
  cdus:
    cdu-1: {type: cdu-1mw, heat_rated: 130 kW, conductance: 32 kW/K, pump_power: 1 kW, count: 1,
            supply_temperature: 32 degC, pumps_on: ups-1, plant: plant-1, coolant: PG25, pump_flow_min: 0.3,
            valve: {gain: 0.03 /K, integral_time: 30 s, stroke_time: 60 s},
            leak: {inventory: 100 L, flow: 20 L/min, level_min: 0.9}}
  plants:
    plant-1: {chiller: {type: carrier-19xr-1143kw-vsd, count: 1}, heat_rejection: {type: tower-open}, fluid: PG25,
              supply_temperature: 16 degC, buffer_tank: 1 m^3, bus: bus-a, pumps_on: ups-1,
              pipes: {supply_volume: 0.5 m^3, return_volume: 0.5 m^3, loss: 20 W/K, ambient: 28 degC},
              pump_control: {flow_min: 0.3, head_share: 0.3}}
signals:
  frequency: {constant: 50 Hz}
  price: {constant: 80 EUR/MWh}
  carbon: {constant: 380 g/kWh}
  weather: {constant: {dry_bulb: 25 degC, relative_humidity: 0.5}}
  workload: {web: {constant: 0.8}}
record: {site: 1 s, racks: 10 s}
"""


def site() -> Facility:
    """Build the racks, loops and plant."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "liquid-loops.yaml"
        path.write_text(SITE, encoding="utf-8")
        return build(load(path))


def outage(
    backend: str, thermal: float, before: float, lost: float, after: float
) -> tuple[Array, dict[str, float]]:
    """Run to steady operation, lose the mains, get them back.

    Parameters
    ----------
    backend : str
        Where it runs.
    thermal : float
        Thermal step [s]; the electrical one is a tenth of it.
    before, lost, after : float
        Length of each part, whole seconds [s].

    Returns
    -------
    tuple
        Rows of time since the outage [s], rack inlet, coolant supply, plate, loop and delivered water [degC] at every
        second from the outage on; and the largest relative residual of the energy of each class.
    """
    facility = site()
    initial = {name: block.copy() for name, block in facility.site.states.items()}
    initial["feed"][:, f.FEED_OUTAGE_START] = before
    initial["feed"][:, f.FEED_OUTAGE_END] = before + lost
    start = stored(facility.site, initial)
    machine = open_machine(backend, facility.site, initial)
    signal = np.zeros((1, len(f.SIGNAL.params)))
    signal[:, [f.SIG_FREQUENCY_0, f.SIG_FREQUENCY_1, f.SIG_F_NOMINAL]] = 50.0
    signal[:, f.SIG_VOLTAGE] = 1.0
    signal[:, f.SIG_T_DRY], signal[:, f.SIG_T_WET] = 25.0, 18.0
    length = max(thermal, 1.0)
    steps = round(10.0 * length / thermal)
    rows = []
    for k in range(round((before + lost + after) / length)):
        machine.advance(
            Interval(
                k * length, 0.1 * thermal, steps, 10, 0, np.ones(1, dtype=np.int64), signal, np.full((1, 1), 0.8),
                none(),
            )
        )  # fmt: skip
        if (k + 1) * length > before:
            s = machine.states(("rack", "cdu", "plant"))
            rack, cdu, plant = s["rack"][0], s["cdu"][0], s["plant"][0]
            rows.append(
                [
                    (k + 1) * length - before, rack[f.RACK_T_INLET].max(), cdu[f.CDU_T_SUPPLY_NOW, 0],
                    rack[f.RACK_T_PLATE].max(), plant[f.PLANT_T, 0], plant[f.PLANT_T_OUT, 0],
                ]
            )  # fmt: skip
    account = balance(facility.site, machine.states(), start)
    relative = {
        name: float(account[name]["relative"].max()) for name in ("rack_heat", "hall", "cdu", "plant")
    }
    return np.array(rows), relative
