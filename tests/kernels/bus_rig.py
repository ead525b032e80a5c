"""A bus by itself: sets whose modes a test sets, converters of given capability, and a feed that comes and goes."""

from __future__ import annotations

from typing import Any

import numpy as np
from site_builder import one

from twin.facility.pack import pack_units
from twin.kernels import fields as f
from twin.kernels.bus import bus_close_step, bus_rotate
from twin.kernels.bus_transfer import bus_sense_step
from twin.kernels.genset_plant import plant_ready, plant_waiting

MAINS, DEAD, LOCAL, OPENING = f.BUS_ON_MAINS, f.BUS_DEAD, f.BUS_ON_LOCAL, f.BUS_OPENING
SYNCHRONISING, PARALLEL = f.BUS_SYNCHRONISING, f.BUS_PARALLEL


def several(kind: str, *units: dict[str, float]) -> tuple[Any, Any]:
    """Blocks of several units of a class."""
    blocks = [one(kind, **values) for values in units]
    if not blocks:
        block = next(b for b in f.BLOCKS if b.name == kind)
        p, s = pack_units(block, [])
        return p[0], s[0]
    return np.concatenate([p for p, _ in blocks], axis=1), np.concatenate([s for _, s in blocks], axis=1)


class Bus:
    """A bus with sets whose modes a test sets, and converters of given capability."""

    def __init__(self, sets: int = 0, storage: tuple[float, ...] = (), **values: float) -> None:
        self.p, self.s = one("bus", **values)
        self.s[f.BUS_MECH_SHARE] = 1.0
        _, self.feed = one("feed")
        self.p_gen, self.s_gen = several("genset", *[{}] * sets)
        self.p_pcs, self.s_pcs = several("pcs", *[{"capability": c, "peak": c} for c in storage])
        self.demand = 1000.0
        self.latched = False
        self.mains = 1.0
        self.s_gen[f.GEN_VOLTAGE] = 1.0

    def step(self, good: bool, dt: float = 1.0) -> int:
        self.feed[f.FEED_VOLTAGE] = self.mains if good else 0.0
        before = self[f.BUS_MODE]
        sets, converters = self.s_gen.shape[1], self.s_pcs.shape[1]
        running, possible, _ = plant_ready(self.p_gen, self.s_gen, 0, sets)
        self.s_pcs[f.PCS_PEAK] = self.s_pcs[f.PCS_CAPABILITY]
        carry = running + float(self.s_pcs[f.PCS_CAPABILITY].sum())
        ready = carry + plant_waiting(self.p_gen, self.s_gen, 0, sets)
        bus_sense_step(
            self.p, self.s, 0, self.feed, carry, ready, carry + possible > 0.0, self.demand, self.latched, dt
        )
        bus_close_step(
            self.p, self.s, 0, self.feed, self.p_gen, self.s_gen, 0, sets, self.p_pcs, self.s_pcs, 0, converters,
            self.demand, 50.0, before, dt,
        )  # fmt: skip
        self.feed[f.FEED_PHASE] += 2.0 * np.pi * (self.feed[f.FEED_FREQUENCY] - 50.0) * dt
        bus_rotate(self.s, 0, 50.0, dt)
        return int(self[f.BUS_MODE])

    def modes(self, pattern: str, dt: float = 1.0) -> list[int]:
        """Mode after each step: 'm' with mains, '.' without."""
        return [self.step(c == "m", dt) for c in pattern]

    def sets(self, *modes: int) -> None:
        self.s_gen[f.GEN_MODE] = modes

    def __getitem__(self, index: int) -> float:
        return float(self.s[index, 0])
