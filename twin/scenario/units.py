"""Values with units: '2 MW' in a file becomes 2e6, in SI, inside.

`Quantity` is put beside `float` in an annotation and tells what a value is; pint does the conversion.
Absolute temperatures are degrees Celsius inside, differences are kelvin, angles degrees, everything else
plain SI.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic_core import PydanticCustomError, core_schema

if TYPE_CHECKING:
    import pint

_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*(.*?)\s*", re.DOTALL)
# A unit is names, exponents of one digit and operators: never an expression with numbers to work out.
_UNIT = re.compile(
    r"/?\s*[A-Za-zµμΩ°%_]+[A-Za-zµμΩ°_]*(?:\s*(?:\*\*|\^)\s*-?\d)?"
    r"(?:\s*[*/ ]\s*[A-Za-zµμΩ°_]+(?:\s*(?:\*\*|\^)\s*-?\d)?){0,5}"
)
_ANGLES = {"deg", "degree", "degrees", "°"}
_OFFSET_UNITS = {"degC", "degF", "°C", "°F", "celsius", "fahrenheit", "degree_Celsius", "degree_Fahrenheit"}


@cache
def registry() -> pint.UnitRegistry[float]:
    """Return the pint registry, made on first use because importing pint is slow."""
    import pint

    return pint.UnitRegistry()


def split(text: str) -> tuple[float, str]:
    """Split '2 MW' into the number and the text of its unit.

    Raises
    ------
    ValueError
        When `text` does not start with a finite decimal number.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError("not a number with a unit")
    value = float(match[1])
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return value, match[2]


@lru_cache(maxsize=4096)
def convert(text: str, unit: str) -> float:
    """Convert a value with a unit, such as '2 MW', to the number it is in `unit`.

    Parameters
    ----------
    text : str
        Number and unit. Dimensionless targets take a bare number or a per cent.
    unit : str
        The target as pint spells it; 'degC' reads absolute temperatures, 'deg' angles, '' is dimensionless.

    Raises
    ------
    ValueError
        When the number is not finite or the unit is absent, unknown or of another dimension.
    """
    value, given = split(text)
    if unit == "":
        if given not in ("", "%"):
            raise ValueError("has a unit")
        return value / 100.0 if given == "%" else value
    if not given:
        raise ValueError("has no unit")
    if unit == "deg":
        if given not in _ANGLES:
            raise ValueError("is not in degrees")
        return value
    if unit == "K" and given in _OFFSET_UNITS:
        raise ValueError("is a temperature on a scale, not a difference: write K")
    if given == "%" or not _UNIT.fullmatch(given):
        raise ValueError("has a unit that cannot be read")
    result = value * conversion(given, unit) if unit != "degC" else _celsius(value, given)
    if not math.isfinite(result):
        raise ValueError("is not finite")
    return result


@lru_cache(maxsize=1024)
def conversion(given: str, unit: str) -> float:
    """Return the factor from the unit `given` to `unit`; ValueError when they measure different things."""
    return float(_pint(lambda units: units.Quantity(1.0, _parsed(given)).to(unit).magnitude))


def _celsius(value: float, given: str) -> float:
    return float(_pint(lambda units: units.Quantity(value, _parsed(given)).to("degC").magnitude))


def _parsed(given: str) -> Any:
    text = given.replace("°C", "degC").replace("°F", "degF")
    return registry().parse_units("1" + text if text.startswith("/") else text)


def _pint(compute: Any) -> float:
    import pint

    try:
        return float(compute(registry()))
    except pint.UndefinedUnitError as error:
        raise ValueError(f"has an unknown unit ({error})") from None
    except pint.PintError:
        raise ValueError("is of another dimension") from None
    except (ValueError, TypeError, ArithmeticError, AttributeError, KeyError, AssertionError):
        raise ValueError("has a unit that cannot be read") from None


