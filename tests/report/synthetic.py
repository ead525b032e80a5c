"""A SYNTHETIC result file for the tests of report and plots: a plausible 20 minutes, not a simulation.

Mains are lost from 300 s to 840 s. Generator A carries its side after 12 s; generator B does not start, so
the batteries behind UPS B carry 100 racks until they are empty. Numbers are round and invented for the
picture; only the powers balance.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.kernels import fields
from twin.kernels.fields import Field
from twin.recorder import Recorder, RecordPlan

RACKS = 200
SECONDS = 1200
LOST, BACK, READY = 300, 840, 312
STORED = 200e6  # J in each battery when full
LOAD = 8000.0  # W of each rack

ALL = ("genset", "battery", "pcs", "hall", "cdu", "plant")


def plan(members: Collection[int], without: Collection[str]) -> RecordPlan:
    units = {
        "feed": ["feed-a", "feed-b"],
        "bus": ["bus-a", "bus-b"],
        "genset": ["gen-a", "gen-b"],
        "battery": ["ups-a", "ups-b", "bess-a"],
        "pcs": ["bess-a"],
        "ups": ["ups-a", "ups-b"],
        "pdu": [f"row-{i}" for i in range(1, 5)],
        "rack": [f"rack-{i:03d}" for i in range(RACKS)],
        "hall": ["hall-1"],
        "cdu": ["cdu-1"],
        "plant": ["plant-1"],
    }
    return RecordPlan(
        members=list(members),
        site_every=1,
        rack_every=5,
        trace_every=0.1,
        interval=1.0,
        intervals=SECONDS,
        start="2024-07-01T12:00:00+00:00",
        site={
            "power_grid": Field("power_grid", "W", "power from the grid"),
            "power_genset": Field("power_genset", "W", "power from generators"),
            "power_storage": Field("power_storage", "W", "power from storage"),
            "power_racks": Field("power_racks", "W", "power drawn by racks"),
            "power_mechanical": Field("power_mechanical", "W", "power of fans, pumps and chillers"),
        },
        trace={"frequency": Field("frequency", "Hz", "grid frequency")},
        units={name: names for name, names in units.items() if name not in without},
    )


def topology(without: Collection[str]) -> str:
    nodes: list[dict[str, Any]] = []

    def add(kind: str, name: str, *parents: str) -> None:
        if kind not in without:
            nodes.append({"id": name, "kind": kind, "label": name, "parents": list(parents)})

    for side, rows in (("a", (1, 2)), ("b", (3, 4))):
        add("feed", f"feed-{side}")
        add("genset", f"gen-{side}")
        add("bus", f"bus-{side}", f"feed-{side}", f"gen-{side}")
        add("ups", f"ups-{side}", f"bus-{side}")
        for row in rows:
            add("pdu", f"row-{row}", f"ups-{side}")
    add("pcs", "bess-a", "bus-a")
    add("plant", "plant-1", "bus-a")
    add("hall", "hall-1", "plant-1", "ups-a")
    add("cdu", "cdu-1", "plant-1", "ups-a")
    for i in range(RACKS):
        add("rack", f"rack-{i:03d}", f"row-{1 + i // 50}", "hall-1", *(["cdu-1"] if i < 50 else []))
    return json.dumps({"nodes": nodes})


class Story:
    """The blocks of every class, moved on second by second."""

    def __init__(self, members: int, units: dict[str, list[str]]) -> None:
        self.rng = np.random.default_rng(3)
        self.units = units
        self.blocks = {
            block.name: np.zeros((members, len(block.states), len(units[block.name])))
            for block in fields.BLOCKS
            if block.name in units
        }
        self.soc = np.array([1.0, 1.0, 0.9])
        self.hall = 24.0
        self.plant = 18.0
        self.off_b = -1
        self.hottest = 0.0
        self.spread = self.rng.normal(0.0, 0.6, RACKS)
        self.energy = dict.fromkeys(
            ("feed", "fuel", "gen", "racks", "cooling", "bat_out", "bat_in", "storage"), 0.0
        )

    def put(self, name: str, **values: Any) -> None:
        if name in self.blocks:
            index = {f.name: i for i, f in enumerate(_block(name).states)}
            for field, value in values.items():
                self.blocks[name][:, index[field], :] = np.asarray(value)

    def second(self, t: int) -> dict[str, NDArray[np.float64]]:
        mains = not LOST <= t < BACK
        gen_a = READY <= t < BACK + 60 and "genset" in self.units
        bus_a = mains or gen_a
        on_battery = np.array([not bus_a, not mains])
        charge = np.zeros(3)
        load = np.full(2, RACKS / 2 * LOAD)
        if self.off_b >= 0 and t < BACK + 180:
            load[1] = 0.0
        for i in range(2):
            if on_battery[i]:
                charge[i] = load[i] / 0.96
            elif self.soc[i] < 1.0:
                charge[i] = -150e3
        self.soc[:2] = np.clip(self.soc[:2] - charge[:2] / STORED, 0.0, 1.0)
        if self.soc[1] <= 0.0 and self.off_b < 0:
            self.off_b = t
        frequency = 50.0 + 0.02 * np.sin(t / 37) - 0.25 * np.exp(-(((t - 280) / 15) ** 2))
        charge[2] = 4e6 * (50.0 - frequency) if mains else 0.0
        self.soc[2] -= charge[2] / 3.6e9
        cooled = bus_a and not LOST <= t < READY + 120
        heat = load.sum()
        cooling = 420e3 if cooled else (60e3 if bus_a else 0.0)
        self.hall += (heat * (1.0 if not cooled else 0.0) / 60e6) + (24.0 - self.hall) / 90.0 * cooled
        self.plant += heat / 400e6 * (not cooled) + (18.0 - self.plant) / 200.0 * cooled
        inputs = np.where(on_battery, 0.0, load / 0.96) - np.minimum(charge[:2], 0.0)
        total = inputs.sum() + cooling
        from_gen = (inputs[0] + cooling) if gen_a and not mains else 0.0
        grid = total - charge[2] if mains else 0.0
        self.record(t, mains, gen_a, on_battery, load, charge, frequency, cooled, cooling, grid, from_gen)
        for name, power in (
            ("feed", grid),
            ("gen", from_gen),
            ("fuel", from_gen / 0.38),
            ("racks", load.sum()),
        ):
            self.energy[name] += power
        self.energy["cooling"] += cooling
        self.energy["storage"] += charge[2]
        self.energy["bat_out"] += np.maximum(charge, 0.0).sum()
        self.energy["bat_in"] -= np.minimum(charge, 0.0).sum()
        one = np.ones(len(next(iter(self.blocks.values()))))
        site = {"grid": grid, "genset": from_gen, "storage": charge[2], "racks": load.sum()}
        return {f"power_{k}": one * v for k, v in (site | {"mechanical": cooling}).items()}

    def record(
        self,
        t: int,
        mains: bool,
        gen_a: bool,
        on_battery: NDArray[np.bool_],
        load: NDArray[np.float64],
        charge: NDArray[np.float64],
        frequency: float,
        cooled: bool,
        cooling: float,
        grid: float,
        from_gen: float,
    ) -> None:
        self.put("feed", voltage=float(mains), frequency=frequency, power=[grid * 0.55, grid * 0.45])
        loaded, idles = READY <= t < BACK + 30, BACK + 30 <= t < BACK + 120
        running = fields.GEN_ON_BUS if loaded else fields.GEN_COOLING if idles else fields.GEN_STOPPED
        starting = fields.GEN_CRANKING if LOST <= t < READY else running
        cranks = fields.GEN_CRANKING if t >= LOST else fields.GEN_STOPPED
        failed = fields.GEN_FAILED if t >= LOST + 30 else cranks
        self.put(
            "genset",
            mode=[starting, failed],
            power=[from_gen, 0.0],
            fuel=[4.0 - 3e-5 * max(0, t - LOST), 4.0],
        )
        dead = 0 if mains else 1
        self.put(
            "bus",
            mode=[0 if mains else (2 if gen_a else 1), dead],
            voltage=[float(mains or gen_a), float(mains)],
        )
        mode_b = 0 if self.off_b >= 0 and t < BACK + 10 else (2 if on_battery[1] else 1)
        self.put("ups", mode=[2 if on_battery[0] else 1, mode_b], power_out=load)
        if "battery" in self.blocks:
            keep = len(self.units["battery"])
            self.put("battery", soc=self.soc[:keep], power=charge[:keep], temperature=25.0)
        self.put("pcs", mode=1.0 if mains else 0.0, power=charge[2])
        self.put("pdu", power_a=np.repeat(load / 2, 2))
        racks = np.ones(RACKS)
        if self.off_b >= 0:
            racks[100:] = 0 if t < BACK + 10 else (2 if t < BACK + 190 else 1)
        inlet = self.hall + 1.0 + self.spread + (self.spread > 1.2) * 2.0
        self.hottest = max(self.hottest, float(inlet.max()))
        power = np.where(racks == 1, LOAD, 0.0)
        self.put("rack", mode=racks, power=power, power_it=0.94 * power, temperature_inlet=inlet)
        self.put("rack", temperature_outlet=inlet + 12.0 * (racks == 1), temperature_plate=40.0)
        self.put(
            "hall", temperature_cold=self.hall, temperature_hot=self.hall + 11.0, served=float(cooling > 0)
        )
        self.put("cdu", temperature_supply=32.0, temperature_return=40.0, speed=1.0, power=8e3)
        self.put("plant", temperature=self.plant, served=float(cooled), power=cooling)


def _block(name: str) -> fields.Block:
    return next(block for block in fields.BLOCKS if block.name == name)


EVENTS = [
    (
        300.0,
        "mains lost",
        "feed-a",
        "Both feeds lost their voltage; the UPS systems carry the racks from batteries.",
    ),
    (312.0, "generator ready", "gen-a", "Generator A runs and carries bus A, 12 s after the call."),
    (330.0, "generator failed", "gen-b", "Generator B did not start and is locked out."),
    (432.0, "cooling restored", "plant-1", "The chillers are back, 120 s after bus A."),
    (540.0, "battery empty", "ups-b", "The batteries of UPS B are empty; 100 racks lost their power."),
    (840.0, "mains restored", "feed-a", "Both feeds are back."),
    (1030.0, "racks restarted", "ups-b", "The racks behind UPS B work again."),
]


def write(
    path: Path, *, members: int = 1, without: Collection[str] = (), stop: int | None = None, tree: bool = True
) -> Path:
    """Write the result; `stop`: interrupt it after so many seconds; `without`: leave these classes out."""
    whole = plan([0], without)
    metadata = {
        "title": "SYNTHETIC outage of nine minutes",
        "scenario": "schema: 1\nname: synthetic\n",
        "description": "Invented numbers that show what a report looks like; no simulation has made them.",
        "versions": "dctwin tests",
        "backend": "none",
    }
    if tree:
        metadata["topology"] = topology(without)
    story = Story(members, {name: list(units) for name, units in whole.units.items()})
    rng = np.random.default_rng(5)
    with Recorder.create(path, whole, metadata) as rec:
        for k in range(stop or SECONDS):
            site = story.second(k)
            for t, kind, unit, text in EVENTS:
                if int(t) == k:
                    rec.event(t, 0, kind, unit, text)
            steps = k + np.arange(10) / 10
            wave = 50.0 + 0.02 * np.sin(steps / 37) - 0.25 * np.exp(-(((steps - 280) / 15) ** 2))
            wave = wave + rng.normal(0.0, 0.002, 10)
            rec.trace(k, np.broadcast_to(wave[None, :, None], (members, 10, 1)))
            rec.sample(k, story.blocks, site)
        if stop:
            rec.checkpoint(stop - 1, {})
        else:
            rec.finish(summary(story), accounts(story, members, without), table(members))
    return path


def summary(story: Story) -> dict[str, tuple[Any, str, str]]:
    it = 0.94 * story.energy["racks"]
    found = {
        "survived": (0, "1", "1 when no rack lost power or overheated"),
        "survived_time": (240.0, "s", "from the loss of mains to the first rack lost"),
        "racks": (RACKS, "1", "number of racks"),
        "racks_lost": (100, "1", "racks that stopped working at some time"),
        "energy_unserved": (100 * LOAD * 490.0, "J", "work energy the servers wanted and did not get"),
        "temperature_inlet_max": (story.hottest, "degC", "highest inlet temperature of any rack"),
        "cost": (212.4, "EUR", "energy, demand and fuel"),
        "cost_energy": (171.2, "EUR", "energy bought"),
        "cost_fuel": (41.2, "EUR", "fuel burnt"),
        "co2": (389.0, "kg", "CO2-equivalent of grid energy and fuel"),
        "pue": (1.31, "1", "site energy / IT energy"),
        "fuel": (0.0205, "m3", "fuel burnt"),
        "water": (310.0, "kg", "water used by heat rejection"),
        "energy_it": (it, "J", "energy used by servers"),
        "energy_grid": (story.energy["feed"], "J", "energy from the grid"),
    }
    return found


def accounts(
    story: Story, members: int, without: Collection[str]
) -> dict[str, dict[str, NDArray[np.float64]]]:
    one = np.ones(members)
    e = story.energy

    def row(e_in: float, e_out: float, e_loss: float, stored: float = 0.0, **more: float) -> dict[str, Any]:
        residual = e_in - e_out - e_loss - stored
        values = {"e_in": e_in, "e_out": e_out, "e_loss": e_loss, "stored": stored, "residual": residual}
        values |= more | {"relative": residual / max(e_in, 1.0)}
        return {name: one * value for name, value in values.items()}

    heat, cooling, loss = e["racks"], e["cooling"], 0.005 * e["feed"]
    batteries = e["bat_out"] - e["bat_in"] - e["storage"]
    from_bus = heat / 0.96 - batteries
    bus_out = from_bus + cooling
    found = {
        "feed": row(e["feed"] + loss, e["feed"] + loss, 0.0),
        "genset": row(e["fuel"], e["gen"], e["fuel"] - e["gen"]),
        "bus": row(bus_out + loss, bus_out, loss),
        "ups": row(heat / 0.96, heat, heat / 0.96 - heat, e_bus=from_bus),
        "battery": row(e["bat_in"], e["bat_out"], 0.02 * e["bat_out"], e["bat_in"] - 1.02 * e["bat_out"]),
        "pdu": row(heat, heat * 0.99, heat * 0.01),
        "rack": row(heat * 0.99, heat * 0.94, heat * 0.05),
        "hall": row(heat * 0.9, heat * 0.88, 0.0, heat * 0.02, e_electric=cooling * 0.2),
        "cdu": row(heat * 0.1, heat * 0.1, 0.0, 0.0, e_electric=cooling * 0.05),
        "plant": row(heat * 0.98 + cooling * 0.75, 0.0, heat * 0.95 + cooling * 0.75, heat * 0.03),
    }
    return {name: account for name, account in found.items() if name not in without}


def table(members: int) -> dict[str, tuple[Any, str, str]]:
    if members == 1:
        return {}
    rng = np.random.default_rng(9)
    time = np.minimum(rng.lognormal(np.log(700.0), 0.6, members), SECONDS - LOST)
    return {
        "survived_time": (time, "s", "from the loss of mains to the first rack lost, or to the end"),
        "survived": ((time >= SECONDS - LOST).astype(float), "1", "1 when no rack was lost"),
        "energy_unserved": (np.maximum(0.0, 900.0 - time) * 800e3, "J", "work energy not served"),
    }
