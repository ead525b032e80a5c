"""One UPS system with its battery, stepped by hand: its bus, the limit the bus sets and its load are given."""

from __future__ import annotations

import numpy as np
from site_builder import one

from twin.kernels import fields as f
from twin.kernels.battery import battery_interval, battery_limits
from twin.kernels.ups import ups_mode_step
from twin.kernels.ups_power import ups_power_step

OFF, NORMAL, ON_BATTERY = f.UPS_OFF, f.UPS_NORMAL, f.UPS_ON_BATTERY
ECO, BYPASS, TEST = f.UPS_ECO, f.UPS_BYPASS, f.UPS_TEST
PLENTY = 1e15
GOOD, DEAD = (1.0, 50.0), (0.0, 50.0)


class System:
    """A 1 kW UPS with a 1 kWh battery; its bus, the limit the bus sets and its load are given step by step."""

    def __init__(self, battery: dict[str, float] | None = None, **values: float) -> None:
        self.p, self.s = one("ups", **values)
        self.p_bat, self.s_bat = one("battery", **(battery or {}))
        self.bus, self.pdu = one("bus")[1], one("pdu")[1]
        self.links = np.array([0])
        self.limit = PLENTY
        self.load = 500.0
        self.t = 0.0
        self.s[f.UPS_DEMAND] = self.load
        self.start = self.stored = float(self.s_bat[f.BAT_STORED, 0])

    def step(
        self,
        mains: tuple[float, float] = GOOD,
        dt: float = 1.0,
        share: float = 0.0,
        *,
        jump: float = 0.0,
        command: int = 0,
        local: bool = False,
    ) -> int:
        self.bus[f.BUS_VOLTAGE], self.bus[f.BUS_FREQUENCY] = mains
        self.bus[f.BUS_JUMP] = jump
        self.bus[f.BUS_MODE] = f.BUS_ON_LOCAL if local else f.BUS_ON_MAINS
        if command:
            self.s[f.UPS_COMMAND] = command
        battery_interval(self.p_bat, self.s_bat, 0, dt)
        battery_limits(self.p_bat, self.s_bat, 0, dt)
        self.s[f.UPS_LIMIT] = self.s[f.UPS_SPARE] = self.limit if mains[0] > 0.0 else 0.0
        ups_mode_step(self.p, self.s, 0, self.bus, self.s_bat, self.t, dt)
        self.t += dt
        self.pdu[f.PDU_POWER_A] = self.load if self[f.UPS_VOLTAGE] > 0.0 else 0.0
        ups_power_step(self.p, self.s, 0, self.p_bat, self.s_bat, self.pdu, self.links, 0, 1, share, dt)
        return int(self[f.UPS_MODE])

    def until(self, mode: int, mains: tuple[float, float], dt: float, longest: float) -> float:
        """Time after which it is in `mode`."""
        for k in range(1, round(longest / dt) + 1):
            if self.step(mains, dt) == mode:
                return k * dt
        raise AssertionError(f"not in mode {mode} after {longest} s")

    def modes(self, pattern: str, dt: float = 1.0) -> list[int]:
        """Mode after each step: 'm' with mains, '.' without."""
        return [self.step(GOOD if c == "m" else DEAD, dt) for c in pattern]

    def __getitem__(self, index: int) -> float:
        return float(self.s[index, 0])

    @property
    def battery(self) -> float:
        return float(self.s_bat[f.BAT_POWER, 0])

    @property
    def soc(self) -> float:
        return float(self.s_bat[f.BAT_SOC, 0])

    def residual(self) -> float:
        """What the account of the UPS does not explain; its debt is stored energy, negative."""
        return self[f.UPS_E_IN] - self[f.UPS_E_OUT] - self[f.UPS_E_LOSS] + self[f.UPS_DEBT]
