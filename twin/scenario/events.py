"""What happens to the site during a run."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator

from twin.scenario.events_grid import GridEvents
from twin.scenario.events_site import Failure, Operation

Event = Annotated[GridEvents | Failure | Operation, Discriminator("type")]
