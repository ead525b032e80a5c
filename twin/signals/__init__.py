"""What comes from outside in time: grid frequency, prices, carbon intensity, weather, workload."""

from twin.signals.opening import Signal, Site, open_signal

__all__ = ["Signal", "Site", "open_signal"]
