"""Failures: what can fail in a site, events that fail it, and tables of what the racks saw."""
