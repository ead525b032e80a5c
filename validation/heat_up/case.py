"""How fast racks warm up when all cooling is lost: air from 5 to 100 kW a rack, liquid at 40 and 100 kW."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from twin.kernels import fields as f
from twin.kernels.air import AIR_CP, AIR_DENSITY, WATER_CP, WATER_DENSITY
from twin.kernels.scalar import Array
from twin.validation.case import Case, Check
from twin.validation.cooling_run import NEVER, Played, Variant, play

LOST = 60.0
"""When mains are lost, and with them all that cools: there are no generators [s]."""

PUBLISHED = ((5.0, 1.3, 31.0), (10.0, 2.6, 62.0), (20.0, 5.2, 124.0))
"""kW a rack; K/min of 20 servers of 11.1 kJ/K in 8 m3 of air, and of the air alone, as printed."""
BEYOND = (40.0, 100.0)
"""kW a rack beyond the published ones: the same arithmetic, 10.4 and 25.9 K/min."""

WP105 = 5.0
"""Least rise at the start at 200 W/ft2, some 5 kW a rack [K/min]; Active Power white paper 105 (secondary)."""
SERVERS, SERVER_MASS, AIR = 20, 11.1e3, 8.0
PLATE_MASS = 150e3
"""Cold plates, manifolds and coolant of a rack of the library [J/K]."""
LOOP_TIME = 20.0
"""Time round the loop of a CDU, of which its volume follows [s]; `twin.facility.cooling`."""
PUMP_SHARE = 0.01
"""Pump power of the CDU over its heat."""
LIQUID = (40.0, 100.0)

SPREAD = (480.0, 600.0)
"""From so long after the loss to so long: heat has spread over all that is warmed [s]."""

LIMITS = {
    ("rack", name): NEVER
    for name in (
        "inlet_shutdown",
        "plate_shutdown",
        "chip_shutdown",
        "chip_throttle",
        "fan_inlet",
        "fan_inlet_full",
    )
} | {("rack", "leakage"): 0.0}
"""Nothing shuts down, throttles, leaks or speeds up: heat is the same throughout."""
COMMON = (
    "racks.air.count=2",
    "racks.air.lump=1",
    "racks.air.other_power=0 W",
    "racks.air.recirculation=0",
    "racks.air.psu={type: pfe600-platinum, power_rated: 6 kW, loss: [0, 0, 0]}",
    "cooling.halls.hall.volume=0.001 m^3",
)
NO_SETS = {("genset", "start_fails"): 1.0}


def air_variant(power: float, alone: bool) -> Variant:
    """Two racks of 20 servers with `power` [kW] each; with `alone` the servers have no mass."""
    server = f"{{type: cpu-2u, power_idle: {power / 20} kW, power_peak: {power / 20} kW, fan_share: 0, chip: null}}"
    overrides = (*COMMON, f"racks.air.server={server}")
    massless = {("rack", "heat_capacity"): 0.0} if alone else {}
    name = f"{power:g} kW, air{' alone' if alone else ''}"
    return Variant(name, overrides, LIMITS | massless, NO_SETS, (LOST, 1e5))


def liquid_variant(power: float, pumps: str) -> Variant:
    """Two racks with all of `power` [kW] each on cold plates, on a CDU whose pumps hang on the UPS or on the bus."""
    server = f"{{type: gb200-tray, power_idle: {power / 18} kW, power_peak: {power / 18} kW, fan_share: 0, chip: null}}"
    cdu = (
        f"{{cdu: {{type: cdu-1mw, count: 1, heat_rated: {2 * power} kW, conductance: {power / 2} kW/K, "
        f"pump_power: {2 * power * PUMP_SHARE} kW, supply_temperature: 32 degC, pumps_on: {pumps}, plant: plant}}}}"
    )
    overrides = (
        *COMMON,
        "racks.air.type=rack-gb200-nvl72",
        "racks.air.liquid_fraction=1",
        "racks.air.cdu=cdu",
        f"racks.air.server={server}",
        f"racks.air.cold_plate_conductance={power / 40} kW/K",
        f"cooling.cdus={cdu}",
    )
    words = "loop circulating" if pumps == "ups" else "pumps lost"
    return Variant(f"{power:g} kW, {words}", overrides, LIMITS, NO_SETS, (LOST, 1e5))


AIR_VARIANTS = (
    *(air_variant(power, alone=False) for power, _, _ in PUBLISHED),
    *(air_variant(power, alone=False) for power in BEYOND),
    *(air_variant(power, alone=True) for power, _, _ in PUBLISHED),
)
LIQUID_VARIANTS = tuple(liquid_variant(power, pumps) for power in LIQUID for pumps in ("ups", "bus"))
WATCH = {"inlet": ("rack", f.RACK_T_INLET)}
WATCH_LIQUID = {"plate": ("rack", f.RACK_T_PLATE), "supply": ("cdu", f.CDU_T_SUPPLY_NOW)}


def rate(played: Played, name: str, variant: int, since: float, until: float) -> float:
    """Mean rise of a temperature of the first unit between two times after the loss [K/min]."""
    first, last = np.searchsorted(played.time, (LOST + since - 1e-6, LOST + until - 1e-6))
    values = played.series[name][:, variant, 0]
    return float((values[last] - values[first]) / (played.time[last] - played.time[first]) * 60.0)


@dataclass(frozen=True)
class Runs:
    """Variants in air and on liquid, and what they did."""

    in_air: tuple[Variant, ...]
    air: Played
    on_liquid: tuple[Variant, ...]
    liquid: Played

    def rate(self, variant: Variant, since: float, until: float) -> float:
        """Mean rise of the inlet, or of the cold plates, between two times after the loss [K/min]."""
        if variant in self.in_air:
            return rate(self.air, "inlet", self.in_air.index(variant), since, until)
        return rate(self.liquid, "plate", self.on_liquid.index(variant), since, until)


def runs(backend: str) -> Runs:
    """Play all variants; on the simulator, a thousand times slower, two of each kind at long steps."""
    if backend == "sim":
        air, liquid = AIR_VARIANTS[1:3], LIQUID_VARIANTS[2:]
        lengths = {"step": 20.0, "thermal": 20.0, "sample": 60.0, "before": 600.0, "settle_step": 60.0}
    else:
        air, liquid = AIR_VARIANTS, LIQUID_VARIANTS
        lengths = {}
    return Runs(
        air,
        play(air, WATCH, 660.0, backend, **lengths),
        liquid,
        play(liquid, WATCH_LIQUID, 660.0, backend, **lengths),
    )


def air_capacity() -> float:
    """Heat capacity of one rack with its air [J/K]."""
    return SERVERS * SERVER_MASS + AIR * AIR_DENSITY * AIR_CP


def loop_capacity(power: float) -> float:
    """Heat capacity of the loop behind one rack of `power` [W] at 1.5 L/min per kW [J/K]."""
    return 1.5e-3 / 60.0 / 1e3 * power * WATER_DENSITY * LOOP_TIME * WATER_CP


def references() -> list[tuple[Variant, str, float, float, tuple[float, float], str]]:
    """Every variant with its name, its reference and tolerance [K/min], when it is taken, and where it is from."""
    found = []
    for variant, (power, both, _) in zip(AIR_VARIANTS, PUBLISHED, strict=False):
        found.append(
            (variant, f"air, {power:g} kW a rack: inlet", both, 0.05, SPREAD, "published, rounded to 0.1")
        )
    for variant, power in zip(AIR_VARIANTS[3:], BEYOND, strict=False):
        expected = power * 1e3 / air_capacity() * 60.0
        found.append(
            (variant, f"air, {power:g} kW a rack: inlet", expected, 1e-3 * expected, SPREAD, "derived")
        )
    for variant, (power, _, alone) in zip(AIR_VARIANTS[5:], PUBLISHED, strict=True):
        name = f"air alone, {power:g} kW a rack: inlet"
        found.append((variant, name, alone, 0.5, (120.0, 300.0), "published, rounded to 1"))
    for k, variant in enumerate(LIQUID_VARIANTS):
        power = LIQUID[k // 2] * 1e3
        circulating = k % 2 == 0
        mass = PLATE_MASS + (loop_capacity(power) if circulating else 0.0)
        expected = power * (1.0 + (PUMP_SHARE if circulating else 0.0)) / mass * 60.0
        name = f"liquid, {variant.name}: cold plates"
        found.append((variant, name, expected, 1e-3 * expected, SPREAD, "analytic"))
    return found


def run(backend: str) -> list[Check]:
    """Compare the rates once heat has spread, with what is printed and with power over heat capacity."""
    made = runs(backend)
    checks = [
        Check(name, made.rate(variant, *when), expected, tolerance, "K/min", words)
        for variant, name, expected, tolerance, when, words in references()
        if variant in made.in_air + made.on_liquid
    ]
    if backend != "sim":
        # The air closes up to the chassis, which are warmer: no rack starts slowly.
        slowest = min(made.rate(variant, 0.0, 60.0) for variant in AIR_VARIANTS[:5])
        words = f"1 when every rack starts at {WP105:g} K/min or more (white paper 105); the slowest at {slowest:.1f}"
        checks.append(Check("first minute in air", float(slowest >= WP105), 1.0, 0.0, "1", words))
    worst = float(max(made.air.residual.max(), made.liquid.residual.max()))
    checks.append(Check("residual of the heat accounts", worst, 0.0, 1e-9, "1"))
    return checks


def figure() -> Any:
    """Inlets and cold plates over time, with the published slopes."""
    import plotly.graph_objects as go

    both = runs("cpu")
    air, liquid = both.air, both.liquid
    made = go.Figure()
    colours = ("#2b83c6", "#2a9d5c", "#d9a400", "#e07a1f", "#c0392b")
    for k, variant in enumerate(AIR_VARIANTS[:5]):
        minutes = (air.time - LOST) / 60.0
        inlet: Array = air.series["inlet"][:, k, 0]
        made.add_scatter(x=minutes, y=inlet, name=f"inlet, {variant.name}", line={"color": colours[k]})
        if k < len(PUBLISHED):
            middle = int(np.searchsorted(minutes, 6.0))
            slope = PUBLISHED[k][1]
            x = np.array([0.0, 10.0])
            made.add_scatter(
                x=x,
                y=inlet[middle] + slope * (x - minutes[middle]),
                name=f"published {slope:g} K/min",
                mode="lines",
                line={"color": colours[k], "dash": "dot", "width": 1},
            )
    for k, variant in enumerate(LIQUID_VARIANTS):
        made.add_scatter(
            x=(liquid.time - LOST) / 60.0,
            y=liquid.series["plate"][:, k, 0],
            name=f"cold plates, {variant.name}",
            line={"color": colours[3 + k // 2], "dash": "dash" if k % 2 == 0 else "dashdot"},
        )
    made.update_xaxes(title_text="minutes since all cooling was lost", range=[-1.0, 10.0])
    made.update_yaxes(title_text="temperature [°C]", range=[20.0, 140.0])
    made.update_layout(
        title="Heat-up after total loss of cooling: nothing shuts down or throttles here",
        meta={
            "caption": "Air inlets of racks and cold plates of liquid-cooled racks after all cooling is lost."
        },
    )
    return made


CASE = Case(
    name="heat_up",
    title="Heat-up after total loss of cooling",
    reference="rates derived from a measured server and 8 m3 of air a rack; power over heat capacity",
    source="VanGilder et al. 2013 (server of 11.1 kJ/K); Khankari, ASHRAE Trans. 117 (2011) for the two stages",
    run=run,
    figure=figure,
)
