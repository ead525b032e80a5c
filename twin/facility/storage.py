"""Batteries and storage converters of a scenario, as units for the kernels."""

from __future__ import annotations

import numpy as np

from twin.facility.pack import Unit
from twin.facility.sequence import timing
from twin.facility.wells import cell_wells
from twin.kernels.battery import battery_stored
from twin.kernels.fields import BAT_OCV_POINTS, BAT_SHAPE_POINTS, BATTERY
from twin.scenario.electrical import Storage
from twin.scenario.equipment_storage import Battery
from twin.scenario.scenario import Scenario

CELL_STRING = 150
"""Cells in series of a pack: about 490 V with LFP cells, a usual DC link; only currents depend on it."""

BATTERY_ROOM = 25.0
"""Battery room temperature [degC], the usual design value of IEC 62485-2."""

BATTERY_LIMIT = 60.0
"""Pack temperature at which protection opens [degC]: data sheets of LFP cells allow discharge to 60 degC."""

REFERENCE = 25.0
"""Temperature that data sheets give resistance, capacity and life at [degC]."""

UNLIMITED = 1e30
"""Current limit of a pack whose strings have none of their own [A]."""


def battery_unit(
    name: str, cell: Battery, energy: float, soc: float, discharge: float, charge_power: float
) -> Unit:
    """A pack of `energy` [J at open circuit, when new], at charge `soc`, limited to the given powers [W].

    The number of parallel cells need not be whole: a pack is sized in energy.
    """
    soc_points = np.linspace(0.0, 1.0, BAT_OCV_POINTS)
    ocv = np.interp(soc_points, cell.ocv_soc, cell.ocv)
    integral = np.concatenate([[0.0], np.cumsum(0.5 * (ocv[1:] + ocv[:-1]) * np.diff(soc_points))])
    wells = cell_wells(cell)
    parallel = energy / (CELL_STRING * cell.capacity * integral[-1])
    cells = CELL_STRING * parallel
    # A pack that has lost capacity has gained resistance; the capacitance of its pairs goes with its capacity.
    ohms = CELL_STRING / (parallel * cell.health)
    charge = parallel * cell.capacity * cell.health * wells.total
    hours = energy / 3600.0
    params = {
        "charge_rated": charge,
        "cells_in_series": CELL_STRING,
        "resistance_ohmic": cell.resistance * ohms,
        "resistance_rc": cell.resistance_rc * ohms,
        "tau_rc": cell.time_constant_rc,
        "resistance_rc2": (cell.resistance_rc2 or 0.0) * ohms,
        "tau_rc2": cell.time_constant_rc2 or 0.0,
        "resistance_activation": cell.resistance_activation,
        "temperature_reference": REFERENCE,
        "bulk_share": wells.bulk,
        "tau_bulk": wells.tau,
        "hysteresis_half_gap": cell.hysteresis or 0.0,
        "hysteresis_rate": cell.hysteresis_rate or 0.0,
        "coulombic_loss": 1.0 - cell.coulombic_efficiency,
        "power_discharge_max": min(discharge, cell.discharge_rate_max * hours),
        "power_charge_max": min(charge_power, cell.charge_rate_max * hours),
        "current_max": (cell.current_rate_max or 0.0) * parallel * cell.capacity / 3600.0 or UNLIMITED,
        "cell_voltage_min": cell.voltage_min,
        "cell_voltage_max": cell.voltage_max,
        "soc_min": cell.soc_min,
        "soc_max": cell.soc_max,
        "heat_capacity": cells * cell.heat_capacity,
        "conductance": cells * cell.conductance,
        "temperature_room": BATTERY_ROOM,
        "temperature_max": BATTERY_LIMIT,
        "temperature_charge_min": cell.charge_temperature_min,
        "lead_acid": float(cell.chemistry == "lead-acid"),
        "life_calendar": cell.calendar_life,
        "life_cycles": cell.cycle_life,
        "fade_before": 1.0 - cell.health,
    }
    shape = np.interp(
        np.linspace(0.0, 1.0, BAT_SHAPE_POINTS),
        cell.resistance_soc or [0.0, 1.0],
        cell.resistance_relative or [1.0, 1.0],
    )
    params |= {f"resistance_shape_{k}": float(value) - 1.0 for k, value in enumerate(shape)}
    params |= {f"ocv_{k}": float(value) for k, value in enumerate(ocv)}
    params |= {f"energy_{k}": float(value) for k, value in enumerate(integral)}
    block = np.array([[params[f.name]] for f in BATTERY.params])
    start = min(max(soc, cell.soc_min), cell.soc_max)
    states = {
        "soc": start,
        "temperature": BATTERY_ROOM,
        "stored": battery_stored(block, 0, start, 0.0),
        "turn": start,
        "furthest": start,
    }
    return Unit(name, params, states)


def forming(scenario: Scenario, name: str) -> tuple[bool, float]:
    """Whether a storage may form its bus, and after what time dead: as its converter and the bus's sequence say."""
    storage = scenario.electrical.storage[name]
    bus = scenario.electrical.buses[storage.bus]
    forms = timing(bus).forms
    may = storage.converter.grid_forming and (forms is None or name in forms)
    # Without a sequence it waits for the dead time of the transfer switch, as every source does.
    after = bus.transfer.transition if forms is None else forms.get(name, 0.0)
    return may, max(after, storage.converter.form_delay)


def storage_units(
    name: str, storage: Storage, bus: int, reserve: float, form: tuple[bool, float]
) -> tuple[Unit, Unit]:
    """A storage converter and its battery; `form` as of `forming`."""
    rated, converter = max(storage.power, 1.0), storage.converter
    target = storage.initial_soc if storage.charge_target is None else storage.charge_target
    params = {
        "bus": bus,
        "power_rated": rated,
        "loss_0": converter.loss[0],
        "loss_1": converter.loss[1],
        "loss_2": converter.loss[2],
        "soc_reserve": max(reserve, storage.battery.soc_min),
        "standby": converter.standby,
        "response_time": converter.response_time,
        "grid_forming": float(form[0]),
        "black_start": float(converter.black_start),
        "form_delay": form[1],
        "droop": converter.droop,
        "voltage_droop": converter.voltage_droop,
        "overload": converter.overload,
        "overload_time": converter.overload_time,
        "charge_target": target,
    }
    most = converter.overload
    limit = storage.power * (most + sum(a * most**k for k, a in enumerate(converter.loss)))
    pack = battery_unit(
        f"{name}.battery",
        storage.battery,
        max(storage.energy, 1.0),
        storage.initial_soc,
        limit,
        storage.power,
    )
    return Unit(name, params, {"mode": 1.0}), pack
