"""Racks that draw each other's exhaust, against closed forms; heat that leaves racks arrives at the coils."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.disturbances import none
from twin.facility import build
from twin.facility.links import link
from twin.facility.pack import Unit
from twin.kernels import fields as f
from twin.kernels.air import AIR_CP
from twin.kernels.backend import Interval, Machine, open_machine
from twin.kernels.clock import NEVER
from twin.kernels.site import Site, pack_links
from twin.scenario.load import load
from twin.validation.case import Case, Check

Array = NDArray[np.float64]
BLOCKS = {block.name: block for block in f.BLOCKS}
SUPPLY = 24.0
STEP = 600.0
"""Control interval and thermal step: recirculation is refreshed at each [s]."""
SETTLED = 50
"""Intervals to a steady state: racks have a time constant of some ten minutes."""
PLACES: dict[str, dict[str, float]] = {
    "feed": {}, "bus": {"feed": 0}, "battery": {}, "ups": {"bus": 0},
    "pdu": {"ups_a": 0, "ups_b": -1, "alternate_a": -1, "alternate_b": -1},
    "rack": {"pdu": 0, "hall": 0, "cdu": -1},
    "hall": {"bus": 0, "ups": -1, "bus_2": -1, "ups_2": -1, "plant": 0},
    "plant": {"bus": 0, "bus_2": -1, "pump_ups": -1, "pump_ups_2": -1},
}  # fmt: skip
"""One unit of each class, and what hangs on what; there are as many racks as are given heat."""
LEAKY = ("cooling.halls.hall-1.bypass=0.15", "cooling.halls.hall-1.leakage=0.1")
LAYOUT = (
    "cooling.halls.hall-1.layout={rows: 2, racks_per_row: 5, pitch: 0.6 m, depth: 1.2 m, height: 2.2 m, "
    "cold_aisle: 1.2 m, hot_aisle: 1 m, arrangement: alternating, containment: none, "
    "recirculation: {supply_heat_index: 0.2, mixing_length: 1.5 m}}",
    "racks.cpu.count=6",
    "racks.gpu.count=4",
)


class Bench:
    """Racks in a hall with its plant behind one live busbar; the heat of each rack is set by hand.

    Attributes
    ----------
    heat : (rack,) array
        Heat each rack releases [W].
    """

    def __init__(
        self, backend: str, heat: Sequence[float], matrix: Array | None = None, changes: Sequence[str] = ()
    ) -> None:
        racks = len(heat)
        whole = build(load("hall-2mw", ["cooling.halls.hall-1.fans_on=bus-a", *changes])).site
        kept = {name: racks if name == "rack" else 1 for name in PLACES}
        params = {name: block[:, :, : kept.get(name, 0)].copy() for name, block in whole.params.items()}
        states = {name: block[:, :, : kept.get(name, 0)].copy() for name, block in whole.states.items()}
        for name, values in PLACES.items():
            for key, value in values.items():
                params[name][:, BLOCKS[name].param_index(key)] = value
        states["pdu"][:, f.PDU_SOURCE_A], states["pdu"][:, f.PDU_SOURCE_B] = 0.0, -1.0
        rack = params["rack"]
        rack[:, f.RACK_T_SHUTDOWN] = 1e3
        # Fans follow the heat alone, and no chip shuts down: an index is defined at a given flow.
        rack[:, [f.RACK_FAN_INLET, f.RACK_FAN_INLET_FULL, f.RACK_CHIP_SHUTDOWN]] = NEVER
        # The chain that feeds them is there and live, and carries nothing: their heat is written before each interval.
        for row in (f.RACK_POWER_IDLE, f.RACK_POWER_PEAK, f.RACK_POWER_OTHER, f.RACK_FAN_POWER, f.RACK_PSU_0):
            rack[:, row] = 0.0
        units: dict[str, list[Unit]] = {
            block.name: [Unit(block.name, PLACES.get(block.name, {}))] * kept.get(block.name, 0)
            for block in f.BLOCKS
        }
        recirculation = whole.recirculation
        if matrix is not None:
            inlet, exhaust = np.nonzero(matrix)
            recirculation = np.column_stack([inlet, exhaust, matrix[inlet, exhaust]])
            rack[:, f.RACK_RECIRCULATION] = matrix.sum(axis=1)
        names = {name: [unit.name for unit in group] for name, group in units.items()}
        site = Site(params, states, pack_links(link(units)), names, recirculation=recirculation)
        self.site = site
        self.heat = np.asarray(heat, dtype=np.float64)
        self.machine: Machine = open_machine(backend, site, states)
        self.signal = np.zeros((1, len(f.SIGNAL.params)))
        self.signal[:, [f.SIG_FREQUENCY_0, f.SIG_FREQUENCY_1, f.SIG_F_NOMINAL]] = 50.0
        self.signal[:, f.SIG_VOLTAGE] = 1.0
        self.signal[:, [f.SIG_T_DRY, f.SIG_T_WET, f.SIG_T_DEW]] = [20.0, 15.0, 12.0]
        self.given = 0.0
        self.t = 0.0

    def run(self, intervals: int, step: float = STEP) -> None:
        """Take so many control intervals of one thermal step of `step` [s] each."""
        for _ in range(intervals):
            rack = self.machine.states()["rack"]
            rack[0, f.RACK_HEAT] = self.heat * step
            self.machine.write("rack", rack)
            self.given += float(self.heat.sum()) * step
            self.machine.advance(
                Interval(
                    self.t, step, 1, 1, 0, np.ones(1, dtype=np.int64), self.signal, np.zeros((1, 2)), none(),
                )
            )  # fmt: skip
            self.t += step

    def rack(self, row: int) -> Array:
        """A state of every rack."""
        values: Array = np.array(self.machine.states()["rack"][0, row])
        return values

    def hall(self, row: int) -> float:
        """A state of the hall."""
        return float(self.machine.states()["hall"][0, row, 0])

    def stored(self) -> float:
        """Heat in racks and air above 0 degC [J]."""
        p, s = self.site.params, self.machine.states()
        air = p["hall"][0, f.HALL_C_COLD, 0] * s["hall"][0, f.HALL_T_COLD, 0]
        air += p["hall"][0, f.HALL_C_HOT, 0] * s["hall"][0, f.HALL_T_HOT, 0]
        return float(air + (p["rack"][0, f.RACK_C_MASS] * s["rack"][0, f.RACK_T_MASS]).sum())


def rise(bench: Bench) -> Array:
    """Rise of the air over each rack [K]."""
    rises: Array = bench.heat / (AIR_CP * bench.rack(f.RACK_FLOW))
    return rises


def two_racks(backend: str) -> list[Check]:
    """Two racks that draw from each other: `u_1 = a (r_2 + b r_1) / (1 - a b)` above supply."""
    a, b = 0.2, 0.1
    bench = Bench(backend, (6e3, 4e3), np.array([[0.0, a], [b, 0.0]]))
    bench.run(SETTLED)
    r = rise(bench)
    u = np.array([a * (r[1] + b * r[0]), b * (r[0] + a * r[1])]) / (1.0 - a * b)
    inlet = bench.rack(f.RACK_T_INLET)
    return [
        Check(f"two racks: inlet of rack {k + 1}", float(inlet[k]), SUPPLY + u[k], 1e-6, "degC")
        for k in range(2)
    ]


def ring(backend: str) -> list[Check]:
    """A ring in which each draws a share of its neighbour's exhaust: `SHI = a` at equal heat; a circulant otherwise."""
    a, n = 0.25, 5
    matrix = a * np.roll(np.eye(n), 1, axis=1)
    equal = Bench(backend, [5e3] * n, matrix)
    equal.run(SETTLED)
    uneven = Bench(backend, (2e3, 6e3, 4e3, 6e3, 3e3), matrix)
    uneven.run(SETTLED)
    # u = A (u + r): in the ring's Fourier modes each is divided by 1 - a e^(i k).
    modes = a * np.exp(2j * np.pi * np.arange(n) / n)
    exact = np.fft.ifft(np.fft.fft(rise(uneven)) * modes / (1.0 - modes)).real
    off = float(np.abs(uneven.rack(f.RACK_T_INLET) - SUPPLY - exact).max())
    return [
        Check("ring of equal racks: supply heat index", equal.hall(f.HALL_SHI), a, 1e-9, "1"),
        Check(
            "ring of unequal racks: farthest inlet from the circulant's solution",
            off,
            0.0,
            1e-6,
            "K",
        ),
    ]


