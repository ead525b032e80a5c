"""Frequency of the IEEE 14-bus system after the trip of a generator, against the full network."""
