"""Rows of racks and their PDUs, in the order the kernels want: by hall, then by CDU, then by PDU."""

from __future__ import annotations

import math
from dataclasses import dataclass

from twin.facility.liquid import door_params, plant_fluid
from twin.facility.pack import Unit
from twin.facility.rectifier import supply_loss, supply_window
from twin.kernels.air import AIR_CP, AIR_DENSITY
from twin.kernels.clock import NEVER
from twin.kernels.fields import PAST_POINTS, STORE_BACKUP, STORE_SMOOTHING
from twin.scenario.equipment_it import Server
from twin.scenario.racks import RackGroup
from twin.scenario.scenario import Scenario

FAN_SPEED_MIN = 0.3
"""Lowest server fan speed, share of full: usual idle PWM of server firmware (remembered)."""

GOLDEN = 0.6180339887498949
"""Golden-ratio step: phases of unsynchronised racks fill the circle evenly however many there are."""


FAN_CURVE = {"fan-2007": 1.4, "linear": 1.0}


@dataclass
class Row:
    """Racks behind one PDU: which group, how many units, and real racks per unit."""

    group: str
    units: int
    lump: int


def rows_of(name: str, group: RackGroup, systems: int) -> list[Row]:
    """Split a group that hangs on so many UPS `systems` into rows of one PDU each.

    A lumped group is one row behind one lumped PDU; on three systems or more it is one row per pair of systems, as
    far as its units go, so that all of them carry their part.
    """
    if group.lump > 1:
        units = group.count // group.lump
        rows = min(systems, units) if systems > 2 else 1
        whole, rest = divmod(units, rows)
        return [Row(name, whole + (k < rest), group.lump) for k in range(rows)]
    whole, rest = divmod(group.count, group.racks_per_pdu)
    return [Row(name, group.racks_per_pdu, 1)] * whole + ([Row(name, rest, 1)] if rest else [])


def ordered_cdus(scenario: Scenario) -> list[str]:
    """Names of the CDU groups by the hall of their racks: the order in which their racks stand."""
    halls = list(scenario.cooling.halls)
    place = {group.cdu: halls.index(group.hall) for group in scenario.racks.values()}
    return sorted(scenario.cooling.cdus, key=lambda name: place[name])


def ordered_groups(scenario: Scenario) -> list[str]:
    """Names of the rack groups by hall and, within a hall, by CDU group; air-cooled racks first."""
    halls = list(scenario.cooling.halls)
    cdus = list(scenario.cooling.cdus)

    def place(name: str) -> tuple[int, int]:
        group = scenario.racks[name]
        return halls.index(group.hall), cdus.index(group.cdu) if group.cdu else -1

    return sorted(scenario.racks, key=place)


def electrical_peak(group: RackGroup) -> float:
    """Largest electrical input of one rack: servers, supplies' loss and what hangs on the input directly [W]."""
    power = group.servers * group.server.power_peak
    rated = group.psus * group.psu.power_rated
    x = power / rated
    a0, a1, a2 = group.psu.loss_polynomial
    return power + rated * (a0 + a1 * x + a2 * x * x) + group.other_power + door_fans(group)


def door_fans(group: RackGroup) -> float:
    """Power of the fans in the rear door of one rack [W]: drawn at the rack's input, and heat of its air."""
    return group.rear_door.fan_power if group.rear_door else 0.0


def pdu_unit(name: str, group: RackGroup, row: Row, side_a: int, side_b: int, alternate: int) -> Unit:
    """The PDU of a row; `side_b` is -1 for racks with one feed, `alternate` -1 without a transfer switch."""
    pdus = math.ceil(row.units * row.lump / group.racks_per_pdu)
    rated = pdus * group.pdu.power_rated
    params = {
        "ups_a": side_a,
        "ups_b": side_b,
        "power_rated": rated,
        "loss_0": group.pdu.loss[0],
        "loss_1": group.pdu.loss[1],
        "loss_2": group.pdu.loss[2],
        "cable_resistance": group.pdu.cable.per_unit(group.pdu.power_rated) if group.pdu.cable else 0.0,
        "priority": float(group.priority or 0),
        "alternate_a": alternate if side_a != alternate else -1,
        "alternate_b": alternate if side_b not in (alternate, -1) else -1,
        **breaker_params(group, pdus),
        **switch_params(group),
    }
    states = {"source_a": side_a, "source_b": side_b, "theta_a": -1.0, "theta_b": -1.0}
    return Unit(name, params, states)