def conserved(backend: str) -> list[Check]:
    """Heat that leaves racks and fans is in the coils or in the air, at any step, while racks stop and start."""
    checks = []
    rng = np.random.default_rng(7)
    matrix = rng.random((6, 6))
    matrix *= 0.4 / matrix.sum(axis=1, keepdims=True)
    for step in (1.0, 60.0, 900.0):
        bench = Bench(backend, [4e3] * 6, matrix, LEAKY)
        start = bench.stored()
        for heat in ((6e3, 0.0, 4e3, 4e3, 0.0, 6e3), (0.0, 6e3, 1e3, 0.0, 6e3, 2e3)):
            bench.heat = np.array(heat)
            bench.run(10, step)
        into = bench.given + bench.hall(f.HALL_E_ELEC)
        left = into - bench.hall(f.HALL_E_OUT) - (bench.stored() - start)
        checks.append(
            Check(f"heat not accounted for, share, steps of {step:g} s", abs(left) / into, 0.0, 1e-9, "1")
        )
    return checks


def laid_out(backend: str) -> list[Check]:
    """Ten racks in two rows whose matrix is scaled from the layout to a supply heat index of 0.2."""
    whole = build(load("hall-2mw", list(LAYOUT))).site
    full = whole.params["rack"][0]
    heat = full[f.RACK_FLOW_MAX] * AIR_CP * full[f.RACK_DELTA_T]
    bench = Bench(backend, heat.tolist(), None, LAYOUT)
    bench.run(SETTLED)
    inlet = bench.rack(f.RACK_T_INLET)
    ends = inlet[[0, 4, 5, 9]].mean() - inlet[[2, 7]].mean()
    taken = bench.hall(f.HALL_Q_COIL) / (float(heat.sum()) + bench.hall(f.HALL_POWER))
    return [
        Check("layout: supply heat index", bench.hall(f.HALL_SHI), 0.2, 1e-6, "1"),
        Check("layout: heat of the coils over heat of racks and fans", taken, 1.0, 1e-6, "1"),
        Check("layout: ends of rows warmer than their middle", float(ends > 0.0), 1.0, 0.0, "1", f"by {ends:.2f} K"),
    ]  # fmt: skip


