"""Cold stores of a plant: a stratified tank of chilled water, or ice."""

from __future__ import annotations

from typing import Annotated, ClassVar

from twin.scenario.part import Equipment
from twin.scenario.units import EnergyRated, Fraction, Length, PowerRated, Quantity, Rate, Room

Conductivity = Annotated[float, Quantity("W/m/K", "a thermal conductivity", "0.59 W/m/K", minimum=0.0)]
Below = Annotated[float, Quantity("degC", "a temperature below 0 degC", "-6 degC", maximum=-0.1)]
Rise = Annotated[float, Quantity("K", "a temperature difference above zero", "6 K", above=0.0)]


class ColdTank(Equipment):
    """Stratified tank of chilled water.

    Attributes
    ----------
    conductivity : float
        Effective vertical conductivity of the water and the wall, W/(m K); what stirs the water raises it.
    loss_rate : float
        Share of its difference to the outdoor air that it loses in a second, 1/s.
    """

    kind: ClassVar[str] = "cold_tank"
    conductivity: Conductivity
    loss_rate: Rate


class IceStore(Equipment):
    """Ice on tubes, frozen by the plant's chillers and melted by its water.

    Attributes
    ----------
    charge_temperature : float
        Leaving a chiller that makes ice, degC.
    capacity_share : float
        Capacity of a chiller that makes ice over its reference capacity.
    loss_rate : float
        Share of the full store that melts in a second for every kelvin of outdoor air above 0 degC, 1/s.
    """

    kind: ClassVar[str] = "ice_store"
    charge_temperature: Below
    capacity_share: Fraction
    loss_rate: Rate


class PlantTank(ColdTank):
    """The tank of a plant.

    `volume`, m3, and `height`, m, of its water. At `temperature_rise`, K, between supply and return it takes
    `discharge_power`, W, from the loop; it is charged with up to `charge_power`, W. Policies leave `reserve` of it for
    an outage; it starts with `initial_charge`.
    """

    volume: Room
    height: Length
    temperature_rise: Rise
    charge_power: PowerRated
    discharge_power: PowerRated
    reserve: Fraction
    initial_charge: Fraction


class PlantIce(IceStore):
    """The ice store of a plant with chillers.

    `energy`, J, is the heat of fusion of all its water. Full, it takes `discharge_power`, W, from return water
    `temperature_rise`, K, above the supply; it is charged with up to `charge_power`, W. Policies leave `reserve` of it
    for an outage; it starts with `initial_charge`.
    """

    energy: EnergyRated
    temperature_rise: Rise
    charge_power: PowerRated
    discharge_power: PowerRated
    reserve: Fraction
    initial_charge: Fraction
