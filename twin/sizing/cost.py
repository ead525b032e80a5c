"""What a design costs over its life: first cost, replacements, upkeep, fuel and testing, less revenue."""

from __future__ import annotations

from dataclasses import dataclass

from twin.kernels import fields as f
from twin.kernels.fuel import fuel_flow
from twin.kernels.scalar import Array
from twin.scenario.equipment_generation import Genset
from twin.scenario.study import Costs
from twin.sizing.designs import Design

YEAR = 365.25 * 86400.0


@dataclass(frozen=True)
class LifeCycleCost:
    """Present values over the horizon, in the study's currency; revenue is positive and taken off.

    Attributes
    ----------
    total : float
        Everything, less revenue.
    annual : float
        Constant yearly payment of the same present value.
    """

    capital: float
    replacement: float
    upkeep: float
    fuel: float
    testing: float
    revenue: float
    total: float
    annual: float


def annuity(rate: float, years: float) -> float:
    """Present value of 1 a year, paid at the end of each of `years` years, at `rate` a year."""
    return years if rate == 0.0 else (1.0 - (1.0 + rate) ** -years) / rate


def replacements(rate: float, life: float, years: float) -> float:
    """Present value of buying again for 1 whenever a life ends before the horizon; nothing is left over.

    Lives and horizon in years. No value is given to what is not worn out at the horizon.
    """
    total = 0.0
    k = 1
    while k * life < years - 1e-9:
        total += (1.0 + rate) ** -(k * life)
        k += 1
    return total


def storage_life(costs: Costs, cycles_per_year: float, cycle_life: float) -> float:
    """Years until the battery is replaced: its calendar life, or sooner when its cycles are used up."""
    calendar = costs.storage_lifetime / YEAR
    return min(calendar, cycle_life / cycles_per_year) if cycles_per_year > 0.0 else calendar


@dataclass(frozen=True)
class Testing:
    """A year of test runs: running hours of one set [s], fuel [m3], CO2-equivalent and NOx [kg]."""

    time: float
    fuel: float
    co2: float
    nox: float


def year_of_tests(genset: Array, group: Genset) -> Testing:
    """Test runs of one set of a group in a year; `genset` is its (field,) column of parameters."""
    time = YEAR / group.test_interval * group.test_duration
    load = max(group.test_load, float(genset[f.GEN_FUEL_FLOOR]))
    rate = fuel_flow(load, genset[f.GEN_FUEL_0], genset[f.GEN_FUEL_1], genset[f.GEN_FUEL_2])
    fuel = time * float(rate)
    energy = time * group.test_load * float(genset[f.GEN_RATED])
    return Testing(time, fuel, fuel * float(genset[f.GEN_CO2]), energy * float(genset[f.GEN_NOX]))


def life_cycle(
    costs: Costs,
    design: Design,
    set_power: float,
    fuel_per_year: float,
    test_fuel_per_year: float,
    revenue_per_year: float,
    life: float,
) -> LifeCycleCost:
    """Cost of a design over the horizon, discounted to its start.

    Parameters
    ----------
    costs : Costs
        Of the study.
    design : Design
        What is bought.
    set_power : float
        Rating of one generating set [W].
    fuel_per_year, test_fuel_per_year : float
        Burnt in outages, expected, and in testing [m3].
    revenue_per_year : float
        From grid services and arbitrage, in the study's currency.
    life : float
        Of the battery [years].
    """
    years = costs.horizon / YEAR
    rate = costs.discount_rate
    storage = (
        costs.storage_energy.value * design.storage_energy + costs.storage_power.value * design.storage_power
    )
    rated = design.generators * set_power
    generator = costs.generator.value * rated
    upkeep = costs.storage_upkeep.value * design.storage_power + costs.generator_upkeep.value * rated
    present = annuity(rate, years)
    again = storage * replacements(rate, life, years)
    again += generator * replacements(rate, costs.generator_lifetime / YEAR, years)
    fuel = costs.fuel.value * fuel_per_year * present
    testing = costs.fuel.value * test_fuel_per_year * present
    revenue = revenue_per_year * present
    total = storage + generator + again + upkeep * present + fuel + testing - revenue
    return LifeCycleCost(
        capital=storage + generator,
        replacement=again,
        upkeep=upkeep * present,
        fuel=fuel,
        testing=testing,
        revenue=revenue,
        total=total,
        annual=total / present,
    )
