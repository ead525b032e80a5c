"""Staging, condenser water, heat rejection and economiser of a plant, as parameters for the kernels."""

from __future__ import annotations

import math

from twin.errors import InputError
from twin.kernels.air import AIR_CP, WATER_CP
from twin.kernels.fields_chiller import (
    CHILLERS_MAX,
    FREE_ALONE,
    FREE_PARALLEL,
    FREE_SERIES,
    REJECT_CONSTANT,
    REJECT_COOLER,
    REJECT_TOWER,
)
from twin.kernels.moist_air import saturation_enthalpy
from twin.kernels.tower import chord
from twin.scenario.cooling import Plant
from twin.scenario.electrical import spare_units
from twin.scenario.equipment_cooling import HeatRejection

NEVER = 1e30

RATED_PRESSURE = 101325.0
"""Ratings are given at sea level [Pa]."""

ECONOMISERS = {"supply": FREE_PARALLEL, "series": FREE_SERIES, "alone": FREE_ALONE}


def staging_params(plant: Plant, count: int) -> dict[str, float]:
    """Staging of the chillers and the pumps of their condensers.

    Raises
    ------
    InputError
        When there are more chillers than are started one by one.
    """
    staging = plant.chiller.staging if plant.chiller else None
    if staging is not None and count > CHILLERS_MAX:
        raise InputError(
            f"{count} chillers are too many to be staged one by one: at most {CHILLERS_MAX} a plant"
        )
    pumps = plant.condenser_pumps or 0
    spares = spare_units(plant.condenser_pump_redundancy)
    found = {
        "part_load_unload": plant.chiller.plr_unload_min if plant.chiller else 0.0,
        "staged": 1.0 if staging else 0.0,
        "condenser_pumps": float(pumps),
        "condenser_pump_capacity": pumps / (pumps - spares) if pumps else 1.0,
        "condenser_pump_delay": plant.pump_failover or 0.0,
    }
    keys = (
        "stage_up", "stage_down", "stage_delay", "stage_warm", "run_min", "off_min", "start_time", "stagger",
        "condenser_flow_min", "flow_delay",
    )  # fmt: skip
    return found | {key: getattr(staging, key) if staging else 0.0 for key in keys}


def staging_states(plant: Plant, count: int, heat: float) -> dict[str, float]:
    """Chillers that run at the start: as many as carry `heat` [W] below the load that calls one more."""
    states = {"condenser_pumps_running": 1.0, "free_since": 1e9, "since_start": 1e9, "cell_share": 1.0}
    if plant.chiller is None or plant.chiller.staging is None:
        return states
    staging = plant.chiller.staging
    running = min(math.ceil(heat / (plant.chiller.capacity * max(staging.stage_up, 0.1))), count)
    for k in range(count):
        states[f"machine_on_{k}"] = 1.0 if k < running else 0.0
        # Rested and run for long, the first for longest.
        states[f"machine_time_{k}"] = 1e6 - k
    return states | {"chillers_on": float(running)}


def economiser_params(plant: Plant) -> dict[str, float]:
    """Economiser and the set point of the condenser water, but for its relief."""
    return {
        "free_mode": float(ECONOMISERS[plant.economiser_at]),
        "free_band": plant.economiser_band or 0.0,
        "free_hold": plant.economiser_hold or 0.0,
        "cells_follow": 1.0 if plant.cells == "with-chillers" else 0.0,
    }


def condenser_set_params(plant: Plant, approach: float) -> dict[str, float]:
    """Set point of the condenser water; `approach` is that of the heat rejection at its rating [K]."""
    wanted = plant.condenser_water
    if wanted is None:
        return {"condenser_set": NEVER, "condenser_relief": approach}
    return {
        "condenser_set": NEVER if wanted.highest is None else wanted.highest,
        "condenser_relief": NEVER if wanted.above_outside is None else wanted.above_outside,
    }


