"""Energy accounts: joules in, out, lost and stored per class, and the residual that has to be nothing."""

from __future__ import annotations

import numpy as np

from twin.kernels import fields as f
from twin.kernels.hot_store import HOT_WATER
from twin.kernels.pipe import pipe_heat
from twin.kernels.scalar import Array
from twin.kernels.site import Site
from twin.kernels.stratified_tank import LAYERS, tank_mean

# Class of the account: block, and its in, out and loss states (None where the class has none).
ACCOUNTS: dict[str, tuple[str, int | None, int | None, int | None]] = {
    "station": ("station", f.STA_E_IN, f.STA_E_OUT, f.STA_E_LOSS),
    "ring": ("ring", f.RING_E_IN, f.RING_E_OUT, f.RING_E_LOSS),
    "bus": ("bus", f.BUS_E_IN, f.BUS_E_OUT, f.BUS_E_LOSS),
    "genset": ("genset", f.GEN_E_IN, f.GEN_E_OUT, f.GEN_E_LOSS),
    "battery": ("battery", f.BAT_E_IN, f.BAT_E_OUT, f.BAT_E_LOSS),
    "pcs": ("pcs", f.PCS_E_IN, f.PCS_E_OUT, f.PCS_E_LOSS),
    "ups": ("ups", f.UPS_E_IN, f.UPS_E_OUT, f.UPS_E_LOSS),
    "pdu": ("pdu", f.PDU_E_IN, f.PDU_E_OUT, f.PDU_E_LOSS),
    "rack": ("rack", f.RACK_E_IN, f.RACK_E_IT, f.RACK_E_LOSS),
    "rack_heat": ("rack", None, f.RACK_E_HEAT, None),
    "hall": ("hall", f.HALL_E_IN, f.HALL_E_OUT, f.HALL_E_LOSS),
    "cdu": ("cdu", f.CDU_E_IN, f.CDU_E_OUT, None),
    "plant": ("plant", f.PLANT_E_IN, f.PLANT_E_OUT, f.PLANT_E_LOSS),
}

