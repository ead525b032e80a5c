"""Parameters of the A123 cell from its open-circuit tests and the first third of its dynamic profile."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from twin.kernels.fields import BAT_OCV_POINTS
from twin.validation.battery_bench import bench_cell, bench_voltage
from twin.validation.case import measured

Array = npt.NDArray[np.float64]

FILES = ("A123_DYN_50_P25_s1", "A123_OCV_P25_S1", "A123_OCV_P25_S3")
MOVING = 2
"""Number of the step of an open-circuit test in which the current flows."""

MIDDLE = (0.1, 0.9)
"""Charges between which the fit and the judgement look."""

COUNTER_SPAN = 600
"""The cycler counts charge faster than once a second, but its count is rounded to 0.1 mAh: its excess over the
samples of current is spread evenly over so many samples."""

NAMES = ("resistance_ohmic", "resistance_rc", "tau_rc", "resistance_rc2", "tau_rc2", "hysteresis_rate")
START = (0.012, 0.008, 15.0, 0.012, 400.0, 50.0)
LOWEST = (1e-3, 1e-4, 1.0, 1e-4, 50.0, 5.0)
HIGHEST = (0.05, 0.05, 100.0, 0.1, 1500.0, 500.0)


@dataclass(frozen=True)
class Profile:
    """The dynamic profile, one sample a second.

    Attributes
    ----------
    current, voltage : array
        Discharging positive, A, mean of the second before the sample by the cycler's count of charge; V.
    soc : array
        Charge by that count.
    sampled : array
        Current as sampled, A.
    """

    current: Array
    voltage: Array
    soc: Array
    sampled: Array

    @property
    def third(self) -> int:
        """Samples in the first third."""
        return self.current.size // 3

    @property
    def inside(self) -> npt.NDArray[np.bool_]:
        """Samples between 10 and 90 % charge."""
        return (self.soc > MIDDLE[0]) & (self.soc < MIDDLE[1])


@dataclass(frozen=True)
class OpenCircuit:
    """What the two open-circuit tests at C/30 say.

    Attributes
    ----------
    capacity : float
        Charge from full to 2.0 V, C.
    mean : array
        Mean of charging and discharging at even steps of charge, V, never falling.
    half_gap : float
        Half their difference, mean between 10 and 90 % charge, V.
    """

    capacity: float
    mean: Array
    half_gap: float


def available() -> tuple[dict[str, Path], str]:
    """Return the files, or none and the reason."""
    found = {}
    for name in FILES:
        path, why = measured(f"equip_lfp_a123/{name}.csv.gz")
        if path is None:
            return {}, why
        found[name] = path
    return found, ""


def table(path: Path) -> Array:
    """Columns of a file by name."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        columns: Array = np.genfromtxt(stream, delimiter=",", names=True)
    return columns


def open_circuit(discharging: Path, charging: Path) -> OpenCircuit:
    """Read the open-circuit tests; each branch is against its own charge."""
    points = np.linspace(0.0, 1.0, BAT_OCV_POINTS)
    down, up = table(discharging), table(charging)
    down, up = down[down["step"] == MOVING], up[up["step"] == MOVING]
    drawn, filled = down["dis_ah"] / down["dis_ah"][-1], up["chg_ah"] / up["chg_ah"][-1]
    lower = np.interp(points, 1.0 - drawn[::-1], down["v"][::-1])
    upper = np.interp(points, filled, up["v"])
    inside = (points >= MIDDLE[0]) & (points <= MIDDLE[1])
    return OpenCircuit(
        capacity=float(down["dis_ah"][-1]) * 3600.0,
        mean=np.maximum.accumulate(0.5 * (lower + upper)),
        half_gap=float(0.5 * (upper - lower)[inside].mean()),
    )


def profile(path: Path, capacity: float) -> Profile:
    """Read the dynamic profile of a cell that is full at its start."""
    rows = table(path)
    sampled = np.ascontiguousarray(rows["i_a"])
    counted = rows["dis_ah"] - rows["chg_ah"]
    excess = 3600.0 * counted - np.cumsum(sampled)
    knots = np.arange(0, sampled.size, COUNTER_SPAN)
    spread = np.interp(np.arange(-1, sampled.size), knots, excess[knots])
    current = sampled + np.diff(spread)
    return Profile(current, rows["v"], 1.0 - np.cumsum(current) / capacity, sampled)


def simulate(known: OpenCircuit, values: Array, current: Array, backend: str = "cpu") -> Array:
    """Voltage of the cell, full and last charged at its start, under a current sampled once a second [V]."""
    p, s = bench_cell(
        known.mean, known.capacity, hysteresis_half_gap=known.half_gap, hysteresis=1.0,
        **dict(zip(NAMES, (float(v) for v in values), strict=True)),
    )  # fmt: skip
    return bench_voltage(p, s, current, 1.0, backend)


def identify(known: OpenCircuit, run: Profile) -> Array:
    """Least squares of the voltage between 90 % charge and the end of the first third; values in the order of NAMES."""
    from scipy.optimize import least_squares

    first = run.third
    inside = run.inside[:first]
    wanted = run.voltage[:first][inside]

    def error(values: Array) -> Array:
        return 1e3 * (simulate(known, values, run.current[:first])[inside] - wanted)

    found = least_squares(
        error, START, bounds=(LOWEST, HIGHEST), x_scale=START, diff_step=1e-4, max_nfev=40
    )
    values: Array = found.x
    return values