def breaker_params(group: RackGroup, pdus: int) -> dict[str, float]:
    """The breakers of `pdus` PDUs stepped as one; rated 0 without breakers."""
    breaker = group.pdu.breaker
    if breaker is None:
        return dict.fromkeys(("breaker_rated", "breaker_k", "breaker_tau", "breaker_instant"), 0.0)
    return {
        "breaker_rated": pdus * breaker.power_rated,
        "breaker_k": breaker.trip_current,
        "breaker_tau": breaker.time_constant,
        "breaker_instant": breaker.instantaneous,
    }


def switch_params(group: RackGroup) -> dict[str, float]:
    """The transfer switches of a row; zeros without."""
    switch = group.switch
    return {
        "switch_voltage_min": switch.voltage_min if switch else 0.0,
        "switch_voltage_max": switch.voltage_max if switch else 0.0,
        "switch_gap": switch.transfer_time if switch else 0.0,
        "switch_phase": math.radians(switch.phase_max) if switch else 0.0,
        "switch_gap_phase": switch.transfer_time_out_of_phase if switch else 0.0,
        "switch_return": switch.retransfer_delay if switch else 0.0,
    }


def supply_params(scenario: Scenario, group: RackGroup, lump: int, feeds: int) -> dict[str, float]:
    """The supplies of `lump` racks: each feed has its share of them, and lives within their input current."""
    psu = group.psu
    rated = lump * group.psus * psu.power_rated
    a0, a1, a2 = supply_loss(scenario, group)
    low, high, back, surge = supply_window(scenario, group)
    return {
        "psu_power_rated": rated,
        "psu_loss_0": a0,
        "psu_loss_1": a1,
        "psu_loss_2": a2,
        "psu_loss_3": 0.0,
        # Rated output is carried for the hold-up time, so the capacitors hold the loss at rated output as well.
        "holdup_energy": rated * (1.0 + a0 + a1 + a2) * psu.hold_up,
        "voltage_min": low,
        "voltage_max": high,
        "voltage_return": back,
        "voltage_surge": surge,
        "cease_delay": psu.cease_delay,
        "over_delay": psu.over_delay,
        "return_delay": psu.return_delay,
        "input_limit": psu.input_current_max * rated / feeds,
        "share_a": 0.5 if group.share_a is None else group.share_a,
    }


def store_params(group: RackGroup, lump: int) -> dict[str, float]:
    """The stores of `lump` racks; no kind without."""
    store = group.store
    if store is None:
        names = ("kind", "energy", "power", "charge", "efficiency", "detect", "tau", "rate", "balance")
        return {f"store_{name}": 0.0 for name in names}
    rate = NEVER if store.ramp_rate is None else lump * store.ramp_rate
    return {
        "store_kind": STORE_BACKUP if store.mode == "backup" else STORE_SMOOTHING,
        "store_energy": lump * store.energy,
        "store_power": lump * store.power,
        "store_charge": lump * store.charge_power,
        "store_efficiency": store.efficiency,
        "store_detect": store.detection or 0.0,
        "store_tau": store.time_constant or 0.0,
        "store_rate": rate,
        "store_balance": store.balance_time or NEVER,
    }


def waveform(scenario: Scenario, workload: str) -> dict[str, float]:
    """Shape of the training waveform of a workload; a rate of 0 for workloads without one.

    Raises
    ------
    InputError
        When a waveform leaves part of its shape open: there is no published value that fits every job.
    """
    source = scenario.signals.workload[workload]
    if source.waveform is None:
        return {"swing": 0.0, "synchronised": 0.0, "wave_rate": 0.0, "wave_duty": 1.0}
    shape = {
        "period": source.period,
        "duty": source.duty,
        "swing": source.swing,
        "synchronised": source.synchronised,
    }
    missing = [key for key, value in shape.items() if value is None]
    if missing:
        raise scenario.refuse(
            f"signals.workload.{workload}",
            f"a training waveform needs {', '.join(missing)} as well "
            "(published: period 1-10 s, swing 10-100 % of load, synchronised 0-1, arXiv:2508.14318)",
        )
    return {
        "swing": float(source.swing or 0.0),
        "synchronised": float(source.synchronised or 0.0),
        "wave_rate": 1.0 / float(source.period or 1.0),
        "wave_duty": float(source.duty or 0.0),
    }


def chip_params(server: Server, heat: float) -> dict[str, float]:
    """Chips of racks that give their cold plates, or their chassis without plates, `heat` [W] at peak power."""
    chip = server.chip
    if chip is None:
        ramps = ("chip_throttle", "chip_throttle_full", "inlet_throttle", "inlet_throttle_full")
        return {
            **dict.fromkeys(ramps, NEVER),
            **dict.fromkeys(("chip_resistance", "chip_lag", "leakage", "leakage_reference"), 0.0),
            "throttle_least": 1.0,
            "chip_shutdown": NEVER,
        }
    return {
        "chip_resistance": chip.rise / heat,
        "chip_lag": chip.time_constant,
        "leakage": chip.leakage,
        "leakage_reference": chip.reference_temperature,
        "chip_throttle": chip.throttle,
        "chip_throttle_full": chip.throttle_full,
        "inlet_throttle": NEVER if chip.inlet_throttle is None else chip.inlet_throttle,
        "inlet_throttle_full": NEVER if chip.inlet_throttle_full is None else chip.inlet_throttle_full,
        "throttle_least": chip.throttle_power,
        "chip_shutdown": chip.shutdown,
    }