ENERGIES = {
    "feed": (f.FEED_E_OUT,),
    "station": (f.STA_E_IN, f.STA_E_OUT, f.STA_E_LOSS),
    "ring": (f.RING_E_IN, f.RING_E_OUT, f.RING_E_LOSS),
    "bus": (f.BUS_E_IN, f.BUS_E_OUT, f.BUS_E_LOSS, f.BUS_E_UNSERVED, f.BUS_TR_LIFE_LOST, f.BUS_TR_ALARM_TIME),
    "genset": (
        f.GEN_E_IN, f.GEN_E_OUT, f.GEN_E_LOSS, f.GEN_CO2_MASS, f.GEN_NOX_MASS, f.GEN_RUN_TIME, f.GEN_LOW_TIME,
        f.GEN_STARTS, f.GEN_BURNT, f.GEN_DELIVERED,
    ),
    "battery": (
        f.BAT_E_IN, f.BAT_E_OUT, f.BAT_E_LOSS, f.BAT_THROUGHPUT, f.BAT_AGED_TO, f.BAT_WEAR_CAL_1, f.BAT_WEAR_CYC_1,
        f.BAT_WEAR_CAL_2, f.BAT_WEAR_CYC_2, f.BAT_FADE_1, f.BAT_FADE_2,
    ),
    "pcs": (f.PCS_E_IN, f.PCS_E_OUT, f.PCS_E_LOSS),
    "ups": (f.UPS_E_IN, f.UPS_E_OUT, f.UPS_E_LOSS, f.UPS_E_BUS, f.UPS_TRANSFERS, f.UPS_BYPASS_TIME),
    "pdu": (f.PDU_E_IN, f.PDU_E_OUT, f.PDU_E_LOSS, f.PDU_TRANSFERS),
    "rack": (
        f.RACK_E_IN, f.RACK_E_IT, f.RACK_E_LOSS, f.RACK_E_UNSERVED, f.RACK_E_HEAT, f.RACK_OVERHEAT, f.RACK_DOWNTIME,
        f.RACK_SHED_TIME, f.RACK_HOLDUP_TIME, f.RACK_STORE_TIME, f.RACK_E_HELD, f.RACK_HELD_TIME,
        *(f.RACK_AIR_TIME_0 + k for k in range(len(f.AIR_EDGES) + 1)),
        *(f.RACK_COOLANT_TIME_0 + k for k in range(len(f.COOLANT_EDGES) + 1)),
        f.RACK_PAST_CLOCK, f.RACK_RISE_SHORT, f.RACK_RISE_HOUR,
    ),
    "hall": (
        f.HALL_E_IN, f.HALL_E_OUT, f.HALL_E_LOSS, f.HALL_E_ELEC, f.HALL_ECO_TIME, f.HALL_E_INLET, f.HALL_AIR_RACKS,
        f.HALL_AIR_HANDLERS, f.HALL_E_RACKS, f.HALL_E_HANDLERS,
    ),
    "cdu": (f.CDU_E_IN, f.CDU_E_OUT, f.CDU_E_ELEC, f.CDU_SPILT),
    "plant": (
        f.PLANT_E_IN, f.PLANT_E_OUT, f.PLANT_E_LOSS, f.PLANT_E_ELEC, f.PLANT_WATER, f.PLANT_E_STORED,
        f.PLANT_E_CHARGED, f.PLANT_E_STORE_LOSS, f.HEAT_E_ASKED, f.HEAT_E_DIRECT, f.HEAT_E_LIFT, f.HEAT_TIME,
        f.PLANT_EVAPORATED, f.PLANT_BLOWN, f.PLANT_DRIFTED, f.PLANT_FREE_TIME, f.PLANT_FREE_PART_TIME,
        f.PLANT_CHILLER_TIME, f.PLANT_CHILLER_STARTS, f.PLANT_CHILLER_TRIPS, f.PLANT_OUTSIDE_CURVES,
    ),
}  # fmt: skip
"""Cumulative states, which start at zero when a run starts."""


def zero_accounts(states: dict[str, Array]) -> None:
    """Start every account, counter and record of extremes afresh: the run begins now."""
    for name, rows in ENERGIES.items():
        states[name][:, list(rows)] = 0.0
    states["bus"][:, f.BUS_TR_HOT_MAX] = states["bus"][:, f.BUS_TR_HOT_SPOT]
    rack = states["rack"]
    rack[:, f.RACK_LOST_AT] = -1.0
    rack[:, f.RACK_LOST_HOT] = 0.0
    rack[:, f.RACK_T_INLET_MAX] = rack[:, f.RACK_T_INLET]
    rack[:, f.RACK_T_CHIP_MAX] = rack[:, f.RACK_T_CHIP]
    # The air before the run is taken to have been as it is now.
    rack[:, f.RACK_PAST_0 : f.RACK_PAST_0 + f.PAST_POINTS] = rack[:, [f.RACK_T_INLET]]


def stored(site: Site, states: dict[str, Array]) -> dict[str, Array]:
    """Energy stored in each class of account, from its states alone [J], per member and unit."""
    rack, p_rack = states["rack"], site.params["rack"][0]
    hall, p_hall = states["hall"], site.params["hall"][0]
    cdu, p_cdu = states["cdu"], site.params["cdu"][0]
    plant, p_plant = states["plant"], site.params["plant"][0]
    thermal = (
        p_rack[f.RACK_C_MASS] * rack[:, f.RACK_T_MASS]
        + p_rack[f.RACK_C_PLATE] * rack[:, f.RACK_T_PLATE]
        + rack[:, f.RACK_HEAT]
    )
    return {
        "battery": states["battery"][:, f.BAT_STORED].copy(),
        "pcs": -states["pcs"][:, f.PCS_DEBT],
        "ups": -states["ups"][:, f.UPS_DEBT],
        "rack": rack[:, f.RACK_HOLDUP] + rack[:, f.RACK_STORE],
        "rack_heat": thermal,
        "hall": p_hall[f.HALL_C_COLD] * hall[:, f.HALL_T_COLD] + p_hall[f.HALL_C_HOT] * hall[:, f.HALL_T_HOT],
        "cdu": 0.5 * p_cdu[f.CDU_C] * (cdu[:, f.CDU_T_SUPPLY_NOW] + cdu[:, f.CDU_T_RETURN]),
        "plant": p_plant[f.PLANT_C] * plant[:, f.PLANT_T]
        + plant[:, f.PLANT_STORE_STORED]
        + hot_store(p_plant, plant)
        + piped(p_plant, plant),
    }


