"""Random sites and random histories for the property tests of the electrical chain."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from site_builder import DIRECT, DYNAMIC_CONTAINMENT, NEVER, WHITE_PAPER_108, Rig, lfp, make_site

from twin.kernels import fields as f
from twin.kernels.site import Site

Array = NDArray[np.float64]
Rng = np.random.Generator


def some(rng: Rng, *values: float) -> float:
    """One of some values."""
    return float(rng.choice(values))


def random_battery(rng: Rng, power: float) -> dict[str, float]:
    """Seconds to hours of `power`, with a random start, limits and inner resistance."""
    energy = power * 10.0 ** rng.uniform(0.5, 4.0)
    series = 150.0
    charge = energy / (series * 3.2)
    resistance = some(rng, 0.0, 0.02, 0.1) * (series * 3.2) ** 2 / power
    low = some(rng, 0.0, 0.1, 0.3)
    return lfp(series) | {
        "charge_rated": charge,
        "resistance_ohmic": resistance,
        "resistance_rc": some(rng, 0.0, 0.5, 1.5) * resistance,
        "tau_rc": some(rng, 0.0, 0.3, 30.0),
        "power_discharge_max": power * some(rng, 0.6, 1.2, 2.0),
        "power_charge_max": power * some(rng, 0.1, 1.0),
        "soc_min": low,
        "soc_max": some(rng, 0.9, 1.0),
        "soc": rng.uniform(low, 0.9),
        "heat_capacity": 1e3 * energy / 3.6e6,
        "conductance": 0.1 * energy / 3.6e6,
    }


def random_site(rng: Rng) -> Site:
    """One or two feeds, buses, UPS systems of which some are plain connections, generators and storage."""
    buses, gensets, pcs, ups, packs, storage = [], [], [], [], [], []
    n_feed, n_bus, n_pdu = (int(rng.integers(1, 3)) for _ in range(3))
    load = 1e5
    for b in range(n_bus):
        buses.append(
            {
                "feed": b % n_feed,
                "transformer_loss_no_load": 200.0,
                "transformer_loss_load": 2000.0,
                "transformer_power_rated": 2.0 * load,
                "detect_delay": some(rng, 0.0, 0.1),
                "retransfer_delay": some(rng, 0.0, 1.0, 60.0),
                "open_transition": some(rng, 0.0, 0.3),
                "generator_close_fraction": some(rng, 0.5, 1.0),
                "close_limit": some(rng, NEVER, 5.0),
                "closed_transition": some(rng, 0.0, 1.0),
                "soft_transition": some(rng, 0.0, 1.0),
                "parallel_time": some(rng, 0.0, 0.1, 10.0),
                "stop_delay": some(rng, 0.0, 30.0),
                "form_first": some(rng, 0.0, 1.0),
                "leave_on_latch": 1.0,
                "frequency_trip": some(rng, 0.0, 45.0),
                "frequency_shed": some(rng, 0.0, 48.0),
                "levels": some(rng, 1, 3),
                "priority_cooling": some(rng, 1, 2),
                "priority_charging": some(rng, 1, 3),
                "shed_soc": some(rng, 0.0, 0.3),
                "connect_2": some(rng, 0.0, 3.0),
                "ramp_limit": some(rng, 0.0, 1e3),
                "handover": some(rng, 0.0, 5.0),
            }
        )
        for _ in range(rng.integers(0, 4)):
            gensets.append(
                {
                    "bus": b,
                    "power_rated": load * some(rng, 0.2, 0.6, 1.2),
                    "start_delay": some(rng, 0.0, 6.5),
                    "crank_limit": 75.0,
                    "cooldown": some(rng, 0.0, 30.0),
                    "fuel_0": 1e-6,
                    "fuel_1": 7e-6,
                    "fuel_2": 1e-6,
                    "tank": some(rng, 1.0, 1e-4),
                    "run_left": some(rng, NEVER, rng.exponential(30.0)),
                    "start_fails": some(rng, 0, 0, 0, 1),
                    "unavailable": some(rng, 0, 0, 0, 1),
                }
            )
        for _ in range(rng.integers(0, 3)):
            power = load * some(rng, 0.2, 1.0)
            pcs.append(
                {
                    "bus": b,
                    "power_rated": power,
                    "soc_reserve": 0.4,
                    "standby": some(rng, 0.0, 0.005),
                    "response_time": some(rng, 0.0, 0.02, 5.0),
                    "grid_forming": some(rng, 1.0, 1.0, 0.0),
                    "black_start": some(rng, 1.0, 0.0),
                    "droop": some(rng, 0.0, 0.02, 0.05),
                    "overload": some(rng, 1.0, 1.2),
                    "overload_time": 10.0,
                }
                | some_of(rng, {"loss_0": 0.0066, "loss_1": 0.00537, "loss_2": 0.01292}, {})
            )
            storage.append(random_battery(rng, power))
        for _ in range(rng.integers(1, 3)):
            plain = rng.random() < 0.3
            rated = load * some(rng, 0.4, 1.0)
            packs.append({} if plain else random_battery(rng, rated))
            ups.append(
                {"bus": b}
                | (
                    dict(DIRECT)
                    if plain
                    else WHITE_PAPER_108
                    | {
                        "power_rated": rated,
                        "walk_in": some(rng, 0.0, 10.0),
                        "retransfer_delay": some(rng, 0.0, 0.2, 10.0),
                        "rectifier_margin": some(rng, 0.5, 1.15),
                        "charge_power": 0.1 * rated,
                        "soc_reserve": 0.5,
                        "overload": 1.5,
                        "detect_delay": some(rng, 0.0, 0.002),
                        "modules": 4.0,
                        "modules_out": some(rng, 0, 0, 0, 1, 4),
                        "module_load": some(rng, 0.0, 0.75),
                        "bypass": some(rng, 0.0, 1.0),
                        "bypass_transfer": some(rng, NEVER, 0.004),
                        "loss_bypass_1": 0.01,
                        "eco": some(rng, 0.0, 1.0),
                        "eco_delay": some(rng, 0.0, 1.0),
                        "eco_transfer": 0.002,
                        "overload_time_0": 60.0,
                        "counter_events": some(rng, 0, 2),
                        "counter_reset": some(rng, NEVER, 30.0),
                        "test_time": 10.0,
                    }
                )
            )
    pdus = [
        {
            "ups_a": int(rng.integers(len(ups))),
            "ups_b": int(rng.integers(-1, len(ups))),
            "power_rated": load / 2.0,
            "loss_0": 0.002,
            "loss_2": 0.013,
        }
        | random_row(rng, len(ups), load / 2.0)
        for _ in range(n_pdu)
    ]
    racks = [random_rack(rng, k, load / (3 * n_pdu)) for k in range(n_pdu) for _ in range(3)]
    return make_site(
        racks=racks, pdus=pdus, ups=ups, batteries=packs + storage, buses=buses, feeds=[{}] * n_feed,
        gensets=gensets, pcs=pcs,
    )  # fmt: skip


def random_row(rng: Rng, ups: int, rated: float) -> dict[str, float]:
    """Perhaps a cable, a breaker that may trip, a rank for shedding, and switches to any other system."""
    return {
        "cable_resistance": some(rng, 0.0, 0.02),
        "breaker_rated": some(rng, 0.0, 0.0, 0.5, 1.5) * rated,
        "breaker_tau": some(rng, 1.0, 200.0),
        "breaker_instant": some(rng, 1.5, 10.0),
        "theta_a": some(rng, 0.0, -1.0),
        "priority": some(rng, 0, 1, 2),
        "alternate_a": int(rng.integers(-1, ups)),
        "alternate_b": int(rng.integers(-1, ups)),
        "switch_return": some(rng, 0.0, 1.0),
        "switch_out": some(rng, 0, 0, 1),
    }


def random_ride(rng: Rng, power: float) -> dict[str, float]:
    """Perhaps slow supplies, a current limit, a ramp, a floor and a store."""
    kind = some(rng, f.STORE_NONE, f.STORE_BACKUP, f.STORE_SMOOTHING)
    energy = power * 10.0 ** rng.uniform(-2.0, 2.0)
    return {
        "voltage_return": some(rng, 0.78, 0.85),
        "voltage_surge": some(rng, 1.148, 1.3),
        "cease_delay": some(rng, 0.0, 0.01),
        "over_delay": some(rng, 0.0, 0.01, 0.5),
        "return_delay": some(rng, 0.0, 0.05),
        "input_limit": some(rng, NEVER, 0.7, 1.4) * power,
        "share_a": some(rng, 0.5, 1.0, 0.3),
        "ramp_time": some(rng, 0.0, 1.0, 15.0),
        "power_floor": some(rng, 0.0, 0.9) * power,
        "store_kind": kind,
        "store_energy": energy,
        "store_power": some(rng, 0.5, 2.0) * power,
        "store_charge": some(rng, 0.05, 1.0) * power,
        "store_efficiency": some(rng, 1.0, 0.9),
        "store_detect": some(rng, 0.0, 0.01),
        "store_tau": some(rng, 0.0, 1.0, 10.0),
        "store_rate": some(rng, NEVER, 0.5) * power,
        "store_balance": some(rng, 10.0, 100.0),
        "store": energy * rng.uniform(),
        "power_smooth": -1.0,
    }


def some_of(rng: Rng, *values: dict[str, float]) -> dict[str, float]:
    """One of some dictionaries."""
    return values[int(rng.integers(len(values)))]


def random_rack(rng: Rng, pdu: int, power: float) -> dict[str, float]:
    """A rack with a loss that is not zero at no load, and perhaps a training waveform."""
    wave = rng.random() < 0.4
    return {
        "pdu": pdu,
        "workload": int(rng.integers(2)),
        "power_idle": 0.3 * power,
        "power_peak": power * rng.uniform(0.6, 1.2),
        "power_other": 0.02 * power,
        "curve": 1.4,
        "psu_power_rated": 1.5 * power,
        "psu_loss_0": 0.008,
        "psu_loss_1": 0.02,
        "psu_loss_2": 0.02,
        "holdup_energy": some(rng, 0.0, 0.011, 0.5) * power,
        "restart_delay": some(rng, 0.0, 5.0),
        "wave_rate": some(rng, 0.1, 3.0) if wave else 0.0,
        "wave_duty": 0.6,
        "wave_phase": rng.random(),
        "swing": 0.8,
        "synchronised": some(rng, 0.0, 0.5, 1.0),
    } | some_of(rng, {}, random_ride(rng, power))


@dataclass
class History:
    """What happened to a site: the rig after it, what it held before, and what was asked for meanwhile.

    Attributes
    ----------
    bus_mechanical, ups_mechanical : (unit,) arrays
        Energy that mechanical loads asked of buses, and got from UPS systems [J].
    longest : float
        Longest step [s].
    lowest, highest : (battery,) arrays
        Charges reached.
    current : float
        Largest current of a converter over its limit that lasted for two steps.
    before : (pcs,) array
        Current over limit in the step before.
    """

    rig: Rig
    start: dict[str, Array]
    bus_mechanical: Array = field(init=False)
    ups_mechanical: Array = field(init=False)
    lowest: Array = field(init=False)
    highest: Array = field(init=False)
    longest: float = 0.0
    current: float = 0.0
    before: Array = field(init=False)

    def __post_init__(self) -> None:
        self.bus_mechanical = np.zeros(self.rig.s["bus"].shape[2])
        self.ups_mechanical = np.zeros(self.rig.s["ups"].shape[2])
        self.lowest = self.rig.s["battery"][0, f.BAT_SOC].copy()
        self.highest = self.lowest.copy()
        self.before = np.zeros(self.rig.s["pcs"].shape[2])

    def watch(self) -> None:
        """A converter keeps its current limit, but in the one step in which a load rises; see `current`."""
        p, s = self.rig.site.params["pcs"][0], self.rig.s["pcs"][0]
        now = np.abs(s[f.PCS_POWER]) / self.limit(p)
        self.current = max(self.current, float(np.minimum(now, self.before).max(initial=0.0)))
        self.before = now

    def limit(self, p: Array) -> Array:
        """Largest AC power of each converter [W]."""
        return np.maximum(p[f.PCS_OVERLOAD], 1.0) * p[f.PCS_RATED]

    def interval(self, rng: Rng, coarsest: float) -> None:
        """One interval of a random step length, load, frequency, dispatch and weather of the grid."""
        rig, s = self.rig, self.rig.s
        dt = min(10.0 ** rng.uniform(-3.0, np.log10(60.0)), coarsest)
        steps = int(rng.integers(1, 25))
        if rng.random() < 0.3:
            rig.outage(rig.t + rng.uniform(0.0, dt * steps), dt * rng.uniform(0.5, 60.0))
        if rng.random() < 0.2:
            rig.sag(rig.t + rng.uniform(0.0, dt * steps), rng.uniform(0.01, 2.0), rng.uniform(0.0, 1.2))
        rig.frequency(some(rng, 50.0, 50.0, 49.5, 49.9, 50.3, 50.6))
        rig.utilisation[:] = rng.uniform(0.0, 1.0, rig.utilisation.shape)
        s["bus"][0, f.BUS_MECH_DEMAND] = rng.uniform(0.0, 5e4, self.bus_mechanical.size)
        s["ups"][0, f.UPS_MECH_DEMAND] = rng.uniform(0.0, 5e3, self.ups_mechanical.size)
        s["ups"][0, f.UPS_RESPONSE] = rng.uniform(0.0, 5e4)
        s["ups"][0, f.UPS_COMMAND] = rng.integers(0, 5, self.ups_mechanical.size)
        s["pcs"][0, f.PCS_SETPOINT] = rng.uniform(-1e5, 1e5, s["pcs"].shape[2])
        s["pcs"][0, f.PCS_RESPONSE] = rng.uniform(0.0, 5e4)
        if rng.random() < 0.1:
            s["pdu"][0, f.PDU_OPEN_A] = some(rng, 0, 1)
        s["bus"][0, f.BUS_COMMAND] = some(rng, 0, 0, 0, 1, 2)
        for row in (f.BUS_FAULTED, f.BUS_STUCK, f.BUS_CONTROL_OUT):
            s["bus"][0, row] = some(rng, 0, 0, 0, 0, 0, 1)
        s["ups"][0, f.UPS_LATCHED] = some(rng, 0, 0, 0, 1)
        served = s["ups"][0, f.UPS_MECH_SERVED].copy()
        for _ in range(steps):
            rig.run(dt)
            self.watch()
            self.lowest = np.minimum(self.lowest, s["battery"][0, f.BAT_SOC])
            self.highest = np.maximum(self.highest, s["battery"][0, f.BAT_SOC])
        self.longest = max(self.longest, dt)
        self.bus_mechanical += s["bus"][0, f.BUS_MECH_DEMAND] * dt * steps
        self.ups_mechanical += s["ups"][0, f.UPS_MECH_DEMAND] * (s["ups"][0, f.UPS_MECH_SERVED] - served)


def random_history(seed: int, intervals: int, coarsest: float = 60.0) -> History:
    """A random site after a random history."""
    rng = np.random.default_rng(seed)
    rig = Rig(random_site(rng), **DYNAMIC_CONTAINMENT)
    history = History(rig, {name: block.copy() for name, block in rig.s.items()})
    for _ in range(intervals):
        history.interval(rng, coarsest)
    return history
