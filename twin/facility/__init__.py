"""From a scenario to a facility: blocks of parameters per equipment class, child ranges and names."""

from twin.facility.build import Facility, build

__all__ = ["Facility", "build"]
