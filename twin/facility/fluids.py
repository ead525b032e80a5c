"""Water and water-glycol mixtures: their properties, and what they do to exchangers and pumps.

Evaluated once, when a site is built. Water and 25 % propylene glycol (PG25) stand in a table; any other mixture needs
CoolProp (`pip install 'dctwin[fluids]'`). Shares are by mass.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from twin.kernels.air import WATER_CP, WATER_DENSITY
from twin.scenario.liquid import known_fluid

TEMPERATURES = (0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0)
WATER = (
    (4218.5, 999.9, 1.7913e-3, 0.5558),
    (4194.4, 999.8, 1.3057e-3, 0.5789),
    (4183.4, 998.3, 1.0015e-3, 0.5981),
    (4179.3, 995.7, 0.7972e-3, 0.6145),
    (4178.9, 992.3, 0.6528e-3, 0.6286),
    (4180.9, 988.1, 0.5466e-3, 0.6407),
    (4184.5, 983.3, 0.4661e-3, 0.6511),
    (4189.6, 977.9, 0.4036e-3, 0.6599),
    (4196.3, 971.9, 0.3541e-3, 0.6671),
)
"""Heat capacity [J/(kg K)], density [kg/m3], viscosity [Pa s] and conductivity [W/(m K)] of water at 3 bar: IAPWS-95
and the IAPWS correlations, by CoolProp 8.0 (read)."""
PG25 = (
    (3872.2, 1025.8, 5.5151e-3, 0.4496),
    (3896.3, 1022.9, 3.5581e-3, 0.4587),
    (3920.5, 1019.3, 2.4452e-3, 0.4679),
    (3944.6, 1014.9, 1.7761e-3, 0.4769),
    (3968.6, 1009.9, 1.3530e-3, 0.4858),
    (3992.4, 1004.4, 1.0726e-3, 0.4946),
    (4015.7, 998.4, 0.8780e-3, 0.5032),
    (4038.5, 992.1, 0.7365e-3, 0.5116),
    (4060.7, 985.4, 0.6280e-3, 0.5196),
)
"""The same of 25 % propylene glycol by mass: A. Melinder, *Properties of Secondary Working Fluids for Indirect
Systems*, IIR 2010, by CoolProp 8.0, INCOMP::MPG (read)."""

COOLPROP = {"PG": "MPG", "EG": "MEG"}


class FluidError(ValueError):
    """A fluid that has no properties here; the message says why."""


@dataclass(frozen=True)
class Fluid:
    """Properties of a liquid at one temperature.

    Attributes
    ----------
    cp : float
        Heat capacity [J/(kg K)].
    density : float
        [kg/m3].
    viscosity : float
        Dynamic [Pa s].
    conductivity : float
        [W/(m K)].
    """

    cp: float
    density: float
    viscosity: float
    conductivity: float

    @property
    def volumetric(self) -> float:
        """Heat capacity of a volume [J/(m3 K)]."""
        return self.cp * self.density


@lru_cache(maxsize=256)
def fluid(name: str, temperature: float) -> Fluid:
    """Properties of a fluid.

    Parameters
    ----------
    name : str
        water, or PG or EG with the share of glycol by mass in per cent: 'PG25'.
    temperature : float
        [degC]; the tables of water and PG25 reach from 0 to 80.

    Returns
    -------
    Fluid
        Water has the constants of every other model, 20 degC: its heat capacity changes by less than 1 %.

    Raises
    ------
    FluidError
        For an unknown name, a temperature beyond the properties, or a mixture that needs CoolProp where it is missing.
    """
    if not known_fluid(name):
        raise FluidError(
            f"unknown fluid {name!r}: water, PG1 to PG60 or EG1 to EG60 (glycol by mass, per cent)"
        )
    if name == "water":
        at_20 = WATER[2]
        return Fluid(WATER_CP, WATER_DENSITY, at_20[2], at_20[3])
    if name == "PG25" and TEMPERATURES[0] <= temperature <= TEMPERATURES[-1]:
        return Fluid(*tabulated(PG25, temperature))
    return mixture(name, temperature)


def tabulated(table: tuple[tuple[float, ...], ...], temperature: float) -> tuple[float, float, float, float]:
    """Values of a table at a temperature within it [degC], on straight lines between its rows."""
    k = min(max(bisect_right(TEMPERATURES, temperature), 1), len(TEMPERATURES) - 1)
    share = (temperature - TEMPERATURES[k - 1]) / (TEMPERATURES[k] - TEMPERATURES[k - 1])
    low, high = table[k - 1], table[k]
    cp, density, viscosity, conductivity = (a + share * (b - a) for a, b in zip(low, high, strict=True))
    return cp, density, viscosity, conductivity


def mixture(name: str, temperature: float) -> Fluid:
    """Properties of a glycol mixture by CoolProp; as `fluid`."""
    try:
        from CoolProp.CoolProp import PropsSI
    except ImportError:
        raise FluidError(
            f"the properties of {name} at {temperature:g} degC need CoolProp: pip install 'dctwin[fluids]', "
            "or name water or PG25 between 0 and 80 degC"
        ) from None
    label = f"INCOMP::{COOLPROP[name[:2]]}[{int(name[2:]) / 100.0}]"
    try:
        values = [PropsSI(key, "T", temperature + 273.15, "P", 3e5, label) for key in "CDVL"]
    except ValueError as error:
        raise FluidError(f"{name} has no properties at {temperature:g} degC: {error}") from None
    return Fluid(*(float(value) for value in values))


def film_factor(liquid: Fluid) -> float:
    """Film coefficient of a liquid over that of water at 20 degC, at the same volume flow.

    Dittus-Boelter, Nu = 0.023 Re^0.8 Pr^0.4 (Incropera, 7th ed., eq. 8.60; remembered): k^0.6 cp^0.4 rho^0.8 /
    mu^0.4. Turbulent flow, Re above 10 000.
    """
    water = fluid("water", 20.0)
    return float(
        (liquid.conductivity / water.conductivity) ** 0.6
        * (liquid.cp / water.cp) ** 0.4
        * (liquid.density / water.density) ** 0.8
        * (liquid.viscosity / water.viscosity) ** -0.4
    )


def exchanger_factor(first: Fluid, second: Fluid | None = None) -> float:
    """Conductance of an exchanger over that with water at 20 degC on every liquid side, at the same volume flows.

    Its two sides share the thermal resistance equally, as in `kernels/exchanger.py`; `second` None is air.
    """
    return 2.0 / (1.0 / film_factor(first) + (1.0 / film_factor(second) if second else 1.0))


def friction_factor(liquid: Fluid) -> float:
    """Pressure drop, and so pump power, over that of water at 20 degC at the same volume flow.

    Blasius, f proportional to Re^-0.25 (Incropera, 7th ed., eq. 8.20a; remembered): rho^0.75 mu^0.25. Turbulent flow.
    """
    water = fluid("water", 20.0)
    return float((liquid.density / water.density) ** 0.75 * (liquid.viscosity / water.viscosity) ** 0.25)
