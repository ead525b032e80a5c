"""Servers, racks, power supplies and rack stores: the fields that the physics needs, in SI."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import InitErrorDetails

from twin.scenario.equipment_chip import Chip, both_or_neither, rising
from twin.scenario.part import Equipment, problem
from twin.scenario.units import (
    Conductance,
    Duration,
    Effectiveness,
    EnergyRated,
    FlowPerPower,
    Fraction,
    HeatCapacity,
    Interval,
    Number,
    Power,
    PowerRate,
    PowerRated,
    Ratio,
    Temperature,
    Volume,
)

Count = Annotated[int, Field(ge=1, le=1_000_000)]
Polynomial = Annotated[list[Number], Field(min_length=3, max_length=3)]


class Server(Equipment):
    """A server (or node): power over utilisation, its fans and its thermal mass.

    Attributes
    ----------
    power_idle, power_peak : float
        Power at its supply's output at utilisation 0 and 1, W, fans included.
    power_curve : {'fan-2007', 'linear'}
        P = idle + (peak - idle) f(u), f(u) = 2u - u^1.4 (Fan et al. 2007, "Power provisioning for a
        warehouse-sized computer") or u.
    fan_share : float
        Fan power as a share of `power_peak`, at full fan speed.
    air_flow_per_power : float
        Air drawn per watt of heat given to the air, m3/s/W; 0 for a server without fans.
    heat_capacity : float
        Of one server with its chassis, J/K.
    fan_inlet, fan_inlet_full : float or None
        Inlet temperatures at which fans begin to speed up beyond what the heat asks for, and of full speed, degC;
        None: they follow the heat alone.
    fan_time_constant : float or None
        With which fans follow their command, s; None: at once.
    chip : Chip or None
        Its chips; None: as warm as the chassis or cold plate, with no leakage, throttling or limit of their own.
    """

    kind: ClassVar[str] = "server"
    power_idle: Power
    power_peak: PowerRated
    power_curve: Literal["fan-2007", "linear"]
    fan_share: Fraction
    air_flow_per_power: FlowPerPower
    heat_capacity: HeatCapacity
    fan_inlet: Temperature | None = None
    fan_inlet_full: Temperature | None = None
    fan_time_constant: Duration | None = None
    chip: Chip | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        both_or_neither(data, "fan_inlet", "fan_inlet_full", problems)
        return data

    @model_validator(mode="after")
    def _fans_speed_up(self) -> Self:
        rising(self, "fan_inlet", "fan_inlet_full")
        return self


class Psu(Equipment):
    """Power supply (or rectifier): loss over load, hold-up and input window.

    Attributes
    ----------
    power_rated : float
        Rated output, W.
    efficiency_load, efficiency : list of float, or None
        Load fractions and the efficiencies there; or give `loss`.
    loss : list of three floats, or None
        P_loss / P_rated = loss[0] + loss[1] x + loss[2] x^2, x the load fraction of the output.
    loss_ac_stage : list of three floats, or None
        The part of the loss in the stage that makes its DC link from AC (rectifier, power factor correction), as
        `loss`: what a DC system at the voltage of that link spares. Absent: not known, so nothing is spared.
    hold_up : float
        Time that full load is carried after the input is lost, s.
    voltage_min, voltage_max : float
        Input window, pu of nominal: below the first it ceases to draw (brown-out).
    voltage_return : float
        Input from which a supply that ceased draws again (brown-in), pu; V_recon of the WECC model.
    voltage_surge : float
        Input above which it ceases at once, pu.
    cease_delay, over_delay, return_delay : float
        Time below `voltage_min` and above `voltage_max` before it ceases, and back before it draws, s.
    input_current_max : float
        Largest input current, over rated output at nominal voltage: at low voltage it draws at most v times this
        times `power_rated`, and its bulk capacitors give the rest.
    """

    kind: ClassVar[str] = "psu"
    power_rated: PowerRated
    efficiency_load: list[Fraction] | None = None
    efficiency: list[Fraction] | None = None
    loss: Polynomial | None = None
    loss_ac_stage: Polynomial | None = None
    hold_up: Duration
    voltage_min: Ratio
    voltage_max: Ratio
    voltage_return: Ratio
    voltage_surge: Ratio
    cease_delay: Duration
    over_delay: Duration
    return_delay: Duration
    input_current_max: Ratio

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        if isinstance(data, dict) and data.get("loss") is not None and "efficiency" not in data:
            data = {**data, "efficiency": None, "efficiency_load": None}
        elif isinstance(data, dict) and data.get("efficiency") is not None and "loss" not in data:
            data = {**data, "loss": None}
        data = super()._complete(data, problems)
        if isinstance(data, dict):
            loads, values = data.get("efficiency_load"), data.get("efficiency")
            if (data.get("loss") is None) == (values is None):
                problems.append(problem("exactly one of loss and efficiency is needed"))
            elif values is not None and (
                not isinstance(loads, list)
                or not isinstance(values, list)
                or len(loads) != len(values)
                or len(values) < 3
            ):
                problems.append(
                    problem(
                        "efficiency and efficiency_load must be lists of one length, 3 or more",
                        ("efficiency",),
                    )
                )
        return data

    @cached_property
    def loss_polynomial(self) -> tuple[float, float, float]:
        """Loss as a fraction of the rated output: a0, a1, a2 over the load fraction x.

        Given, or fitted by least squares to x (1/efficiency - 1), with a0 >= 0.
        """
        if self.loss is not None:
            return (self.loss[0], self.loss[1], self.loss[2])
        import numpy as np
        from scipy.optimize import lsq_linear

        x = np.asarray(self.efficiency_load, dtype=float)
        eta = np.asarray(self.efficiency, dtype=float)
        bounds = ([0.0, -np.inf, -np.inf], np.inf)
        fit = lsq_linear(np.stack([x**0, x, x**2], axis=1), x * (1.0 / eta - 1.0), bounds=bounds)
        a0, a1, a2 = (float(value) for value in fit.x)
        return (a0, a1, a2)


class RackStore(Equipment):
    """Energy store of one rack, on the DC busbar behind its supplies.

    Attributes
    ----------
    mode : {'backup', 'smoothing'}
        Carries the rack while its input is not enough, or evens out its power.
    energy : float
        Usable, J.
    power, charge_power : float
        Most it gives and takes, W.
    efficiency : float
        Round trip.
    detection : float or None
        From a lack of input to full power of a backup store, s.
    time_constant : float or None
        With which the input follows a smoothed load, s.
    ramp_rate : float or None
        Fastest change of a smoothed input, W/s; None: no limit but the time constant.
    balance_time : float or None
        Time constant of the return of a smoothing store to half charge, s.
    """

    kind: ClassVar[str] = "rack_store"
    mode: Literal["backup", "smoothing"]
    energy: EnergyRated
    power: PowerRated
    charge_power: PowerRated
    efficiency: Annotated[Fraction, Field(gt=0.0)]
    detection: Duration | None = None
    time_constant: Interval | None = None
    ramp_rate: PowerRate | None = None
    balance_time: Interval | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        if isinstance(data, dict):
            backup = data.get("mode") == "backup"
            for key in ("detection",) if backup else ("time_constant", "balance_time"):
                if data.get(key) is None:
                    problems.append(problem(f"this key is required with mode {data.get('mode')}", (key,)))
        return data


class Rack(Equipment):
    """A rack with its servers, supplies, air and cold plates.

    Attributes
    ----------
    server : Server
    servers : int
        Servers per rack.
    psu : Psu
    psus : int
        Supplies that share the load of one rack in normal operation, both feeds together.
    other_power : float
        Switches and the like, W, constant, drawn at the input of the rack (not through the supplies).
    liquid_fraction : float
        Share of the rack's heat that goes to the liquid; 0 where the rack has no cold plates.
    air_volume : float
        Air that the rack heats (its share of the hall), m3.
    air_effectiveness : float
        Rise of the air over that of the chassis, both above the inlet, at full flow of the fans; below 1.
    recirculation : float
        Share of the inlet air that comes back from the rack's own outlet.
    inlet_min, inlet_max : float
        Allowable inlet temperature of the ASHRAE class, degC.
    inlet_recommended_min, inlet_recommended_max : float
        Recommended band, degC.
    air_class : {'A1', 'A2', 'A3', 'A4', 'H1'} or None
        ASHRAE class of its air-cooled equipment, for the results; None: not classified.
    liquid_class : {'W17', 'W27', 'W32', 'W40', 'W45', 'W+'} or None
        ASHRAE class of its liquid-cooled equipment, for the results.
    inlet_shutdown : float
        Inlet temperature at which the servers switch themselves off, degC.
    restart_delay : float
        From power being back to the servers working, s.
    restart_ramp : float
        From then on, rise from idle power to what the work asks for, s; T_ramp of the WECC model.
    store : RackStore or None
        Energy store of one rack; without one its supplies alone carry it.
    power_floor : float or None
        Servers with work never draw less than this share of their peak power: they burn the rest; None: no floor.
    cold_plate_conductance : float
        Chips to liquid, per rack, W/K; 0 without cold plates.
    cold_plate_heat_capacity : float
        Cold plates, manifolds and the liquid in them, per rack, J/K.
    cold_plate_shutdown : float
        Temperature of the cooled side of the cold plates at which the servers switch themselves off, degC.
    """

    kind: ClassVar[str] = "rack"
    server: Server
    servers: Count
    psu: Psu
    psus: Count
    other_power: Power
    liquid_fraction: Fraction
    air_volume: Volume
    air_effectiveness: Effectiveness
    recirculation: Fraction
    inlet_min: Temperature
    inlet_max: Temperature
    inlet_recommended_min: Temperature
    inlet_recommended_max: Temperature
    air_class: Literal["A1", "A2", "A3", "A4", "H1"] | None = None
    liquid_class: Literal["W17", "W27", "W32", "W40", "W45", "W+"] | None = None
    inlet_shutdown: Temperature
    restart_delay: Duration
    restart_ramp: Duration
    store: RackStore | None = None
    power_floor: Fraction | None = None
    cold_plate_conductance: Conductance
    cold_plate_heat_capacity: HeatCapacity
    cold_plate_shutdown: Temperature

    @property
    def power_peak(self) -> float:
        """Power of one rack with every server at full load, before its supplies' loss, W."""
        return self.servers * self.server.power_peak + self.other_power

    @property
    def heat_capacity(self) -> float:
        """Heat capacity of the servers of one rack, J/K."""
        return self.servers * self.server.heat_capacity
