"""Chips of a server: the fields that the physics needs, in SI."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import model_validator
from pydantic_core import InitErrorDetails

from twin.scenario.part import Equipment, problem
from twin.scenario.units import Duration, Fraction, PerTemperature, Temperature, TemperatureDifference


class Chip(Equipment):
    """What works in a server: its temperature, its leakage, and what firmware does when it gets too warm.

    Attributes
    ----------
    rise : float
        Above the cold plate, or above the chassis where the rack has none, at the server's peak power, K.
    time_constant : float
        With which that rise follows power, s.
    leakage : float
        Rise of the server's power per kelvin of chip temperature, 1/K.
    reference_temperature : float
        Inlet air (supplied coolant in a rack with cold plates) on which the server draws its rated powers, degC.
    throttle, throttle_full : float
        Chip temperatures at which power begins to be capped, and of the lowest cap, degC.
    throttle_power : float
        The lowest cap: share of the way from idle to peak power.
    shutdown : float
        Chip temperature at which the server switches itself off, degC.
    inlet_throttle, inlet_throttle_full : float or None
        Inlet temperatures at which power begins to be capped, and of the lowest cap, degC; None: not watched.
    """

    kind: ClassVar[str] = "chip"
    rise: TemperatureDifference
    time_constant: Duration
    leakage: PerTemperature
    reference_temperature: Temperature
    throttle: Temperature
    throttle_full: Temperature
    throttle_power: Fraction
    shutdown: Temperature
    inlet_throttle: Temperature | None = None
    inlet_throttle_full: Temperature | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        both_or_neither(data, "inlet_throttle", "inlet_throttle_full", problems)
        return data

    @model_validator(mode="after")
    def _ramps_rise(self) -> Self:
        rising(self, "throttle", "throttle_full")
        rising(self, "throttle", "shutdown")
        rising(self, "inlet_throttle", "inlet_throttle_full")
        return self


def both_or_neither(data: Any, first: str, second: str, problems: list[InitErrorDetails]) -> None:
    """Add a problem where only one of two keys that belong together is given."""
    if isinstance(data, dict):
        given = [name for name in (first, second) if data.get(name) is not None]
        if len(given) == 1:
            other = second if given[0] == first else first
            problems.append(problem(f"this key is required where {given[0]} is given", (other,)))


def rising(part: Any, first: str, second: str) -> None:
    """Refuse two temperatures of which the second is not the higher one.

    Raises
    ------
    ValueError
        With a sentence for the user.
    """
    low, high = getattr(part, first), getattr(part, second)
    if low is not None and high is not None and high <= low:
        raise ValueError(f"{second} ({high:g} degC) must be above {first} ({low:g} degC)")
