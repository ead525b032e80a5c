"""What comes from outside in time: grid frequency, prices, carbon intensity, weather, workload."""

from twin.signals.opening import Signal, open_signal
from twin.signals.site import Site

__all__ = ["Signal", "Site", "open_signal"]
