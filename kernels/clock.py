"""Time counted in steps: when two instants are one.

A sum of 650 steps of 10 ms is not 6.5 s to the last digit. Events and delays within `INSTANT` of the start of a step
count as at it, so that step grids which round differently see the same sequence.
"""

from __future__ import annotations

INSTANT = 1e-6
"""Two instants closer than this are one [s]."""

NEVER = 1e30
"""A time that does not come [s]: a parameter or state must stay finite where arithmetic meets it."""
