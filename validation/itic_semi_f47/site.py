"""A site with one feed per point of the curves, and on each of them every design at half and full load."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from twin.disturbances import sag_rows
from twin.facility import Facility, build
from twin.kernels import fields as f
from twin.kernels.backend import Interval, open_machine
from twin.scenario.load import load

START = 0.1
"""When the disturbances begin [s]."""
FINE, COARSE = 0.5e-3, 20e-3
"""Steps, within 0.7 s of the start and after [s]."""
STEADY = 10.0
"""How long a point that the curves call steady is held [s]."""

LOADS = {"half": 0.5, "full": 1.0}


@dataclass(frozen=True)
class Point:
    """One point of a curve: voltage left [pu] for a time [s]."""

    curve: str
    voltage: float
    duration: float

    @property
    def name(self) -> str:
        """Voltage and time, in words."""
        return f"{self.curve} {100 * self.voltage:.0f} % for {self.duration:g} s"


POINTS = (
    Point("ITIC", 0.0, 0.02), Point("ITIC", 0.7, 0.5), Point("ITIC", 0.8, 10.0), Point("ITIC", 0.9, STEADY),
    Point("ITIC", 1.1, STEADY), Point("ITIC", 1.2, 0.5), Point("ITIC", 1.4, 0.003), Point("ITIC", 2.0, 0.001),
    Point("SEMI F47", 0.5, 0.2), Point("SEMI F47", 0.7, 0.5), Point("SEMI F47", 0.8, 1.0),
)  # fmt: skip

# On 208 V: the same supply, its volts over 208, its current over that at rated output and 208 V.
ON_208 = "voltage_min: 0.356, voltage_return: 0.409, voltage_max: 1.269, voltage_surge: 1.438, input_current_max: 1.27"
PSU = {
    "crps-230": "{type: crps-2kw-wide}",
    "crps-208": f"{{type: crps-2kw-wide, {ON_208}}}",
    "orv3": "{type: orv3-shelf-33kw, power_rated: 15 kW}",
    "orv3-bbu": "{type: orv3-shelf-33kw, power_rated: 15 kW}",
    "ups": "{type: crps-2kw-wide}",
}
"""Design -> its supply. `orv3-bbu` has a battery shelf, `ups` stands behind double conversion."""
RATED = {"crps-230": 2e3, "crps-208": 2e3, "orv3": 15e3, "orv3-bbu": 15e3, "ups": 2e3}

SITE = """
schema: 1
name: itic-semi-f47
description: Every design on every point of two ride-through curves.
location: {{latitude: 50.1 deg, longitude: 8.68 deg, altitude: 112 m, time_zone: Europe/Berlin}}
run: {{start: 2024-07-01T12:00:00Z, duration: 1 min, control_interval: 1 s, step: 10 ms, coarse_step: 100 ms,
  thermal_step: 1 s, settle: 0 s}}
electrical:
  frequency: 50 Hz
  feeds: {{{feeds}}}
  buses:
{buses}
  ups:
{ups}
racks:
{racks}
cooling:
  halls:
    hall: {{air_handler: {{type: crah-120kw, redundancy: N}}, volume: 1000 m^3, supply_temperature: 24 degC,
           fans_on: bus-0, plant: plant}}
  plants:
    plant: {{chiller: {{type: carrier-19xr-1143kw-vsd, redundancy: N}}, heat_rejection: {{type: tower-open}},
            supply_temperature: 12 degC, buffer_tank: 2 m^3, bus: bus-0}}
signals:
  frequency: {{constant: 50 Hz}}
  price: {{constant: 80 EUR/MWh}}
  carbon: {{constant: 380 g/kWh}}
  weather: {{constant: {{dry_bulb: 25 degC, relative_humidity: 0.5}}}}
  workload: {{half: {{constant: 0.5}}, full: {{constant: 1.0}}}}
record: {{site: 1 s, racks: 10 s}}
"""
# Nothing but the feed and the design is to decide: a bus that never leaves its mains, a PDU without loss.
BUS = (
    "    bus-{k}: {{feed: feed-{k}, transformer: {{type: transformer-2500kva-tier2, count: 1}}, "
    "transfer: {{type: transfer-standard, detect_delay: 1 h}}}}"
)
UPS = (
    "    ups-{k}: {{type: ups-vfi, redundancy: N, bus: bus-{k}, initial_soc: 0.9, "
    "battery: {{type: lfp-ups-50ah, autonomy: 5 min}}}}"
)
RACK = (
    "  {design}-{load}-{k}: {{type: rack-cpu-20x2u, count: 1, hall: hall, {host}, workload: {load}, racks_per_pdu: 1, "
    "pdu: {{type: busway-1mw, loss: [0, 0, 0]}}, psus: 1, psu: {psu}, servers: 1, other_power: 0 W, "
    "server: {{type: cpu-2u, power_idle: 0 W, power_peak: {power} W, power_curve: linear, fan_share: 0}}{store}}}"
)


def site() -> Facility:
    """Build the site."""
    count = range(len(POINTS))
    racks = [
        RACK.format(
            design=design, load=load_name, k=k, psu=psu, power=RATED[design],
            host=f"ups: ups-{k}" if design == "ups" else f"bus: bus-{k}",
            store=", store: orv3-bbu-shelf-15kw" if design == "orv3-bbu" else "",
        )
        for k in count for design, psu in PSU.items() for load_name in LOADS
    ]  # fmt: skip
    text = SITE.format(
        feeds=", ".join(f"feed-{k}: {{}}" for k in count),
        buses="\n".join(BUS.format(k=k) for k in count),
        ups="\n".join(UPS.format(k=k) for k in count),
        racks="\n".join(racks),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "itic-semi-f47.yaml"
        path.write_text(text, encoding="utf-8")
        return build(load(path))


def ridden(backend: str) -> dict[tuple[str, str, Point], float]:
    """Step the site through the points: design, load and point -> time the rack worked in the disturbance [s]."""
    facility = site()
    machine = open_machine(backend, facility.site, facility.site.states)
    signal = np.zeros((1, len(f.SIGNAL.params)))
    signal[:, [f.SIG_FREQUENCY_0, f.SIG_FREQUENCY_1, f.SIG_F_NOMINAL]] = 50.0
    signal[:, f.SIG_VOLTAGE] = 1.0
    utilisation = np.array([[LOADS[name] for name in facility.workloads]])
    rows = [[START, START + point.duration, k, point.voltage] for k, point in enumerate(POINTS)]
    t = 0.0
    # Long steps once the short disturbances are over; the long ones are steady then.
    end = START + STEADY + 0.1
    for step, until in ((FINE, START + 0.7), (COARSE, end)):
        steps = round((until - t) / step)
        machine.advance(
            Interval(t, step, steps, 0, 0, np.ones(1, np.int64), signal, utilisation, sag_rows(rows))
        )
        t += steps * step
    lost = machine.states()["rack"][0, f.RACK_LOST_AT]
    found = {}
    for name, at in zip(facility.site.names["rack"], lost, strict=True):
        design, load_name, k = name.rpartition("-")[0].rsplit("-", 2)
        point = POINTS[int(k)]
        found[design, load_name, point] = point.duration if at < 0.0 else float(at) - START
    return found