@dataclass(frozen=True)
class Quantity:
    """What a value measures: the unit it is kept in, how to name it to the user, and its bounds.

    Attributes
    ----------
    unit : str
        Unit of the float that the model holds.
    noun, example : str
        Used in messages: "expected a power such as '2 MW'".
    minimum, above, maximum : float or None
        Bounds in `unit`; `above` is exclusive.
    """

    unit: str
    noun: str
    example: str
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None

    def parse(self, value: object) -> float:
        """Return the float that `value` stands for; a PydanticCustomError carries the message."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self._expected(value)
        if isinstance(value, str):
            try:
                number = convert(value, self.unit)
            except ValueError as error:
                why = str(error) if str(error).startswith("has an unknown unit") else ""
                raise self._expected(value, why) from None
        elif self.unit:
            raise self._expected(value, "the unit is missing")
        else:
            try:
                number = float(value)
            except OverflowError:
                raise self._expected(value) from None
        self._check(number, value)
        return number

    def _check(self, number: float, value: object) -> None:
        if not math.isfinite(number):
            raise self._expected(value, "it must be finite")
        unit = f" {self.unit}" if self.unit else ""
        if self.minimum is not None and number < self.minimum:
            raise self._expected(value, f"it must be at least {self.minimum:g}{unit}")
        if self.above is not None and number <= self.above:
            raise self._expected(value, f"it must be more than {self.above:g}{unit}")
        if self.maximum is not None and number > self.maximum:
            raise self._expected(value, f"it must be at most {self.maximum:g}{unit}")

    def _expected(self, value: object, why: str = "") -> PydanticCustomError:
        shown = repr(value) if len(repr(value)) < 60 else repr(value)[:57] + "..."
        end = f" ({why})" if why else ""
        return PydanticCustomError(
            "quantity",
            "expected {noun} such as {example}, got {shown}{end}",
            {"noun": self.noun, "example": repr(self.example), "shown": shown, "end": end},
        )

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.parse)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        text = f"{self.noun} such as {self.example!r}"
        if self.unit:
            return {"type": "string", "pattern": r"^\s*[+-]?[0-9.]", "description": text}
        bounds = {"minimum": self.minimum, "exclusiveMinimum": self.above, "maximum": self.maximum}
        given = {key: bound for key, bound in bounds.items() if bound is not None}
        return {"type": ["number", "string"], "description": text, **given}


Power = Annotated[float, Quantity("W", "a power", "2 MW", minimum=0.0)]
PowerRated = Annotated[float, Quantity("W", "a power above zero", "2 MW", above=0.0)]
Energy = Annotated[float, Quantity("J", "an energy", "2 MWh", minimum=0.0)]
EnergyRated = Annotated[float, Quantity("J", "an energy above zero", "2 MWh", above=0.0)]
Duration = Annotated[float, Quantity("s", "a duration", "15 min", minimum=0.0)]
Interval = Annotated[float, Quantity("s", "a duration above zero", "10 ms", above=0.0)]
Temperature = Annotated[float, Quantity("degC", "a temperature", "24 degC", minimum=-273.15)]
TemperatureDifference = Annotated[float, Quantity("K", "a temperature difference", "4 K", minimum=0.0)]
Frequency = Annotated[float, Quantity("Hz", "a frequency", "50 Hz", above=0.0)]
Rate = Annotated[float, Quantity("1/s", "a rate of occurrence", "1.2 /year", minimum=0.0)]
Volume = Annotated[float, Quantity("m^3", "a volume", "1500 m^3", minimum=0.0)]
Room = Annotated[float, Quantity("m^3", "a volume above zero", "1500 m^3", above=0.0)]
VolumeFlow = Annotated[float, Quantity("m^3/s", "a volume flow", "9 m^3/s", above=0.0)]
MassFlow = Annotated[float, Quantity("kg/s", "a mass flow", "3.6 kg/s", above=0.0)]
FlowPerPower = Annotated[float, Quantity("m^3/s/W", "a flow per power", "1.5 L/min/kW", minimum=0.0)]
Conductance = Annotated[float, Quantity("W/K", "a thermal conductance", "16 kW/K", minimum=0.0)]
PerTemperature = Annotated[float, Quantity("1/K", "a share per kelvin", "0.2 %/K", minimum=0.0)]
HeatCapacity = Annotated[float, Quantity("J/K", "a heat capacity", "11.1 kJ/K", minimum=0.0)]
Gain = Annotated[float, Quantity("1/K", "a gain per kelvin above zero", "0.05 /K", above=0.0)]
Voltage = Annotated[float, Quantity("V", "a voltage", "3.3 V", above=0.0)]
Section = Annotated[float, Quantity("m^2", "a cross-section", "240 mm^2", above=0.0)]
Charge = Annotated[float, Quantity("C", "an electric charge", "280 Ah", above=0.0)]
Resistance = Annotated[float, Quantity("ohm", "a resistance", "0.2 mohm", minimum=0.0)]
ResistancePerLength = Annotated[
    float, Quantity("ohm/m", "a resistance per length above zero", "0.06 ohm/km", above=0.0)
]
Length = Annotated[float, Quantity("m", "a length above zero", "1.5 km", above=0.0)]
Current = Annotated[float, Quantity("A", "a current above zero", "800 A", above=0.0)]
EmissionIntensity = Annotated[float, Quantity("kg/J", "an emission per energy", "380 g/kWh", minimum=0.0)]
Density = Annotated[float, Quantity("kg/m^3", "a mass per volume", "2.71 kg/L", minimum=0.0)]
FuelPerEnergy = Annotated[float, Quantity("m^3/J", "a fuel volume per energy", "0.261 L/kWh", minimum=0.0)]
HeatPerVolume = Annotated[float, Quantity("J/m^3", "a heat per volume", "35.8 MJ/L", above=0.0)]
PowerRate = Annotated[float, Quantity("W/s", "a rate of change of power above zero", "100 kW/s", above=0.0)]
Angle = Annotated[float, Quantity("deg", "an angle", "20 deg", minimum=0.0, maximum=180.0)]
Latitude = Annotated[float, Quantity("deg", "a latitude", "50.1 deg", minimum=-90.0, maximum=90.0)]
Longitude = Annotated[float, Quantity("deg", "a longitude", "8.7 deg", minimum=-180.0, maximum=180.0)]
Altitude = Annotated[float, Quantity("m", "an altitude", "112 m", minimum=-500.0, maximum=9000.0)]
Fraction = Annotated[float, Quantity("", "a fraction between 0 and 1", "0.5", minimum=0.0, maximum=1.0)]
Effectiveness = Annotated[
    float, Quantity("", "a fraction above 0 and at most 0.99", "0.65", above=0.0, maximum=0.99)
]
Ratio = Annotated[float, Quantity("", "a number", "1.15", minimum=0.0)]
RatioAbove = Annotated[float, Quantity("", "a number above zero", "0.85", above=0.0)]
Number = Annotated[float, Quantity("", "a number", "0.0108")]
