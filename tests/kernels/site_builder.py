"""Small sites made by hand for the tests of the electrical kernels, and a rig that steps them.

The default of every unit is ideal: lossless, without delay, with a flat source voltage of 1 V. A test names what
it departs in, so its numbers can be checked on paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.disturbances import none, sag_rows
from twin.facility.links import link
from twin.facility.pack import Unit, pack_units
from twin.kernels import fields as f
from twin.kernels.backend import Interval, open_machine
from twin.kernels.battery import battery_stored
from twin.kernels.site import Site, pack_links

Array = NDArray[np.float64]
Values = Mapping[str, float]
Units = Iterable[Values]

NEVER = 1e30
LFP = (
    2.2862, 3.0647, 3.1967, 3.2120, 3.2343, 3.2547, 3.2703, 3.2812, 3.2921, 3.2958, 3.2995, 3.3015, 3.3035,
    3.3063, 3.3108, 3.3227, 3.3345, 3.3385, 3.3425, 3.3447, 3.5305,
)  # fmt: skip
"""Open-circuit voltage of a Sony US26650FTC1 at 21 charges, from SimSES (TU Munich, 3-clause BSD)."""
WHITE_PAPER_108 = {
    f"loss{mode}_{k}": value
    for mode in ("", "_battery")
    for k, value in enumerate((0.01333, 0.0064, 0.01081))
}
"""Loss of a delta-conversion UPS, APC white paper 108."""
DYNAMIC_CONTAINMENT = {
    "droop_dead_band": 0.015,
    "droop_knee": 0.2,
    "droop_knee_share": 0.05,
    "droop_full": 0.5,
}
"""NESO Dynamic Containment."""

IDEAL: dict[str, dict[str, float]] = {
    "bus": {
        "feed": 0, "transformer_loss_no_load": 0, "transformer_loss_load": 0, "transformer_power_rated": 1e6,
        "voltage_min": 0.85, "voltage_max": 1.1, "frequency_min": 47, "frequency_max": 52, "detect_delay": 0,
        "retransfer_delay": 0, "open_transition": 0, "generator_close_fraction": 1,
        "transformer_resistance": 0, "transformer_reactance": 0, "transformer_power_factor": 1,
        "transformer_boost": 0, "tap_step": 0, "tap_max": 0, "tap_band": 0, "tap_delay": 0, "tap_target": 1,
        "oil_rise": 55, "gradient": 23, "oil_time": 10800, "winding_time": 240, "oil_exponent": 0.8,
        "winding_exponent": 1.6, "k11": 1, "k21": 1, "k22": 2, "paper_upgraded": 0, "transformer_indoor": 0,
        "transformer_room": 0, "hot_spot_alarm": NEVER,
        "close_limit": NEVER, "stop_delay": 0, "closed_transition": 0, "soft_transition": 0, "parallel_time": 0.1,
        "synchronise_limit": 60, "synchronise_or_open": 1, "synchronise_angle": 0.1745, "synchronise_slip": 0.1,
        "synchronise_voltage": 0.03, "leave_on_latch": 0, "frequency_shed": 0, "frequency_trip": 0,
        "trip_delay": 0, "shed_delay": 0, "restore_delay": 0, "shed_soc": 0, "levels": 1, "priority_ups": 1,
        "priority_cooling": 1, "priority_charging": 1, **{f"connect_{k}": 0.0 for k in range(1, 9)},
        "connect_after_sets": 0, "ramp_limit": 0, "form_first": 0, "charge_restore": 3600, "handover": 0,
    },
    "genset": {
        "bus": 0, "power_rated": 1e3, "start_delay": 0, "signal_delay": 0, "fire_time": 0, "crank_time": 15,
        "crank_rest": 15, "crank_limit": 0, "cooldown": 0, "warm_up": 0, "warm_first": 1, "fuel_0": 0,
        "fuel_1": 0, "fuel_2": 0, "fuel_floor": 0, "fuel_heat": 35.8e9, "co2_per_fuel": 2710,
        "nox_per_energy": 0, "tank": 1, "pipeline": 0, "tank_bulk": 0, "transfer_flow": 0, "delivery_delay": 0,
        "delivery_volume": 0, "load_min": 0, "inertia": 1, "ramp": NEVER, "droop": 0.04, "governor_gain": 8,
        "governor_reset": 1, "actuator_lag": 0.1, "dead_time": 0, "rack_max": 1.1, "friction": 0.1,
        "aspirated": 1.1, "turbo_lag": 0, "share_gain": 0.04, "soft_load": 0, "frequency_nominal": 50,
        "power_at_nominal": 0.5, "load_step_max": 1, "load_step_interval": 0, "power_factor_rated": 1,
        "power_factor_load": 1, "reactance": 0, "reactance_transient": 0, "field_lag": 1, "exciter_lag": 0,
        "avr_gain": 10, "avr_reset": 1, "ceiling": 10, "volts_per_hertz_knee": 0, "volts_per_hertz_slope": 0,
        "slip": 0, "sync_angle": 4, "sync_slip": NEVER, "sync_voltage": NEVER, "frequency_low": 0,
        "frequency_high": NEVER, "frequency_delay": 0, "voltage_low": 0, "voltage_delay": 0,
        "overload_pickup": NEVER, "overload_time": 1, "call_delay": 0, "call_soc": 1,
    },
    "battery": {
        "charge_rated": 3.6e6, "cells_in_series": 1, "resistance_ohmic": 0, "resistance_rc": 0, "tau_rc": 0,
        "resistance_rc2": 0, "tau_rc2": 0, "resistance_activation": 0, "temperature_reference": 25,
        "bulk_share": 0, "tau_bulk": 0, "hysteresis_half_gap": 0, "hysteresis_rate": 0, "coulombic_loss": 0,
        "power_discharge_max": 1e12, "power_charge_max": 1e12, "current_max": 1e30, "cell_voltage_min": 0,
        "cell_voltage_max": 1e30, "soc_min": 0, "soc_max": 1, "heat_capacity": 1e6, "conductance": 1e3,
        "temperature_room": 25, "temperature_max": 60, "temperature_charge_min": -1e30, "lead_acid": 0,
        "life_calendar": 4.7e8, "life_cycles": 3e3, "fade_before": 0,
        **{f"resistance_shape_{k}": 0 for k in range(f.BAT_SHAPE_POINTS)},
        **{f"ocv_{k}": 1.0 for k in range(f.BAT_OCV_POINTS)},
    },
    "pcs": {
        "bus": 0, "power_rated": 1e3, "loss_0": 0, "loss_1": 0, "loss_2": 0, "soc_reserve": 0, "standby": 0,
        "response_time": 0, "grid_forming": 1, "black_start": 1, "form_delay": 0, "droop": 0, "voltage_droop": 0,
        "overload": 1, "overload_time": 0, "charge_target": 0.5,
    },
    "ups": {
        "bus": 0, "power_rated": 1e3, "loss_0": 0, "loss_1": 0, "loss_2": 0, "voltage_min": 0.85,
        "voltage_max": 1.15, "frequency_min": 40, "frequency_max": 70, "walk_in": 0, "retransfer_delay": 0,
        "overload": 1.5, "rectifier_margin": 2, "charge_power": 0, "direct": 0, "soc_reserve": 0,
        "modules": 1, "module_load": 0, "loss_battery_0": 0, "loss_battery_1": 0, "loss_battery_2": 0,
        "loss_bypass_0": 0, "loss_bypass_1": 0, "loss_bypass_2": 0, "overload_recovery": 600,
        **{f"overload_load_{k}": 1.5 for k in range(4)}, **{f"overload_time_{k}": NEVER for k in range(4)},
        "detect_delay": 0, "phase_jump_max": NEVER, "voltage_full": 1, "frequency_nominal": 50, "bypass": 0,
        "bypass_voltage_min": 0.9, "bypass_voltage_max": 1.1, "bypass_frequency_limit": 3, "bypass_transfer": NEVER,
        "eco": 0, "eco_voltage_min": 0.9, "eco_voltage_max": 1.1, "eco_delay": 0, "eco_transfer": 0,
        "counter_events": 0, "counter_window": 60, "counter_any": 0, "counter_reset": NEVER, "ride_points": 0,
        **{f"ride_{name}_{k}": 0 for name in ("voltage", "time") for k in range(6)}, "ride_return": 0,
        "ride_walk_in": 0, "test_load": 1, "test_time": 0, "test_soc_min": 0, "test_voltage_min": 0,
        "dc_float": 0, "dc_battery": 1,
    },
    "ring": {
        "nodes": 2, "circuits": 1, "voltage_nominal": 20e3, "current_max": 1e3,
        **{f"resistance_{k}": 0.1 for k in range(f.RING_NODES_MAX)},
    },
    "station": {
        "ring": 0, "node": 0, "load_side": 0, "feed": 0, "power_rated": 10e6, "loss_0": 0, "loss_1": 0, "loss_2": 0,
        "voltage_set": 1, "droop": 0.04, "voltage_min": 0.85, "voltage_max": 1.15, "overload": 1.1,
        "overload_time": 1, "restart_delay": 0,
    },
    "pdu": {
        "ups_a": 0, "ups_b": -1, "power_rated": 1e3, "loss_0": 0, "loss_1": 0, "loss_2": 0,
        "cable_resistance": 0, "breaker_rated": 0, "breaker_k": 1.125, "breaker_tau": 200, "breaker_instant": 10,
        "priority": 0, "alternate_a": -1, "alternate_b": -1, "switch_voltage_min": 0.9, "switch_voltage_max": 1.1,
        "switch_gap": 0.006, "switch_phase": 0.26, "switch_gap_phase": 0.02, "switch_return": 5,
    },
    "rack": {
        "workload": 0, "pdu": 0, "hall": 0, "cdu": -1, "count": 1, "power_idle": 0, "power_peak": 1e3,
        "power_other": 0, "curve": 1, "swing": 0, "synchronised": 0, "wave_rate": 0, "wave_duty": 1,
        "wave_phase": 0, "psu_power_rated": 1e3, "psu_loss_0": 0, "psu_loss_1": 0, "psu_loss_2": 0,
        "psu_loss_3": 0, "holdup_energy": 0, "voltage_min": 0.78, "voltage_max": 1.148, "restart_delay": 0,
        "voltage_return": 0.78, "voltage_surge": 1.148, "cease_delay": 0, "over_delay": 0, "return_delay": 0,
        "input_limit": NEVER, "share_a": 0.5, "ramp_time": 0, "power_floor": 0, "store_kind": 0, "store_energy": 0,
        "store_power": 0, "store_charge": 0, "store_efficiency": 1, "store_detect": 0, "store_tau": 0,
        "store_rate": NEVER, "store_balance": NEVER,
        "fan_power_rated": 0, "air_flow_max": 0, "air_flow_min": 0, "air_delta_t": 0, "heat_capacity": 1,
        "conductance": 0, "recirculation": 0, "liquid_fraction": 0, "plate_heat_capacity": 0,
        "plate_conductance": 0, "inlet_limit": 1e3, "inlet_shutdown": 1e3, "plate_shutdown": 1e3,
        "chip_resistance": 0, "chip_lag": 0, "leakage": 0, "leakage_reference": 25, "chip_throttle": NEVER,
        "chip_throttle_full": NEVER, "inlet_throttle": NEVER, "inlet_throttle_full": NEVER, "throttle_least": 1,
        "chip_shutdown": NEVER, "fan_inlet": NEVER, "fan_inlet_full": NEVER, "fan_lag": 0,
        "door_conductance": 0, "door_temperature": 0, "door_water_flow": 0,
    },
}  # fmt: skip
RUNNING: dict[str, dict[str, float]] = {
    "feed": {"voltage": 1, "frequency": 50, "outage_start": NEVER, "outage_end": NEVER},
    "bus": {"voltage": 1, "frequency": 50},
    "genset": {"run_left": NEVER},
    "battery": {"soc": 1, "temperature": 25},
    "pcs": {},
    "ups": {"mode": f.UPS_NORMAL, "walk": 1, "voltage": 1, "input_voltage": 1},
    "pdu": {},
    "rack": {"mode": f.RACK_ON, "lost_at": -1},
    "ring": {},
    "station": {"mode": f.STA_WORKING},
}
BLOCKS = {block.name: block for block in f.BLOCKS}
DIRECT = {"direct": 1.0, "power_rated": 1e12, "overload": 1e3, "rectifier_margin": 1e3}
"""A plain connection to the bus."""


def lfp(series: float = 1.0) -> dict[str, float]:
    """Source voltage of LFP cells in series."""
    points = np.interp(np.linspace(0.0, 1.0, f.BAT_OCV_POINTS), np.linspace(0.0, 1.0, len(LFP)), LFP)
    return {"cells_in_series": series} | {f"ocv_{k}": float(v) for k, v in enumerate(points)}


def ideal_unit(kind: str, name: str, values: Values) -> Unit:
    """One unit: the ideal one with some of its parameters or initial states changed."""
    params = dict(IDEAL.get(kind, {}))
    states = dict(RUNNING[kind])
    for key, value in values.items():
        known = {field.name for field in BLOCKS[kind].states}
        (params if key in params else states)[key] = value
        assert key in params or key in known, f"{kind} has no '{key}'"
    if kind == "battery":
        ocv = np.array([params[f"ocv_{k}"] for k in range(f.BAT_OCV_POINTS)])
        half = 0.5 / (f.BAT_OCV_POINTS - 1)
        integral = np.concatenate([[0.0], np.cumsum(half * (ocv[1:] + ocv[:-1]))])
        params |= {f"energy_{k}": float(value) for k, value in enumerate(integral)}
        column = np.array([[params[field.name]] for field in f.BATTERY.params])
        states["stored"] = battery_stored(column, 0, states["soc"], states.get("voltage_rc", 0.0))
        states.setdefault("turn", states["soc"])
        states.setdefault("furthest", states["soc"])
    if kind == "rack":
        states.setdefault("holdup", params["holdup_energy"])
    if kind == "pdu":
        states.setdefault("source_a", params["ups_a"])
        states.setdefault("source_b", params["ups_b"])
    if kind == "genset":
        states.setdefault("fuel", params["tank"])
    if kind == "pdu":
        states |= {"source_a": params["ups_a"], "source_b": params["ups_b"]} | {
            key: states[key] for key in ("source_a", "source_b") if key in states
        }
    if kind == "ups":
        states.setdefault("timer", params["retransfer_delay"])
    return Unit(name, params, states)


def one(kind: str, **values: float) -> tuple[Array, Array]:
    """Parameter and state block (field, 1) of one unit, to call its kernels directly."""
    p, s = pack_units(BLOCKS[kind], [ideal_unit(kind, kind, values)])
    return p[0], s[0]


def make_site(
    *,
    racks: Units = ({},),
    pdus: Units = ({},),
    ups: Units = ({},),
    batteries: Units = ({},),
    buses: Units = ({},),
    feeds: Units = ({},),
    gensets: Units = (),
    pcs: Units = (),
    rings: Units = (),
    stations: Units = (),
) -> Site:
    """Put a site together; every class is a list of departures from the ideal unit, sorted by parent.

    `batteries` lists one per UPS first, then one per storage converter.
    """
    given = {
        "feed": feeds, "bus": buses, "genset": gensets, "battery": batteries, "pcs": pcs, "ups": ups,
        "pdu": pdus, "rack": racks, "ring": rings, "station": stations,
    }  # fmt: skip
    units: dict[str, list[Unit]] = {name: [] for name in BLOCKS}
    for name, group in given.items():
        units[name] = [ideal_unit(name, f"{name}-{k}", values) for k, values in enumerate(group)]
    assert len(units["battery"]) == len(units["ups"]) + len(units["pcs"])
    packed = {name: pack_units(BLOCKS[name], group) for name, group in units.items()}
    return Site(
        params={name: pair[0] for name, pair in packed.items()},
        states={name: pair[1] for name, pair in packed.items()},
        links=pack_links(link(units)),
        names={name: [unit.name for unit in group] for name, group in units.items()},
    )


class Rig:
    """A site with its members on the CPU, stepped by the loop that every run uses, without its thermal part.

    Attributes
    ----------
    t : float
        Run time [s].
    signal, utilisation : arrays
        Of the next interval.
    s : dict of str to (member, field, unit) array
        Live states.
    """

    def __init__(self, site: Site, members: int = 1, **signal: float) -> None:
        self.site = site
        self.machine = open_machine(
            "cpu", site, {k: np.repeat(v, members, axis=0) for k, v in site.states.items()}
        )
        self.s = self.machine.states()
        self.t = 0.0
        self.members = members
        self.signal = np.zeros((members, len(f.SIGNAL.params)))
        self.set(frequency_start=50, frequency_end=50, voltage=1, frequency_nominal=50, **signal)
        workloads = int(site.params["rack"][0, f.RACK_WORKLOAD].max()) + 1
        self.utilisation = np.ones((members, workloads))
        self.disturbances = none()

    def set(self, **signal: float) -> None:
        """Change signals."""
        for name, value in signal.items():
            self.signal[:, f.SIGNAL.param_index(name)] = value

    def frequency(self, value: float) -> None:
        """Hold the grid frequency at `value` [Hz]."""
        self.set(frequency_start=value, frequency_end=value)

    def sag(self, start: float, duration: float, residual: float, feed: int = -1) -> None:
        """Add a voltage disturbance."""
        sag = sag_rows([(start, start + duration, feed, residual)])
        self.disturbances = np.concatenate([self.disturbances, sag])

    def outage(self, start: float, duration: float, feed: int | None = None) -> None:
        """Take the mains from one feed or all of them, of every member."""
        which: Any = slice(None) if feed is None else feed
        self.s["feed"][:, f.FEED_OUTAGE_START, which] = start
        self.s["feed"][:, f.FEED_OUTAGE_END, which] = start + duration

    def run(self, dt: float, steps: int = 1) -> None:
        """Advance by one interval of `steps` steps of `dt` [s]."""
        self.machine.advance(
            Interval(
                self.t, dt, steps, 0, 0, np.ones(self.members, np.int64), self.signal, self.utilisation,
                self.disturbances,
            )
        )  # fmt: skip
        self.t += dt * steps

    def until(self, end: float, dt: float) -> None:
        """Advance to `end` [s] in one interval."""
        self.run(dt, round((end - self.t) / dt))

    def __call__(self, kind: str, field: int, unit: int = 0, member: int = 0) -> float:
        """One state of one unit."""
        return float(self.s[kind][member, field, unit])
