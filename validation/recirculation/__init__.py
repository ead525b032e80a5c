"""Rack-to-rack recirculation against its closed form."""
