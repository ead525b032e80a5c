"""Transformers and transfer switches: their fields, in SI."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from pydantic_core import InitErrorDetails

from twin.scenario.part import Equipment, Part, problem
from twin.scenario.sequence import Transition
from twin.scenario.units import (
    Angle,
    Duration,
    Fraction,
    Frequency,
    Interval,
    Number,
    Power,
    PowerRated,
    Quantity,
    Ratio,
    Temperature,
    TemperatureDifference,
    convert,
)

Share = Annotated[float, Quantity("", "a fraction above 0, to 1", "0.95", above=0.0, maximum=1.0)]
Positive = Annotated[float, Quantity("", "a number above zero", "2", above=0.0)]


class TapChanger(Part):
    """On-load tap changer: `positions` steps of `step`, pu, either way, to keep `target`, pu.

    It moves by one step when the voltage has been more than `dead_band`, pu, off for `delay`, s.
    """

    step: Share
    positions: Annotated[int, Field(ge=1, le=50)]
    target: Ratio
    dead_band: Share
    delay: Interval


class Transformer(Equipment):
    """Distribution transformer: P_loss = loss_no_load + loss_load (S / power_rated)^2, in W.

    Heat and ageing follow IEC 60076-7:2018.

    Attributes
    ----------
    power_rated : float
        Rating in VA (held as W).
    loss_no_load, loss_load, impedance : float
        W, W at the rating, and pu.
    top_oil_rise, hot_spot_gradient : float
        Top oil above the air at rated losses, hot spot above top oil at rated current, K.
    oil_time, winding_time : float
        Time constants, s.
    oil_exponent, winding_exponent, k11, k21, k22 : float
        Of IEC 60076-7.
    paper : {'kraft', 'upgraded'}
        Insulation of the winding: ages at 1 at 98 degC, or at 110 degC when thermally upgraded.
    power_factor : float
        Of the load; 1 by default, as rectifiers and power supplies with power-factor correction nearly have.
    tap : float
        Rise of the secondary voltage by the fixed tap, pu; 0 by default: the nominal ratio.
    tap_changer : TapChanger or None
        None: taps stay where they are.
    room : float or None
        Air around it, degC; None: it stands outdoors.
    hot_spot_alarm : float or None
        Hot spot above which the results count the time, degC; None: no alarm.
    """

    kind: ClassVar[str] = "transformer"
    power_rated: PowerRated
    loss_no_load: Power
    loss_load: Power
    impedance: Fraction
    top_oil_rise: TemperatureDifference
    hot_spot_gradient: TemperatureDifference
    oil_time: Interval
    winding_time: Interval
    oil_exponent: Ratio
    winding_exponent: Ratio
    k11: Positive
    k21: Positive
    k22: Positive
    paper: Literal["kraft", "upgraded"]
    power_factor: Share = 1.0
    tap: Number = 0.0
    tap_changer: TapChanger | None = None
    room: Temperature | None = None
    hot_spot_alarm: Temperature | None = None

    @classmethod
    def _complete(cls, data: Any, problems: list[InitErrorDetails]) -> Any:
        data = super()._complete(data, problems)
        try:
            rated, loss = (convert(str(data[key]), "W") for key in ("power_rated", "loss_load"))
            if loss / rated > float(data["impedance"]):
                problems.append(
                    problem("is less than loss_load / power_rated, its resistance", ("impedance",))
                )
        except (KeyError, TypeError, ValueError):
            pass  # told where the value itself is read
        return data


class Transfer(Equipment):
    """Transfer scheme of a busbar between its feed and its local sources.

    A `sequence` on the bus says the same in steps, and stands over the times here.

    Attributes
    ----------
    detect_delay : float
        From the mains leaving the window to the loss being declared, s.
    start_delay : float
        From the loss being declared to the start signal of the generators, s (rides over short dips).
    transition : float
        Open-transition time: neither source connected, s.
    retransfer : str
        How the bus returns: open (with that gap), closed (synchronised and in parallel for `parallel_time`), or
        soft (in parallel, the load ramping over).
    retransfer_delay : float
        How long the mains must be healthy before the bus goes back, s.
    parallel_time : float
        Time in parallel, s.
    synchronise_within : float
        Synchronising that takes longer has failed, s.
    synchronise_failed : str
        What then happens: open (return by open transition) or wait (stay, and try after `retransfer_delay`).
    angle_max, slip_max, voltage_difference_max : float
        Windows within which breakers close between two live sources: deg, Hz, pu.
    leave_on_latch : bool
        Whether the bus leaves the mains while the disturbance counter of a UPS on it is latched.
    voltage_min, voltage_max, frequency_min, frequency_max
        Window outside which the mains count as lost: pu, Hz.
    shed_frequency, trip_frequency : float
        An island below the first sheds load, below the second for `trip_delay` it trips: Hz.
    trip_delay, shed_delay, restore_delay : float
        Times to trip, between two priorities that are shed, and that there must be room before one returns, s.
    """

    kind: ClassVar[str] = "transfer"
    detect_delay: Duration
    start_delay: Duration
    transition: Duration
    retransfer: Transition
    retransfer_delay: Duration
    parallel_time: Duration
    synchronise_within: Duration
    synchronise_failed: Literal["open", "wait"]
    angle_max: Angle
    slip_max: Frequency
    voltage_difference_max: Fraction
    leave_on_latch: bool
    voltage_min: Ratio
    voltage_max: Ratio
    frequency_min: Frequency
    frequency_max: Frequency
    shed_frequency: Frequency
    trip_frequency: Frequency
    trip_delay: Duration
    shed_delay: Duration
    restore_delay: Duration
