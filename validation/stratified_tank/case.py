"""The stratified tank of a plant of the twin against plug flow, conduction and standby loss in closed form."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.accounts import stored
from twin.disturbances import none
from twin.facility import build
from twin.facility.links import link
from twin.facility.pack import Unit
from twin.kernels import fields as f
from twin.kernels.backend import Interval, Machine, open_machine
from twin.kernels.site import Site, pack_links
from twin.kernels.stratified_tank import LAYERS, tank_step
from twin.scenario.load import load
from twin.validation.case import Case, Check

Array = NDArray[np.float64]
COLD, RISE, VOLUME, AIR = 12.0, 6.0, 200.0, 30.0
TANK = (
    "cooling.plants.plant-1.cold_tank={type: tank-chilled-water, volume: 200 m^3, height: 10 m, temperature_rise: 6 K,"
    " charge_power: 1 MW, discharge_power: 1 MW, reserve: 0, initial_charge: 0}"
)
FOURIER = 2.0
"""Of the spreading step, a t / h^2 with the height h of a layer: it stays off the ends of a tank of 20 layers."""


class Bench:
    """The plant of a shipped site on its busbar, with a tank and no load; the layers and the orders are set by hand."""

    def __init__(self, backend: str, exchange: float = 0.0, loss: float = 0.0) -> None:
        whole = build(load("hall-2mw", [TANK])).site
        kept = ("bus", "plant", "feed")
        params = {name: block[:, :, : name in kept].copy() for name, block in whole.params.items()}
        states = {name: block[:, :, : name in kept].copy() for name, block in whole.states.items()}
        plant = params["plant"][0]
        for row, value in (
            (f.PLANT_PUMP_UPS, -1.0), (f.PLANT_PUMP_UPS_2, -1.0), (f.PLANT_PUMP, 0.0), (f.PLANT_RESTART, 0.0),
            (f.PLANT_STORE_EXCHANGE, exchange), (f.PLANT_STORE_LOSS, loss),
        ):  # fmt: skip
            plant[row] = value
        units: dict[str, list[Unit]] = {block.name: [] for block in f.BLOCKS}
        units |= {name: [Unit(name, {})] for name in ("bus", "plant")}
        names = {name: [unit.name for unit in group] for name, group in units.items()}
        self.site = Site(params, states, pack_links(link(units)), names)
        states["plant"][0, f.PLANT_T] = COLD
        self.machine: Machine = open_machine(backend, self.site, states)
        self.signal = np.zeros((1, len(f.SIGNAL.params)))
        self.signal[:, [f.SIG_FREQUENCY_0, f.SIG_FREQUENCY_1, f.SIG_F_NOMINAL]] = 50.0
        self.signal[:, f.SIG_VOLTAGE] = 1.0
        self.signal[:, [f.SIG_T_DRY, f.SIG_T_WET]] = AIR, AIR - 8.0
        self.workloads = np.zeros((1, 1))
        self.t = 0.0
        # A step of a second for the bus to be there; then the accounts start.
        self.set(COLD + RISE)
        self.run(0.0, 1.0, 1.0)
        self.set(COLD + RISE)
        self.start = self.total()

    def set(self, layers: Any) -> None:
        """Write the temperatures of the layers, one or from the top down, full layers only."""
        s = self.machine.states()["plant"]
        s[0, f.PLANT_TANK_0 : f.PLANT_TANK_0 + LAYERS + 1, 0] = layers
        s[0, f.PLANT_TANK_FILLED, 0] = 0.0
        s[0, f.PLANT_STORE_STORED, 0] = self.heat * VOLUME * float(np.mean(self.layers(s)))
        for row in (f.PLANT_E_IN, f.PLANT_E_OUT, f.PLANT_E_LOSS):
            s[0, row, 0] = 0.0
        self.machine.write("plant", s)

    @property
    def heat(self) -> float:
        """Heat capacity of the water per volume [J/(m3 K)]."""
        return float(self.site.params["plant"][0, f.PLANT_STORE_HEAT, 0])

    def layers(self, s: Array | None = None) -> Array:
        """Temperatures of the full layers, from the top down."""
        s = self.machine.states()["plant"] if s is None else s
        return np.array(s[0, f.PLANT_TANK_0 + 1 : f.PLANT_TANK_0 + LAYERS + 1, 0])

    def run(self, order: float, duration: float, step: float) -> None:
        """Order a heat of the store, charging negative [W], for `duration` [s] in thermal steps of `step` [s]."""
        s = self.machine.states()["plant"]
        s[0, f.PLANT_STORE_COMMANDED, 0], s[0, f.PLANT_STORE_SETPOINT, 0] = 1.0, order
        self.machine.write("plant", s)
        count = round(duration / step)
        self.machine.advance(
            Interval(
                self.t, step, count, 1, 0, np.ones(1, dtype=np.int64), self.signal, self.workloads, none()
            )
        )  # fmt: skip
        self.t += count * step

    def total(self) -> float:
        """Heat in the plant [J]."""
        return float(stored(self.site, self.machine.states())["plant"][0, 0])

    def residual(self) -> float:
        """Part of the plant's energy that is not accounted for."""
        s = self.machine.states()["plant"][0, :, 0]
        left = s[f.PLANT_E_IN] - s[f.PLANT_E_OUT] - s[f.PLANT_E_LOSS] - (self.total() - self.start)
        return float(left / (abs(s[f.PLANT_E_LOSS]) + abs(self.start)))

    def __getitem__(self, row: int) -> float:
        return float(self.machine.states()["plant"][0, row, 0])


