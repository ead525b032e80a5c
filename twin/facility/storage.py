"""Batteries and storage converters of a scenario, as units for the kernels."""

from __future__ import annotations

import numpy as np

from twin.facility.pack import Unit
from twin.facility.sequence import timing
from twin.kernels.battery import battery_stored
from twin.kernels.fields import BAT_OCV_POINTS, BATTERY
from twin.scenario.electrical import Storage
from twin.scenario.equipment_storage import Battery
from twin.scenario.scenario import Scenario

CELL_STRING = 150
"""Cells in series of a pack: about 490 V with LFP cells, a usual DC link; only currents depend on it."""

BATTERY_ROOM = 25.0
"""Battery room temperature [degC], the usual design value of IEC 62485-2."""

BATTERY_LIMIT = 60.0
"""Pack temperature at which protection opens [degC]: data sheets of LFP cells allow discharge to 60 degC."""


def battery_unit(
    name: str, cell: Battery, energy: float, soc: float, discharge: float, charge: float
) -> Unit:
    """A pack of `energy` [J at open circuit], at charge `soc`, limited to the given powers [W].

    The number of parallel cells need not be whole: a pack is sized in energy.
    """
    soc_points = np.linspace(0.0, 1.0, BAT_OCV_POINTS)
    ocv = np.interp(soc_points, cell.ocv_soc, cell.ocv)
    integral = np.concatenate([[0.0], np.cumsum(0.5 * (ocv[1:] + ocv[:-1]) * np.diff(soc_points))])
    parallel = energy / (CELL_STRING * cell.capacity * integral[-1])
    cells = CELL_STRING * parallel
    hours = energy / 3600.0
    params = {
        "charge_rated": parallel * cell.capacity,
        "cells_in_series": CELL_STRING,
        "resistance_ohmic": cell.resistance * CELL_STRING / parallel,
        "resistance_rc": cell.resistance_rc * CELL_STRING / parallel,
        "tau_rc": cell.time_constant_rc,
        "power_discharge_max": min(discharge, cell.discharge_rate_max * hours),
        "power_charge_max": min(charge, cell.charge_rate_max * hours),
        "soc_min": cell.soc_min,
        "soc_max": cell.soc_max,
        "heat_capacity": cells * cell.heat_capacity,
        "conductance": cells * cell.conductance,
        "temperature_room": BATTERY_ROOM,
        "temperature_max": BATTERY_LIMIT,
    }
    params |= {f"ocv_{k}": float(value) for k, value in enumerate(ocv)}
    params |= {f"energy_{k}": float(value) for k, value in enumerate(integral)}
    block = np.array([[params[f.name]] for f in BATTERY.params])
    start = min(max(soc, cell.soc_min), cell.soc_max)
    states = {"soc": start, "temperature": BATTERY_ROOM, "stored": battery_stored(block, 0, start, 0.0)}
    return Unit(name, params, states)


def forming(scenario: Scenario, name: str) -> tuple[bool, float]:
    """Whether a storage may form its bus, and after what time dead: as its converter and the bus's sequence say."""
    storage = scenario.electrical.storage[name]
    forms = timing(scenario.electrical.buses[storage.bus]).forms
    may = storage.converter.grid_forming and (forms is None or name in forms)
    return may, max(forms.get(name, 0.0) if forms else 0.0, storage.converter.form_delay)


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
