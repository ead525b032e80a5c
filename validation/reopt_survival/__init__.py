"""Outage survival of generators and storage, against REopt's Energy Resilience Performance tool."""
