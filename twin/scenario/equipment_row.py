"""What stands between a UPS and its racks: PDUs with cables and breakers, and static transfer switches."""

from __future__ import annotations

from typing import ClassVar, Literal

from twin.scenario.equipment_it import Polynomial
from twin.scenario.part import Equipment, Part
from twin.scenario.units import (
    Angle,
    Duration,
    Interval,
    Length,
    PowerRated,
    Ratio,
    Section,
    Temperature,
    Voltage,
)

RESISTIVITY = {"copper": (1.724e-8, 0.00393), "aluminium": (2.826e-8, 0.00403)}
"""Resistivity at 20 degC [ohm m] and its temperature coefficient [1/K]: IEC 60028 and IEC 60889 (remembered)."""


class Cable(Part):
    """Cable from the UPS output to one side of a PDU.

    Attributes
    ----------
    length, section : float
        m, and m2 of one conductor with all its parallel cables.
    material : {'copper', 'aluminium'}
    voltage : float
        Nominal voltage of the distribution, V: between lines, or between the poles of a DC system.
    system : {'three-phase', 'dc'}
    temperature : float
        Of the conductor, degC, at which its resistance is taken; 70 is the limit of PVC insulation.
    """

    length: Length
    section: Section
    material: Literal["copper", "aluminium"]
    voltage: Voltage
    system: Literal["three-phase", "dc"] = "three-phase"
    temperature: Temperature

    def per_unit(self, power: float) -> float:
        """Resistance per unit of a side's rated `power` [W].

        R P / V^2 of one conductor for three phases at unity power factor, twice that for the two poles of DC: it is
        the voltage drop, and the loss over rated power, at rated power and nominal voltage.
        """
        rho, alpha = RESISTIVITY[self.material]
        resistance = rho * (1.0 + alpha * (self.temperature - 20.0)) * self.length / self.section
        return (2.0 if self.system == "dc" else 1.0) * resistance * power / self.voltage**2


class Breaker(Equipment):
    """Breaker of one side of a PDU: thermal image (IEC 60255-149) and instantaneous trip.

    Attributes
    ----------
    power_rated : float
        Rated current times nominal voltage, W.
    trip_current : float
        Current that its thermal image does not quite trip on, over rated.
    time_constant : float
        Of the thermal image, s.
    instantaneous : float
        Current that opens it at once, over rated.
    """

    kind: ClassVar[str] = "breaker"
    power_rated: PowerRated
    trip_current: Ratio
    time_constant: Interval
    instantaneous: Ratio


class TransferSwitch(Equipment):
    """Static transfer switch.

    Attributes
    ----------
    voltage_min, voltage_max : float
        Window outside which a source is not good, pu.
    transfer_time : float
        Sensing and open time of a transfer, s.
    phase_max : float
        Largest angle between sources that counts as in phase, degrees.
    transfer_time_out_of_phase : float
        Sensing and open time where they are not, s.
    retransfer_delay : float
        Time the preferred source must be good before a return to it, s.
    """

    kind: ClassVar[str] = "transfer_switch"
    voltage_min: Ratio
    voltage_max: Ratio
    transfer_time: Interval
    phase_max: Angle
    transfer_time_out_of_phase: Interval
    retransfer_delay: Duration


class Pdu(Equipment):
    """Power distribution unit: rating and loss.

    Attributes
    ----------
    power_rated : float
        W.
    loss : list of three floats
        P_loss / P_rated = loss[0] + loss[1] x + loss[2] x^2: no-load, proportional and square part.
    breaker : Breaker or None
        Of each side; None for a side that never opens by itself.
    cable : Cable or None
        From the UPS output to each side; None for a distance too short to count.
    """

    kind: ClassVar[str] = "pdu"
    power_rated: PowerRated
    loss: Polynomial
    breaker: Breaker | None = None
    cable: Cable | None = None
