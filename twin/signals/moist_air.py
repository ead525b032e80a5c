"""Moist air: pressure, wet bulb, dew point and humidity, by PsychroLib (ASHRAE Fundamentals 2017, ch. 1)."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec, module_from_spec
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@lru_cache(maxsize=1)
def _psychrolib() -> ModuleType:
    """Return a private copy of PsychroLib in SI units and in plain Python.

    The shared module keeps its unit system in a global, compiles its functions for some seconds where numba
    is installed, and fails (2.5.0) under NUMBA_DISABLE_JIT=1. A year of hours takes half a second this way.
    """
    spec = find_spec("psychrolib")
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("psychrolib is not installed")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    if getattr(module, "has_numba", False):
        plain_is_ip = getattr(module.isIP, "py_func", module.isIP)
        module.__dict__.update(dict(module.func_list), isIP=plain_is_ip, has_numba=False)
    module.SetUnitSystem(module.SI)
    return module


def standard_pressure(altitude: float) -> float:
    """Pressure of the standard atmosphere [Pa] at an altitude [m] (eq. 3)."""
    return float(_psychrolib().GetStandardAtmPressure(altitude))


@lru_cache(maxsize=100_000)
def _solved(dry_bulb: float, relative_humidity: float, pressure: float) -> tuple[float, float, float]:
    library = _psychrolib()
    ratio = library.GetHumRatioFromRelHum(dry_bulb, relative_humidity, pressure)
    ratio = max(ratio, library.MIN_HUM_RATIO)  # perfectly dry air has no dew point
    return (
        float(library.GetTWetBulbFromHumRatio(dry_bulb, ratio, pressure)),
        float(library.GetTDewPointFromHumRatio(dry_bulb, ratio, pressure)),
        float(ratio),
    )


def moist_state(dry_bulb: Array, relative_humidity: Array, pressure: Array) -> tuple[Array, Array, Array]:
    """Thermodynamic wet bulb and dew point [degC] and humidity ratio [1]; each distinct state is solved once.

    Parameters
    ----------
    dry_bulb : [degC], -90..60.
    relative_humidity : 0..1.
    pressure : [Pa].

    Notes
    -----
    Wet bulb: eqs. 33 and 35, by bisection to 0.001 K. Dew point: eqs. 5 and 6, by Newton to 0.001 K. Humidity
    ratio: eq. 20.
    """
    states, where = np.unique(
        np.column_stack([dry_bulb, relative_humidity, pressure]), axis=0, return_inverse=True
    )
    solved = np.array([_solved(*map(float, state)) for state in states])[where.reshape(-1)]
    return solved[:, 0], solved[:, 1], solved[:, 2]


def wet_bulb_and_dew_point(dry_bulb: Array, relative_humidity: Array, pressure: Array) -> tuple[Array, Array]:
    """Thermodynamic wet bulb and dew point [degC]; as `moist_state`."""
    wet_bulb, dew_point, _ = moist_state(dry_bulb, relative_humidity, pressure)
    return wet_bulb, dew_point


def relative_humidity_at(dry_bulb: Array, dew_point: Array | float) -> Array:
    """Relative humidity 0..1 from dry bulb and dew point [degC], the latter taken as the dry bulb at most."""
    library = _psychrolib()
    pairs = zip(dry_bulb.tolist(), np.broadcast_to(dew_point, dry_bulb.shape).tolist(), strict=True)
    return np.array([min(1.0, library.GetRelHumFromTDewPoint(t, min(dew, t))) for t, dew in pairs])


def dew_point_from_wet_bulb(dry_bulb: float, wet_bulb: float, pressure: float) -> float:
    """Dew point [degC] of air with a dry and a wet bulb [degC], the latter at most the former (eqs. 33 and 35)."""
    library = _psychrolib()
    ratio = library.GetHumRatioFromTWetBulb(dry_bulb, min(wet_bulb, dry_bulb), pressure)
    return float(library.GetTDewPointFromHumRatio(dry_bulb, max(ratio, library.MIN_HUM_RATIO), pressure))