def run(backend: str) -> list[Check]:
    """Return the checks."""
    return [*two_racks(backend), *ring(backend), *conserved(backend), *laid_out(backend)]


def figure() -> Any:
    """Inlet temperatures of four rows at supply heat indices of 0.05 to 0.3, in the places of the racks."""
    import plotly.graph_objects as go

    from twin.facility.hall_layout import calibrated, pattern, places
    from twin.scenario.hall_air import Layout

    layout = Layout.model_validate(
        {
            "rows": 4, "racks_per_row": 12, "pitch": "0.6 m", "depth": "1.2 m", "height": "2.2 m",
            "cold_aisle": "1.2 m", "hot_aisle": "1 m", "arrangement": "alternating", "containment": "none",
        }
    )  # fmt: skip
    place = places(layout, 48)
    weights = pattern(layout, place, 1.5)
    plot = go.Figure(layout={"title": CASE.title, "template": "plotly_white"})
    for index in (0.05, 0.1, 0.2, 0.3):
        matrix = calibrated(weights, np.ones(48), np.full(48, 12.0), index)
        warmer = np.linalg.solve(np.eye(48) - matrix, matrix @ np.full(48, 12.0))
        for row in (0, 1):
            mine = place.row == row
            plot.add_scatter(
                x=place.x[mine], y=SUPPLY + warmer[mine], name=f"SHI {index:g}, row {row + 1}",
                line={"dash": "solid" if row else "dot"},
            )  # fmt: skip
    plot.update_xaxes(title="place along the row, m").update_yaxes(title="inlet, degC")
    return plot


CASE = Case(
    name="recirculation",
    title="Recirculation: inlets of racks that draw each other's exhaust",
    reference="closed forms of two racks and of a ring, conservation of heat, supply heat index",
    source="Q. Tang et al. 2006 and 2008 (cross-interference form); R. K. Sharma et al., AIAA 2002-3091 (SHI)",
    run=run,
    figure=figure,
)
