"""Transformers and transfer switches: their fields, in SI."""

from __future__ import annotations

from typing import ClassVar

from twin.scenario.part import Equipment
from twin.scenario.units import (
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
    """Transfer switch of a busbar between its feed and its generators.

    Attributes
    ----------
    detect_delay : float
        From the mains leaving the window to the loss being declared, s.
    start_delay : float
        From the loss being declared to the start signal of the generators, s (rides over short dips).
    transition : float
        Open-transition time: neither source connected, s.
    retransfer_delay : float
        How long the mains must be healthy before the bus goes back, s.
    voltage_min, voltage_max, frequency_min, frequency_max
        Window outside which the mains count as lost: pu, Hz.
    """

    kind: ClassVar[str] = "transfer"
    detect_delay: Duration
    start_delay: Duration
    transition: Duration
    retransfer_delay: Duration
    voltage_min: Ratio
    voltage_max: Ratio
    frequency_min: Frequency
    frequency_max: Frequency
