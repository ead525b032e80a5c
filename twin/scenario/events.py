"""What happens to the site during a run."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator

from twin.scenario.events_site import Failure, Operation
from twin.scenario.part import Names, Part
from twin.scenario.units import Duration, Fraction, Interval


class Outage(Part):
    """The named utility feeds (``['all']``: every one) are dead for `duration`, s, from `at`, s."""

    type: Literal["outage"]
    at: Duration
    duration: Interval
    feeds: Names


class Sag(Part):
    """The named feeds (``['all']``: every one) are at `residual` pu for `duration`, s, from `at`, s."""

    type: Literal["sag"]
    at: Duration
    duration: Interval
    residual: Fraction
    feeds: Names


Event = Annotated[Outage | Sag | Failure | Operation, Discriminator("type")]
