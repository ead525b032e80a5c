"""The measured plant as the model's plant: its hours, its parameters, and their least squares."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from twin.kernels.air import WATER_CP
from twin.kernels.fields import PLANT_P_CHILLER, PLANT_T_CONDENSER, REJECT_TOWER
from twin.signals.moist_air import relative_humidity_at, wet_bulb_and_dew_point
from twin.validation.plant_bench import bench_plants, bench_run

Array = npt.NDArray[np.float64]

REFRIGERATION_TON = 3516.85
"""Watt in a ton of refrigeration: 12,000 Btu/h (exact to the digits given)."""

INCH_OF_MERCURY = 3386.389
"""Pascal in an inch of mercury at 0 degC."""

CHILLERS = 2
"""The most that the record shows running at once: power jumps once, at about 640 tons."""

TONS = range(560, 721, 5)
"""Capacities of a chiller that are tried, tons: two run above one capacity, as in the model."""

EVERY = 2
"""Of the hours of the first half, every second one is fitted."""

NAMES = ("chiller_cop", "eir_slope", "part_load_0", "part_load_2", "rejection_ntu")
START = (7.5, 0.02, 0.3, 0.4, 1.5)
LOWEST = (3.0, -0.05, -0.5, -2.0, 0.2)
HIGHEST = (15.0, 0.1, 1.5, 2.0, 8.0)

CONDENSER = 31.0
"""Entering condenser water at which the input ratio is 1 [degC]: about the mean of the record."""

RANGE = 5.56
"""Range of the condenser water at rated heat [K]: 10 degF, the usual tower rating (CTI; remembered)."""

EXPONENT = -0.6
WATER_PER_AIR = 1.2
"""n of the tower and its water over air, as in the library."""

CONDENSER_WEIGHT = 0.05
"""Weight of 1 K of condenser water beside the whole mean power in the sum of squares."""

PRESSURE = 1.009e5
"""Mean air pressure of the record [Pa]: 29.8 inches of mercury."""


@dataclass(frozen=True)
class Hours:
    """The record in whole hours: two readings each; hours with fewer are left out.

    Attributes
    ----------
    time : array of datetime64[h]
        Singapore time.
    heat, power : array
        Building load and chiller power, means of the hour [W].
    condenser : array
        Cooling water [degC].
    dry, wet : array
        Outdoor dry and wet bulb [degC].
    """

    time: npt.NDArray[np.datetime64]
    heat: Array
    power: Array
    condenser: Array
    dry: Array
    wet: Array

    @property
    def half(self) -> int:
        """Hours in the first half."""
        return self.time.size // 2


def read_hours(path: Path) -> Hours:
    """Read the record and take the means of its hours."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    time = np.array([row["local_time_sgt"] for row in rows], dtype="datetime64[m]").astype("datetime64[h]")

    def column(name: str) -> Array:
        return np.array([float(row[name]) for row in rows])

    hour, which = np.unique(time, return_inverse=True)
    count = np.bincount(which)

    def mean(values: Array) -> Array:
        averaged: Array = (np.bincount(which, values) / count)[count == 2]
        return averaged

    dry = mean((column("outside_t_f") - 32.0) / 1.8)
    dew = mean((column("dew_point_f") - 32.0) / 1.8)
    pressure = mean(column("pressure_inhg") * INCH_OF_MERCURY)
    humidity = np.array([relative_humidity_at(dry[k : k + 1], float(dew[k]))[0] for k in range(dry.size)])
    return Hours(
        time=hour[count == 2],
        heat=mean(column("building_load_rt") * REFRIGERATION_TON),
        power=mean(column("chiller_energy_kwh") * 2.0 * 1000.0),
        condenser=mean(column("cooling_water_t_c")),
        dry=dry,
        wet=wet_bulb_and_dew_point(dry, humidity, pressure)[0],
    )


def plant_values(capacity: float, values: Array) -> dict[str, float]:
    """Parameters of the model's plant."""
    named = dict(zip(NAMES, (float(v) for v in values), strict=True))
    rated = CHILLERS * capacity * (1.0 + 1.0 / named["chiller_cop"])
    water = rated / (RANGE * WATER_CP)
    slope = named["eir_slope"]
    return {
        "chillers": CHILLERS,
        "chiller_capacity": capacity,
        "chiller_cop": named["chiller_cop"],
        "eir_curve_0": 1.0 - CONDENSER * slope,
        "eir_curve_3": slope,
        "part_load_0": named["part_load_0"],
        "part_load_1": 1.0 - named["part_load_0"] - named["part_load_2"],
        "part_load_2": named["part_load_2"],
        "condenser_min": 15.0,
        "condenser_max": 45.0,
        "evaporator_max": 20.0,
        "temperature_set": 7.0,
        "rejection_wet": 1.0,
        "rejection_model": REJECT_TOWER,
        "rejection_rated": rated,
        "rejection_water": water,
        "rejection_air": water / WATER_PER_AIR,
        "rejection_ntu": named["rejection_ntu"],
        "rejection_exponent": EXPONENT,
        "air_pressure": PRESSURE,
        # Fans run full, a tower to each chiller.
        "condenser_relief": 0.0,
        "cells_follow": 1.0,
    }


def predict(
    hours: Hours, capacity: float, values: Array, part: slice, backend: str = "cpu"
) -> tuple[Array, Array]:
    """Power [W] and condenser water [degC] of the model's plant in the hours of `part`."""
    p, s = bench_plants([plant_values(capacity, values)])
    heat, dry, wet = (np.ascontiguousarray(a[part, None]) for a in (hours.heat, hours.dry, hours.wet))
    found = bench_run(p, s, heat, dry, wet, (PLANT_P_CHILLER, PLANT_T_CONDENSER), 3600.0, backend)
    return found[:, 0, 0], found[:, 1, 0]


def change_point(hours: Hours) -> float:
    """Load above which two chillers run [W]: the best place to break a pair of parabolas of power over load.

    By the first half of the record alone.
    """
    heat, power = hours.heat[: hours.half], hours.power[: hours.half]
    scale = heat.mean()

    def left(tons: float) -> float:
        found = 0.0
        for part in (heat <= tons * REFRIGERATION_TON, heat > tons * REFRIGERATION_TON):
            terms = np.vander(heat[part] / scale, 3)
            found += float(
                np.sum((terms @ np.linalg.lstsq(terms, power[part], rcond=None)[0] - power[part]) ** 2)
            )
        return found

    return min(TONS, key=left) * REFRIGERATION_TON


def identify(hours: Hours) -> tuple[float, Array]:
    """Capacity of a chiller [W] and parameters by the first half of the record, in the order of NAMES."""
    from scipy.optimize import least_squares

    first = slice(0, hours.half, EVERY)
    capacity = change_point(hours)
    mean = hours.power[first].mean()

    def error(values: Array) -> Array:
        power, condenser = predict(hours, capacity, values, first)
        parts = ((power - hours.power[first]) / mean, CONDENSER_WEIGHT * (condenser - hours.condenser[first]))
        return np.concatenate(parts)

    found = least_squares(error, START, bounds=(LOWEST, HIGHEST), x_scale=np.abs(START), max_nfev=20)
    return capacity, np.asarray(found.x)


def errors(predicted: Array, measured: Array) -> tuple[float, float]:
    """CV(RMSE) and NMBE of ASHRAE Guideline 14-2014, measurement less model over the mean, with p of 1 (remembered)."""
    difference = measured - predicted
    mean = measured.mean() * (measured.size - 1)
    spread = np.sqrt(np.sum(difference**2) / (measured.size - 1)) / measured.mean()
    return float(spread), float(difference.sum() / mean)
