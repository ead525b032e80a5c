"""Air handlers, coolant distribution units, chillers, heat rejection and heat pumps: their fields, in SI."""

from __future__ import annotations

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
    """

    kind: ClassVar[str] = "chiller"
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


class HeatRejection(Equipment):
    """Cooling tower or dry cooler.

    T_out = T_in - effectiveness (T_in - T_ambient) at full fan speed, with the ambient wet bulb for a tower
    and dry bulb for a dry cooler.

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
    """

    kind: ClassVar[str] = "heat_rejection"
    medium: Literal["wet-bulb", "dry-bulb"]
    effectiveness: Fraction
    fan_power_fraction: Fraction
    pump_power_fraction: Fraction
    evaporated_fraction: Fraction
    concentration_cycles: Ratio


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
