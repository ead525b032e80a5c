"""Many members at once: outages drawn by address, ridden in batches, on one machine or several."""

from twin.ensemble.batches import Batch, Plan, ride_all
from twin.ensemble.draws import Draws, DurationLaw, draw, put
from twin.ensemble.outcomes import Outcomes
from twin.ensemble.ride import ride
from twin.ensemble.schedule import COARSE, FINE, Phase

__all__ = [
    "COARSE", "FINE", "Batch", "Draws", "DurationLaw", "Outcomes", "Phase", "Plan", "draw", "put", "ride", "ride_all",
]  # fmt: skip