def hot_store(params: Array, plant: Array) -> Array:
    """Heat in the hot stores of plants above 0 degC [J], per member and unit, by the kernel's own sum."""
    heat = np.zeros((plant.shape[0], plant.shape[2]))
    for k in np.nonzero(params[f.HEAT_STORE_LAYER])[0]:
        layer = params[f.HEAT_STORE_LAYER, k]
        full = HOT_WATER * LAYERS * layer
        heat[:, k] = [full * tank_mean(member, f.HEAT_STORE_0, LAYERS, int(k), layer) for member in plant]
    return heat


def piped(params: Array, plant: Array) -> Array:
    """Heat in the pipes of plants [J], per member and unit, by the kernel's own sum."""
    heat = np.zeros((plant.shape[0], plant.shape[2]))
    for row, water in ((f.PIPE_SUPPLY_0, f.PLANT_PIPE_SUPPLY), (f.PIPE_RETURN_0, f.PLANT_PIPE_RETURN)):
        for k in np.nonzero(params[water])[0]:
            heat[:, k] += [pipe_heat(member, row, int(k), params[water, k]) for member in plant]
    return heat


# Flows that a class has besides its account, for those who draw where energy goes.
FLOWS = {
    "ups": ("e_bus", f.UPS_E_BUS),
    "hall": ("e_electric", f.HALL_E_ELEC),
    "cdu": ("e_electric", f.CDU_E_ELEC),
    "plant": ("e_electric", f.PLANT_E_ELEC),
}


def balance(site: Site, states: dict[str, Array], start: dict[str, Array]) -> dict[str, dict[str, Array]]:
    """Account of every class that has units.

    Parameters
    ----------
    site : Site
        Parameters.
    states : dict of str to array
        States at the end.
    start : dict of str to array
        `stored` at the beginning.

    Returns
    -------
    dict of str to dict of str to (member,) array
        `e_in`, `e_out`, `e_loss`, `stored` (its change) and `residual` [J], and `relative`: the largest
        residual of any unit over that unit's throughput. Feeds have `e_out` alone; UPS, halls, CDUs and plants
        also say what they took from their bus.
    """
    now = stored(site, states)
    accounts = {}
    for name, (block, row_in, row_out, row_loss) in ACCOUNTS.items():
        s = states[block]
        if s.shape[2] == 0:
            continue
        zero = np.zeros((s.shape[0], s.shape[2]))
        e_in = s[:, row_in] if row_in is not None else s[:, f.RACK_E_IT] + s[:, f.RACK_E_LOSS]
        e_out = s[:, row_out] if row_out is not None else zero
        e_loss = s[:, row_loss] if row_loss is not None else zero
        change = now[name] - start[name] if name in now else zero
        residual = e_in - e_out - e_loss - change
        throughput = np.maximum(np.abs(e_in), np.abs(e_out))
        relative = np.abs(residual) / np.maximum(throughput, 1.0)
        accounts[name] = {
            "e_in": e_in.sum(axis=1),
            "e_out": e_out.sum(axis=1),
            "e_loss": e_loss.sum(axis=1),
            "stored": change.sum(axis=1),
            "residual": residual.sum(axis=1),
            "relative": relative.max(axis=1),
        }
        if name in FLOWS:
            key, row = FLOWS[name]
            accounts[name][key] = s[:, row].sum(axis=1)
    accounts["feed"] = {"e_out": states["feed"][:, f.FEED_E_OUT].sum(axis=1)}
    return accounts