def displaced(backend: str) -> list[Check]:
    """Checks of a warm tank charged with 1 MW: cold water pushes the warm out, the front stays sharp."""
    checks = []
    for step in (20.0, 60.0, 900.0):
        bench = Bench(backend)
        whole = bench.heat * VOLUME * RISE / 1e6
        half = 1800.0 if step > 60.0 else 2400.0
        bench.run(-1e6, half, step)
        mean = COLD + RISE * (1.0 - half / whole)
        mixed = np.sum((bench.layers() > COLD + 1e-9) & (bench.layers() < COLD + RISE - 1e-9))
        label = f"after {half:g} s in steps of {step:g} s"
        checks += [
            Check(f"mean temperature {label}", bench[f.PLANT_STORE_MEAN], mean, 1e-3 * (mean - COLD), "degC"),
            Check(f"layers between cold and warm {label}", float(mixed), 0.5, 0.5, "1", "0 or 1"),
        ]
        bench.run(-1e6, 5400.0, step)
        taken = bench[f.PLANT_E_CHARGED] / 1e6
        checks += [
            Check(f"heat taken out of it, steps of {step:g} s", taken, whole, 1e-3 * whole, "MJ"),
            Check(f"energy not accounted for, steps of {step:g} s", bench.residual(), 0.0, 1e-9, "1"),
        ]  # fmt: skip
    return checks