def fan_params(server: Server) -> dict[str, float]:
    """How the fans of a server follow its inlet and their command."""
    return {
        "fan_inlet": NEVER if server.fan_inlet is None else server.fan_inlet,
        "fan_inlet_full": NEVER if server.fan_inlet_full is None else server.fan_inlet_full,
        "fan_lag": server.fan_time_constant or 0.0,
    }


def film_conductance(effectiveness: float, rate: float) -> float:
    """Conductance from chassis to a stream that is mixed, of a given effectiveness at full flow [W/K].

    Film and stream are in series (`kernels/rack_air.py`): `effectiveness rate = film rate / (film + rate)`, with the
    capacity rate of the stream, `rate` [W/K].
    """
    return effectiveness / (1.0 - effectiveness) * rate


def rack_unit(
    scenario: Scenario,
    name: str,
    group: RackGroup,
    lump: int,
    place: dict[str, int],
    index: int,
    feeds: int,
) -> Unit:
    """One rack unit of `lump` identical racks.

    `place` holds the indices of its PDU, hall, CDU and workload; `feeds` is 1 or 2.
    """
    server = group.server
    count = lump * group.servers
    fan_full = count * server.fan_share * server.power_peak
    idle = count * server.power_idle - fan_full * FAN_SPEED_MIN**3
    peak = count * server.power_peak - fan_full
    liquid = group.liquid_fraction if place["cdu"] >= 0 else 0.0
    # A server without fans of its own still warms the air that leaks past it; its rise is then nominal.
    flow_per_power = server.air_flow_per_power
    air_heat = lump * electrical_peak(group) * (1.0 - liquid)
    flow_max = AIR_DENSITY * flow_per_power * air_heat
    params = {
        **place,
        "count": lump,
        "power_idle": max(idle, 0.0),
        "power_peak": peak,
        "power_other": lump * (group.other_power + door_fans(group)),
        **door_params(group.rear_door, lump, plant_fluid(scenario, scenario.cooling.halls[group.hall].plant)),
        "curve": FAN_CURVE[server.power_curve],
        **waveform(scenario, group.workload),
        "wave_phase": (index * GOLDEN) % 1.0,
        **supply_params(scenario, group, lump, feeds),
        **store_params(group, lump),
        "power_floor": (group.power_floor or 0.0) * (peak + fan_full),
        "ramp_time": group.restart_ramp,
        "restart_delay": group.restart_delay,
        "fan_power_rated": fan_full,
        "air_flow_max": flow_max,
        "air_flow_min": FAN_SPEED_MIN,
        "air_delta_t": 1.0 / (AIR_DENSITY * AIR_CP * flow_per_power) if flow_per_power > 0.0 else 1.0,
        "heat_capacity": lump * group.heat_capacity,
        "conductance": film_conductance(group.air_effectiveness, flow_max * AIR_CP),
        "recirculation": group.recirculation,
        "liquid_fraction": liquid,
        "plate_heat_capacity": lump * group.cold_plate_heat_capacity,
        "plate_conductance": lump * group.cold_plate_conductance,
        "inlet_limit": group.inlet_max,
        "inlet_shutdown": group.inlet_shutdown,
        "plate_shutdown": group.cold_plate_shutdown,
        **chip_params(server, lump * electrical_peak(group) * (liquid or 1.0)),
        **fan_params(server),
    }
    start = scenario.cooling.halls[group.hall].supply_temperature
    states = {
        "mode": 1.0,
        "holdup": params["holdup_energy"],
        # A backup store stands full; one that smooths stands where it can give and take.
        "store": params["store_energy"] * (1.0 if params["store_kind"] == STORE_BACKUP else 0.5),
        "power_smooth": -1.0,
        "lost_at": -1.0,
        "temperature_inlet": start,
        "temperature_outlet": start,
        "temperature_door": start,
        "temperature_mass": start,
        "temperature_plate": start,
        "temperature_inlet_max": start,
        "temperature_chip": start,
        "temperature_chip_max": start,
        "fan_speed": FAN_SPEED_MIN,
        "air_flow": params["air_flow_max"] * FAN_SPEED_MIN,
        **{f"inlet_past_{k}": start for k in range(PAST_POINTS)},
    }
    return Unit(name, params, states)
