"""What is shown of racks, and in which colours: fixed scales, so that pictures of different runs compare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError, suggest
from twin.kernels import fields
from twin.result import Result


@dataclass(frozen=True)
class Scale:
    """A quantity of racks and its colours.

    Attributes
    ----------
    name : as the command line calls it.
    channel : channel of the group `rack`.
    title : words and unit for the colour bar.
    low, high : values at the ends of the colours; what lies outside has the colour of the end.
    marks : value to its words, limits of operation on the colour bar.
    factor : from the unit of the file to that of the scale.
    """

    name: str
    channel: str
    title: str
    low: float
    high: float
    marks: dict[float, str]
    factor: float = 1.0

    @property
    def unit(self) -> str:
        """Unit of the scale, out of its title."""
        return self.title.partition("[")[2].rstrip("]")


INLET_MARKS = {
    18.0: "from 18: recommended",
    27.0: "to 27: recommended",
    32.0: "to 32: class A1",
    35.0: "to 35: class A2",
    40.0: "to 40: class A3",
    45.0: "to 45: class A4",
}
"""ASHRAE TC 9.9 (2021), Equipment Thermal Guidelines for Data Processing Environments: recommended and allowable air
at the inlet [degC] (secondary sources)."""

INLET = Scale("inlet", "temperature_inlet", "inlet air [°C]", 15.0, 48.0, INLET_MARKS)
OUTLET = Scale(
    "outlet", "temperature_outlet", "outlet air [°C]", 20.0, 70.0, {float(v): f"{v}" for v in range(20, 71, 10)}
)  # fmt: skip
NAMES = ("inlet", "outlet", "power")

COLOURS = (
    "#0d0887", "#46039f", "#7201a8", "#9c179e", "#bd3786", "#d8576b", "#ed7953", "#fb9f3a", "#fdca26", "#f0f921",
)  # fmt: skip
"""Plasma of van der Walt and Smith (2015), at ten even steps: perceptually uniform, and even for colour-blind eyes."""

OFF, HOT, SLOWED = "#101010", "#ffffff", "#00b386"
"""Caps of racks that do not work, that shut down because they were too hot, and that are throttled."""


def scales(result: Result) -> list[Scale]:
    """Return the scales of what a result records of its racks, the inlet first."""
    found = [scale for scale in (INLET, OUTLET) if result.has("rack", scale.channel)]
    if result.has("rack", "power"):
        found.append(_power(result))
    return found


def scale_named(result: Result, name: str) -> Scale:
    """Return the scale called `name`.

    Raises
    ------
    InputError
        When there is no such quantity, or the result does not hold it.
    """
    if name not in NAMES:
        raise InputError(
            f"--quantity: expected one of {', '.join(NAMES)}, got {name!r}{suggest(name, NAMES)}"
        )
    for scale in scales(result):
        if scale.name == name:
            return scale
    raise InputError(f"{result.path}: does not hold the rack series that '{name}' needs; see record.racks")


def _power(result: Result) -> Scale:
    """Power has no fixed scale: from nothing to the largest rack of the run, rounded up to two digits."""
    most = max((float(values.max(initial=0.0)) for _, values in result.slabs("rack", "power")), default=0.0)
    digits = 10.0 ** (np.floor(np.log10(most)) - 1.0) if most > 0.0 else 1.0
    top = max(1.0, float(np.ceil(most / digits) * digits)) / 1e3
    marks = {top * i / 4.0: f"{top * i / 4.0:.3g}" for i in range(5)}
    return Scale("power", "power", "power [kW]", 0.0, top, marks, 1e-3)


def colour_table(steps: int = 256) -> NDArray[np.uint8]:
    """The colours at even steps from low to high, shape (steps, 3)."""
    anchors = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in COLOURS], dtype=np.float64)
    at = np.linspace(0.0, len(COLOURS) - 1.0, steps)
    table = [np.interp(at, np.arange(len(COLOURS)), anchors[:, i]) for i in range(3)]
    return np.round(np.stack(table, axis=1)).astype(np.uint8)


def colour_names() -> list[str]:
    """The colours at even steps from low to high as hexadecimal text."""
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in colour_table()]


CAPS = {
    fields.RACK_OFF: "off",
    fields.RACK_RESTARTING: "off",
    fields.RACK_SHED: "off",
    fields.RACK_TOO_HOT: "hot",
}
"""Mode of a rack to the cap it wears; a rack that works wears none, or that of a throttled one."""

LEAST_THROTTLE = 0.01
"""Share of its power that a rack must lose to its own protection to be shown as throttled."""

CAP_WORDS = {"off": "not working", "hot": "shut down, too hot", "slowed": "throttled"}
CAP_COLOURS = {"off": OFF, "hot": HOT, "slowed": SLOWED}
CAP_COLOUR_WORDS = {"off": "black", "hot": "white", "slowed": "green"}

CAP_HEIGHT = 0.35
"""Height of a cap [m]."""
