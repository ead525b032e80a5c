"""Air handlers, coolant distribution units, chillers, heat rejection and heat pumps: their fields, in SI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.part import Equipment, Part, problem
from twin.scenario.units import (
    Conductance,
    Duration,
    FlowPerPower,
    Fraction,
    MassFlow,
    Number,
    Power,
    PowerRated,
    Ratio,
    RatioAbove,
    Temperature,
    TemperatureDifference,
    VolumeFlow,
)

Biquadratic = Annotated[list[Number], Field(min_length=6, max_length=6)]
Quadratic = Annotated[list[Number], Field(min_length=3, max_length=3)]


class AirHandler(Equipment):
    """Computer-room air handler: a fan and a chilled-water coil.

    Attributes
    ----------
    heat_rated : float
        Sensible heat at the rated flows, W.
    air_flow : float
        Rated air flow, m3/s.
    water_flow : float
        Rated water flow, kg/s.
    coil_conductance : float
        UA of the coil at the rated flows, W/K.
    fan_power : float
        At the rated air flow, W; it goes with the cube of the speed.
    restart_delay : float
        From power being back to the fan at its speed, s.
    """

    kind: ClassVar[str] = "air_handler"
    heat_rated: PowerRated
    air_flow: VolumeFlow
    water_flow: MassFlow
    coil_conductance: Conductance
    fan_power: Power
    restart_delay: Duration


class Cdu(Equipment):
    """Coolant distribution unit: pump and heat exchanger between the racks' loop and the plant.

    Attributes
    ----------
    heat_rated : float
        W.
    flow_per_power : float
        Flow of the racks' loop per watt of heat, m3/s/W.
    conductance : float
        UA of the heat exchanger at rated flows, W/K.
    approach : float
        Rated difference between the racks' supply and the plant's supply, K.
    pump_power : float
        At rated flow, W.
    failover_time : float
        From a failed pump to its spare at full flow, s.
    """

    kind: ClassVar[str] = "cdu"
    heat_rated: PowerRated
    flow_per_power: FlowPerPower
    conductance: Conductance
    approach: TemperatureDifference
    pump_power: Power
    failover_time: Duration


class CurvesFile(Part):
    """A table of chillers and one of its machines: `file` beside the scenario or below TWIN_DATA, `name` in it.

    With `normalised` its curves are scaled to give 1 at its reference temperatures, so that its capacity and COP hold
    there; some published fits are as far as 26 % off.
    """

    file: str
    name: str
    normalised: bool = False


class ChillerStaging(Equipment):
    """How the chillers of a plant are started and stopped one by one.

    Attributes
    ----------
    stage_up : float
        One more starts when the load is above this share of the capacity of those that run.
    stage_down : float
        One stops when the load is below this share of the capacity of one less.
    stage_delay : float
        For how long, s.
    stage_warm : float
        One more starts, too, when the supply water has been this much above its set point for as long, K.
    run_min, off_min : float
        Least running time, and least time from a stop to the next start, s.
    start_time : float
        From command to full cooling, s.
    stagger : float
        Least time between two starts, s.
    condenser_flow_min : float
        Condenser water of a chiller over its rated flow below which it trips.
    flow_delay : float
        For how long the flow must be low, s.
    """

    kind: ClassVar[str] = "chiller_staging"
    stage_up: Fraction
    stage_down: Fraction
    stage_delay: Duration
    stage_warm: TemperatureDifference
    run_min: Duration
    off_min: Duration
    start_time: Duration
    stagger: Duration
    condenser_flow_min: Fraction
    flow_delay: Duration

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        if isinstance(data, dict):
            up, down = data.get("stage_up"), data.get("stage_down")
            if isinstance(up, int | float) and isinstance(down, int | float) and down > up:
                message = f"must not be above stage_up, {up:g}: chillers would start and stop in turn"
                problems.append(problem(message, ("stage_down",), down))
        return data


class Chiller(Equipment):
    """Electric chiller after EnergyPlus Chiller:Electric:EIR.

    Q_available = capacity * CAPFT(Te, Tc); P = Q_available / cop * EIRFT(Te, Tc) * EIRFPLR(PLR), with Te
    leaving the evaporator and Tc entering the condenser, degC; f(Te, Tc) = c0 + c1 Te + c2 Te^2 + c3 Tc +
    c4 Tc^2 + c5 Te Tc.

    Attributes
    ----------
    capacity, cop : float
        Reference cooling capacity, W, and coefficient of performance.
    cap_ft, eir_ft : list of six floats
    eir_plr : list of three floats
    plr_min, plr_unload_min, plr_max : float
        Part-load ratio below which it cycles, below which it is falsely loaded, and its highest.
    evaporator_flow, condenser_flow : float
        Rated water flows, kg/s.
    evaporator_min, evaporator_max, condenser_min, condenser_max : float
        Range of the curves, degC: leaving the evaporator, entering the condenser.
    pump_power_fraction : float
        Power of its chilled-water pumps as a fraction of the heat moved at rated flow.
    restart_delay : float
        From power being back to cooling again, s.
    curves : CurvesFile or None
        A machine of a table; what it says stands in place of the type's values, but for keys given here.
    """

    kind: ClassVar[str] = "chiller"
    curves: CurvesFile | None = None
    capacity: PowerRated
    cop: Ratio
    cap_ft: Biquadratic
    eir_ft: Biquadratic
    eir_plr: Quadratic
    plr_min: Fraction
    plr_unload_min: Fraction
    plr_max: Ratio
    evaporator_flow: MassFlow
    condenser_flow: MassFlow
    evaporator_min: Temperature
    evaporator_max: Temperature
    condenser_min: Temperature
    condenser_max: Temperature
    pump_power_fraction: Fraction
    restart_delay: Duration


REJECTION_NEEDS = {
    "constant": ("", ()),
    "merkel": (
        "wet-bulb",
        ("water_air_ratio", "rated_wet_bulb", "exponent", "fan_speed_min", "drift_fraction"),
    ),
    "e-ntu": ("dry-bulb", ("air_rise", "exponent", "fan_speed_min")),
}
"""Medium and keys that a model of heat rejection goes with."""


def rejection_problems(data: dict[str, Any]) -> Iterator[InitErrorDetails]:
    """What a model of heat rejection lacks, or does not go with."""
    model = data.get("model", "constant")
    if model not in REJECTION_NEEDS:
        return
    medium, needed = REJECTION_NEEDS[model]
    if medium and data.get("medium") != medium:
        yield problem(f"model {model} is for {medium}, not {data.get('medium')}", ("model",), model)
    for key in needed:
        if data.get(key) is None:
            yield problem(f"this key is required with model {model}", (key,))
    pads = {key for key in ("pad_effectiveness", "pad_above") if data.get(key) is not None}
    if pads and model != "e-ntu":
        yield problem("pads stand before a dry cooler of model e-ntu", (sorted(pads)[0],))
    elif len(pads) == 1:
        yield problem("give pad_effectiveness and pad_above together", (next(iter(pads)),))


class HeatRejection(Equipment):
    """Cooling tower or dry cooler.

    T_out = T_in - effectiveness (T_in - T_ambient) at full fan speed, with the ambient wet bulb for a tower
    and dry bulb for a dry cooler. `model: constant` keeps to that in every weather and at every fan speed; `merkel`
    (towers) and `e-ntu` (dry coolers) are fitted to it at the rating and follow weather, heat and fan speed.

    Attributes
    ----------
    medium : {'wet-bulb', 'dry-bulb'}
        Which ambient temperature it approaches.
    effectiveness : float
        At rated flow and full fan speed.
    fan_power_fraction : float
        Fan power at full speed over the rated heat; it goes with the cube of the speed.
    pump_power_fraction : float
        Power of the pumps of its loop over the rated heat.
    evaporated_fraction : float
        Share of the rejected heat carried off by evaporating water; 0 for a dry cooler.
    concentration_cycles : float
        Make-up water = evaporated * cycles / (cycles - 1); 0 where nothing evaporates.
    model : {'constant', 'merkel', 'e-ntu'}
    water_air_ratio : float or None
        Of a Merkel tower: water over air flow at the rating.
    rated_wet_bulb : float or None
        Of a Merkel tower: wet bulb of the rating, degC.
    air_rise : float or None
        Of an e-NTU dry cooler: rise of its air at the rating, K.
    exponent : float or None
        Of a Merkel tower: n in NTU ~ (water/air)^(1 + n). Of an e-NTU dry cooler: power of the air flow in its UA.
    fan_speed_min : float or None
        Of `merkel` and `e-ntu`: lowest fan speed, fraction of full.
    drift_fraction : float or None
        Of a Merkel tower: share of its water flow that drifts away.
    pad_effectiveness, pad_above : float or None
        Of an e-NTU dry cooler: wetted pads in its air, and the dry bulb above which they are wetted, degC; absent for
        none.
    """

    kind: ClassVar[str] = "heat_rejection"
    medium: Literal["wet-bulb", "dry-bulb"]
    effectiveness: Fraction
    fan_power_fraction: Fraction
    pump_power_fraction: Fraction
    evaporated_fraction: Fraction
    concentration_cycles: Ratio
    model: Literal["constant", "merkel", "e-ntu"] = "constant"
    water_air_ratio: RatioAbove | None = None
    rated_wet_bulb: Temperature | None = None
    air_rise: TemperatureDifference | None = None
    exponent: Number | None = None
    fan_speed_min: Fraction | None = None
    drift_fraction: Fraction | None = None
    pad_effectiveness: Fraction | None = None
    pad_above: Temperature | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        if isinstance(data, dict):
            problems += rejection_problems(data)
        return data


MapAxis = Annotated[list[Temperature], Field(min_length=1, max_length=5)]
MapRows = Annotated[list[Annotated[list[RatioAbove], Field(min_length=1, max_length=5)]], Field(min_length=1)]


class HeatPumpMap(Part):
    """COP and capacity of a heat pump over two temperatures, bilinear between points and constant beyond them.

    Attributes
    ----------
    source, sink : list of float
        Source entering and sink leaving, degC, rising, at most five each.
    cop, capacity : list of list of float
        A row for each source temperature: COP above 1, and heat delivered over the rated heat.
    """

    source: MapAxis
    sink: MapAxis
    cop: MapRows
    capacity: MapRows

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict) and all(isinstance(data.get(name), list) for name in cls.model_fields):
            for name in ("cop", "capacity"):
                rows = data[name]
                if len(rows) != len(data["source"]) or any(
                    not isinstance(row, list) or len(row) != len(data["sink"]) for row in rows
                ):
                    problems.append(problem("expected a row per source and a value per sink in it", (name,)))
        return data


class HeatPump(Equipment):
    """Heat pump of the heat reuse: COP = lorenz_efficiency * T_sink / (T_sink - T_source), log means in K; or a map.

    Attributes
    ----------
    lorenz_efficiency : float or None
    map : HeatPumpMap or None
        COP and capacity as a table; exactly one of the two is given.
    source_min : float
        Lowest temperature to which it cools its source, degC.
    supply_max : float
        Highest supply temperature, degC.
    load_min : float
        Lowest load, fraction of rated.
    """

    kind: ClassVar[str] = "heat_pump"
    lorenz_efficiency: Fraction | None = None
    map: HeatPumpMap | None = None
    source_min: Temperature
    supply_max: Temperature
    load_min: Fraction
