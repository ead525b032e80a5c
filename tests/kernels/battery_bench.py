"""A battery pack on a bench of the tests: one pack, stepped at given powers, with its account."""

from __future__ import annotations

from site_builder import lfp, one

from twin.kernels import fields as f
from twin.kernels.battery import battery_interval, battery_limits, battery_step

KWH = 3.6e6
# 150 cells of 50 Ah: about 490 V and 24 kWh; resistances of a power cell, see assets/equipment/battery.yaml.
CABINET = lfp(150.0) | {
    "charge_rated": 180e3, "resistance_ohmic": 0.0414, "resistance_rc": 0.0276, "tau_rc": 30.0, "soc_min": 0.05,
    "heat_capacity": 228e3, "conductance": 37.5,
}  # fmt: skip
EVERYTHING = CABINET | {
    "resistance_rc2": 0.42, "tau_rc2": 1500.0, "bulk_share": 0.2, "tau_bulk": 500.0, "hysteresis_half_gap": 0.022,
    "hysteresis_rate": 20.0, "resistance_activation": 1725.0, "coulombic_loss": 0.01, "cell_voltage_min": 2.5,
    "cell_voltage_max": 3.65, "temperature_charge_min": 0.0, "power_discharge_max": 1.5e5, "power_charge_max": 1e5,
    **{f"resistance_shape_{k}": 0.3 - 0.05 * k for k in range(f.BAT_SHAPE_POINTS)},
}  # fmt: skip
"""The cabinet with every effect of the model."""


class Pack:
    """One pack, stepped at given powers."""

    def __init__(self, **values: float) -> None:
        self.p, self.s = one("battery", **values)
        self.start = self[f.BAT_STORED]
        self.t = 0.0
        self.given = 0.0

    def step(self, power: float, dt: float, steps: int = 1) -> None:
        battery_interval(self.p, self.s, 0, dt)
        for _ in range(steps):
            self.given = battery_step(self.p, self.s, 0, power, dt)
            self.t += dt

    def limits(self, dt: float) -> tuple[float, float]:
        battery_interval(self.p, self.s, 0, dt)
        battery_limits(self.p, self.s, 0, dt)
        return self[f.BAT_AVAILABLE], self[f.BAT_ACCEPT]

    def __getitem__(self, index: int) -> float:
        return float(self.s[index, 0])

    @property
    def wells(self) -> tuple[float, float]:
        """Charge of surface and bulk."""
        bulk = float(self.p[f.BAT_BULK, 0])
        return self[f.BAT_SOC] + bulk * self[f.BAT_GRADIENT], self[f.BAT_SOC] - (1.0 - bulk) * self[f.BAT_GRADIENT]

    def residual(self) -> float:
        """Energy in, less energy out, lost and stored."""
        return self[f.BAT_E_IN] - self[f.BAT_E_OUT] - self[f.BAT_E_LOSS] - (self[f.BAT_STORED] - self.start)