def spread(backend: str) -> list[Check]:
    """Checks of a step profile that conduction spreads: the variance of its gradient grows by 2 a t."""
    checks = []
    for step in (300.0, 900.0):
        bench = Bench(backend)
        layer = bench.heat * VOLUME / LAYERS
        duration = 28800.0
        exchange = FOURIER * layer / duration
        bench = Bench(backend, exchange=exchange)
        bench.set(COLD + RISE * (np.arange(LAYERS + 1) <= LAYERS // 2))
        bench.start = bench.total()
        bench.run(0.0, duration, step)
        weight = -np.diff(bench.layers()) / RISE
        place = np.arange(1, LAYERS) - LAYERS / 2
        variance = float(np.sum(weight * place**2) - np.sum(weight * place) ** 2)
        expected = 2.0 * FOURIER
        checks += [
            Check(f"variance of a spread step, steps of {step:g} s", variance, expected, 1e-3 * expected, "layer^2"),
            Check(f"energy not accounted for, spreading in {step:g} s", bench.residual(), 0.0, 1e-9, "1"),
        ]  # fmt: skip
    return checks


def conducted() -> Check:
    """Heat conducted through the middle of a tank of 200 layers, by the kernel alone: rho cp A dT sqrt(a t / pi)."""
    layers, fourier, heat = 200, 200.0, 4.18e6
    s = np.zeros((layers + 2, 1))
    s[: layers + 1, 0] = COLD + RISE * (np.arange(layers + 1) <= layers // 2)
    steps = 2500
    for _ in range(steps):
        tank_step(s, 0, layers, 0, 0.0, 0.0, 1.0, heat, fourier * heat / 36e4, 0.0, AIR, 36e4 / steps)
    moved = float(np.sum(s[layers // 2 + 1 : layers + 1, 0] - COLD))
    expected = RISE * math.sqrt(fourier / math.pi)
    return Check(
        "heat through the middle, 200 layers", moved, expected, 1e-3 * expected, "K layer", "kernel alone"
    )


def decayed(backend: str) -> list[Check]:
    """Checks of standby: the difference to the outdoor air falls by 0.04 % in an hour, exactly."""
    checks = []
    for step in (300.0, 900.0, 3600.0):
        rate = 0.0004 / 3600.0
        bench = Bench(backend)
        bench = Bench(backend, loss=rate * bench.heat * VOLUME / LAYERS)
        bench.set(COLD)
        bench.start = bench.total()
        bench.run(0.0, 36000.0, step)
        warmed = bench[f.PLANT_STORE_MEAN] - COLD
        gained = (AIR - COLD) * -math.expm1(-rate * 36000.0)
        checks += [
            Check(f"warming in 10 h in steps of {step:g} s", warmed, gained, 1e-3 * gained, "K"),
            Check(f"energy not accounted for, standby in {step:g} s", bench.residual(), 0.0, 1e-9, "1"),
        ]  # fmt: skip
    return checks


def run(backend: str) -> list[Check]:
    """Return the checks."""
    return [*displaced(backend), *spread(backend), conducted(), *decayed(backend)]


def figure() -> Any:
    """Return the layers of a tank while it is charged, and of a step profile that spreads, with the closed forms."""
    from plotly.subplots import make_subplots

    plot = make_subplots(
        rows=1,
        cols=2,
        horizontal_spacing=0.14,
        subplot_titles=("charged with 1 MW", "conduction of a step profile"),
    )
    height = np.linspace(9.75, 0.25, LAYERS)
    bench = Bench("cpu")
    whole = bench.heat * VOLUME * RISE / 1e6
    minutes, columns = [], []
    for k in range(42):
        minutes.append(2.0 * k + 2.0)
        bench.run(-1e6, 120.0, 10.0)
        columns.append(bench.layers())
    plot.add_heatmap(
        x=minutes, y=height, z=np.array(columns).T, colorscale="Viridis",
        colorbar={"title": "degC", "x": 0.43, "thickness": 12}, row=1, col=1,
    )  # fmt: skip
    front = {"color": "#c44e52", "dash": "dash"}
    plot.add_scatter(
        x=[0.0, whole / 60.0], y=[0.0, 10.0], line=front, name="front in plug flow", row=1, col=1
    )
    layer = bench.heat * VOLUME / LAYERS
    bench = Bench("cpu", exchange=FOURIER * layer / 28800.0)
    bench.set(COLD + RISE * (np.arange(LAYERS + 1) <= LAYERS // 2))
    fine = np.linspace(0.0, 10.0, 201)
    for hours, colour in ((2.0, "#2b83c6"), (6.0, "#e1812c"), (24.0, "#3a923a")):
        bench.run(0.0, hours * 3600.0 - (bench.t - 1.0), 300.0)
        width = 0.5 * math.sqrt(4.0 * FOURIER * hours / 8.0)
        exact = COLD + 0.5 * RISE * (1.0 + np.vectorize(math.erf)((fine - 5.0) / width))
        plot.add_scatter(
            x=bench.layers(),
            y=height,
            mode="markers",
            marker={"color": colour},
            name=f"{hours:g} h",
            row=1,
            col=2,
        )
        plot.add_scatter(x=exact, y=fine, line_color=colour, name=f"{hours:g} h, erf", row=1, col=2)
    plot.update_layout(title=CASE.title, template="plotly_white", legend={"x": 1.02, "y": 1.0})
    plot.update_xaxes(title="minutes", col=1).update_xaxes(title="temperature, degC", col=2)
    return plot.update_yaxes(title="height, m")


CASE = Case(
    name="stratified_tank",
    title="Stratified tank: plug flow and conduction",
    reference="plug flow, conduction of a step profile and standby loss in closed form",
    source="H. S. Carslaw, J. C. Jaeger, Conduction of Heat in Solids, 2nd ed., 1959, 2.4 (remembered)",
    run=run,
    figure=figure,
)
