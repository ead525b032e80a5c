"""Generating sets of one bus by themselves, for the tests of their plant."""

from __future__ import annotations

import math

import numpy as np
from site_builder import one

from twin.kernels import fields as f
from twin.kernels.genset import genset_interval, genset_step
from twin.kernels.genset_plant import plant_close_step, plant_frequency, plant_power_step, plant_voltage

DIESEL = {
    "power_rated": 2e6, "inertia": 1.0, "droop": 0.0, "power_at_nominal": 0.0, "governor_gain": 14.0,
    "governor_reset": 1.0, "actuator_lag": 0.06, "dead_time": 0.025, "rack_max": 1.1, "friction": 0.12,
    "aspirated": 0.6, "turbo_lag": 0.8, "share_gain": 0.04, "soft_load": 5.0, "power_factor_rated": 0.8,
    "power_factor_load": 0.8, "reactance": 2.6, "reactance_transient": 0.17, "field_lag": 2.5, "exciter_lag": 0.05,
    "avr_gain": 20.0, "avr_reset": 1.0, "ceiling": 7.0, "volts_per_hertz_knee": 0.96, "volts_per_hertz_slope": 1.0,
    "slip": 0.1, "sync_angle": math.radians(10.0), "sync_slip": 0.2, "sync_voltage": 0.1, "load_step_max": 0.6,
    "load_step_interval": 3.0,
}  # fmt: skip
"""A set like diesel-2mw of the library, isochronous."""
CELL = {"power_rated": 1e6, "inertia": 0.0, "ramp": 1e5, "droop": 0.0, "fuel_floor": 0.3, "fuel_1": 2e-4}
"""A source behind an inverter: ten seconds from nothing to rated."""


class Plant:
    """Sets of one bus, called from the start."""

    def __init__(self, dt: float, *sets: dict[str, float]) -> None:
        blocks = [one("genset", **values) for values in sets]
        self.p = np.concatenate([p for p, _ in blocks], axis=1)
        self.s = np.concatenate([s for _, s in blocks], axis=1)
        self.n = len(sets)
        self.dt = dt
        self.t = 0.0
        for g in range(self.n):
            genset_interval(self.p, self.s, g, dt)

    def step(self, power: float, close: bool = True) -> None:
        for g in range(self.n):
            genset_step(self.p, self.s, g, True, self.dt)
        if close:
            plant_close_step(self.p, self.s, 0, self.n, False, 0.0, 0.0, self.dt)
        plant_power_step(self.p, self.s, 0, self.n, power, True, self.dt)
        self.t += self.dt

    def run(self, power: float, seconds: float) -> list[float]:
        """Frequency after every step."""
        found = []
        for _ in range(round(seconds / self.dt)):
            self.step(power)
            found.append(self.frequency)
        return found

    def on_bus(self) -> Plant:
        """Put every set on the bus, without load."""
        self.step(0.0)
        self.s[f.GEN_MODE] = f.GEN_ON_BUS
        return self

    @property
    def frequency(self) -> float:
        return plant_frequency(self.p, self.s, 0, self.n, 60.0)

    @property
    def voltage(self) -> float:
        return plant_voltage(self.p, self.s, 0, self.n)

    @property
    def power(self) -> list[float]:
        return [float(v) for v in self.s[f.GEN_POWER]]

    @property
    def modes(self) -> list[int]:
        return [int(v) for v in self.s[f.GEN_MODE]]