def rejection_model_params(
    rejection: HeatRejection, rated: float, span: float, pressure: float
) -> dict[str, float]:
    """Model of the heat rejection, fitted at its rating.

    Parameters
    ----------
    rejection : HeatRejection
    rated : float
        Heat it is sized for [W].
    span : float
        Range of its water at that heat [K].
    pressure : float
        Of the air at the site [Pa].
    """
    cycles = rejection.concentration_cycles
    params = {
        "air_pressure": pressure,
        "rejection_model": float(REJECT_CONSTANT),
        "rejection_water": rated / (span * WATER_CP),
        "rejection_air": 0.0,
        "rejection_ntu": 0.0,
        "rejection_exponent": 0.0,
        "rejection_ua": 0.0,
        "rejection_fan_least": rejection.fan_speed_min or 0.0,
        "concentration_cycles": cycles if cycles > 1.0 else 0.0,
        "drift": rejection.drift_fraction or 0.0,
        "pad_effectiveness": rejection.pad_effectiveness or 0.0,
        "pad_above": NEVER if rejection.pad_above is None else rejection.pad_above,
    }
    if rejection.model == "merkel":
        return params | tower_fit(rejection, params["rejection_water"], span)
    if rejection.model == "e-ntu":
        return params | cooler_fit(rejection, rated, params["rejection_water"], span)
    return params


def tower_fit(rejection: HeatRejection, water: float, span: float) -> dict[str, float]:
    """Air and transfer units of a tower that has its effectiveness at its rating.

    Raises
    ------
    InputError
        When no tower with so little air has it.
    """
    assert rejection.water_air_ratio is not None and rejection.rated_wet_bulb is not None
    assert rejection.exponent is not None
    air = water / rejection.water_air_ratio
    wet = rejection.rated_wet_bulb
    cold = wet + span * (1.0 - rejection.effectiveness) / rejection.effectiveness
    warm = cold + span
    gap = saturation_enthalpy(warm, RATED_PRESSURE) - saturation_enthalpy(wet, RATED_PRESSURE)
    reached = water * WATER_CP * span / (air * gap)
    ratio = air * chord(warm, cold, RATED_PRESSURE) / (water * WATER_CP)
    if reached * max(ratio, 1.0) >= 1.0:
        raise InputError(
            f"heat rejection {rejection.type}: no tower with a water_air_ratio of {rejection.water_air_ratio:g} has an "
            f"effectiveness of {rejection.effectiveness:g} at a range of {span:.3g} K: it needs more air"
        )
    units = _counterflow_units(reached, ratio)
    return {
        "rejection_model": float(REJECT_TOWER),
        "rejection_air": air,
        "rejection_ntu": units / math.pow(rejection.water_air_ratio, 1.0 + rejection.exponent),
        "rejection_exponent": rejection.exponent,
    }


def cooler_fit(rejection: HeatRejection, rated: float, water: float, span: float) -> dict[str, float]:
    """Air and conductance of a dry cooler that has its effectiveness at its rating.

    Raises
    ------
    InputError
        When its air would leave warmer than the water enters.
    """
    assert rejection.air_rise is not None and rejection.exponent is not None
    reach = span / rejection.effectiveness
    rates = (rated / span, rated / rejection.air_rise)
    reached = rated / (min(rates) * reach)
    if reached >= 1.0:
        raise InputError(
            f"heat rejection {rejection.type}: air that warms by {rejection.air_rise:g} K leaves no approach at an "
            f"effectiveness of {rejection.effectiveness:g} and a range of {span:.3g} K"
        )
    units = _counterflow_units(reached, min(rates) / max(rates))
    return {
        "rejection_model": float(REJECT_COOLER),
        "rejection_air": rates[1] / AIR_CP,
        "rejection_ua": units * min(rates),
        "rejection_exponent": rejection.exponent,
    }


def _counterflow_units(effectiveness: float, ratio: float) -> float:
    """Transfer units of a counterflow exchanger, from its effectiveness and ratio of capacity rates."""
    if abs(1.0 - ratio) < 1e-9:
        return effectiveness / (1.0 - effectiveness)
    return -math.log((1.0 - effectiveness) / (1.0 - ratio * effectiveness)) / (1.0 - ratio)
