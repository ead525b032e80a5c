"""Transformers and transfer switches: their fields, in SI."""

from __future__ import annotations

from typing import ClassVar, Literal

from twin.scenario.part import Equipment
from twin.scenario.sequence import Transition
from twin.scenario.units import (
    Angle,
    Duration,
    Fraction,
    Frequency,
    Power,
    PowerRated,
    Ratio,
)


class Transformer(Equipment):
    """Distribution transformer: P_loss = loss_no_load + loss_load (S / power_rated)^2, in W.

    `power_rated` is the rating in VA (held as W); `impedance` the short-circuit impedance, pu.
    """

    kind: ClassVar[str] = "transformer"
    power_rated: PowerRated
    loss_no_load: Power
    loss_load: Power
    impedance: Fraction


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
