"""The smallest site that has generators, storage and a load: everything REopt does not see is switched off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twin.ensemble import Draws, DurationLaw, Outcomes, Phase, draw, ride
from twin.facility.pack import Unit, pack_units
from twin.facility.ups import direct_units
from twin.kernels import fields as f
from twin.kernels.fields import BLOCKS, Block
from twin.kernels.scalar import Array
from twin.kernels.site import Site, pack_links

KW, KWH, HOUR = 1e3, 3.6e6, 3600.0
PEAK = 1e6
"""Rack power at full utilisation [W]; the load of a case is a share of it."""

CELLS = 1.0
VOLTS = 1000.0
"""Constant voltage of the pack [V]."""


@dataclass(frozen=True)
class Small:
    """A site of one bus: equal sets, one storage, one rack without a UPS; SI.

    Attributes
    ----------
    sets, set_power : int, float
        Generating sets and the rating of one.
    start_delay : float
        Call to ready for load.
    storage_power, storage_energy, soc_min, soc : float
        Of the storage.
    loss : tuple of float
        Of its converter: loss / rated = l0 + l1 x + l2 x^2.
    resistance : float
        Of its battery [ohm], at 1000 V.
    hold_up : float
        Energy in the supplies of the rack [J].
    """

    sets: int = 0
    set_power: float = KW
    start_delay: float = 0.0
    storage_power: float = 0.0
    storage_energy: float = 0.0
    soc_min: float = 0.0
    soc: float = 1.0
    loss: tuple[float, float, float] = (0.0, 0.0, 0.0)
    resistance: float = 0.0
    hold_up: float = 0.0


@dataclass(frozen=True)
class Risk:
    """Chances of a generating set; running time to failure in s."""

    availability: float = 1.0
    start_failure: float = 0.0
    mttf: float = 1e30


@dataclass(frozen=True)
class Loads:
    """Hourly load that starts again after its last hour [W]."""

    hourly: Array

    @property
    def constant(self) -> bool:
        """Whether it never changes."""
        return bool(np.ptp(self.hourly) == 0.0)

    def rows(self, t: Array) -> tuple[Array, Array]:
        """Signal and utilisation of members at times `t` [s]."""
        signal = np.zeros((t.size, len(f.SIGNAL.params)))
        signal[:, [f.SIG_FREQUENCY_0, f.SIG_FREQUENCY_1, f.SIG_F_NOMINAL]] = 50.0
        signal[:, f.SIG_VOLTAGE] = 1.0
        hour = np.floor(t / HOUR + 1e-9).astype(int) % self.hourly.size
        return signal, (self.hourly[hour] / PEAK)[:, None]


def zeros(block: Block, **given: float) -> dict[str, float]:
    """Parameters of a class: zero but for those given."""
    return dict.fromkeys((entry.name for entry in block.params), 0.0) | given


def genset(small: Small, k: int) -> Unit:
    """One generating set that needs no fuel and follows its load at once (no inertia, no ramp, no protection)."""
    params = zeros(
        f.GENSET, power_rated=small.set_power, start_delay=small.start_delay, crank_limit=75.0, fuel_heat=1.0,
        tank=1.0, ramp=1e30, frequency_high=1e30, overload_pickup=1e30, overload_time=1.0, frequency_nominal=50.0,
        call_soc=1.0,
    )  # fmt: skip
    return Unit(f"set-{k + 1}", params, {"fuel": 1.0, "run_left": 1e30})


def pack(small: Small) -> Unit:
    """A battery of constant voltage."""
    params = zeros(
        f.BATTERY, charge_rated=max(small.storage_energy, 1.0) / VOLTS, cells_in_series=CELLS,
        resistance_ohmic=small.resistance, power_charge_max=small.storage_power,
        power_discharge_max=small.storage_power * (1.0 + sum(small.loss)), soc_min=small.soc_min, soc_max=1.0,
        current_max=1e30, cell_voltage_max=2.0 * VOLTS, life_calendar=1e30, life_cycles=1e30,
        heat_capacity=1e6, conductance=1.0, temperature_room=25.0, temperature_max=60.0,
    )  # fmt: skip
    params |= {f"ocv_{k}": VOLTS for k in range(f.BAT_OCV_POINTS)}
    params |= {f"energy_{k}": VOLTS * k / (f.BAT_OCV_POINTS - 1) for k in range(f.BAT_OCV_POINTS)}
    states = {"soc": small.soc, "temperature": 25.0, "stored": small.soc * max(small.storage_energy, 1.0)}
    return Unit("battery", params, states)


def build(small: Small) -> Site:
    """The site, on the mains and at rest. Its cooling has no units of any size: thermal steps are never taken."""
    direct, nothing = direct_units("bus", 0)
    converter = zeros(
        f.PCS, power_rated=max(small.storage_power, 1.0), loss_0=small.loss[0], loss_1=small.loss[1],
        loss_2=small.loss[2], soc_reserve=1.0, grid_forming=1.0, black_start=1.0, overload=1.0,
    )  # fmt: skip
    window = {"voltage_min": 0.85, "voltage_max": 1.15}
    bus = zeros(
        f.BUS, transformer_power_rated=1e9, transformer_power_factor=1.0, frequency_min=40.0, frequency_max=60.0,
        retransfer_delay=1e30, generator_close_fraction=1.0, close_limit=1e30, **window,
    )  # fmt: skip
    rack = zeros(
        f.RACK, cdu=-1.0, count=1.0, power_peak=PEAK, curve=1.0, psu_power_rated=PEAK,
        holdup_energy=small.hold_up, inlet_limit=1e3, inlet_shutdown=1e3, input_limit=1e30, **window,
    )  # fmt: skip
    never = {"voltage": 1.0, "frequency": 50.0, "outage_start": 1e30, "outage_end": 1e30}
    units = {
        "feed": [Unit("feed", {}, never)],
        "bus": [Unit("bus", bus, {"voltage": 1.0})],
        "genset": [genset(small, k) for k in range(small.sets)],
        "battery": [nothing, pack(small)],
        "pcs": [Unit("storage", converter, {"mode": 1.0})],
        "ups": [direct],
        "pdu": [
            Unit(
                "pdu",
                zeros(f.PDU, ups_b=-1.0, alternate_a=-1.0, alternate_b=-1.0, power_rated=1e9),
                {"source_b": -1.0},
            )
        ],
        "rack": [Unit("rack", rack, {"mode": 1.0, "holdup": small.hold_up, "lost_at": -1.0})],
        "hall": [Unit("hall", zeros(f.HALL, ups=-1.0))],
        "plant": [Unit("plant", zeros(f.PLANT, pump_ups=-1.0))],
    }
    packed = {block.name: pack_units(block, units.get(block.name, [])) for block in BLOCKS}
    return Site(
        params={name: pair[0] for name, pair in packed.items()},
        states={name: pair[1] for name, pair in packed.items()},
        links=pack_links([[0, 1], [0, 1], [0], [0, 1], [0, small.sets], [0, 1], [0, 1], [0]]),
        names={block.name: [unit.name for unit in units.get(block.name, [])] for block in BLOCKS},
    )


def outage(
    small: Small,
    load: Array,
    starts: Array,
    duration: float,
    schedule: tuple[Phase, ...],
    risk: Risk,
    backend: str,
    seed: int = 1,
) -> Outcomes:
    """Outages of one `duration` [s], one member per entry of `starts` [s], drawn from `risk`."""
    site = build(small)
    law = DurationLaw(median=duration, sigma=0.0, longest=duration)
    drawn: Draws = draw(seed, np.arange(starts.size), law, 1.0, [risk] * small.sets)
    states = {name: np.repeat(block, starts.size, axis=0) for name, block in site.states.items()}
    states["genset"][:, f.GEN_UNAVAILABLE] = drawn.unavailable
    states["genset"][:, f.GEN_START_FAILS] = drawn.start_fails
    states["genset"][:, f.GEN_RUN_LEFT] = drawn.run_left
    variant = np.zeros(starts.size, dtype=np.int64)
    return ride(
        site, states, variant, drawn.duration, starts, Loads(load), 0.0, schedule=schedule, backend=backend
    )
